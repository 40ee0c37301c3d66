//! The collector of `sync`: it runs on one thread while all others go on.
//!
//! `pass` finds suspects, from working counts that others may have made stale: garbage is stable, so none of it is missed, and
//! what is found needs not be garbage. It works in steps; between two of them it owns no reference to anything. `test` examines the
//! suspects exactly, group by group. `condemn` ends what is garbage. `pace` says when a step is due, and how long it may be.

mod condemn;
mod narrow;
mod pace;
mod pass;
mod test;

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use super::count::Total;
use super::header::{Hdr, payload_of, release};
use super::{death, store, thread};
use crate::collect::{Collection, GenerationStats, Phase};
use crate::trace::{Cursor, Tracer};
use crate::unraisable;

pub(super) use pace::{
    charged_more, counts, is_enabled, is_manual, make_room, old_touched, pace, pause, resume, safepoint, set_enabled,
    set_manual, set_thresholds, step, thresholds,
};
use pass::{Budget, Pass, Which};

pub(crate) const OLDEST: u32 = 2;

/// The pass that is under way, of which a step is made by whoever holds the lock.
static RUNNING: Mutex<Option<Box<Pass>>> = Mutex::new(None);

thread_local! {
    /// This thread collects, or looks at all objects.
    static COLLECTING: Cell<bool> = const { Cell::new(false) };
}

static TOTALS: Mutex<[GenerationStats; 3]> =
    Mutex::new([const { GenerationStats { collections: 0, collected: 0, uncollectable: 0 } }; 3]);
/// In nanoseconds: the longest exact test, and the longest step that an allocation or a safepoint had to do.
static LONGEST: AtomicU64 = AtomicU64::new(0);
static LONGEST_STEP: AtomicU64 = AtomicU64::new(0);

/// An explicit collection makes so many passes at the most, when other threads get in its way.
const PASSES: usize = 4;

type Callback = Arc<dyn Fn(Phase, &Collection) + Send + Sync>;
static CALLBACKS: Mutex<Vec<(u64, Callback)>> = Mutex::new(Vec::new());
static NEXT_CALLBACK: AtomicU64 = AtomicU64::new(0);

/// Totals for each generation, the longest test, and the longest step.
pub(super) fn totals() -> ([GenerationStats; 3], Duration, Duration) {
    let nanos = |n: &AtomicU64| Duration::from_nanos(n.load(Ordering::Relaxed));
    (*TOTALS.lock().unwrap_or_else(PoisonError::into_inner), nanos(&LONGEST), nanos(&LONGEST_STEP))
}

fn callbacks() -> MutexGuard<'static, Vec<(u64, Callback)>> {
    CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn add_callback(callback: Callback) -> u64 {
    let number = NEXT_CALLBACK.fetch_add(1, Ordering::Relaxed);
    callbacks().push((number, callback));
    number
}

pub(super) fn remove_callback(number: u64) -> bool {
    let removed = {
        let mut callbacks = callbacks();
        callbacks.iter().position(|(n, _)| *n == number).map(|at| callbacks.remove(at))
    };
    removed.is_some()
}

fn call(phase: Phase, report: &Collection) {
    let all: Vec<Callback> = callbacks().iter().map(|(_, callback)| callback.clone()).collect();
    for callback in all {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| callback(phase, report))) {
            unraisable::report(unraisable::Origin::CollectionCallback, "", panic);
        }
    }
}

/// May this thread neither collect nor wait for somebody who does?
fn occupied() -> bool {
    COLLECTING.get() || death::held()
}

/// The right to look at all objects, or to collect; given back however that ends.
pub(super) struct Exclusive(Option<MutexGuard<'static, Option<Box<Pass>>>>);

/// While it lives no other thread tests or condemns. Inside of a collection it holds anyway: what that has condemned bears
/// the flag `CONDEMNED`.
pub(super) fn exclusive() -> Exclusive {
    if COLLECTING.get() {
        return Exclusive(None);
    }
    Exclusive::of(RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// [`exclusive`] if it is to be had at once.
fn try_exclusive() -> Option<Exclusive> {
    match RUNNING.try_lock() {
        Ok(running) => Some(Exclusive::of(running)),
        Err(TryLockError::Poisoned(poisoned)) => Some(Exclusive::of(poisoned.into_inner())),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Exclusive {
    fn of(running: MutexGuard<'static, Option<Box<Pass>>>) -> Exclusive {
        COLLECTING.set(true);
        Exclusive(Some(running))
    }

    fn pass(&mut self) -> &mut Option<Box<Pass>> {
        self.0.as_mut().expect("of a thread that is not occupied")
    }

    /// Begins a pass.
    fn begin(&mut self, generation: u32, which: Which) {
        pace::begun(generation);
        let pass = Pass::new(generation, which);
        call(Phase::Start, &pass.report);
        *self.pass() = Some(Box::new(pass));
    }

    /// Ends the pass that is under way: it is a filter, and no more.
    fn give_up(&mut self) {
        if let Some(pass) = self.pass().take() {
            let report = pass.given_up();
            pace::given_up(&report);
            book(&report);
            call(Phase::Stop, &report);
        }
    }

    /// Goes on with the pass; gives its report when it is done.
    fn go_on(&mut self, budget: &mut Budget) -> Option<Finished> {
        // Taken out, so that one that panics is not gone on with.
        let mut pass = self.pass().take()?;
        match catch_unwind(AssertUnwindSafe(|| pass.step(budget))) {
            Ok(false) => {
                *self.pass() = Some(pass);
                return None;
            }
            Ok(true) => {}
            Err(panic) => {
                unraisable::report(unraisable::Origin::Trace, "", panic);
                pass.report.abandoned = true;
            }
        }
        if pass.report.abandoned || pass.disturbed {
            pass.touch_again();
        }
        store::sweep_abandoned();
        pace::finished(&pass);
        let Pass { report, disturbed, .. } = *pass;
        Some(Finished { report, disturbed })
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        if self.0.is_some() {
            COLLECTING.set(false);
        }
    }
}

struct Finished {
    report: Collection,
    /// Another thread got in the way of a test: another pass may find more.
    disturbed: bool,
}

/// Does the caller have the only reference to an object, for itself? True also makes sure that the object is merged. May say no
/// while another thread collects.
pub(super) fn take_unique(header: Hdr) -> bool {
    // SAFETY: the caller has a reference.
    let counts = unsafe { &header.as_ref().counts };
    let me = thread::tag();
    if counts.take_unique(me) {
        return true;
    }
    if !counts.belongs_elsewhere(me) || counts.total() != Total::Is(1) || occupied() {
        return false;
    }
    let Some(_running) = try_exclusive() else { return false };
    test::take_over(header) && counts.take_unique(me)
}

fn book(report: &Collection) {
    let mut totals = TOTALS.lock().unwrap_or_else(PoisonError::into_inner);
    let it = &mut totals[report.generation as usize];
    it.collections += 1;
    it.collected += report.freed as u64;
    it.uncollectable += report.uncollectable.len() as u64;
}

/// Ends the pass that is under way, if nobody is at it, so that it keeps no pages.
pub(super) fn give_up() {
    if !occupied()
        && let Some(mut running) = try_exclusive()
    {
        running.give_up();
    }
}

/// Collects a generation and all younger ones, without steps.
pub(super) fn collect_now(generation: u32) -> Collection {
    if occupied() {
        return Collection { generation, skipped: true, ..Collection::default() };
    }
    let mut running = exclusive();
    // What the one that is under way found so far is found again.
    running.give_up();
    let start = Instant::now();
    let mut whole = Collection { generation, ..Collection::default() };
    thread::poll();
    for number in 0..PASSES {
        if number == 0 {
            running.begin(generation, Which::All);
        } else {
            *running.pass() = Some(Box::new(Pass::new(generation, Which::All)));
        }
        let Some(Finished { report, disturbed }) = running.go_on(&mut Budget::unlimited()) else { break };
        whole.candidates = report.candidates;
        whole.unreachable += report.unreachable;
        whole.freed += report.freed;
        whole.uncollectable = report.uncollectable;
        whole.abandoned = report.abandoned;
        thread::poll();
        if !disturbed || whole.abandoned || generation < OLDEST {
            break;
        }
    }
    whole.duration = start.elapsed();
    book(&whole);
    call(Phase::Stop, &whole);
    whole
}

/// Visits an object to which the caller holds a reference: its fields, and its type where that is an object too.
pub(super) fn visit(header: Hdr, tracer: &mut Tracer<'_>) {
    // SAFETY: held, and so neither masked nor dying: its payload is initialised and nobody has `&mut` to it.
    unsafe {
        let info = header.as_ref().info();
        if let Some(owner) = header.as_ref().owner() {
            tracer.name("type");
            tracer.shared_edge(owner.cast());
        }
        (info.trace)(payload_of(header), tracer);
    }
}

/// Visits an object to which the caller holds a reference, at most about `most` elements of its large containers at a time; gives
/// where to go on.
fn visit_piece(header: Hdr, tracer: &mut Tracer<'_>, from: Option<Cursor>, most: usize) -> Option<Cursor> {
    if most == usize::MAX {
        visit(header, tracer);
        return None;
    }
    tracer.piece(from, most, |tracer| visit(header, tracer))
}

/// References that the collector owns.
#[derive(Default)]
struct Owned(Vec<Hdr>);

impl core::ops::Deref for Owned {
    type Target = Vec<Hdr>;
    fn deref(&self) -> &Vec<Hdr> {
        &self.0
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        for header in self.0.drain(..) {
            death::report(|| release(header));
        }
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

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc::channel;

    use super::*;
    use crate::sync::Gc;
    use crate::sync::page::page_of;
    use crate::trace::{Clearer, Trace};

    static DROPS: AtomicUsize = AtomicUsize::new(0);

    #[derive(Default)]
    struct Node(Mutex<Option<Gc<Node>>>);

    impl Trace for Node {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            self.0.trace(tracer);
        }
        fn clear_edges(&self, clearer: &mut Clearer<'_>) {
            self.0.clear_edges(clearer);
        }
        fn finalizes() -> bool {
            false
        }
    }

    impl Drop for Node {
        fn drop(&mut self) {
            DROPS.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// As `pace` does it, but at one stroke.
    fn pass(generation: u32) {
        let mut running = exclusive();
        running.begin(generation, Which::Touched);
        assert!(running.go_on(&mut Budget::unlimited()).is_some());
    }

    /// A store of the owner's short way that undoes what a pass wrote, later than that pass has counted: garbage of which no mark tells. It is
    /// found when the owner has passed on.
    #[test]
    fn a_touch_that_a_store_under_way_has_hidden() {
        let ((ask, asked), (tell, told)) = (channel(), channel());
        let owner = std::thread::spawn(move || {
            let (a, b) = (Gc::new(Node::default()), Gc::new(Node::default()));
            *a.0.lock().unwrap() = Some(b.clone());
            *b.0.lock().unwrap() = Some(a.clone());
            drop(b);
            let header = Gc::header(&a);
            // SAFETY: alive here.
            let page = unsafe { page_of(header) };
            assert!(page.is_touched());
            tell.send(()).unwrap();
            asked.recv().unwrap();
            // SAFETY: as above.
            let counts = unsafe { &header.as_ref().counts };
            assert!(!page.is_touched() && counts.is_calm(), "a pass has looked at it");
            // What the store of a clone and drop would do that was under way all the time.
            counts.unset_calm(thread::tag());
            drop(a);
            assert!(!page.is_touched(), "not noted");
            tell.send(()).unwrap();
            asked.recv().unwrap();
            thread::poll();
            tell.send(()).unwrap();
            asked.recv().unwrap();
        });
        told.recv().unwrap();
        pass(OLDEST);
        ask.send(()).unwrap();
        told.recv().unwrap();
        pass(0);
        assert_eq!(DROPS.load(Ordering::Relaxed), 0, "the owner may be at the store still");
        ask.send(()).unwrap();
        told.recv().unwrap();
        pass(0);
        // What is emptied goes to its owner (its type is not faithful), who ends.
        ask.send(()).unwrap();
        owner.join().unwrap();
        assert_eq!(DROPS.load(Ordering::Relaxed), 2);
    }
}
