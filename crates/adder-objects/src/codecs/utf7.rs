//! UTF-7.

use super::{Decoder, Handler};
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::PyStr;
use crate::value::Value;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(byte: u8) -> Option<u32> {
    BASE64.iter().position(|&b| b == byte).map(|at| at as u32)
}

/// May it stand for itself? All of ASCII but for `+`, `\`, `~` and control characters.
fn is_direct(point: u32) -> bool {
    matches!(point, 9 | 10 | 13) || (32..127).contains(&point) && !matches!(point, 0x2B | 0x5C | 0x7E)
}

/// UTF-7.
///
/// # Errors
/// MemoryError.
pub fn encode_utf_7(cx: &Cx, text: &Value) -> R<Obj<PyBytes>> {
    let chars = super::chars_of(text);
    let mut out = HeapVec::with_capacity(cx, chars.len())?;
    let (mut shifted, mut bits, mut buffer) = (false, 0_u32, 0_u64);
    for point in chars.iter() {
        if shifted && is_direct(point) {
            if bits > 0 {
                out.push(BASE64[(buffer << (6 - bits) & 63) as usize])?;
                (bits, buffer) = (0, 0);
            }
            shifted = false;
            // What could be taken for more of the run is kept off by a sign.
            if base64(point as u8).is_some() || point == 0x2D {
                out.push(b'-')?;
            }
        }
        if !shifted {
            match point {
                0x2B => {
                    out.extend(b"+-")?;
                    continue;
                }
                _ if is_direct(point) => {
                    out.push(point as u8)?;
                    continue;
                }
                _ => {
                    out.push(b'+')?;
                    shifted = true;
                }
            }
        }
        let mut units = [point as u16; 2];
        let units = match char::from_u32(point) {
            Some(c) => &*c.encode_utf16(&mut units),
            None => &units[..1],
        };
        for &unit in units {
            buffer = buffer << 16 | u64::from(unit);
            bits += 16;
            while bits >= 6 {
                out.push(BASE64[(buffer >> (bits - 6) & 63) as usize])?;
                bits -= 6;
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits) & 63) as usize])?;
    }
    if shifted {
        out.push(b'-')?;
    }
    cx.bytes(&out)
}

/// A run of base 64 that is being read.
#[derive(Default)]
struct Run {
    /// Where its `+` stands.
    start: usize,
    bits: u32,
    buffer: u64,
    /// A high surrogate whose other half has not come.
    surrogate: u32,
    /// Characters of the text before it.
    before: usize,
}

/// UTF-7.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn decode_utf_7(cx: &Cx, bytes: &[u8], errors: &Handler, last: bool) -> R<(Obj<PyStr>, usize)> {
    let mut decoder = Decoder::new(cx, bytes, errors, "utf7");
    let mut run: Option<Run> = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(open) = &mut run {
            if let Some(six) = base64(byte) {
                open.buffer = open.buffer << 6 | u64::from(six);
                open.bits += 6;
                at += 1;
                if open.bits >= 16 {
                    let unit = (open.buffer >> (open.bits - 16)) as u32 & 0xFFFF;
                    open.bits -= 16;
                    open.buffer &= (1 << open.bits) - 1;
                    push_unit(&mut decoder, open, unit)?;
                }
                continue;
            }
            // The end of the run: what is left of it must be padding.
            let Run { start, bits, buffer, surrogate, .. } = *open;
            run = None;
            if bits >= 6 {
                at = decoder.handle(start, at + 1, "partial character in shift sequence")?;
                continue;
            }
            if buffer != 0 {
                at = decoder.handle(start, at + 1, "non-zero padding bits in shift sequence")?;
                continue;
            }
            if surrogate != 0 {
                decoder.out.push(surrogate)?;
            }
            if byte == b'-' {
                at += 1;
            }
            continue;
        }
        if byte == b'+' {
            match bytes.get(at + 1) {
                Some(b'-') => {
                    decoder.out.push(0x2B)?;
                    at += 2;
                }
                Some(&next) if base64(next).is_none() => {
                    at = decoder.handle(at, at + 2, "ill-formed sequence")?;
                }
                _ => {
                    run = Some(Run { start: at, before: decoder.out.len(), ..Run::default() });
                    at += 1;
                }
            }
        } else if byte < 0x80 {
            decoder.out.push(byte.into())?;
            at += 1;
        } else {
            at = decoder.handle(at, at + 1, "unexpected special character")?;
        }
    }
    if let Some(open) = run {
        if !last {
            decoder.out.truncate(open.before);
            return Ok((decoder.out.finish()?, open.start));
        }
        if open.surrogate != 0 || open.bits >= 6 || open.bits > 0 && open.buffer != 0 {
            at = decoder.handle(open.start, bytes.len(), "unterminated shift sequence")?;
        }
    }
    Ok((decoder.out.finish()?, at))
}

fn push_unit(decoder: &mut Decoder<'_>, run: &mut Run, unit: u32) -> R<()> {
    if run.surrogate != 0 {
        let high = core::mem::take(&mut run.surrogate);
        if (0xDC00..0xE000).contains(&unit) {
            return decoder.out.push(0x10000 + ((high & 0x3FF) << 10 | unit & 0x3FF));
        }
        decoder.out.push(high)?;
    }
    if (0xD800..0xDC00).contains(&unit) {
        run.surrogate = unit;
        return Ok(());
    }
    decoder.out.push(unit)
}
