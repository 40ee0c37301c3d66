//! Ints as text.

use super::FormatSpec;
use super::layout::{self, Number};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::PyLong;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr};
use crate::value::Value;

/// The digits of an int without its sign, to the base 2, 8, 10 or 16 (lower case), and whether it is negative.
///
/// # Errors
/// MemoryError; ValueError for more decimal digits than are allowed.
pub fn int_text<'h>(cx: &'h Cx, int: &Value, base: u32) -> R<(bool, HeapVec<'h, u8>)> {
    let mut out = HeapVec::new(cx);
    if let Some(n) = int.as_i64() {
        let n_abs = n.unsigned_abs();
        let text = match base {
            2 => format!("{n_abs:b}"),
            8 => format!("{n_abs:o}"),
            16 => format!("{n_abs:x}"),
            _ => n_abs.to_string(),
        };
        out.extend(text.as_bytes())?;
        return Ok((n < 0, out));
    }
    let Some(long) = int.downcast::<PyLong>() else {
        return raise!(cx, exc::TYPE_ERROR, "an int is required, not {}", int.ty().name());
    };
    let bits = match base {
        2 => 1,
        8 => 3,
        16 => 4,
        _ => {
            let text = match crate::int::INT_TYPE.slots.repr.get() {
                Some(repr) => repr(cx, int)?,
                None => return raise!(cx, exc::SYSTEM_ERROR, "int has no repr"),
            };
            let digits = text.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("");
            out.extend(digits.trim_start_matches('-').as_bytes())?;
            return Ok((long.is_negative(), out));
        }
    };
    let words = long.digits();
    let total = words.len() * 64 - words.last().map_or(0, |last| last.leading_zeros() as usize);
    let count = total.div_ceil(bits);
    out.reserve(count)?;
    for digit in (0..count).rev() {
        let at = digit * bits;
        let (word, shift) = (at / 64, at % 64);
        let mut value = words[word] >> shift;
        if shift + bits > 64 && word + 1 < words.len() {
            value |= words[word + 1] << (64 - shift);
        }
        out.push(b"0123456789abcdef"[value as usize & ((1 << bits) - 1)])?;
    }
    Ok((long.is_negative(), out))
}

/// `int.__format__`: an int (or one of a subclass), and a spec that is not empty. `ty` names the type in messages.
///
/// # Errors
/// ValueError for a spec that ints do not know; OverflowError; MemoryError.
pub fn format_int(cx: &Cx, int: &Value, spec: Chars<'_>, ty: &str) -> R<Obj<PyStr>> {
    let mut spec = FormatSpec::parse(cx, spec, ty, 'd', '>')?;
    let kind = spec.kind_byte();
    match kind {
        b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n' => {}
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let float = cx.to_f64(int)?;
            return super::float::format_parsed(cx, float, spec);
        }
        _ => return Err(spec.unknown_kind(cx, ty)),
    }
    if spec.precision.is_some() {
        return raise!(cx, exc::VALUE_ERROR, "Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return raise!(cx, exc::VALUE_ERROR, "Negative zero coercion (z) not allowed in integer format specifier");
    }
    if kind == b'c' {
        if spec.sign.is_some() {
            return raise!(cx, exc::VALUE_ERROR, "Sign not allowed with integer format specifier 'c'");
        }
        if spec.alternate {
            return raise!(cx, exc::VALUE_ERROR, "Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let point = match int.as_i64() {
            Some(n @ 0..0x11_0000) => n as u32,
            Some(_) => return raise!(cx, exc::OVERFLOW_ERROR, "%c arg not in range(0x110000)"),
            None => return raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long"),
        };
        // A character is text: it stands where numbers do, but its digits are not grouped.
        let lacks = spec.width.unwrap_or(0).saturating_sub(1);
        let left = match spec.align {
            b'<' => 0,
            b'^' => lacks / 2,
            _ => lacks,
        };
        let mut out = crate::str::StrBuilder::with_capacity(cx, lacks.saturating_add(1))?;
        out.fill(spec.fill, left)?;
        out.push(point)?;
        out.fill(spec.fill, lacks - left)?;
        return out.finish();
    }
    let (base, prefix) = match kind {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let (negative, mut digits) = int_text(cx, int, base)?;
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = if spec.alternate { prefix } else { "" };
    spec.kind = 0;
    layout::number(cx, &Number { negative, prefix, digits: &digits, rest: b"" }, &spec)
}
