//! `sys.stdin`, `sys.stdout`, `sys.stderr`: made without a look-up, since every start pays for them.

use adder_objects::{Cx, R, Value};

use super::buffered::{self, BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};
use super::file;
use super::text;
use crate::vm::Vm;

/// Bytes of the buffer of a standard stream.
const BUFFER_SIZE: usize = 8 << 10;

/// The stream of a file descriptor: 0, 1 or 2. None where that is closed.
pub(in super::super) fn stream(cx: &Cx, number: i32) -> R {
    let (name, writes) = [("<stdin>", false), ("<stdout>", true), ("<stderr>", true)][number.clamp(0, 2) as usize];
    let name = cx.intern(name)?;
    let Some(raw) = file::of_standard(cx, number, writes, name)? else { return Ok(Value::none()) };
    // SAFETY: asks about a descriptor.
    let tty = unsafe { libc::isatty(number) } == 1;
    let unbuffered = writes && Vm::of(cx).options.unbuffered;
    let seekable = file::can_seek(&raw);
    let buffer = match (unbuffered, writes) {
        (true, _) => raw,
        (false, true) => buffered::of_file(cx, &BUFFERED_WRITER_TYPE, raw, BUFFER_SIZE)?,
        (false, false) => buffered::of_file(cx, &BUFFERED_READER_TYPE, raw, BUFFER_SIZE)?,
    };
    let made = text::of_standard(
        cx,
        buffer,
        &text::Standard {
            writes,
            seekable,
            errors: match number {
                2 => "backslashreplace",
                _ if Vm::of(cx).options.lenient_streams => "surrogateescape",
                _ => "strict",
            },
            line_buffering: !unbuffered && (tty || number == 2),
            write_through: unbuffered,
        },
    )?;
    adder_objects::instance::dict(cx, &made)?.set_text(cx, "mode", cx.intern(if writes { "w" } else { "r" })?)?;
    Ok(made)
}

/// Gives the standard streams the encoding that the environment asks for. That of errors keeps its handler.
///
/// # Errors
/// LookupError for an encoding that there is not.
pub(crate) fn set_encoding(vm: &Vm) -> R<()> {
    let cx = &*vm.cx;
    let Some((encoding, errors)) =
        vm.options.io_encoding.as_deref().map(|wish| wish.split_once(':').unwrap_or((wish, "")))
    else {
        return Ok(());
    };
    for name in ["stdin", "stdout", "stderr"] {
        let stream = cx.getattr_text(&vm.sys.get(), name)?;
        if stream.is_none() {
            continue;
        }
        let mut names = Vec::new();
        let mut values = Vec::new();
        if !encoding.is_empty() {
            names.push(cx.intern("encoding")?);
            // By the name that its codec has, as CPython.
            let lookup = cx.getattr_text(&cx.import("codecs")?, "lookup")?;
            let codec = cx.call(&lookup, &[cx.str_value(encoding)?])?;
            values.push(cx.getattr_text(&codec, "name")?);
        }
        // Another encoding brings back `strict`.
        names.push(cx.intern("errors")?);
        values.push(cx.str_value(match (name, errors) {
            ("stderr", _) => "backslashreplace",
            (_, "") => "strict",
            (_, given) => given,
        })?);
        let method = cx.getattr_text(&stream, "reconfigure")?;
        let names = cx.tuple(names)?;
        cx.call_args(&method, adder_objects::Args::with_names(&values, Some(&names)))?;
    }
    Ok(())
}

/// Writes to a text stream whose methods nobody has replaced; `None` if it is another object.
pub(in super::super) fn write(cx: &Cx, stream: &Value, text: &Value) -> Option<R> {
    text::is_plain(stream).then(|| text::write(cx, stream, text))
}

/// Flushes such a stream, if it is not closed; `None` if it is another object.
pub(crate) fn flush(cx: &Cx, stream: &Value) -> Option<R<()>> {
    text::is_plain(stream).then(|| text::flush_open(cx, stream))
}
