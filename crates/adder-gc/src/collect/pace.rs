//! When the collector works by itself, and how much at a time.
//!
//! Allocation looks here whenever a page's list of free blocks runs out, some hundred objects apart, and does a slice of work
//! in proportion to what was handed out since. What there is to do:
//!
//! * Garbage that is condemned is emptied and let go of.
//! * After as many new objects as the first threshold says, the suspects of generation 0 are looked at; now and then those of
//!   generation 1.
//! * What stays suspect is old: it is looked at with all it reaches, if that is little.
//! * The rest waits until the heap has grown by a tenth; then a pass over the heap runs, paced so that it ends before the heap
//!   has grown by a quarter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::suspects::HARD;
use super::trial::{self, Scope};
use super::{Collection, OLDEST, Phase, Running, abandoned, calm, calm_all, grow_older, young};
use crate::heap::Inner;

/// Units of work (objects and references visited) for each new object, when there is anything to do besides a pass.
const RATE: usize = 32;
/// What it costs to decide about one object.
const UNITS: usize = 6;
/// A slice is worth so many units at least.
const SLICE: usize = 512;
/// An old suspect is looked at alone if it reaches no more objects than this.
const OLD_REACH: usize = 10_000;
/// Old suspects are looked at in batches of so many.
const BATCH: usize = 32;
/// So many objects are decided about at one stroke, unless one suspect alone reaches more.
const AT_ONCE: usize = 1000;
/// After so many old suspects in a row that reached too much, fewer and fewer are looked at: each time twice as many are passed
/// over, up to 4096.
const UNLUCKY: u32 = 32;
/// Of so many objects that are looked at for old suspects, one should be garbage.
const FRUIT: usize = 32;
/// After so many without, half as much is spent on them; after twice as many a quarter, and so on.
const FRUITLESS: usize = 1 << 14;
/// So often it is halved at the most.
const RELUCTANT: u32 = 6;
/// Units of work between two looks at the clock.
const STEP: usize = 2000;
/// A heap may grow so much, in bytes, before a pass is thought of.
const SLACK: usize = 8 << 20;
/// A component reached from one young suspect may be so many times the first threshold large.
const YOUNG_REACH: usize = 4;

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
    let handed = state.handed.get() - state.paced.get();
    if handed > 0 && (state.handed.get() >= state.thresholds.get()[0] as usize || state.busy.get()) {
        if state.automatic() {
            slice(heap, handed);
        } else {
            state.wake();
        }
    }
}

/// What an allocation would do now, at a place of the user's choice.
pub(crate) fn safepoint(heap: &Inner) -> Progress {
    let state = &heap.gc;
    if super::brink::at_safepoint(heap) {
        return Progress { done: is_quiet(heap), ..Progress::default() };
    }
    let threshold = state.thresholds.get()[0] as usize;
    if state.collecting.get() || state.paused.get() > 0 || !state.enabled.get() || threshold == 0 {
        return Progress { skipped: true, ..Progress::default() };
    }
    let handed = state.handed.get() - state.paced.get();
    if state.handed.get() < threshold && !state.busy.get() {
        return Progress { done: is_quiet(heap), ..Progress::default() };
    }
    slice(heap, handed.max(1))
}

/// A slice of work after so many new objects.
#[cold]
#[inline(never)]
fn slice(heap: &Inner, handed: usize) -> Progress {
    let state = &heap.gc;
    state.paced.set(state.handed.get());
    let Some(running) = Running::begin(heap) else {
        return Progress { skipped: true, ..Progress::default() };
    };
    let start = Instant::now();
    heap.drain_quietly();
    if state.handed.get() >= state.thresholds.get()[0] as usize {
        state.handed.set(0);
        state.paced.set(0);
        due(heap);
    }
    let mut report = Collection { generation: OLDEST, ..Collection::default() };
    let mut left = (handed * RATE).max(SLICE);
    left = state.pass.step_disposal(heap, left, &mut report);
    if left > 0 {
        // An interpreter's young collection is done at one stroke: its programs see what a callback sees as one collection.
        let whole = state.manual.get() && !state.pass.has_disposal();
        let rest = look_at_young(heap, if whole { usize::MAX } else { left }, &mut report);
        if whole {
            state.pass.finish_disposal(heap, &mut report);
        }
        left = left.min(rest);
    }
    if left > 0 {
        some_old_suspects(heap, left, &mut report);
    }
    if pass_is_due(heap) {
        state.pass.begin(heap);
    }
    if state.pass.is_running() {
        let left = state.pass.step(heap, quota(heap, handed), &mut report);
        if left > 0 {
            let [young, middle, _] = state.counts.get();
            state.counts.set([young, middle, 0]);
        }
    }
    state.busy.set(state.due.get() != [0; 2] || state.suspects.len(2) > 0 || state.pass.is_active());
    report.duration = start.elapsed();
    state.add(&report);
    state.note_step(report.duration);
    let progress = Progress { freed: report.freed, done: is_quiet(heap), skipped: false, duration: report.duration };
    running.end();
    progress
}

fn is_quiet(heap: &Inner) -> bool {
    heap.gc.suspects.is_empty() && !heap.gc.pass.is_active() && !heap.gc.all_suspect.get()
}

/// A young collection begins: of generation 1 after so many of generation 0. Its work is done slice by slice.
fn due(heap: &Inner) {
    let state = &heap.gc;
    let [_, zeros, ones] = state.counts.get();
    let [_, per_middle, _] = state.thresholds.get();
    let generation = u32::from(per_middle > 0 && zeros >= per_middle);
    state.counts.set(if generation == 0 { [0, zeros + 1, ones] } else { [0, 0, ones + 1] });
    let [_, middle] = state.due.get();
    state.due.set([state.suspects.len(0), if generation == 1 { state.suspects.len(1) } else { middle }]);
    let report = Collection { generation, ..Collection::default() };
    state.note(&report);
    state.call(Phase::Start, &report);
    state.running.replace(Some(report));
}

/// Looks at some of the young suspects whose turn it is.
fn look_at_young(heap: &Inner, budget: usize, report: &mut Collection) -> usize {
    let state = &heap.gc;
    let before = (report.candidates, report.freed, report.unreachable, report.resurrected, report.died);
    let reach = (state.thresholds.get()[0] as usize).saturating_mul(YOUNG_REACH).max(64);
    let mut left = budget;
    for generation in 0..2_usize {
        let mut due = state.due.get();
        if due[generation] == 0 || left == 0 {
            continue;
        }
        let taken = young(heap, generation as u32, due[generation], reach, (left / UNITS).max(1), report);
        due = state.due.get();
        due[generation] = if taken == 0 { 0 } else { due[generation].saturating_sub(taken) };
        state.due.set(due);
        left = left.saturating_sub(UNITS * (report.candidates - before.0));
    }
    if let Some(mut whole) = state.running.take() {
        whole.candidates += report.candidates - before.0;
        whole.freed += report.freed - before.1;
        whole.unreachable += report.unreachable - before.2;
        whole.resurrected += report.resurrected - before.3;
        whole.died += report.died - before.4;
        if state.due.get()[0] == 0 && (whole.generation == 0 || state.due.get()[1] == 0) {
            state.call(Phase::Stop, &whole);
        } else {
            state.running.replace(Some(whole));
        }
    }
    left
}

/// Looks at old suspects as far as a slice has anything to spend on them. In an interpreter less and less, while none of them turns
/// out to be garbage: all objects reach a common part there, the modules, through their classes, and each look costs that much.
/// What waits too long is found by a pass.
fn some_old_suspects(heap: &Inner, budget: usize, report: &mut Collection) {
    let state = &heap.gc;
    if !state.manual.get() {
        old_suspects(heap, budget, report);
        return;
    }
    let budget = budget >> reluctance(heap);
    let owed = state.owed.get();
    if budget <= owed {
        return state.owed.set(owed - budget);
    }
    let spent = old_suspects(heap, budget - owed, report);
    state.owed.set(spent.saturating_sub(budget - owed));
}

/// How often what is spent on old suspects is halved.
fn reluctance(heap: &Inner) -> u32 {
    (heap.gc.fruitless.get() / FRUITLESS).checked_ilog2().map_or(0, |log| (log + 1).min(RELUCTANT))
}

/// Looks at old suspects with what they reach, as long as that is little. Returns what it cost.
pub(super) fn old_suspects(heap: &Inner, budget: usize, report: &mut Collection) -> usize {
    let state = &heap.gc;
    let mut spent = 0;
    while spent < budget {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let Some(suspect) = state.suspects.pop(2) else { break };
            // Where most reach much (a graph that hangs together) it would be work for nothing.
            let unlucky = state.unlucky.get();
            if unlucky >= UNLUCKY && !unlucky.is_power_of_two() && !unlucky.is_multiple_of(4096) {
                state.unlucky.set(unlucky.wrapping_add(1));
                state.suspects.put(HARD, suspect);
                spent += 1;
                if spent >= budget {
                    break;
                }
                continue;
            }
            batch.push(suspect);
            if spent >= budget {
                break;
            }
        }
        if batch.is_empty() {
            break;
        }
        let together = state.together.get();
        let enough = (budget.saturating_sub(spent) / UNITS).max(1);
        let scope = Scope { enter: Some(OLDEST), together, more: false, reach: OLD_REACH, enough, held: 0 };
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
            } else if truncated.next_if_eq(&at).is_none() {
                state.unlucky.set(0);
                calm(suspect);
            } else if together > 1 {
                // It may have been one of the others that reaches much.
                state.suspects.put(2, suspect);
            } else {
                state.unlucky.set(state.unlucky.get().saturating_add(1));
                state.suspects.put(HARD, suspect);
            }
        }
        if verdict.truncated.is_empty() {
            calm_all(&verdict.reachable);
            // What is followed together is decided about at one stroke: as many as reach little.
            let each = verdict.examined / verdict.taken.max(1);
            state.together.set((together * 2).min(BATCH).min(AT_ONCE / each.max(1)).max(1));
        } else {
            state.together.set((together / 4).max(1));
        }
        grow_older(&verdict.reachable, OLDEST);
        spent += 1 + UNITS * verdict.examined;
        report.candidates += verdict.examined;
        if FRUIT * verdict.garbage.len() >= verdict.examined {
            state.fruitless.set(0);
        } else {
            state.fruitless.set(state.fruitless.get().saturating_add(verdict.examined));
        }
        if !verdict.garbage.is_empty() {
            let pieces = verdict.hangs_together();
            state.pass.condemn(heap, verdict.garbage, pieces, report);
        }
    }
    spent
}

/// Is it time for a pass over the heap?
fn pass_is_due(heap: &Inner) -> bool {
    let state = &heap.gc;
    if state.pass.is_running() || state.thresholds.get()[1] == 0 || state.thresholds.get()[2] == 0 {
        return false;
    }
    let base = state.held_at_pass.get();
    let waiting = || {
        state.suspects.len(HARD) > 0
            || state.all_suspect.get()
            || (state.manual.get() && reluctance(heap) == RELUCTANT && state.suspects.len(2) > 0)
    };
    heap.store.held() > base + base / 10 + SLACK && waiting()
}

/// How much of a pass to do after so many new objects: in proportion, so that it ends in time.
fn quota(heap: &Inner, handed: usize) -> usize {
    let state = &heap.gc;
    // All objects are counted, some of them several times, each with its references; a tenth of them may be new by the end.
    let population = state.population.get().max(state.counted.get()).max(1 << 14);
    let work = population.saturating_mul(6);
    let growth = population / 10 + (1 << 16);
    (work / growth + 1).saturating_mul(handed).clamp(SLICE, 32 * STEP)
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
    heap.drain_quietly();
    let mut report = Collection { generation: OLDEST, ..Collection::default() };
    loop {
        if state.pass.has_disposal() {
            state.pass.step_disposal(heap, STEP, &mut report);
        } else if state.suspects.len(0) + state.suspects.len(1) > 0 && !state.pass.is_running() {
            state.due.set([state.suspects.len(0), state.suspects.len(1)]);
            look_at_young(heap, STEP, &mut report);
        } else if state.suspects.len(2) > 0 && !state.pass.is_running() {
            old_suspects(heap, STEP, &mut report);
        } else if state.pass.is_running() {
            state.pass.step(heap, STEP, &mut report);
        } else if state.suspects.len(HARD) > 0 || state.all_suspect.get() {
            state.pass.begin(heap);
        } else {
            break;
        }
        if start.elapsed() >= budget {
            break;
        }
    }
    report.duration = start.elapsed();
    state.add(&report);
    state.note_step(report.duration);
    let progress = Progress { freed: report.freed, done: is_quiet(heap), skipped: false, duration: report.duration };
    running.end();
    progress
}
