//! Two threads that clone and drop: each its own object, both the same one.

use super::{Options, fraction, nanos_each};
use crate::measure::{Contestant, Sample, Target, race_and_print};
use crate::peers::{Shared, VisitShared, dropped, each_shared};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Barrier, mpsc::channel};
use std::time::Instant;

/// Who owns the objects that the two threads use.
#[derive(Clone, Copy)]
enum Owners {
    /// Each thread its own.
    Each,
    /// The first thread owns the one object of both.
    First,
    /// A third, waiting thread owns the one object of both.
    Neither,
}

/// What the two threads start and stop by.
struct Meeting {
    start: Barrier,
    measured: AtomicUsize,
    end: Barrier,
}

fn spin<H: Clone>(handle: &H, operations: usize, meeting: &Meeting) -> f64 {
    meeting.start.wait();
    let start = Instant::now();
    for _ in 0..operations {
        drop(black_box(black_box(handle).clone()));
    }
    let nanos = nanos_each(start, operations);
    // Goes on until the other has measured too, which must not have the object to itself.
    meeting.measured.fetch_add(1, Relaxed);
    while meeting.measured.load(Relaxed) < 2 {
        for _ in 0..100 {
            drop(black_box(black_box(handle).clone()));
        }
    }
    nanos
}

/// Spins with the handle of the owner if this thread can have one.
fn spin_here<F: Shared>(leaf: &F::Leaf, operations: usize, meeting: &Meeting) -> f64 {
    match F::here(leaf) {
        Some(handle) => spin(&handle, operations, meeting),
        None => spin(leaf, operations, meeting),
    }
}

fn work<F: Shared>(owners: Owners, operations: usize) -> Sample {
    let meeting = Arc::new(Meeting { start: Barrier::new(2), measured: AtomicUsize::new(0), end: Barrier::new(2) });
    let before = dropped();
    let (to_second, from_first) = channel::<F::Leaf>();
    // This thread is the one that owns but takes no part.
    let third = matches!(owners, Owners::Neither).then(|| F::leaf(3));
    let for_first = third.clone();
    let for_second = third.clone();
    let first = std::thread::spawn({
        let meeting = meeting.clone();
        move || {
            let before = dropped();
            let leaf = for_first.unwrap_or_else(|| F::leaf(1));
            if matches!(owners, Owners::First) {
                to_second.send(leaf.clone()).expect("the second thread waits");
            }
            let nanos = if matches!(owners, Owners::Neither) {
                spin(&leaf, operations, &meeting)
            } else {
                spin_here::<F>(&leaf, operations, &meeting)
            };
            // Neither lets go before both are done: the owner's last drop comes last.
            meeting.end.wait();
            drop(leaf);
            F::collect();
            (nanos, dropped() - before)
        }
    });
    let second = std::thread::spawn(move || {
        let before = dropped();
        let leaf = match owners {
            Owners::Each => F::leaf(2),
            Owners::First => from_first.recv().expect("the first thread sends"),
            Owners::Neither => for_second.expect("the third thread made one"),
        };
        let nanos = if matches!(owners, Owners::Each) {
            spin_here::<F>(&leaf, operations, &meeting)
        } else {
            spin(&leaf, operations, &meeting)
        };
        drop(leaf);
        meeting.end.wait();
        F::collect();
        (nanos, dropped() - before)
    });
    let (first_nanos, first_dropped) = first.join().expect("no panic");
    let (second_nanos, second_dropped) = second.join().expect("no panic");
    drop(third);
    F::collect();
    let objects = if matches!(owners, Owners::Each) { 2 } else { 1 };
    let freed = fraction(dropped() - before + first_dropped + second_dropped, objects);
    Sample::timed(f64::midpoint(first_nanos, second_nanos), freed)
}

struct Entries {
    contestants: Vec<Contestant>,
    owners: Owners,
    operations: usize,
    target: Target,
}

impl VisitShared for Entries {
    fn visit<F: Shared>(&mut self) {
        let (owners, operations) = (self.owners, self.operations);
        self.contestants
            .push(Contestant::here(F::NAME, F::KEY, move || work::<F>(owners, operations)).aim(Some(self.target)));
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    for (owners, title, target) in [
        (Owners::Each, "each its own object", Target::Nanos(1.4)),
        (Owners::First, "one object, owner and other", Target::Ratio(1.0)),
        (Owners::Neither, "one object, neither owns it", Target::Ratio(1.0)),
    ] {
        let operations = if options.quick { 2_000_000 } else { 10_000_000 };
        let mut entries = Entries { contestants: Vec::new(), owners, operations, target };
        each_shared(&mut entries);
        race_and_print(
            &format!("threads: two, {title}"),
            "ns",
            options.rounds_or(7),
            options.select(entries.contestants),
        );
    }
}
