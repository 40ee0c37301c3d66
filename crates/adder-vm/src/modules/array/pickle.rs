//! Arrays as pickles: machine formats.

use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{Handler, Order, decode_utf_16, decode_utf_32};
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::items::Kind;
use super::{ARRAY_TYPE, array, methods, of};

pub(super) static FUNCTIONS: &[Method] = &[Method::positional("_array_reconstructor", 4, 4, reconstruct)
    .doc("($module, arraytype, typecode, mformat_code, items, /)", "An array from a machine format. For pickles.")];

/// What a machine format says: the kind of item that has it here, and whether the highest byte comes first.
/// The numbers are those of PEP 3154's time, which pickles hold.
fn machine_format(number: i64) -> Option<(u8, bool)> {
    const KINDS: &[u8] = b"BbHHhhIIiiQQqqffdduuww";
    let kind = *KINDS.get(usize::try_from(number).ok()?)?;
    Some((kind, number >= 2 && number % 2 == 1))
}

/// The machine format of a kind.
fn format_of(kind: Kind) -> i64 {
    let little = match kind.0 {
        b'B' => return 0,
        b'b' => return 1,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'Q' | b'L' => 10,
        b'q' | b'l' => 12,
        b'f' => 14,
        b'd' => 16,
        _ => 20,
    };
    little + i64::from(cfg!(target_endian = "big"))
}

/// `__reduce_ex__`
pub(super) fn reduce_ex(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params { function: "__reduce_ex__", names: ["value"], positional_only: 1, positional: 1, required: 1 };
    let [Some(protocol)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let protocol = cx.index_to_isize(protocol, Some(&exc::OVERFLOW_ERROR))?;
    let state = cx.getattr_opt(this, &cx.intern("__dict__")?)?.unwrap_or_else(Value::none);
    let it = of(this);
    let code = cx.str_value(it.kind.code())?;
    if protocol < 3 {
        let args = cx.tuple([code, methods::to_list(cx, this)?])?.into_value();
        return Ok(cx.tuple([this.ty().value(), args, state])?.into_value());
    }
    let module = cx.import("array")?;
    let reconstructor = cx.getattr_text(&module, "_array_reconstructor")?;
    let bytes = cx.bytes(it.bytes())?.into_value();
    let args = cx.tuple([this.ty().value(), code, cx.int(format_of(it.kind))?, bytes])?.into_value();
    Ok(cx.tuple([reconstructor, args, state])?.into_value())
}

fn reconstruct(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "first argument must be a type object, not {}", args[0].ty().name());
    };
    let code = match args[1].downcast::<PyStr>().map(PyStr::chars) {
        Some(chars) if chars.len() == 1 => chars.at(0),
        _ => {
            let name = args[1].ty().name();
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "_array_reconstructor() argument 2 must be a unicode character, not {name}"
            );
        }
    };
    let format = cx.index_to_isize(&args[2], Some(&exc::OVERFLOW_ERROR))?;
    if !class.is_subtype(&ARRAY_TYPE) {
        return raise!(cx, exc::TYPE_ERROR, "{} is not a subtype of array.array", class.name());
    }
    let Some(kind) = Kind::of(code) else {
        return raise!(cx, exc::VALUE_ERROR, "second argument must be a valid type code");
    };
    let Some((from, big)) = machine_format(format as i64) else {
        return raise!(cx, exc::VALUE_ERROR, "third argument must be a valid machine format code.");
    };
    let Some(bytes) = args[3].downcast::<PyBytes>().map(PyBytes::as_slice) else {
        return raise!(cx, exc::TYPE_ERROR, "fourth argument should be bytes, not {}", args[3].ty().name());
    };
    let order = if big { Order::Big } else { Order::Little };
    if matches!(from, b'u' | b'w') {
        let text = match from {
            b'u' => decode_utf_16(cx, bytes, &Handler::Strict, order, true)?.0,
            _ => decode_utf_32(cx, bytes, &Handler::Strict, order, true)?.0,
        };
        return cx.call(&args[0], &[args[1].clone(), text.into_value()]);
    }
    let from = Kind(from);
    if bytes.len() % from.size() != 0 {
        return raise!(cx, exc::VALUE_ERROR, "string length not a multiple of item size");
    }
    let mut items = bytes.to_vec();
    if big == cfg!(target_endian = "little") {
        items.chunks_exact_mut(from.size()).for_each(<[u8]>::reverse);
    }
    if same_values(kind, from) {
        return Ok(array(cx, class, kind, &items)?.into_value());
    }
    if !matches!(from.0, b'f' | b'd') {
        // Ints keep the size that they were written with.
        return Ok(array(cx, class, from, &items)?.into_value());
    }
    let stored = array(cx, &ARRAY_TYPE, from, &items)?.into_value();
    cx.call(&args[0], &[args[1].clone(), methods::to_list(cx, &stored)?])
}

/// Have both kinds the same items?
fn same_values(kind: Kind, stored: Kind) -> bool {
    let plain = |kind: Kind| match kind.0 {
        b'L' => b'Q',
        b'l' => b'q',
        code => code,
    };
    plain(kind) == plain(stored)
}
