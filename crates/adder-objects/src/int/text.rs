//! Ints from text and to text.

use core::fmt::Write;

use dashu_int::UBig;

use super::digits::{Int, Scratch, division_words, product_words};
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr};
use crate::unicode::{decimal, is_space};
use crate::value::Value;

/// Digits that a conversion between ints and decimal text may have before anybody changes it: `sys.int_info`.
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// The lowest limit that may be set, beside 0 for none.
pub const STR_DIGITS_CHECK_THRESHOLD: usize = 640;

/// Text of a number as ASCII: digits of all scripts as `0` to `9`, white space as a space, everything else as `?`. Text that is
/// ASCII stays as it is.
pub(crate) fn ascii_of<'h>(cx: &'h Cx, text: &PyStr) -> R<HeapVec<'h, u8>> {
    let chars = text.chars();
    let mut made = HeapVec::with_capacity(cx, chars.len())?;
    match chars {
        Chars::Ascii(bytes) => made.extend(bytes)?,
        _ => {
            for point in chars.iter() {
                made.push(match (decimal(point), point) {
                    (Some(digit), _) => b'0' + digit as u8,
                    (None, point) if is_space(point) => b' ',
                    (None, 0..0x80) => point as u8,
                    _ => b'?',
                })?;
            }
        }
    }
    Ok(made)
}

/// Without white space (of ASCII) around it.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C);
    let start = text.iter().position(|b| !space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !space(b)).map_or(start, |at| at + 1);
    &text[start..end]
}

/// What text can be.
pub enum Parsed {
    /// An int.
    Int(Value),
    /// No int in this base.
    Invalid,
}

/// The int that a text says in a base of 2 to 36, or in that which its prefix says (base 0).
///
/// # Errors
/// ValueError beyond the limit of digits; MemoryError.
pub fn parse(cx: &Cx, text: &[u8], mut base: u32) -> R<Parsed> {
    let mut text = trim(text);
    let negative = text.first() == Some(&b'-');
    if let [b'+' | b'-', rest @ ..] = text {
        text = rest;
    }
    let prefix = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut old_octal = false;
    if base == 0 {
        // A zero in front of other digits was octal once, and is nothing now.
        old_octal = prefix == 0 && text.first() == Some(&b'0');
        base = if prefix == 0 { 10 } else { prefix };
    }
    if prefix == base {
        text = &text[2..];
        if let [b'_', rest @ ..] = text {
            text = rest;
        }
    }
    let mut digits = Vec::new();
    let _scratch = Scratch::words(cx, text.len() / 8)?;
    if digits.try_reserve_exact(text.len()).is_err() {
        return Err(cx.no_memory());
    }
    let mut after_digit = false;
    for &byte in text {
        match byte {
            b'_' if after_digit => after_digit = false,
            _ if (byte as char).is_digit(base) => {
                digits.push(byte);
                after_digit = true;
            }
            _ => return Ok(Parsed::Invalid),
        }
    }
    if !after_digit || old_octal && digits.iter().any(|&d| d != b'0') {
        return Ok(Parsed::Invalid);
    }
    let limit = cx.int_max_str_digits.get();
    if !base.is_power_of_two() && limit > 0 && digits.len() > limit {
        return raise!(
            cx,
            exc::VALUE_ERROR,
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        );
    }
    number(cx, &digits, base, negative).map(Parsed::Int)
}

/// The int of valid digits.
fn number(cx: &Cx, digits: &[u8], base: u32, negative: bool) -> R {
    let value = |byte: u8| u64::from((byte as char).to_digit(base).unwrap_or(0));
    if digits.len() <= 12 {
        let number = digits.iter().fold(0, |number, &d| number * u64::from(base) + value(d));
        return cx.int_from_digits(&[number], negative);
    }
    if base.is_power_of_two() {
        let per_digit = base.trailing_zeros() as usize;
        let words = (digits.len() * per_digit).div_ceil(64);
        return cx.int_with(words, negative, |words| {
            for (at, &digit) in digits.iter().rev().enumerate() {
                let (bit, digit) = (at * per_digit, value(digit));
                words[bit / 64] |= digit << (bit % 64);
                if bit % 64 + per_digit > 64
                    && let Some(next) = words.get_mut(bit / 64 + 1)
                {
                    *next |= digit >> (64 - bit % 64);
                }
            }
        });
    }
    // A digit of base 36 has less than 5.2 bits; divide and conquer multiplies numbers up to the size of the result.
    let words = digits.len() / 12 + 2;
    let _scratch = Scratch::words(cx, product_words(words / 2 + 1, words / 2 + 1).saturating_add(4 * words))?;
    let text = core::str::from_utf8(digits).unwrap_or_default();
    match UBig::from_str_radix(text, base) {
        Ok(number) => cx.int_from_ubig(&number, negative),
        Err(_) => unreachable!("valid digits of the base"),
    }
}

/// The digits of the absolute value of an int in a base (2 to 36, lower case), without the limit of decimal text.
///
/// # Errors
/// MemoryError.
pub fn digits_in(cx: &Cx, int: &Int<'_>, base: u32) -> R<String> {
    let digits = int.digits();
    let mut text = String::new();
    // The text, which has at most as many characters as the number has bits, and what the divisions take.
    let n = digits.len();
    let characters = (int.bit_length() as usize) / base.ilog2() as usize + 2;
    let working = if base.is_power_of_two() { 2 * n } else { division_words(n, n / 2 + 1).saturating_add(5 * n) };
    let _scratch = Scratch::words(cx, working.saturating_add(characters / 8 * 2))?;
    if text.try_reserve_exact(characters).is_err() {
        return Err(cx.no_memory());
    }
    let written = match digits {
        [] => text.write_str("0"),
        &[digit] if base == 10 => write!(text, "{digit}"),
        _ => write!(text, "{}", int.magnitude().in_radix(base)),
    };
    written.expect("writing to a string");
    Ok(text)
}

fn too_many_digits(cx: &Cx, limit: usize) -> Raised {
    cx.value_error(format_args!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the \
         limit"
    ))
}

/// The decimal digits of the absolute value.
///
/// # Errors
/// ValueError beyond the limit of digits; MemoryError.
pub fn decimal_digits(cx: &Cx, int: &Int<'_>) -> R<String> {
    let limit = cx.int_max_str_digits.get();
    // So many digits it has at least: the logarithm of 2 is more than 0.301.
    if limit > 0 && int.bit_length().saturating_sub(1) as u128 * 301 / 1000 >= limit as u128 {
        return Err(too_many_digits(cx, limit));
    }
    let text = digits_in(cx, int, 10)?;
    if limit > 0 && text.len() > limit {
        return Err(too_many_digits(cx, limit));
    }
    Ok(text)
}

/// `repr(i)` and `str(i)`
pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    if let Some(small) = this.as_small() {
        return small_text(cx, small);
    }
    let int = super::of(this);
    let mut text = decimal_digits(cx, &int)?;
    if int.negative {
        text.insert(0, '-');
    }
    Ok(cx.str_from_ascii(text.as_bytes())?.into_value())
}

fn small_text(cx: &Cx, small: i64) -> R {
    let mut text = [0_u8; 20];
    let (mut at, mut left) = (text.len(), small.unsigned_abs());
    loop {
        at -= 1;
        text[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if small < 0 {
        at -= 1;
        text[at] = b'-';
    }
    Ok(cx.str_from_ascii(&text[at..])?.into_value())
}
