//! Detached heaps: one thread at a time, handed over at any moment, in the middle of drops and collections too.

use adder_gc::{Attached, Borrowed, DetachedHeap, Finalize, Gc, Heap, Trace, Weak};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// What goes from thread to thread with the lock.
struct Handed<T>(T);
// SAFETY: touched only by the thread that has the heap attached.
unsafe impl<T> Send for Handed<T> {}

/// A lock like an interpreter's: taken in one place, let go of in another, the heap attached meanwhile.
struct Gil {
    heap: DetachedHeap,
    turn: Mutex<bool>,
    free: Condvar,
}

impl Gil {
    fn new() -> Gil {
        Gil { heap: Heap::detached(), turn: Mutex::new(false), free: Condvar::new() }
    }

    fn acquire(&self) {
        let mut taken = self.free.wait_while(self.turn.lock().unwrap(), |taken| *taken).unwrap();
        *taken = true;
        // SAFETY: handles of the heap are touched by the thread that has the lock.
        std::mem::forget(unsafe { Heap::attach(&self.heap) });
    }

    fn release(&self) {
        // SAFETY: the token was forgotten.
        unsafe { self.heap.detach() };
        *self.turn.lock().unwrap() = false;
        self.free.notify_one();
    }

    /// Lets another thread run, if one waits.
    fn hand_over(&self) {
        self.release();
        std::thread::yield_now();
        self.acquire();
    }
}

thread_local! {
    /// The lock that this thread has, for code that runs inside drops, callbacks and finalizers.
    static GIL: RefCell<Option<Arc<Gil>>> = const { RefCell::new(None) };
    static KEPT: RefCell<Vec<Gc<Node>>> = const { RefCell::new(Vec::new()) };
}

fn hand_over() {
    if let Some(gil) = GIL.with_borrow(Option::clone) {
        gil.hand_over();
    }
}

#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    dropped: AtomicUsize,
    finalized: AtomicUsize,
    called_back: AtomicUsize,
    handed_over_inside: AtomicUsize,
}

#[derive(Trace)]
#[trace(finalize)]
struct Node {
    number: usize,
    links: RefCell<Vec<Gc<Node>>>,
    alive: Cell<bool>,
    #[trace(skip)]
    counts: Arc<Counts>,
}

impl Node {
    fn make(number: usize, counts: &Arc<Counts>) -> Gc<Node> {
        counts.made.fetch_add(1, Ordering::Relaxed);
        Gc::new(Node { number, links: RefCell::default(), alive: Cell::new(true), counts: Arc::clone(counts) })
    }
}

impl Finalize for Node {
    fn finalize(this: Borrowed<'_, Self>) {
        this.counts.finalized.fetch_add(1, Ordering::Relaxed);
        if this.number.is_multiple_of(7) {
            KEPT.with_borrow_mut(|kept| kept.push(this.to_owned()));
        }
        if this.number.is_multiple_of(11) {
            this.counts.handed_over_inside.fetch_add(1, Ordering::Relaxed);
            hand_over();
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        assert!(self.alive.replace(false), "dropped twice");
        self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        if self.number.is_multiple_of(13) {
            self.counts.handed_over_inside.fetch_add(1, Ordering::Relaxed);
            hand_over();
        }
    }
}

fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize
}

/// What the threads have in common.
#[derive(Default)]
struct Table {
    nodes: Vec<Gc<Node>>,
    weak: Vec<Weak<Node>>,
}

const THREADS: usize = 4;
const ROUNDS: usize = 600;

#[test]
fn four_threads_under_one_lock() {
    let gil = Arc::new(Gil::new());
    let counts = Arc::new(Counts::default());
    let table = Arc::new(Mutex::new(Handed(Table::default())));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (gil, counts, table) = (Arc::clone(&gil), Arc::clone(&counts), Arc::clone(&table));
            std::thread::spawn(move || run(thread, &gil, &counts, &table))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let called = counts.called_back.load(Ordering::Relaxed);
    assert!(called > 0 && counts.handed_over_inside.load(Ordering::Relaxed) > 0);
    gil.acquire();
    let table = std::mem::take(&mut table.lock().unwrap().0);
    drop(table.nodes);
    gil.heap_stats_after_collect();
    for weak in &table.weak {
        assert!(!weak.is_alive());
    }
    drop(table.weak);
    gil.release();
    let made = counts.made.load(Ordering::Relaxed);
    assert_eq!(counts.dropped.load(Ordering::Relaxed), made);
    assert_eq!(counts.finalized.load(Ordering::Relaxed), made, "each once, resurrected or not");
}

impl Gil {
    /// Collects until nothing is left; the lock is ours.
    fn heap_stats_after_collect(&self) {
        let heap = Heap::current();
        for _ in 0..100 {
            heap.collect();
            KEPT.with_borrow_mut(std::mem::take);
            if heap.stats().objects == 0 {
                return;
            }
        }
        panic!("{} objects are left", heap.stats().objects);
    }
}

fn run(thread: usize, gil: &Arc<Gil>, counts: &Arc<Counts>, table: &Mutex<Handed<Table>>) {
    GIL.set(Some(Arc::clone(gil)));
    let mut random = thread as u64 * 0x9E37_79B9 + 1;
    gil.acquire();
    // What only this thread holds, also while others run.
    let mut own: Vec<Gc<Node>> = Vec::new();
    for round in 0..ROUNDS {
        match next(&mut random) % 10 {
            0..=2 => {
                let node = Node::make(next(&mut random) % 10_000, counts);
                if next(&mut random).is_multiple_of(2) {
                    node.links.borrow_mut().push(node.clone());
                }
                own.push(node);
            }
            3 => {
                // A ring through nodes of two threads.
                let theirs = table.lock().unwrap().0.nodes.last().cloned();
                if let (Some(theirs), Some(mine)) = (theirs, own.last()) {
                    theirs.links.borrow_mut().push(mine.clone());
                    mine.links.borrow_mut().push(theirs);
                }
            }
            4 => {
                let mine = own.pop();
                table.lock().unwrap().0.nodes.extend(mine);
            }
            5 => {
                let theirs = table.lock().unwrap().0.nodes.pop();
                own.extend(theirs);
            }
            6 => {
                // Dropped outside of the mutex: a drop hands over.
                let at = next(&mut random);
                let dropped = (!own.is_empty()).then(|| own.swap_remove(at % own.len()));
                drop(dropped);
            }
            7 => {
                let called = Arc::clone(counts);
                if let Some(node) = own.last() {
                    let weak = Gc::downgrade_with(node, move |_| {
                        called.called_back.fetch_add(1, Ordering::Relaxed);
                        hand_over();
                    });
                    table.lock().unwrap().0.weak.push(weak);
                }
            }
            8 => {
                let weak = table.lock().unwrap().0.weak.pop();
                let upgraded = weak.as_ref().and_then(Weak::upgrade);
                drop(weak);
                own.extend(upgraded);
            }
            _ => {
                let heap = Heap::current();
                match round % 4 {
                    0 => drop(heap.collect()),
                    1 => drop(heap.collect_generation(0)),
                    2 => drop(heap.step(std::time::Duration::from_micros(50))),
                    _ => drop(heap.safepoint()),
                }
            }
        }
        if next(&mut random).is_multiple_of(3) {
            gil.hand_over();
        }
    }
    drop(own);
    KEPT.with_borrow_mut(std::mem::take);
    gil.release();
    GIL.set(None);
}

#[test]
fn dropped_on_another_thread_than_it_was_made_on() {
    let counts = Arc::new(Counts::default());
    let heap = Heap::detached();
    let mut weak = Handed(Vec::new());
    {
        // SAFETY: only this thread uses the heap.
        let token = unsafe { Heap::attach(&heap) };
        for number in [1, 2, 3] {
            let node = Node::make(number, &counts);
            node.links.borrow_mut().push(node.clone());
            let called = Arc::clone(&counts);
            weak.0.push(Gc::downgrade_with(&node, move |_| {
                called.called_back.fetch_add(1, Ordering::Relaxed);
            }));
        }
        assert_eq!(token.stats().objects, 3);
    }
    std::thread::spawn(move || {
        // Something of this thread's own, which stays its own.
        let mine = Gc::new(5);
        let weak = weak;
        drop(heap);
        assert!(weak.0.iter().all(|weak| !weak.is_alive()));
        assert_eq!(*Gc::new(6) + *mine, 11);
        assert_eq!(Heap::current().stats().objects, 1);
    })
    .join()
    .unwrap();
    let all = [&counts.dropped, &counts.finalized, &counts.called_back].map(|count| count.load(Ordering::Relaxed));
    assert_eq!(all, [3, 3, 3]);
}

#[test]
fn what_outlives_a_detached_heap_dies_with_its_last_reference() {
    let counts = Arc::new(Counts::default());
    let heap = Heap::detached();
    // SAFETY: only this thread uses the heap.
    let token = unsafe { heap.attach() };
    let node = Node::make(1, &counts);
    drop(token);
    let node = Handed(node);
    std::thread::spawn(move || drop(heap)).join().unwrap();
    assert_eq!(node.0.number, 1);
    drop(node);
    assert_eq!(counts.dropped.load(Ordering::Relaxed), 1);
}

#[test]
fn new_objects_go_to_the_heap_that_is_attached() {
    let (one, two) = (Heap::detached(), Heap::detached());
    let of_the_thread = Gc::new(0_u8);
    // SAFETY: only this thread uses these heaps, and what is made in them is dropped before the token.
    let first: Attached<'_> = unsafe { one.attach() };
    let a = Gc::new(1_u8);
    {
        // SAFETY: as above.
        let second = unsafe { two.attach() };
        let b = Gc::new(2_u8);
        assert_eq!((first.stats().objects, second.stats().objects), (1, 1));
        drop(b);
    }
    let b = Gc::new(3_u8);
    assert_eq!(first.stats().objects, 2);
    drop((a, b, first));
    assert!(!one.is_attached() && !two.is_attached());
    assert_eq!(Heap::current().stats().objects, 1);
    drop(of_the_thread);
}

fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("this is a misuse");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().expect("a text")).to_owned(),
    }
}

#[test]
fn misuse_that_can_be_seen_panics() {
    let heap = Heap::detached();
    // SAFETY: here and below: only the heaps themselves are used, and what must not be panics.
    let token = unsafe { heap.attach() };
    // SAFETY: as above.
    let twice = message(|| drop(unsafe { heap.attach() }));
    assert!(twice.contains("attached already, on this thread"), "{twice}");
    let elsewhere = std::thread::scope(|scope| {
        // SAFETY: as above.
        scope.spawn(|| message(|| drop(unsafe { heap.attach() }))).join().unwrap()
    });
    assert!(elsewhere.contains("attached already, on another thread"), "{elsewhere}");
    let not_ours = std::thread::scope(|scope| {
        // SAFETY: as above.
        scope.spawn(|| message(|| unsafe { heap.detach() })).join().unwrap()
    });
    assert!(not_ours.contains("has not attached it"), "{not_ours}");

    // A handle of the heap that is kept beyond the token.
    let kept = Heap::clone(&token);
    drop(token);
    for used in [message(|| drop(kept.collect())), message(|| drop(kept.alloc(1_u8)))] {
        assert!(used.contains("has not attached it"), "{used}");
    }
    // SAFETY: as above.
    let token = unsafe { heap.attach() };
    drop(kept);

    // Tokens in the wrong order, and within another heap.
    let other = Heap::detached();
    // SAFETY: as above.
    let second = unsafe { other.attach() };
    let order = message(|| drop(token));
    assert!(order.contains("reverse order"), "{order}");
    assert!(heap.is_attached());
    drop(second);
    // SAFETY: the token above is gone; the heap stayed attached.
    unsafe { heap.detach() };
    // SAFETY: as above.
    let token = unsafe { heap.attach() };
    let inside = message(|| Heap::new().enter(|| drop(token)));
    assert!(inside.contains("reverse order"), "{inside}");
    // SAFETY: as above.
    unsafe { heap.detach() };
    // And all is as before.
    // SAFETY: as above.
    let token = unsafe { heap.attach() };
    assert_eq!(*token.alloc(3_u8), 3);
}

#[test]
fn detached_inside_trace() {
    struct Hostile(RefCell<Option<Gc<Hostile>>>, Arc<DetachedHeap>);
    thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
    impl Trace for Hostile {
        fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
            self.0.trace(tracer);
            // SAFETY: panics.
            unsafe { self.1.detach() };
        }
    }
    adder_gc::set_unraisable_hook(Some(Box::new(|panic| {
        SAID.with_borrow_mut(|said| said.push(panic.message().to_owned()));
    })));
    let heap = Arc::new(Heap::detached());
    // SAFETY: only this thread uses the heap.
    let token = unsafe { heap.attach() };
    let object = Gc::new(Hostile(RefCell::new(None), Arc::clone(&heap)));
    *object.0.borrow_mut() = Some(object.clone());
    assert!(token.collect().abandoned);
    assert!(SAID.take()[0].contains("detached inside `trace`"));
    assert!(heap.is_attached());
    *object.0.borrow_mut() = None;
    drop(object);
    drop(token);
}

#[test]
fn a_forgotten_token_leaks_the_heap_and_no_more() {
    let heap = Heap::detached();
    // SAFETY: only this thread uses the heap.
    let token = unsafe { heap.attach() };
    let object = Gc::new(7_u32);
    std::mem::forget(token);
    drop(heap);
    let other = Gc::new(8_u32);
    assert_eq!(*object + *other, 15);
}

#[derive(Trace)]
struct Link(RefCell<Option<Gc<Link>>>);

/// The depth of drops is measured from the stack of the thread that has the heap.
#[test]
fn long_lists_die_on_small_stacks_of_threads_that_took_the_heap_over() {
    // Two threads that live at the same time: the stack of one lies below that of the other. Each uses the other's heap.
    let made = Arc::new([const { Mutex::new(None::<DetachedHeap>) }; 2]);
    let meet = Arc::new(std::sync::Barrier::new(2));
    let threads = [0, 1].map(|number| {
        let (made, meet) = (Arc::clone(&made), Arc::clone(&meet));
        let work = move || {
            *made[number].lock().unwrap() = Some(Heap::detached());
            meet.wait();
            let heap = made[1 - number].lock().unwrap().take().unwrap();
            // SAFETY: nobody else has it.
            let token = unsafe { heap.attach() };
            let mut head = None;
            for _ in 0..100_000 {
                head = Some(Gc::new(Link(RefCell::new(head))));
            }
            drop(head);
            assert_eq!(token.stats().objects, 0);
            meet.wait();
        };
        std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap()
    });
    for thread in threads {
        thread.join().unwrap();
    }
}

/// A link that lets another thread run when it is dropped, the first time.
#[derive(Trace)]
struct Pausing(RefCell<Option<Gc<Pausing>>>);

thread_local!(static PAUSE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) });

impl Drop for Pausing {
    fn drop(&mut self) {
        // Deep in the list, while the queue is being drained.
        if self.0.get_mut().is_none()
            && let Some(pause) = PAUSE.take()
        {
            pause();
        }
    }
}

fn pausing(length: usize) -> Gc<Pausing> {
    let mut list = Gc::new(Pausing(RefCell::new(None)));
    for _ in 1..length {
        list = Gc::new(Pausing(RefCell::new(Some(list))));
    }
    list
}

/// A thread that hands over while it drains the queue does not keep the others from letting long lists die.
#[test]
fn two_threads_drain_in_turns() {
    const LENGTH: usize = 50_000;
    let gil = Arc::new(Gil::new());
    let meet = Arc::new(std::sync::Barrier::new(2));
    let first = {
        let (gil, meet) = (Arc::clone(&gil), Arc::clone(&meet));
        std::thread::spawn(move || {
            gil.acquire();
            let list = pausing(LENGTH);
            let after = pausing(LENGTH);
            let (inside, meet) = (Arc::clone(&gil), Arc::clone(&meet));
            PAUSE.set(Some(Box::new(move || {
                inside.release();
                meet.wait();
                meet.wait();
                inside.acquire();
                // The depth of this thread's own drain is bounded again.
                drop(after);
            })));
            drop(list);
            assert_eq!(Heap::current().stats().objects, 0);
            gil.release();
        })
    };
    meet.wait();
    gil.acquire();
    let before = Heap::current().stats().objects;
    drop(pausing(LENGTH));
    let after = Heap::current().stats().objects;
    gil.release();
    meet.wait();
    first.join().unwrap();
    assert_eq!(after, before, "its own list died in its turn");
}

#[test]
fn the_handle_goes_where_it_likes_and_the_token_does_not() {
    fn goes<T: Send + Sync>() {}
    goes::<DetachedHeap>();
    // `Attached` is neither: see ui/attached_not_send.rs.
}
