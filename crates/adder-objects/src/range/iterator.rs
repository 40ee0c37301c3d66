//! Iterators over ranges: one for machine words, one for ints of any size.

use core::cell::Cell;

use adder_gc::raw::Head;

use super::{PyRange, of};
use crate::cx::Cx;
use crate::error::R;
use crate::int;
use crate::iterators::itself;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{CompareOp, Method, OBJECT_TYPE, Slots, Spec, TypeObject, slot};
use crate::value::Value;

/// An iterator over a range of machine words. The evaluation loop works on its fields.
#[repr(C)]
pub struct PyRangeIterator {
    head: Head,
    /// The next number, if any are left.
    pub next: Cell<i64>,
    /// From number to number.
    pub step: i64,
    /// Numbers left.
    pub left: Cell<u64>,
}

/// `range_iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyRangeIter_Type")]
pub static RANGE_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&RANGE_ITERATOR_SPEC, &raw const RANGE_ITERATOR_TYPE);
static RANGE_ITERATOR_SPEC: Spec = Spec {
    flags: crate::typeobject::flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyRangeIterator>(),
    functions: functions::<PyRangeIterator>(false, false),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |cx, this| cx.int_from_u64(words(this).left.get()))
            .doc("($self, /)", "How many numbers are left."),
        Method::none("__reduce__", reduce).doc("($self, /)", "For pickle."),
        Method::one("__setstate__", set_state).doc("($self, state, /)", "Goes so many numbers on."),
    ],
    ..Spec::new("range_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyRangeIterator {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &RANGE_ITERATOR_TYPE
    }
}

/// An iterator over a range of ints of any size.
#[repr(C)]
pub struct PyLongRangeIterator {
    head: Head,
    next: Slot,
    step: Value,
    left: Slot,
}

/// `longrange_iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyLongRangeIter_Type")]
pub static LONG_RANGE_ITERATOR_TYPE: TypeObject =
    TypeObject::builtin(&LONG_RANGE_ITERATOR_SPEC, &raw const LONG_RANGE_ITERATOR_TYPE);
static LONG_RANGE_ITERATOR_SPEC: Spec = Spec {
    flags: crate::typeobject::flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyLongRangeIterator>(),
    functions: functions::<PyLongRangeIterator>(false, true),
    slots: Slots { iter: slot(itself), next: slot(long_next), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |_, this| Ok(long(this).left.get()))
            .doc("($self, /)", "How many numbers are left."),
        Method::none("__reduce__", long_reduce).doc("($self, /)", "For pickle."),
        Method::one("__setstate__", long_set_state).doc("($self, state, /)", "Goes so many numbers on."),
    ],
    ..Spec::new("longrange_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyLongRangeIterator {
    fn ty() -> &'static TypeObject {
        &LONG_RANGE_ITERATOR_TYPE
    }
}

fn words(this: &Value) -> &PyRangeIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyRangeIterator>() }
}

fn long(this: &Value) -> &PyLongRangeIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyLongRangeIterator>() }
}

/// An iterator of `left` numbers.
fn make(cx: &Cx, next: Value, step: Value, left: Value) -> R {
    // The last number must fit too; what is computed behind it is never seen.
    let fits = |next: i64, step: i64, left: u64| {
        let last = i128::from(next) + i128::from(step) * i128::from(left.saturating_sub(1));
        i64::try_from(last).is_ok()
    };
    let as_u64 = |value: &Value| match int::Int::of(value)?.digits() {
        [] => Some(0),
        &[digit] => Some(digit),
        _ => None,
    };
    if let (Some(next), Some(step), Some(left)) = (next.as_i64(), step.as_i64(), as_u64(&left))
        && fits(next, step, left)
    {
        let made = PyRangeIterator { head: unborn(), next: Cell::new(next), step, left: Cell::new(left) };
        return Ok(cx.alloc(made)?.into_value());
    }
    let made = PyLongRangeIterator { head: unborn(), next: Slot::new(next), step, left: Slot::new(left) };
    Ok(cx.alloc(made)?.into_value())
}

pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let PyRange { start, step, length, .. } = of(this);
    make(cx, start.clone(), step.clone(), length.clone())
}

pub(super) fn reversed(cx: &Cx, this: &Value) -> R {
    let range = of(this);
    let last = int::sub(cx, &range.length, &Value::small(1))?;
    let last = range.at(cx, &last)?;
    make(cx, last, cx.negative(&range.step)?, range.length.clone())
}

#[inline]
fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = words(this);
    let left = it.left.get();
    if left == 0 {
        return Ok(None);
    }
    let number = it.next.get();
    let made = cx.int(number)?;
    it.next.set(number.wrapping_add(it.step));
    it.left.set(left - 1);
    Ok(Some(made))
}

fn long_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = long(this);
    let left = it.left.get();
    if left.as_small() == Some(0) {
        return Ok(None);
    }
    let number = it.next.get();
    let following = int::add(cx, &number, &it.step)?;
    it.left.set(int::sub(cx, &left, &Value::small(1))?);
    it.next.set(following);
    Ok(Some(number))
}

/// `iter(range(next, stop, step))`
fn reduced(cx: &Cx, next: Value, step: Value, left: &Value) -> R {
    let stop = int::add(cx, &next, &int::mul(cx, &step, left)?)?;
    let range = cx.range(next, stop, step)?;
    let builtins = cx.import("builtins")?;
    let iter = cx.getattr(&builtins, &cx.intern("iter")?)?;
    let args = cx.tuple([range])?.into_value();
    Ok(cx.tuple([iter, args, Value::none()])?.into_value())
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = words(this);
    reduced(cx, cx.int(it.next.get())?, cx.int(it.step)?, &cx.int_from_u64(it.left.get())?)
}

fn long_reduce(cx: &Cx, this: &Value) -> R {
    let it = long(this);
    reduced(cx, it.next.get(), it.step.clone(), &it.left.get())
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let it = words(this);
    let by = cx.index_to_isize(state, None)?.max(0) as u64;
    let by = by.min(it.left.get());
    it.next.set(it.next.get().wrapping_add(it.step.wrapping_mul(by as i64)));
    it.left.set(it.left.get() - by);
    Ok(Value::none())
}

fn long_set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let it = long(this);
    let mut by = int::exact(cx, &cx.index(state)?)?;
    let (zero, left) = (Value::small(0), it.left.get());
    if cx.compares(&by, &zero, CompareOp::Lt)? {
        by = zero;
    } else if cx.compares(&left, &by, CompareOp::Lt)? {
        by = left.clone();
    }
    let next = int::add(cx, &it.next.get(), &int::mul(cx, &it.step, &by)?)?;
    it.left.set(int::sub(cx, &left, &by)?);
    it.next.set(next);
    Ok(Value::none())
}
