//! Operators of floats. An int beside a float is taken as the nearest float.

use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::int::Int;
use crate::value::Value;

/// An operand of float arithmetic: a float or an int; `None` for others.
///
/// # Errors
/// OverflowError for an int that is too large.
#[inline]
pub(super) fn operand(cx: &Cx, value: &Value) -> R<Option<f64>> {
    if let Some(value) = value.as_float() {
        return Ok(Some(value));
    }
    match Int::of(value) {
        Some(int) => cx.int_to_f64(&int).map(Some),
        None => Ok(None),
    }
}

macro_rules! floats {
    ($cx:ident, $a:ident, $b:ident) => {
        match (operand($cx, $a)?, operand($cx, $b)?) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(Value::not_implemented()),
        }
    };
}

macro_rules! operator {
    ($($(#[$doc:meta])* $name:ident $op:tt;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// OverflowError for an int that is too large; MemoryError.
        #[inline]
        pub fn $name(cx: &Cx, a: &Value, b: &Value) -> R {
            let (a, b) = floats!(cx, a, b);
            cx.float(a $op b)
        }
    )*};
}

operator! {
    /// `a + b`; `NotImplemented` unless both are floats or ints.
    add +;
    /// `a - b`; `NotImplemented` unless both are floats or ints.
    sub -;
    /// `a * b`; `NotImplemented` unless both are floats or ints.
    mul *;
}

/// `a / b`; `NotImplemented` unless both are floats or ints.
///
/// # Errors
/// ZeroDivisionError; OverflowError for an int that is too large.
#[inline]
pub fn true_div(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = floats!(cx, a, b);
    if b == 0.0 {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "float division by zero");
    }
    cx.float(a / b)
}

/// Quotient rounded down, and remainder with the sign of the divisor.
pub fn floor_div_rem(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    // The quotient is whole but for what the division rounded.
    let whole = if quotient == 0.0 {
        0.0_f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (whole, remainder)
}

pub(super) fn floor_div(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = floats!(cx, a, b);
    if b == 0.0 {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "float floor division by zero");
    }
    cx.float(floor_div_rem(a, b).0)
}

pub(super) fn modulo(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = floats!(cx, a, b);
    if b == 0.0 {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "float modulo by zero");
    }
    cx.float(floor_div_rem(a, b).1)
}

pub(super) fn divmod(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = floats!(cx, a, b);
    if b == 0.0 {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "float divmod()");
    }
    let (quotient, remainder) = floor_div_rem(a, b);
    Ok(cx.tuple([cx.float(quotient)?, cx.float(remainder)?])?.into_value())
}

pub(super) fn pow(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = floats!(cx, a, b);
    power(cx, a, b)
}

pub(super) fn pow_mod(cx: &Cx, _: &Value, _: &Value, _: &Value) -> R {
    raise!(cx, exc::TYPE_ERROR, "pow() 3rd argument not allowed unless all arguments are integers")
}

/// `x ** y`: a complex number for a broken power of a negative one.
///
/// # Errors
/// ZeroDivisionError for a negative power of zero; OverflowError.
pub fn power(cx: &Cx, x: f64, y: f64) -> R {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "0.0 cannot be raised to a negative power");
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.floor() != y {
        return crate::complex::power_of_reals(cx, x, y);
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(out_of_range(cx));
    }
    cx.float(result)
}

/// OverflowError as C's mathematical functions report it.
pub(crate) fn out_of_range(cx: &Cx) -> Raised {
    match cx.str_value("Numerical result out of range") {
        Ok(text) => cx.error_of(&exc::OVERFLOW_ERROR, &[Value::small(34), text]),
        Err(no_memory) => no_memory,
    }
}
