//! Items of arrays: values of C.

use adder_objects::codecs::{Handler, Order, decode_utf_32};
use adder_objects::int::Int;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

/// A type code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind(pub(super) u8);

/// Every type code, in the order of `array.typecodes`.
pub(super) const CODES: &str = "bBuwhHiIlLqQfd";

impl Kind {
    /// The kind of a type code.
    pub(super) fn of(code: u32) -> Option<Kind> {
        u8::try_from(code).ok().filter(|code| CODES.as_bytes().contains(code)).map(Kind)
    }

    /// Bytes of an item.
    pub(super) fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            _ => 8,
        }
    }

    /// Are its items characters?
    pub(super) fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    /// Can two of the kind be compared as plain bytes, where it is about equality?
    pub(super) fn is_plain(self) -> bool {
        !matches!(self.0, b'f' | b'd')
    }

    fn is_signed(self) -> bool {
        matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q')
    }

    /// The format of a view.
    pub(super) fn format(self) -> &'static str {
        let code = if self.0 == b'u' { b'w' } else { self.0 };
        CODES.find(char::from(code)).map_or("B", |at| &CODES[at..=at])
    }

    /// The value of an item.
    pub(super) fn get(self, cx: &Cx, bytes: &[u8]) -> R {
        let mut word = [0; 8];
        word[..self.size()].copy_from_slice(bytes);
        let word = u64::from_ne_bytes(word);
        let spare = 64 - 8 * self.size() as u32;
        match self.0 {
            b'f' => cx.float(f32::from_bits(word as u32).into()),
            b'd' => cx.float(f64::from_bits(word)),
            b'u' | b'w' => self.text(cx, bytes),
            _ if self.is_signed() => cx.int(((word << spare) as i64) >> spare),
            _ => cx.int_from_u64(word),
        }
    }

    /// Items that are characters, as a string.
    pub(super) fn text(self, cx: &Cx, bytes: &[u8]) -> R {
        if self.0 == b'w' {
            return Ok(decode_utf_32(cx, bytes, &Handler::Strict, Order::Little, true)?.0.into_value());
        }
        let mut points = Vec::with_capacity(bytes.len() / 4);
        for unit in bytes.as_chunks::<4>().0 {
            let point = u32::from_ne_bytes(*unit);
            if point > 0x10FFFF {
                return raise!(cx, exc::VALUE_ERROR, "character U+{point:x} is not in range [U+0000; U+10ffff]");
            }
            points.push(point);
        }
        Ok(cx.str_from_points(&points)?.into_value())
    }

    /// An item of a value: so many bytes are in use.
    pub(super) fn put(self, cx: &Cx, value: &Value) -> R<[u8; 8]> {
        let word = match self.0 {
            b'f' => (cx.to_f64(value)? as f32).to_bits().into(),
            b'd' => cx.to_f64(value)?.to_bits(),
            b'u' | b'w' => match value.downcast::<PyStr>().map(PyStr::chars) {
                Some(chars) if chars.len() == 1 => chars.at(0).into(),
                _ => return raise!(cx, exc::TYPE_ERROR, "array item must be unicode character"),
            },
            _ => self.put_int(cx, value)?,
        };
        Ok(word.to_ne_bytes())
    }

    fn put_int(self, cx: &Cx, value: &Value) -> R<u64> {
        let index = match value.as_small() {
            Some(small) => Some(i128::from(small)),
            None => Int::of(&cx.index(value)?).and_then(|int| int.to_i128()),
        };
        let bits = 8 * self.size() as u32;
        let (low, high) = match self.is_signed() {
            true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            false => (0, (1_i128 << bits) - 1),
        };
        match index {
            Some(n) if (low..=high).contains(&n) => Ok(n as u64),
            n => raise!(cx, exc::OVERFLOW_ERROR, "{}", self.complaint(n)),
        }
    }

    /// What C's conversions say of a number that does not fit; `None` is one of more than 64 bits.
    fn complaint(self, n: Option<i128>) -> String {
        let too_large = |n: i128| n > i64::MAX.into() || n < i64::MIN.into();
        let side = |what: &str, n: i128| {
            format!(
                "{what} is {} than {}",
                if n < 0 { "less" } else { "greater" },
                if n < 0 { "minimum" } else { "maximum" }
            )
        };
        let short = i128::from(i16::MIN)..=i128::from(i16::MAX);
        let int = i128::from(i32::MIN)..=i128::from(i32::MAX);
        let text = match (self.0, n) {
            (b'I' | b'L', Some(n)) if n < 0 => "can't convert negative value to unsigned int",
            (b'I', Some(n)) if n <= u64::MAX.into() => return side("unsigned int", n),
            (b'I' | b'L', _) => "Python int too large to convert to C unsigned long",
            (b'Q', Some(n)) if n < 0 => "can't convert negative int to unsigned",
            (b'q' | b'Q', _) => "int too big to convert",
            (_, None) => "Python int too large to convert to C long",
            (_, Some(n)) if too_large(n) => "Python int too large to convert to C long",
            (b'b', Some(n)) if short.contains(&n) => return side("signed char", n),
            (b'b' | b'h', Some(n)) => return side("signed short integer", n),
            (b'B', Some(n)) => return side("unsigned byte integer", n),
            (b'H', Some(n)) if int.contains(&n) => return side("unsigned short", n),
            (_, Some(n)) => return side("signed integer", n),
        };
        text.to_owned()
    }
}
