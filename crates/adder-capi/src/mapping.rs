//! `PyMapping_*`: the mapping protocol of any object.

use core::ffi::{c_char, c_int, c_void};

use adder_objects::dict::PyDict;
use adder_objects::{Catch, Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, NewPlace, Object};
use crate::contract::api;
use crate::structs::{mp, sq};
use crate::types::inward::{self, Lent};
use crate::types::outward::is_ours;

/// The length by a function of C's kind, or by the slot behind it.
///
/// # Safety
/// The field holds such a function.
pub unsafe fn len_by(cx: &Cx, object: &Value, field: *const c_void) -> R<isize> {
    if is_ours(field) {
        return Ok(cx.len(object)? as isize);
    }
    let lent = Lent::new(cx, object)?;
    // SAFETY: the field holds a function of this kind, which borrows its argument.
    let len = unsafe {
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object) -> isize>(field);
        f(lent.object())
    };
    match crate::indicator::take() {
        Some(raised) => Err(raised),
        None if len < 0 => {
            raise!(cx, exc::SYSTEM_ERROR, "{}.__len__ failed without setting an exception", object.ty().name())
        }
        None => Ok(len),
    }
}

/// `len(object)`, if the type says that as a mapping.
fn len_of(cx: &Cx, object: &Value) -> R<isize> {
    let ty = object.ty();
    let field = inward::mp(&ty.c, mp::LENGTH);
    if field.is_null() {
        let name = ty.name();
        if !inward::sq(&ty.c, sq::LENGTH).is_null() {
            return raise!(cx, exc::TYPE_ERROR, "{name} is not a mapping");
        }
        return raise!(cx, exc::TYPE_ERROR, "object of type '{name}' has no len()");
    }
    // SAFETY: it is the length of the mapping suite.
    unsafe { len_by(cx, object, field) }
}

/// `object[key]`; nothing for a KeyError.
fn get(cx: &Cx, object: &Value, key: &Value) -> R<Option<Value>> {
    match object.downcast_exact::<PyDict>() {
        Some(dict) => dict.get(cx, key),
        None => cx.getitem(object, key).unless(&exc::KEY_ERROR),
    }
}

/// Writes what was found to C's place: 1, or 0 and NULL.
pub fn give_found(cx: &Cx, found: R<Option<Value>>, result: &NewPlace) -> R<bool> {
    result.clear();
    let found = found?;
    let there = found.is_some();
    result.put(cx, found)?;
    Ok(there)
}

/// A text of C's as a key.
///
/// # Safety
/// A text that ends with a zero, or NULL.
pub unsafe fn key_of(cx: &Cx, text: *const c_char) -> R {
    if text.is_null() {
        return raise!(cx, exc::SYSTEM_ERROR, "null argument to internal routine");
    }
    // SAFETY: forwarded contract.
    let text = unsafe { core::ffi::CStr::from_ptr(text) };
    cx.str_value(&text.to_string_lossy())
}

/// Is there a value? An exception is reported and passed over.
fn has_quietly(cx: &Cx, found: R<Option<Value>>, function: &str, others: &str) -> c_int {
    match found {
        Ok(found) => found.is_some().into(),
        Err(raised) => {
            let what = format!("Exception ignored in {function}(); consider using {others}");
            cx.unraisable(raised, Some(&what), None);
            0
        }
    }
}

/// What a method without arguments gives, as a list.
fn listed(cx: &Cx, object: &Value, method: &str) -> R {
    let given = cx.call_method(object, &cx.intern(method)?, &[])?;
    let Some(iterator) = cx.iter(&given).unless(&exc::TYPE_ERROR)? else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{}.{method}() returned a non-iterable (type {})",
            object.ty().name(),
            given.ty().name()
        );
    };
    Ok(cx.list_of(&iterator)?.into_value())
}

api! {
    /// Has it items by key? (Sequences that take slices have, too.)
    quiet fn PyMapping_Check(cx, object: Option<Borrowed>) -> c_int {
        let _ = cx;
        Ok(object.is_some_and(|object| object.ty().slots.getitem.get().is_some()).into())
    }

    /// `len(object)` of a mapping.
    runs fn PyMapping_Size(cx, object: Borrowed) -> isize {
        len_of(cx, &object)
    }

    /// The same.
    runs fn PyMapping_Length(cx, object: Borrowed) -> isize {
        len_of(cx, &object)
    }

    /// `object[key]` by a text.
    runs fn PyMapping_GetItemString(cx, object: Borrowed, key: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        cx.getitem(&object, &unsafe { key_of(cx, key) }?)
    }

    /// `object[key] = value` by a text.
    runs fn PyMapping_SetItemString(cx, object: Borrowed, key: *const c_char, value: Borrowed) -> () {
        // SAFETY: the contract: a text.
        cx.setitem(&object, &unsafe { key_of(cx, key) }?, Some(&value))
    }

    /// `del object[key]` by a text.
    runs fn PyObject_DelItemString(cx, object: Borrowed, key: *const c_char) -> () {
        // SAFETY: the contract: a text.
        cx.setitem(&object, &unsafe { key_of(cx, key) }?, None)
    }

    /// `object[key]`: 1; or 0 and NULL for a KeyError.
    runs fn PyMapping_GetOptionalItem(cx, object: Borrowed, key: Borrowed, result: NewPlace) -> bool {
        give_found(cx, get(cx, &object, &key), &result)
    }

    /// The same by a text.
    runs fn PyMapping_GetOptionalItemString(cx, object: Borrowed, key: *const c_char, result: NewPlace) -> bool {
        // SAFETY: the contract: a text.
        give_found(cx, unsafe { key_of(cx, key) }.and_then(|key| get(cx, &object, &key)), &result)
    }

    /// Is there a value for the key? Exceptions but KeyError are raised.
    runs fn PyMapping_HasKeyWithError(cx, object: Borrowed, key: Borrowed) -> bool {
        Ok(get(cx, &object, &key)?.is_some())
    }

    /// The same by a text.
    runs fn PyMapping_HasKeyStringWithError(cx, object: Borrowed, key: *const c_char) -> bool {
        // SAFETY: the contract: a text.
        Ok(get(cx, &object, &unsafe { key_of(cx, key) }?)?.is_some())
    }

    /// Is there a value for the key? Exceptions are reported and passed over.
    runs fn PyMapping_HasKey(cx, object: Option<Borrowed>, key: Option<Borrowed>) -> c_int {
        let found = match (object, key) {
            (Some(object), Some(key)) => get(cx, &object, &key),
            _ => raise!(cx, exc::SYSTEM_ERROR, "null argument to internal routine"),
        };
        let others = "PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()";
        Ok(has_quietly(cx, found, "PyMapping_HasKey", others))
    }

    /// The same by a text.
    runs fn PyMapping_HasKeyString(cx, object: Option<Borrowed>, key: *const c_char) -> c_int {
        let found = match object {
            // SAFETY: the contract: a text.
            Some(object) if !key.is_null() => unsafe { key_of(cx, key) }.and_then(|key| get(cx, &object, &key)),
            _ => raise!(cx, exc::SYSTEM_ERROR, "null argument to internal routine"),
        };
        let others = "PyMapping_HasKeyStringWithError(), PyMapping_GetOptionalItemString() or PyMapping_GetItemString()";
        Ok(has_quietly(cx, found, "PyMapping_HasKeyString", others))
    }

    /// `list(object.keys())`
    runs fn PyMapping_Keys(cx, object: Borrowed) -> Value {
        listed(cx, &object, "keys")
    }

    /// `list(object.values())`
    runs fn PyMapping_Values(cx, object: Borrowed) -> Value {
        listed(cx, &object, "values")
    }

    /// `list(object.items())`
    runs fn PyMapping_Items(cx, object: Borrowed) -> Value {
        listed(cx, &object, "items")
    }
}
