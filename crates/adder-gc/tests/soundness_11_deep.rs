//! Rule 11: tracing and dropping use no stack, however deep the structure: here on a stack of 256 KiB.

#![forbid(unsafe_code)]

use adder_gc::{AnyGc, Gc, Heap, Trace};
use std::cell::{Cell, RefCell};

/// Ten million nodes where that takes seconds at most.
const NODES: usize = if cfg!(adder_system_alloc) {
    100_000
} else if cfg!(debug_assertions) {
    1_000_000
} else {
    10_000_000
};

thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });

fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 10).spawn(f).unwrap().join().unwrap();
}

#[derive(Trace)]
struct Node {
    next: RefCell<Option<Gc<Node>>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn list() -> (Gc<Node>, Gc<Node>) {
    let last = Gc::new(Node { next: RefCell::default() });
    let mut head = last.clone();
    for _ in 1..NODES {
        head = Gc::new(Node { next: RefCell::new(Some(head)) });
    }
    (head, last)
}

#[test]
fn a_list_is_dropped() {
    on_a_small_stack(|| {
        let (head, last) = list();
        drop(last);
        drop(head);
        assert_eq!(DROPS.get(), NODES);
    });
}

#[test]
fn a_list_is_traced_and_a_ring_of_all_its_nodes_collected() {
    on_a_small_stack(|| {
        let (head, last) = list();
        let report = Heap::current().collect();
        assert_eq!(report.unreachable, 0);
        // Held through one root, so that all is found by following references.
        *last.next.borrow_mut() = Some(head.clone());
        drop(last);
        Heap::current().collect();
        assert_eq!(DROPS.get(), 0);
        drop(head);
        let report = Heap::current().collect();
        assert_eq!(report.freed, NODES);
        assert_eq!(DROPS.get(), NODES);
    });
}

#[test]
fn slices_in_slices_and_finalizers_all_the_way_down() {
    on_a_small_stack(|| {
        let nested = NODES / 10;
        let mut any: AnyGc = Gc::into_any(Gc::<str>::from("innermost"));
        for i in 0..nested {
            let slice: Gc<[AnyGc]> = Gc::from(vec![any, Gc::into_any(Gc::new(i))]);
            any = Gc::into_any(slice);
        }
        drop(any);
        assert_eq!(Heap::current().stats().objects, 0);

        struct Finalized(RefCell<Option<Gc<Finalized>>>);
        impl Trace for Finalized {
            fn trace<'a>(&'a self, tracer: &mut adder_gc::Tracer<'a>) {
                self.0.trace(tracer);
            }
            fn finalize(_: adder_gc::Borrowed<'_, Self>) {
                DROPS.set(DROPS.get() + 1);
            }
        }
        let mut head = None;
        for _ in 0..nested {
            let next = Gc::new(Finalized(RefCell::new(head)));
            let _ = Gc::downgrade(&next).upgrade().map(drop);
            head = Some(next);
        }
        drop(head);
        assert_eq!(DROPS.get(), nested);
        assert_eq!(Heap::current().stats().objects, 0);
    });
}

/// A tree whose nodes drop their children in code of their own.
#[test]
fn a_drop_that_drops_by_hand() {
    on_a_small_stack(|| {
        #[derive(Trace)]
        struct Hand(Cell<Option<Gc<Hand>>>);
        impl Drop for Hand {
            fn drop(&mut self) {
                let space = [0_u8; 500];
                drop(self.0.take());
                DROPS.set(DROPS.get() + 1 + usize::from(std::hint::black_box(space)[7]));
            }
        }
        let mut head = None;
        for _ in 0..NODES / 10 {
            head = Some(Gc::new(Hand(Cell::new(head))));
        }
        drop(head);
        assert_eq!(DROPS.get(), NODES / 10);
    });
}

/// A container with very many references, dropped and collected.
#[test]
fn a_wide_container() {
    on_a_small_stack(|| {
        #[derive(Trace)]
        struct Wide(RefCell<Vec<Gc<Wide>>>);
        let leaf = || Gc::new(Wide(RefCell::default()));
        let wide = leaf();
        wide.0.borrow_mut().extend((0..NODES / 2).map(|_| leaf()));
        wide.0.borrow_mut().push(wide.clone());
        Heap::current().collect();
        drop(wide);
        assert_eq!(Heap::current().collect().freed, NODES / 2 + 1);
        assert_eq!(Heap::current().stats().objects, 0);
    });
}

/// While objects wait in the queue, their flags are a link: whoever goes through the heap must leave them alone.
#[test]
fn going_through_the_heap_while_objects_are_queued() {
    on_a_small_stack(|| {
        #[derive(Trace)]
        struct Asking {
            next: RefCell<Vec<Gc<Asking>>>,
            asks: bool,
        }
        impl Drop for Asking {
            fn drop(&mut self) {
                DROPS.set(DROPS.get() + 1);
                if self.asks {
                    let heap = Heap::current();
                    heap.freeze();
                    heap.frozen_count();
                    heap.unfreeze();
                    for generation in 0..3 {
                        heap.collect_generation(generation);
                    }
                    heap.trim();
                    drop(heap.objects());
                    heap.counts();
                    heap.step(std::time::Duration::ZERO);
                    heap.stats();
                }
            }
        }
        let kept = Gc::new(Asking { next: RefCell::default(), asks: false });
        let mut head: Option<Gc<Asking>> = None;
        for i in 0..5000 {
            let next = RefCell::new(head.into_iter().collect::<Vec<_>>());
            // Siblings, so that several wait at a time.
            next.borrow_mut().extend((0..3).map(|_| Gc::new(Asking { next: RefCell::default(), asks: false })));
            head = Some(Gc::new(Asking { next, asks: i % 100 == 0 }));
        }
        drop(head);
        assert_eq!(DROPS.get(), 20_000);
        drop(kept);
    });
}
