//! Floats and complex numbers as text.

use super::FormatSpec;
use super::layout::{self, Number};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr, StrBuilder};

/// How a float is to be written.
#[derive(Clone, Copy, Debug)]
pub struct FloatText {
    /// `e`, `f`, `g` (or in upper case), or `r`: as short as it can be read back.
    pub kind: u8,
    /// Digits: all of them for `g`, those behind the point for `e` and `f`; not used by `r`.
    pub precision: usize,
    /// `#`: always a point; `g` keeps zeros.
    pub alternate: bool,
    /// At least one digit behind the point, where there is no exponent.
    pub dot_zero: bool,
    /// No sign for a zero.
    pub no_negative_zero: bool,
}

/// More digits than any double has.
const ALL: usize = 1100;

/// Significant digits without zeros at the end, and where the point stands: so many digits are in front of it.
fn digits_of(value: f64, kind: u8, precision: usize) -> (Vec<u8>, isize) {
    if kind == b'r' {
        let (digits, exponent) = crate::float::shortest_digits(value);
        return (digits.into_bytes(), exponent as isize + 1);
    }
    let text = match kind {
        b'f' => format!("{:.*}", precision.min(ALL), value),
        _ => format!("{:.*e}", precision.clamp(1, ALL) - 1, value),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut point = whole.len() as isize + exponent.parse().unwrap_or(0);
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let zeros = digits.iter().take_while(|&&d| d == b'0').count();
    digits.drain(..zeros);
    point -= zeros as isize;
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.is_empty() {
        // Zero is one digit in front of the point.
        digits.push(b'0');
        point = 1;
    }
    (digits, point)
}

/// Whether the text of a float has a minus in front, and what is behind it, in a buffer of the heap: the precision may be of any
/// size.
///
/// # Errors
/// MemoryError.
pub(super) fn sign_and_bytes<'h>(cx: &'h Cx, value: f64, how: FloatText) -> R<(bool, HeapVec<'h, u8>)> {
    let kept = FloatText { precision: how.precision.min(ALL), ..how };
    let signed = float_text(value, kept);
    let text = signed.strip_prefix('-').unwrap_or(&signed);
    let (mut out, kind) = (HeapVec::new(cx), how.kind.to_ascii_lowercase());
    // Behind so many digits there are only zeros.
    let zeros = matches!(kind, b'e' | b'f') || kind == b'g' && how.alternate;
    let more = if zeros && value.is_finite() { how.precision - kept.precision } else { 0 };
    let exponent = if kind == b'f' || !value.is_finite() { None } else { text.find(['e', 'E']) };
    let (digits, exponent) = text.split_at(exponent.unwrap_or(text.len()));
    out.reserve(text.len().saturating_add(more))?;
    out.extend(digits.as_bytes())?;
    out.fill(b'0', more)?;
    out.extend(exponent.as_bytes())?;
    Ok((text.len() < signed.len(), out))
}

/// The text of a float, its sign in front.
pub fn float_text(value: f64, how: FloatText) -> String {
    let upper = how.kind.is_ascii_uppercase();
    let kind = how.kind.to_ascii_lowercase();
    if !value.is_finite() {
        let name = if value.is_nan() { "nan" } else { "inf" };
        let name = if upper { name.to_ascii_uppercase() } else { name.to_owned() };
        return if value == f64::NEG_INFINITY { format!("-{name}") } else { name };
    }
    let precision = match kind {
        b'e' => how.precision + 1,
        b'g' => how.precision.max(1),
        _ => how.precision,
    };
    let (digits, mut point) = digits_of(value.abs(), kind, precision);
    let negative = value.is_sign_negative() && !(how.no_negative_zero && digits == b"0");
    let n = digits.len() as isize;
    let wanted = precision as isize;
    let (exponential, mut end) = match kind {
        b'e' => (true, wanted),
        b'f' => (false, point.saturating_add(wanted)),
        b'g' => {
            let exponential = point <= -4 || point > wanted - isize::from(how.dot_zero);
            (exponential, if how.alternate { wanted } else { n })
        }
        _ => (point <= -4 || point > 16, n),
    };
    let exponent = point - 1;
    if exponential {
        point = 1;
    }
    end = end.max(if how.dot_zero && !exponential { point + 1 } else { point });
    let mut out = String::new();
    if negative {
        out.push('-');
    }
    // The places from `start` to `end`, the digits among them from 0 on; zeros around.
    let start = if point <= 0 { point - 1 } else { 0 };
    for at in start..end {
        if at == point {
            out.push('.');
        }
        let digit = usize::try_from(at).ok().and_then(|at| digits.get(at));
        out.push(digit.map_or('0', |&digit| digit.into()));
    }
    if end == point && how.alternate {
        out.push('.');
    }
    if exponential {
        out.push(if upper { 'E' } else { 'e' });
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&format!("{:02}", exponent.abs()));
    }
    out
}

/// What a spec asks for: the text without sign.
struct Plain<'h> {
    negative: bool,
    text: HeapVec<'h, u8>,
}

fn plain<'h>(cx: &'h Cx, mut value: f64, spec: &FormatSpec, default: u8) -> R<Plain<'h>> {
    let mut kind = spec.kind_byte();
    let percent = kind == b'%';
    let mut dot_zero = false;
    match kind {
        0 => {
            kind = b'r';
            dot_zero = default == b'r';
        }
        b'n' => kind = b'g',
        b'%' => {
            kind = b'f';
            value *= 100.0;
        }
        _ => {}
    }
    let precision = match spec.precision {
        None => {
            if kind == b'r' {
                0
            } else {
                6
            }
        }
        Some(n) => {
            if kind == b'r' {
                kind = b'g';
            }
            if n > i32::MAX as usize {
                return raise!(cx, exc::VALUE_ERROR, "precision too big");
            }
            n
        }
    };
    let how =
        FloatText { kind, precision, alternate: spec.alternate, dot_zero, no_negative_zero: spec.no_negative_zero };
    let (negative, mut text) = sign_and_bytes(cx, value, how)?;
    if percent {
        text.push(b'%')?;
    }
    Ok(Plain { negative, text })
}

fn parts<'p>(plain: &'p Plain<'_>) -> Number<'p> {
    let bytes = &plain.text[..];
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Number { negative: plain.negative, prefix: "", digits: &bytes[..digits], rest: &bytes[digits..] }
}

/// `float.__format__`: a spec that is not empty. `ty` names the type in messages.
///
/// # Errors
/// ValueError for a spec that floats do not know; MemoryError.
pub fn format_float(cx: &Cx, value: f64, spec: Chars<'_>, ty: &str) -> R<Obj<PyStr>> {
    let spec = FormatSpec::parse(cx, spec, ty, '\0', '>')?;
    match spec.kind_byte() {
        0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%' => format_parsed(cx, value, spec),
        _ => Err(spec.unknown_kind(cx, ty)),
    }
}

pub(super) fn format_parsed(cx: &Cx, value: f64, spec: FormatSpec) -> R<Obj<PyStr>> {
    let plain = plain(cx, value, &spec, b'r')?;
    layout::number(cx, &parts(&plain), &spec)
}

/// `complex.__format__`: a spec that is not empty. `ty` names the type in messages.
///
/// # Errors
/// ValueError for a spec that complex numbers do not know; MemoryError.
pub fn format_complex(cx: &Cx, real: f64, imaginary: f64, spec: Chars<'_>, ty: &str) -> R<Obj<PyStr>> {
    let spec = FormatSpec::parse(cx, spec, ty, '\0', '>')?;
    match spec.kind_byte() {
        0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' => {}
        _ => return Err(spec.unknown_kind(cx, ty)),
    }
    if spec.fill == 48 {
        return raise!(cx, exc::VALUE_ERROR, "Zero padding is not allowed in complex format specifier");
    }
    if spec.align == b'=' {
        return raise!(cx, exc::VALUE_ERROR, "'=' alignment flag is not allowed in complex format specifier");
    }
    // Without a type it looks as `str` shows it: in parentheses, unless the real part is a positive zero.
    let like_str = spec.kind == 0;
    let skip_real = like_str && real == 0.0 && real.is_sign_positive();
    let parenthesis = like_str && !skip_real;
    let inner = FormatSpec { width: None, fill: 0, align: b'<', ..spec.clone() };
    let mut text = StrBuilder::new(cx);
    if parenthesis {
        text.push(40)?;
    }
    if !skip_real {
        layout::push_number(cx, &mut text, &parts(&plain(cx, real, &spec, 0)?), &inner)?;
    }
    let sign = if skip_real { inner.sign } else { Some(b'+') };
    let inner = FormatSpec { sign, ..inner };
    layout::push_number(cx, &mut text, &parts(&plain(cx, imaginary, &spec, 0)?), &inner)?;
    text.push(u32::from(b'j'))?;
    if parenthesis {
        text.push(41)?;
    }
    let lacks = spec.width.unwrap_or(0).saturating_sub(text.len());
    let left = match spec.align {
        b'<' => 0,
        b'^' => lacks / 2,
        _ => lacks,
    };
    let mut out = StrBuilder::new(cx);
    out.fill(spec.fill, left)?;
    out.push_chars(text.chars())?;
    out.fill(spec.fill, lacks - left)?;
    out.finish()
}
