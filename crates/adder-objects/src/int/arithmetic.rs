//! Addition, subtraction, multiplication, division.

use core::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::DivRem;

use super::digits::{Int, Scratch, compare_digits, division_words, product_words};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

/// Both operands as ints, or `NotImplemented` for the caller.
macro_rules! ints {
    ($a:ident, $b:ident) => {
        match (Int::of($a), Int::of($b)) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(Value::not_implemented()),
        }
    };
}
pub(super) use ints;

/// `a + b`; `NotImplemented` if one is no int.
///
/// # Errors
/// MemoryError.
#[inline]
pub fn add(cx: &Cx, a: &Value, b: &Value) -> R {
    match (a.as_small(), b.as_small()) {
        (Some(x), Some(y)) => cx.int(x + y),
        _ => {
            let (a, b) = ints!(a, b);
            add_signed(cx, &a, &b, b.negative)
        }
    }
}

/// `a - b`; `NotImplemented` if one is no int.
///
/// # Errors
/// MemoryError.
#[inline]
pub fn sub(cx: &Cx, a: &Value, b: &Value) -> R {
    match (a.as_small(), b.as_small()) {
        (Some(x), Some(y)) => cx.int(x - y),
        _ => {
            let (a, b) = ints!(a, b);
            add_signed(cx, &a, &b, !b.negative)
        }
    }
}

/// `a` plus the absolute value of `b` with this sign.
fn add_signed(cx: &Cx, a: &Int<'_>, b: &Int<'_>, b_negative: bool) -> R {
    let (x, y) = (a.digits(), b.digits());
    if a.negative == b_negative {
        let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
        return cx.int_with(long.len() + 1, a.negative, |sum| add_digits(sum, long, short));
    }
    match compare_digits(x, y) {
        Ordering::Equal => Ok(Value::small(0)),
        Ordering::Greater => cx.int_with(x.len(), a.negative, |difference| sub_digits(difference, x, y)),
        Ordering::Less => cx.int_with(y.len(), b_negative, |difference| sub_digits(difference, y, x)),
    }
}

fn add_digits(sum: &mut [u64], long: &[u64], short: &[u64]) {
    let mut carry = false;
    for (at, (place, &digit)) in sum.iter_mut().zip(long).enumerate() {
        (*place, carry) = digit.carrying_add(short.get(at).copied().unwrap_or(0), carry);
    }
    sum[long.len()] = u64::from(carry);
}

fn sub_digits(difference: &mut [u64], large: &[u64], small: &[u64]) {
    let mut borrow = false;
    for (at, (place, &digit)) in difference.iter_mut().zip(large).enumerate() {
        (*place, borrow) = digit.borrowing_sub(small.get(at).copied().unwrap_or(0), borrow);
    }
}

/// Factors with fewer digits than this are multiplied digit by digit, straight into the result.
const SCHOOLBOOK: usize = 24;

/// `a * b`; `NotImplemented` if one is no int.
///
/// # Errors
/// MemoryError.
#[inline]
pub fn mul(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && let Some(product) = x.checked_mul(y)
    {
        return cx.int(product);
    }
    let (a, b) = ints!(a, b);
    mul_ints(cx, &a, &b)
}

pub(super) fn mul_ints(cx: &Cx, a: &Int<'_>, b: &Int<'_>) -> R {
    let (x, y) = (a.digits(), b.digits());
    let negative = a.negative != b.negative;
    if x.len().min(y.len()) < SCHOOLBOOK {
        return cx.int_with(x.len() + y.len(), negative, |product| {
            for (at, &d) in x.iter().enumerate() {
                let mut carry = 0;
                for (place, &e) in product[at..].iter_mut().zip(y) {
                    (*place, carry) = d.carrying_mul_add(e, *place, carry);
                }
                product[at + y.len()] = carry;
            }
        });
    }
    let _scratch = Scratch::words(cx, product_words(x.len(), y.len()))?;
    let product = a.magnitude() * b.magnitude();
    cx.int_from_ubig(&product, negative)
}

/// Quotient rounded down and remainder, which has the sign of the divisor.
fn floor_div_rem(a: &Int<'_>, b: &Int<'_>) -> (UBig, bool, UBig, bool) {
    let (mut quotient, mut remainder) = a.magnitude().div_rem(b.magnitude());
    let differ = a.negative != b.negative;
    if differ && !remainder.is_zero() {
        quotient += 1_u8;
        remainder = b.magnitude() - remainder;
    }
    (quotient, differ, remainder, b.negative)
}

/// The quotient of small ints, rounded down, and the remainder.
#[inline]
fn small_div_rem(x: i64, y: i64) -> (i64, i64) {
    let (quotient, remainder) = (x / y, x % y);
    if remainder != 0 && (remainder < 0) != (y < 0) { (quotient - 1, remainder + y) } else { (quotient, remainder) }
}

fn scratch<'a>(cx: &'a Cx, a: &Int<'_>, b: &Int<'_>) -> R<Option<Scratch<'a>>> {
    let (n, m) = (a.digits().len(), b.digits().len());
    if n.max(m) <= 8 { Ok(None) } else { Scratch::words(cx, division_words(n, m)).map(Some) }
}

/// `a // b`; `NotImplemented` if one is no int.
///
/// # Errors
/// ZeroDivisionError, MemoryError.
#[inline]
pub fn floor_div(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && y != 0
    {
        return cx.int(small_div_rem(x, y).0);
    }
    let (a, b) = ints!(a, b);
    if b.is_zero() {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "integer division or modulo by zero");
    }
    let _scratch = scratch(cx, &a, &b)?;
    let (quotient, negative, ..) = floor_div_rem(&a, &b);
    cx.int_from_ubig(&quotient, negative)
}

/// `a % b`; `NotImplemented` if one is no int.
///
/// # Errors
/// ZeroDivisionError, MemoryError.
#[inline]
pub fn modulo(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && y != 0
    {
        return cx.int(small_div_rem(x, y).1);
    }
    let (a, b) = ints!(a, b);
    if b.is_zero() {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "integer modulo by zero");
    }
    let _scratch = scratch(cx, &a, &b)?;
    let (.., remainder, negative) = floor_div_rem(&a, &b);
    cx.int_from_ubig(&remainder, negative)
}

/// `divmod(a, b)`, a pair; `NotImplemented` if one is no int.
///
/// # Errors
/// ZeroDivisionError, MemoryError.
pub fn divmod(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = ints!(a, b);
    if b.is_zero() {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "integer division or modulo by zero");
    }
    let _scratch = scratch(cx, &a, &b)?;
    let (quotient, q_negative, remainder, r_negative) = floor_div_rem(&a, &b);
    let quotient = cx.int_from_ubig(&quotient, q_negative)?;
    let remainder = cx.int_from_ubig(&remainder, r_negative)?;
    Ok(cx.tuple([quotient, remainder])?.into_value())
}

/// `a / b`, the float nearest to the exact quotient; `NotImplemented` if one is no int.
///
/// # Errors
/// ZeroDivisionError, OverflowError, MemoryError.
#[inline]
pub fn true_div(cx: &Cx, a: &Value, b: &Value) -> R {
    const EXACT: i64 = 1 << 53;
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && x.abs() <= EXACT
        && y.abs() <= EXACT
        && y != 0
    {
        return cx.float(x as f64 / y as f64);
    }
    let (a, b) = ints!(a, b);
    if b.is_zero() {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "division by zero");
    }
    let negative = a.negative != b.negative;
    if a.is_zero() {
        return cx.float(if negative { -0.0 } else { 0.0 });
    }
    let quotient = match quotient(cx, &a, &b)? {
        Some(quotient) => quotient,
        None => return raise!(cx, exc::OVERFLOW_ERROR, "integer division result too large for a float"),
    };
    cx.float(if negative { -quotient } else { quotient })
}

/// The float nearest to the quotient of the absolute values; `None` if it is too large.
fn quotient(cx: &Cx, a: &Int<'_>, b: &Int<'_>) -> R<Option<f64>> {
    let difference = a.bit_length() as i64 - b.bit_length() as i64;
    if difference > 1025 {
        return Ok(None);
    }
    if difference < -1080 {
        return Ok(Some(0.0));
    }
    // A quotient of 64 or 65 bits, and one bit more that says whether anything was cut off.
    let shift = 65 - difference;
    let (n, m) = (a.digits().len(), b.digits().len());
    let _scratch = Scratch::words(cx, division_words(n + m + 4, m).saturating_add(4 * (n + m)))?;
    let (mut top, mut bottom) = (a.magnitude(), b.magnitude());
    if shift >= 0 {
        top <<= shift as usize;
    } else {
        bottom <<= (-shift) as usize;
    }
    let (quotient, rest) = top.div_rem(bottom);
    Ok(scale(quotient.as_words(), !rest.is_zero(), -shift))
}

/// The float nearest to (digits, and something more if `sticky`) times two to the power of the exponent, ties to even; `None`
/// if it is too large.
pub(crate) fn scale(digits: &[u64], sticky: bool, exponent: i64) -> Option<f64> {
    let bits = Int::from_digits(digits, false).bit_length() as i64;
    if bits == 0 {
        return Some(0.0);
    }
    let top = bits + exponent;
    if top > 1024 {
        return None;
    }
    // So many bits of the result are kept: fewer below the normal floats.
    let keep = (top + 1074).clamp(0, 53);
    let drop = bits - keep;
    let kept = extract(digits, drop);
    let mut mantissa = kept;
    if drop > 0 {
        let half = bit(digits, drop - 1);
        let more = sticky || any_below(digits, drop - 1);
        if half && (more || kept & 1 == 1) {
            mantissa += 1;
        }
    }
    let scaled = ldexp(mantissa as f64, drop + exponent);
    scaled.is_finite().then_some(scaled)
}

fn bit(digits: &[u64], at: i64) -> bool {
    digits.get((at / 64) as usize).is_some_and(|d| d >> (at % 64) & 1 == 1)
}

fn any_below(digits: &[u64], at: i64) -> bool {
    let (whole, part) = ((at / 64) as usize, at % 64);
    digits[..whole.min(digits.len())].iter().any(|&d| d != 0)
        || digits.get(whole).is_some_and(|d| d & ((1 << part) - 1) != 0)
}

/// The bits from `at` on, of which there are at most 64; a negative place shifts to the left.
fn extract(digits: &[u64], at: i64) -> u64 {
    if at < 0 {
        return digits[0] << -at;
    }
    let (whole, part) = ((at / 64) as usize, at % 64);
    let low = digits.get(whole).copied().unwrap_or(0) >> part;
    let high = digits.get(whole + 1).copied().unwrap_or(0);
    if part == 0 { low } else { low | high << (64 - part) }
}

/// `x` times two to the power of `exponent`, where the result is exact or overflows.
pub(crate) fn ldexp(mut x: f64, exponent: i64) -> f64 {
    let mut left = exponent.clamp(-4200, 4200);
    while left > 1000 {
        x *= f64::from_bits((1023 + 1000) << 52);
        left -= 1000;
    }
    while left < -1000 {
        x *= f64::from_bits((1023 - 1000) << 52);
        left += 1000;
    }
    x * f64::from_bits(((1023 + left) as u64) << 52)
}

/// The float nearest to an int; `None` if it is too large.
pub fn to_f64(int: &Int<'_>) -> Option<f64> {
    let value = match int.digits() {
        [] => 0.0,
        // The machine's conversion rounds to nearest, ties to even.
        &[d] => d as f64,
        digits => scale(digits, false, 0)?,
    };
    Some(if int.negative { -value } else { value })
}

impl Cx {
    /// An int as a float.
    ///
    /// # Errors
    /// OverflowError.
    pub fn int_to_f64(&self, int: &Int<'_>) -> R<f64> {
        match to_f64(int) {
            Some(value) => Ok(value),
            None => raise!(self, exc::OVERFLOW_ERROR, "int too large to convert to float"),
        }
    }

    /// The int that a finite float is, without what stands behind its point.
    ///
    /// # Errors
    /// ValueError for not-a-number, OverflowError for infinities; MemoryError.
    pub fn int_from_f64(&self, value: f64) -> R {
        if value.abs() < 9e18 {
            return self.int(value as i64);
        }
        if value.is_nan() {
            return raise!(self, exc::VALUE_ERROR, "cannot convert float NaN to integer");
        }
        if value.is_infinite() {
            return raise!(self, exc::OVERFLOW_ERROR, "cannot convert float infinity to integer");
        }
        let bits = value.to_bits();
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        let shift = (bits >> 52 & 0x7FF) as usize - 1075;
        self.int_with(shift / 64 + 2, value < 0.0, |digits| {
            let (whole, part) = (shift / 64, shift % 64);
            digits[whole] = mantissa << part;
            if part > 0 {
                digits[whole + 1] = mantissa >> (64 - part);
            }
        })
    }
}
