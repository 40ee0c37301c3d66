//! `PyUnicode_*FSDefault*`, `PyUnicode_*Locale*`: text of the system. It is UTF-8, and what is none in it lone surrogates.

use core::ffi::{c_char, c_int, c_void};

use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{self, Handler};
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::{bytes_at, bytes_of, text};
use crate::border::{Borrowed, Object, Outcome};
use crate::contract::{Passing, api};

/// What a converter of arguments answers: 0 with an exception.
pub struct Converted(pub c_int);

impl Outcome for Converted {
    type C = c_int;
    const PASSING: Passing = Passing::Plain;
    fn failure() -> c_int {
        0
    }
    fn give(self, _: &Cx) -> R<c_int> {
        Ok(self.0)
    }
}

/// The converter is called again with NULL if a later argument fails.
const CLEANUP_SUPPORTED: c_int = 0x20000;

fn from_system(cx: &Cx, bytes: &[u8]) -> R {
    Ok(codecs::decode_utf_8(cx, bytes, &Handler::SurrogateEscape, true)?.0.into_value())
}

fn to_system(cx: &Cx, string: &Value) -> R {
    text(cx, string)?;
    Ok(codecs::encode_utf_8(cx, string, &Handler::SurrogateEscape)?.into_value())
}

/// The error handlers that the locale's codec knows.
///
/// # Safety
/// A text, or NULL.
unsafe fn locale_handler(cx: &Cx, errors: *const c_char) -> R<Handler> {
    // SAFETY: by the contract.
    match if errors.is_null() { &b"strict"[..] } else { unsafe { bytes_of(errors) } } {
        b"strict" => Ok(Handler::Strict),
        b"surrogateescape" => Ok(Handler::SurrogateEscape),
        _ => raise!(cx, exc::VALUE_ERROR, "unsupported error handler"),
    }
}

/// `os.fspath(object)`
fn path(cx: &Cx, object: &Value) -> R {
    cx.call(&cx.getattr_text(&cx.import("posix")?, "fspath")?, core::slice::from_ref(object))
}

/// Converts an argument to a place for a reference. Without one it releases what lies there.
fn convert(cx: &Cx, argument: Option<Borrowed>, place: *mut c_void, convert: impl FnOnce(&Value) -> R) -> R<Converted> {
    let place = place.cast::<Object>();
    let Some(argument) = argument else {
        // SAFETY: the contract: what this function has put there.
        drop(unsafe {
            core::ptr::NonNull::new(place.replace(core::ptr::null_mut())).map(|old| Value::from_owned(old))
        });
        return Ok(Converted(1));
    };
    let made = convert(&argument)?.give(cx)?;
    // SAFETY: the contract: a place for a reference.
    unsafe { place.write(made) };
    Ok(Converted(CLEANUP_SUPPORTED))
}

api! {
    /// A path as bytes without a zero among them: for `O&`.
    runs fn PyUnicode_FSConverter(cx, argument: Option<Borrowed>, place: *mut c_void) -> Converted {
        convert(cx, argument, place, |argument| {
            let path = path(cx, argument)?;
            let path = if path.downcast::<PyBytes>().is_some() { path } else { to_system(cx, &path)? };
            match path.downcast::<PyBytes>() {
                Some(bytes) if !bytes.as_slice().contains(&0) => Ok(path),
                _ => raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
            }
        })
    }

    /// A path as a string without a zero among its characters: for `O&`.
    runs fn PyUnicode_FSDecoder(cx, argument: Option<Borrowed>, place: *mut c_void) -> Converted {
        convert(cx, argument, place, |argument| {
            let path = path(cx, argument)?;
            let path = match path.downcast::<PyBytes>() {
                Some(bytes) => from_system(cx, bytes.as_slice())?,
                None => path,
            };
            match path.downcast::<PyStr>() {
                Some(string) if !string.chars().iter().any(|point| point == 0) => Ok(path),
                _ => raise!(cx, exc::VALUE_ERROR, "embedded null character"),
            }
        })
    }

    /// Text from a path of the system.
    quiet fn PyUnicode_DecodeFSDefault(cx, bytes: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        from_system(cx, unsafe { bytes_of(bytes) })
    }

    /// The same with a length.
    quiet fn PyUnicode_DecodeFSDefaultAndSize(cx, bytes: *const c_char, size: isize) -> Value {
        // SAFETY: the contract: so many bytes lie there.
        from_system(cx, unsafe { bytes_at(bytes, size) })
    }

    /// The bytes of a path for the system.
    quiet fn PyUnicode_EncodeFSDefault(cx, string: Borrowed) -> Value {
        to_system(cx, &string)
    }

    /// Text from bytes in the locale's encoding.
    quiet fn PyUnicode_DecodeLocale(cx, bytes: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts.
        unsafe {
            let handler = locale_handler(cx, errors)?;
            Ok(codecs::decode_utf_8(cx, bytes_of(bytes), &handler, true)?.0.into_value())
        }
    }

    /// The same with a length; a zero must follow, and none may be among them.
    quiet fn PyUnicode_DecodeLocaleAndSize(cx, bytes: *const c_char, size: isize, errors: *const c_char) -> Value {
        // SAFETY: the contract: so many bytes lie there, and a zero behind.
        unsafe {
            let found = bytes_at(bytes, size);
            if found.contains(&0) || bytes.add(found.len()).read() != 0 {
                return raise!(cx, exc::VALUE_ERROR, "embedded null byte");
            }
            let handler = locale_handler(cx, errors)?;
            Ok(codecs::decode_utf_8(cx, found, &handler, true)?.0.into_value())
        }
    }

    /// The bytes of text in the locale's encoding.
    quiet fn PyUnicode_EncodeLocale(cx, string: Borrowed, errors: *const c_char) -> Value {
        if text(cx, &string)?.chars().iter().any(|point| point == 0) {
            return raise!(cx, exc::VALUE_ERROR, "embedded null character");
        }
        // SAFETY: the contract: a text, or NULL.
        let handler = unsafe { locale_handler(cx, errors)? };
        Ok(codecs::encode_utf_8(cx, &string, &handler)?.into_value())
    }
}

/// `PyUnicode_GetDefaultEncoding`: needs no interpreter.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyUnicode_GetDefaultEncoding() -> *const c_char {
    c"utf-8".as_ptr()
}

/// A copy that `PyMem_RawFree` takes, with a zero behind, and its length; NULL without memory.
fn raw_copy<T: Copy>(items: &[T], zero: T) -> *mut T {
    // SAFETY: any size may be asked for.
    let made = unsafe { crate::memory::PyMem_RawMalloc((items.len() + 1) * size_of::<T>()) }.cast::<T>();
    if !made.is_null() {
        // SAFETY: room for them and the zero.
        unsafe {
            made.copy_from_nonoverlapping(items.as_ptr(), items.len());
            made.add(items.len()).write(zero);
        }
    }
    made
}

/// The wide text of bytes in the locale's encoding; what is none becomes lone surrogates. NULL, and (usize)-1 for the size,
/// without memory. Needs no interpreter.
///
/// # Safety
/// A text, and a place or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_DecodeLocale(bytes: *const c_char, size: *mut usize) -> *mut libc::wchar_t {
    // SAFETY: by the contract.
    let bytes = unsafe { bytes_of(bytes) };
    let mut points = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        points.extend(chunk.valid().chars().map(|c| c as libc::wchar_t));
        points.extend(chunk.invalid().iter().map(|&byte| 0xDC00 + libc::wchar_t::from(byte)));
    }
    let made = raw_copy(&points, 0);
    if !size.is_null() {
        // SAFETY: by the contract.
        unsafe { size.write(if made.is_null() { usize::MAX } else { points.len() }) };
    }
    made
}

/// The bytes of a wide text in the locale's encoding. NULL, and the place of the error, for what cannot be encoded; (usize)-1
/// for the place without memory, and where there was no error. Needs no interpreter.
///
/// # Safety
/// A wide text, and a place or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_EncodeLocale(wide: *const libc::wchar_t, error: *mut usize) -> *mut c_char {
    // SAFETY: by the contract.
    let points = unsafe { super::make::wide(wide, -1) };
    let mut bytes = Vec::with_capacity(points.len());
    let mut wrong = None;
    for (at, &point) in points.iter().enumerate() {
        match (char::from_u32(point), point) {
            (Some(c), _) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (None, 0xDC80..=0xDCFF) => bytes.push((point - 0xDC00) as u8),
            (None, _) => {
                wrong = Some(at);
                break;
            }
        }
    }
    if !error.is_null() {
        // SAFETY: by the contract.
        unsafe { error.write(wrong.unwrap_or(usize::MAX)) };
    }
    match wrong {
        Some(_) => core::ptr::null_mut(),
        None => raw_copy(&bytes, 0).cast(),
    }
}

crate::contract::rows! {
    /// The rows of what needs no interpreter.
    ALL:
    quiet PyUnicode_GetDefaultEncoding() -> Plain;
    quiet Py_DecodeLocale(bytes: Plain, size: Plain) -> Plain;
    quiet Py_EncodeLocale(wide: Plain, error: Plain) -> Plain;
}
