//! `raw::let_go` and `raw::take_over`: a heap made in the ordinary way that threads hand to each other, in the middle of finalizers, callbacks,
//! drops and collections too. (`detached_heaps.rs` covers the tokens.)

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use adder_gc::raw::{let_go, take_over};
use adder_gc::{Borrowed, Finalize, Gc, Heap, Trace, Tracer, Weak};

/// What goes from thread to thread with the heap.
struct Handed<T>(T);
// SAFETY: touched only by the thread that has the heap.
unsafe impl<T> Send for Handed<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Handed<T> {}

/// Whose turn it is, by number. Relaxed on purpose: what happens before what, `let_go` and `take_over` alone decide, and ThreadSanitizer
/// sees whether they do.
#[derive(Default)]
struct Turn(AtomicUsize);

impl Turn {
    /// Waits for a turn, and takes the heap over.
    fn begin(&self, number: usize, heap: &Heap) {
        while self.0.load(Relaxed) != number {
            std::thread::yield_now();
        }
        // SAFETY: the turn is this thread's.
        unsafe { take_over(heap) };
    }

    /// Ends it, for that of another thread.
    fn end(&self, heap: &Heap, next: usize) {
        // SAFETY: this thread touches the heap in its own turns only.
        unsafe { let_go(heap) };
        self.0.store(next, Relaxed);
    }
}

/// While a thread has let go of the heap, in the middle of something, `other` runs with it on a thread of its own.
fn meanwhile<R: Send>(heap: &Heap, other: impl FnOnce(&Heap) -> R) -> R {
    let handed = Handed((heap, other));
    // SAFETY: this thread waits, and takes over before it goes on.
    unsafe { let_go(heap) };
    let result = std::thread::scope(|scope| {
        let run = move || {
            let handed = handed;
            let Handed((heap, other)) = handed;
            // SAFETY: let go of above.
            unsafe { take_over(heap) };
            let result = other(heap);
            // SAFETY: this thread ends.
            unsafe { let_go(heap) };
            result
        };
        scope.spawn(run).join().unwrap()
    });
    // SAFETY: let go of by the thread that has ended.
    unsafe { take_over(heap) };
    result
}

type Act = Box<dyn FnOnce(&Gc<Node>)>;

#[derive(Trace)]
#[trace(finalize)]
struct Node {
    links: RefCell<Vec<Gc<Node>>>,
    /// Done by the finalizer.
    #[trace(skip)]
    act: RefCell<Option<Act>>,
    /// Done by the drop.
    #[trace(skip)]
    at_drop: RefCell<Option<Box<dyn FnOnce()>>>,
    #[trace(skip)]
    drops: Arc<AtomicUsize>,
}

impl Finalize for Node {
    fn finalize(this: Borrowed<'_, Self>) {
        if let Some(act) = this.act.take() {
            act(&this.to_owned());
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(act) = self.at_drop.take() {
            act();
        }
        self.drops.fetch_add(1, Relaxed);
    }
}

fn node(heap: &Heap, drops: &Arc<AtomicUsize>) -> Gc<Node> {
    let (links, act, at_drop) = Default::default();
    heap.alloc(Node { links, act, at_drop, drops: drops.clone() })
}

/// A cycle of two; gives one of them.
fn cycle(heap: &Heap, drops: &Arc<AtomicUsize>) -> Gc<Node> {
    let (a, b) = (node(heap, drops), node(heap, drops));
    a.links.borrow_mut().push(b.clone());
    b.links.borrow_mut().push(a.clone());
    a
}

fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it panics");
    panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).into())).unwrap()
}

const THREADS: usize = 3;
const ROUNDS: usize = if cfg!(miri) { 3 } else { 300 };

/// Threads in turn make, link, drop, look up and collect in one heap. Nothing but the handing over orders what they do.
#[test]
fn threads_in_turn() {
    let drops = Arc::new(AtomicUsize::new(0));
    let made = Arc::new(AtomicUsize::new(0));
    let turn = Turn::default();
    // What they share, beside the heap itself.
    struct Table {
        roots: RefCell<Vec<Gc<Node>>>,
        weak: RefCell<Vec<Weak<Node>>>,
        called: Cell<usize>,
    }
    let shared =
        Handed((Heap::new(), Table { roots: RefCell::default(), weak: RefCell::default(), called: Cell::new(0) }));
    // SAFETY: from here on the threads have it in turn.
    unsafe { let_go(&shared.0.0) };
    std::thread::scope(|scope| {
        for number in 0..THREADS {
            let (drops, made, turn, shared) = (drops.clone(), made.clone(), &turn, &shared);
            scope.spawn(move || {
                let Handed((heap, table)) = shared;
                for round in 0..ROUNDS {
                    turn.begin(number, heap);
                    let it = cycle(heap, &drops);
                    made.fetch_add(2, Relaxed);
                    table.weak.borrow_mut().push(Gc::downgrade(&it));
                    let mut roots = table.roots.borrow_mut();
                    if let Some(last) = roots.last() {
                        it.links.borrow_mut().push(last.clone());
                    }
                    if round % 3 == number {
                        // What other threads made goes as well: by its count or as a cycle.
                        roots.iter().for_each(|root| root.links.borrow_mut().truncate(round % 2));
                        roots.clear();
                    }
                    roots.push(it);
                    drop(roots);
                    if round % 10 == number {
                        heap.collect();
                    }
                    let answer = table.weak.borrow().iter().filter(|weak| weak.upgrade().is_some()).count();
                    table.called.set(table.called.get() + usize::from(answer > 0));
                    turn.end(heap, (number + 1) % THREADS);
                }
            });
        }
    });
    let Handed((heap, table)) = shared;
    // SAFETY: the threads have ended.
    unsafe { take_over(&heap) };
    assert_eq!(table.called.get(), THREADS * ROUNDS, "its own one answers each time");
    table.roots.take();
    heap.collect();
    assert!(table.weak.take().iter().all(|weak| weak.upgrade().is_none()));
    assert_eq!((made.load(Relaxed), heap.stats().objects), (2 * THREADS * ROUNDS, 0));
    assert_eq!(drops.load(Relaxed), made.load(Relaxed));
}

/// By its count and by a collection: a finalizer lets go of the heap; another thread uses it, looks the dying object up by a weak
/// reference, and makes a root of it.
#[test]
fn in_a_finalizer() {
    for by_collection in [false, true] {
        let drops = Arc::new(AtomicUsize::new(0));
        let heap = Heap::new();
        let saved = Arc::new(Handed(RefCell::new(Vec::new())));
        let it = if by_collection { cycle(&heap, &drops) } else { node(&heap, &drops) };
        let weak = Gc::downgrade(&it);
        let seen = Arc::new(Handed(Cell::new((false, false, 0))));
        let (kept, noted, of, counted) = (saved.clone(), seen.clone(), heap.clone(), drops.clone());
        let found = Gc::downgrade(&it);
        *it.act.borrow_mut() = Some(Box::new(move |this| {
            let this = Handed(this.clone());
            let found = Handed(&found);
            meanwhile(&of, move |heap| {
                let (this, found) = (this, found);
                let before = counted.load(Relaxed);
                drop(cycle(heap, &counted));
                let report = heap.collect();
                noted.0.set((found.0.upgrade().is_some(), report.skipped, counted.load(Relaxed) - before));
                kept.0.borrow_mut().push(this.0);
            });
        }));
        drop(it);
        if by_collection {
            heap.collect();
        }
        // Condemned objects had their weak references emptied before; one that dies by its count answers in its finalizer. No second
        // collection runs within the first one, wherever it is asked for.
        let by_count = !by_collection;
        assert_eq!(seen.0.get(), (by_count, by_collection, if by_count { 2 } else { 0 }));
        assert_eq!(weak.upgrade().is_some(), by_count, "resurrected");
        let saved = saved.0.take();
        assert_eq!(saved.len(), 1);
        saved[0].links.take();
        drop(saved);
        heap.collect();
        // It, its neighbour, and those of the other thread.
        assert_eq!((drops.load(Relaxed), heap.stats().objects), (if by_collection { 4 } else { 3 }, 0));
    }
}

/// The callback of a weak reference lets go of the heap. All weak references to the object are empty by then, on every thread.
#[test]
fn in_a_callback() {
    for by_collection in [false, true] {
        let drops = Arc::new(AtomicUsize::new(0));
        let heap = Heap::new();
        let it = if by_collection { cycle(&heap, &drops) } else { node(&heap, &drops) };
        let weak = Arc::new(Handed(Gc::downgrade(&it)));
        let found = Arc::new(Handed(Cell::new(None)));
        let (of, asked, noted, counted) = (heap.clone(), weak.clone(), found.clone(), drops.clone());
        let callback = Gc::downgrade_with(&it, move |_| {
            let (asked, noted, counted) = (asked.clone(), noted.clone(), counted.clone());
            meanwhile(&of, move |heap| {
                let alive = asked.0.upgrade().is_some();
                let other = node(heap, &counted);
                let to_other = Gc::downgrade(&other);
                let before = counted.load(Relaxed);
                drop(other);
                noted.0.set(Some((alive, to_other.upgrade().is_some(), counted.load(Relaxed) - before)));
            });
        });
        drop(it);
        if by_collection {
            heap.collect();
        }
        assert_eq!(found.0.get(), Some((false, false, 1)), "what the other thread dropped died at once");
        drop(callback);
        assert_eq!((drops.load(Relaxed), heap.stats().objects), (if by_collection { 3 } else { 2 }, 0));
    }
}

/// A drop lets go of the heap while it drains the queue of a long list: another thread's long list dies in its own turn, on a small stack.
#[test]
fn in_the_drop_of_a_long_list() {
    let length = if cfg!(miri) { 30 } else { 50_000 };
    let list = move |heap: &Heap, drops: &Arc<AtomicUsize>, last: Gc<Node>| {
        (1..length).fold(last, |next, _| {
            let it = node(heap, drops);
            it.links.borrow_mut().push(next);
            it
        })
    };
    let (drops, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let heap = Heap::new();
    let died = Arc::new(AtomicUsize::new(0));
    let last = node(&heap, &drops);
    let (of, counted, noted) = (heap.clone(), others.clone(), died.clone());
    *last.at_drop.borrow_mut() = Some(Box::new(move || {
        meanwhile(&of, |heap| {
            drop(list(heap, &counted, node(heap, &counted)));
            noted.store(counted.load(Relaxed), Relaxed);
        });
    }));
    let first = list(&heap, &drops, last);
    let run = Handed((heap.clone(), first));
    // On a small stack as well.
    // SAFETY: this thread waits.
    unsafe { let_go(&heap) };
    let small = move || {
        let run = run;
        let Handed((heap, first)) = run;
        // SAFETY: let go of above.
        unsafe { take_over(&heap) };
        drop(first);
        // SAFETY: this thread touches it no more: the handle goes back unused.
        unsafe { let_go(&heap) };
        Handed(heap)
    };
    let back = std::thread::Builder::new().stack_size(256 << 10).spawn(small).unwrap().join().unwrap();
    // SAFETY: the thread has ended.
    unsafe { take_over(&heap) };
    drop(back);
    assert_eq!((died.load(Relaxed), drops.load(Relaxed), heap.stats().objects), (length, length, 0));
}

/// Does something this deep on the stack.
#[inline(never)]
fn deep(levels: usize, act: &mut dyn FnMut()) {
    let frame = std::hint::black_box([levels as u8; 1 << 10]);
    if levels == 0 {
        act()
    } else {
        deep(levels - 1, act)
    }
    std::hint::black_box(frame);
}

/// A drop lets go of the heap while dead objects are queued: in manual mode they do not die within another thread's allocation, at the
/// limit neither.
#[test]
#[cfg_attr(miri, ignore = "what queues the dead is the depth of the stack, which Miri does not show")]
fn no_queued_object_dies_in_an_allocation() {
    let drops = Arc::new(AtomicUsize::new(0));
    let heap = Heap::new();
    heap.set_mode(adder_gc::CollectMode::Manual);
    let mut queued: Vec<_> = (0..10).map(|_| node(&heap, &drops)).collect();
    let first = node(&heap, &drops);
    let died = Arc::new(AtomicUsize::new(usize::MAX));
    let (of, counted, noted) = (heap.clone(), drops.clone(), died.clone());
    *first.at_drop.borrow_mut() = Some(Box::new(move || {
        deep(100, &mut || queued.clear());
        assert_eq!(counted.load(Relaxed), 0, "they are queued");
        meanwhile(&of, |heap| {
            heap.set_limit(Some(heap.used_bytes()));
            assert!(heap.try_charge(1 << 20).is_err());
            heap.set_limit(None);
            noted.store(counted.load(Relaxed), Relaxed);
        });
    }));
    let mut first = Some(first);
    deep(100, &mut || drop(first.take()));
    assert_eq!((died.load(Relaxed), drops.load(Relaxed), heap.stats().objects), (0, 11, 0));
}

/// Each misuse that shows panics, and changes nothing.
#[test]
fn what_is_refused() {
    let heap = Handed(Heap::new());
    let heap = &heap;
    let elsewhere =
        |f: fn(&Heap)| std::thread::scope(|scope| scope.spawn(move || message(|| f(&heap.0))).join().unwrap());
    let take: fn(&Heap) = |heap| {
        // SAFETY: panics, here and below.
        unsafe { take_over(heap) };
    };
    let go: fn(&Heap) = |heap| {
        // SAFETY: as above.
        unsafe { let_go(heap) };
    };
    let attached = "attached already, on ";
    // Nobody let go of it.
    assert!(message(|| take(&heap.0)).contains(attached));
    assert!(elsewhere(take).contains(attached));
    let kept = heap.0.alloc(1_u8);

    // SAFETY: until the next line nobody touches it.
    unsafe { let_go(&heap.0) };
    // Once is enough.
    assert!(message(|| go(&heap.0)).contains("has not attached it"));
    assert!(message(|| drop(heap.0.collect())).contains("has not attached it"));
    // SAFETY: let go of above.
    unsafe { take_over(&heap.0) };
    assert!(message(|| take(&heap.0)).contains("attached already, on this thread"));
    assert!(elsewhere(take).contains("attached already, on another thread"));
    assert!(elsewhere(go).contains("has not attached it"));

    // None of that has changed whose it is.
    assert_eq!(*kept + *heap.0.alloc(2_u8), 3);
    meanwhile(&heap.0, |heap| assert_eq!(*heap.alloc(4_u8), 4));
    assert_eq!(heap.0.stats().objects, 1);
}

/// References are in flight in a `trace`: the heap stays this thread's.
#[test]
fn not_inside_trace() {
    struct Hostile(RefCell<Option<Gc<Hostile>>>, Heap);
    impl Trace for Hostile {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            self.0.trace(tracer);
            // SAFETY: panics.
            unsafe { let_go(&self.1) };
        }
    }
    thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
    adder_gc::set_unraisable_hook(Some(Box::new(|panic| {
        SAID.with_borrow_mut(|said| said.push(panic.message().to_owned()));
    })));
    let heap = Heap::new();
    let it = heap.alloc(Hostile(RefCell::new(None), heap.clone()));
    *it.0.borrow_mut() = Some(it.clone());
    assert!(heap.collect().abandoned);
    assert!(SAID.take()[0].contains("detached inside `trace`"));
    adder_gc::set_unraisable_hook(None);
    // It was never let go of.
    // SAFETY: panics.
    assert!(message(|| unsafe { take_over(&heap) }).contains("attached already"));
    *it.0.borrow_mut() = None;
    drop(it);
    assert_eq!(heap.stats().objects, 0);
}

/// The thread's current heap stays what it was.
#[test]
fn it_does_not_become_the_current_heap() {
    let heap = Heap::new();
    meanwhile(&heap, |heap| {
        let own = Gc::new(1_u8);
        let there = heap.alloc(2_u8);
        assert_eq!((Heap::current().stats().objects, heap.stats().objects), (1, 1));
        assert_eq!(*own + *there, 3);
    });
    assert_eq!((Heap::current().stats().objects, heap.stats().objects), (0, 0));
}
