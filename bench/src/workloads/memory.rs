//! Bytes for an object of 16 bytes: what is requested from the allocator (or held by the
//! implementation's own heap), and what becomes resident. Each in a process of its own.

use super::{Options, number};
use crate::allocator;
use crate::child as process;
use crate::measure::{Contestant, Sample, race};
use crate::peers::{Family, VisitFamilies, cpython, each_family, gc_arena};
use crate::table::{Table, figure};

/// A vector whose memory is already resident.
pub fn touched_vec<T>(capacity: usize) -> Vec<T> {
    let mut items: Vec<T> = Vec::with_capacity(capacity);
    let spare = items.spare_capacity_mut();
    // SAFETY: the bytes lie within the vector's spare capacity, and any byte may be written to
    // memory that counts as uninitialised.
    unsafe {
        std::ptr::write_bytes(spare.as_mut_ptr().cast::<u8>(), 1, size_of_val(spare));
    }
    items
}

/// Measures what `fill` adds, for each of `objects`.
pub fn grown<T>(objects: usize, own_bytes: fn() -> usize, mut make: impl FnMut(u64) -> T) -> Sample {
    let mut kept: Vec<T> = touched_vec(objects);
    // The first object brings the heap into being.
    let first = make(0);
    allocator::start_counting();
    let own = own_bytes();
    let resident = allocator::resident();
    for i in 0..objects {
        kept.push(make(i as u64));
    }
    let resident = allocator::resident() - resident;
    let requested = allocator::requested() + own_bytes().cast_signed() - own.cast_signed();
    let sample = Sample::default()
        .with("requested", requested as f64 / objects as f64)
        .with("ns", resident as f64 / objects as f64);
    std::mem::forget((kept, first));
    sample
}

struct Named<'a> {
    name: &'a str,
    objects: usize,
    sample: Option<Sample>,
}

impl VisitFamilies for Named<'_> {
    fn visit<F: Family>(&mut self) {
        if F::NAME == self.name {
            self.sample = Some(grown(self.objects, F::own_bytes, F::leaf));
        }
    }
}

/// Runs the workload for one implementation.
pub fn child(name: &str, args: &[String]) -> Option<Sample> {
    let objects = number(args, 0)?;
    if name == gc_arena::NAME {
        return Some(gc_arena::memory(objects));
    }
    let mut named = Named { name, objects, sample: None };
    each_family(&mut named);
    named.sample
}

struct Entries<'a> {
    contestants: Vec<Contestant>,
    options: &'a Options,
    args: Vec<String>,
}

impl Entries<'_> {
    fn add(&mut self, name: &'static str, key: &'static str) {
        let run = process::run_on_any_stack("memory", name.into(), self.args.clone(), self.options.limit);
        self.contestants.push(Contestant::new(name, key, run));
    }
}

impl VisitFamilies for Entries<'_> {
    fn visit<F: Family>(&mut self) {
        self.add(F::NAME, F::KEY);
    }
}

/// Runs and prints the workload.
pub fn run(options: &Options) {
    let args = vec![options.size(1_000_000).to_string()];
    let mut entries = Entries { contestants: Vec::new(), options, args: args.clone() };
    each_family(&mut entries);
    entries.add(gc_arena::NAME, gc_arena::NAME);
    let mut contestants = entries.contestants;
    contestants.push(cpython::contestant("memory", &args, options.limit));
    let mut table = Table::new(
        "memory: bytes for an object with a payload of 16",
        &["implementation", "requested", "resident", "x std Rc"],
    );
    for summary in race(options.rounds_or(1), options.select(contestants)) {
        let cells = match summary.failure() {
            Some(failure) => vec![summary.name.clone(), failure],
            None => vec![
                summary.name.clone(),
                figure(summary.median("requested")),
                figure(summary.median("ns")),
                figure(summary.ratio),
            ],
        };
        table.row(cells);
    }
    table.print();
}
