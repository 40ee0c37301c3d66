//! The workloads, one file for each.

pub mod alloc_batch;
pub mod alloc_lifo;
pub mod binary_trees;
pub mod clone_drop;
pub mod cycles;
pub mod deep_list;
pub mod live_heap;
pub mod memory;
pub mod pauses;
pub mod threads;

use crate::measure::{Contestant, Sample};
use std::time::Duration;

/// What the command line asked for.
pub struct Options {
    /// Sizes are a tenth.
    pub quick: bool,
    /// Keys of the implementations to run; empty means all.
    pub only: Vec<String>,
    /// Rounds, where not left to the workload.
    pub rounds: Option<usize>,
    /// Runs of `pauses` whose label does not contain this are left out.
    pub filter: String,
    /// How long one process may take.
    pub limit: Duration,
}

impl Options {
    /// `full`, or a tenth of it.
    pub fn size(&self, full: usize) -> usize {
        if self.quick { full / 10 } else { full }
    }

    /// The rounds asked for, else `usual`.
    pub fn rounds_or(&self, usual: usize) -> usize {
        self.rounds.unwrap_or(usual).max(1)
    }

    /// Is this implementation to be run? (`adder` stands for `adder-sync` too.)
    pub fn wants(&self, key: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == key || (only == "adder" && key == "adder-sync"))
    }

    /// Leaves out those that are not wanted; the first is the baseline and always stays.
    pub fn select(&self, mut contestants: Vec<Contestant>) -> Vec<Contestant> {
        let mut first = true;
        contestants.retain(|contestant| std::mem::replace(&mut first, false) || self.wants(contestant.key));
        contestants
    }
}

/// A workload: how it is called, and what runs it here and in a process of its own.
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// Runs and prints it.
    pub run: fn(&Options),
    /// Runs it for the implementation of that name with these arguments.
    pub child: Option<Child>,
}

/// Runs a workload for the implementation of that name; `None` if there is no such run.
pub type Child = fn(&str, &[String]) -> Option<Sample>;

/// All workloads in the order in which `all` runs them.
pub const ALL: &[Workload] = &[
    Workload { name: "clone_drop", run: clone_drop::run, child: None },
    Workload { name: "alloc_lifo", run: alloc_lifo::run, child: None },
    Workload { name: "alloc_batch", run: alloc_batch::run, child: None },
    Workload { name: "binary_trees", run: binary_trees::run, child: None },
    Workload { name: "deep_list", run: deep_list::run, child: Some(deep_list::child) },
    Workload { name: "cycles", run: cycles::run, child: Some(cycles::child) },
    Workload { name: "live_heap", run: live_heap::run, child: Some(live_heap::child) },
    Workload { name: "pauses", run: pauses::run, child: Some(pauses::child) },
    Workload { name: "memory", run: memory::run, child: Some(memory::child) },
    Workload { name: "threads", run: threads::run, child: None },
];

/// Nanoseconds since `start` for each of `operations`.
fn nanos_each(start: std::time::Instant, operations: usize) -> f64 {
    start.elapsed().as_nanos() as f64 / operations as f64
}

/// `dropped` as a fraction of `expected`.
fn fraction(dropped: u64, expected: usize) -> f64 {
    dropped as f64 / expected as f64
}

/// The argument at `index` as a number.
fn number(args: &[String], index: usize) -> Option<usize> {
    args.get(index)?.parse().ok()
}
