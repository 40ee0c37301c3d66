//! What a process has once, for all its interpreters: buffers of libc, and the environment.

use std::ffi::CStr;
use std::sync::{Mutex, PoisonError, RwLock};

/// Held while libc writes to its static buffers and while they are copied.
static BUFFERS: Mutex<()> = Mutex::new(());

/// Held for writing while the environment changes, for reading while libc or we look at it.
///
/// Two readers stay outside: `getaddrinfo` and `system`, which may take as long as they like. What other code of the process does with
/// C's `setenv` is not known here; what it does with Rust's `std::env` is, since changes are made through that.
static ENVIRONMENT: RwLock<()> = RwLock::new(());

/// A call of the system whose answer lies in a buffer that the process has once. The answer is copied in the call, which uses no
/// interpreter.
pub(super) fn alone<T: Send + 'static>(call: impl FnOnce() -> T) -> T {
    let _busy = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    call()
}

/// A call that reads the environment, as what asks for the local time does. It uses no interpreter.
pub(super) fn reading_environment<T>(call: impl FnOnce() -> T) -> T {
    let _reading = ENVIRONMENT.read().unwrap_or_else(PoisonError::into_inner);
    call()
}

/// A call that changes the environment. It uses no interpreter.
pub(super) fn changing_environment<T>(call: impl FnOnce() -> T) -> T {
    let _changing = ENVIRONMENT.write().unwrap_or_else(PoisonError::into_inner);
    call()
}

/// `fork`. The child has this thread alone: no other may hold one of the locks for good.
///
/// # Safety
/// That of `fork`.
pub(super) unsafe fn fork() -> libc::pid_t {
    let _busy = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: by the contract.
    changing_environment(|| unsafe { libc::fork() })
}

/// The bytes of a text of the system, if there is one.
///
/// # Safety
/// Null, or the start of a text that ends with a zero.
pub(super) unsafe fn copied(text: *const libc::c_char) -> Option<Vec<u8>> {
    // SAFETY: by the contract.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}
