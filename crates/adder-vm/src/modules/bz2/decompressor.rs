//! `_bz2.BZ2Decompressor`: decompresses piece by piece, and keeps what it was given until it is asked for more.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_objects::arguments::ssize;
use adder_objects::buffer::request;
use adder_objects::bytes::PyBytes;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};
use libbz2_rs_sys as bz;

use super::failed;
use super::stream::Stream;
use crate::modules::support;

/// Layout of a decompressor. What the slots hold are bytes, which refer to nothing.
#[repr(C)]
struct PyDecompressor {
    head: Head,
    stream: RefCell<Stream>,
    /// Bytes behind the end of the stream.
    unused: Slot,
    /// Bytes that were given and are still to be worked on.
    tail: Slot,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

/// `_bz2.BZ2Decompressor`
pub(super) static DECOMPRESSOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const DECOMPRESSOR_TYPE);
static SPEC: Spec = Spec {
    module: "_bz2",
    doc: Some("Decompresses piece by piece."),
    size: size_of::<PyDecompressor>(),
    functions: functions::<PyDecompressor>(false, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[Method::any("decompress", decompress)
        .doc("($self, /, data, max_length=-1)", "Decompresses bytes, at most so many of them.")],
    getset: &[
        GetSet::get("eof", |_, this| Ok(Value::bool(of(this).eof.get()))),
        GetSet::get("unused_data", |_, this| Ok(of(this).unused.get())),
        GetSet::get("needs_input", |_, this| Ok(Value::bool(of(this).needs_input.get()))),
    ],
    ..Spec::new("_bz2.BZ2Decompressor", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDecompressor {
    fn ty() -> &'static TypeObject {
        &DECOMPRESSOR_TYPE
    }
}

fn of(this: &Value) -> &PyDecompressor {
    // SAFETY: called for decompressors.
    unsafe { this.cast::<PyDecompressor>() }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "BZ2Decompressor")?;
    if !args.is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "BZ2Decompressor() takes no positional arguments");
    }
    let empty = cx.bytes(b"")?.into_value();
    let stream = Stream::decompressor().map_err(|code| failed(cx, code))?;
    let made = PyDecompressor {
        head: unborn(),
        stream: RefCell::new(stream),
        unused: Slot::new(empty.clone()),
        tail: Slot::new(empty),
        eof: Cell::new(false),
        needs_input: Cell::new(true),
    };
    Ok(cx.alloc(made)?.into_value())
}

fn decompress(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "decompress",
        names: ["data", "max_length"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [Some(data), most] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let most = most.map_or(Ok(-1), |most| ssize(cx, most))?;
    let view = support::view(cx, data, request::SIMPLE)?;
    let it = of(this);
    if it.eof.get() {
        return raise!(cx, exc::EOF_ERROR, "End of stream already reached");
    }
    let tail = it.tail.get();
    let tail = tail.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
    // SAFETY: no code of a user runs.
    let given = unsafe { view.as_slice() };
    let mut joined = HeapVec::new(cx);
    let input = if tail.is_empty() {
        given
    } else {
        joined.extend(tail)?;
        joined.extend(given)?;
        &joined[..]
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut out = HeapVec::new(cx);
    // A call with nothing in it is a sequence error to the library once the stream is broken; what is kept stays then.
    let step = it.stream.borrow_mut().run(input, &mut out, most, bz::BZ_RUN)?;
    if step.code < 0 {
        return Err(failed(cx, step.code));
    }
    let rest = &input[step.consumed..];
    let ended = step.code == bz::BZ_STREAM_END;
    let kept = cx.bytes(rest)?.into_value();
    if ended {
        it.unused.set(kept);
        it.tail.set(cx.bytes(b"")?.into_value());
    } else {
        it.tail.set(kept);
    }
    it.eof.set(ended);
    // What fills all the room that was given may have more behind it.
    it.needs_input.set(!ended && rest.is_empty() && step.produced < most);
    Ok(cx.bytes(&out)?.into_value())
}
