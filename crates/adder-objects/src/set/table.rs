//! The storage of a set: hashes and keys in one open-addressing table.
//!
//! Places are tried as CPython tries them (ten in a row, then a jump that mixes in the hash), and the table grows when it does
//! there, so that a set of ints is gone through in the same order.

use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use crate::cx::Cx;
use crate::error::R;
use crate::value::Value;

/// A place. Free: no key and hash 0. Once used and now empty: no key and hash 1.
pub(super) struct Entry {
    /// Hash of the key.
    pub(super) hash: i64,
    /// The key.
    pub(super) key: Value,
}

const FREE: i64 = 0;
const SPENT: i64 = 1;
/// Places tried in a row after the first.
const IN_A_ROW: usize = 9;
/// Places of the smallest table.
const MIN: usize = 8;

/// Buffer and number of places; no buffer and 0 for a set that never held anything.
#[repr(C)]
pub(super) struct Table {
    places: Cell<usize>,
    start: Cell<*mut Entry>,
}

/// The places where a hash may stand, without end.
pub(super) struct Probe {
    at: usize,
    perturb: u64,
    row: usize,
    left: usize,
}

impl Probe {
    pub(super) fn new(hash: i64) -> Probe {
        Probe { at: hash as usize, perturb: hash as u64, row: 0, left: usize::MAX }
    }

    /// The next place of a table with so many.
    #[inline(always)]
    pub(super) fn next(&mut self, places: usize) -> usize {
        let mask = places - 1;
        if self.left == usize::MAX {
            self.at &= mask;
        } else if self.left > 0 {
            self.left -= 1;
            self.row += 1;
            return (self.at + self.row) & mask;
        } else {
            self.perturb >>= 5;
            self.at = self.at.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & mask;
        }
        self.row = 0;
        self.left = if self.at + IN_A_ROW <= mask { IN_A_ROW } else { 0 };
        self.at
    }
}

fn layout(places: usize) -> Option<Layout> {
    Layout::array::<Entry>(places).ok()
}

impl Table {
    pub(super) const fn empty() -> Table {
        Table { places: Cell::new(0), start: Cell::new(core::ptr::null_mut()) }
    }

    /// Places.
    #[inline(always)]
    pub(super) fn places(&self) -> usize {
        self.places.get()
    }

    /// Bytes of the buffer.
    pub(super) fn bytes(&self) -> usize {
        self.places() * size_of::<Entry>()
    }

    /// Tells one buffer from another.
    pub(super) fn start(&self) -> *const Entry {
        self.start.get()
    }

    /// The place, borrowed.
    ///
    /// # Safety
    /// The table is not changed while the borrow lives.
    #[inline(always)]
    pub(super) unsafe fn entry(&self, at: usize) -> &Entry {
        debug_assert!(at < self.places());
        // SAFETY: all places are initialised; the rest is the contract.
        unsafe { &*self.start.get().add(at) }
    }

    /// The key at a place, with its hash.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<(i64, Value)> {
        if at >= self.places() {
            return None;
        }
        // SAFETY: cloning runs no code.
        let entry = unsafe { self.entry(at) };
        (!entry.key.is_unset()).then(|| (entry.hash, entry.key.clone()))
    }

    /// Where the key of a place lies, with its hash.
    pub(super) fn key_place(&self, at: usize) -> Option<(i64, *mut Value)> {
        if at >= self.places() {
            return None;
        }
        // SAFETY: all places are initialised; nothing runs meanwhile.
        unsafe {
            let entry = self.start.get().add(at);
            (!(*entry).key.is_unset()).then(|| ((*entry).hash, &raw mut (*entry).key))
        }
    }

    /// Is the place free, and was it ever since the table was made?
    #[inline(always)]
    pub(super) fn is_free(&self, at: usize) -> bool {
        // SAFETY: nothing runs meanwhile.
        let entry = unsafe { self.entry(at) };
        entry.key.is_unset() && entry.hash == FREE
    }

    /// Writes a key to a free place.
    pub(super) fn put(&self, at: usize, hash: i64, key: Value) {
        debug_assert!(self.is_free(at));
        // SAFETY: a place of the table; what is overwritten owns nothing.
        unsafe { self.start.get().add(at).write(Entry { hash, key }) };
    }

    /// Takes a key out.
    pub(super) fn take_at(&self, at: usize) -> Value {
        debug_assert!(at < self.places());
        // SAFETY: a place of the table; a move runs no code.
        unsafe { core::mem::replace(&mut *self.start.get().add(at), Entry { hash: SPENT, key: Value::UNSET }) }.key
    }

    /// Takes the whole table out.
    pub(super) fn take(&self) -> Table {
        Table { places: Cell::new(self.places.replace(0)), start: Cell::new(self.start.replace(core::ptr::null_mut())) }
    }

    /// Puts a table in that was taken out of another set.
    pub(super) fn put_back(&self, table: Table) {
        debug_assert_eq!(self.places(), 0);
        self.places.set(table.places.get());
        self.start.set(table.start.get());
    }

    /// A place for a key that is not in the table: only the free ones are looked for.
    pub(super) fn free_place(&self, hash: i64) -> usize {
        let mut probe = Probe::new(hash);
        loop {
            let at = probe.next(self.places());
            if self.is_free(at) {
                return at;
            }
        }
    }

    /// Moves the keys to a table that has more than `least` places.
    pub(super) fn resize(&self, cx: &Cx, least: usize) -> R<()> {
        let mut places = MIN;
        while places <= least {
            let Some(more) = places.checked_mul(2) else { return Err(cx.no_memory()) };
            places = more;
        }
        let Some(bytes) = layout(places) else { return Err(cx.no_memory()) };
        let Ok(start) = raw::allocate(&cx.heap, bytes) else { return Err(cx.no_memory()) };
        let start = start.cast::<Entry>();
        // SAFETY: a fresh buffer of that layout; the keys are moved, and the old buffer is given back without them.
        unsafe {
            for at in 0..places {
                start.add(at).write(Entry { hash: FREE, key: Value::UNSET });
            }
            let old = self.take();
            self.start.set(start.as_ptr());
            self.places.set(places);
            for at in 0..old.places() {
                let entry = old.start.get().add(at).read();
                if !entry.key.is_unset() {
                    self.put(self.free_place(entry.hash), entry.hash, entry.key);
                }
            }
            if let Some(layout) = layout(old.places()).filter(|l| l.size() > 0) {
                raw::give_back(&cx.heap, NonNull::new_unchecked(old.start.get()).cast(), layout);
            }
        }
        Ok(())
    }

    /// The keys of a table that was taken out of a set, to be dropped one by one.
    pub(super) fn into_keys(self, owner: &Head) -> Keys {
        let bytes = self.bytes();
        if let Some(buffer) = NonNull::new(self.start.get()).filter(|_| bytes > 0) {
            // SAFETY: the set is live or being dropped, and lies on a page.
            unsafe { raw::disown(NonNull::from_ref(owner), buffer.cast(), bytes) };
        }
        Keys { table: self, next: 0 }
    }
}

/// See [`Table::into_keys`].
pub(super) struct Keys {
    table: Table,
    next: usize,
}

impl Iterator for Keys {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        while self.next < self.table.places() {
            let key = self.table.take_at(self.next);
            self.next += 1;
            if !key.is_unset() {
                return Some(key);
            }
        }
        None
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        for key in self.by_ref() {
            drop(key);
        }
        if let Some(layout) = layout(self.table.places()).filter(|l| l.size() > 0) {
            // SAFETY: allocated with this layout; the keys are gone.
            unsafe { std::alloc::dealloc(self.table.start.get().cast(), layout) };
        }
    }
}
