//! Counts at the edge of what they can hold, in both modes: a count that is full makes its object immortal, and nothing frees it any
//! more. The tests write a count near the edge into the header, where so many forgotten clones would have brought it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use adder_gc::{AnyGc, Gc, Heap, Trace, sync};

#[derive(Trace)]
struct Node {
    links: RefCell<Vec<Gc<Node>>>,
    #[trace(skip)]
    _alive: Rc<()>,
}

fn node(alive: &Rc<()>) -> Gc<Node> {
    Gc::new(Node { links: RefCell::default(), _alive: alive.clone() })
}

/// The words of local mode, as ARCHITECTURE.md draws them.
const CALM: i32 = 1 << 31;
/// The largest count of an ordinary object: 2³¹ references.
const FULL: i32 = i32::MAX;
/// The largest number of references of a calm one.
const CALM_FULL: i32 = (1 << 30) - 1;

/// The count in front of an object, which must live on.
fn word(object: *const Node) -> &'static AtomicI32 {
    // SAFETY: the header lies right in front of the payload, its count first; a leaked object stays.
    unsafe { &*object.cast::<u8>().sub(16).cast::<AtomicI32>() }
}

/// Drops a reference that no handle stands for, as the drop of one of the clones that were forgotten would.
fn drop_one(gc: &Gc<Node>) {
    // SAFETY: the count was set to more references than there are handles.
    drop(unsafe { AnyGc::from_raw(Gc::as_ptr(gc).cast_mut().cast()) });
}

#[test]
fn a_full_count_is_immortal() {
    let alive = Rc::new(());
    let a = node(&alive);
    let count = word(Gc::as_ptr(&a));
    count.store(FULL - 2, SeqCst);
    assert_eq!(Gc::ref_count(&a), (1 << 31) - 2);
    for more in 1..=2 {
        core::mem::forget(a.clone());
        assert_eq!((Gc::ref_count(&a), Gc::is_immortal(&a)), ((1 << 31) - 2 + more, false));
    }
    // And back, without losing one.
    drop_one(&a);
    assert_eq!(Gc::ref_count(&a), (1 << 31) - 1);
    core::mem::forget(a.clone());
    core::mem::forget(a.clone());
    assert!(Gc::is_immortal(&a) && Gc::ref_count(&a) == u32::MAX);
    let full = count.load(SeqCst);
    for _ in 0..100_000 {
        drop_one(&a);
    }
    for _ in 0..100_000 {
        core::mem::forget(a.clone());
    }
    assert_eq!(count.load(SeqCst), full);
    let weak = Gc::downgrade(&a);
    drop(a);
    Heap::current().collect();
    assert_eq!(Rc::strong_count(&alive), 2);
    assert!(weak.upgrade().is_some());
}

#[test]
fn a_cycle_with_a_full_count_is_not_garbage() {
    let alive = Rc::new(());
    let (a, b) = (node(&alive), node(&alive));
    a.links.borrow_mut().push(b.clone());
    b.links.borrow_mut().push(a.clone());
    word(Gc::as_ptr(&a)).store(FULL, SeqCst);
    core::mem::forget(a.clone());
    let address = Gc::as_ptr(&a);
    drop((a, b));
    for _ in 0..3 {
        assert_eq!(Heap::current().collect().freed, 0);
    }
    assert_eq!(Rc::strong_count(&alive), 3);
    // SAFETY: never freed.
    let a = unsafe { &*address };
    assert_eq!(Gc::ref_count(&a.links.borrow()[0]), 1);
}

/// Between what a calm object can say and what is full, collections leave the count as it is.
#[test]
fn collections_do_not_change_what_a_large_count_says() {
    for references in [CALM_FULL as u32 - 1, CALM_FULL as u32, 1 << 30, (1 << 30) + (1 << 29), (1 << 31) - 2, 1 << 31] {
        let alive = Rc::new(());
        let a = node(&alive);
        a.links.borrow_mut().push(a.clone());
        let count = word(Gc::as_ptr(&a));
        count.store((references - 1) as i32, SeqCst);
        for generation in [0, 1, 2, 2] {
            Heap::current().collect_generation(generation);
            assert_eq!((Gc::ref_count(&a), Rc::strong_count(&alive)), (references, 2), "{:x}", count.load(SeqCst));
        }
        // Two clones at the most below the edge; it is crossed for good, or not at all.
        core::mem::forget(a.clone());
        let after = if references == 1 << 31 { u32::MAX } else { references + 1 };
        assert_eq!(Gc::ref_count(&a), after);
        Heap::current().collect();
        assert_eq!((Gc::ref_count(&a), Rc::strong_count(&alive)), (after, 2));
        core::mem::forget(a);
    }
}

#[test]
fn a_full_calm_count_becomes_an_ordinary_one() {
    let alive = Rc::new(());
    let a = node(&alive);
    let count = word(Gc::as_ptr(&a));
    for change in [1, -1] {
        count.store(CALM | CALM_FULL, SeqCst);
        assert_eq!(Gc::ref_count(&a), CALM_FULL as u32);
        if change > 0 {
            core::mem::forget(a.clone())
        } else {
            drop_one(&a)
        }
        assert_eq!((Gc::ref_count(&a) as i32, count.load(SeqCst)), (CALM_FULL + change, CALM_FULL + change - 1));
    }
    count.store(0, SeqCst);
    drop(a);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn what_is_held_by_forgotten_clones_stays() {
    let alive = Rc::new(());
    let a = node(&alive);
    a.links.borrow_mut().push(a.clone());
    (0..1000).for_each(|_| core::mem::forget(a.clone()));
    let weak = Gc::downgrade(&a);
    drop(a);
    assert_eq!(Heap::current().collect().freed, 0);
    assert_eq!((weak.ref_count(), Rc::strong_count(&alive)), (1001, 2));
}

/// `sync`: one heap for the process, one test at a time.
mod shared {
    use super::*;
    use sync::{AnyGc, Gc, Heap};

    #[derive(Trace)]
    struct Node {
        links: Mutex<Vec<Gc<Node>>>,
        #[trace(skip)]
        drops: Arc<AtomicUsize>,
    }

    impl Drop for Node {
        fn drop(&mut self) {
            self.drops.fetch_add(1, SeqCst);
        }
    }

    fn node(drops: &Arc<AtomicUsize>) -> Gc<Node> {
        Gc::new(Node { links: Mutex::default(), drops: drops.clone() })
    }

    const BIASED: u32 = 2;
    const ONE: u32 = 8;
    /// 2²⁸ references in the shared half.
    const FULL: u32 = 1 << 31;
    const LOCAL_FULL: u32 = (1 << 20) - 1;

    /// The two halves in front of an object, local first.
    fn halves(gc: &Gc<Node>) -> [&'static AtomicU32; 2] {
        let header: *const u8 = Gc::as_ptr(gc).cast::<u8>().wrapping_sub(16);
        // SAFETY: the header lies right in front of the payload; the objects of these tests stay.
        unsafe { [&*header.cast::<AtomicU32>(), &*header.add(4).cast::<AtomicU32>()] }
    }

    fn drop_one(gc: &Gc<Node>) {
        // SAFETY: the count was set to more references than there are handles.
        drop(unsafe { AnyGc::from_raw(Gc::as_ptr(gc).cast_mut().cast()) });
    }

    fn alone() -> std::sync::MutexGuard<'static, ()> {
        static ONE: Mutex<()> = Mutex::new(());
        let one = ONE.lock().unwrap_or_else(|e| e.into_inner());
        Heap::global().disable();
        one
    }

    #[test]
    fn a_full_shared_half_is_immortal() {
        let _alone = alone();
        let drops = Arc::new(AtomicUsize::new(0));
        for thread in [false, true] {
            let a = node(&drops);
            assert!(Gc::share(&a));
            let [local, shared] = halves(&a);
            shared.store(FULL - 2 * ONE, SeqCst);
            assert_eq!((Gc::ref_count(&a), Gc::is_immortal(&a)), ((1 << 28) - 2, false));
            let work = || {
                core::mem::forget(a.clone());
                assert_eq!((Gc::ref_count(&a), Gc::is_immortal(&a)), ((1 << 28) - 1, false));
                core::mem::forget(a.clone());
                assert!(Gc::is_immortal(&a));
                for _ in 0..100_000 {
                    drop_one(&a);
                    assert!(Gc::is_immortal(&a));
                }
                for _ in 0..100_000 {
                    core::mem::forget(a.clone());
                }
                assert!(Gc::is_immortal(&a));
            };
            if thread {
                std::thread::scope(|scope| scope.spawn(work).join().unwrap());
            } else {
                work();
            }
            let weak = Gc::downgrade(&a);
            drop(a);
            Heap::global().collect();
            assert!(weak.upgrade().is_some() && drops.load(SeqCst) == 0);
            assert!(shared.load(SeqCst) >= FULL && local.load(SeqCst) << 12 == 0);
        }
    }

    #[test]
    fn threads_cross_the_edge_together() {
        let _alone = alone();
        let drops = Arc::new(AtomicUsize::new(0));
        for round in 0..50 {
            let a = node(&drops);
            if round % 2 == 0 {
                Gc::share(&a);
                halves(&a)[1].store(FULL - 30 * ONE, SeqCst);
            } else {
                halves(&a)[1].store(BIASED | (FULL - 30 * ONE), SeqCst);
            }
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for at in 0..200 {
                            core::mem::forget(a.clone());
                            if at % 3 == 0 {
                                drop_one(&a);
                            }
                        }
                    });
                }
                Heap::global().collect();
            });
            assert!(Gc::is_immortal(&a));
            (0..1000).for_each(|_| drop_one(&a));
            assert!(Gc::is_immortal(&a));
            drop(a);
        }
        Heap::global().collect();
        assert_eq!(drops.load(SeqCst), 0);
    }

    #[test]
    fn a_full_local_half_moves_a_part_over() {
        let _alone = alone();
        let drops = Arc::new(AtomicUsize::new(0));
        let a = node(&drops);
        let [local, _] = halves(&a);
        // Without an asymmetric fence nothing is biased, and there is no local half to fill.
        if local.load(SeqCst) & LOCAL_FULL == 0 {
            return;
        }
        local.fetch_add(LOCAL_FULL - 3, SeqCst);
        let before = Gc::ref_count(&a);
        assert_eq!(before, LOCAL_FULL - 2);
        let more: Vec<_> = (0..10).map(|_| a.clone()).collect();
        assert_eq!(Gc::ref_count(&a), before + 10);
        drop(more);
        assert_eq!(Gc::ref_count(&a), before);
        assert_eq!(Heap::global().collect().freed, 0);
        assert_eq!(Gc::ref_count(&a), before);
        for _ in 1..before {
            drop_one(&a);
        }
        assert_eq!((Gc::ref_count(&a), drops.load(SeqCst)), (1, 0));
        drop(a);
        assert_eq!(drops.load(SeqCst), 1);
    }

    #[test]
    fn a_cycle_with_a_full_count_is_not_garbage() {
        let _alone = alone();
        let drops = Arc::new(AtomicUsize::new(0));
        let (a, b) = (node(&drops), node(&drops));
        a.links.lock().unwrap().push(b.clone());
        b.links.lock().unwrap().push(a.clone());
        halves(&a)[1].fetch_add(FULL - ONE, SeqCst);
        let link = Gc::downgrade(&b);
        core::mem::forget(a.clone());
        // By the owner in its half, by another thread in the shared one.
        std::thread::scope(|scope| _ = scope.spawn(|| core::mem::forget(a.clone())));
        assert!(Gc::is_immortal(&a));
        drop((a, b));
        for _ in 0..3 {
            assert_eq!(Heap::global().collect().freed, 0);
        }
        assert_eq!((drops.load(SeqCst), link.ref_count()), (0, 1));
    }

    #[test]
    fn what_is_held_by_forgotten_clones_stays() {
        let _alone = alone();
        let drops = Arc::new(AtomicUsize::new(0));
        let a = node(&drops);
        a.links.lock().unwrap().push(a.clone());
        std::thread::scope(|scope| _ = scope.spawn(|| (0..500).for_each(|_| core::mem::forget(a.clone()))));
        (0..500).for_each(|_| core::mem::forget(a.clone()));
        let weak = Gc::downgrade(&a);
        drop(a);
        assert_eq!(Heap::global().collect().freed, 0);
        assert_eq!((weak.ref_count(), drops.load(SeqCst)), (1001, 0));
    }
}
