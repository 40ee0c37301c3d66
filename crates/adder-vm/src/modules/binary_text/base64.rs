//! Base64 (RFC 4648), and what of mail is let pass.

use adder_objects::buffer::request;
use adder_objects::storage::HeapVec;
use adder_objects::{Args, Cx, Params, R, Value};

use super::{Text, error, result};
use crate::modules::support;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What each byte stands for; 64 and above for none.
static VALUES: [u8; 256] = {
    let mut table = [255; 256];
    let mut at = 0;
    while at < 64 {
        table[LETTERS[at] as usize] = at as u8;
        at += 1;
    }
    table
};

pub(super) fn decode(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "a2b_base64",
        names: ["data", "strict_mode"],
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let [Some(data), strict] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let strict = strict.map_or(Ok(false), |strict| cx.is_true(strict))?;
    let text = Text::of(cx, data)?;
    let text = text.bytes();
    if strict && text.first() == Some(&b'=') {
        return error(cx, format_args!("Leading padding not allowed"));
    }
    let mut out = HeapVec::with_capacity(cx, text.len() / 4 * 3 + 3)?;
    // Characters of the group so far, what they left over, and paddings behind them.
    let (mut group, mut left, mut pads) = (0_u8, 0_u8, 0_usize);
    let mut padding_started = false;
    for (at, &byte) in text.iter().enumerate() {
        if byte == b'=' {
            padding_started = true;
            if strict && group == 0 {
                // Whole groups have no padding.
                return error(cx, format_args!("Excess padding not allowed"));
            }
            pads += 1;
            if group >= 2 && usize::from(group) + pads >= 4 {
                if strict && at + 1 < text.len() {
                    return error(cx, format_args!("Excess data after padding"));
                }
                return result(cx, &out);
            }
            continue;
        }
        let value = VALUES[usize::from(byte)];
        if value >= 64 {
            if strict {
                return error(cx, format_args!("Only base64 data is allowed"));
            }
            continue;
        }
        if strict && padding_started {
            return error(cx, format_args!("Discontinuous padding not allowed"));
        }
        pads = 0;
        match group {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4)?;
                left = value & 15;
            }
            2 => {
                out.push(left << 4 | value >> 2)?;
                left = value & 3;
            }
            _ => {
                out.push(left << 6 | value)?;
                left = 0;
            }
        }
        group = (group + 1) % 4;
    }
    match group {
        0 => result(cx, &out),
        1 => {
            let n = out.len() / 3 * 4 + 1;
            error(
                cx,
                format_args!(
                    "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
                ),
            )
        }
        _ => error(cx, format_args!("Incorrect padding")),
    }
}

pub(super) fn encode(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "b2a_base64", names: ["data", "newline"], positional_only: 1, positional: 1, required: 1 };
    let [Some(data), newline] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let newline = newline.map_or(Ok(true), |newline| cx.is_true(newline))?;
    let view = support::view(cx, data, request::SIMPLE)?;
    // SAFETY: no code of a user runs.
    let bytes = unsafe { view.as_slice() };
    let mut out = HeapVec::with_capacity(cx, bytes.len().div_ceil(3).saturating_mul(4).saturating_add(1))?;
    let letter = |bits: u32| LETTERS[(bits & 63) as usize];
    let (groups, rest) = bytes.as_chunks::<3>();
    for &[a, b, c] in groups {
        let bits = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
        out.extend(&[letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)])?;
    }
    match *rest {
        [a] => {
            let bits = u32::from(a) << 16;
            out.extend(&[letter(bits >> 18), letter(bits >> 12), b'=', b'='])?;
        }
        [a, b] => {
            let bits = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend(&[letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), b'='])?;
        }
        _ => {}
    }
    if newline {
        out.push(b'\n')?;
    }
    result(cx, &out)
}
