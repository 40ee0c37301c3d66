//! The module `_json`: what of JSON must be fast.

mod encoder;
mod scanner;
mod strings;

use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&scanner::SCANNER_TYPE, &encoder::ENCODER_TYPE];

static FUNCTIONS: &[Method] = &[
    Method::one("encode_basestring_ascii", |cx, _, text| strings::encode(cx, string(cx, text)?, true))
        .doc("($module, string, /)", "A string as JSON, in ASCII."),
    Method::one("encode_basestring", |cx, _, text| strings::encode(cx, string(cx, text)?, false))
        .doc("($module, string, /)", "A string as JSON."),
    Method::positional("scanstring", 0, u16::MAX, scan_string)
        .doc("($module, string, end, strict=True, /)", "The string that begins at a place, and where it ends."),
];

/// Is this the function of the module that encodes strings, and does it do so in ASCII?
fn own_encoder(function: &Value) -> Option<bool> {
    let method = function.downcast::<adder_objects::function::PyBuiltin>()?.method;
    (0..2).find(|at| core::ptr::eq(method, &FUNCTIONS[*at])).map(|at| at == 0)
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_json", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "make_scanner", scanner::SCANNER_TYPE.value())?;
        dict.set_text(cx, "make_encoder", encoder::ENCODER_TYPE.value())?;
    }
    Ok(module)
}

fn string<'a>(cx: &Cx, value: &'a Value) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text),
        None => raise!(cx, exc::TYPE_ERROR, "first argument must be a string, not {}", value.ty().name()),
    }
}

/// `JSONDecodeError`
#[cold]
fn decode_error(cx: &Cx, message: &str, text: &Value, at: isize) -> Raised {
    let made = (|| {
        let module = cx.import("json.decoder")?;
        let class = cx.getattr_text(&module, "JSONDecodeError")?;
        cx.call(&class, &[cx.str_value(message)?, text.clone(), cx.int(at as i64)?])
    })();
    match made {
        Ok(error) if error.is_instance(&exc::BASE_EXCEPTION) => Raised::new(error),
        Ok(_) => cx.value_error(format_args!("{message}")),
        Err(raised) => raised,
    }
}

fn scan_string(cx: &Cx, _: &Value, args: &[Value]) -> R {
    if args.len() < 2 {
        return raise!(cx, exc::TYPE_ERROR, "scanstring() takes at least 2 arguments ({} given)", args.len());
    }
    if args.len() > 3 {
        return raise!(cx, exc::TYPE_ERROR, "scanstring() takes at most 3 arguments ({} given)", args.len());
    }
    let end = adder_objects::arguments::ssize(cx, &args[1])?;
    let strict = args.get(2).map_or(Ok(true), |strict| cx.is_true(strict))?;
    let text = string(cx, &args[0])?;
    let Some(start) = usize::try_from(end).ok().filter(|start| *start <= text.len()) else {
        return raise!(cx, exc::VALUE_ERROR, "end is out of bounds");
    };
    let (made, end) = strings::scan(cx, &args[0], text.chars(), start, strict)?;
    Ok(cx.tuple([made, cx.int(end as i64)?])?.into_value())
}
