//! `range`.

mod iterator;

pub use iterator::{LONG_RANGE_ITERATOR_TYPE, PyLongRangeIterator, PyRangeIterator, RANGE_ITERATOR_TYPE};

use adder_gc::raw::Head;

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int;
use crate::object::{Layout, functions, unborn};
use crate::slice::{self, PySlice};
use crate::typeobject::{CompareOp, Member, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `range`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyRange_Type")]
pub static RANGE_TYPE: TypeObject = TypeObject::builtin(&RANGE_SPEC, &raw const RANGE_TYPE);

static RANGE_SPEC: Spec = Spec {
    flags: flag::SEQUENCE,
    size: size_of::<PyRange>(),
    functions: functions::<PyRange>(false, true),
    slots: Slots {
        repr: slot(repr),
        hash: slot(hash),
        compare: slot(compare),
        new: slot(new),
        bool: slot(is_true),
        len: slot(len),
        getitem: slot(getitem),
        item: slot(item),
        contains: slot(contains),
        iter: slot(iterator::iter),
        ..Slots::NONE
    },
    methods: &[
        Method::one("index", index_of).doc("($self, value, /)", "The place of a value; ValueError if it is not there."),
        Method::one("count", count).doc("($self, value, /)", "How often a value is there."),
        Method::none("__reversed__", iterator::reversed).doc("($self, /)", "An iterator from the last to the first."),
        Method::none("__reduce__", reduce).doc("($self, /)", "For pickle."),
    ],
    members: &[
        Member::fixed("start", core::mem::offset_of!(PyRange, start)),
        Member::fixed("stop", core::mem::offset_of!(PyRange, stop)),
        Member::fixed("step", core::mem::offset_of!(PyRange, step)),
    ],
    doc: Some("The integers from start to stop, without stop, step by step."),
    ..Spec::new("range", &OBJECT_TYPE)
};

/// Layout of a range: four ints of exactly that class. It never changes.
#[repr(C)]
pub struct PyRange {
    head: Head,
    /// The first number.
    pub start: Value,
    /// The number that is not reached.
    pub stop: Value,
    /// From number to number; not zero.
    pub step: Value,
    /// How many there are.
    pub length: Value,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyRange {
    fn ty() -> &'static TypeObject {
        &RANGE_TYPE
    }
}

impl PyRange {
    /// Start, stop and step, if all are machine words.
    pub fn words(&self) -> Option<(i64, i64, i64)> {
        Some((self.start.as_i64()?, self.stop.as_i64()?, self.step.as_i64()?))
    }

    /// The number at a place, which may lie outside.
    fn at(&self, cx: &Cx, place: &Value) -> R {
        int::add(cx, &self.start, &int::mul(cx, place, &self.step)?)
    }
}

fn less(cx: &Cx, a: &Value, b: &Value) -> R<bool> {
    cx.compares(a, b, CompareOp::Lt)
}

/// How many numbers lie between the bounds.
fn length(cx: &Cx, start: &Value, stop: &Value, step: &Value) -> R {
    if let (Some(start), Some(stop), Some(step)) = (start.as_i64(), stop.as_i64(), step.as_i64()) {
        let distance =
            if step > 0 { i128::from(stop) - i128::from(start) } else { i128::from(start) - i128::from(stop) };
        if distance <= 0 {
            return Ok(Value::small(0));
        }
        // At most two to the power of 64, less one.
        return cx.int_from_u64(((distance as u128 - 1) / u128::from(step.unsigned_abs())) as u64 + 1);
    }
    let (low, high, step) =
        if less(cx, step, &Value::small(0))? { (stop, start, cx.negative(step)?) } else { (start, stop, step.clone()) };
    if !less(cx, low, high)? {
        return Ok(Value::small(0));
    }
    let one = Value::small(1);
    let last = int::sub(cx, &int::sub(cx, high, low)?, &one)?;
    int::add(cx, &int::floor_div(cx, &last, &step)?, &one)
}

impl Cx {
    /// A range; the step is not zero, and all three are ints of exactly that class.
    ///
    /// # Errors
    /// MemoryError.
    pub fn range(&self, start: Value, stop: Value, step: Value) -> R {
        let length = length(self, &start, &stop, &step)?;
        Ok(self.alloc(PyRange { head: unborn(), start, stop, step, length })?.into_value())
    }
}

/// What is a range.
fn of(this: &Value) -> &PyRange {
    // SAFETY: called for ranges.
    unsafe { this.cast::<PyRange>() }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let given = args.between(cx, "range", 1, 3)?;
    let exact = |value: &Value| int::exact(cx, &cx.index(value)?);
    let (start, stop, step) = match given {
        [stop] => (Value::small(0), exact(stop)?, Value::small(1)),
        [start, stop] => (exact(start)?, exact(stop)?, Value::small(1)),
        [start, stop, step, ..] => (exact(start)?, exact(stop)?, exact(step)?),
        [] => unreachable!("at least one"),
    };
    if step.as_i64() == Some(0) {
        return raise!(cx, exc::VALUE_ERROR, "range() arg 3 must not be zero");
    }
    cx.range(start, stop, step)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let range = of(this);
    let (start, stop) = (cx.repr(&range.start)?, cx.repr(&range.stop)?);
    let (start, stop) = (start.to_lossy(), stop.to_lossy());
    if range.step.as_i64() == Some(1) {
        return cx.str_value(&format!("range({start}, {stop})"));
    }
    let step = cx.repr(&range.step)?;
    cx.str_value(&format!("range({start}, {stop}, {})", step.to_lossy()))
}

/// What makes a range equal to another: the length, where there is a number the first, where there are two the step.
fn identity(range: &PyRange) -> [Value; 3] {
    let none = Value::none;
    match range.length.as_i64() {
        Some(0) => [range.length.clone(), none(), none()],
        Some(1) => [range.length.clone(), range.start.clone(), none()],
        _ => [range.length.clone(), range.start.clone(), range.step.clone()],
    }
}

/// The hash of a tuple of what makes it equal to others.
fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let mut mixed = slice::FIRST_HASH;
    for part in &identity(of(this)) {
        mixed = slice::mix_hash(mixed, cx.hash(part)?);
    }
    let mixed = mixed.wrapping_add(3 ^ (slice::FIRST_HASH ^ 3_527_539));
    Ok(if mixed == u64::MAX { 1_546_275_796 } else { mixed as i64 })
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyRange>(), b.downcast::<PyRange>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let mut equal = true;
    for (x, y) in identity(x).iter().zip(&identity(y)) {
        equal = equal && cx.equals(x, y)?;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn is_true(_: &Cx, this: &Value) -> R<bool> {
    Ok(of(this).length.as_i64() != Some(0))
}

fn len(cx: &Cx, this: &Value) -> R<usize> {
    match of(this).length.as_i64() {
        Some(len) => Ok(len as usize),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

fn number_at(cx: &Cx, range: &PyRange, index: &Value) -> R {
    let zero = Value::small(0);
    let place = if less(cx, index, &zero)? { int::add(cx, index, &range.length)? } else { index.clone() };
    if less(cx, &place, &zero)? || !less(cx, &place, &range.length)? {
        return raise!(cx, exc::INDEX_ERROR, "range object index out of range");
    }
    range.at(cx, &place)
}

fn item(cx: &Cx, this: &Value, index: isize) -> R {
    let range = of(this);
    let index = cx.int(index as i64)?;
    if less(cx, &index, &Value::small(0))? || !less(cx, &index, &range.length)? {
        return raise!(cx, exc::INDEX_ERROR, "range object index out of range");
    }
    range.at(cx, &index)
}

fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let range = of(this);
    if let Some(index) = cx.try_index(key)? {
        return number_at(cx, range, &int::exact(cx, &index)?);
    }
    let Some(slice) = key.downcast::<PySlice>() else {
        let name = key.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "range indices must be integers or slices, not {name}");
    };
    let [start, stop, step] = slice::indices(cx, slice, &range.length)?;
    cx.range(range.at(cx, &start)?, range.at(cx, &stop)?, int::mul(cx, &range.step, &step)?)
}

/// The place of an int of exactly that class (or a bool) in the range.
fn place_of(cx: &Cx, range: &PyRange, number: &Value) -> R<Option<Value>> {
    if let (Some((start, stop, step)), Some(n)) = (range.words(), number.as_i64()) {
        let inside = if step > 0 { start <= n && n < stop } else { stop < n && n <= start };
        let distance = i128::from(n) - i128::from(start);
        if !inside || distance % i128::from(step) != 0 {
            return Ok(None);
        }
        return cx.int_from_u64((distance / i128::from(step)) as u64).map(Some);
    }
    let distance = int::sub(cx, number, &range.start)?;
    if cx.is_true(&int::modulo(cx, &distance, &range.step)?)? {
        return Ok(None);
    }
    let place = int::floor_div(cx, &distance, &range.step)?;
    let inside = !less(cx, &place, &Value::small(0))? && less(cx, &place, &range.length)?;
    Ok(inside.then_some(place))
}

/// Ints are found by calculation; anything else may be equal to whatever it likes.
fn is_calculable(value: &Value) -> bool {
    value.is_exact(&int::INT_TYPE) || value.as_bool().is_some()
}

fn contains(cx: &Cx, this: &Value, key: &Value) -> R<bool> {
    if is_calculable(key) {
        return Ok(place_of(cx, of(this), key)?.is_some());
    }
    let iterator = iterator::iter(cx, this)?;
    while let Some(number) = cx.next(&iterator)? {
        if cx.equals(&number, key)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn index_of(cx: &Cx, this: &Value, value: &Value) -> R {
    if is_calculable(value) {
        return match place_of(cx, of(this), value)? {
            Some(place) => Ok(place),
            None => raise!(cx, exc::VALUE_ERROR, "{} is not in range", cx.repr(value)?.to_lossy()),
        };
    }
    let iterator = iterator::iter(cx, this)?;
    let mut place = 0;
    while let Some(number) = cx.next(&iterator)? {
        if cx.equals(&number, value)? {
            return cx.int(place);
        }
        place += 1;
    }
    raise!(cx, exc::VALUE_ERROR, "sequence.index(x): x not in sequence")
}

fn count(cx: &Cx, this: &Value, value: &Value) -> R {
    if is_calculable(value) {
        return Ok(Value::small(i64::from(place_of(cx, of(this), value)?.is_some())));
    }
    let iterator = iterator::iter(cx, this)?;
    let mut count = 0;
    while let Some(number) = cx.next(&iterator)? {
        count += i64::from(cx.equals(&number, value)?);
    }
    cx.int(count)
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let range = of(this);
    let parts = cx.tuple([range.start.clone(), range.stop.clone(), range.step.clone()])?;
    Ok(cx.tuple([RANGE_TYPE.value(), parts.into_value()])?.into_value())
}
