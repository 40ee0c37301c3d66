//! `PyUnicode_*`: making strings.

use core::ffi::{c_char, c_int, c_uint, c_void};

use adder_objects::str::{Chars, PyStr, STR_TYPE};
use adder_objects::{Cx, R, Value, codecs, exceptions as exc, raise};

use super::{bytes_at, bytes_of, decode, name};
use crate::border::{Borrowed, Nothing, OwnedPlace, bad_call};
use crate::contract::api;

/// Text from code points of C's, ValueError for what is none.
pub(super) fn from_points(cx: &Cx, points: &[u32]) -> R {
    if let Some(wrong) = points.iter().find(|&&point| point > 0x10_FFFF) {
        return raise!(cx, exc::VALUE_ERROR, "character U+{wrong:x} is not in range [U+0000; U+10ffff]");
    }
    Ok(cx.str_from_points(points)?.into_value())
}

/// The code points of a wide text: so many, or (-1) up to the zero.
///
/// # Safety
/// They lie there.
pub(super) unsafe fn wide<'a>(text: *const libc::wchar_t, size: isize) -> &'a [u32] {
    const { assert!(size_of::<libc::wchar_t>() == 4) };
    if text.is_null() {
        return &[];
    }
    // SAFETY: by the contract; a wide character is a code point.
    unsafe {
        let size = usize::try_from(size).unwrap_or_else(|_| libc::wcslen(text));
        core::slice::from_raw_parts(text.cast(), size)
    }
}

api! {
    /// Text from UTF-8 that ends with a zero.
    quiet fn PyUnicode_FromString(cx, utf8: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        decode(cx, unsafe { bytes_of(utf8) })
    }

    /// Text from so many bytes of UTF-8.
    quiet fn PyUnicode_FromStringAndSize(cx, utf8: *const c_char, size: isize) -> Value {
        if size < 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyUnicode_FromStringAndSize");
        }
        if size > 0 && utf8.is_null() {
            return raise!(cx, exc::SYSTEM_ERROR, "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize");
        }
        // SAFETY: the contract: so many bytes lie there.
        decode(cx, unsafe { bytes_at(utf8, size) })
    }

    /// Interned text from UTF-8 that ends with a zero.
    quiet fn PyUnicode_InternFromString(cx, utf8: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        let made = decode(cx, unsafe { bytes_of(utf8) })?;
        Ok(cx.intern_value(made))
    }

    /// A string for so many code points up to `max`, to be written before anybody else sees it. It is all zeros.
    quiet fn PyUnicode_New(cx, size: isize, max: c_uint) -> Value {
        if size == 0 {
            return cx.str_value("");
        }
        if max > 0x10_FFFF {
            return raise!(cx, exc::SYSTEM_ERROR, "invalid maximum character passed to PyUnicode_New");
        }
        match usize::try_from(size) {
            Ok(size) => Ok(cx.str_to_fill(size, max)?.into_value()),
            Err(_) => raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyUnicode_New"),
        }
    }

    /// Text from so many characters of 1, 2 or 4 bytes.
    quiet fn PyUnicode_FromKindAndData(cx, kind: c_int, data: *const c_void, size: isize) -> Value {
        let Ok(size) = usize::try_from(size) else {
            return raise!(cx, exc::VALUE_ERROR, "size must be positive");
        };
        if size == 0 || data.is_null() {
            return cx.str_value("");
        }
        // SAFETY: the contract: so many characters of this kind lie there.
        unsafe {
            match kind {
                1 => Ok(cx.str_from_latin(core::slice::from_raw_parts(data.cast(), size))?.into_value()),
                2 => {
                    let units: &[u16] = core::slice::from_raw_parts(data.cast(), size);
                    Ok(cx.str_from_chars(Chars::Two(units))?.into_value())
                }
                4 => from_points(cx, core::slice::from_raw_parts(data.cast(), size)),
                _ => raise!(cx, exc::SYSTEM_ERROR, "invalid kind"),
            }
        }
    }

    /// `chr(ordinal)`
    quiet fn PyUnicode_FromOrdinal(cx, ordinal: c_int) -> Value {
        match u32::try_from(ordinal) {
            Ok(point @ 0..0x11_0000) => Ok(cx.str_of_point(point)?.into_value()),
            _ => raise!(cx, exc::VALUE_ERROR, "chr() arg not in range(0x110000)"),
        }
    }

    /// The string itself; of a derived class, a copy of exactly `str`.
    quiet fn PyUnicode_FromObject(cx, object: Borrowed) -> Value {
        if object.is_exact(&STR_TYPE) {
            return Ok(object.to_owned());
        }
        match object.downcast::<PyStr>() {
            Some(_) => cx.exact_str(&object),
            None => raise!(cx, exc::TYPE_ERROR, "Can't convert '{}' object to str implicitly", object.ty().name()),
        }
    }

    /// `str(object, encoding, errors)` of an object with bytes.
    runs fn PyUnicode_FromEncodedObject(cx, object: Option<Borrowed>, encoding: *const c_char, errors: *const c_char) -> Value {
        let Some(object) = object else { return Err(bad_call(cx, "PyUnicode_FromEncodedObject")) };
        // SAFETY: the contract: texts, or NULL.
        let (encoding, errors) = unsafe { (name(cx, encoding)?, name(cx, errors)?) };
        Ok(codecs::decode_object(cx, &object, encoding.as_deref(), errors.as_deref())?.into_value())
    }

    /// Text from so many wide characters, or (-1) up to the zero.
    quiet fn PyUnicode_FromWideChar(cx, wide_text: *const libc::wchar_t, size: isize) -> Value {
        if wide_text.is_null() && size != 0 {
            return Err(bad_call(cx, "PyUnicode_FromWideChar"));
        }
        // SAFETY: the contract: a wide text.
        from_points(cx, unsafe { wide(wide_text, size) })
    }

    /// Replaces a string by the interned one with the same text.
    quiet fn PyUnicode_InternInPlace(cx, place: OwnedPlace) -> Nothing {
        if place.borrow().is_some_and(|object| object.is_exact(&STR_TYPE))
            && let Some(string) = place.take()
        {
            place.replace(cx, cx.intern_value(string))?;
        }
        Ok(Nothing)
    }
}
