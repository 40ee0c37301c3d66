//! Floats from text and to text.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::{ascii_of, quoted, trim};
use crate::str::PyStr;
use crate::value::Value;

/// The digits of the shortest decimal number that reads as this float, and the exponent: `d.ddd * 10**exponent`. The float is
/// finite; its sign is left out.
pub fn shortest_digits(x: f64) -> (String, i32) {
    let mut text = format!("{:e}", x.abs());
    if text.len() > 16 {
        // Of two numbers that are equally short and equally near, the even one: both have 16 digits or more.
        let places = text.find('e').unwrap_or(2) - 2;
        let even = format!("{:.*e}", places, x.abs());
        if even.parse() == Ok(x.abs()) {
            text = even;
        }
    }
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (digits.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// `repr(x)`; `point`: with `.0` behind whole numbers.
pub fn repr_text(x: f64, point: bool) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x.is_infinite() {
        return format!("{sign}inf");
    }
    let (digits, exponent) = shortest_digits(x);
    let n = digits.len() as i32;
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let e = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{dot}{rest}e{e}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    if n <= exponent + 1 {
        let zeros = "0".repeat((exponent + 1 - n) as usize);
        return format!("{sign}{digits}{zeros}{}", if point { ".0" } else { "" });
    }
    let (whole, fraction) = digits.split_at((exponent + 1) as usize);
    format!("{sign}{whole}.{fraction}")
}

pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    cx.str_value(&repr_text(super::value_of(this), true))
}

/// Does each underscore stand between two digits?
pub(crate) fn underscores_are_valid(text: &[u8]) -> bool {
    let is_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let mut places = text.iter().enumerate().filter(|&(_, &b)| b == b'_').map(|(at, _)| at);
    places.all(|at| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
}

/// The float that ASCII text says, with underscores between digits; `None` if it says none.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = core::str::from_utf8(trim(text)).ok()?;
    if !text.contains('_') {
        return text.parse().ok();
    }
    if !underscores_are_valid(text.as_bytes()) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// The float that a string or bytes say; `None` for what is neither.
///
/// # Errors
/// ValueError if they say none.
pub(super) fn from_text(cx: &Cx, x: &Value) -> R<Option<f64>> {
    let parsed = if let Some(text) = x.downcast::<PyStr>() {
        parse(&ascii_of(cx, text)?)
    } else if let Some(buffer) = x.ty().slots.buffer.get() {
        let view = buffer(cx, x, crate::buffer::request::SIMPLE)?;
        // SAFETY: parsing runs no code that could write to it.
        parse(unsafe { view.as_slice() })
    } else {
        return Ok(None);
    };
    match parsed {
        Some(value) => Ok(Some(value)),
        None => {
            let text = quoted(cx, x)?;
            raise!(cx, exc::VALUE_ERROR, "could not convert string to float: {text}")
        }
    }
}
