//! Rule 1: a container so large that a look at the young does not follow all of it makes nobody else's objects garbage.

use adder_gc::{Gc, Heap, Trace};
use std::cell::{Cell, RefCell};

thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });

#[derive(Trace)]
struct Leaf {
    other: RefCell<Option<Gc<Leaf>>>,
}

impl Drop for Leaf {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

#[derive(Trace)]
struct Holder {
    leaves: RefCell<Vec<Option<Gc<Leaf>>>>,
}

fn holder(leaves: usize) -> Gc<Holder> {
    let first = Gc::new(Leaf { other: RefCell::new(None) });
    let leaf = |_| Some(Gc::new(Leaf { other: RefCell::new(Some(first.clone())) }));
    Gc::new(Holder { leaves: RefCell::new((0..leaves).map(leaf).collect()) })
}

#[test]
fn a_container_that_is_cut_short_hides_no_other() {
    // A visit of it is cut short, and it adds nothing to what a look reaches.
    let large = Gc::new(Holder { leaves: RefCell::new((0..1_000_000).map(|_| None).collect()) });
    for round in 0..20 {
        let mut holders: Vec<Gc<Holder>> = [300, 600, 900].into_iter().map(holder).collect();
        holders.insert(0, large.clone());
        // All of them are suspects, and looked at together.
        drop(holders.clone());
        let before = DROPS.get();
        let mut garbage = 0;
        for _ in 0..5000 {
            let one = Gc::new(Leaf { other: RefCell::new(None) });
            *one.other.borrow_mut() = Some(one.clone());
            garbage += 1;
        }
        assert!(DROPS.get() - before <= garbage, "a live object died in round {round}");
        for holder in &holders {
            for leaf in holder.leaves.borrow().iter().flatten() {
                assert!(leaf.other.borrow().is_some(), "a live object was emptied in round {round}");
            }
        }
    }
    let freed = DROPS.get();
    Heap::current().collect();
    assert!(freed > 20 * 4000, "collections ran meanwhile");
}
