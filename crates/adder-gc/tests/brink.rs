//! At the brink of a limit: no whole collection for every request, and none is refused that a collection could have granted.

#![forbid(unsafe_code)]

use adder_gc::{CollectMode, Gc, Heap, Phase, Trace};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Trace, Default)]
struct Node {
    links: RefCell<Vec<Gc<Node>>>,
    next: RefCell<Option<Gc<Node>>>,
}

const LIMIT: usize = 2 << 20;

/// Counts whole collections.
fn watch(heap: &Heap) -> Rc<Cell<usize>> {
    let whole = Rc::new(Cell::new(0));
    let count = Rc::clone(&whole);
    heap.add_collection_callback(move |phase, report| {
        if phase == Phase::Stop && report.generation == 2 {
            count.set(count.get() + 1);
        }
    });
    whole
}

/// A structure that takes all there is: whoever reaches one node reaches all.
fn fill(heap: &Heap) -> Gc<Node> {
    let root = heap.alloc(Node::default());
    while let Ok(node) = heap.try_alloc(Node::default()) {
        *node.next.borrow_mut() = root.next.take();
        node.links.borrow_mut().push(root.clone());
        *root.next.borrow_mut() = Some(node);
    }
    root
}

#[test]
fn requests_without_room_do_not_collect_whole_each() {
    let heap = Heap::with_limit(LIMIT);
    let whole = watch(&heap);
    let root = fill(&heap);
    assert!(heap.try_charge(1 << 20).is_err());
    let before = whole.get();
    for _ in 0..1000 {
        // What a running program does all the time: the root of everything is touched.
        let other = root.clone();
        assert!(heap.try_charge(1 << 20).is_err());
        drop(other);
    }
    let more = whole.get() - before;
    assert!(more <= 8, "{more} whole collections for 1000 requests");
    assert!(more > 0, "now and then one is made in spite of all");
}

#[test]
fn what_is_let_go_of_makes_room_at_once() {
    for round in [0, 1, 7, 8, 9, 20] {
        let heap = Heap::with_limit(LIMIT);
        let root = fill(&heap);
        for _ in 0..round {
            let other = root.clone();
            assert!(heap.try_charge(1 << 20).is_err());
            drop(other);
        }
        // The root is an ordinary object by now, or calm: the loss is seen in either case.
        let other = root.clone();
        drop(root);
        assert!(heap.try_charge(1 << 20).is_err(), "one reference is left");
        drop(other);
        assert!(heap.try_charge(1 << 20).is_ok(), "round {round}: {:?}", heap.stats());
    }
}

#[test]
fn a_reference_that_moved_in_is_found_after_some_requests() {
    let heap = Heap::with_limit(LIMIT);
    let root = fill(&heap);
    assert!(heap.try_charge(1 << 20).is_err());
    // As many references as before, and none from outside.
    root.links.borrow_mut().push(root.clone());
    drop(root);
    let refused = (0..100).take_while(|_| heap.try_charge(1 << 20).is_err()).count();
    assert!(refused <= 8, "{refused}");
}

#[test]
fn young_garbage_is_found_without_a_whole_collection() {
    let heap = Heap::with_limit(LIMIT);
    let root = fill(&heap);
    // Some room, too little for what follows if nothing of it were freed.
    let mut last = root.next.take();
    for _ in 0..4000 {
        let next = last.as_ref().and_then(|node| node.next.take());
        last.as_ref().expect("there are more").links.borrow_mut().clear();
        last = next;
    }
    *root.next.borrow_mut() = last;
    let whole = watch(&heap);
    // None but those that make room.
    heap.disable();
    assert!(heap.try_charge(LIMIT).is_err());
    let before = whole.get();
    for _ in 0..200 {
        for _ in 0..1000 {
            let node = heap.try_alloc(Node::default()).expect("the garbage makes room");
            *node.next.borrow_mut() = Some(node.clone());
            node.links.borrow_mut().push(root.clone());
        }
    }
    let more = whole.get() - before;
    assert!(more <= 2, "{more} whole collections");
}

#[test]
fn what_grew_old_since_is_found_too() {
    let heap = Heap::with_limit(LIMIT);
    let root = fill(&heap);
    let charge = heap.try_charge(1 << 20);
    assert!(charge.is_err());
    let mut last = root.next.take();
    for _ in 0..4000 {
        let next = last.as_ref().and_then(|node| node.next.take());
        last.as_ref().expect("there are more").links.borrow_mut().clear();
        last = next;
    }
    *root.next.borrow_mut() = last;
    assert!(heap.try_charge(LIMIT).is_err());
    // Garbage that was held until it was old, and that reaches everything.
    let mut held = Vec::new();
    for _ in 0..1000 {
        let node = heap.try_alloc(Node::default()).unwrap();
        *node.next.borrow_mut() = Some(node.clone());
        node.links.borrow_mut().push(root.clone());
        held.push(node);
    }
    for _ in 0..3 {
        heap.collect_generation(1);
    }
    assert!(heap.try_charge(LIMIT).is_err());
    let objects = heap.stats().objects;
    drop(held);
    assert!(heap.try_charge(LIMIT).is_err());
    assert!(heap.stats().objects <= objects - 1000);
}

#[test]
fn in_manual_mode_room_is_made_where_the_program_says() {
    let heap = Heap::with_limit(LIMIT);
    heap.set_mode(CollectMode::Manual);
    let whole = watch(&heap);
    let root = fill(&heap);
    drop(root);
    assert!(heap.try_charge(1 << 20).is_err(), "no collection in a request");
    assert_eq!(whole.get(), 0);
    heap.make_room();
    assert!(whole.get() > 0);
    assert!(heap.try_charge(1 << 20).is_ok());
    // The same at a safepoint, since a request was refused; and without one as soon as room is short.
    drop(fill(&heap));
    heap.safepoint();
    assert!(heap.try_charge(1 << 20).is_ok());
    let half = heap.try_charge(LIMIT * 15 / 16 - heap.used_bytes()).expect("there is room");
    drop(half);
    let before = whole.get();
    let root = heap.alloc(Node::default());
    *root.next.borrow_mut() = Some(root.clone());
    drop(root);
    let _most = heap.try_charge(LIMIT * 15 / 16 - heap.used_bytes()).expect("there is room");
    heap.safepoint();
    assert!(whole.get() > before, "room was short");
}

// With blocks that are allocations of their own, the tables for them grow beyond any limit of this size.
#[cfg(not(adder_system_alloc))]
#[test]
fn what_is_kept_back_is_there_when_a_request_was_refused() {
    const RESERVE: usize = 128 << 10;
    let heap = Heap::with_limit(LIMIT);
    heap.set_reserve(RESERVE);
    let root = fill(&heap);
    assert!(heap.used_bytes() <= LIMIT - RESERVE);
    assert!(heap.try_charge(RESERVE / 2).is_err());
    heap.open_reserve();
    let charge = heap.try_charge(RESERVE / 2).expect("the reserve is open");
    heap.make_room();
    assert!(heap.try_charge(RESERVE / 4).is_ok(), "it stays open as long as nothing else is free");
    drop((charge, root));
    heap.make_room();
    assert!(heap.try_charge(LIMIT - RESERVE / 2 - heap.used_bytes()).is_err(), "it is closed again");
}
