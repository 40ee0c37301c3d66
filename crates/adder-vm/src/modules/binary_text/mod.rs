//! The module `binascii`: bytes as text that mail and the like carry, and checksums.

mod base64;
mod quoted;
mod uu;

use adder_objects::buffer::{Buffer, request};
use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::{exception_classes, support};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::any("a2b_base64", base64::decode)
        .doc("($module, data, /, *, strict_mode=False)", "The bytes that base64 says."),
    Method::any("b2a_base64", base64::encode).doc("($module, data, /, *, newline=True)", "Bytes as a line of base64."),
    Method::one("a2b_hex", unhexlify).doc("($module, hexstr, /)", "The bytes that hexadecimal digits say."),
    Method::one("unhexlify", unhexlify).doc("($module, hexstr, /)", "The bytes that hexadecimal digits say."),
    Method::any("b2a_hex", hexlify)
        .doc("($module, data, sep=<unrepresentable>, bytes_per_sep=1)", "Bytes as hexadecimal digits."),
    Method::any("hexlify", hexlify)
        .doc("($module, data, sep=<unrepresentable>, bytes_per_sep=1)", "Bytes as hexadecimal digits."),
    Method::any("a2b_qp", quoted::decode)
        .doc("($module, /, data, header=False)", "The bytes that quoted-printable text says."),
    Method::any("b2a_qp", quoted::encode)
        .doc("($module, /, data, quotetabs=False, istext=True, header=False)", "Bytes as quoted-printable text."),
    Method::one("a2b_uu", uu::decode).doc("($module, data, /)", "The bytes that a line of uuencoded text says."),
    Method::any("b2a_uu", uu::encode)
        .doc("($module, data, /, *, backtick=False)", "Bytes as a line of uuencoded text."),
    Method::positional("crc32", 1, 2, |cx, _, args| {
        let start = args.get(1).map_or(Ok(0), |start| low_bits(cx, start))?;
        let view = support::view(cx, &args[0], request::SIMPLE)?;
        // SAFETY: no code of a user runs.
        cx.int(super::zlib::crc32(start, unsafe { view.as_slice() }).into())
    })
    .doc("($module, data, crc=0, /)", "The checksum CRC-32."),
    Method::positional("crc_hqx", 2, 2, crc_hqx).doc("($module, data, crc, /)", "The checksum CRC-CCITT."),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "binascii", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "Error", exception_classes::class(cx, "binascii.Error", &exc::VALUE_ERROR)?)?;
        dict.set_text(cx, "Incomplete", exception_classes::class(cx, "binascii.Incomplete", &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

/// `binascii.Error`
#[cold]
fn error<T>(cx: &Cx, message: core::fmt::Arguments<'_>) -> R<T> {
    Err(exception_classes::error(cx, "binascii.Error", &exc::VALUE_ERROR, message))
}

/// Text to be read: bytes, or a string of ASCII.
enum Text<'a> {
    Str(&'a PyStr),
    View(Buffer),
}

impl<'a> Text<'a> {
    fn of(cx: &Cx, value: &'a Value) -> R<Text<'a>> {
        if let Some(text) = value.downcast::<PyStr>() {
            if !text.is_ascii() {
                return raise!(cx, exc::VALUE_ERROR, "string argument should contain only ASCII characters");
            }
            return Ok(Text::Str(text));
        }
        if value.ty().slots.buffer.get().is_none() {
            let name = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "argument should be bytes, buffer or ASCII string, not '{name}'");
        }
        Ok(Text::View(support::view(cx, value, request::SIMPLE)?))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Text::Str(text) => text.as_str().unwrap_or("").as_bytes(),
            // SAFETY: callers run no code of a user meanwhile.
            Text::View(view) => unsafe { view.as_slice() },
        }
    }
}

/// The lowest 32 bits of an int.
pub(super) fn low_bits(cx: &Cx, value: &Value) -> R<u32> {
    let index = cx.index(value)?;
    let Some(int) = adder_objects::int::Int::of(&index) else { return Ok(0) };
    let low = int.digits().first().copied().unwrap_or(0) as u32;
    Ok(if int.negative { low.wrapping_neg() } else { low })
}

fn unhexlify(cx: &Cx, _: &Value, text: &Value) -> R {
    let text = Text::of(cx, text)?;
    let digits = text.bytes();
    if digits.len() % 2 != 0 {
        return error(cx, format_args!("Odd-length string"));
    }
    let mut out = adder_objects::storage::HeapVec::with_capacity(cx, digits.len() / 2)?;
    for pair in digits.chunks_exact(2) {
        let (Some(high), Some(low)) = (char::from(pair[0]).to_digit(16), char::from(pair[1]).to_digit(16)) else {
            return error(cx, format_args!("Non-hexadecimal digit found"));
        };
        out.push((high << 4 | low) as u8)?;
    }
    Ok(cx.bytes(&out)?.into_value())
}

fn hexlify(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "hexlify",
        names: ["data", "sep", "bytes_per_sep"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let [Some(data), sep, per] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let view = support::view(cx, data, request::SIMPLE)?;
    // SAFETY: copied at once.
    let bytes = cx.bytes(unsafe { view.as_slice() })?;
    let mut given: Vec<Value> = sep.into_iter().cloned().collect();
    if let Some(per) = per
        && sep.is_some()
    {
        given.push(per.clone());
    }
    let hex = cx.call_method(bytes.as_value(), &cx.intern("hex")?, &given)?;
    let text = hex.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("");
    Ok(cx.bytes(text.as_bytes())?.into_value())
}

fn crc_hqx(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut crc = low_bits(cx, &args[1])? & 0xFFFF;
    let view = support::view(cx, &args[0], request::SIMPLE)?;
    // SAFETY: no code of a user runs.
    for &byte in unsafe { view.as_slice() } {
        crc ^= u32::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 } & 0xFFFF;
        }
    }
    cx.int(crc.into())
}

/// Bytes as a result.
fn result(cx: &Cx, bytes: &[u8]) -> R {
    let made: adder_objects::Obj<PyBytes> = cx.bytes(bytes)?;
    Ok(made.into_value())
}
