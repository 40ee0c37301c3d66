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
    /// Makes weak references to itself and to what its first slot holds, which it keeps outside of the heap.
    Watch,
    /// Asks all weak references that finalizers made: what answers is whole, whatever becomes of it.
    Ask,
}

impl Plan {
    fn draw(choices: &mut dyn Choose) -> Plan {
        use Plan::*;
        let plans = [
            Nothing,
            Nothing,
            Nothing,
            Resurrect,
            RescueNeighbour,
            Allocate,
            Collect,
            CollectYoung,
            Swap,
            Watch,
            Watch,
            Ask,
        ];
        plans[choices.below(plans.len())]
    }

    fn draw_for_drop(choices: &mut dyn Choose) -> Plan {
        use Plan::*;
        [Nothing, Nothing, Nothing, Nothing, Allocate, Collect, CollectYoung, Ask, Ask][choices.below(9)]
    }
}

enum Event {
    Born { id: Id, kind: Kind, class: Option<Id>, heap: usize },
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
    /// A type made at run time, with slots of its own.
    Class,
    /// An object of such a type.
    Instance,
}

#[derive(Default)]
struct World {
    heaps: RefCell<Vec<Heap>>,
    /// Where the next object is made.
    here: Cell<usize>,
    roots: RefCell<Vec<AnyGc>>,
    events: RefCell<Vec<Event>>,
    next: Cell<Id>,
    /// Objects of objects: no finalizer makes more than this.
    spare: Cell<usize>,
    /// Weak references that finalizers made.
    late: RefCell<Vec<(Id, AnyWeak)>>,
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
                core::mem::forget(core::mem::take(&mut *w.heaps.borrow_mut()));
                w.events.borrow_mut().clear();
            });
        }
    }
}

fn heap() -> Heap {
    WORLD.with(|w| w.heaps.borrow()[w.here.get()].clone())
}

fn add_root(any: AnyGc) {
    let id = id_of(&any);
    WORLD.with(|w| w.roots.borrow_mut().push(any));
    tell(Event::Rooted(id));
}

/// Asks the weak references that finalizers made.
fn ask_late() {
    let back: Vec<_> =
        WORLD.with(|w| w.late.borrow().iter().filter_map(|(id, weak)| Some((*id, weak.upgrade()?))).collect());
    for (id, any) in back {
        let core = core_of(&any).expect("leaves are not watched");
        if core.id != id || core.alive.get() != ALIVE {
            tell(Event::Wrong(format!("a late weak reference to {id} answers with {}, which is dead", core.id)));
        }
        core.check("sight");
    }
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

// Behind the macro that they use.
mod moves;
mod types;

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
    if let Some(core) = types::core_of(any) {
        return Some(core);
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

    fn trace_all<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.slots.trace(tracer);
        self.list.trace(tracer);
        self.watched.trace(tracer);
    }

    fn clear_all(&self, clearer: &mut Clearer<'_>) {
        self.slots.clear_edges(clearer);
        self.list.clear_edges(clearer);
        self.watched.clear_edges(clearer);
    }

    /// What the finalizer of an object does.
    fn finalizing(&self, itself: &dyn Fn() -> AnyGc) {
        self.check("finalizer");
        tell(Event::Finalized(self.id));
        self.act(self.finalizer, Some(itself));
    }

    /// What the drop of an object does.
    fn dropping(&self) {
        self.check("drop");
        self.alive.set(0);
        tell(Event::Dropped(self.id));
        self.act(self.drop, None);
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
            Plan::Watch => {
                let all = itself.map(|itself| itself()).into_iter().chain(self.first());
                // (Those of types made at run time have no `Weak`.)
                let all = all.filter(|any| {
                    any.downcast_ref::<Plain>().is_some()
                        || any.downcast_ref::<Finalizing>().is_some()
                        || any.downcast_ref::<Large>().is_some()
                });
                let late: Vec<_> = all.map(|any| (id_of(&any), AnyWeak::of(&any))).collect();
                WORLD.with(|w| w.late.borrow_mut().extend(late));
            }
            Plan::Ask => ask_late(),
        }
    }
}

impl<const FINALIZES: bool, const PAD: usize> Trace for Object<FINALIZES, PAD> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.core.trace_all(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.core.clear_all(clearer);
    }
    fn finalizes() -> bool {
        FINALIZES
    }
    fn finalize(this: Borrowed<'_, Self>) {
        this.get().core.finalizing(&|| Gc::into_any(this.to_owned()));
    }
}

impl<const FINALIZES: bool, const PAD: usize> Drop for Object<FINALIZES, PAD> {
    fn drop(&mut self) {
        self.core.dropping();
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
    born(id, kind, None);
    match kind {
        Kind::Plain => Gc::into_any(heap.alloc(Plain { core: core(), _pad: [] })),
        Kind::Finalizing => Gc::into_any(heap.alloc(Finalizing { core: core(), _pad: [0; 8] })),
        Kind::Large => Gc::into_any(heap.alloc(Large { core: core(), _pad: [0; 40_000] })),
        Kind::Leaf => Gc::into_any(heap.alloc(Leaf { id })),
        Kind::Class | Kind::Instance => unreachable!("made elsewhere"),
    }
}

fn born(id: Id, kind: Kind, class: Option<Id>) {
    tell(Event::Born { id, kind, class, heap: WORLD.with(|w| w.here.get()) });
}

#[derive(Default)]
struct Node {
    kind: Option<Kind>,
    heap: usize,
    /// Its type, if that was made at run time.
    class: Option<Id>,
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
        self.slots.iter().chain([&self.class]).flatten().chain(&self.list).copied()
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
    /// References go from heap to heap.
    two_heaps: bool,
}

/// What a program did, for those who want to see that it did something.
#[derive(Default, Debug, Clone, Copy)]
pub struct Figures {
    pub made: usize,
    pub finalized: usize,
    pub called: usize,
    pub collections: usize,
    pub garbage: usize,
    pub instances: usize,
    pub retyped: usize,
    pub across: usize,
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

    /// What collections of one heap after the other may leave: what is reachable, and cycles through both heaps with all that
    /// they reach. Each heap takes a reference from an object of the other, garbage or not, for one from outside.
    fn kept(&self) -> HashSet<Id> {
        let mut kept: HashSet<Id> = (0..self.nodes.len()).filter(|&id| !self.nodes[id].dead).collect();
        loop {
            let mut seen = HashSet::new();
            let from_elsewhere = kept.iter().flat_map(|&id| {
                let heap = self.nodes[id].heap;
                self.nodes[id].edges().filter(move |&to| self.nodes[to].heap != heap)
            });
            let mut open: Vec<Id> = self.roots.iter().copied().chain(from_elsewhere).collect();
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    open.extend(self.nodes[id].edges().filter(|&to| self.nodes[to].heap == self.nodes[id].heap));
                }
            }
            if seen.len() == kept.len() {
                return kept;
            }
            kept = seen;
        }
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
                    Event::Born { id, kind, class, heap } => {
                        assert_eq!(id, self.nodes.len());
                        self.nodes.push(Node { kind: Some(kind), class, heap, ..Node::default() });
                        figures.made += 1;
                        figures.instances += usize::from(kind == Kind::Instance);
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
                        let finalizes = matches!(node.kind, Some(Kind::Finalizing | Kind::Large | Kind::Instance));
                        if finalizes && !node.finalized {
                            self.fail(&format!("{id} was dropped without its finalizer"));
                        }
                        node.dead = true;
                        node.slots = [None; SLOTS];
                        node.class = None;
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
        let answering = WORLD.with(|w| {
            w.late
                .borrow()
                .iter()
                .find_map(|(id, weak)| (self.nodes[*id].dead && weak.upgrade().is_some()).then_some(*id))
        });
        if let Some(id) = answering {
            self.fail(&format!("a late weak reference to the dead {id} answers"));
        }
        ask_late();
        let _ = reached;
    }

    /// After a whole collection: exactly the reachable objects live, and no weak reference to garbage answers.
    fn check_exact(&mut self, garbage_before: &HashSet<Id>, report: &Collection) {
        let reached = if self.two_heaps { self.kept() } else { self.reachable() };
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

/// Runs one program of so many moves. `loud`: keep a trace of the moves, printed when the program fails.
pub fn run(choices: &mut dyn Choose, moves: usize, loud: bool) -> Figures {
    let two_heaps = choices.below(3) == 2;
    let heaps: Vec<_> = (0..=usize::from(two_heaps)).map(|_| core::mem::ManuallyDrop::new(Heap::new())).collect();
    let _abandon = Abandon;
    WORLD.with(|w| {
        *w.heaps.borrow_mut() = heaps.iter().map(|heap| Heap::clone(heap)).collect();
        w.here.set(0);
        w.roots.borrow_mut().clear();
        w.events.borrow_mut().clear();
        w.next.set(0);
        w.spare.set(100);
        w.late.borrow_mut().clear();
    });
    set_unraisable_hook(Some(Box::new(|event| tell(Event::Wrong(format!("{event:?}"))))));
    let threshold = [1, 5, 20, 100, 0, 1000][choices.below(6)];
    let per = 1 + choices.below(3) as u32;
    heaps.iter().for_each(|heap| heap.set_thresholds([threshold, per, per]));
    let mut model = Model {
        nodes: Vec::new(),
        roots: Vec::new(),
        watches: Vec::new(),
        trace: Vec::new(),
        loud,
        // Two heaps are never collected at one stroke.
        strokes_only: threshold == 0 && !two_heaps,
        two_heaps,
    };
    let mut figures = Figures::default();
    for _ in 0..moves {
        let here = choices.below(heaps.len());
        WORLD.with(|w| w.here.set(here));
        moves::one_move(&heaps[here], choices, &mut model, &mut figures);
        model.sync(&mut figures);
    }
    // The end: without roots everything goes.
    model.note(|| "the end".into());
    for round in 0..200 {
        model.roots.clear();
        let roots = WORLD.with(|w| core::mem::take(&mut *w.roots.borrow_mut()));
        if roots.is_empty() && model.nodes.iter().all(|n| n.dead) {
            break;
        }
        drop(roots);
        model.sync(&mut figures);
        for heap in &heaps {
            let report = heap.collect();
            model.note(|| format!("{report:?}"));
            model.sync(&mut figures);
            if two_heaps && round > 10 {
                // Cycles through both are broken by hand.
                moves::empty_all(heap, &mut model, &mut figures);
            }
        }
    }
    if let Some(id) = model.nodes.iter().position(|n| !n.dead) {
        model.fail(&format!("{id} is left at the end"));
    }
    model.watches.clear();
    for heap in &heaps {
        assert_eq!(heap.stats().objects, 0, "objects are left that nobody knows");
    }
    set_unraisable_hook(None);
    WORLD.with(|w| w.heaps.borrow_mut().clear());
    heaps.into_iter().for_each(|heap| drop(core::mem::ManuallyDrop::into_inner(heap)));
    figures
}
