//! Random programs against a model that knows reachability.
//!
//! The program and the model make the same moves. What the heap does by itself (finalizers, drops, callbacks) it tells in
//! events; the model checks each of them, for nothing that is reachable may be finalized, lose its weak references or be
//! dropped, and checks after every move that what has no reference left is gone, and after a whole collection that
//! exactly the reachable objects live.
//!
//! Everything is drawn from a [`Choose`], so that a failing program is a list of numbers that can be made shorter.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use adder_gc::{AnyGc, Borrowed, Clearer, Collection, Gc, Heap, Trace, Tracer, Weak, Why, set_unraisable_hook};

/// Where the numbers come from.
pub trait Choose {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize;
}

/// Numbers from a list; zeros after its end.
#[allow(dead_code, reason = "the test and the fuzzer each use a part")]
pub struct Listed<'a>(pub &'a [u16], pub usize);

impl Choose for Listed<'_> {
    fn below(&mut self, n: usize) -> usize {
        let got = self.0.get(self.1).copied().unwrap_or(0);
        self.1 += 1;
        usize::from(got) % n
    }
}

/// Numbers from a small generator (splitmix64).
#[allow(dead_code, reason = "the test and the fuzzer each use a part")]
pub struct Seeded(pub u64);

impl Choose for Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

type Id = usize;
const SLOTS: usize = 3;
const ALIVE: u64 = 0x0A11_5E11;

/// What an object does in its finalizer or drop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Plan {
    Nothing,
    /// Makes itself a root.
    Resurrect,
    /// Makes what its first slot holds a root.
    RescueNeighbour,
    /// Makes an object that becomes a root.
    Allocate,
    /// Asks for a whole collection.
    Collect,
    /// Asks for a collection of the young.
    CollectYoung,
    /// Swaps its first two slots.
    Swap,
}

impl Plan {
    fn draw(choices: &mut dyn Choose) -> Plan {
        use Plan::*;
        [Nothing, Nothing, Nothing, Resurrect, RescueNeighbour, Allocate, Collect, CollectYoung, Swap][choices.below(9)]
    }

    fn draw_for_drop(choices: &mut dyn Choose) -> Plan {
        use Plan::*;
        [Nothing, Nothing, Nothing, Nothing, Allocate, Collect, CollectYoung][choices.below(7)]
    }
}

enum Event {
    Born { id: Id, kind: Kind },
    Rooted(Id),
    Finalized(Id),
    Dropped(Id),
    Called { weak: usize, id: Id },
    Swapped(Id),
    Wrong(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Plain,
    Finalizing,
    Large,
    /// Never tracked: owns nothing.
    Leaf,
}

#[derive(Default)]
struct World {
    heap: RefCell<Option<Heap>>,
    roots: RefCell<Vec<AnyGc>>,
    events: RefCell<Vec<Event>>,
    next: Cell<Id>,
    /// Objects of objects: no finalizer makes more than this.
    spare: Cell<usize>,
}

thread_local! {
    static WORLD: World = World::default();
}

fn tell(event: Event) {
    WORLD.with(|w| w.events.borrow_mut().push(event));
}

/// When a program has failed: what is left of it is let go of without another look.
struct Abandon;

impl Drop for Abandon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            WORLD.with(|w| {
                core::mem::forget(core::mem::take(&mut *w.roots.borrow_mut()));
                core::mem::forget(w.heap.borrow_mut().take());
                w.events.borrow_mut().clear();
            });
        }
    }
}

fn heap() -> Heap {
    WORLD.with(|w| w.heap.borrow().clone().expect("a program is running"))
}

fn add_root(any: AnyGc) {
    let id = id_of(&any);
    WORLD.with(|w| w.roots.borrow_mut().push(any));
    tell(Event::Rooted(id));
}

/// The fields of every object with slots.
pub struct Core {
    alive: Cell<u64>,
    id: Id,
    slots: [Cell<Option<AnyGc>>; SLOTS],
    list: RefCell<Vec<AnyGc>>,
    watched: RefCell<Vec<AnyWeak>>,
    finalizer: Plan,
    drop: Plan,
}

struct Object<const FINALIZES: bool, const PAD: usize> {
    core: Core,
    _pad: [u8; PAD],
}

type Plain = Object<false, 0>;
type Finalizing = Object<true, 8>;
type Large = Object<true, 40_000>;

struct Leaf {
    id: Id,
}

enum AnyWeak {
    Plain(Weak<Plain>),
    Finalizing(Weak<Finalizing>),
    Large(Weak<Large>),
    Leaf(Weak<Leaf>),
}

/// Does the same with each type of object.
macro_rules! each_type {
    ($any:expr, |$gc:ident, $variant:ident| $body:expr) => {{
        let any: AnyGc = $any;
        match any.downcast::<Plain>() {
            Ok($gc) => {
                use AnyWeak::Plain as $variant;
                $body
            }
            Err(any) => match any.downcast::<Finalizing>() {
                Ok($gc) => {
                    use AnyWeak::Finalizing as $variant;
                    $body
                }
                Err(any) => match any.downcast::<Large>() {
                    Ok($gc) => {
                        use AnyWeak::Large as $variant;
                        $body
                    }
                    Err(any) => match any.downcast::<Leaf>() {
                        Ok($gc) => {
                            use AnyWeak::Leaf as $variant;
                            $body
                        }
                        Err(any) => panic!("an object of a foreign type: {any:?}"),
                    },
                },
            },
        }
    }};
}

impl AnyWeak {
    fn of(any: &AnyGc) -> AnyWeak {
        each_type!(any.clone(), |gc, Variant| Variant(Gc::downgrade(&gc)))
    }

    fn with_callback(any: &AnyGc, number: usize) -> AnyWeak {
        let id = id_of(any);
        each_type!(any.clone(), |gc, Variant| Variant(Gc::downgrade_with(&gc, move |weak| {
            if weak.upgrade().is_some() {
                tell(Event::Wrong(format!("the weak reference {number} to {id} answers in its callback")));
            }
            tell(Event::Called { weak: number, id });
        })))
    }

    fn upgrade(&self) -> Option<AnyGc> {
        match self {
            AnyWeak::Plain(weak) => weak.upgrade().map(Gc::into_any),
            AnyWeak::Finalizing(weak) => weak.upgrade().map(Gc::into_any),
            AnyWeak::Large(weak) => weak.upgrade().map(Gc::into_any),
            AnyWeak::Leaf(weak) => weak.upgrade().map(Gc::into_any),
        }
    }
}

impl Trace for AnyWeak {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self {
            AnyWeak::Plain(weak) => weak.trace(tracer),
            AnyWeak::Finalizing(weak) => weak.trace(tracer),
            AnyWeak::Large(weak) => weak.trace(tracer),
            AnyWeak::Leaf(weak) => weak.trace(tracer),
        }
    }
    fn finalizes() -> bool {
        false
    }
}

fn core_of(any: &AnyGc) -> Option<&Core> {
    if let Some(it) = any.downcast_ref::<Plain>() {
        return Some(&it.core);
    }
    if let Some(it) = any.downcast_ref::<Finalizing>() {
        return Some(&it.core);
    }
    any.downcast_ref::<Large>().map(|it| &it.core)
}

fn id_of(any: &AnyGc) -> Id {
    core_of(any).map_or_else(|| any.downcast_ref::<Leaf>().expect("a leaf").id, |core| core.id)
}

impl Core {
    fn new(id: Id, finalizer: Plan, drop: Plan) -> Core {
        Core {
            alive: Cell::new(ALIVE),
            id,
            slots: Default::default(),
            list: RefCell::default(),
            watched: RefCell::default(),
            finalizer,
            drop,
        }
    }

    /// Looks at everything it refers to: nothing of that may be gone.
    fn check(&self, place: &str) {
        if self.alive.get() != ALIVE {
            tell(Event::Wrong(format!("{} is dead in its own {place}", self.id)));
        }
        let seen = |any: &AnyGc| {
            if any.is_cleared() {
                return;
            }
            if let Some(core) = core_of(any)
                && core.alive.get() != ALIVE
            {
                tell(Event::Wrong(format!("{} refers to the dead {} in its {place}", self.id, core.id)));
            }
        };
        for slot in &self.slots {
            let held = slot.take();
            held.iter().for_each(seen);
            slot.set(held);
        }
        if let Ok(list) = self.list.try_borrow() {
            list.iter().for_each(seen);
        }
    }

    fn first(&self) -> Option<AnyGc> {
        let held = self.slots[0].take();
        let copy = held.clone();
        self.slots[0].set(held);
        copy.filter(|any| !any.is_cleared())
    }

    fn act(&self, plan: Plan, itself: Option<&dyn Fn() -> AnyGc>) {
        match plan {
            Plan::Nothing => {}
            Plan::Resurrect => {
                if let Some(itself) = itself {
                    add_root(itself());
                }
            }
            Plan::RescueNeighbour => {
                if let Some(any) = self.first() {
                    add_root(any);
                }
            }
            Plan::Allocate => {
                let spare = WORLD.with(|w| w.spare.get());
                if spare > 0 {
                    WORLD.with(|w| w.spare.set(spare - 1));
                    add_root(make(Kind::Plain, Plan::Nothing, Plan::Nothing));
                }
            }
            Plan::Collect => drop(heap().collect()),
            Plan::CollectYoung => drop(heap().collect_generation(0)),
            Plan::Swap => {
                self.slots[0].swap(&self.slots[1]);
                tell(Event::Swapped(self.id));
            }
        }
    }
}

impl<const FINALIZES: bool, const PAD: usize> Trace for Object<FINALIZES, PAD> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.core.slots.trace(tracer);
        self.core.list.trace(tracer);
        self.core.watched.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.core.slots.clear_edges(clearer);
        self.core.list.clear_edges(clearer);
        self.core.watched.clear_edges(clearer);
    }
    fn finalizes() -> bool {
        FINALIZES
    }
    fn finalize(this: Borrowed<'_, Self>) {
        let core = &this.get().core;
        core.check("finalizer");
        tell(Event::Finalized(core.id));
        core.act(core.finalizer, Some(&|| Gc::into_any(this.to_owned())));
    }
}

impl<const FINALIZES: bool, const PAD: usize> Drop for Object<FINALIZES, PAD> {
    fn drop(&mut self) {
        self.core.check("drop");
        self.core.alive.set(0);
        tell(Event::Dropped(self.core.id));
        self.core.act(self.core.drop, None);
    }
}

impl Trace for Leaf {
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn tracked() -> bool {
        false
    }
    fn finalizes() -> bool {
        false
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        tell(Event::Dropped(self.id));
    }
}

fn make(kind: Kind, finalizer: Plan, drop: Plan) -> AnyGc {
    let id = WORLD.with(|w| w.next.replace(w.next.get() + 1));
    let heap = heap();
    let core = || Core::new(id, finalizer, drop);
    // Told first: the allocation may collect, but what it makes is only told of here.
    tell(Event::Born { id, kind });
    match kind {
        Kind::Plain => Gc::into_any(heap.alloc(Plain { core: core(), _pad: [] })),
        Kind::Finalizing => Gc::into_any(heap.alloc(Finalizing { core: core(), _pad: [0; 8] })),
        Kind::Large => Gc::into_any(heap.alloc(Large { core: core(), _pad: [0; 40_000] })),
        Kind::Leaf => Gc::into_any(heap.alloc(Leaf { id })),
    }
}

/// Steps of a collection, as small as they are made (a budget of time says no more, or a program would not be the same twice).
fn step(heap: &Heap, steps: usize) {
    for _ in 0..steps {
        heap.step(Duration::ZERO);
    }
}

#[derive(Default)]
struct Node {
    kind: Option<Kind>,
    slots: [Option<Id>; SLOTS],
    list: Vec<Id>,
    /// Weak references with a callback that it owns: number, target.
    watched: Vec<(usize, Id)>,
    finalized: bool,
    dead: bool,
    /// Was it unreachable at some time? Then a collection may have ended weak references to it, although it lives.
    was_garbage: bool,
}

impl Node {
    fn edges(&self) -> impl Iterator<Item = Id> + '_ {
        self.slots.iter().flatten().chain(&self.list).copied()
    }
}

struct Watch {
    weak: Option<AnyWeak>,
    to: Id,
    callback: bool,
    called: bool,
    /// It did not answer once: it never may again.
    dead: bool,
}

/// The program's state beside the heap.
struct Model {
    nodes: Vec<Node>,
    roots: Vec<Id>,
    watches: Vec<Watch>,
    /// Objects being made: their first reference is the program's own.
    trace: Vec<String>,
    loud: bool,
    /// Nothing was collected but by explicit collections at one stroke. Otherwise a weak reference and what it refers to may
    /// be found to be garbage at different times, and the callback is called in between; and what the finalizer of one piece
    /// of garbage makes reachable again was not condemned yet.
    strokes_only: bool,
}

/// What a program did, for those who want to see that it did something.
#[derive(Default, Debug, Clone, Copy)]
pub struct Figures {
    pub made: usize,
    pub finalized: usize,
    pub called: usize,
    pub collections: usize,
    pub garbage: usize,
}

impl Model {
    fn reachable(&self) -> HashSet<Id> {
        let mut seen: HashSet<Id> = HashSet::new();
        let mut open: Vec<Id> = self.roots.clone();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.nodes[id].edges());
            }
        }
        seen
    }

    fn count(&self, id: Id) -> usize {
        let roots = self.roots.iter().filter(|&&r| r == id).count();
        let edges: usize = self.nodes.iter().filter(|n| !n.dead).map(|n| n.edges().filter(|&e| e == id).count()).sum();
        roots + edges
    }

    fn fail(&self, what: &str) -> ! {
        let from = self.trace.len().saturating_sub(40);
        for line in &self.trace[from..] {
            eprintln!("    {line}");
        }
        panic!("{what}");
    }

    /// Takes in what the heap told. The program's own changes are in the model already.
    fn sync(&mut self, figures: &mut Figures) {
        // What a finalizer makes reachable again may still be finalized: the collection had found it unreachable before.
        let at_first = self.reachable();
        let mut reached = at_first.clone();
        loop {
            let events = WORLD.with(|w| core::mem::take(&mut *w.events.borrow_mut()));
            if events.is_empty() {
                break;
            }
            for event in events {
                match event {
                    Event::Born { id, kind } => {
                        assert_eq!(id, self.nodes.len());
                        self.nodes.push(Node { kind: Some(kind), ..Node::default() });
                        figures.made += 1;
                    }
                    Event::Rooted(id) => {
                        if self.nodes[id].dead {
                            self.fail(&format!("{id} was dropped and made a root"));
                        }
                        self.roots.push(id);
                        if self.loud {
                            self.trace.push(format!("  root {id}"));
                        }
                        reached = self.reachable();
                    }
                    Event::Swapped(id) => self.nodes[id].slots.swap(0, 1),
                    Event::Finalized(id) => {
                        if self.loud {
                            self.trace.push(format!("  finalized {id}"));
                        }
                        figures.finalized += 1;
                        if at_first.contains(&id) {
                            self.fail(&format!("{id} is reachable and was finalized"));
                        }
                        if self.nodes[id].finalized || self.nodes[id].dead {
                            self.fail(&format!("{id} was finalized twice, or dropped before"));
                        }
                        self.nodes[id].finalized = true;
                    }
                    Event::Dropped(id) => {
                        if self.loud {
                            self.trace.push(format!("  dropped {id}"));
                        }
                        if reached.contains(&id) {
                            self.fail(&format!("{id} is reachable and was dropped"));
                        }
                        let node = &mut self.nodes[id];
                        if node.dead {
                            self.fail(&format!("{id} was dropped twice"));
                        }
                        let finalizes = matches!(node.kind, Some(Kind::Finalizing | Kind::Large));
                        if finalizes && !node.finalized {
                            self.fail(&format!("{id} was dropped without its finalizer"));
                        }
                        node.dead = true;
                        node.slots = [None; SLOTS];
                        node.list.clear();
                        node.watched.clear();
                    }
                    Event::Called { weak, id } => {
                        figures.called += 1;
                        if self.loud {
                            self.trace.push(format!("  called {weak}"));
                        }
                        if at_first.contains(&id) {
                            self.fail(&format!("{id} is reachable and callback {weak} was called"));
                        }
                        if let Some(watch) = self.watches.get_mut(weak) {
                            if watch.called {
                                self.fail(&format!("callback {weak} was called twice"));
                            }
                            watch.called = true;
                        }
                    }
                    Event::Wrong(what) => self.fail(&what),
                }
            }
        }
        for (id, node) in self.nodes.iter_mut().enumerate() {
            if !at_first.contains(&id) {
                node.was_garbage = true;
            }
        }
        self.check(&reached);
    }

    fn check(&mut self, reached: &HashSet<Id>) {
        let mut counts = vec![0; self.nodes.len()];
        for &root in &self.roots {
            counts[root] += 1;
        }
        for (id, node) in self.nodes.iter().enumerate().filter(|(_, n)| !n.dead) {
            for to in node.edges() {
                counts[to] += 1;
                if self.nodes[to].dead {
                    self.fail(&format!("{id} lives and refers to {to}, which was dropped"));
                }
            }
        }
        for (id, node) in self.nodes.iter().enumerate() {
            if !node.dead && counts[id] == 0 {
                self.fail(&format!("{id} has no reference left and lives"));
            }
        }
        let wrong = WORLD.with(|w| {
            w.roots.borrow().iter().zip(&self.roots).find_map(|(any, &id)| {
                let got = any.ref_count() as usize;
                (id_of(any) != id || got != counts[id]).then(|| {
                    format!("root {id} is {} with {got} references where {} are known", id_of(any), counts[id])
                })
            })
        });
        if let Some(wrong) = wrong {
            self.fail(&wrong);
        }
        for number in 0..self.watches.len() {
            let watch = &self.watches[number];
            let Some(weak) = &watch.weak else { continue };
            let upgraded = weak.upgrade();
            let answers = upgraded.is_some();
            let node = &self.nodes[watch.to];
            if answers && (node.dead || watch.dead) {
                self.fail(&format!("weak reference {number} to the dead {} answers", watch.to));
            }
            if !answers && !node.dead && !node.was_garbage {
                self.fail(&format!("weak reference {number} to {} does not answer", watch.to));
            }
            if watch.callback && watch.called == answers {
                self.fail(&format!(
                    "weak reference {number} to {}: answers {answers}, called {}",
                    watch.to, watch.called
                ));
            }
            drop(upgraded);
            self.watches[number].dead = !answers;
        }
        let _ = reached;
    }

    /// After a whole collection: exactly the reachable objects live, and no weak reference to garbage answers.
    fn check_exact(&mut self, garbage_before: &HashSet<Id>, report: &Collection) {
        let reached = self.reachable();
        for (id, node) in self.nodes.iter().enumerate() {
            if !node.dead && !reached.contains(&id) {
                self.fail(&format!("{id} is garbage and survived a whole collection: {report:?}"));
            }
        }
        for (number, watch) in self.watches.iter().enumerate() {
            // (Untracked objects are no garbage of a collection: they die by count, if they do.)
            let tracked = self.nodes[watch.to].kind != Some(Kind::Leaf);
            if self.strokes_only && tracked && garbage_before.contains(&watch.to) && !watch.dead && watch.weak.is_some()
            {
                self.fail(&format!("weak reference {number} to {}, which was garbage, answers", watch.to));
            }
        }
        if report.skipped || report.abandoned || report.uncollectable.iter().any(|u| u.why != Why::Resurrected) {
            self.fail(&format!("a whole collection fell short: {report:?}"));
        }
        if report.freed + report.uncollectable.len() != report.unreachable {
            self.fail(&format!("the report does not add up: {report:?}"));
        }
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if self.loud {
            let what = what();
            self.trace.push(what);
        }
    }
}

/// Takes a root's handle out; the borrow has ended when the caller drops it.
fn root(at: usize) -> AnyGc {
    WORLD.with(|w| w.roots.borrow()[at].clone())
}

fn take_root(at: usize) -> AnyGc {
    WORLD.with(|w| w.roots.borrow_mut().swap_remove(at))
}

fn push_root(any: AnyGc) {
    WORLD.with(|w| w.roots.borrow_mut().push(any));
}

/// Runs one program of so many moves. `loud`: keep a trace of the moves, printed when the program fails.
pub fn run(choices: &mut dyn Choose, moves: usize, loud: bool) -> Figures {
    let heap = core::mem::ManuallyDrop::new(Heap::new());
    let _abandon = Abandon;
    WORLD.with(|w| {
        *w.heap.borrow_mut() = Some(Heap::clone(&heap));
        w.roots.borrow_mut().clear();
        w.events.borrow_mut().clear();
        w.next.set(0);
        w.spare.set(100);
    });
    set_unraisable_hook(Some(Box::new(|event| tell(Event::Wrong(format!("{event:?}"))))));
    let threshold = [1, 5, 20, 100, 0, 1000][choices.below(6)];
    let per = 1 + choices.below(3) as u32;
    heap.set_thresholds([threshold, per, per]);
    let mut model = Model {
        nodes: Vec::new(),
        roots: Vec::new(),
        watches: Vec::new(),
        trace: Vec::new(),
        loud,
        strokes_only: threshold == 0,
    };
    let mut figures = Figures::default();
    for _ in 0..moves {
        one_move(&heap, choices, &mut model, &mut figures);
        model.sync(&mut figures);
    }
    // The end: without roots everything goes.
    model.note(|| "the end".into());
    for _ in 0..200 {
        model.roots.clear();
        let roots = WORLD.with(|w| core::mem::take(&mut *w.roots.borrow_mut()));
        if roots.is_empty() && model.nodes.iter().all(|n| n.dead) {
            break;
        }
        drop(roots);
        model.sync(&mut figures);
        let report = heap.collect();
        model.note(|| format!("{report:?}"));
        model.sync(&mut figures);
    }
    if let Some(id) = model.nodes.iter().position(|n| !n.dead) {
        model.fail(&format!("{id} is left at the end"));
    }
    model.watches.clear();
    assert_eq!(heap.stats().objects, 0, "objects are left that nobody knows");
    set_unraisable_hook(None);
    WORLD.with(|w| drop(w.heap.borrow_mut().take()));
    drop(core::mem::ManuallyDrop::into_inner(heap));
    figures
}

fn one_move(heap: &Heap, choices: &mut dyn Choose, model: &mut Model, figures: &mut Figures) {
    let roots = model.roots.len();
    if roots == 0 {
        allocate(choices, model);
        return;
    }
    let at = choices.below(roots);
    let id = model.roots[at];
    let other = choices.below(roots);
    let other_id = model.roots[other];
    // Long lives now, cuts later.
    let moves = if choices.below(4) == 0 { 20 + choices.below(3) } else { choices.below(30) };
    match moves {
        0..=5 => allocate(choices, model),
        // Link: a clone into a slot. What the slot held goes.
        6..=9 => {
            let slot = choices.below(SLOTS);
            let (from, to) = (root(at), root(other));
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("link {id}.{slot} -> {other_id}"));
            model.nodes[id].slots[slot] = Some(other_id);
            drop(core.slots[slot].replace(Some(to)));
        }
        // Move a root into a slot, nothing counted.
        10 | 11 => {
            if at == other {
                return;
            }
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("move root {other_id} into {id}.{slot}"));
            model.roots.swap_remove(other);
            model.nodes[id].slots[slot] = Some(other_id);
            let moved = take_root(other);
            drop(core.slots[slot].replace(Some(moved)));
        }
        // Take out of a slot into the roots, nothing counted.
        12 => {
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            if let Some(taken) = core.slots[slot].take() {
                let to = model.nodes[id].slots[slot].take().expect("the model has it");
                model.note(|| format!("take {to} out of {id}.{slot}"));
                model.roots.push(to);
                push_root(taken);
            }
        }
        // From slot to slot, nothing counted; what was there goes.
        13 | 14 => {
            let (i, j) = (choices.below(SLOTS), choices.below(SLOTS));
            let (from, to) = (root(at), root(other));
            let (Some(a), Some(b)) = (core_of(&from), core_of(&to)) else { return };
            model.note(|| format!("move {id}.{i} to {other_id}.{j}"));
            let moved = model.nodes[id].slots[i].take();
            model.nodes[other_id].slots[j] = moved;
            let moved = a.slots[i].take();
            drop(b.slots[j].replace(moved));
        }
        // Swap two slots, or two lists.
        15 => {
            let (i, j) = (choices.below(SLOTS), choices.below(SLOTS));
            let (from, to) = (root(at), root(other));
            let (Some(a), Some(b)) = (core_of(&from), core_of(&to)) else { return };
            model.note(|| format!("swap {id}.{i} and {other_id}.{j}, and their lists"));
            let (x, y) = (model.nodes[id].slots[i], model.nodes[other_id].slots[j]);
            model.nodes[id].slots[i] = y;
            model.nodes[other_id].slots[j] = x;
            a.slots[i].swap(&b.slots[j]);
            if id != other_id {
                let list = core::mem::take(&mut model.nodes[id].list);
                let list = core::mem::replace(&mut model.nodes[other_id].list, list);
                model.nodes[id].list = list;
                core::mem::swap(&mut *a.list.borrow_mut(), &mut *b.list.borrow_mut());
            }
        }
        // Into a list; out of it.
        16 | 17 => {
            let (from, to) = (root(at), root(other));
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("push {other_id} to the list of {id}"));
            model.nodes[id].list.push(other_id);
            core.list.borrow_mut().push(to);
        }
        18 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("empty the list of {id}"));
            model.nodes[id].list.clear();
            let list = core::mem::take(&mut *core.list.borrow_mut());
            drop(list);
        }
        // Unlink.
        19 => {
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("unlink {id}.{slot}"));
            model.nodes[id].slots[slot] = None;
            drop(core.slots[slot].take());
        }
        // Drop a root.
        20..=22 => {
            model.note(|| format!("drop root {id}"));
            model.roots.swap_remove(at);
            drop(take_root(at));
        }
        // Clone a root.
        23 => {
            model.note(|| format!("clone root {id}"));
            model.roots.push(id);
            push_root(root(at));
        }
        24 => weaken(choices, model, at, id, other, other_id),
        // Upgrade, or forget a weak reference.
        25 => {
            if model.watches.is_empty() {
                return;
            }
            let number = choices.below(model.watches.len());
            if choices.below(4) == 0 {
                model.note(|| format!("forget weak {number}"));
                drop(model.watches[number].weak.take());
            } else if let Some(any) = model.watches[number].weak.as_ref().and_then(AnyWeak::upgrade) {
                let to = model.watches[number].to;
                model.note(|| format!("upgrade weak {number} to {to}"));
                model.roots.push(to);
                push_root(any);
            }
        }
        26 => mutate(heap, choices, model, figures, at, id),
        27 => special(heap, choices, model, figures, at, id, other, other_id),
        28 => {
            if choices.below(3) > 0 {
                if model.strokes_only {
                    return;
                }
                model.note(|| "a step".into());
                return step(heap, 1);
            }
            let generation = choices.below(2) as u32;
            model.note(|| format!("collect generation {generation}"));
            figures.collections += 1;
            heap.collect_generation(generation);
        }
        _ => {
            if choices.below(3) == 0 {
                collect(heap, model, figures);
            } else {
                let budget = 1 + choices.below(4);
                if model.strokes_only {
                    return;
                }
                model.note(|| format!("{budget} steps"));
                step(heap, budget);
            }
        }
    }
}

fn allocate(choices: &mut dyn Choose, model: &mut Model) {
    let kind =
        [Kind::Plain, Kind::Finalizing, Kind::Plain, Kind::Finalizing, Kind::Leaf, Kind::Large][choices.below(6)];
    // Large ones are slow to make.
    let kind = if kind == Kind::Large && choices.below(4) > 0 { Kind::Finalizing } else { kind };
    let (finalizer, drop) = (Plan::draw(choices), Plan::draw_for_drop(choices));
    let made = make(kind, finalizer, drop);
    let id = id_of(&made);
    model.note(|| format!("make {id}: {kind:?}, finalizer {finalizer:?}, drop {drop:?}"));
    add_root(made);
}

fn collect(heap: &Heap, model: &mut Model, figures: &mut Figures) {
    model.note(|| "collect".into());
    let reached = model.reachable();
    let garbage: HashSet<Id> =
        (0..model.nodes.len()).filter(|id| !model.nodes[*id].dead && !reached.contains(id)).collect();
    let owned: Vec<usize> = garbage
        .iter()
        .flat_map(|&id| model.nodes[id].watched.iter().map(|w| w.0))
        .filter(|&n| !model.watches[n].called)
        .collect();
    figures.collections += 1;
    figures.garbage += garbage.len();
    let report = heap.collect();
    model.sync(figures);
    if let Some(number) = owned.into_iter().find(|&n| model.strokes_only && model.watches[n].called) {
        model.fail(&format!("callback {number} was called, but its weak reference was garbage"));
    }
    // What finalizers and drops made or cut loose meanwhile is another collection's.
    let mut last = report;
    for _ in 0..50 {
        let reached = model.reachable();
        let left =
            model.nodes.iter().enumerate().any(|(id, n)| !n.dead && !reached.contains(&id) && !garbage.contains(&id));
        if !left {
            break;
        }
        last = heap.collect();
        model.sync(figures);
    }
    model.check_exact(&garbage, &last);
}

fn weaken(choices: &mut dyn Choose, model: &mut Model, at: usize, id: Id, other: usize, other_id: Id) {
    let target = root(other);
    let number = model.watches.len();
    match choices.below(3) {
        0 => {
            model.note(|| format!("weak {number} to {other_id}"));
            let weak = Some(AnyWeak::of(&target));
            model.watches.push(Watch { weak, to: other_id, callback: false, called: false, dead: false });
        }
        1 => {
            model.note(|| format!("weak {number} with callback to {other_id}"));
            let weak = Some(AnyWeak::with_callback(&target, number));
            model.watches.push(Watch { weak, to: other_id, callback: true, called: false, dead: false });
        }
        _ => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("weak {number} with callback to {other_id}, owned by {id}"));
            let weak = AnyWeak::with_callback(&target, number);
            model.watches.push(Watch { weak: None, to: other_id, callback: true, called: false, dead: false });
            model.nodes[id].watched.push((number, other_id));
            core.watched.borrow_mut().push(weak);
        }
    }
}

/// `&mut` to a root that has no other reference, with a collection or so while it is out.
fn mutate(heap: &Heap, choices: &mut dyn Choose, model: &mut Model, figures: &mut Figures, at: usize, id: Id) {
    if model.count(id) != 1 {
        return;
    }
    let any = take_root(at);
    model.roots.swap_remove(at);
    // In the model it stays a root throughout.
    model.roots.push(id);
    let action = choices.below(4);
    let slot = choices.below(SLOTS);
    model.note(|| format!("get_mut of {id}, action {action}"));
    let dropped = each_type!(any, |gc, Variant| {
        let mut gc = gc;
        let _ = Variant;
        let dropped = {
            let mut guard = Gc::get_mut(&mut gc).unwrap_or_else(|| model.fail("get_mut of the only reference refused"));
            match action {
                0 => drop(heap.collect()),
                1 => drop(heap.collect_generation(0)),
                _ => {}
            }
            if heap.objects().iter().any(|any| any.address() == (&raw const *guard).addr()) {
                model.fail("an object whose &mut is out is listed");
            }
            guard.exchange(slot)
        };
        push_root(Gc::into_any(gc));
        dropped
    });
    figures.collections += usize::from(action < 2);
    // The root was out of reach of the check while a collection told its events; it is back now.
    if dropped.is_some() {
        model.nodes[id].slots[slot] = None;
    }
    let rooted_meanwhile = WORLD.with(|w| w.roots.borrow().len()) - model.roots.len();
    if rooted_meanwhile > 0 {
        // Finalizers added roots in front of it: put the model's into the same order.
        let last = WORLD.with(|w| w.roots.borrow_mut().pop()).expect("just pushed");
        WORLD.with(|w| {
            let place = w.roots.borrow().len() - rooted_meanwhile;
            w.roots.borrow_mut().insert(place, last);
        });
    }
    drop(dropped);
}

/// Empties a slot through `&mut`.
trait Exchange {
    fn exchange(&mut self, slot: usize) -> Option<AnyGc>;
}

impl<const FINALIZES: bool, const PAD: usize> Exchange for Object<FINALIZES, PAD> {
    fn exchange(&mut self, slot: usize) -> Option<AnyGc> {
        self.core.slots[slot].get_mut().take()
    }
}

impl Exchange for Leaf {
    fn exchange(&mut self, _: usize) -> Option<AnyGc> {
        None
    }
}

/// Rarer things.
#[allow(clippy::too_many_arguments, reason = "the pieces of one move")]
fn special(
    heap: &Heap,
    choices: &mut dyn Choose,
    model: &mut Model,
    figures: &mut Figures,
    at: usize,
    id: Id,
    other: usize,
    other_id: Id,
) {
    match choices.below(6) {
        // A collection while a list is borrowed.
        0 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("collect with the list of {id} borrowed"));
            let borrowed = core.list.borrow_mut();
            heap.collect();
            drop(borrowed);
            figures.collections += 1;
        }
        // The same, and then nobody needs it any more.
        1 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("link {id} to itself by its list, collect with it borrowed"));
            model.nodes[id].list.push(id);
            core.list.borrow_mut().push(from.clone());
            let borrowed = core.list.borrow_mut();
            heap.collect();
            drop(borrowed);
            figures.collections += 1;
        }
        // Through a raw pointer into a slot: nothing counted.
        2 => {
            if at == other {
                return;
            }
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("raw move of root {other_id} into {id}.{slot}"));
            model.roots.swap_remove(other);
            model.nodes[id].slots[slot] = Some(other_id);
            let raw = take_root(other).into_raw();
            // SAFETY: given out just now, and given back once.
            let back = unsafe { AnyGc::from_raw(raw) };
            drop(core.slots[slot].replace(Some(back)));
        }
        // The last reference to an object moved into itself: garbage that no count tells of.
        3 => {
            if model.count(id) != 1 {
                return;
            }
            let slot = choices.below(SLOTS);
            let held = root(at);
            if core_of(&held).is_none() {
                return;
            }
            drop(held);
            model.note(|| format!("raw move of {id} into its own slot {slot}"));
            model.roots.swap_remove(at);
            model.nodes[id].slots[slot] = Some(id);
            let raw = take_root(at).into_raw();
            // SAFETY: given out just now and given back once; the object lives while it is looked at, for the reference in its
            // own slot is only let go of by others.
            unsafe {
                let itself = core::mem::ManuallyDrop::new(AnyGc::from_raw(raw));
                let again = AnyGc::from_raw(raw);
                let core = core_of(&itself).expect("seen before");
                drop(core.slots[slot].replace(Some(again)));
            }
        }
        4 => {
            model.note(|| "freeze, collect, unfreeze".into());
            heap.freeze();
            heap.collect();
            heap.unfreeze();
            figures.collections += 1;
        }
        _ => {
            model.note(|| "trim, objects".into());
            heap.trim();
            let objects = heap.objects();
            let Some(any) = objects.first() else { return };
            drop(heap.referrers(any));
            drop(heap.referents(any));
        }
    }
}
