//! `PyUnicode_*` and `PyBytes_*`, as far as text goes to and from UTF-8.

use core::ffi::{c_char, c_int};

use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::contract::api;

fn text<'a>(cx: &Cx, value: &'a Value) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text),
        None => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
    }
}

/// The UTF-8 of a string, which keeps it; a zero follows.
fn utf8<'a>(cx: &Cx, value: &'a Value) -> R<&'a str> {
    match text(cx, value)?.as_str() {
        Some(text) => Ok(text),
        // A lone surrogate: the codec says where.
        None => Err(match cx.call_method(value, &cx.intern("encode")?, &[cx.intern("utf-8")?]) {
            Err(raised) => raised,
            Ok(_) => cx.no_memory(),
        }),
    }
}

/// Text from UTF-8.
///
/// # Errors
/// UnicodeDecodeError.
pub fn decode(cx: &Cx, bytes: &[u8]) -> R {
    match core::str::from_utf8(bytes) {
        Ok(text) => cx.str_value(text),
        Err(_) => {
            let bytes = cx.bytes(bytes)?.into_value();
            cx.call_method(&bytes, &cx.intern("decode")?, &[cx.intern("utf-8")?])
        }
    }
}

api! {
    /// Text from UTF-8 that ends with a zero.
    runs fn PyUnicode_FromString(cx, utf8: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        decode(cx, unsafe { core::ffi::CStr::from_ptr(utf8) }.to_bytes())
    }

    /// Text from so many bytes of UTF-8.
    runs fn PyUnicode_FromStringAndSize(cx, utf8: *const c_char, size: isize) -> Value {
        if size < 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyUnicode_FromStringAndSize");
        }
        if size == 0 {
            return cx.str_value("");
        }
        if utf8.is_null() {
            return raise!(cx, exc::SYSTEM_ERROR, "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize");
        }
        // SAFETY: the contract: so many bytes lie there.
        decode(cx, unsafe { core::slice::from_raw_parts(utf8.cast(), size as usize) })
    }

    /// Interned text from UTF-8 that ends with a zero.
    runs fn PyUnicode_InternFromString(cx, utf8: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        let made = decode(cx, unsafe { core::ffi::CStr::from_ptr(utf8) }.to_bytes())?;
        Ok(cx.intern_value(made))
    }

    /// The UTF-8 of a string, which keeps it; its length in bytes, if it is asked for.
    quiet fn PyUnicode_AsUTF8AndSize(cx, object: Borrowed, size: *mut isize) -> *const c_char {
        let bytes = utf8(cx, &object)?;
        if !size.is_null() {
            // SAFETY: the contract: there is a place for it.
            unsafe { size.write(bytes.len() as isize) };
        }
        Ok(bytes.as_ptr().cast())
    }

    /// The UTF-8 of a string, which keeps it.
    quiet fn PyUnicode_AsUTF8(cx, object: Borrowed) -> *const c_char {
        Ok(utf8(cx, &object)?.as_ptr().cast())
    }

    /// How many code points it has.
    quiet fn PyUnicode_GetLength(cx, object: Borrowed) -> isize {
        Ok(text(cx, &object)?.chars().len() as isize)
    }

    /// Is it equal to this text?
    quiet fn PyUnicode_CompareWithASCIIString(cx, object: Borrowed, other: *const c_char) -> c_int {
        // SAFETY: the contract: a text.
        let other = unsafe { core::ffi::CStr::from_ptr(other) }.to_bytes();
        let text = text(cx, &object)?.to_lossy().into_owned();
        let other: String = other.iter().map(|&b| char::from(b)).collect();
        Ok(match text.cmp(&other) {
            core::cmp::Ordering::Less => -1,
            core::cmp::Ordering::Equal => 0,
            core::cmp::Ordering::Greater => 1,
        })
    }

    /// `a + b`
    quiet fn PyUnicode_Concat(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(adder_objects::typeobject::number::ADD, &a, &b)
    }

    /// Bytes that end with a zero.
    quiet fn PyBytes_FromString(cx, bytes: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        Ok(cx.bytes(unsafe { core::ffi::CStr::from_ptr(bytes) }.to_bytes())?.into_value())
    }

    /// So many bytes; of NULL, they are still to be filled in.
    quiet fn PyBytes_FromStringAndSize(cx, bytes: *const c_char, size: isize) -> Value {
        if size < 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyBytes_FromStringAndSize");
        }
        if bytes.is_null() {
            // SAFETY: the caller fills them in, as the contract says; until then they are zeros.
            return unsafe {
                let (made, data) = cx.new_bytes(&adder_objects::bytes::BYTES_TYPE, size as usize)?;
                data.write_bytes(0, size as usize);
                Ok(made.into_value())
            };
        }
        // SAFETY: the contract: so many bytes lie there.
        Ok(cx.bytes(unsafe { core::slice::from_raw_parts(bytes.cast(), size as usize) })?.into_value())
    }

    /// The bytes, with a zero behind.
    quiet fn PyBytes_AsString(cx, object: Borrowed) -> *mut c_char {
        match object.downcast::<PyBytes>() {
            Some(bytes) => Ok(bytes.as_slice().as_ptr().cast_mut().cast()),
            None => raise!(cx, exc::TYPE_ERROR, "expected bytes, {} found", object.ty().name()),
        }
    }

    /// How many bytes there are.
    quiet fn PyBytes_Size(cx, object: Borrowed) -> isize {
        match object.downcast::<PyBytes>() {
            Some(bytes) => Ok(bytes.as_slice().len() as isize),
            None => raise!(cx, exc::TYPE_ERROR, "expected bytes, {} found", object.ty().name()),
        }
    }

    /// The bytes and their number; without a place for that, ValueError for a zero among them.
    quiet fn PyBytes_AsStringAndSize(cx, object: Borrowed, bytes: *mut *mut c_char, size: *mut isize) -> () {
        let Some(found) = object.downcast::<PyBytes>() else {
            return raise!(cx, exc::TYPE_ERROR, "expected bytes, {} found", object.ty().name());
        };
        if bytes.is_null() {
            return Err(bad_call(cx, "PyBytes_AsStringAndSize"));
        }
        let slice = found.as_slice();
        if size.is_null() && slice.contains(&0) {
            return raise!(cx, exc::VALUE_ERROR, "embedded null byte");
        }
        // SAFETY: the contract: there are places for them.
        unsafe {
            bytes.write(slice.as_ptr().cast_mut().cast());
            if !size.is_null() {
                size.write(slice.len() as isize);
            }
        }
        Ok(())
    }
}
