//! Bytes that users charge to a heap, and the error when there is no room.

use core::alloc::Layout;
use core::fmt;
use core::ptr::NonNull;

use super::{Heap, Inner};
use crate::trace::{Trace, Tracer};

/// A request that would have exceeded the heap's limit (or that the system refused).
///
/// Before it is returned the heap has let queued objects die, collected whole, given unused pages back and asked again.
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
            let more = bytes - self.bytes;
            inner.make_room(more)?;
            inner.charged.set(inner.charged.get() + more);
            inner.gc.charged_more(inner, more);
        } else {
            inner.charged.set(inner.charged.get() - (self.bytes - bytes));
        }
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // SAFETY: pinned; balances the pin of `new`.
        unsafe {
            let inner = self.heap.as_ref();
            inner.charged.set(inner.charged.get() - self.bytes);
            Inner::unpin(self.heap);
        }
    }
}

/// Owns no references; a heap graph adds the bytes to the object whose field it is.
impl Trace for Charge {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer<'_>) {
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

/// An allocator that charges a heap for what it takes from the process's allocator. From [`Heap::allocator`].
///
/// With the feature `allocator-api2` it implements that crate's `Allocator`.
#[derive(Clone)]
pub struct ChargedAlloc {
    heap: Heap,
}

impl ChargedAlloc {
    pub(super) fn new(heap: Heap) -> ChargedAlloc {
        ChargedAlloc { heap }
    }

    /// The heap that is charged.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// Memory from the process's allocator, charged to the heap.
    ///
    /// # Errors
    /// When the limit or the system refuses.
    pub fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        let inner = self.heap.inner();
        if layout.size() == 0 {
            return Ok(NonNull::without_provenance(layout_align(layout)));
        }
        inner.make_room(layout.size())?;
        // SAFETY: not of size zero.
        let got = unsafe { std::alloc::alloc(layout) };
        let got = NonNull::new(got).ok_or_else(|| inner.out_of_memory(layout.size(), true))?;
        inner.charged.set(inner.charged.get() + layout.size());
        inner.gc.charged_more(inner, layout.size());
        Ok(got)
    }

    /// Gives memory back and releases its charge.
    ///
    /// # Safety
    /// `ptr` came from [`allocate`](Self::allocate) of an allocator of the same heap with the same layout.
    pub unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
        if layout.size() == 0 {
            return;
        }
        // SAFETY: forwarded contract.
        unsafe { std::alloc::dealloc(ptr.as_ptr(), layout) };
        let inner = self.heap.inner();
        inner.charged.set(inner.charged.get() - layout.size());
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
