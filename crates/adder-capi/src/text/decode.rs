//! `PyUnicode_Decode*`: text from bytes.

use core::ffi::{c_char, c_int};

use adder_objects::codecs::{self, Handler, Order};
use adder_objects::str::PyStr;
use adder_objects::{Cx, Obj, R, Value};

use super::{bytes_at, handler, name};
use crate::border::Borrowed;
use crate::contract::api;

type Decode = fn(&Cx, &[u8], &Handler, bool) -> R<(Obj<PyStr>, usize)>;

/// Decodes; without a place for the number of bytes used all of them must be complete.
///
/// # Safety
/// So many bytes lie there; the names are texts or NULL; the place is one or NULL.
unsafe fn run(
    cx: &Cx,
    decode: Decode,
    bytes: *const c_char,
    size: isize,
    errors: *const c_char,
    consumed: *mut isize,
) -> R {
    // SAFETY: by the contract.
    unsafe {
        let (text, used) = decode(cx, bytes_at(bytes, size), &handler(cx, errors)?, consumed.is_null())?;
        if !consumed.is_null() {
            consumed.write(used as isize);
        }
        Ok(text.into_value())
    }
}

/// The order of bytes that a mark at their beginning tells: -1 for least significant first, 1, or 0 without a mark.
fn mark(bytes: &[u8], size: usize) -> c_int {
    match (bytes.get(..size), size) {
        (Some([0xFF, 0xFE]), 2) | (Some([0xFF, 0xFE, 0, 0]), 4) => -1,
        (Some([0xFE, 0xFF]), 2) | (Some([0, 0, 0xFE, 0xFF]), 4) => 1,
        _ => 0,
    }
}

/// UTF-16 (2) or UTF-32 (4): the order is read from a place and written back there.
///
/// # Safety
/// As for [`run`]; the order's place is one or NULL.
unsafe fn units(
    cx: &Cx,
    width: usize,
    bytes: *const c_char,
    size: isize,
    errors: *const c_char,
    order: *mut c_int,
    consumed: *mut isize,
) -> R {
    // SAFETY: by the contract.
    unsafe {
        let given = if order.is_null() { 0 } else { order.read() };
        let decode: Decode = match (width, given) {
            (2, 0) => |cx, bytes, errors, last| codecs::decode_utf_16(cx, bytes, errors, Order::Marked, last),
            (2, ..0) => |cx, bytes, errors, last| codecs::decode_utf_16(cx, bytes, errors, Order::Little, last),
            (2, _) => |cx, bytes, errors, last| codecs::decode_utf_16(cx, bytes, errors, Order::Big, last),
            (_, 0) => |cx, bytes, errors, last| codecs::decode_utf_32(cx, bytes, errors, Order::Marked, last),
            (_, ..0) => |cx, bytes, errors, last| codecs::decode_utf_32(cx, bytes, errors, Order::Little, last),
            (_, _) => |cx, bytes, errors, last| codecs::decode_utf_32(cx, bytes, errors, Order::Big, last),
        };
        let made = run(cx, decode, bytes, size, errors, consumed)?;
        if given == 0 && !order.is_null() {
            order.write(mark(bytes_at(bytes, size), width));
        }
        Ok(made)
    }
}

api! {
    /// Text from bytes in an encoding; NULL is UTF-8.
    runs fn PyUnicode_Decode(cx, bytes: *const c_char, size: isize, encoding: *const c_char, errors: *const c_char) -> Value {
        if size == 0 {
            // Nothing is nothing in every encoding, known or not.
            return cx.str_value("");
        }
        // SAFETY: the contract: so many bytes, and texts or NULL.
        unsafe {
            let encoding = name(cx, encoding)?;
            let encoding = encoding.as_ref().map_or("utf-8".into(), |encoding| encoding.to_lossy());
            let errors = name(cx, errors)?;
            if let Some(codec) = codecs::Codec::of(&encoding) {
                let text = codec.decode(cx, bytes_at(bytes, size), &Handler::of(cx, errors.as_deref())?)?;
                return Ok(text.into_value());
            }
            let object = cx.bytes(bytes_at(bytes, size))?;
            let text = codecs::decode_named(cx, object.as_value(), object.as_slice(), &encoding, errors.as_deref())?;
            Ok(text.into_value())
        }
    }

    /// UTF-7
    runs fn PyUnicode_DecodeUTF7(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_utf_7, bytes, size, errors, core::ptr::null_mut()) }
    }

    /// UTF-7 that may be incomplete.
    runs fn PyUnicode_DecodeUTF7Stateful(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        consumed: *mut isize,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_utf_7, bytes, size, errors, consumed) }
    }

    /// UTF-8
    runs fn PyUnicode_DecodeUTF8(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_utf_8, bytes, size, errors, core::ptr::null_mut()) }
    }

    /// UTF-8 that may be incomplete.
    runs fn PyUnicode_DecodeUTF8Stateful(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        consumed: *mut isize,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_utf_8, bytes, size, errors, consumed) }
    }

    /// UTF-16
    runs fn PyUnicode_DecodeUTF16(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        order: *mut c_int,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { units(cx, 2, bytes, size, errors, order, core::ptr::null_mut()) }
    }

    /// UTF-16 that may be incomplete.
    runs fn PyUnicode_DecodeUTF16Stateful(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        order: *mut c_int,
        consumed: *mut isize,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { units(cx, 2, bytes, size, errors, order, consumed) }
    }

    /// UTF-32
    runs fn PyUnicode_DecodeUTF32(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        order: *mut c_int,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { units(cx, 4, bytes, size, errors, order, core::ptr::null_mut()) }
    }

    /// UTF-32 that may be incomplete.
    runs fn PyUnicode_DecodeUTF32Stateful(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        order: *mut c_int,
        consumed: *mut isize,
    ) -> Value {
        // SAFETY: the contract.
        unsafe { units(cx, 4, bytes, size, errors, order, consumed) }
    }

    /// Text with the escapes of string literals.
    runs fn PyUnicode_DecodeUnicodeEscape(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_unicode_escape, bytes, size, errors, core::ptr::null_mut()) }
    }

    /// Text with the escapes of raw string literals of old.
    runs fn PyUnicode_DecodeRawUnicodeEscape(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract.
        unsafe { run(cx, codecs::decode_raw_unicode_escape, bytes, size, errors, core::ptr::null_mut()) }
    }

    /// Latin-1
    quiet fn PyUnicode_DecodeLatin1(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        let _ = errors;
        // SAFETY: the contract.
        Ok(codecs::decode_latin_1(cx, unsafe { bytes_at(bytes, size) })?.into_value())
    }

    /// ASCII
    runs fn PyUnicode_DecodeASCII(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract.
        unsafe { Ok(codecs::decode_ascii(cx, bytes_at(bytes, size), &handler(cx, errors)?)?.into_value()) }
    }

    /// By a table; NULL is Latin-1.
    runs fn PyUnicode_DecodeCharmap(
        cx,
        bytes: *const c_char,
        size: isize,
        mapping: Option<Borrowed>,
        errors: *const c_char,
    ) -> Value {
        // SAFETY: the contract.
        unsafe {
            let made = codecs::charmap_decode(cx, bytes_at(bytes, size), &handler(cx, errors)?, mapping.as_deref())?;
            Ok(made.into_value())
        }
    }
}
