//! `slice`, and what its bounds mean for a sequence.

use adder_gc::Tracer;
use adder_gc::raw::Head;

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int;
use crate::object::{Layout, functions, unborn};
use crate::typeobject::{CompareOp, Member, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `slice`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PySlice_Type")]
pub static SLICE_TYPE: TypeObject = TypeObject::builtin(&SLICE_SPEC, &raw const SLICE_TYPE);

static SLICE_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PySlice>(),
    functions: functions::<PySlice>(true, true),
    slots: Slots { repr: slot(repr), hash: slot(hash), compare: slot(compare), new: slot(new), ..Slots::NONE },
    methods: &[
        Method::one("indices", indices_method).doc(
            "($self, len, /)",
            "Start, stop and step for a sequence of this length, none of them None or out of bounds.",
        ),
        Method::none("__reduce__", reduce).doc("($self, /)", "For pickle."),
    ],
    members: &[
        Member::fixed("start", core::mem::offset_of!(PySlice, start)),
        Member::fixed("stop", core::mem::offset_of!(PySlice, stop)),
        Member::fixed("step", core::mem::offset_of!(PySlice, step)),
    ],
    doc: Some("Start, stop and step, as they stand in brackets."),
    ..Spec::new("slice", &OBJECT_TYPE)
};

/// Layout of a slice (C's `PySliceObject`). It never changes.
#[repr(C)]
pub struct PySlice {
    head: Head,
    /// The first bound, or None.
    pub start: Value,
    /// The second bound, or None.
    pub stop: Value,
    /// The step, or None.
    pub step: Value,
}

// SAFETY: begins with a head.
unsafe impl Layout for PySlice {
    fn ty() -> &'static TypeObject {
        &SLICE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for part in [&self.start, &self.stop, &self.step] {
            part.trace(tracer);
        }
    }
}

impl Cx {
    /// A slice.
    ///
    /// # Errors
    /// MemoryError.
    pub fn slice(&self, start: Value, stop: Value, step: Value) -> R {
        Ok(self.alloc(PySlice { head: unborn(), start, stop, step })?.into_value())
    }
}

/// Start, stop and step as machine words, not yet fitted to a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first bound; below zero it counts from the end.
    pub start: isize,
    /// The second bound.
    pub stop: isize,
    /// Not zero.
    pub step: isize,
}

/// The places that a slice takes: `count` of them from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The first; where there is none, a place to insert at.
    pub start: usize,
    /// How many.
    pub count: usize,
    /// How far apart: never 0.
    pub step: isize,
}

impl Bounds {
    /// Fits the bounds to a sequence of this length.
    pub fn adjust(self, len: usize) -> Places {
        let n = len as isize;
        let Bounds { step, .. } = self;
        let (low, high) = if step < 0 { (-1, n - 1) } else { (0, n) };
        let fit = |bound: isize| (if bound < 0 { bound.saturating_add(n) } else { bound }).clamp(low, high);
        let (start, stop) = (fit(self.start), fit(self.stop));
        let distance = if step < 0 { start - stop } else { stop - start };
        let count = match step.unsigned_abs() {
            _ if distance <= 0 => 0,
            // Most often; a division takes its time.
            1 => distance as usize,
            step => (distance - 1) as usize / step + 1,
        };
        Places { start: start.max(0) as usize, count, step }
    }
}

impl Places {
    /// The places, in the order of the slice.
    pub fn iter(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |n| self.start.wrapping_add_signed((n as isize).wrapping_mul(self.step)))
    }
}

/// The bounds that a slice says, as machine words: what is left out stands at the end that it means, and larger numbers are cut.
///
/// # Errors
/// TypeError for what is no index, ValueError for a step of zero; what `__index__` raises. The value must be a slice (TypeError).
pub fn unpack(cx: &Cx, slice: &Value) -> R<Bounds> {
    match slice.downcast::<PySlice>() {
        Some(slice) => unpack_slice(cx, slice),
        None => raise!(cx, exc::TYPE_ERROR, "slice expected, not '{}'", slice.ty().name()),
    }
}

/// The same for what is known to be a slice.
///
/// # Errors
/// As for [`unpack`].
pub fn unpack_slice(cx: &Cx, slice: &PySlice) -> R<Bounds> {
    let step = match bound(cx, &slice.step)? {
        None => 1,
        Some(0) => return raise!(cx, exc::VALUE_ERROR, "slice step cannot be zero"),
        // So that it can be negated.
        Some(step) => step.max(-isize::MAX),
    };
    let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
    let start = bound(cx, &slice.start)?.unwrap_or(first);
    let stop = bound(cx, &slice.stop)?.unwrap_or(last);
    Ok(Bounds { start, stop, step })
}

#[inline]
fn bound(cx: &Cx, value: &Value) -> R<Option<isize>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Some(small) = value.as_small() {
        return Ok(Some(small as isize));
    }
    cx.index_to_isize(&index(cx, value)?, None).map(Some)
}

fn index(cx: &Cx, value: &Value) -> R {
    match cx.try_index(value)? {
        Some(index) => Ok(index),
        None => {
            raise!(cx, exc::TYPE_ERROR, "slice indices must be integers or None or have an __index__ method")
        }
    }
}

/// Start, stop and step for a sequence of this length (an int, not negative), which may be of any size.
///
/// # Errors
/// As for [`unpack`]; MemoryError.
pub fn indices(cx: &Cx, slice: &PySlice, len: &Value) -> R<[Value; 3]> {
    let zero = Value::small(0);
    let less = |a: &Value, b: &Value| cx.compares(a, b, CompareOp::Lt);
    let step = if slice.step.is_none() { Value::small(1) } else { int::exact(cx, &index(cx, &slice.step)?)? };
    let backwards = less(&step, &zero)?;
    if cx.compares(&step, &zero, CompareOp::Eq)? {
        return raise!(cx, exc::VALUE_ERROR, "slice step cannot be zero");
    }
    let (low, high) =
        if backwards { (Value::small(-1), int::sub(cx, len, &Value::small(1))?) } else { (zero.clone(), len.clone()) };
    let fit = |given: &Value, without: &Value| -> R {
        if given.is_none() {
            return Ok(without.clone());
        }
        let mut at = int::exact(cx, &index(cx, given)?)?;
        if less(&at, &zero)? {
            at = int::add(cx, &at, len)?;
            return Ok(if less(&at, &low)? { low.clone() } else { at });
        }
        Ok(if less(&high, &at)? { high.clone() } else { at })
    };
    let (first, last) = if backwards { (&high, &low) } else { (&low, &high) };
    Ok([fit(&slice.start, first)?, fit(&slice.stop, last)?, step])
}

/// What is a slice.
fn of(this: &Value) -> &PySlice {
    // SAFETY: called for slices.
    unsafe { this.cast::<PySlice>() }
}

impl PySlice {
    fn parts(&self) -> [&Value; 3] {
        [&self.start, &self.stop, &self.step]
    }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let none = Value::none;
    match args.between(cx, "slice", 1, 3)? {
        [stop] => cx.slice(none(), stop.clone(), none()),
        [start, stop] => cx.slice(start.clone(), stop.clone(), none()),
        [start, stop, step, ..] => cx.slice(start.clone(), stop.clone(), step.clone()),
        [] => unreachable!("at least one"),
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let mut parts = Vec::with_capacity(3);
    for part in of(this).parts() {
        parts.push(cx.repr(part)?);
    }
    // By way of code points: a part may have lone surrogates in its repr.
    let mut points: Vec<u32> = "slice(".chars().map(u32::from).collect();
    for (at, part) in parts.iter().enumerate() {
        points.extend(if at == 0 { "" } else { ", " }.chars().map(u32::from));
        points.extend(part.chars().iter());
    }
    points.push(u32::from(b')'));
    Ok(cx.str_from_points(&points)?.into_value())
}

/// Mixes one more hash into that of a sequence: a round of xxHash, as tuples use it.
pub(crate) fn mix_hash(so_far: u64, hash: i64) -> u64 {
    so_far
        .wrapping_add((hash as u64).wrapping_mul(14_029_467_366_897_019_727))
        .rotate_left(31)
        .wrapping_mul(11_400_714_785_074_694_791)
}

/// What mixing hashes begins with.
pub(crate) const FIRST_HASH: u64 = 2_870_177_450_012_600_261;

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let mut mixed = FIRST_HASH;
    for part in of(this).parts() {
        mixed = mix_hash(mixed, cx.hash(part)?);
    }
    Ok(if mixed == u64::MAX { 1_546_275_796 } else { mixed as i64 })
}

/// As tuples of their parts compare.
fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PySlice>(), b.downcast::<PySlice>()) else {
        return Ok(Value::not_implemented());
    };
    if !a.is(b) {
        for (x, y) in x.parts().into_iter().zip(y.parts()) {
            if !cx.equals(x, y)? {
                return match op {
                    CompareOp::Eq => Ok(Value::bool(false)),
                    CompareOp::Ne => Ok(Value::bool(true)),
                    _ => cx.compare(x, y, op),
                };
            }
        }
    }
    Ok(Value::bool(op.holds(core::cmp::Ordering::Equal)))
}

fn indices_method(cx: &Cx, this: &Value, len: &Value) -> R {
    let len = int::exact(cx, &cx.index(len)?)?;
    if cx.compares(&len, &Value::small(0), CompareOp::Lt)? {
        return raise!(cx, exc::VALUE_ERROR, "length should not be negative");
    }
    let indices = indices(cx, of(this), &len)?;
    Ok(cx.tuple(indices)?.into_value())
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let parts = cx.tuple(of(this).parts().into_iter().cloned())?;
    Ok(cx.tuple([SLICE_TYPE.value(), parts.into_value()])?.into_value())
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    #[test]
    fn slices_take_the_places_that_python_takes() {
        let places = |start, stop, step, len| Bounds { start, stop, step }.adjust(len).iter().collect::<Vec<_>>();
        assert_eq!(places(0, isize::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(places(isize::MAX, isize::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(places(-2, isize::MAX, 1, 5), [3, 4]);
        assert_eq!(places(1, -1, 2, 6), [1, 3]);
        assert_eq!(places(4, 0, -2, 5), [4, 2]);
        assert_eq!(places(5, 2, 1, 9), [0_usize; 0]);
        assert_eq!(places(isize::MIN, isize::MAX, isize::MAX, 4), [0]);
        assert_eq!(places(isize::MAX, isize::MIN, -isize::MAX, 4), [3]);
        assert_eq!(places(0, 0, -1, 0), [0_usize; 0]);
    }
}
