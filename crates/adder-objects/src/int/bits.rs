//! Shifts, bit operations on two's complement, counts of bits.

use super::arithmetic::ints;
use super::digits::Int;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

/// `a << b`; `NotImplemented` if one is no int.
///
/// # Errors
/// ValueError for a negative count; OverflowError, MemoryError.
#[inline]
pub fn lshift(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(x), Some(n @ 0..=62)) = (a.as_small(), b.as_small()) {
        let shifted = x << n;
        if shifted >> n == x {
            return cx.int(shifted);
        }
    }
    let (a, b) = ints!(a, b);
    if b.negative {
        return raise!(cx, exc::VALUE_ERROR, "negative shift count");
    }
    if a.is_zero() {
        return Ok(Value::small(0));
    }
    match b.to_i64() {
        Some(count) => shift_left(cx, &a, count as u64),
        None => raise!(cx, exc::OVERFLOW_ERROR, "too many digits in integer"),
    }
}

/// An int shifted to the left.
///
/// # Errors
/// MemoryError.
pub(crate) fn shift_left(cx: &Cx, a: &Int<'_>, count: u64) -> R {
    let digits = a.digits();
    let (whole, part) = ((count / 64) as usize, count % 64);
    cx.int_with(digits.len().saturating_add(whole).saturating_add(1), a.negative, |shifted| {
        for (at, &digit) in digits.iter().enumerate() {
            shifted[at + whole] |= digit << part;
            if part > 0 {
                shifted[at + whole + 1] = digit >> (64 - part);
            }
        }
    })
}

/// `a >> b`; `NotImplemented` if one is no int.
///
/// # Errors
/// ValueError for a negative count; MemoryError.
#[inline]
pub fn rshift(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(x), Some(n @ 0..)) = (a.as_small(), b.as_small()) {
        return Ok(Value::small(x >> n.min(63)));
    }
    let (a, b) = ints!(a, b);
    if b.negative {
        return raise!(cx, exc::VALUE_ERROR, "negative shift count");
    }
    let digits = a.digits();
    let count = b.to_i64().map_or(u64::MAX, |n| n as u64);
    let (whole, part) = ((count / 64) as usize, count % 64);
    if whole >= digits.len() {
        return Ok(Value::small(if a.negative { -1 } else { 0 }));
    }
    // A negative number is rounded down: away from zero, if anything is cut off.
    let cut = digits[..whole].iter().any(|&d| d != 0) || digits[whole] & ((1 << part) - 1) != 0;
    let left = &digits[whole..];
    cx.int_with(left.len() + 1, a.negative, |shifted| {
        for (at, place) in shifted.iter_mut().enumerate().take(left.len()) {
            *place = left[at] >> part;
            if part > 0
                && let Some(next) = left.get(at + 1)
            {
                *place |= next << (64 - part);
            }
        }
        if a.negative && cut {
            let mut carry = true;
            for place in shifted {
                (*place, carry) = place.overflowing_add(u64::from(carry));
            }
        }
    })
}

/// Digits in two's complement, one after the other.
struct Complement<'a> {
    digits: &'a [u64],
    negative: bool,
    carry: bool,
    at: usize,
}

impl<'a> Complement<'a> {
    fn new(digits: &'a [u64], negative: bool) -> Complement<'a> {
        Complement { digits, negative, carry: true, at: 0 }
    }

    fn next(&mut self) -> u64 {
        let digit = self.digits.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if !self.negative {
            return digit;
        }
        let (digit, carry) = (!digit).overflowing_add(u64::from(self.carry));
        self.carry = carry;
        digit
    }
}

fn bitwise(cx: &Cx, a: &Int<'_>, b: &Int<'_>, op: impl Fn(u64, u64) -> u64) -> R {
    let n = a.digits().len().max(b.digits().len()) + 1;
    let negative = op(u64::from(a.negative), u64::from(b.negative)) & 1 == 1;
    let (mut x, mut y) = (Complement::new(a.digits(), a.negative), Complement::new(b.digits(), b.negative));
    cx.int_with(n, negative, |result| {
        let mut carry = true;
        for place in result {
            let digit = op(x.next(), y.next());
            if negative {
                (*place, carry) = (!digit).overflowing_add(u64::from(carry));
            } else {
                *place = digit;
            }
        }
    })
}

macro_rules! bitwise {
    ($($(#[$doc:meta])* $name:ident $op:tt;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// MemoryError.
        #[inline]
        pub fn $name(cx: &Cx, a: &Value, b: &Value) -> R {
            if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
                return Ok(Value::small(x $op y));
            }
            let (a, b) = ints!(a, b);
            bitwise(cx, &a, &b, |x, y| x $op y)
        }
    )*};
}

bitwise! {
    /// `a & b`; `NotImplemented` if one is no int.
    and &;
    /// `a | b`; `NotImplemented` if one is no int.
    or |;
    /// `a ^ b`; `NotImplemented` if one is no int.
    xor ^;
}

/// `~x`
pub(super) fn invert(cx: &Cx, x: &Value) -> R {
    match x.as_small() {
        Some(small) => Ok(Value::small(!small)),
        None => super::arithmetic::sub(cx, &Value::small(-1), x),
    }
}

pub(super) fn bit_length(cx: &Cx, this: &Value) -> R {
    let bits = super::of(this).bit_length();
    cx.int_from_u64(bits)
}

pub(super) fn bit_count(cx: &Cx, this: &Value) -> R {
    let ones = super::of(this).digits().iter().map(|d| u64::from(d.count_ones())).sum();
    cx.int_from_u64(ones)
}
