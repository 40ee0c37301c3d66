//! Suspects: objects that nothing but other suspects seems to refer to.
//!
//! Every tracked object is held by a reference for a moment, read and visited: its working count gets its references, the objects
//! it refers to lose one each. What ends at zero is a candidate. Other threads go on meanwhile, so a working count may be
//! wrong; but not that of garbage, which nobody changes: all of it is among the candidates.

use super::{Owned, Pages, slot};
use crate::collect::Collection;
use crate::sync::count::Total;
use crate::sync::death::Hold;
use crate::sync::header::{Hdr, decrement, payload_of};
use crate::sync::thread;
use crate::trace::{EdgeBuffer, Sink, Tracer};

/// Set in the working count of an object that was visited.
const SEEN: u32 = 1 << 30;
/// The working count of an object that cannot be garbage.
const MANY: u32 = 1 << 29;

/// Objects that are examined together: no other suspect refers to them, nor they to any.
#[derive(Default)]
pub(super) struct Group(pub(super) Owned);

impl core::ops::Deref for Owned {
    type Target = Vec<Hdr>;
    fn deref(&self) -> &Vec<Hdr> {
        &self.0
    }
}

/// References to an object apart from the collector's one.
fn others(header: Hdr) -> u32 {
    // SAFETY: the collector holds a reference.
    match unsafe { header.as_ref() }.counts.total() {
        Total::Is(n) => (n - 1).min(MANY),
        Total::Immortal | Total::Unsettled => MANY,
    }
}

/// Visits an object that the collector holds.
pub(super) fn visit(header: Hdr, tracer: &mut Tracer<'_>) {
    // SAFETY: held, and so neither masked nor dying: its payload is initialised and nobody has `&mut` to it.
    unsafe { (header.as_ref().info().trace)(payload_of(header), tracer) };
}

/// A reference for as long as an object is looked at.
struct Moment(Hdr);

impl Drop for Moment {
    fn drop(&mut self) {
        decrement(self.0);
    }
}

struct Subtract;

impl Sink for Subtract {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}
    fn shared(&mut self, edge: core::ptr::NonNull<u8>) {
        if let Some(slot) = slot(edge.cast()) {
            slot.set(slot.get().wrapping_sub(1));
        }
    }
}

/// The suspects of the whole heap, in groups; the collector owns a reference to each.
pub(super) fn suspects(pages: &Pages, report: &mut Collection) -> Vec<Group> {
    let me = thread::tag();
    let mut buffer = EdgeBuffer::new();
    for page in &pages.list {
        // Deaths wait until the page is done.
        let hold = Hold::new();
        let mut subtract = Subtract;
        let mut tracer = Tracer::new(buffer, &mut subtract);
        for index in 0..page.bump() {
            let header = page.header(index);
            // SAFETY: below `bump`, so its counts may be read.
            if !unsafe { header.as_ref() }.counts.try_clone_as(me) {
                continue;
            }
            let _moment = Moment(header);
            report.candidates += 1;
            if let Some(slot) = page.slot(index) {
                slot.set(slot.get().wrapping_add(SEEN + others(header)));
            }
            visit(header, &mut tracer);
        }
        buffer = tracer.finish();
        drop(hold);
    }
    let mut candidates = Owned::default();
    for page in &pages.list {
        for index in 0..page.bump() {
            let zero = page.slot(index).is_some_and(|slot| slot.get() == SEEN);
            let header = page.header(index);
            // SAFETY: below `bump`.
            if zero && unsafe { header.as_ref() }.counts.try_clone_as(me) {
                candidates.0.push(header);
            }
        }
        page.clear_side();
    }
    if candidates.is_empty() { Vec::new() } else { narrow(candidates, buffer) }
}

/// References between candidates, by their places in a list.
struct Edges {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Edges {
    fn of(&self, place: usize) -> &[u32] {
        &self.targets[self.starts[place]..self.starts[place + 1]]
    }
}

struct Gather(Vec<u32>);

impl Sink for Gather {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}
    fn shared(&mut self, edge: core::ptr::NonNull<u8>) {
        if let Some(place) = slot(edge.cast()).and_then(|slot| slot.get().checked_sub(1)) {
            self.0.push(place);
        }
    }
}

/// Leaves out what is reachable from something that seems to be referred to from outside, and parts the rest into groups.
fn narrow(candidates: Owned, mut buffer: EdgeBuffer) -> Vec<Group> {
    let hold = Hold::new();
    for (place, &header) in candidates.iter().enumerate() {
        if let Some(slot) = slot(header) {
            slot.set(place as u32 + 1);
        }
    }
    let mut edges = Edges { starts: Vec::with_capacity(candidates.len() + 1), targets: Vec::new() };
    let mut outside: Vec<i64> = Vec::with_capacity(candidates.len());
    let mut gather = Gather(Vec::new());
    for &header in candidates.iter() {
        edges.starts.push(gather.0.len());
        outside.push(i64::from(others(header)));
        let mut tracer = Tracer::new(buffer, &mut gather);
        visit(header, &mut tracer);
        buffer = tracer.finish();
    }
    edges.starts.push(gather.0.len());
    edges.targets = gather.0;
    for &to in &edges.targets {
        outside[to as usize] -= 1;
    }

    let mut reached: Vec<bool> = outside.iter().map(|&n| n > 0).collect();
    let mut next: Vec<u32> = (0..reached.len() as u32).filter(|&place| reached[place as usize]).collect();
    while let Some(place) = next.pop() {
        for &to in edges.of(place as usize) {
            if !core::mem::replace(&mut reached[to as usize], true) {
                next.push(to);
            }
        }
    }

    let mut parts = Parts((0..reached.len() as u32).collect());
    for place in (0..reached.len()).filter(|&place| !reached[place]) {
        for &to in edges.of(place) {
            parts.join(place as u32, to);
        }
    }
    for &header in candidates.iter() {
        if let Some(slot) = slot(header) {
            slot.set(0);
        }
    }
    let mut candidates = candidates;
    let mut rest = Owned::default();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = vec![u32::MAX; reached.len()];
    for (place, header) in candidates.0.drain(..).enumerate() {
        if reached[place] {
            rest.0.push(header);
            continue;
        }
        let root = parts.find(place as u32) as usize;
        if group_of[root] == u32::MAX {
            group_of[root] = groups.len() as u32;
            groups.push(Group::default());
        }
        groups[group_of[root] as usize].0.0.push(header);
    }
    drop(rest);
    drop(hold);
    groups
}

/// Disjoint sets.
struct Parts(Vec<u32>);

impl Parts {
    fn find(&mut self, mut place: u32) -> u32 {
        while self.0[place as usize] != place {
            let above = self.0[self.0[place as usize] as usize];
            self.0[place as usize] = above;
            place = above;
        }
        place
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
