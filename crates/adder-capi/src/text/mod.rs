//! `PyUnicode_*`: strings.

pub mod builder;
pub mod characters;
pub mod decode;
pub mod encode;
pub mod make;
pub mod parts;
pub mod read;
pub mod system;
pub mod write;

use core::ffi::{CStr, c_char};

use adder_objects::codecs::Handler;
use adder_objects::str::PyStr;
use adder_objects::{Cx, Obj, R, Value, exceptions as exc, raise};

/// A string, or TypeError for an argument that is none.
///
/// # Errors
/// TypeError.
pub fn text<'a>(cx: &Cx, value: &'a Value) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text),
        None => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
    }
}

/// A string, or TypeError that names what it is instead.
///
/// # Errors
/// TypeError.
pub fn must_be_str<'a>(cx: &Cx, value: &'a Value) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text),
        None => raise!(cx, exc::TYPE_ERROR, "must be str, not {}", value.ty().name()),
    }
}

/// The UTF-8 of a string, which keeps it; a zero follows.
fn utf8<'a>(cx: &Cx, value: &'a Value) -> R<&'a str> {
    match text(cx, value)?.as_str() {
        Some(text) => Ok(text),
        // A lone surrogate: the codec says where.
        None => Err(match adder_objects::codecs::encode_utf_8(cx, value, &Handler::Strict) {
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
        Err(_) => Ok(adder_objects::codecs::decode_utf_8(cx, bytes, &Handler::Strict, true)?.0.into_value()),
    }
}

/// The bytes of a text of C's, without the zero.
///
/// # Safety
/// A text that ends with a zero and lives as long as the result is used.
pub unsafe fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: by the contract.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// So many bytes of C's; none at NULL.
///
/// # Safety
/// So many lie there, and live as long as the result is used.
pub unsafe fn bytes_at<'a>(bytes: *const c_char, size: isize) -> &'a [u8] {
    match usize::try_from(size) {
        // SAFETY: by the contract.
        Ok(size) if !bytes.is_null() => unsafe { core::slice::from_raw_parts(bytes.cast(), size) },
        _ => &[],
    }
}

/// A name that C may leave out: of an encoding, of an error handler.
///
/// # Errors
/// UnicodeDecodeError; MemoryError.
///
/// # Safety
/// A text that ends with a zero, or NULL.
pub unsafe fn name(cx: &Cx, name: *const c_char) -> R<Option<Obj<PyStr>>> {
    if name.is_null() {
        return Ok(None);
    }
    // SAFETY: by the contract.
    let made = decode(cx, unsafe { bytes_of(name) })?;
    Ok(made.try_into_obj::<PyStr>().ok())
}

/// An error handler by the name that C gives; NULL is `strict`.
///
/// # Errors
/// As for [`name`].
///
/// # Safety
/// A text that ends with a zero, or NULL.
pub unsafe fn handler(cx: &Cx, errors: *const c_char) -> R<Handler> {
    // SAFETY: by the contract.
    Handler::of(cx, unsafe { name(cx, errors) }?.as_deref())
}
