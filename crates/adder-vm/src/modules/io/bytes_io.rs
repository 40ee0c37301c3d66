//! `_io.BytesIO`: a stream of bytes in memory.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::buffer::Buffer;
use adder_objects::bytes::PyBytes;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::base::{DICT, PyIoBase, lines_of, stream_functions};
use super::buffered_base::BUFFERED_IO_BASE_TYPE;
use super::storage::Storage;
use super::{closed_file, offset, optional_size, readable, support, writable};

/// Layout of a `BytesIO`. Its bytes are those of the object in `shared`, or its own.
#[repr(C)]
pub(super) struct PyBytesIo {
    base: PyIoBase,
    /// Bytes that others may have too: copied before they are changed.
    shared: Slot,
    own: Storage,
    at: Cell<usize>,
    /// Views of the bytes.
    views: Cell<usize>,
    closed: Cell<bool>,
}

/// `_io.BytesIO`
pub(super) static BYTES_IO_TYPE: TypeObject = TypeObject::builtin(&BYTES_IO_SPEC, &raw const BYTES_IO_TYPE);
static BYTES_IO_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("A stream of bytes in memory."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyBytesIo>(),
    dict_offset: DICT,
    functions: stream_functions::<PyBytesIo>(),
    slots: Slots { new: slot(new), init: slot(init), iter: slot(iter), next: slot(next), ..Slots::NONE },
    methods: &[
        Method::none("readable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("writable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("seekable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("flush", |cx, this| open(cx, this).map(|_| Value::none())),
        Method::none("isatty", |cx, this| open(cx, this).map(|_| Value::bool(false))),
        Method::none("getvalue", get_value),
        Method::none("getbuffer", get_buffer),
        Method::positional("read", 0, 1, |cx, this, args| read(cx, this, optional_size(cx, args.first())?)),
        Method::positional("read1", 0, 1, |cx, this, args| read(cx, this, optional_size(cx, args.first())?)),
        Method::one("readinto", read_into),
        Method::positional("readline", 0, 1, |cx, this, args| {
            let limit = optional_size(cx, args.first())?;
            let it = open(cx, this)?;
            let len = it.line_length(limit);
            it.take(cx, len)
        }),
        Method::positional("readlines", 0, 1, |cx, this, args| {
            let hint = optional_size(cx, args.first())?;
            let it = open(cx, this)?;
            lines_of(cx, hint, || {
                let len = it.line_length(-1);
                if len == 0 { Ok(None) } else { Ok(Some((it.take(cx, len)?, len))) }
            })
        }),
        Method::one("write", write),
        Method::one("writelines", |cx, this, lines| {
            open(cx, this)?;
            cx.for_each(lines, |line| write(cx, this, &line).map(drop))?;
            Ok(Value::none())
        }),
        Method::positional("seek", 1, 2, seek),
        Method::none("tell", |cx, this| cx.int(open(cx, this)?.at.get() as i64)),
        Method::positional("truncate", 0, 1, truncate),
        Method::none("close", |cx, this| {
            of(this).resizable(cx)?;
            of(this).end();
            Ok(Value::none())
        }),
        Method::none("__getstate__", get_state),
        Method::one("__setstate__", set_state),
        Method::none("__sizeof__", |cx, this| {
            let it = of(this);
            let shared = it.shared.get();
            let more = if shared.is_unset() {
                it.own.capacity()
            } else {
                shared.downcast::<PyBytes>().map_or(0, |bytes| bytes.as_slice().len() + 33)
            };
            cx.int((this.ty().shape.size.get() as usize + more) as i64)
        }),
    ],
    getset: &[GetSet::get("closed", |_, this| Ok(Value::bool(of(this).closed.get())))],
    ..Spec::new("_io.BytesIO", &BUFFERED_IO_BASE_TYPE)
};

// SAFETY: begins with the layout of its base.
unsafe impl Layout for PyBytesIo {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &BYTES_IO_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
        tracer.name("contents");
        self.shared.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        // The bytes refer to nothing.
        self.base.clear(clearer);
    }
}

impl Drop for PyBytesIo {
    fn drop(&mut self) {
        self.own.free(&self.base.head);
    }
}

fn of(this: &Value) -> &PyBytesIo {
    // SAFETY: called for such streams.
    unsafe { this.cast::<PyBytesIo>() }
}

fn open<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyBytesIo> {
    if of(this).closed.get() { closed_file(cx) } else { Ok(of(this)) }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyBytesIo {
        base: PyIoBase::new(),
        shared: Slot::empty(),
        own: Storage::new(),
        at: Cell::new(0),
        views: Cell::new(0),
        closed: Cell::new(false),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params =
        Params { function: "BytesIO", names: ["initial_bytes"], positional_only: 0, positional: 1, required: 0 };
    let [initial] = args.bind(cx, &params)?;
    let it = of(this);
    it.resizable(cx)?;
    it.closed.set(false);
    it.empty();
    it.at.set(0);
    match initial.filter(|initial| !initial.is_none()) {
        Some(initial) if initial.downcast_exact::<PyBytes>().is_some() => it.shared.set(initial.clone()),
        Some(initial) => {
            let view = readable(cx, initial)?;
            // SAFETY: no code of a user runs while they are copied.
            it.own.extend(cx, unsafe { view.as_slice() })?;
        }
        None => {}
    }
    Ok(())
}

impl PyBytesIo {
    fn empty(&self) {
        drop(self.shared.take());
        self.own.free(&self.base.head);
    }

    fn end(&self) {
        self.closed.set(true);
        self.empty();
    }

    /// `BufferError` while there are views.
    fn resizable(&self, cx: &Cx) -> R<()> {
        if self.views.get() > 0 {
            return raise!(cx, exc::BUFFER_ERROR, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    /// The bytes.
    ///
    /// # Safety
    /// Nothing changes them while the borrow lives: no code of a user may run.
    unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: the object stays in its slot, by the contract.
        match unsafe { self.shared.peek() }.downcast_if_set() {
            Some(bytes) => bytes.as_slice(),
            // SAFETY: by the contract.
            None => unsafe { self.own.bytes() },
        }
    }

    fn len(&self) -> usize {
        // SAFETY: nothing runs.
        unsafe { self.bytes() }.len()
    }

    /// From here on its bytes are its own.
    fn unshare(&self, cx: &Cx) -> R<()> {
        if let Some(shared) = self.shared.try_get() {
            let bytes = shared.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
            self.own.extend(cx, bytes)?;
            drop(self.shared.take());
        }
        Ok(())
    }

    /// The next so many bytes.
    fn take(&self, cx: &Cx, len: usize) -> R {
        // The bytes of the object itself, where all are asked for.
        if self.at.get() == 0
            && len > 1
            && len == self.len()
            && let Some(shared) = self.shared.try_get()
        {
            self.at.set(len);
            return Ok(shared);
        }
        // SAFETY: no code of a user runs.
        let bytes = unsafe { self.bytes() };
        let start = self.at.get().min(bytes.len());
        let end = start.saturating_add(len).min(bytes.len());
        let made = cx.bytes(&bytes[start..end])?;
        if end > start {
            self.at.set(end);
        }
        Ok(made.into_value())
    }

    /// The length of the next line, up to a limit where that is not negative.
    fn line_length(&self, limit: isize) -> usize {
        // SAFETY: no code of a user runs.
        let bytes = unsafe { self.bytes() };
        let rest = bytes.get(self.at.get()..).unwrap_or(&[]);
        let rest = usize::try_from(limit).map_or(rest, |limit| &rest[..limit.min(rest.len())]);
        adder_objects::scan::find(rest, b"\n").map_or(rest.len(), |at| at + 1)
    }
}

/// A slot's value, if it is bytes.
trait IfSet {
    fn downcast_if_set(&self) -> Option<&PyBytes>;
}

impl IfSet for Value {
    fn downcast_if_set(&self) -> Option<&PyBytes> {
        if self.is_unset() { None } else { self.downcast::<PyBytes>() }
    }
}

fn iter(cx: &Cx, this: &Value) -> R {
    open(cx, this).map(|_| this.clone())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = open(cx, this)?;
    let len = it.line_length(-1);
    if len == 0 { Ok(None) } else { it.take(cx, len).map(Some) }
}

fn read(cx: &Cx, this: &Value, size: isize) -> R {
    let it = open(cx, this)?;
    let rest = it.len().saturating_sub(it.at.get());
    it.take(cx, usize::try_from(size).map_or(rest, |size| size.min(rest)))
}

fn read_into(cx: &Cx, this: &Value, into: &Value) -> R {
    let room = writable(cx, into, "readinto() argument")?;
    let it = open(cx, this)?;
    // SAFETY: no code of a user runs.
    let bytes = unsafe { it.bytes() };
    let rest = bytes.get(it.at.get()..).unwrap_or(&[]);
    let len = rest.len().min(room.len);
    // SAFETY: the view is writable and has room; it may be of these very bytes.
    unsafe { room.data.copy_from(rest.as_ptr(), len) };
    it.at.set(it.at.get() + len);
    cx.int(len as i64)
}

fn write(cx: &Cx, this: &Value, bytes: &Value) -> R {
    open(cx, this)?.resizable(cx)?;
    let view = readable(cx, bytes)?;
    let it = open(cx, this)?;
    it.resizable(cx)?;
    let len = view.len;
    if len == 0 {
        return Ok(Value::small(0));
    }
    it.unshare(cx)?;
    let (start, old) = (it.at.get(), it.own.len());
    let Some(end) = start.checked_add(len) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "new buffer size too large");
    };
    it.own.reserve(cx, end)?;
    // SAFETY: there is room up to `end`; what lies between the old end and the start becomes zero.
    unsafe {
        if start > old {
            it.own.data().add(old).write_bytes(0, start - old);
        }
        it.own.data().add(start).copy_from(view.data, len);
        it.own.set_len(old.max(end));
    }
    it.at.set(end);
    cx.int(len as i64)
}

fn seek(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let by = offset(cx, &args[0])?;
    let whence = args.get(1).map_or(Ok(0), |whence| support::c_int(cx, whence))?;
    let it = open(cx, this)?;
    if by < 0 && whence == 0 {
        return raise!(cx, exc::VALUE_ERROR, "negative seek value {by}");
    }
    let from = match whence {
        0 => 0,
        1 => it.at.get() as i64,
        2 => it.len() as i64,
        _ => return raise!(cx, exc::VALUE_ERROR, "invalid whence ({whence}, should be 0, 1 or 2)"),
    };
    let Some(at) = from.checked_add(by) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "new position too large");
    };
    it.at.set(at.max(0) as usize);
    cx.int(at.max(0))
}

fn truncate(cx: &Cx, this: &Value, args: &[Value]) -> R {
    open(cx, this)?.resizable(cx)?;
    let size = match args.first().filter(|size| !size.is_none()) {
        Some(_) => optional_size(cx, args.first())?,
        None => of(this).at.get() as isize,
    };
    let it = open(cx, this)?;
    it.resizable(cx)?;
    let Ok(wanted) = usize::try_from(size) else {
        return raise!(cx, exc::VALUE_ERROR, "negative size value {size}");
    };
    if wanted < it.len() {
        it.unshare(cx)?;
        // SAFETY: fewer than there are.
        unsafe { it.own.set_len(wanted) };
        it.own.resize_exactly(cx, wanted.max(1))?;
    }
    cx.int(size as i64)
}

fn get_value(cx: &Cx, this: &Value) -> R {
    let it = open(cx, this)?;
    if let Some(shared) = it.shared.try_get() {
        return Ok(shared);
    }
    // SAFETY: no code of a user runs.
    Ok(cx.bytes(unsafe { it.own.bytes() })?.into_value())
}

fn get_state(cx: &Cx, this: &Value) -> R {
    let value = get_value(cx, this)?;
    let it = of(this);
    let dict = super::attributes_of(cx, this)?;
    Ok(cx.tuple([value, cx.int(it.at.get() as i64)?, dict])?.into_value())
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let parts = match state.downcast::<PyTuple>().map(PyTuple::items) {
        Some(parts) if parts.len() >= 3 => parts,
        _ => {
            let (own, given) = (this.ty().name(), state.ty().name());
            return raise!(cx, exc::TYPE_ERROR, "{own}.__setstate__ argument should be 3-tuple, got {given}");
        }
    };
    let it = of(this);
    it.resizable(cx)?;
    it.empty();
    it.at.set(0);
    write(cx, this, &parts[0])?;
    if !parts[1].is_int() {
        let ty = parts[1].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "second item of state must be an integer, not {ty}");
    }
    let at = adder_objects::arguments::ssize(cx, &parts[1])?;
    if at < 0 {
        return raise!(cx, exc::VALUE_ERROR, "position value cannot be negative");
    }
    it.at.set(at as usize);
    super::take_attributes(cx, this, &parts[2], "third")?;
    Ok(Value::none())
}

/// Layout of what `getbuffer` shows: the bytes of a stream, which it holds.
#[repr(C)]
struct PyBytesIoBuffer {
    head: Head,
    stream: Slot,
}

/// `_io._BytesIOBuffer`
pub(super) static BYTES_IO_BUFFER_TYPE: TypeObject =
    TypeObject::builtin(&BYTES_IO_BUFFER_SPEC, &raw const BYTES_IO_BUFFER_TYPE);
static BYTES_IO_BUFFER_SPEC: Spec = Spec {
    module: "_io",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyBytesIoBuffer>(),
    functions: functions::<PyBytesIoBuffer>(true, true),
    slots: Slots { buffer: slot(buffer), ..Slots::NONE },
    ..Spec::new("_io._BytesIOBuffer", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyBytesIoBuffer {
    fn ty() -> &'static TypeObject {
        &BYTES_IO_BUFFER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("stream");
        self.stream.trace(tracer);
    }
    fn clear(&self, _: &mut Clearer<'_>) {
        // A view may still end, and tells the stream then. A cycle is broken at the stream's dict.
    }
}

fn get_buffer(cx: &Cx, this: &Value) -> R {
    open(cx, this)?;
    let shown = cx.alloc(PyBytesIoBuffer { head: unborn(), stream: Slot::new(this.clone()) })?.into_value();
    cx.memoryview(&shown)
}

fn buffer(cx: &Cx, this: &Value, _: u32) -> R<Buffer> {
    // SAFETY: called for such objects.
    let Some(stream) = unsafe { this.cast::<PyBytesIoBuffer>() }.stream.try_get() else {
        return raise!(cx, exc::BUFFER_ERROR, "the stream has gone");
    };
    let it = open(cx, &stream)?;
    it.unshare(cx)?;
    it.views.set(it.views.get() + 1);
    let release: fn(&Value) = |this| {
        // SAFETY: as above; the stream is not cleared.
        if let Some(stream) = unsafe { this.cast::<PyBytesIoBuffer>() }.stream.try_get() {
            let it = of(&stream);
            it.views.set(it.views.get() - 1);
        }
    };
    Ok(Buffer::bytes(this.clone(), it.own.data(), it.own.len(), false, Some(release)))
}
