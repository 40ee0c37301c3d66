//! A whole pass at one stroke.

use core::cell::Cell;
use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::trial::{self, Scope};
use super::super::{Collection, abandoned, prefetch};
use super::sinks::{AHEAD, COUNTED, LIVE, Subtract, count_one, pass_slot, slot_for};
use super::{Enumerating, Pass};
use crate::header::{Hdr, Header, State, count, flag};
use crate::heap::Inner;
use crate::info::owner_of;
use crate::page::{locate, prefetch_page};
use crate::trace::{EdgeBuffer, Sink, Tracer, visit, visit_fields};

impl Pass {
    /// A whole pass at one stroke; all garbage is decided about together.
    pub(crate) fn run_whole(&self, heap: &Inner, report: &mut Collection) {
        let state = &heap.gc;
        // Every block is looked at below, and then stands in no list.
        state.suspects.clear();
        state.all_suspect.set(false);
        self.passes.set(self.passes.get() + 1);
        let found = catch_unwind(AssertUnwindSafe(|| self.find_whole(heap, report)));
        heap.drop_pass_sides();
        match found {
            Ok(garbage) => {
                self.condemn(heap, garbage, false, report);
                self.finish_disposal(heap, report);
            }
            Err(panic) => {
                state.all_suspect.set(true);
                // Those that were not reached seem to be listed still.
                heap.for_each_block(|_, _, header| {
                    // SAFETY: enumerated headers are initialised.
                    unsafe { header.as_ref() }.unlog();
                });
                abandoned(panic, report);
            }
        }
    }

    fn find_whole(&self, heap: &Inner, report: &mut Collection) -> Vec<Hdr> {
        let deaths = heap.hold_deaths();
        let counting = Enumerating::begin(heap);
        let mut sink = Subtract::new(heap);
        let mut tracer = Tracer::new(heap.gc.take_buffer(), &mut sink);
        let mut counted = 0;
        let mut owners = Owners::none();
        heap.for_each_tracked_page(|page| {
            heap.pass_side_of(page);
            // What is made meanwhile (by a `trace` that must not) is not looked at.
            for index in 0..page.bump.get() as usize {
                let Some(header) = page.header(index) else { continue };
                // SAFETY: below `bump` headers are initialised.
                let h = unsafe { header.as_ref() };
                let (count, flags) = (h.count.get(), h.flags.get());
                let Some(references) = plain(count, flags) else {
                    // SAFETY: the array of working counts was made above.
                    let slot = unsafe { page.pass_slot(index) };
                    if count_special(heap, h, slot) {
                        counted += 1;
                        // SAFETY: open, or it would not have been counted.
                        unsafe { visit(header, &mut tracer) };
                    }
                    continue;
                };
                if count >= 0 {
                    h.count.set(count::CALM | references as i32);
                }
                let seen = (flags & !(flag::GEN_MASK | flag::KEPT_FREE)) | flag::GEN_OLD;
                // A line of the cache that is not written need not be written back.
                if seen != flags {
                    h.flags.set(seen);
                }
                counted += 1;
                // SAFETY: the array was made above; the object is open.
                unsafe {
                    let slot = page.pass_slot(index);
                    slot.set(slot.get().wrapping_add(COUNTED).wrapping_add(references));
                    if let Some(owner) = owner_of(header) {
                        owners.one_more(heap, owner);
                    }
                    visit_fields(header, &mut tracer);
                }
            }
        });
        owners.settle(heap);
        heap.gc.give_buffer(tracer.finish());
        report.candidates += counted;
        let mut candidates = Vec::new();
        let mut roots = Vec::new();
        // Where nearly all are candidates it is cheaper to go from the few others.
        let few = counted / 8;
        heap.for_each_counted(|header, count| match count {
            COUNTED => candidates.push(header),
            _ if roots.len() <= few => roots.push(header),
            _ => {}
        });
        if candidates.is_empty() {
            return candidates;
        }
        if roots.len() <= few {
            if !roots.is_empty() {
                mark_from(heap, roots);
                candidates.retain(|&header| {
                    // SAFETY: allocated: deaths are held.
                    let (page, index) = unsafe { locate(header) };
                    // SAFETY: counted, so its page has the array.
                    unsafe { page.pass_slot(index) }.get() != LIVE
                });
            }
            // All that is referred to from outside was gone from: what is left is garbage, exactly.
            return candidates;
        }
        drop(counting);
        drop(deaths);
        heap.drain_quietly();
        let verdict = trial::decide(heap, &candidates, Scope::only_given(0));
        verdict.garbage
    }
}

/// The references to an object in the usual state: alive, tracked, open, neither frozen nor immortal.
#[inline(always)]
fn plain(count: i32, flags: u32) -> Option<u32> {
    let closed = flag::MASKED | flag::FROZEN | flag::CONDEMNED;
    if flags & (flag::TRACKED | closed) != flag::TRACKED {
        return None;
    }
    if count >= 0 {
        // More than a calm object can have are a special case.
        return (count < count::CALM_MAX).then_some(count as u32 + 1);
    }
    (count < count::IMMORTAL).then_some((count & count::CALM_MAX) as u32)
}

/// Counts an object in any other state, or none. True if it may be visited.
#[cold]
#[inline(never)]
fn count_special(heap: &Inner, h: &Header, slot: &Cell<u32>) -> bool {
    let count = h.count.get();
    if (count::DYING..0).contains(&count) || !h.has(flag::TRACKED) {
        // Nothing to count. It may stand in a list from an earlier life.
        if h.listed().is_some() {
            h.unlog();
        }
        return false;
    }
    if let State::Ordinary(n) = State::of(count) {
        if n <= count::CALM_MAX as u32 && !h.has(flag::MASKED | flag::FROZEN) {
            h.count.set(count::CALM | n as i32);
        } else if !h.has(flag::FROZEN) {
            // Not calm: what happens to it from here on leaves no trace.
            heap.gc.all_suspect.set(true);
        }
    }
    h.flags.set((h.flags.get() & !(flag::GEN_MASK | flag::KEPT_FREE)) | flag::GEN_OLD);
    count_one(h, slot)
}

/// References of objects to the types that lie in objects, type by type: neighbours are often of one type.
struct Owners {
    of: Option<Hdr>,
    references: u32,
}

impl Owners {
    fn none() -> Owners {
        Owners { of: None, references: 0 }
    }

    #[inline(always)]
    fn one_more(&mut self, heap: &Inner, owner: Hdr) {
        if self.of != Some(owner) {
            self.settle(heap);
            self.of = Some(owner);
        }
        self.references += 1;
    }

    /// Takes the references counted so far off the type's working count.
    fn settle(&mut self, heap: &Inner) {
        let references = core::mem::take(&mut self.references);
        let Some(owner) = self.of else { return };
        // SAFETY: types live as long as their objects.
        if let Some(slot) = unsafe { slot_for(heap, owner) } {
            slot.set(slot.get().wrapping_sub(references));
        }
    }
}

/// Marks everything that the roots reach as live, at one stroke.
fn mark_from(heap: &Inner, roots: Vec<Hdr>) {
    struct Reach<'h> {
        heap: &'h Inner,
        queue: Vec<Hdr>,
        places: Vec<(Hdr, NonNull<Cell<u32>>)>,
    }
    impl Sink for Reach<'_> {
        fn edges(&mut self, edges: &[Hdr]) {
            let mut places = core::mem::take(&mut self.places);
            places.clear();
            for (at, &to) in edges.iter().enumerate() {
                if let Some(&ahead) = edges.get(at + AHEAD) {
                    // SAFETY: references lead to live objects of pages.
                    unsafe { prefetch_page(ahead) };
                }
                if let Some(slot) = pass_slot(self.heap, to) {
                    prefetch(slot.as_ptr().cast());
                    places.push((to, NonNull::from(slot)));
                }
            }
            for &(to, slot) in &places {
                // SAFETY: the array stays during the pass.
                let slot = unsafe { slot.as_ref() };
                if slot.get() == COUNTED {
                    slot.set(LIVE);
                    prefetch(to.as_ptr().cast());
                    self.queue.push(to);
                }
            }
            self.places = places;
        }
    }
    let mut reach = Reach { heap, queue: roots, places: Vec::new() };
    let mut buffer: EdgeBuffer = heap.gc.take_buffer();
    while !reach.queue.is_empty() {
        let batch = core::mem::take(&mut reach.queue);
        let mut tracer = Tracer::new(buffer, &mut reach);
        for (at, &header) in batch.iter().enumerate() {
            if let Some(ahead) = batch.get(at + 8) {
                prefetch(ahead.as_ptr().cast());
            }
            // SAFETY: allocated: deaths are held.
            unsafe {
                if header.as_ref().is_open() {
                    visit(header, &mut tracer);
                }
            }
        }
        buffer = tracer.finish();
    }
    heap.gc.give_buffer(buffer);
}
