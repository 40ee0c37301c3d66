//! The typed API in a crate that forbids unsafe code: values behind `dyn Trait` and as slices too, in both modes.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use adder_gc::{Gc, Heap, Trace, sync, sync_unsize, unsize};

trait Shape: Trace {
    fn area(&self) -> f64;
    fn hold(&self, other: Gc<dyn Shape>);
}

trait Round: Shape {
    fn radius(&self) -> f64;
}

#[derive(Trace, Default)]
struct Circle {
    radius: f64,
    other: RefCell<Option<Gc<dyn Shape>>>,
    in_a_cell: Cell<Option<Gc<dyn Shape>>>,
}

impl Shape for Circle {
    fn area(&self) -> f64 {
        3.0 * self.radius * self.radius
    }
    fn hold(&self, other: Gc<dyn Shape>) {
        *self.other.borrow_mut() = Some(other.clone());
        self.in_a_cell.set(Some(other));
    }
}

impl Round for Circle {
    fn radius(&self) -> f64 {
        self.radius
    }
}

fn on_a_heap(test: impl FnOnce(&Heap)) {
    let heap = Heap::new();
    heap.enter(|| test(&heap));
}

#[test]
fn objects_behind_traits() {
    on_a_heap(|heap| {
        let round: Gc<dyn Round> = unsize!(Gc::new(Circle { radius: 2.0, ..Circle::default() }) => dyn Round);
        assert_eq!((round.radius(), Gc::ref_count(&round)), (2.0, 1));
        // A trait of a trait: what is coerced may have been so before.
        let shape: Gc<dyn Shape> = unsize!(round.clone() => dyn Shape);
        assert!(shape.area() == 12.0 && Gc::as_any(&round).ptr_eq(Gc::as_any(&shape)));
        shape.hold(shape.clone());
        let weak = Gc::downgrade(&shape);
        let back: Gc<Circle> = Gc::into_any(shape).downcast().unwrap();
        assert_eq!(back.radius, 2.0);
        drop((round, back));
        assert!(weak.is_alive());
        assert_eq!((heap.collect().freed, weak.is_alive()), (1, false));

        let mut text: Gc<dyn Display> = unsize!(Gc::new(String::from("five")) => dyn Display);
        assert_eq!(text.to_string(), "five");
        assert_eq!(Gc::get_mut(&mut text).unwrap().to_string(), "five");
        let any: Gc<dyn Any> = unsize!(Gc::new(5_u8) => dyn Any);
        assert_eq!(any.downcast_ref::<u8>(), Some(&5));
        let shown: Gc<dyn Debug + Send + Sync> = unsize!(Gc::new(()) => dyn Debug + Send + Sync);
        assert_eq!(format!("{shown:?}"), "()");
    });
}

#[test]
fn slices_and_types_with_an_unsized_end() {
    #[derive(Trace)]
    struct Row<T: ?Sized> {
        number: u8,
        cells: T,
    }
    on_a_heap(|heap| {
        let slice: Gc<[i32]> = unsize!(Gc::new([1, 2, 3]) => [i32]);
        assert_eq!(slice, (1..4).collect());
        let word: Gc<str> = "word".into();
        let row: Gc<Row<[RefCell<Option<Gc<str>>>]>> =
            unsize!(Gc::new(Row { number: 7, cells: <[_; 3]>::default() }) => Row<[RefCell<Option<Gc<str>>>]>);
        *row.cells[2].borrow_mut() = Some(word.clone());
        assert_eq!((row.number, row.cells.len(), Gc::ref_count(&word)), (7, 3, 2));
        drop(row);
        assert_eq!(Gc::ref_count(&word), 1);
        drop((slice, word));
        assert_eq!(heap.stats().objects, 0);
    });
}

/// There is nothing to be coerced behind a cleared reference.
#[test]
fn a_cleared_reference_is_refused() {
    thread_local!(static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
    #[derive(Trace)]
    struct Node(RefCell<Held>);
    #[derive(Trace)]
    enum Held {
        Nothing,
        One(Gc<Node>),
    }
    impl Drop for Node {
        fn drop(&mut self) {
            if let Held::One(held) = self.0.get_mut()
                && Gc::is_cleared(held)
            {
                let held = held.clone();
                let refused = catch_unwind(AssertUnwindSafe(|| drop(unsize!(held => dyn Any)))).unwrap_err();
                SEEN.with_borrow_mut(|seen| seen.push(refused.downcast_ref::<String>().unwrap().clone()));
            }
        }
    }
    on_a_heap(|heap| {
        let node = Gc::new(Node(RefCell::new(Held::Nothing)));
        *node.0.borrow_mut() = Held::One(node.clone());
        drop(node);
        assert_eq!(heap.collect().freed, 1);
        let seen = SEEN.take();
        assert!(seen.len() == 1 && seen[0].contains("was cleared"), "{seen:?}");
    });
}

trait Shared: Trace + Send + Sync {
    fn number(&self) -> u32;
    fn hold(&self, other: sync::Gc<dyn Shared>);
}

#[derive(Trace)]
struct Cell32 {
    number: u32,
    other: Mutex<Option<sync::Gc<dyn Shared>>>,
}

impl Shared for Cell32 {
    fn number(&self) -> u32 {
        self.number
    }
    fn hold(&self, other: sync::Gc<dyn Shared>) {
        *self.other.lock().unwrap() = Some(other);
    }
}

#[test]
fn shared_objects_behind_traits() {
    let shared: sync::Gc<dyn Shared> =
        sync_unsize!(sync::Gc::new(Cell32 { number: 9, other: Mutex::default() }) => dyn Shared);
    let weak = sync::Gc::downgrade(&shared);
    let there = shared.clone();
    std::thread::spawn(move || {
        assert_eq!(there.number(), 9);
        there.hold(there.clone());
    })
    .join()
    .unwrap();
    drop(shared);
    sync::Heap::global().poll();
    assert!(weak.is_alive());
    sync::collect();
    assert!(!weak.is_alive());
    let slice = sync_unsize!(sync::Gc::new([1, 2, 3]) => [i32]);
    assert_eq!(std::thread::spawn(move || slice.iter().sum::<i32>()).join().unwrap(), 6);
}
