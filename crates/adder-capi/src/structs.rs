//! The structs that C code fills in, with CPython's fields in their order.

use core::ffi::{c_char, c_int, c_uint, c_void};

use crate::border::Object;

/// `PyMethodDef`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyMethodDef {
    pub ml_name: *const c_char,
    pub ml_meth: *const c_void,
    pub ml_flags: c_int,
    pub ml_doc: *const c_char,
}

/// A row in a static.
pub struct Row(pub PyMethodDef);
// SAFETY: only read.
unsafe impl Sync for Row {}

/// Bits of [`PyMethodDef::ml_flags`].
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod meth {
    use core::ffi::c_int;
    pub const VARARGS: c_int = 0x01;
    pub const KEYWORDS: c_int = 0x02;
    pub const NOARGS: c_int = 0x04;
    pub const O: c_int = 0x08;
    pub const CLASS: c_int = 0x10;
    pub const STATIC: c_int = 0x20;
    pub const COEXIST: c_int = 0x40;
    pub const FASTCALL: c_int = 0x80;
    pub const METHOD: c_int = 0x200;
}

/// `PyGetSetDef`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyGetSetDef {
    pub name: *const c_char,
    pub get: Option<unsafe extern "C" fn(Object, *mut c_void) -> Object>,
    pub set: Option<unsafe extern "C" fn(Object, Object, *mut c_void) -> c_int>,
    pub doc: *const c_char,
    pub closure: *mut c_void,
}

/// `PyMemberDef`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyMemberDef {
    pub name: *const c_char,
    pub kind: c_int,
    pub offset: isize,
    pub flags: c_int,
    pub doc: *const c_char,
}

/// `PyModuleDef_Slot`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyModuleDefSlot {
    pub slot: c_int,
    pub value: *mut c_void,
}

/// `PyModuleDef_Base`: the head of an object, and what CPython keeps.
#[repr(C)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyModuleDefBase {
    pub head: adder_gc::raw::Head,
    pub m_init: *const c_void,
    pub m_index: isize,
    pub m_copy: Object,
}

/// `PyModuleDef`
#[repr(C)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyModuleDef {
    pub m_base: PyModuleDefBase,
    pub m_name: *const c_char,
    pub m_doc: *const c_char,
    pub m_size: isize,
    pub m_methods: *mut PyMethodDef,
    pub m_slots: *mut PyModuleDefSlot,
    pub m_traverse: Option<unsafe extern "C" fn(Object, VisitProc, *mut c_void) -> c_int>,
    pub m_clear: Option<unsafe extern "C" fn(Object) -> c_int>,
    pub m_free: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// `visitproc`
pub type VisitProc = unsafe extern "C" fn(Object, *mut c_void) -> c_int;

/// `PyType_Slot`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyTypeSlot {
    pub slot: c_int,
    pub pfunc: *mut c_void,
}

/// `PyType_Spec`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyTypeSpec {
    pub name: *const c_char,
    pub basicsize: c_int,
    pub itemsize: c_int,
    pub flags: c_uint,
    pub slots: *mut PyTypeSlot,
}

/// `Py_buffer`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyBuffer {
    pub buf: *mut c_void,
    pub obj: Object,
    pub len: isize,
    pub itemsize: isize,
    pub readonly: c_int,
    pub ndim: c_int,
    pub format: *mut c_char,
    pub shape: *mut isize,
    pub strides: *mut isize,
    pub suboffsets: *mut isize,
    pub internal: *mut c_void,
}

impl PyBuffer {
    /// One that is not filled in.
    pub const EMPTY: PyBuffer = PyBuffer {
        buf: core::ptr::null_mut(),
        obj: core::ptr::null_mut(),
        len: 0,
        itemsize: 1,
        readonly: 1,
        ndim: 1,
        format: core::ptr::null_mut(),
        shape: core::ptr::null_mut(),
        strides: core::ptr::null_mut(),
        suboffsets: core::ptr::null_mut(),
        internal: core::ptr::null_mut(),
    };
}

/// A suite of slots (`PyNumberMethods` and so on): so many function pointers.
pub type Suite<const N: usize> = [*const c_void; N];

/// Places in `PyNumberMethods`.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod nb {
    pub const ADD: usize = 0;
    pub const SUBTRACT: usize = 1;
    pub const MULTIPLY: usize = 2;
    pub const REMAINDER: usize = 3;
    pub const DIVMOD: usize = 4;
    pub const POWER: usize = 5;
    pub const NEGATIVE: usize = 6;
    pub const POSITIVE: usize = 7;
    pub const ABSOLUTE: usize = 8;
    pub const BOOL: usize = 9;
    pub const INVERT: usize = 10;
    pub const LSHIFT: usize = 11;
    pub const RSHIFT: usize = 12;
    pub const AND: usize = 13;
    pub const XOR: usize = 14;
    pub const OR: usize = 15;
    pub const INT: usize = 16;
    pub const FLOAT: usize = 18;
    pub const INPLACE_ADD: usize = 19;
    pub const INPLACE_SUBTRACT: usize = 20;
    pub const INPLACE_MULTIPLY: usize = 21;
    pub const INPLACE_REMAINDER: usize = 22;
    pub const INPLACE_POWER: usize = 23;
    pub const INPLACE_LSHIFT: usize = 24;
    pub const INPLACE_RSHIFT: usize = 25;
    pub const INPLACE_AND: usize = 26;
    pub const INPLACE_XOR: usize = 27;
    pub const INPLACE_OR: usize = 28;
    pub const FLOOR_DIVIDE: usize = 29;
    pub const TRUE_DIVIDE: usize = 30;
    pub const INPLACE_FLOOR_DIVIDE: usize = 31;
    pub const INPLACE_TRUE_DIVIDE: usize = 32;
    pub const INDEX: usize = 33;
    pub const MATRIX_MULTIPLY: usize = 34;
    pub const INPLACE_MATRIX_MULTIPLY: usize = 35;
    pub const COUNT: usize = 36;
}

/// Places in `PySequenceMethods`.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod sq {
    pub const LENGTH: usize = 0;
    pub const CONCAT: usize = 1;
    pub const REPEAT: usize = 2;
    pub const ITEM: usize = 3;
    pub const ASS_ITEM: usize = 5;
    pub const CONTAINS: usize = 7;
    pub const INPLACE_CONCAT: usize = 8;
    pub const INPLACE_REPEAT: usize = 9;
    pub const COUNT: usize = 10;
}

/// Places in `PyMappingMethods`.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod mp {
    pub const LENGTH: usize = 0;
    pub const SUBSCRIPT: usize = 1;
    pub const ASS_SUBSCRIPT: usize = 2;
    pub const COUNT: usize = 3;
}

/// Places in `PyAsyncMethods`.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod am {
    pub const AWAIT: usize = 0;
    pub const AITER: usize = 1;
    pub const ANEXT: usize = 2;
    pub const SEND: usize = 3;
    pub const COUNT: usize = 4;
}

/// Places in `PyBufferProcs`.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod bf {
    pub const GETBUFFER: usize = 0;
    pub const RELEASEBUFFER: usize = 1;
    pub const COUNT: usize = 2;
}
