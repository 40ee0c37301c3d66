//! `timedelta`: adding its parts up, and its operators. Lengths are microseconds, as `i128` where all is small and as Python's ints
//! where it may not be.

use adder_objects::int::{INT_TYPE, Int};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::delta::{self, DELTA_TYPE, PyDelta, SECOND};

/// An int.
pub(super) fn int(cx: &Cx, n: i128) -> R {
    if let Ok(small) = i64::try_from(n) {
        return cx.int(small);
    }
    let size = n.unsigned_abs();
    cx.int_from_digits(&[size as u64, (size >> 64) as u64], n < 0)
}

/// An int of the built-in type with the value of an int.
fn plain(cx: &Cx, value: &Value) -> R {
    if value.is_exact(&INT_TYPE) {
        return Ok(value.clone());
    }
    match Int::of(value) {
        Some(int) => cx.int_from_digits(int.digits(), int.negative),
        None => Ok(value.clone()),
    }
}

/// The value of an int, if it is small.
fn value_of(value: &Value) -> Option<i128> {
    let int = Int::of(value)?;
    let size = match *int.digits() {
        [] => 0,
        [low] => low.into(),
        [low, high] => u128::from(high) << 64 | u128::from(low),
        _ => return None,
    };
    let size = i128::try_from(size).ok()?;
    Some(if int.negative { -size } else { size })
}

/// The same of an int whose class has no operators of its own.
fn small(value: &Value) -> Option<i128> {
    value.is_exact(&INT_TYPE).then(|| value_of(value)).flatten()
}

/// A number of microseconds that is being added up.
#[derive(Default)]
pub(super) struct Sum {
    small: i128,
    /// What is too large for that, if anything was: an int.
    large: Option<Value>,
    /// Parts of microseconds.
    rest: f64,
}

impl Sum {
    /// Adds so many times so many microseconds.
    pub(super) fn add(&mut self, cx: &Cx, name: &str, value: &Value, factor: i64) -> R<()> {
        if value.is_int() {
            return self.add_int(cx, value, factor);
        }
        let Some(float) = value.as_float() else {
            let ty = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "unsupported type for timedelta {name} component: {ty}");
        };
        let whole = float.trunc();
        self.add_int(cx, &cx.int_from_f64(whole)?, factor)?;
        let part = (float - whole) * factor as f64;
        if part != 0.0 {
            self.add_int(cx, &cx.int_from_f64(part.trunc())?, 1)?;
            self.rest += part - part.trunc();
        }
        Ok(())
    }

    fn add_int(&mut self, cx: &Cx, value: &Value, factor: i64) -> R<()> {
        let small = small(value).and_then(|n| n.checked_mul(factor.into()));
        if let Some(sum) = small.and_then(|n| self.small.checked_add(n)) {
            self.small = sum;
            return Ok(());
        }
        let product = cx.binary(number::MUL, value, &cx.int(factor)?)?;
        self.large = Some(match self.large.take() {
            Some(large) => cx.binary(number::ADD, &large, &product)?,
            None => product,
        });
        Ok(())
    }

    /// The difference that it is, rounded to the nearest microsecond, halves to an even one.
    pub(super) fn finish(mut self, cx: &Cx, class: &TypeObject) -> R {
        if let Some(large) = self.large.take() {
            let sum = cx.binary(number::ADD, &int(cx, self.small)?, &large)?;
            match value_of(&sum) {
                Some(small) => self.small = small,
                None => return of_int(cx, &sum),
            }
        }
        let mut rounded = self.rest.round();
        if (rounded - self.rest).abs() == 0.5 {
            // Even together with the whole part.
            let odd = (self.small & 1) as f64;
            rounded = (self.rest + odd).round_ties_even() - odd;
        }
        match self.small.checked_add(rounded as i128) {
            Some(total) => delta::of_total(cx, class, total),
            None => Err(delta::too_large(cx)),
        }
    }
}

/// A difference of as many microseconds as an int says.
fn of_int(cx: &Cx, total: &Value) -> R {
    if !total.is_int() {
        // A class derived from int says what its operators give: that is divided as any object is.
        cx.binary(number::DIVMOD, total, &Value::small(SECOND as i64))?;
        return raise!(cx, exc::TYPE_ERROR, "divmod() returned no pair of ints");
    }
    match value_of(total) {
        Some(total) => delta::of_total(cx, &DELTA_TYPE, total),
        None => Err(delta::too_large(cx)),
    }
}

fn both<'a>(a: &'a Value, b: &'a Value) -> Option<(&'a PyDelta, &'a PyDelta)> {
    Some((a.downcast()?, b.downcast()?))
}

pub(super) fn negative(cx: &Cx, a: &PyDelta) -> R {
    delta::make(cx, -i64::from(a.days), -a.seconds, -a.microseconds)
}

pub(super) fn add(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some((a, b)) = both(a, b) else { return Ok(Value::not_implemented()) };
    delta::make(cx, i64::from(a.days) + i64::from(b.days), a.seconds + b.seconds, a.microseconds + b.microseconds)
}

pub(super) fn subtract(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some((a, b)) = both(a, b) else { return Ok(Value::not_implemented()) };
    difference(cx, a, b)
}

pub(super) fn difference(cx: &Cx, a: &PyDelta, b: &PyDelta) -> R {
    delta::make(cx, i64::from(a.days) - i64::from(b.days), a.seconds - b.seconds, a.microseconds - b.microseconds)
}

pub(super) fn multiply(cx: &Cx, a: &Value, b: &Value) -> R {
    let (of, by) = match (a.downcast::<PyDelta>(), b.downcast::<PyDelta>()) {
        (Some(of), None) => (of, b),
        (None, Some(of)) => (of, a),
        _ => return Ok(Value::not_implemented()),
    };
    if by.is_int() {
        return match small(by).and_then(|by| of.total().checked_mul(by)) {
            Some(total) => delta::of_total(cx, &DELTA_TYPE, total),
            None => of_int(cx, &cx.binary(number::MUL, by, &int(cx, of.total())?)?),
        };
    }
    if by.as_float().is_some() {
        let [numerator, denominator] = ratio(cx, by)?;
        return scaled(cx, of, &numerator, &denominator);
    }
    Ok(Value::not_implemented())
}

/// A float as a fraction.
fn ratio(cx: &Cx, float: &Value) -> R<[Value; 2]> {
    let pair = cx.call_method(float, &cx.intern("as_integer_ratio")?, &[])?;
    let Some(tuple) = pair.downcast::<PyTuple>() else {
        let ty = pair.ty().name();
        let text = "unexpected return type from as_integer_ratio(): expected tuple";
        return raise!(cx, exc::TYPE_ERROR, "{text}, got '{ty}'");
    };
    let [numerator, denominator] = tuple.items() else {
        return raise!(cx, exc::VALUE_ERROR, "as_integer_ratio() must return a 2-tuple");
    };
    if !numerator.is_int() || !denominator.is_int() {
        return Err(no_ints(cx));
    }
    Ok([numerator.clone(), denominator.clone()])
}

fn no_ints(cx: &Cx) -> adder_objects::Raised {
    cx.type_error(format_args!("non-integer arguments in division"))
}

/// So many times the difference, divided, to the nearest microsecond.
fn scaled(cx: &Cx, of: &PyDelta, times: &Value, by: &Value) -> R {
    let product = cx.binary(number::MUL, &int(cx, of.total())?, times)?;
    of_int(cx, &nearest(cx, &product, by)?)
}

/// `a / b` as the nearest int, halves to an even one. Classes derived from int have no say.
fn nearest(cx: &Cx, a: &Value, b: &Value) -> R {
    if !a.is_int() || !b.is_int() {
        return Err(no_ints(cx));
    }
    let (a, b) = (&plain(cx, a)?, &plain(cx, b)?);
    let zero = Value::small(0);
    if cx.equals(b, &zero)? {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "integer division or modulo by zero");
    }
    let quotient = cx.binary(number::FLOOR_DIV, a, b)?;
    let rest = cx.binary(number::SUB, a, &cx.binary(number::MUL, &quotient, b)?)?;
    // Of the sign of `b`, and less: twice of it says on which side of the middle it is.
    let twice = cx.binary(number::MUL, &rest, &Value::small(2))?;
    let op = if cx.compares(b, &zero, CompareOp::Gt)? { CompareOp::Gt } else { CompareOp::Lt };
    let odd = || Ok(Int::of(&quotient).is_some_and(|q| q.digits().first().is_some_and(|d| d & 1 == 1)));
    if cx.compares(&twice, b, op)? || (cx.equals(&twice, b)? && odd()?) {
        return cx.binary(number::ADD, &quotient, &Value::small(1));
    }
    Ok(quotient)
}

pub(super) fn true_divide(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some(a) = a.downcast::<PyDelta>() else { return Ok(Value::not_implemented()) };
    if let Some(b) = b.downcast::<PyDelta>() {
        return cx.binary(number::TRUE_DIV, &int(cx, a.total())?, &int(cx, b.total())?);
    }
    if b.is_int() {
        return of_int(cx, &nearest(cx, &int(cx, a.total())?, b)?);
    }
    if b.as_float().is_some() {
        let [numerator, denominator] = ratio(cx, b)?;
        return scaled(cx, a, &denominator, &numerator);
    }
    Ok(Value::not_implemented())
}

pub(super) fn floor_divide(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some(a) = a.downcast::<PyDelta>() else { return Ok(Value::not_implemented()) };
    if let Some(b) = b.downcast::<PyDelta>() {
        return cx.binary(number::FLOOR_DIV, &int(cx, a.total())?, &int(cx, b.total())?);
    }
    if b.is_int() {
        return of_int(cx, &cx.binary(number::FLOOR_DIV, &int(cx, a.total())?, b)?);
    }
    Ok(Value::not_implemented())
}

pub(super) fn remainder(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some((a, b)) = both(a, b) else { return Ok(Value::not_implemented()) };
    of_int(cx, &cx.binary(number::MOD, &int(cx, a.total())?, &int(cx, b.total())?)?)
}

pub(super) fn divide(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some((a, b)) = both(a, b) else { return Ok(Value::not_implemented()) };
    let (a, b) = (int(cx, a.total())?, int(cx, b.total())?);
    let quotient = cx.binary(number::FLOOR_DIV, &a, &b)?;
    let rest = of_int(cx, &cx.binary(number::MOD, &a, &b)?)?;
    Ok(cx.tuple([quotient, rest])?.into_value())
}
