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
            errors: if number == 2 { "backslashreplace" } else { "strict" },
            line_buffering: !unbuffered && (tty || number == 2),
            write_through: unbuffered,
        },
    )?;
    adder_objects::instance::dict(cx, &made)?.set_text(cx, "mode", cx.intern(if writes { "w" } else { "r" })?)?;
    Ok(made)
}

/// Writes to a text stream whose methods nobody has replaced; `None` if it is another object.
pub(in super::super) fn write(cx: &Cx, stream: &Value, text: &Value) -> Option<R> {
    text::is_plain(stream).then(|| text::write(cx, stream, text))
}

/// Flushes such a stream, if it is not closed; `None` if it is another object.
pub(crate) fn flush(cx: &Cx, stream: &Value) -> Option<R<()>> {
    text::is_plain(stream).then(|| text::flush_open(cx, stream))
}
