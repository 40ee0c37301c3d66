//! Working counts of a pass, and what is done to them with the references found.

use core::cell::Cell;

use super::super::list::List;
use super::super::prefetch;
use crate::header::{Hdr, Header, State, flag};
use crate::heap::Inner;
use crate::page::{locate, prefetch_page};
use crate::trace::Sink;

/// Added to the working count of an object that was counted.
pub(super) const COUNTED: u32 = 1 << 31;
/// A candidate that was narrowed down: its references from candidates are being taken off `NARROW + references`.
pub(super) const NARROW: u32 = 1 << 30;
/// A candidate that something live reaches.
pub(super) const LIVE: u32 = 1;
/// A candidate that a group holds.
pub(super) const GROUPED: u32 = 2;
/// A candidate that was decided about and is not garbage, or is held by garbage whose turn comes.
pub(super) const WAITING: u32 = 3;

/// How far ahead descriptions of pages are asked for.
pub(super) const AHEAD: usize = 16;

/// Adds an object's references to its working count. True if it may be visited.
#[inline]
pub(super) fn count_one(h: &Header, slot: &Cell<u32>) -> bool {
    let references = match h.state() {
        State::Ordinary(n) | State::Calm(n) => n,
        State::Immortal => NARROW,
        State::Dying | State::Queued | State::Free => return false,
    };
    if h.has(flag::MASKED | flag::FROZEN | flag::CONDEMNED) {
        slot.set(slot.get().wrapping_add(COUNTED + NARROW));
        return false;
    }
    slot.set(slot.get().wrapping_add(COUNTED).wrapping_add(references));
    true
}

/// A listed object that may be looked at, and its working count.
pub(super) fn open_slot<'a>(header: Hdr) -> Option<(&'a Header, &'a Cell<u32>)> {
    // SAFETY: pages are held during a pass: the block is there, free or not.
    unsafe {
        let h = header.as_ref();
        if !h.is_open() || !h.has(flag::TRACKED) || h.has(flag::FOREIGN | flag::FROZEN) {
            return None;
        }
        let (page, index) = locate(header);
        page.pass_slot_opt(index).map(|slot| (h, slot))
    }
}

/// The working count of something referred to, which is made if it may have one.
///
/// # Safety
/// The object is live, and lies on a page.
#[inline(always)]
pub(super) unsafe fn slot_for<'a>(heap: &Inner, to: Hdr) -> Option<&'a Cell<u32>> {
    // SAFETY: by the contract.
    let (page, index) = unsafe { locate(to) };
    // Another heap's own pass may have working counts there.
    if !core::ptr::eq(page.heap.get(), heap) {
        return None;
    }
    if page.pass.get().is_null() {
        if !page.tracked.get() {
            return None;
        }
        heap.pass_side_of(page);
    }
    // SAFETY: the array exists, and stays during the pass.
    Some(unsafe { &*core::ptr::from_ref(page.pass_slot(index)) })
}

/// Working counts that were asked for, and are changed when they are there.
const WAITING_ROOM: usize = 32;

/// Takes one off the working count of everything referred to.
pub(super) struct Subtract<'h> {
    heap: &'h Inner,
}

impl<'h> Subtract<'h> {
    pub(super) fn new(heap: &'h Inner) -> Subtract<'h> {
        Subtract { heap }
    }
}

impl Sink for Subtract<'_> {
    fn borrowed(&mut self) {
        // What is in there was not looked at, and the end of the borrow will not be noticed.
        self.heap.gc.all_suspect.set(true);
    }
    fn edges(&mut self, edges: &[Hdr]) {
        // Nowhere: takes the references that have no working count.
        let none = Cell::new(0);
        let mut waiting = [&none; WAITING_ROOM];
        for (at, &to) in edges.iter().enumerate() {
            if let Some(&ahead) = edges.get(at + AHEAD) {
                // SAFETY: references lead to live objects of pages.
                unsafe { prefetch_page(ahead) };
            }
            // SAFETY: as above.
            let slot = unsafe { slot_for(self.heap, to) }.unwrap_or(&none);
            prefetch(slot.as_ptr().cast());
            let due = core::mem::replace(&mut waiting[at % WAITING_ROOM], slot);
            due.set(due.get().wrapping_sub(1));
        }
        for due in waiting {
            due.set(due.get().wrapping_sub(1));
        }
    }
}

/// Takes one off the working count of every candidate referred to.
pub(super) struct Narrow<'h> {
    pub(super) heap: &'h Inner,
}

impl Sink for Narrow<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            if let Some(slot) = pass_slot(self.heap, to) {
                slot.set(slot.get() - u32::from(slot.get() > NARROW));
            }
        }
    }
}

/// Marks candidates referred to, and lists them.
pub(super) struct Spread<'h> {
    pub(super) heap: &'h Inner,
    pub(super) queue: List,
    pub(super) mark: u32,
}

impl Sink for Spread<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            if let Some(slot) = pass_slot(self.heap, to)
                && (slot.get() >= NARROW || slot.get() == WAITING)
            {
                slot.set(self.mark);
                self.queue.push(to);
            }
        }
    }
}

/// The working count of something referred to, if it lies on a page that was counted.
pub(super) fn pass_slot<'a>(heap: &Inner, to: Hdr) -> Option<&'a Cell<u32>> {
    // SAFETY: references lead to live objects of pages.
    let (page, index) = unsafe { locate(to) };
    if !core::ptr::eq(page.heap.get(), heap) {
        return None;
    }
    // SAFETY: index of an object of the page.
    unsafe { page.pass_slot_opt(index) }
}
