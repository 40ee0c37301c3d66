//! Embedding: what a C program calls to begin an interpreter, and to be `python` itself.
//!
//! | | |
//! | --- | --- |
//! | [`wide`] | text of wide characters, and lists of it |
//! | [`status`] | `PyStatus_*` |
//! | [`config`] | `PyConfig` and `PyPreConfig` |
//! | [`init_config`] | `PyInitConfig_*`, and `PyConfig_Get` and `_Set` while an interpreter runs |
//! | [`start`] | `Py_Initialize` and its like, `Py_RunMain`, `Py_BytesMain` |
//!
//! The end of an interpreter is `adder-capi`'s.

pub mod config;
pub mod init_config;
pub mod start;
pub mod status;
pub mod wide;

/// Where a function is.
pub(crate) struct Address(#[allow(dead_code, reason = "named, so that it is linked")] *const ());

// SAFETY: never followed.
unsafe impl Sync for Address {}

/// Functions of the C API that need no interpreter.
macro_rules! exported {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $out:ty)? $body:block)*) => {
        $(
            $(#[$meta])*
            ///
            /// # Safety
            /// The contract of the C API: pointers are to what it says.
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub unsafe extern "C" fn $name($($arg: $ty),*) $(-> $out)? $body
        )*

        /// Where these functions are.
        pub(crate) static ALL: &[$crate::embedding::Address] = &[$($crate::embedding::Address($name as *const ())),*];
    };
}
pub(crate) use exported;

/// Keeps these functions in the program: what nobody names is not linked into it.
pub(crate) fn link() {
    core::hint::black_box([config::ALL, init_config::ALL, start::ALL, status::ALL, wide::ALL]);
}
