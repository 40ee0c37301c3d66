//! `PySlice_*`.

use core::ffi::c_int;

use adder_objects::slice::{Bounds, PySlice, unpack};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Success, bad_call};
use crate::contract::api;

/// Writes three numbers to C's places.
///
/// # Safety
/// There are places for them.
unsafe fn write(to: [*mut isize; 3], Bounds { start, stop, step }: Bounds) {
    for (place, n) in to.into_iter().zip([start, stop, step]) {
        // SAFETY: by the contract.
        unsafe { place.write(n) };
    }
}

/// What `PySlice_AdjustIndices` does: start and stop within the sequence, and how many items lie between.
fn adjust(len: isize, bounds: &mut Bounds) -> isize {
    let Bounds { step, .. } = *bounds;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let fit = |bound: isize| (if bound < 0 { bound.saturating_add(len) } else { bound }).clamp(low, high.max(low));
    (bounds.start, bounds.stop) = (fit(bounds.start), fit(bounds.stop));
    let distance = if step < 0 { bounds.start - bounds.stop } else { bounds.stop - bounds.start };
    if distance <= 0 { 0 } else { ((distance - 1) as usize / step.unsigned_abs()) as isize + 1 }
}

fn indices_ex(cx: &Cx, slice: &Value, len: isize, to: [*mut isize; 3], count: *mut isize) -> R<()> {
    // SAFETY: the contract: there are places for the results.
    unsafe {
        count.write(0);
        let mut bounds = unpack(cx, slice)?;
        let n = adjust(len, &mut bounds);
        write(to, bounds);
        count.write(n);
    }
    Ok(())
}

/// A part of a slice: what is too large for it is the end on its side.
fn slice_index(cx: &Cx, part: &Value, wrong: &str) -> R<isize> {
    match cx.try_index(part)? {
        Some(index) => cx.index_to_isize(&index, None),
        None => raise!(cx, exc::TYPE_ERROR, "{wrong}"),
    }
}

const NEITHER: &str = "slice indices must be integers or None or have an __index__ method";

api! {
    /// `slice(start, stop, step)`; NULL for None.
    quiet fn PySlice_New(cx, start: Option<Borrowed>, stop: Option<Borrowed>, step: Option<Borrowed>) -> Value {
        let [start, stop, step] =
            [start, stop, step].map(|part| part.map_or_else(Value::none, |part| part.to_owned()));
        cx.slice(start, stop, step)
    }

    /// Start, stop and step of a slice, not yet fitted to a length.
    runs fn PySlice_Unpack(cx, slice: Borrowed, start: *mut isize, stop: *mut isize, step: *mut isize) -> () {
        let bounds = unpack(cx, &slice)?;
        // SAFETY: the contract: there are places for the results.
        unsafe { write([start, stop, step], bounds) };
        Ok(())
    }

    /// A part of a slice as a number, as far as it fits: 1; None leaves the place as it is.
    runs fn _PyEval_SliceIndex(cx, part: Option<Borrowed>, place: *mut isize) -> Success {
        if let Some(part) = part.filter(|part| !part.is_none()) {
            // SAFETY: the contract: a place.
            unsafe { place.write(slice_index(cx, &part, NEITHER)?) };
        }
        Ok(Success)
    }

    /// The same of what may not be None.
    runs fn _PyEval_SliceIndexNotNone(cx, part: Borrowed, place: *mut isize) -> Success {
        // SAFETY: the contract: a place.
        unsafe { place.write(slice_index(cx, &part, "slice indices must be integers or have an __index__ method")?) };
        Ok(Success)
    }

    /// Fits start and stop to a length; how many items the slice takes.
    quiet fn PySlice_AdjustIndices(cx, len: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
        let _ = cx;
        // SAFETY: the contract: start and stop lie there.
        unsafe {
            let mut bounds = Bounds { start: *start, stop: *stop, step };
            let count = adjust(len, &mut bounds);
            start.write(bounds.start);
            stop.write(bounds.stop);
            Ok(count)
        }
    }

    /// Start, stop and step of a slice, fitted to a length, and how many items it takes.
    runs fn PySlice_GetIndicesEx(
        cx, slice: Borrowed, len: isize, start: *mut isize, stop: *mut isize, step: *mut isize, count: *mut isize
    ) -> () {
        indices_ex(cx, &slice, len, [start, stop, step], count)
    }

    /// Start, stop and step of a slice of ints: -1 without an exception where they lie outside of a length, or are no ints.
    quiet fn PySlice_GetIndices(
        cx, slice: Borrowed, len: isize, start: *mut isize, stop: *mut isize, step: *mut isize
    ) -> c_int {
        let Some(parts) = slice.downcast::<PySlice>() else { return Err(bad_call(cx, "PySlice_GetIndices")) };
        let bound = |part: &Value, none: isize| -> Option<isize> {
            if part.is_none() {
                return Some(none);
            }
            let n = part.as_i64()? as isize;
            Some(if n < 0 { n.saturating_add(len) } else { n })
        };
        let given = if parts.step.is_none() { Some(1) } else { parts.step.as_i64().map(|n| n as isize) };
        let Some(by) = given else { return Ok(-1) };
        let (first, last) = if by < 0 { (len - 1, -1) } else { (0, len) };
        let (Some(from), Some(to)) = (bound(&parts.start, first), bound(&parts.stop, last)) else { return Ok(-1) };
        // SAFETY: the contract: there are places for the results.
        unsafe { write([start, stop, step], Bounds { start: from, stop: to, step: by }) };
        Ok(if to > len || from >= len || by == 0 { -1 } else { 0 })
    }
}
