//! Items of a memoryview: single native values.

use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::value::Value;

/// A native format of one character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Format(u8);

impl Format {
    /// From its notation, with or without `@`.
    pub(super) fn of(text: &str) -> Option<Format> {
        match text.strip_prefix('@').unwrap_or(text).as_bytes() {
            &[c] if b"cbB?hHiIlLqQnNefdP".contains(&c) => Some(Format(c)),
            _ => None,
        }
    }

    /// Bytes of an item.
    pub(super) fn size(self) -> usize {
        match self.0 {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }

    /// Is it one of a byte?
    pub(super) fn is_byte(self) -> bool {
        matches!(self.0, b'c' | b'b' | b'B')
    }

    pub(super) fn is_float(self) -> bool {
        matches!(self.0, b'e' | b'f' | b'd')
    }

    fn is_signed(self) -> bool {
        matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
    }

    /// The value of an item.
    pub(super) fn unpack(self, cx: &Cx, bytes: &[u8]) -> R {
        let mut word = [0; 8];
        word[..self.size()].copy_from_slice(&bytes[..self.size()]);
        let word = u64::from_le_bytes(word);
        let spare = 64 - 8 * self.size() as u32;
        match self.0 {
            b'c' => Ok(cx.bytes(&bytes[..1])?.into_value()),
            b'?' => Ok(Value::bool(word != 0)),
            b'e' => cx.float(half_to_f64(word as u16)),
            b'f' => cx.float(f32::from_bits(word as u32).into()),
            b'd' => cx.float(f64::from_bits(word)),
            _ if self.is_signed() => cx.int(((word << spare) as i64) >> spare),
            _ => cx.int_from_u64(word),
        }
    }

    /// An item of a value.
    pub(super) fn pack(self, cx: &Cx, value: &Value) -> R<([u8; 8], usize)> {
        let c = char::from(self.0);
        let invalid_type = || raise!(cx, exc::TYPE_ERROR, "memoryview: invalid type for format '{c}'");
        let invalid_value = || raise!(cx, exc::VALUE_ERROR, "memoryview: invalid value for format '{c}'");
        let word = match self.0 {
            b'c' => match value.downcast::<crate::bytes::PyBytes>().map(crate::bytes::PyBytes::as_slice) {
                Some([byte]) => u64::from(*byte),
                Some(_) => return invalid_value(),
                None => return invalid_type(),
            },
            b'?' => u64::from(cx.is_true(value)?),
            b'e' | b'f' | b'd' => match cx.to_f64(value).unless(&exc::TYPE_ERROR)? {
                None => return invalid_type(),
                Some(float) if self.0 == b'd' => float.to_bits(),
                Some(float) if self.0 == b'f' => (float as f32).to_bits().into(),
                Some(float) if float.is_finite() && f64_to_half(float) & 0x7FFF == 0x7C00 => return invalid_value(),
                Some(float) => f64_to_half(float).into(),
            },
            _ => {
                let Some(index) = cx.try_index(value)? else { return invalid_type() };
                let bits = 8 * self.size() as u32;
                match crate::int::Int::of(&index).and_then(|int| int.to_i128()) {
                    // An address may be given as a signed number, too.
                    Some(n) if self.0 == b'P' && (-(1 << 63)..1 << 64).contains(&n) => n as u64,
                    Some(n) if self.is_signed() && (n << (128 - bits)) >> (128 - bits) == n => n as u64,
                    Some(n) if !self.is_signed() && n >= 0 && n >> bits == 0 => n as u64,
                    _ => return invalid_value(),
                }
            }
        };
        Ok((word.to_le_bytes(), self.size()))
    }
}

/// A float of 16 bits.
pub fn half_to_f64(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let fraction = f64::from(half & 0x3FF);
    match half >> 10 & 31 {
        0 => sign * fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN.copysign(sign),
        exponent => sign * (1.0 + fraction / 1024.0) * 2_f64.powi(i32::from(exponent) - 15),
    }
}

/// To 16 bits, rounded to even; too large is infinity.
pub fn f64_to_half(value: f64) -> u16 {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let size = value.abs();
    if size.is_nan() {
        return sign | 0x7E00;
    }
    if size >= 65520.0 {
        return sign | 0x7C00;
    }
    let unit = if size < 2_f64.powi(-14) { -24 } else { (size.to_bits() >> 52) as i32 - 1023 - 10 };
    let scaled = (size / 2_f64.powi(unit)).round_ties_even();
    let exponent = (unit + 24) as u32;
    // The highest bit of a number that is not tiny adds one to the exponent, and so does a carry from rounding.
    let bits = (exponent << 10) + scaled as u32;
    sign | bits as u16
}
