//! What happens to garbage: callbacks and finalizers run, slots are emptied; the counts do the rest.
//!
//! The weak references to it were emptied in the step that condemned it. From here on no other thread has a way to it, until a
//! finalizer gives it one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Owned;
use super::pass::Groups;
use super::test::{Tested, examine};
use crate::collect::{Collection, Uncollectable, Why};
use crate::sync::count::Total;
use crate::sync::header::{CONDEMNED, FINALIZED, Hdr, payload_of, release, suspect};
use crate::sync::weak::{self, Slot};
use crate::sync::{death, thread};
use crate::trace::{Clearer, Trash};
use crate::unraisable;

/// At most so many uncollectable objects are named in a report.
const NAMED: usize = 1000;

/// Ends the garbage. True if other threads got in the way.
pub(super) fn dispose(tested: Tested, report: &mut Collection) -> bool {
    let Tested { garbage, callbacks, alive, .. } = tested;
    drop(alive);
    report.unreachable += garbage.len();
    callbacks.run();
    let (garbage, disturbed) = finalize(garbage, report);
    clear(garbage, report);
    disturbed
}

/// Runs the finalizers; gives what is garbage still.
fn finalize(garbage: Owned, report: &mut Collection) -> (Owned, bool) {
    let mut any = false;
    for &header in garbage.iter() {
        // SAFETY: the collector holds a reference to each, also while the finalizer runs.
        unsafe {
            let h = header.as_ref();
            let Some(finalize) = h.info().finalize else { continue };
            if h.has(FINALIZED) {
                continue;
            }
            any = true;
            h.set(FINALIZED);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| finalize(header))) {
                unraisable::report(unraisable::Origin::Finalizer, h.info().name(), panic);
            }
        }
    }
    if !any {
        return (garbage, false);
    }
    // A finalizer may have changed anything. The weak references that it made end with this test.
    let again = examine(Groups::one(garbage), report);
    again.callbacks.run();
    for header in again.alive.iter() {
        // SAFETY: the collector holds a reference.
        unsafe { header.as_ref() }.unset(CONDEMNED);
        // What was dropped while it was condemned was not noted.
        suspect(*header);
        name(*header, Why::Resurrected, report);
    }
    (again.garbage, again.disturbed)
}

fn name(header: Hdr, why: Why, report: &mut Collection) {
    if report.uncollectable.len() < NAMED {
        // SAFETY: the collector holds a reference.
        let type_name = unsafe { header.as_ref() }.info().name().to_owned();
        report.uncollectable.push(Uncollectable { type_name, address: payload_of(header).addr().get(), why });
    }
}

/// Empties the slots of each object in turn, then lets go of them all.
fn clear(garbage: Owned, report: &mut Collection) {
    let mut trash = Trash::default();
    for &header in garbage.iter() {
        // SAFETY: the collector holds a reference to each, so none is masked, and the payload is initialised.
        unsafe {
            let info = header.as_ref().info();
            let cleared = catch_unwind(AssertUnwindSafe(|| {
                (info.clear)(payload_of(header), &mut Clearer::new(&mut trash));
            }));
            if let Err(panic) = cleared {
                unraisable::report(unraisable::Origin::Clear, info.name(), panic);
            }
        }
        trash.burn(usize::MAX);
    }
    let why = if trash.met_borrowed() { Why::Borrowed } else { Why::NoMutableEdge };
    let left = release_unreferenced(garbage, report);
    release_rest(left, why, report);
}

/// Lets go of those to which nothing else refers, as long as there are any. What they held may be next.
fn release_unreferenced(mut left: Owned, report: &mut Collection) -> Owned {
    for _ in 0..4 {
        let before = left.len();
        left.0.retain(|&header| {
            // SAFETY: the collector holds a reference to each that is left.
            let counts = unsafe { &header.as_ref().counts };
            if counts.total() != Total::Is(1) || counts.belongs_elsewhere(thread::tag()) {
                return true;
            }
            report.freed += 1;
            death::report(|| release(header));
            false
        });
        if left.is_empty() || left.len() == before {
            break;
        }
        // Children are often made after their parents, and hold them by plain fields.
        left.0.reverse();
    }
    left
}

/// Lets go of the rest and names what lives on: something that could not be emptied holds it.
fn release_rest(left: Owned, why: Why, report: &mut Collection) {
    let watched: Vec<(Arc<Slot>, Uncollectable)> = left
        .iter()
        .map(|&header| {
            // SAFETY: the collector holds a reference to each.
            let h = unsafe { header.as_ref() };
            h.unset(CONDEMNED);
            let why = if h.counts.belongs_elsewhere(thread::tag()) { Why::Owner } else { why };
            let type_name = h.info().name().to_owned();
            (weak::shared(header), Uncollectable { type_name, address: payload_of(header).addr().get(), why })
        })
        .collect();
    drop(left);
    for (slot, named) in watched {
        if slot.is_empty() {
            report.freed += 1;
        } else if report.uncollectable.len() < NAMED {
            report.uncollectable.push(named);
        }
    }
}
