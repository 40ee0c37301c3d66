//! Ints as sign and digits, whatever they are stored as; scratch memory of computations, charged beforehand.

use adder_gc::{Heap, raw};
use dashu_int::UBig;

use super::PyLong;
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::value::Value;

/// The sign and the digits of an int, borrowed from it.
#[derive(Clone, Copy)]
pub struct Int<'a> {
    /// Is it below zero?
    pub negative: bool,
    one: u64,
    many: Option<&'a [u64]>,
}

impl<'a> Int<'a> {
    /// Those of an int; `None` for other values.
    #[inline]
    pub fn of(value: &'a Value) -> Option<Int<'a>> {
        match value.as_small() {
            Some(small) => Some(Int::from_i64(small)),
            None => {
                let long = value.downcast::<PyLong>()?;
                Some(Int { negative: long.is_negative(), one: 0, many: Some(long.digits()) })
            }
        }
    }

    /// Those of a machine word.
    #[inline]
    pub fn from_i64(value: i64) -> Int<'static> {
        Int { negative: value < 0, one: value.unsigned_abs(), many: None }
    }

    /// Of these digits, without leading zeros.
    pub fn from_digits(digits: &'a [u64], negative: bool) -> Int<'a> {
        Int { negative: negative && !digits.is_empty(), one: 0, many: Some(digits) }
    }

    /// The digits of the absolute value, least significant first; none for zero.
    #[inline]
    pub fn digits(&self) -> &[u64] {
        match self.many {
            Some(digits) => digits,
            None if self.one == 0 => &[],
            None => core::slice::from_ref(&self.one),
        }
    }

    /// Is it zero?
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.digits().is_empty()
    }

    /// The value of one whose absolute value has at most 64 bits.
    pub fn to_i128(&self) -> Option<i128> {
        match self.digits() {
            [] => Some(0),
            [digit] => Some(if self.negative { -i128::from(*digit) } else { (*digit).into() }),
            _ => None,
        }
    }

    /// The value, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        match (self.digits(), self.negative) {
            ([], _) => Some(0),
            (&[d], false) => i64::try_from(d).ok(),
            (&[d], true) => 0_i64.checked_sub_unsigned(d),
            _ => None,
        }
    }

    /// Bits of the absolute value.
    pub fn bit_length(&self) -> u64 {
        match self.digits() {
            [] => 0,
            [lower @ .., top] => lower.len() as u64 * 64 + u64::from(64 - top.leading_zeros()),
        }
    }

    /// The absolute value as a number of `dashu`. What that takes is charged by the caller ([`Scratch`]).
    pub(crate) fn magnitude(&self) -> UBig {
        UBig::from_words(self.digits())
    }

    /// How it compares with another.
    pub fn compare(&self, other: &Int<'_>) -> core::cmp::Ordering {
        match (self.negative, other.negative) {
            (false, true) => core::cmp::Ordering::Greater,
            (true, false) => core::cmp::Ordering::Less,
            (false, false) => compare_digits(self.digits(), other.digits()),
            (true, true) => compare_digits(other.digits(), self.digits()),
        }
    }
}

/// Compares absolute values.
pub(crate) fn compare_digits(a: &[u64], b: &[u64]) -> core::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Memory that a computation takes beside the heap's blocks: charged to the heap while the guard lives.
pub(crate) struct Scratch<'a> {
    heap: &'a Heap,
    bytes: usize,
}

/// Above this the system is asked, too, whether it has the memory.
const ASK_FIRST: usize = 16 << 20;

impl<'a> Scratch<'a> {
    /// Charges so many words of 8 bytes.
    ///
    /// # Errors
    /// MemoryError.
    pub(crate) fn words(cx: &'a Cx, words: usize) -> R<Scratch<'a>> {
        let bytes = words.checked_mul(8).and_then(|n| n.checked_add(256)).filter(|&n| n < isize::MAX as usize / 2);
        let Some(bytes) = bytes else { return Err(cx.no_memory()) };
        if raw::charge(&cx.heap, bytes).is_err() {
            return Err(cx.no_memory());
        }
        let guard = Scratch { heap: &cx.heap, bytes };
        if bytes > ASK_FIRST && !available(bytes) {
            return Err(cx.no_memory());
        }
        Ok(guard)
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        raw::uncharge(self.heap, self.bytes);
    }
}

/// Would the system give so many bytes? `dashu` does not ask before it takes them.
fn available(bytes: usize) -> bool {
    let mut trial: Vec<u8> = Vec::new();
    trial.try_reserve_exact(bytes).is_ok()
}

/// Words that a product of so many digits takes in `dashu`: copies of the factors, the product, and what its algorithms need
/// (from 4000 digits on a number-theoretic transform).
pub(crate) fn product_words(a: usize, b: usize) -> usize {
    let (total, smaller) = (a.saturating_add(b), a.min(b));
    let working = if smaller < 4000 {
        smaller * 4 + 13 * 64
    } else {
        let points = total.saturating_mul(4).saturating_add(2).checked_next_power_of_two().unwrap_or(usize::MAX);
        points.saturating_mul(6).saturating_add(total)
    };
    total.saturating_mul(2).saturating_add(working).saturating_add(16)
}

/// Words that a division takes: copies, quotient, remainder, and the products of its algorithm.
pub(crate) fn division_words(a: usize, b: usize) -> usize {
    let smaller = (b / 2).min(a.saturating_sub(b));
    product_words(b.saturating_sub(smaller), smaller).saturating_add(a.saturating_mul(3)).saturating_add(b)
}

impl Cx {
    /// An int of at most `n` digits that a function writes over zeros.
    ///
    /// # Errors
    /// MemoryError.
    pub(crate) fn int_with(&self, n: usize, negative: bool, write: impl FnOnce(&mut [u64])) -> R {
        if n <= 4 {
            let mut digits = [0; 4];
            write(&mut digits[..n]);
            return self.int_from_digits(&digits[..n], negative);
        }
        let long = self.long_of_zeros(n)?;
        // SAFETY: so many digits follow the fields, and nobody else has seen the object yet.
        let place: &mut [u64] = unsafe {
            core::slice::from_raw_parts_mut(long.as_ptr().cast::<u64>().add(size_of::<PyLong>() / 8).as_ptr(), n)
        };
        write(place);
        let len = place.iter().rposition(|&d| d != 0).map_or(0, |at| at + 1);
        if len <= 1 || n - len > 2 + n / 8 {
            // Much shorter than the block: in one of its own size.
            return self.int_from_digits(&place[..len], negative);
        }
        // SAFETY: the object is ours alone; fewer digits than it has room for.
        unsafe { (&raw mut (*long.as_ptr().as_ptr()).tag).write(len * 2 + usize::from(negative)) };
        Ok(long.into_value())
    }

    fn long_of_zeros(&self, n: usize) -> R<Obj<PyLong>> {
        let Some(size) = n.checked_mul(8).and_then(|n| n.checked_add(size_of::<PyLong>())) else {
            return Err(self.no_memory());
        };
        if size > isize::MAX as usize / 2 {
            return Err(self.no_memory());
        }
        // SAFETY: sign, number and digits are written before anything else is allocated.
        unsafe {
            let long: core::ptr::NonNull<PyLong> = self.alloc_bytes(&super::INT_TYPE, size, size)?.cast();
            (&raw mut (*long.as_ptr()).tag).write(n * 2);
            long.as_ptr().cast::<u8>().add(size_of::<PyLong>()).write_bytes(0, n * 8);
            Ok(Obj::from_owned(long))
        }
    }

    /// An int from a number of `dashu`.
    ///
    /// # Errors
    /// MemoryError.
    pub(crate) fn int_from_ubig(&self, number: &UBig, negative: bool) -> R {
        self.int_from_digits(number.as_words(), negative)
    }
}
