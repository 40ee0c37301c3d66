//! Clone and drop of a handle: of one hot object, and over 4096 objects in random order; shared
//! handles also on a thread that does not own the object.

use super::{Options, fraction, nanos_each};
use crate::measure::{Contestant, Failure, Random, Sample, Target, race_and_print};
use crate::peers::{Family, Shared, VisitFamilies, VisitShared, cpython, dropped, each_family, each_shared};
use std::hint::black_box;
use std::sync::mpsc::channel;
use std::time::Instant;

const SPREAD: usize = 4096;

fn handles<F: Family>(objects: usize, operations: usize) -> Sample {
    let before = dropped();
    let mut leaves: Vec<F::Leaf> = (0..objects).map(|i| F::leaf(i as u64)).collect();
    Random::new(1).shuffle(&mut leaves);
    let rounds = operations / objects;
    let start = Instant::now();
    if objects == 1 {
        let leaf = &leaves[0];
        for _ in 0..rounds {
            drop(black_box(black_box(leaf).clone()));
        }
    } else {
        for _ in 0..rounds {
            for leaf in &leaves {
                drop(black_box(leaf.clone()));
            }
        }
    }
    let nanos = nanos_each(start, rounds * objects);
    drop(leaves);
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before, objects))
}

/// The object belongs to another thread, which waits.
fn foreign<F: Shared>(operations: usize) -> Sample {
    let (to_here, from_owner) = channel();
    let (to_owner, from_here) = channel::<()>();
    let before = dropped();
    let owner = std::thread::spawn(move || {
        let before = dropped();
        // This thread keeps a handle: it goes on owning the object.
        let leaf = F::leaf(1);
        to_here.send(leaf.clone()).expect("the other thread waits");
        from_here.recv().expect("the other thread answers");
        drop(leaf);
        F::collect();
        dropped() - before
    });
    let leaf = from_owner.recv().expect("the owner sends");
    let start = Instant::now();
    for _ in 0..operations {
        drop(black_box(black_box(&leaf).clone()));
    }
    let nanos = nanos_each(start, operations);
    drop(leaf);
    to_owner.send(()).expect("the owner waits");
    let there = owner.join().expect("the owner does not panic");
    F::collect();
    Sample::timed(nanos, fraction(dropped() - before + there, 1))
}

struct Entries {
    contestants: Vec<Contestant>,
    objects: usize,
    operations: usize,
}

impl VisitFamilies for Entries {
    fn visit<F: Family>(&mut self) {
        let (objects, operations) = (self.objects, self.operations);
        let bound = if F::KEY == "adder" { 1.05 } else { 1.5 };
        self.contestants.push(
            Contestant::here(F::NAME, F::KEY, move || handles::<F>(objects, operations))
                .aim(Some(Target::Ratio(bound))),
        );
    }
}

struct Foreign {
    contestants: Vec<Contestant>,
    operations: usize,
}

impl VisitShared for Foreign {
    fn visit<F: Shared>(&mut self) {
        let operations = self.operations;
        self.contestants
            .push(Contestant::here(F::NAME, F::KEY, move || foreign::<F>(operations)).aim(Some(Target::Ratio(1.2))));
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    for objects in [1, SPREAD] {
        let operations = options.size(20_000_000);
        let mut entries = Entries { contestants: Vec::new(), objects, operations };
        each_family(&mut entries);
        let mut contestants = entries.contestants;
        contestants.push(Contestant::new("gc-arena", "gc-arena", || Err(Failure::Skipped("handles are Copy".into()))));
        let args = [operations.to_string(), objects.to_string()];
        contestants.push(cpython::contestant("clone_drop", &args, options.limit));
        let title = if objects == 1 {
            "clone_drop: one hot object".to_owned()
        } else {
            format!("clone_drop: spread over {objects} objects")
        };
        race_and_print(&title, "ns", options.rounds_or(9), options.select(contestants));
    }
    let mut entries = Foreign { contestants: Vec::new(), operations: options.size(20_000_000) };
    each_shared(&mut entries);
    race_and_print(
        "clone_drop: one hot object that another thread owns",
        "ns",
        options.rounds_or(9),
        options.select(entries.contestants),
    );
}
