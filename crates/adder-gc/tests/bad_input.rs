//! Bad input: each ends in the documented way.

#![forbid(unsafe_code)]

use adder_gc::{Borrowed, Gc, Heap, OutOfMemory, Trace, Tracer};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap()
}

#[derive(Trace)]
struct Node {
    next: RefCell<Option<Gc<Node>>>,
    pad: [u8; 1000],
}

fn node(heap: &Heap) -> Result<Gc<Node>, OutOfMemory> {
    heap.try_alloc(Node { next: RefCell::default(), pad: [1; 1000] })
}

#[test]
fn a_limit_of_zero() {
    let heap = Heap::with_limit(0);
    let error = node(&heap).err().unwrap();
    assert_eq!((error.limit, error.used), (0, heap.used_bytes()));
    assert!(error.requested >= 1000);
    let text = error.to_string();
    assert!(text.contains("bytes requested") && text.contains("set_limit"), "{text}");
    assert!(message(|| drop(heap.alloc(5_u8))).contains("bytes requested"));
    assert!(heap.try_charge(1).is_err());
    assert!(heap.try_charge(0).is_ok());
    assert!(heap.collect().freed == 0);
    assert!(Gc::<str>::try_from_str_in("text", &heap).is_err());
    assert!(Gc::<[u8]>::try_from_vec_in(vec![1], &heap).is_err());
    assert!(message(|| drop(Gc::new_cyclic_in(&heap, |_| 5_u8))).contains("bytes requested"));
    heap.set_limit(None);
    assert_eq!(heap.limit(), None);
    assert!(node(&heap).is_ok());
}

#[test]
fn an_object_larger_than_the_limit() {
    let heap = Heap::with_limit(3_000_000);
    let small = node(&heap).unwrap();
    let error = Gc::<[u8]>::try_from_vec_in(vec![0; 5_000_000], &heap).err().unwrap();
    assert!(error.requested >= 5_000_000 && error.limit == 3_000_000 && error.used < error.limit);
    // The heap goes on.
    assert_eq!(small.pad[7], 1);
    assert!(node(&heap).is_ok());
    assert!(heap.try_charge(usize::MAX).is_err());
    assert!(heap.try_charge(usize::MAX / 2 + 1).is_err());
    let mut charge = heap.try_charge(1000).unwrap();
    assert!(charge.resize(usize::MAX).is_err());
    assert_eq!(charge.bytes(), 1000);
    charge.resize(10).unwrap();
}

#[test]
fn a_limit_below_what_is_in_use() {
    let heap = Heap::new();
    let objects: Vec<_> = (0..1000).map(|_| node(&heap).unwrap()).collect();
    heap.set_limit(Some(1));
    assert!(heap.try_charge(1).is_err());
    let more: Vec<_> = (0..200).map(|_| node(&heap)).collect();
    let refused = more.iter().filter(|r| r.is_err()).count();
    assert!(refused > 100, "room on pages that are held already may be used up, no more");
    drop(objects);
    heap.set_limit(Some(5_000_000));
    assert!(node(&heap).is_ok());
}

/// Before a request is refused, garbage is collected and unused pages are given back.
#[test]
fn garbage_makes_room_before_a_request_is_refused() {
    let heap = Heap::with_limit(4_000_000);
    heap.disable();
    for _ in 0..20_000 {
        let a = node(&heap).expect("20 MB of garbage fit into 4");
        *a.next.borrow_mut() = Some(a.clone());
        assert!(heap.used_bytes() <= 4_000_000);
    }
    for _ in 0..100 {
        let a = node(&heap).unwrap();
        *a.next.borrow_mut() = Some(a.clone());
        let charge = heap.try_charge(3_000_000).expect("collected first");
        drop(charge);
    }
    // While paused, nothing is collected, not even then.
    let pause = heap.pause();
    let mut refused = false;
    for _ in 0..6000 {
        match node(&heap) {
            Ok(a) => *a.next.borrow_mut() = Some(a.clone()),
            Err(_) => refused = true,
        }
    }
    assert!(refused);
    drop(pause);
    assert!(node(&heap).is_ok());
    // An error gives the value back to nobody: it is dropped once.
    thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });
    struct Counted;
    impl Trace for Counted {
        fn trace(&self, _: &mut Tracer<'_>) {}
        fn finalizes() -> bool {
            false
        }
    }
    impl Drop for Counted {
        fn drop(&mut self) {
            DROPS.set(DROPS.get() + 1);
        }
    }
    let tiny = Heap::with_limit(0);
    assert!(tiny.try_alloc(Counted).is_err());
    assert!(Gc::try_from_vec_in(vec![Counted, Counted], &tiny).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(tiny.alloc(Counted)))).is_err());
    assert_eq!(DROPS.get(), 4);
}

#[test]
fn a_collect_inside_everything() {
    struct Everywhere(RefCell<Option<Gc<Everywhere>>>);
    impl Trace for Everywhere {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            assert!(Heap::current().collect().skipped || Heap::current().stats().objects > 0);
            self.0.trace(tracer);
        }
        fn finalize(_: Borrowed<'_, Self>) {
            Heap::current().collect();
        }
    }
    impl Drop for Everywhere {
        fn drop(&mut self) {
            Heap::current().collect();
            drop(self.0.take());
            Heap::current().collect_generation(0);
        }
    }
    let mut last = None;
    for _ in 0..10 {
        last = Some(Gc::new(Everywhere(RefCell::new(last))));
    }
    let top = last.unwrap();
    let weak = Gc::downgrade_with(&top, |_| assert!(!Heap::current().collect().abandoned));
    drop(top);
    drop(weak);
    let heap = Heap::current();
    let number = heap.add_collection_callback(|_, _| assert!(Heap::current().collect().skipped));
    drop(Gc::new(Everywhere(RefCell::default())));
    heap.collect();
    heap.remove_collection_callback(number);
    assert!(!heap.remove_collection_callback(number));
    assert_eq!(heap.stats().objects, 0);
}

#[test]
fn wrong_arguments() {
    let heap = Heap::new();
    assert!(message(|| drop(heap.collect_generation(3))).contains("no generation 3"));
    // Enormous thresholds cost nothing.
    heap.set_thresholds([u32::MAX, u32::MAX, u32::MAX]);
    assert!(heap.used_bytes() < 1_000_000);
    for _ in 0..30_000 {
        let a = node(&heap).unwrap();
        *a.next.borrow_mut() = Some(a.clone());
    }
    assert_eq!(heap.stats().generations[0].collections, 0);
    heap.set_thresholds([0, 0, 0]);
    for _ in 0..100 {
        drop(node(&heap).unwrap());
    }
    assert_eq!(heap.collect().freed, 30_000);
    heap.set_thresholds([1, 1, 1]);
    for _ in 0..100 {
        let a = node(&heap).unwrap();
        *a.next.borrow_mut() = Some(a.clone());
    }
    heap.set_thresholds([2000, 0, 0]);
    heap.collect();
    assert_eq!(heap.stats().objects, 0);
}

#[test]
fn sizes_at_the_edges() {
    let heap = Heap::new();
    #[derive(Trace)]
    struct Nothing;
    let nothing = heap.alloc(Nothing);
    let same = heap.alloc(Nothing);
    assert!(!Gc::ptr_eq(&nothing, &same), "objects of no size are objects too");
    let empty: Gc<[Nothing]> = Gc::try_from_vec_in(vec![], &heap).unwrap();
    let many: Gc<[Nothing]> = Gc::try_from_vec_in((0..1000).map(|_| Nothing).collect(), &heap).unwrap();
    assert_eq!((empty.len(), many.len()), (0, 1000));
    assert_eq!(&*Gc::<str>::try_from_str_in("", &heap).unwrap(), "");
    for size in [1, 7, 8, 1008, 1009, 16_000, 16_384, 16_385, 65_504, 65_505, 65_536, 2_000_000, 4_200_000] {
        let bytes: Gc<[u8]> = Gc::try_from_vec_in(vec![size as u8; size], &heap).unwrap();
        assert!(bytes.len() == size && bytes.iter().all(|&b| b == size as u8));
    }
    #[repr(align(4096))]
    struct Aligned([u8; 4096]);
    impl Trace for Aligned {
        fn trace(&self, _: &mut Tracer<'_>) {}
    }
    #[repr(align(32))]
    struct Less([u8; 32]);
    impl Trace for Less {
        fn trace(&self, _: &mut Tracer<'_>) {}
    }
    let all: Vec<_> = (0..20).map(|_| (heap.alloc(Aligned([3; 4096])), heap.alloc(Less([4; 32])))).collect();
    for (a, l) in &all {
        assert_eq!((Gc::as_ptr(a).addr() % 4096, Gc::as_ptr(l).addr() % 32), (0, 0));
        assert!(a.0[4095] == 3 && l.0[31] == 4);
    }
    let slice: Gc<[u128]> = Gc::try_from_vec_in(vec![5; 9], &heap).unwrap();
    assert!(Gc::as_ptr(&slice).cast::<u8>().addr() % 16 == 0 && slice[8] == 5);
    drop((nothing, same, empty, many, all, slice));
    assert_eq!(heap.stats().objects, 0);
}

#[test]
fn references_without_end() {
    // Counts saturate instead of overflowing: here only that an immortal object stays.
    let heap = Heap::new();
    let gc = heap.alloc(5_u8);
    assert!(!Gc::is_immortal(&gc));
    let before = Gc::ref_count(&gc);
    let more: Vec<_> = (0..100_000).map(|_| gc.clone()).collect();
    assert_eq!(Gc::ref_count(&gc), before + 100_000);
    drop(more);
    assert_eq!(Gc::ref_count(&gc), before);
}
