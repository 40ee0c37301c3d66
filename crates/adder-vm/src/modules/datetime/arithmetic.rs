//! `datetime`: what operators do. Two with the same zone are compared as the clocks show them, others by the moments they are.

use adder_objects::typeobject::CompareOp;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::clock::Clock;
use super::date::cached_hash;
use super::datetime::{self, DATETIME_TYPE, PyDateTime};
use super::delta::{self, PyDelta};
use super::{delta_arithmetic, zone};

/// The same some time later, or earlier: of the same class, with the same zone.
pub(super) fn shifted(cx: &Cx, at: &PyDateTime, by: &PyDelta, back: bool) -> R {
    let sign = if back { -1 } else { 1 };
    let clock = at.clock();
    let microseconds = clock.microsecond + sign * by.microseconds;
    let seconds = clock.seconds() + sign * by.seconds + microseconds.div_euclid(1_000_000);
    let days = sign * by.days + seconds.div_euclid(delta::DAY);
    let Some(day) = at.day().plus(days) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "date value out of range");
    };
    let clock = Clock::of_seconds(seconds.rem_euclid(delta::DAY), microseconds.rem_euclid(1_000_000));
    let this = adder_objects::object::value_of(at);
    datetime::make_in(cx, this.ty(), day, clock, &at.zone(), 0)
}

pub(super) fn add(cx: &Cx, a: &Value, b: &Value) -> R {
    match (a.downcast::<PyDateTime>(), b.downcast::<PyDateTime>()) {
        (Some(at), None) => b.downcast().map_or(Ok(Value::not_implemented()), |by| shifted(cx, at, by, false)),
        (None, Some(at)) => a.downcast().map_or(Ok(Value::not_implemented()), |by| shifted(cx, at, by, false)),
        _ => Ok(Value::not_implemented()),
    }
}

pub(super) fn subtract(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some(at) = a.downcast::<PyDateTime>() else { return Ok(Value::not_implemented()) };
    if let Some(other) = b.downcast::<PyDateTime>() {
        return difference(cx, at, other);
    }
    match b.downcast::<PyDelta>() {
        Some(by) => shifted(cx, at, by, true),
        None => Ok(Value::not_implemented()),
    }
}

/// The difference of what two show.
fn shown_difference(cx: &Cx, a: &PyDateTime, b: &PyDateTime) -> R {
    let (clock, other) = (a.clock(), b.clock());
    delta::make(
        cx,
        i64::from(a.day().ordinal() - b.day().ordinal()),
        clock.seconds() - other.seconds(),
        clock.microsecond - other.microsecond,
    )
}

pub(super) fn difference(cx: &Cx, a: &PyDateTime, b: &PyDateTime) -> R {
    if a.zone().is(&b.zone()) {
        return shown_difference(cx, a, b);
    }
    let (first, second) = (offset(cx, a)?, offset(cx, b)?);
    let shown = |cx| shown_difference(cx, a, b);
    match (&first, &second) {
        (Some(first), Some(second)) if first.order() != second.order() => {
            let between = delta_arithmetic::difference(cx, first, second)?;
            delta_arithmetic::difference(cx, delta::of(&shown(cx)?), delta::of(&between))
        }
        (Some(_), Some(_)) | (None, None) => shown(cx),
        _ => raise!(cx, exc::TYPE_ERROR, "can't subtract offset-naive and offset-aware datetimes"),
    }
}

/// What the zone says of the offset.
pub(super) fn offset(cx: &Cx, at: &PyDateTime) -> R<Option<adder_objects::Obj<PyDelta>>> {
    zone::ask(cx, &at.zone(), "utcoffset", &adder_objects::object::value_of(at))
}

/// Would the offset be another one if it were the other of two that the clocks show the same?
fn is_ambiguous(cx: &Cx, at: &PyDateTime, known: Option<&PyDelta>) -> R<bool> {
    let other = datetime::build(cx, &DATETIME_TYPE, at.data, &at.zone(), 1 - at.fold.get().min(1))?;
    Ok(!zone::same(offset(cx, datetime::of(&other))?.as_deref(), known))
}

pub(super) fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let Some(other) = b.downcast::<PyDateTime>() else { return Ok(Value::not_implemented()) };
    let at = datetime::of(a);
    if at.zone().is(&other.zone()) {
        return Ok(Value::bool(op.holds(at.data.cmp(&other.data))));
    }
    let (first, second) = (offset(cx, at)?, offset(cx, other)?);
    let (first, second) = (first.as_deref(), second.as_deref());
    let mut ordering = if zone::same(first, second) {
        at.data.cmp(&other.data)
    } else if first.is_some() && second.is_some() {
        delta::of(&difference(cx, at, other)?).order().cmp(&(0, 0, 0))
    } else {
        return match op {
            CompareOp::Eq => Ok(Value::bool(false)),
            CompareOp::Ne => Ok(Value::bool(true)),
            _ => raise!(cx, exc::TYPE_ERROR, "can't compare offset-naive and offset-aware datetimes"),
        };
    };
    // What may be either of two moments is equal to nothing in another zone.
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if equality && ordering.is_eq() && (is_ambiguous(cx, at, first)? || is_ambiguous(cx, other, second)?) {
        ordering = core::cmp::Ordering::Greater;
    }
    Ok(Value::bool(op.holds(ordering)))
}

pub(super) fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let at = datetime::of(this);
    if at.hashcode.get() != -1 {
        return Ok(at.hashcode.get());
    }
    // Which of two it is does not count.
    let asked = match at.fold.get() {
        0 => this.clone(),
        _ => datetime::build(cx, &DATETIME_TYPE, at.data, &at.zone(), 0)?,
    };
    let Some(offset) = offset(cx, datetime::of(&asked))? else { return Ok(cached_hash(&at.hashcode, &at.data)) };
    let clock = at.clock();
    let since = delta::make(cx, at.day().ordinal().into(), clock.seconds(), clock.microsecond)?;
    let hash = cx.hash(&delta_arithmetic::difference(cx, delta::of(&since), &offset)?)?;
    at.hashcode.set(hash);
    Ok(hash)
}
