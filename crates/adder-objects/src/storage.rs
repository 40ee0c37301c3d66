//! Buffers that grow within the heap's limit: for what is made piece by piece.

use core::alloc::Layout as Bytes;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use adder_gc::raw;

use crate::cx::Cx;
use crate::error::R;

/// A vector of plain data, charged to the interpreter's heap; growing may raise MemoryError.
pub struct HeapVec<'h, T: Copy> {
    cx: &'h Cx,
    data: NonNull<T>,
    len: usize,
    capacity: usize,
}

impl<'h, T: Copy> HeapVec<'h, T> {
    /// An empty one, without a buffer.
    pub fn new(cx: &'h Cx) -> HeapVec<'h, T> {
        const { assert!(size_of::<T>() > 0) };
        HeapVec { cx, data: NonNull::dangling(), len: 0, capacity: 0 }
    }

    /// An empty one with room for so many.
    ///
    /// # Errors
    /// MemoryError.
    pub fn with_capacity(cx: &'h Cx, items: usize) -> R<HeapVec<'h, T>> {
        let mut made = HeapVec::new(cx);
        made.reallocate(items)?;
        Ok(made)
    }

    /// Its interpreter.
    pub fn cx(&self) -> &'h Cx {
        self.cx
    }

    /// Room for exactly so many, not fewer than there are.
    fn reallocate(&mut self, items: usize) -> R<()> {
        debug_assert!(items >= self.len);
        if items == self.capacity {
            return Ok(());
        }
        let Ok(new) = Bytes::array::<T>(items) else { return Err(self.cx.no_memory()) };
        if items == 0 {
            self.free();
            return Ok(());
        }
        let got = if self.capacity == 0 {
            raw::allocate(&self.cx.heap, new)
        } else {
            let old = Bytes::array::<T>(self.capacity).expect("as allocated");
            // SAFETY: the buffer was allocated with this layout.
            unsafe { raw::reallocate(&self.cx.heap, self.data.cast(), old, new.size()) }
        };
        let Ok(got) = got else { return Err(self.cx.no_memory()) };
        self.data = got.cast();
        self.capacity = items;
        Ok(())
    }

    fn free(&mut self) {
        if self.capacity > 0 {
            let layout = Bytes::array::<T>(self.capacity).expect("as allocated");
            // SAFETY: allocated with this layout; its charge is taken back.
            unsafe { raw::give_back(&self.cx.heap, self.data.cast(), layout) };
            self.capacity = 0;
        }
    }

    /// Room for so many more.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn reserve(&mut self, more: usize) -> R<()> {
        if more > self.capacity - self.len { self.grow(more) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, more: usize) -> R<()> {
        let Some(needed) = self.len.checked_add(more) else { return Err(self.cx.no_memory()) };
        let wanted = needed.max(self.capacity.saturating_mul(2)).max(64 / size_of::<T>());
        match self.reallocate(wanted) {
            // With little room left, exactly what is needed may still fit.
            Err(_) if wanted > needed => self.reallocate(needed),
            done => done,
        }
    }

    /// Adds one.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn push(&mut self, item: T) -> R<()> {
        if self.len == self.capacity {
            self.grow(1)?;
        }
        // SAFETY: there is room.
        unsafe { self.data.add(self.len).write(item) };
        self.len += 1;
        Ok(())
    }

    /// Adds all of these.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn extend(&mut self, items: &[T]) -> R<()> {
        self.reserve(items.len())?;
        // SAFETY: there is room, and the new part overlaps nothing.
        unsafe { self.data.add(self.len).as_ptr().copy_from_nonoverlapping(items.as_ptr(), items.len()) };
        self.len += items.len();
        Ok(())
    }

    /// Adds so many copies of one.
    ///
    /// # Errors
    /// MemoryError.
    pub fn fill(&mut self, item: T, times: usize) -> R<()> {
        self.reserve(times)?;
        for at in 0..times {
            // SAFETY: there is room.
            unsafe { self.data.add(self.len + at).write(item) };
        }
        self.len += times;
        Ok(())
    }

    /// Keeps the first so many.
    pub fn truncate(&mut self, items: usize) {
        self.len = self.len.min(items);
    }

    /// So many are in use from here on.
    ///
    /// # Safety
    /// There is room for them, and all of them are initialised.
    pub unsafe fn set_len(&mut self, items: usize) {
        debug_assert!(items <= self.capacity);
        self.len = items;
    }

    /// The buffer, its length, and the room in it: to be given back with `raw::deallocate`.
    pub(crate) fn into_parts(self) -> (NonNull<T>, usize, usize) {
        let this = core::mem::ManuallyDrop::new(self);
        (this.data, this.len, this.capacity)
    }
}

impl<T: Copy> Deref for HeapVec<'_, T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: so many are initialised.
        unsafe { core::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
}

impl<T: Copy> DerefMut for HeapVec<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: so many are initialised, and borrowed alone.
        unsafe { core::slice::from_raw_parts_mut(self.data.as_ptr(), self.len) }
    }
}

impl<T: Copy> Drop for HeapVec<'_, T> {
    fn drop(&mut self) {
        self.free();
    }
}
