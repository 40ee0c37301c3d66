//! `_io._BufferedIOBase` and `_io._TextIOBase`.

use adder_gc::{Clearer, Tracer};
use adder_objects::bytes::PyBytes;
use adder_objects::typeobject::{GetSet, Method, Spec, flag};
use adder_objects::{Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::base::{DICT, IO_BASE_TYPE, PyIoBase, plain_layout, stream_functions};
use super::{ask, unsupported};

plain_layout!(PyBufferedIoBase, BUFFERED_IO_BASE_TYPE);

/// `_io._BufferedIOBase`
pub(super) static BUFFERED_IO_BASE_TYPE: TypeObject =
    TypeObject::builtin(&BUFFERED_IO_BASE_SPEC, &raw const BUFFERED_IO_BASE_TYPE);
static BUFFERED_IO_BASE_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("Streams of bytes with a buffer, or in memory."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyBufferedIoBase>(),
    dict_offset: DICT,
    functions: stream_functions::<PyBufferedIoBase>(),
    methods: &[
        Method::none("detach", |cx, _| unsupported(cx, "detach")),
        Method::positional("read", 0, 1, |cx, _, args| no_reading(cx, args, "read")),
        Method::positional("read1", 0, 1, |cx, _, args| no_reading(cx, args, "read1")),
        Method::one("readinto", |cx, this, into| read_into(cx, this, into, "read")),
        Method::one("readinto1", |cx, this, into| read_into(cx, this, into, "read1")),
        Method::one("write", |cx, _, _| unsupported(cx, "write")),
    ],
    ..Spec::new("_io._BufferedIOBase", &IO_BASE_TYPE)
};

plain_layout!(PyTextIoBase, TEXT_IO_BASE_TYPE);

/// `_io._TextIOBase`
pub(super) static TEXT_IO_BASE_TYPE: TypeObject = TypeObject::builtin(&TEXT_IO_BASE_SPEC, &raw const TEXT_IO_BASE_TYPE);
static TEXT_IO_BASE_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("Streams of text."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyTextIoBase>(),
    dict_offset: DICT,
    functions: stream_functions::<PyTextIoBase>(),
    methods: &[
        Method::none("detach", |cx, _| unsupported(cx, "detach")),
        Method::positional("read", 0, u16::MAX, |cx, _, _| unsupported(cx, "read")),
        Method::positional("readline", 0, u16::MAX, |cx, _, _| unsupported(cx, "readline")),
        Method::one("write", |cx, _, _| unsupported(cx, "write")),
    ],
    getset: &[
        GetSet::get("encoding", |_, _| Ok(Value::none())),
        GetSet::get("newlines", |_, _| Ok(Value::none())),
        GetSet::get("errors", |_, _| Ok(Value::none())),
    ],
    ..Spec::new("_io._TextIOBase", &IO_BASE_TYPE)
};

/// Methods that take a number of bytes and only subclasses give a meaning.
fn no_reading(cx: &Cx, args: &[Value], method: &str) -> R {
    args.first().map(|size| adder_objects::arguments::ssize(cx, size)).transpose()?;
    unsupported(cx, method)
}

/// `readinto` by a method that gives bytes.
fn read_into(cx: &Cx, this: &Value, into: &Value, method: &str) -> R {
    let room = super::writable(cx, into, "readinto() argument")?;
    let data = ask(cx, this, method, &[cx.int(room.len as i64)?])?;
    let Some(bytes) = data.downcast::<PyBytes>() else {
        return raise!(cx, exc::TYPE_ERROR, "read() should return bytes");
    };
    let (bytes, len) = (bytes.as_slice(), bytes.as_slice().len());
    if len > room.len {
        let wanted = room.len;
        return raise!(cx, exc::VALUE_ERROR, "read() returned too much data: {wanted} bytes requested, {len} returned");
    }
    // SAFETY: the view is writable, has room, and keeps its memory while it lives.
    unsafe { room.data.copy_from_nonoverlapping(bytes.as_ptr(), len) };
    cx.int(len as i64)
}
