//! The cycle collector: when it runs, over what, and what it reports.
//!
//! A collection never frees an object. It finds the objects that only garbage refers to (`trial`), ends the weak
//! references to them, runs their finalizers, and empties their mutable slots, so that their counts fall to zero by
//! themselves (`condemn`). What may have become garbage is known from the counts (`suspects`):
//!
//! * a *young* collection looks at the suspects of generation 0 (or 0 and 1) and what they reach among young objects;
//! * an *old* suspect is looked at with all it reaches, as long as that is little;
//! * the rest waits for a *pass* over the whole heap (`pass`), which automatic collection does in small steps, and an
//!   explicit `collect` at one stroke.

mod brink;
mod condemn;
mod list;
mod pace;
mod pass;
mod state;
mod suspects;
mod trial;

pub(crate) use brink::{look_ahead, make_room, room};
#[cfg(adder_system_alloc)]
pub(crate) use list::Lane;
pub use pace::Progress;
pub(crate) use pace::{pace, run_for, safepoint};
pub(crate) use state::CollectorState;
pub use state::{Collection, GenerationStats, Phase, Uncollectable, Why};

use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use self::suspects::HARD;
use self::trial::Scope;
use crate::header::{Hdr, State, count, flag};
use crate::heap::Inner;
use crate::unraisable;

/// The oldest generation.
pub(crate) const OLDEST: u32 = 2;

/// Resets what must be reset however a collection ends, and keeps the heap alive meanwhile.
struct Running<'h>(&'h Inner);

impl<'h> Running<'h> {
    /// `None` when a collection is running already.
    fn begin(heap: &'h Inner) -> Option<Running<'h>> {
        heap.check_owner();
        if heap.gc.collecting.replace(true) {
            return None;
        }
        heap.pin();
        Some(Running(heap))
    }

    fn end(self) {
        let heap = self.0;
        heap.gc.collecting.set(false);
        heap.drain_quietly();
        heap.settle();
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.gc.collecting.set(false);
        // SAFETY: balances the pin of `begin`; the callers hold the heap by a handle or an object being made.
        unsafe { Inner::unpin(NonNull::from(self.0)) };
    }
}

/// An explicit collection of a generation and all younger ones, at one stroke.
pub(crate) fn collect(heap: &Inner, generation: u32) -> Collection {
    let state = &heap.gc;
    let mut report = Collection { generation, ..Collection::default() };
    let Some(running) = Running::begin(heap) else {
        report.skipped = true;
        return report;
    };
    let start = Instant::now();
    // An automatic one that is under way ends here: this one does the rest of its work.
    if let Some(earlier) = state.running.take() {
        state.call(Phase::Stop, &earlier);
    }
    state.call(Phase::Start, &report);
    heap.drain_quietly();
    let counts = state.counts.get();
    match generation {
        0 => state.counts.set([0, counts[1] + 1, counts[2]]),
        1 => state.counts.set([0, 0, counts[2] + 1]),
        _ => state.counts.set([0; 3]),
    }
    // What is condemned already has no reason to wait; it belongs to an earlier collection.
    let mut earlier = Collection { generation: OLDEST, ..Collection::default() };
    state.pass.finish_disposal(heap, &mut earlier);
    state.add(&earlier);
    if generation == OLDEST {
        whole(heap, &mut report);
    } else {
        for generation in 0..=generation {
            let all = state.suspects.len(generation as usize);
            young(heap, generation, all, usize::MAX, usize::MAX, &mut report);
            state.pass.finish_disposal(heap, &mut report);
        }
    }
    state.note_population(heap);
    report.duration = start.elapsed();
    state.note(&report);
    state.call(Phase::Stop, &report);
    running.end();
    report
}

/// Everything, at one stroke.
fn whole(heap: &Inner, report: &mut Collection) {
    let state = &heap.gc;
    state.pass.abandon(heap);
    if state.suspects.is_empty() && !state.all_suspect.get() {
        return;
    }
    if !few_suspects(heap, report) {
        state.pass.run_whole(heap, report);
    }
}

/// Where the suspects reach little of the heap there is no need to look at all of it. False: they reach more.
fn few_suspects(heap: &Inner, report: &mut Collection) -> bool {
    let state = &heap.gc;
    let population = state.population(heap);
    let all: usize = (0..suspects::LISTS).map(|list| state.suspects.len(list)).sum();
    if state.all_suspect.get() || all > population / 64 {
        return false;
    }
    let given: Vec<Hdr> = (0..suspects::LISTS).flat_map(|list| state.suspects.take(list)).collect();
    let reach = population / 64 + 64;
    let scope = Scope { enter: Some(OLDEST), together: usize::MAX, more: false, reach, enough: usize::MAX, held: 0 };
    let found = catch_unwind(AssertUnwindSafe(|| trial::decide(heap, &given, scope)));
    let complete = found.as_ref().is_ok_and(|verdict| verdict.truncated.is_empty() && verdict.taken == given.len());
    for &suspect in &given {
        if complete { calm(suspect) } else { state.suspects.put(HARD, suspect) }
    }
    match found {
        Ok(verdict) => {
            report.candidates += verdict.examined;
            // One collection frees what was garbage when it began. If finalizers ran now, the pass that follows would find what
            // they left, too.
            if !complete {
                return false;
            }
            grow_older(&verdict.reachable, OLDEST);
            state.pass.condemn(heap, verdict.garbage, false, report);
            state.pass.finish_disposal(heap, report);
            true
        }
        Err(panic) => {
            abandoned(panic, report);
            true
        }
    }
}

fn abandoned(panic: Box<dyn core::any::Any + Send>, report: &mut Collection) {
    report.abandoned = true;
    unraisable::report(unraisable::Origin::Trace, "", panic);
}

/// A suspect that was looked at with all it reaches, and lives, is none any more.
fn calm(header: Hdr) {
    // SAFETY: pages of suspects are held, and nothing was freed since it was found alive.
    let h = unsafe { header.as_ref() };
    h.unlog();
    if let State::Ordinary(n) = h.state() {
        if n <= count::CALM_MAX as u32 && !h.has(flag::MASKED | flag::FROZEN) {
            h.count.set(count::CALM | n as i32);
        } else {
            // What happens to it from here on leaves no trace.
            // SAFETY: suspects lie on pages of a live heap.
            unsafe { crate::heap::heap_of(header).as_ref() }.gc.all_suspect.set(true);
        }
    }
}

/// What was looked at with all it reaches, and lives, is calm: its entry in a list, if it has one, is stale.
fn calm_all(survivors: &[Hdr]) {
    for &survivor in survivors {
        // SAFETY: alive: nothing was freed since.
        let h = unsafe { survivor.as_ref() };
        if let State::Ordinary(n) = h.state()
            && n <= count::CALM_MAX as u32
        {
            h.count.set(count::CALM | n as i32);
        }
    }
}

/// Marks survivors as members of this generation, if they are younger.
fn grow_older(survivors: &[Hdr], generation: u32) {
    for &survivor in survivors {
        // SAFETY: alive: nothing was freed since.
        let h = unsafe { survivor.as_ref() };
        if h.generation() < generation {
            h.flags.set((h.flags.get() & !flag::GEN_MASK) | generation << flag::GEN_SHIFT);
        }
    }
}

/// Looks at suspects of generation 0 or 1 and what they reach among objects as young: at `most` of them, each with what it
/// reaches if that is no more than `reach`, until about `enough` objects were looked at. Returns how many suspects it was done
/// with.
fn young(heap: &Inner, generation: u32, most: usize, reach: usize, enough: usize, report: &mut Collection) -> usize {
    let state = &heap.gc;
    let list = generation as usize;
    let before = state.suspects.len(list);
    let mut given = state.suspects.take_some(list, most.min(enough));
    // An old object that was touched has nothing to do here.
    given.retain(|&suspect| {
        // SAFETY: `take` gives live objects.
        let young = unsafe { suspect.as_ref() }.generation() <= generation;
        if !young {
            state.suspects.put(2, suspect);
        }
        young
    });
    if given.is_empty() {
        return before - state.suspects.len(list);
    }
    let scope = Scope { enter: Some(generation), together: 8, more: true, reach, enough, held: 0 };
    let found = catch_unwind(AssertUnwindSafe(|| trial::decide(heap, &given, scope)));
    let taken = found.as_ref().map_or(given.len(), |verdict| verdict.taken);
    // From here on it stands in no list.
    let marked = found.as_ref().ok().map(|verdict| condemn::mark(heap, &verdict.garbage, verdict.hangs_together()));
    // The others stay suspects: what refers to them may be garbage of an older generation.
    for (at, suspect) in given.into_iter().enumerate() {
        // SAFETY: as above, or waiting for its drop.
        if unsafe { suspect.as_ref() }.listed().is_some() {
            state.suspects.put(if at < taken { list + 1 } else { list }, suspect);
        }
    }
    match found {
        Ok(verdict) => {
            report.candidates += verdict.examined;
            grow_older(&verdict.reachable, generation + 1);
            if let Some(marked) = marked
                && !verdict.garbage.is_empty()
            {
                state.pass.condemn_marked(heap, verdict.garbage, marked, report);
            }
        }
        Err(panic) => abandoned(panic, report),
    }
    before.saturating_sub(state.suspects.len(list))
}

/// Asks for a cache line ahead of time.
#[inline(always)]
pub(crate) fn prefetch(at: *const u8) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: a prefetch of any address is harmless.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(at.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = at;
}
