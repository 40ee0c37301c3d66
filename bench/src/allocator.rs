//! The global allocator: the system's, counting requested bytes while a workload asks for it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Forwards to the system allocator. Counting is off unless [`start_counting`] was called, so
/// that the timed workloads pay one predicted branch and nothing else.
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicUsize = AtomicUsize::new(0);

#[cold]
#[inline(never)]
fn add(bytes: usize) {
    REQUESTED.fetch_add(bytes, Relaxed);
}

#[cold]
#[inline(never)]
fn remove(bytes: usize) {
    REQUESTED.fetch_sub(bytes, Relaxed);
}

// SAFETY: every call is forwarded unchanged to `System`; counting touches only atomics.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            add(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            remove(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            add(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            add(new_size);
            remove(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

/// Starts counting, from zero. Call it before the first block that will be freed while counting.
pub fn start_counting() {
    REQUESTED.store(0, Relaxed);
    ON.store(true, Relaxed);
}

/// Bytes requested and not given back since [`start_counting`] (as a signed difference: blocks
/// older than the start may be freed in between).
pub fn requested() -> isize {
    REQUESTED.load(Relaxed).cast_signed()
}

/// Bytes of this process that are resident, from `/proc/self/statm`; 0 where there is none.
pub fn resident() -> usize {
    let pages: usize = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0);
    // SAFETY: `sysconf` only reads a constant of the system.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages * usize::try_from(page).unwrap_or(4096)
}
