//! Waiting for a word to change: what locks and the ends of threads are made of.
//!
//! A wait ends early when a signal arrives, so that the main thread can call the signal's handler and wait on. Standard mutexes
//! and condition variables do not tell of signals.

use core::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Sleeps while the word has this value: until it is woken, the time has come, or a signal has arrived. May end for no reason.
/// Says whether it was a signal.
#[cfg(target_os = "linux")]
pub fn wait(word: &AtomicU32, value: u32, until: Option<Instant>) -> bool {
    let left = until.map(|until| {
        let left = until.saturating_duration_since(Instant::now());
        libc::timespec { tv_sec: left.as_secs() as libc::time_t, tv_nsec: left.subsec_nanos().into() }
    });
    let left = left.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: a word that is borrowed, and a time or none; the kernel compares and sleeps.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            value,
            left,
            core::ptr::null::<u32>(),
            0,
        )
    };
    result < 0 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
}

/// Where the system has no such call known to us: looks again and again, and a signal may have come each time.
#[cfg(not(target_os = "linux"))]
pub fn wait(word: &AtomicU32, value: u32, until: Option<Instant>) -> bool {
    let step = std::time::Duration::from_millis(1);
    if word.load(Ordering::Acquire) == value {
        std::thread::sleep(until.map_or(step, |until| step.min(until.saturating_duration_since(Instant::now()))));
    }
    true
}

/// Adds one to the word, and wakes so many of those who wait for it to change.
pub fn wake(word: &AtomicU32, how_many: i32) {
    word.fetch_add(1, Ordering::Release);
    #[cfg(target_os = "linux")]
    // SAFETY: a word that is borrowed.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, how_many)
    };
    #[cfg(not(target_os = "linux"))]
    let _ = how_many;
}
