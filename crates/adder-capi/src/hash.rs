//! `Py_Hash*`, `PyObject_GenericHash`: hashes of addresses, bytes and numbers.

use core::ffi::{c_char, c_double, c_int, c_void};

use adder_objects::object_type::address_hash;

use crate::border::{Borrowed, Outcome};
use crate::contract::{Passing, api, without_interpreter};

/// `PyHash_FuncDef`
#[repr(C)]
#[derive(Debug)]
pub struct PyHashFuncDef {
    hash: unsafe extern "C" fn(*const c_void, isize) -> isize,
    name: *const c_char,
    hash_bits: c_int,
    seed_bits: c_int,
}

// SAFETY: never written.
unsafe impl Sync for PyHashFuncDef {}

/// SipHash-1-3, with the process's seed: see `sys.hash_info`.
static FUNCTION: PyHashFuncDef =
    PyHashFuncDef { hash: Py_HashBuffer, name: c"siphash13".as_ptr(), hash_bits: 64, seed_bits: 128 };

/// What C gets for `PyHash_GetFuncDef()`.
pub struct FuncDef(*const PyHashFuncDef);

impl Outcome for FuncDef {
    type C = *const PyHashFuncDef;
    const PASSING: Passing = Passing::Plain;
    fn failure() -> *const PyHashFuncDef {
        core::ptr::null()
    }
    fn give(self, _: &adder_objects::Cx) -> adder_objects::R<*const PyHashFuncDef> {
        Ok(self.0)
    }
}

without_interpreter! {
    /// `hash()` of bytes.
    fn Py_HashBuffer(bytes: *const c_void, len: isize) -> isize {
        if len <= 0 {
            return 0;
        }
        // SAFETY: the contract: so many bytes lie there.
        match adder_objects::bytes::hash_of(unsafe { core::slice::from_raw_parts(bytes.cast(), len as usize) }) {
            -1 => -2,
            hash => hash as isize,
        }
    }

    /// `hash()` of an address.
    fn Py_HashPointer(pointer: *const c_void) -> isize {
        // The lowest bits say least: addresses are multiples of 16.
        match pointer.addr().rotate_right(4) as isize {
            -1 => -2,
            hash => hash,
        }
    }
}

api! {
    /// `hash()` of a number; of NaN that of the object.
    quiet fn _Py_HashDouble(cx, object: Option<Borrowed>, value: c_double) -> isize {
        let _ = cx;
        let of_nan = object.map_or(0, |object| address_hash(&object));
        Ok(adder_objects::float::hash_of(value, of_nan) as isize)
    }

    /// `object.__hash__` of `object`: by the address.
    quiet fn PyObject_GenericHash(cx, object: Borrowed) -> isize {
        let _ = cx;
        Ok(address_hash(&object) as isize)
    }

    /// How bytes and strings are hashed.
    quiet fn PyHash_GetFuncDef(cx) -> FuncDef {
        let _ = cx;
        Ok(FuncDef(&raw const FUNCTION))
    }
}
