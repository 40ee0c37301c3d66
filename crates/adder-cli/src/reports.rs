//! Adder's own reports about a run: figures, a log of the collections, leaks, the heap as a picture.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use adder_vm::{Counts, Heap, HeapGraph, LeakGuard, Leaks, Phase, Vm};

use crate::invocation::{GraphFormat, Reports};

/// Types of which the figures name the objects; the rest is summed up.
const TYPES_SHOWN: usize = 40;
/// Leaks of which the holder is named.
const LEAKS_SHOWN: usize = 20;

/// What watches a run for its reports.
pub(crate) struct Watch<'r> {
    reports: &'r Reports,
    heap: Heap,
    guard: Option<LeakGuard>,
}

impl<'r> Watch<'r> {
    /// Begins to watch, before the program runs.
    pub(crate) fn begin(reports: &'r Reports, vm: &Vm) -> Watch<'r> {
        let heap = vm.cx.heap.clone();
        if reports.gc_log {
            heap.add_collection_callback(|phase, done| {
                if phase == Phase::Stop {
                    complain(format_args!(
                        "gc: generation {}, {} candidates, {} unreachable, {} freed, {:.3} ms",
                        done.generation,
                        done.candidates,
                        done.unreachable,
                        done.freed,
                        done.duration.as_secs_f64() * 1e3,
                    ));
                }
            });
        }
        if reports.stats {
            vm.begin_counts();
        }
        let guard = reports.leaks.then(|| {
            // What the interpreter makes at need is not the program's.
            vm.prepare();
            LeakGuard::new(&heap)
        });
        Watch { reports, heap, guard }
    }

    /// Reports, after the program has ended. The modules have ended afterwards where leaks were asked for. False if a file could not be
    /// written.
    pub(crate) fn end(self, vm: &Vm) -> bool {
        let mut written = true;
        if self.reports.stats {
            self.stats(vm);
        }
        if let Some((file, format)) = &self.reports.graph
            && let Err(error) = write_graph(&self.heap.graph(), file, *format)
        {
            complain(format_args!("adder: cannot write '{}': {error}", file.display()));
            written = false;
        }
        if let Some(guard) = &self.guard {
            vm.end_modules();
            match vm.entered(|| guard.check()) {
                Ok(()) => complain(format_args!("leaks: none")),
                Err(leaks) => leaked(&leaks),
            }
        }
        written
    }

    fn stats(&self, vm: &Vm) {
        let stats = self.heap.stats();
        let mut types: Vec<(String, usize, usize)> =
            self.heap.graph().by_type().into_iter().map(|total| (total.type_name, total.count, total.bytes)).collect();
        types.sort_by(|a, b| (b.2, &a.0).cmp(&(a.2, &b.0)));
        let mut text = format!("{:>12} {:>14}  type\n", "objects", "bytes");
        for (name, count, bytes) in types.iter().take(TYPES_SHOWN) {
            text += &format!("{count:>12} {bytes:>14}  {name}\n");
        }
        if types.len() > TYPES_SHOWN {
            let rest = &types[TYPES_SHOWN..];
            let (count, bytes) = rest.iter().fold((0, 0), |sum, it| (sum.0 + it.1, sum.1 + it.2));
            text += &format!("{count:>12} {bytes:>14}  ({} more types)\n", rest.len());
        }
        text += &format!(
            "{:>12} {:>14}  in all, {} of them tracked\n",
            stats.objects,
            stats.object_bytes + stats.charged_bytes,
            stats.tracked
        );
        text += &format!(
            "memory: {} bytes of pages, {} charged, {} of tables\n",
            stats.page_bytes, stats.charged_bytes, stats.side_bytes
        );
        if let Some(Counts { instructions, increments, decrements, borrowed }) = vm.counts() {
            let (done, all) = (increments + decrements, increments + decrements + 2 * borrowed);
            let share = if all > 0 { 200.0 * borrowed as f64 / all as f64 } else { 0.0 };
            text += &format!(
                "counts: {done} done by {instructions} instructions ({increments} up, {decrements} down), {} saved by borrowing, {share:.0} %\n",
                2 * borrowed
            );
        }
        for (number, generation) in stats.generations.iter().enumerate() {
            text += &format!(
                "generation {number}: {} collections, {} collected, {} uncollectable\n",
                generation.collections, generation.collected, generation.uncollectable
            );
        }
        text += &format!("longest pause: {:.3} ms", stats.longest_step.as_secs_f64() * 1e3);
        complain(format_args!("{text}"));
    }
}

/// What is still alive, by type, and who holds it.
fn leaked(leaks: &Leaks) {
    let mut types: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for leak in leaks.iter() {
        let total = types.entry(leak.node().type_name()).or_default();
        total.0 += 1;
        total.1 += leak.node().bytes();
    }
    let mut types: Vec<_> = types.into_iter().collect();
    types.sort_by_key(|(name, (count, _))| (core::cmp::Reverse(*count), *name));
    let mut text = format!("leaks: {} objects\n{:>12} {:>14}  type\n", leaks.count(), "objects", "bytes");
    for (name, (count, bytes)) in types {
        text += &format!("{count:>12} {bytes:>14}  {name}\n");
    }
    for leak in leaks.iter().take(LEAKS_SHOWN) {
        text += &leak.to_string();
    }
    if leaks.count() > LEAKS_SHOWN {
        text += &format!("  … and {} more\n", leaks.count() - LEAKS_SHOWN);
    }
    complain(format_args!("{}", text.trim_end()));
}

fn write_graph(graph: &HeapGraph, file: &Path, format: GraphFormat) -> io::Result<()> {
    let mut to = BufWriter::new(File::create(file)?);
    match format {
        GraphFormat::Dot => graph.write_dot(&mut to)?,
        GraphFormat::Json => graph.write_json(&mut to)?,
        GraphFormat::Svg => graph.write_svg(&mut to)?,
    }
    to.flush()
}

/// A line on standard error; one that is closed leaves nobody to tell.
fn complain(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
