//! When a collection is due, and how much of it is done at a time.
//!
//! * A *young* pass (generation 0) is due when as many objects were made as the first threshold says. It looks at the pages on which
//!   objects were made since the last one. Every so many of them, one (generation 1) also looks at the pages of those before.
//!   Where nothing on those pages was touched (see `pass`), there is nothing to do.
//! * A pass over the whole heap (generation 2) is due when something old was touched and the heap has grown by a tenth since the last (by half of
//!   that while passes find much):
//!   only then can old garbage have gathered. (Where a drop and the beginning of a pass fall together, the touch is known when the owner has passed on
//!   (see `pass`). An owner that sleeps does not: so a pass is also due where nothing was touched, when the heap has grown to three times its size.)
//!
//! Whoever takes the slow way of allocation, on any thread, does a step, unless another thread is at one. A step is in proportion to
//! what was allocated since the last, by all threads, so that the pass ends before much more was made; and bounded, so that nobody waits long.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

use super::pass::{Budget, Pass, Which};
use super::{
    COLLECTING, Exclusive, Finished, LONGEST_STEP, OLDEST, book, call, collect_now, exclusive, occupied, try_exclusive,
};
use crate::collect::{Collection, Phase, Progress};
use crate::sync::{charge, store, thread};

static ENABLED: AtomicBool = AtomicBool::new(true);
static MANUAL: AtomicBool = AtomicBool::new(false);
/// In the manual mode a request was refused: the next safepoint collects whole.
static SHORT: AtomicBool = AtomicBool::new(false);
static PAUSED: AtomicUsize = AtomicUsize::new(0);
static THRESHOLDS: [AtomicU32; 3] = [AtomicU32::new(20_000), AtomicU32::new(10), AtomicU32::new(50)];
/// Young passes since the last of generation 1.
static YOUNG: AtomicU32 = AtomicU32::new(0);
/// Bytes of tracked pages and charges when the last pass over the whole heap began.
static SIZE: AtomicUsize = AtomicUsize::new(0);
/// Something on an old page was touched since the last pass over the whole heap began.
static OLD_TOUCHED: AtomicBool = AtomicBool::new(false);
/// A pass is under way.
static ACTIVE: AtomicBool = AtomicBool::new(false);
/// What the pass under way will cost, by estimate, in the unit of `Budget`.
static WORK: AtomicUsize = AtomicUsize::new(0);
/// How many objects may be made meanwhile.
static ROOM: AtomicUsize = AtomicUsize::new(0);
/// What the last automatic pass cost for each of its blocks, in sixteenths: of the young, of the whole heap.
static COST: [AtomicUsize; 2] = [const { AtomicUsize::new(3 * 16) }; 2];
/// So many times the first threshold may be made before allocation waits for another thread's step, so long at the most.
const BEHIND: usize = 2;
const PATIENCE: Duration = Duration::from_millis(1);

/// What `thread::FRESH` was at the last step.
static PACED: AtomicUsize = AtomicUsize::new(0);
/// Bytes charged since the last step.
static CHARGED: AtomicUsize = AtomicUsize::new(0);

/// Bytes by which the heap may always grow before a whole pass.
const GROWTH: usize = 1 << 20;
/// What part of the third threshold is enough where something old was touched, and so many bytes.
const TOUCHED_SHARE: usize = 5;
const TOUCHED_GROWTH: usize = 4 << 20;
/// A pass that finds garbage of this part of the heap pays: half of that growth is enough then, until two passes over the whole heap did not pay.
const PAYS: usize = 16;
const EAGER_FOR: u32 = 2;
static EAGER: AtomicU32 = AtomicU32::new(0);
/// How many times the third threshold are enough where nothing was, and so many bytes.
const UNTOUCHED: usize = 4;
const UNTOUCHED_GROWTH: usize = 16 << 20;
/// The least and the most that a step does, in objects.
const STEP: core::ops::RangeInclusive<usize> = 512..=8192;

pub(in crate::sync) fn set_enabled(on: bool) {
    ENABLED.store(on, Ordering::Relaxed);
}

pub(in crate::sync) fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}

pub(in crate::sync) fn set_manual(on: bool) {
    MANUAL.store(on, Ordering::Relaxed);
}

pub(in crate::sync) fn is_manual() -> bool {
    MANUAL.load(Ordering::Relaxed)
}

pub(in crate::sync) fn pause() {
    PAUSED.fetch_add(1, Ordering::SeqCst);
}

pub(in crate::sync) fn resume() {
    PAUSED.fetch_sub(1, Ordering::SeqCst);
}

fn is_paused() -> bool {
    PAUSED.load(Ordering::SeqCst) > 0
}

pub(in crate::sync) fn thresholds() -> [u32; 3] {
    [0, 1, 2].map(|at: usize| THRESHOLDS[at].load(Ordering::Relaxed))
}

pub(in crate::sync) fn set_thresholds(thresholds: [u32; 3]) {
    for (at, value) in THRESHOLDS.iter().zip(thresholds) {
        at.store(value, Ordering::Relaxed);
    }
}

pub(in crate::sync) fn counts() -> [u32; 3] {
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let last = SIZE.load(Ordering::Relaxed);
    let grown = size().saturating_sub(last).saturating_mul(100) / last.max(GROWTH);
    [clamp(thread::FRESH.load(Ordering::Relaxed)), YOUNG.load(Ordering::Relaxed), clamp(grown)]
}

/// What the growth of the heap is measured by.
fn size() -> usize {
    store::TRACKED.load(Ordering::Relaxed).saturating_add(charge::charged())
}

fn has_grown() -> bool {
    let last = SIZE.load(Ordering::Relaxed);
    let grown = size().saturating_sub(last);
    let of_last = (last / 100).saturating_mul(THRESHOLDS[2].load(Ordering::Relaxed) as usize);
    if OLD_TOUCHED.load(Ordering::Relaxed) {
        let enough = (of_last / TOUCHED_SHARE).saturating_add(TOUCHED_GROWTH);
        grown > if EAGER.load(Ordering::Relaxed) > 0 { enough / 2 } else { enough }
    } else {
        grown > of_last.saturating_mul(UNTOUCHED).saturating_add(UNTOUCHED_GROWTH)
    }
}

/// Something on an old page was touched.
pub(in crate::sync) fn old_touched() {
    OLD_TOUCHED.store(true, Ordering::Relaxed);
}

/// Do collections start by themselves?
fn automatic() -> bool {
    is_enabled() && !is_paused() && THRESHOLDS[0].load(Ordering::Relaxed) > 0
}

fn threshold() -> usize {
    THRESHOLDS[0].load(Ordering::Relaxed) as usize
}

/// The generation that is due.
fn due() -> Option<u32> {
    if has_grown() {
        return Some(OLDEST);
    }
    let young = thread::FRESH.load(Ordering::Relaxed) >= threshold();
    young.then(|| u32::from(YOUNG.load(Ordering::Relaxed) >= THRESHOLDS[1].load(Ordering::Relaxed)))
}

/// Called when allocation takes its slow way, for a block of so many bytes.
#[inline]
pub(in crate::sync) fn pace(block: usize) {
    let ready = ACTIVE.load(Ordering::Relaxed) || thread::FRESH.load(Ordering::Relaxed) >= threshold();
    if ready && automatic() && !is_manual() {
        slice((crate::sync::page::CHUNK / block.max(1)).max(1));
    }
}

/// Bytes were charged: as if every 64 were an object.
pub(in crate::sync) fn charged_more(bytes: usize) {
    let sum = CHARGED.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
    if sum > GROWTH / 4 {
        CHARGED.store(0, Ordering::Relaxed);
        let fresh = thread::FRESH.fetch_add(sum / 64, Ordering::Relaxed) + sum / 64;
        if automatic() && !is_manual() && (ACTIVE.load(Ordering::Relaxed) || fresh >= threshold() || has_grown()) {
            slice(sum / 64);
        }
    }
}

/// A step, after so many new objects.
#[cold]
fn slice(made: usize) {
    if occupied() {
        return;
    }
    if let Some(mut running) = turn() {
        // What all threads made since the last step, as far as it shows.
        let fresh = thread::FRESH.load(Ordering::Relaxed);
        let since = fresh.saturating_sub(PACED.swap(fresh, Ordering::Relaxed));
        automatic_step(&mut running, made.max(since));
    }
}

/// The right to do a step. Not to be had while another thread is at one; where more was made than steps keep up with, this one
/// waits a while then, or those who make garbage would outrun the one who collects it. It does not wait longer: the other may
/// run a `Drop` that waits for a lock which this thread holds.
fn turn() -> Option<Exclusive> {
    let running = try_exclusive();
    if running.is_some() || thread::FRESH.load(Ordering::Relaxed) / BEHIND <= threshold() {
        return running;
    }
    let start = Instant::now();
    loop {
        std::thread::sleep(PATIENCE / 20);
        let running = try_exclusive();
        if running.is_some() || start.elapsed() >= PATIENCE {
            return running;
        }
    }
}

/// Begins a pass if one is due, or goes on with the one that is under way.
fn automatic_step(running: &mut Exclusive, made: usize) -> Progress {
    let start = Instant::now();
    if running.pass().is_none() {
        match due() {
            Some(generation) => running.begin(generation, Which::Touched),
            None => return Progress { done: true, ..Progress::default() },
        }
        let (blocks, oldest) =
            running.pass().as_ref().map_or((0, false), |p| (p.size(), p.report.generation == OLDEST));
        let cost = COST[usize::from(oldest)].load(Ordering::Relaxed);
        WORK.store(blocks.saturating_mul(cost) / 16, Ordering::Relaxed);
        // To be done before as many objects are made as the threshold says, or before the heap has grown by another eighth.
        ROOM.store((threshold() / 2).max(blocks / 8).max(1), Ordering::Relaxed);
    }
    let rate = WORK.load(Ordering::Relaxed) / ROOM.load(Ordering::Relaxed).max(1);
    let objects = rate.saturating_mul(made).clamp(*STEP.start(), *STEP.end());
    let finished = running.go_on(&mut Budget::of(objects));
    let progress = conclude(finished, start);
    LONGEST_STEP.fetch_max(progress.duration.as_nanos() as u64, Ordering::Relaxed);
    progress
}

/// Books and announces a pass that has ended.
fn conclude(finished: Option<Finished>, start: Instant) -> Progress {
    let mut progress = Progress::default();
    if let Some(Finished { report, .. }) = finished {
        book(&report);
        call(Phase::Stop, &report);
        progress.freed = report.freed;
        progress.done = true;
    }
    progress.duration = start.elapsed();
    progress
}

/// What an allocation would do.
pub(in crate::sync) fn safepoint() -> Progress {
    thread::poll();
    if !occupied() && !is_paused() && SHORT.swap(false, Ordering::Relaxed) {
        let start = Instant::now();
        let freed = collect_now(OLDEST).freed;
        return Progress { freed, done: true, duration: start.elapsed(), ..Progress::default() };
    }
    if occupied() || !automatic() {
        return Progress { skipped: true, ..Progress::default() };
    }
    match try_exclusive() {
        Some(mut running) => automatic_step(&mut running, *STEP.end()),
        None => Progress { skipped: true, ..Progress::default() },
    }
}

/// Works for about so long on a pass over the whole heap.
pub(in crate::sync) fn step(budget: Duration) -> Progress {
    if occupied() || is_paused() {
        return Progress { skipped: true, ..Progress::default() };
    }
    let start = Instant::now();
    thread::poll();
    let mut running = exclusive();
    let mut freed = 0;
    loop {
        if running.pass().is_none() {
            running.begin(OLDEST, Which::All);
        }
        let finished = running.go_on(&mut Budget::until(start + budget));
        let whole = finished.as_ref().is_some_and(|f| f.report.generation == OLDEST);
        let progress = conclude(finished, start);
        freed += progress.freed;
        // After one that looked at young objects only, a whole one is begun.
        if whole || start.elapsed() >= budget {
            return Progress { freed, done: whole, duration: start.elapsed(), ..Progress::default() };
        }
    }
}

/// A request would exceed the limit: frees what can be freed. In the manual mode that is left to the next safepoint, for no user code of a
/// collection may run in an allocation.
pub(in crate::sync) fn make_room() {
    thread::poll();
    if is_manual() {
        SHORT.store(true, Ordering::Relaxed);
    } else if !COLLECTING.get() && !is_paused() {
        let _report: Collection = collect_now(OLDEST);
    }
    store::sweep_abandoned();
}

/// A pass begins.
pub(super) fn begun(generation: u32) {
    thread::FRESH.store(0, Ordering::Relaxed);
    PACED.store(0, Ordering::Relaxed);
    ACTIVE.store(true, Ordering::Relaxed);
    match generation {
        0 => _ = YOUNG.fetch_add(1, Ordering::Relaxed),
        _ => YOUNG.store(0, Ordering::Relaxed),
    }
    if generation == OLDEST {
        OLD_TOUCHED.store(false, Ordering::Relaxed);
        SIZE.store(size(), Ordering::Relaxed);
    }
}

/// A pass was given up: what it looked at is due again.
pub(super) fn given_up(report: &Collection) {
    ACTIVE.store(false, Ordering::Relaxed);
    if report.generation == OLDEST {
        SIZE.store(0, Ordering::Relaxed);
    }
}

/// A pass has ended.
pub(super) fn finished(pass: &Pass) {
    ACTIVE.store(false, Ordering::Relaxed);
    if pass.size() > 0 {
        COST[usize::from(pass.report.generation == OLDEST)]
            .store((pass.spent.saturating_mul(16) / pass.size()).clamp(32, 256), Ordering::Relaxed);
    }
    let whole = pass.report.generation == OLDEST;
    let pays = pass.garbage > size() / PAYS && pass.garbage > GROWTH;
    if pays && pass.report.generation > 0 {
        EAGER.store(EAGER_FOR, Ordering::Relaxed);
    } else if whole {
        EAGER.store(EAGER.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }
    if whole {
        // Less may be left. What was made meanwhile counts as growth: where a pass finds much, as much may have become garbage since it began.
        let left = SIZE.load(Ordering::Relaxed).saturating_sub(pass.garbage);
        SIZE.store(left.min(size()), Ordering::Relaxed);
    }
}
