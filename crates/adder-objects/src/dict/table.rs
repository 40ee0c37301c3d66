//! The storage of a dict: entries in the order of insertion, and an index of them by hash.
//!
//! ```text
//!  buffer:  Header | index: 1, 2 or 4 bytes a place | entries: hash, key, value
//! ```

use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use crate::cx::Cx;
use crate::error::R;
use crate::value::Value;

/// An entry. One that was removed has the key [`Value::UNSET`].
pub struct Entry {
    /// Hash of the key.
    pub hash: i64,
    /// The key.
    pub key: Value,
    /// The value.
    pub value: Value,
}

/// Two thirds of the places are used at most.
#[repr(C)]
struct Header {
    /// Places, as a power of two.
    log: u32,
    /// Entries written, removed ones included.
    len: Cell<u32>,
    /// Entries that may be written.
    room: u32,
    /// Entries that were written, removed at the end and forgotten: their places in the index are spent.
    lost: Cell<u32>,
}

/// The buffer, or null for an empty dict.
pub(super) struct Table(Cell<*mut Header>);

const FREE: u32 = u32::MAX;
const SPENT: u32 = u32::MAX - 1;
const MIN_LOG: u32 = 3;

/// A walk over the places where a hash may stand.
pub(super) struct Probe {
    at: usize,
    perturb: u64,
    started: bool,
}

impl Header {
    fn width(log: u32) -> usize {
        match log {
            0..8 => 1,
            8..16 => 2,
            _ => 4,
        }
    }

    fn layout(log: u32, room: u32) -> Option<Layout> {
        let index = Header::width(log).checked_shl(log)?;
        let entries = (room as usize).checked_mul(size_of::<Entry>())?;
        let size = size_of::<Header>().checked_add(index)?.checked_next_multiple_of(8)?.checked_add(entries)?;
        Layout::from_size_align(size, 8).ok()
    }

    fn entries_offset(log: u32) -> usize {
        (size_of::<Header>() + (Header::width(log) << log)).next_multiple_of(8)
    }
}

impl Table {
    pub(super) const fn empty() -> Table {
        Table(Cell::new(core::ptr::null_mut()))
    }

    pub(super) fn take(&self) -> Table {
        Table(Cell::new(self.0.replace(core::ptr::null_mut())))
    }

    #[inline(always)]
    fn header(&self) -> Option<&Header> {
        // SAFETY: null, or a buffer that starts with a header.
        unsafe { self.0.get().as_ref() }
    }

    /// Entries written, removed ones included.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.header().map_or(0, |h| h.len.get() as usize)
    }

    /// Tells one buffer from another.
    #[inline(always)]
    pub(super) fn start(&self) -> *const u8 {
        self.0.get().cast_const().cast()
    }

    /// Bytes of the buffer.
    pub(super) fn bytes(&self) -> usize {
        self.header().and_then(|h| Header::layout(h.log, h.room)).map_or(0, |layout| layout.size())
    }

    #[inline(always)]
    fn entry_ptr(&self, at: usize) -> *mut Entry {
        let header = self.0.get();
        // SAFETY: the callers have a buffer, and `at` is below its room.
        unsafe { header.cast::<u8>().add(Header::entries_offset((*header).log)).cast::<Entry>().add(at) }
    }

    /// An entry that was not removed.
    ///
    /// # Safety
    /// The table is not changed while the borrow lives.
    #[inline(always)]
    pub(super) unsafe fn entry(&self, at: usize) -> Option<&Entry> {
        if at >= self.len() {
            return None;
        }
        // SAFETY: written; the rest is the contract.
        let entry = unsafe { &*self.entry_ptr(at) };
        (!entry.key.is_unset()).then_some(entry)
    }

    /// Where key and value of an entry lie that was not removed.
    pub(super) fn places(&self, at: usize) -> Option<(*mut Value, *mut Value)> {
        if at >= self.len() {
            return None;
        }
        let entry = self.entry_ptr(at);
        // SAFETY: written.
        unsafe { (!(*entry).key.is_unset()).then(|| (&raw mut (*entry).key, &raw mut (*entry).value)) }
    }

    /// # Safety
    /// There is a buffer, and the place is one of its.
    #[inline(always)]
    unsafe fn index(&self, place: usize) -> u32 {
        let header = self.0.get();
        // SAFETY: by the contract.
        unsafe {
            let index = header.add(1);
            match (*header).log {
                0..8 => match *index.cast::<u8>().add(place) {
                    255 => FREE,
                    254 => SPENT,
                    at => u32::from(at),
                },
                8..16 => match *index.cast::<u16>().add(place) {
                    0xFFFF => FREE,
                    0xFFFE => SPENT,
                    at => u32::from(at),
                },
                _ => *index.cast::<u32>().add(place),
            }
        }
    }

    /// # Safety
    /// As for [`index`](Self::index).
    unsafe fn set_index(&self, place: usize, at: u32) {
        let header = self.0.get();
        // SAFETY: by the contract. FREE and SPENT lose only ones when they are cut.
        unsafe {
            let index = header.add(1);
            match (*header).log {
                0..8 => *index.cast::<u8>().add(place) = at as u8,
                8..16 => *index.cast::<u16>().add(place) = at as u16,
                _ => *index.cast::<u32>().add(place) = at,
            }
        }
    }

    #[inline]
    pub(super) fn probe(&self, hash: i64) -> Probe {
        Probe { at: hash as usize, perturb: hash as u64, started: false }
    }

    /// Writes an entry behind the others.
    ///
    /// # Safety
    /// There is room ([`reserve`](Self::reserve)), and the key is not in the table.
    pub(super) unsafe fn push(&self, entry: Entry) {
        // SAFETY: by the contract.
        unsafe {
            let header = &*self.0.get();
            let at = header.len.get();
            self.link(entry.hash, at);
            self.entry_ptr(at as usize).write(entry);
            header.len.set(at + 1);
        }
    }

    /// # Safety
    /// There is a buffer with a free place.
    unsafe fn link(&self, hash: i64, at: u32) {
        // SAFETY: by the contract.
        unsafe {
            let mask = (1_usize << (*self.0.get()).log) - 1;
            let mut place = hash as usize & mask;
            let mut perturb = hash as u64;
            while self.index(place) < SPENT {
                perturb >>= 5;
                place = (place.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
            }
            self.set_index(place, at);
        }
    }

    /// Replaces the value of an entry; the old one.
    ///
    /// # Safety
    /// No borrow of the entry lives.
    #[inline]
    pub(super) unsafe fn replace(&self, at: usize, value: Value) -> Value {
        assert!(at < self.len(), "an entry of the dict");
        // SAFETY: written.
        unsafe { core::mem::replace(&mut (*self.entry_ptr(at)).value, value) }
    }

    /// Takes an entry out.
    ///
    /// # Safety
    /// No borrow of the entry lives.
    pub(super) unsafe fn remove(&self, at: usize) -> Entry {
        assert!(at < self.len(), "an entry of the dict");
        // SAFETY: written; its place is found by its hash and number.
        unsafe {
            let entry = &mut *self.entry_ptr(at);
            let gone = Entry { hash: entry.hash, key: Value::UNSET, value: Value::UNSET };
            let old = core::mem::replace(entry, gone);
            let mask = (1_usize << (*self.0.get()).log) - 1;
            let mut place = old.hash as usize & mask;
            let mut perturb = old.hash as u64;
            while self.index(place) != at as u32 {
                perturb >>= 5;
                place = (place.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
            }
            self.set_index(place, SPENT);
            old
        }
    }

    /// Forgets the removed entries at the end, so that taking one after the other from there needs no search for the last. Not
    /// after every removal: a position behind the end would come to lie before what is added next.
    pub(super) fn trim_end(&self) {
        let Some(header) = self.header() else { return };
        let written = header.len.get();
        let mut len = written;
        // SAFETY: written.
        while len > 0 && unsafe { &*self.entry_ptr(len as usize - 1) }.key.is_unset() {
            len -= 1;
        }
        header.lost.set(header.lost.get() + (written - len));
        header.len.set(len);
    }

    /// Makes room for so many more entries.
    pub(super) fn reserve_many(&self, cx: &Cx, used: usize, more: usize) -> R<()> {
        match self.header() {
            Some(h) if (h.len.get() + h.lost.get()) as usize + more <= h.room as usize => Ok(()),
            _ if more == 0 => Ok(()),
            // A half more than needed is as many places as two thirds of them hold.
            _ => self.rebuild(cx, used, (used + more).saturating_add((used + more).div_ceil(2))),
        }
    }

    /// Makes room for one more entry.
    pub(super) fn reserve(&self, cx: &Cx, used: usize) -> R<()> {
        match self.header() {
            Some(header) if header.len.get() + header.lost.get() < header.room => Ok(()),
            _ => self.grow(cx, used),
        }
    }

    #[cold]
    fn grow(&self, cx: &Cx, used: usize) -> R<()> {
        // As CPython: three times as many as are used, so that a table of removed entries shrinks.
        self.rebuild(cx, used, (used * 3).max(1))
    }

    fn rebuild(&self, cx: &Cx, used: usize, wanted: usize) -> R<()> {
        let Some(wanted) = wanted.checked_next_power_of_two() else { return Err(cx.no_memory()) };
        let log = wanted.trailing_zeros().max(MIN_LOG);
        let room = ((1_u64 << log) * 2 / 3).min(u64::from(u32::MAX - 2)) as u32;
        if used >= room as usize || log > 31 {
            return Err(cx.no_memory());
        }
        let Some(layout) = Header::layout(log, room) else { return Err(cx.no_memory()) };
        let Ok(buffer) = raw::allocate(&cx.heap, layout) else { return Err(cx.no_memory()) };
        let header: *mut Header = buffer.as_ptr().cast();
        // SAFETY: a fresh buffer of that layout; the entries are moved, and the old buffer is given back without them.
        unsafe {
            header.write(Header { log, len: Cell::new(0), room, lost: Cell::new(0) });
            header.add(1).cast::<u8>().write_bytes(0xFF, Header::width(log) << log);
            let old = Table(Cell::new(self.0.replace(header)));
            for at in 0..old.len() {
                let entry = old.entry_ptr(at).read();
                if entry.key.is_unset() {
                    core::mem::forget(entry);
                } else {
                    self.push(entry);
                }
            }
            if let Some(h) = old.header() {
                let layout = Header::layout(h.log, h.room).expect("as allocated");
                raw::give_back(&cx.heap, NonNull::new_unchecked(old.0.get()).cast(), layout);
            }
        }
        Ok(())
    }

    /// The entries of a table that was taken out of a dict, to be dropped one by one.
    pub(super) fn into_entries(self, owner: &super::PyDict) -> Entries {
        let bytes = self.bytes();
        if let Some(buffer) = NonNull::new(self.0.get()).filter(|_| bytes > 0) {
            // The charge goes at once: what drops the entries later has no heap.
            // SAFETY: the dict is live or being dropped, and lies on a page.
            unsafe { raw::disown(NonNull::from_ref(owner).cast::<Head>(), buffer.cast(), bytes) };
        }
        Entries { table: self, next: 0 }
    }
}

impl Probe {
    /// The next entry number that may be the one; none at a free place.
    ///
    /// # Safety
    /// The table is the one that the probe was made for, unchanged.
    #[inline(always)]
    pub(super) unsafe fn next(&mut self, table: &Table) -> Option<usize> {
        let header = table.header()?;
        let mask = (1_usize << header.log) - 1;
        loop {
            if self.started {
                self.perturb >>= 5;
                self.at = self.at.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1);
            }
            self.started = true;
            self.at &= mask;
            // SAFETY: a place of the buffer.
            match unsafe { table.index(self.at) } {
                FREE => return None,
                SPENT => {}
                at => return Some(at as usize),
            }
        }
    }
}

/// See [`Table::into_entries`].
pub(super) struct Entries {
    table: Table,
    next: usize,
}

impl Iterator for Entries {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        while self.next < self.table.len() {
            // SAFETY: written, and read once.
            let entry = unsafe { self.table.entry_ptr(self.next).read() };
            self.next += 1;
            if !entry.key.is_unset() {
                return Some(entry);
            }
        }
        None
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        for entry in self.by_ref() {
            drop(entry);
        }
        if let Some(h) = self.table.header() {
            let layout = Header::layout(h.log, h.room).expect("as allocated");
            // SAFETY: allocated with this layout; the entries are gone.
            unsafe { std::alloc::dealloc(self.table.0.get().cast(), layout) };
        }
    }
}
