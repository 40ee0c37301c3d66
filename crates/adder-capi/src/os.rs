//! `PyOS_*`: paths, forks, signals, and reading a line.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use adder_objects::{Cx, R, Value};
use adder_vm::Vm;

use crate::border::{Borrowed, Nothing};
use crate::contract::{api, without_interpreter};

/// Calls the functions of a list of `os.register_at_fork`.
fn at_fork(cx: &Cx, list: &str, newest_first: bool) -> R<()> {
    let posix = cx.import("posix")?;
    let mut functions = cx.collect(&cx.getattr_text(&posix, list)?)?;
    if newest_first {
        functions.reverse();
    }
    cx.call(&cx.getattr_text(&posix, "_call_at_fork")?, &[cx.list(functions)?.into_value()]).map(drop)
}

/// `PyOS_InputHook`: called before a line is read, if C has set it.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static PyOS_InputHook: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// `PyOS_ReadlineFunctionPointer`: reads a line from a terminal, if C has set it.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static PyOS_ReadlineFunctionPointer: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

type ReadLine = unsafe extern "C" fn(*mut libc::FILE, *mut libc::FILE, *const c_char) -> *mut c_char;

/// A line from a stream, in memory of `PyMem_RawMalloc`; NULL after an interrupt.
unsafe fn read_line(input: *mut libc::FILE, prompt: *const c_char) -> *mut c_char {
    // SAFETY: the contract of the caller; C has set a function of this kind.
    unsafe {
        let hook = PyOS_InputHook.load(Ordering::Acquire);
        if !hook.is_null() {
            core::mem::transmute::<*mut c_void, extern "C" fn() -> c_int>(hook)();
        }
        if !prompt.is_null() {
            use std::io::Write;
            // Nobody can be told where standard error is closed.
            let _ = std::io::stderr().write_all(CStr::from_ptr(prompt).to_bytes());
        }
        let mut line = Vec::new();
        loop {
            match libc::fgetc(input) {
                libc::EOF => break,
                byte => line.push(byte as u8),
            }
            if line.ends_with(b"\n") {
                break;
            }
        }
        let made: *mut c_char = crate::memory::PyMem_RawMalloc(line.len() + 1).cast();
        if !made.is_null() {
            core::ptr::copy_nonoverlapping(line.as_ptr().cast(), made, line.len());
            made.add(line.len()).write(0);
        }
        made
    }
}

/// Pointers that a call without the lock needs.
struct Streams(*mut libc::FILE, *mut libc::FILE, *const c_char);
// SAFETY: C passes them for this call, and no other thread has them meanwhile.
unsafe impl Send for Streams {}
struct Line(*mut c_char);
// SAFETY: a block of memory that nobody else has.
unsafe impl Send for Line {}

without_interpreter! {
    /// The process's handler of a signal.
    fn PyOS_getsig(number: c_int) -> usize {
        // SAFETY: asks for the handler of the process; room for the result.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            if libc::sigaction(number, core::ptr::null(), &raw mut action) != 0 {
                return libc::SIG_ERR;
            }
            action.sa_sigaction
        }
    }

    /// Sets the process's handler of a signal; gives the one before.
    fn PyOS_setsig(number: c_int, handler: usize) -> usize {
        // SAFETY: sets the handler of the process; room for the one before.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            let mut before: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = handler;
            libc::sigemptyset(&raw mut action.sa_mask);
            // Using the stack that the thread has set aside, if it has: the usual one may have run out.
            action.sa_flags = libc::SA_ONSTACK;
            if libc::sigaction(number, &raw const action, &raw mut before) != 0 {
                return libc::SIG_ERR;
            }
            before.sa_sigaction
        }
    }
}

api! {
    /// `os.fspath(path)`
    runs fn PyOS_FSPath(cx, path: Borrowed) -> Value {
        cx.call(&cx.getattr_text(&cx.import("posix")?, "fspath")?, &[path.to_owned()])
    }

    /// To be called before a fork.
    runs fn PyOS_BeforeFork(cx) -> Nothing {
        at_fork(cx, "_before_fork", true)?;
        Ok(Nothing)
    }

    /// To be called after a fork in the process that was there before.
    runs fn PyOS_AfterFork_Parent(cx) -> Nothing {
        at_fork(cx, "_after_in_parent", false)?;
        Ok(Nothing)
    }

    /// To be called after a fork in the new process.
    runs fn PyOS_AfterFork_Child(cx) -> Nothing {
        Vm::of(cx).after_fork();
        at_fork(cx, "_after_in_child", false)?;
        Ok(Nothing)
    }

    /// The older name of [`PyOS_AfterFork_Child`].
    runs fn PyOS_AfterFork(cx) -> Nothing {
        Vm::of(cx).after_fork();
        at_fork(cx, "_after_in_child", false)?;
        Ok(Nothing)
    }

    /// Has an interrupt arrived? It counts as handled then. Always 0 outside of the main thread.
    quiet fn PyOS_InterruptOccurred(cx) -> c_int {
        Ok(Vm::of(cx).take_interrupt().into())
    }

    /// Reads a line from a terminal or a file, after a prompt: in memory of `PyMem_RawMalloc`. NULL after an interrupt.
    runs fn PyOS_Readline(
        cx,
        input: *mut libc::FILE,
        output: *mut libc::FILE,
        prompt: *const c_char,
    ) -> *mut c_char {
        let streams = Streams(input, output, prompt);
        let line = Vm::of(cx).without_lock(move || {
            // Whole, or the closure would take its fields.
            let streams = streams;
            let Streams(input, output, prompt) = streams;
            let function = PyOS_ReadlineFunctionPointer.load(Ordering::Acquire);
            // SAFETY: the contract: two streams and a text or NULL; C has set a function of this kind.
            unsafe {
                if !function.is_null()
                    && libc::isatty(libc::fileno(input)) != 0
                    && libc::isatty(libc::fileno(output)) != 0
                {
                    return Line(core::mem::transmute::<*mut c_void, ReadLine>(function)(input, output, prompt));
                }
                Line(read_line(input, prompt))
            }
        });
        Ok(line.0)
    }
}
