//! Complex numbers from text and to text.

use super::Complex;
use crate::float;

/// `repr(c)`
pub fn repr_text(c: Complex) -> String {
    let imag = float::repr_text(c.imag, false);
    if c.real == 0.0 && c.real.is_sign_positive() {
        return format!("{imag}j");
    }
    let plus = if imag.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{imag}j)", float::repr_text(c.real, false))
}

/// Bytes of the float that text begins with: 0 if it begins with none.
fn float_length(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let rest = &text[sign..];
    for word in ["infinity", "inf", "nan"] {
        if rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes()) {
            return sign + word.len();
        }
    }
    let digits =
        |from: usize| rest[from.min(rest.len())..].iter().take_while(|&&b| b.is_ascii_digit() || b == b'_').count();
    let whole = digits(0);
    let mut at = whole;
    let mut fraction = 0;
    if rest.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(rest.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(rest.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    sign + at
}

/// The complex number that ASCII text says; `None` if it says none.
pub fn parse(text: &[u8]) -> Option<Complex> {
    let mut text = crate::int::trim(text);
    if let [b'(', inner @ .., b')'] = text {
        text = crate::int::trim(inner);
    }
    let imaginary = |text: &[u8]| match text {
        [sign @ .., b'j' | b'J'] => match sign {
            b"" | b"+" => Some(1.0),
            b"-" => Some(-1.0),
            number if float_length(number) == number.len() => float::parse(number),
            _ => None,
        },
        _ => None,
    };
    let length = float_length(text);
    let (first, rest) = text.split_at(length);
    match rest {
        [] if length > 0 => Some(Complex::real(float::parse(first)?)),
        [b'+' | b'-', ..] if length > 0 => Some(Complex { real: float::parse(first)?, imag: imaginary(rest)? }),
        _ => Some(Complex { real: 0.0, imag: imaginary(text)? }),
    }
}
