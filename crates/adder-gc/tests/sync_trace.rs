//! `adder_gc::sync` with `Trace` written by hand, boxes and trait objects: what is collected, and what a wrong `Trace` cannot do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, RwLock};
use std::thread;

use adder_gc::sync::{self, Gc, Heap, OnceGc, Weak};
use adder_gc::{Clearer, Trace, Tracer, Why};

/// One heap for the process: tests run one at a time, and begin without the garbage of the one before.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let one = ONE.lock().unwrap_or_else(|e| e.into_inner());
    while sync::collect().freed > 0 {}
    one
}

/// The methods of a `Trace` written by hand, for these fields.
macro_rules! by_hand {
    ($($field:tt),*) => {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            $(self.$field.trace(tracer);)*
        }
        fn clear_edges(&self, clearer: &mut Clearer<'_>) {
            $(self.$field.clear_edges(clearer);)*
        }
        fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
            $(self.$field.take_edges(clearer);)*
        }
        fn finalizes() -> bool {
            false
        }
    };
}

struct Parent {
    children: RwLock<Vec<Gc<Child>>>,
    spare: OnceGc<Child>,
}

impl Trace for Parent {
    by_hand!(children, spare);
}

/// Refers to its parent by a plain field.
struct Child {
    parent: Gc<Parent>,
    friend: Mutex<Option<Gc<Child>>>,
}

impl Trace for Child {
    by_hand!(parent, friend);
}

#[test]
fn cycles_through_hand_written_types_are_collected() {
    let _alone = alone();
    let parent = Gc::new(Parent { children: RwLock::default(), spare: OnceGc::new() });
    for _ in 0..3 {
        let child = Gc::new(Child { parent: parent.clone(), friend: Mutex::default() });
        *child.friend.lock().unwrap() = Some(child.clone());
        parent.children.write().unwrap().push(child);
    }
    assert!(parent.spare.set(parent.children.read().unwrap()[0].clone()).is_ok());
    assert_eq!(sync::collect().freed, 0, "held");
    let weak = Gc::downgrade(&parent);
    drop(parent);
    assert_eq!(sync::collect().freed, 4);
    assert!(weak.upgrade().is_none());
}

/// What a trait object may be: it can be asked for nothing but its `Trace`.
trait Shape: Trace + Send + Sync {}

#[derive(Trace)]
struct Derived(Mutex<Option<Gc<Boxes>>>);
impl Shape for Derived {}

struct Written(RwLock<Option<Gc<Boxes>>>);
impl Trace for Written {
    by_hand!(0);
}
impl Shape for Written {}

#[derive(Trace, Default)]
enum Behind {
    #[default]
    Nothing,
    Lock(Mutex<Option<Gc<Boxes>>>),
    Boxed(Box<Mutex<Behind>>),
    Many(Vec<Mutex<Option<Gc<Boxes>>>>),
}

#[derive(Trace, Default)]
struct Boxes {
    boxed: Mutex<Option<Box<Gc<Boxes>>>>,
    lock: Box<Mutex<Option<Gc<Boxes>>>>,
    shapes: Mutex<Vec<Box<dyn Shape>>>,
    behind: Mutex<Behind>,
}

#[test]
fn boxes_trait_objects_and_locks_in_locks() {
    let _alone = alone();
    let ways: [fn(&Gc<Boxes>); 7] = [
        |b| *b.boxed.lock().unwrap() = Some(Box::new(b.clone())),
        |b| *b.lock.lock().unwrap() = Some(b.clone()),
        |b| b.shapes.lock().unwrap().push(Box::new(Derived(Mutex::new(Some(b.clone()))))),
        |b| b.shapes.lock().unwrap().push(Box::new(Written(RwLock::new(Some(b.clone()))))),
        |b| *b.behind.lock().unwrap() = Behind::Lock(Mutex::new(Some(b.clone()))),
        |b| {
            let inner = Behind::Lock(Mutex::new(Some(b.clone())));
            *b.behind.lock().unwrap() = Behind::Boxed(Box::new(Mutex::new(inner)));
        },
        |b| *b.behind.lock().unwrap() = Behind::Many(vec![Mutex::default(), Mutex::new(Some(b.clone()))]),
    ];
    for (number, way) in ways.into_iter().enumerate() {
        let object = Gc::new(Boxes::default());
        way(&object);
        assert_eq!(sync::collect().freed, 0, "held, way {number}");
        // Everything is unlocked again.
        assert!(object.boxed.try_lock().is_ok() && object.lock.try_lock().is_ok() && object.behind.try_lock().is_ok());
        let weak = Gc::downgrade(&object);
        drop(object);
        assert_eq!(sync::collect().freed, 1, "way {number}");
        assert!(weak.upgrade().is_none());
    }
}

/// A lock of the user's own, of which the library knows nothing.
#[derive(Default)]
struct OwnLock<T>(Mutex<T>);

impl<T: Trace> Trace for OwnLock<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Ok(value) = self.0.try_lock() {
            tracer.transient(&*value);
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.0.lock().unwrap().take_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

#[test]
fn what_is_borrowed_for_a_moment_only_keeps_its_objects_alive() {
    let _alone = alone();
    #[derive(Trace, Default)]
    struct Node {
        own: OwnLock<Option<Gc<Node>>>,
        next: Mutex<Option<Gc<Node>>>,
    }
    let a = Gc::new(Node::default());
    *a.own.0.lock().unwrap() = Some(a.clone());
    let weak = Gc::downgrade(&a);
    drop(a);
    assert_eq!(sync::collect().freed, 0);
    let a = weak.upgrade().expect("what its own lock holds counts as held from outside");
    let own = a.own.0.lock().unwrap().take();
    *a.next.lock().unwrap() = own;
    drop(a);
    assert_eq!(sync::collect().freed, 1);
}

const ALIVE: u64 = 0x0A11_7E0B_1EC7_5AFE;

/// Says when a dead object is used.
struct Canary(u64, Arc<AtomicUsize>);

impl Canary {
    fn check(&self) {
        assert_eq!(self.0, ALIVE, "used after its death");
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        assert_eq!(self.0, ALIVE, "dropped twice");
        self.0 = 0xDEAD;
        self.1.fetch_add(1, SeqCst);
    }
}

/// What a test leaves behind must not disturb the next.
static HOSTILE: AtomicBool = AtomicBool::new(false);

/// While it lives, hostile objects are hostile.
struct HostileNow;

impl HostileNow {
    fn new() -> HostileNow {
        HOSTILE.store(true, SeqCst);
        HostileNow
    }
}

impl Drop for HostileNow {
    fn drop(&mut self) {
        HOSTILE.store(false, SeqCst);
    }
}

type Tracing = for<'a> fn(&'a Hostile, &mut Tracer<'a>);

struct Hostile {
    canary: Canary,
    first: Mutex<Vec<Gc<Hostile>>>,
    second: RwLock<Vec<Gc<Hostile>>>,
    plain: Option<Gc<Hostile>>,
    trace: Tracing,
}

impl Hostile {
    fn check(&self) {
        self.canary.check();
    }
    fn visit<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.first.trace(tracer);
        self.second.trace(tracer);
        self.plain.trace(tracer);
    }
}

impl Trace for Hostile {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.check();
        if HOSTILE.load(SeqCst) { (self.trace)(self, tracer) } else { self.visit(tracer) }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.check();
        self.first.clear_edges(clearer);
        self.second.clear_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

fn hostile(drops: &Arc<AtomicUsize>, plain: Option<Gc<Hostile>>, trace: Tracing) -> Gc<Hostile> {
    Gc::new(Hostile {
        canary: Canary(ALIVE, drops.clone()),
        first: Mutex::default(),
        second: RwLock::default(),
        plain,
        trace,
    })
}

/// Threads clone, move, weaken and drop objects whose `trace` is wrong, while others collect. Nothing may be used after its death
/// or die twice, and every lock must be free at the end. Slots may be emptied too early. Gives how many objects are left at the end,
/// when `trace` tells the truth again.
fn under_threads(trace: Tracing) -> usize {
    let _hostile = HostileNow::new();
    let drops = Arc::new(AtomicUsize::new(0));
    let made = Arc::new(AtomicUsize::new(0));
    let shared: Arc<Mutex<Vec<Gc<Hostile>>>> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let collector = {
        let done = done.clone();
        thread::spawn(move || {
            // Some when the threads are done, too: on a busy machine they may be done before the first.
            let mut left = 20;
            while left > 0 {
                left -= usize::from(done.load(SeqCst));
                sync::collect();
            }
        })
    };
    let workers: Vec<_> = (0..3)
        .map(|number| {
            let (drops, made, shared) = (drops.clone(), made.clone(), shared.clone());
            thread::spawn(move || {
                let mut weak: Vec<Weak<Hostile>> = Vec::new();
                let mut mine: Vec<Gc<Hostile>> = Vec::new();
                for step in 0..3000_usize {
                    let new = hostile(&drops, mine.last().cloned(), trace);
                    made.fetch_add(1, SeqCst);
                    new.first.lock().unwrap_or_else(|e| e.into_inner()).push(new.clone());
                    weak.push(Gc::downgrade(&new));
                    if step % 3 == number {
                        let mut shared = shared.lock().unwrap();
                        shared.push(new.clone());
                        if shared.len() > 20 {
                            mine.push(shared.swap_remove(step % 20));
                        }
                    }
                    if let Some(old) = weak.get(step / 2).and_then(Weak::upgrade) {
                        old.check();
                        old.second.write().unwrap_or_else(|e| e.into_inner()).push(new.clone());
                        let moved = old.first.lock().unwrap_or_else(|e| e.into_inner()).pop();
                        mine.extend(moved);
                    }
                    mine.push(new);
                    mine.iter().for_each(|object| object.check());
                    if mine.len() > 30 {
                        mine.drain(..20);
                    }
                }
                for object in &mine {
                    drop(object.first.lock().unwrap_or_else(|e| e.into_inner()));
                    drop(object.second.write().unwrap_or_else(|e| e.into_inner()));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    done.store(true, SeqCst);
    collector.join().unwrap();
    for object in std::mem::take(&mut *shared.lock().unwrap()) {
        object.check();
    }
    HOSTILE.store(false, SeqCst);
    Heap::global().poll();
    while sync::collect().freed > 0 {}
    made.load(SeqCst) - drops.load(SeqCst)
}

#[test]
fn hand_written_objects_of_another_thread_die_when_it_looks() {
    let _alone = alone();
    let (send, receive) = channel();
    let (go, gone) = channel::<()>();
    let drops = Arc::new(AtomicUsize::new(0));
    let d = drops.clone();
    let owner = thread::spawn(move || {
        send.send(hostile(&d, None, Hostile::visit)).unwrap();
        gone.recv().unwrap();
        Heap::global().poll();
        let freed = d.load(SeqCst);
        gone.recv().unwrap();
        freed
    });
    let theirs = receive.recv().unwrap();
    let mine = hostile(&drops, Some(theirs.clone()), Hostile::visit);
    theirs.first.lock().unwrap().push(mine.clone());
    drop(mine);
    // The last reference from outside goes into the cycle, and not into the owner's inbox.
    let inside = Gc::clone(&theirs.first.lock().unwrap()[0]);
    inside.second.write().unwrap().push(theirs);
    drop(inside);
    let got = sync::collect();
    assert_eq!((got.unreachable, got.freed, drops.load(SeqCst)), (2, 1, 1), "{got:?}");
    assert!(got.uncollectable.iter().all(|u| u.why == Why::Owner) && got.uncollectable.len() == 1);
    go.send(()).unwrap();
    go.send(()).unwrap();
    assert_eq!(owner.join().unwrap(), 2);
}

#[test]
fn an_honest_trace_of_the_hostile_type_frees_everything() {
    let _alone = alone();
    let drops = Arc::new(AtomicUsize::new(0));
    let a = hostile(&drops, None, Hostile::visit);
    let b = hostile(&drops, Some(a.clone()), Hostile::visit);
    a.first.lock().unwrap().push(b.clone());
    b.second.write().unwrap().push(b.clone());
    drop((a, b));
    assert_eq!((sync::collect().freed, drops.load(SeqCst)), (2, 2));
    assert_eq!(under_threads(Hostile::visit), 0);
}

#[test]
fn edges_twice_and_other_ones_each_time() {
    let _alone = alone();
    let left = under_threads(|object, tracer| {
        for _ in 0..3 {
            object.plain.trace(tracer);
        }
        object.visit(tracer);
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let left = under_threads(|object, tracer| match TURN.fetch_add(1, SeqCst) % 4 {
        0 => object.visit(tracer),
        1 => object.first.trace(tracer),
        2 => {
            object.plain.trace(tracer);
            object.plain.trace(tracer);
        }
        _ => {}
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
}

#[test]
fn a_live_object_condemned_by_a_lie_stays_usable() {
    let _alone = alone();
    let drops = Arc::new(AtomicUsize::new(0));
    // Says of a reference that it has it four times: so the references of this thread seem to lie in the object.
    let twice: Tracing = |object, tracer| {
        for _ in 0..4 {
            object.plain.trace(tracer);
        }
        object.first.trace(tracer);
    };
    let target = hostile(&drops, None, Hostile::visit);
    let liar = hostile(&drops, Some(target.clone()), twice);
    liar.first.lock().unwrap().push(liar.clone());
    let (weak, weak_of_liar) = (Gc::downgrade(&target), Gc::downgrade(&liar));
    let held = [target.clone(), target.clone()];
    drop(liar);
    let hostile = HostileNow::new();
    let got = sync::collect();
    assert_eq!(got.unreachable, 2, "the lie was believed: {got:?}");
    drop(hostile);
    // The references to the liar were true.
    assert!(weak_of_liar.upgrade().is_none() && weak.upgrade().is_none());
    assert_eq!(drops.load(SeqCst), 1);
    for object in held.iter().chain([&target]) {
        object.check();
        drop(object.clone());
    }
    // New weak references to it work, and it is freed when the last reference goes.
    assert_eq!(Gc::ref_count(&target), 3);
    let weak = Gc::downgrade(&target);
    assert!(weak.upgrade().is_some());
    drop((held, target));
    assert!(weak.upgrade().is_none());
    assert_eq!(drops.load(SeqCst), 2);
}

#[test]
fn locks_of_statics_and_of_other_objects() {
    let _alone = alone();
    static THEIRS: LazyLock<Mutex<Vec<Gc<Hostile>>>> = LazyLock::new(Mutex::default);
    let drops = Arc::new(AtomicUsize::new(0));
    THEIRS.lock().unwrap().extend((0..10).map(|_| hostile(&drops, None, Hostile::visit)));
    let left = under_threads(|object, tracer| {
        THEIRS.trace(tracer);
        object.visit(tracer);
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    // Of objects that it refers to by a plain field, and of theirs.
    let left = under_threads(|object, tracer| {
        object.visit(tracer);
        if let Some(next) = &object.plain {
            next.first.trace(tracer);
            next.visit(tracer);
        }
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    for kept in THEIRS.lock().unwrap().drain(..) {
        kept.check();
    }
}

#[test]
fn swapping_between_visits() {
    let _alone = alone();
    let left = under_threads(|object, tracer| {
        let swap = || {
            if let (Ok(mut first), Ok(mut second)) = (object.first.try_lock(), object.second.try_write()) {
                std::mem::swap(&mut *first, &mut *second);
            }
        };
        swap();
        object.first.trace(tracer);
        swap();
        object.second.trace(tracer);
        swap();
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    // Moves everything into a vector of its own, which it then visits as if it belonged to the object.
    static MOVED: OnceLock<Mutex<Vec<Gc<Hostile>>>> = OnceLock::new();
    let left = under_threads(|object, tracer| {
        let moved = MOVED.get_or_init(Mutex::default);
        if let (Ok(mut first), Ok(mut moved)) = (object.first.try_lock(), moved.try_lock()) {
            moved.append(&mut first);
            if moved.len() > 50 {
                *first = moved.split_off(25);
            }
        }
        moved.trace(tracer);
    });
    let kept = std::mem::take(&mut *MOVED.get().unwrap().lock().unwrap());
    kept.iter().for_each(|kept| kept.check());
    // What lies there is all that is alive, with what it refers to.
    assert_eq!(left > 0, !kept.is_empty(), "{left} left, {} kept", kept.len());
}

#[test]
fn allocating_collecting_upgrading_and_panicking_in_trace() {
    let _alone = alone();
    adder_gc::set_unraisable_hook(Some(Box::new(|_| {})));
    static DROPS: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);
    let left = under_threads(|object, tracer| {
        object.first.trace(tracer);
        drop(hostile(&DROPS, None, Hostile::visit));
        sync::collect();
        if let Some(plain) = &object.plain {
            drop(Gc::downgrade(plain).upgrade());
        }
        object.second.trace(tracer);
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let left = under_threads(|object, tracer| {
        object.first.trace(tracer);
        assert!(TURN.fetch_add(1, SeqCst) % 500 != 499, "in the middle, with locks kept");
        object.second.trace(tracer);
    });
    assert_eq!(left, 0, "counts are right, whatever was believed");
    adder_gc::set_unraisable_hook(None);
}

/// A panic while an outer and an inner lock are kept releases both, and poisons neither.
#[test]
fn a_panic_under_kept_locks() {
    let _alone = alone();
    adder_gc::set_unraisable_hook(Some(Box::new(|_| {})));
    static ON: AtomicBool = AtomicBool::new(false);
    #[derive(Trace)]
    struct Outer(Mutex<Inner>, Mutex<Option<Gc<Outer>>>);
    struct Inner(Mutex<Option<Gc<Outer>>>);
    impl Trace for Inner {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            self.0.trace(tracer);
            // Only when the lock is kept: in the exact test.
            assert!(!ON.load(SeqCst) || self.0.try_lock().is_ok());
        }
        fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
            self.0.take_edges(clearer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    let object = Gc::new(Outer(Mutex::new(Inner(Mutex::default())), Mutex::default()));
    *object.0.lock().unwrap().0.lock().unwrap() = Some(object.clone());
    *object.1.lock().unwrap() = Some(object.clone());
    let weak = Gc::downgrade(&object);
    drop(object);
    ON.store(true, SeqCst);
    assert!(sync::collect().abandoned);
    ON.store(false, SeqCst);
    let object = weak.upgrade().unwrap();
    assert_eq!(Gc::ref_count(&object), 3, "as before");
    assert!(object.0.lock().unwrap().0.lock().unwrap().is_some() && object.1.lock().unwrap().is_some());
    let again = catch_unwind(AssertUnwindSafe(|| object.0.lock().unwrap().0.lock().unwrap().is_some()));
    assert!(again.unwrap());
    drop(object);
    assert_eq!(sync::collect().freed, 1);
    adder_gc::set_unraisable_hook(None);
}
