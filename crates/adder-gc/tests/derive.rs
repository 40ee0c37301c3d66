//! `#[derive(Trace)]` on all kinds of types, and what the collector makes of them.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(dead_code, reason = "types that are only derived for")]

use adder_gc::{Borrowed, Finalize, Gc, Heap, Trace};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;

/// Counts the values dropped.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Counter {
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    fn get(&self) -> usize {
        self.0.get()
    }
}

/// A tracked object without references, with an address to know it by.
#[derive(Trace)]
struct Leaf {
    slot: RefCell<Option<Gc<Leaf>>>,
}

fn leaf() -> Gc<Leaf> {
    Gc::new(Leaf { slot: RefCell::new(None) })
}

/// Does `owner` refer to `expected`, in this order, and to nothing else?
#[track_caller]
fn assert_edges<T: Trace>(owner: &Gc<T>, expected: &[&Gc<Leaf>]) {
    let found = Heap::current().referents(Gc::as_any(owner));
    let found: Vec<_> = found.iter().map(|any| any.address()).collect();
    let expected: Vec<_> = expected.iter().map(|gc| Gc::as_any(gc).address()).collect();
    assert_eq!(found, expected);
}

fn is_trace<T: Trace + ?Sized>() {}

struct NotTrace;

// ---------------------------------------------------------------------------------------------
// Kinds of types

#[derive(Trace)]
struct Unit;

#[derive(Trace)]
struct Empty {}

#[derive(Trace)]
struct Tuple(u8, Gc<Leaf>, #[trace(skip)] NotTrace, Gc<Leaf>);

#[derive(Trace)]
struct Named {
    // Named like things in the generated code.
    tracer: Gc<Leaf>,
    clearer: Option<Gc<Leaf>>,
    r#type: Vec<Gc<Leaf>>,
    #[trace(skip)]
    skipped: Option<Gc<Leaf>>,
}

#[derive(Trace)]
enum Never {}

#[derive(Trace)]
enum Kinds {
    Unit,
    NoFields(),
    NoNames {},
    Tuple(u8, Gc<Leaf>),
    Named {
        tracer: Gc<Leaf>,
        this: Gc<Leaf>,
    },
    Partly(#[trace(skip)] NotTrace, Gc<Leaf>),
    #[trace(skip)]
    Skipped(NotTrace, Gc<Leaf>),
    Owned(Box<Kinds>),
}

#[test]
fn structs_visit_their_fields_in_order() {
    let (a, b, c, d, e) = (leaf(), leaf(), leaf(), leaf(), leaf());
    assert_edges(&Gc::new(Unit), &[]);
    assert_edges(&Gc::new(Empty {}), &[]);
    let tuple = Gc::new(Tuple(1, a.clone(), NotTrace, b.clone()));
    assert_edges(&tuple, &[&a, &b]);
    let named = Gc::new(Named {
        tracer: a.clone(),
        clearer: Some(b.clone()),
        r#type: vec![c.clone(), d.clone()],
        skipped: Some(e.clone()),
    });
    assert_edges(&named, &[&a, &b, &c, &d]);
}

#[test]
fn enums_visit_the_fields_of_the_variant() {
    let (a, b) = (leaf(), leaf());
    assert_edges(&Gc::new(Kinds::Unit), &[]);
    assert_edges(&Gc::new(Kinds::NoFields()), &[]);
    assert_edges(&Gc::new(Kinds::NoNames {}), &[]);
    assert_edges(&Gc::new(Kinds::Tuple(1, a.clone())), &[&a]);
    let named = Kinds::Named { tracer: a.clone(), this: b.clone() };
    assert_edges(&Gc::new(named), &[&a, &b]);
    assert_edges(&Gc::new(Kinds::Partly(NotTrace, b.clone())), &[&b]);
    assert_edges(&Gc::new(Kinds::Skipped(NotTrace, a.clone())), &[]);
    let owned = Kinds::Owned(Box::new(Kinds::Tuple(2, b.clone())));
    assert_edges(&Gc::new(owned), &[&b]);
    is_trace::<Never>();
}

// ---------------------------------------------------------------------------------------------
// Generics and bounds

#[derive(Trace)]
struct Several<A, B: 'static, const N: usize>
where
    A: Clone,
{
    all: [A; N],
    one: Gc<B>,
    #[trace(skip)]
    none: PhantomData<B>,
}

#[derive(Trace)]
struct Defaults<T = u8, const N: usize = 2>([T; N]);

#[derive(Trace)]
struct Projected<I: Iterator>(Option<I::Item>);

// Parameters named like things in the generated code.
#[derive(Trace)]
enum Clash<Trace, Tracer: 'static, __T> {
    A(Trace),
    B(Gc<Tracer>),
    C { __tracer: __T },
}

#[derive(Trace)]
struct Node<T: 'static> {
    next: RefCell<Option<Gc<Node<T>>>>,
    back: RefCell<Option<Gc<Self>>>,
    value: T,
}

#[derive(Trace)]
struct Tree<T> {
    kids: Vec<Tree<T>>,
    value: T,
}

#[derive(Trace)]
struct Pairs<T> {
    kids: Vec<(T, Pairs<T>)>,
}

#[derive(Trace)]
struct Map<K: std::hash::Hash + Eq> {
    kids: HashMap<K, Box<Map<K>>>,
}

#[derive(Trace)]
struct Flip<A: 'static, B: 'static> {
    other: Option<Gc<Flip<B, A>>>,
    a: A,
    b: B,
}

mod inner {
    #[derive(adder_gc::Trace)]
    pub struct List<T>(pub Vec<T>);
}

// Not recursive, although it looks so.
#[derive(Trace)]
struct List<T>(inner::List<T>);

// Two types that contain each other: the bounds of one are written by hand.
#[derive(Trace)]
#[trace(bound = "T: Trace")]
struct Ping<T> {
    pong: Vec<Pong<T>>,
    value: T,
}

// `tracked` asks the fields in order and stops at the first yes; without `link` it would not end.
#[derive(Trace)]
struct Pong<T> {
    link: Option<Gc<Leaf>>,
    ping: Vec<Ping<T>>,
}

#[derive(Trace)]
#[trace(bound = "")]
struct NoBound<T>(Gc<Leaf>, Gc<Vec<NoBound<T>>>, PhantomData<T>)
where
    T: 'static;

#[derive(Trace)]
struct Tail<T: ?Sized> {
    head: Gc<Leaf>,
    tail: T,
}

trait Object: Trace {
    fn number(&self) -> u32;
}

#[derive(Trace)]
struct Seven(Gc<Leaf>);

impl Object for Seven {
    fn number(&self) -> u32 {
        7
    }
}

#[derive(Trace)]
struct Holder(Box<dyn Object>);

#[test]
fn bounds_are_on_the_types_of_the_fields() {
    is_trace::<Several<u8, NotTrace, 3>>();
    is_trace::<Defaults>();
    is_trace::<Defaults<String, 5>>();
    is_trace::<Projected<std::vec::IntoIter<Gc<Leaf>>>>();
    is_trace::<Clash<u8, NotTrace, String>>();
    is_trace::<NoBound<NotTrace>>();
    is_trace::<Tail<[u8]>>();
    is_trace::<Tail<dyn Object>>();
    is_trace::<Flip<u8, String>>();
    is_trace::<Ping<u8>>();
    is_trace::<Pong<u8>>();
    is_trace::<List<Gc<NotTrace>>>();
}

#[test]
fn recursive_types_are_visited() {
    let (a, b, c) = (leaf(), leaf(), leaf());
    let bottom = || Tree { kids: Vec::new(), value: b.clone() };
    let tree = Tree { kids: vec![bottom(), bottom()], value: a.clone() };
    assert_edges(&Gc::new(tree), &[&b, &b, &a]);
    let pairs = Pairs { kids: vec![(a.clone(), Pairs { kids: Vec::new() })] };
    assert_edges(&Gc::new(pairs), &[&a]);
    let map = Map { kids: HashMap::from([(1_u8, Box::new(Map { kids: HashMap::new() }))]) };
    assert_edges(&Gc::new(map), &[]);
    let list = List(inner::List(vec![a.clone(), c.clone()]));
    assert_edges(&Gc::new(list), &[&a, &c]);
}

#[test]
fn trait_objects_are_visited() {
    let a = leaf();
    let holder = Gc::new(Holder(Box::new(Seven(a.clone()))));
    assert_edges(&holder, &[&a]);
    assert_eq!(holder.0.number(), 7);
}

// ---------------------------------------------------------------------------------------------
// tracked, finalizes, crate

#[derive(Trace)]
struct Plain {
    a: u32,
    b: Vec<String>,
    c: Option<(u8, bool)>,
    #[trace(skip)]
    d: Option<Gc<Leaf>>,
}

#[derive(Trace)]
struct Wrapper<T>(T);

#[test]
fn tracked_follows_the_fields() {
    assert!(!Unit::tracked());
    assert!(!Plain::tracked());
    assert!(Leaf::tracked());
    assert!(Tuple::tracked());
    assert!(Kinds::tracked());
    assert!(!Wrapper::<u8>::tracked());
    assert!(!Wrapper::<Plain>::tracked());
    assert!(Wrapper::<Gc<u8>>::tracked());
    // It contains itself: not asked, taken for granted.
    assert!(Tree::<u8>::tracked());
}

mod reexport {
    pub mod deep {
        pub use adder_gc::*;
    }
}

#[derive(reexport::deep::Trace)]
#[trace(crate = "crate::reexport::deep")]
struct Elsewhere<T>(Gc<Leaf>, T);

#[test]
fn the_crate_may_be_elsewhere() {
    let (a, b) = (leaf(), leaf());
    assert_edges(&Gc::new(Elsewhere(a.clone(), b.clone())), &[&a, &b]);
}

#[derive(Trace)]
#[trace(finalize)]
struct Last<T: 'static> {
    slot: RefCell<Option<Gc<Last<T>>>>,
    value: T,
    #[trace(skip)]
    finalized: Counter,
    #[trace(skip)]
    dropped: Counter,
}

impl<T: 'static> Finalize for Last<T> {
    fn finalize(this: Borrowed<'_, Self>) {
        this.finalized.add();
    }
}

impl<T: 'static> Drop for Last<T> {
    fn drop(&mut self) {
        self.dropped.add();
    }
}

#[test]
fn finalize_is_called_when_asked_for() {
    assert!(Last::<u8>::finalizes());
    assert!(!Leaf::finalizes());
    assert!(!Unit::finalizes());
    let (finalized, dropped) = (Counter::default(), Counter::default());
    let last =
        Gc::new(Last { slot: RefCell::new(None), value: 1_u8, finalized: finalized.clone(), dropped: dropped.clone() });
    *last.slot.borrow_mut() = Some(last.clone());
    drop(last);
    assert_eq!((finalized.get(), dropped.get()), (0, 0));
    adder_gc::collect();
    assert_eq!((finalized.get(), dropped.get()), (1, 1));
}

// ---------------------------------------------------------------------------------------------
// Cycles

#[derive(Trace)]
struct Counted<T: 'static> {
    link: RefCell<Link<T>>,
    value: T,
    #[trace(skip)]
    dropped: Counter,
}

#[derive(Trace)]
enum Link<T: 'static> {
    None,
    One(Gc<Counted<T>>),
    Many {
        all: Vec<Gc<Counted<T>>>,
    },
    #[trace(skip)]
    Hidden(Gc<Counted<T>>),
}

impl<T: 'static> Drop for Counted<T> {
    fn drop(&mut self) {
        self.dropped.add();
    }
}

fn counted(dropped: &Counter) -> Gc<Counted<String>> {
    Gc::new(Counted { link: RefCell::new(Link::None), value: String::from("value"), dropped: dropped.clone() })
}

#[test]
fn a_ring_is_collected() {
    let dropped = Counter::default();
    let all: Vec<_> = (0..5).map(|_| counted(&dropped)).collect();
    for (index, one) in all.iter().enumerate() {
        let next = all[(index + 1) % all.len()].clone();
        *one.link.borrow_mut() = Link::One(next);
    }
    let kept = all[3].clone();
    drop(all);
    adder_gc::collect();
    assert_eq!(dropped.get(), 0);
    drop(kept);
    adder_gc::collect();
    assert_eq!(dropped.get(), 5);
}

#[test]
fn a_knot_is_collected() {
    let dropped = Counter::default();
    let all: Vec<_> = (0..4).map(|_| counted(&dropped)).collect();
    for one in &all {
        *one.link.borrow_mut() = Link::Many { all: all.clone() };
    }
    drop(all);
    adder_gc::collect();
    assert_eq!(dropped.get(), 4);
}

#[test]
fn without_a_cycle_the_count_is_enough() {
    let dropped = Counter::default();
    let one = counted(&dropped);
    *one.link.borrow_mut() = Link::One(counted(&dropped));
    drop(one);
    assert_eq!(dropped.get(), 2);
}

#[test]
fn a_skipped_reference_keeps_its_target() {
    let dropped = Counter::default();
    let one = counted(&dropped);
    *one.link.borrow_mut() = Link::Hidden(one.clone());
    let weak = Gc::downgrade(&one);
    drop(one);
    adder_gc::collect();
    assert_eq!(dropped.get(), 0);
    // Untie it by hand.
    let one = weak.upgrade().expect("nobody freed it");
    let link = one.link.replace(Link::None);
    drop((link, one));
    assert_eq!(dropped.get(), 1);
}

#[test]
fn a_doubly_linked_list_is_collected() {
    let dropped = Counter::default();
    let make = || {
        Gc::new(Node { next: RefCell::new(None), back: RefCell::new(None), value: Gc::new(Watched(dropped.clone())) })
    };
    let (a, b) = (make(), make());
    *a.next.borrow_mut() = Some(b.clone());
    *b.back.borrow_mut() = Some(a.clone());
    drop(a);
    adder_gc::collect();
    assert_eq!(dropped.get(), 0);
    drop(b);
    adder_gc::collect();
    assert_eq!(dropped.get(), 2);
}

#[derive(Trace)]
struct Watched(#[trace(skip)] Counter);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.add();
    }
}
