//! Bytes that a stream owns: allocated from the interpreter's heap, reached through a shared reference.

use core::alloc::Layout as Bytes;
use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};
use adder_objects::{Cx, R};

/// A run of bytes that grows. Who drops the object that has it calls [`free`](Storage::free) before.
pub(super) struct Storage {
    data: Cell<*mut u8>,
    capacity: Cell<usize>,
    len: Cell<usize>,
}

impl Storage {
    /// An empty one, without memory.
    pub(super) const fn new() -> Storage {
        Storage { data: Cell::new(core::ptr::null_mut()), capacity: Cell::new(0), len: Cell::new(0) }
    }

    /// The first byte; dangling where there is no memory.
    pub(super) fn data(&self) -> *mut u8 {
        let data = self.data.get();
        if data.is_null() { core::ptr::dangling_mut::<u64>().cast() } else { data }
    }

    /// Bytes in use.
    pub(super) fn len(&self) -> usize {
        self.len.get()
    }

    /// Bytes that there is room for.
    pub(super) fn capacity(&self) -> usize {
        self.capacity.get()
    }

    /// So many are in use from here on.
    ///
    /// # Safety
    /// There is room, and all of them are initialised.
    pub(super) unsafe fn set_len(&self, len: usize) {
        debug_assert!(len <= self.capacity());
        self.len.set(len);
    }

    /// The bytes in use.
    ///
    /// # Safety
    /// Nothing changes them while the borrow lives: no code of a user runs, and the interpreter's lock is kept.
    pub(super) unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: so many are initialised; the rest is the contract.
        unsafe { core::slice::from_raw_parts(self.data(), self.len()) }
    }

    /// Room for so many bytes in all, exactly.
    pub(super) fn resize_exactly(&self, cx: &Cx, wanted: usize) -> R<()> {
        if wanted == self.capacity() {
            return Ok(());
        }
        let Ok(layout) = Bytes::from_size_align(wanted.max(1), 8) else { return Err(cx.no_memory()) };
        let got = match NonNull::new(self.data.get()) {
            None => raw::allocate(&cx.heap, layout),
            Some(data) => {
                let old = Bytes::from_size_align(self.capacity(), 8).expect("as allocated");
                // SAFETY: allocated with this layout.
                unsafe { raw::reallocate(&cx.heap, data, old, layout.size()) }
            }
        };
        let Ok(got) = got else { return Err(cx.no_memory()) };
        self.data.set(got.as_ptr());
        self.capacity.set(layout.size());
        self.len.set(self.len().min(wanted));
        Ok(())
    }

    /// Room for so many bytes in all, and for more to come.
    pub(super) fn reserve(&self, cx: &Cx, wanted: usize) -> R<()> {
        if wanted <= self.capacity() {
            return Ok(());
        }
        let ample = wanted.max(self.capacity().saturating_add(self.capacity() / 2)).max(64);
        match self.resize_exactly(cx, ample) {
            Err(_) if ample > wanted => self.resize_exactly(cx, wanted),
            done => done,
        }
    }

    /// Adds bytes, which are not its own.
    pub(super) fn extend(&self, cx: &Cx, bytes: &[u8]) -> R<()> {
        let len = self.len();
        let Some(wanted) = len.checked_add(bytes.len()) else { return Err(cx.no_memory()) };
        self.reserve(cx, wanted)?;
        // SAFETY: there is room, and the new part overlaps nothing.
        unsafe { self.data().add(len).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.len.set(wanted);
        Ok(())
    }

    /// What it has, taken out: it is empty then.
    pub(super) fn take(&self) -> Storage {
        Storage {
            data: Cell::new(self.data.replace(core::ptr::null_mut())),
            capacity: Cell::new(self.capacity.replace(0)),
            len: Cell::new(self.len.replace(0)),
        }
    }

    /// Takes memory over for what is to come, unless it has some already.
    pub(super) fn reuse(&self, other: &Storage, head: &Head) {
        if self.data.get().is_null() {
            self.data.set(other.data.replace(core::ptr::null_mut()));
            self.capacity.set(other.capacity.replace(0));
        } else {
            other.free(head);
        }
        other.len.set(0);
    }

    /// Gives the memory back.
    pub(super) fn free(&self, head: &Head) {
        if let Some(data) = NonNull::new(self.data.replace(core::ptr::null_mut())) {
            let layout = Bytes::from_size_align(self.capacity.replace(0), 8).expect("as allocated");
            // SAFETY: allocated with this layout.
            unsafe { raw::deallocate(NonNull::from_ref(head), data, layout) };
        }
        self.len.set(0);
    }
}
