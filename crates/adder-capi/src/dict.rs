//! `PyDict_*`.

use core::ffi::{c_char, c_int};

use adder_objects::dict::{DICT_TYPE, OnConflict, PyDict, merge_mapping, merge_pairs};
use adder_objects::{Cx, R, Value};

use crate::border::{Borrowed, Lent, LentPlace, NewPlace, Nothing, bad_call, box_in_place};
use crate::contract::api;
use crate::errors::text_of;
use crate::mapping::{give_found, key_of};

fn dict<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyDict> {
    value.downcast::<PyDict>().ok_or_else(|| bad_call(cx, function))
}

api! {
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

    /// A value, or NULL. Exceptions are reported and passed over.
    runs fn PyDict_GetItem(cx, object: Borrowed, key: Borrowed) -> Lent {
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(Lent::NULL) };
        Ok(or_reported(cx, lend_value(cx, dict, &key), "PyDict_GetItem", "PyDict_GetItemRef() or PyDict_GetItemWithError()"))
    }

    /// A value, or NULL.
    runs fn PyDict_GetItemWithError(cx, object: Borrowed, key: Borrowed) -> Lent {
        lend_value(cx, dict(cx, &object, "PyDict_GetItemWithError")?, &key)
    }

    /// A value by a text, or NULL. Exceptions are reported and passed over.
    runs fn PyDict_GetItemString(cx, object: Borrowed, key: *const c_char) -> Lent {
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(Lent::NULL) };
        // SAFETY: the contract: a text.
        let found = unsafe { key_of(cx, key) }.and_then(|key| lend_value(cx, dict, &key));
        Ok(or_reported(cx, found, "PyDict_GetItemString", "PyDict_GetItemRefString()"))
    }

    /// A value, owned: 1; or 0 and NULL.
    runs fn PyDict_GetItemRef(cx, object: Borrowed, key: Borrowed, result: NewPlace) -> bool {
        give_found(cx, dict(cx, &object, "PyDict_GetItemRef").and_then(|dict| dict.get(cx, &key)), &result)
    }

    /// `del dict[key]`
    runs fn PyDict_DelItem(cx, object: Borrowed, key: Borrowed) -> () {
        // The key first, as CPython does.
        let hash = cx.hash(&key)?;
        let dict = dict(cx, &object, "PyDict_DelItem")?;
        match dict.find_hashed(cx, &key, hash)?.map(|at| dict.remove_at(at)) {
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
        Ok(dict(cx, &object, "PyDict_Contains")?.find(cx, &key)?.is_some())
    }

    /// A dict with the same entries: of what has an `__iter__` of its own, by its `keys`.
    runs fn PyDict_Copy(cx, object: Borrowed) -> Value {
        let from = dict(cx, &object, "PyDict_Copy")?;
        if object.is_exact(&DICT_TYPE) {
            return Ok(from.copy(cx)?.into_value());
        }
        let made = cx.dict()?;
        merge_mapping(cx, &made, &object, OnConflict::Replace)?;
        Ok(made.into_value())
    }

    /// `dict.clear()`
    runs fn PyDict_Clear(cx, object: Borrowed) -> Nothing {
        let _ = cx;
        if let Some(dict) = object.downcast::<PyDict>() {
            dict.clear_all();
        }
        Ok(Nothing)
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
        // SAFETY: the contract: the place is C's.
        unsafe { next(cx, dict, place, &key, &value, core::ptr::null_mut()) }
    }

    /// Takes the entries of a mapping over; with `replace` 0 keys that are there keep their values.
    runs fn PyDict_Merge(cx, object: Borrowed, other: Borrowed, replace: c_int) -> () {
        merge_mapping(cx, dict(cx, &object, "PyDict_Merge")?, &other, on_conflict(replace))
    }

    /// `dict.update(mapping)`
    runs fn PyDict_Update(cx, object: Borrowed, other: Borrowed) -> () {
        merge_mapping(cx, dict(cx, &object, "PyDict_Update")?, &other, OnConflict::Replace)
    }

    /// Takes an iterable of pairs over.
    runs fn PyDict_MergeFromSeq2(cx, object: Borrowed, pairs: Borrowed, replace: c_int) -> () {
        merge_pairs(cx, dict(cx, &object, "PyDict_MergeFromSeq2")?, &pairs, on_conflict(replace))
    }

    /// Like `PyDict_Merge`; with `replace` 2 a key that is there is a KeyError.
    runs fn _PyDict_MergeEx(cx, object: Borrowed, other: Borrowed, replace: c_int) -> () {
        merge_mapping(cx, dict(cx, &object, "_PyDict_MergeEx")?, &other, match replace {
            2 => OnConflict::Refuse,
            replace => on_conflict(replace),
        })
    }

    /// The value of a key, which is set to a default if it is not there.
    runs fn PyDict_SetDefault(cx, object: Borrowed, key: Borrowed, default: Borrowed) -> Lent {
        let dict = dict(cx, &object, "PyDict_SetDefault")?;
        let hash = cx.hash(&key)?;
        let at = match dict.find_hashed(cx, &key, hash)? {
            Some(at) => Some(at),
            None => {
                dict.set_hashed(cx, &key, hash, default.to_owned())?;
                dict.find_hashed(cx, &key, hash)?
            }
        };
        match at.and_then(|at| dict.place_at(at)) {
            // SAFETY: a place of the dict; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            // A comparison took it out again.
            None => Ok(Lent::NULL),
        }
    }

    /// The same, owned: 1 if the key was there, 0 if it got the default. The place for the value may be NULL.
    runs fn PyDict_SetDefaultRef(cx, object: Borrowed, key: Borrowed, default: Borrowed, result: NewPlace) -> bool {
        result.clear();
        let dict = dict(cx, &object, "PyDict_SetDefaultRef")?;
        let hash = cx.hash(&key)?;
        let (value, there) = match dict.find_hashed(cx, &key, hash)? {
            Some(at) => (dict.value_at(at), true),
            None => {
                dict.set_hashed(cx, &key, hash, default.to_owned())?;
                (default.to_owned(), false)
            }
        };
        result.put(cx, Some(value))?;
        Ok(there)
    }

    /// Takes a key out: 1 and the value, owned; 0 and NULL if it was not there. The place for the value may be NULL.
    runs fn PyDict_Pop(cx, object: Borrowed, key: Borrowed, result: NewPlace) -> bool {
        pop(cx, dict(cx, &object, "PyDict_Pop").map(|dict| (dict, key.to_owned())), &result)
    }

    /// The same by a text.
    runs fn PyDict_PopString(cx, object: Borrowed, key: *const c_char, result: NewPlace) -> bool {
        // SAFETY: the contract: a text.
        let key = unsafe { key_of(cx, key) }?;
        pop(cx, dict(cx, &object, "PyDict_PopString").map(|dict| (dict, key)), &result)
    }

    /// `key in dict` by a text.
    runs fn PyDict_ContainsString(cx, object: Borrowed, key: *const c_char) -> bool {
        // SAFETY: the contract: a text.
        let key = unsafe { key_of(cx, key) }?;
        Ok(dict(cx, &object, "PyDict_ContainsString")?.find(cx, &key)?.is_some())
    }

    /// A value by a text, owned: 1; or 0 and NULL.
    runs fn PyDict_GetItemStringRef(cx, object: Borrowed, key: *const c_char, result: NewPlace) -> bool {
        // SAFETY: the contract: a text.
        let key = unsafe { key_of(cx, key) };
        let found = key.and_then(|key| dict(cx, &object, "PyDict_GetItemStringRef")?.get(cx, &key));
        give_found(cx, found, &result)
    }

    /// A value by a text, or NULL.
    runs fn _PyDict_GetItemStringWithError(cx, object: Borrowed, key: *const c_char) -> Lent {
        // SAFETY: the contract: a text.
        let key = unsafe { key_of(cx, key) }?;
        lend_value(cx, dict(cx, &object, "_PyDict_GetItemStringWithError")?, &key)
    }

    /// A dict with room for so many entries.
    quiet fn _PyDict_NewPresized(cx, entries: isize) -> Value {
        let made = cx.dict()?;
        // Room that is not there is made when it is needed.
        if entries > 5 {
            made.reserve(cx, entries as usize)?;
        }
        Ok(made.into_value())
    }

    /// A value by a key whose hash is known, or NULL.
    runs fn _PyDict_GetItem_KnownHash(cx, object: Borrowed, key: Borrowed, hash: isize) -> Lent {
        let dict = dict(cx, &object, "_PyDict_GetItem_KnownHash")?;
        match dict.find_hashed(cx, &key, hash as i64)?.and_then(|at| dict.place_at(at)) {
            // SAFETY: a place of the dict; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            None => Ok(Lent::NULL),
        }
    }

    /// `dict[key] = value` with the key's hash.
    runs fn _PyDict_SetItem_KnownHash(cx, object: Borrowed, key: Borrowed, value: Borrowed, hash: isize) -> () {
        dict(cx, &object, "_PyDict_SetItem_KnownHash")?.set_hashed(cx, &key, hash as i64, value.to_owned())
    }

    /// `key in dict` with the key's hash.
    runs fn _PyDict_Contains_KnownHash(cx, object: Borrowed, key: Borrowed, hash: isize) -> bool {
        Ok(dict(cx, &object, "_PyDict_Contains_KnownHash")?.find_hashed(cx, &key, hash as i64)?.is_some())
    }

    /// The next entry from a place on, and the hash of its key: 1, or 0 at the end.
    quiet fn _PyDict_Next(
        cx, object: Borrowed, place: *mut isize, key: LentPlace, value: LentPlace, hash: *mut isize
    ) -> c_int {
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(0) };
        // SAFETY: the contract: the place is C's; that for the hash may be NULL.
        unsafe { next(cx, dict, place, &key, &value, hash) }
    }

    /// A dict that knows the order of its keys: `collections.OrderedDict()`.
    runs fn PyODict_New(cx) -> Value {
        let class = cx.getattr_text(&cx.import("collections")?, "OrderedDict")?;
        cx.call(&class, &[])
    }

    /// `dict[key] = value`
    runs fn PyODict_SetItem(cx, object: Borrowed, key: Borrowed, value: Borrowed) -> () {
        cx.setitem(&object, &key, Some(&value))
    }

    /// `del dict[key]`
    runs fn PyODict_DelItem(cx, object: Borrowed, key: Borrowed) -> () {
        cx.setitem(&object, &key, None)
    }
}

fn on_conflict(replace: c_int) -> OnConflict {
    if replace == 0 { OnConflict::Keep } else { OnConflict::Replace }
}

/// Takes a key out and writes the value to C's place, which may be NULL.
fn pop(cx: &Cx, of: R<(&PyDict, Value)>, result: &NewPlace) -> R<bool> {
    let taken = of.and_then(|(dict, key)| if dict.is_empty() { Ok(None) } else { dict.remove(cx, &key) });
    give_found(cx, taken, result)
}

/// The next entry from a place on.
///
/// # Safety
/// The place is C's; that for the hash may be NULL.
unsafe fn next(
    cx: &Cx,
    dict: &PyDict,
    place: *mut isize,
    key: &LentPlace,
    value: &LentPlace,
    hash: *mut isize,
) -> R<c_int> {
    // SAFETY: by the contract; the dict's places are its own, and nothing else runs.
    unsafe {
        let Some((next, key_place, value_place)) = dict.next_places((*place).max(0) as usize) else { return Ok(0) };
        let (found_key, found_value) = (box_in_place(cx, key_place)?, box_in_place(cx, value_place)?);
        *place = next as isize;
        key.put(found_key);
        value.put(found_value);
        if !hash.is_null() {
            hash.write(dict.hash_at(next - 1).unwrap_or(0) as isize);
        }
    }
    Ok(1)
}

/// An exception is reported, and passed over.
fn or_reported(cx: &Cx, found: R<Lent>, function: &str, others: &str) -> Lent {
    found.unwrap_or_else(|raised| {
        let what = format!("Exception ignored in {function}(); consider using {others}");
        cx.unraisable(raised, Some(&what), None);
        Lent::NULL
    })
}

/// A value that the dict goes on owning.
pub fn lend_value(cx: &Cx, dict: &PyDict, key: &Value) -> R<Lent> {
    match dict.place_of(cx, key)? {
        // SAFETY: a place of the dict; nothing else runs.
        Some(place) => unsafe { box_in_place(cx, place) },
        None => Ok(Lent::NULL),
    }
}
