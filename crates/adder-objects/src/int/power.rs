//! Powers.

use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;

use super::arithmetic::ints;
use super::bits::shift_left;
use super::digits::{Int, Scratch, product_words};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

/// `a ** b`; `NotImplemented` if one is no int.
///
/// # Errors
/// ZeroDivisionError for a negative power of zero; OverflowError, MemoryError.
pub fn pow(cx: &Cx, a: &Value, b: &Value) -> R {
    let (base, exponent) = ints!(a, b);
    if exponent.negative {
        let (x, y) = (cx.int_to_f64(&base)?, cx.int_to_f64(&exponent)?);
        return crate::float::power(cx, x, y);
    }
    if let (Some(mut x), Some(mut n)) = (a.as_small(), b.as_small()) {
        // By squaring, as long as it fits.
        let mut result = 1_i64;
        let fits = loop {
            if n & 1 == 1 {
                match result.checked_mul(x) {
                    Some(product) => result = product,
                    None => break false,
                }
            }
            n >>= 1;
            if n == 0 {
                break true;
            }
            match x.checked_mul(x) {
                Some(square) => x = square,
                None => break false,
            }
        };
        if fits {
            return cx.int(result);
        }
    }
    big_power(cx, &base, &exponent)
}

fn big_power(cx: &Cx, base: &Int<'_>, exponent: &Int<'_>) -> R {
    let odd = exponent.digits().first().is_some_and(|d| d & 1 == 1);
    let negative = base.negative && odd;
    match base.digits() {
        _ if exponent.is_zero() => return Ok(Value::small(1)),
        [] => return Ok(Value::small(0)),
        [1] => return Ok(Value::small(if negative { -1 } else { 1 })),
        _ => {}
    }
    let n = exponent.to_i64().and_then(|n| usize::try_from(n).ok());
    let bits = n.and_then(|n| usize::try_from(base.bit_length()).ok()?.checked_mul(n));
    let (Some(n), Some(bits)) = (n, bits) else { return Err(cx.no_memory()) };
    if let &[digit] = base.digits()
        && digit.is_power_of_two()
    {
        let one = [1];
        let one = Int::from_digits(&one, negative);
        return shift_left(cx, &one, u64::from(digit.trailing_zeros()) * n as u64);
    }
    let words = bits / 64 + 2;
    let _scratch = Scratch::words(cx, product_words(words / 2 + 1, words / 2 + 1).saturating_add(words))?;
    cx.int_from_ubig(&base.magnitude().pow(n), negative)
}

/// `pow(a, b, c)`
///
/// # Errors
/// ValueError for a modulus of zero and for a base without an inverse; MemoryError.
pub fn pow_mod(cx: &Cx, a: &Value, b: &Value, c: &Value) -> R {
    let (Some(base), Some(exponent)) = (Int::of(a), Int::of(b)) else { return Ok(Value::not_implemented()) };
    let Some(modulus) = Int::of(c) else {
        return Ok(Value::not_implemented());
    };
    if modulus.is_zero() {
        return raise!(cx, exc::VALUE_ERROR, "pow() 3rd argument cannot be 0");
    }
    if modulus.digits() == [1] {
        return Ok(Value::small(0));
    }
    let (n, m) = (base.digits().len() + exponent.digits().len(), modulus.digits().len());
    let _scratch = Scratch::words(cx, product_words(m, m).saturating_add(80 * m).saturating_add(4 * n))?;
    let ring = ConstDivisor::new(modulus.magnitude());
    let mut reduced = ring.reduce(base.magnitude());
    if base.negative {
        reduced = -reduced;
    }
    if exponent.negative {
        reduced = match reduced.inv() {
            Some(inverse) => inverse,
            None => return raise!(cx, exc::VALUE_ERROR, "base is not invertible for the given modulus"),
        };
    }
    let mut result: UBig = reduced.pow(&exponent.magnitude()).residue();
    let negative = modulus.negative && !result.is_zero();
    if negative {
        result = modulus.magnitude() - result;
    }
    cx.int_from_ubig(&result, negative)
}
