//! A part of a graph that a person can look at.

use std::collections::HashMap;

use super::dominators::{Dominators, NONE};
use super::{Edge, HeapGraph, PlaceId, TypeName, build};

impl HeapGraph {
    /// The part of the graph that consists of the `objects` that retain the most.
    ///
    /// Sizes, counts and references from outside are those of the whole; [`left_out`](HeapGraph::left_out) says what is
    /// missing. Where the way to an object leads through others that are left out, a reference called `…` stands for it,
    /// from the object that dominates it.
    ///
    /// ```
    /// use adder_gc::{Gc, Heap};
    ///
    /// let kept: Vec<Gc<[u64]>> = (0..10).map(|n| (0..n * 100).collect()).collect();
    /// let part = Heap::current().graph().largest_part(3);
    /// assert_eq!(part.len(), 3);
    /// assert_eq!(part.left_out().0, 7);
    /// assert_eq!(part.retained(Gc::as_any(&kept[9]).address()), Some(part.largest(1)[0].retained()));
    /// ```
    pub fn largest_part(&self, objects: usize) -> HeapGraph {
        let mut kept = self.largest_indices(objects);
        kept.sort_unstable();
        let new: HashMap<u32, u32> = kept.iter().enumerate().map(|(at, &index)| (index, at as u32)).collect();

        let mut fields = self.fields.clone();
        fields.push("…");
        let skipped = PlaceId { field: fields.len() as u32 - 1, index: u32::MAX };
        let mut entered = vec![false; kept.len()];
        for &from in &kept {
            for edge in self.edges_of(from) {
                if let Some(&to) = new.get(&edge.to).filter(|_| edge.to != from) {
                    entered[to as usize] = true;
                }
            }
        }
        let mut missing: HashMap<u32, Vec<Edge>> = HashMap::new();
        for (to, &index) in kept.iter().enumerate() {
            let dominator = self.dominators.immediate[index as usize];
            if !entered[to] && dominator != NONE {
                // What dominates an object retains more than it, and is kept too.
                missing.entry(dominator).or_default().push(Edge { to: to as u32, place: skipped });
            }
        }

        let mut survey = build::Survey {
            types: self
                .types
                .iter()
                .map(|name| TypeName { full: name.full.clone(), short: name.short.clone() })
                .collect(),
            fields,
            nodes: Vec::with_capacity(kept.len()),
            starts: Vec::with_capacity(kept.len() + 1),
            edges: Vec::new(),
            opaque: Vec::new(),
            foreign: self.foreign,
        };
        for &index in &kept {
            survey.starts.push(survey.edges.len());
            survey.nodes.push(self.nodes[index as usize].clone());
            let within = self.edges_of(index).iter();
            survey.edges.extend(within.filter_map(|edge| new.get(&edge.to).map(|&to| Edge { to, ..*edge })));
            survey.edges.extend(missing.remove(&index).unwrap_or_default());
        }
        survey.starts.push(survey.edges.len());
        survey
            .opaque
            .extend(self.opaque.iter().filter_map(|it| new.get(&it.node).map(|&node| super::Opaque { node, ..*it })));

        let unreachable = kept.iter().map(|&index| !self.breadth.is_reachable(index)).collect();
        let mut part = HeapGraph::without_dominators(survey, Some(unreachable));
        let renumber = |index: &u32| new.get(index).copied();
        part.dominators = Dominators {
            order: self.dominators.order.iter().filter_map(renumber).collect(),
            immediate: kept
                .iter()
                .map(|&index| renumber(&self.dominators.immediate[index as usize]).unwrap_or(NONE))
                .collect(),
        };
        part.retained = kept.iter().map(|&index| self.retained[index as usize]).collect();
        let (objects, bytes) = self.left_out;
        part.left_out = (objects + self.len() - part.len(), bytes + self.bytes() - part.bytes());
        part
    }
}
