//! A pass: which objects does nothing but other suspects seem to refer to?
//!
//! Every tracked object on the pages of the pass is held by a reference for a moment, read and visited: its working count gets its
//! references, the objects it refers to lose one each. What ends at zero is a candidate; `narrow` leaves out what something else
//! still refers to, and parts the rest into groups, which `test` decides exactly. The program goes on meanwhile, between steps
//! too, so a working count may be wrong; but not that of garbage, which nobody changes: all of it is among the candidates. Blocks
//! may even be freed and used anew between steps. They stay blocks, for their pages are pinned.
//!
//! Before it counts, a pass makes calm what is not (`Counts::is_calm`): drops from then on are noted, page by page, for the next pass; drops
//! before have happened when counting begins. A cycle that becomes garbage contains an object to which a reference was dropped that was not the
//! last, or is reached from one (ARCHITECTURE.md, "Why suspects"; the argument is that of local mode). So there is nothing for a
//! pass to find if none of its pages was touched. (An owner's store that was under way may undo the bit: touched pages of other threads are looked
//! at once more when their owner has passed on; see `Page::unsettle`.) What was touched and survives a young pass is touched still: something old may refer to it.
//!
//! The pages of a young pass are those on which objects were made lately. A reference from any other page is not subtracted, so
//! it counts as one from outside.

use core::cell::Cell;

use super::narrow::{Narrow, narrowing};
use super::test::examine;
use super::{OLDEST, Owned, condemn, slot, visit_piece};
use crate::collect::{Collection, prefetch};
use crate::sync::count::{NOBODY, Total};
use crate::sync::death::Hold;
use crate::sync::header::{FROZEN, Hdr, release};
use crate::sync::page::{Page, block_bytes, page_of};
use crate::sync::{fence, store, thread};
use crate::trace::{Cursor, EdgeBuffer, Sink, Tracer};

/// Set in the working count of an object that was visited.
const SEEN: u32 = 1 << 30;
/// The working count of an object that cannot be garbage.
const MANY: u32 = 1 << 29;
/// Objects tested with one fence, unless a single group is larger: in a step, and without steps.
const BATCH: usize = 256;
const LARGE_BATCH: usize = 4096;
/// What an object costs in the exact test, compared with one that is visited.
const TESTED: usize = 4;

/// Elements of a container that are visited at a time, in a step.
const PIECE: usize = 8192;

/// How much a step may do: objects and references.
pub(super) struct Budget {
    /// `usize::MAX` for any number.
    left: usize,
    /// How much was done.
    spent: usize,
    until: Option<std::time::Instant>,
}

impl Budget {
    pub(super) fn unlimited() -> Budget {
        Budget { left: usize::MAX, spent: 0, until: None }
    }

    pub(super) fn of(objects: usize) -> Budget {
        Budget { left: objects, spent: 0, until: None }
    }

    pub(super) fn until(end: std::time::Instant) -> Budget {
        Budget { left: usize::MAX, spent: 0, until: Some(end) }
    }

    /// Takes some.
    #[inline]
    pub(super) fn spend(&mut self, some: usize) {
        self.spent += some;
        if self.left != usize::MAX {
            self.left = self.left.saturating_sub(some);
        }
    }

    fn is_unlimited(&self) -> bool {
        self.left == usize::MAX && self.until.is_none()
    }

    /// Elements of a container that are visited at a time.
    pub(super) fn piece(&self) -> usize {
        if self.is_unlimited() { usize::MAX } else { PIECE }
    }

    /// Is nothing left?
    pub(super) fn is_over(&self) -> bool {
        self.left == 0 || self.until.is_some_and(|end| std::time::Instant::now() >= end)
    }
}

/// Groups of objects: no other suspect refers to those of a group, nor they to any.
#[derive(Default)]
pub(super) struct Groups<T> {
    pub(super) objects: T,
    /// Where each group ends.
    pub(super) ends: Vec<usize>,
}

impl Groups<Owned> {
    pub(super) fn one(objects: Owned) -> Groups<Owned> {
        let ends = vec![objects.len()];
        Groups { objects, ends }
    }
}

impl<T> Groups<T> {
    /// The places of the objects of each group.
    pub(super) fn places(&self) -> impl Iterator<Item = core::ops::Range<usize>> + '_ {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, &to)| from..to)
    }
}

/// Does a young pass look at pages none of which was touched?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Touched,
}

enum Stage {
    /// Makes calm what is not.
    Calm {
        page: usize,
    },
    Count {
        page: usize,
        index: usize,
        /// Within the object at `index`, where it is large.
        within: Option<Cursor>,
    },
    Gather {
        page: usize,
        found: Vec<Hdr>,
    },
    Narrow(Box<Narrow>),
    /// The last group is next.
    Test(Groups<Vec<Hdr>>),
}

pub(super) struct Pass {
    pages: Pages,
    stage: Stage,
    buffer: EdgeBuffer,
    /// What was not calm, for a young pass.
    touched: Vec<Hdr>,
    /// Pages that were touched and belong to other threads.
    unsettled: Vec<&'static Page>,
    /// Bytes of what was found to be garbage.
    pub(super) garbage: usize,
    /// What all its steps cost, in the unit of [`Budget`].
    pub(super) spent: usize,
    pub(super) report: Collection,
    pub(super) disturbed: bool,
}

// SAFETY: headers lie on pinned pages, and references to objects are taken while they are looked at; the working counts are used
// by whoever holds the lock of the pass.
unsafe impl Send for Pass {}

impl Pass {
    pub(super) fn new(generation: u32, which: Which) -> Pass {
        Pass {
            pages: Pages::pin(generation, which),
            stage: Stage::Calm { page: 0 },
            buffer: EdgeBuffer::new(),
            touched: Vec::new(),
            unsettled: Vec::new(),
            garbage: 0,
            spent: 0,
            report: Collection { generation, ..Collection::default() },
            disturbed: false,
        }
    }

    /// Blocks that it has to look at.
    pub(super) fn size(&self) -> usize {
        self.pages.list.iter().map(|page| page.bump()).sum()
    }

    /// Ends before it is done; gives the report of what it did.
    pub(super) fn given_up(self) -> Collection {
        if self.report.generation < OLDEST {
            self.pages.list.iter().for_each(|page| page.grow_young());
        }
        self.touch_again();
        self.report
    }

    /// What it looked at is to be looked at again.
    pub(super) fn touch_again(&self) {
        self.pages.list.iter().for_each(|page| page.touch());
        if self.report.generation == OLDEST {
            super::old_touched();
        }
    }

    /// Works until the budget is spent; true when it is done.
    pub(super) fn step(&mut self, budget: &mut Budget) -> bool {
        let start = std::time::Instant::now();
        let before = budget.spent;
        let done = loop {
            let done = match &mut self.stage {
                Stage::Calm { .. } => self.calm(budget),
                Stage::Count { .. } => self.count(budget),
                Stage::Gather { .. } => self.gather(budget),
                Stage::Narrow(_) => self.narrow(budget),
                Stage::Test(_) => self.test(budget),
            };
            if done {
                self.survived();
            }
            if done || budget.is_over() {
                break done;
            }
        };
        self.report.duration += start.elapsed();
        self.spent += budget.spent - before;
        done
    }

    /// Makes calm what is not, on one page.
    fn calm(&mut self, budget: &mut Budget) -> bool {
        let Stage::Calm { page: at } = &mut self.stage else { return false };
        let Some(page) = self.pages.list.get(*at) else {
            self.stage = Stage::Count { page: 0, index: 0, within: None };
            if !self.unsettled.is_empty() {
                // Afterwards, who did not see that an object is calm has not passed on since it loaded its count.
                fence::heavy();
                self.unsettled.drain(..).for_each(Page::unsettle);
            }
            return false;
        };
        *at += 1;
        if page.take_touched() {
            if page.belongs_elsewhere() {
                self.unsettled.push(page);
            }
            let young = self.report.generation < OLDEST;
            for index in 0..page.bump() {
                let header = page.header(index);
                // SAFETY: below `bump`, so its counts may be read, and the bit set whatever lies there.
                let counts = unsafe { &header.as_ref().counts };
                if counts.is_alive() && counts.set_calm() && young {
                    self.touched.push(header);
                }
            }
            budget.spend(page.bump() / 4);
        }
        budget.spend(1);
        false
    }

    /// What was touched and is alive after a young pass is touched still.
    fn survived(&mut self) {
        for header in core::mem::take(&mut self.touched) {
            // SAFETY: a block of a pinned page.
            let counts = unsafe { &header.as_ref().counts };
            if counts.is_alive() && counts.is_calm() {
                counts.unset_calm(NOBODY);
                // SAFETY: as above.
                unsafe { page_of(header) }.touch();
            }
        }
    }

    /// Counts on one page.
    fn count(&mut self, budget: &mut Budget) -> bool {
        let Stage::Count { page: at, index, within } = &mut self.stage else { return false };
        let Some(page) = self.pages.list.get(*at) else {
            self.stage = Stage::Gather { page: 0, found: Vec::new() };
            return false;
        };
        let me = thread::tag();
        // Deaths wait until the step is over.
        let hold = Hold::new();
        let mut subtract = Subtract::new();
        let mut tracer = Tracer::new(core::mem::take(&mut self.buffer), &mut subtract);
        let first = *index;
        let end = page.bump();
        while *index < end {
            let header = page.header(*index);
            *index += 1;
            let from = within.take();
            // SAFETY: below `bump`, so its counts may be read.
            let h = unsafe { header.as_ref() };
            if !h.counts.try_clone_as(me) {
                continue;
            }
            let _moment = Moment(header);
            // What is frozen is not looked into: what it refers to is held from outside.
            if !h.has(FROZEN) {
                if from.is_none() {
                    if h.counts.set_calm() {
                        // Touched since, or the owner was faster.
                        page.touch();
                    }
                    self.report.candidates += 1;
                    if let Some(slot) = page.slot(*index - 1) {
                        slot.set(slot.get().wrapping_add(SEEN + others(header)));
                    }
                }
                *within = visit_piece(header, &mut tracer, from, budget.piece());
                if within.is_some() {
                    *index -= 1;
                    break;
                }
            }
            if *index - first >= 512 {
                break;
            }
        }
        let looked = *index - first + 1;
        if *index >= end {
            *at += 1;
            *index = 0;
        }
        self.buffer = tracer.finish();
        drop(hold);
        budget.spend(looked + subtract.finish());
        false
    }

    /// Gathers the candidates of one page.
    fn gather(&mut self, budget: &mut Budget) -> bool {
        let Stage::Gather { page: at, found } = &mut self.stage else { return false };
        let Some(page) = self.pages.list.get(*at) else {
            if found.is_empty() {
                return true;
            }
            self.stage = Stage::Narrow(Box::new(Narrow::new(core::mem::take(found))));
            return false;
        };
        if found.capacity() - found.len() < page.bump() {
            // Not twice as much each time: there may be much of it, beside a heap that grows meanwhile.
            found.reserve_exact(found.len() / 8 + 8 * page.bump());
        }
        for index in 0..page.bump() {
            if page.slot(index).is_some_and(|slot| slot.get() == SEEN) {
                found.push(page.header(index));
            }
        }
        page.clear_side();
        *at += 1;
        budget.spend(page.bump() / 8 + 1);
        false
    }

    fn narrow(&mut self, budget: &mut Budget) -> bool {
        let Stage::Narrow(narrow) = &mut self.stage else { return false };
        if narrowing(narrow, &mut self.buffer, budget) {
            self.stage = Stage::Test(narrow.groups());
        }
        false
    }

    /// Decides a few groups, and ends those that are garbage.
    fn test(&mut self, budget: &mut Budget) -> bool {
        let Stage::Test(groups) = &mut self.stage else { return false };
        let me = thread::tag();
        let most = if budget.is_unlimited() { LARGE_BATCH } else { BATCH };
        let mut batch: Groups<Owned> = Groups::default();
        let mut objects = 0;
        while let Some(end) = groups.ends.pop() {
            let start = groups.ends.last().copied().unwrap_or(0);
            if objects > 0 && objects + (end - start) > most {
                groups.ends.push(end);
                break;
            }
            objects += end - start;
            for header in groups.objects.drain(start..) {
                // SAFETY: a block of a pinned page.
                if unsafe { header.as_ref() }.counts.try_clone_as(me) {
                    batch.objects.0.push(header);
                }
            }
            batch.ends.push(batch.objects.len());
        }
        let done = groups.ends.is_empty();
        if !batch.objects.is_empty() {
            let tested = examine(batch, &mut self.report);
            self.disturbed |= tested.disturbed;
            if tested.garbage.is_empty() {
                drop(tested);
            } else {
                self.garbage += tested.garbage.iter().map(|&header| block_bytes(header)).sum::<usize>();
                self.disturbed |= condemn::dispose(tested, &mut self.report);
            }
        }
        budget.spend(objects * TESTED);
        done
    }
}

/// References to an object apart from the collector's one.
pub(super) fn others(header: Hdr) -> u32 {
    // SAFETY: the collector holds a reference.
    match unsafe { header.as_ref() }.counts.total() {
        Total::Is(n) => (n - 1).min(MANY),
        Total::Immortal | Total::Unsettled => MANY,
    }
}

/// A reference for as long as an object is looked at.
pub(super) struct Moment(pub(super) Hdr);

impl Drop for Moment {
    fn drop(&mut self) {
        release(self.0);
    }
}

/// So many references are on their way at a time, so that their working counts are in the cache when they are changed.
const AHEAD: usize = 32;

/// Takes one off for each reference; says how many there were.
struct Subtract<'p> {
    references: usize,
    /// Working counts from which one is still to be taken off, in turn.
    ahead: [Option<&'p Cell<u32>>; AHEAD],
}

impl Subtract<'_> {
    fn new() -> Self {
        Subtract { references: 0, ahead: [None; AHEAD] }
    }

    /// How many references there were, when all have been taken off.
    fn finish(self) -> usize {
        for slot in self.ahead.into_iter().flatten() {
            slot.set(slot.get().wrapping_sub(1));
        }
        self.references
    }
}

impl Sink for Subtract<'_> {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}
    fn shared(&mut self, edge: core::ptr::NonNull<u8>) {
        if let Some(slot) = slot(edge.cast()) {
            prefetch(slot.as_ptr().cast());
            if let Some(due) = self.ahead[self.references % AHEAD].replace(slot) {
                due.set(due.get().wrapping_sub(1));
            }
        }
        self.references += 1;
    }
}

/// The pages of the pass as they were at the start, with working counts.
struct Pages {
    list: store::Pinned,
    bytes: usize,
}

impl Pages {
    fn pin(generation: u32, which: Which) -> Pages {
        let mut list = store::Pinned::new(|page: &Page| page.tracked.get() && page.grow_older(generation));
        if which == Which::Touched && generation < OLDEST && !list.iter().any(|page| page.is_touched()) {
            list.clear();
        }
        let mut pages = Pages { list, bytes: 0 };
        for page in pages.list.iter() {
            pages.bytes += page.make_side();
        }
        store::SIDE.fetch_add(pages.bytes, core::sync::atomic::Ordering::Relaxed);
        pages
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for page in self.list.iter() {
            page.drop_side();
        }
        store::SIDE.fetch_sub(self.bytes, core::sync::atomic::Ordering::Relaxed);
    }
}
