//! Rule 2: no implementation of `Trace` can cause undefined behaviour. Each of these is as wrong as can be; what may come of
//! it is a leak, or slots emptied too early, never a free one. The whole file is safe code.

#![forbid(unsafe_code)]

use adder_gc::{AnyGc, Clearer, Gc, Heap, OnceGc, Trace, Tracer, Weak};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

const LIVE: u64 = 0x5AFE;

/// An object whose `trace` does whatever the test says, with the object at hand.
struct Hostile {
    magic: Cell<u64>,
    slot: Cell<Option<Gc<Hostile>>>,
    second: Cell<Option<Gc<Hostile>>>,
    list: RefCell<Vec<Gc<Hostile>>>,
    once: OnceGc<Hostile>,
    trace: RefCell<Option<Tracing>>,
    clear: RefCell<Option<Tracing>>,
    drops: Rc<Cell<usize>>,
}

type Tracing = Rc<dyn for<'b> Fn(&'b Hostile, &mut With<'_, 'b>)>;

/// What a hostile function gets.
enum With<'a, 'b> {
    Trace(&'a mut Tracer<'b>),
    Clear,
}

impl Hostile {
    fn visit<'a>(&'a self, tracer: &mut Tracer<'a>) {
        assert_eq!(self.magic.get(), LIVE);
        self.slot.trace(tracer);
        self.second.trace(tracer);
        self.list.trace(tracer);
        self.once.trace(tracer);
    }
}

impl Trace for Hostile {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        assert_eq!(self.magic.get(), LIVE, "a dead object is traced");
        let hostile = self.trace.borrow().clone();
        match hostile {
            Some(hostile) => hostile(self, &mut With::Trace(tracer)),
            None => self.visit(tracer),
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        let hostile = self.clear.borrow().clone();
        if let Some(hostile) = hostile {
            hostile(self, &mut With::Clear);
        }
        self.slot.clear_edges(clearer);
        self.second.clear_edges(clearer);
        self.list.clear_edges(clearer);
        self.once.clear_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        assert_eq!(self.magic.replace(0), LIVE, "dropped twice");
        self.drops.set(self.drops.get() + 1);
        for slot in [&self.slot, &self.second] {
            if let Some(held) = slot.take() {
                // Cleared, perhaps; never gone.
                assert!(Gc::try_get(&held).is_none_or(|h| h.magic.get() == LIVE));
                slot.set(Some(held));
            }
        }
    }
}

fn make_in(heap: &Heap, drops: &Rc<Cell<usize>>) -> Gc<Hostile> {
    heap.alloc(Hostile {
        magic: Cell::new(LIVE),
        slot: Cell::new(None),
        second: Cell::new(None),
        list: RefCell::default(),
        once: OnceGc::new(),
        trace: RefCell::default(),
        clear: RefCell::default(),
        drops: Rc::clone(drops),
    })
}

/// A live cycle of three held by its first, a garbage cycle of three, and a list that is alive. `hostile` is set on the first
/// of each cycle; collections of all kinds follow; then everything is let go, made harmless again, and must be freed.
fn run(hostile: impl for<'b> Fn(&'b Hostile, &mut With<'_, 'b>) + 'static) {
    run_with(&Heap::new(), Rc::new(hostile), false);
}

thread_local! {
    /// Where hostile functions keep what they got hold of.
    static KEPT: RefCell<Vec<Gc<Hostile>>> = const { RefCell::new(Vec::new()) };
}

fn run_with(heap: &Heap, hostile: Tracing, in_clear: bool) {
    let drops = Rc::new(Cell::new(0));
    let mut weak: Vec<Weak<Hostile>> = Vec::new();
    heap.enter(|| {
        for kind in 0..4 {
            let live: Vec<_> = (0..3).map(|_| make_in(heap, &drops)).collect();
            let garbage: Vec<_> = (0..3).map(|_| make_in(heap, &drops)).collect();
            for ring in [&live, &garbage] {
                for at in 0..3 {
                    ring[at].slot.set(Some(ring[(at + 1) % 3].clone()));
                    ring[at].list.borrow_mut().push(ring[(at + 2) % 3].clone());
                    weak.push(Gc::downgrade(&ring[at]));
                }
                let at = if in_clear { &ring[0].clear } else { &ring[0].trace };
                *at.borrow_mut() = Some(Rc::clone(&hostile));
            }
            drop(garbage);
            match kind {
                0 => drop(heap.collect()),
                1 => drop(heap.collect_generation(0)),
                2 => {
                    drop(heap.collect_generation(1));
                    drop(heap.collect());
                }
                _ => {
                    heap.set_thresholds([1, 1, 1]);
                    for _ in 0..20 {
                        let made = make_in(heap, &drops);
                        made.slot.set(Some(made.clone()));
                    }
                    heap.set_thresholds([2000, 10, 10]);
                }
            }
            for object in &live {
                assert_eq!(object.magic.get(), LIVE, "freed early");
            }
            drop(heap.objects());
            for object in heap.objects() {
                // A panic in a `trace` goes on to who asked.
                let _ = catch_unwind(AssertUnwindSafe(|| drop(heap.referrers(&object))));
                let _ = catch_unwind(AssertUnwindSafe(|| drop(heap.referents(&object))));
            }
        }
        for weak in &weak {
            if let Some(object) = weak.upgrade() {
                assert_eq!(object.magic.get(), LIVE);
                object.trace.replace(None);
                object.clear.replace(None);
            }
        }
        for object in heap.objects() {
            if let Some(object) = object.downcast_ref::<Hostile>() {
                object.trace.replace(None);
                object.clear.replace(None);
            }
        }
    });
    // What was kept outside goes before the heap does: it could not be collected any more.
    KEPT.with_borrow_mut(|kept| assert!(kept.drain(..).all(|k| k.magic.get() == LIVE)));
    heap.collect();
    heap.collect();
    assert!(drops.get() > 0);
}

fn tracing(hostile: impl for<'b> Fn(&'b Hostile, &mut Tracer<'b>) + 'static) {
    run(move |object, with| {
        if let With::Trace(tracer) = with {
            hostile(object, tracer);
        }
    });
}

#[test]
fn an_edge_twice() {
    tracing(|object, tracer| {
        object.visit(tracer);
        object.visit(tracer);
    });
}

#[test]
fn no_edge() {
    tracing(|_, _| {});
}

#[test]
fn another_edge_each_time() {
    let turn = Cell::new(0);
    tracing(move |object, tracer| {
        turn.set(turn.get() + 1);
        match turn.get() % 3 {
            0 => object.visit(tracer),
            1 => object.slot.trace(tracer),
            _ => object.list.trace(tracer),
        }
    });
}

#[test]
fn a_foreign_edge() {
    thread_local!(static OTHERS: RefCell<Vec<Gc<Hostile>>> = const { RefCell::new(Vec::new()) });
    let drops = Rc::new(Cell::new(0));
    let other_heap = Heap::new();
    OTHERS.set(vec![Gc::new(fresh(&drops)), make_in(&other_heap, &drops)]);
    tracing(|object, tracer| {
        object.visit(tracer);
        // Nothing of these is owned by the object.
        OTHERS.with_borrow(|others| {
            for _ in 0..3 {
                tracer.transient(others);
            }
        });
    });
    let others = OTHERS.take();
    assert!(others.iter().all(|o| o.magic.get() == LIVE));
    drop(others);
    assert_eq!(drops.get(), 2);
}

fn fresh(drops: &Rc<Cell<usize>>) -> Hostile {
    Hostile {
        magic: Cell::new(LIVE),
        slot: Cell::new(None),
        second: Cell::new(None),
        list: RefCell::default(),
        once: OnceGc::new(),
        trace: RefCell::default(),
        clear: RefCell::default(),
        drops: Rc::clone(drops),
    }
}

#[test]
fn allocating() {
    tracing(|object, tracer| {
        for _ in 0..10 {
            let made = Gc::new(fresh(&object.drops));
            made.slot.set(Some(made.clone()));
        }
        drop(Gc::<[u64]>::from(vec![7; 10_000]));
        object.visit(tracer);
    });
}

#[test]
fn dropping_what_was_just_visited() {
    tracing(|object, tracer| {
        object.visit(tracer);
        drop(object.slot.take());
        drop(object.second.take());
        object.list.borrow_mut().clear();
    });
}

#[test]
fn dropping_and_allocating_in_the_freed_place() {
    tracing(|object, tracer| {
        object.visit(tracer);
        drop(object.slot.take());
        object.slot.set(Some(Gc::new(fresh(&object.drops))));
        object.visit(tracer);
    });
}

#[test]
fn collecting() {
    tracing(|object, tracer| {
        object.visit(tracer);
        assert!(Heap::current().collect().skipped || !Heap::current().collect().abandoned);
        Heap::current().collect_generation(0);
        object.visit(tracer);
    });
}

#[test]
fn upgrading_and_keeping() {
    tracing(|object, tracer| {
        object.visit(tracer);
        for any in Heap::current().objects() {
            let weak = any.downcast_ref::<Hostile>().map(|_| any.clone().downcast::<Hostile>().unwrap());
            let Some(gc) = weak else { continue };
            let up = Gc::downgrade(&gc).upgrade();
            KEPT.with_borrow_mut(|kept| {
                if kept.len() < 50 {
                    kept.extend(up);
                }
            });
        }
    });
}

#[test]
fn taking_guards_and_leaving_them() {
    tracing(|object, tracer| {
        object.visit(tracer);
        let guard = object.list.borrow_mut();
        object.visit(tracer);
        drop(guard);
    });
}

#[test]
fn moving_out_of_the_cells_being_traced() {
    tracing(|object, tracer| {
        object.visit(tracer);
        let taken = object.slot.take();
        let list = std::mem::take(&mut *object.list.borrow_mut());
        KEPT.with_borrow_mut(|moved| {
            moved.extend(taken);
            moved.extend(list);
            if moved.len() > 4 {
                let other = moved.remove(0);
                object.slot.set(Some(other));
            }
        });
    });
}

#[test]
fn swapping_the_slots_of_neighbours() {
    tracing(|object, tracer| {
        let next = object.slot.take();
        if let Some(next) = &next {
            object.second.swap(&next.slot);
            next.list.borrow_mut().reverse();
        }
        object.slot.set(next);
        object.visit(tracer);
        object.slot.swap(&object.second);
    });
}

#[test]
fn panicking_half_way() {
    adder_gc::set_unraisable_hook(Some(Box::new(|_| {})));
    tracing(|object, tracer| {
        object.slot.trace(tracer);
        panic!("hostile");
    });
    adder_gc::set_unraisable_hook(None);
}

#[test]
fn clearing_that_collects_drops_and_moves() {
    let heap = Heap::new();
    run_with(
        &heap,
        Rc::new(|object: &Hostile, _: &mut With<'_, '_>| {
            assert!(Heap::current().collect().skipped);
            let taken = object.slot.take();
            if let Some(next) = &taken {
                drop(next.slot.take());
            }
            drop(taken);
            object.list.borrow_mut().clear();
            object.slot.set(Some(Gc::new(fresh(&object.drops))));
        }),
        true,
    );
}

thread_local! {
    static LAST: RefCell<Option<Gc<Hostile>>> = const { RefCell::new(None) };
}

/// Its own last handle, moved out of a thread-local into the very object that is being visited, while it is visited.
#[test]
fn moving_its_own_last_handle() {
    let drops = Rc::new(Cell::new(0));
    let object = Gc::new(fresh(&drops));
    *object.trace.borrow_mut() = Some(Rc::new(|object: &Hostile, with: &mut With<'_, '_>| {
        let last = LAST.take();
        match last {
            Some(mut last) => {
                // `&mut` to what is being looked at: refused.
                assert!(Gc::get_mut(&mut last).is_none());
                let last = Gc::try_unwrap(last).map(|_| ()).unwrap_err();
                object.slot.set(Some(last));
            }
            None => {
                if let With::Trace(tracer) = with {
                    object.visit(tracer);
                }
            }
        }
    }));
    // A suspect: an object that nobody has cloned is not looked at.
    drop(object.clone());
    LAST.set(Some(object));
    adder_gc::collect();
    assert_eq!(drops.get(), 0);
    // It hangs on itself alone now. Nothing told the collector; a look at the object does.
    for any in Heap::current().objects() {
        drop(any);
    }
    adder_gc::collect();
    assert_eq!(drops.get(), 1);
}

/// Its own last handle, dropped while it is visited: it dies when the visit is over.
#[test]
fn dropping_its_own_last_handle() {
    for unwrap in [false, true] {
        for generation in 0..3 {
            let drops = Rc::new(Cell::new(0));
            let object = Gc::new(fresh(&drops));
            *object.trace.borrow_mut() = Some(Rc::new(move |object: &Hostile, _: &mut With<'_, '_>| {
                if let Some(last) = LAST.take() {
                    if unwrap {
                        drop(Gc::try_unwrap(last));
                    } else {
                        drop(last);
                    }
                }
                assert_eq!(object.magic.get(), LIVE);
            }));
            drop(object.clone());
            LAST.set(Some(object));
            let report = Heap::current().collect_generation(generation);
            assert!(!report.skipped && !report.abandoned);
            assert_eq!(drops.get(), 1);
        }
    }
}

/// The same with an object that needs no drop: it is tracked, so its block must not go either.
#[test]
fn dropping_the_last_handle_to_an_object_without_drop() {
    struct Bare(Cell<u64>);
    thread_local!(static BARE: RefCell<Vec<Gc<Bare>>> = const { RefCell::new(Vec::new()) });
    impl Trace for Bare {
        fn trace(&self, _: &mut Tracer<'_>) {
            let last = BARE.take();
            drop(last);
            for _ in 0..4 {
                BARE.with_borrow_mut(|b| b.push(Gc::new(Bare(Cell::new(2)))));
            }
            drop(BARE.take());
            assert_eq!(self.0.get(), 1);
        }
        fn finalizes() -> bool {
            false
        }
    }
    assert!(!std::mem::needs_drop::<Bare>());
    for generation in 0..3 {
        let bare: Vec<_> = (0..5).map(|_| Gc::new(Bare(Cell::new(1)))).collect();
        drop(bare.clone());
        BARE.set(bare);
        Heap::current().collect_generation(generation);
        Heap::current().collect();
        assert_eq!(Heap::current().stats().tracked, 0);
    }
}

/// References to objects of another heap are on their way to the collector when those objects, and their heap, go.
#[test]
fn dropping_foreign_objects_and_their_heap() {
    struct Holder {
        foreign: Cell<Option<Gc<Hostile>>>,
        leaf: Cell<Option<AnyGc>>,
        heap: RefCell<Option<Heap>>,
        unwrap: bool,
    }
    impl Trace for Holder {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            for _ in 0..10 {
                self.foreign.trace(tracer);
                self.leaf.trace(tracer);
            }
            drop(self.leaf.take());
            if let Some(foreign) = self.foreign.take() {
                if self.unwrap {
                    drop(Gc::try_unwrap(foreign));
                } else {
                    drop(foreign);
                }
            }
            let heap = self.heap.take();
            if let Some(heap) = &heap {
                heap.collect();
                heap.trim();
            }
            drop(heap);
        }
        fn finalizes() -> bool {
            false
        }
    }
    for unwrap in [false, true] {
        for generation in 0..3 {
            let drops = Rc::new(Cell::new(0));
            let other = Heap::new();
            let holder = Gc::new(Holder {
                foreign: Cell::new(Some(make_in(&other, &drops))),
                leaf: Cell::new(Some(Gc::into_any(other.alloc(5_u64)))),
                heap: RefCell::new(Some(other)),
                unwrap,
            });
            let report = Heap::current().collect_generation(generation);
            assert!(!report.abandoned);
            drop(holder);
            assert_eq!(drops.get(), 1);
        }
    }
}

#[test]
fn asking_for_everything_while_traced() {
    let asking = Cell::new(false);
    tracing(move |object, tracer| {
        if asking.replace(true) {
            return object.visit(tracer);
        }
        let heap = Heap::current();
        for any in heap.objects() {
            drop(heap.referents(&any));
            let _ = any.downcast_ref::<Hostile>().map(|h| assert_eq!(h.magic.get(), LIVE));
        }
        heap.trim();
        heap.stats();
        heap.counts();
        heap.freeze();
        heap.unfreeze();
        asking.set(false);
        object.visit(tracer);
    });
}
