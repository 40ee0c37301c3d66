//! Quoted-printable text (RFC 2045).

use adder_objects::buffer::request;
use adder_objects::storage::HeapVec;
use adder_objects::{Args, Cx, Params, R, Value};

use super::{Text, result};
use crate::modules::support;

pub(super) fn decode(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "a2b_qp", names: ["data", "header"], positional_only: 0, positional: 2, required: 1 };
    let [Some(data), header] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let header = header.map_or(Ok(false), |header| cx.is_true(header))?;
    let text = Text::of(cx, data)?;
    let text = text.bytes();
    let mut out = HeapVec::with_capacity(cx, text.len())?;
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte != b'=' {
            out.push(if header && byte == b'_' { b' ' } else { byte })?;
            continue;
        }
        let digit = |at: usize| text.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        match text.get(at) {
            None => break,
            // A soft end of a line.
            Some(b'\n' | b'\r') => {
                let rest = text[at..].iter().position(|&byte| byte == b'\n');
                at = rest.map_or(text.len(), |found| at + found + 1);
            }
            Some(b'=') => {
                out.push(b'=')?;
                at += 1;
            }
            Some(_) => match (digit(at), digit(at + 1)) {
                (Some(high), Some(low)) => {
                    out.push((high << 4 | low) as u8)?;
                    at += 2;
                }
                _ => out.push(b'=')?,
            },
        }
    }
    result(cx, &out)
}

/// The most characters of a line.
const LINE: usize = 76;

pub(super) fn encode(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "b2a_qp",
        names: ["data", "quotetabs", "istext", "header"],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    let [Some(data), tabs, text, header] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let truth = |value: Option<&Value>, default: bool| value.map_or(Ok(default), |value| cx.is_true(value));
    let (tabs, text, header) = (truth(tabs, false)?, truth(text, true)?, truth(header, false)?);
    let view = support::view(cx, data, request::SIMPLE)?;
    // SAFETY: no code of a user runs.
    let bytes = unsafe { view.as_slice() };
    // The first line decides what ends the lines.
    let crlf = bytes.iter().position(|&byte| byte == b'\n').is_some_and(|at| at > 0 && bytes[at - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = HeapVec::with_capacity(cx, bytes.len())?;
    let (mut at, mut line) = (0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied();
        let blank = matches!(byte, b' ' | b'\t');
        let line_end = matches!(byte, b'\r' | b'\n');
        let quoted = byte > 126
            || byte == b'='
            || header && byte == b'_'
            || byte == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !text && line_end
            || blank && (next.is_none() || tabs)
            || byte < 33 && !line_end && !blank;
        if quoted {
            if line + 3 >= LINE {
                out.push(b'=')?;
                out.extend(end)?;
                line = 0;
            }
            push_hex(&mut out, byte)?;
            line += 3;
            at += 1;
            continue;
        }
        if text && (byte == b'\n' || byte == b'\r' && next == Some(b'\n')) {
            line = 0;
            // White space at the end of a line is lost on the way.
            if let Some(&blank @ (b' ' | b'\t')) = out.last() {
                let kept = out.len() - 1;
                out.truncate(kept);
                push_hex(&mut out, blank)?;
            }
            out.extend(end)?;
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some() && next != Some(b'\n') && line + 1 >= LINE {
            out.push(b'=')?;
            out.extend(end)?;
            line = 0;
        }
        line += 1;
        out.push(if header && byte == b' ' { b'_' } else { byte })?;
        at += 1;
    }
    result(cx, &out)
}

fn push_hex(out: &mut HeapVec<'_, u8>, byte: u8) -> R<()> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend(&[b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
}
