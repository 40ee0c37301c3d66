//! Rule 12: handles outlive their heap, their thread's heap and thread-locals safely.

#![forbid(unsafe_code)]

use adder_gc::{Gc, Heap, Trace, Weak};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Trace)]
struct Node {
    value: u64,
    next: RefCell<Option<Gc<Node>>>,
    #[trace(skip)]
    drops: Arc<AtomicUsize>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::Relaxed);
    }
}

fn node(drops: &Arc<AtomicUsize>) -> Node {
    Node { value: 7, next: RefCell::default(), drops: Arc::clone(drops) }
}

fn on_a_thread(f: impl FnOnce(&Arc<AtomicUsize>) + Send + 'static) -> usize {
    let drops = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&drops);
    std::thread::spawn(move || f(&theirs)).join().unwrap();
    drops.load(Ordering::Relaxed)
}

#[test]
fn a_handle_outlives_its_heap() {
    let drops = Arc::new(AtomicUsize::new(0));
    let heap = Heap::new();
    let a = heap.alloc(node(&drops));
    *a.next.borrow_mut() = Some(heap.alloc(node(&drops)));
    let weak = Gc::downgrade(&a);
    let charge = heap.try_charge(100).unwrap();
    let cyclic = heap.alloc(node(&drops));
    *cyclic.next.borrow_mut() = Some(cyclic.clone());
    drop(cyclic);
    drop(heap);
    assert_eq!(drops.load(Ordering::Relaxed), 1, "dropping the heap collects it");
    assert_eq!((a.value, weak.upgrade().unwrap().value), (7, 7));
    let b = a.clone();
    drop(a);
    assert!(weak.is_alive());
    drop(b);
    assert_eq!(drops.load(Ordering::Relaxed), 3);
    assert!(weak.upgrade().is_none());
    drop(weak.clone());
    drop(charge);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_weak_reference_with_a_callback_outlives_its_heap() {
    let heap = Heap::new();
    let a = heap.alloc(5_u32);
    let called = std::rc::Rc::new(Cell::new(0));
    let count = called.clone();
    let weak = Gc::downgrade_with(&a, move |_| count.set(count.get() + 1));
    drop(heap);
    drop(a);
    assert_eq!(called.get(), 1);
    drop(weak);
}

#[test]
fn a_thread_ends_with_garbage() {
    let dropped = on_a_thread(|drops| {
        for _ in 0..100 {
            let a = Gc::new(node(drops));
            *a.next.borrow_mut() = Some(a.clone());
        }
    });
    assert_eq!(dropped, 100);
}

thread_local! {
    static EARLY: RefCell<Vec<Gc<Node>>> = const { RefCell::new(Vec::new()) };
    static LATE: RefCell<Vec<Gc<Node>>> = const { RefCell::new(Vec::new()) };
    static WEAK: RefCell<Vec<Weak<Node>>> = const { RefCell::new(Vec::new()) };
    static HEAP: RefCell<Option<Heap>> = const { RefCell::new(None) };
    static MAKER: RefCell<Option<Maker>> = const { RefCell::new(None) };
}

/// Thread-locals are destroyed in the order of their first use, or in the other: both are tried.
#[test]
fn handles_in_thread_locals() {
    for early in [true, false] {
        let dropped = on_a_thread(move |drops| {
            if early {
                // Before the thread has a heap.
                EARLY.with_borrow(|e| assert!(e.is_empty()));
            }
            let a = Gc::new(node(drops));
            let ring = Gc::new(node(drops));
            *ring.next.borrow_mut() = Some(a.clone());
            EARLY.with_borrow_mut(|e| e.push(a.clone()));
            LATE.with_borrow_mut(|l| l.extend([a.clone(), ring]));
            WEAK.with_borrow_mut(|w| w.extend([Gc::downgrade(&a), Gc::downgrade_with(&a, |_| {})]));
            HEAP.set(Some(Heap::current()));
        });
        assert_eq!(dropped, 2);
    }
}

struct Maker(Arc<AtomicUsize>);

impl Drop for Maker {
    fn drop(&mut self) {
        // The thread's heap may be gone already.
        let a = Gc::new(node(&self.0));
        *a.next.borrow_mut() = Some(Gc::new(node(&self.0)));
        drop(a);
        let heap = Heap::current();
        let b = heap.alloc(node(&self.0));
        *b.next.borrow_mut() = Some(b.clone());
        drop(b);
        heap.collect();
    }
}

#[test]
fn objects_made_in_the_destructor_of_a_thread_local() {
    for early in [true, false] {
        let dropped = on_a_thread(move |drops| {
            if early {
                MAKER.set(Some(Maker(drops.clone())));
            }
            drop(Gc::new(node(drops)));
            MAKER.set(Some(Maker(drops.clone())));
        });
        assert!(dropped == 4 || dropped == 7, "{dropped}");
    }
}

#[test]
fn a_heap_held_by_its_own_collection_callback_and_by_a_finalizer() {
    let drops = Arc::new(AtomicUsize::new(0));
    struct AllocatesInDrop(Arc<AtomicUsize>);
    impl Drop for AllocatesInDrop {
        fn drop(&mut self) {
            drop(Gc::new(node(&self.0)));
        }
    }
    let counted = on_a_thread(|drops| {
        // What a callback captured is dropped with the thread's heap, and makes an object.
        let captured = AllocatesInDrop(drops.clone());
        Heap::current().add_collection_callback(move |_, _| {
            let _ = &captured;
        });
        // And one that keeps an object of the heap.
        let kept = Gc::new(node(drops));
        Heap::current().add_collection_callback(move |_, _| assert_eq!(kept.value, 7));
    });
    assert_eq!(counted, 2);
    let heap = Heap::new();
    let handle = heap.clone();
    let object = heap.enter(|| Gc::new(node(&drops)));
    drop(heap);
    assert_eq!(handle.stats().objects, 1);
    drop(object);
    assert_eq!(handle.stats().objects, 0);
}

#[test]
fn entering_heaps_in_turn() {
    let drops = Arc::new(AtomicUsize::new(0));
    let (one, two) = (Heap::new(), Heap::new());
    let objects = one.enter(|| {
        let a = Gc::new(node(&drops));
        let b = two.enter(|| Gc::new(node(&drops)));
        let c = Gc::new(node(&drops));
        let caught = std::panic::catch_unwind(|| two.enter(|| panic!("out of it")));
        assert!(caught.is_err());
        (a, b, c, Gc::new(node(&drops)))
    });
    assert_eq!((one.stats().objects, two.stats().objects), (3, 1));
    drop((one, two));
    drop(objects);
    assert_eq!(drops.load(Ordering::Relaxed), 4);
}
