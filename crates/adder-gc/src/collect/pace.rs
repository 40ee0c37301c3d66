//! When the collector works by itself, and how much at a time.
//!
//! Allocation looks here whenever a page's list of free blocks runs out, some hundred objects apart. After as many new
//! objects as the first threshold says, the suspects of generation 0 are looked at, and now and then those of generation 1.
//! What stays suspect is old: it is looked at with all it reaches, if that is little. The rest waits until the heap has
//! grown by a tenth; then a pass over the heap runs in steps, each in proportion to what was allocated since the last, so
//! that the pass ends before the heap has grown by a quarter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::condemn::Disposal;
use super::suspects::HARD;
use super::trial::{self, Scope};
use super::{Collection, OLDEST, Phase, Running, YOUNG_REACH, abandoned, calm, grow_older, young};
use crate::heap::Inner;

/// An old suspect is looked at alone if it reaches no more objects than this.
const OLD_REACH: usize = 1024;
/// Old suspects are looked at in batches of so many.
const BATCH: usize = 32;
/// Units of work (objects and references visited) in one step, at least: some tens of microseconds.
const STEP: usize = 2000;
/// A heap may grow so much, in bytes, before a pass is thought of.
const SLACK: usize = 8 << 20;

/// What a step did.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Objects freed.
    pub freed: usize,
    /// Nothing is left to do: no object is suspect.
    pub done: bool,
    /// Nothing was done, since a collection is running or paused.
    pub skipped: bool,
    /// Time it took.
    pub duration: Duration,
}

/// Called when allocation takes its slow path.
#[inline]
pub(crate) fn pace(heap: &Inner) {
    let state = &heap.gc;
    let threshold = state.thresholds.get()[0] as usize;
    if state.handed.get() >= threshold && state.automatic() {
        due(heap, threshold);
    }
}

/// What an allocation would do now, at a place of the user's choice.
pub(crate) fn safepoint(heap: &Inner) -> Progress {
    let state = &heap.gc;
    let threshold = state.thresholds.get()[0] as usize;
    if state.collecting.get() || state.paused.get() > 0 || !state.enabled.get() || threshold == 0 {
        return Progress { skipped: true, ..Progress::default() };
    }
    if state.handed.get() < threshold {
        return Progress { done: state.suspects.is_empty(), ..Progress::default() };
    }
    due(heap, threshold)
}

#[cold]
#[inline(never)]
fn due(heap: &Inner, threshold: usize) -> Progress {
    let state = &heap.gc;
    let handed = state.handed.replace(0);
    let Some(running) = Running::begin(heap) else {
        return Progress { skipped: true, ..Progress::default() };
    };
    let start = Instant::now();
    heap.drain();
    let mut freed = collect_young(heap, threshold);
    let mut report = Collection { generation: OLDEST, ..Collection::default() };
    old_suspects(heap, STEP, &mut report);
    if pass_is_due(heap) {
        state.pass.begin(heap);
    }
    if state.pass.is_active() {
        let left = state.pass.step(heap, quota(heap, handed), &mut report);
        if left > 0 {
            let [young, middle, _] = state.counts.get();
            state.counts.set([young, middle, 0]);
        }
    }
    freed += report.freed;
    report.duration = start.elapsed();
    state.add(&report);
    state.note_step(report.duration);
    let progress = Progress { freed, done: is_quiet(heap), skipped: false, duration: report.duration };
    running.end();
    progress
}

fn is_quiet(heap: &Inner) -> bool {
    heap.gc.suspects.is_empty() && !heap.gc.pass.is_active() && !heap.gc.all_suspect.get()
}

/// The young collection that is due: of generation 1 after so many of generation 0.
fn collect_young(heap: &Inner, threshold: usize) -> usize {
    let state = &heap.gc;
    let [_, zeros, ones] = state.counts.get();
    let [_, per_middle, _] = state.thresholds.get();
    let generation = u32::from(per_middle > 0 && zeros >= per_middle);
    state.counts.set(if generation == 0 { [0, zeros + 1, ones] } else { [0, 0, ones + 1] });
    if generation == 1 {
        state.middle_due.set(state.suspects.len(1));
    }
    let mut report = Collection { generation, ..Collection::default() };
    state.call(Phase::Start, &report);
    let start = Instant::now();
    let enough = threshold.saturating_mul(YOUNG_REACH).max(64);
    young(heap, 0, enough, &mut report);
    if state.middle_due.get() > 0 {
        let before = state.suspects.len(1);
        young(heap, 1, enough, &mut report);
        let looked_at = before.saturating_sub(state.suspects.len(1));
        state.middle_due.set(state.middle_due.get().saturating_sub(looked_at.max(1)).min(state.suspects.len(1)));
    }
    report.duration = start.elapsed();
    state.note(&report);
    state.call(Phase::Stop, &report);
    report.freed
}

/// Looks at old suspects with what they reach, as long as that is little.
fn old_suspects(heap: &Inner, budget: usize, report: &mut Collection) {
    let state = &heap.gc;
    let mut spent = 0;
    while spent < budget && !state.pass.has_disposal() {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let Some(suspect) = state.suspects.pop(2) else { break };
            batch.push(suspect);
        }
        if batch.is_empty() {
            break;
        }
        let scope = Scope { enter: Some(OLDEST), reach: OLD_REACH, enough: OLD_REACH, held: 0 };
        let found = catch_unwind(AssertUnwindSafe(|| trial::decide(heap, &batch, scope)));
        let verdict = match found {
            Ok(verdict) => verdict,
            Err(panic) => {
                batch.iter().for_each(|&suspect| state.suspects.put(HARD, suspect));
                abandoned(panic, report);
                break;
            }
        };
        let mut truncated = verdict.truncated.iter().copied().peekable();
        for (at, &suspect) in batch.iter().enumerate() {
            if at >= verdict.taken {
                state.suspects.put(2, suspect);
            } else if truncated.next_if_eq(&at).is_some() {
                state.suspects.put(HARD, suspect);
            } else {
                calm(suspect);
            }
        }
        grow_older(&verdict.reachable, OLDEST);
        spent += 1 + 2 * verdict.examined + 4 * verdict.garbage.len();
        Disposal::begin(heap, verdict.garbage, report).finish(heap, report);
    }
}

/// Is it time for a pass over the heap?
fn pass_is_due(heap: &Inner) -> bool {
    let state = &heap.gc;
    if state.pass.is_active() || state.thresholds.get()[1] == 0 || state.thresholds.get()[2] == 0 {
        return false;
    }
    let base = state.held_at_pass.get();
    heap.store.held() > base + base / 10 + SLACK && (state.suspects.len(HARD) > 0 || state.all_suspect.get())
}

/// How much of a pass to do after so many new objects: in proportion, so that it ends in time.
fn quota(heap: &Inner, handed: usize) -> usize {
    let state = &heap.gc;
    // All objects are counted, some of them several times, each with its references; a tenth of them may be new by the end.
    let population = state.population.get().max(state.counted.get()).max(1 << 14);
    let work = population.saturating_mul(6);
    let growth = population / 12 + (1 << 14);
    (work / growth.max(1)).saturating_mul(handed).clamp(STEP, 64 * STEP)
}

/// Works for about so long.
pub(crate) fn run_for(heap: &Inner, budget: Duration) -> Progress {
    let state = &heap.gc;
    if state.paused.get() > 0 {
        return Progress { skipped: true, ..Progress::default() };
    }
    let Some(running) = Running::begin(heap) else {
        return Progress { skipped: true, ..Progress::default() };
    };
    let start = Instant::now();
    heap.drain();
    let mut report = Collection { generation: OLDEST, ..Collection::default() };
    let reach = (state.thresholds.get()[0] as usize).max(256);
    if !state.pass.is_active() {
        if state.suspects.len(0) + state.suspects.len(1) > 0 {
            young(heap, 0, reach, &mut report);
            young(heap, 1, reach, &mut report);
        }
        old_suspects(heap, STEP, &mut report);
    }
    while start.elapsed() < budget {
        if !state.pass.is_active() {
            if state.suspects.len(2) > 0 {
                old_suspects(heap, STEP, &mut report);
                continue;
            }
            if state.suspects.len(HARD) == 0 && !state.all_suspect.get() {
                break;
            }
            state.pass.begin(heap);
        }
        state.pass.step(heap, STEP, &mut report);
    }
    report.duration = start.elapsed();
    state.add(&report);
    state.note_step(report.duration);
    let progress =
        Progress { freed: report.freed, done: is_quiet(heap), skipped: false, duration: report.duration };
    running.end();
    progress
}
