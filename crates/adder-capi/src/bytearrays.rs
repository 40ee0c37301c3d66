//! `PyByteArray_*`.

use core::ffi::c_char;

use adder_objects::bytearray::{BYTEARRAY_TYPE, PyByteArray};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::contract::api;

fn array<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyByteArray> {
    value.downcast::<PyByteArray>().ok_or_else(|| bad_call(cx, function))
}

/// What C reads of an array without bytes.
static EMPTY: [u8; 1] = [0];

api! {
    /// `bytearray(object)`
    runs fn PyByteArray_FromObject(cx, object: Borrowed) -> Value {
        cx.call(&BYTEARRAY_TYPE.value(), core::slice::from_ref(&*object))
    }

    /// A bytearray of these bytes; of NULL of so many that are not written.
    quiet fn PyByteArray_FromStringAndSize(cx, bytes: *const c_char, len: isize) -> Value {
        if len < 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyByteArray_FromStringAndSize");
        }
        if bytes.is_null() {
            let made = cx.bytearray(&[])?;
            made.resize(cx, len as usize)?;
            return Ok(made.into_value());
        }
        // SAFETY: the contract: so many bytes lie there.
        Ok(cx.bytearray(unsafe { core::slice::from_raw_parts(bytes.cast(), len as usize) })?.into_value())
    }

    /// The bytes of two objects, one behind the other.
    runs fn PyByteArray_Concat(cx, a: Borrowed, b: Borrowed) -> Value {
        let (Some(of_a), Some(of_b)) = (a.ty().slots.buffer.get(), b.ty().slots.buffer.get()) else {
            return raise!(cx, exc::TYPE_ERROR, "can't concat {} to {}", b.ty().name(), a.ty().name());
        };
        let made = cx.bytearray(&[])?;
        for (f, object) in [(of_a, &a), (of_b, &b)] {
            let view = f(cx, object, adder_objects::buffer::request::SIMPLE)?;
            // SAFETY: no code runs while the bytes are copied.
            made.extend_bytes(cx, unsafe { view.as_slice() })?;
        }
        Ok(made.into_value())
    }

    /// How many bytes it has.
    quiet fn PyByteArray_Size(cx, object: Borrowed) -> isize {
        Ok(array(cx, &object, "PyByteArray_Size")?.len() as isize)
    }

    /// Its bytes, to be read and written; a zero follows.
    quiet fn PyByteArray_AsString(cx, object: Borrowed) -> *mut c_char {
        let array = array(cx, &object, "PyByteArray_AsString")?;
        if array.is_empty() {
            return Ok((&raw const EMPTY).cast_mut().cast());
        }
        // SAFETY: C's contract is that of the borrow.
        Ok(unsafe { array.as_mut_slice() }.as_mut_ptr().cast())
    }

    /// Changes the number of bytes.
    quiet fn PyByteArray_Resize(cx, object: Borrowed, len: isize) -> () {
        let array = array(cx, &object, "PyByteArray_Resize")?;
        if len < 0 {
            return raise!(cx, exc::VALUE_ERROR, "Can only resize to positive sizes, got {len}");
        }
        array.resize(cx, len as usize)
    }
}
