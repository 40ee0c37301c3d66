//! Garbage cycles: made and collected, with one collection at the end or by the collector itself;
//! each implementation in a process of its own. The baseline breaks each cycle by hand.

use super::{Options, fraction, nanos_each, number};
use crate::child as process;
use crate::measure::{Contestant, Failure, Sample, Target, median, race_and_print};
use crate::peers::{Cyclic, VisitCyclic, cpython, dropped, each_cyclic, gc_arena, std_pointers::StdRc};
use std::time::Instant;

const AT_ONCE: &str = "std Rc, broken by hand";
const AT_END: &str = "std Rc, broken by hand at the end";

#[inline]
fn ring<P: Cyclic>(size: usize) -> P::Link {
    let first = P::link(None);
    let mut last = first.clone();
    for _ in 1..size {
        last = P::link(Some(last));
    }
    P::point(&first, Some(last));
    first
}

/// Repeats after a first run that is not counted.
fn repeat(objects: usize, repetitions: usize, mut work: impl FnMut()) -> Sample {
    let mut nanos = Vec::new();
    let mut freed = 1.0f64;
    for repetition in 0..=repetitions {
        let before = dropped();
        let start = Instant::now();
        work();
        let spent = nanos_each(start, objects);
        let now = fraction(dropped() - before, objects);
        if (now - 1.0).abs() > (freed - 1.0).abs() {
            freed = now;
        }
        if repetition > 0 {
            nanos.push(spent);
        }
    }
    Sample::timed(median(nanos), freed)
}

fn collected<P: Cyclic>(size: usize, automatic: bool, objects: usize, repetitions: usize) -> Sample {
    P::automatic(automatic);
    repeat(objects, repetitions, || {
        for _ in 0..objects / size {
            drop(ring::<P>(size));
        }
        P::collect();
    })
}

struct Named<'a> {
    name: &'a str,
    size: usize,
    automatic: bool,
    objects: usize,
    repetitions: usize,
    sample: Option<Sample>,
}

impl VisitCyclic for Named<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if P::NAME == self.name && !P::BY_HAND {
            self.sample = Some(collected::<P>(self.size, self.automatic, self.objects, self.repetitions));
        }
    }
}

/// Runs the workload for one implementation: ring size, `end` or `auto`, objects, repetitions.
pub fn child(name: &str, args: &[String]) -> Option<Sample> {
    let size = number(args, 0)?;
    let automatic = args.get(1)? == "auto";
    let objects = number(args, 2)? / size * size;
    let repetitions = number(args, 3)?;
    match name {
        AT_ONCE => Some(repeat(objects, repetitions, || {
            for _ in 0..objects / size {
                StdRc::point(&ring::<StdRc>(size), None);
            }
        })),
        AT_END => Some(repeat(objects, repetitions, || {
            let rings: Vec<_> = (0..objects / size).map(|_| ring::<StdRc>(size)).collect();
            for ring in rings {
                StdRc::point(&ring, None);
            }
        })),
        gc_arena::NAME => Some(repeat(objects, repetitions, gc_arena::cycles(size, automatic, objects))),
        _ => {
            let mut named = Named { name, size, automatic, objects, repetitions, sample: None };
            each_cyclic(&mut named);
            named.sample
        }
    }
}

struct Entries<'a> {
    contestants: Vec<Contestant>,
    options: &'a Options,
    args: Vec<String>,
    automatic: bool,
    bound: f64,
}

impl Entries<'_> {
    fn add(&mut self, name: &'static str, key: &'static str) {
        let run = process::run_on_any_stack("cycles", name.into(), self.args.clone(), self.options.limit);
        // The bounds are local mode's.
        let target = (key == "adder").then_some(Target::Ratio(self.bound));
        self.contestants.push(Contestant::new(name, key, run).aim(target));
    }
}

impl VisitCyclic for Entries<'_> {
    fn visit<P: Cyclic>(&mut self) {
        if P::BY_HAND {
            return;
        }
        if self.automatic && !P::AUTOMATIC {
            self.contestants
                .push(Contestant::new(P::NAME, P::KEY, || Err(Failure::Skipped("never collects by itself".into()))));
        } else if !self.automatic && (P::KEY == "gc" || P::KEY == "boa_gc") {
            self.contestants
                .push(Contestant::new(P::NAME, P::KEY, || Err(Failure::Skipped("always collects by itself".into()))));
        } else {
            self.add(P::NAME, P::KEY);
        }
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let objects = options.size(1_000_000);
    for (size, variant, bound) in [(2, "end", 1.1), (2, "auto", 0.8), (1000, "end", 1.4), (1000, "auto", 1.1)] {
        let args: Vec<String> = [size.to_string(), variant.into(), objects.to_string(), "5".into()].into();
        let mut entries =
            Entries { contestants: Vec::new(), options, args: args.clone(), automatic: variant == "auto", bound };
        entries.add(AT_ONCE, "rc");
        if variant == "end" {
            entries.add(AT_END, "rc");
        }
        each_cyclic(&mut entries);
        entries.add(gc_arena::NAME, gc_arena::NAME);
        let mut contestants = entries.contestants;
        contestants.push(cpython::contestant("cycles", &args, options.limit));
        let how = if variant == "end" { "one collection at the end" } else { "automatic" };
        race_and_print(
            &format!("cycles: {objects} objects in rings of {size}, {how}"),
            "ns/object",
            options.rounds_or(3),
            options.select(contestants),
        );
    }
}
