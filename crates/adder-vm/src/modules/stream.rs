//! The standard streams.

use std::io::{Read, Write};

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

/// Layout of a standard stream.
#[repr(C)]
pub(crate) struct PyStream {
    head: Head,
    number: i32,
}

pub(crate) static STREAM_TYPE: TypeObject = TypeObject::builtin(&STREAM_SPEC, &raw const STREAM_TYPE);
static STREAM_SPEC: Spec = Spec {
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyStream>(),
    functions: functions::<PyStream>(false, false),
    slots: Slots { repr: slot(repr), ..Slots::NONE },
    methods: &[
        Method::one("write", write),
        Method::none("flush", flush),
        Method::none("fileno", fileno),
        Method::none("isatty", isatty),
        Method::positional("readline", 0, 1, readline),
        Method::positional("read", 0, 1, read),
    ],
    getset: &[
        GetSet::get("name", name),
        GetSet::get("encoding", encoding),
        GetSet::get("errors", errors),
        GetSet::get("closed", closed),
    ],
    ..Spec::new("StandardStream", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyStream {
    fn ty() -> &'static TypeObject {
        &STREAM_TYPE
    }
}

/// The stream of a file descriptor: 0, 1 or 2.
pub(crate) fn stream(cx: &Cx, number: i32) -> R {
    Ok(cx.alloc(PyStream { head: unborn(), number })?.into_value())
}

fn number(this: &Value) -> i32 {
    // SAFETY: called for streams.
    unsafe { this.cast::<PyStream>() }.number
}

fn failed(cx: &Cx, error: &std::io::Error) -> Raised {
    cx.error(&exc::OS_ERROR, format_args!("{error}"))
}

fn write(cx: &Cx, this: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "write() argument must be str, not {}", text.ty().name());
    };
    let bytes = string.to_lossy();
    let written = match number(this) {
        2 => std::io::stderr().write_all(bytes.as_bytes()),
        _ => std::io::stdout().write_all(bytes.as_bytes()),
    };
    written.map_err(|error| failed(cx, &error))?;
    cx.int(string.len() as i64)
}

fn flush(cx: &Cx, this: &Value) -> R {
    if number(this) == 1 {
        std::io::stdout().flush().map_err(|error| failed(cx, &error))?;
    }
    Ok(Value::none())
}

fn fileno(cx: &Cx, this: &Value) -> R {
    cx.int(i64::from(number(this)))
}

fn isatty(_: &Cx, this: &Value) -> R {
    // SAFETY: asks about a descriptor.
    Ok(Value::bool(unsafe { libc::isatty(number(this)) } == 1))
}

fn readline(cx: &Cx, _: &Value, _: &[Value]) -> R {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| failed(cx, &error))?;
    cx.str_value(&line)
}

fn read(cx: &Cx, _: &Value, _: &[Value]) -> R {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| failed(cx, &error))?;
    cx.str_value(&text)
}

fn name(cx: &Cx, this: &Value) -> R {
    cx.str_value(["<stdin>", "<stdout>", "<stderr>"][number(this).clamp(0, 2) as usize])
}

fn encoding(cx: &Cx, _: &Value) -> R {
    cx.intern("utf-8")
}

fn errors(cx: &Cx, this: &Value) -> R {
    cx.intern(if number(this) == 2 { "backslashreplace" } else { "strict" })
}

fn closed(_: &Cx, _: &Value) -> R {
    Ok(Value::bool(false))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = cx.display(&name(cx, this)?)?;
    Ok(cx.str_from_fmt(format_args!("<StandardStream name='{name}' encoding='utf-8'>"))?.into_value())
}
