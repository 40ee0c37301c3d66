//! The units of `PyBytes_FromFormat`: fewer than those of text, and a width means nothing.

use core::ffi::{CStr, c_char};

use adder_objects::{Cx, R, exceptions as exc, raise};

use super::address;
use crate::arguments::Format;
use crate::varargs::Walk;

/// The bytes of a format.
///
/// # Errors
/// OverflowError for what is no byte.
pub(super) fn make(cx: &Cx, mut format: Format<'_>, mut walk: Walk) -> R<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let unit = format.rest();
        match format.next() {
            0 => return Ok(out),
            b'%' => {}
            c => {
                out.push(c);
                continue;
            }
        }
        while format.peek().is_ascii_digit() {
            format.next();
        }
        let mut precision = 0_usize;
        if format.eat(b'.') {
            while format.peek().is_ascii_digit() {
                precision = precision.saturating_mul(10).saturating_add(usize::from(format.next() - b'0'));
            }
        }
        while !matches!(format.peek(), 0 | b'%') && !format.peek().is_ascii_alphabetic() {
            format.next();
        }
        let modified = |c: u8| {
            let rest = format.rest();
            rest.first() == Some(&c) && matches!(rest.get(1), Some(b'd' | b'u'))
        };
        let is_long = modified(b'l') || modified(b'z');
        if is_long {
            format.next();
        }
        match format.next() {
            b'c' => match u8::try_from(walk.int()) {
                Ok(byte) => out.push(byte),
                Err(_) => {
                    return raise!(
                        cx,
                        exc::OVERFLOW_ERROR,
                        "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                    );
                }
            },
            b'd' | b'i' if !is_long => out.extend(walk.int().to_string().bytes()),
            b'd' => out.extend(walk.long().to_string().bytes()),
            b'u' if !is_long => out.extend((walk.int() as u32).to_string().bytes()),
            b'u' => out.extend((walk.long() as u64).to_string().bytes()),
            b'x' => out.extend(format!("{:x}", walk.int()).bytes()),
            b's' => {
                let text: *const c_char = walk.pointer();
                // SAFETY: the contract: bytes up to a zero, or so many.
                out.extend_from_slice(unsafe {
                    if precision == 0 {
                        CStr::from_ptr(text).to_bytes()
                    } else {
                        let n = (0..precision).take_while(|&at| *text.add(at) != 0).count();
                        core::slice::from_raw_parts(text.cast(), n)
                    }
                });
            }
            b'p' => out.extend(address(walk.pointer()).bytes()),
            b'%' => out.push(b'%'),
            // An unknown unit: the rest as it stands.
            _ => {
                out.extend_from_slice(unit);
                return Ok(out);
            }
        }
    }
}
