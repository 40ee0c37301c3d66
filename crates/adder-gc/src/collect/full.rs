//! A full collection at one stroke: over all tracked objects of the heap.
//!
//! One pass: `working[self] += references; working[target] -= 1`. Where no working count ends at zero there is no garbage.
//! Otherwise the objects at zero are candidates for a trial of their own. Everything visited becomes calm: when nothing is
//! touched before the next full collection, that one has nothing to do.

use super::{Collection, trial};
use crate::header::{Hdr, State, count, flag};
use crate::heap::Inner;
use crate::page::locate;
use crate::trace::{Sink, Tracer, visit};

/// Resets the working counts however the pass ends.
struct Pass<'h>(&'h Inner);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The lists of young objects are gone: the next full pass looks at them all.
            drop(self.0.log.take());
            drop(self.0.gc.take_middle());
            self.0.for_each_tracked(|_, _, header| {
                // SAFETY: enumerated headers are initialised.
                let h = unsafe { header.as_ref() };
                h.unlog();
                if h.references() > 0 {
                    h.set(flag::GEN_OLD);
                }
            });
        }
        self.0.drop_sides();
        self.0.gc.enumerating.set(self.0.gc.enumerating.get() - 1);
    }
}

/// The garbage of the whole heap.
pub(crate) fn find(heap: &Inner, report: &mut Collection) -> Vec<Hdr> {
    let state = &heap.gc;
    heap.log.forget_freed();
    state.forget_freed();
    if !state.suspect.get() && heap.log.len() == 0 && state.middle_len() == 0 {
        return Vec::new();
    }
    let zeros = count_all(heap, report);
    let examined = report.candidates;
    state.promoted.set(0);
    state.live_at_full.set(examined);
    if zeros.is_empty() {
        return zeros;
    }
    let split = trial::decide(heap, zeros, 0);
    state.live_at_full.set(examined - split.unreachable.len());
    split.unreachable
}

fn count_all(heap: &Inner, report: &mut Collection) -> Vec<Hdr> {
    let state = &heap.gc;
    let deaths = heap.hold_deaths();
    state.enumerating.set(state.enumerating.get() + 1);
    let pass = Pass(heap);
    drop(heap.log.take());
    drop(state.take_middle());
    heap.drop_sides();
    for page in heap.pages() {
        // SAFETY: pages in the table are live.
        let page = unsafe { page.as_ref() };
        if page.tracked.get() {
            heap.side_of(page);
            page.touched.set(false);
        }
    }
    // From here on, what is touched is touched after it was examined.
    state.suspect.set(false);

    let mut sink = Subtract { heap };
    let mut tracer = Tracer::new(state.take_buffer(), &mut sink);
    let mut examined = 0;
    heap.for_each_tracked(|page, index, header| {
        if page.side.get().is_null() {
            return;
        }
        // SAFETY: `for_each_tracked` gives initialised headers; the side array was made above.
        unsafe {
            let h = header.as_ref();
            let references = match h.state() {
                State::Ordinary(n) => {
                    if n <= count::CALM_MAX as u32 && !h.has(flag::MASKED) {
                        h.count.set(count::CALM | n as i32);
                    } else {
                        // Not calm: what happens to it from here on leaves no trace.
                        state.suspect.set(true);
                    }
                    n
                }
                State::Calm(n) => n,
                State::Immortal => 1 << 30,
                State::Dying | State::Queued | State::Free => return,
            };
            h.flags.set((h.flags.get() & !flag::KEPT_FREE) | flag::GEN_OLD);
            let slot = page.slot(index);
            if h.has(flag::MASKED | flag::FROZEN) {
                slot.set(slot.get().wrapping_add(1 << 30));
                return;
            }
            examined += 1;
            slot.set(slot.get().wrapping_add(references));
            if h.is_open() {
                visit(header, &mut tracer);
            }
        }
    });
    let buffer = tracer.finish();
    state.give_buffer(buffer);
    report.candidates = examined;

    let mut zeros = Vec::new();
    heap.for_each_tracked(|page, index, header| {
        // SAFETY: as above.
        unsafe {
            if !page.side.get().is_null() && page.slot(index).get() == 0 && header.as_ref().is_open() {
                zeros.push(header);
            }
        }
    });
    drop(pass);
    drop(deaths);
    zeros
}

struct Subtract<'h> {
    heap: &'h Inner,
}

impl Sink for Subtract<'_> {
    fn borrowed(&mut self) {
        // What is in there was not looked at, and the end of the borrow will not be noticed.
        self.heap.gc.suspect.set(true);
    }
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            // SAFETY: references lead to live objects of pages.
            unsafe {
                let (page, index) = locate(to);
                if page.side.get().is_null() || !core::ptr::eq(page.heap.get(), self.heap) {
                    continue;
                }
                let slot = page.slot(index);
                slot.set(slot.get().wrapping_sub(1));
            }
        }
    }
}
