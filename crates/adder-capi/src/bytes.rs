//! `PyBytes_*`: bytes.

use core::ffi::{c_char, c_int};

use adder_objects::bytes::{BYTES_TYPE, PyBytes};
use adder_objects::str::StrBuilder;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Nothing, OwnedPlace, Stolen, bad_call};
use crate::contract::api;
use crate::text::read::full_name;
use crate::text::{bytes_at, bytes_of};

/// The bytes of `bytes`.
fn slice_of<'a>(cx: &Cx, object: &'a Value) -> R<&'a [u8]> {
    match object.downcast::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_slice()),
        None => raise!(cx, exc::TYPE_ERROR, "expected bytes, {} found", object.ty().name()),
    }
}

/// Puts a buffer's bytes behind those at a place: NULL is there afterwards if that fails.
fn concat(cx: &Cx, place: &OwnedPlace, right: Option<&Value>) -> R<()> {
    let (Some(left), Some(right)) = (place.take(), right) else { return Ok(()) };
    let made = match (left.downcast::<PyBytes>(), BYTES_TYPE.slots.concat.get()) {
        (Some(_), Some(concat)) => concat(cx, &left, right)?,
        _ => return raise!(cx, exc::TYPE_ERROR, "can't concat {} to {}", right.ty().name(), left.ty().name()),
    };
    place.replace(cx, made)
}

/// Others' bytes with another length; what is new are zeros.
fn another(cx: &Cx, old: &[u8], size: usize) -> R {
    let kept = old.len().min(size);
    // SAFETY: all bytes are written.
    unsafe {
        let (made, data) = cx.new_bytes(&BYTES_TYPE, size)?;
        data.copy_from_nonoverlapping(old.as_ptr(), kept);
        data.add(kept).write_bytes(0, size - kept);
        Ok(made.into_value())
    }
}

/// `repr`, with `'` around whatever the bytes are unless `either`.
fn shown(cx: &Cx, bytes: &[u8], either: bool) -> R {
    let quote = if either && bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = StrBuilder::with_capacity(cx, bytes.len() + 3)?;
    out.push_ascii(&[b'b', quote])?;
    for &byte in bytes {
        match byte {
            b'\t' => out.push_ascii(b"\\t")?,
            b'\n' => out.push_ascii(b"\\n")?,
            b'\r' => out.push_ascii(b"\\r")?,
            _ if byte == quote || byte == b'\\' => out.push_ascii(&[b'\\', byte])?,
            32..127 => out.push(byte.into())?,
            _ => out.push_ascii(format!("\\x{byte:02x}").as_bytes())?,
        }
    }
    out.push(quote.into())?;
    out.finish_value()
}

/// Bytes with the escapes of bytes literals resolved, and the first escape that is none.
fn unescaped(cx: &Cx, bytes: &[u8], errors: Option<&[u8]>) -> R<(Vec<u8>, Option<usize>)> {
    let (mut out, mut invalid, mut at) = (Vec::with_capacity(bytes.len()), None, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let Some(&escape) = bytes.get(at + 1) else {
            return raise!(cx, exc::VALUE_ERROR, "Trailing \\ in string");
        };
        let backslash = at;
        at += 2;
        match escape {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(escape),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let more = bytes[at..].iter().take(2).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let value = bytes[at - 1..at + more].iter().fold(0_u32, |n, digit| n * 8 + u32::from(digit - b'0'));
                if value > 0xFF {
                    invalid.get_or_insert(backslash);
                }
                out.push(value as u8);
                at += more;
            }
            b'x' => {
                let digits: Vec<u32> =
                    bytes[at..].iter().take(2).map_while(|&digit| char::from(digit).to_digit(16)).collect();
                if let [high, low] = digits[..] {
                    out.push((high << 4 | low) as u8);
                    at += 2;
                    continue;
                }
                match errors {
                    None | Some(b"strict") => {
                        return raise!(cx, exc::VALUE_ERROR, "invalid \\x escape at position {backslash}");
                    }
                    Some(b"replace") => out.push(b'?'),
                    Some(b"ignore") => {}
                    Some(other) => {
                        let other = String::from_utf8_lossy(other).into_owned();
                        return raise!(cx, exc::VALUE_ERROR, "decoding error; unknown error handling code: {other}");
                    }
                }
                at += digits.len();
            }
            other => {
                invalid.get_or_insert(backslash);
                out.extend_from_slice(&[b'\\', other]);
            }
        }
    }
    Ok((out, invalid))
}

api! {
    /// Bytes that end with a zero.
    quiet fn PyBytes_FromString(cx, bytes: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        Ok(cx.bytes(unsafe { bytes_of(bytes) })?.into_value())
    }

    /// So many bytes; of NULL, they are still to be filled in.
    quiet fn PyBytes_FromStringAndSize(cx, bytes: *const c_char, size: isize) -> Value {
        if size < 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Negative size passed to PyBytes_FromStringAndSize");
        }
        if bytes.is_null() {
            // SAFETY: the caller fills them in, as the contract says; until then they are zeros.
            return unsafe {
                let (made, data) = cx.new_bytes(&BYTES_TYPE, size as usize)?;
                data.write_bytes(0, size as usize);
                Ok(made.into_value())
            };
        }
        // SAFETY: the contract: so many bytes lie there.
        Ok(cx.bytes(unsafe { bytes_at(bytes, size) })?.into_value())
    }

    /// Bytes of a buffer or of an iterable of ints.
    runs fn PyBytes_FromObject(cx, object: Option<Borrowed>) -> Value {
        let Some(object) = object else { return Err(bad_call(cx, "PyBytes_FromObject")) };
        if object.is_exact(&BYTES_TYPE) {
            return Ok(object.to_owned());
        }
        if let Some(buffer) = object.ty().slots.buffer.get() {
            let view = buffer(cx, &object, adder_objects::buffer::request::SIMPLE)?;
            // SAFETY: copying runs no code of a program.
            return Ok(cx.bytes(unsafe { view.as_slice() })?.into_value());
        }
        let slots = &object.ty().slots;
        if object.downcast::<adder_objects::str::PyStr>().is_some()
            || slots.iter.get().is_none() && slots.item.get().is_none()
        {
            return raise!(cx, exc::TYPE_ERROR, "cannot convert '{}' object to bytes", object.ty().name());
        }
        cx.bytes_of(cx.list_of(&object)?.as_value())
    }

    /// The bytes, with a zero behind.
    quiet fn PyBytes_AsString(cx, object: Borrowed) -> *mut c_char {
        Ok(slice_of(cx, &object)?.as_ptr().cast_mut().cast())
    }

    /// How many bytes there are.
    quiet fn PyBytes_Size(cx, object: Borrowed) -> isize {
        Ok(slice_of(cx, &object)?.len() as isize)
    }

    /// The bytes and their number; without a place for that, ValueError for a zero among them.
    quiet fn PyBytes_AsStringAndSize(cx, object: Borrowed, bytes: *mut *mut c_char, size: *mut isize) -> () {
        if bytes.is_null() {
            return Err(bad_call(cx, "PyBytes_AsStringAndSize"));
        }
        let slice = slice_of(cx, &object)?;
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

    /// `*place += right`; NULL is there afterwards if that fails.
    runs fn PyBytes_Concat(cx, place: OwnedPlace, right: Option<Borrowed>) -> Nothing {
        concat(cx, &place, right.as_deref())?;
        Ok(Nothing)
    }

    /// The same, and `right` is given up.
    runs fn PyBytes_ConcatAndDel(cx, place: OwnedPlace, right: Option<Stolen>) -> Nothing {
        concat(cx, &place, right.as_ref().map(|right| &right.0))?;
        Ok(Nothing)
    }

    /// `repr(bytes)`; without `either` always between `'`.
    quiet fn PyBytes_Repr(cx, object: Borrowed, either: c_int) -> Value {
        shown(cx, slice_of(cx, &object)?, either != 0)
    }

    /// `separator.join(items)`
    runs fn PyBytes_Join(cx, separator: Option<Borrowed>, items: Borrowed) -> Value {
        let Some(separator) = separator else { return Err(bad_call(cx, "PyBytes_Join")) };
        if separator.downcast::<PyBytes>().is_none() {
            let name = full_name(cx, &separator)?;
            return raise!(cx, exc::TYPE_ERROR, "sep: expected bytes, got {name}");
        }
        cx.call(&cx.getattr_text(&BYTES_TYPE.value(), "join")?, &[separator.to_owned(), items.to_owned()])
    }

    /// Bytes with the escapes of bytes literals resolved.
    runs fn PyBytes_DecodeEscape(
        cx,
        bytes: *const c_char,
        size: isize,
        errors: *const c_char,
        unicode: isize,
        recode_encoding: *const c_char,
    ) -> Value {
        let _ = (unicode, recode_encoding);
        // SAFETY: the contract: so many bytes, and a text or NULL.
        let (bytes, errors) = unsafe { (bytes_at(bytes, size), (!errors.is_null()).then(|| bytes_of(errors))) };
        let (made, invalid) = unescaped(cx, bytes, errors)?;
        if let Some(at) = invalid {
            let shown = match bytes[at + 1] {
                digit @ b'4'..=b'7' => {
                    let more = String::from_utf8_lossy(&bytes[at + 2..at + 4]).into_owned();
                    format!("invalid octal escape sequence '\\{}{more}'", char::from(digit))
                }
                other => format!("invalid escape sequence '\\{}'", char::from(other)),
            };
            cx.warn(&exc::DEPRECATION_WARNING, &shown, 1)?;
        }
        Ok(cx.bytes(&made)?.into_value())
    }

    /// Changes the length of the bytes at a place; others' are copied. NULL is there afterwards if that fails.
    quiet fn _PyBytes_Resize(cx, place: OwnedPlace, size: isize) -> () {
        let Some(bytes) = place.borrow() else { return Err(bad_call(cx, "_PyBytes_Resize")) };
        let exact = bytes.is_exact(&BYTES_TYPE);
        match usize::try_from(size) {
            Ok(size) if exact => {
                let old = slice_of(cx, &bytes)?;
                let resized = if old.len() == size {
                    Ok(None)
                } else if size == 0 {
                    cx.bytes(b"").map(|empty| Some(empty.into_value()))
                } else if bytes.head().is_some_and(|head| head.is_unique()) {
                    // SAFETY: exactly bytes, and C's is the only reference.
                    unsafe { cx.bytes_resized(&bytes, size) }
                } else {
                    another(cx, old, size).map(Some)
                };
                if let Some(made) = resized.inspect_err(|_| drop(place.take()))? {
                    drop(place.take());
                    place.replace(cx, made)?;
                }
                Ok(())
            }
            _ => {
                drop(place.take());
                Err(bad_call(cx, "_PyBytes_Resize"))
            }
        }
    }
}
