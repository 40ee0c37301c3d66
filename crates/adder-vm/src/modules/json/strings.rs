//! Strings of JSON.

use adder_objects::str::{Chars, PyStr, StrBuilder};
use adder_objects::{Cx, R, Value};

use super::decode_error;

/// Where the first character from `start` on is that a string cannot have as it is.
fn plain_end(chars: Chars<'_>, start: usize, strict: bool) -> usize {
    fn find<T: Copy + Into<u32>>(units: &[T], start: usize, strict: bool) -> usize {
        let special = |unit: &T| {
            let point: u32 = (*unit).into();
            point == 0x22 || point == 0x5C || strict && point < 0x20
        };
        units[start..].iter().position(special).map_or(units.len(), |at| start + at)
    }
    match chars {
        Chars::Ascii(units) | Chars::One(units) => find(units, start, strict),
        Chars::Two(units) => find(units, start, strict),
        Chars::Four(units) => find(units, start, strict),
    }
}

/// The string whose first character behind the quote is at `start`, and the place behind its end.
pub(super) fn scan(cx: &Cx, text: &Value, chars: Chars<'_>, start: usize, strict: bool) -> R<(Value, usize)> {
    let begin = start as isize - 1;
    let unterminated = || decode_error(cx, "Unterminated string starting at", text, begin);
    let first = plain_end(chars, start, strict);
    if first < chars.len() && chars.at(first) == 0x22 {
        return Ok((cx.str_from_chars(chars.slice(start..first))?.into_value(), first + 1));
    }
    let mut out = StrBuilder::new(cx);
    let (mut from, mut at) = (start, first);
    loop {
        if at >= chars.len() {
            return Err(unterminated());
        }
        out.push_chars(chars.slice(from..at))?;
        match chars.at(at) {
            0x22 => return Ok((out.finish_value()?, at + 1)),
            0x5C => {}
            _ => return Err(decode_error(cx, "Invalid control character at", text, at as isize)),
        }
        let Some(letter) = (at + 1 < chars.len()).then(|| chars.at(at + 1)) else { return Err(unterminated()) };
        let (point, end) = match u8::try_from(letter) {
            Ok(b'u') => unicode_escape(cx, text, chars, at)?,
            Ok(letter) => {
                let point = match letter {
                    b'"' | b'\\' | b'/' => letter,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => 10,
                    b'r' => 13,
                    b't' => 9,
                    _ => return Err(decode_error(cx, "Invalid \\escape", text, at as isize)),
                };
                (point.into(), at + 2)
            }
            Err(_) => return Err(decode_error(cx, "Invalid \\escape", text, at as isize)),
        };
        out.push(point)?;
        from = end;
        at = plain_end(chars, end, strict);
    }
}

fn four_digits(chars: Chars<'_>, at: usize) -> Option<u32> {
    let end = at.checked_add(4).filter(|end| *end <= chars.len())?;
    (at..end).try_fold(0, |value, at| Some(value << 4 | char::from_u32(chars.at(at))?.to_digit(16)?))
}

/// The code point of `\uXXXX` at a place, and where it ends; two that are a pair are one.
fn unicode_escape(cx: &Cx, text: &Value, chars: Chars<'_>, at: usize) -> R<(u32, usize)> {
    // The string must go on behind it.
    let Some(high) = four_digits(chars, at + 2).filter(|_| at + 6 < chars.len()) else {
        return Err(decode_error(cx, "Invalid \\uXXXX escape", text, at as isize + 1));
    };
    let end = at + 6;
    if (0xD800..0xDC00).contains(&high)
        && end + 6 < chars.len()
        && chars.at(end) == 0x5C
        && chars.at(end + 1) == u32::from(b'u')
    {
        let Some(low) = four_digits(chars, end + 2) else {
            return Err(decode_error(cx, "Invalid \\uXXXX escape", text, end as isize + 1));
        };
        if (0xDC00..0xE000).contains(&low) {
            return Ok((0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00)), end + 6));
        }
    }
    Ok((high, end))
}

/// A string as JSON.
pub(super) fn encode(cx: &Cx, text: &PyStr, ascii: bool) -> R {
    let mut out = StrBuilder::with_capacity(cx, text.len() + 2)?;
    write(&mut out, text, ascii)?;
    out.finish_value()
}

/// Writes a string as JSON.
pub(super) fn write(out: &mut StrBuilder<'_>, text: &PyStr, ascii: bool) -> R<()> {
    let chars = text.chars();
    let plain = |point: u32| point >= 0x20 && point != 0x22 && point != 0x5C && !(ascii && point > 0x7E);
    out.push_ascii(b"\"")?;
    let mut from = 0;
    while from < chars.len() {
        let rest = chars.slice(from..chars.len());
        let run = match rest {
            Chars::Ascii(units) | Chars::One(units) => units.iter().position(|unit| !plain((*unit).into())),
            Chars::Two(units) => units.iter().position(|unit| !plain((*unit).into())),
            Chars::Four(units) => units.iter().position(|unit| !plain(*unit)),
        };
        let end = run.map_or(chars.len(), |run| from + run);
        out.push_chars(chars.slice(from..end))?;
        if end == chars.len() {
            break;
        }
        write_escape(out, chars.at(end))?;
        from = end + 1;
    }
    out.push_ascii(b"\"")
}

fn write_escape(out: &mut StrBuilder<'_>, point: u32) -> R<()> {
    let short = match point {
        0x22 => b'"',
        0x5C => b'\\',
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        0x10000.. => {
            let low = point - 0x10000;
            write_unit(out, 0xD800 + (low >> 10))?;
            return write_unit(out, 0xDC00 + (low & 0x3FF));
        }
        _ => return write_unit(out, point),
    };
    out.push_ascii(&[b'\\', short])
}

fn write_unit(out: &mut StrBuilder<'_>, unit: u32) -> R<()> {
    let digit = |shift: u32| b"0123456789abcdef"[(unit >> shift & 15) as usize];
    out.push_ascii(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)])
}
