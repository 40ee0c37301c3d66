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

use core::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::condemn::Disposal;
use super::list::List;
use super::suspects::HARD;
use super::trial::{self, Scope};
use super::{Collection, OLDEST, abandoned, calm, prefetch};
use crate::header::{Hdr, State, count, flag};
use crate::heap::Inner;
use crate::page::{Page, locate};
use crate::trace::{Cursor, EdgeBuffer, Sink, Tracer, visit};

/// Added to the working count of an object that was counted.
const COUNTED: u32 = 1 << 31;
/// A candidate that was narrowed down: its references from candidates are being taken off `NARROW + references`.
const NARROW: u32 = 1 << 30;
/// A candidate that something live reaches.
const LIVE: u32 = 1;
/// A candidate that a group holds.
const GROUPED: u32 = 2;
/// A candidate that was decided about and is not garbage, or is held by garbage whose turn comes.
const WAITING: u32 = 3;
/// Units of work for a step of a disposal.
const DISPOSE: usize = 2;
/// A group of so many objects is decided about in one step; a larger one is gathered in steps first.
const GROUP: usize = 10_000;

enum Stage {
    Calm,
    Count { page: usize, index: usize, cursor: Option<(Hdr, Cursor)> },
    Gather { page: usize },
    Reset { page: usize, next: usize },
    Subtract { next: usize, cursor: Option<(Hdr, Cursor)> },
    Mark { next: usize, cursor: Option<(Hdr, Cursor)> },
    Judge { next: usize },
    Group { next: usize, seed: usize, cursor: Option<(Hdr, Cursor)> },
}

struct Progress {
    stage: Stage,
    candidates: List,
    /// Live objects to go on from (`Mark`), or the members of a group (`Group`).
    queue: List,
    counted: usize,
    freed: usize,
}

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
            // Positions in the list stay what they are.
            progress.candidates.replace(header, crate::header::Tombstone::header());
            progress.queue.replace(header, crate::header::Tombstone::header());
            match &mut progress.stage {
                Stage::Count { cursor, .. }
                | Stage::Subtract { cursor, .. }
                | Stage::Mark { cursor, .. }
                | Stage::Group { cursor, .. } => {
                    if cursor.as_ref().is_some_and(|(h, _)| *h == header) {
                        *cursor = None;
                    }
                }
                _ => {}
            }
        }
    }

    /// Begins a pass in steps.
    pub(crate) fn begin(&self, heap: &Inner) {
        heap.gc.all_suspect.set(false);
        self.passes.set(self.passes.get() + 1);
        self.active.set(true);
        self.running.set(true);
        self.put(Box::new(Progress {
            stage: Stage::Calm,
            candidates: List::new(),
            queue: List::new(),
            counted: 0,
            freed: 0,
        }));
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

    /// A whole pass at one stroke; all garbage is decided about together.
    pub(crate) fn run_whole(&self, heap: &Inner, report: &mut Collection) {
        let state = &heap.gc;
        for list in 0..super::suspects::LISTS {
            for suspect in state.suspects.take(list) {
                // SAFETY: `take` gives live objects.
                unsafe { suspect.as_ref() }.unlog();
            }
        }
        state.all_suspect.set(false);
        self.passes.set(self.passes.get() + 1);
        let found = catch_unwind(AssertUnwindSafe(|| self.find_whole(heap, report)));
        heap.drop_pass_sides();
        match found {
            Ok(garbage) => Disposal::begin(heap, garbage, report).finish(heap, report),
            Err(panic) => {
                state.all_suspect.set(true);
                abandoned(panic, report);
            }
        }
    }

    fn find_whole(&self, heap: &Inner, report: &mut Collection) -> Vec<Hdr> {
        let deaths = heap.hold_deaths();
        let counting = Enumerating::begin(heap);
        let mut sink = Subtract { heap, places: Vec::new() };
        let mut tracer = Tracer::new(heap.gc.take_buffer(), &mut sink);
        let mut counted = 0;
        heap.for_each_tracked(|page, index, header| {
            heap.pass_side_of(page);
            // SAFETY: enumerated headers are initialised; the side array was made just now.
            unsafe {
                let h = header.as_ref();
                if let State::Ordinary(n) = h.state() {
                    if n <= count::CALM_MAX as u32 && !h.has(flag::MASKED | flag::FROZEN) {
                        h.count.set(count::CALM | n as i32);
                    } else if !h.has(flag::FROZEN) {
                        // Not calm: what happens to it from here on leaves no trace.
                        heap.gc.all_suspect.set(true);
                    }
                }
                h.flags.set((h.flags.get() & !(flag::GEN_MASK | flag::KEPT_FREE)) | flag::GEN_OLD);
                if count_one(h, page.pass_slot(index)) {
                    counted += 1;
                    visit(header, &mut tracer);
                }
            }
        });
        heap.gc.give_buffer(tracer.finish());
        report.candidates += counted;
        let mut candidates = Vec::new();
        let mut roots = Vec::new();
        // Where nearly all are candidates it is cheaper to go from the few others.
        let few = counted / 8;
        heap.for_each_tracked(|page, index, header| {
            // SAFETY: as above.
            let slot = unsafe { page.pass_slot_opt(index) };
            match slot.map(Cell::get) {
                Some(COUNTED) => candidates.push(header),
                Some(0) | None => {}
                Some(_) if roots.len() <= few => roots.push(header),
                Some(_) => {}
            }
        });
        if candidates.is_empty() {
            return candidates;
        }
        if roots.len() <= few {
            mark_from(heap, roots);
            candidates.retain(|&header| {
                // SAFETY: allocated: deaths are held.
                let (page, index) = unsafe { locate(header) };
                // SAFETY: counted, so its page has the array.
                unsafe { page.pass_slot(index) }.get() != LIVE
            });
            // All that is referred to from outside was gone from: what is left is garbage, exactly.
            return candidates;
        }
        drop(counting);
        drop(deaths);
        heap.drain_quietly();
        let verdict = trial::decide(heap, &candidates, Scope::only_given(0));
        verdict.garbage
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

    /// One stage's work; returns what it cost, and whether the pass is over.
    fn work(&self, heap: &Inner, progress: &mut Progress, budget: usize, report: &mut Collection) -> (usize, bool) {
        let Progress { stage, candidates, queue, counted, freed } = progress;
        match stage {
            Stage::Calm => {
                let mut spent = 0;
                while spent < budget {
                    let Some(suspect) = heap.gc.suspects.pop(HARD).or_else(|| heap.gc.suspects.pop(2)) else {
                        *stage = Stage::Count { page: 0, index: 0, cursor: None };
                        break;
                    };
                    calm(suspect);
                    spent += 1;
                }
                (spent, false)
            }
            Stage::Count { page, index, cursor } => {
                let (spent, done) = count_some(heap, page, index, cursor, counted, budget);
                if done {
                    *stage = Stage::Gather { page: 0 };
                }
                (spent, false)
            }
            Stage::Gather { page } => {
                let mut spent = 0;
                while spent < budget && *page < heap.page_numbers() {
                    spent += 16 + gather(heap, *page, candidates);
                    *page += 1;
                }
                if *page >= heap.page_numbers() {
                    if candidates.len() == 0 {
                        return (spent, true);
                    }
                    *stage = Stage::Reset { page: 0, next: 0 };
                }
                (spent, false)
            }
            Stage::Reset { page, next } => {
                let mut spent = 0;
                while spent < budget && *page < heap.page_numbers() {
                    spent += 16 + heap.zero_pass_side(*page) / 16;
                    *page += 1;
                }
                while spent < budget && *page >= heap.page_numbers() && *next < candidates.len() {
                    if let Some((h, slot)) = candidates.get(*next).and_then(open_slot) {
                        slot.set(NARROW + h.references().min(NARROW - 1));
                    }
                    spent += 1;
                    *next += 1;
                }
                if *page >= heap.page_numbers() && *next == candidates.len() {
                    *stage = Stage::Subtract { next: 0, cursor: None };
                }
                (spent, false)
            }
            Stage::Subtract { next, cursor } => {
                let mut sink = Narrow { heap };
                let spent = visit_list(heap, candidates, next, cursor, budget, &mut sink, |slot| slot >= NARROW);
                if *next == candidates.len() {
                    *stage = Stage::Mark { next: 0, cursor: None };
                }
                (spent, false)
            }
            Stage::Mark { next, cursor } => {
                let mut spent = 0;
                while queue.len() == 0 && *next < candidates.len() && spent < budget {
                    if let Some((_, slot)) = candidates.get(*next).and_then(open_slot)
                        && slot.get() > NARROW
                    {
                        slot.set(LIVE);
                        queue.extend(candidates.get(*next));
                    }
                    *next += 1;
                    spent += 1;
                }
                if queue.len() > 0 || cursor.is_some() {
                    spent += spread_some(heap, queue, cursor, budget.saturating_sub(spent).max(1), LIVE);
                } else if *next == candidates.len() {
                    *stage = Stage::Judge { next: 0 };
                }
                (spent, false)
            }
            Stage::Judge { next } => {
                let mut spent = 0;
                while spent < budget && *next < candidates.len() {
                    let garbage = candidates.get(*next).and_then(|c| Some((c, open_slot(c)?.1)));
                    *next += 1;
                    spent += 1;
                    let Some((header, slot)) = garbage.filter(|(_, slot)| slot.get() == NARROW) else { continue };
                    let scope = Scope { enter: Some(OLDEST), together: 1, reach: GROUP, enough: GROUP, held: 0 };
                    let verdict = trial::decide(heap, &[header], scope);
                    spent += 2 * verdict.examined;
                    if !verdict.truncated.is_empty() && verdict.garbage.is_empty() {
                        *queue = List::new();
                        queue.push(header);
                        slot.set(GROUPED);
                        *stage = Stage::Group { next: 0, seed: *next, cursor: None };
                        return (spent, false);
                    }
                    wait(&verdict.reachable);
                    if !verdict.garbage.is_empty() {
                        *freed += verdict.garbage.len();
                        self.condemn(heap, verdict.garbage, report);
                        return (spent, false);
                    }
                }
                (spent, *next == candidates.len())
            }
            Stage::Group { next, seed, cursor } => {
                let mut sink = Spread { heap, queue: List::new(), mark: GROUPED };
                let spent = visit_list(heap, queue, next, cursor, budget, &mut sink, |_| true);
                queue.extend(sink.queue.iter());
                if *next < queue.len() || cursor.is_some() {
                    return (spent, false);
                }
                let seed = *seed;
                let size = queue.len();
                let start = Instant::now();
                let group: Vec<Hdr> = core::mem::take(queue).iter().collect();
                let verdict = trial::decide(heap, &group, Scope::only_given(0));
                // What is upstream of it comes later, and then brings it along.
                wait(&verdict.reachable);
                *stage = Stage::Judge { next: seed };
                let spent = spent + 2 * verdict.examined;
                *freed += verdict.garbage.len();
                self.condemn(heap, verdict.garbage, report);
                let took = start.elapsed();
                if took > self.largest.get().1 {
                    self.largest.set((size, took));
                }
                (spent, false)
            }
        }
    }

    /// Condemns garbage; it is disposed of in steps.
    pub(crate) fn condemn(&self, heap: &Inner, garbage: Vec<Hdr>, report: &mut Collection) {
        let disposal = Disposal::begin(heap, garbage, report);
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

/// Adds an object's references to its working count. True if it may be visited.
#[inline]
fn count_one(h: &crate::header::Header, slot: &Cell<u32>) -> bool {
    let references = match h.state() {
        State::Ordinary(n) | State::Calm(n) => n,
        State::Immortal => NARROW,
        State::Dying | State::Queued | State::Free => return false,
    };
    if h.has(flag::MASKED | flag::FROZEN) {
        slot.set(slot.get().wrapping_add(COUNTED + NARROW));
        return false;
    }
    slot.set(slot.get().wrapping_add(COUNTED).wrapping_add(references));
    true
}

/// An ordinary object that stands in no list (it was frozen or masked when it was last looked at) becomes calm as it is
/// counted; if it still cannot, everything stays suspect.
fn settle_unlisted(heap: &Inner, h: &crate::header::Header) {
    if let State::Ordinary(n) = h.state()
        && h.listed().is_none()
        && h.has(flag::TRACKED)
    {
        if n <= count::CALM_MAX as u32 && !h.has(flag::MASKED | flag::FROZEN) {
            h.count.set(count::CALM | n as i32);
        } else if !h.has(flag::FROZEN) {
            heap.gc.all_suspect.set(true);
        }
    }
}

/// Counts objects from a place in the heap on.
fn count_some(
    heap: &Inner,
    page_number: &mut usize,
    index: &mut usize,
    cursor: &mut Option<(Hdr, Cursor)>,
    counted: &mut usize,
    budget: usize,
) -> (usize, bool) {
    let deaths = heap.hold_deaths();
    let counting = Enumerating::begin(heap);
    let mut sink = Subtract { heap, places: Vec::new() };
    let mut tracer = Tracer::new(heap.gc.take_buffer(), &mut sink);
    let mut spent = 0;
    if let Some((header, at)) = cursor.take() {
        // SAFETY: pages are held during a pass; checked to hold an object that may be looked at.
        if unsafe { header.as_ref() }.is_open() {
            // SAFETY: as above.
            *cursor = unsafe { tracer.visit_piece(header, Some(at), budget) }.map(|at| (header, at));
        }
    }
    let numbers = heap.page_numbers();
    'pages: while *page_number < numbers && cursor.is_none() {
        if let Some(page) = heap.page_numbered(*page_number) {
            // SAFETY: pages are held during a pass.
            let page = unsafe { page.as_ref() };
            if page.tracked.get() && page.live() > 0 {
                heap.pass_side_of(page);
                while *index < page.bump.get() as usize {
                    if spent + tracer.work() >= budget {
                        break 'pages;
                    }
                    let at = *index;
                    *index += 1;
                    let Some(header) = page.header(at) else { continue };
                    spent += 1;
                    // SAFETY: below `bump` headers are initialised; the side array exists.
                    unsafe {
                        settle_unlisted(heap, header.as_ref());
                        if header.as_ref().has(flag::TRACKED) && count_one(header.as_ref(), page.pass_slot(at)) {
                            *counted += 1;
                            if let Some(at) = tracer.visit_piece(header, None, budget.saturating_sub(spent)) {
                                *cursor = Some((header, at));
                                break 'pages;
                            }
                        }
                    }
                }
            }
        }
        *page_number += 1;
        *index = 0;
    }
    spent += tracer.work();
    let done = *page_number >= numbers && cursor.is_none();
    heap.gc.give_buffer(tracer.finish());
    drop(counting);
    drop(deaths);
    (spent, done)
}

/// Adds the candidates of a page to the list.
fn gather(heap: &Inner, page: usize, candidates: &mut List) -> usize {
    let Some(page) = heap.page_numbered(page) else { return 0 };
    // SAFETY: pages are held during a pass.
    let page = unsafe { page.as_ref() };
    if page.pass.get().is_null() {
        return 0;
    }
    for index in 0..page.bump.get() as usize {
        // SAFETY: the array exists.
        if unsafe { page.pass_slot(index) }.get() == COUNTED
            && let Some(header) = page.header(index)
        {
            candidates.push(header);
        }
    }
    page.bump.get() as usize / 4
}

/// These are no seeds of groups any more.
fn wait(survivors: &[Hdr]) {
    for &survivor in survivors {
        if let Some((_, slot)) = open_slot(survivor)
            && (slot.get() >= NARROW || slot.get() == GROUPED)
        {
            slot.set(WAITING);
        }
    }
}

/// A listed object that may be looked at, and its working count.
fn open_slot<'a>(header: Hdr) -> Option<(&'a crate::header::Header, &'a Cell<u32>)> {
    // SAFETY: pages are held during a pass: the block is there, free or not.
    unsafe {
        let h = header.as_ref();
        if !h.is_open() || !h.has(flag::TRACKED) || h.has(flag::FOREIGN | flag::FROZEN) {
            return None;
        }
        let (page, index) = locate(header);
        let slot: &Page = page;
        slot.pass_slot_opt(index).map(|slot| (h, slot))
    }
}

/// Visits the objects of a list from a position on.
fn visit_list(
    heap: &Inner,
    list: &List,
    next: &mut usize,
    cursor: &mut Option<(Hdr, Cursor)>,
    budget: usize,
    sink: &mut dyn Sink,
    wanted: impl Fn(u32) -> bool,
) -> usize {
    let deaths = heap.hold_deaths();
    let mut tracer = Tracer::new(heap.gc.take_buffer(), sink);
    let mut spent = 0;
    while spent + tracer.work() < budget && (*next < list.len() || cursor.is_some()) {
        let (header, at) = match cursor.take() {
            Some((header, at)) => (header, Some(at)),
            None => {
                *next += 1;
                spent += 1;
                if let Some(ahead) = list.get(*next + 7) {
                    prefetch(ahead.as_ptr().cast());
                }
                let Some(header) = list.get(*next - 1) else { continue };
                (header, None)
            }
        };
        if open_slot(header).is_some_and(|(_, slot)| wanted(slot.get())) {
            // SAFETY: checked to hold an object that may be looked at.
            *cursor = unsafe { tracer.visit_piece(header, at, budget) }.map(|at| (header, at));
        }
    }
    spent += tracer.work();
    heap.gc.give_buffer(tracer.finish());
    drop(deaths);
    spent
}

/// Goes on from the objects in the queue, marking candidates.
fn spread_some(heap: &Inner, queue: &mut List, cursor: &mut Option<(Hdr, Cursor)>, budget: usize, mark: u32) -> usize {
    let mut sink = Spread { heap, queue: List::new(), mark };
    let mut batch = List::new();
    batch.extend(queue.take_some(budget.min(1024)));
    let mut next = 0;
    let spent = visit_list(heap, &batch, &mut next, cursor, budget, &mut sink, |_| true);
    queue.extend(batch.iter().skip(next));
    queue.extend(sink.queue.iter());
    spent
}

/// Takes one off the working count of everything referred to.
struct Subtract<'h> {
    heap: &'h Inner,
    places: Vec<core::ptr::NonNull<Cell<u32>>>,
}

impl Sink for Subtract<'_> {
    fn borrowed(&mut self) {
        // What is in there was not looked at, and the end of the borrow will not be noticed.
        self.heap.gc.all_suspect.set(true);
    }
    fn edges(&mut self, edges: &[Hdr]) {
        let mut places = core::mem::take(&mut self.places);
        places.clear();
        for &to in edges {
            // SAFETY: references lead to live objects of pages.
            let (page, index) = unsafe { locate(to) };
            if page.pass.get().is_null() {
                if !page.tracked.get() || !core::ptr::eq(page.heap.get(), self.heap) {
                    continue;
                }
                self.heap.pass_side_of(page);
            }
            // SAFETY: the array exists, and stays during the pass.
            let slot = unsafe { page.pass_slot(index) };
            prefetch(slot.as_ptr().cast());
            places.push(core::ptr::NonNull::from(slot));
        }
        for slot in &places {
            // SAFETY: as above.
            let slot = unsafe { slot.as_ref() };
            slot.set(slot.get().wrapping_sub(1));
        }
        self.places = places;
    }
}

/// Takes one off the working count of every candidate referred to.
struct Narrow<'h> {
    heap: &'h Inner,
}

impl Sink for Narrow<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            if let Some(slot) = pass_slot(self.heap, to) {
                slot.set(slot.get() - u32::from(slot.get() > NARROW));
            }
        }
    }
}

/// Marks candidates referred to, and lists them.
struct Spread<'h> {
    heap: &'h Inner,
    queue: List,
    mark: u32,
}

impl Sink for Spread<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            if let Some(slot) = pass_slot(self.heap, to)
                && (slot.get() >= NARROW || slot.get() == WAITING)
            {
                slot.set(self.mark);
                self.queue.push(to);
            }
        }
    }
}

/// The working count of something referred to, if it lies on a page that was counted.
fn pass_slot<'a>(heap: &Inner, to: Hdr) -> Option<&'a Cell<u32>> {
    // SAFETY: references lead to live objects of pages.
    let (page, index) = unsafe { locate(to) };
    if !core::ptr::eq(page.heap.get(), heap) {
        return None;
    }
    // SAFETY: index of an object of the page.
    unsafe { page.pass_slot_opt(index) }
}

/// Marks everything that the roots reach as live, at one stroke.
fn mark_from(heap: &Inner, roots: Vec<Hdr>) {
    struct Reach<'h> {
        heap: &'h Inner,
        queue: Vec<Hdr>,
        places: Vec<(Hdr, core::ptr::NonNull<Cell<u32>>)>,
    }
    impl Sink for Reach<'_> {
        fn edges(&mut self, edges: &[Hdr]) {
            let mut places = core::mem::take(&mut self.places);
            places.clear();
            for &to in edges {
                if let Some(slot) = pass_slot(self.heap, to) {
                    prefetch(slot.as_ptr().cast());
                    places.push((to, core::ptr::NonNull::from(slot)));
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
