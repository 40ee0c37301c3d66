//! What a pass in steps does, stage by stage.

use std::time::Instant;

use super::super::list::{Lane, List};
use super::super::suspects::HARD;
use super::super::trial::{self, Scope};
use super::super::{Collection, OLDEST, calm, prefetch};
use super::sinks::{COUNTED, GROUPED, LIVE, NARROW, Narrow, Spread, Subtract, WAITING, count_one, open_slot};
use super::{Enumerating, Pass};
use crate::header::{Hdr, Header, State, count, flag};
use crate::heap::Inner;
use crate::trace::{Cursor, Sink, Tracer};

/// A group of so many objects is decided about in one step; a larger one is gathered in steps first.
const GROUP: usize = 10_000;

pub(super) enum Stage {
    Calm,
    Count { page: usize, index: usize, cursor: Option<(Hdr, Cursor)> },
    Gather { page: usize },
    Reset { page: usize, next: usize },
    Subtract { next: usize, cursor: Option<(Hdr, Cursor)> },
    Mark { next: usize, cursor: Option<(Hdr, Cursor)> },
    Judge { next: usize },
    Group { next: usize, seed: usize, cursor: Option<(Hdr, Cursor)> },
}

pub(super) struct Progress {
    pub(super) stage: Stage,
    pub(super) candidates: List,
    /// Live objects to go on from (`Mark`), or the members of a group (`Group`).
    pub(super) queue: List,
    pub(super) counted: usize,
}

#[cfg(adder_system_alloc)]
impl Stage {
    /// The place within an object where it goes on.
    pub(super) fn cursor(&mut self) -> Option<&mut Option<(Hdr, Cursor)>> {
        match self {
            Stage::Count { cursor, .. }
            | Stage::Subtract { cursor, .. }
            | Stage::Mark { cursor, .. }
            | Stage::Group { cursor, .. } => Some(cursor),
            _ => None,
        }
    }
}

impl Progress {
    pub(super) fn begin() -> Progress {
        Progress {
            stage: Stage::Calm,
            candidates: List::new(Lane::Candidates),
            queue: List::new(Lane::Queue),
            counted: 0,
        }
    }
}

impl Pass {
    /// One stage's work; returns what it cost, and whether the pass is over.
    pub(super) fn work(
        &self,
        heap: &Inner,
        progress: &mut Progress,
        budget: usize,
        report: &mut Collection,
    ) -> (usize, bool) {
        let Progress { stage, candidates, queue, counted } = progress;
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
                    let scope =
                        Scope { enter: Some(OLDEST), together: 1, more: false, reach: GROUP, enough: GROUP, held: 0 };
                    let verdict = trial::decide(heap, &[header], scope);
                    spent += 2 * verdict.examined;
                    if !verdict.truncated.is_empty() && verdict.garbage.is_empty() {
                        debug_assert_eq!(queue.len(), 0);
                        queue.push(header);
                        slot.set(GROUPED);
                        *stage = Stage::Group { next: 0, seed: *next, cursor: None };
                        return (spent, false);
                    }
                    wait(&verdict.reachable);
                    if !verdict.garbage.is_empty() {
                        let pieces = verdict.hangs_together();
                        self.condemn(heap, verdict.garbage, pieces, report);
                        return (spent, false);
                    }
                }
                (spent, *next == candidates.len())
            }
            Stage::Group { next, seed, cursor } => {
                let mut sink = Spread { heap, queue: List::new(Lane::None), mark: GROUPED };
                let spent = visit_list(heap, queue, next, cursor, budget, &mut sink, |_| true);
                queue.extend(sink.queue.iter());
                if *next < queue.len() || cursor.is_some() {
                    return (spent, false);
                }
                let seed = *seed;
                let size = queue.len();
                let start = Instant::now();
                let group = queue.take_some(usize::MAX);
                let verdict = trial::decide(heap, &group, Scope::only_given(0));
                // What is upstream of it comes later, and then brings it along.
                wait(&verdict.reachable);
                *stage = Stage::Judge { next: seed };
                let spent = spent + 2 * verdict.examined;
                let pieces = verdict.hangs_together();
                self.condemn(heap, verdict.garbage, pieces, report);
                let took = start.elapsed();
                if took > self.largest.get().1 {
                    self.largest.set((size, took));
                }
                (spent, false)
            }
        }
    }
}

/// An ordinary object that stands in no list (it was frozen or masked when it was last looked at) becomes calm as it is
/// counted; if it still cannot, everything stays suspect.
fn settle_unlisted(heap: &Inner, h: &Header) {
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
    let mut sink = Subtract::new(heap);
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
    let mut sink = Spread { heap, queue: List::new(Lane::None), mark };
    let mut batch = List::new(Lane::None);
    batch.extend(queue.take_some(budget.min(1024)));
    let mut next = 0;
    let spent = visit_list(heap, &batch, &mut next, cursor, budget, &mut sink, |_| true);
    queue.extend(batch.iter().skip(next));
    queue.extend(sink.queue.iter());
    spent
}
