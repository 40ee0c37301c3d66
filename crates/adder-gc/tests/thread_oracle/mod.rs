//! Random programs on several threads against an oracle that knows what is reachable, with types made at run time, while another thread
//! collects in every way there is.
//!
//! Each thread works on a world of its own: objects and types, and what refers to what. After each phase the worlds change hands, so that most
//! objects are used by threads that do not own them. When all threads have stopped and collected, exactly what is not reachable is dead.
//!
//! What a world does is drawn from a [`Choose`]; when, from the machine. So a program that fails on one thread fails again.

use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adder_gc::sync::{AnyGc, Gc, Heap, RuntimeType, TypeSpec, Weak};
use adder_gc::{Clearer, Trace, Tracer};

use crate::choices::{Choose, Seeded};

const ALIVE: u64 = 0x0A11_7E0B_1EC7_5AFE;

/// What happened in a world, in the order in which it did.
#[derive(Default)]
struct Log {
    dead: Mutex<HashMap<u64, usize>>,
    finalized: Mutex<HashMap<u64, usize>>,
    /// Resurrected by their finalizers.
    kept: Mutex<Vec<AnyGc>>,
    /// Callbacks of weak references that were called, by the numbers of these.
    called: Mutex<HashMap<usize, usize>>,
    /// The next weak reference's number.
    weak: AtomicUsize,
    /// Objects that came back with one that a finalizer resurrected in a collection: their weak references up to this number have died.
    returned: Mutex<HashMap<u64, usize>>,
}

impl Log {
    /// Notes what comes back with an object that its finalizer resurrects.
    fn note_return(&self, of: &AnyGc) {
        let (mut next, mut seen) = (vec![of.clone()], HashSet::new());
        while let Some(any) = next.pop() {
            let node = node(&any);
            if !seen.insert(node.id) {
                continue;
            }
            next.extend(lock(&node.slots).iter().cloned());
            next.extend(Class::of(&any).map(Gc::into_any));
            // What lives, and what died by count, still has its weak references.
            if any.clone().downcast::<Node>().is_ok_and(|gc| Gc::weak_count(&gc) == 0) {
                lock(&self.returned).insert(node.id, self.weak.load(SeqCst));
            }
        }
    }

    /// May this weak reference be dead although the object lives?
    fn may_be_dead(&self, weak: usize, of: u64) -> bool {
        lock(&self.returned).get(&of).is_some_and(|&until| weak < until)
    }
}

/// Also after another thread has failed.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An object's payload, or a type's data.
#[derive(Trace)]
struct Node {
    id: u64,
    canary: u64,
    slots: Mutex<Vec<AnyGc>>,
    #[trace(skip)]
    log: Arc<Log>,
}

impl Node {
    fn new(id: u64, log: &Arc<Log>) -> Node {
        Node { id, canary: ALIVE, slots: Mutex::default(), log: log.clone() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        assert_eq!(core::mem::replace(&mut self.canary, 0xDEAD), ALIVE, "dropped twice");
        *lock(&self.log.dead).entry(self.id).or_default() += 1;
    }
}

type Class = RuntimeType<Node>;

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: payloads of these types are `Node`s.
    unsafe { payload.cast::<Node>().as_ref() }.trace(tracer);
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { payload.cast::<Node>().as_ref() }.clear_edges(clearer);
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    // SAFETY: as above; given up by the caller.
    unsafe { payload.cast::<Node>().drop_in_place() };
}

fn finalize(this: &AnyGc) {
    let node = node(this);
    *lock(&node.log.finalized).entry(node.id).or_default() += 1;
    if node.id.is_multiple_of(3) {
        node.log.note_return(this);
        lock(&node.log.kept).push(this.clone());
    }
}

/// The node of any object of these programs.
fn node(of: &AnyGc) -> &Node {
    let node = of
        .downcast_ref::<Node>()
        .or_else(|| of.downcast_ref::<Class>().map(|class| class.data()))
        // SAFETY: all others are instances of the types made here, whose payload is a `Node`.
        .unwrap_or_else(|| unsafe { &*of.as_ptr().cast::<Node>() });
    assert_eq!(node.canary, ALIVE, "used after its death");
    node
}

/// Held by who collects at random, and by who waits for everything to be collected: `objects` holds what it shows.
static QUIET: Mutex<()> = Mutex::new(());

/// Objects, and what the oracle knows of them.
struct World {
    choices: Box<dyn Choose + Send>,
    log: Arc<Log>,
    next: u64,
    roots: Vec<AnyGc>,
    /// With their numbers, and whose they are.
    weak: Vec<(usize, u64, Weak<Node>)>,
    /// Those with callbacks, until they are dropped.
    watched: Vec<(usize, u64, Option<Weak<Node>>)>,
    classes: Vec<Gc<Class>>,
    edges: HashMap<u64, Vec<u64>>,
    /// The type of an instance, which it refers to.
    class_of: HashMap<u64, u64>,
}

impl World {
    fn new(choices: Box<dyn Choose + Send>) -> World {
        World {
            choices,
            log: Arc::default(),
            next: 0,
            roots: Vec::new(),
            weak: Vec::new(),
            watched: Vec::new(),
            classes: Vec::new(),
            edges: HashMap::new(),
            class_of: HashMap::new(),
        }
    }

    fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.edges.insert(self.next, Vec::new());
        self.next
    }

    fn any_root(&mut self) -> Option<AnyGc> {
        let at = self.choices.below(self.roots.len().max(1));
        self.roots.get(at).cloned()
    }

    fn make_class(&mut self) {
        let id = self.new_id();
        let spec = TypeSpec {
            trace: Some(trace),
            clear: Some(clear),
            drop: Some(drop_payload),
            finalize: id.is_multiple_of(2).then_some(finalize),
            ..TypeSpec::new(format!("Class{id}"), size_of::<Node>())
        };
        // SAFETY: the functions are those of `Node`.
        let class = unsafe { Class::try_new(&Heap::global(), spec, Node::new(id, &self.log)) }.unwrap();
        self.roots.push(Gc::to_any(&class));
        self.classes.push(class);
    }

    fn make(&mut self) {
        let id = self.new_id();
        let class = self.choices.below(2 * self.classes.len() + 2);
        let Some(class) = self.classes.get(class) else {
            return self.roots.push(Gc::into_any(Gc::new(Node::new(id, &self.log))));
        };
        self.class_of.insert(id, class.data().id);
        let size = self.choices.below(200);
        // SAFETY: the payload is written.
        let made = unsafe {
            Heap::global().try_alloc_untyped(class, size, |at| at.cast::<Node>().write(Node::new(id, &self.log)))
        };
        self.roots.push(made.unwrap());
    }

    fn step(&mut self) {
        match self.choices.below(100) {
            0..30 => self.make(),
            30..33 => self.make_class(),
            33..60 => {
                if let (Some(from), Some(to)) = (self.any_root(), self.any_root()) {
                    node(&from).slots.lock().unwrap().push(to.clone());
                    self.edges.get_mut(&node(&from).id).unwrap().push(node(&to).id);
                }
            }
            60..68 => {
                if let Some(from) = self.any_root() {
                    let taken = node(&from).slots.lock().unwrap().pop();
                    assert_eq!(
                        self.edges.get_mut(&node(&from).id).unwrap().pop(),
                        taken.as_ref().map(|to| node(to).id)
                    );
                }
            }
            // A reference is moved: no count changes.
            68..72 => {
                if let Some(from) = self.any_root()
                    && let Some(taken) = node(&from).slots.lock().unwrap().pop()
                {
                    self.edges.get_mut(&node(&from).id).unwrap().pop();
                    self.roots.push(taken);
                }
            }
            72..91 => {
                if !self.roots.is_empty() {
                    let at = self.choices.below(self.roots.len());
                    self.roots.swap_remove(at);
                }
            }
            91..93 => {
                if let Some(root) = self.any_root()
                    && let Ok(gc) = root.downcast::<Node>()
                {
                    self.weaken(&gc);
                }
            }
            93..94 => {
                if let Some(root) = self.any_root()
                    && let Ok(gc) = root.downcast::<Node>()
                {
                    Gc::share(&gc);
                }
            }
            94..97 => {
                if !self.weak.is_empty() {
                    let at = self.choices.below(self.weak.len());
                    let (number, id, weak) = self.weak.swap_remove(at);
                    let upgraded = weak.upgrade();
                    let reached = self.reached();
                    assert!(
                        upgraded.is_some() || !reached.contains(&id) || self.log.may_be_dead(number, id),
                        "{id} is reachable, and its weak reference is dead"
                    );
                    self.roots.extend(upgraded.map(Gc::into_any));
                }
            }
            97..98 => _ = self.classes.pop(),
            98..99 => {
                let kept = core::mem::take(&mut *lock(&self.log.kept));
                drop(kept);
            }
            _ => match self.choices.below(8) {
                0 => _ = Heap::global().collect_generation(0),
                1 => _ = Heap::global().step(Duration::from_micros(50)),
                2 => _ = Heap::global().safepoint(),
                3 if !self.watched.is_empty() => {
                    let at = self.choices.below(self.watched.len());
                    self.watched[at].2 = None;
                }
                _ => Heap::global().poll(),
            },
        }
    }

    fn weaken(&mut self, gc: &Gc<Node>) {
        let number = self.log.weak.fetch_add(1, SeqCst);
        if self.choices.below(2) == 0 {
            return self.weak.push((number, gc.id, Gc::downgrade(gc)));
        }
        let log = self.log.clone();
        let weak = Gc::downgrade_with(gc, move |weak| {
            assert!(weak.upgrade().is_none(), "a weak reference answers in its callback");
            *lock(&log.called).entry(number).or_default() += 1;
        });
        self.watched.push((number, gc.id, Some(weak)));
    }

    fn reached(&self) -> HashSet<u64> {
        let kept: Vec<AnyGc> = lock(&self.log.kept).clone();
        let mut next: Vec<u64> = self.roots.iter().chain(&kept).map(|root| node(root).id).collect();
        next.extend(self.classes.iter().map(|class| class.data().id));
        let mut reached = HashSet::new();
        while let Some(id) = next.pop() {
            if reached.insert(id) {
                next.extend(&self.edges[&id]);
                next.extend(self.class_of.get(&id));
            }
        }
        reached
    }

    /// Everything has been collected: exactly what is not reachable is dead.
    fn check(&self) -> usize {
        let reached = self.reached();
        let dead = lock(&self.log.dead);
        for id in 1..=self.next {
            let times = dead.get(&id).copied().unwrap_or(0);
            assert_eq!(times, usize::from(!reached.contains(&id)), "object {id} of {} died so many times", self.next);
        }
        assert!(lock(&self.log.finalized).values().all(|&times| times == 1));
        let called = lock(&self.log.called);
        for (number, id, weak) in &self.watched {
            let times = called.get(number).copied().unwrap_or(0);
            let dead = dead.contains_key(id);
            // One that was dropped may have been called before.
            assert!(
                times == 1 || times == 0 && !(dead && weak.is_some()),
                "callback {number} was called {times} times"
            );
            assert!(
                times == 0 || dead || self.log.may_be_dead(*number, *id),
                "callback {number} was called, and {id} lives"
            );
        }
        dead.len()
    }
}

/// Where threads wait for each other; after one of them has failed, nobody waits any more.
struct Gate {
    threads: usize,
    /// How many wait, how often all did, and whether one has failed.
    state: Mutex<(usize, usize, bool)>,
    all: Condvar,
}

impl Gate {
    fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        let turn = state.1;
        state.0 += 1;
        if state.0 == self.threads {
            *state = (0, turn + 1, state.2);
            self.all.notify_all();
        }
        while state.1 == turn && !state.2 {
            state = self.all.wait(state).unwrap();
        }
        let failed = state.2;
        drop(state);
        assert!(!failed, "another thread has failed");
    }
}

/// Opens the gate when its thread fails, and stops the collector when it ends.
struct Worker<'a>(&'a Gate, &'a AtomicBool);

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state.lock().unwrap().2 = true;
            self.0.all.notify_all();
            self.1.store(true, SeqCst);
        }
    }
}

fn collect_at_random(done: &AtomicBool) {
    let heap = Heap::global();
    let mut number = 0;
    while !done.load(SeqCst) {
        number += 1;
        std::thread::yield_now();
        let Ok(_quiet) = QUIET.lock() else { return };
        match number % 5 {
            0 => _ = heap.collect(),
            1 => _ = heap.collect_generation(number % 2),
            2 => heap.objects().iter().filter(|o| o.type_name().contains("Class")).for_each(|o| _ = node(o)),
            _ => _ = heap.step(Duration::from_micros(200)),
        }
    }
}

/// Threads that work on worlds, one for each that there are choices for, which change hands after each phase; gives how many objects died, and
/// how many callbacks were called.
pub fn run(choices: Vec<Box<dyn Choose + Send>>, phases: usize, steps: usize) -> (usize, usize) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(|failed| failed.into_inner());
    QUIET.clear_poison();
    let threads = choices.len();
    let worlds: Vec<Mutex<World>> = choices.into_iter().map(|choices| Mutex::new(World::new(choices))).collect();
    let gate = Gate { threads, state: Mutex::default(), all: Condvar::new() };
    let done = AtomicBool::new(false);
    let failed = std::thread::scope(|scope| {
        let collector = scope.spawn(|| collect_at_random(&done));
        let workers: Vec<_> = (0..threads)
            .map(|number| {
                let (worlds, gate, done) = (&worlds, &gate, &done);
                scope.spawn(move || {
                    let _worker = Worker(gate, done);
                    for phase in 0..phases {
                        let mut world = worlds[(number + phase) % threads].lock().unwrap();
                        (0..steps).for_each(|_| world.step());
                        gate.wait();
                        let quiet = (number == 0).then(|| QUIET.lock().unwrap());
                        // What was resurrected by its finalizer dies in the next round, and what that held in the one after.
                        for _ in 0..6 {
                            gate.wait();
                            Heap::global().poll();
                            gate.wait();
                            if number == 0 {
                                Heap::global().collect();
                            }
                        }
                        gate.wait();
                        Heap::global().poll();
                        gate.wait();
                        world.check();
                        gate.wait();
                        drop(quiet);
                    }
                })
            })
            .collect();
        // All of them, so that who failed first has said so.
        let failed = workers.into_iter().map(|worker| worker.join()).filter(Result::is_err).count();
        done.store(true, SeqCst);
        collector.join().unwrap();
        failed
    });
    assert_eq!(failed, 0, "threads have failed");
    let (mut dead, mut called) = (0, 0);
    for world in worlds {
        let mut world = world.into_inner().unwrap();
        let (log, made) = (world.log.clone(), world.next);
        world.roots.clear();
        drop(world);
        // Twice: a collection may have what it finds resurrected.
        for _ in 0..2 {
            Heap::global().collect();
            while !lock(&log.kept).is_empty() {
                let kept = core::mem::take(&mut *lock(&log.kept));
                drop(kept);
                Heap::global().collect();
            }
        }
        called += lock(&log.called).len();
        let log = lock(&log.dead);
        assert!(log.len() as u64 == made && log.values().all(|&times| times == 1), "{} of {made}", log.len());
        dead += log.len();
    }
    (dead, called)
}

/// So many threads, whose choices come from generators.
#[allow(dead_code, reason = "the tests that share this use a part")]
pub fn run_seeded(threads: usize, phases: usize, steps: usize, seed: u64) -> (usize, usize) {
    let choices = |number| Box::new(Seeded(seed * 100 + number as u64)) as Box<dyn Choose + Send>;
    run((0..threads).map(choices).collect(), phases, steps)
}
