//! Memory from the operating system: aligned, reserved at once, resident only where touched.
//!
//! On Unix this is `mmap`; elsewhere, and under Miri, the process's allocator with the same alignment.

use core::ptr::NonNull;

/// Reserves `size` bytes aligned to `align` (both powers of two times the system's page).
///
/// The bytes read as zero on Unix; elsewhere they are zeroed by the allocator. `None` when the system refuses.
pub(crate) fn reserve(size: usize, align: usize) -> Option<NonNull<u8>> {
    imp::reserve(size, align)
}

/// Gives a whole reservation back.
///
/// # Safety
/// `ptr` came from [`reserve`] with the same `size` and `align`, and nothing in it is used afterwards.
pub(crate) unsafe fn release(ptr: NonNull<u8>, size: usize, align: usize) {
    // SAFETY: forwarded contract.
    unsafe { imp::release(ptr, size, align) }
}

/// Gives the memory behind part of a reservation back and keeps the addresses; the bytes read as zero afterwards
/// (or keep their value where the system has no such call).
///
/// # Safety
/// The range lies in a live reservation and holds nothing that is still needed.
pub(crate) unsafe fn decommit(ptr: NonNull<u8>, size: usize) {
    // SAFETY: forwarded contract.
    unsafe { imp::decommit(ptr, size) }
}

#[cfg(all(unix, not(miri)))]
mod imp {
    use core::ptr::NonNull;

    pub(super) fn reserve(size: usize, align: usize) -> Option<NonNull<u8>> {
        let span = size.checked_add(align)?;
        // SAFETY: an anonymous private mapping at an address of the system's choice touches no memory of ours.
        let raw = unsafe {
            libc::mmap(
                core::ptr::null_mut(),
                span,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if raw == libc::MAP_FAILED {
            return None;
        }
        let raw = raw.cast::<u8>();
        let head = raw.align_offset(align);
        // SAFETY: `head <= align`, so the aligned range of `size` bytes lies inside the mapping; the ends cut off
        // belong to the mapping made above and nobody uses them.
        unsafe {
            let start = raw.add(head);
            if head > 0 {
                libc::munmap(raw.cast(), head);
            }
            let tail = span - head - size;
            if tail > 0 {
                libc::munmap(start.add(size).cast(), tail);
            }
            NonNull::new(start)
        }
    }

    pub(super) unsafe fn release(ptr: NonNull<u8>, size: usize, _align: usize) {
        // SAFETY: the caller hands over the whole mapping.
        unsafe { libc::munmap(ptr.as_ptr().cast(), size) };
    }

    pub(super) unsafe fn decommit(ptr: NonNull<u8>, size: usize) {
        // SAFETY: the range is part of a private anonymous mapping whose content is no longer needed.
        unsafe { libc::madvise(ptr.as_ptr().cast(), size, libc::MADV_DONTNEED) };
    }
}

#[cfg(not(all(unix, not(miri))))]
mod imp {
    use core::ptr::NonNull;
    use std::alloc::{Layout, alloc_zeroed, dealloc};

    pub(super) fn reserve(size: usize, align: usize) -> Option<NonNull<u8>> {
        let layout = Layout::from_size_align(size, align).ok()?;
        // SAFETY: `size` is not zero.
        NonNull::new(unsafe { alloc_zeroed(layout) })
    }

    pub(super) unsafe fn release(ptr: NonNull<u8>, size: usize, align: usize) {
        // SAFETY: `reserve` checked this layout and allocated with it.
        unsafe { dealloc(ptr.as_ptr(), Layout::from_size_align_unchecked(size, align)) };
    }

    pub(super) unsafe fn decommit(_ptr: NonNull<u8>, _size: usize) {}
}
