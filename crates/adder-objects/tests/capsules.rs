//! Capsules.

mod written;

use core::ptr::NonNull;
use std::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::capsule::{CAPSULE_TYPE, PyCapsule, Visits};
use adder_objects::object::Slot;
use adder_objects::{Cx, Obj, Value};
use written::*;

/// What a capsule of these tests is about.
struct Held {
    ended: Cell<u32>,
    itself: Slot,
}

unsafe extern "C" fn end(capsule: *mut Head) {
    // SAFETY: called for the capsules made below, whose pointer is to what outlives them.
    unsafe { held((*capsule.cast::<PyCapsule>()).pointer.get().cast()).ended.update(|n| n + 1) };
}

unsafe fn held<'a>(pointer: *mut Held) -> &'a Held {
    // SAFETY: by the contract.
    unsafe { &*pointer }
}

fn capsule(cx: &Cx, held: &Held) -> Obj<PyCapsule> {
    // SAFETY: the destructor is for this pointer.
    unsafe { cx.capsule(NonNull::from_ref(held).cast(), Some(c"a.name"), Some(end)) }.unwrap()
}

fn is_tracked(value: &Value) -> bool {
    value.head().is_some_and(Head::is_tracked)
}

#[test]
fn a_capsule_and_its_end() {
    let held = Held { ended: Cell::new(0), itself: Slot::empty() };
    with(|cx| {
        let made = capsule(cx, &held);
        assert!(repr(cx, made.as_value()).starts_with("<capsule object \"a.name\" at 0x"));
        made.set_name(None);
        assert!(repr(cx, made.as_value()).starts_with("<capsule object NULL at 0x"));
        assert!(made.name().is_none() && !is_tracked(made.as_value()));
        assert!(cx.call(&CAPSULE_TYPE.value(), &[]).is_err());
        let copy = made.clone();
        drop(made);
        assert_eq!(held.ended.get(), 0);
        drop(copy);
        assert_eq!(held.ended.get(), 1);
    });
}

#[test]
fn a_tracked_capsule_is_collected_with_its_cycle() {
    let held_by_it = Held { ended: Cell::new(0), itself: Slot::empty() };
    with(|cx| {
        let made = capsule(cx, &held_by_it);
        held_by_it.itself.set(made.as_value().clone());
        drop(made);
        cx.heap.collect();
        assert_eq!(held_by_it.ended.get(), 0, "the collector does not look at it");
        let made = held_by_it.itself.get().try_into_obj::<PyCapsule>().ok().unwrap();
        made.track(Visits {
            // SAFETY: as for `end`.
            trace: |this, tracer| unsafe { held(this.pointer.get().cast()) }.itself.trace(tracer),
            // SAFETY: as above.
            clear: |this, clearer| unsafe { held(this.pointer.get().cast()) }.itself.clear(clearer),
        });
        assert!(is_tracked(made.as_value()));
        drop(made);
        cx.heap.collect();
        assert_eq!(held_by_it.ended.get(), 1);
    });
}
