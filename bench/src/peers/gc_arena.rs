//! `gc-arena`: incremental mark and sweep in an arena. Its handles are `Copy` and live only inside
//! closures, so each workload is written out here.

use super::{Counted, dropped};
use crate::allocator;
use crate::measure::{Random, Sample};
use crate::workloads::live_heap;
use crate::workloads::memory::touched_vec;
use crate::workloads::pauses::{Plan, Recorder, Shape};
use ::gc_arena::lock::RefLock;
use ::gc_arena::{Arena, Collect, Gc, Mutation, Rootable};
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

/// What the rows say, and the key on the command line.
pub const NAME: &str = "gc-arena";

/// Objects made between two chances to collect.
const BATCH: usize = 1000;

#[derive(Collect)]
#[collect(no_drop)]
#[allow(dead_code, reason = "fields that only take room")]
struct Leaf {
    payload: [u64; 2],
    #[collect(require_static)]
    counted: Counted,
}

#[derive(Collect)]
#[collect(no_drop)]
#[allow(dead_code, reason = "fields that only take room")]
struct Branch<'gc> {
    left: Option<Gc<'gc, Branch<'gc>>>,
    right: Option<Gc<'gc, Branch<'gc>>>,
    #[collect(require_static)]
    counted: Counted,
}

#[derive(Collect)]
#[collect(no_drop)]
#[allow(dead_code, reason = "fields that only take room")]
struct Chain<'gc> {
    next: Option<Gc<'gc, Chain<'gc>>>,
    value: u64,
    #[collect(require_static)]
    counted: Counted,
}

type LinkRef<'gc> = Gc<'gc, RefLock<Link<'gc>>>;

#[derive(Collect)]
#[collect(no_drop)]
#[allow(dead_code, reason = "fields that only take room")]
struct Link<'gc> {
    edge: Option<LinkRef<'gc>>,
    value: u64,
    #[collect(require_static)]
    counted: Counted,
}

type KnotRef<'gc> = Gc<'gc, RefLock<Knot<'gc>>>;

#[derive(Collect)]
#[collect(no_drop)]
#[allow(dead_code, reason = "fields that only take room")]
struct Knot<'gc> {
    edges: [Option<KnotRef<'gc>>; 3],
    value: u64,
    #[collect(require_static)]
    counted: Counted,
}

fn leaf<'gc>(mc: &Mutation<'gc>, value: u64) -> Gc<'gc, Leaf> {
    Gc::new(mc, Leaf { payload: [value; 2], counted: Counted })
}

fn link<'gc>(mc: &Mutation<'gc>, edge: Option<LinkRef<'gc>>) -> LinkRef<'gc> {
    Gc::new(mc, RefLock::new(Link { edge, value: 1, counted: Counted }))
}

fn timed_sample(start: Instant, operations: usize, before: u64) -> Sample {
    let nanos = start.elapsed().as_nanos() as f64 / operations as f64;
    Sample::timed(nanos, (dropped() - before) as f64 / operations as f64)
}

/// See [`crate::workloads::alloc_lifo`].
pub fn alloc_lifo(operations: usize) -> Sample {
    let mut arena = Arena::<Rootable![()]>::new(|_| ());
    let before = dropped();
    let start = Instant::now();
    for _ in 0..operations / BATCH {
        arena.mutate(|mc, ()| {
            for i in 0..BATCH {
                black_box(leaf(mc, i as u64));
            }
        });
        arena.collect_debt();
    }
    finish(&mut arena);
    timed_sample(start, operations, before)
}

/// Two whole cycles: the one under way misses what has died since it began.
fn finish<R>(arena: &mut Arena<R>)
where
    R: for<'a> ::gc_arena::Rootable<'a>,
    for<'a> ::gc_arena::arena::Root<'a, R>: Collect<'a>,
{
    arena.finish_cycle();
    arena.finish_cycle();
}

/// See [`crate::workloads::alloc_batch`].
pub fn alloc_batch(objects: usize) -> Sample {
    let mut arena = Arena::<Rootable![Vec<Gc<'_, Leaf>>]>::new(|_| Vec::with_capacity(objects));
    let before = dropped();
    let start = Instant::now();
    for _ in 0..objects / BATCH {
        arena.mutate_root(|mc, root| root.extend((0..BATCH).map(|i| leaf(mc, i as u64))));
        arena.collect_debt();
    }
    arena.mutate_root(|_, root| root.clear());
    finish(&mut arena);
    timed_sample(start, objects, before)
}

fn tree<'gc>(mc: &Mutation<'gc>, depth: u32) -> Gc<'gc, Branch<'gc>> {
    let (left, right) = if depth == 0 { (None, None) } else { (Some(tree(mc, depth - 1)), Some(tree(mc, depth - 1))) };
    Gc::new(mc, Branch { left, right, counted: Counted })
}

/// See [`crate::workloads::binary_trees`].
pub fn binary_trees(depth: u32) -> Sample {
    let mut arena = Arena::<Rootable![()]>::new(|_| ());
    let before = dropped();
    let start = Instant::now();
    arena.mutate(|mc, ()| {
        black_box(tree(mc, depth));
    });
    finish(&mut arena);
    timed_sample(start, (2 << depth) - 1, before)
}

/// See [`crate::workloads::deep_list`].
pub fn deep_list(nodes: usize) -> Sample {
    let mut arena = Arena::<Rootable![Option<Gc<'_, Chain<'_>>>]>::new(|_| None);
    let before = dropped();
    arena.mutate_root(|mc, root| {
        for _ in 0..nodes {
            *root = Some(Gc::new(mc, Chain { next: *root, value: 1, counted: Counted }));
        }
    });
    // Mark it all once, so that the list is traced as well as freed.
    arena.finish_cycle();
    let start = Instant::now();
    arena.mutate_root(|_, root| *root = None);
    finish(&mut arena);
    timed_sample(start, nodes, before)
}

/// See [`crate::workloads::cycles`]: one repetition.
pub fn cycles(size: usize, automatic: bool, objects: usize) -> impl FnMut() {
    let mut arena = Arena::<Rootable![()]>::new(|_| ());
    move || {
        for _ in 0..objects / size {
            arena.mutate(|mc, ()| {
                let first = link(mc, None);
                let mut last = first;
                for _ in 1..size {
                    last = link(mc, Some(last));
                }
                first.borrow_mut(mc).edge = Some(last);
            });
            if automatic {
                arena.collect_debt();
            }
        }
        finish(&mut arena);
    }
}

fn graph<'gc>(mc: &Mutation<'gc>, objects: usize) -> Vec<KnotRef<'gc>> {
    let mut random = Random::new(1);
    let knots: Vec<KnotRef<'gc>> = (0..objects)
        .map(|_| Gc::new(mc, RefLock::new(Knot { edges: [None; 3], value: 1, counted: Counted })))
        .collect();
    for knot in &knots {
        let mut knot = knot.borrow_mut(mc);
        for edge in &mut knot.edges {
            *edge = Some(knots[random.below(objects)]);
        }
    }
    knots
}

/// See [`crate::workloads::live_heap`].
pub fn live_heap(objects: usize) -> Sample {
    // The vector lies in the root; for the last figure, behind one pointer of the root.
    type Root = Rootable![(Vec<KnotRef<'_>>, Option<Gc<'_, Vec<KnotRef<'_>>>>)];
    let mut arena = Arena::<Root>::new(|mc| (graph(mc, objects), None));
    let before = dropped();
    let first = live_heap::timed(|| arena.finish_cycle());
    let touched = live_heap::timed(|| arena.finish_cycle());
    let untouched = live_heap::timed(|| arena.finish_cycle());
    let one = live_heap::timed(|| arena.finish_cycle());
    arena.mutate_root(|mc, root| root.1 = Some(Gc::new(mc, std::mem::take(&mut root.0))));
    let single = live_heap::timed(|| arena.finish_cycle());
    arena.mutate_root(|_, root| root.1 = None);
    finish(&mut arena);
    let freed = (dropped() - before) as f64 / objects as f64;
    live_heap::sample(objects, [first, touched, untouched, one, single], freed)
}

#[derive(Collect)]
#[collect(no_drop)]
struct PauseRoot<'gc> {
    live: Vec<KnotRef<'gc>>,
    bag: Option<Gc<'gc, Vec<KnotRef<'gc>>>>,
    first: Option<LinkRef<'gc>>,
    last: Option<LinkRef<'gc>>,
    made: usize,
    window: VecDeque<LinkRef<'gc>>,
}

/// See [`crate::workloads::pauses`]: rings only.
pub fn pauses(plan: Plan) -> Option<Sample> {
    let Shape::Rings(size) = plan.shape else {
        return None;
    };
    allocator::start_counting();
    let mut arena = Arena::<Rootable![PauseRoot<'_>]>::new(|mc| {
        let live = graph(mc, plan.live);
        let bag = Some(Gc::new(mc, live.clone()));
        let window = touched_vec(plan.window + 2).into();
        PauseRoot { live, bag, first: None, last: None, made: 0, window }
    });
    finish(&mut arena);
    let used = || usize::try_from(allocator::requested()).unwrap_or(0);
    let each_bytes = {
        let before = used();
        arena.mutate(|mc, _| {
            black_box(link(mc, None));
        });
        (used() - before) as f64
    };
    finish(&mut arena);
    let before = dropped();
    let mut recorder = Recorder::new(used());
    recorder.begin();
    for number in 0..plan.garbage {
        let held = arena.mutate_root(|mc, root| {
            let new = link(mc, root.last);
            let first = *root.first.get_or_insert(new);
            root.last = Some(new);
            root.made += 1;
            if root.made == size {
                first.borrow_mut(mc).edge = Some(new);
                root.window.push_back(first);
                while root.window.len() * size > plan.window {
                    root.window.pop_front();
                }
                (root.first, root.last, root.made) = (None, None, 0);
            }
            if plan.bag_dies && number == plan.garbage / 4 {
                root.bag = None;
            }
            root.window.len() * size + root.made
        });
        arena.collect_debt();
        recorder.step(number, used, || held as f64 * each_bytes);
    }
    let held = arena.mutate_root(|_, root| {
        let held = root.window.len() * size + root.made;
        root.window.clear();
        (root.first, root.last) = (None, None);
        held
    });
    let auto = (dropped() - before) as f64 / (plan.garbage - held) as f64;
    let last = live_heap::timed(|| finish(&mut arena));
    let freed = (dropped() - before) as f64 / plan.garbage as f64;
    arena.mutate(|_, root| black_box(root.live.len() + usize::from(root.bag.is_some())));
    std::mem::forget(arena);
    Some(recorder.sample(auto, freed, last))
}

/// See [`crate::workloads::memory`].
pub fn memory(objects: usize) -> Sample {
    let mut arena = Arena::<Rootable![Vec<Gc<'_, Leaf>>]>::new(|mc| {
        let mut kept = touched_vec(objects + 1);
        kept.push(leaf(mc, 0));
        kept
    });
    allocator::start_counting();
    let resident = allocator::resident();
    arena.mutate_root(|mc, root| root.extend((0..objects).map(|i| leaf(mc, i as u64))));
    let resident = allocator::resident() - resident;
    let requested = allocator::requested();
    std::mem::forget(arena);
    Sample::default().with("requested", requested as f64 / objects as f64).with("ns", resident as f64 / objects as f64)
}
