//! `unicode-escape` and `raw-unicode-escape`.

use super::{Decoder, Handler};
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::PyStr;
use crate::value::Value;

/// `unicode-escape`: ASCII, with escapes as in literals.
///
/// # Errors
/// MemoryError.
pub fn encode_unicode_escape(cx: &Cx, text: &Value) -> R<Obj<PyBytes>> {
    let chars = super::chars_of(text);
    let mut out = HeapVec::with_capacity(cx, chars.len())?;
    for point in chars.iter() {
        match point {
            9 => out.extend(b"\\t")?,
            10 => out.extend(b"\\n")?,
            13 => out.extend(b"\\r")?,
            92 => out.extend(b"\\\\")?,
            32..127 => out.push(point as u8)?,
            0..0x100 => out.extend(format!("\\x{point:02x}").as_bytes())?,
            0x100..0x10000 => out.extend(format!("\\u{point:04x}").as_bytes())?,
            _ => out.extend(format!("\\U{point:08x}").as_bytes())?,
        }
    }
    cx.bytes(&out)
}

/// `raw-unicode-escape`: Latin-1, with `\u` and `\U` for what is beyond.
///
/// # Errors
/// MemoryError.
pub fn encode_raw_unicode_escape(cx: &Cx, text: &Value) -> R<Obj<PyBytes>> {
    let chars = super::chars_of(text);
    let mut out = HeapVec::with_capacity(cx, chars.len())?;
    for point in chars.iter() {
        match point {
            0..0x100 => out.push(point as u8)?,
            0x100..0x10000 => out.extend(format!("\\u{point:04x}").as_bytes())?,
            _ => out.extend(format!("\\U{point:08x}").as_bytes())?,
        }
    }
    cx.bytes(&out)
}

/// Hexadecimal digits from a place on, at most so many: how many there are, and the number.
fn hexadecimal(bytes: &[u8], from: usize, most: usize) -> (usize, u32) {
    let digits = bytes[from.min(bytes.len())..].iter().take(most).map_while(|&b| char::from(b).to_digit(16));
    digits.fold((0, 0), |(n, value), digit| (n + 1, value << 4 | digit))
}

/// `unicode-escape`
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_unicode_escape(cx: &Cx, bytes: &[u8], errors: &Handler, last: bool) -> R<(Obj<PyStr>, usize)> {
    let mut decoder = Decoder::new(cx, bytes, errors, "unicodeescape");
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at] != b'\\' {
            decoder.out.push(bytes[at].into())?;
            at += 1;
            continue;
        }
        let Some(&letter) = bytes.get(at + 1) else {
            if !last {
                break;
            }
            at = decoder.handle(start, bytes.len(), "\\ at end of string")?;
            continue;
        };
        at += 2;
        let simple = match letter {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => letter,
            b'b' => 8,
            b't' => 9,
            b'n' => 10,
            b'r' => 13,
            b'f' => 12,
            b'v' => 11,
            b'a' => 7,
            _ => 0,
        };
        if simple != 0 {
            decoder.out.push(simple.into())?;
            continue;
        }
        match letter {
            b'0'..=b'7' => {
                let digits = bytes[at - 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let value = bytes[at - 1..at - 1 + digits].iter().fold(0, |n, &b| n << 3 | u32::from(b - b'0'));
                at += digits - 1;
                decoder.out.push(value)?;
            }
            b'x' | b'u' | b'U' => {
                let (most, reason) = match letter {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (n, value) = hexadecimal(bytes, at, most);
                if n < most {
                    if !last && at + n == bytes.len() {
                        at = start;
                        break;
                    }
                    at = decoder.handle(start, at + n, reason)?;
                } else if value > 0x10FFFF {
                    at = decoder.handle(start, at + n, "illegal Unicode character")?;
                } else {
                    decoder.out.push(value)?;
                    at += n;
                }
            }
            b'N' => {
                let open = bytes.get(at) == Some(&b'{');
                let close = open.then(|| memchr::memchr(b'}', &bytes[at + 1..])).flatten();
                match close {
                    Some(length) if length > 0 => {
                        let name = &bytes[at + 1..at + 1 + length];
                        let end = at + length + 2;
                        let found =
                            core::str::from_utf8(name).ok().and_then(|name| crate::unicode::data::by_name(name, false));
                        match found {
                            Some(character) => {
                                decoder.out.push(character)?;
                                at = end;
                            }
                            None => at = decoder.handle(start, end, "unknown Unicode character name")?,
                        }
                    }
                    None if !last && (open || at == bytes.len()) => {
                        at = start;
                        break;
                    }
                    _ => {
                        let end = match close {
                            Some(length) => at + 1 + length,
                            None if open => bytes.len(),
                            None => at,
                        };
                        at = decoder.handle(start, end, "malformed \\N character escape")?;
                    }
                }
            }
            _ => {
                decoder.out.push(92)?;
                decoder.out.push(letter.into())?;
            }
        }
    }
    Ok((decoder.out.finish()?, at))
}

/// `raw-unicode-escape`
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_raw_unicode_escape(cx: &Cx, bytes: &[u8], errors: &Handler, last: bool) -> R<(Obj<PyStr>, usize)> {
    let mut decoder = Decoder::new(cx, bytes, errors, "rawunicodeescape");
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at] != b'\\' {
            decoder.out.push(bytes[at].into())?;
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            None if !last => break,
            Some(&letter @ (b'u' | b'U')) => {
                let (most, reason) =
                    if letter == b'u' { (4, "truncated \\uXXXX escape") } else { (8, "truncated \\UXXXXXXXX escape") };
                let (n, value) = hexadecimal(bytes, at + 2, most);
                if n < most {
                    if !last && at + 2 + n == bytes.len() {
                        break;
                    }
                    at = decoder.handle(start, at + 2 + n, reason)?;
                } else if value > 0x10FFFF {
                    at = decoder.handle(start, at + 2 + n, "\\Uxxxxxxxx out of range")?;
                } else {
                    decoder.out.push(value)?;
                    at += 2 + n;
                }
            }
            Some(&next) => {
                decoder.out.push(92)?;
                decoder.out.push(next.into())?;
                at += 2;
            }
            None => {
                decoder.out.push(92)?;
                at += 1;
            }
        }
    }
    Ok((decoder.out.finish()?, at))
}
