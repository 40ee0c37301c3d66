//! Codecs of one byte a character, by tables: those that `encodings` brings.

use super::{Decoder, Encoder, Handler};
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::PyStr;
use crate::value::Value;

const UNDEFINED: &str = "character maps to <undefined>";
const NOTHING: u32 = 0xFFFE;

/// `codecs.charmap_decode(bytes, errors, mapping)`: the mapping is a string, or has an item for each byte; without one it is
/// Latin-1.
///
/// # Errors
/// What the mapping or the handler raises; TypeError for an item that is no character.
pub fn charmap_decode(cx: &Cx, bytes: &[u8], errors: &Handler, mapping: Option<&Value>) -> R<Obj<PyStr>> {
    let Some(mapping) = mapping.filter(|mapping| !mapping.is_none()) else { return super::decode_latin_1(cx, bytes) };
    // The mapping may run code that changes the bytes.
    let held = cx.bytes(bytes)?;
    let bytes = held.as_slice();
    let mut decoder = Decoder::new(cx, bytes, errors, "charmap");
    let table = mapping.downcast_exact::<PyStr>();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(table) = table {
            match table.point(byte.into()) {
                Some(point) if point != NOTHING => {
                    decoder.out.push(point)?;
                    at += 1;
                }
                _ => at = decoder.handle(at, at + 1, UNDEFINED)?,
            }
            continue;
        }
        let found = cx.getitem(mapping, &Value::small(byte.into())).unless(&exc::LOOKUP_ERROR)?;
        match found.filter(|found| !found.is_none()) {
            None => {
                at = decoder.handle(at, at + 1, UNDEFINED)?;
                continue;
            }
            Some(found) if found.is_int() => match found.as_i64() {
                Some(0xFFFE) => {
                    at = decoder.handle(at, at + 1, UNDEFINED)?;
                    continue;
                }
                Some(point @ 0..0x11_0000) => decoder.out.push(point as u32)?,
                _ => return raise!(cx, exc::TYPE_ERROR, "character mapping must be in range(0x110000)"),
            },
            Some(found) => match found.downcast::<PyStr>() {
                Some(text) if text.len() == 1 && text.point(0) == Some(NOTHING) => {
                    at = decoder.handle(at, at + 1, UNDEFINED)?;
                    continue;
                }
                Some(text) => decoder.out.push_object(text)?,
                None => return raise!(cx, exc::TYPE_ERROR, "character mapping must return integer, None or str"),
            },
        }
        at += 1;
    }
    decoder.out.finish()
}

/// What a mapping makes of a character.
fn looked_up(cx: &Cx, mapping: &Value, point: u32) -> R<Option<Value>> {
    let found = match mapping.downcast_exact::<PyDict>() {
        Some(dict) => dict.get(cx, &Value::small(point.into()))?,
        None => cx.getitem(mapping, &Value::small(point.into())).unless(&exc::LOOKUP_ERROR)?,
    };
    Ok(found.filter(|found| !found.is_none()))
}

/// Adds what a mapping makes of a character; false if it makes nothing of it.
fn push_mapped(cx: &Cx, out: &mut HeapVec<'_, u8>, mapping: &Value, point: u32) -> R<bool> {
    let Some(found) = looked_up(cx, mapping, point)? else { return Ok(false) };
    if found.is_int() {
        match found.as_i64().map(u8::try_from) {
            Some(Ok(byte)) => out.push(byte)?,
            _ => return raise!(cx, exc::TYPE_ERROR, "character mapping must be in range(256)"),
        }
    } else if let Some(bytes) = found.downcast::<PyBytes>() {
        out.extend(bytes.as_slice())?;
    } else {
        let ty = found.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "character mapping must return integer, bytes or None, not {ty}");
    }
    Ok(true)
}

/// `codecs.charmap_encode(text, errors, mapping)`; without a mapping it is Latin-1.
///
/// # Errors
/// What the mapping or the handler raises; TypeError for an item that is no byte.
pub fn charmap_encode(cx: &Cx, text: &Value, errors: &Handler, mapping: Option<&Value>) -> R<Obj<PyBytes>> {
    let Some(mapping) = mapping.filter(|mapping| !mapping.is_none()) else {
        return super::encode_latin_1(cx, text, errors);
    };
    let mut encoder = Encoder::new(cx, text, errors, "charmap", super::chars_of(text).len())?;
    let n = encoder.chars.len();
    let mut at = 0;
    while at < n {
        if push_mapped(cx, &mut encoder.out, mapping, encoder.chars.at(at))? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < n && looked_up(cx, mapping, encoder.chars.at(end))?.is_none() {
            end += 1;
        }
        at = encoder.handle(at, end, UNDEFINED, 1, &mut |out, point| push_mapped(cx, out, mapping, point))?;
    }
    encoder.finish()
}

/// `codecs.charmap_build(table)`: what encodes as a table of at most 256 characters decodes.
///
/// # Errors
/// MemoryError.
pub fn charmap_build(cx: &Cx, table: &PyStr) -> R {
    let dict = cx.dict()?;
    for (byte, point) in table.chars().iter().enumerate().take(256) {
        if point != NOTHING {
            dict.set(cx, &Value::small(point.into()), Value::small(byte as i64))?;
        }
    }
    Ok(dict.into_value())
}
