//! A pass over the whole heap, at one stroke or in small steps beside the running program.
//!
//! 1. *Calm*: the suspects that wait for a pass become calm; what is touched from here on is a suspect of the next.
//! 2. *Count*: over all tracked objects, `working[self] += references; working[target] -= 1`.
//! 3. *Gather*: the objects that were counted and ended at zero are candidates.
//! 4. *Narrow*: those that something outside of the candidates reaches are left out.
//! 5. *Judge*: the candidates are decided about exactly, without interruption, in groups as small as their references
//!    allow, and what is garbage is disposed of, in steps again.
//!
//! Between steps the program runs and the working counts grow stale. That is sound for a filter: garbage is stable, no count
//! and no reference in it changes any more, so what was garbage when the counting began ends at zero; staleness only adds
//! candidates. Objects that die meanwhile leave their blocks in the lists: while a pass runs no page is given back or cut
//! anew, so an entry leads to a free block or to some object of the same size, and both may be looked at.

mod sinks;
mod stages;
mod whole;

use core::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use self::stages::Progress;
use super::condemn::{self, Disposal, Marked};
use super::{Collection, abandoned};
use crate::header::Hdr;
use crate::heap::Inner;

/// Units of work for a step of a disposal.
const DISPOSE: usize = 2;

/// The pass of a heap: none, or one in progress; and garbage that is being disposed of.
pub(crate) struct Pass {
    /// Taken out while a step works on it.
    progress: UnsafeCell<Option<Box<Progress>>>,
    active: Cell<bool>,
    running: Cell<bool>,
    /// Oldest first.
    disposals: RefCell<VecDeque<Disposal>>,
    /// The largest group decided about in one step, and the time that took.
    largest: Cell<(usize, Duration)>,
    passes: Cell<u64>,
}

impl Pass {
    pub(crate) const fn new() -> Pass {
        Pass {
            progress: UnsafeCell::new(None),
            active: Cell::new(false),
            running: Cell::new(false),
            disposals: RefCell::new(VecDeque::new()),
            largest: Cell::new((0, Duration::ZERO)),
            passes: Cell::new(0),
        }
    }

    /// Is a pass or a disposal in progress? Pages must not be given back meanwhile.
    pub(crate) fn is_active(&self) -> bool {
        self.active.get()
    }

    pub(crate) fn has_disposal(&self) -> bool {
        !self.disposals.borrow().is_empty()
    }

    /// The largest group that was decided about in one step, and the longest time that took.
    pub(crate) fn largest(&self) -> (usize, Duration) {
        self.largest.get()
    }

    /// Passes that were begun.
    pub(crate) fn passes(&self) -> u64 {
        self.passes.get()
    }

    fn take(&self) -> Option<Box<Progress>> {
        // SAFETY: a short change that runs no other code.
        unsafe { (*self.progress.get()).take() }
    }

    fn put(&self, progress: Box<Progress>) {
        // SAFETY: as above.
        unsafe { *self.progress.get() = Some(progress) };
    }

    /// Bytes of its lists.
    pub(crate) fn bytes(&self) -> usize {
        let disposals = self.disposals.borrow();
        let disposals =
            disposals.capacity() * size_of::<Disposal>() + disposals.iter().map(Disposal::bytes).sum::<usize>();
        // SAFETY: a short look.
        let progress = unsafe { (*self.progress.get()).as_ref() };
        disposals + progress.map_or(0, |p| size_of::<Progress>() + p.candidates.bytes() + p.queue.bytes())
    }

    #[cfg(adder_system_alloc)]
    pub(crate) fn forget(&self, header: Hdr) {
        // SAFETY: a short change that runs no other code.
        if let Some(progress) = unsafe { (*self.progress.get()).as_mut() } {
            progress.candidates.forget(header);
            progress.queue.forget(header);
            if progress.stage.cursor().is_some_and(|cursor| cursor.as_ref().is_some_and(|(at, _)| *at == header)) {
                *progress.stage.cursor().expect("there is one") = None;
            }
        }
    }

    /// Begins a pass in steps.
    pub(crate) fn begin(&self, heap: &Inner) {
        heap.gc.all_suspect.set(false);
        self.passes.set(self.passes.get() + 1);
        self.active.set(true);
        self.running.set(true);
        self.put(Box::new(Progress::begin()));
    }

    /// Gives a pass up: its suspects wait for the next.
    pub(crate) fn abandon(&self, heap: &Inner) {
        if self.take().is_some() {
            heap.gc.all_suspect.set(true);
        }
        self.close(heap);
    }

    fn close(&self, heap: &Inner) {
        heap.drop_pass_sides();
        self.running.set(false);
        self.active.set(self.has_disposal());
    }

    /// Disposes of what is condemned, to the end.
    pub(crate) fn finish_disposal(&self, heap: &Inner, report: &mut Collection) {
        while self.has_disposal() {
            self.step_disposal(heap, usize::MAX, report);
        }
    }

    /// Disposes of some of what is condemned; returns what is left of the budget.
    pub(crate) fn step_disposal(&self, heap: &Inner, budget: usize, report: &mut Collection) -> usize {
        let mut left = budget;
        while left > 0 {
            let Some(mut disposal) = self.disposals.borrow_mut().pop_front() else { break };
            left = left.saturating_sub(DISPOSE * disposal.step(heap, left / DISPOSE + 1, report));
            if disposal.is_done() {
                disposal.end(heap, report);
            } else {
                self.disposals.borrow_mut().push_front(disposal);
            }
        }
        self.active.set(self.is_running() || self.has_disposal());
        left
    }

    /// Is a pass in progress?
    pub(crate) fn is_running(&self) -> bool {
        self.running.get()
    }

    /// Works for about so many units (objects and references visited); returns what is left. 0 while there is more to do.
    pub(crate) fn step(&self, heap: &Inner, budget: usize, report: &mut Collection) -> usize {
        let mut left = budget as isize;
        while left > 0 {
            if self.has_disposal() {
                left = self.step_disposal(heap, left as usize, report) as isize;
                continue;
            }
            let Some(mut progress) = self.take() else {
                return left as usize;
            };
            let worked = catch_unwind(AssertUnwindSafe(|| self.work(heap, &mut progress, left as usize, report)));
            heap.drain_quietly();
            match worked {
                Ok((spent, false)) => {
                    left -= spent as isize;
                    self.put(progress);
                }
                Ok((spent, true)) => {
                    left -= spent as isize;
                    heap.gc.pass_ended(heap, progress.counted);
                    self.close(heap);
                }
                Err(panic) => {
                    drop(progress);
                    heap.gc.all_suspect.set(true);
                    self.close(heap);
                    abandoned(panic, report);
                    return 0;
                }
            }
        }
        0
    }

    /// Condemns garbage; it is disposed of in steps. `pieces`: see [`condemn::mark`].
    pub(crate) fn condemn(&self, heap: &Inner, garbage: Vec<Hdr>, pieces: bool, report: &mut Collection) {
        let marked = condemn::mark(heap, &garbage, pieces);
        self.condemn_marked(heap, garbage, marked, report);
    }

    /// The same for garbage that bears its marks already.
    pub(crate) fn condemn_marked(&self, heap: &Inner, garbage: Vec<Hdr>, marked: Marked, report: &mut Collection) {
        let disposal = Disposal::begin(heap, garbage, marked, report);
        self.active.set(true);
        self.disposals.borrow_mut().push_back(disposal);
    }
}

/// Pages stay as they are while it lives.
struct Enumerating<'h>(&'h Inner);

impl<'h> Enumerating<'h> {
    fn begin(heap: &'h Inner) -> Enumerating<'h> {
        heap.gc.enumerating.set(heap.gc.enumerating.get() + 1);
        Enumerating(heap)
    }
}

impl Drop for Enumerating<'_> {
    fn drop(&mut self) {
        self.0.gc.enumerating.set(self.0.gc.enumerating.get() - 1);
    }
}
