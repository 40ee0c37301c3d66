//! The module `zlib`.

mod compressor;
mod decompressor;
mod stream;

use core::ffi::{CStr, c_int};

use adder_objects::arguments::c_int as int_argument;
use adder_objects::buffer::request;
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};
use libz_rs_sys as z;

use super::binary_text::low_bits;
use super::{exception_classes, support};
use crate::vm::Vm;
use stream::{Settings, Stream};

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] =
    &[&compressor::COMPRESS_TYPE, &decompressor::DECOMPRESS_TYPE, &decompressor::ZLIB_DECOMPRESSOR_TYPE];

/// The largest window, and what containers say by default.
const MAX_WBITS: c_int = 15;
const DEF_MEM_LEVEL: c_int = 8;
const DEF_BUF_SIZE: usize = 16384;

static FUNCTIONS: &[Method] = &[
    Method::positional("adler32", 1, 2, |cx, _, args| {
        let start = args.get(1).map_or(Ok(1), |start| low_bits(cx, start))?;
        let view = support::view(cx, &args[0], request::SIMPLE)?;
        // SAFETY: no code of a user runs; the bytes live as long as the call.
        let sum = unsafe { z::adler32_z(start.into(), view.as_slice().as_ptr(), view.len) };
        cx.int((sum & 0xFFFF_FFFF) as i64)
    })
    .doc("($module, data, value=1, /)", "The checksum Adler-32."),
    Method::positional("crc32", 1, 2, |cx, _, args| {
        let start = args.get(1).map_or(Ok(0), |start| low_bits(cx, start))?;
        let view = support::view(cx, &args[0], request::SIMPLE)?;
        // SAFETY: no code of a user runs.
        cx.int(crc32(start, unsafe { view.as_slice() }).into())
    })
    .doc("($module, data, value=0, /)", "The checksum CRC-32."),
    Method::any("compress", compress)
        .doc("($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)", "Compresses bytes."),
    Method::any("decompress", decompress)
        .doc("($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)", "The bytes that were compressed."),
    Method::any("compressobj", compressor::make).doc(
        "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, \
         memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)",
        "An object that compresses piece by piece.",
    ),
    Method::any("decompressobj", decompressor::make)
        .doc("($module, /, wbits=MAX_WBITS, zdict=b'')", "An object that decompresses piece by piece."),
];

/// CRC-32 of bytes, going on from that of those before.
pub(super) fn crc32(start: u32, bytes: &[u8]) -> u32 {
    // SAFETY: the bytes live as long as the call.
    unsafe { z::crc32_z(start.into(), bytes.as_ptr(), bytes.len()) as u32 }
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "zlib", FUNCTIONS)?.into_value();
    let numbers = [
        ("DEFLATED", z::Z_DEFLATED),
        ("DEF_BUF_SIZE", DEF_BUF_SIZE as c_int),
        ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
        ("MAX_WBITS", MAX_WBITS),
        ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
        ("Z_BEST_SPEED", z::Z_BEST_SPEED),
        ("Z_BLOCK", z::Z_BLOCK),
        ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
        ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
        ("Z_FILTERED", z::Z_FILTERED),
        ("Z_FINISH", z::Z_FINISH),
        ("Z_FIXED", z::Z_FIXED),
        ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
        ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
        ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
        ("Z_NO_FLUSH", z::Z_NO_FLUSH),
        ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
        ("Z_RLE", z::Z_RLE),
        ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
        ("Z_TREES", z::Z_TREES),
    ];
    support::constants(cx, &module, &numbers.map(|(name, number)| (name, i64::from(number))))?;
    if let Some(dict) = crate::module::dict_of(&module) {
        // SAFETY: the library's version is a C string that lives as long as the process.
        let version = unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy().into_owned();
        dict.set_text(cx, "ZLIB_VERSION", cx.str_value(&version)?)?;
        dict.set_text(cx, "ZLIB_RUNTIME_VERSION", cx.str_value(&version)?)?;
        dict.set_text(cx, "__version__", cx.str_value("1.0")?)?;
        dict.set_text(cx, "_ZlibDecompressor", decompressor::ZLIB_DECOMPRESSOR_TYPE.value())?;
        dict.set_text(cx, "error", exception_classes::class(cx, "zlib.error", &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

/// `zlib.error`
#[cold]
fn error(cx: &Cx, message: core::fmt::Arguments<'_>) -> Raised {
    exception_classes::error(cx, "zlib.error", &exc::EXCEPTION, message)
}

/// The exception for a code of the library, and what the stream said about it. The class may run code of a program: no stream is
/// borrowed meanwhile.
#[cold]
fn failed(cx: &Cx, said: Option<String>, code: c_int, doing: &str) -> Raised {
    if code == z::Z_MEM_ERROR {
        return cx.no_memory();
    }
    let message = said.or_else(|| {
        let text = match code {
            z::Z_BUF_ERROR => "incomplete or truncated stream",
            z::Z_STREAM_ERROR => "inconsistent stream state",
            z::Z_DATA_ERROR => "invalid input data",
            _ => return None,
        };
        Some(text.to_owned())
    });
    match message {
        Some(message) => error(cx, format_args!("Error {code} {doing}: {message}")),
        None => error(cx, format_args!("Error {code} {doing}")),
    }
}

fn int_or(cx: &Cx, value: Option<&Value>, default: c_int) -> R<c_int> {
    value.map_or(Ok(default), |value| int_argument(cx, value))
}

fn compress(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "compress",
        names: ["data", "level", "wbits"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [Some(data), level, wbits] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let settings = Settings {
        level: int_or(cx, level, z::Z_DEFAULT_COMPRESSION)?,
        method: z::Z_DEFLATED,
        wbits: int_or(cx, wbits, MAX_WBITS)?,
        memory: DEF_MEM_LEVEL,
        strategy: z::Z_DEFAULT_STRATEGY,
    };
    let view = support::view(cx, data, request::SIMPLE)?;
    let mut stream = match Stream::compressor(&settings) {
        Ok(stream) => stream,
        Err(z::Z_STREAM_ERROR) => return Err(error(cx, format_args!("Bad compression level"))),
        Err(code) => return Err(failed(cx, None, code, "while compressing data")),
    };
    let mut out = HeapVec::new(cx);
    // SAFETY: no code of a user runs.
    let step = stream.run(unsafe { view.as_slice() }, &mut out, usize::MAX, z::Z_FINISH)?;
    if step.code != z::Z_STREAM_END {
        return Err(failed(cx, stream.message(), step.code, "while compressing data"));
    }
    Ok(cx.bytes(&out)?.into_value())
}

fn decompress(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "decompress",
        names: ["data", "wbits", "bufsize"],
        positional_only: 1,
        positional: 3,
        required: 1,
    };
    let [Some(data), wbits, room] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let wbits = int_or(cx, wbits, MAX_WBITS)?;
    let room = room.map_or(Ok(DEF_BUF_SIZE as isize), |room| adder_objects::arguments::ssize(cx, room))?;
    let view = support::view(cx, data, request::SIMPLE)?;
    if room < 0 {
        return raise!(cx, exc::VALUE_ERROR, "bufsize must be non-negative");
    }
    let mut stream = match Stream::decompressor(wbits) {
        Ok(stream) => stream,
        Err(code) => return Err(failed(cx, None, code, "while preparing to decompress data")),
    };
    let mut out = HeapVec::new(cx);
    // SAFETY: no code of a user runs.
    let step = stream.run(unsafe { view.as_slice() }, &mut out, usize::MAX, z::Z_SYNC_FLUSH)?;
    match step.code {
        z::Z_STREAM_END => Ok(cx.bytes(&out)?.into_value()),
        z::Z_OK | z::Z_BUF_ERROR => Err(failed(cx, None, z::Z_BUF_ERROR, "while decompressing data")),
        code => Err(failed(cx, stream.message(), code, "while decompressing data")),
    }
}

/// `ValueError` for settings that are none.
fn invalid<T>(cx: &Cx, code: c_int, doing: &str) -> R<T> {
    if code == z::Z_STREAM_ERROR {
        return raise!(cx, exc::VALUE_ERROR, "Invalid initialization option");
    }
    Err(failed(cx, None, code, doing))
}
