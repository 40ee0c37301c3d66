//! What happens to garbage: weak references end, callbacks and finalizers run, slots are emptied; the counts do the rest.
//!
//! The order is CPython 3.13's: first every weak reference to the garbage is cleared, then their callbacks run (not those of
//! weak references that are garbage themselves), then the finalizers, then reachability is decided once more, and what is
//! still garbage is cleared, in the order of its list.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::state::{Uncollectable, Why};
use super::{Collection, trial};
use crate::header::{Hdr, Header, flag, payload_of};
use crate::heap::Inner;
use crate::info::info_of;
use crate::trace::{Clearer, Sink, Tracer, Trash, visit};
use crate::unraisable;
use crate::weak::{Callbacks, Slot};

/// At most so many uncollectable objects are named in a report.
const NAMED: usize = 1000;

/// Ends the garbage, which a trial found just now.
pub(crate) fn dispose(heap: &Inner, garbage: Vec<Hdr>, report: &mut Collection) {
    report.unreachable = garbage.len();
    if garbage.is_empty() {
        return;
    }
    // Of those that live on in spite of this, nothing else tells.
    heap.gc.suspect.set(true);
    for &header in &garbage {
        // One reference is the collector's until the object's turn comes: nothing in the list can be freed before.
        Header::increment(header);
        // SAFETY: alive.
        unsafe { header.as_ref() }.set(flag::CONDEMNED);
    }
    end_weak(heap, &garbage).run();
    let garbage = finalize(heap, garbage, report);
    // Weak references that finalizers made.
    let late = end_weak(heap, &garbage);
    late.run();
    clear(heap, garbage, report);
}

/// Clears every weak reference to the garbage; the callbacks are those whose weak reference is not garbage itself.
fn end_weak(heap: &Inner, garbage: &[Hdr]) -> Callbacks {
    let mut due = Callbacks::none();
    // SAFETY: the collector holds a reference to each.
    if !heap.weak.has_callbacks() && !garbage.iter().any(|h| unsafe { h.as_ref() }.has(flag::WEAK)) {
        return due;
    }
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
        // SAFETY: as above.
        let h = unsafe { header.as_ref() };
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
    let again = catch_unwind(AssertUnwindSafe(|| trial::decide(heap, garbage.clone(), 1)));
    heap.drain_quietly();
    match again {
        Ok(split) => {
            for header in split.reachable {
                release_survivor(header, Why::Resurrected, report);
            }
            split.unreachable
        }
        Err(panic) => {
            unraisable::report(unraisable::Origin::Trace, "", panic);
            for header in garbage {
                release_survivor(header, Why::Resurrected, report);
            }
            report.abandoned = true;
            Vec::new()
        }
    }
}

fn release_survivor(header: Hdr, why: Why, report: &mut Collection) {
    // SAFETY: the collector holds a reference.
    unsafe {
        let h = header.as_ref();
        h.unset(flag::CONDEMNED);
        if why != Why::Resurrected || h.references() > 1 {
            name(header, why, report);
        } else {
            report.freed += 1;
        }
    }
    release(header);
}

fn name(header: Hdr, why: Why, report: &mut Collection) {
    if report.uncollectable.len() < NAMED {
        // SAFETY: the collector holds a reference.
        let type_name = unsafe { info_of(header) }.name().to_owned();
        report.uncollectable.push(Uncollectable { type_name, address: payload_of(header).addr().get(), why });
    }
}

/// Gives up the collector's reference; a panic in a drop that follows is reported.
fn release(header: Hdr) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| Header::decrement(header))) {
        unraisable::report(unraisable::Origin::Drop, "", panic);
    }
}

/// Empties the slots of each object in turn, then lets go of them all.
fn clear(heap: &Inner, garbage: Vec<Hdr>, report: &mut Collection) {
    let mut trash = Trash::default();
    for &header in &garbage {
        // SAFETY: the collector holds a reference to each.
        unsafe {
            if header.as_ref().is_open() {
                let info = info_of(header);
                let cleared = catch_unwind(AssertUnwindSafe(|| {
                    (info.clear)(payload_of(header), &mut Clearer::new(&mut trash));
                }));
                if let Err(panic) = cleared {
                    unraisable::report(unraisable::Origin::Clear, info.name(), panic);
                }
            }
        }
        trash.burn(usize::MAX);
    }
    let why = if trash.met_borrowed() { Why::Borrowed } else { Why::NoMutableEdge };
    let left = release_unreferenced(garbage, report);
    release_rest(heap, left, why, report);
}

/// Lets go of those to which nothing else refers, as long as there are any. What they held may be next.
fn release_unreferenced(mut left: Vec<Hdr>, report: &mut Collection) -> Vec<Hdr> {
    for _ in 0..4 {
        let before = left.len();
        left.retain(|&header| {
            // SAFETY: the collector holds a reference to each that is left.
            let h = unsafe { header.as_ref() };
            if h.references() > 1 {
                return true;
            }
            h.unset(flag::CONDEMNED);
            report.freed += 1;
            release(header);
            false
        });
        if left.is_empty() || left.len() == before {
            break;
        }
        // Children are often made after their parents, and hold them by plain fields.
        left.reverse();
    }
    left
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
                let type_name = info_of(header).name().to_owned();
                let address = payload_of(header).addr().get();
                (heap.weak.shared(header), Uncollectable { type_name, address, why })
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
