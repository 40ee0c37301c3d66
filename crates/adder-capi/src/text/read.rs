//! `PyUnicode_*`: reading and comparing strings.

use core::cmp::Ordering;
use core::ffi::{c_char, c_int, c_uint, c_void};

use adder_objects::str::{Chars, PyStr};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::{bytes_at, bytes_of, text, utf8};
use crate::border::{Borrowed, bad_call};
use crate::contract::api;
use crate::types::outward::compare_op;

/// Writes code points as words.
///
/// # Safety
/// There is room for them.
unsafe fn write_points(to: *mut u32, points: impl Iterator<Item = u32>) {
    for (at, point) in points.enumerate() {
        // SAFETY: by the contract.
        unsafe { to.add(at).write(point) };
    }
}

/// The code points with a zero behind, in memory that `PyMem_Free` takes.
fn copied(cx: &Cx, string: &PyStr) -> R<*mut u32> {
    let points = string.chars();
    // SAFETY: any size may be asked for.
    let made = unsafe { crate::memory::PyMem_Malloc((points.len() + 1) * 4) }.cast::<u32>();
    if made.is_null() {
        return Err(cx.no_memory());
    }
    // SAFETY: room for them and the zero.
    unsafe {
        write_points(made, points.iter());
        made.add(points.len()).write(0);
    }
    Ok(made)
}

/// Compares with text, both by code points.
fn equals_utf8(string: &PyStr, other: &[u8]) -> bool {
    match string.chars() {
        Chars::Ascii(own) => own == other,
        chars => core::str::from_utf8(other).is_ok_and(|other| chars.iter().eq(other.chars().map(u32::from))),
    }
}

fn both<'a>(cx: &Cx, a: &'a Value, b: &'a Value) -> R<(&'a PyStr, &'a PyStr)> {
    match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => raise!(cx, exc::TYPE_ERROR, "Can't compare {} and {}", a.ty().name(), b.ty().name()),
    }
}

/// `module.name` of an object's type, as messages of newer functions say it.
///
/// # Errors
/// What reading these raises; MemoryError.
pub(crate) fn full_name(cx: &Cx, object: &Value) -> R<String> {
    let ty = object.ty().value();
    let module = cx.display(&cx.getattr_text(&ty, "__module__")?)?;
    let name = cx.display(&cx.getattr_text(&ty, "__qualname__")?)?;
    Ok(if matches!(module.as_str(), "builtins" | "__main__") { name } else { format!("{module}.{name}") })
}

fn number(order: Ordering) -> c_int {
    order as c_int
}

api! {
    /// The UTF-8 of a string, which keeps it; its length in bytes, if it is asked for.
    quiet fn PyUnicode_AsUTF8AndSize(cx, object: Borrowed, size: *mut isize) -> *const c_char {
        if !size.is_null() {
            // SAFETY: the contract: there is a place for it.
            unsafe { size.write(-1) };
        }
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
        Ok(text(cx, &object)?.len() as isize)
    }

    /// The code point at a place.
    quiet fn PyUnicode_ReadChar(cx, object: Borrowed, index: isize) -> c_uint {
        let string = text(cx, &object)?;
        match usize::try_from(index).ok().and_then(|at| string.point(at)) {
            Some(point) => Ok(point),
            None => raise!(cx, exc::INDEX_ERROR, "string index out of range"),
        }
    }

    /// Writes the code points to a place for so many, with a zero behind if that is asked for.
    quiet fn PyUnicode_AsUCS4(cx, object: Borrowed, buffer: *mut c_uint, room: isize, copy_null: c_int) -> *mut c_void {
        let string = text(cx, &object)?;
        let Ok(room) = usize::try_from(room) else { return Err(bad_call(cx, "PyUnicode_AsUCS4")) };
        if buffer.is_null() {
            return Err(bad_call(cx, "PyUnicode_AsUCS4"));
        }
        let zero = usize::from(copy_null != 0);
        if room < string.len() + zero {
            if zero != 0 && room > 0 {
                // SAFETY: the contract: there is room.
                unsafe { buffer.write(0) };
            }
            return raise!(cx, exc::SYSTEM_ERROR, "string is longer than the buffer");
        }
        // SAFETY: there is room.
        unsafe {
            write_points(buffer, string.chars().iter().chain(core::iter::repeat_n(0, zero)));
        }
        Ok(buffer.cast())
    }

    /// The code points with a zero behind, for the caller to free.
    quiet fn PyUnicode_AsUCS4Copy(cx, object: Borrowed) -> *mut c_void {
        Ok(copied(cx, text(cx, &object)?)?.cast())
    }

    /// Writes wide characters to a place for so many, with a zero behind where there is room: how many were written without that.
    /// Without a place it says how many it takes with the zero.
    quiet fn PyUnicode_AsWideChar(cx, object: Option<Borrowed>, wide: *mut libc::wchar_t, size: isize) -> isize {
        let Some(object) = object else { return Err(bad_call(cx, "PyUnicode_AsWideChar")) };
        let string = text(cx, &object)?;
        if wide.is_null() {
            return Ok(string.len() as isize + 1);
        }
        let room = usize::try_from(size).unwrap_or(0);
        let count = string.len().min(room);
        // SAFETY: there is room for so many.
        unsafe {
            write_points(wide.cast(), string.chars().iter().chain(core::iter::once(0)).take(room));
        }
        Ok(count as isize)
    }

    /// The wide characters with a zero behind, for the caller to free; ValueError for a zero among them if nobody asks for the
    /// length.
    quiet fn PyUnicode_AsWideCharString(cx, object: Option<Borrowed>, size: *mut isize) -> *mut c_void {
        let Some(object) = object else { return Err(bad_call(cx, "PyUnicode_AsWideCharString")) };
        let string = text(cx, &object)?;
        if size.is_null() && string.chars().iter().any(|point| point == 0) {
            return raise!(cx, exc::VALUE_ERROR, "embedded null character");
        }
        let made = copied(cx, string)?;
        if !size.is_null() {
            // SAFETY: the contract: there is a place for it.
            unsafe { size.write(string.len() as isize) };
        }
        Ok(made.cast())
    }

    /// Less, equal or greater than a text of Latin-1.
    quiet fn PyUnicode_CompareWithASCIIString(cx, object: Borrowed, other: *const c_char) -> c_int {
        // SAFETY: the contract: a text.
        let other = unsafe { bytes_of(other) };
        Ok(number(text(cx, &object)?.chars().iter().cmp(other.iter().map(|&byte| byte.into()))))
    }

    /// Less, equal or greater.
    quiet fn PyUnicode_Compare(cx, a: Borrowed, b: Borrowed) -> c_int {
        let (a, b) = both(cx, &a, &b)?;
        Ok(number(a.compare(b)))
    }

    /// Are two strings equal?
    quiet fn PyUnicode_Equal(cx, a: Borrowed, b: Borrowed) -> bool {
        for (which, object) in [("first", &a), ("second", &b)] {
            if object.downcast::<PyStr>().is_none() {
                let name = full_name(cx, object)?;
                return raise!(cx, exc::TYPE_ERROR, "{which} argument must be str, not {name}");
            }
        }
        let (a, b) = both(cx, &a, &b)?;
        Ok(a.equals(b))
    }

    /// Is it this UTF-8? What is none, it is not.
    quiet fn PyUnicode_EqualToUTF8(cx, object: Borrowed, other: *const c_char) -> bool {
        // SAFETY: the contract: a text.
        Ok(equals_utf8(text(cx, &object)?, unsafe { bytes_of(other) }))
    }

    /// The same with a length.
    quiet fn PyUnicode_EqualToUTF8AndSize(cx, object: Borrowed, other: *const c_char, size: isize) -> bool {
        // SAFETY: the contract: so many bytes lie there.
        Ok(equals_utf8(text(cx, &object)?, unsafe { bytes_at(other, size) }))
    }

    /// Compares two strings; NotImplemented for others.
    quiet fn PyUnicode_RichCompare(cx, a: Borrowed, b: Borrowed, op: c_int) -> Value {
        let (Some(x), Some(y)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) else {
            return Ok(Value::not_implemented());
        };
        let Some(op) = compare_op(op) else {
            return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation");
        };
        Ok(Value::bool(op.holds(x.compare(y))))
    }

    /// May it be a name?
    quiet fn PyUnicode_IsIdentifier(cx, object: Borrowed) -> bool {
        Ok(text(cx, &object)?.is_identifier())
    }
}
