//! `zlib.Compress`: compresses piece by piece.

use core::cell::RefCell;
use core::ffi::c_int;

use adder_gc::raw::Head;
use adder_objects::arguments::c_int as int_argument;
use adder_objects::buffer::request;
use adder_objects::object::{functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};
use libz_rs_sys as z;

use super::stream::{Settings, Stream};
use super::{DEF_MEM_LEVEL, MAX_WBITS, failed, int_or, invalid};
use crate::modules::support;

/// Layout of a compressor. The stream is gone once it was finished.
#[repr(C)]
struct PyCompress {
    head: Head,
    stream: RefCell<Option<Stream>>,
}

/// `zlib.Compress`
pub(super) static COMPRESS_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const COMPRESS_TYPE);
static SPEC: Spec = Spec {
    module: "zlib",
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyCompress>(),
    functions: functions::<PyCompress>(false, true),
    methods: &[
        Method::one("compress", compress).doc("($self, data, /)", "Compresses bytes, and gives what is ready."),
        Method::positional("flush", 0, 1, flush)
            .doc("($self, mode=zlib.Z_FINISH, /)", "Gives what is left to be given."),
        Method::none("copy", copy).doc("($self, /)", "Another with the same state."),
        Method::none("__copy__", copy),
        Method::one("__deepcopy__", |cx, this, _| copy(cx, this)),
    ],
    ..Spec::new("zlib.Compress", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyCompress {
    fn ty() -> &'static TypeObject {
        &COMPRESS_TYPE
    }
}

fn of(this: &Value) -> &PyCompress {
    // SAFETY: called for compressors.
    unsafe { this.cast::<PyCompress>() }
}

/// `zlib.compressobj`
pub(super) fn make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "compressobj",
        names: ["level", "method", "wbits", "memLevel", "strategy", "zdict"],
        positional_only: 0,
        positional: 6,
        required: 0,
    };
    let [level, method, wbits, memory, strategy, zdict] = args.bind(cx, &params)?;
    let settings = Settings {
        level: int_or(cx, level, z::Z_DEFAULT_COMPRESSION)?,
        method: int_or(cx, method, z::Z_DEFLATED)?,
        wbits: int_or(cx, wbits, MAX_WBITS)?,
        memory: int_or(cx, memory, DEF_MEM_LEVEL)?,
        strategy: int_or(cx, strategy, z::Z_DEFAULT_STRATEGY)?,
    };
    let zdict = zdict.filter(|zdict| !zdict.is_none());
    let zdict = zdict.map(|zdict| support::view(cx, zdict, request::SIMPLE)).transpose()?;
    let mut stream = match Stream::compressor(&settings) {
        Ok(stream) => stream,
        Err(code) => return invalid(cx, code, "while creating compression object"),
    };
    if let Some(zdict) = zdict {
        // SAFETY: no code of a user runs.
        match stream.set_dictionary(unsafe { zdict.as_slice() }) {
            z::Z_OK => {}
            z::Z_STREAM_ERROR => return raise!(cx, exc::VALUE_ERROR, "Invalid dictionary"),
            _ => return raise!(cx, exc::VALUE_ERROR, "deflateSetDictionary()"),
        }
    }
    Ok(cx.alloc(PyCompress { head: unborn(), stream: RefCell::new(Some(stream)) })?.into_value())
}

fn compress(cx: &Cx, this: &Value, data: &Value) -> R {
    let view = support::view(cx, data, request::SIMPLE)?;
    // SAFETY: no code of a user runs before the error is made.
    step(cx, of(this), unsafe { view.as_slice() }, z::Z_NO_FLUSH, "while compressing data")
}

/// Compresses bytes. A stream that has ended is gone.
fn step(cx: &Cx, it: &PyCompress, input: &[u8], flush: c_int, doing: &str) -> R {
    let mut held = it.stream.borrow_mut();
    let mut out = HeapVec::new(cx);
    let (code, said) = match &mut *held {
        Some(stream) => (stream.run(input, &mut out, usize::MAX, flush)?.code, stream.message()),
        None => (z::Z_STREAM_ERROR, None),
    };
    match code {
        z::Z_OK | z::Z_BUF_ERROR => {}
        z::Z_STREAM_END if flush == z::Z_FINISH => *held = None,
        code => {
            drop(held);
            return Err(failed(cx, said, code, doing));
        }
    }
    Ok(cx.bytes(&out)?.into_value())
}

fn flush(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let mode = args.first().map_or(Ok(z::Z_FINISH), |mode| int_argument(cx, mode))?;
    if mode == z::Z_NO_FLUSH {
        return Ok(cx.bytes(b"")?.into_value());
    }
    step(cx, of(this), b"", mode, "while flushing")
}

fn copy(cx: &Cx, this: &Value) -> R {
    let copied = of(this).stream.borrow_mut().as_mut().map_or(Err(z::Z_STREAM_ERROR), Stream::copy);
    match copied {
        Ok(copy) => Ok(cx.alloc(PyCompress { head: unborn(), stream: RefCell::new(Some(copy)) })?.into_value()),
        Err(z::Z_STREAM_ERROR) => raise!(cx, exc::VALUE_ERROR, "Inconsistent stream state"),
        Err(code) => Err(failed(cx, None, code, "while copying compression object")),
    }
}
