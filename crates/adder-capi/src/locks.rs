//! `PyThread_*_lock`, `PyMutex_*`: locks, made of words that a thread sleeps on ([`wait`]).
//!
//! A `PyThread_type_lock` is waited for with the interpreter's lock held, if the caller holds it: so C lets go of that before. A
//! `PyMutex` lets go of it by itself.

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use adder_objects::Cx;
use adder_vm::threads::wait::{wait, wake};
use adder_vm::threads::without_lock;

/// What `PyThread_type_lock` points to.
struct Lock {
    held: AtomicBool,
    /// Counts releases.
    word: AtomicU32,
}

/// `PyLockStatus`
mod status {
    use core::ffi::c_int;
    pub(super) const FAILURE: c_int = 0;
    pub(super) const ACQUIRED: c_int = 1;
    pub(super) const INTERRUPTED: c_int = 2;
}

/// A new lock that nobody holds.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_allocate_lock() -> *mut c_void {
    Box::into_raw(Box::new(Lock { held: AtomicBool::new(false), word: AtomicU32::new(0) })).cast()
}

/// Gives a lock back.
///
/// # Safety
/// A lock that nobody holds, waits for, or uses afterwards; or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_free_lock(lock: *mut c_void) {
    if !lock.is_null() {
        // SAFETY: by the contract.
        drop(unsafe { Box::from_raw(lock.cast::<Lock>()) });
    }
}

/// Takes a lock, in so many microseconds: 0 does not wait, fewer waits without end. 1 if it was taken, 0 if not; 2 if a signal
/// came before and the caller wants to be told.
///
/// # Safety
/// A lock.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_acquire_lock_timed(lock: *mut c_void, microseconds: i64, told: c_int) -> c_int {
    // SAFETY: by the contract.
    let lock = unsafe { &*lock.cast::<Lock>() };
    let until = u64::try_from(microseconds).ok().and_then(|n| Instant::now().checked_add(Duration::from_micros(n)));
    loop {
        let word = lock.word.load(Ordering::Acquire);
        if !lock.held.swap(true, Ordering::Acquire) {
            return status::ACQUIRED;
        }
        if microseconds == 0 || until.is_some_and(|until| until <= Instant::now()) {
            return status::FAILURE;
        }
        if wait(&lock.word, word, until) && told != 0 && cfg!(target_os = "linux") {
            return status::INTERRUPTED;
        }
    }
}

/// Takes a lock, and waits for it if `waits`: 1 if it was taken.
///
/// # Safety
/// A lock.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_acquire_lock(lock: *mut c_void, waits: c_int) -> c_int {
    // SAFETY: by the contract.
    unsafe { PyThread_acquire_lock_timed(lock, if waits == 0 { 0 } else { -1 }, 0) }
}

/// Lets go of a lock, whoever has taken it.
///
/// # Safety
/// A lock that is held.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_release_lock(lock: *mut c_void) {
    // SAFETY: by the contract.
    let lock = unsafe { &*lock.cast::<Lock>() };
    lock.held.store(false, Ordering::Release);
    wake(&lock.word, 1);
}

/// The longest time that [`PyThread_acquire_lock_timed`] takes, in microseconds.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub static PY_TIMEOUT_MAX: i64 = i64::MAX / 1000;

/// Bits of a `PyMutex`.
mod bit {
    pub(super) const LOCKED: u8 = 1;
    pub(super) const WAITED_FOR: u8 = 2;
}

/// Words that threads sleep on which wait for a `PyMutex`: it has only a byte of its own.
static WORDS: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];

fn word_of(mutex: &AtomicU8) -> &'static AtomicU32 {
    let address = core::ptr::from_ref(mutex).addr();
    &WORDS[address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58]
}

fn lock(mutex: &AtomicU8) {
    let word = word_of(mutex);
    loop {
        let seen = word.load(Ordering::Acquire);
        let bits = mutex.fetch_or(bit::LOCKED, Ordering::Acquire);
        if bits & bit::LOCKED == 0 {
            return;
        }
        let bits = mutex.fetch_or(bit::WAITED_FOR, Ordering::Relaxed);
        if bits & bit::LOCKED != 0 {
            wait(word, seen, None);
        }
    }
}

/// Takes a mutex. While it waits, the thread has not the interpreter's lock.
///
/// # Safety
/// A `PyMutex`.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyMutex_Lock(mutex: *mut u8) {
    // SAFETY: by the contract.
    let mutex = unsafe { AtomicU8::from_ptr(mutex) };
    if mutex.compare_exchange(0, bit::LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
        return;
    }
    match Cx::try_current() {
        Some(cx) => without_lock(cx, || lock(mutex)),
        None => lock(mutex),
    }
}

/// Lets go of a mutex.
///
/// # Safety
/// A `PyMutex`.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyMutex_Unlock(mutex: *mut u8) {
    // SAFETY: by the contract.
    let mutex = unsafe { AtomicU8::from_ptr(mutex) };
    let bits = mutex.swap(0, Ordering::Release);
    if bits & bit::LOCKED == 0 {
        eprintln!("Fatal Python error: PyMutex_Unlock: unlocking mutex that is not locked");
        std::process::abort();
    }
    if bits & bit::WAITED_FOR != 0 {
        // Others sleep on the same word: each looks again.
        wake(word_of(mutex), i32::MAX);
    }
}

/// Is it held?
///
/// # Safety
/// A `PyMutex`.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyMutex_IsLocked(mutex: *mut u8) -> c_int {
    // SAFETY: by the contract.
    (unsafe { AtomicU8::from_ptr(mutex) }.load(Ordering::Acquire) & bit::LOCKED).into()
}

crate::contract::rows! {
    /// The rows of this file.
    ALL:
    quiet PyThread_allocate_lock() -> Plain;
    quiet PyThread_free_lock(lock: Plain) -> Plain;
    quiet PyThread_acquire_lock_timed(lock: Plain, microseconds: Plain, told: Plain) -> Plain;
    quiet PyThread_acquire_lock(lock: Plain, waits: Plain) -> Plain;
    quiet PyThread_release_lock(lock: Plain) -> Plain;
    quiet PyMutex_Lock(mutex: Plain) -> Plain;
    quiet PyMutex_Unlock(mutex: Plain) -> Plain;
    quiet PyMutex_IsLocked(mutex: Plain) -> Plain;
}
