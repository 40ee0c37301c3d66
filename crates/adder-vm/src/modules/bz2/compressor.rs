//! `_bz2.BZ2Compressor`: compresses piece by piece.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_objects::arguments::c_int as int_argument;
use adder_objects::buffer::request;
use adder_objects::object::{functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};
use libbz2_rs_sys as bz;

use super::failed;
use super::stream::Stream;
use crate::modules::support;

/// Layout of a compressor.
#[repr(C)]
struct PyCompressor {
    head: Head,
    stream: RefCell<Stream>,
    flushed: Cell<bool>,
}

/// `_bz2.BZ2Compressor`
pub(super) static COMPRESSOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const COMPRESSOR_TYPE);
static SPEC: Spec = Spec {
    module: "_bz2",
    doc: Some("Compresses piece by piece."),
    size: size_of::<PyCompressor>(),
    functions: functions::<PyCompressor>(false, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[
        Method::one("compress", compress).doc("($self, data, /)", "Compresses bytes, and gives what is ready."),
        Method::none("flush", flush).doc("($self, /)", "Ends the stream, and gives what is left to be given."),
    ],
    ..Spec::new("_bz2.BZ2Compressor", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyCompressor {
    fn ty() -> &'static TypeObject {
        &COMPRESSOR_TYPE
    }
}

fn of(this: &Value) -> &PyCompressor {
    // SAFETY: called for compressors.
    unsafe { this.cast::<PyCompressor>() }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "BZ2Compressor")?;
    let level = args.between(cx, "BZ2Compressor", 0, 1)?.first();
    let level = level.map_or(Ok(9), |level| int_argument(cx, level))?;
    if !(1..=9).contains(&level) {
        return raise!(cx, exc::VALUE_ERROR, "compresslevel must be between 1 and 9");
    }
    let stream = Stream::compressor(level).map_err(|code| failed(cx, code))?;
    let made = PyCompressor { head: unborn(), stream: RefCell::new(stream), flushed: Cell::new(false) };
    Ok(cx.alloc(made)?.into_value())
}

fn run(cx: &Cx, it: &PyCompressor, input: &[u8], action: i32) -> R {
    let mut out = HeapVec::new(cx);
    let step = it.stream.borrow_mut().run(input, &mut out, usize::MAX, action)?;
    if step.code < 0 {
        return Err(failed(cx, step.code));
    }
    Ok(cx.bytes(&out)?.into_value())
}

fn compress(cx: &Cx, this: &Value, data: &Value) -> R {
    let view = support::view(cx, data, request::SIMPLE)?;
    let it = of(this);
    if it.flushed.get() {
        return raise!(cx, exc::VALUE_ERROR, "Compressor has been flushed");
    }
    if view.len == 0 {
        return Ok(cx.bytes(b"")?.into_value());
    }
    // SAFETY: no code of a user runs.
    run(cx, it, unsafe { view.as_slice() }, bz::BZ_RUN)
}

fn flush(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    if it.flushed.replace(true) {
        return raise!(cx, exc::VALUE_ERROR, "Repeated call to flush()");
    }
    run(cx, it, b"", bz::BZ_FINISH)
}
