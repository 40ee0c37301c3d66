//! Lines of uuencoded text.

use adder_objects::buffer::request;
use adder_objects::storage::HeapVec;
use adder_objects::{Args, Cx, Params, R, Value};

use super::{Text, error, result};
use crate::modules::support;

pub(super) fn decode(cx: &Cx, _: &Value, data: &Value) -> R {
    let text = Text::of(cx, data)?;
    let mut text = text.bytes().iter().copied();
    // The first character says how many bytes there are; nothing at all says the same as zero bytes of an empty line do.
    let length = (text.next().unwrap_or(0).wrapping_sub(b' ') & 63) as usize;
    let mut out = HeapVec::with_capacity(cx, length)?;
    let (mut bits, mut have) = (0_u32, 0_u32);
    while out.len() < length {
        let value = match text.next() {
            // What a line lacks at its end were spaces.
            None | Some(b'\n' | b'\r') => 0,
            Some(byte @ b' '..=b'`') => (byte - b' ') & 63,
            Some(_) => return error(cx, format_args!("Illegal char")),
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8)?;
            bits &= (1 << have) - 1;
        }
    }
    for byte in text {
        // One that padded a group of its own may still stand there.
        if !matches!(byte, b' ' | b'`' | b'\n' | b'\r') {
            return error(cx, format_args!("Trailing garbage"));
        }
    }
    result(cx, &out)
}

pub(super) fn encode(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "b2a_uu", names: ["data", "backtick"], positional_only: 1, positional: 1, required: 1 };
    let [Some(data), backtick] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let backtick = backtick.map_or(Ok(false), |backtick| cx.is_true(backtick))?;
    let view = support::view(cx, data, request::SIMPLE)?;
    // SAFETY: no code of a user runs.
    let bytes = unsafe { view.as_slice() };
    if bytes.len() > 45 {
        return error(cx, format_args!("At most 45 bytes at once"));
    }
    let letter = |bits: u32| match (bits & 63) as u8 {
        0 if backtick => b'`',
        value => b' ' + value,
    };
    let mut out = HeapVec::with_capacity(cx, 64)?;
    out.push(letter(bytes.len() as u32))?;
    for group in bytes.chunks(3) {
        let at = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        out.extend(&[letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)])?;
    }
    out.push(b'\n')?;
    result(cx, &out)
}
