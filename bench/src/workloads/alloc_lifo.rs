//! Make an object of 16 bytes and drop it at once.

use super::{Options, fraction, nanos_each};
use crate::measure::{Contestant, Sample, Target, race_and_print};
use crate::peers::{Family, VisitFamilies, cpython, dropped, each_family, gc_arena};
use std::hint::black_box;
use std::time::Instant;

fn work<F: Family>(operations: usize) -> Sample {
    let before = dropped();
    let start = Instant::now();
    for i in 0..operations {
        drop(black_box(F::leaf(i as u64)));
    }
    if !F::AT_ZERO {
        F::collect();
    }
    let nanos = nanos_each(start, operations);
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before, operations))
}

struct Entries {
    contestants: Vec<Contestant>,
    operations: usize,
}

impl VisitFamilies for Entries {
    fn visit<F: Family>(&mut self) {
        let operations = self.operations;
        // The target is local mode's; the issue sets none for `sync`.
        let target = (F::KEY == "adder").then_some(Target::Ratio(0.4));
        self.contestants.push(Contestant::here(F::NAME, F::KEY, move || work::<F>(operations)).aim(target));
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let operations = options.size(5_000_000);
    let mut entries = Entries { contestants: Vec::new(), operations };
    each_family(&mut entries);
    let mut contestants = entries.contestants;
    contestants.push(Contestant::here("gc-arena", "gc-arena", move || gc_arena::alloc_lifo(operations)));
    contestants.push(cpython::contestant("alloc_lifo", &[operations.to_string()], options.limit));
    race_and_print(
        "alloc_lifo: make and free, payload of 16 bytes",
        "ns",
        options.rounds_or(9),
        options.select(contestants),
    );
}
