//! Full collections over many live objects: a random graph with three edges from each, all of it
//! rooted in a vector, then held through a single root.

use super::{Options, fraction, number};
use crate::child as process;
use crate::measure::{Contestant, Random, Sample, race};
use crate::peers::{Cyclic, VisitCyclic, cpython, dropped, each_cyclic, gc_arena};
use crate::table::{Table, figure, freed};
use std::hint::black_box;
use std::time::Instant;

/// A random graph: three edges from each knot to any.
pub fn graph<P: Cyclic>(objects: usize) -> Vec<P::Knot> {
    let mut random = Random::new(1);
    let knots: Vec<P::Knot> = (0..objects).map(|_| P::knot(None)).collect();
    for knot in &knots {
        for edge in 0..3 {
            P::tie(knot, edge, Some(knots[random.below(objects)].clone()));
        }
    }
    knots
}

/// Nanoseconds that `work` takes.
pub fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64
}

/// The figures of the workload, from nanoseconds of the whole collections.
pub fn sample(objects: usize, [first, touched, untouched, one, single]: [f64; 5], freed: f64) -> Sample {
    Sample::default()
        .with("first", first / objects as f64)
        .with("touched", touched / objects as f64)
        .with("single", single / objects as f64)
        .with("untouched_ms", untouched / 1e6)
        .with("one_ms", one / 1e6)
        .with("freed", freed)
}

fn work<P: Cyclic>(objects: usize) -> Sample {
    let knots = graph::<P>(objects);
    let before = dropped();
    let first = timed(P::collect);
    for knot in &knots {
        drop(black_box(knot.clone()));
    }
    let touched = timed(P::collect);
    let untouched = timed(P::collect);
    drop(black_box(knots[objects / 2].clone()));
    let one = timed(P::collect);
    // Everything is touched once more and then hangs on one object.
    let bag = P::bag(knots);
    P::touch(&bag);
    let single = timed(P::collect);
    drop(bag);
    P::collect();
    let freed = fraction(dropped() - before, objects + 1);
    sample(objects, [first, touched, untouched, one, single], freed)
}

struct Named<'a> {
    name: &'a str,
    objects: usize,
    sample: Option<Sample>,
}

impl VisitCyclic for Named<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if P::NAME == self.name {
            self.sample = Some(work::<P>(self.objects));
        }
    }
}

/// Runs the workload for one implementation.
pub fn child(name: &str, args: &[String]) -> Option<Sample> {
    let objects = number(args, 0)?;
    if name == gc_arena::NAME {
        return Some(gc_arena::live_heap(objects));
    }
    let mut named = Named { name, objects, sample: None };
    each_cyclic(&mut named);
    named.sample
}

struct Entries<'a> {
    contestants: Vec<Contestant>,
    options: &'a Options,
    args: Vec<String>,
}

impl Entries<'_> {
    fn add(&mut self, name: &'static str, key: &'static str) {
        if self.options.wants(key) {
            let run = process::run_on_any_stack("live_heap", name.into(), self.args.clone(), self.options.limit);
            self.contestants.push(Contestant::new(name, key, run));
        }
    }
}

impl VisitCyclic for Entries<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if !P::BY_HAND {
            self.add(P::NAME, P::KEY);
        }
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let objects = options.size(5_000_000);
    let args = vec![objects.to_string()];
    let mut entries = Entries { contestants: Vec::new(), options, args: args.clone() };
    each_cyclic(&mut entries);
    entries.add(gc_arena::NAME, gc_arena::NAME);
    let mut contestants = entries.contestants;
    if options.wants("cpython") {
        contestants.push(cpython::contestant("live_heap", &args, options.limit));
    }
    let mut table = Table::new(
        format!("live_heap: full collection, {objects} live objects with 3 edges each (ns/object; ms in all)"),
        &["implementation", "first", "all touched", "single root", "untouched ms", "one touched ms", "freed"],
    );
    for summary in race(options.rounds_or(1), contestants) {
        if let Some(failure) = summary.failure() {
            table.row(vec![summary.name.clone(), failure]);
            continue;
        }
        let figures = ["first", "touched", "single", "untouched_ms", "one_ms"].map(|name| summary.median(name));
        let mut cells = vec![summary.label()];
        cells.extend(figures.map(figure));
        cells.push(freed(summary.freed()));
        table.row(cells);
        // The bounds are local mode's.
        if summary.name == "Adder" {
            let first_ms = figures[0] * objects as f64 / 1e6;
            let bounds = [30.0, 20.0, 80.0, 1.0, first_ms];
            let mut cells = vec!["  target".to_owned()];
            cells.extend(
                figures.iter().zip(bounds).map(|(value, bound)| {
                    format!("<= {} {}", figure(bound), if *value <= bound { "ok" } else { "OVER" })
                }),
            );
            if (summary.freed() - 1.0).abs() > 1e-9 {
                cells.push("NOT FREED".into());
            }
            table.row(cells);
        }
    }
    table.print();
    println!(
        "(dumpster, rust-cc and bacon_rajan_cc look only at objects that lost a reference: there are none at\n\
         \"first\" and \"untouched\"; their full pass is \"all touched\". gc-arena knows no touching.)"
    );
}
