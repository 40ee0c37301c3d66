//! Bytes that users charge to a heap, and the error when there is no room.

use core::alloc::Layout;
use core::fmt;
use core::ptr::NonNull;

use super::{Heap, Inner};
use crate::trace::{Trace, Tracer};

/// A request that would have exceeded the heap's limit (or that the system refused).
///
/// Before it is returned the heap has let queued objects die, collected whole, given unused pages back and asked again. The
/// collection is left out if the last one freed next to nothing, and nothing that it found alive has lost a reference since. In
/// [manual mode](crate::CollectMode::Manual) unused pages are all that it looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory {
    /// The heap's limit in bytes; `usize::MAX` for none.
    pub limit: usize,
    /// Bytes in use when the request was refused.
    pub used: usize,
    /// Bytes asked for.
    pub requested: usize,
    pub(crate) system: bool,
}

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.system {
            write!(f, "out of memory: the system refused {} bytes ({} in use)", self.requested, self.used)
        } else {
            write!(
                f,
                "out of memory: {} bytes requested, {} of {} in use (raise it with Heap::set_limit)",
                self.requested, self.used, self.limit
            )
        }
    }
}

impl core::error::Error for OutOfMemory {}

/// Bytes charged to a heap, released on drop. From [`Heap::try_charge`].
///
/// For memory that belongs to objects of the heap but does not lie in it (buffers, files mapped, textures): it counts
/// against the limit and brings collections nearer. Outlives the heap safely.
pub struct Charge {
    heap: NonNull<Inner>,
    bytes: usize,
}

impl Charge {
    pub(super) fn new(heap: NonNull<Inner>, bytes: usize) -> Result<Charge, OutOfMemory> {
        // SAFETY: the caller's heap is alive.
        let inner = unsafe { heap.as_ref() };
        inner.pin();
        let mut charge = Charge { heap, bytes: 0 };
        charge.resize(bytes)?;
        Ok(charge)
    }

    /// Bytes charged.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Changes the charge, before a buffer grows or after it shrank.
    ///
    /// # Errors
    /// When growing would exceed the limit even after a collection; the charge stays as it was.
    pub fn resize(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        // SAFETY: pinned.
        let inner = unsafe { self.heap.as_ref() };
        if bytes > self.bytes {
            take(inner, bytes - self.bytes)?;
        } else {
            give_back(inner, self.bytes - bytes);
        }
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // SAFETY: pinned; balances the pin of `new`.
        unsafe {
            give_back(self.heap.as_ref(), self.bytes);
            Inner::unpin(self.heap);
        }
    }
}

/// Owns no references; a heap graph adds the bytes to the object whose field it is.
impl Trace for Charge {
    #[inline(always)]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.charge(self.bytes);
    }
    fn tracked() -> bool {
        false
    }
    fn finalizes() -> bool {
        false
    }
}

impl fmt::Debug for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charge").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Counts more bytes, once there is room for them.
///
/// A collection may run in here, and a panic in some drop then unwinds from it: nothing is counted before that is over.
fn take(heap: &Inner, bytes: usize) -> Result<(), OutOfMemory> {
    if heap.is_refused(bytes) {
        return Err(heap.out_of_memory(bytes, false));
    }
    // Where there is no room, a collection is decided about by what is known of the last one.
    if heap.fits(bytes) {
        heap.gc.charged_more(heap, bytes);
        crate::collect::look_ahead(heap, bytes);
    }
    heap.make_room(bytes)?;
    heap.charged.set(heap.charged.get() + bytes);
    Ok(())
}

fn give_back(heap: &Inner, bytes: usize) {
    heap.charged.set(heap.charged.get() - bytes);
}

impl Inner {
    pub(crate) fn more_charged(&self, bytes: usize) -> Result<(), OutOfMemory> {
        take(self, bytes)
    }

    #[inline]
    pub(crate) fn less_charged(&self, bytes: usize) {
        give_back(self, bytes);
    }

    pub(crate) fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        // SAFETY: only called with layouts that are not of size zero.
        self.allocate_with(layout, |layout| unsafe { std::alloc::alloc(layout) })
    }

    fn allocate_with(
        &self,
        layout: Layout,
        allocate: impl FnOnce(Layout) -> *mut u8,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        take(self, layout.size())?;
        let Some(got) = NonNull::new(allocate(layout)) else {
            give_back(self, layout.size());
            return Err(self.out_of_memory(layout.size(), true));
        };
        self.watch_buffer(got, layout.size());
        Ok(got)
    }

    /// # Safety
    /// `ptr` was allocated with the layout `old`, whose size was charged; neither size is zero.
    pub(crate) unsafe fn reallocate(
        &self,
        ptr: NonNull<u8>,
        old: Layout,
        size: usize,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        let more = size.saturating_sub(old.size());
        if more > 0 {
            take(self, more)?;
        }
        let before = ptr.addr().get();
        // SAFETY: by the contract.
        let got = unsafe { std::alloc::realloc(ptr.as_ptr(), old, size) };
        let Some(got) = NonNull::new(got) else {
            give_back(self, more);
            return Err(self.out_of_memory(size, true));
        };
        give_back(self, old.size().saturating_sub(size));
        if self.is_watched() {
            self.watch_death(before);
            self.watch_buffer(got, size);
        }
        Ok(got)
    }

    /// # Safety
    /// `ptr` was allocated with this layout, which has bytes, and they were charged.
    pub(crate) unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        self.watch_buffer_end(ptr);
        // SAFETY: by the contract.
        unsafe { std::alloc::dealloc(ptr.as_ptr(), layout) };
        give_back(self, layout.size());
    }
}

/// An allocator that charges a heap for what it takes from the process's allocator. From [`Heap::allocator`].
///
/// Clones charge the same heap, and memory from one may be given back through another. It keeps the heap's books alive and
/// not the heap itself: an object may own such memory of its own heap. With the feature `allocator-api2` it implements that
/// crate's `Allocator`; [`GcVec`](crate::GcVec) and [`GcString`](crate::GcString) use it without.
pub struct ChargedAlloc {
    heap: NonNull<Inner>,
}

impl ChargedAlloc {
    pub(super) fn new(heap: NonNull<Inner>) -> ChargedAlloc {
        // SAFETY: the caller's heap is alive.
        unsafe { heap.as_ref() }.pin();
        ChargedAlloc { heap }
    }

    fn inner(&self) -> &Inner {
        // SAFETY: pinned.
        unsafe { self.heap.as_ref() }
    }

    /// The heap that is charged.
    pub fn heap(&self) -> Heap {
        Heap::from_inner(self.inner())
    }

    /// The error for a request that no limit could allow.
    pub(crate) fn too_large(&self) -> OutOfMemory {
        self.inner().out_of_memory(usize::MAX, false)
    }

    /// Bytes that may be charged before the limit is reached.
    pub(crate) fn spare(&self) -> usize {
        let inner = self.inner();
        inner.limit.get().saturating_sub(inner.used_bytes())
    }

    /// Memory from the process's allocator, charged to the heap.
    ///
    /// # Errors
    /// When the limit or the system refuses.
    pub fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        // SAFETY: only called with layouts that are not of size zero.
        self.allocate_with(layout, |layout| unsafe { std::alloc::alloc(layout) })
    }

    /// As [`allocate`](Self::allocate), with every byte zero.
    ///
    /// # Errors
    /// When the limit or the system refuses.
    pub fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        // SAFETY: only called with layouts that are not of size zero.
        self.allocate_with(layout, |layout| unsafe { std::alloc::alloc_zeroed(layout) })
    }

    fn allocate_with(
        &self,
        layout: Layout,
        allocate: impl FnOnce(Layout) -> *mut u8,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        if layout.size() == 0 {
            return Ok(NonNull::without_provenance(layout_align(layout)));
        }
        self.inner().allocate_with(layout, allocate)
    }

    /// Makes a piece of memory larger or smaller, moving it if need be; the difference is charged or released. What both
    /// sizes share keeps its contents.
    ///
    /// # Errors
    /// When the limit or the system refuses; the memory stays as it was.
    ///
    /// # Safety
    /// `ptr` came from an allocator of the same heap with the layout `old`. After success it is no longer valid.
    pub unsafe fn reallocate(&self, ptr: NonNull<u8>, old: Layout, new: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        if old.size() == 0 || new.size() == 0 || old.align() != new.align() {
            let moved = self.allocate(new)?;
            // SAFETY: both are valid for the smaller size, and one is new; the rest is the caller's contract.
            unsafe {
                moved.copy_from_nonoverlapping(ptr, old.size().min(new.size()));
                self.deallocate(ptr, old);
            }
            return Ok(moved);
        }
        // SAFETY: by the contract; a layout says that the new size is not too large.
        unsafe { self.inner().reallocate(ptr, old, new.size()) }
    }

    /// Gives memory back and releases its charge.
    ///
    /// # Safety
    /// `ptr` came from an allocator of the same heap with the same layout.
    pub unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        if layout.size() > 0 {
            // SAFETY: forwarded contract.
            unsafe { self.inner().deallocate(ptr, layout) };
        }
    }
}

impl Clone for ChargedAlloc {
    fn clone(&self) -> Self {
        ChargedAlloc::new(self.heap)
    }
}

impl Drop for ChargedAlloc {
    fn drop(&mut self) {
        // SAFETY: balances the pin of `new`.
        unsafe { Inner::unpin(self.heap) };
    }
}

fn layout_align(layout: Layout) -> core::num::NonZero<usize> {
    core::num::NonZero::new(layout.align()).expect("alignments are powers of two")
}

impl fmt::Debug for ChargedAlloc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChargedAlloc")
    }
}
