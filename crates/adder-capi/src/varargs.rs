//! The functions with variable arguments: they are written in C (`c/varargs.c`), which hands a [`Walk`] over the arguments to Rust.
//! Their rows of the table of contracts are written here by hand.

use core::ffi::{c_char, c_double, c_int, c_long, c_void};

use crate::border::{Borrowed, Nothing, Null, Object, Success};
use crate::contract::written_in_c;
use adder_objects::Value;

/// C's walk over variable arguments.
#[repr(C)]
pub struct RawWalk {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn _Adder_NextInt(walk: *mut RawWalk) -> c_int;
    fn _Adder_NextLong(walk: *mut RawWalk) -> c_long;
    fn _Adder_NextDouble(walk: *mut RawWalk) -> c_double;
    fn _Adder_NextPointer(walk: *mut RawWalk) -> *mut c_void;
}

/// A walk over variable arguments. That the arguments are of the kinds that are asked for is the contract of each function whose
/// arguments follow a format.
pub(crate) struct Walk(*mut RawWalk);

impl Walk {
    /// The walk that C hands over.
    ///
    /// # Safety
    /// It goes on, with arguments as the format says, while this lives.
    pub(crate) unsafe fn new(raw: *mut RawWalk) -> Walk {
        Walk(raw)
    }

    /// The next argument, an `int` or shorter.
    pub(crate) fn int(&mut self) -> c_int {
        // SAFETY: the contract of `new`.
        unsafe { _Adder_NextInt(self.0) }
    }

    /// The next argument, of 64 bits.
    pub(crate) fn long(&mut self) -> c_long {
        // SAFETY: as above.
        unsafe { _Adder_NextLong(self.0) }
    }

    /// The next argument, a `double` or `float`.
    pub(crate) fn double(&mut self) -> c_double {
        // SAFETY: as above.
        unsafe { _Adder_NextDouble(self.0) }
    }

    /// The next argument, a pointer.
    pub(crate) fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: as above.
        unsafe { _Adder_NextPointer(self.0) }.cast()
    }

    /// The next argument, an object or NULL, borrowed.
    pub(crate) fn object(&mut self) -> Option<Borrowed> {
        let object: Object = self.pointer();
        // SAFETY: the contract of the function: a live object or NULL.
        unsafe { Borrowed::of(object) }
    }
}

written_in_c! {
    runs fn PyArg_Parse(arg: Option<Borrowed>, format: *const c_char; ... as Places) -> Success;
    runs fn PyArg_ParseTuple(args: Borrowed, format: *const c_char; ... as Places) -> Success;
    runs fn PyArg_VaParse(args: Borrowed, format: *const c_char; va_list as Places) -> Success;
    runs fn PyArg_ParseTupleAndKeywords(
        args: Borrowed, keywords: Option<Borrowed>, format: *const c_char, names: *const *const c_char; ... as Places
    ) -> Success;
    runs fn PyArg_VaParseTupleAndKeywords(
        args: Borrowed, keywords: Option<Borrowed>, format: *const c_char, names: *const *const c_char; va_list as Places
    ) -> Success;
    quiet fn PyArg_UnpackTuple(args: Borrowed, name: *const c_char, least: isize, most: isize; ... as Places) -> Success;
    runs fn Py_BuildValue(format: *const c_char; ... as Built) -> Value;
    runs fn Py_VaBuildValue(format: *const c_char; va_list as Built) -> Value;
    quiet fn PyTuple_Pack(n: isize; ... as Borrowed) -> Value;
    runs fn PyObject_CallFunction(callable: Borrowed, format: *const c_char; ... as Built) -> Value;
    runs fn PyObject_CallMethod(object: Borrowed, name: *const c_char, format: *const c_char; ... as Built) -> Value;
    runs fn PyObject_CallFunctionObjArgs(callable: Borrowed; ... as Borrowed) -> Value;
    runs fn PyObject_CallMethodObjArgs(object: Borrowed, name: Borrowed; ... as Borrowed) -> Value;
    runs fn PyUnicode_FromFormat(format: *const c_char; ... as Formatted) -> Value;
    runs fn PyUnicode_FromFormatV(format: *const c_char; va_list as Formatted) -> Value;
    quiet fn PyBytes_FromFormat(format: *const c_char; ... as Formatted) -> Value;
    quiet fn PyBytes_FromFormatV(format: *const c_char; va_list as Formatted) -> Value;
    runs fn PyErr_Format(class: Borrowed, format: *const c_char; ... as Formatted) -> Null;
    runs fn PyErr_FormatV(class: Borrowed, format: *const c_char; va_list as Formatted) -> Null;
    runs fn _PyErr_FormatFromCause(class: Borrowed, format: *const c_char; ... as Formatted) -> Null;
    runs fn PyErr_WarnFormat(category: Option<Borrowed>, level: isize, format: *const c_char; ... as Formatted) -> ();
    runs fn PyErr_ResourceWarning(source: Option<Borrowed>, level: isize, format: *const c_char; ... as Formatted) -> ();
    runs fn PyErr_WarnExplicitFormat(
        category: Option<Borrowed>, file: *const c_char, line: c_int, module: *const c_char, registry: Option<Borrowed>,
        format: *const c_char; ... as Formatted
    ) -> ();
    runs fn PyErr_FormatUnraisable(format: *const c_char; ... as Formatted) -> Nothing;
    runs fn PySys_Audit(event: *const c_char, format: *const c_char; ... as Built) -> ();
    runs fn PyUnicodeWriter_Format(writer: *mut c_void, format: *const c_char; ... as Formatted) -> ();
    runs fn PySys_WriteStdout(format: *const c_char; ... as Formatted) -> Nothing;
    runs fn PySys_WriteStderr(format: *const c_char; ... as Formatted) -> Nothing;
    runs fn PySys_FormatStdout(format: *const c_char; ... as Formatted) -> Nothing;
    runs fn PySys_FormatStderr(format: *const c_char; ... as Formatted) -> Nothing;
    quiet fn PyOS_snprintf(text: *mut c_char, size: usize, format: *const c_char; ... as Formatted) -> c_int;
    quiet fn PyOS_vsnprintf(text: *mut c_char, size: usize, format: *const c_char; va_list as Formatted) -> c_int;
}
