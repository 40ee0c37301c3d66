//! Make a complete binary tree bottom-up and drop it.

use super::{Options, fraction, nanos_each};
use crate::measure::{Contestant, Sample, Target, race_and_print};
use crate::peers::{Family, VisitFamilies, cpython, dropped, each_family, gc_arena};
use std::hint::black_box;
use std::time::Instant;

fn tree<F: Family>(depth: u32) -> F::Branch {
    if depth == 0 {
        F::branch(None, None)
    } else {
        let left = tree::<F>(depth - 1);
        let right = tree::<F>(depth - 1);
        F::branch(Some(left), Some(right))
    }
}

fn work<F: Family>(depth: u32) -> Sample {
    let nodes = (2usize << depth) - 1;
    let before = dropped();
    let start = Instant::now();
    drop(black_box(tree::<F>(depth)));
    if !F::AT_ZERO {
        F::collect();
    }
    let nanos = nanos_each(start, nodes);
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before, nodes))
}

struct Entries {
    contestants: Vec<Contestant>,
    depth: u32,
}

impl VisitFamilies for Entries {
    fn visit<F: Family>(&mut self) {
        let depth = self.depth;
        let target = (F::KEY == "adder").then_some(Target::Ratio(0.75));
        self.contestants.push(Contestant::here(F::NAME, F::KEY, move || work::<F>(depth)).aim(target));
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let depth = if options.quick { 15 } else { 18 };
    let mut entries = Entries { contestants: Vec::new(), depth };
    each_family(&mut entries);
    let mut contestants = entries.contestants;
    contestants.push(Contestant::here("gc-arena", "gc-arena", move || gc_arena::binary_trees(depth)));
    contestants.push(cpython::contestant("binary_trees", &[depth.to_string()], options.limit));
    race_and_print(
        &format!("binary_trees: depth {depth}, made and dropped"),
        "ns/node",
        options.rounds_or(9),
        options.select(contestants),
    );
}
