//! Rules 5, 6 and 7: collecting inside a collection does nothing; finalizers run once, and reachability is decided after them;
//! the order of finalizer, weak references, callbacks and drop. (Against CPython: `orders_against_cpython.rs`.)

#![forbid(unsafe_code)]

use adder_gc::{Borrowed, Clearer, Finalize, Gc, Heap, Phase, Trace, Tracer, Weak, Why};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static KEPT: RefCell<Vec<Gc<Object>>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(line.into()));
}

#[derive(Trace)]
#[trace(finalize)]
struct Object {
    name: &'static str,
    next: RefCell<Option<Gc<Object>>>,
    weak: RefCell<Option<Weak<Object>>>,
    #[trace(skip)]
    finalizer: Option<fn(Borrowed<'_, Object>)>,
}

impl Finalize for Object {
    fn finalize(this: Borrowed<'_, Self>) {
        log(format!("finalize {}", this.name));
        if let Some(f) = this.finalizer {
            f(this);
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        log(format!("drop {}", self.name));
    }
}

fn object(name: &'static str, finalizer: Option<fn(Borrowed<'_, Object>)>) -> Gc<Object> {
    Gc::new(Object { name, next: RefCell::default(), weak: RefCell::default(), finalizer })
}

fn tie(from: &Gc<Object>, to: &Gc<Object>) {
    *from.next.borrow_mut() = Some(to.clone());
}

fn watch(gc: &Gc<Object>, name: &'static str) -> Weak<Object> {
    Gc::downgrade_with(gc, move |w| log(format!("callback {name}, answers {}", w.upgrade().is_some())))
}

#[test]
fn rule_5_a_collection_inside_a_collection_does_nothing() {
    fn nested(place: &str) {
        let report = Heap::current().collect();
        log(format!("{place}: skipped {}", report.skipped));
        assert!(report.freed == 0 && report.unreachable == 0);
    }
    struct Everything(RefCell<Option<Gc<Everything>>>);
    impl Trace for Everything {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            nested("trace");
            self.0.trace(tracer);
        }
        fn clear_edges(&self, clearer: &mut Clearer<'_>) {
            nested("clear");
            self.0.clear_edges(clearer);
        }
        fn finalize(_: Borrowed<'_, Self>) {
            nested("finalizer");
        }
    }
    impl Drop for Everything {
        fn drop(&mut self) {
            nested("drop");
        }
    }
    let heap = Heap::current();
    let number = heap.add_collection_callback(|phase, _| {
        nested(if phase == Phase::Start { "before" } else { "after" });
    });
    let object = Gc::new(Everything(RefCell::default()));
    *object.0.borrow_mut() = Some(object.clone());
    let weak = Gc::downgrade_with(&object, |_| nested("callback"));
    drop(object);
    let report = heap.collect();
    assert_eq!((report.skipped, report.freed), (false, 1));
    heap.remove_collection_callback(number);
    drop(weak);
    let mut seen = LOG.take();
    assert!(seen.iter().all(|l| l.ends_with("skipped true")), "{seen:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// In the finalizer and the drop of a death by count, no collection is running: one may.
#[test]
fn rule_5_a_collection_in_a_death_by_count_runs() {
    let ring = object("ring", None);
    tie(&ring, &ring);
    drop(ring);
    drop(object("single", Some(|_| assert_eq!(Heap::current().collect().freed, 1))));
    assert_eq!(LOG.take(), ["finalize single", "finalize ring", "drop ring", "drop single"]);
}

#[test]
fn rule_6_a_finalizer_runs_once_also_after_resurrection() {
    let object = object("phoenix", Some(|this| KEPT.with_borrow_mut(|k| k.push(this.to_owned()))));
    drop(object);
    assert_eq!(LOG.take(), ["finalize phoenix"]);
    let back = KEPT.take().pop().unwrap();
    assert_eq!((back.name, Gc::ref_count(&back)), ("phoenix", 1));
    // Into a cycle, and through a collection: not again.
    tie(&back, &back);
    drop(back);
    let report = Heap::current().collect();
    assert_eq!((report.freed, report.uncollectable.len()), (1, 0));
    assert_eq!(LOG.take(), ["drop phoenix"]);
    assert!(KEPT.take().is_empty());
}

#[test]
fn rule_6_resurrection_in_a_collection_is_transitive_and_keeps_nothing_else() {
    let keep = Some((|this| KEPT.with_borrow_mut(|k| k.push(this.to_owned()))) as fn(Borrowed<'_, Object>));
    // a <-> b, a resurrects; c <-> d is other garbage.
    let (a, b, c, d) = (object("a", keep), object("b", None), object("c", None), object("d", None));
    tie(&a, &b);
    tie(&b, &a);
    tie(&c, &d);
    tie(&d, &c);
    drop((a, b, c, d));
    let report = Heap::current().collect();
    assert_eq!((report.unreachable, report.freed), (4, 2));
    assert_eq!(report.uncollectable.len(), 2);
    assert!(report.uncollectable.iter().all(|u| u.why == Why::Resurrected && u.type_name.ends_with("Object")));
    let log = LOG.take();
    assert_eq!(log.iter().filter(|l| l.starts_with("finalize")).count(), 4);
    assert!(log.contains(&"drop c".into()) && log.contains(&"drop d".into()) && !log.contains(&"drop b".into()));
    let a = KEPT.take().pop().unwrap();
    assert_eq!(a.next.borrow().as_ref().unwrap().name, "b");
    drop(a);
    let report = Heap::current().collect();
    assert_eq!((report.unreachable, report.freed), (2, 2), "not finalized again, so freed");
    assert_eq!(LOG.take().iter().filter(|l| l.starts_with("drop")).count(), 2);
}

/// What was resurrected from a collection of the young is found again when it dies for good.
#[test]
fn rule_6_resurrected_young_objects_are_found_again() {
    let keep = Some((|this| KEPT.with_borrow_mut(|k| k.push(this.to_owned()))) as fn(Borrowed<'_, Object>));
    let a = object("a", keep);
    tie(&a, &a);
    drop(a);
    Heap::current().collect();
    drop(KEPT.take());
    assert_eq!(Heap::current().collect().freed, 1);
    let a = object("b", keep);
    tie(&a, &a);
    drop(a);
    Heap::current().collect_generation(0);
    drop(KEPT.take());
    assert_eq!(Heap::current().collect().freed, 1);
    // By count, into a cycle of its own, from the finalizer, having been calm.
    let a = object("c", Some(|this| *this.next.borrow_mut() = Some(this.to_owned())));
    Heap::current().collect();
    Heap::current().collect();
    drop(a);
    assert_eq!(Heap::current().collect().freed, 1);
    LOG.take();
}

#[test]
fn rule_7_death_by_count() {
    let a = object(
        "a",
        Some(|this| {
            let weak = this.weak.borrow();
            let up = weak.as_ref().unwrap().upgrade();
            log(format!("weak answers in the finalizer: {}", up.is_some()));
        }),
    );
    *a.weak.borrow_mut() = Some(Gc::downgrade(&a));
    let plain = Gc::downgrade(&a);
    let (first, second) = (watch(&a, "first"), watch(&a, "second"));
    drop(a);
    assert_eq!(
        LOG.take(),
        [
            "finalize a",
            "weak answers in the finalizer: true",
            "callback second, answers false",
            "callback first, answers false",
            "drop a"
        ]
    );
    assert!(plain.upgrade().is_none() && first.upgrade().is_none() && second.upgrade().is_none());
}

#[test]
fn rule_7_death_by_collection() {
    thread_local!(static LATE: RefCell<Vec<Weak<Object>>> = const { RefCell::new(Vec::new()) });
    let a = object(
        "a",
        Some(|this| {
            let old = this.weak.borrow().as_ref().unwrap().upgrade().is_some();
            log(format!("weak answers in the finalizer: {old}"));
            // One made here answers until its object dies.
            LATE.with_borrow_mut(|l| l.push(Gc::downgrade(&this.to_owned())));
            LATE.with_borrow_mut(|l| l.push(Gc::downgrade_with(&this.to_owned(), |_| log("late callback"))));
            assert!(LATE.with_borrow(|l| l[0].upgrade().is_some()));
        }),
    );
    let b = object("b", None);
    *a.weak.borrow_mut() = Some(Gc::downgrade(&b));
    tie(&a, &b);
    tie(&b, &a);
    let watchers = [watch(&a, "a1"), watch(&b, "b1"), watch(&a, "a2"), watch(&b, "b2")];
    drop((a, b));
    Heap::current().collect();
    let log = LOG.take();
    let first_finalizer = log.iter().position(|l| l.starts_with("finalize")).unwrap();
    let last_callback = log.iter().rposition(|l| l.starts_with("callback")).unwrap();
    let first_drop = log.iter().position(|l| l.starts_with("drop")).unwrap();
    assert!(last_callback < first_finalizer && first_finalizer < first_drop, "{log:?}");
    assert!(log.iter().all(|l| !l.ends_with("answers true") && !l.ends_with("finalizer: true")), "{log:?}");
    let at = |name: &str| log.iter().position(|l| l.contains(name)).unwrap();
    assert!(at("callback a2") < at("callback a1") && at("callback b2") < at("callback b1"), "{log:?}");
    assert!(log.contains(&"late callback".into()));
    assert!(LATE.take().iter().all(|w| w.upgrade().is_none()));
    drop(watchers);
}

/// Weak references that finalizers make answer while the slots of the garbage are emptied. Who asks one in a drop, or between two
/// slices, owns an object that is empty afterwards, and no more than that: it dies by its count, and so does all the rest.
#[test]
fn rule_7_late_weak_references_bring_back_empty_objects_only() {
    thread_local! {
        static LATE: RefCell<Vec<Weak<Object>>> = const { RefCell::new(Vec::new()) };
        static KEEP: Cell<bool> = const { Cell::new(false) };
    }
    struct Asker;
    impl Drop for Asker {
        fn drop(&mut self) {
            let back: Vec<_> = LATE.with_borrow(|late| late.iter().filter_map(Weak::upgrade).collect());
            log(format!("asked, {} answer", back.len()));
            if KEEP.get() {
                KEPT.with_borrow_mut(|kept| kept.extend(back));
            }
        }
    }
    #[derive(Trace)]
    struct Asking {
        itself: RefCell<Option<Gc<Asking>>>,
        ring: RefCell<Option<Gc<Object>>>,
        #[trace(skip)]
        _drop: Asker,
    }
    let watch_all = Some(
        (|this| {
            let mut at = this.to_owned();
            for _ in 0..20 {
                LATE.with_borrow_mut(|late| late.push(Gc::downgrade(&at)));
                let next = at.next.borrow().clone().unwrap();
                at = next;
            }
        }) as fn(Borrowed<'_, Object>),
    );
    for keep in [false, true] {
        for slices in [false, true] {
            KEEP.set(keep);
            let heap = Heap::new();
            heap.enter(|| {
                let ring: Vec<_> = (0..20).map(|n| object("ring", watch_all.filter(|_| n == 7))).collect();
                for (at, gc) in ring.iter().enumerate() {
                    tie(gc, &ring[(at + 1) % ring.len()]);
                }
                // Garbage that dies with the ring, and asks.
                let askers: Vec<_> = ring
                    .iter()
                    .map(|gc| {
                        let asking = Gc::new(Asking {
                            itself: RefCell::default(),
                            ring: RefCell::new(Some(gc.clone())),
                            _drop: Asker,
                        });
                        *asking.itself.borrow_mut() = Some(asking.clone());
                        asking
                    })
                    .collect();
                if slices {
                    heap.collect();
                }
                drop((ring, askers));
                if slices {
                    while !heap.step(std::time::Duration::ZERO).done {}
                } else {
                    let report = heap.collect();
                    assert!(report.uncollectable.iter().all(|u| u.why == Why::Resurrected), "{report:?}");
                    assert_eq!(report.uncollectable.is_empty(), !keep, "{report:?}");
                }
                let kept = KEPT.take();
                assert!(kept.iter().all(|gc| gc.name == "ring"));
                assert!(keep || kept.is_empty());
                drop(kept);
                while heap.collect().unreachable > 0 {}
                drop(KEPT.take());
            });
            heap.collect();
            assert_eq!(heap.stats().objects, 0);
            assert!(LATE.take().iter().all(|late| late.upgrade().is_none()));
            let log = LOG.take();
            assert_eq!(log.iter().filter(|line| *line == "drop ring").count(), 20, "{log:?}");
            assert_eq!(log.iter().filter(|line| line.starts_with("asked")).count(), 20, "{log:?}");
            assert!(
                slices || log.iter().any(|line| line.starts_with("asked") && !line.ends_with("0 answer")),
                "{log:?}"
            );
        }
    }
}

/// A weak reference with a callback that has been dropped before does not call.
#[test]
fn rule_7_callbacks_of_forgotten_weak_references_do_not_run() {
    let a = object("a", None);
    let kept = watch(&a, "kept");
    let copy = kept.clone();
    drop(watch(&a, "forgotten"));
    drop(kept);
    drop(a);
    assert_eq!(LOG.take(), ["finalize a", "callback kept, answers false", "drop a"]);
    drop(copy);
}

/// A callback of an earlier one drops a later one's weak reference: its object had died before, so it is called all the same.
#[test]
fn rule_7_a_callback_may_drop_other_weak_references() {
    for cyclic in [false, true] {
        let a = object("a", None);
        let slot: Rc<RefCell<Option<Weak<Object>>>> = Rc::default();
        *slot.borrow_mut() = Some(watch(&a, "older"));
        let newer = {
            let slot = slot.clone();
            Gc::downgrade_with(&a, move |_| drop(slot.borrow_mut().take()))
        };
        if cyclic {
            tie(&a, &a);
        }
        drop(a);
        Heap::current().collect();
        assert!(LOG.take().iter().any(|l| l.contains("older")));
        drop(newer);
    }
}

/// `new_cyclic`: the weak reference answers once the object is made, and not if it never is.
#[test]
fn weak_references_to_the_unborn() {
    let kept = Cell::new(None);
    let made = Gc::new_cyclic(|weak: &Weak<Object>| {
        assert!(weak.upgrade().is_none());
        Heap::current().collect();
        assert!(Heap::current().objects().is_empty());
        kept.set(Some(weak.clone()));
        Object { name: "a", next: RefCell::default(), weak: RefCell::new(Some(weak.clone())), finalizer: None }
    });
    assert!(Gc::ptr_eq(&kept.take().unwrap().upgrade().unwrap(), &made));
    drop(made);
    assert_eq!(LOG.take(), ["finalize a", "drop a"]);
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Gc::new_cyclic(|weak: &Weak<Object>| {
            kept.set(Some(weak.clone()));
            panic!("no object")
        })
    }));
    assert!(failed.is_err() && kept.take().unwrap().upgrade().is_none());
    assert!(LOG.take().is_empty(), "there was nothing to finalize or drop");
    assert_eq!(Heap::current().stats().objects, 0);
}

#[derive(Trace, Default)]
struct Many {
    links: RefCell<Vec<Gc<Many>>>,
    weak: RefCell<Option<Weak<Many>>>,
}

/// In slices garbage is condemned group by group: an owner of a weak reference that reaches the target, or is reached by it, is in
/// its target's group or keeps it alive, so the callback does not run.
#[test]
fn rule_7_in_slices_garbage_does_not_call_itself_back() {
    fn tie(from: &Gc<Many>, to: &Gc<Many>) {
        from.links.borrow_mut().push(to.clone());
    }
    let called = |link: fn(&Gc<Many>, &Gc<Many>), owner_first: bool| {
        let heap = Heap::new();
        let called = Rc::new(Cell::new(0));
        heap.enter(|| {
            let (owner, target) = (Gc::new(Many::default()), Gc::new(Many::default()));
            tie(&owner, &owner);
            tie(&target, &target);
            link(&owner, &target);
            let count = Rc::clone(&called);
            *owner.weak.borrow_mut() = Some(Gc::downgrade_with(&target, move |_| count.set(count.get() + 1)));
            // Suspects are looked at in the order in which they were touched, or in the reverse order.
            let both = if owner_first { [owner, target] } else { [target, owner] };
            heap.collect();
            drop(both);
        });
        while !heap.step(std::time::Duration::ZERO).done {}
        assert_eq!(heap.stats().objects, 0);
        called.get()
    };
    for owner_first in [false, true] {
        assert_eq!(called(tie, owner_first), 0, "the owner reaches the target");
        assert_eq!(called(|owner, target| tie(target, owner), owner_first), 0, "the target reaches the owner");
    }
}
