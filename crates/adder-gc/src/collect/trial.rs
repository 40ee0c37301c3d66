//! Trial deletion: which of some objects does nothing outside of them refer to?
//!
//! Every candidate gets its number of references as a working count, beside its page; each reference from one candidate to
//! another takes one off. What stays above zero is referred to from outside, and so is all that it reaches.

use crate::header::{Hdr, State, flag};
use crate::heap::Inner;
use crate::page::locate;
use crate::trace::{Sink, Tracer, visit};

/// A working count of 0 says "no candidate"; all others are one too high.
const NONE: u32 = 0;
/// Nothing outside refers to it as far as is known.
const UNREFERENCED: u32 = 1;
/// Found to be reachable from outside.
const REACHED: u32 = u32::MAX;
/// No working count is higher; so many references never go to zero.
const MOST: u32 = 1 << 30;

/// What a trial found.
#[derive(Default)]
pub(crate) struct Split {
    pub(crate) examined: usize,
    /// Candidates that live on, and those that could not be examined (`&mut` is out), in the order given.
    pub(crate) reachable: Vec<Hdr>,
    /// Garbage, in the order given.
    pub(crate) unreachable: Vec<Hdr>,
}

/// Resets the working counts however the trial ends.
struct Marks<'h> {
    heap: &'h Inner,
    candidates: Vec<Hdr>,
}

impl Drop for Marks<'_> {
    fn drop(&mut self) {
        for &header in &self.candidates {
            // SAFETY: candidates stay allocated while deaths are held.
            unsafe {
                let (page, index) = locate(header);
                page.slot(index).set(NONE);
                if std::thread::panicking() {
                    // The lists they stood in are gone: the next full pass looks at them.
                    header.as_ref().unlog();
                    if header.as_ref().references() > 0 {
                        header.as_ref().set(flag::GEN_OLD);
                    }
                }
            }
        }
        self.heap.gc.enumerating.set(self.heap.gc.enumerating.get() - 1);
    }
}

/// Splits the candidates. `held`: references to each that the collector itself owns.
pub(crate) fn decide(heap: &Inner, candidates: Vec<Hdr>, held: u32) -> Split {
    let deaths = heap.hold_deaths();
    heap.gc.enumerating.set(heap.gc.enumerating.get() + 1);
    let mut marks = Marks { heap, candidates: Vec::with_capacity(candidates.len()) };
    let mut split = Split::default();
    for header in candidates {
        // SAFETY: listed objects are allocated: deaths are held.
        unsafe {
            let h = header.as_ref();
            let references = match h.state() {
                State::Ordinary(n) | State::Calm(n) => n,
                State::Immortal | State::Dying | State::Queued | State::Free => {
                    h.unlog();
                    continue;
                }
            };
            if h.has(flag::MASKED | flag::FROZEN) || !h.has(flag::TRACKED) {
                split.reachable.push(header);
                continue;
            }
            let (page, index) = locate(header);
            heap.side_of(page);
            let slot = page.slot(index);
            if slot.get() == NONE {
                slot.set((references - held.min(references)).min(MOST) + 1);
                marks.candidates.push(header);
            }
        }
    }
    split.examined = marks.candidates.len();

    let mut subtract = Subtract { heap };
    let mut tracer = Tracer::new(heap.gc.take_buffer(), &mut subtract);
    for &header in &marks.candidates {
        // SAFETY: open when it was listed; a hostile trace that took `&mut` since has masked it.
        unsafe {
            if header.as_ref().is_open() {
                visit(header, &mut tracer);
            }
        }
    }
    let buffer = tracer.finish();

    let mut mark = Mark { heap, reached: Vec::new() };
    for &header in &marks.candidates {
        // SAFETY: as above.
        unsafe {
            let (page, index) = locate(header);
            let slot = page.slot(index);
            if slot.get() > UNREFERENCED && slot.get() != REACHED {
                slot.set(REACHED);
                mark.reached.push(header);
            }
        }
    }
    heap.gc.give_buffer(mark.spread(buffer));

    for &header in &marks.candidates {
        // SAFETY: as above.
        let reached = unsafe {
            if header.as_ref().references() == 0 {
                // A `trace` let go of its last reference: it waits for its drop.
                header.as_ref().unlog();
                continue;
            }
            let (page, index) = locate(header);
            page.slot(index).get() == REACHED
        };
        if reached { split.reachable.push(header) } else { split.unreachable.push(header) }
    }
    drop(marks);
    drop(deaths);
    split
}

struct Subtract<'h> {
    heap: &'h Inner,
}

impl Sink for Subtract<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            // SAFETY: references lead to live objects of pages.
            unsafe {
                let (page, index) = locate(to);
                if page.side.get().is_null() || !core::ptr::eq(page.heap.get(), self.heap) {
                    continue;
                }
                let slot = page.slot(index);
                let count = slot.get();
                // Never below: an implementation may report a reference twice.
                slot.set(count - u32::from(count > UNREFERENCED));
            }
        }
    }
}

struct Mark<'h> {
    heap: &'h Inner,
    reached: Vec<Hdr>,
}

impl Mark<'_> {
    /// Marks everything that the reached objects reach. Uses no stack.
    fn spread(&mut self, mut buffer: Vec<Hdr>) -> Vec<Hdr> {
        while !self.reached.is_empty() {
            let batch = core::mem::take(&mut self.reached);
            let mut tracer = Tracer::new(buffer, self);
            for header in batch {
                // SAFETY: candidates stay allocated while deaths are held.
                unsafe {
                    if header.as_ref().is_open() {
                        visit(header, &mut tracer);
                    }
                }
            }
            buffer = tracer.finish();
        }
        buffer
    }
}

impl Sink for Mark<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            // SAFETY: references lead to live objects of pages.
            unsafe {
                let (page, index) = locate(to);
                if page.side.get().is_null() || !core::ptr::eq(page.heap.get(), self.heap) {
                    continue;
                }
                let slot = page.slot(index);
                if slot.get() != NONE && slot.get() != REACHED {
                    slot.set(REACHED);
                    self.reached.push(to);
                }
            }
        }
    }
}
