//! Decoders of UTF-8, UTF-16, UTF-32, ASCII and Latin-1.
//!
//! Where `last` is false more bytes will follow: what is incomplete at the end is left. Each such decoder also says how many
//! bytes it has used.

use super::{Decoder, Handler, Order};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::str::PyStr;

/// UTF-8.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_utf_8(cx: &Cx, bytes: &[u8], errors: &Handler, last: bool) -> R<(Obj<PyStr>, usize)> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return Ok((cx.str(text)?, bytes.len()));
    }
    let mut decoder = Decoder::new(cx, bytes, errors, "utf-8");
    let mut at = 0;
    while at < bytes.len() {
        let error = match core::str::from_utf8(&bytes[at..]) {
            Ok(text) => {
                decoder.out.push_str(text)?;
                at = bytes.len();
                break;
            }
            Err(error) => error,
        };
        let valid = at + error.valid_up_to();
        // SAFETY: valid up to here.
        decoder.out.push_str(unsafe { core::str::from_utf8_unchecked(&bytes[at..valid]) })?;
        at = valid;
        let (end, reason) = match error.error_len() {
            None if !last => break,
            None => (bytes.len(), "unexpected end of data"),
            Some(_) if matches!(bytes[at], 0x80..=0xC1 | 0xF5..) => (at + 1, "invalid start byte"),
            Some(n) => (at + n, "invalid continuation byte"),
        };
        // A surrogate may be let through once all of it is there.
        if !last && matches!(bytes[at..], [0xED, 0xA0..=0xBF]) {
            break;
        }
        at = decoder.handle(at, end, reason)?;
    }
    Ok((decoder.out.finish()?, at))
}

fn unit(bytes: &[u8], big: bool) -> u32 {
    let fold = |n: u32, &byte: &u8| n << 8 | u32::from(byte);
    if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
}

/// The order of the bytes, and how many the mark takes.
fn order_of(bytes: &[u8], order: Order, size: usize) -> (bool, usize) {
    match order {
        Order::Little => (false, 0),
        Order::Big => (true, 0),
        Order::Marked => match bytes.get(..size) {
            Some(mark) if unit(mark, false) == 0xFEFF => (false, size),
            Some(mark) if unit(mark, true) == 0xFEFF => (true, size),
            _ => (cfg!(target_endian = "big"), 0),
        },
    }
}

/// UTF-16.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_utf_16(cx: &Cx, bytes: &[u8], errors: &Handler, order: Order, last: bool) -> R<(Obj<PyStr>, usize)> {
    let (big, mut at) = order_of(bytes, order, 2);
    let name = if big { "utf-16-be" } else { "utf-16-le" };
    let mut decoder = Decoder::new(cx, bytes, errors, name);
    while at < bytes.len() {
        if bytes.len() - at < 2 {
            if !last {
                break;
            }
            at = decoder.handle(at, bytes.len(), "truncated data")?;
            continue;
        }
        let first = unit(&bytes[at..at + 2], big);
        match first {
            0xD800..0xDC00 => {
                if bytes.len() - at < 4 {
                    if !last {
                        break;
                    }
                    at = decoder.handle(at, bytes.len(), "unexpected end of data")?;
                    continue;
                }
                let second = unit(&bytes[at + 2..at + 4], big);
                if (0xDC00..0xE000).contains(&second) {
                    decoder.out.push(0x10000 + ((first & 0x3FF) << 10 | second & 0x3FF))?;
                    at += 4;
                } else {
                    at = decoder.handle(at, at + 2, "illegal UTF-16 surrogate")?;
                }
            }
            0xDC00..0xE000 => at = decoder.handle(at, at + 2, "illegal encoding")?,
            _ => {
                decoder.out.push(first)?;
                at += 2;
            }
        }
    }
    Ok((decoder.out.finish()?, at))
}

/// UTF-32.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_utf_32(cx: &Cx, bytes: &[u8], errors: &Handler, order: Order, last: bool) -> R<(Obj<PyStr>, usize)> {
    let (big, mut at) = order_of(bytes, order, 4);
    let name = if big { "utf-32-be" } else { "utf-32-le" };
    let mut decoder = Decoder::new(cx, bytes, errors, name);
    while at < bytes.len() {
        if bytes.len() - at < 4 {
            if !last {
                break;
            }
            at = decoder.handle(at, bytes.len(), "truncated data")?;
            continue;
        }
        let point = unit(&bytes[at..at + 4], big);
        match point {
            0xD800..0xE000 => {
                let reason = "code point in surrogate code point range(0xd800, 0xe000)";
                at = decoder.handle(at, at + 4, reason)?;
            }
            0x11_0000.. => at = decoder.handle(at, at + 4, "code point not in range(0x110000)")?,
            _ => {
                decoder.out.push(point)?;
                at += 4;
            }
        }
    }
    Ok((decoder.out.finish()?, at))
}

/// ASCII.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_ascii(cx: &Cx, bytes: &[u8], errors: &Handler) -> R<Obj<PyStr>> {
    if bytes.is_ascii() {
        return cx.str_from_ascii(bytes);
    }
    let mut decoder = Decoder::new(cx, bytes, errors, "ascii");
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            decoder.out.push(bytes[at].into())?;
            at += 1;
        } else {
            at = decoder.handle(at, at + 1, "ordinal not in range(128)")?;
        }
    }
    decoder.out.finish()
}

/// Latin-1: every byte is a code point.
///
/// # Errors
/// MemoryError.
pub fn decode_latin_1(cx: &Cx, bytes: &[u8]) -> R<Obj<PyStr>> {
    cx.str_from_latin(bytes)
}
