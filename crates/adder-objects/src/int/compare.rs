//! Comparison and hash.

use super::arithmetic::ints;
use super::digits::Int;
use crate::cx::Cx;
use crate::error::R;
use crate::typeobject::CompareOp;
use crate::value::Value;

/// Hashes of numbers are taken modulo this prime.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// `a op b`; `NotImplemented` if one is no int.
///
/// # Errors
/// None.
#[inline]
pub fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(Value::bool(op.holds(x.cmp(&y))));
    }
    let (a, b) = ints!(a, b);
    Ok(Value::bool(op.holds(a.compare(&b))))
}

/// `hash(i)` of an int.
#[inline]
pub fn hash_of(int: &Int<'_>) -> i64 {
    let rest = match int.digits() {
        &[digit] => digit % HASH_MODULUS,
        // A digit has 2**64 times the weight of the one below it, and that is 8 modulo the prime.
        digits => digits.iter().rev().fold(0, |rest: u64, &digit| {
            ((u128::from(rest) * 8 + u128::from(digit)) % u128::from(HASH_MODULUS)) as u64
        }),
    };
    finish(rest, int.negative)
}

/// The hash for a rest and a sign: -1 stands for errors in C, so it is not given out.
pub(crate) fn finish(rest: u64, negative: bool) -> i64 {
    match if negative { -(rest as i64) } else { rest as i64 } {
        -1 => -2,
        hash => hash,
    }
}

pub(super) fn hash(_: &Cx, this: &Value) -> R<i64> {
    Ok(hash_of(&super::of(this)))
}
