//! Attributes of instances: in inline slots, or in a dict.
//!
//! ```text
//!  object:  head | fields of the built-in base | __slots__ | dict word | inline slots …
//! ```
//!
//! The names of the inline slots are shared by the instances of a class, in the order in which the first of them got them. An
//! instance whose attributes come in another order, or that gets more than there are slots for, or whose `__dict__` is asked for,
//! puts them all into a dict of its own; then its dict word holds that dict, and the slots stay empty.

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::object::{Obj, Slot};
use crate::tuple::PyTuple;
use crate::typeobject::flag;
use crate::value::Value;

/// Can the object have attributes of its own?
#[inline(always)]
pub fn has_dict(object: &Value) -> bool {
    object.is_object() && object.shape().dict_offset.get() != 0
}

/// The dict word of an object.
#[inline]
pub fn dict_word(object: &Value) -> Option<&Slot> {
    if !object.is_object() {
        return None;
    }
    let shape = object.shape();
    let offset = match shape.dict_offset.get() {
        0 => return None,
        1 => end_of_items(object),
        offset => offset as usize,
    };
    // SAFETY: the shape says that a word for the dict lies there; where C keeps it, it may be null.
    unsafe {
        let word = object.head_ptr().cast::<u8>().as_ptr().add(offset);
        if *word.cast::<usize>() == 0 { None } else { Some(&*word.cast::<Slot>()) }
    }
}

/// The same for who wants to write there: a null word of C's gets a dict.
pub(crate) fn dict_word_to_write<'a>(cx: &Cx, object: &'a Value) -> R<Option<&'a Slot>> {
    if let Some(word) = dict_word(object) {
        return Ok(Some(word));
    }
    if !has_dict(object) {
        return Ok(None);
    }
    let dict = cx.dict()?.into_value();
    if let Some(word) = dict_word(object) {
        return Ok(Some(word));
    }
    // SAFETY: it has a word, which is null: nothing is overwritten that would have to be released.
    unsafe {
        let word = object.head_ptr().cast::<u8>().as_ptr().add(object.shape().dict_offset.get() as usize);
        word.cast::<Value>().write(dict);
    }
    Ok(dict_word(object))
}

/// Where the items of an object of varying size end: its dict word lies there.
#[cold]
fn end_of_items(object: &Value) -> usize {
    let items = if object.ty().has(flag::TUPLE) {
        // SAFETY: the flag says so.
        unsafe { object.cast::<PyTuple>() }.items().len() * 8
    } else if object.ty().has(flag::INT) {
        // SAFETY: the flag says so.
        unsafe { object.cast::<crate::int::PyLong>() }.digits().len() * 8
    } else if let Some(bytes) = object.downcast::<crate::bytes::PyBytes>() {
        return crate::bytes::end_of_bytes(object.shape().size.get() as usize, bytes.as_slice().len());
    } else if object.ty().native().is_foreign() {
        let native = &object.ty().native().c;
        // SAFETY: in C's objects of different sizes the number of items follows the head.
        let count = unsafe { *object.head_ptr().cast::<isize>().add(size_of::<Head>() / 8).as_ref() };
        let fixed = object.shape().size.get() as usize;
        return (fixed + count.unsigned_abs() * native.tp_itemsize.get().unsigned_abs()).next_multiple_of(8);
    } else {
        0
    };
    object.shape().size.get() as usize + items
}

/// The inline slots of an object, none while its attributes lie in a dict.
pub(crate) fn inline_slots_in_use(object: &Value) -> &[Slot] {
    match dict_word(object) {
        Some(word) if word.is_unset() => inline_slots(object),
        _ => &[],
    }
}

/// The inline slots of an object whose shape has some. In use only while its dict word is empty.
#[inline(always)]
pub(crate) fn inline_slots(object: &Value) -> &[Slot] {
    let shape = object.shape();
    let n = shape.inline.get() as usize;
    if n == 0 {
        return &[];
    }
    let first = shape.dict_offset.get() as usize + 8;
    // SAFETY: the shape says that so many slots follow the dict word.
    unsafe { core::slice::from_raw_parts(object.head_ptr().cast::<u8>().as_ptr().add(first).cast::<Slot>(), n) }
}

/// Bytes from the head to an inline slot: what inline caches keep.
pub fn slot_offset(object: &Value, index: usize) -> usize {
    object.shape().dict_offset.get() as usize + 8 + index * 8
}

/// The dict of an object, if its attributes lie in one.
#[inline]
pub fn own_dict(object: &Value) -> Option<Obj<PyDict>> {
    dict_word(object)?.try_get()?.try_into_obj::<PyDict>().ok()
}

/// An attribute of the instance itself.
#[inline]
pub fn get(cx: &Cx, object: &Value, name: &Value) -> R<Option<Value>> {
    let Some(word) = dict_word(object) else { return Ok(None) };
    if word.is_unset() {
        return Ok(match object.shape().keys().find(name) {
            Some(index) => inline_slots(object)[index].try_get(),
            None => None,
        });
    }
    match own_dict(object) {
        Some(dict) => dict.get(cx, name),
        None => Ok(None),
    }
}

/// Sets an attribute of the instance itself.
pub fn set(cx: &Cx, object: &Value, name: &Value, value: Value) -> R<()> {
    let Some(word) = dict_word_to_write(cx, object)? else {
        return raise!(cx, crate::exceptions::ATTRIBUTE_ERROR, "'{}' object has no __dict__", object.ty().name());
    };
    if word.is_unset() {
        let name = &cx.intern_value(name.clone());
        let slots = inline_slots(object);
        let shape = object.shape();
        let index = match shape.keys().find(name) {
            Some(index) => Some(index),
            None if is_plain_name(name) => {
                let index = shape.add_key(name);
                // Caches may have the class's attribute of the name: they knew no instance with one of its own.
                if index.is_some() && cx.lookup(shape.ty(), name)?.is_some() {
                    cx.type_changed(shape.ty());
                }
                index
            }
            None => None,
        };
        if let Some(index) = index {
            // The order of the slots is the order of the attributes: one that is new comes behind all others.
            if !slots[index].is_unset() || slots[index + 1..].iter().all(Slot::is_unset) {
                slots[index].set(value);
                return Ok(());
            }
        }
        return dict(cx, object)?.set(cx, name, value);
    }
    match own_dict(object) {
        Some(dict) => dict.set(cx, name, value),
        None => Ok(()),
    }
}

fn is_plain_name(name: &Value) -> bool {
    name.downcast_exact::<crate::str::PyStr>().is_some_and(crate::str::PyStr::is_interned)
}

/// Removes an attribute of the instance itself; false if there is none.
pub fn delete(cx: &Cx, object: &Value, name: &Value) -> R<bool> {
    let Some(word) = dict_word(object) else { return Ok(false) };
    if word.is_unset() {
        return Ok(match object.shape().keys().find(name) {
            Some(index) => inline_slots(object)[index].take().is_some(),
            None => false,
        });
    }
    match own_dict(object) {
        Some(dict) => Ok(dict.remove(cx, name)?.is_some()),
        None => Ok(false),
    }
}

/// The instance's `__dict__`: from now on its attributes lie there.
pub fn dict(cx: &Cx, object: &Value) -> R<Obj<PyDict>> {
    dict_word_to_write(cx, object)?;
    if let Some(dict) = own_dict(object) {
        return Ok(dict);
    }
    let dict = cx.dict()?;
    let shape = object.shape();
    for (index, slot) in inline_slots(object).iter().enumerate() {
        if let (Some(name), Some(value)) = (shape.keys().name(index), slot.try_get()) {
            dict.set(cx, name, value)?;
        }
    }
    if let Some(word) = dict_word(object) {
        word.set(dict.clone().into_value());
    }
    for slot in inline_slots(object) {
        drop(slot.take());
    }
    Ok(dict)
}

/// The attributes of an instance in order, without making a dict.
pub fn attributes(object: &Value) -> Vec<(Value, Value)> {
    if let Some(dict) = own_dict(object) {
        return dict.entries();
    }
    if dict_word(object).is_none() {
        return Vec::new();
    }
    let shape = object.shape();
    let named = inline_slots(object).iter().enumerate();
    named.filter_map(|(index, slot)| Some((shape.keys().name(index)?.clone(), slot.try_get()?))).collect()
}
