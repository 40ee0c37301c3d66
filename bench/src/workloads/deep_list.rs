//! Drop a long list on a thread with a stack of 256 KiB; each implementation in a process of its
//! own, since most of them die.

use super::{Options, fraction, nanos_each, number};
use crate::child as process;
use crate::measure::{Contestant, Sample, Target, race_and_print};
use crate::peers::{Family, VisitFamilies, cpython, dropped, each_family, gc_arena, std_pointers::StdRc};
use std::time::Instant;

const STACK: usize = 256 << 10;
const UNROLLED: &str = "std Rc, loop by hand";

fn list<F: Family>(nodes: usize) -> F::Chain {
    let mut list = F::chain(None);
    for _ in 1..nodes {
        list = F::chain(Some(list));
    }
    list
}

fn work<F: Family>(nodes: usize, free: fn(F::Chain)) -> Sample {
    let before = dropped();
    let list = list::<F>(nodes);
    let start = Instant::now();
    free(list);
    if !F::AT_ZERO {
        F::collect();
    }
    let nanos = nanos_each(start, nodes);
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before, nodes))
}

struct Named<'a> {
    name: &'a str,
    nodes: usize,
    sample: Option<Sample>,
}

impl VisitFamilies for Named<'_> {
    fn visit<F: Family>(&mut self) {
        if F::NAME == self.name {
            self.sample = Some(work::<F>(self.nodes, drop));
        }
    }
}

/// Runs the workload for one implementation; the caller has given it the small stack.
pub fn child(name: &str, args: &[String]) -> Option<Sample> {
    let nodes = number(args, 0)?;
    match name {
        UNROLLED => Some(work::<StdRc>(nodes, StdRc::unroll)),
        gc_arena::NAME => Some(gc_arena::deep_list(nodes)),
        _ => {
            let mut named = Named { name, nodes, sample: None };
            each_family(&mut named);
            named.sample
        }
    }
}

struct Entries<'a> {
    contestants: Vec<Contestant>,
    options: &'a Options,
    args: Vec<String>,
}

impl Entries<'_> {
    fn add(&mut self, name: &'static str, key: &'static str) {
        let (args, limit) = (self.args.clone(), self.options.limit);
        // "At most 6 ns a node" is asked of local mode.
        let target = (key == "adder").then_some(Target::Nanos(6.0));
        self.contestants
            .push(Contestant::new(name, key, move || process::run("deep_list", name, &args, STACK, limit)).aim(target));
    }
}

impl VisitFamilies for Entries<'_> {
    fn visit<F: Family>(&mut self) {
        self.add(F::NAME, F::KEY);
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let nodes = options.size(5_000_000);
    let mut entries = Entries { contestants: Vec::new(), options, args: vec![nodes.to_string()] };
    entries.add(UNROLLED, "rc");
    each_family(&mut entries);
    entries.add(gc_arena::NAME, gc_arena::NAME);
    let mut contestants = entries.contestants;
    contestants.push(cpython::contestant("deep_list", &[nodes.to_string()], options.limit));
    race_and_print(
        &format!("deep_list: {nodes} nodes dropped on a stack of 256 KiB"),
        "ns/node",
        options.rounds_or(3),
        options.select(contestants),
    );
}
