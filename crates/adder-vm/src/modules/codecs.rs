//! The module `_codecs`: the codecs that are native. Those in Python and the registry lie in `_builtin/_codecs.py`.

use adder_objects::codecs::{
    Handler, Order, decode_ascii, decode_latin_1, decode_utf_8, decode_utf_16, decode_utf_32, encode_ascii,
    encode_latin_1, encode_utf_8, encode_utf_16, encode_utf_32, handle_exception,
};
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("utf_8_encode", 1, 2, |cx, _, a| encoded(cx, "utf_8_encode", a, encode_utf_8)),
    Method::positional("ascii_encode", 1, 2, |cx, _, a| encoded(cx, "ascii_encode", a, encode_ascii)),
    Method::positional("latin_1_encode", 1, 2, |cx, _, a| encoded(cx, "latin_1_encode", a, encode_latin_1)),
    Method::positional("utf_16_encode", 1, 3, |cx, _, a| {
        let order = order(cx, a.get(2))?;
        encoded(cx, "utf_16_encode", a, |cx, text, errors| encode_utf_16(cx, text, errors, order))
    }),
    Method::positional("utf_16_le_encode", 1, 2, |cx, _, a| {
        encoded(cx, "utf_16_le_encode", a, |cx, text, errors| encode_utf_16(cx, text, errors, Order::Little))
    }),
    Method::positional("utf_16_be_encode", 1, 2, |cx, _, a| {
        encoded(cx, "utf_16_be_encode", a, |cx, text, errors| encode_utf_16(cx, text, errors, Order::Big))
    }),
    Method::positional("utf_32_encode", 1, 3, |cx, _, a| {
        let order = order(cx, a.get(2))?;
        encoded(cx, "utf_32_encode", a, |cx, text, errors| encode_utf_32(cx, text, errors, order))
    }),
    Method::positional("utf_32_le_encode", 1, 2, |cx, _, a| {
        encoded(cx, "utf_32_le_encode", a, |cx, text, errors| encode_utf_32(cx, text, errors, Order::Little))
    }),
    Method::positional("utf_32_be_encode", 1, 2, |cx, _, a| {
        encoded(cx, "utf_32_be_encode", a, |cx, text, errors| encode_utf_32(cx, text, errors, Order::Big))
    }),
    Method::positional("utf_8_decode", 1, 3, |cx, _, a| decoded(cx, a, decode_utf_8)),
    Method::positional("ascii_decode", 1, 2, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, _| Ok((decode_ascii(cx, bytes, errors)?, bytes.len())))
    }),
    Method::positional("latin_1_decode", 1, 2, |cx, _, a| {
        decoded(cx, a, |cx, bytes, _, _| Ok((decode_latin_1(cx, bytes)?, bytes.len())))
    }),
    Method::positional("utf_16_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_16(cx, bytes, errors, Order::Marked, last))
    }),
    Method::positional("utf_16_le_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_16(cx, bytes, errors, Order::Little, last))
    }),
    Method::positional("utf_16_be_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_16(cx, bytes, errors, Order::Big, last))
    }),
    Method::positional("utf_32_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_32(cx, bytes, errors, Order::Marked, last))
    }),
    Method::positional("utf_32_le_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_32(cx, bytes, errors, Order::Little, last))
    }),
    Method::positional("utf_32_be_decode", 1, 3, |cx, _, a| {
        decoded(cx, a, |cx, bytes, errors, last| decode_utf_32(cx, bytes, errors, Order::Big, last))
    }),
    Method::positional("readbuffer_encode", 1, 2, |cx, _, a| {
        let bytes = match a[0].downcast::<PyStr>() {
            Some(_) => encode_utf_8(cx, &a[0], &Handler::Strict)?,
            None => cx.bytes(&support::contents(cx, &a[0])?)?,
        };
        let length = cx.int(bytes.as_slice().len() as i64)?;
        Ok(cx.tuple([bytes.into_value(), length])?.into_value())
    }),
    Method::positional("register_error", 2, 2, |cx, _, a| {
        cx.codec_errors.register(cx, &a[0], a[1].clone())?;
        Ok(Value::none())
    }),
    Method::one("_unregister_error", |cx, _, name| {
        if cx.display(name).is_ok_and(|name| Handler::built_in(&name).is_some()) {
            let name = cx.display(name)?;
            return raise!(cx, exc::VALUE_ERROR, "cannot un-register built-in error handler '{name}'");
        }
        cx.codec_errors.unregister(cx, name).map(Value::bool)
    }),
    Method::one("_registered_error", |cx, _, name| Ok(cx.codec_errors.handler(cx, name)?.unwrap_or_else(Value::none))),
    Method::one("_is_built_in_error", |cx, _, name| Ok(Value::bool(Handler::built_in(&cx.display(name)?).is_some()))),
    Method::positional("_handle_error", 2, 2, |cx, _, a| {
        let handler = Handler::built_in(&cx.display(&a[0])?).unwrap_or(Handler::Strict);
        handle_exception(cx, &handler, &a[1])
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_codecs", FUNCTIONS)?.into_value();
    support::in_python(vm, "_codecs", &module, &["_builtin/_codecs.py"])?;
    Ok(module)
}

/// `errors`: a string or None.
fn handler(cx: &Cx, value: Option<&Value>) -> R<Handler> {
    match value.filter(|value| !value.is_none()) {
        None => Handler::of(cx, None),
        Some(value) => match value.downcast::<PyStr>() {
            Some(name) => Handler::of(cx, Some(name)),
            None => raise!(cx, exc::TYPE_ERROR, "errors must be str or None, not {}", value.ty().name()),
        },
    }
}

/// `byteorder`: less than zero, zero, or more.
fn order(cx: &Cx, value: Option<&Value>) -> R<Order> {
    Ok(match value.map_or(Ok(0), |value| support::c_int(cx, value))? {
        0 => Order::Marked,
        n if n < 0 => Order::Little,
        _ => Order::Big,
    })
}

fn encoded(
    cx: &Cx,
    function: &str,
    args: &[Value],
    encode: impl FnOnce(&Cx, &Value, &Handler) -> R<adder_objects::Obj<adder_objects::bytes::PyBytes>>,
) -> R {
    let Some(text) = args[0].downcast::<PyStr>() else {
        let ty = args[0].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{function}() argument 1 must be str, not {ty}");
    };
    let length = text.len();
    let bytes = encode(cx, &args[0], &handler(cx, args.get(1))?)?;
    Ok(cx.tuple([bytes.into_value(), cx.int(length as i64)?])?.into_value())
}

fn decoded(
    cx: &Cx,
    args: &[Value],
    decode: impl FnOnce(&Cx, &[u8], &Handler, bool) -> R<(adder_objects::Obj<PyStr>, usize)>,
) -> R {
    let bytes = support::contents(cx, &args[0])?;
    let last = args.get(2).map_or(Ok(false), |value| cx.is_true(value))?;
    let (text, consumed) = decode(cx, &bytes, &handler(cx, args.get(1))?, last)?;
    Ok(cx.tuple([text.into_value(), cx.int(consumed as i64)?])?.into_value())
}
