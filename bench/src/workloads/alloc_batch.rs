//! Make a million objects of 16 bytes, then drop them in random order.

use super::{Options, fraction, nanos_each};
use crate::measure::{Contestant, Random, Sample, Target, race_and_print};
use crate::peers::{Family, VisitFamilies, cpython, dropped, each_family, gc_arena};
use std::time::Instant;

fn work<F: Family>(objects: usize) -> Sample {
    let before = dropped();
    let mut leaves: Vec<F::Leaf> = Vec::with_capacity(objects);
    let start = Instant::now();
    leaves.extend((0..objects).map(|i| F::leaf(i as u64)));
    let made = nanos_each(start, objects);
    // Shuffling moves handles only; it is not timed.
    Random::new(1).shuffle(&mut leaves);
    let start = Instant::now();
    leaves.clear();
    if !F::AT_ZERO {
        F::collect();
    }
    let nanos = made + nanos_each(start, objects);
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before, objects))
}

struct Entries {
    contestants: Vec<Contestant>,
    objects: usize,
}

impl VisitFamilies for Entries {
    fn visit<F: Family>(&mut self) {
        let objects = self.objects;
        let target = (F::KEY == "adder").then_some(Target::Ratio(0.45));
        self.contestants.push(Contestant::here(F::NAME, F::KEY, move || work::<F>(objects)).aim(target));
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let objects = options.size(1_000_000);
    let mut entries = Entries { contestants: Vec::new(), objects };
    each_family(&mut entries);
    let mut contestants = entries.contestants;
    contestants.push(Contestant::here("gc-arena", "gc-arena", move || gc_arena::alloc_batch(objects)));
    contestants.push(cpython::contestant("alloc_batch", &[objects.to_string()], options.limit));
    race_and_print(
        &format!("alloc_batch: make {objects}, drop them in random order"),
        "ns/object",
        options.rounds_or(5),
        options.select(contestants),
    );
}
