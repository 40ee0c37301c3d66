//! The end of the interpreter that a C program has begun.

use core::ffi::c_int;

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

without_interpreter! {
    /// Ends the interpreter: waits for its threads, calls what was registered, writes what is buffered.
    fn Py_FinalizeEx() -> c_int {
        finalize()
    }

    /// The same.
    fn Py_Finalize() {
        finalize();
    }

    /// Ends the interpreter and the process.
    fn Py_Exit(code: c_int) {
        exit(code)
    }
}
