//! `PyUnicodeEncodeError_*` and its like: what could not be converted, where and why.

use core::ffi::c_char;

use adder_objects::bytes::PyBytes;
use adder_objects::exceptions::{self as exc, PyUnicodeError};
use adder_objects::object::Slot;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, TypeObject, Value, raise};

use crate::border::Borrowed;
use crate::contract::api;
use crate::errors::bytes_of;

/// An exception of one of the three classes.
fn of<'a>(cx: &Cx, value: &'a Value, class: &'static TypeObject) -> R<&'a PyUnicodeError> {
    match value.downcast::<PyUnicodeError>().filter(|_| value.is_instance(class)) {
        Some(it) => Ok(it),
        None => raise!(cx, exc::TYPE_ERROR, "expecting a {} object, got {}", class.name(), value.ty().name()),
    }
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bytes,
}

fn field(cx: &Cx, slot: &Slot, name: &str, kind: Kind) -> R {
    let Some(value) = slot.try_get() else { return raise!(cx, exc::TYPE_ERROR, "{name} attribute not set") };
    match kind {
        Kind::Text if value.downcast::<PyStr>().is_none() => {
            raise!(cx, exc::TYPE_ERROR, "{name} attribute must be unicode")
        }
        Kind::Bytes if value.downcast::<PyBytes>().is_none() => {
            raise!(cx, exc::TYPE_ERROR, "{name} attribute must be bytes")
        }
        _ => Ok(value),
    }
}

fn len(cx: &Cx, it: &PyUnicodeError, kind: Kind) -> R<isize> {
    let object = field(cx, &it.object, "object", kind)?;
    let text = object.downcast::<PyStr>().map(PyStr::len);
    Ok(text.or_else(|| object.downcast::<PyBytes>().map(|bytes| bytes.as_slice().len())).unwrap_or(0) as isize)
}

api! {
    /// A UnicodeDecodeError.
    runs fn PyUnicodeDecodeError_Create(
        cx, encoding: *const c_char, object: *const c_char, len: isize, start: isize, end: isize, reason: *const c_char,
    ) -> Value {
        // SAFETY: the contract: texts, and so many bytes.
        let (encoding, object, reason) = unsafe {
            let bytes: &[u8] = if len <= 0 { &[] } else { core::slice::from_raw_parts(object.cast(), len as usize) };
            (crate::text::decode(cx, bytes_of(encoding))?, bytes, crate::text::decode(cx, bytes_of(reason))?)
        };
        let args = [
            encoding,
            cx.bytes(object)?.into_value(),
            cx.int(start as i64)?,
            cx.int(end as i64)?,
            reason,
        ];
        cx.call(&exc::UNICODE_DECODE_ERROR.value(), &args)
    }

    /// The encoding.
    quiet fn PyUnicodeEncodeError_GetEncoding(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.encoding, "encoding", Kind::Text)
    }

    /// What could not be converted.
    quiet fn PyUnicodeEncodeError_GetObject(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.object, "object", Kind::Text)
    }

    /// Where what could not be converted begins.
    quiet fn PyUnicodeEncodeError_GetStart(cx, exception: Borrowed, start: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?;
        let last = (len(cx, it, Kind::Text)? - 1).max(0);
        // SAFETY: the contract: there is a place for it.
        unsafe { start.write(it.start.get().clamp(0, last)) };
        Ok(())
    }

    /// Sets where it begins.
    quiet fn PyUnicodeEncodeError_SetStart(cx, exception: Borrowed, start: isize) -> () {
        of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.start.set(start);
        Ok(())
    }

    /// Where it ends.
    quiet fn PyUnicodeEncodeError_GetEnd(cx, exception: Borrowed, end: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?;
        let len = len(cx, it, Kind::Text)?;
        // SAFETY: the contract: there is a place for it.
        unsafe { end.write(it.end.get().max(1).min(len)) };
        Ok(())
    }

    /// Sets where it ends.
    quiet fn PyUnicodeEncodeError_SetEnd(cx, exception: Borrowed, end: isize) -> () {
        of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.end.set(end);
        Ok(())
    }

    /// Why it could not be converted.
    quiet fn PyUnicodeEncodeError_GetReason(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.reason, "reason", Kind::Text)
    }

    /// Sets why.
    runs fn PyUnicodeEncodeError_SetReason(cx, exception: Borrowed, reason: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let reason = crate::text::decode(cx, unsafe { bytes_of(reason) })?;
        of(cx, &exception, &exc::UNICODE_ENCODE_ERROR)?.reason.set(reason);
        Ok(())
    }

    /// The encoding.
    quiet fn PyUnicodeDecodeError_GetEncoding(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.encoding, "encoding", Kind::Text)
    }

    /// What could not be converted.
    quiet fn PyUnicodeDecodeError_GetObject(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.object, "object", Kind::Bytes)
    }

    /// Where what could not be converted begins.
    quiet fn PyUnicodeDecodeError_GetStart(cx, exception: Borrowed, start: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?;
        let last = (len(cx, it, Kind::Bytes)? - 1).max(0);
        // SAFETY: the contract: there is a place for it.
        unsafe { start.write(it.start.get().clamp(0, last)) };
        Ok(())
    }

    /// Sets where it begins.
    quiet fn PyUnicodeDecodeError_SetStart(cx, exception: Borrowed, start: isize) -> () {
        of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.start.set(start);
        Ok(())
    }

    /// Where it ends.
    quiet fn PyUnicodeDecodeError_GetEnd(cx, exception: Borrowed, end: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?;
        let len = len(cx, it, Kind::Bytes)?;
        // SAFETY: the contract: there is a place for it.
        unsafe { end.write(it.end.get().max(1).min(len)) };
        Ok(())
    }

    /// Sets where it ends.
    quiet fn PyUnicodeDecodeError_SetEnd(cx, exception: Borrowed, end: isize) -> () {
        of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.end.set(end);
        Ok(())
    }

    /// Why it could not be converted.
    quiet fn PyUnicodeDecodeError_GetReason(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.reason, "reason", Kind::Text)
    }

    /// Sets why.
    runs fn PyUnicodeDecodeError_SetReason(cx, exception: Borrowed, reason: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let reason = crate::text::decode(cx, unsafe { bytes_of(reason) })?;
        of(cx, &exception, &exc::UNICODE_DECODE_ERROR)?.reason.set(reason);
        Ok(())
    }

    /// What could not be converted.
    quiet fn PyUnicodeTranslateError_GetObject(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?.object, "object", Kind::Text)
    }

    /// Where what could not be converted begins.
    quiet fn PyUnicodeTranslateError_GetStart(cx, exception: Borrowed, start: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?;
        let last = (len(cx, it, Kind::Text)? - 1).max(0);
        // SAFETY: the contract: there is a place for it.
        unsafe { start.write(it.start.get().clamp(0, last)) };
        Ok(())
    }

    /// Sets where it begins.
    quiet fn PyUnicodeTranslateError_SetStart(cx, exception: Borrowed, start: isize) -> () {
        of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?.start.set(start);
        Ok(())
    }

    /// Where it ends.
    quiet fn PyUnicodeTranslateError_GetEnd(cx, exception: Borrowed, end: *mut isize) -> () {
        let it = of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?;
        let len = len(cx, it, Kind::Text)?;
        // SAFETY: the contract: there is a place for it.
        unsafe { end.write(it.end.get().max(1).min(len)) };
        Ok(())
    }

    /// Sets where it ends.
    quiet fn PyUnicodeTranslateError_SetEnd(cx, exception: Borrowed, end: isize) -> () {
        of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?.end.set(end);
        Ok(())
    }

    /// Why it could not be converted.
    quiet fn PyUnicodeTranslateError_GetReason(cx, exception: Borrowed) -> Value {
        field(cx, &of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?.reason, "reason", Kind::Text)
    }

    /// Sets why.
    runs fn PyUnicodeTranslateError_SetReason(cx, exception: Borrowed, reason: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let reason = crate::text::decode(cx, unsafe { bytes_of(reason) })?;
        of(cx, &exception, &exc::UNICODE_TRANSLATE_ERROR)?.reason.set(reason);
        Ok(())
    }
}
