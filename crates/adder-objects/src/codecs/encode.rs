//! Encoders of UTF-8, UTF-16, UTF-32, ASCII and Latin-1.

use super::{Encoder, Handler, Order};
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr};
use crate::value::Value;

impl<'a> Encoder<'a> {
    /// Encodes character by character. Runs of those that cannot be encoded (or, if `single`, each of them) are errors.
    ///
    /// # Errors
    /// What the handler raises.
    pub fn run(
        mut self,
        reason: &str,
        unit: usize,
        single: bool,
        can: impl Fn(u32) -> bool,
        may_replace: impl Fn(u32) -> bool,
        put: impl Fn(&mut HeapVec<'a, u8>, u32) -> R<()>,
    ) -> R<Obj<PyBytes>> {
        let n = self.chars.len();
        let mut at = 0;
        while at < n {
            let point = self.chars.at(at);
            if can(point) {
                put(&mut self.out, point)?;
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while !single && end < n && !can(self.chars.at(end)) {
                end += 1;
            }
            at = self.handle(at, end, reason, unit, &mut |out, point| {
                let yes = may_replace(point);
                if yes {
                    put(out, point)?;
                }
                Ok(yes)
            })?;
        }
        self.finish()
    }
}

fn is_ascii(point: u32) -> bool {
    point < 0x80
}

fn no_surrogate(point: u32) -> bool {
    !(0xD800..0xE000).contains(&point)
}

const SURROGATES: &str = "surrogates not allowed";

fn push_utf_8(out: &mut HeapVec<'_, u8>, point: u32) -> R<()> {
    match char::from_u32(point) {
        Some(c) => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => Ok(()),
    }
}

/// UTF-8.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn encode_utf_8(cx: &Cx, text: &Value, errors: &Handler) -> R<Obj<PyBytes>> {
    // SAFETY: encoders are called for strings.
    let string = unsafe { text.cast::<PyStr>() };
    if let Chars::Ascii(s) = string.chars() {
        return cx.bytes(s);
    }
    let encoder = Encoder::new(cx, text, errors, "utf-8", string.len())?;
    encoder.run(SURROGATES, 1, false, no_surrogate, is_ascii, push_utf_8)
}

fn push_unit(out: &mut HeapVec<'_, u8>, unit: u32, size: usize, big: bool) -> R<()> {
    let bytes = unit.to_be_bytes();
    let bytes = &bytes[4 - size..];
    if big { out.extend(bytes) } else { bytes.iter().rev().try_for_each(|&byte| out.push(byte)) }
}

fn names(order: Order, names: [&'static str; 3]) -> (&'static str, bool) {
    match order {
        Order::Marked => (names[0], cfg!(target_endian = "big")),
        Order::Little => (names[1], false),
        Order::Big => (names[2], true),
    }
}

/// UTF-16.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn encode_utf_16(cx: &Cx, text: &Value, errors: &Handler, order: Order) -> R<Obj<PyBytes>> {
    let (name, big) = names(order, ["utf-16", "utf-16-le", "utf-16-be"]);
    let mut encoder = Encoder::new(cx, text, errors, name, super::chars_of(text).len().saturating_mul(2))?;
    if order == Order::Marked {
        push_unit(&mut encoder.out, 0xFEFF, 2, big)?;
    }
    encoder.run(SURROGATES, 2, true, no_surrogate, is_ascii, |out, point| {
        if point < 0x10000 {
            return push_unit(out, point, 2, big);
        }
        let rest = point - 0x10000;
        push_unit(out, 0xD800 | rest >> 10, 2, big)?;
        push_unit(out, 0xDC00 | rest & 0x3FF, 2, big)
    })
}

/// UTF-32.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn encode_utf_32(cx: &Cx, text: &Value, errors: &Handler, order: Order) -> R<Obj<PyBytes>> {
    let (name, big) = names(order, ["utf-32", "utf-32-le", "utf-32-be"]);
    let mut encoder = Encoder::new(cx, text, errors, name, super::chars_of(text).len().saturating_mul(4))?;
    if order == Order::Marked {
        push_unit(&mut encoder.out, 0xFEFF, 4, big)?;
    }
    encoder.run(SURROGATES, 4, true, no_surrogate, is_ascii, |out, point| push_unit(out, point, 4, big))
}

/// ASCII.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn encode_ascii(cx: &Cx, text: &Value, errors: &Handler) -> R<Obj<PyBytes>> {
    if let Chars::Ascii(s) = super::chars_of(text) {
        return cx.bytes(s);
    }
    let encoder = Encoder::new(cx, text, errors, "ascii", super::chars_of(text).len())?;
    encoder.run("ordinal not in range(128)", 1, false, is_ascii, is_ascii, |out, point| out.push(point as u8))
}

/// Latin-1.
///
/// # Errors
/// What the handler raises; MemoryError.
pub fn encode_latin_1(cx: &Cx, text: &Value, errors: &Handler) -> R<Obj<PyBytes>> {
    if let Chars::Ascii(s) | Chars::One(s) = super::chars_of(text) {
        return cx.bytes(s);
    }
    let encoder = Encoder::new(cx, text, errors, "latin-1", super::chars_of(text).len())?;
    let fits = |point: u32| point < 0x100;
    encoder.run("ordinal not in range(256)", 1, false, fits, fits, |out, point| out.push(point as u8))
}
