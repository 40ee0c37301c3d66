//! The calls into AddressSanitizer's runtime, which builds with `--cfg adder_asan -Zsanitizer=address` link: memory of ours that nobody may
//! touch. In other builds they do nothing.

#[cfg(adder_asan)]
unsafe extern "C" {
    fn __asan_poison_memory_region(start: *const u8, size: usize);
    fn __asan_unpoison_memory_region(start: *const u8, size: usize);
}

/// Nobody may touch this memory, which is ours, until it is [`unpoison`]ed.
#[inline(always)]
pub(crate) fn poison(start: *const u8, size: usize) {
    #[cfg(adder_asan)]
    // SAFETY: the runtime marks the range; it does not touch it.
    unsafe {
        __asan_poison_memory_region(start, size);
    }
    #[cfg(not(adder_asan))]
    let _ = (start, size);
}

/// It may be touched again: it is in use, or goes back to the system.
#[inline(always)]
pub(crate) fn unpoison(start: *const u8, size: usize) {
    #[cfg(adder_asan)]
    // SAFETY: as above.
    unsafe {
        __asan_unpoison_memory_region(start, size);
    }
    #[cfg(not(adder_asan))]
    let _ = (start, size);
}
