//! How an object is kept alive: shortest paths.

use core::fmt;
use std::collections::VecDeque;
use std::sync::Arc;

use super::dominators::{NONE, Successors};
use super::text::Count;
use super::{Edge, HeapGraph, Place, PlaceId};

/// A walk over the whole graph in breadth: from the roots, then from one object of each unreferenced cycle.
#[derive(Default)]
pub(super) struct Breadth {
    /// The object from which each one was met first ([`NONE`] for one at which the walk starts), and by which of its edges.
    met: Vec<(u32, u32)>,
    /// Where it starts in what lives.
    pub(super) roots: Vec<u32>,
    /// Where it starts in what no root reaches.
    pub(super) garbage: Vec<u32>,
    /// Which objects no root reaches; empty if all are reached.
    pub(super) unreachable: Vec<bool>,
}

/// Not met yet.
const UNMET: (u32, u32) = (NONE, NONE);
/// The walk starts here.
const START: (u32, u32) = (NONE, 0);

impl Breadth {
    /// `unreachable`: where it is known already, since the graph is a part of another one.
    pub(super) fn of(graph: &HeapGraph, unreachable: Option<Vec<bool>>) -> Breadth {
        let mut breadth = Breadth { met: vec![UNMET; graph.nodes.len()], ..Breadth::default() };
        let roots = (0..graph.nodes.len() as u32).filter(|&index| graph.nodes[index as usize].outside > 0);
        breadth.roots = breadth.walk_from(graph, roots.collect());
        let unmet: Vec<bool> = breadth.met.iter().map(|&met| met == UNMET).collect();
        if unmet.contains(&true) {
            breadth.unreachable = unreachable.unwrap_or_else(|| unmet.clone());
            let held_by_others: Vec<bool> = unmet.iter().zip(&breadth.unreachable).map(|(u, g)| *u && !g).collect();
            let starts = breadth.walk_from_sources(graph, &held_by_others);
            breadth.roots.extend(starts);
            let garbage = breadth.unreachable.clone();
            breadth.garbage = breadth.walk_from_sources(graph, &garbage);
        }
        breadth
    }

    /// Walks from all of them at once.
    fn walk_from(&mut self, graph: &HeapGraph, starts: Vec<u32>) -> Vec<u32> {
        for &start in &starts {
            self.met[start as usize] = START;
        }
        self.walk(graph, &mut starts.iter().copied().collect());
        starts
    }

    /// Walks over all that is `within`, from as few objects as will do.
    fn walk_from_sources(&mut self, graph: &HeapGraph, within: &[bool]) -> Vec<u32> {
        let mut starts = sources(graph, within);
        let mut open = VecDeque::new();
        starts.retain(|&start| {
            let is_start = self.met[start as usize] == UNMET;
            if is_start {
                self.met[start as usize] = START;
                open.push_back(start);
                self.walk(graph, &mut open);
            }
            is_start
        });
        starts
    }

    fn walk(&mut self, graph: &HeapGraph, open: &mut VecDeque<u32>) {
        while let Some(from) = open.pop_front() {
            for (at, edge) in graph.edges_of(from).iter().enumerate() {
                if self.met[edge.to as usize] == UNMET {
                    self.met[edge.to as usize] = (from, at as u32);
                    open.push_back(edge.to);
                }
            }
        }
    }

    pub(super) fn is_reachable(&self, index: u32) -> bool {
        !self.unreachable.get(index as usize).copied().unwrap_or(false)
    }

    /// The object before this one on the shortest path.
    pub(super) fn before(&self, index: u32) -> Option<u32> {
        Some(self.met[index as usize].0).filter(|&before| before != NONE)
    }

    pub(super) fn path(&self, graph: &HeapGraph, index: u32) -> Option<Path> {
        let mut steps = Vec::new();
        let mut at = index;
        while let Some(before) = self.before(at) {
            let (_, edge) = self.met[at as usize];
            steps.push(Step::of(graph, before, graph.edges_of(before)[edge as usize].place));
            at = before;
        }
        steps.reverse();
        let holder = match graph.nodes[at as usize].outside {
            _ if !self.is_reachable(at) => Holder::Garbage,
            0 => Holder::LeftOut,
            references => Holder::Outside(references),
        };
        Some(Path::of(graph, steps, index, holder))
    }
}

/// Objects from which all that is `within` is reached, one of each cycle that nothing else refers to before all others: in the
/// order in which a walk in depth leaves them, last first.
fn sources(graph: &HeapGraph, within: &[bool]) -> Vec<u32> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut finished = Vec::new();
    let mut open: Vec<(u32, usize)> = Vec::new();
    for start in 0..within.len() as u32 {
        if !within[start as usize] || core::mem::replace(&mut seen[start as usize], true) {
            continue;
        }
        open.push((start, 0));
        while let Some((from, at)) = open.last_mut() {
            if *at == graph.degree(*from) {
                finished.push(*from);
                open.pop();
                continue;
            }
            let to = graph.target(*from, *at);
            *at += 1;
            if within[to as usize] && !core::mem::replace(&mut seen[to as usize], true) {
                open.push((to, 0));
            }
        }
    }
    finished.reverse();
    finished
}

/// The shortest way from an object to the nearest one that is `wanted` (itself, if it is), looking at no more than so many.
pub(super) fn nearest(graph: &HeapGraph, from: u32, at_most: usize, wanted: impl Fn(u32) -> bool) -> Option<Path> {
    if wanted(from) {
        return Some(Path::of(graph, Vec::new(), from, Holder::Start));
    }
    search(graph, from, at_most, wanted)
}

/// The shortest way from an object back to itself.
pub(super) fn cycle(graph: &HeapGraph, of: u32) -> Option<Path> {
    search(graph, of, usize::MAX, |index| index == of)
}

fn search(graph: &HeapGraph, from: u32, at_most: usize, wanted: impl Fn(u32) -> bool) -> Option<Path> {
    // Not a table for all objects: most searches end soon.
    let mut met = std::collections::HashMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(at) = open.pop_front() {
        for Edge { to, place } in graph.edges_of(at).iter().copied() {
            if wanted(to) {
                let mut steps = vec![Step::of(graph, at, place)];
                let mut back = at;
                while back != from {
                    let (before, place) = met[&back];
                    steps.push(Step::of(graph, before, place));
                    back = before;
                }
                steps.reverse();
                return Some(Path::of(graph, steps, to, Holder::Start));
            }
            if to != from && met.len() < at_most {
                met.entry(to).or_insert_with(|| {
                    open.push_back(to);
                    (at, place)
                });
            }
        }
    }
    None
}

/// What holds the object at which a [`Path`] starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Holder {
    /// So many references from outside the heap (`u32::MAX`: it is immortal).
    Outside(u32),
    /// Objects that are not in this [part](HeapGraph::largest_part) of the graph.
    LeftOut,
    /// Nothing but other objects that no root reaches: a collection would find it.
    Garbage,
    /// Not asked: the path is a way between two objects.
    Start,
}

/// A chain of references that leads to an object and keeps it alive. Plain data.
///
/// As text: `App.scene → Scene.nodes[3] → Node at 0x7f…; App at 0x7f… is held from outside the heap (1 reference)`. Of a long
/// path the ends are shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
    type_name: Arc<str>,
    short: Arc<str>,
    address: usize,
    holder: Holder,
}

/// One reference of a [`Path`]: which object owns it, and where in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    type_name: Arc<str>,
    short: Arc<str>,
    address: usize,
    place: Place,
}

impl Step {
    fn of(graph: &HeapGraph, owner: u32, place: PlaceId) -> Step {
        let node = &graph.nodes[owner as usize];
        let name = &graph.types[node.of as usize];
        Step {
            type_name: name.full.clone(),
            short: name.short.clone(),
            address: node.address,
            place: graph.place(place),
        }
    }

    /// Name of the owner's type.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Address of the owner.
    pub fn address(&self) -> usize {
        self.address
    }

    /// Where in its owner the reference stands.
    pub fn place(&self) -> Place {
        self.place
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.short, self.place)
    }
}

/// Steps shown at each end of a long path.
const SHOWN: usize = 8;

impl Path {
    fn of(graph: &HeapGraph, steps: Vec<Step>, to: u32, holder: Holder) -> Path {
        let node = &graph.nodes[to as usize];
        let name = &graph.types[node.of as usize];
        Path { steps, type_name: name.full.clone(), short: name.short.clone(), address: node.address, holder }
    }

    /// The references on the way, the first one first. Empty if the object itself is held from outside.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Name of the type of the object that it leads to.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Address of the object that it leads to.
    pub fn address(&self) -> usize {
        self.address
    }

    /// What holds the object at which it starts.
    pub fn holder(&self) -> Holder {
        self.holder
    }

    /// The steps as text, joined by arrows, those in the middle of a long path left out.
    pub(crate) fn write_steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.steps.len();
        for (at, step) in self.steps.iter().enumerate() {
            if count > 2 * SHOWN + 1 && (SHOWN..count - SHOWN).contains(&at) {
                if at == SHOWN {
                    write!(f, "… {} … → ", Count(count - 2 * SHOWN, "more step"))?;
                }
                continue;
            }
            write!(f, "{step} → ")?;
        }
        Ok(())
    }

    /// Name and address of the object at which it starts.
    fn start(&self) -> (&str, usize) {
        self.steps.first().map_or((&self.short, self.address), |step| (&step.short, step.address))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_steps(f)?;
        write!(f, "{} at {:#x}", self.short, self.address)?;
        let (name, address) = self.start();
        match self.holder {
            Holder::Start => Ok(()),
            _ if self.steps.is_empty() => write!(f, " is {}", self.holder),
            _ => write!(f, "; {name} at {address:#x} is {}", self.holder),
        }
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What follows "is".
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Holder::Outside(u32::MAX) => f.write_str("immortal"),
            Holder::Outside(n) => write!(f, "held from outside the heap ({})", Count(n as usize, "reference")),
            Holder::LeftOut => f.write_str("held by objects left out here"),
            Holder::Garbage => f.write_str("held by garbage only"),
            Holder::Start => Ok(()),
        }
    }
}
