//! The functions with variable arguments: they are written in C (`c/varargs.c`), and named here so that the program has them.

macro_rules! kept {
    ($($name:ident)*) => {
        unsafe extern "C" {
            $(fn $name();)*
        }

        /// Their addresses: what is named nowhere is not linked.
        pub(crate) static ALL: &[unsafe extern "C" fn()] = &[$($name),*];
    };
}
kept! { PyArg_ParseTuple PyArg_VaParse PyErr_Format PyErr_FormatV }
