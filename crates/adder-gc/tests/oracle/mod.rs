//! Random programs against a model that knows reachability.
//!
//! The program and the model make the same moves. What the heap does by itself (finalizers, drops, callbacks) it tells in
//! events; the model checks each of them, for nothing that is reachable may be finalized, lose its weak references or be
//! dropped, and checks after every move that what has no reference left is gone, and after a whole collection that
//! exactly the reachable objects live.
//!
//! Everything is drawn from a [`Choose`], so that a failing program is a list of numbers that can be made shorter.

use std::cell::{Cell, RefCell};

use adder_gc::{AnyGc, Borrowed, Clearer, Collection, Gc, Heap, Trace, Tracer, Weak, Why, set_unraisable_hook};

use crate::choices::Choose;
pub use model::Figures;
use model::{Model, Watch};

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
mod model;
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
