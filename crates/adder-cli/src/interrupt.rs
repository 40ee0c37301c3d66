//! Ctrl-C as a flag: the handler of SIGINT sets it, the interpreter polls it and raises KeyboardInterrupt.

use std::io;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

use adder_vm::Vm;

static PENDING: AtomicBool = AtomicBool::new(false);
/// The word in which the interpreter that is told of Ctrl-C looks for work; null while there is none.
static WORD: AtomicPtr<AtomicU32> = AtomicPtr::new(null_mut());

extern "C" fn handle(_signal: libc::c_int) {
    PENDING.store(true, Ordering::Release);
    // SAFETY: a word that stands here lives; it is taken out before it ends.
    if let Some(word) = unsafe { WORD.load(Ordering::Acquire).as_ref() } {
        word.fetch_or(Vm::SIGNAL, Ordering::Relaxed);
    }
}

/// Tells an interpreter of Ctrl-C while it lives.
pub struct Told<'v>(#[allow(dead_code, reason = "its life is what matters")] &'v Vm);

impl<'v> Told<'v> {
    /// From now on Ctrl-C is KeyboardInterrupt in this interpreter.
    pub fn new(vm: &'v Vm) -> Told<'v> {
        let word: *const AtomicU32 = &raw const *vm.cx.breaker;
        WORD.store(word.cast_mut(), Ordering::Release);
        Told(vm)
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        WORD.store(null_mut(), Ordering::Release);
    }
}

/// From now on SIGINT sets the flag. A process that was started with SIGINT ignored goes on ignoring it, as CPython does.
///
/// System calls are not restarted: one that waits returns, so that the interpreter gets to poll.
pub fn install() -> io::Result<()> {
    // SAFETY: both structs are plain data that the calls fill or read, and the handler only stores to an atomic.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old) != 0 {
            return Err(io::Error::last_os_error());
        }
        if old.sa_sigaction == libc::SIG_IGN {
            return Ok(());
        }
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handle as extern "C" fn(libc::c_int) as usize;
        libc::sigemptyset(&mut new.sa_mask);
        if libc::sigaction(libc::SIGINT, &new, std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Was Ctrl-C pressed? One load; it does not take the press.
#[inline]
pub fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed)
}

/// Takes the press: the next call answers `false` until Ctrl-C is pressed again.
pub fn take() -> bool {
    PENDING.swap(false, Ordering::AcqRel)
}

/// Ends the process as an uncaught SIGINT does, so that a shell sees it. CPython does so after an uncaught KeyboardInterrupt.
pub fn die() -> ! {
    // SAFETY: plain calls; the default action of SIGINT ends the process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    // Reached only where the signal is blocked.
    std::process::exit(128 + libc::SIGINT)
}
