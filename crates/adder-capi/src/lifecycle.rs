//! The end of the interpreter that a C program has begun, and of the process.

use core::ffi::{CStr, c_char, c_int};

use adder_objects::Cx;
use adder_vm::{Vm, visitors};

use crate::contract::without_interpreter;
use crate::threads::fatal;

/// Ends the first interpreter, whose main thread the calling one is. -1 if its output could not be written; 0 also if there is none.
pub fn finalize() -> c_int {
    let Some((_, vm)) = visitors::interpreters().first().copied() else { return 0 };
    match Cx::try_current() {
        Some(cx) if core::ptr::eq(Vm::of(cx), vm) => {}
        _ => fatal("Py_FinalizeEx", "the calling thread has not the lock of the first interpreter"),
    }
    // SAFETY: the interpreter that the program has begun, and its main thread.
    if unsafe { crate::interpreters::end(vm) } { 0 } else { -1 }
}

/// Ends the interpreter, and the process.
pub fn exit(code: c_int) -> ! {
    /// What a process ends with whose output could not be written.
    const UNWRITTEN: c_int = 120;
    // In the program `adder` the interpreter is not C's to end.
    let begun = crate::interpreters::is_adopted();
    let code = if begun && finalize() < 0 { UNWRITTEN } else { code };
    std::process::exit(code)
}

/// Says why the process cannot go on, and ends it.
///
/// # Safety
/// Both are NULL or texts.
unsafe fn die(function: *const c_char, message: *const c_char) -> ! {
    let text = |place: *const c_char, none: &str| match place.is_null() {
        true => none.to_owned(),
        // SAFETY: the caller's promise.
        false => unsafe { CStr::from_ptr(place) }.to_string_lossy().into_owned(),
    };
    let message = text(message, "<message not set>");
    let message = if function.is_null() { message } else { format!("{}: {message}", text(function, "")) };
    let state = if visitors::interpreters().is_empty() { "preinitialized" } else { "initialized" };
    eprintln!("Fatal Python error: {message}\nPython runtime state: {state}\n");
    std::process::abort()
}

without_interpreter! {
    /// Ends the interpreter: waits for its threads, calls what was registered, writes what is buffered.
    fn Py_FinalizeEx() -> c_int {
        finalize()
    }

    /// The same.
    fn Py_Finalize() {
        finalize();
    }

    /// Ends the process at once, with a message. The macro `Py_FatalError` calls the next one, with the function's name.
    fn Py_FatalError(message: *const c_char) {
        // SAFETY: the contract: a text.
        unsafe { die(core::ptr::null(), message) }
    }

    /// The same with the name of the function that says so, or NULL.
    fn _Py_FatalErrorFunc(function: *const c_char, message: *const c_char) {
        // SAFETY: the contract: texts, or NULL.
        unsafe { die(function, message) }
    }

    /// Ends the interpreter and the process.
    fn Py_Exit(code: c_int) {
        exit(code)
    }
}
