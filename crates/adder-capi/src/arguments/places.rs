//! Where the arguments go, and what is taken back where a later one is wrong.

use core::ffi::{c_char, c_int, c_void};

use crate::border::Object;
use crate::structs::PyBuffer;

/// A converter of C's (`O&`): 1, 0 with an exception, or [`CLEANUP_SUPPORTED`].
pub(super) type Converter = unsafe extern "C" fn(Object, *mut c_void) -> c_int;

/// `Py_CLEANUP_SUPPORTED`: the converter is called again, with NULL, where what it gave is to be taken back.
pub(super) const CLEANUP_SUPPORTED: c_int = 0x20000;

#[allow(improper_ctypes, reason = "they are defined in Rust, with these very types")]
unsafe extern "C" {
    pub(super) fn PyObject_GetBuffer(object: Object, view: *mut PyBuffer, flags: c_int) -> c_int;
    pub(super) fn PyBuffer_Release(view: *mut PyBuffer);
}

/// What was handed out.
pub(super) enum Cleanup {
    /// Memory: the place that has it.
    Memory(*mut *mut c_char),
    /// A view.
    View(*mut PyBuffer),
    /// What a converter made.
    Converted(Converter, *mut c_void),
}

impl Cleanup {
    /// Takes it back.
    pub(super) fn run(self) {
        // SAFETY: the places are C's, and hold what was put there while these arguments were read.
        unsafe {
            match self {
                Cleanup::Memory(place) => {
                    crate::memory::PyMem_Free(place.read().cast());
                    place.write(core::ptr::null_mut());
                }
                Cleanup::View(view) => PyBuffer_Release(view),
                Cleanup::Converted(converter, place) => {
                    converter(core::ptr::null_mut(), place);
                }
            }
        }
    }
}
