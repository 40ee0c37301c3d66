//! Rule 9: a borrowed or locked cell keeps what it owns alive, and never blocks; what it owned is found once the borrow ends.

#![forbid(unsafe_code)]

use adder_gc::{Gc, Heap, Trace, Why};
use std::cell::{Cell, RefCell};
use std::sync::{Mutex, RwLock};

thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });

#[derive(Trace, Default)]
struct Node {
    cell: RefCell<Option<Gc<Node>>>,
    mutex: Mutex<Option<Gc<Node>>>,
    lock: RwLock<Option<Gc<Node>>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

/// Nothing touches the objects between the two collections: the end of a borrow leaves no trace in any count.
#[test]
fn garbage_behind_a_borrow_that_ended_is_found() {
    for generation in 0..3 {
        let before = DROPS.get();
        let node = Gc::new(Node::default());
        // A cycle whose cell is borrowed by somebody who owns no reference to it.
        *node.cell.borrow_mut() = Some(node.clone());
        let borrow = node.cell.borrow();
        let looked = Heap::current().collect_generation(generation);
        assert_eq!(looked.unreachable, 0);
        drop(borrow);
        Heap::current().collect();
        drop(node);
        assert_eq!(Heap::current().collect().freed, 1);
        assert_eq!(DROPS.get() - before, 1);
    }
}

#[test]
fn a_leaked_borrow_keeps_what_it_owns_and_nothing_else() {
    let node = Gc::new(Node::default());
    let inner = Gc::new(Node::default());
    *node.cell.borrow_mut() = Some(inner);
    *node.mutex.lock().unwrap() = Some(node.clone());
    std::mem::forget(node.cell.borrow_mut());
    let other = Gc::new(Node::default());
    *other.cell.borrow_mut() = Some(other.clone());
    drop(other);
    let before = DROPS.get();
    let report = Heap::current().collect();
    assert_eq!((report.freed, DROPS.get() - before), (1, 1));
    assert!(node.cell.try_borrow().is_err());
    // It is no obstacle to clearing the object at its other slot; then the count does the rest.
    drop(node);
    let report = Heap::current().collect();
    assert_eq!((report.freed, report.uncollectable.len()), (1, 0), "{report:?}");
    assert_eq!(DROPS.get() - before, 3);
}

#[test]
fn a_cell_borrowed_when_it_is_to_be_emptied_is_named() {
    // Hand-written, and wrong.
    struct Greedy {
        to: RefCell<Option<Gc<Greedy>>>,
    }
    impl Trace for Greedy {
        fn trace<'a>(&'a self, tracer: &mut adder_gc::Tracer<'a>) {
            self.to.trace(tracer);
        }
        fn clear_edges(&self, clearer: &mut adder_gc::Clearer<'_>) {
            // Borrowed in its own clearing: cannot be emptied.
            let _borrow = self.to.borrow();
            self.to.clear_edges(clearer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    let greedy = Gc::new(Greedy { to: RefCell::default() });
    *greedy.to.borrow_mut() = Some(greedy.clone());
    let weak = Gc::downgrade(&greedy);
    drop(greedy);
    let report = Heap::current().collect();
    assert_eq!((report.unreachable, report.freed, report.uncollectable.len()), (1, 0, 1));
    assert_eq!(report.uncollectable[0].why, Why::Borrowed);
    assert!(weak.upgrade().is_none(), "it was condemned");
    let left = Heap::current().objects();
    let left = left[0].downcast_ref::<Greedy>().unwrap();
    drop(left.to.take());
}

#[test]
fn locks_that_are_held_are_passed_over() {
    let node = Gc::new(Node::default());
    *node.mutex.lock().unwrap() = Some(node.clone());
    *node.lock.write().unwrap() = Some(node.clone());
    {
        let _held = node.mutex.lock().unwrap();
        assert_eq!(Heap::current().collect().unreachable, 0);
        let _read = node.lock.read().unwrap();
        assert_eq!(Heap::current().collect().unreachable, 0);
    }
    {
        let _held = node.lock.write().unwrap();
        assert_eq!(Heap::current().collect().unreachable, 0);
    }
    // Poisoned is not locked.
    let poisoned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _held = (node.mutex.lock().unwrap(), node.lock.write().unwrap());
        panic!("poison");
    }));
    assert!(poisoned.is_err() && node.mutex.is_poisoned() && node.lock.is_poisoned());
    let before = DROPS.get();
    drop(node);
    assert_eq!(Heap::current().collect().freed, 1);
    assert_eq!(DROPS.get() - before, 1);
}
