//! What happens to garbage: weak references end, callbacks and finalizers run, slots are emptied; the counts do the rest.
//!
//! The order is CPython 3.13's: first every weak reference to the garbage is cleared, then their callbacks run (not those of
//! weak references that are garbage themselves), then the finalizers, then reachability is decided once more, and what is
//! still garbage is cleared, in the order of its list. Weak references that finalizers make answer until their object dies: who
//! asks one in a drop gets an object that is emptied when its turn comes, and lives on.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::Collection;
use super::state::{Uncollectable, Why};
use super::trial::{self, Scope};
use crate::header::{Hdr, Header, flag, payload_of};
use crate::heap::Inner;
use crate::info::info_of;
use crate::trace::{Clearer, Sink, Tracer, Trash, visit};
use crate::unraisable;
use crate::weak::{Callbacks, Slot};

/// At most so many uncollectable objects are named in a report.
const NAMED: usize = 1000;

/// Garbage on its way: condemned at one stroke, then emptied and let go of in steps.
pub(crate) struct Disposal {
    /// Those whose slots are to be emptied, from `next` on.
    turns: Vec<Place>,
    /// The collector holds a reference to each whose turn is still to come. Otherwise they may die before, with what refers to
    /// them.
    held: bool,
    /// Those that lived on, which the collector holds again, from `next` on.
    garbage: Vec<Hdr>,
    next: usize,
    /// Those that were let go of just now.
    passed: Vec<Place>,
    /// Those that lived on at first.
    survivors: Vec<Place>,
    /// Finalizers have made weak references to the garbage, so who dies before whom can be seen: only the object whose turn it
    /// is may be held.
    late: bool,
    trash: Trash,
    stage: Stage,
    /// Objects that something else refers to still, after the last round.
    left: Vec<Hdr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Empties the slots of each object, and lets go of it: it dies as soon as nothing else in the garbage refers to it.
    Clear,
    /// Lets go of those to which nothing else refers; so many rounds were made.
    Release(u32),
    Done,
}

/// Rounds of letting go: what one object held may be next.
const ROUNDS: u32 = 4;
/// So many objects are emptied before it is looked which of them are gone, while they are in the cache still.
const BATCH: usize = 128;

/// Where an object was that may be gone: its block is free, or holds another one, or (where every block is an allocation of its
/// own) may not be touched.
#[derive(Clone, Copy)]
struct Place {
    #[cfg(not(adder_system_alloc))]
    header: Hdr,
    #[cfg(adder_system_alloc)]
    page: core::ptr::NonNull<crate::page::Page>,
    #[cfg(adder_system_alloc)]
    index: usize,
}

impl Place {
    #[cfg(not(adder_system_alloc))]
    #[inline(always)]
    fn of(header: Hdr) -> Place {
        Place { header }
    }

    /// Asks for it ahead of time.
    #[inline(always)]
    fn prefetch(self) {
        #[cfg(not(adder_system_alloc))]
        super::prefetch(self.header.as_ptr().cast());
    }

    #[cfg(adder_system_alloc)]
    fn of(header: Hdr) -> Place {
        // SAFETY: the caller holds the object.
        let (page, index) = unsafe { crate::page::locate(header) };
        Place { page: core::ptr::NonNull::from(page), index }
    }

    /// The object, if it lives still: only condemned ones are asked for, and another one in the block is none.
    #[inline]
    fn condemned(&self) -> Option<Hdr> {
        #[cfg(not(adder_system_alloc))]
        let header = self.header;
        #[cfg(adder_system_alloc)]
        // SAFETY: pages are held during a disposal.
        let header = unsafe { self.page.as_ref() }.header(self.index)?;
        // SAFETY: as above; below `bump` every header is initialised.
        let h = unsafe { header.as_ref() };
        // The flags of a queued object are a link.
        (h.references() > 0 && h.has(flag::CONDEMNED)).then_some(header)
    }
}

/// What is known of garbage that bears its marks.
pub(crate) struct Marked {
    /// The flags of all of it.
    flags: u32,
    /// There are weak references to it, or among it.
    weak: bool,
    /// Much hangs together in it, and it must not die at one stroke: the collector holds it.
    pieces: bool,
}

/// Marks garbage, which a trial found just now, as condemned. Runs no code of a user.
pub(crate) fn mark(heap: &Inner, garbage: &[Hdr], pieces: bool) -> Marked {
    let mut marked = Marked { flags: 0, weak: heap.weak.has_callbacks(), pieces };
    let held = i32::from(pieces);
    let knows_weak = heap.weak.functions.get().is_some();
    for (at, &header) in garbage.iter().enumerate() {
        if let Some(ahead) = garbage.get(at + 8) {
            super::prefetch(ahead.as_ptr().cast());
        }
        // SAFETY: garbage is alive until its counts are zero.
        let h = unsafe { header.as_ref() };
        // Not a touch: what lives on is made a suspect when it is let go.
        h.count.set(h.references() as i32 - 1 + held);
        let flags = h.flags.get();
        h.flags.set(flags & !flag::KEPT_FREE | flag::CONDEMNED);
        marked.flags |= flags;
        // SAFETY: as above.
        marked.weak |= knows_weak && unsafe { info_of(header) }.is_weak_reference();
    }
    marked.weak |= marked.flags & flag::WEAK != 0;
    marked
}

impl Disposal {
    /// Condemns garbage: weak references end, callbacks and finalizers run.
    pub(crate) fn begin(heap: &Inner, garbage: Vec<Hdr>, marked: Marked, report: &mut Collection) -> Disposal {
        report.unreachable += garbage.len();
        let Marked { flags: any, weak, pieces } = marked;
        let held = pieces || weak || any & flag::FINALIZER != 0;
        if held && !pieces {
            garbage.iter().for_each(|&header| hold(header));
        }
        let mut garbage = garbage;
        if weak {
            end_weak(heap, &garbage).run();
        }
        if any & flag::FINALIZER != 0 {
            garbage = finalize(heap, garbage, report);
        }
        // SAFETY: the collector holds a reference to each.
        let late =
            any & flag::FINALIZER != 0 && garbage.iter().any(|header| unsafe { header.as_ref().has(flag::WEAK) });
        Disposal {
            turns: garbage.into_iter().map(Place::of).collect(),
            held,
            garbage: Vec::new(),
            next: 0,
            passed: Vec::new(),
            survivors: Vec::new(),
            late,
            trash: Trash::default(),
            stage: Stage::Clear,
            left: Vec::new(),
        }
    }

    /// Bytes of its lists.
    pub(crate) fn bytes(&self) -> usize {
        (self.garbage.capacity() + self.left.capacity()) * size_of::<Hdr>()
            + (self.turns.capacity() + self.passed.capacity() + self.survivors.capacity()) * size_of::<Place>()
            + self.trash.bytes()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.stage == Stage::Done && self.trash.is_empty()
    }

    /// Works for about so many units; returns what it did.
    pub(crate) fn step(&mut self, heap: &Inner, budget: usize, report: &mut Collection) -> usize {
        let mut left = self.trash.burn(budget);
        while left > 0 && self.stage != Stage::Done {
            left = self.trash.burn(left);
            if self.stage == Stage::Clear {
                if self.late && self.held {
                    self.hold_in_turn();
                }
                left = self.clear_some(left.min(BATCH), report) + left.saturating_sub(BATCH);
                heap.drain_quietly();
                self.look_again(report);
                if self.next == self.turns.len() && self.trash.is_empty() {
                    self.hold_the_rest(report);
                }
            } else {
                left = self.release_some(left, report);
            }
        }
        heap.drain_quietly();
        budget - left
    }

    /// Lets go of all objects before the first is emptied: from here on only the one whose turn it is is held.
    fn hold_in_turn(&mut self) {
        self.held = false;
        for place in &self.turns {
            place.condemned().into_iter().for_each(release);
        }
    }

    /// Empties the slots of some objects, and lets go of them.
    fn clear_some(&mut self, mut budget: usize, report: &mut Collection) -> usize {
        while budget > 0 && self.next < self.turns.len() {
            // The object whose turn it is, while the collector's reference to it is not given up.
            let mut turn = None;
            let mut emptied = false;
            let round = catch_unwind(AssertUnwindSafe(|| {
                while budget > 0 && self.next < self.turns.len() {
                    let place = self.turns[self.next];
                    self.next += 1;
                    budget -= 1;
                    if let Some(ahead) = self.turns.get(self.next + 7) {
                        ahead.prefetch();
                    }
                    let Some(header) = place.condemned() else {
                        // It died in the turn of another one.
                        report.freed += 1;
                        continue;
                    };
                    if !self.held {
                        hold(header);
                    }
                    turn = Some(header);
                    emptied = false;
                    // SAFETY: the collector holds a reference to it.
                    unsafe {
                        if header.as_ref().is_open() {
                            (info_of(header).clear)(payload_of(header), &mut Clearer::new(&mut self.trash));
                        }
                    }
                    emptied = true;
                    if self.trash.is_small() {
                        self.trash.let_go();
                    } else {
                        budget = self.trash.burn(budget);
                    }
                    turn = None;
                    // SAFETY: as above.
                    if unsafe { header.as_ref() }.dies_with_one_reference() {
                        report.freed += 1;
                    } else {
                        self.passed.push(place);
                    }
                    Header::decrement(header);
                }
            }));
            let Err(panic) = round else { continue };
            match turn {
                Some(header) if !emptied => {
                    // SAFETY: as above.
                    unraisable::report(unraisable::Origin::Clear, unsafe { info_of(header) }.name(), panic);
                }
                _ => unraisable::report(unraisable::Origin::Drop, "", panic),
            }
            if let Some(header) = turn {
                self.passed.push(Place::of(header));
                release(header);
            }
        }
        budget
    }

    /// Who of those that were let go of is gone?
    fn look_again(&mut self, report: &mut Collection) {
        for place in self.passed.drain(..) {
            if place.condemned().is_some() { self.survivors.push(place) } else { report.freed += 1 }
        }
    }

    /// All were emptied once: what is left of them is held again.
    fn hold_the_rest(&mut self, report: &mut Collection) {
        self.turns = Vec::new();
        let survivors = core::mem::take(&mut self.survivors);
        self.garbage = survivors.iter().filter_map(Place::condemned).collect();
        report.freed += survivors.len() - self.garbage.len();
        for &header in &self.garbage {
            hold(header);
        }
        self.next = 0;
        self.stage = if self.garbage.is_empty() { Stage::Done } else { Stage::Release(0) };
    }

    /// Lets go of some objects to which nothing else refers.
    fn release_some(&mut self, mut budget: usize, report: &mut Collection) -> usize {
        let Disposal { garbage, next, left, .. } = self;
        while budget > 0 && *next < garbage.len() {
            let round = catch_unwind(AssertUnwindSafe(|| {
                while budget > 0 && *next < garbage.len() {
                    let header = garbage[*next];
                    *next += 1;
                    budget -= 1;
                    // SAFETY: the collector holds a reference to each.
                    let h = unsafe { header.as_ref() };
                    if h.references() > 1 {
                        left.push(header);
                        continue;
                    }
                    h.unset(flag::CONDEMNED);
                    report.freed += 1;
                    Header::decrement(header);
                }
            }));
            if let Err(panic) = round {
                unraisable::report(unraisable::Origin::Drop, "", panic);
            }
        }
        if *next == garbage.len() {
            let Stage::Release(round) = self.stage else { unreachable!("only while releasing") };
            let progress = left.len() < garbage.len();
            // Children are often made after their parents, and hold them by plain fields.
            left.reverse();
            *garbage = core::mem::take(left);
            *next = 0;
            self.stage = if garbage.is_empty() || !progress || round + 1 == ROUNDS {
                Stage::Done
            } else {
                Stage::Release(round + 1)
            };
        }
        budget
    }

    /// Lets go of the rest and names what lives on: something that could not be emptied holds it.
    pub(crate) fn end(self, heap: &Inner, report: &mut Collection) {
        if self.garbage.is_empty() {
            return;
        }
        let why = match self.trash.met_borrowed() {
            true => Why::Borrowed,
            false if self.late => Why::Resurrected,
            false => Why::NoMutableEdge,
        };
        release_rest(heap, self.garbage, why, report);
    }
}

/// One more reference is the collector's: the object cannot die before that is given up.
#[inline(always)]
fn hold(header: Hdr) {
    // SAFETY: the caller has made sure that it lives.
    let h = unsafe { header.as_ref() };
    // Not a touch: what lives on is made a suspect when it is let go.
    h.count.set(h.references() as i32);
}

/// Clears every weak reference to the garbage; the callbacks are those whose weak reference is not garbage itself.
fn end_weak(heap: &Inner, garbage: &[Hdr]) -> Callbacks {
    let mut due = Callbacks::none();
    let owned = if heap.weak.has_callbacks() { weak_in(heap, garbage) } else { HashMap::new() };
    let is_garbage = |slot: &Rc<Slot>, mine: usize| {
        let owned = owned.get(&Rc::as_ptr(slot)).map_or(0, |(_, owned)| *owned);
        Slot::handles(slot) <= owned + mine
    };
    // A weak reference that is garbage itself is never called back, also where what it refers to dies only later: an object
    // that is not tracked, say.
    let ended: Vec<_> =
        owned.values().filter(|(slot, _)| is_garbage(slot, 1)).map(|(slot, _)| slot.end_callback()).collect();
    for &header in garbage {
        // SAFETY: the collector holds a reference to each.
        let (h, info) = unsafe { (header.as_ref(), info_of(header)) };
        if info.is_weak_reference() {
            heap.weak.end_object(header);
        }
        if h.has(flag::WEAK) {
            h.unset(flag::WEAK);
            due.append(heap.weak.clear(header));
        }
    }
    // Where the census names a slot, it holds a handle of its own.
    due.retain(|slot| !is_garbage(slot, usize::from(owned.contains_key(&Rc::as_ptr(slot)))));
    drop(ended);
    due
}

/// How many weak references to each slot the garbage owns.
fn weak_in(heap: &Inner, garbage: &[Hdr]) -> HashMap<*const Slot, (Rc<Slot>, usize)> {
    struct Census(HashMap<*const Slot, (Rc<Slot>, usize)>);
    impl Sink for Census {
        fn edges(&mut self, _: &[Hdr]) {}
        fn weak(&mut self, slot: &Rc<Slot>) {
            if slot.calls_back() {
                self.0.entry(Rc::as_ptr(slot)).or_insert_with(|| (Rc::clone(slot), 0)).1 += 1;
            }
        }
    }
    let deaths = heap.hold_deaths();
    let mut census = Census(HashMap::new());
    let counted = catch_unwind(AssertUnwindSafe(|| {
        let mut tracer = Tracer::new(Vec::new(), &mut census).with_weak();
        for &header in garbage {
            // SAFETY: the collector holds a reference to each.
            unsafe {
                if header.as_ref().is_open() {
                    visit(header, &mut tracer);
                }
            }
        }
        tracer.finish();
    }));
    drop(deaths);
    heap.drain_quietly();
    if let Err(panic) = counted {
        unraisable::report(unraisable::Origin::Trace, "", panic);
    }
    census.0
}

/// Runs the finalizers; returns what is garbage still.
fn finalize(heap: &Inner, garbage: Vec<Hdr>, report: &mut Collection) -> Vec<Hdr> {
    let mut any = false;
    for &header in &garbage {
        // SAFETY: the collector holds a reference to each, also while the finalizer runs.
        unsafe {
            let h = header.as_ref();
            if !h.has(flag::FINALIZER) || h.has(flag::FINALIZED) || !h.is_open() {
                continue;
            }
            any = true;
            h.set(flag::FINALIZED);
            let info = info_of(header);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (info.finalize)(header))) {
                unraisable::report(unraisable::Origin::Finalizer, info.name(), panic);
            }
        }
    }
    if !any {
        return garbage;
    }
    let again = catch_unwind(AssertUnwindSafe(|| trial::decide(heap, &garbage, Scope::only_given(1))));
    heap.drain_quietly();
    match again {
        Ok(split) => {
            for header in split.reachable {
                release_survivor(heap, header, report);
            }
            let_die(split.garbage, report)
        }
        Err(panic) => {
            unraisable::report(unraisable::Origin::Trace, "", panic);
            for header in garbage {
                release_survivor(heap, header, report);
            }
            report.abandoned = true;
            Vec::new()
        }
    }
}

/// Lets those die by count whose last reference finalizers have dropped, and what only they held; returns the others. What hangs
/// deeper than this looks is emptied with the others.
fn let_die(mut garbage: Vec<Hdr>, report: &mut Collection) -> Vec<Hdr> {
    const LOOKS: usize = 16;
    for _ in 0..LOOKS {
        // SAFETY: the collector holds a reference to each, here the only one.
        let (dead, others): (Vec<Hdr>, Vec<Hdr>) =
            garbage.into_iter().partition(|header| unsafe { header.as_ref().references() == 1 });
        garbage = others;
        if dead.is_empty() {
            break;
        }
        report.died += dead.len();
        report.freed += dead.len();
        for header in dead {
            // SAFETY: as above.
            unsafe { header.as_ref().unset(flag::CONDEMNED) };
            release(header);
        }
    }
    garbage
}

/// A finalizer has made it reachable again.
fn release_survivor(heap: &Inner, header: Hdr, report: &mut Collection) {
    // SAFETY: the collector holds a reference.
    unsafe {
        let h = header.as_ref();
        h.unset(flag::CONDEMNED);
        if h.references() == 1 {
            report.freed += 1;
        } else {
            report.resurrected += 1;
            heap.gc.suspects.add(header);
            if report.uncollectable.len() < NAMED {
                report.uncollectable.push(describe(header, Why::Resurrected));
            }
        }
    }
    release(header);
}

/// # Safety
/// The object is live.
unsafe fn describe(header: Hdr, why: Why) -> Uncollectable {
    // SAFETY: by the contract.
    let type_name = unsafe { info_of(header) }.name().to_owned();
    Uncollectable { type_name, address: payload_of(header).addr().get(), why }
}

/// Gives up the collector's reference; a panic in a drop that follows is reported.
fn release(header: Hdr) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| Header::decrement(header))) {
        unraisable::report(unraisable::Origin::Drop, "", panic);
    }
}

/// Lets go of the rest and names what lives on: something that could not be emptied holds it.
fn release_rest(heap: &Inner, left: Vec<Hdr>, why: Why, report: &mut Collection) {
    let watched: Vec<(Rc<Slot>, Uncollectable)> = left
        .iter()
        .map(|&header| {
            // SAFETY: the collector holds a reference to each.
            unsafe {
                header.as_ref().unset(flag::CONDEMNED);
                header.as_ref().set(flag::WEAK);
                heap.gc.suspects.add(header);
                (heap.weak.shared(header), describe(header, why))
            }
        })
        .collect();
    for header in left {
        release(header);
    }
    for (slot, named) in watched {
        if slot.is_empty() {
            report.freed += 1;
        } else if report.uncollectable.len() < NAMED {
            report.uncollectable.push(named);
        }
    }
}
