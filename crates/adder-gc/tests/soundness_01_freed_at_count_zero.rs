//! Rule 1: an object is freed at count 0 and only there. A `Drop` may read every field and every neighbour.

use adder_gc::{Gc, Heap, Trace};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Trace)]
struct Ring {
    name: String,
    next: RefCell<Option<Gc<Ring>>>,
    bare: RefCell<Vec<Gc<Ring>>>,
    #[trace(skip)]
    seen: Rc<RefCell<Vec<String>>>,
}

impl Drop for Ring {
    fn drop(&mut self) {
        let mut line = format!("{}:", self.name);
        if let Some(next) = &*self.next.borrow() {
            line += &format!(" {}", Gc::try_get(next).map_or("cleared", |n| &n.name));
        }
        for gc in self.bare.borrow().iter() {
            line += &format!(" {}", Gc::try_get(gc).map_or("cleared", |n| &n.name));
        }
        self.seen.borrow_mut().push(line);
    }
}

fn ring(name: &str, seen: &Rc<RefCell<Vec<String>>>) -> Gc<Ring> {
    Gc::new(Ring { name: name.into(), next: RefCell::default(), bare: RefCell::default(), seen: Rc::clone(seen) })
}

#[test]
fn drop_reads_every_field_of_a_cycle_of_three() {
    let seen = Rc::default();
    let (a, b, c) = (ring("a", &seen), ring("b", &seen), ring("c", &seen));
    for (from, to) in [(&a, &b), (&b, &c), (&c, &a)] {
        *from.next.borrow_mut() = Some(to.clone());
        from.bare.borrow_mut().extend([a.clone(), b.clone(), c.clone()]);
    }
    drop((a, b, c));
    assert!(seen.borrow().is_empty());
    let report = adder_gc::collect();
    assert_eq!((report.unreachable, report.freed), (3, 3));
    let names: Vec<_> = seen.borrow().iter().map(|l| l[..1].to_owned()).collect();
    assert_eq!(
        {
            let mut n = names.clone();
            n.sort();
            n
        },
        ["a", "b", "c"]
    );
}

#[test]
fn a_cycle_of_plain_fields_with_one_cell_is_freed_in_one_go() {
    #[derive(Trace)]
    struct Child {
        _parent: Gc<Parent>,
        #[trace(skip)]
        drops: Rc<Cell<u32>>,
    }
    #[derive(Trace)]
    struct Parent {
        child: RefCell<Option<Gc<Child>>>,
    }
    impl Drop for Child {
        fn drop(&mut self) {
            self.drops.set(self.drops.get() + 1);
        }
    }
    let drops = Rc::new(Cell::new(0));
    let parent = Gc::new(Parent { child: RefCell::default() });
    *parent.child.borrow_mut() = Some(Gc::new(Child { _parent: parent.clone(), drops: drops.clone() }));
    drop(parent);
    assert_eq!(adder_gc::collect().freed, 2);
    assert_eq!(drops.get(), 1);
}

/// A bare `Gc` in a cell gets a tombstone, which answers in the documented ways.
#[test]
fn cleared_references_are_met_by_drops_only() {
    #[derive(Trace)]
    struct Bare {
        to: Cell<Gc<Other>>,
        #[trace(skip)]
        met: Rc<RefCell<Vec<String>>>,
    }
    #[derive(Trace)]
    struct Other {
        back: RefCell<Option<Gc<Bare>>>,
    }
    impl Drop for Bare {
        fn drop(&mut self) {
            let to = self.to.get_mut();
            let mut met = self.met.borrow_mut();
            met.push(format!("{} {}", Gc::is_cleared(to), Gc::try_get(to).is_none()));
            met.push(format!("{} {}", Gc::ref_count(to), Gc::is_cleared(&to.clone())));
            let text =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| to.back.borrow().is_some())).unwrap_err();
            met.push(text.downcast_ref::<String>().unwrap().clone());
            assert!(Gc::downgrade(to).upgrade().is_none());
            assert!(Gc::get_mut(to).is_none());
            assert!(Gc::as_any(to).is_cleared());
            assert_eq!(Gc::as_any(to).type_name(), "<cleared>");
            assert!(Heap::current().referents(Gc::as_any(to)).is_empty());
            let other = to.clone();
            assert!(Gc::ptr_eq(to, &other));
            assert!(Gc::try_unwrap(other).is_err());
        }
    }
    let met = Rc::<RefCell<Vec<String>>>::default();
    // `bare` lies in front of `other`: its turn comes first, and it is cleared before it dies.
    let bare = Gc::new(Bare { to: Cell::new(Gc::new(Other { back: RefCell::default() })), met: met.clone() });
    let other = Gc::new(Other { back: RefCell::new(Some(bare.clone())) });
    bare.to.set(other.clone());
    drop(other);
    drop(bare);
    assert_eq!(adder_gc::collect().freed, 2);
    let met = met.borrow();
    assert_eq!(met[..2], ["true true", "0 true"]);
    assert!(met[2].contains("Other") && met[2].contains("was cleared"), "{}", met[2]);
}

#[derive(Trace, Default)]
struct Linked {
    links: RefCell<Vec<Gc<Linked>>>,
}

/// What another heap counted beside its pages is of no concern: its objects are outside, and refer to objects from outside.
#[test]
fn objects_of_another_heap_are_outside() {
    let tie = |from: &Gc<Linked>, to: &Gc<Linked>| from.links.borrow_mut().push(to.clone());
    for whole in [false, true] {
        let (here, there) = (Heap::new(), Heap::new());
        let make = |heap: &Heap| {
            let made = heap.alloc(Linked::default());
            tie(&made, &made);
            made
        };
        let (root, between, last) = (make(&here), make(&there), make(&here));
        // Working counts beside the pages of both.
        there.collect_generation(0);
        here.collect_generation(0);
        tie(&root, &between);
        tie(&between, &last);
        drop((between, last));
        for heap in [&here, &there] {
            let report = if whole { heap.collect() } else { heap.collect_generation(0) };
            assert_eq!(report.unreachable, 0);
            heap.collect_generation(1);
            while !heap.step(std::time::Duration::ZERO).done {}
        }
        let between = root.links.borrow()[1].clone();
        assert_eq!(between.links.borrow().len(), 2, "nobody has emptied it");
        assert_eq!(between.links.borrow()[1].links.borrow().len(), 1);
        drop(between);
        // From the heap where the root was, one after the other.
        drop(root);
        let freed = [&here, &there, &here].map(|heap| heap.collect().freed);
        assert_eq!(freed, [1, 1, 1]);
    }
}
