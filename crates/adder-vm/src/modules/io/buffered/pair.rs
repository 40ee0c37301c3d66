//! `_io.BufferedRWPair`: a stream to read from and another one to write to.

use adder_gc::{Clearer, Tracer};
use adder_objects::object::Slot;
use adder_objects::typeobject::{GetSet, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value};

use super::super::base::{self, DICT, PyIoBase, stream_functions};
use super::super::buffered_base::BUFFERED_IO_BASE_TYPE;
use super::super::{DEFAULT_BUFFER_SIZE, ask, uninitialized};
use super::{BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};

/// Layout of a pair.
#[repr(C)]
struct PyPair {
    base: PyIoBase,
    reader: Slot,
    writer: Slot,
}

/// `_io.BufferedRWPair`
pub(in super::super) static BUFFERED_RW_PAIR_TYPE: TypeObject =
    TypeObject::builtin(&PAIR_SPEC, &raw const BUFFERED_RW_PAIR_TYPE);
static PAIR_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("Reads from one raw stream and writes to another, each with a buffer."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyPair>(),
    dict_offset: DICT,
    functions: stream_functions::<PyPair>(),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    methods: &[
        Method::positional("read", 0, u16::MAX, |cx, this, args| ask(cx, &reader(cx, this)?, "read", args)),
        Method::positional("peek", 0, u16::MAX, |cx, this, args| ask(cx, &reader(cx, this)?, "peek", args)),
        Method::positional("read1", 0, u16::MAX, |cx, this, args| ask(cx, &reader(cx, this)?, "read1", args)),
        Method::positional("readinto", 0, u16::MAX, |cx, this, args| ask(cx, &reader(cx, this)?, "readinto", args)),
        Method::positional("readinto1", 0, u16::MAX, |cx, this, args| ask(cx, &reader(cx, this)?, "readinto1", args)),
        Method::positional("write", 0, u16::MAX, |cx, this, args| ask(cx, &writer(cx, this)?, "write", args)),
        Method::none("flush", |cx, this| ask(cx, &writer(cx, this)?, "flush", &[])),
        Method::none("readable", |cx, this| ask(cx, &reader(cx, this)?, "readable", &[])),
        Method::none("writable", |cx, this| ask(cx, &writer(cx, this)?, "writable", &[])),
        Method::none("close", |cx, this| {
            let written = writer(cx, this).and_then(|writer| ask(cx, &writer, "close", &[])).map(drop);
            let read = reader(cx, this).and_then(|reader| ask(cx, &reader, "close", &[]));
            base::either(cx, written, read)
        }),
        Method::none("isatty", |cx, this| {
            let answer = ask(cx, &writer(cx, this)?, "isatty", &[])?;
            if cx.is_true(&answer)? { Ok(answer) } else { ask(cx, &reader(cx, this)?, "isatty", &[]) }
        }),
    ],
    getset: &[GetSet::get("closed", |cx, this| {
        let writer = writer(cx, this)?;
        cx.getattr_text(&writer, "closed")
    })],
    ..Spec::new("_io.BufferedRWPair", &BUFFERED_IO_BASE_TYPE)
};

// SAFETY: begins with the layout of its base.
unsafe impl Layout for PyPair {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &BUFFERED_RW_PAIR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
        tracer.name("reader");
        self.reader.trace(tracer);
        tracer.name("writer");
        self.writer.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.base.clear(clearer);
        self.reader.clear(clearer);
        self.writer.clear(clearer);
    }
}

fn of(this: &Value) -> &PyPair {
    // SAFETY: called for pairs.
    unsafe { this.cast::<PyPair>() }
}

fn reader(cx: &Cx, this: &Value) -> R {
    of(this).reader.try_get().map_or_else(|| uninitialized(cx), Ok)
}

fn writer(cx: &Cx, this: &Value) -> R {
    of(this).writer.try_get().map_or_else(|| uninitialized(cx), Ok)
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyPair { base: PyIoBase::new(), reader: Slot::empty(), writer: Slot::empty() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let given = args.between(cx, "BufferedRWPair", 2, 3)?;
    let size = match given.get(2) {
        Some(size) => size.clone(),
        None => Value::small(DEFAULT_BUFFER_SIZE as i64),
    };
    base::check_readable(cx, &given[0])?;
    base::check_writable(cx, &given[1])?;
    let reader = cx.call(&BUFFERED_READER_TYPE.value(), &[given[0].clone(), size.clone()])?;
    let writer = cx.call(&BUFFERED_WRITER_TYPE.value(), &[given[1].clone(), size])?;
    of(this).reader.set(reader);
    of(this).writer.set(writer);
    Ok(())
}
