//! The collector of `sync`: it runs on one thread while all others go on.
//!
//! `filter` finds suspects, from working counts that others may have made stale: garbage is stable, so none of it is missed, and
//! what is found needs not be garbage. `test` examines the suspects exactly, group by group. `condemn` ends what is garbage.

mod condemn;
mod filter;
mod test;

use core::cell::Cell;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use super::header::{Hdr, decrement};
use super::page::Page;
use super::{death, store, thread};
use crate::collect::Collection;
use crate::unraisable;

/// Held by the thread that collects.
static RUNNING: Mutex<()> = Mutex::new(());

thread_local! {
    static COLLECTING: Cell<bool> = const { Cell::new(false) };
}

static ENABLED: AtomicBool = AtomicBool::new(true);
static LEAST: AtomicUsize = AtomicUsize::new(20_000);
static PERCENT: AtomicUsize = AtomicUsize::new(50);
/// New objects before the next automatic collection.
static DUE: AtomicUsize = AtomicUsize::new(20_000);
static LIVING: AtomicUsize = AtomicUsize::new(0);
static COLLECTIONS: AtomicU64 = AtomicU64::new(0);
static COLLECTED: AtomicU64 = AtomicU64::new(0);
static LONGEST: AtomicU64 = AtomicU64::new(0);

/// An explicit collection makes so many passes at the most, when other threads get in its way.
const PASSES: usize = 4;

pub(super) fn set_enabled(on: bool) {
    ENABLED.store(on, Ordering::Relaxed);
}

pub(super) fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}

pub(super) fn thresholds() -> [usize; 2] {
    [LEAST.load(Ordering::Relaxed), PERCENT.load(Ordering::Relaxed)]
}

pub(super) fn set_thresholds([least, percent]: [usize; 2]) {
    LEAST.store(least, Ordering::Relaxed);
    PERCENT.store(percent, Ordering::Relaxed);
    set_due();
}

fn set_due() {
    let [least, percent] = thresholds();
    let due = if least == 0 { usize::MAX } else { least.max(LIVING.load(Ordering::Relaxed) / 100 * percent) };
    DUE.store(due, Ordering::Relaxed);
}

/// Collections, objects freed by them, and the longest test.
pub(super) fn totals() -> (u64, u64, Duration) {
    let read = |n: &AtomicU64| n.load(Ordering::Relaxed);
    (read(&COLLECTIONS), read(&COLLECTED), Duration::from_nanos(read(&LONGEST)))
}

pub(super) fn side_bytes() -> usize {
    store::SIDE.load(Ordering::Relaxed)
}

/// Called when allocation takes its slow way.
#[inline]
pub(super) fn pace() {
    if thread::FRESH.load(Ordering::Relaxed) >= DUE.load(Ordering::Relaxed) && is_enabled() {
        automatic();
    }
}

#[cold]
fn automatic() {
    if COLLECTING.get() || death::held() {
        return;
    }
    let running = match RUNNING.try_lock() {
        Ok(running) => running,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    collect(running, 1);
}

/// A request would exceed the limit: frees what can be freed.
pub(super) fn make_room() {
    thread::poll();
    if !COLLECTING.get() && !death::held() {
        collect_now();
    }
    store::sweep_abandoned();
}

pub(super) fn collect_now() -> Collection {
    if COLLECTING.get() || death::held() {
        return Collection { generation: 2, skipped: true, ..Collection::default() };
    }
    collect(RUNNING.lock().unwrap_or_else(PoisonError::into_inner), PASSES)
}

/// Resets what must be reset however a collection ends.
struct Running {
    _one: MutexGuard<'static, ()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        COLLECTING.set(false);
    }
}

fn collect(one: MutexGuard<'static, ()>, passes: usize) -> Collection {
    COLLECTING.set(true);
    let running = Running { _one: one };
    let start = Instant::now();
    let mut report = Collection { generation: 2, ..Collection::default() };
    thread::poll();
    for _ in 0..passes {
        thread::FRESH.store(0, Ordering::Relaxed);
        report.uncollectable.clear();
        report.candidates = 0;
        match catch_unwind(AssertUnwindSafe(|| pass(&mut report))) {
            Ok(Disturbed(false)) => break,
            Ok(Disturbed(true)) => {}
            Err(panic) => {
                unraisable::report(unraisable::Origin::Trace, "", panic);
                report.abandoned = true;
                break;
            }
        }
        thread::poll();
    }
    store::sweep_abandoned();
    LIVING.store(report.candidates.saturating_sub(report.freed), Ordering::Relaxed);
    set_due();
    COLLECTIONS.fetch_add(1, Ordering::Relaxed);
    COLLECTED.fetch_add(report.freed as u64, Ordering::Relaxed);
    report.duration = start.elapsed();
    drop(running);
    report
}

/// Did another thread get in the way of a test? Then another pass may find more.
struct Disturbed(bool);

fn pass(report: &mut Collection) -> Disturbed {
    let pages = Pages::pin();
    let groups = filter::suspects(&pages, report);
    let mut disturbed = false;
    let mut batch = Vec::new();
    let mut objects = 0;
    let mut groups = groups.into_iter().peekable();
    while let Some(group) = groups.next() {
        objects += group.0.len();
        batch.push(group);
        if objects >= test::BATCH || groups.peek().is_none() {
            let tested = test::examine(core::mem::take(&mut batch), report);
            objects = 0;
            disturbed |= tested.disturbed;
            if !tested.garbage.is_empty() {
                disturbed |= condemn::dispose(tested, report);
            }
        }
    }
    drop(pages);
    Disturbed(disturbed)
}

/// References that the collector owns.
#[derive(Default)]
struct Owned(Vec<Hdr>);

impl Drop for Owned {
    fn drop(&mut self) {
        for header in self.0.drain(..) {
            death::report(|| decrement(header));
        }
    }
}

/// The tracked pages as they were at the start, with working counts.
struct Pages {
    list: Vec<&'static Page>,
    bytes: usize,
}

impl Pages {
    fn pin() -> Pages {
        let mut pages = Pages { list: store::pin(), bytes: 0 };
        for page in &pages.list {
            pages.bytes += page.make_side();
        }
        store::SIDE.fetch_add(pages.bytes, Ordering::Relaxed);
        pages
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for page in &self.list {
            page.drop_side();
        }
        store::SIDE.fetch_sub(self.bytes, Ordering::Relaxed);
        store::unpin();
    }
}

/// The working count of an object on a page of the pass.
fn slot<'a>(header: Hdr) -> Option<&'a Cell<u32>> {
    // SAFETY: references that a visit reports lead to blocks of pages, and no page is unmapped or changes its shape during a
    // pass: those without working counts are not looked at further.
    unsafe {
        let page = super::page::page_of(header);
        if page.has_side() { page.slot(page.index_of(header)) } else { None }
    }
}
