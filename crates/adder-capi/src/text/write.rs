//! `PyUnicode_*`: writing strings that nobody else knows yet, and putting more behind them.

use core::ffi::c_uint;

use adder_objects::str::{PyStr, STR_TYPE};
use adder_objects::{Cx, R, exceptions as exc, raise};

use super::text;
use crate::border::{Borrowed, Nothing, OwnedPlace, Stolen, bad_call};
use crate::contract::api;
use crate::indicator;

/// A string that may be written.
fn writable(cx: &Cx, string: &PyStr) -> R<()> {
    match string.is_modifiable() {
        true => Ok(()),
        false => raise!(cx, exc::SYSTEM_ERROR, "Cannot modify a string currently used"),
    }
}

/// How messages call what a string has room for.
fn kind_name(string: &PyStr) -> &'static str {
    match string.kind() {
        1 if string.is_ascii() => "ascii",
        1 => "latin1",
        2 => "UCS2",
        _ => "UCS4",
    }
}

/// Puts a string behind the one at a place: NULL is there afterwards if that fails.
fn append(cx: &Cx, place: &OwnedPlace, right: Option<&Borrowed>) -> R<()> {
    let bad = || indicator::take().unwrap_or_else(|| bad_call(cx, "PyUnicode_Append"));
    let Some(left) = place.take() else { return Err(bad()) };
    let (true, Some(right)) = (left.downcast::<PyStr>().is_some(), right) else { return Err(bad()) };
    if right.downcast::<PyStr>().is_none() {
        return Err(bad());
    }
    let made = if left.is_exact(&STR_TYPE) {
        cx.str_concat_in_place(left, right)?
    } else {
        // SAFETY: both are strings.
        cx.str_concat(unsafe { left.cast() }, unsafe { right.cast() })?.into_value()
    };
    place.replace(cx, made)
}

api! {
    /// Writes a code point.
    quiet fn PyUnicode_WriteChar(cx, object: Borrowed, index: isize, point: c_uint) -> () {
        let string = text(cx, &object)?;
        let Some(at) = usize::try_from(index).ok().filter(|&at| at < string.len()) else {
            return raise!(cx, exc::INDEX_ERROR, "string index out of range");
        };
        writable(cx, string)?;
        if point > string.room() {
            return raise!(cx, exc::VALUE_ERROR, "character out of range");
        }
        // SAFETY: it may be written.
        unsafe { string.write_fill(at, 1, point) };
        Ok(())
    }

    /// Writes a code point so many times, as far as the string goes: how many were written.
    quiet fn PyUnicode_Fill(cx, object: Borrowed, start: isize, length: isize, point: c_uint) -> isize {
        let Some(string) = object.downcast::<PyStr>() else { return Err(bad_call(cx, "PyUnicode_Fill")) };
        writable(cx, string)?;
        let Ok(start) = usize::try_from(start) else {
            return raise!(cx, exc::INDEX_ERROR, "string index out of range");
        };
        if point > string.room() {
            return raise!(cx, exc::VALUE_ERROR, "fill character is bigger than the string maximum character");
        }
        let Some(left) = string.len().checked_sub(start) else { return Ok(0) };
        let times = left.min(usize::try_from(length).unwrap_or(0));
        // SAFETY: it may be written.
        unsafe { string.write_fill(start, times, point) };
        Ok(times as isize)
    }

    /// Writes characters of another string: how many were written.
    quiet fn PyUnicode_CopyCharacters(
        cx,
        to: Borrowed,
        to_start: isize,
        from: Borrowed,
        from_start: isize,
        how_many: isize,
    ) -> isize {
        let (Some(target), Some(source)) = (to.downcast::<PyStr>(), from.downcast::<PyStr>()) else {
            return Err(bad_call(cx, "PyUnicode_CopyCharacters"));
        };
        let place = |at: isize, string: &PyStr| usize::try_from(at).ok().filter(|&at| at <= string.len());
        let (Some(from_at), Some(to_at)) = (place(from_start, source), place(to_start, target)) else {
            return raise!(cx, exc::INDEX_ERROR, "string index out of range");
        };
        let Ok(how_many) = usize::try_from(how_many) else {
            return raise!(cx, exc::SYSTEM_ERROR, "how_many cannot be negative");
        };
        let count = how_many.min(source.len() - from_at);
        if count > target.len() - to_at {
            let all = target.len();
            return raise!(
                cx,
                exc::SYSTEM_ERROR,
                "Cannot write {count} characters at {to_at} in a string of {all} characters"
            );
        }
        if count == 0 {
            return Ok(0);
        }
        writable(cx, target)?;
        let chars = source.chars().slice(from_at..from_at + count);
        if !target.fits(chars) {
            let (from, to) = (kind_name(source), kind_name(target));
            return raise!(cx, exc::SYSTEM_ERROR, "Cannot copy {from} characters into a string of {to} characters");
        }
        // Within one string they may overlap.
        let copied = if core::ptr::eq(target, source) { Some(cx.str_from_chars(chars)?) } else { None };
        // SAFETY: it may be written, and is not where the characters are read.
        unsafe { target.write(to_at, copied.as_ref().map_or(chars, |copied| copied.chars())) };
        Ok(count as isize)
    }

    /// Changes the length of the string at a place, which may become another object.
    quiet fn PyUnicode_Resize(cx, place: OwnedPlace, length: isize) -> () {
        let string = place.borrow().filter(|object| object.is_exact(&STR_TYPE));
        let (Some(string), Ok(length)) = (string, usize::try_from(length)) else {
            return Err(bad_call(cx, "PyUnicode_Resize"));
        };
        if let Some(made) = cx.str_resized(&string, length)? {
            drop(place.take());
            place.replace(cx, made)?;
        }
        Ok(())
    }

    /// `*place += right`; NULL is there afterwards if that fails.
    quiet fn PyUnicode_Append(cx, place: OwnedPlace, right: Option<Borrowed>) -> Nothing {
        append(cx, &place, right.as_ref())?;
        Ok(Nothing)
    }

    /// The same, and `right` is given up.
    quiet fn PyUnicode_AppendAndDel(cx, place: OwnedPlace, right: Option<Stolen>) -> Nothing {
        let right = right.map(|right| right.0);
        let borrowed = right.as_ref().and_then(|right| {
            // SAFETY: owned here until the end.
            unsafe { Borrowed::of(core::ptr::with_exposed_provenance_mut(right.bits())) }
        });
        append(cx, &place, borrowed.as_ref())?;
        Ok(Nothing)
    }
}
