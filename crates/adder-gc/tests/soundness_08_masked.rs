//! Rule 8: while `&mut` to a payload is out, or it is not initialised, or its drop runs, nobody looks inside.

#![forbid(unsafe_code)]

use adder_gc::{Clearer, Gc, GcMut, Heap, Trace, Tracer, Weak};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Clone)]
struct Object {
    open: Rc<Cell<bool>>,
    next: RefCell<Option<Gc<Object>>>,
    weak: RefCell<Option<Weak<Object>>>,
}

impl Trace for Object {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        assert!(self.open.get(), "looked into while it is masked");
        self.next.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        assert!(self.open.get(), "cleared while it is masked");
        self.next.clear_edges(clearer);
    }
    fn finalize(this: adder_gc::Borrowed<'_, Self>) {
        assert!(this.open.get(), "finalized while it is masked");
    }
}

fn object() -> Gc<Object> {
    Gc::new(Object { open: Rc::new(Cell::new(true)), next: RefCell::default(), weak: RefCell::default() })
}

/// Everything that could look at an object, while one must not be looked at.
fn look(weak: &Weak<Object>, neighbour: &Gc<Object>, hidden: usize) {
    let heap = Heap::current();
    assert!(weak.upgrade().is_none() && !weak.is_alive());
    for generation in 0..3 {
        let report = heap.collect_generation(generation);
        assert!(!report.abandoned && report.unreachable == 0, "{report:?}");
    }
    assert!(heap.objects().iter().all(|o| o.address() != hidden));
    for generation in 0..3 {
        assert!(heap.objects_in(generation).iter().all(|o| o.address() != hidden));
    }
    assert!(heap.referrers(Gc::as_any(neighbour)).iter().all(|o| o.address() != hidden));
    for object in heap.objects() {
        heap.referents(&object);
    }
    heap.freeze();
    heap.collect();
    heap.unfreeze();
    heap.trim();
    heap.stats();
    assert!(Gc::ref_count(neighbour) >= 1);
}

#[test]
fn a_guard_of_get_mut() {
    let neighbour = object();
    let mut gc = object();
    let weak = Gc::downgrade(&gc);
    *gc.next.borrow_mut() = Some(neighbour.clone());
    let address = Gc::as_any(&gc).address();
    {
        let guard: GcMut<'_, Object> = Gc::get_mut(&mut gc).unwrap();
        guard.open.set(false);
        look(&weak, &neighbour, address);
        guard.open.set(true);
    }
    assert!(weak.upgrade().is_some());
    assert!(Heap::current().objects().iter().any(|o| o.address() == address));
    assert_eq!(Heap::current().referrers(Gc::as_any(&neighbour)).len(), 1);
}

#[test]
fn a_guard_of_make_mut_and_one_of_a_slice() {
    let neighbour = object();
    let mut gc = object();
    *gc.next.borrow_mut() = Some(neighbour.clone());
    let other = gc.clone();
    // Shared: a clone of its own.
    let weak = {
        let guard = Gc::make_mut(&mut gc);
        drop(guard);
        assert!(!Gc::ptr_eq(&gc, &other));
        Gc::downgrade(&gc)
    };
    let address = Gc::as_any(&gc).address();
    other.open.set(true);
    let guard = Gc::make_mut(&mut gc);
    guard.open.set(false);
    // The clone shares the flag: `other` must not be looked into either, so it goes first.
    guard.open.set(true);
    drop(other);
    guard.open.set(false);
    look(&weak, &neighbour, address);
    guard.open.set(true);
    drop(guard);
    assert!(weak.upgrade().is_some());

    let mut slice: Gc<[Gc<Object>]> = Gc::from(vec![neighbour.clone()]);
    let before = Gc::ref_count(&neighbour);
    let mut guard = Gc::get_mut(&mut slice).unwrap();
    Heap::current().collect();
    guard[0] = object();
    drop(guard);
    Heap::current().collect();
    assert_eq!(Gc::ref_count(&neighbour), before - 1);
}

#[test]
fn a_forgotten_guard_leaks_and_no_more() {
    let neighbour = object();
    let mut gc = object();
    let weak = Gc::downgrade(&gc);
    *gc.next.borrow_mut() = Some(neighbour.clone());
    let address = Gc::as_any(&gc).address();
    let guard = Gc::get_mut(&mut gc).unwrap();
    std::mem::forget(guard);
    look(&weak, &neighbour, address);
    // The handle works; `&mut` is not to be had again, nor the value.
    assert!(gc.open.get());
    assert!(Gc::get_mut(&mut gc).is_none());
    let gc = Gc::try_unwrap(gc).map(|_| ()).unwrap_err();
    assert!(Gc::to_any(&gc).downcast::<Object>().is_err());
    // In a cycle it stays; cut by hand it goes.
    *gc.next.borrow_mut() = Some(gc.clone());
    let raw = Gc::clone(&gc);
    drop(gc);
    assert_eq!(Heap::current().collect().unreachable, 0);
    drop(raw.next.take());
    drop(raw);
    assert_eq!(Gc::ref_count(&neighbour), 1);
    assert_eq!(Heap::current().stats().objects, 1);
}

#[test]
fn the_running_of_drop() {
    struct Dying {
        to: Gc<Object>,
        itself: RefCell<Option<Weak<Dying>>>,
        running: Cell<bool>,
    }
    impl Trace for Dying {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            assert!(!self.running.get(), "looked into while its drop runs");
            self.to.trace(tracer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    impl Drop for Dying {
        fn drop(&mut self) {
            self.running.set(true);
            assert!(self.itself.get_mut().as_ref().unwrap().upgrade().is_none());
            let heap = Heap::current();
            for generation in 0..3 {
                assert!(!heap.collect_generation(generation).abandoned);
            }
            let address = std::ptr::from_ref(self).addr();
            assert!(heap.objects().iter().all(|o| o.address() != address));
            assert!(heap.referrers(Gc::as_any(&self.to)).is_empty());
            heap.freeze();
            heap.unfreeze();
        }
    }
    let to = object();
    let dying = Gc::new(Dying { to: to.clone(), itself: RefCell::default(), running: Cell::new(false) });
    *dying.itself.borrow_mut() = Some(Gc::downgrade(&dying));
    drop(dying);
    assert_eq!(Gc::ref_count(&to), 1);
}

#[test]
fn not_initialised() {
    let neighbour = object();
    let made = Gc::new_cyclic(|weak| {
        look(weak, &neighbour, 0);
        assert_eq!(weak.ref_count(), 1);
        Object {
            open: Rc::new(Cell::new(true)),
            next: RefCell::new(Some(neighbour.clone())),
            weak: RefCell::new(Some(weak.clone())),
        }
    });
    assert!(made.weak.borrow().as_ref().unwrap().upgrade().is_some());
    drop(made.weak.take());
}

#[test]
fn try_unwrap_moves_the_value_out_before_anybody_is_told() {
    let object = object();
    let told = Rc::new(Cell::new(false));
    let weak = {
        let told = told.clone();
        Gc::downgrade_with(&object, move |w| {
            assert!(w.upgrade().is_none());
            Heap::current().collect();
            told.set(true);
        })
    };
    let extra = object.clone();
    let object = Gc::try_unwrap(object).map(|_| ()).unwrap_err();
    assert!(weak.is_alive());
    drop(extra);
    let value = Gc::try_unwrap(object).ok().unwrap();
    assert!(told.get() && weak.upgrade().is_none() && value.open.get());
    assert_eq!(Heap::current().stats().objects, 0);
    // In a collection of which it is part: refused, since others hold it.
    let gc = self::object();
    *gc.next.borrow_mut() = Some(gc.clone());
    let gc = Gc::try_unwrap(gc).map(|_| ()).unwrap_err();
    drop(gc);
    Heap::current().collect();
    assert_eq!(Heap::current().stats().objects, 0);
}
