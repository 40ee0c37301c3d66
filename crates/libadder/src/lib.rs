//! Adder as a library for C programs: all functions of `Python.h`, with those that begin and end an interpreter.

/// The program `adder` as a function: it also keeps the functions in the library, which C names.
///
/// # Safety
/// So many texts that end with a zero.
// SAFETY: the name is ours, and nothing else has it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn adder_main(
    count: core::ffi::c_int,
    args: *const *const core::ffi::c_char,
) -> core::ffi::c_int {
    // SAFETY: forwarded.
    unsafe { adder_cli::embedding::start::Py_BytesMain(count, args) }
}
