//! The list of DESIGN.md, "What a faithful implementation must get right", as far as it is this crate's and not shown
//! elsewhere: 1 to 6, 8 to 10, 15, 17 in `orders_against_cpython.rs` and the files of rules 5 to 7 and 18; 14 in that of rule
//! 11; 20 in that of rule 4; 16 and 21 in `orders_against_cpython.rs`. Here: 7, 12, 13, 18, 19.

#![forbid(unsafe_code)]

use adder_gc::{Clearer, Gc, Heap, Trace, Tracer, Weak};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static DROPS: Cell<usize> = const { Cell::new(0) };
    static KEPT: RefCell<Vec<Gc<Node>>> = const { RefCell::new(Vec::new()) };
    static CALLED: Cell<usize> = const { Cell::new(0) };
}

/// What an object does in its drop, in the middle of the clearing of its neighbours.
#[derive(Clone, Copy)]
enum InDrop {
    Nothing,
    /// Keeps what its slot still holds.
    KeepNeighbour,
    /// Cuts every slot of its neighbour.
    CutNeighbour,
    /// Makes a ring and a weak reference to its neighbour.
    Make,
    /// Asks the heap everything.
    Ask,
}

#[derive(Trace)]
struct Node {
    slot: RefCell<Option<Gc<Node>>>,
    bare: Cell<Option<Gc<Node>>>,
    hidden: RefCell<Option<Rc<Gc<Node>>>>,
    weak: RefCell<Vec<Weak<Node>>>,
    #[trace(skip)]
    in_drop: InDrop,
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
        let neighbour = self.slot.get_mut().clone().or_else(|| self.bare.get_mut().clone());
        let neighbour = neighbour.filter(|n| !Gc::is_cleared(n));
        match (self.in_drop, neighbour) {
            (InDrop::KeepNeighbour, Some(n)) => KEPT.with_borrow_mut(|k| k.push(n)),
            (InDrop::CutNeighbour, Some(n)) => {
                drop(n.slot.take());
                drop(n.bare.take());
            }
            (InDrop::Make, n) => {
                let made = node(InDrop::Nothing);
                *made.slot.borrow_mut() = Some(made.clone());
                if let Some(n) = n {
                    made.weak.borrow_mut().push(Gc::downgrade(&n));
                    made.weak.borrow_mut().push(Gc::downgrade_with(&n, |_| CALLED.set(CALLED.get() + 1)));
                }
            }
            (InDrop::Ask, _) => {
                let heap = Heap::current();
                drop(heap.collect());
                for any in heap.objects() {
                    drop(heap.referrers(&any));
                    drop(heap.referents(&any));
                }
            }
            _ => {}
        }
    }
}

fn node(in_drop: InDrop) -> Gc<Node> {
    Gc::new(Node {
        slot: RefCell::default(),
        bare: Cell::default(),
        hidden: RefCell::default(),
        weak: RefCell::default(),
        in_drop,
    })
}

/// 7: references without callback are shared per object; dead ones are equal to their own kind only.
#[test]
fn item_7_shared_weak_references() {
    let a = node(InDrop::Nothing);
    let (p, q) = (Gc::downgrade(&a), Gc::downgrade(&a));
    let w = Gc::downgrade_with(&a, |_| {});
    assert!(p.ptr_eq(&q) && p.ptr_eq(&w) && p.ptr_eq(&p.clone()));
    assert_eq!(Gc::weak_count(&a), 3);
    assert_eq!((p.ref_count(), p.is_alive()), (1, true));
    let b = node(InDrop::Nothing);
    let r = Gc::downgrade(&b);
    assert!(!p.ptr_eq(&r));
    drop((a, b));
    assert!(p.ptr_eq(&q) && p.ptr_eq(&p.clone()) && !p.ptr_eq(&r) && !p.ptr_eq(&w));
    assert_eq!(p.ref_count(), 0);
    assert!(!Weak::<u8>::new().is_alive());
    // A new object in the place of the old one: the old references stay dead.
    let c = node(InDrop::Nothing);
    assert!(p.upgrade().is_none() && r.upgrade().is_none());
    assert!(Gc::downgrade(&c).upgrade().is_some());
}

/// 12: code that runs in the middle of clearing: whatever it does, every object is dropped once and nothing dangles.
#[test]
fn item_12_code_in_the_middle_of_clearing() {
    use InDrop::*;
    for first in [Nothing, KeepNeighbour, CutNeighbour, Make, Ask] {
        for second in [Nothing, KeepNeighbour, CutNeighbour, Make, Ask] {
            for generation in [0, 2] {
                let before = DROPS.get();
                let nodes = [node(first), node(second), node(first), node(second)];
                for at in 0..4 {
                    *nodes[at].slot.borrow_mut() = Some(nodes[(at + 1) % 4].clone());
                    nodes[at].bare.set(Some(nodes[(at + 2) % 4].clone()));
                }
                // Dies by count in the course of the clearing, and holds on to a neighbour by what the collector cannot see.
                let leaf = node(second);
                *leaf.slot.borrow_mut() = Some(node(first));
                *nodes[0].hidden.borrow_mut() = Some(Rc::new(leaf));
                drop(nodes);
                let report = Heap::current().collect_generation(generation);
                assert!(!report.abandoned, "{report:?}");
                for kept in KEPT.take() {
                    assert!(kept.slot.try_borrow().is_ok());
                }
                Heap::current().collect();
                KEPT.take();
                Heap::current().collect();
                assert!(DROPS.get() - before >= 6);
                assert_eq!(Heap::current().stats().objects, 0);
            }
        }
    }
}

/// 13: a container hides edges: what hangs on them is not garbage of the collection, its weak references end when it dies.
#[test]
fn item_13_weak_references_behind_hidden_edges() {
    let (outer, inner) = (node(InDrop::Nothing), node(InDrop::Nothing));
    *outer.slot.borrow_mut() = Some(outer.clone());
    *outer.hidden.borrow_mut() = Some(Rc::new(inner.clone()));
    // The hidden one points back: the collector sees that edge.
    let seen = Rc::new(Cell::new(false));
    let (p, told) = (Gc::downgrade(&inner), seen.clone());
    let w = Gc::downgrade_with(&inner, move |w| {
        assert!(w.upgrade().is_none());
        told.set(true);
    });
    let before = DROPS.get();
    drop((outer, inner));
    assert_eq!(Heap::current().collect().freed, 1);
    assert_eq!(DROPS.get() - before, 2);
    assert!(seen.get() && p.upgrade().is_none() && w.upgrade().is_none());
}

/// 18: collections as often as can be, while weak references are made and dropped.
#[test]
fn item_18_collections_while_weak_references_are_made() {
    let heap = Heap::new();
    heap.set_thresholds([1, 1, 1]);
    heap.enter(|| {
        let kept = node(InDrop::Nothing);
        for _ in 0..300 {
            let a = node(InDrop::Nothing);
            *a.slot.borrow_mut() = Some(a.clone());
            a.weak.borrow_mut().push(Gc::downgrade_with(&a, |_| unreachable!("its own weak reference is garbage too")));
            let weak = Gc::downgrade_with(&a, move |_| {
                drop(node(InDrop::Nothing));
                CALLED.set(CALLED.get() + 1);
            });
            kept.weak.borrow_mut().push(weak);
            kept.weak.borrow_mut().push(
                Gc::new_cyclic(|w| {
                    drop(node(InDrop::Nothing));
                    Node {
                        slot: RefCell::default(),
                        bare: Cell::default(),
                        hidden: RefCell::default(),
                        weak: RefCell::new(vec![w.clone()]),
                        in_drop: InDrop::Nothing,
                    }
                })
                .weak
                .borrow()[0]
                    .clone(),
            );
        }
        heap.collect();
        assert_eq!(CALLED.take(), 300);
        assert!(kept.weak.borrow().iter().all(|w| !w.is_alive()));
    });
}

/// 19: frozen objects are not collected, still lead the way to others, and thaw into the oldest generation.
#[test]
fn item_19_freezing() {
    let heap = Heap::new();
    heap.enter(|| {
        let (a, b) = (node(InDrop::Nothing), node(InDrop::Nothing));
        *a.slot.borrow_mut() = Some(b.clone());
        heap.freeze();
        assert_eq!(heap.frozen_count(), 2);
        assert!(heap.objects_in(0).is_empty() && heap.objects_in(2).is_empty());
        // A young one that only a frozen one refers to stays.
        let young = node(InDrop::Nothing);
        let weak = Gc::downgrade(&young);
        *b.slot.borrow_mut() = Some(young);
        for generation in [0, 1, 2] {
            assert_eq!(heap.collect_generation(generation).unreachable, 0);
        }
        assert!(weak.is_alive());
        // Counting goes on.
        drop(b.slot.take());
        assert!(!weak.is_alive());
        let before = DROPS.get();
        *b.slot.borrow_mut() = Some(a.clone());
        drop((a, b));
        assert_eq!(heap.collect().unreachable, 0);
        heap.unfreeze();
        assert_eq!(heap.frozen_count(), 0);
        assert_eq!(heap.objects_in(2).len(), 2);
        heap.collect();
        assert_eq!(DROPS.get() - before, 2);
        // One that dies frozen.
        let c = node(InDrop::Nothing);
        heap.freeze();
        drop(c);
        assert_eq!(heap.frozen_count(), 0);
        let again = node(InDrop::Nothing);
        *again.slot.borrow_mut() = Some(again.clone());
        drop(again);
        assert_eq!(heap.collect().freed, 1);
    });
}

/// A hand-written container that tells of its edges only when asked to clear them: cleared too early, perhaps; freed never.
#[test]
fn a_liar_is_cleared_and_not_freed() {
    struct Liar {
        to: Gc<Node>,
        also: RefCell<Option<Gc<Node>>>,
    }
    impl Trace for Liar {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            for _ in 0..5 {
                self.to.trace(tracer);
            }
        }
        fn clear_edges(&self, clearer: &mut Clearer<'_>) {
            self.also.clear_edges(clearer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    let target = node(InDrop::Nothing);
    let inner = node(InDrop::Nothing);
    *target.slot.borrow_mut() = Some(inner.clone());
    let liar = Gc::new(Liar { to: target.clone(), also: RefCell::new(Some(inner)) });
    let ring = node(InDrop::Nothing);
    *ring.slot.borrow_mut() = Some(ring.clone());
    drop(ring);
    let before = DROPS.get();
    let outside = target.clone();
    drop(target);
    Heap::current().collect();
    assert!(DROPS.get() - before <= 3);
    // Whatever was believed of it, it is there.
    assert_eq!(Gc::ref_count(&outside), 2);
    assert!(Gc::ptr_eq(&liar.to, &outside));
}
