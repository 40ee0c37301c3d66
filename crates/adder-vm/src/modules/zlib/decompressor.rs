//! `zlib.Decompress` and `zlib._ZlibDecompressor`: decompress piece by piece.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_objects::arguments::ssize;
use adder_objects::buffer::request;
use adder_objects::bytes::PyBytes;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};
use libz_rs_sys as z;

use super::stream::{Step, Stream};
use super::{DEF_BUF_SIZE, MAX_WBITS, failed, int_or, invalid};
use crate::modules::support;

/// Layout of both kinds. What the slots hold are bytes, which refer to nothing.
#[repr(C)]
pub(super) struct PyDecompress {
    head: Head,
    stream: RefCell<Stream>,
    /// Bytes behind the end of the stream.
    unused: Slot,
    /// Bytes that were given and are still to be worked on.
    tail: Slot,
    /// The dictionary; empty for none.
    zdict: Slot,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

/// `zlib.Decompress`
pub(super) static DECOMPRESS_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const DECOMPRESS_TYPE);
static SPEC: Spec = Spec {
    module: "zlib",
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyDecompress>(),
    functions: functions::<PyDecompress>(false, true),
    methods: &[
        Method::any("decompress", decompress)
            .doc("($self, data, /, max_length=0)", "Decompresses bytes, and gives what is ready."),
        Method::positional("flush", 0, 1, flush)
            .doc("($self, length=zlib.DEF_BUF_SIZE, /)", "Gives what is left to be given."),
        Method::none("copy", copy).doc("($self, /)", "Another with the same state."),
        Method::none("__copy__", copy),
        Method::one("__deepcopy__", |cx, this, _| copy(cx, this)),
    ],
    getset: &[
        GetSet::get("unused_data", |_, this| Ok(of(this).unused.get())),
        GetSet::get("unconsumed_tail", |_, this| Ok(of(this).tail.get())),
        GetSet::get("eof", |_, this| Ok(Value::bool(of(this).eof.get()))),
    ],
    ..Spec::new("zlib.Decompress", &OBJECT_TYPE)
};

/// `zlib._ZlibDecompressor`
pub(super) static ZLIB_DECOMPRESSOR_TYPE: TypeObject =
    TypeObject::builtin(&ZLIB_DECOMPRESSOR_SPEC, &raw const ZLIB_DECOMPRESSOR_TYPE);
static ZLIB_DECOMPRESSOR_SPEC: Spec = Spec {
    module: "zlib",
    doc: Some("Decompresses piece by piece, and keeps what it was given until it is asked for more."),
    size: size_of::<PyDecompress>(),
    functions: functions::<PyDecompress>(false, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[Method::any("decompress", decompress_buffered)
        .doc("($self, /, data, max_length=-1)", "Decompresses bytes, at most so many of them.")],
    getset: &[
        GetSet::get("unused_data", |_, this| Ok(of(this).unused.get())),
        GetSet::get("eof", |_, this| Ok(Value::bool(of(this).eof.get()))),
        GetSet::get("needs_input", |_, this| Ok(Value::bool(of(this).needs_input.get()))),
    ],
    ..Spec::new("zlib._ZlibDecompressor", &OBJECT_TYPE)
};

// SAFETY: begins with a head; both types have this layout, and none can be a base.
unsafe impl Layout for PyDecompress {
    fn ty() -> &'static TypeObject {
        &DECOMPRESS_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, &DECOMPRESS_TYPE) || core::ptr::eq(ty, &ZLIB_DECOMPRESSOR_TYPE)
    }
}

fn of(this: &Value) -> &PyDecompress {
    // SAFETY: called for decompressors.
    unsafe { this.cast::<PyDecompress>() }
}

const DOING: &str = "while decompressing data";

fn bytes_of(slot: &Slot) -> Vec<u8> {
    slot.get().downcast::<PyBytes>().map_or_else(Vec::new, |bytes| bytes.as_slice().to_vec())
}

/// One of a type, with the dictionary that was given.
fn start(cx: &Cx, ty: &'static TypeObject, wbits: i32, zdict: Option<&Value>) -> R {
    let empty = cx.bytes(b"")?.into_value();
    let mut dictionary = empty.clone();
    if let Some(zdict) = zdict {
        if zdict.ty().slots.buffer.get().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "zdict argument must support the buffer protocol");
        }
        let view = support::view(cx, zdict, request::SIMPLE)?;
        // SAFETY: copied at once.
        dictionary = cx.bytes(unsafe { view.as_slice() })?.into_value();
    }
    let mut stream = match Stream::decompressor(wbits) {
        Ok(stream) => stream,
        Err(code) => return invalid(cx, code, "while creating decompression object"),
    };
    // A plain stream does not say when it needs it.
    if wbits < 0
        && let Some(bytes) = dictionary.downcast::<PyBytes>()
        && !bytes.as_slice().is_empty()
    {
        dictionary_set(cx, stream.set_dictionary(bytes.as_slice()))?;
    }
    let made = PyDecompress {
        head: unborn(),
        stream: RefCell::new(stream),
        unused: Slot::new(empty.clone()),
        tail: Slot::new(empty),
        zdict: Slot::new(dictionary),
        eof: Cell::new(false),
        needs_input: Cell::new(true),
    };
    Ok(cx.alloc_in(ty, made)?.into_value())
}

/// `zlib.decompressobj`
pub(super) fn make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "decompressobj", names: ["wbits", "zdict"], positional_only: 0, positional: 2, required: 0 };
    let [wbits, zdict] = args.bind(cx, &params)?;
    start(cx, &DECOMPRESS_TYPE, int_or(cx, wbits, MAX_WBITS)?, zdict)
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let params = Params {
        function: "_ZlibDecompressor",
        names: ["wbits", "zdict"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [wbits, zdict] = args.bind(cx, &params)?;
    start(cx, &ZLIB_DECOMPRESSOR_TYPE, int_or(cx, wbits, MAX_WBITS)?, zdict)
}

/// The error of setting a dictionary, if it is one.
fn dictionary_set(cx: &Cx, code: i32) -> R<()> {
    match code {
        z::Z_OK => Ok(()),
        // The library's own words are about the stream, not about the dictionary.
        code => Err(failed(cx, None, code, "while setting zdict")),
    }
}

/// Decompresses bytes; the dictionary is set when it is asked for.
fn run(cx: &Cx, it: &PyDecompress, input: &[u8], out: &mut HeapVec<'_, u8>, most: usize, flush: i32) -> R<Step> {
    let mut stream = it.stream.borrow_mut();
    let mut step = stream.run(input, out, most, flush)?;
    let zdict = it.zdict.get();
    if step.code == z::Z_NEED_DICT
        && let Some(zdict) = zdict.downcast::<PyBytes>()
        && !zdict.as_slice().is_empty()
    {
        let code = stream.set_dictionary(zdict.as_slice());
        if code != z::Z_OK {
            // The error's class may run code of a program.
            drop(stream);
            return dictionary_set(cx, code).map(|()| step);
        }
        let (before, room) = (step.consumed, most - step.produced);
        step = stream.run(&input[before..], out, room, flush)?;
        step.consumed += before;
    }
    Ok(step)
}

fn check(cx: &Cx, it: &PyDecompress, step: &Step, doing: &str) -> R<()> {
    match step.code {
        z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => Ok(()),
        code => {
            let said = it.stream.borrow().message();
            Err(failed(cx, said, code, doing))
        }
    }
}

/// Keeps what was not worked on.
fn keep(cx: &Cx, it: &PyDecompress, rest: &[u8], ended: bool) -> R<()> {
    if ended {
        if !rest.is_empty() {
            let old = it.unused.get();
            let old = old.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
            it.unused.set(cx.bytes_concat(old, rest)?.into_value());
        }
        it.tail.set(cx.bytes(b"")?.into_value());
    } else {
        it.tail.set(cx.bytes(rest)?.into_value());
    }
    Ok(())
}

fn decompress(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "decompress",
        names: ["data", "max_length"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let [Some(data), most] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let most = most.map_or(Ok(0), |most| ssize(cx, most))?;
    let view = support::view(cx, data, request::SIMPLE)?;
    let most = match usize::try_from(most) {
        Err(_) => return raise!(cx, exc::VALUE_ERROR, "max_length must be non-negative"),
        Ok(0) => usize::MAX,
        Ok(most) => most,
    };
    let it = of(this);
    // SAFETY: no code of a user runs.
    let input = unsafe { view.as_slice() };
    let mut out = HeapVec::new(cx);
    if it.eof.get() {
        keep(cx, it, input, true)?;
        return Ok(cx.bytes(b"")?.into_value());
    }
    let step = run(cx, it, input, &mut out, most, z::Z_SYNC_FLUSH)?;
    keep(cx, it, &input[step.consumed..], step.code == z::Z_STREAM_END)?;
    it.eof.set(step.code == z::Z_STREAM_END);
    check(cx, it, &step, DOING)?;
    Ok(cx.bytes(&out)?.into_value())
}

fn flush(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let length = args.first().map_or(Ok(DEF_BUF_SIZE as isize), |length| ssize(cx, length))?;
    if length <= 0 {
        return raise!(cx, exc::VALUE_ERROR, "length must be greater than zero");
    }
    let it = of(this);
    let mut out = HeapVec::new(cx);
    if !it.eof.get() {
        let input = bytes_of(&it.tail);
        let step = run(cx, it, &input, &mut out, usize::MAX, z::Z_FINISH)?;
        keep(cx, it, &input[step.consumed..], step.code == z::Z_STREAM_END)?;
        it.eof.set(step.code == z::Z_STREAM_END);
        check(cx, it, &step, "while flushing")?;
    }
    Ok(cx.bytes(&out)?.into_value())
}

fn copy(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let copied = it.stream.borrow_mut().copy();
    let stream = match copied {
        Ok(stream) => stream,
        Err(z::Z_STREAM_ERROR) => return raise!(cx, exc::VALUE_ERROR, "Inconsistent stream state"),
        Err(code) => return Err(failed(cx, None, code, "while copying decompression object")),
    };
    let made = PyDecompress {
        head: unborn(),
        stream: RefCell::new(stream),
        unused: Slot::new(it.unused.get()),
        tail: Slot::new(it.tail.get()),
        zdict: Slot::new(it.zdict.get()),
        eof: Cell::new(it.eof.get()),
        needs_input: Cell::new(it.needs_input.get()),
    };
    Ok(cx.alloc(made)?.into_value())
}

fn decompress_buffered(cx: &Cx, this: &Value, args: Args<'_>) -> R {
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
    let mut input = bytes_of(&it.tail);
    // SAFETY: copied at once.
    input.extend_from_slice(unsafe { view.as_slice() });
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut out = HeapVec::new(cx);
    if most == 0 {
        it.tail.set(cx.bytes(&input)?.into_value());
        it.needs_input.set(false);
        return Ok(cx.bytes(b"")?.into_value());
    }
    let step = run(cx, it, &input, &mut out, most, z::Z_SYNC_FLUSH)?;
    check(cx, it, &step, DOING)?;
    let ended = step.code == z::Z_STREAM_END;
    keep(cx, it, &input[step.consumed..], ended)?;
    it.eof.set(ended);
    // What fills all the room that was given may have more behind it.
    it.needs_input.set(!ended && step.consumed == input.len() && out.len() < most);
    Ok(cx.bytes(&out)?.into_value())
}
