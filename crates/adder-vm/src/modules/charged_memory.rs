//! Memory for libraries that take functions for it: charged to the interpreter that is current.

use core::alloc::Layout;
use core::ffi::c_void;
use core::ptr::NonNull;

use adder_gc::raw;
use adder_objects::Cx;

/// Bytes in front of an allocation, which say how large it is.
const PREFIX: usize = 16;

/// So many items of a size; null where the interpreter has no room.
pub(super) fn allocate(items: usize, size: usize) -> *mut c_void {
    let bytes = items.saturating_mul(size).saturating_add(PREFIX);
    let (Some(cx), Ok(layout)) = (Cx::try_current(), Layout::from_size_align(bytes, PREFIX)) else {
        return core::ptr::null_mut();
    };
    match raw::allocate(&cx.heap, layout) {
        // SAFETY: there is room for the prefix.
        Ok(block) => unsafe {
            block.cast::<usize>().write(bytes);
            block.as_ptr().add(PREFIX).cast()
        },
        Err(_) => core::ptr::null_mut(),
    }
}

/// Gives an allocation back; null is none.
///
/// # Safety
/// Made by [`allocate`], and not used any more.
pub(super) unsafe fn free(block: *mut c_void) {
    // SAFETY: made by `allocate`, with its prefix and layout.
    unsafe {
        let Some(block) = NonNull::new(block.cast::<u8>()) else { return };
        let start = block.sub(PREFIX);
        let bytes = start.cast::<usize>().read();
        std::alloc::dealloc(start.as_ptr(), Layout::from_size_align_unchecked(bytes, PREFIX));
        if let Some(cx) = Cx::try_current() {
            raw::uncharge(&cx.heap, bytes);
        }
    }
}
