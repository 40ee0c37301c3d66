//! std's types: which can be fields, which are looked into, and which keep their objects out of the collector's sight.

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::cell::{Cell, LazyCell, RefCell};
use std::cmp::Reverse;
use std::mem::ManuallyDrop;
use std::num::{NonZero, Saturating, Wrapping};
use std::ops::{Bound, ControlFlow, Range, RangeInclusive};
use std::pin::Pin;
use std::task::Poll;

use adder_gc::{Gc, Heap, Trace};

type Link = RefCell<Option<Gc<Leaf>>>;

#[derive(Trace)]
struct Leaf {
    link: Link,
}

fn leaf() -> Gc<Leaf> {
    Gc::new(Leaf { link: Link::default() })
}

fn tracked<T: Trace>() -> bool {
    T::tracked()
}

#[test]
fn types_without_references_are_not_tracked() {
    macro_rules! plain {
        ($($ty:ty),* $(,)?) => { $(assert!(!tracked::<$ty>(), stringify!($ty));)* };
    }
    plain! {
        Wrapping<u8>, Saturating<i64>, Reverse<String>, Range<u32>, RangeInclusive<char>, Bound<u8>, Poll<u8>,
        ControlFlow<(), String>, Cow<'static, str>, Cow<'static, [u8]>, &'static str, &'static [u8], *const u8,
        std::ptr::NonNull<u8>, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddrV6, NonZero<u128>,
        ManuallyDrop<u8>, std::vec::IntoIter<u8>, std::io::Cursor<Vec<u8>>, std::io::BufReader<std::fs::File>,
        std::iter::Empty<Gc<Leaf>>, std::hash::RandomState, std::convert::Infallible, std::process::ExitStatus,
        std::sync::atomic::AtomicPtr<u8>, Box<std::path::Path>, fn(u8, u8, u8, u8, u8, u8) -> u8,
        (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, String),
        Cell<Option<NonZero<u8>>>, Cell<[u8; 4]>, Cell<(u8, Option<String>)>, Cell<&'static str>, Cell<Vec<u8>>,
        Cell<Wrapping<u32>>, Cell<std::net::IpAddr>, [Cell<u8>; 3], Cell<Result<u8, String>>,
    }
}

#[test]
fn types_with_references_are_tracked() {
    macro_rules! owning {
        ($($ty:ty),* $(,)?) => { $(assert!(tracked::<$ty>(), stringify!($ty));)* };
    }
    owning! {
        Reverse<Gc<Leaf>>, Bound<Gc<Leaf>>, Poll<Gc<Leaf>>, ControlFlow<Gc<Leaf>>, Cow<'static, [Gc<Leaf>]>,
        ManuallyDrop<Gc<Leaf>>, std::vec::IntoIter<Gc<Leaf>>, Pin<Box<Gc<Leaf>>>, Pin<Box<dyn Future<Output = ()>>>,
        Box<dyn std::error::Error + Send + Sync>, Box<dyn Iterator<Item = u8>>, LazyCell<u8>,
        (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Gc<Leaf>), [Cell<Option<Gc<Leaf>>>; 3], Cell<Option<Gc<Leaf>>>,
    }
}

/// How many references the collector finds in a value.
fn references<T: Trace>(value: T) -> usize {
    let object = Gc::new(value);
    Heap::current().referents(Gc::as_any(&object)).len()
}

#[test]
fn every_reference_is_visited() {
    assert_eq!(references(Reverse(leaf())), 1);
    assert_eq!(references(leaf()..leaf()), 2);
    assert_eq!(references(leaf()..=leaf()), 2);
    assert_eq!(references((Bound::Included(leaf()), Bound::Excluded(leaf()), Bound::<Gc<Leaf>>::Unbounded)), 2);
    assert_eq!(references((Poll::Ready(leaf()), Poll::<Gc<Leaf>>::Pending)), 1);
    assert_eq!(references(ControlFlow::<_, ()>::Break(leaf())), 1);
    assert_eq!(references(Cow::<[Gc<Leaf>]>::Owned(vec![leaf(), leaf()])), 2);
    assert_eq!(references(Box::pin(leaf())), 1);
    assert_eq!(references([Cell::new(Some(leaf())), Cell::new(None)]), 1);
    let mut rest = vec![leaf(), leaf(), leaf()].into_iter();
    rest.next();
    assert_eq!(references(rest), 2);
    let object = Gc::new(LazyCell::<_, fn() -> Gc<Leaf>>::new(leaf));
    assert_eq!(Heap::current().referents(Gc::as_any(&object)).len(), 0);
    LazyCell::force(&object);
    assert_eq!(Heap::current().referents(Gc::as_any(&object)).len(), 1);
}

/// Closes a cycle through a slot of some type and expects it to be freed.
fn cycle_is_freed<S: Trace>(slot: S, close: impl FnOnce(&S, Gc<Holder<S>>)) {
    let holder = Gc::new(Holder { slot });
    close(&holder.slot, holder.clone());
    let weak = Gc::downgrade(&holder);
    drop(holder);
    assert!(weak.is_alive());
    adder_gc::collect();
    assert!(!weak.is_alive());
}

#[derive(Trace)]
struct Holder<S> {
    slot: S,
}

macro_rules! cycles {
    ($($test:ident, $ty:ty, $start:expr, |$slot:ident, $gc:ident| $close:expr;)*) => {$(
        #[test]
        fn $test() {
            #[derive(Trace)]
            struct Slot($ty);
            cycle_is_freed(Slot($start), |slot, $gc| {
                let $slot = &slot.0;
                $close;
            });
        }
    )*};
}

cycles! {
    through_an_iterator, RefCell<std::vec::IntoIter<Gc<Holder<Slot>>>>, RefCell::new(Vec::new().into_iter()),
        |slot, gc| *slot.borrow_mut() = vec![gc].into_iter();
    through_a_pinned_cell, Pin<Box<RefCell<Option<Gc<Holder<Slot>>>>>>, Box::pin(RefCell::new(None)),
        |slot, gc| *slot.borrow_mut() = Some(gc);
    through_poll, RefCell<Poll<Gc<Holder<Slot>>>>, RefCell::new(Poll::Pending), |slot, gc| *slot.borrow_mut() = Poll::Ready(gc);
    through_bounds, RefCell<(Bound<Gc<Holder<Slot>>>, u8)>, RefCell::new((Bound::Unbounded, 0)),
        |slot, gc| slot.borrow_mut().0 = Bound::Included(gc);
    through_an_array_of_cells, [Cell<Option<Gc<Holder<Slot>>>>; 3], Default::default(), |slot, gc| slot[1].set(Some(gc));
    through_the_twelfth_part, RefCell<(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Option<Gc<Holder<Slot>>>)>,
        RefCell::default(), |slot, gc| slot.borrow_mut().11 = Some(gc);
    through_reverse, RefCell<Vec<Reverse<Gc<Holder<Slot>>>>>, RefCell::default(), |slot, gc| slot.borrow_mut().push(Reverse(gc));
}
