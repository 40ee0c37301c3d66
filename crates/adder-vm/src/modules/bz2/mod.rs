//! `_bz2`: what `bz2` is made of. The work is done by `libbz2-rs-sys`.

mod compressor;
mod decompressor;
mod stream;

use core::ffi::c_int;

use adder_objects::{Cx, R, Raised, TypeObject, exceptions as exc};
use libbz2_rs_sys as bz;

use crate::vm::Vm;
use compressor::COMPRESSOR_TYPE;
use decompressor::DECOMPRESSOR_TYPE;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&COMPRESSOR_TYPE, &DECOMPRESSOR_TYPE];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_bz2", &[])?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "BZ2Compressor", COMPRESSOR_TYPE.value())?;
        dict.set_text(cx, "BZ2Decompressor", DECOMPRESSOR_TYPE.value())?;
    }
    Ok(module)
}

/// The exception for a code of the library.
#[cold]
fn failed(cx: &Cx, code: c_int) -> Raised {
    let (class, text) = match code {
        bz::BZ_MEM_ERROR => return cx.no_memory(),
        bz::BZ_PARAM_ERROR => (&exc::VALUE_ERROR, "Internal error - invalid parameters passed to libbzip2"),
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => (&exc::OS_ERROR, "Invalid data stream"),
        bz::BZ_IO_ERROR => (&exc::OS_ERROR, "Unknown I/O error"),
        bz::BZ_UNEXPECTED_EOF => {
            (&exc::EOF_ERROR, "Compressed file ended before the logical end-of-stream was detected")
        }
        bz::BZ_SEQUENCE_ERROR => {
            (&exc::RUNTIME_ERROR, "Internal error - Invalid sequence of commands sent to libbzip2")
        }
        code => return cx.error(&exc::OS_ERROR, format_args!("Unrecognized error from libbzip2: {code}")),
    };
    cx.error(class, format_args!("{text}"))
}
