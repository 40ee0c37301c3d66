//! Floats as hexadecimal text.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::{scale, trim};
use crate::str::PyStr;
use crate::typeobject::TypeObject;
use crate::value::Value;

pub(super) fn hex(cx: &Cx, this: &Value) -> R {
    let x = super::value_of(this);
    if !x.is_finite() {
        return cx.str_value(&super::repr_text(x, true));
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return cx.str_value(&format!("{sign}0x0.0p+0"));
    }
    let bits = x.to_bits();
    let (mantissa, raw) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7FF) as i32);
    let (lead, exponent) = if raw == 0 { (0, -1022) } else { (1, raw - 1023) };
    cx.str_value(&format!("{sign}0x{lead}.{mantissa:013x}p{exponent:+}"))
}

/// What hexadecimal text can be.
enum Hex {
    Value(f64),
    Invalid,
    TooLarge,
}

fn parse(text: &str) -> Hex {
    let text = core::str::from_utf8(trim(text.as_bytes())).unwrap_or_default();
    let (negative, rest) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |x: f64| Hex::Value(if negative { -x } else { x });
    match rest.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return signed(f64::INFINITY),
        "nan" => return signed(f64::NAN),
        _ => {}
    }
    let rest = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")).unwrap_or(rest);
    let (mantissa, exponent) = match rest.find(['p', 'P']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let exponent = match exponent {
        None => 0,
        Some(text) => {
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Hex::Invalid;
            }
            // Far beyond what any number of digits in front could make up for, it is as good as this.
            let value = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 60);
            if text.starts_with('-') { -value } else { value }
        }
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Hex::Invalid;
    }
    let mut words = vec![0_u64; digits.len() / 16 + 1];
    for (at, &digit) in digits.iter().rev().enumerate() {
        words[at / 16] |= u64::from((digit as char).to_digit(16).unwrap_or(0)) << (at % 16 * 4);
    }
    let used = words.iter().rposition(|&w| w != 0).map_or(0, |at| at + 1);
    match scale(&words[..used], false, exponent - 4 * fraction.len() as i64) {
        Some(x) => signed(x),
        None => Hex::TooLarge,
    }
}

pub(super) fn fromhex(cx: &Cx, class: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        // What CPython says of a missing UTF-8 form.
        return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation");
    };
    let value = match parse(string.as_str().unwrap_or("?")) {
        Hex::Value(value) => cx.float(value)?,
        Hex::Invalid => return raise!(cx, exc::VALUE_ERROR, "invalid hexadecimal floating-point string"),
        Hex::TooLarge => {
            return raise!(cx, exc::OVERFLOW_ERROR, "hexadecimal value too large to represent as a float");
        }
    };
    match class.downcast::<TypeObject>() {
        Some(ty) if core::ptr::eq(ty, &super::FLOAT_TYPE) => Ok(value),
        _ => cx.call(class, &[value]),
    }
}
