//! Comparison, with ints exactly, and hash.

use core::cmp::Ordering;

use crate::cx::Cx;
use crate::error::R;
use crate::int::{HASH_MODULUS, Int, finish_hash};
use crate::typeobject::CompareOp;
use crate::value::Value;

pub(super) fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let Some(x) = a.as_float() else { return Ok(Value::not_implemented()) };
    let ordering = if let Some(y) = b.as_float() {
        x.partial_cmp(&y)
    } else if let Some(int) = Int::of(b) {
        compare_with_int(x, &int)
    } else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(match ordering {
        Some(ordering) => op.holds(ordering),
        None => op == CompareOp::Ne,
    }))
}

/// How a float compares with an int; `None` if it is not a number.
pub fn compare_with_int(x: f64, int: &Int<'_>) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    let sign = |positive: bool| if positive { Ordering::Greater } else { Ordering::Less };
    let int_sign = if int.is_zero() {
        0
    } else if int.negative {
        -1
    } else {
        1
    };
    let float_sign = if x == 0.0 {
        0
    } else if x < 0.0 {
        -1
    } else {
        1
    };
    if int_sign != float_sign || int_sign == 0 {
        return Some(float_sign.cmp(&int_sign));
    }
    if x.is_infinite() {
        return Some(sign(x > 0.0));
    }
    let magnitudes = compare_magnitudes(x.abs(), int);
    Some(if x < 0.0 { magnitudes.reverse() } else { magnitudes })
}

/// Both are above zero.
fn compare_magnitudes(x: f64, int: &Int<'_>) -> Ordering {
    let bits = int.bit_length();
    if bits <= 64 {
        if x >= 18_446_744_073_709_551_616.0 {
            return Ordering::Greater;
        }
        let (whole, digit) = (x as u64, int.digits()[0]);
        let fraction = if x.fract() > 0.0 { Ordering::Greater } else { Ordering::Equal };
        return whole.cmp(&digit).then(fraction);
    }
    // A float of so many bits is whole: its mantissa, and zeros behind.
    let (mantissa, exponent) = super::parts(x);
    let float_bits = (64 - i64::from(mantissa.leading_zeros())) + exponent;
    if float_bits != bits as i64 {
        return float_bits.cmp(&(bits as i64));
    }
    let digits = int.digits();
    let (whole, part) = ((exponent / 64) as usize, exponent % 64);
    for (at, &digit) in digits.iter().enumerate().rev() {
        let of_float = match at {
            _ if at == whole => mantissa << part,
            _ if at == whole + 1 && part > 0 => mantissa >> (64 - part),
            _ => 0,
        };
        if of_float != digit {
            return of_float.cmp(&digit);
        }
    }
    Ordering::Equal
}

/// `hash(x)`; that of a NaN is told by the caller.
pub fn hash_of(x: f64, of_nan: i64) -> i64 {
    if x.is_nan() {
        return of_nan;
    }
    if x.is_infinite() {
        return if x > 0.0 { 314_159 } else { -314_159 };
    }
    let (mantissa, exponent) = super::parts(x.abs());
    // Modulo 2**61-1 a power of two turns the 61 bits around.
    let (rest, turn) = (mantissa % HASH_MODULUS, exponent.rem_euclid(61));
    let rest = if turn == 0 { rest } else { (rest << turn) & HASH_MODULUS | rest >> (61 - turn) };
    finish_hash(rest % HASH_MODULUS, x < 0.0)
}

/// The hash of an object by its address, which a NaN has.
pub(crate) fn hash_of_address(value: &Value) -> i64 {
    match value.bits().rotate_right(4) as i64 {
        -1 => -2,
        hash => hash,
    }
}

pub(super) fn hash(_: &Cx, this: &Value) -> R<i64> {
    Ok(hash_of(super::value_of(this), hash_of_address(this)))
}
