//! Values as bytes, and back.

use adder_objects::bytearray::PyByteArray;
use adder_objects::bytes::PyBytes;
use adder_objects::int::Int;
use adder_objects::memoryview::{f64_to_half, half_to_f64};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::error;
use super::layout::{Layout, Run};

/// Writes values, as many as the layout has, into bytes that are zero.
pub(super) fn pack(cx: &Cx, layout: &Layout, values: &[Value], out: &mut [u8]) -> R<()> {
    let mut values = values.iter();
    for run in &layout.runs {
        for at in 0..run.count {
            let Some(value) = values.next() else { return Ok(()) };
            let place = run.offset + at * run.size;
            pack_one(cx, layout, run, value, &mut out[place..place + run.size])?;
        }
    }
    Ok(())
}

fn pack_one(cx: &Cx, layout: &Layout, run: &Run, value: &Value, out: &mut [u8]) -> R<()> {
    let word = match run.code {
        b'c' => match value.downcast::<PyBytes>().map(PyBytes::as_slice) {
            Some(&[byte]) => u64::from(byte),
            _ => return error(cx, format_args!("char format requires a bytes object of length 1")),
        },
        b's' | b'p' => return pack_bytes(cx, run.code, value, out),
        b'?' => u64::from(cx.is_true(value)?),
        b'e' | b'f' | b'd' => {
            let Ok(float) = cx.to_f64(value) else {
                return error(cx, format_args!("required argument is not a float"));
            };
            float_word(cx, layout, run.code, float)?
        }
        code => int_word(cx, code, run.size, value)?,
    };
    put(word, layout.little, out);
    Ok(())
}

fn put(word: u64, little: bool, out: &mut [u8]) {
    let size = out.len();
    out.copy_from_slice(&word.to_le_bytes()[..size]);
    if !little {
        out.reverse();
    }
}

fn float_word(cx: &Cx, layout: &Layout, code: u8, float: f64) -> R<u64> {
    let overflow = |code: u8| {
        let code = char::from(code);
        raise!(cx, exc::OVERFLOW_ERROR, "float too large to pack with {code} format")
    };
    match code {
        b'e' => match f64_to_half(float) {
            half if float.is_finite() && half & 0x7FFF == 0x7C00 => overflow(code),
            half => Ok(half.into()),
        },
        b'f' => {
            let single = float as f32;
            if single.is_infinite() && float.is_finite() && !layout.native {
                return overflow(code);
            }
            Ok(single.to_bits().into())
        }
        _ => Ok(float.to_bits()),
    }
}

fn pack_bytes(cx: &Cx, code: u8, value: &Value, out: &mut [u8]) -> R<()> {
    let bytes = match (value.downcast::<PyBytes>(), value.downcast::<PyByteArray>()) {
        (Some(bytes), _) => bytes.as_slice(),
        // SAFETY: copying runs no code of a user.
        (None, Some(array)) => unsafe { array.as_slice() },
        (None, None) => {
            return error(cx, format_args!("argument for '{}' must be a bytes object", char::from(code)));
        }
    };
    if code == b's' {
        let n = bytes.len().min(out.len());
        out[..n].copy_from_slice(&bytes[..n]);
    } else if let Some((length, rest)) = out.split_first_mut() {
        let n = bytes.len().min(rest.len());
        rest[..n].copy_from_slice(&bytes[..n]);
        *length = n.min(255) as u8;
    }
    Ok(())
}

fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

fn int_word(cx: &Cx, code: u8, size: usize, value: &Value) -> R<u64> {
    let index = match value.as_small() {
        Some(small) => Some(i128::from(small)),
        None => match cx.try_index(value)? {
            Some(index) => Int::of(&index).and_then(|int| int.to_i128()),
            None => return error(cx, format_args!("required argument is not an integer")),
        },
    };
    let bits = 8 * size as u32;
    let (low, high) = match code {
        b'P' => (-(1_i128 << 63), (1_i128 << 64) - 1),
        _ if is_signed(code) => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        _ => (0, (1_i128 << bits) - 1),
    };
    match index {
        Some(n) if (low..=high).contains(&n) => Ok(n as u64),
        _ if code == b'P' => error(cx, format_args!("int too large to convert")),
        _ => error(cx, format_args!("'{}' format requires {low} <= number <= {high}", char::from(code))),
    }
}

/// Reads the values out of bytes, exactly as many as the layout has.
pub(super) fn unpack(cx: &Cx, layout: &Layout, bytes: &[u8]) -> R {
    let mut values = Vec::new();
    if values.try_reserve_exact(layout.values).is_err() {
        return Err(cx.no_memory());
    }
    for run in &layout.runs {
        for at in 0..run.count {
            let place = run.offset + at * run.size;
            values.push(unpack_one(cx, layout, run, &bytes[place..place + run.size])?);
        }
    }
    Ok(cx.tuple(values)?.into_value())
}

fn unpack_one(cx: &Cx, layout: &Layout, run: &Run, bytes: &[u8]) -> R {
    match run.code {
        b's' | b'c' => return Ok(cx.bytes(bytes)?.into_value()),
        b'p' => {
            let (n, rest) = bytes.split_first().map_or((0, bytes), |(n, rest)| (usize::from(*n), rest));
            return Ok(cx.bytes(&rest[..n.min(rest.len())])?.into_value());
        }
        _ => {}
    }
    let mut word = [0; 8];
    word[..run.size].copy_from_slice(bytes);
    if !layout.little {
        word[..run.size].reverse();
    }
    let word = u64::from_le_bytes(word);
    let spare = 64 - 8 * run.size as u32;
    match run.code {
        b'?' => Ok(Value::bool(word != 0)),
        b'e' => cx.float(half_to_f64(word as u16)),
        b'f' => cx.float(f32::from_bits(word as u32).into()),
        b'd' => cx.float(f64::from_bits(word)),
        code if is_signed(code) => cx.int(((word << spare) as i64) >> spare),
        _ => cx.int_from_u64(word),
    }
}
