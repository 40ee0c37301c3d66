//! What the objects of each type come to.

use super::HeapGraph;
use super::dominators::NONE;

/// Figures for all objects of one type. From [`HeapGraph::by_type`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeTotal {
    /// Name of the type, in full.
    pub type_name: String,
    /// Number of objects.
    pub count: usize,
    /// Bytes of their blocks, and charged ones.
    pub bytes: usize,
    /// Bytes that only objects of this type keep alive, each counted once: what one of them retains within what another one
    /// retains is not counted again.
    pub retained: usize,
}

impl HeapGraph {
    /// Figures for each type, those that retain the most first.
    ///
    /// ```
    /// use adder_gc::{Gc, Heap};
    ///
    /// let _words: Vec<Gc<str>> = ["one", "two"].map(Gc::from).into();
    /// let totals = Heap::current().graph().by_type();
    /// assert_eq!((totals[0].type_name.as_str(), totals[0].count), ("str", 2));
    /// ```
    pub fn by_type(&self) -> Vec<TypeTotal> {
        let mut totals: Vec<TypeTotal> = self
            .types
            .iter()
            .map(|name| TypeTotal { type_name: name.full.to_string(), count: 0, bytes: 0, retained: 0 })
            .collect();
        for node in &self.nodes {
            let total = &mut totals[node.of as usize];
            total.count += 1;
            total.bytes += node.own();
        }
        self.for_each_outermost(|index| {
            totals[self.nodes[index as usize].of as usize].retained += self.retained[index as usize];
        });
        totals.retain(|total| total.count > 0);
        totals.sort_by(|a, b| (b.retained, &a.type_name).cmp(&(a.retained, &b.type_name)));
        totals
    }

    /// Calls `f` with every object that no object of the same type dominates.
    fn for_each_outermost(&self, mut f: impl FnMut(u32)) {
        // The tree of dominators as lists of children, in one more entry for those of the virtual root.
        let count = self.nodes.len();
        let mut first = vec![NONE; count + 1];
        let mut next = vec![NONE; count];
        for &index in self.dominators.order.iter().rev() {
            let dominator = self.dominators.immediate[index as usize];
            let parent = if dominator == NONE { count } else { dominator as usize };
            next[index as usize] = core::mem::replace(&mut first[parent], index);
        }
        // How many objects of each type are on the way down.
        let mut above = vec![0_usize; self.types.len()];
        let mut way: Vec<u32> = Vec::new();
        let mut at = first[count];
        loop {
            if at == NONE {
                let Some(done) = way.pop() else { break };
                above[self.nodes[done as usize].of as usize] -= 1;
                at = next[done as usize];
                continue;
            }
            let of = self.nodes[at as usize].of as usize;
            if above[of] == 0 {
                f(at);
            }
            above[of] += 1;
            way.push(at);
            at = first[at as usize];
        }
    }
}
