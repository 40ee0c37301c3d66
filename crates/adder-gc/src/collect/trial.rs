//! Trial deletion: which of some objects does nothing outside of them refer to?
//!
//! Every candidate gets its number of references as a working count, beside its page; each reference from one candidate to
//! another takes one off. What stays above zero is referred to from outside, and so is all that it reaches. The rest is
//! garbage, whatever the candidates are: to leave an object out only makes the answer more careful.

use core::cell::{Cell, RefCell, UnsafeCell};
use core::ptr::NonNull;

use crate::header::{Hdr, flag};
use crate::heap::Inner;
use crate::page::locate;
use crate::trace::{Sink, Tracer, visit};

/// A working count of 0 says "no candidate"; all others are one too high.
const NONE: u32 = 0;
/// Nothing outside refers to it as far as is known.
const UNREFERENCED: u32 = 1;
/// Found to be reachable from outside.
const REACHED: u32 = u32::MAX;
/// No working count is higher; so many references never go to zero.
const MOST: u32 = 1 << 30;

/// Which objects are candidates.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    /// Follow references into objects of this generation and younger ones; `None`: only the objects given.
    pub(crate) enter: Option<u32>,
    /// So many of the objects given are followed together, at least one.
    pub(crate) together: usize,
    /// More and more of them, while they reach little.
    pub(crate) more: bool,
    /// They and what they reach make so many candidates at the most.
    pub(crate) reach: usize,
    /// After so many candidates no more of the objects given are taken up.
    pub(crate) enough: usize,
    /// References to each that the collector itself owns.
    pub(crate) held: u32,
}

/// What a trial found.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) examined: usize,
    /// Candidates that live on, in the order in which they were met.
    pub(crate) reachable: Vec<Hdr>,
    pub(crate) garbage: Vec<Hdr>,
    /// So many of the objects given were taken up.
    pub(crate) taken: usize,
    /// Of these, the ones that reach too much: positions in what was given. Of what was left out nothing is known.
    pub(crate) truncated: Vec<usize>,
    /// References that were followed.
    pub(crate) edges: usize,
}

/// No more of the objects given are followed together.
const MOST_TOGETHER: usize = 256;

/// What hangs together by more references than this must die in pieces where the program waits.
const PIECES: usize = 10_000;

impl Verdict {
    /// Is the garbage so large that it should not die at one stroke?
    pub(crate) fn hangs_together(&self) -> bool {
        !self.garbage.is_empty() && self.edges > PIECES
    }
}

impl Scope {
    /// The objects given and no others.
    pub(crate) fn only_given(held: u32) -> Scope {
        Scope { enter: None, together: usize::MAX, more: false, reach: usize::MAX, enough: usize::MAX, held }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    header: Hdr,
    slot: NonNull<Cell<u32>>,
}

impl Candidate {
    fn slot(&self) -> &Cell<u32> {
        // SAFETY: side arrays stay while candidates are enumerated.
        unsafe { self.slot.as_ref() }
    }
}

/// The candidates, shared by the loop that visits them and the sink that finds more. Resets the working counts however the
/// trial ends.
struct Candidates<'h> {
    heap: &'h Inner,
    scope: Scope,
    all: UnsafeCell<Vec<Candidate>>,
    /// As many candidates as there may be before the objects given that are being followed reach too much.
    most: Cell<usize>,
    truncated: Cell<bool>,
    /// Candidates with more references than are followed. What lies behind those has kept its count for them.
    cut: RefCell<Vec<Hdr>>,
}

impl Drop for Candidates<'_> {
    fn drop(&mut self) {
        let all = core::mem::take(self.all());
        for candidate in &all {
            candidate.slot().set(NONE);
        }
        self.heap.gc.give_candidates(all);
        self.heap.gc.enumerating.set(self.heap.gc.enumerating.get() - 1);
    }
}

/// Decides about the objects given, and what they reach within the scope. The order given is kept.
pub(crate) fn decide(heap: &Inner, given: &[Hdr], scope: Scope) -> Verdict {
    let deaths = heap.hold_deaths();
    heap.gc.enumerating.set(heap.gc.enumerating.get() + 1);
    let candidates = Candidates {
        heap,
        scope,
        all: UnsafeCell::new(heap.gc.take_candidates()),
        most: Cell::new(0),
        truncated: Cell::new(false),
        cut: RefCell::new(Vec::new()),
    };
    let queue = heap.last_queued();
    let mut gather = Gather { candidates: &candidates };
    let mut tracer = Tracer::new(heap.gc.take_buffer(), &mut gather);
    let mut truncated = Vec::new();
    let mut taken = 0;
    let mut next = 0;
    let mut together = scope.together;
    while taken < given.len() && candidates.len() < scope.enough {
        let group = taken..taken.saturating_add(together).min(given.len());
        let before = candidates.len();
        candidates.most.set(before.saturating_add(scope.reach));
        candidates.truncated.set(false);
        for &header in &given[group.clone()] {
            if let Some(slot) = candidates.slot_of(header, true)
                && slot.get() == NONE
            {
                candidates.meet(header, slot, true);
            }
        }
        candidates.follow(&mut tracer, &mut next);
        if candidates.truncated.get() {
            truncated.extend(group.clone());
        }
        if scope.more && (candidates.len() - before).saturating_mul(4) <= scope.reach.min(scope.enough) {
            together = (2 * together).min(MOST_TOGETHER);
        }
        taken = group.end;
    }
    let edges = tracer.work();
    let buffer = tracer.finish();

    let mut mark = Mark { heap, reached: Vec::new(), cut: candidates.cut.take(), edges: candidates.most_edges() };
    // Nothing changes it any more.
    let all = core::mem::take(candidates.all());
    for candidate in &all {
        if candidate.slot().get() > UNREFERENCED && candidate.slot().get() != REACHED {
            candidate.slot().set(REACHED);
            mark.reached.push(candidate.header);
        }
    }
    let (none, whole) = (mark.reached.is_empty(), mark.reached.len() == all.len());
    if none || whole {
        heap.gc.give_buffer(buffer);
    } else {
        heap.gc.give_buffer(mark.spread(buffer));
    }

    let mut verdict = Verdict { examined: all.len(), taken, truncated, edges, ..Verdict::default() };
    // A `trace` may have let go of an object's last reference: it waits for its drop.
    let some_died = heap.last_queued() != queue;
    if (none || whole) && !some_died {
        let of_one_kind = all.iter().map(|candidate| candidate.header).collect();
        *(if none { &mut verdict.garbage } else { &mut verdict.reachable }) = of_one_kind;
    } else {
        for candidate in &all {
            // SAFETY: allocated: deaths are held.
            if some_died && unsafe { candidate.header.as_ref() }.references() == 0 {
                continue;
            }
            let found = if candidate.slot().get() == REACHED { &mut verdict.reachable } else { &mut verdict.garbage };
            found.push(candidate.header);
        }
    }
    *candidates.all() = all;
    drop(candidates);
    drop(deaths);
    verdict
}

/// Visits a candidate, or as much of it as is allowed. False if there was more.
#[inline(always)]
fn visit_some(header: Hdr, tracer: &mut Tracer<'_>, edges: Option<usize>) -> bool {
    let Some(edges) = edges else {
        visit_open(header, tracer);
        return true;
    };
    // SAFETY: as in `visit_open`.
    unsafe { !header.as_ref().is_open() || tracer.visit_piece(header, None, edges).is_none() }
}

#[inline(always)]
fn visit_open(header: Hdr, tracer: &mut Tracer<'_>) {
    // SAFETY: candidates stay allocated; a hostile trace that took `&mut` since has masked its object.
    unsafe {
        if header.as_ref().is_open() {
            visit(header, tracer);
        }
    }
}

impl Candidates<'_> {
    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn all(&self) -> &mut Vec<Candidate> {
        // SAFETY: those who ask run no other code while they hold it.
        unsafe { &mut *self.all.get() }
    }

    fn len(&self) -> usize {
        self.all().len()
    }

    /// Visits the candidates from a position on, and those that this adds.
    fn follow(&self, tracer: &mut Tracer<'_>, next: &mut usize) {
        let edges = self.most_edges();
        let mut known = self.len();
        while *next < known {
            let all = self.all();
            if let Some(ahead) = all.get(*next + 8) {
                super::prefetch(ahead.header.as_ptr().cast());
            }
            let header = all[*next].header;
            *next += 1;
            if !visit_some(header, tracer, edges) {
                self.truncated.set(true);
                self.cut.borrow_mut().push(header);
            }
            if *next == known {
                tracer.flush();
                known = self.len();
            }
        }
    }

    /// So many references of one object are followed at the most.
    fn most_edges(&self) -> Option<usize> {
        self.scope.enter.and(self.scope.reach.checked_mul(4))
    }

    /// The working count of an object, which is made if it may have one.
    #[inline(always)]
    fn slot_of(&self, header: Hdr, given: bool) -> Option<&Cell<u32>> {
        // SAFETY: references lead to live objects of pages, and what is given is allocated.
        let (page, index) = unsafe { locate(header) };
        // An object of another heap is outside, whatever that heap counts beside its pages.
        if !core::ptr::eq(page.heap.get(), self.heap) {
            return None;
        }
        if page.side.get().is_null() {
            // No candidate lies there, and none will.
            if !page.tracked.get() || (!given && self.scope.enter.is_none()) {
                return None;
            }
            self.heap.side_of(page);
        }
        // SAFETY: the side array exists; the slot stays where it is as long as the page is held.
        Some(unsafe { &*core::ptr::from_ref(page.slot(index)) })
    }

    /// Makes an object a candidate if it may be one.
    #[inline(always)]
    fn meet(&self, header: Hdr, slot: &Cell<u32>, given: bool) {
        // SAFETY: references lead to live objects, and deaths are held.
        let h = unsafe { header.as_ref() };
        let Some(references) = h.counted() else { return };
        // What is condemned is another's business, unless it is asked whether it is garbage still.
        let closed = flag::MASKED | flag::FROZEN | if self.scope.held == 0 { flag::CONDEMNED } else { 0 };
        if h.flags.get() & (closed | flag::TRACKED) != flag::TRACKED {
            return;
        }
        let all = self.all();
        if !given {
            if self.scope.enter.is_none_or(|oldest| h.generation() > oldest) {
                return;
            }
            if all.len() >= self.most.get() {
                self.truncated.set(true);
                return;
            }
        }
        slot.set((references - self.scope.held.min(references)).min(MOST) + 1);
        all.push(Candidate { header, slot: NonNull::from(slot) });
    }
}

/// Finds the candidates, and takes off the references among them.
struct Gather<'c, 'h> {
    candidates: &'c Candidates<'h>,
}

/// So few references are not worth a look ahead.
const FEW: usize = 4;
/// How far ahead working counts and objects are asked for.
const AHEAD: usize = 16;

impl Gather<'_, '_> {
    /// Makes what is referred to a candidate if it may be one, and takes the reference off.
    #[inline(always)]
    fn take_off(&self, to: Hdr, slot: &Cell<u32>) {
        if slot.get() == NONE {
            self.candidates.meet(to, slot, false);
        }
        let count = slot.get();
        // Never below: an implementation may report a reference twice.
        slot.set(count - u32::from(count > UNREFERENCED));
    }
}

impl Sink for Gather<'_, '_> {
    fn borrowed(&mut self) {
        // What is in there was not looked at.
        self.candidates.truncated.set(true);
    }
    fn edges(&mut self, edges: &[Hdr]) {
        if edges.len() <= FEW {
            for &to in edges {
                if let Some(slot) = self.candidates.slot_of(to, false) {
                    self.take_off(to, slot);
                }
            }
            return;
        }
        // Nowhere: for references that have no working count. It is in no need of being met.
        let none = Cell::new(UNREFERENCED);
        let mut waiting = [(Hdr::dangling(), &none); AHEAD];
        for (at, &to) in edges.iter().enumerate() {
            let slot = self.candidates.slot_of(to, false).unwrap_or(&none);
            super::prefetch(slot.as_ptr().cast());
            super::prefetch(to.as_ptr().cast());
            let (due, place) = core::mem::replace(&mut waiting[at % AHEAD], (to, slot));
            self.take_off(due, place);
        }
        // The oldest first: the order in which they are met is that of the verdict.
        for at in edges.len()..edges.len() + AHEAD {
            let (due, place) = waiting[at % AHEAD];
            self.take_off(due, place);
        }
    }
}

struct Mark<'h> {
    heap: &'h Inner,
    reached: Vec<Hdr>,
    /// Of these no more references are followed than were taken off: the others count as references from outside.
    cut: Vec<Hdr>,
    edges: Option<usize>,
}

impl Mark<'_> {
    /// Marks everything that the reached objects reach. Uses no stack.
    fn spread(&mut self, mut buffer: Vec<Hdr>) -> Vec<Hdr> {
        while !self.reached.is_empty() {
            let batch = core::mem::take(&mut self.reached);
            let (cut, edges) = (core::mem::take(&mut self.cut), self.edges);
            let mut tracer = Tracer::new(buffer, self);
            for (at, &header) in batch.iter().enumerate() {
                if let Some(ahead) = batch.get(at + 8) {
                    super::prefetch(ahead.as_ptr().cast());
                }
                if cut.is_empty() || !cut.contains(&header) {
                    visit_open(header, &mut tracer);
                } else {
                    visit_some(header, &mut tracer, edges);
                }
            }
            buffer = tracer.finish();
            self.cut = cut;
        }
        buffer
    }
}

impl Sink for Mark<'_> {
    fn edges(&mut self, edges: &[Hdr]) {
        for &to in edges {
            // SAFETY: references lead to live objects of pages.
            unsafe {
                let (page, index) = locate(to);
                if page.side.get().is_null() || !core::ptr::eq(page.heap.get(), self.heap) {
                    continue;
                }
                let slot = page.slot(index);
                if slot.get() != NONE && slot.get() != REACHED {
                    slot.set(REACHED);
                    self.reached.push(to);
                }
            }
        }
    }
}
