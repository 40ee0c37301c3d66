//! `_io._IOBase` and `_io._RawIOBase`: what all streams do, by the methods that a class gives.

use adder_gc::raw::{Functions, Head};
use adder_gc::{Clearer, Tracer};
use adder_objects::bytearray::PyByteArray;
use adder_objects::bytes::PyBytes;
use adder_objects::class::{instance_dict, set_instance_dict};
use adder_objects::list::PyList;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::{ask, attribute, closed_file, optional_size, unsupported};

/// What every stream begins with.
#[repr(C)]
pub(super) struct PyIoBase {
    pub(super) head: Head,
    /// `__dict__`, made on demand.
    pub(super) dict: Slot,
}

impl PyIoBase {
    /// That of a new stream.
    pub(super) const fn new() -> PyIoBase {
        PyIoBase { head: unborn(), dict: Slot::empty() }
    }
}

/// Where the word of a stream's dict lies.
pub(super) const DICT: usize = core::mem::offset_of!(PyIoBase, dict);

/// The collector's functions of a type of streams, which are closed at their end.
pub(super) const fn stream_functions<T: Layout>() -> Functions {
    Functions { finalize: Some(finalize_head), ..functions::<T>(true, true) }
}

/// The attribute `__dict__`.
pub(super) const DICT_ATTRIBUTE: GetSet = GetSet::both("__dict__", instance_dict, set_instance_dict);

/// `_io._IOBase`
pub(super) static IO_BASE_TYPE: TypeObject = TypeObject::builtin(&IO_BASE_SPEC, &raw const IO_BASE_TYPE);
static IO_BASE_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("What all streams have in common."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyIoBase>(),
    dict_offset: DICT,
    functions: stream_functions::<PyIoBase>(),
    slots: Slots { new: slot(new), iter: slot(iter), next: slot(next), finalize: slot(close_forgotten), ..Slots::NONE },
    methods: &[
        Method::positional("seek", 1, 2, |cx, _, _| unsupported(cx, "seek")),
        Method::none("tell", |cx, this| ask(cx, this, "seek", &[Value::small(0), Value::small(1)])),
        Method::positional("truncate", 0, 1, |cx, _, _| unsupported(cx, "truncate")),
        Method::none("flush", |cx, this| {
            if is_closed_here(cx, this)? {
                return closed_file(cx);
            }
            Ok(Value::none())
        }),
        Method::none("close", close_method),
        Method::none("seekable", |_, _| Ok(Value::bool(false))),
        Method::none("readable", |_, _| Ok(Value::bool(false))),
        Method::none("writable", |_, _| Ok(Value::bool(false))),
        Method::positional("_checkClosed", 0, 1, |cx, this, _| check_open(cx, this).map(|()| Value::none())),
        Method::positional("_checkSeekable", 0, 1, |cx, this, _| check_seekable(cx, this)),
        Method::positional("_checkReadable", 0, 1, |cx, this, _| check_readable(cx, this)),
        Method::positional("_checkWritable", 0, 1, |cx, this, _| check_writable(cx, this)),
        Method::none("fileno", |cx, _| unsupported(cx, "fileno")),
        Method::none("isatty", |cx, this| {
            check_open(cx, this)?;
            Ok(Value::bool(false))
        }),
        Method::none("__enter__", |cx, this| {
            check_open(cx, this)?;
            Ok(this.clone())
        }),
        Method::positional("__exit__", 0, u16::MAX, |cx, this, _| ask(cx, this, "close", &[])),
        Method::positional("readline", 0, 1, |cx, this, args| readline(cx, this, optional_size(cx, args.first())?)),
        Method::positional("readlines", 0, 1, readlines),
        Method::one("writelines", write_lines),
    ],
    getset: &[DICT_ATTRIBUTE, GetSet::get("closed", |cx, this| Ok(Value::bool(is_closed_here(cx, this)?)))],
    ..Spec::new("_io._IOBase", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyIoBase {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &IO_BASE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__dict__");
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
    }
}

/// Another type that adds nothing to the layout.
macro_rules! plain_layout {
    ($name:ident, $ty:ident) => {
        /// Layout of a stream without fields of its own.
        #[repr(transparent)]
        pub(super) struct $name(PyIoBase);

        // SAFETY: begins with a head.
        unsafe impl Layout for $name {
            const FINALIZES: bool = true;

            fn ty() -> &'static TypeObject {
                &$ty
            }
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.0.trace(tracer);
            }
            fn clear(&self, clearer: &mut Clearer<'_>) {
                self.0.clear(clearer);
            }
        }
    };
}
pub(super) use plain_layout;

plain_layout!(PyRawIoBase, RAW_IO_BASE_TYPE);

/// `_io._RawIOBase`
pub(super) static RAW_IO_BASE_TYPE: TypeObject = TypeObject::builtin(&RAW_IO_BASE_SPEC, &raw const RAW_IO_BASE_TYPE);
static RAW_IO_BASE_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("Streams of bytes without a buffer."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyRawIoBase>(),
    dict_offset: DICT,
    functions: stream_functions::<PyRawIoBase>(),
    methods: &[
        Method::positional("read", 0, 1, raw_read),
        Method::none("readall", raw_read_all),
        Method::one("readinto", |cx, _, _| Err(cx.error_of(&exc::NOT_IMPLEMENTED_ERROR, &[]))),
        Method::one("write", |cx, _, _| Err(cx.error_of(&exc::NOT_IMPLEMENTED_ERROR, &[]))),
    ],
    ..Spec::new("_io._RawIOBase", &IO_BASE_TYPE)
};

/// A stream that only subclasses give a meaning.
fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.alloc_in(class, PyIoBase::new())?.into_value())
}

unsafe fn finalize_head(head: core::ptr::NonNull<Head>) {
    // SAFETY: the heap holds it meanwhile.
    let this = unsafe { Value::from_borrowed(head) };
    if let Some(cx) = Cx::try_current() {
        close_forgotten(cx, &this);
    }
}

/// A stream that nobody has closed is closed at its end.
fn close_forgotten(cx: &Cx, this: &Value) {
    if super::nothing_to_close(this) {
        return;
    }
    let handled = cx.handled.replace(Value::UNSET);
    let closed = match attribute(cx, this, "closed") {
        Ok(Some(closed)) => cx.is_true(&closed).ok(),
        _ => None,
    };
    if closed == Some(false) {
        // What it is about: a file that warns that nobody has closed it.
        if let Ok(name) = cx.intern("_finalizing") {
            let _ = cx.setattr(this, &name, Some(&Value::bool(true)));
        }
        if let Err(raised) = ask(cx, this, "close", &[]) {
            cx.unraisable(raised, None, Some(this));
        }
    }
    cx.handled.set(handled);
}

/// The mark that [`close`] leaves.
const CLOSED: &str = "__IOBase_closed";

fn is_closed_here(cx: &Cx, this: &Value) -> R<bool> {
    Ok(attribute(cx, this, CLOSED)?.is_some())
}

/// `_IOBase.close`
pub(super) fn close_method(cx: &Cx, this: &Value) -> R {
    if is_closed_here(cx, this)? {
        return Ok(Value::none());
    }
    let flushed = ask(cx, this, "flush", &[]);
    let marked = cx.setattr(this, &cx.intern(CLOSED)?, Some(&Value::bool(true)));
    either(cx, flushed.map(drop), marked)?;
    Ok(Value::none())
}

/// Both results: where both have failed, the first error is the second one's context.
pub(super) fn either<T>(cx: &Cx, first: R<()>, second: R<T>) -> R<T> {
    match (first, second) {
        (Ok(()), second) => second,
        (Err(first), Ok(_)) => Err(first),
        (Err(first), Err(second)) => Err(chained(cx, first, second)),
    }
}

/// The second error, in whose handling the first one was met.
pub(super) fn chained(cx: &Cx, first: Raised, second: Raised) -> Raised {
    if !first.value().is(second.value())
        && let Ok(name) = cx.intern("__context__")
    {
        let _ = cx.setattr(second.value(), &name, Some(first.value()));
    }
    second
}

/// `ValueError` if the stream says that it is closed.
pub(super) fn check_open(cx: &Cx, this: &Value) -> R<()> {
    match attribute(cx, this, "closed")? {
        Some(closed) if cx.is_true(&closed)? => closed_file(cx),
        _ => Ok(()),
    }
}

fn check(cx: &Cx, this: &Value, question: &str, message: &str) -> R {
    let answer = ask(cx, this, question, &[])?;
    if answer.as_bool() != Some(true) {
        return unsupported(cx, message);
    }
    Ok(answer)
}

/// `io.UnsupportedOperation` unless there can be seeking.
pub(super) fn check_seekable(cx: &Cx, this: &Value) -> R {
    check(cx, this, "seekable", "File or stream is not seekable.")
}

/// `io.UnsupportedOperation` unless there can be reading.
pub(super) fn check_readable(cx: &Cx, this: &Value) -> R {
    check(cx, this, "readable", "File or stream is not readable.")
}

/// `io.UnsupportedOperation` unless there can be writing.
pub(super) fn check_writable(cx: &Cx, this: &Value) -> R {
    check(cx, this, "writable", "File or stream is not writable.")
}

fn iter(cx: &Cx, this: &Value) -> R {
    check_open(cx, this)?;
    Ok(this.clone())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let line = ask(cx, this, "readline", &[])?;
    Ok(if cx.len(&line)? == 0 { None } else { Some(line) })
}

/// Does this again where a signal interrupted it.
pub(super) fn again<T>(cx: &Cx, mut work: impl FnMut() -> R<T>) -> R<T> {
    loop {
        match work() {
            Err(raised) if raised.is(&exc::INTERRUPTED_ERROR) => crate::threads::handle_signals(cx)?,
            done => return done,
        }
    }
}

/// A line, by `peek` and `read`.
fn readline(cx: &Cx, this: &Value, limit: isize) -> R {
    let peek = attribute(cx, this, "peek")?;
    let mut line = HeapVec::new(cx);
    while limit < 0 || (line.len() as isize) < limit {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let ahead = again(cx, || cx.call(peek, &[Value::small(1)]))?;
            let Some(bytes) = ahead.downcast::<PyBytes>() else {
                let ty = ahead.ty().name();
                return raise!(cx, exc::OS_ERROR, "peek() should have returned a bytes object, not '{ty}'");
            };
            let bytes = bytes.as_slice();
            let room = if limit < 0 { bytes.len() } else { bytes.len().min(limit as usize - line.len()) };
            if room > 0 {
                wanted = bytes[..room].iter().position(|&byte| byte == b'\n').map_or(room, |at| at + 1);
            }
        }
        let read = again(cx, || ask(cx, this, "read", &[Value::small(wanted as i64)]))?;
        let Some(bytes) = read.downcast::<PyBytes>() else {
            let ty = read.ty().name();
            return raise!(cx, exc::OS_ERROR, "read() should have returned a bytes object, not '{ty}'");
        };
        if bytes.as_slice().is_empty() {
            break;
        }
        line.extend(bytes.as_slice())?;
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(cx.bytes(&line)?.into_value())
}

fn readlines(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let hint = optional_size(cx, args.first())?;
    let lines = cx.list([])?;
    if hint <= 0 {
        cx.for_each(this, |line| lines.push(cx, line))?;
        return Ok(lines.into_value());
    }
    let iterator = cx.iter(this)?;
    let mut length = 0_usize;
    while let Some(line) = cx.next(&iterator)? {
        lines.push(cx, line.clone())?;
        length = length.saturating_add(cx.len(&line)?);
        if length > hint as usize {
            break;
        }
    }
    Ok(lines.into_value())
}

fn write_lines(cx: &Cx, this: &Value, lines: &Value) -> R {
    check_open(cx, this)?;
    let iterator = cx.iter(lines)?;
    while let Some(line) = cx.next(&iterator)? {
        again(cx, || ask(cx, this, "write", core::slice::from_ref(&line)))?;
    }
    Ok(Value::none())
}

fn raw_read(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let wanted = args.first().map_or(Ok(-1), |size| adder_objects::arguments::ssize(cx, size))?;
    if wanted < 0 {
        return ask(cx, this, "readall", &[]);
    }
    let room = cx.bytearray(&[])?;
    room.resize(cx, wanted as usize)?;
    let got = ask(cx, this, "readinto", core::slice::from_ref(room.as_value()))?;
    if got.is_none() {
        return Ok(got);
    }
    let got = adder_objects::arguments::ssize(cx, &got)?;
    match usize::try_from(got).ok().filter(|&got| got <= room.len()) {
        // SAFETY: no code of a user runs while they are copied.
        Some(got) => Ok(cx.bytes(unsafe { &room.as_slice()[..got] })?.into_value()),
        None => raise!(cx, exc::VALUE_ERROR, "readinto returned {got} outside buffer size {}", PyByteArray::len(&room)),
    }
}

fn raw_read_all(cx: &Cx, this: &Value) -> R {
    let mut all = HeapVec::new(cx);
    let mut any = false;
    loop {
        let data = again(cx, || ask(cx, this, "read", &[Value::small(super::DEFAULT_BUFFER_SIZE as i64)]))?;
        if data.is_none() {
            if !any {
                return Ok(data);
            }
            break;
        }
        let Some(bytes) = data.downcast::<PyBytes>() else {
            return raise!(cx, exc::TYPE_ERROR, "read() should return bytes");
        };
        if bytes.as_slice().is_empty() {
            break;
        }
        all.extend(bytes.as_slice())?;
        any = true;
    }
    Ok(cx.bytes(&all)?.into_value())
}

/// Lines of a stream that knows how to read one by itself.
pub(super) fn lines_of(cx: &Cx, hint: isize, mut line: impl FnMut() -> R<Option<(Value, usize)>>) -> R {
    let lines: adder_objects::Obj<PyList> = cx.list([])?;
    let mut total = 0_usize;
    while let Some((line, len)) = line()? {
        lines.push(cx, line)?;
        total = total.saturating_add(len);
        if hint > 0 && total >= hint as usize {
            break;
        }
    }
    Ok(lines.into_value())
}
