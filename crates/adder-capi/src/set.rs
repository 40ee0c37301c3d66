//! `PySet_*`, `PyFrozenSet_*`.

use adder_objects::set::{FROZENSET_TYPE, PySet, SET_TYPE};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, LentPlace, bad_call, box_in_place};
use crate::contract::api;

/// A set, frozen or not.
fn any<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PySet> {
    value.downcast::<PySet>().ok_or_else(|| bad_call(cx, function))
}

/// A set that is not frozen.
fn set<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PySet> {
    value.downcast::<PySet>().filter(|_| value.is_instance(&SET_TYPE)).ok_or_else(|| bad_call(cx, function))
}

api! {
    /// `set(iterable)`; NULL for an empty one.
    runs fn PySet_New(cx, iterable: Option<Borrowed>) -> Value {
        match iterable {
            Some(iterable) => Ok(cx.set_of(&SET_TYPE, &iterable)?.into_value()),
            None => Ok(cx.set()?.into_value()),
        }
    }

    /// `frozenset(iterable)`; NULL for an empty one.
    runs fn PyFrozenSet_New(cx, iterable: Option<Borrowed>) -> Value {
        match iterable {
            Some(iterable) => Ok(cx.set_of(&FROZENSET_TYPE, &iterable)?.into_value()),
            None => Ok(cx.set_in(&FROZENSET_TYPE)?.into_value()),
        }
    }

    /// How many values it holds.
    quiet fn PySet_Size(cx, object: Borrowed) -> isize {
        Ok(any(cx, &object, "PySet_Size")?.len() as isize)
    }

    /// `key in set`, for a key that has a hash.
    runs fn PySet_Contains(cx, object: Borrowed, key: Borrowed) -> bool {
        any(cx, &object, "PySet_Contains")?.contains(cx, &key)
    }

    /// Adds a value: to a set, or to a frozenset that nobody else has seen.
    runs fn PySet_Add(cx, object: Borrowed, key: Borrowed) -> () {
        let set = any(cx, &object, "PySet_Add")?;
        if !object.is_instance(&SET_TYPE) && object.references() != 1 {
            return Err(bad_call(cx, "PySet_Add"));
        }
        set.add(cx, &key).map(drop)
    }

    /// Removes a value: 1, or 0 if it was not there.
    runs fn PySet_Discard(cx, object: Borrowed, key: Borrowed) -> bool {
        let set = set(cx, &object, "PySet_Discard")?;
        let hash = cx.hash(&key)?;
        set.remove_hashed(cx, &key, hash)
    }

    /// Takes some value out.
    quiet fn PySet_Pop(cx, object: Borrowed) -> Value {
        match set(cx, &object, "PySet_Pop")?.pop() {
            Some(value) => Ok(value),
            None => raise!(cx, exc::KEY_ERROR, "pop from an empty set"),
        }
    }

    /// Removes all values.
    runs fn PySet_Clear(cx, object: Borrowed) -> () {
        set(cx, &object, "PySet_Clear")?.clear_all();
        Ok(())
    }

    /// Adds all that an iterable gives.
    runs fn _PySet_Update(cx, object: Borrowed, iterable: Borrowed) -> () {
        let set = set(cx, &object, "_PySet_Update")?;
        set.update(cx, &iterable)
    }

    /// The next value from a place on, lent, and its hash: 1, or 0 at the end.
    quiet fn _PySet_NextEntry(cx, object: Borrowed, place: *mut isize, key: LentPlace, hash: *mut isize) -> bool {
        let set = any(cx, &object, "_PySet_NextEntry")?;
        // SAFETY: the contract: the places are C's; nothing runs meanwhile.
        unsafe {
            let mut at = (*place).max(0) as usize;
            let Some((found, value)) = set.next_place(&mut at) else { return Ok(false) };
            key.put(box_in_place(cx, value)?);
            *place = at as isize;
            hash.write(found as isize);
        }
        Ok(true)
    }
}
