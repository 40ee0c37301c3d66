//! `adder_gc::sync`: the collector beside running threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Duration;

use adder_gc::sync::{self, Borrowed, Gc, Heap, OnceGc, Weak};
use adder_gc::{Clearer, Opaque, Trace, Tracer};
use sync_node::*;

mod sync_node;

#[test]
fn cycles_are_collected() {
    let _alone = alone();
    let d = drops();
    for n in [1, 2, 3, 1000] {
        drop(ring(n, &d));
    }
    let got = sync::collect();
    assert_eq!((got.freed, d.load(SeqCst)), (1006, 1006), "{got:?}");
    assert!(got.uncollectable.is_empty());
}

#[test]
fn live_cycles_are_not() {
    let _alone = alone();
    let d = drops();
    let a = ring(10, &d);
    let garbage = ring(5, &d);
    garbage.link(&a);
    drop(garbage);
    assert_eq!(sync::collect().freed, 5);
    a.check();
    for _ in 0..3 {
        assert_eq!(sync::collect().freed, 0);
    }
    assert_eq!(Gc::ref_count(&a), 2);
    drop(a);
    assert_eq!(sync::collect().freed, 10);
    assert_eq!(d.load(SeqCst), 15);
}

#[test]
fn cycles_across_threads_with_a_parked_owner() {
    let _alone = alone();
    let d = drops();
    let (to_main, from_other) = channel();
    let (stop, stopped) = channel::<()>();
    let d2 = d.clone();
    let other = thread::spawn(move || {
        to_main.send((0..100).map(|_| node(&d2)).collect::<Vec<_>>()).unwrap();
        // Parked: it never looks at its inbox.
        let _ = stopped.recv();
    });
    let theirs = from_other.recv().unwrap();
    for t in &theirs {
        let mine = node(&d);
        mine.link(t);
        t.link(&mine);
    }
    // Not dropped one by one, which would put a reference to each into the inbox of a thread that does not look.
    let keeper = node(&d);
    keeper.edges.lock().unwrap().extend(theirs);
    keeper.link(&keeper);
    drop(keeper);
    let got = sync::collect();
    assert_eq!(got.freed, 201, "{got:?}");
    assert_eq!(d.load(SeqCst), 201);
    drop(stop);
    other.join().unwrap();
}

#[test]
fn a_producer_parked_while_a_consumer_drops() {
    let _alone = alone();
    const N: usize = 100_000;
    let d = drops();
    let (send, receive) = channel();
    let (stop, stopped) = channel::<()>();
    let (told, tell) = channel::<()>();
    let d2 = d.clone();
    let producer = thread::spawn(move || {
        for shared in [false, true] {
            for _ in 0..N {
                let n = node(&d2);
                if shared {
                    Gc::share(&n);
                }
                send.send(n).unwrap();
            }
        }
        drop(send);
        told.send(()).unwrap();
        stopped.recv().unwrap();
        Heap::global().poll();
        told.send(()).unwrap();
        let _ = stopped.recv();
    });
    tell.recv().unwrap();
    let before = Heap::global().stats();
    for n in receive {
        n.check();
    }
    assert_eq!(d.load(SeqCst), N, "those that were shared died at once");
    let after = Heap::global().stats();
    assert_eq!(after.queued - before.queued, N);
    assert!(after.queued_bytes - before.queued_bytes >= N * 48);
    stop.send(()).unwrap();
    tell.recv().unwrap();
    assert_eq!(d.load(SeqCst), 2 * N);
    assert_eq!(Heap::global().stats().queued, before.queued);
    drop(stop);
    producer.join().unwrap();
}

#[derive(Trace)]
#[trace(finalize_shared)]
struct Final {
    me: Mutex<Option<Gc<Final>>>,
    #[trace(skip)]
    grave: Arc<Mutex<Vec<Gc<Final>>>>,
    resurrect: bool,
    #[trace(skip)]
    finalized: Arc<AtomicUsize>,
}

impl Drop for Final {
    fn drop(&mut self) {
        assert!(self.finalized.load(SeqCst) > 0);
    }
}

impl sync::Finalize for Final {
    fn finalize(this: Borrowed<'_, Self>) {
        this.finalized.fetch_add(1, SeqCst);
        if this.resurrect {
            this.grave.lock().unwrap().push(this.to_owned());
        }
    }
}

#[test]
fn finalizers_run_once_and_may_resurrect() {
    let _alone = alone();
    let grave = Arc::new(Mutex::new(Vec::new()));
    let n = Arc::new(AtomicUsize::new(0));
    let make = |resurrect, cycle| {
        let a = Gc::new(Final { me: Mutex::default(), grave: grave.clone(), resurrect, finalized: n.clone() });
        if cycle {
            *a.me.lock().unwrap() = Some(a.clone());
        }
        a
    };
    drop(make(false, false));
    assert_eq!(n.load(SeqCst), 1);
    drop(make(true, false));
    assert_eq!((n.load(SeqCst), grave.lock().unwrap().len()), (2, 1));
    let back = std::mem::take(&mut *grave.lock().unwrap());
    drop(back);
    assert_eq!(n.load(SeqCst), 2, "only once");

    drop(make(false, true));
    assert_eq!(sync::collect().freed, 1);
    assert_eq!(n.load(SeqCst), 3);
    let a = make(true, true);
    let w = Gc::downgrade(&a);
    drop(a);
    let got = sync::collect();
    assert_eq!((got.freed, n.load(SeqCst)), (0, 4), "{got:?}");
    assert!(w.upgrade().is_none(), "cleared when it was condemned");
    let back = std::mem::take(&mut *grave.lock().unwrap());
    assert!(back[0].me.lock().unwrap().is_some());
    drop(back);
    assert_eq!(sync::collect().freed, 1);
    assert_eq!(n.load(SeqCst), 4);
}

#[test]
fn a_lock_held_by_a_parked_thread() {
    let _alone = alone();
    let d = drops();
    let a = ring(3, &d);
    let b = a.clone();
    let (locked, is_locked) = channel();
    let (go, gone) = channel::<()>();
    let t = thread::spawn(move || {
        let guard = b.edges.lock().unwrap();
        locked.send(()).unwrap();
        gone.recv().unwrap();
        drop(guard);
        drop(b);
    });
    is_locked.recv().unwrap();
    drop(a);
    assert_eq!(sync::collect().freed, 0);
    go.send(()).unwrap();
    t.join().unwrap();
    Heap::global().poll();
    assert_eq!(sync::collect().freed, 3);
    assert_eq!(d.load(SeqCst), 3);

    // A guard that was leaked: what the lock hides stays alive, for ever.
    let a = ring(2, &d);
    std::mem::forget(a.edges.lock().unwrap());
    drop(a);
    sync::collect();
    assert_eq!(d.load(SeqCst), 3);
}

#[test]
fn rw_locks_and_once_slots() {
    let _alone = alone();
    #[derive(Trace)]
    struct Both {
        other: RwLock<Option<Gc<Both>>>,
        once: OnceGc<Both>,
    }
    let make = || Gc::new(Both { other: RwLock::default(), once: OnceGc::new() });
    let (a, b) = (make(), make());
    *a.other.write().unwrap() = Some(b.clone());
    assert!(b.once.set(a.clone()).is_ok());
    assert!(b.once.set(a.clone()).is_err());
    let read = a.other.read().unwrap();
    assert_eq!(sync::collect().freed, 0);
    drop(read);
    drop(a);
    drop(b);
    assert_eq!(sync::collect().freed, 2);
}

#[test]
fn opaque_owners_keep_alive() {
    let _alone = alone();
    #[derive(Trace)]
    struct Hides(Mutex<Option<Opaque<Gc<Hides>>>>);
    let a = Gc::new(Hides(Mutex::default()));
    *a.0.lock().unwrap() = Some(Opaque(a.clone()));
    let w = Gc::downgrade(&a);
    drop(a);
    assert_eq!(sync::collect().freed, 0);
    let a = w.upgrade().unwrap();
    a.0.lock().unwrap().take();
    drop(a);
    assert!(w.upgrade().is_none());
}

#[test]
fn panics_in_drop_finalize_and_trace() {
    let _alone = alone();
    adder_gc::set_unraisable_hook(Some(Box::new(|_| {})));
    #[derive(Trace)]
    struct Bad(Mutex<Option<Gc<Bad>>>);
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let a = Gc::new(Bad(Mutex::default()));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(a))).is_err());
    for _ in 0..10 {
        let a = Gc::new(Bad(Mutex::default()));
        *a.0.lock().unwrap() = Some(a.clone());
    }
    assert_eq!(sync::collect().freed, 10);

    struct BadTrace(Mutex<Option<Gc<BadTrace>>>, Arc<AtomicBool>);
    impl Trace for BadTrace {
        fn trace<'a>(&'a self, t: &mut Tracer<'a>) {
            assert!(!self.1.load(SeqCst), "in trace");
            self.0.trace(t);
        }
        fn clear_edges(&self, c: &mut Clearer<'_>) {
            self.0.clear_edges(c);
        }
        fn finalizes() -> bool {
            false
        }
    }
    let bad = Arc::new(AtomicBool::new(true));
    let a = Gc::new(BadTrace(Mutex::default(), bad.clone()));
    *a.0.lock().unwrap() = Some(a.clone());
    let b = a.clone();
    drop(a);
    assert!(sync::collect().abandoned);
    assert_eq!(Gc::ref_count(&b), 2, "as before");
    bad.store(false, SeqCst);
    drop(b);
    assert_eq!(sync::collect().freed, 1);
    let d = drops();
    drop(ring(100, &d));
    assert_eq!(sync::collect().freed, 100);
    adder_gc::set_unraisable_hook(None);
}

/// Panics that nobody can receive go to the hook of the thread on which they came up, and without one to that of the process.
#[test]
fn panics_are_reported_wherever_they_come_up() {
    use adder_gc::Origin;
    let _alone = alone();
    static SEEN: Mutex<Vec<(Origin, String)>> = Mutex::new(Vec::new());
    sync::set_unraisable_hook(Some(Box::new(|event| {
        SEEN.lock().unwrap().push((event.origin, format!("{}: {}", event.type_name, event.message())));
    })));
    let seen = || core::mem::take(&mut *SEEN.lock().unwrap());
    let on_a_thread = |work: fn()| thread::spawn(work).join().unwrap();

    #[derive(Trace, Default)]
    #[trace(finalize_shared)]
    struct Bad(Mutex<Option<Gc<Bad>>>);
    impl sync::Finalize for Bad {
        fn finalize(_: sync::Borrowed<'_, Self>) {
            panic!("in finalize");
        }
    }
    #[derive(Trace, Default)]
    struct Plain(Mutex<Option<Gc<Plain>>>);

    on_a_thread(|| drop(Gc::new(Bad::default())));
    on_a_thread(|| {
        let bad = Gc::new(Bad::default());
        *bad.0.lock().unwrap() = Some(bad.clone());
        drop(bad);
        assert_eq!(sync::collect().freed, 1);
    });
    let events = seen();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|(o, text)| *o == Origin::Finalizer && text.ends_with("Bad: in finalize")), "{events:?}");

    on_a_thread(|| {
        let plain = Gc::new(Plain::default());
        let _first = Gc::downgrade_with(&plain, |_| panic!("in callback"));
        let _second = Gc::downgrade_with(&plain, |_| panic!("in callback"));
        *plain.0.lock().unwrap() = Some(plain.clone());
        drop(plain);
        assert_eq!(sync::collect().freed, 1);
        let plain = Gc::new(Plain::default());
        let _third = Gc::downgrade_with(&plain, |_| panic!("in callback"));
        drop(plain);
    });
    let events = seen();
    assert!(events.len() == 3 && events.iter().all(|(o, _)| *o == Origin::WeakCallback), "{events:?}");

    let heap = Heap::global();
    let number = heap.add_collection_callback(|_, _| panic!("in a collection's callback"));
    on_a_thread(|| _ = sync::collect());
    heap.remove_collection_callback(number);
    let events = seen();
    assert!(events.len() == 2 && events.iter().all(|(o, _)| *o == Origin::CollectionCallback), "{events:?}");

    struct BadClear(Mutex<Option<Gc<BadClear>>>);
    impl Trace for BadClear {
        fn trace<'a>(&'a self, t: &mut Tracer<'a>) {
            self.0.trace(t);
        }
        fn clear_edges(&self, c: &mut Clearer<'_>) {
            self.0.clear_edges(c);
            panic!("in clear");
        }
        fn finalizes() -> bool {
            false
        }
    }
    on_a_thread(|| {
        let bad = Gc::new(BadClear(Mutex::default()));
        *bad.0.lock().unwrap() = Some(bad.clone());
        drop(bad);
        assert_eq!(sync::collect().freed, 1);
    });
    let events = seen();
    assert!(events.len() == 1 && events[0].0 == Origin::Clear, "{events:?}");

    // A thread's own hook comes first, and a panic in the process's goes no further.
    on_a_thread(|| {
        adder_gc::set_unraisable_hook(Some(Box::new(|_| {})));
        drop(Gc::new(Bad::default()));
    });
    assert_eq!(seen(), []);
    sync::set_unraisable_hook(Some(Box::new(|_| panic!("in the hook"))));
    on_a_thread(|| drop(Gc::new(Bad::default())));
    sync::set_unraisable_hook(None);
    on_a_thread(|| drop(Gc::new(Bad::default())));
    assert_eq!(seen(), []);
    let d = drops();
    drop(ring(100, &d));
    assert_eq!(sync::collect().freed, 100);
}

/// A field that owns no references may have a hand-written `Trace` that visits nothing.
#[test]
fn a_hand_written_leaf_does_not_keep_a_cycle() {
    let _alone = alone();
    struct Leaf(u64);
    impl Trace for Leaf {
        fn trace(&self, _: &mut Tracer<'_>) {}
        fn tracked() -> bool {
            false
        }
        fn finalizes() -> bool {
            false
        }
    }
    #[derive(Trace)]
    struct Node {
        leaf: Leaf,
        leaves: Vec<Leaf>,
        next: Mutex<Option<Gc<Node>>>,
    }
    let a = Gc::new(Node { leaf: Leaf(1), leaves: vec![Leaf(2)], next: Mutex::default() });
    *a.next.lock().unwrap() = Some(a.clone());
    assert_eq!(a.leaf.0 + a.leaves[0].0, 3);
    let weak = Gc::downgrade(&a);
    drop(a);
    assert_eq!(sync::collect().freed, 1);
    assert!(weak.upgrade().is_none());
}

#[test]
fn collecting_inside_a_collection_does_nothing() {
    let _alone = alone();
    /// Asks for a collection wherever a collection calls it, and counts what came of that.
    #[derive(Default)]
    struct Asked {
        skipped: AtomicUsize,
        done: AtomicUsize,
    }
    impl Asked {
        fn ask(&self) {
            let young = Heap::global().collect_generation(0).skipped;
            let stepped = Heap::global().step(Duration::from_millis(1)).skipped && Heap::global().safepoint().skipped;
            let all = if sync::collect().skipped && young && stepped { &self.skipped } else { &self.done };
            all.fetch_add(1, SeqCst);
        }
    }
    struct Nested(Mutex<Option<Gc<Nested>>>, Arc<Asked>, AtomicBool);
    impl Trace for Nested {
        fn trace<'a>(&'a self, t: &mut Tracer<'a>) {
            if self.2.load(SeqCst) {
                self.1.ask();
            }
            self.0.trace(t);
        }
        fn clear_edges(&self, c: &mut Clearer<'_>) {
            self.1.ask();
            self.0.clear_edges(c);
        }
        fn take_edges(&mut self, c: &mut Clearer<'_>) {
            self.0.take_edges(c);
        }
        fn finalize_shared(this: sync::Borrowed<'_, Self>) {
            this.1.ask();
        }
    }
    impl Drop for Nested {
        fn drop(&mut self) {
            self.1.ask();
        }
    }
    let asked = Arc::new(Asked::default());
    let nested = || Gc::new(Nested(Mutex::default(), asked.clone(), AtomicBool::new(false)));
    let a = nested();
    *a.0.lock().unwrap() = Some(a.clone());
    let in_callback = asked.clone();
    let _weak = Gc::downgrade_with(&a, move |_| in_callback.ask());
    let in_phase = asked.clone();
    let number = Heap::global().add_collection_callback(move |_, _| in_phase.ask());
    drop(a);
    assert_eq!(sync::collect().freed, 1);
    Heap::global().remove_collection_callback(number);
    // Callback, finalizer, clear, drop, and before and after the collection.
    assert_eq!((asked.skipped.load(SeqCst), asked.done.load(SeqCst)), (6, 0));
    // In a visit (of what lives, for it is no garbage then).
    let a = nested();
    *a.0.lock().unwrap() = Some(a.clone());
    a.2.store(true, SeqCst);
    drop(a.clone());
    sync::collect();
    let in_visits = asked.skipped.load(SeqCst) - 6;
    assert!(in_visits > 0 && asked.done.load(SeqCst) == 0, "{in_visits}");
    a.2.store(false, SeqCst);
    *a.0.lock().unwrap() = None;
    // By count they run: no collection is under way.
    drop(a);
    assert_eq!((asked.skipped.load(SeqCst) - in_visits, asked.done.load(SeqCst)), (6, 2));
}

#[test]
fn a_handle_in_a_thread_local_and_objects_made_while_it_dies() {
    let _alone = alone();
    struct AtTheEnd(Gc<Node>, Arc<AtomicUsize>);
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            self.0.check();
            let n = node(&self.1);
            n.link(&self.0);
            let keep = n.clone();
            drop(n);
            keep.check();
        }
    }
    thread_local!(static HELD: std::cell::RefCell<Option<AtTheEnd>> = const { std::cell::RefCell::new(None) });
    let d = drops();
    for early in [false, true] {
        let d = d.clone();
        thread::spawn(move || {
            if early {
                HELD.with(|_| ());
            }
            let n = node(&d);
            HELD.set(Some(AtTheEnd(n, d)));
        })
        .join()
        .unwrap();
    }
    Heap::global().poll();
    assert_eq!(d.load(SeqCst), 4);
}

#[test]
fn limits() {
    let _alone = alone();
    let heap = Heap::global();
    heap.set_limit(Some(heap.used_bytes() + (2 << 20)));
    let mut all = Vec::new();
    let refused = loop {
        match Gc::try_new([0_u8; 1000]) {
            Ok(gc) => all.push(gc),
            Err(error) => break error,
        }
    };
    assert!(refused.to_string().contains("bytes requested"), "{refused}");
    assert!(all.len() > 1000);
    assert!(Gc::try_from_vec(vec![0_u8; 10 << 20]).is_err());
    all.clear();
    assert!(Gc::try_new([0_u8; 1000]).is_ok());
    // Garbage in cycles is collected before a request is refused.
    #[derive(Trace)]
    struct Fat(Mutex<Option<Gc<Fat>>>, [u64; 128]);
    heap.disable();
    for _ in 0..10_000 {
        let a = Gc::new(Fat(Mutex::default(), [0; 128]));
        *a.0.lock().unwrap() = Some(a.clone());
    }
    heap.enable();
    // Nothing at all, and more than there is.
    heap.set_limit(Some(0));
    assert!(Gc::try_from_vec(vec![0_u8; 100_000]).is_err() && Gc::try_from_str(&"x".repeat(100_000)).is_err());
    assert!(heap.try_charge(1).is_err() && heap.try_charge(usize::MAX).is_err() && heap.try_charge(0).is_ok());
    let refused = catch_unwind(|| drop(Gc::<[u8]>::from(vec![0_u8; 100_000]))).unwrap_err();
    assert!(refused.downcast_ref::<String>().unwrap().contains("bytes requested"));
    heap.set_limit(None);
    assert_eq!(heap.limit(), None);
    sync::collect();
}

#[test]
fn automatic_collection_frees_garbage() {
    let _alone = alone();
    let d = drops();
    for _ in 0..300_000 {
        drop(ring(2, &d));
    }
    assert!(d.load(SeqCst) > 400_000, "{}", d.load(SeqCst));
    sync::collect();
    assert_eq!(d.load(SeqCst), 600_000);
}

/// Threads build and cut a graph that they share, while others collect. At the end everything is dropped once.
fn stress(threads: usize, steps: usize, seed: u64) {
    let d = drops();
    let made = Arc::new(AtomicUsize::new(0));
    let roots: Arc<Vec<Mutex<Option<Gc<Node>>>>> = Arc::new((0..16).map(|_| Mutex::new(None)).collect());
    let done = Arc::new(AtomicBool::new(false));
    let heap = Heap::global();
    let collectors: Vec<_> = (0..2)
        .map(|number| {
            let done = done.clone();
            thread::spawn(move || {
                for round in 0.. {
                    if done.load(SeqCst) {
                        break;
                    }
                    match (round / 8 + number) % 6 {
                        0 => drop(heap.collect()),
                        1 => drop(heap.step(Duration::from_micros(30))),
                        2 => drop(heap.collect_generation(0)),
                        3 => drop(heap.collect_generation(1)),
                        4 => drop(heap.safepoint()),
                        // Handles to everything, for a moment.
                        _ => drop(heap.objects()),
                    }
                }
            })
        })
        .collect();
    let workers: Vec<_> = (0..threads)
        .map(|t| {
            let (d, made, roots) = (d.clone(), made.clone(), roots.clone());
            thread::spawn(move || {
                let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (t as u64 + 1) << 17;
                let mut next = move |n: usize| {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    (random >> 20) as usize % n
                };
                let mut mine: Vec<Gc<Node>> = Vec::new();
                let mut weak: Vec<Weak<Node>> = Vec::new();
                for _ in 0..steps {
                    match next(12) {
                        0 | 1 => {
                            mine.push(node(&d));
                            made.fetch_add(1, SeqCst);
                        }
                        2 | 3 if mine.len() > 1 => {
                            let (a, b) = (next(mine.len()), next(mine.len()));
                            mine[a].link(&mine[b]);
                        }
                        4 if !mine.is_empty() => {
                            let at = next(mine.len());
                            mine.swap_remove(at);
                        }
                        // Moves, without counting.
                        5 if mine.len() > 1 => {
                            let moved = mine.swap_remove(next(mine.len()));
                            let into = mine[next(mine.len())].clone();
                            into.edges.lock().unwrap().push(moved);
                        }
                        6 if !mine.is_empty() => {
                            let from = mine[next(mine.len())].clone();
                            let moved = from.edges.lock().unwrap().pop();
                            mine.extend(moved);
                        }
                        7 if mine.len() > 1 => {
                            let (a, b) = (mine[next(mine.len())].clone(), mine[next(mine.len())].clone());
                            let moved = a.edges.lock().unwrap().pop();
                            if let Some(moved) = moved {
                                moved.check();
                                b.edges.lock().unwrap().push(moved);
                            }
                        }
                        8 if !mine.is_empty() => {
                            let root = &roots[next(roots.len())];
                            let put = mine[next(mine.len())].clone();
                            let old = root.lock().unwrap().replace(put);
                            mine.extend(old);
                        }
                        9 => {
                            let got = roots[next(roots.len())].lock().unwrap().clone();
                            mine.extend(got);
                        }
                        10 if !mine.is_empty() => {
                            weak.push(Gc::downgrade(&mine[next(mine.len())]));
                            if weak.len() > 20 {
                                weak.swap_remove(next(20));
                            }
                        }
                        11 if !weak.is_empty() => {
                            if let Some(got) = weak[next(weak.len())].upgrade() {
                                got.check();
                                mine.push(got);
                            }
                        }
                        _ => {}
                    }
                    if mine.len() > 40 {
                        // Whole clusters become garbage.
                        mine.truncate(next(40));
                    }
                    for m in &mine {
                        m.check();
                    }
                }
            })
        })
        .collect();
    for w in workers {
        w.join().unwrap();
    }
    done.store(true, SeqCst);
    for c in collectors {
        c.join().unwrap();
    }
    for root in roots.iter() {
        root.lock().unwrap().take();
    }
    Heap::global().poll();
    let got = sync::collect();
    assert_eq!(d.load(SeqCst), made.load(SeqCst), "{got:?}");
}

#[test]
fn threads_mutate_a_shared_graph_while_others_collect() {
    let _alone = alone();
    Heap::global().set_thresholds([200, 3, 20]);
    // ADDER_STRESS=1000 for longer.
    let rounds = std::env::var("ADDER_STRESS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    for seed in 1..=rounds {
        stress(4, 20_000, seed);
    }
    Heap::global().set_thresholds([20_000, 10, 50]);
}

#[test]
fn threads_allocate_other_objects_while_cycles_are_collected() {
    let _alone = alone();
    let d = drops();
    let stop = Arc::new(AtomicBool::new(false));
    let others: Vec<_> = (0..3)
        .map(|_| {
            let (d, stop) = (drops(), stop.clone());
            thread::spawn(move || {
                let mut live: Vec<Gc<Node>> = (0..1000).map(|_| node(&d)).collect();
                let mut made = live.len();
                while !stop.load(SeqCst) {
                    for i in 0..live.len() {
                        live[i] = node(&d);
                        made += 1;
                        let to = live[(i * 7) % 1000].clone();
                        live[i].link(&to);
                    }
                    for l in &live {
                        l.edges.lock().unwrap().clear();
                    }
                }
                drop(live);
                (made, d)
            })
        })
        .collect();
    for round in 1..=30 {
        for _ in 0..200 {
            drop(ring(5, &d));
        }
        sync::collect();
        assert_eq!(d.load(SeqCst), round * 1000, "all that was garbage at the call");
    }
    stop.store(true, SeqCst);
    for o in others {
        let (made, d) = o.join().unwrap();
        sync::collect();
        assert_eq!(d.load(SeqCst), made);
    }
}
