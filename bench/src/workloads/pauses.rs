//! The longest single step of a program that makes cyclic garbage beside a large live heap, with
//! automatic collection. A step makes one object, links it, and lets go of what is due; its
//! latency goes into a histogram. The program's own noise is what `std::rc::Rc` shows in the same
//! run, taking apart by hand one object in each step.

use super::live_heap::{graph, timed};
use super::memory::touched_vec;
use super::{Options, fraction, number};
use crate::allocator;
use crate::child as process;
use crate::measure::{Contestant, Failure, Histogram, Random, Sample, median, race};
use crate::peers::{Cyclic, VisitCyclic, cpython, dropped, each_cyclic, gc_arena};
use crate::table::{Table, freed};
use std::collections::VecDeque;
use std::time::Instant;

/// What the garbage looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Rings of so many links.
    Rings(usize),
    /// Random components of 1 to so many knots.
    Components(usize),
    /// Complete binary trees of so many knots, each knowing its parent.
    Trees(usize),
}

impl Shape {
    const fn largest(self) -> usize {
        match self {
            Self::Rings(size) | Self::Components(size) | Self::Trees(size) => size,
        }
    }

    fn label(self) -> String {
        match self {
            Self::Rings(2) => "cycles of 2".into(),
            Self::Rings(size) => format!("rings of {size}"),
            Self::Components(size) => format!("components of 1 to {size}"),
            Self::Trees(size) => format!("trees of {size}"),
        }
    }

    fn word(self) -> String {
        match self {
            Self::Rings(size) => format!("rings-{size}"),
            Self::Components(size) => format!("components-{size}"),
            Self::Trees(size) => format!("trees-{size}"),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let (kind, size) = word.split_once('-')?;
        let size = size.parse().ok()?;
        match kind {
            "rings" => Some(Self::Rings(size)),
            "components" => Some(Self::Components(size)),
            "trees" => Some(Self::Trees(size)),
            _ => None,
        }
    }
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Live objects beside which garbage is made.
    pub live: usize,
    /// Garbage objects to make.
    pub garbage: usize,
    /// What it looks like.
    pub shape: Shape,
    /// Objects that are kept until as many newer ones exist; 0 lets them die at once.
    pub window: usize,
    /// Does the container of references to every live object become garbage on the way?
    pub bag_dies: bool,
}

impl Plan {
    fn parse(args: &[String]) -> Option<Self> {
        Some(Self {
            live: number(args, 0)?,
            garbage: number(args, 1)?,
            shape: Shape::parse(args.get(2)?)?,
            window: number(args, 3)?,
            bag_dies: number(args, 4)? == 1,
        })
    }

    fn args(self) -> Vec<String> {
        vec![
            self.live.to_string(),
            self.garbage.to_string(),
            self.shape.word(),
            self.window.to_string(),
            u8::from(self.bag_dies).to_string(),
        ]
    }

    fn label(self) -> String {
        format!(
            "{}, {}, container {}, {} garbage",
            self.shape.label(),
            if self.window == 0 { "dying young" } else { "dying old" },
            if self.bag_dies { "dies" } else { "lives" },
            self.garbage,
        )
    }
}

/// Latencies, and the heap's size against what is alive.
pub struct Recorder {
    histogram: Histogram,
    last: Instant,
    held: usize,
    most_used: usize,
    most_alive: f64,
    most_over: f64,
}

/// A step in this many is followed by a look at the heap's size.
const LOOK: usize = 1024;

impl Recorder {
    /// Starts now; `held` is what is used before the first step.
    pub fn new(held: usize) -> Self {
        Self {
            histogram: Histogram::new(),
            last: Instant::now(),
            held,
            most_used: 0,
            most_alive: 0.0,
            most_over: f64::NEG_INFINITY,
        }
    }

    /// Begins the first step.
    pub fn begin(&mut self) {
        self.last = Instant::now();
    }

    /// Ends a step, and begins the next.
    #[inline]
    pub fn step(&mut self, number: usize, used: impl FnOnce() -> usize, alive: impl FnOnce() -> f64) {
        let now = Instant::now();
        self.histogram.record((now - self.last).as_nanos() as u64);
        self.last = now;
        if number.is_multiple_of(LOOK) {
            self.look(used(), alive());
            self.last = Instant::now();
        }
    }

    /// Notes the heap's size; `alive` is how many bytes more are alive than at the start.
    fn look(&mut self, used: usize, alive: f64) {
        let alive = self.held as f64 + alive;
        self.most_used = self.most_used.max(used);
        self.most_alive = self.most_alive.max(alive);
        self.most_over = self.most_over.max(used as f64 - (1.25 * alive + f64::from(16 << 20)));
    }

    /// The figures; `auto` is what had been freed before the program asked for a collection at the
    /// end, which took `last` nanoseconds.
    pub fn sample(&self, auto: f64, freed: f64, last: f64) -> Sample {
        const MIB: f64 = 1_048_576.0;
        Sample::default()
            .with("p50", self.histogram.quantile(0.5) as f64)
            .with("p99", self.histogram.quantile(0.99) as f64)
            .with("p9999", self.histogram.quantile(0.9999) as f64)
            .with("longest", self.histogram.longest() as f64)
            .with("heap", self.most_used as f64 / MIB)
            .with("alive", self.most_alive / MIB)
            .with("over", self.most_over / MIB)
            .with("auto", auto)
            .with("freed", freed)
            .with("last", last)
    }
}

/// A handle of either kind of node.
enum Handle<P: Cyclic> {
    Link(P::Link),
    Knot(P::Knot),
}

impl<P: Cyclic> Clone for Handle<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Link(link) => Self::Link(link.clone()),
            Self::Knot(knot) => Self::Knot(knot.clone()),
        }
    }
}

impl<P: Cyclic> Handle<P> {
    fn unlink(&self) {
        match self {
            Self::Link(link) => P::point(link, None),
            Self::Knot(knot) => (0..3).for_each(|edge| P::tie(knot, edge, None)),
        }
    }
}

/// What one step has made.
struct Made<P: Cyclic> {
    /// The object, if its family has to take it apart by hand.
    each: Option<Handle<P>>,
    /// After the last object of a component: what holds it all, and its size.
    whole: Option<(Handle<P>, usize)>,
}

/// Recent knots of the component that is being made, to which chords may lead.
const RECENT: usize = 16;

/// Makes garbage one object at a time, with a bounded amount of work in each step.
struct Maker<P: Cyclic> {
    shape: Shape,
    random: Random,
    made: usize,
    size: usize,
    first: Option<Handle<P>>,
    last: Option<Handle<P>>,
    recent: [Option<P::Knot>; RECENT],
    /// Subtrees still to be made: parent, edge of the parent, size.
    todo: Vec<(P::Knot, usize, usize)>,
}

impl<P: Cyclic> Maker<P> {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            random: Random::new(2),
            made: 0,
            size: 0,
            first: None,
            last: None,
            recent: [const { None }; RECENT],
            todo: Vec::with_capacity(128),
        }
    }

    /// Makes one object.
    #[inline]
    fn make(&mut self) -> Made<P> {
        let new = match self.shape {
            Shape::Rings(size) => self.ring_link(size),
            Shape::Components(largest) => self.component_knot(largest),
            Shape::Trees(size) => self.tree_knot(size),
        };
        let each = P::BY_HAND.then(|| new.clone());
        if self.first.is_none() {
            self.first = Some(new.clone());
        }
        self.last = Some(new);
        self.made += 1;
        if self.made < self.size {
            return Made { each, whole: None };
        }
        self.made = 0;
        let (first, last) = (self.first.take(), self.last.take());
        let whole = match (self.shape, first, last) {
            (Shape::Rings(_), Some(Handle::Link(first)), Some(Handle::Link(last))) => {
                P::point(&first, Some(last));
                Some(Handle::Link(first))
            }
            (Shape::Components(_), Some(Handle::Knot(first)), Some(Handle::Knot(last))) => {
                self.recent = [const { None }; RECENT];
                // One in two is closed to one ring; the other falls into pieces when let go.
                if self.random.below(2) == 0 {
                    P::tie(&first, 0, Some(last.clone()));
                }
                Some(Handle::Knot(last))
            }
            (_, first, _) => first,
        };
        Made { each, whole: whole.map(|whole| (whole, self.size)) }
    }

    fn ring_link(&mut self, size: usize) -> Handle<P> {
        self.size = size;
        Handle::Link(P::link(match self.last.take() {
            Some(Handle::Link(last)) => Some(last),
            _ => None,
        }))
    }

    /// A chain back to the first knot, with random chords both ways.
    fn component_knot(&mut self, largest: usize) -> Handle<P> {
        if self.made == 0 {
            self.size = 1 + self.random.below(largest);
        }
        let knot = P::knot(match self.last.take() {
            Some(Handle::Knot(last)) => Some(last),
            _ => None,
        });
        if let Some(other) = &self.recent[self.random.below(RECENT)] {
            P::tie(&knot, 1, Some(other.clone()));
        }
        if let Some(other) = &self.recent[self.random.below(RECENT)] {
            P::tie(other, 2, Some(knot.clone()));
        }
        self.recent[self.random.below(RECENT)] = Some(knot.clone());
        Handle::Knot(knot)
    }

    /// In the order of a walk: a knot, its left subtree, its right subtree.
    fn tree_knot(&mut self, size: usize) -> Handle<P> {
        self.size = size;
        let (knot, below) = match self.todo.pop() {
            Some((parent, edge, size)) => {
                let knot = P::knot(Some(parent.clone()));
                P::tie(&parent, edge, Some(knot.clone()));
                (knot, size - 1)
            }
            None => (P::knot(None), size - 1),
        };
        let left = below.div_ceil(2);
        for (edge, size) in [(2, below - left), (1, left)] {
            if size > 0 {
                self.todo.push((knot.clone(), edge, size));
            }
        }
        Handle::Knot(knot)
    }
}

fn used<P: Cyclic>() -> usize {
    usize::try_from(allocator::requested()).unwrap_or(0) + P::own_bytes()
}

/// Bytes that one object of the garbage takes: the least of a few batches that are held for a moment, since a table of the
/// collector's that doubles just then is not theirs.
fn bytes_each<P: Cyclic>(shape: Shape) -> f64 {
    const BATCHES: usize = 4;
    const PROBES: usize = 20_000;
    let mut kept: Vec<Handle<P>> = Vec::with_capacity(BATCHES * PROBES);
    let mut least = f64::INFINITY;
    for _ in 0..BATCHES {
        let before = used::<P>();
        for _ in 0..PROBES {
            kept.push(match shape {
                Shape::Rings(_) => Handle::Link(P::link(None)),
                _ => Handle::Knot(P::knot(None)),
            });
        }
        least = least.min(used::<P>().saturating_sub(before) as f64 / PROBES as f64);
    }
    drop(kept);
    P::collect();
    least
}

fn work<P: Cyclic>(plan: Plan) -> Sample {
    allocator::start_counting();
    let knots = graph::<P>(plan.live);
    let mut bag = {
        let bag = P::bag(knots.clone());
        P::close(&bag);
        Some(bag)
    };
    let bag_bytes = (plan.live * size_of::<P::Knot>()) as f64;
    let each_bytes = bytes_each::<P>(plan.shape);
    let mut maker = Maker::<P>::new(plan.shape);
    // By hand: every object in the order of its making, taken apart one in each step.
    let by_hand_window = plan.window.max(plan.shape.largest());
    let mut by_hand: VecDeque<Handle<P>> = touched_vec(if P::BY_HAND { by_hand_window + 2 } else { 0 }).into();
    // Otherwise: the components that are still held, oldest first.
    let mut window: VecDeque<(Handle<P>, usize)> = touched_vec(plan.window + 2).into();
    let mut held = 0;
    P::collect();
    let before = dropped();
    let mut recorder = Recorder::new(used::<P>());
    let mut dead_bag = 0.0;
    recorder.begin();
    for number in 0..plan.garbage {
        let Made { each, whole } = maker.make();
        if let Some(each) = each {
            by_hand.push_back(each);
            if by_hand.len() > by_hand_window
                && let Some(oldest) = by_hand.pop_front()
            {
                oldest.unlink();
            }
        } else if let Some((whole, size)) = whole
            && !P::BY_HAND
        {
            held += size;
            window.push_back((whole, size));
            let keep = usize::from(plan.window > 0);
            while held > plan.window && window.len() > keep {
                let Some((_, size)) = window.pop_front() else {
                    break;
                };
                held -= size;
            }
        }
        if plan.bag_dies && number == plan.garbage / 4 && !P::BY_HAND {
            bag = None;
            dead_bag = bag_bytes;
        }
        let alive = if P::BY_HAND { by_hand.len() } else { held + maker.made };
        let alive = alive as f64 * each_bytes - dead_bag;
        recorder.step(number, used::<P>, || alive);
    }
    let still_held = held + maker.made;
    let dead = plan.garbage - still_held + usize::from(bag.is_none());
    let auto = fraction(dropped() - before, dead);
    if P::BY_HAND {
        for oldest in by_hand {
            oldest.unlink();
        }
    }
    drop((window, maker));
    let last = timed(P::collect);
    let freed = fraction(dropped() - before, plan.garbage + usize::from(bag.is_none()));
    std::mem::forget((knots, bag));
    recorder.sample(if P::BY_HAND { f64::NAN } else { auto }, freed, if P::BY_HAND { f64::NAN } else { last })
}

struct Named<'a> {
    name: &'a str,
    plan: Plan,
    sample: Option<Sample>,
}

impl VisitCyclic for Named<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if P::NAME == self.name {
            self.sample = Some(work::<P>(self.plan));
        }
    }
}

/// Runs the workload for one implementation.
pub fn child(name: &str, args: &[String]) -> Option<Sample> {
    let plan = Plan::parse(args)?;
    if name == gc_arena::NAME {
        return gc_arena::pauses(plan);
    }
    let mut named = Named { name, plan, sample: None };
    each_cyclic(&mut named);
    named.sample
}

struct Entries<'a> {
    contestants: Vec<Contestant>,
    options: &'a Options,
    plan: Plan,
    peers: bool,
}

impl Entries<'_> {
    fn add(&mut self, name: &'static str, key: &'static str) {
        let run = process::run_on_any_stack("pauses", name.into(), self.plan.args(), self.options.limit);
        self.contestants.push(Contestant::new(name, key, run));
    }
}

impl VisitCyclic for Entries<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if !(P::BY_HAND || P::KEY.starts_with("adder") || self.peers) {
            return;
        }
        if P::AUTOMATIC || P::BY_HAND {
            self.add(P::NAME, P::KEY);
        } else {
            self.contestants
                .push(Contestant::new(P::NAME, P::KEY, || Err(Failure::Skipped("never collects by itself".into()))));
        }
    }
}

fn nanos(value: f64) -> String {
    if !value.is_finite() {
        "-".into()
    } else if value < 1e3 {
        format!("{value:.0} ns")
    } else if value < 1e6 {
        format!("{:.1} us", value / 1e3)
    } else {
        format!("{:.2} ms", value / 1e6)
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let live = options.size(5_000_000);
    let window = options.size(100_000);
    let shapes = [
        Shape::Rings(2),
        Shape::Rings(1000),
        Shape::Components(10_000),
        Shape::Trees(1000),
        Shape::Trees(options.size(1_000_000)),
    ];
    for garbage in [options.size(1_000_000), options.size(8_000_000)] {
        for shape in shapes {
            for window in [0, window] {
                for bag_dies in [false, true] {
                    let plan = Plan { live, garbage, shape, window, bag_dies };
                    if plan.label().contains(&options.filter) {
                        // The peers: once for each way of dying, and without a container to free.
                        let peers = shape == Shape::Rings(2) && garbage == options.size(1_000_000) && !bag_dies;
                        print_one(options, plan, peers);
                    }
                }
            }
        }
    }
}

fn print_one(options: &Options, plan: Plan, peers: bool) {
    let mut entries = Entries { contestants: Vec::new(), options, plan, peers };
    each_cyclic(&mut entries);
    if peers {
        entries.add(gc_arena::NAME, gc_arena::NAME);
    }
    let mut contestants = entries.contestants;
    if peers && plan.window == 0 {
        let args = [plan.live.to_string(), plan.garbage.to_string()];
        contestants.push(cpython::contestant("pauses", &args, options.limit));
    }
    let mut table = Table::new(
        format!("pauses: {}, beside {} live", plan.label(), plan.live),
        &[
            "implementation",
            "p50",
            "p99",
            "p99.99",
            "longest",
            "heap MiB",
            "alive MiB",
            "auto",
            "at end",
            "freed",
            "target",
        ],
    );
    let mut noise = f64::NAN;
    for summary in race(options.rounds_or(1), options.select(contestants)) {
        let samples = match &summary.samples {
            Err(failure) => {
                table.row(vec![summary.name.clone(), failure.to_string()]);
                continue;
            }
            Ok(samples) => samples,
        };
        let of = |name: &str| median(samples.iter().map(|sample| sample.get(name)).collect());
        let longest = of("longest");
        if noise.is_nan() {
            noise = longest;
        }
        let mebibytes = |value: f64| {
            if value.is_finite() { format!("{value:.1}") } else { "-".into() }
        };
        let auto = of("auto");
        let mut cells = vec![summary.label()];
        cells.extend(["p50", "p99", "p9999"].map(|name| nanos(of(name))));
        cells.extend([
            nanos(longest),
            mebibytes(of("heap")),
            mebibytes(of("alive")),
            // A row in which nothing was collected by itself shows no pauses, only the lack of them.
            match auto {
                none if none < 1e-3 => "none!".into(),
                some if some.is_finite() => format!("{some:.3}"),
                _ => "-".into(),
            },
            nanos(of("last")),
            freed(summary.freed()),
        ]);
        if summary.name.starts_with("Adder") {
            // p99.99 <= 100 us, longest <= 1 ms over Rc's, heap <= 1.25 x alive + 16 MiB throughout.
            let missed: Vec<&str> = [
                (of("p9999") > 1e5, "p99.99"),
                (longest > noise + 1e6, "longest"),
                (of("over") > 0.0, "heap"),
                (auto < 0.5, "not automatic"),
                ((summary.freed() - 1.0).abs() > 1e-9, "not freed"),
            ]
            .into_iter()
            .filter_map(|(missed, what)| missed.then_some(what))
            .collect();
            cells.push(if missed.is_empty() { "ok".into() } else { format!("OVER: {}", missed.join(", ")) });
        }
        table.row(cells);
    }
    table.print();
}
