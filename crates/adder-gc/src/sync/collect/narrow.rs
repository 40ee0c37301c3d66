//! Leaves out candidates that are reachable from something that seems to be referred to from outside, and parts the rest into
//! groups. In steps: each loop goes on where it stopped.

use core::sync::atomic::Ordering;

use super::pass::{Budget, Groups, Moment, others};
use super::{slot, visit_piece};
use crate::sync::death::Hold;
use crate::sync::header::Hdr;
use crate::sync::{store, thread};
use crate::trace::{Cursor, EdgeBuffer, Sink, Tracer};

/// References from outside of a candidate that is no more.
const GONE: u32 = u32::MAX;
/// Steps of a loop between two looks at the budget.
const PIECE: usize = 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Writes the places of the candidates into their working counts.
    Number,
    Visit,
    Subtract,
    Reach,
    Join,
    /// Counts how many of those that are left are in each group.
    Part,
    /// Puts them there.
    Fill,
    Done,
}

pub(super) struct Narrow {
    candidates: Vec<Hdr>,
    /// References between candidates, by their places in the list: those of `i` are `targets[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// References from outside; from `Reach` on, not 0 for what is reached from there.
    outside: Vec<u32>,
    /// Reached, and not yet gone on from.
    next: Vec<u32>,
    parts: Parts,
    /// For the first place of each part, its group.
    group_of: Vec<u32>,
    /// Where the next object of each group goes.
    filled: Vec<usize>,
    groups: Groups<Vec<Hdr>>,
    doing: Doing,
    at: usize,
    /// Within the candidate at `at`, where it is large.
    within: Option<Cursor>,
    /// Bytes that are counted as used.
    bytes: usize,
}

impl Drop for Narrow {
    fn drop(&mut self) {
        store::SIDE.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Narrow {
    pub(super) fn new(candidates: Vec<Hdr>) -> Narrow {
        let n = candidates.len();
        let mut narrow = Narrow {
            candidates,
            starts: Vec::with_capacity(n + 1),
            targets: Vec::new(),
            outside: Vec::with_capacity(n),
            next: Vec::new(),
            parts: Parts(Vec::new()),
            group_of: Vec::new(),
            filled: Vec::new(),
            groups: Groups::default(),
            doing: Doing::Number,
            at: 0,
            within: None,
            bytes: 0,
        };
        narrow.book();
        narrow
    }

    /// Counts anew how many bytes are in use.
    fn book(&mut self) {
        fn of<T>(vec: &Vec<T>) -> usize {
            vec.capacity() * size_of::<T>()
        }
        let numbers = [&self.starts, &self.targets, &self.outside, &self.next, &self.parts.0, &self.group_of];
        let groups = of(&self.filled) + of(&self.groups.objects) + of(&self.groups.ends);
        let bytes = of(&self.candidates) + numbers.map(of).iter().sum::<usize>() + groups;
        store::SIDE.fetch_add(bytes, Ordering::Relaxed);
        store::SIDE.fetch_sub(core::mem::replace(&mut self.bytes, bytes), Ordering::Relaxed);
    }

    fn of(&self, place: usize) -> core::ops::Range<usize> {
        self.starts[place] as usize..self.starts[place + 1] as usize
    }

    /// Goes on with `doing`, beginning at the first.
    fn then(&mut self, doing: Doing) {
        self.doing = doing;
        self.at = 0;
        self.book();
    }

    /// Room for some more references: an eighth more each time, for twice as much would be a lot beside a heap that grows meanwhile.
    fn grow(&mut self) {
        if self.targets.capacity() - self.targets.len() < 4 * PIECE {
            self.targets.reserve_exact(self.targets.len() / 8 + 8 * PIECE);
            self.book();
        }
    }

    /// The groups of what is left.
    pub(super) fn groups(&mut self) -> Groups<Vec<Hdr>> {
        core::mem::take(&mut self.groups)
    }

    fn part(&mut self, place: usize) {
        if let Some(slot) = slot(self.candidates[place]) {
            slot.set(0);
        }
        if self.outside[place] != 0 {
            return;
        }
        let root = self.parts.find(place as u32) as usize;
        if self.group_of[root] == u32::MAX {
            self.group_of[root] = self.filled.len() as u32;
            self.filled.push(0);
        }
        self.filled[self.group_of[root] as usize] += 1;
    }

    /// Makes room for the groups, whose sizes are known.
    fn make_groups(&mut self) {
        let mut end = 0;
        for filled in &mut self.filled {
            let size = core::mem::replace(filled, end);
            end += size;
            self.groups.ends.push(end);
        }
        self.groups.objects = vec![Hdr::dangling(); end];
        self.groups.ends.shrink_to_fit();
    }

    fn fill(&mut self, place: usize) {
        if self.outside[place] == 0 {
            let root = self.parts.find(place as u32) as usize;
            let filled = &mut self.filled[self.group_of[root] as usize];
            self.groups.objects[*filled] = self.candidates[place];
            *filled += 1;
        }
    }
}

struct Gather<'t>(&'t mut Vec<u32>);

impl Sink for Gather<'_> {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}
    fn shared(&mut self, edge: core::ptr::NonNull<u8>) {
        if let Some(place) = slot(edge.cast()).and_then(|slot| slot.get().checked_sub(1)) {
            self.0.push(place);
        }
    }
}

/// Works until the budget is spent; true when it is done.
pub(super) fn narrowing(narrow: &mut Narrow, buffer: &mut EdgeBuffer, budget: &mut Budget) -> bool {
    let mut done = 0;
    while narrow.doing != Doing::Done && done < PIECE {
        done += piece(narrow, buffer, budget);
    }
    budget.spend(done / 4 + 1);
    narrow.doing == Doing::Done
}

/// A piece of the work; gives how much it was.
fn piece(narrow: &mut Narrow, buffer: &mut EdgeBuffer, budget: &Budget) -> usize {
    let from = narrow.at;
    let to = (from + PIECE).min(narrow.candidates.len());
    match narrow.doing {
        Doing::Number => {
            for place in from..to {
                if let Some(slot) = slot(narrow.candidates[place]) {
                    slot.set(place as u32 + 1);
                }
            }
            narrow.at = to;
            if to == narrow.candidates.len() {
                narrow.then(Doing::Visit);
            }
        }
        Doing::Visit => {
            let before = narrow.targets.len();
            narrow.grow();
            let to = visits(narrow, buffer, from..to, budget.piece());
            narrow.at = to;
            if to == narrow.candidates.len() {
                narrow.starts.push(narrow.targets.len() as u32);
                narrow.then(Doing::Subtract);
            }
            return 4 * (to - from) + narrow.targets.len() - before + 1;
        }
        Doing::Subtract => {
            let to = (from + PIECE).min(narrow.targets.len());
            for &target in &narrow.targets[from..to] {
                let outside = &mut narrow.outside[target as usize];
                // Others may have let go of it since it was counted: then it is garbage no less for that.
                if *outside != GONE {
                    *outside = outside.saturating_sub(1);
                }
            }
            narrow.at = to;
            if to == narrow.targets.len() {
                narrow.next =
                    (0..narrow.outside.len() as u32).filter(|&place| narrow.outside[place as usize] != 0).collect();
                narrow.then(Doing::Reach);
            }
            return to - from + 1;
        }
        Doing::Reach => {
            for _ in 0..PIECE {
                let Some(place) = narrow.next.pop() else {
                    narrow.next = Vec::new();
                    narrow.parts = Parts((0..narrow.candidates.len() as u32).collect());
                    narrow.then(Doing::Join);
                    break;
                };
                for at in narrow.of(place as usize) {
                    let to = narrow.targets[at];
                    if core::mem::replace(&mut narrow.outside[to as usize], 1) == 0 {
                        narrow.next.push(to);
                    }
                }
            }
            return PIECE;
        }
        Doing::Join => {
            for place in from..to {
                if narrow.outside[place] != 0 {
                    continue;
                }
                for at in narrow.of(place) {
                    narrow.parts.join(place as u32, narrow.targets[at]);
                }
            }
            narrow.at = to;
            if to == narrow.candidates.len() {
                narrow.starts = Vec::new();
                narrow.targets = Vec::new();
                narrow.group_of = vec![u32::MAX; to];
                narrow.then(Doing::Part);
            }
        }
        Doing::Part => {
            (from..to).for_each(|place| narrow.part(place));
            narrow.at = to;
            if to == narrow.candidates.len() {
                narrow.make_groups();
                narrow.then(Doing::Fill);
            }
        }
        Doing::Fill => {
            (from..to).for_each(|place| narrow.fill(place));
            narrow.at = to;
            if to == narrow.candidates.len() {
                narrow.then(Doing::Done);
            }
        }
        Doing::Done => {}
    }
    to - from + 1
}

/// Visits candidates; gives the place at which to go on.
fn visits(narrow: &mut Narrow, buffer: &mut EdgeBuffer, places: core::ops::Range<usize>, most: usize) -> usize {
    let me = thread::tag();
    let hold = Hold::new();
    let end = places.end;
    for place in places {
        let from = narrow.within.take();
        let goes_on = from.is_some();
        if !goes_on {
            narrow.starts.push(narrow.targets.len() as u32);
        }
        let header = narrow.candidates[place];
        // SAFETY: a block of a pinned page.
        if !unsafe { header.as_ref() }.counts.try_clone_as(me) {
            if goes_on {
                narrow.outside[place] = GONE;
            } else {
                narrow.outside.push(GONE);
            }
            continue;
        }
        let _moment = Moment(header);
        if !goes_on {
            narrow.outside.push(others(header));
        }
        let mut gather = Gather(&mut narrow.targets);
        let mut tracer = Tracer::new(core::mem::take(buffer), &mut gather);
        narrow.within = visit_piece(header, &mut tracer, from, most);
        *buffer = tracer.finish();
        if narrow.within.is_some() {
            return place;
        }
    }
    drop(hold);
    end
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
