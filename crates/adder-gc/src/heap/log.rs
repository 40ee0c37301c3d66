//! The log of young objects: one entry for each block that came to life since the last collection.
//!
//! An object is logged when it is born, unless its block is in the log already: a block keeps its flag while it is free,
//! so that a program that makes and drops objects in turn writes no entries. The log being full is what starts a
//! collection: allocation has no counter of its own.

use core::cell::Cell;

use crate::header::{Hdr, Header, State, flag};

pub(crate) struct Log {
    start: Cell<*mut *mut Header>,
    next: Cell<*mut *mut Header>,
    end: Cell<*mut *mut Header>,
    capacity: Cell<usize>,
}

impl Log {
    pub(crate) const fn new() -> Log {
        Log {
            start: Cell::new(core::ptr::null_mut()),
            next: Cell::new(core::ptr::null_mut()),
            end: Cell::new(core::ptr::null_mut()),
            capacity: Cell::new(0),
        }
    }

    /// Entries to make room for at first when so many objects may be young: it grows as it is needed.
    pub(crate) fn room_for(threshold: u32) -> usize {
        (threshold as usize).min(1 << 14)
    }

    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.next.get() == self.end.get()
    }

    /// Adds a newborn.
    ///
    /// # Safety
    /// The log is not full.
    #[inline(always)]
    pub(crate) unsafe fn push(&self, header: Hdr) {
        // SAFETY: not full, so `next` is inside the buffer.
        unsafe {
            self.next.get().write(header.as_ptr());
            self.next.set(self.next.get().add(1));
        }
    }

    pub(crate) fn len(&self) -> usize {
        (self.next.get().addr() - self.start.get().addr()) / size_of::<*mut Header>()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.capacity.get() * size_of::<*mut Header>()
    }

    /// Room for that many entries (at least for those there are).
    pub(crate) fn resize(&self, room: usize) {
        let len = self.len();
        let room = room.max(len).max(1);
        if room != self.capacity.get() {
            let mut entries: Vec<*mut Header> = Vec::with_capacity(room);
            entries.extend_from_slice(self.entries());
            let fresh = Box::into_raw({
                entries.resize(room, core::ptr::null_mut());
                entries.into_boxed_slice()
            });
            self.release();
            self.start.set(fresh.cast());
            self.capacity.set(room);
        }
        // SAFETY: `len <= room`, both inside the buffer.
        unsafe {
            self.next.set(self.start.get().add(len));
            self.end.set(self.start.get().add(self.capacity.get()));
        }
    }

    fn entries(&self) -> &[*mut Header] {
        if self.start.get().is_null() {
            return &[];
        }
        // SAFETY: the first `len` entries are initialised.
        unsafe { core::slice::from_raw_parts(self.start.get(), self.len()) }
    }

    fn release(&self) {
        let start = self.start.replace(core::ptr::null_mut());
        if !start.is_null() {
            // SAFETY: made by `resize` with this length.
            drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, self.capacity.get())) });
        }
        self.capacity.set(0);
    }

    /// Takes all entries whose objects live; those of freed blocks, and of objects that are dying, are forgotten.
    pub(crate) fn take(&self) -> Vec<Hdr> {
        let mut taken = Vec::with_capacity(self.len());
        for &entry in self.entries() {
            if let Some(header) = Hdr::new(entry) {
                if keep_live(header) {
                    taken.push(header);
                }
            }
        }
        self.next.set(self.start.get());
        taken
    }

    /// Calls `f` with every logged object that lives.
    pub(crate) fn for_each(&self, mut f: impl FnMut(Hdr)) {
        for &entry in self.entries() {
            if let Some(header) = Hdr::new(entry) {
                // SAFETY: entries point to blocks whose pages are held until they are forgotten.
                if !matches!(unsafe { header.as_ref() }.state(), State::Free) {
                    f(header);
                }
            }
        }
    }

    /// Forgets the entries of freed blocks.
    pub(crate) fn forget_freed(&self) {
        let mut to = self.start.get();
        let mut from = self.start.get();
        while from != self.next.get() {
            // SAFETY: both walk inside the initialised part.
            unsafe {
                if Hdr::new(*from).is_some_and(keep) {
                    *to = *from;
                    to = to.add(1);
                }
                from = from.add(1);
            }
        }
        self.next.set(to);
    }

    /// The block is about to leave our hands (it is not kept like the blocks of carved pages).
    #[cfg(adder_system_alloc)]
    pub(crate) fn forget(&self, header: Hdr) {
        let mut at = self.next.get();
        while at != self.start.get() {
            // SAFETY: inside the initialised part.
            unsafe {
                at = at.sub(1);
                if *at == header.as_ptr() {
                    *at = core::ptr::null_mut();
                }
            }
        }
    }
}

/// Does the entry stand for an object? If not, its block may be logged anew.
pub(crate) fn keep(header: Hdr) -> bool {
    // SAFETY: entries point to blocks whose pages are held until they are forgotten.
    let it = unsafe { header.as_ref() };
    if matches!(it.state(), State::Free) {
        it.unset(flag::KEPT_FREE);
        false
    } else {
        true
    }
}

/// As [`keep`], but an object that is dying stands in no list either once these are taken.
pub(crate) fn keep_live(header: Hdr) -> bool {
    // SAFETY: as above.
    let it = unsafe { header.as_ref() };
    let lives = it.references() > 0;
    if !lives {
        it.unlog();
    }
    lives
}

impl Drop for Log {
    fn drop(&mut self) {
        self.release();
    }
}
