//! Rules 16 and 17: a touch during a pass is never lost; a reference that comes in through a raw door marks its object.

use adder_gc::{AnyGc, Clearer, Gc, Heap, Trace, Tracer};
use std::cell::{Cell, RefCell};

thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });

type Act = Box<dyn FnOnce()>;

struct Node {
    slot: Cell<Option<Gc<Node>>>,
    any: Cell<Option<AnyGc>>,
    /// Done when this object is visited.
    act: RefCell<Option<Act>>,
}

impl Trace for Node {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(act) = self.act.take() {
            act();
        }
        self.slot.trace(tracer);
        self.any.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.slot.clear_edges(clearer);
        self.any.clear_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn node() -> Gc<Node> {
    Gc::new(Node { slot: Cell::default(), any: Cell::default(), act: RefCell::default() })
}

/// Everything examined and calm: the next collection would have nothing to do.
fn calm() {
    Heap::current().collect();
    Heap::current().collect();
    assert_eq!(Heap::current().collect().candidates, 0, "not calm");
}

/// The root of a ring is cut while a pass has visited some of its ends and not the others.
#[test]
fn rule_16_a_link_cut_between_the_visits_to_its_two_ends() {
    for cutter in 0..5 {
        let before = DROPS.get();
        let nodes: Vec<_> = (0..5).map(|_| node()).collect();
        // A ring of the middle three, held by the first alone.
        for i in 1..4 {
            nodes[i].slot.set(Some(nodes[i % 3 + 1].clone()));
        }
        nodes[0].slot.set(Some(nodes[2].clone()));
        let root = nodes[0].clone();
        let trigger = nodes[cutter % 4].clone();
        let again = cutter == 4;
        drop(nodes);
        if again {
            calm();
            // Something to look at, or there is no pass.
            drop(trigger.clone());
        }
        let cut = root.clone();
        *trigger.act.borrow_mut() = Some(Box::new(move || drop(cut.slot.take())));
        drop(trigger);
        Heap::current().collect();
        Heap::current().collect();
        assert!(root.act.borrow().is_none());
        Heap::current().collect();
        // The ring of three, and the fifth.
        assert_eq!(DROPS.get() - before, 4, "cut at the visit of {cutter}");
        drop(root);
        assert_eq!(DROPS.get() - before, 5);
    }
}

fn itself_through(door: impl Fn(Gc<Node>, &Node)) {
    let before = DROPS.get();
    let gc = node();
    calm();
    let place: *const Node = Gc::as_ptr(&gc);
    // SAFETY: the object is alive: the reference goes into its own slot, and nothing collects before the last use.
    door(gc, unsafe { &*place });
    assert_eq!(DROPS.get(), before);
    assert_eq!(Heap::current().collect().freed, 1);
    assert_eq!(DROPS.get() - before, 1);
}

/// The last reference to a calm object moved into the object itself: garbage that no count tells of.
#[test]
fn rule_17_a_calm_object_moved_into_itself_through_each_door() {
    itself_through(|gc, it| {
        let raw = Gc::into_raw(gc);
        // SAFETY: given out just now and given back once.
        it.slot.set(Some(unsafe { Gc::from_raw(raw) }));
    });
    itself_through(|gc, it| {
        let raw = Gc::into_any(gc).into_raw();
        // SAFETY: as above.
        it.any.set(Some(unsafe { AnyGc::from_raw(raw) }));
    });
    itself_through(|gc, it| {
        let raw = Gc::into_raw(gc);
        // SAFETY: the raw reference is owned until the last line, which gives it up.
        unsafe {
            it.any.set(Some(AnyGc::from_borrowed(raw.cast_mut().cast())));
            drop(Gc::from_raw(raw));
        }
    });
    itself_through(|gc, it| {
        // By counting, as safe code must: the drop of the other one tells.
        it.slot.set(Some(gc.clone()));
        drop(gc);
    });
    itself_through(|gc, it| {
        let weak = Gc::downgrade(&gc);
        it.slot.set(weak.upgrade());
        drop(gc);
    });
    itself_through(|gc, it| {
        let any = Gc::to_any(&gc);
        it.slot.set(any.downcast().ok());
        drop(gc);
    });
    itself_through(|gc, it| {
        it.slot.set(Some(Gc::borrowed(&gc).to_owned()));
        drop(gc);
    });
}

/// An object that was untracked and is tracked again.
#[test]
fn rule_17_tracking_again() {
    let gc = node();
    calm();
    Gc::as_any(&gc).untrack();
    gc.slot.set(Some(gc.clone()));
    let any = Gc::into_any(gc);
    calm();
    any.track();
    let before = DROPS.get();
    drop(any);
    assert_eq!(Heap::current().collect().freed, 1);
    assert_eq!(DROPS.get() - before, 1);
}

/// The same for what could not be made calm: `&mut` was out during the pass.
#[test]
fn rule_16_an_object_that_was_masked_during_a_pass() {
    let mut gc = node();
    calm();
    let other = node();
    let guard = Gc::get_mut(&mut gc).unwrap();
    Heap::current().collect();
    Heap::current().collect();
    drop(guard);
    gc.slot.set(Some(gc.clone()));
    let before = DROPS.get();
    drop(gc);
    assert_eq!(Heap::current().collect().freed, 1);
    assert_eq!(DROPS.get() - before, 1);
    drop(other);
}

/// Frozen objects stay ordinary through a pass; thawed, they are calm after the next one, also when that goes in steps.
#[test]
fn rule_16_thawed_objects_after_a_pass_in_steps() {
    for steps in 0..6 {
        let before = DROPS.get();
        let gc = node();
        gc.slot.set(Some(gc.clone()));
        let heap = Heap::current();
        heap.freeze();
        heap.collect();
        heap.unfreeze();
        for _ in 0..steps {
            heap.step(std::time::Duration::ZERO);
        }
        drop(gc);
        assert_eq!(heap.collect().freed, 1, "after {steps} steps");
        assert_eq!(DROPS.get() - before, 1);
    }
}
