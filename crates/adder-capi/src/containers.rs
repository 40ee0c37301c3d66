//! `PyList_*`, `PyTuple_*`, `PyDict_*`.

use core::ffi::{c_char, c_int};

use adder_objects::dict::PyDict;
use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Lent, LentPlace, NewPlace, Object, Stolen, bad_call, box_in_place};
use crate::contract::api;
use crate::errors::text_of;

fn list<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyList> {
    value.downcast::<PyList>().ok_or_else(|| bad_call(cx, function))
}

fn tuple<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyTuple> {
    value.downcast::<PyTuple>().ok_or_else(|| bad_call(cx, function))
}

fn dict<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyDict> {
    value.downcast::<PyDict>().ok_or_else(|| bad_call(cx, function))
}

api! {
    /// A list of so many items, all of them still missing.
    quiet fn PyList_New(cx, len: isize) -> Value {
        if len < 0 {
            return Err(bad_call(cx, "PyList_New"));
        }
        let made = cx.list([])?;
        made.reserve(cx, len as usize)?;
        for _ in 0..len {
            made.push(cx, Value::UNSET)?;
        }
        Ok(made.into_value())
    }

    /// How many items it has.
    quiet fn PyList_Size(cx, object: Borrowed) -> isize {
        Ok(list(cx, &object, "PyList_Size")?.len() as isize)
    }

    /// An item.
    quiet fn PyList_GetItem(cx, object: Borrowed, at: isize) -> Lent {
        let list = list(cx, &object, "PyList_GetItem")?;
        match usize::try_from(at).ok().and_then(|at| list.place(at)) {
            // SAFETY: a place of the list; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
        }
    }

    /// An item, owned.
    quiet fn PyList_GetItemRef(cx, object: Borrowed, at: isize) -> Value {
        let Some(list) = object.downcast::<PyList>() else { return raise!(cx, exc::TYPE_ERROR, "expected a list") };
        match usize::try_from(at).ok().and_then(|at| list.get(at)) {
            Some(item) => Ok(item),
            None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
        }
    }

    /// Replaces an item.
    runs fn PyList_SetItem(cx, object: Borrowed, at: isize, item: Option<Stolen>) -> () {
        let list = list(cx, &object, "PyList_SetItem")?;
        let item = item.map_or(Value::UNSET, |item| item.0);
        match usize::try_from(at).ok().filter(|at| *at < list.len()) {
            Some(at) => {
                list.set(at, item);
                Ok(())
            }
            None => raise!(cx, exc::INDEX_ERROR, "list assignment index out of range"),
        }
    }

    /// Puts an item in front of another.
    quiet fn PyList_Insert(cx, object: Borrowed, at: isize, item: Borrowed) -> () {
        let list = list(cx, &object, "PyList_Insert")?;
        let len = list.len() as isize;
        let at = if at < 0 { (at + len).max(0) } else { at.min(len) };
        list.insert(cx, at as usize, item.to_owned())
    }

    /// Adds an item at the end.
    quiet fn PyList_Append(cx, object: Borrowed, item: Borrowed) -> () {
        list(cx, &object, "PyList_Append")?.push(cx, item.to_owned())
    }

    /// A new list of the items from one place to another.
    quiet fn PyList_GetSlice(cx, object: Borrowed, from: isize, to: isize) -> Value {
        let list = list(cx, &object, "PyList_GetSlice")?;
        let len = list.len() as isize;
        let (from, to) = (from.clamp(0, len) as usize, to.clamp(0, len) as usize);
        let items: Vec<Value> = (from..to.max(from)).filter_map(|at| list.get(at)).collect();
        Ok(cx.list(items)?.into_value())
    }

    /// `list.sort()`
    runs fn PyList_Sort(cx, object: Borrowed) -> () {
        list(cx, &object, "PyList_Sort")?;
        cx.call_method(&object, &cx.intern("sort")?, &[]).map(drop)
    }

    /// `list.reverse()`
    quiet fn PyList_Reverse(cx, object: Borrowed) -> () {
        list(cx, &object, "PyList_Reverse")?;
        cx.call_method(&object, &cx.intern("reverse")?, &[]).map(drop)
    }

    /// `tuple(list)`
    quiet fn PyList_AsTuple(cx, object: Borrowed) -> Value {
        Ok(cx.tuple(list(cx, &object, "PyList_AsTuple")?.to_vec())?.into_value())
    }

    /// A tuple of so many items, all of them still missing.
    quiet fn PyTuple_New(cx, len: isize) -> Value {
        if len < 0 {
            return Err(bad_call(cx, "PyTuple_New"));
        }
        Ok(cx.tuple((0..len as usize).map(|_| Value::UNSET))?.into_value())
    }

    /// How many items it has.
    quiet fn PyTuple_Size(cx, object: Borrowed) -> isize {
        Ok(tuple(cx, &object, "PyTuple_Size")?.items().len() as isize)
    }

    /// An item.
    quiet fn PyTuple_GetItem(cx, object: Borrowed, at: isize) -> Lent {
        let tuple = tuple(cx, &object, "PyTuple_GetItem")?;
        match usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
            // SAFETY: a place of the tuple; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
        }
    }

    /// Fills an item of a tuple that nobody else has.
    runs fn PyTuple_SetItem(cx, object: Borrowed, at: isize, item: Option<Stolen>) -> () {
        let Some(tuple) = object.downcast::<PyTuple>().filter(|_| object.references() == 1) else {
            return Err(bad_call(cx, "PyTuple_SetItem"));
        };
        let item = item.map_or(Value::UNSET, |item| item.0);
        match usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
            Some(place) => {
                // SAFETY: a place of the tuple, which nobody else sees.
                drop(unsafe { place.replace(item) });
                Ok(())
            }
            None => raise!(cx, exc::INDEX_ERROR, "tuple assignment index out of range"),
        }
    }

    /// A new tuple of the items from one place to another.
    quiet fn PyTuple_GetSlice(cx, object: Borrowed, from: isize, to: isize) -> Value {
        let tuple = tuple(cx, &object, "PyTuple_GetSlice")?;
        let len = tuple.items().len() as isize;
        let (from, to) = (from.clamp(0, len) as usize, to.clamp(0, len) as usize);
        Ok(cx.tuple(tuple.items()[from..to.max(from)].to_vec())?.into_value())
    }

    /// A dict.
    quiet fn PyDict_New(cx) -> Value {
        Ok(cx.dict()?.into_value())
    }

    /// How many entries it has.
    quiet fn PyDict_Size(cx, object: Borrowed) -> isize {
        Ok(dict(cx, &object, "PyDict_Size")?.len() as isize)
    }

    /// `dict[key] = value`
    runs fn PyDict_SetItem(cx, object: Borrowed, key: Borrowed, value: Borrowed) -> () {
        dict(cx, &object, "PyDict_SetItem")?.set(cx, &key, value.to_owned())
    }

    /// The same by a text.
    quiet fn PyDict_SetItemString(cx, object: Borrowed, key: *const c_char, value: Borrowed) -> () {
        // SAFETY: the contract: a text.
        let key = cx.intern(&unsafe { text_of(key) })?;
        dict(cx, &object, "PyDict_SetItemString")?.set(cx, &key, value.to_owned())
    }

    /// A value, or NULL. Exceptions are passed over.
    runs fn PyDict_GetItem(cx, object: Borrowed, key: Borrowed) -> Lent {
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(Lent::NULL) };
        Ok(lend_value(cx, dict, &key).unwrap_or(Lent::NULL))
    }

    /// A value, or NULL.
    runs fn PyDict_GetItemWithError(cx, object: Borrowed, key: Borrowed) -> Lent {
        lend_value(cx, dict(cx, &object, "PyDict_GetItemWithError")?, &key)
    }

    /// A value by a text, or NULL. Exceptions are passed over.
    quiet fn PyDict_GetItemString(cx, object: Borrowed, key: *const c_char) -> Lent {
        // SAFETY: the contract: a text.
        let key = cx.intern(&unsafe { text_of(key) })?;
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(Lent::NULL) };
        Ok(lend_value(cx, dict, &key).unwrap_or(Lent::NULL))
    }

    /// A value, owned: 1; or 0 and NULL.
    runs fn PyDict_GetItemRef(cx, object: Borrowed, key: Borrowed, result: NewPlace) -> bool {
        result.clear();
        let found = dict(cx, &object, "PyDict_GetItemRef")?.get(cx, &key)?;
        let there = found.is_some();
        result.put(cx, found)?;
        Ok(there)
    }

    /// `del dict[key]`
    runs fn PyDict_DelItem(cx, object: Borrowed, key: Borrowed) -> () {
        match dict(cx, &object, "PyDict_DelItem")?.remove(cx, &key)? {
            Some(_) => Ok(()),
            None => Err(cx.key_error(&key)),
        }
    }

    /// The same by a text.
    runs fn PyDict_DelItemString(cx, object: Borrowed, key: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let key = cx.intern(&unsafe { text_of(key) })?;
        match dict(cx, &object, "PyDict_DelItemString")?.remove(cx, &key)? {
            Some(_) => Ok(()),
            None => Err(cx.key_error(&key)),
        }
    }

    /// `key in dict`
    runs fn PyDict_Contains(cx, object: Borrowed, key: Borrowed) -> bool {
        Ok(dict(cx, &object, "PyDict_Contains")?.get(cx, &key)?.is_some())
    }

    /// `dict.copy()`
    quiet fn PyDict_Copy(cx, object: Borrowed) -> Value {
        Ok(dict(cx, &object, "PyDict_Copy")?.copy(cx)?.into_value())
    }

    /// `dict.clear()`
    runs fn PyDict_Clear(cx, object: Borrowed) -> crate::border::Nothing {
        if object.downcast::<PyDict>().is_some() {
            cx.call_method(&object, &cx.intern("clear")?, &[])?;
        }
        Ok(crate::border::Nothing)
    }

    /// The keys, as a list.
    quiet fn PyDict_Keys(cx, object: Borrowed) -> Value {
        let entries = dict(cx, &object, "PyDict_Keys")?.entries();
        Ok(cx.list(entries.into_iter().map(|(key, _)| key).collect::<Vec<_>>())?.into_value())
    }

    /// The values, as a list.
    quiet fn PyDict_Values(cx, object: Borrowed) -> Value {
        let entries = dict(cx, &object, "PyDict_Values")?.entries();
        Ok(cx.list(entries.into_iter().map(|(_, value)| value).collect::<Vec<_>>())?.into_value())
    }

    /// The pairs, as a list of tuples.
    quiet fn PyDict_Items(cx, object: Borrowed) -> Value {
        let made = cx.list([])?;
        for (key, value) in dict(cx, &object, "PyDict_Items")?.entries() {
            made.push(cx, cx.tuple([key, value])?.into_value())?;
        }
        Ok(made.into_value())
    }

    /// The next entry from a place on: 1, or 0 at the end.
    quiet fn PyDict_Next(cx, object: Borrowed, place: *mut isize, key: LentPlace, value: LentPlace) -> c_int {
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(0) };
        // SAFETY: the contract: the place is C's; the dict's are its own, and nothing else runs.
        unsafe {
            let Some((next, key_place, value_place)) = dict.next_places((*place).max(0) as usize) else { return Ok(0) };
            let (found_key, found_value) = (box_in_place(cx, key_place)?, box_in_place(cx, value_place)?);
            *place = next as isize;
            key.put(found_key);
            value.put(found_value);
        }
        Ok(1)
    }

    /// What `PyList_GET_ITEM` and `PyTuple_GET_ITEM` do where a small int lies in the place; NULL where nothing does.
    quiet fn _Adder_BoxItem(cx, place: *mut Object) -> Lent {
        // SAFETY: the contract: a place of a list or a tuple that lives.
        unsafe { box_in_place(cx, place.cast()) }
    }
}

/// A value that the dict goes on owning.
fn lend_value(cx: &Cx, dict: &PyDict, key: &Value) -> R<Lent> {
    match dict.place_of(cx, key)? {
        // SAFETY: a place of the dict; nothing else runs.
        Some(place) => unsafe { box_in_place(cx, place) },
        None => Ok(Lent::NULL),
    }
}
