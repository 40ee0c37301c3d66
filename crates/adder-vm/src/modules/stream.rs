//! The standard streams.

use std::io::{IsTerminal, Read, Write};

use adder_gc::raw::Head;
use adder_objects::codecs::{Handler, encode_utf_8};
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

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
    slots: Slots {
        repr: slot(repr),
        iter: slot(adder_objects::iterators::itself),
        next: slot(next_line),
        ..Slots::NONE
    },
    methods: &[
        Method::one("write", write),
        Method::none("flush", flush),
        Method::none("fileno", fileno),
        Method::none("isatty", isatty),
        Method::one("writelines", write_lines),
        Method::none("writable", |_, this| Ok(Value::bool(number(this) != 0))),
        Method::none("readable", |_, this| Ok(Value::bool(number(this) == 0))),
        Method::none("seekable", |_, _| Ok(Value::bool(false))),
        Method::any("reconfigure", reconfigure),
        Method::positional("readline", 0, 1, readline),
        Method::positional("read", 0, 1, read),
    ],
    getset: &[
        GetSet::get("name", name),
        GetSet::get("encoding", encoding),
        GetSet::get("errors", errors),
        GetSet::get("closed", closed),
        GetSet::get("buffer", buffer),
        GetSet::get("mode", |cx, this| cx.intern(if number(this) == 0 { "r" } else { "w" })),
        GetSet::get("newlines", |_, _| Ok(Value::none())),
        GetSet::get("line_buffering", line_buffering),
        GetSet::get("write_through", |_, _| Ok(Value::bool(false))),
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
    exc::os_error(cx, error, None)
}

fn write(cx: &Cx, this: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "write() argument must be str, not {}", text.ty().name());
    };
    let length = string.len() as i64;
    match string.as_str() {
        Some(plain) => put(cx, number(this), plain.as_bytes())?,
        None => {
            // Lone surrogates: what the stream's error handler makes of them.
            let handler = Handler::built_in(error_handler(this)).unwrap_or(Handler::Strict);
            let bytes = encode_utf_8(cx, text, &handler)?;
            put(cx, number(this), bytes.as_slice())?;
        }
    }
    cx.int(length)
}

/// Writes bytes to a standard stream of the process.
fn put(cx: &Cx, number: i32, bytes: &[u8]) -> R<()> {
    let written = match number {
        2 => std::io::stderr().write_all(bytes),
        _ => std::io::stdout().write_all(bytes),
    };
    written.map_err(|error| failed(cx, &error))
}

fn write_lines(cx: &Cx, this: &Value, lines: &Value) -> R {
    cx.for_each(lines, |line| write(cx, this, &line).map(drop))?;
    Ok(Value::none())
}

/// The stream of bytes below: a buffered file of the module `_io`, made when it is first asked for.
fn buffer(cx: &Cx, this: &Value) -> R {
    flush(cx, this)?;
    let number = number(this);
    let names = ["stdin", "stdout", "stderr"];
    let module = cx.import("_io")?;
    let key = format!("_{}_buffer", names[number.clamp(0, 2) as usize]);
    if let Some(found) = cx.getattr_opt(&module, &cx.intern(&key)?)? {
        return Ok(found);
    }
    let mode = cx.intern(if number == 0 { "rb" } else { "wb" })?;
    let names = cx.tuple([cx.intern("closefd")?])?;
    let made = cx.call_args(
        &cx.getattr_text(&module, "FileIO")?,
        Args::with_names(&[Value::small(number.into()), mode, Value::bool(false)], Some(&names)),
    )?;
    // Bytes for output go out at once, so that they stay in order with text.
    let made = match number {
        0 => cx.call(&cx.getattr_text(&module, "BufferedReader")?, &[made])?,
        _ => made,
    };
    cx.setattr(&module, &cx.intern(&key)?, Some(&made))?;
    Ok(made)
}

/// Encoding and line buffering are what they are; other wishes are accepted where they change nothing.
fn reconfigure(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "reconfigure() takes exactly 0 positional arguments");
    }
    for (name, value) in args.keywords() {
        let name = cx.display(name)?;
        let same = match name.as_str() {
            "encoding" if !value.is_none() => {
                matches!(cx.display(value)?.to_ascii_lowercase().as_str(), "utf-8" | "utf8" | "utf_8")
            }
            "errors" if !value.is_none() => cx.display(value)? == error_handler(this),
            "encoding" | "errors" | "newline" | "line_buffering" | "write_through" => true,
            _ => return raise!(cx, exc::TYPE_ERROR, "reconfigure() got an unexpected keyword argument '{name}'"),
        };
        if !same {
            let value = cx.display(value)?;
            return raise!(cx, exc::VALUE_ERROR, "the {name} of a standard stream cannot become '{value}'");
        }
    }
    flush(cx, this)
}

fn error_handler(this: &Value) -> &'static str {
    if number(this) == 2 { "backslashreplace" } else { "strict" }
}

fn line_buffering(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(number(this) == 2 || std::io::stdout().is_terminal()))
}

fn next_line(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let line = readline(cx, this, &[])?;
    Ok(Some(line).filter(|line| cx.len(line).is_ok_and(|n| n > 0)))
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
    cx.intern(error_handler(this))
}

fn closed(_: &Cx, _: &Value) -> R {
    Ok(Value::bool(false))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = cx.display(&name(cx, this)?)?;
    Ok(cx.str_from_fmt(format_args!("<StandardStream name='{name}' encoding='utf-8'>"))?.into_value())
}
