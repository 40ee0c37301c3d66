//! The cycle collector: when it runs, over what, and what it reports.
//!
//! A collection never frees an object. It finds the objects that only garbage refers to (`trial`), ends the weak
//! references to them, runs their finalizers, and empties their mutable slots, so that their counts fall to zero by
//! themselves (`condemn`).

mod condemn;
mod full;
mod state;
mod trial;

pub use state::{Collection, GenerationStats, Phase, Uncollectable, Why};
pub(crate) use state::{CollectorState, OnCollection};

use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::header::{Hdr, flag};
use crate::heap::Inner;
use crate::unraisable;

/// The oldest generation.
pub(crate) const OLDEST: u32 = 2;

/// A collection that an allocation or a safepoint started: which generation is due is decided from the counts.
pub(crate) fn collect_due(heap: &Inner) -> Collection {
    let state = &heap.gc;
    let [_, young, middle] = state.counts.get();
    let [_, per_middle, per_old] = state.thresholds.get();
    let generation = if per_middle > 0 && young >= per_middle {
        // As CPython up to 3.13: the old generation is worth a look when it has grown by a quarter.
        if per_old > 0 && middle >= per_old && state.promoted.get() * 4 > state.live_at_full.get() { 2 } else { 1 }
    } else {
        0
    };
    collect(heap, generation, true)
}

/// A request would exceed the limit: collect whole, if a collection may run now.
pub(crate) fn collect_for_room(heap: &Inner) {
    if heap.gc.paused.get() == 0 && !heap.gc.manual.get() {
        collect(heap, OLDEST, true);
    }
}

/// Resets what must be reset however a collection ends.
struct Running<'h>(&'h Inner);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.gc.collecting.set(false);
    }
}

/// Collects a generation and all younger ones.
pub(crate) fn collect(heap: &Inner, generation: u32, automatic: bool) -> Collection {
    let state = &heap.gc;
    let mut report = Collection { generation, ..Collection::default() };
    if state.collecting.replace(true) {
        report.skipped = true;
        return report;
    }
    heap.pin();
    let running = Running(heap);
    let start = Instant::now();
    state.call(Phase::Start, &report);
    heap.drain_quietly();

    let mut counts = state.counts.get();
    for younger in &mut counts[..=generation as usize] {
        *younger = 0;
    }
    if generation < OLDEST {
        counts[generation as usize + 1] += 1;
    }
    state.counts.set(counts);

    let found = catch_unwind(AssertUnwindSafe(|| {
        if generation == OLDEST { full::find(heap, &mut report) } else { find_young(heap, generation, &mut report) }
    }));
    match found {
        Ok(garbage) => condemn::dispose(heap, garbage, &mut report),
        Err(panic) => {
            report.abandoned = true;
            state.suspect.set(true);
            unraisable::report(unraisable::Origin::Trace, "", panic);
        }
    }
    heap.drain_quietly();
    heap.purge();
    if generation == OLDEST {
        heap.drop_sides();
    }
    report.duration = start.elapsed();
    state.note(&report, automatic);
    state.call(Phase::Stop, &report);
    // Also the last callbacks were called inside of the collection.
    drop(running);
    // SAFETY: balances the pin above; the callers hold the heap by a handle or an object being made.
    unsafe { Inner::unpin(NonNull::from(heap)) };
    report
}

/// Finds the garbage among the young: generation 0, or 0 and 1. Survivors grow older.
fn find_young(heap: &Inner, generation: u32, report: &mut Collection) -> Vec<Hdr> {
    let state = &heap.gc;
    let mut candidates = if generation == 1 { state.take_middle() } else { Vec::new() };
    candidates.append(&mut heap.log.take());
    let split = trial::decide(heap, candidates, 0);
    report.candidates = split.examined;
    for survivor in split.reachable {
        state.promote(survivor, generation);
    }
    for &garbage in &split.unreachable {
        // SAFETY: alive: nothing has been freed since the trial.
        unsafe { garbage.as_ref() }.unset(flag::KEPT_FREE);
        unsafe { garbage.as_ref() }.set(flag::GEN_OLD);
    }
    split.unreachable
}
