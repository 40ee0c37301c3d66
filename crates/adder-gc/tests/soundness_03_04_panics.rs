//! Rules 3 and 4: the collector never changes how many references a count stands for, and every flag of its state is reset
//! however a piece of a user's code ends. A panic in every place where such code runs.

#![forbid(unsafe_code)]

use adder_gc::{Borrowed, Clearer, Gc, Heap, Origin, Phase, Trace, Tracer, set_unraisable_hook};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Trace,
    Clear,
    TakeEdges,
    Finalize,
    Drop,
}

thread_local! {
    /// Panic at the n-th call from here, in this place.
    static ARMED: Cell<Option<(Place, usize)>> = const { Cell::new(None) };
    static REPORTS: RefCell<Vec<Origin>> = const { RefCell::new(Vec::new()) };
    static DROPS: Cell<usize> = const { Cell::new(0) };
}

fn call(place: Place) {
    if let Some((armed, left)) = ARMED.get()
        && armed == place
    {
        ARMED.set(Some((armed, left.wrapping_sub(1))));
        if left == 0 {
            panic!("armed in {place:?}");
        }
    }
}

struct Node {
    next: RefCell<Link>,
    cell: Cell<Option<Gc<Node>>>,
    list: RefCell<Vec<Gc<Node>>>,
}

#[derive(Default)]
struct Link(Option<Gc<Node>>);

impl Trace for Link {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.0.trace(tracer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        call(Place::TakeEdges);
        self.0.take_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

impl Trace for Node {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.next.trace(tracer);
        call(Place::Trace);
        self.cell.trace(tracer);
        self.list.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.next.clear_edges(clearer);
        call(Place::Clear);
        self.cell.clear_edges(clearer);
        self.list.clear_edges(clearer);
    }
    fn finalize(_: Borrowed<'_, Self>) {
        call(Place::Finalize);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
        call(Place::Drop);
    }
}

fn node() -> Gc<Node> {
    Gc::new(Node { next: RefCell::default(), cell: Cell::default(), list: RefCell::default() })
}

fn link(from: &Gc<Node>, to: &Gc<Node>) {
    from.next.borrow_mut().0 = Some(to.clone());
    from.cell.set(Some(to.clone()));
    from.list.borrow_mut().extend([to.clone(), to.clone()]);
}

/// After whatever happened: a hundred cycles are collected, automatically too, and nothing is left.
fn still_works() {
    ARMED.set(None);
    let heap = Heap::current();
    heap.collect();
    let before = DROPS.get();
    for _ in 0..100 {
        let (a, b) = (node(), node());
        link(&a, &b);
        link(&b, &a);
    }
    let report = heap.collect();
    assert!(!report.skipped && !report.abandoned, "{report:?}");
    assert_eq!(DROPS.get() - before, 200);
    let before = DROPS.get();
    for _ in 0..20_000 {
        let a = node();
        link(&a, &a);
    }
    assert!(
        DROPS.get() - before > 10_000,
        "no automatic collection any more: {} {:?}",
        DROPS.get() - before,
        heap.stats()
    );
    heap.collect();
    assert_eq!(DROPS.get() - before, 20_000);
    assert_eq!(heap.stats().objects, 0);
    let mut unique = node();
    assert!(Gc::get_mut(&mut unique).is_some(), "the collector still thinks it is looking into objects");
}

fn hooked() {
    REPORTS.take();
    set_unraisable_hook(Some(Box::new(|event| {
        assert!(event.message().starts_with("armed"), "{event:?}");
        REPORTS.with_borrow_mut(|r| r.push(event.origin));
    })));
}

/// Rule 3: a panic at every call of `trace` in turn; every count is as before.
#[test]
fn rule_3_counts_are_as_before_after_a_panic_in_any_trace() {
    hooked();
    for generation in 0..3 {
        for at in 0..12 {
            let live: Vec<_> = (0..4).map(|_| node()).collect();
            for i in 0..4 {
                link(&live[i], &live[(i + 1) % 4]);
                link(&live[i], &live[(i + 2) % 4]);
            }
            let counts: Vec<_> = live.iter().map(Gc::ref_count).collect();
            ARMED.set(Some((Place::Trace, at)));
            let report = Heap::current().collect_generation(generation);
            let fired = ARMED.take().is_none_or(|(_, left)| left > at);
            assert_eq!(report.abandoned, fired, "{report:?}");
            assert_eq!(live.iter().map(Gc::ref_count).collect::<Vec<_>>(), counts);
            for object in &live {
                assert!(object.list.borrow().iter().all(|g| !Gc::is_cleared(g)));
            }
            let report = Heap::current().collect();
            assert_eq!(report.unreachable, 0);
            assert_eq!(live.iter().map(Gc::ref_count).collect::<Vec<_>>(), counts);
            drop(live);
            Heap::current().collect();
        }
    }
    assert!(REPORTS.with_borrow(|r| r.len() > 10 && r.iter().all(|&o| o == Origin::Trace)));
    still_works();
    set_unraisable_hook(None);
}

/// Rule 4, the matrix: each place, at each of its calls, in each generation.
#[test]
fn rule_4_the_state_is_reset_after_a_panic_anywhere_in_a_collection() {
    hooked();
    for place in [Place::Trace, Place::Clear, Place::TakeEdges, Place::Finalize, Place::Drop] {
        for generation in 0..3 {
            for at in [0, 1, 2, 5] {
                let (a, b, c) = (node(), node(), node());
                link(&a, &b);
                link(&b, &c);
                link(&c, &a);
                // Something that dies by count in the course of it.
                c.list.borrow_mut().push(node());
                drop((a, b, c));
                ARMED.set(Some((place, at)));
                let outcome = catch_unwind(|| Heap::current().collect_generation(generation));
                ARMED.set(None);
                assert!(outcome.is_ok(), "a panic in {place:?} came out of a collection");
                still_works();
            }
        }
    }
    let seen = REPORTS.take();
    for origin in [Origin::Trace, Origin::Clear, Origin::Finalizer, Origin::Drop] {
        assert!(seen.contains(&origin), "{origin:?} was never reported");
    }
    set_unraisable_hook(None);
}

#[test]
fn rule_4_panics_in_automatic_collections_do_not_reach_the_allocation() {
    hooked();
    for place in [Place::Trace, Place::Clear, Place::TakeEdges, Place::Finalize, Place::Drop] {
        let before = REPORTS.with_borrow(Vec::len);
        for i in 0..6000 {
            let a = node();
            link(&a, &a);
            if i % 500 == 0 {
                ARMED.set(Some((place, 100)));
            }
        }
        still_works();
        assert!(REPORTS.with_borrow(Vec::len) > before, "{place:?}");
    }
    set_unraisable_hook(None);
}

/// Death by count: the first panic of a drop goes to the caller, the rest is freed all the same.
#[test]
fn rule_4_a_panic_in_a_drop_by_count_goes_on_to_the_caller() {
    hooked();
    let head = node();
    let mut last = head.clone();
    for _ in 0..20_000 {
        let next = node();
        last.next.borrow_mut().0 = Some(next.clone());
        last = next;
    }
    drop(last);
    let before = DROPS.get();
    ARMED.set(Some((Place::Drop, 10_000)));
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(head)));
    assert!(outcome.is_err());
    assert_eq!(DROPS.get() - before, 20_001);
    still_works();
    // A finalizer's goes to the hook, and the object dies.
    REPORTS.take();
    let object = node();
    let before = DROPS.get();
    ARMED.set(Some((Place::Finalize, 0)));
    drop(object);
    assert_eq!(DROPS.get() - before, 1);
    assert_eq!(REPORTS.take(), [Origin::Finalizer]);
    still_works();
    set_unraisable_hook(None);
}

#[test]
fn rule_4_panics_in_callbacks() {
    hooked();
    let heap = Heap::current();
    for collected in [false, true] {
        let object = node();
        let called = Rc::new(Cell::new(0));
        let weak: Vec<_> = (0..3)
            .map(|i| {
                let called = called.clone();
                Gc::downgrade_with(&object, move |_| {
                    called.set(called.get() + 1);
                    if i == 1 {
                        panic!("armed in a callback");
                    }
                })
            })
            .collect();
        if collected {
            link(&object, &object);
        }
        drop(object);
        heap.collect();
        assert_eq!(called.get(), 3, "all are called");
        assert!(weak.iter().all(|w| !w.is_alive()));
        assert_eq!(REPORTS.take(), [Origin::WeakCallback]);
        still_works();
    }
    let number = heap.add_collection_callback(|phase, _| {
        if phase == Phase::Stop {
            panic!("armed in a collection callback");
        }
    });
    heap.collect();
    assert_eq!(REPORTS.take(), [Origin::CollectionCallback]);
    assert!(heap.remove_collection_callback(number));
    still_works();
    set_unraisable_hook(None);
}

/// Two items of one container panic when they are dropped: both are reported, the process goes on.
#[test]
fn rule_4_two_panics_in_the_drop_of_one_cleared_container() {
    struct Bomb(#[allow(dead_code, reason = "something to free")] Box<u8>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("armed in a bomb");
        }
    }
    impl Trace for Bomb {
        fn trace(&self, _: &mut Tracer<'_>) {}
        fn finalizes() -> bool {
            false
        }
    }
    #[derive(Trace)]
    struct Holder {
        bombs: RefCell<Vec<Gc<Bomb>>>,
        inline: RefCell<Vec<(Bomb, Option<Gc<Holder>>)>>,
        itself: RefCell<Option<Gc<Holder>>>,
    }
    hooked();
    let holder = Gc::new(Holder { bombs: RefCell::default(), inline: RefCell::default(), itself: RefCell::default() });
    for i in 0..5 {
        holder.bombs.borrow_mut().push(Gc::new(Bomb(Box::new(i))));
        holder.inline.borrow_mut().push((Bomb(Box::new(i)), None));
    }
    *holder.itself.borrow_mut() = Some(holder.clone());
    drop(holder);
    assert_eq!(adder_gc::collect().freed, 6);
    assert_eq!(REPORTS.take(), [Origin::Drop; 10]);
    still_works();
    set_unraisable_hook(None);
}

/// A hook that panics changes nothing.
#[test]
fn rule_4_a_panic_in_the_hook_itself() {
    set_unraisable_hook(Some(Box::new(|_| panic!("in the hook"))));
    let a = node();
    link(&a, &a);
    drop(a);
    ARMED.set(Some((Place::Finalize, 0)));
    assert_eq!(adder_gc::collect().freed, 1);
    set_unraisable_hook(None);
    still_works();
}

/// A hostile `trace` lets the last reference go to an object whose drop panics.
#[test]
fn rule_4_a_panic_in_a_drop_that_had_to_wait_for_the_end_of_a_visit() {
    struct Letting(Cell<Option<Gc<Node>>>);
    impl Trace for Letting {
        fn trace(&self, _: &mut Tracer<'_>) {
            drop(self.0.take());
        }
        fn finalizes() -> bool {
            false
        }
    }
    hooked();
    for generation in 0..3 {
        let letting = Gc::new(Letting(Cell::new(Some(node()))));
        let garbage = node();
        link(&garbage, &garbage);
        drop(garbage);
        ARMED.set(Some((Place::Drop, 0)));
        let outcome = catch_unwind(|| Heap::current().collect_generation(generation));
        assert!(outcome.is_ok());
        assert_eq!(REPORTS.take(), [Origin::Drop]);
        drop(letting);
        still_works();
    }
    set_unraisable_hook(None);
}
