//! `Allocator` of allocator-api2 for [`ChargedAlloc`], and `Trace` for that crate's `Vec` and `Box`.
//!
//! The version is the one that hashbrown uses.

use core::alloc::Layout;
use core::any::TypeId;
use core::ptr::NonNull;

use ::allocator_api2::alloc::{AllocError, Allocator};
use ::allocator_api2::boxed::Box as BoxIn;
use ::allocator_api2::vec::Vec as VecIn;

use crate::heap::ChargedAlloc;
use crate::trace::{Clearer, Trace, Tracer, tracked_if};

/// Tells a heap graph of memory that a container holds, if it is charged to a heap.
#[inline]
pub(super) fn charge<A: 'static>(tracer: &mut Tracer<'_>, bytes: impl FnOnce() -> usize) {
    if TypeId::of::<A>() == TypeId::of::<ChargedAlloc>() {
        tracer.charge(bytes());
    }
}

fn sized(ptr: NonNull<u8>, layout: Layout) -> NonNull<[u8]> {
    NonNull::slice_from_raw_parts(ptr, layout.size())
}

// SAFETY: the memory comes from the process's allocator and stays valid until it is given back there, whatever becomes of the
// heap and of the handles to it. Clones charge the same heap, whose books every one of them keeps alive.
unsafe impl Allocator for ChargedAlloc {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        ChargedAlloc::allocate(self, layout).map(|ptr| sized(ptr, layout)).map_err(|_| AllocError)
    }

    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        ChargedAlloc::allocate_zeroed(self, layout).map(|ptr| sized(ptr, layout)).map_err(|_| AllocError)
    }

    unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        // SAFETY: forwarded contract.
        unsafe { ChargedAlloc::deallocate(self, ptr, layout) };
    }

    unsafe fn grow(&self, ptr: NonNull<u8>, old: Layout, new: Layout) -> Result<NonNull<[u8]>, AllocError> {
        // SAFETY: forwarded contract.
        let moved = unsafe { self.reallocate(ptr, old, new) };
        moved.map(|ptr| sized(ptr, new)).map_err(|_| AllocError)
    }

    unsafe fn grow_zeroed(&self, ptr: NonNull<u8>, old: Layout, new: Layout) -> Result<NonNull<[u8]>, AllocError> {
        // SAFETY: forwarded contract; the bytes behind the old ones belong to the new piece.
        unsafe {
            let moved = self.reallocate(ptr, old, new).map_err(|_| AllocError)?;
            moved.add(old.size()).write_bytes(0, new.size() - old.size());
            Ok(sized(moved, new))
        }
    }

    unsafe fn shrink(&self, ptr: NonNull<u8>, old: Layout, new: Layout) -> Result<NonNull<[u8]>, AllocError> {
        // SAFETY: forwarded contract.
        let moved = unsafe { self.reallocate(ptr, old, new) };
        moved.map(|ptr| sized(ptr, new)).map_err(|_| AllocError)
    }
}

impl<T: Trace, A: Allocator + Clone + 'static> Trace for VecIn<T, A> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        charge::<A>(tracer, || self.capacity().saturating_mul(size_of::<T>()));
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            self.as_slice().clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            let empty = VecIn::new_in(self.allocator().clone());
            clearer.discard_iter(core::mem::replace(self, empty).into_iter());
        }
    }
    tracked_if!(T);
}

impl<T: Trace + ?Sized, A: Allocator + 'static> Trace for BoxIn<T, A> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        charge::<A>(tracer, || size_of_val(&**self));
        (**self).trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        (**self).clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        (**self).take_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}
