//! `PyUnicodeWriter_*`: strings made piece by piece.
//!
//! `PyUnicodeWriter_Format` has variable arguments: it makes its text and gives it to [`PyUnicodeWriter_WriteStr`].

use core::ffi::{c_char, c_uint, c_void};

use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::{Cx, R, Value, codecs, exceptions as exc, raise};

use super::make::wide;
use super::read::full_name;
use super::{bytes_at, bytes_of, handler};
use crate::border::{Borrowed, Nothing};
use crate::contract::api;

/// `PyUnicodeWriter`: C knows its address only.
#[repr(C)]
#[derive(Debug)]
pub struct Writer {
    _private: [u8; 0],
}

type Builder = StrBuilder<'static>;

/// What a writer writes to.
///
/// # Safety
/// The address is that of a writer that was made and not finished, and nobody else uses it meanwhile.
unsafe fn builder<'a>(writer: *mut Writer) -> &'a mut Builder {
    // SAFETY: by the contract.
    unsafe { &mut *writer.cast::<Builder>() }
}

/// Writes something, or nothing of it if that fails.
///
/// # Safety
/// As for [`builder`].
unsafe fn wholly(writer: *mut Writer, write: impl FnOnce(&mut Builder) -> R<()>) -> R<()> {
    // SAFETY: by the contract.
    let builder = unsafe { builder(writer) };
    let before = builder.len();
    write(builder).inspect_err(|_| builder.truncate(before))
}

fn invalid(cx: &Cx, what: &str) -> R<()> {
    raise!(cx, exc::VALUE_ERROR, "{what}")
}

api! {
    /// A writer with room for so many characters.
    quiet fn PyUnicodeWriter_Create(cx, length: isize) -> *mut c_void {
        let _ = cx;
        let cx = Cx::current();
        let Ok(length) = usize::try_from(length) else {
            return raise!(cx, exc::VALUE_ERROR, "length must be positive");
        };
        let builder: Builder = StrBuilder::with_capacity(cx, length)?;
        Ok(Box::into_raw(Box::new(builder)).cast())
    }

    /// The string; the writer is gone.
    quiet fn PyUnicodeWriter_Finish(cx, writer: *mut Writer) -> Value {
        let _ = cx;
        // SAFETY: the contract: it was made by the function above.
        unsafe { Box::from_raw(writer.cast::<Builder>()) }.finish_value()
    }

    /// The writer is gone, with what was written. NULL is nothing.
    quiet fn PyUnicodeWriter_Discard(cx, writer: *mut Writer) -> Nothing {
        let _ = cx;
        if !writer.is_null() {
            // SAFETY: the contract: it was made by the function above.
            drop(unsafe { Box::from_raw(writer.cast::<Builder>()) });
        }
        Ok(Nothing)
    }

    /// A code point.
    quiet fn PyUnicodeWriter_WriteChar(cx, writer: *mut Writer, point: c_uint) -> () {
        if point > 0x10_FFFF {
            return invalid(cx, "character must be in range(0x110000)");
        }
        // SAFETY: the contract: a writer.
        unsafe { builder(writer) }.push(point)
    }

    /// UTF-8: so many bytes, or (-1) up to the zero.
    quiet fn PyUnicodeWriter_WriteUTF8(cx, writer: *mut Writer, text: *const c_char, size: isize) -> () {
        // SAFETY: the contract: a writer, and a text.
        unsafe {
            let bytes = if size < 0 { bytes_of(text) } else { bytes_at(text, size) };
            match core::str::from_utf8(bytes) {
                Ok(text) => wholly(writer, |builder| builder.push_str(text)),
                Err(_) => {
                    let text = super::decode(cx, bytes)?;
                    wholly(writer, |builder| builder.push_object(super::text(cx, &text)?))
                }
            }
        }
    }

    /// ASCII: so many bytes, or (-1) up to the zero.
    quiet fn PyUnicodeWriter_WriteASCII(cx, writer: *mut Writer, text: *const c_char, size: isize) -> () {
        // SAFETY: the contract: a writer, and a text.
        unsafe {
            let bytes = if size < 0 { bytes_of(text) } else { bytes_at(text, size) };
            match bytes.is_ascii() {
                true => wholly(writer, |builder| builder.push_ascii(bytes)),
                false => invalid(cx, "the text is not ASCII"),
            }
        }
    }

    /// Wide characters: so many, or (-1) up to the zero.
    quiet fn PyUnicodeWriter_WriteWideChar(cx, writer: *mut Writer, text: *const libc::wchar_t, size: isize) -> () {
        // SAFETY: the contract: a writer, and a wide text.
        let points = unsafe { wide(text, size) };
        if let Some(wrong) = points.iter().find(|&&point| point > 0x10_FFFF) {
            return invalid(cx, &format!("character U+{wrong:x} is not in range [U+0000; U+10ffff]"));
        }
        // SAFETY: as above.
        unsafe { wholly(writer, |builder| builder.push_points(points)) }
    }

    /// So many code points.
    quiet fn PyUnicodeWriter_WriteUCS4(cx, writer: *mut Writer, points: *const c_uint, size: isize) -> () {
        let Ok(size) = usize::try_from(size) else { return invalid(cx, "size must be positive") };
        if size == 0 {
            return Ok(());
        }
        // SAFETY: the contract: a writer, and so many code points.
        unsafe {
            let points = core::slice::from_raw_parts(points, size);
            if points.iter().any(|&point| point > 0x10_FFFF) {
                return invalid(cx, "character must be in range(0x110000)");
            }
            wholly(writer, |builder| builder.push_points(points))
        }
    }

    /// `str(object)`
    runs fn PyUnicodeWriter_WriteStr(cx, writer: *mut Writer, object: Borrowed) -> () {
        let text = cx.to_str(&object)?;
        // SAFETY: the contract: a writer.
        unsafe { wholly(writer, |builder| builder.push_object(&text)) }
    }

    /// `repr(object)`
    runs fn PyUnicodeWriter_WriteRepr(cx, writer: *mut Writer, object: Option<Borrowed>) -> () {
        let text = match object {
            Some(object) => cx.repr(&object)?,
            None => cx.str("<NULL>")?,
        };
        // SAFETY: the contract: a writer.
        unsafe { wholly(writer, |builder| builder.push_object(&text)) }
    }

    /// A part of a string.
    quiet fn PyUnicodeWriter_WriteSubstring(cx, writer: *mut Writer, string: Borrowed, start: isize, end: isize) -> () {
        let Some(own) = string.downcast::<PyStr>() else {
            let name = full_name(cx, &string)?;
            return raise!(cx, exc::TYPE_ERROR, "expect str, not {name}");
        };
        let (Ok(first), true) = (usize::try_from(start), start <= end) else {
            return invalid(cx, "invalid start argument");
        };
        if end as usize > own.len() {
            return invalid(cx, "invalid end argument");
        }
        let chars = own.chars().slice(first..end as usize);
        // SAFETY: the contract: a writer.
        unsafe { wholly(writer, |builder| builder.push_chars(chars)) }
    }

    /// UTF-8 with an error handler; with a place for the number of bytes used, what is incomplete at the end is left.
    runs fn PyUnicodeWriter_DecodeUTF8Stateful(
        cx,
        writer: *mut Writer,
        text: *const c_char,
        size: isize,
        errors: *const c_char,
        consumed: *mut isize,
    ) -> () {
        // SAFETY: the contract: a writer, texts, and a place or NULL.
        unsafe {
            let bytes = if size < 0 { bytes_of(text) } else { bytes_at(text, size) };
            let decoded = codecs::decode_utf_8(cx, bytes, &handler(cx, errors)?, consumed.is_null());
            let (text, used) = match decoded {
                Ok(decoded) => decoded,
                Err(raised) => {
                    if !consumed.is_null() {
                        consumed.write(0);
                    }
                    return Err(raised);
                }
            };
            wholly(writer, |builder| builder.push_object(&text))?;
            if !consumed.is_null() {
                consumed.write(used as isize);
            }
            Ok(())
        }
    }
}
