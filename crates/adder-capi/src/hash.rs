//! `Py_Hash*`: hashes as the built-in types take them.

use core::ffi::{c_char, c_double, c_int, c_void};

use adder_objects::Value;

use crate::border::Borrowed;
use crate::contract::api;

/// Where something lies, as a hash; never -1.
fn of_address(address: usize) -> isize {
    match address.rotate_right(4) as isize {
        -1 => -2,
        hash => hash,
    }
}

macro_rules! of_pointer {
    ($($name:ident)*) => {$(
        /// The hash of an address. Needs no interpreter.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub extern "C" fn $name(pointer: *const c_void) -> isize {
            of_address(pointer.addr())
        }
    )*};
}
of_pointer!(Py_HashPointer _Py_HashPointer);

macro_rules! of_bytes {
    ($($name:ident)*) => {$(
        /// The hash of so many bytes: that of `bytes` and of a string with these code points. Needs no interpreter.
        ///
        /// # Safety
        /// So many bytes lie there.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub unsafe extern "C" fn $name(bytes: *const c_void, size: isize) -> isize {
            // SAFETY: by the contract.
            adder_objects::bytes::hash_of(unsafe { crate::text::bytes_at(bytes.cast(), size) }) as isize
        }
    )*};
}
of_bytes!(Py_HashBuffer _Py_HashBytes);

/// `PyHash_FuncDef`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyHashFuncDef {
    pub hash: unsafe extern "C" fn(*const c_void, isize) -> isize,
    pub name: *const c_char,
    pub hash_bits: c_int,
    pub seed_bits: c_int,
}
// SAFETY: only read.
unsafe impl Sync for PyHashFuncDef {}

static FUNCTION: PyHashFuncDef =
    PyHashFuncDef { hash: _Py_HashBytes, name: c"siphash13".as_ptr(), hash_bits: 64, seed_bits: 128 };

/// How strings and bytes are hashed. Needs no interpreter.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyHash_GetFuncDef() -> *const PyHashFuncDef {
    &raw const FUNCTION
}

api! {
    /// The hash of a float; of a NaN that of the object.
    quiet fn _Py_HashDouble(cx, object: Borrowed, value: c_double) -> isize {
        let _ = cx;
        Ok(adder_objects::float::hash_of(value, of_address(Value::bits(&object)) as i64) as isize)
    }

    /// The hash of an object by its address.
    quiet fn PyObject_GenericHash(cx, object: Borrowed) -> isize {
        let _ = cx;
        Ok(adder_objects::object_type::address_hash(&object) as isize)
    }
}

/// What needs no interpreter: the addresses, for the program to keep.
pub(crate) static ALL: &[crate::contract::Address] = &[
    crate::contract::Address(Py_HashPointer as *const ()),
    crate::contract::Address(_Py_HashPointer as *const ()),
    crate::contract::Address(Py_HashBuffer as *const ()),
    crate::contract::Address(_Py_HashBytes as *const ()),
    crate::contract::Address(PyHash_GetFuncDef as *const ()),
];
