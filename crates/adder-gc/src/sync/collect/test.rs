//! The exact test: is this group garbage, although other threads run?
//!
//! A group C is a set of objects to each of which the collector owns one reference. The test says garbage only if nothing
//! outside C, and no thread, has a way to any of them. What it does, in this order:
//!
//! 1. sets TEST in the shared half of each; closes the owners' short ways (`thread::close_fast`); one heavy fence
//!    ([`fence::heavy`](crate::sync::fence::heavy)): every other thread passes a full barrier during it;
//! 2. visits each, and *keeps every lock that it met locked* until the end. A lock that is not to be had is not looked into;
//! 3. locks the slots of all weak references to them;
//! 4. reads the counts, the shared half of each before its local half;
//! 5. reads whether somebody touched one of them since 1.
//!
//! C is garbage if nobody did, and each count is the collector's one reference plus the references found in 2. Then the slots of
//! the weak references are emptied, and only then everything is released and TEST taken away.
//!
//! # Why that is so
//! An *operation* is one clone, drop or upgrade of a reference to an object of C. It first learns whether the object is under
//! test, then takes effect on one half. A thread whose tag is open learns it from that (also where it works on the shared half
//! then), all others from the shared half. *Early* operations learned it before their thread's barrier of step 1, all others are *late*, and
//! find that they must touch: they do so before they take effect, and they take effect with release, so whoever sees the
//! effect of a late operation sees its touch. An early operation that was complete before its thread's barrier is seen in
//! step 4. At most one per thread is under way at its barrier: it may be seen or not.
//!
//! Assume the test says garbage. Then no late effect was seen. Call a reference *counted* if its creation was seen and its end was
//! not; the sums of step 4 count these, no fewer:
//! * If the end of a reference was seen, so was its creation. The end was early, for no late effect was seen; the creation was
//!   complete before the end began, on whichever thread, so before that thread's barrier: step 4 sees it.
//! * Moving a part from one half to the other never makes the sum too low without a touch; see `count`.
//!
//! A reference that step 2 found in an object was created before, and lies still where it was found: what is not behind
//! a lock cannot change while the object is shared (a set `OnceLock` cannot either), what is behind a lock is locked. So it
//! is counted. Since the numbers agree, the counted references are exactly the collector's and those found.
//!
//! Now assume that some thread has a way to C nevertheless: a reference to an object of C that lies in no object of C. It was not
//! counted, so its creation was not seen. Take the first such creation, of a reference r to y. (An upgrade cannot be the first:
//! it works on the shared half, under the lock of its slot: before step 3 it is seen, after it the slot is empty.) A clone
//! needs a reference that it clones, and a chain of borrows from it to a reference q, to some z of C, that lies in no object of C
//! during the clone. q's creation is not after r's, so it was seen.
//! * If q is counted, it is one of those found in step 2: it was moved into the slot afterwards, before the slot was locked
//!   and read; so the clone was complete before the read of step 2, and its effect visible in step 4. Contradiction.
//! * If q is not counted, its end was seen; the end happened after the clone was complete, so the clone was seen with it, or it
//!   was late and its touch was seen. Contradiction.
//!
//! What if the drop of q is a subtraction on a merged object whose thread reads "no test" before the barrier and subtracts after
//! it? Then it is early: what its thread did before is visible. Without an asymmetric fence all counts are in the shared
//! half, every operation is one atomic step that sees TEST if it comes after it, and a clone touches before it returns: the
//! same argument holds, with "late" for those that saw TEST. That is why a drop need not touch afterwards.
//!
//! # Why what was found stays where it was found
//! `Trace::trace` borrows what it visits for the lifetime of the tracer, whatever that is: an implementation must be right for every
//! lifetime. The true one is that of the test: the collector owns a reference to each object visited and lets go of it when the
//! test is over, and without being the only one nobody gets `&mut` to a payload. So, whoever wrote the `Trace`, the borrow checker
//! has shown that each lock that was met stays where it is until then, and each `Gc` outside of a lock too: neither can lie on the
//! stack of a `trace`, or behind the guard of a lock that `trace` has locked itself. Locks are released the last one first, so
//! one that lies in another goes before it. What is only borrowed for a moment (`Tracer::transient`) is not looked into.
//!
//! # What a wrong `Trace` can do
//! It may report references that the object does not own, or one of them twice, and so have objects condemned that are in use.
//! That empties slots and weak references too early. It must not do more:
//! * The owner's half is merged (`Counts::merge_condemned`) only in groups all of whose objects have *faithful* types: whose `trace`
//!   was derived or is the library's own, all the way down. Else the owner, who may be about to store in his half, is the only
//!   one to change it: the last reference goes to its inbox, as that of any other thread would, and the object dies when it looks
//!   there (`Why::Owner` until then).
//! * `weak::cleared` removes only slots that were emptied.
//! * A faithful type may have fields that are not, if those own no references. That they own none is what *they* say. So a
//!   visit of a faithful object passes them over (`Tracer::strict`).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::pass::Groups;
use super::{LONGEST, Owned, slot, visit};
use crate::collect::Collection;
use crate::sync::count::Total;
use crate::sync::death::Hold;
use crate::sync::header::{CONDEMNED, Hdr, TOUCHED, WEAK};
use crate::sync::weak::{self, Callbacks, Slot};
use crate::sync::{fence, thread};
use crate::trace::{Held, Sink, Tracer};
use crate::unraisable;

/// A group is tested again without those that turned out to be alive, so often at the most.
const ROUNDS: usize = 8;

/// What is garbage beyond doubt, its weak references emptied; the collector owns a reference to each.
pub(super) struct Tested {
    pub(super) garbage: Owned,
    pub(super) callbacks: Callbacks,
    /// What is alive, or could not be shown to be garbage.
    pub(super) alive: Owned,
    /// Something is alive because a thread was at work.
    pub(super) disturbed: bool,
}

/// Tests groups until each object is found to be garbage or taken for alive.
pub(super) fn examine(mut groups: Groups<Owned>, report: &mut Collection) -> Tested {
    let mut all =
        Tested { garbage: Owned::default(), callbacks: Callbacks::none(), alive: Owned::default(), disturbed: false };
    for round in 0..ROUNDS {
        if groups.objects.is_empty() {
            break;
        }
        let start = Instant::now();
        let tested = catch_unwind(AssertUnwindSafe(|| Test::run(&groups)));
        LONGEST.fetch_max(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        let verdict = match tested {
            Ok((verdict, callbacks)) => {
                all.callbacks.append(callbacks);
                verdict
            }
            Err(panic) => {
                unraisable::report(unraisable::Origin::Trace, "", panic);
                report.abandoned = true;
                break;
            }
        };
        all.disturbed |= verdict.disturbed;
        if verdict.garbage.iter().all(|&garbage| garbage) && all.garbage.is_empty() {
            all.garbage = core::mem::take(&mut groups.objects);
            break;
        }
        let mut again: Groups<Owned> = Groups::default();
        for (places, garbage) in groups.places().zip(verdict.garbage) {
            if garbage {
                all.garbage.0.extend_from_slice(&groups.objects[places]);
                continue;
            }
            for place in places {
                let to = if verdict.alive[place] { &mut all.alive } else { &mut again.objects };
                to.0.push(groups.objects[place]);
            }
            if again.ends.last().copied().unwrap_or(0) < again.objects.len() {
                again.ends.push(again.objects.len());
            }
        }
        // Each reference went on.
        groups.objects.0.clear();
        groups = again;
        all.disturbed |= round + 1 == ROUNDS && !groups.objects.is_empty();
    }
    all.alive.0.append(&mut groups.objects.0);
    all
}

/// Makes an object merged that another thread owns, if the caller's reference, which it has borrowed mutably, is the only one: the
/// exact test of a group of one, with the caller's reference in place of the collector's. Takes some microseconds.
pub(super) fn take_over(header: Hdr) -> bool {
    // SAFETY: the caller has a reference.
    let h = unsafe { header.as_ref() };
    h.unset(TOUCHED);
    h.counts.set_test();
    thread::close_fast();
    fence::heavy();
    let alone = h.counts.total() == Total::Is(1) && !h.has(TOUCHED);
    if alone {
        let _merging = thread::merging();
        h.counts.merge_condemned();
    }
    h.counts.clear_test();
    thread::open_fast();
    alone
}

struct Verdict {
    /// For each group.
    garbage: Vec<bool>,
    /// For each object of a group that is not garbage: is it alive, or reachable from one that is?
    alive: Vec<bool>,
    /// Something is alive because a thread was at work.
    disturbed: bool,
}

/// Everything that a test holds; released in reverse order of need, however it ends.
struct Test<'g> {
    groups: &'g Groups<Owned>,
    hold: Option<Hold>,
    /// Numbers of the objects, from 1, stand in their working counts.
    sink: Gather,
}

#[derive(Default)]
struct Gather {
    /// Each one inside of those before it, or beside them.
    held: Vec<Held>,
    targets: Vec<u32>,
    weak: HashMap<usize, usize>,
}

impl Sink for Gather {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}
    fn shared(&mut self, edge: core::ptr::NonNull<u8>) {
        if let Some(place) = slot(edge.cast()).and_then(|slot| slot.get().checked_sub(1)) {
            self.targets.push(place);
        }
    }
    fn shared_weak(&mut self, slot: usize) {
        *self.weak.entry(slot).or_default() += 1;
    }
    fn held(&mut self) -> Option<&mut Vec<Held>> {
        Some(&mut self.held)
    }
}

impl Drop for Test<'_> {
    fn drop(&mut self) {
        for &header in self.groups.objects.iter() {
            if let Some(slot) = slot(header) {
                slot.set(0);
            }
            // SAFETY: the collector holds a reference.
            unsafe { header.as_ref() }.counts.clear_test();
        }
        thread::open_fast();
        while let Some(innermost) = self.sink.held.pop() {
            drop(innermost);
        }
        self.hold = None;
    }
}

impl<'g> Test<'g> {
    fn run(groups: &'g Groups<Owned>) -> (Verdict, Callbacks) {
        let mut test = Test { groups, hold: Some(Hold::new()), sink: Gather::default() };
        let objects: &[Hdr] = &groups.objects;
        for (place, header) in objects.iter().enumerate() {
            if let Some(slot) = slot(*header) {
                slot.set(place as u32 + 1);
            }
            // SAFETY: the collector holds a reference.
            let h = unsafe { header.as_ref() };
            if h.has(TOUCHED) {
                h.unset(TOUCHED);
            }
            h.counts.set_test();
        }
        thread::close_fast();
        fence::heavy();

        let mut alive = vec![false; objects.len()];
        let mut busy = alive.clone();
        let mut starts = Vec::with_capacity(objects.len() + 1);
        // Of these, the `trace` may be wrong.
        let mut wrong = Vec::with_capacity(objects.len());
        let visited = catch_unwind(AssertUnwindSafe(|| {
            let mut buffer = Vec::new();
            for &header in objects {
                starts.push(test.sink.targets.len());
                // SAFETY: the collector holds a reference.
                let faithful = (unsafe { header.as_ref() }.info().faithful)();
                wrong.push(!faithful);
                let mut tracer = Tracer::new(core::mem::take(&mut buffer), &mut test.sink).strict(faithful);
                visit(header, &mut tracer);
                buffer = tracer.finish();
            }
        }));
        if let Err(panic) = visited {
            // Not by unwinding, which would poison the locks.
            drop(test);
            resume_unwind(panic);
        }
        starts.push(test.sink.targets.len());

        let slots: Vec<Vec<Arc<Slot>>> = objects
            .iter()
            // SAFETY: as above.
            .map(|h| if unsafe { h.as_ref() }.has(WEAK) { weak::slots(*h) } else { Vec::new() })
            .collect();
        let mut locked: Vec<Vec<_>> = slots.iter().map(|s| s.iter().map(|s| s.lock()).collect()).collect();

        // References from one object of a group to another.
        let mut inside = vec![0_u32; objects.len()];
        for places in groups.places() {
            for &target in &test.sink.targets[starts[places.start]..starts[places.end]] {
                if places.contains(&(target as usize)) {
                    inside[target as usize] += 1;
                }
            }
        }
        for (place, &header) in objects.iter().enumerate() {
            // SAFETY: as above.
            let total = unsafe { header.as_ref() }.counts.total();
            alive[place] |= total != Total::Is(inside[place] + 1);
            busy[place] |= total == Total::Unsettled;
        }
        for (place, &header) in objects.iter().enumerate() {
            // SAFETY: as above.
            busy[place] |= unsafe { header.as_ref() }.has(TOUCHED);
            alive[place] |= busy[place];
        }

        let merging = thread::merging();
        let mut due = Callbacks::none();
        let mut garbage = Vec::with_capacity(groups.ends.len());
        let mut disturbed = false;
        let mut next: Vec<usize> = Vec::new();
        for places in groups.places() {
            let (from, to) = (places.start, places.end);
            if alive[from..to].contains(&true) {
                next.extend(places.clone().filter(|&place| alive[place]));
                while let Some(place) = next.pop() {
                    for &target in &test.sink.targets[starts[place]..starts[place + 1]] {
                        let target = target as usize;
                        if places.contains(&target) && !core::mem::replace(&mut alive[target], true) {
                            next.push(target);
                        }
                    }
                }
                garbage.push(false);
                disturbed |= busy[from..to].contains(&true);
                continue;
            }
            let faithful = !wrong[from..to].contains(&true);
            for place in from..to {
                let header = objects[place];
                // SAFETY: as above.
                let h = unsafe { header.as_ref() };
                h.set(CONDEMNED);
                if faithful {
                    h.counts.merge_condemned();
                }
                for target in &mut locked[place] {
                    **target = None;
                }
                if !slots[place].is_empty() {
                    due.append(weak::cleared(header, &slots[place]));
                }
            }
            garbage.push(true);
        }
        drop(merging);
        drop(locked);
        let owned = core::mem::take(&mut test.sink.weak);
        drop(test);
        // Not those of weak references that are garbage themselves. (Of a live object's weak reference too many are known: then
        // its callback runs, for its handles are more.)
        due.retain(|slot| slot.handles() > owned.get(&core::ptr::from_ref(slot).addr()).copied().unwrap_or(0));
        (Verdict { garbage, alive, disturbed }, due)
    }
}
