//! `PySequence_*`: the sequence protocol of any object.

use core::ffi::{c_char, c_int, c_void};

use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::number;
use adder_objects::{Catch, Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, bad_call, box_in_place, returned};
use crate::contract::api;
use crate::errors::text_of;
use crate::structs::{mp, sq};
use crate::types::inward::{self, Lent};

/// Has it items by number? Not: a dict.
pub fn is_sequence(object: &Value) -> bool {
    object.downcast::<PyDict>().is_none() && object.ty().slots.item.get().is_some()
}

/// Is it a class written in Python? What such a class can do with keys it can do with numbers.
pub fn is_class(ty: &TypeObject) -> bool {
    ty.is_heap() && !ty.is_foreign()
}

const ASSIGNMENT: &str = "assignment";
const DELETION: &str = "deletion";

/// A field of the type's `tp_as_sequence`.
fn has(object: &Value, field: usize) -> bool {
    !inward::sq(&object.ty().c, field).is_null()
}

/// `len(object)`, if the type says that as a sequence.
fn len_of(cx: &Cx, object: &Value) -> R<isize> {
    let ty = object.ty();
    let field = inward::sq(&ty.c, sq::LENGTH);
    if field.is_null() {
        let name = ty.name();
        if !inward::mp(&ty.c, mp::LENGTH).is_null() {
            return raise!(cx, exc::TYPE_ERROR, "{name} is not a sequence");
        }
        return raise!(cx, exc::TYPE_ERROR, "object of type '{name}' has no len()");
    }
    // SAFETY: it is the length of the sequence suite.
    unsafe { crate::mapping::len_by(cx, object, field) }
}

/// An index as the slots of C take it: one below zero counted from the end, where the type has a length.
fn from_front(cx: &Cx, object: &Value, at: isize) -> R<isize> {
    if at < 0 && has(object, sq::LENGTH) { Ok(at.wrapping_add(len_of(cx, object)?)) } else { Ok(at) }
}

/// `slice(from, to)`
fn slice(cx: &Cx, from: isize, to: isize) -> R {
    cx.slice(cx.int(from as i64)?, cx.int(to as i64)?, Value::none())
}

/// `object[at] = value`, or `del object[at]`.
fn set_item(cx: &Cx, object: &Value, at: isize, value: Option<&Value>, what: &str) -> R<()> {
    let ty = object.ty();
    let field = inward::sq(&ty.c, sq::ASS_ITEM);
    if !field.is_null() {
        let at = from_front(cx, object, at)?;
        let (object, value) = (Lent::new(cx, object)?, value.map(|value| Lent::new(cx, value)).transpose()?);
        let value = value.as_ref().map_or(core::ptr::null_mut(), Lent::object);
        // SAFETY: the field holds a function of this kind, which borrows its arguments.
        let done = unsafe {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, isize, Object) -> c_int>(field);
            f(object.object(), at, value)
        };
        return crate::border::status(cx, done, || format!("{}.__setitem__", ty.name())).map(drop);
    }
    let of_dict = DICT_TYPE.slots.setitem.get().map(|f| f as usize);
    if is_class(ty) && ty.slots.setitem.get().is_some_and(|f| Some(f as usize) != of_dict) {
        return cx.setitem(object, &cx.int(from_front(cx, object, at)? as i64)?, value);
    }
    let name = ty.name();
    if ty.slots.setitem.get().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "{name} is not a sequence");
    }
    let not = if what == ASSIGNMENT { "does not" } else { "doesn't" };
    raise!(cx, exc::TYPE_ERROR, "'{name}' object {not} support item {what}")
}

fn set_slice(cx: &Cx, object: &Value, from: isize, to: isize, value: Option<&Value>, what: &str) -> R<()> {
    // What has a `mp_ass_subscript`: a type with items by number only cannot.
    if inward::mp(&object.ty().c, mp::ASS_SUBSCRIPT).is_null() {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object doesn't support slice {what}", object.ty().name());
    }
    cx.setitem(object, &slice(cx, from, to)?, value)
}

/// `a + b` as sequences, in place or not.
fn concat(cx: &Cx, a: &Value, b: &Value, in_place: bool) -> R {
    let slots = &a.ty().slots;
    if in_place && let Some(concat) = slots.in_place_concat.get() {
        return concat(cx, a, b);
    }
    if let Some(concat) = slots.concat.get() {
        return concat(cx, a, b);
    }
    if is_sequence(a) && is_sequence(b) {
        let result = by_operator(cx, number::ADD, a, b, in_place)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    raise!(cx, exc::TYPE_ERROR, "'{}' object can't be concatenated", a.ty().name())
}

/// `object * n`, in place or not.
fn repeat(cx: &Cx, object: &Value, n: isize, in_place: bool) -> R {
    let slots = &object.ty().slots;
    if in_place && let Some(repeat) = slots.in_place_repeat.get() {
        return repeat(cx, object, n);
    }
    if let Some(repeat) = slots.repeat.get() {
        return repeat(cx, object, n);
    }
    if is_sequence(object) {
        let result = by_operator(cx, number::MUL, object, &cx.int(n as i64)?, in_place)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    raise!(cx, exc::TYPE_ERROR, "'{}' object can't be repeated", object.ty().name())
}

/// An operator by the number slots alone; `NotImplemented` if neither operand knows it.
fn by_operator(cx: &Cx, op: usize, a: &Value, b: &Value, in_place: bool) -> R {
    if in_place && let Some(f) = a.ty().slots.in_place[op].get() {
        let result = f(cx, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    cx.binary_by_slots(op, a, b)
}

/// Calls a function with the number of each item that equals `item`, until it says that this is enough.
fn search(cx: &Cx, object: &Value, item: &Value, mut found: impl FnMut(isize) -> bool) -> R<()> {
    let Some(iterator) = cx.iter(object).unless(&exc::TYPE_ERROR)? else {
        return raise!(cx, exc::TYPE_ERROR, "argument of type '{}' is not iterable", object.ty().name());
    };
    let mut at = 0;
    while let Some(next) = cx.next(&iterator)? {
        if cx.equals(&next, item)? && found(at) {
            return Ok(());
        }
        at += 1;
    }
    Ok(())
}

api! {
    /// Has it items by number?
    quiet fn PySequence_Check(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(is_sequence(&object).into())
    }

    /// `len(object)` of a sequence.
    runs fn PySequence_Size(cx, object: Borrowed) -> isize {
        len_of(cx, &object)
    }

    /// The same.
    runs fn PySequence_Length(cx, object: Borrowed) -> isize {
        len_of(cx, &object)
    }

    /// `a + b` of sequences.
    runs fn PySequence_Concat(cx, a: Borrowed, b: Borrowed) -> Value {
        concat(cx, &a, &b, false)
    }

    /// `object * n` of a sequence.
    runs fn PySequence_Repeat(cx, object: Borrowed, n: isize) -> Value {
        repeat(cx, &object, n, false)
    }

    /// What `a += b` stores.
    runs fn PySequence_InPlaceConcat(cx, a: Borrowed, b: Borrowed) -> Value {
        concat(cx, &a, &b, true)
    }

    /// What `object *= n` stores.
    runs fn PySequence_InPlaceRepeat(cx, object: Borrowed, n: isize) -> Value {
        repeat(cx, &object, n, true)
    }

    /// `object[at]` of a sequence.
    runs fn PySequence_GetItem(cx, object: Borrowed, at: isize) -> Value {
        let ty = object.ty();
        let field = inward::sq(&ty.c, sq::ITEM);
        if !field.is_null() {
            let at = from_front(cx, &object, at)?;
            if let Some(item) = ty.slots.item.get() {
                return item(cx, &object, at);
            }
            let object = Lent::new(cx, &object)?;
            // SAFETY: the field holds a function of this kind, which gives a new reference.
            return unsafe {
                let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, isize) -> Object>(field);
                returned(cx, f(object.object(), at), || format!("{}.__getitem__", ty.name()))
            };
        }
        if is_class(ty) && ty.slots.getitem.get().is_some() {
            return cx.getitem(&object, &cx.int(from_front(cx, &object, at)? as i64)?);
        }
        if ty.slots.getitem.get().is_some() {
            return raise!(cx, exc::TYPE_ERROR, "{} is not a sequence", ty.name());
        }
        raise!(cx, exc::TYPE_ERROR, "'{}' object does not support indexing", ty.name())
    }

    /// `object[from:to]`
    runs fn PySequence_GetSlice(cx, object: Borrowed, from: isize, to: isize) -> Value {
        match object.ty().slots.getitem.get() {
            Some(get) => get(cx, &object, &slice(cx, from, to)?),
            None => raise!(cx, exc::TYPE_ERROR, "'{}' object is unsliceable", object.ty().name()),
        }
    }

    /// `object[at] = value`; with NULL `del object[at]`.
    runs fn PySequence_SetItem(cx, object: Borrowed, at: isize, value: Option<Borrowed>) -> () {
        set_item(cx, &object, at, value.as_deref(), ASSIGNMENT)
    }

    /// `del object[at]`
    runs fn PySequence_DelItem(cx, object: Borrowed, at: isize) -> () {
        set_item(cx, &object, at, None, DELETION)
    }

    /// `object[from:to] = value`; with NULL `del object[from:to]`.
    runs fn PySequence_SetSlice(cx, object: Borrowed, from: isize, to: isize, value: Option<Borrowed>) -> () {
        set_slice(cx, &object, from, to, value.as_deref(), ASSIGNMENT)
    }

    /// `del object[from:to]`
    runs fn PySequence_DelSlice(cx, object: Borrowed, from: isize, to: isize) -> () {
        set_slice(cx, &object, from, to, None, DELETION)
    }

    /// How many items equal a value.
    runs fn PySequence_Count(cx, object: Borrowed, item: Borrowed) -> isize {
        let mut count = 0;
        search(cx, &object, &item, |_| {
            count += 1;
            false
        })?;
        Ok(count)
    }

    /// The number of the first item that equals a value.
    runs fn PySequence_Index(cx, object: Borrowed, item: Borrowed) -> isize {
        let mut first = None;
        search(cx, &object, &item, |at| {
            first = Some(at);
            true
        })?;
        match first {
            Some(at) => Ok(at),
            None => raise!(cx, exc::VALUE_ERROR, "sequence.index(x): x not in sequence"),
        }
    }

    /// `item in object`
    runs fn PySequence_Contains(cx, object: Borrowed, item: Borrowed) -> bool {
        cx.contains(&object, &item)
    }

    /// The same.
    runs fn PySequence_In(cx, object: Borrowed, item: Borrowed) -> bool {
        cx.contains(&object, &item)
    }

    /// `list(object)`
    runs fn PySequence_List(cx, object: Borrowed) -> Value {
        let made = cx.list([])?;
        made.extend(cx, &object)?;
        Ok(made.into_value())
    }

    /// `tuple(object)`
    runs fn PySequence_Tuple(cx, object: Borrowed) -> Value {
        if object.downcast_exact::<PyTuple>().is_some() || object.downcast_exact::<PyList>().is_some() {
            return Ok(cx.tuple_of(&object)?.into_value());
        }
        let iterator = cx.iter(&object)?;
        // For its errors: room is made as it is needed.
        cx.length_hint(&object, 0)?;
        Ok(cx.tuple_of(&iterator)?.into_value())
    }

    /// The object itself if it is a list or a tuple, else a list of what it gives; `text` is for the TypeError.
    runs fn PySequence_Fast(cx, object: Borrowed, text: *const c_char) -> Value {
        if object.downcast_exact::<PyList>().is_some() || object.downcast_exact::<PyTuple>().is_some() {
            return Ok(object.to_owned());
        }
        let Some(iterator) = cx.iter(&object).unless(&exc::TYPE_ERROR)? else {
            // SAFETY: the contract: a text.
            return raise!(cx, exc::TYPE_ERROR, "{}", unsafe { text_of(text) });
        };
        let made = cx.list([])?;
        made.extend(cx, &iterator)?;
        Ok(made.into_value())
    }

    /// The items of a list or a tuple one behind the other, none of them a small int: what `PySequence_Fast_ITEMS` gives. C does
    /// not ask whether it failed, so boxes for which the heap's limit leaves no room are made nevertheless.
    quiet fn _Adder_Items(cx, object: Borrowed) -> *mut Object {
        let (items, len) = match (object.downcast::<PyList>(), object.downcast::<PyTuple>()) {
            (Some(list), _) => (list.place(0), list.len()),
            (_, Some(tuple)) => (tuple.place(0), tuple.items().len()),
            _ => return Err(bad_call(cx, "PySequence_Fast_ITEMS")),
        };
        let Some(items) = items else { return Ok(core::ptr::dangling_mut()) };
        for at in 0..len {
            // SAFETY: a place of the container; nothing else runs.
            unsafe {
                let place = items.add(at);
                if (*place).is_small() && box_in_place(cx, place).is_err() {
                    let limit = cx.heap.limit();
                    cx.heap.set_limit(None);
                    let boxed = box_in_place(cx, place);
                    cx.heap.set_limit(limit);
                    boxed?;
                }
            }
        }
        Ok(items.cast())
    }
}
