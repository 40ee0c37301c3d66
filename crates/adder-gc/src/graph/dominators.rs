//! Dominators, after Lengauer and Tarjan (TOPLAS 1979) with path compression: O(edges × log objects), no recursion.
//!
//! An object *d* dominates *o* when every path from a root to *o* runs through *d*: freed, *d* would take *o* with it. So the
//! bytes that an object retains are those of all objects that it dominates.

/// No object: dominated by nothing but the virtual root, or not reached.
pub(super) const NONE: u32 = u32::MAX;

/// The successors of every object: those of `i` are `targets[starts[i]..starts[i + 1]]`.
pub(super) trait Successors {
    fn len(&self) -> usize;
    /// How many references `from` has.
    fn degree(&self, from: u32) -> usize;
    /// Where its reference with this number leads.
    fn target(&self, from: u32, at: usize) -> u32;
}

/// What was found.
pub(super) struct Dominators {
    /// The reached objects, parents before children in the tree of dominators.
    pub(super) order: Vec<u32>,
    /// The immediate dominator of each object.
    pub(super) immediate: Vec<u32>,
}

impl Dominators {
    /// Dominators in the graph whose virtual root refers to all of `roots`.
    pub(super) fn of(graph: &impl Successors, roots: &[u32]) -> Dominators {
        let walk = Walk::of(graph, roots);
        let found = Search::new(graph, roots, &walk).run();
        let mut immediate = vec![NONE; graph.len()];
        for (number, &dominator) in found.iter().enumerate().skip(1) {
            if dominator != 0 {
                immediate[walk.object(number as u32) as usize] = walk.object(dominator);
            }
        }
        Dominators { order: walk.order, immediate }
    }

    /// Adds those of another part of the graph.
    pub(super) fn add(&mut self, other: Dominators) {
        for &object in &other.order {
            self.immediate[object as usize] = other.immediate[object as usize];
        }
        self.order.extend(other.order);
    }

    /// For each object the sum of `bytes` over all that it dominates, itself included; 0 for those not reached.
    pub(super) fn retained(&self, bytes: impl Fn(u32) -> usize) -> Vec<usize> {
        let mut retained = vec![0_usize; self.immediate.len()];
        for &object in self.order.iter().rev() {
            retained[object as usize] += bytes(object);
            let dominator = self.immediate[object as usize];
            if dominator != NONE {
                retained[dominator as usize] += retained[object as usize];
            }
        }
        retained
    }
}

/// A walk in depth. Reached objects are numbered from 1 in the order in which they are met; 0 is the virtual root.
struct Walk {
    order: Vec<u32>,
    /// Object → number, 0 for one that is not reached.
    number: Vec<u32>,
    /// Number → number of the object from which it was met.
    parent: Vec<u32>,
}

impl Walk {
    fn of(graph: &impl Successors, roots: &[u32]) -> Walk {
        let mut walk = Walk { order: Vec::new(), number: vec![0; graph.len()], parent: vec![0] };
        let mut open: Vec<(u32, usize)> = Vec::new();
        for &root in roots {
            if walk.number[root as usize] != 0 {
                continue;
            }
            walk.meet(root, 0);
            open.push((root, 0));
            while let Some((from, at)) = open.last_mut() {
                if *at == graph.degree(*from) {
                    open.pop();
                    continue;
                }
                let to = graph.target(*from, *at);
                *at += 1;
                if walk.number[to as usize] == 0 {
                    let parent = walk.number[*from as usize];
                    walk.meet(to, parent);
                    open.push((to, 0));
                }
            }
        }
        walk
    }

    fn meet(&mut self, object: u32, parent: u32) {
        self.order.push(object);
        self.number[object as usize] = self.order.len() as u32;
        self.parent.push(parent);
    }

    fn object(&self, number: u32) -> u32 {
        self.order[number as usize - 1]
    }
}

/// The search proper; all in numbers of the walk.
struct Search<'w> {
    walk: &'w Walk,
    /// Whence each one is referred to: those of `i` are `sources[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    sources: Vec<u32>,
    semi: Vec<u32>,
    immediate: Vec<u32>,
    /// The forest of those that are done.
    ancestor: Vec<u32>,
    /// The one with the least semidominator on the way up, as far as compressed.
    best: Vec<u32>,
    /// Lists of those whose semidominator it is.
    bucket: Vec<u32>,
    next: Vec<u32>,
    path: Vec<u32>,
}

impl<'w> Search<'w> {
    fn new(graph: &impl Successors, roots: &[u32], walk: &'w Walk) -> Search<'w> {
        let count = walk.order.len() + 1;
        let mut starts = vec![0_usize; count + 1];
        for_each_edge(graph, roots, walk, |_, to| starts[to as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut sources = vec![0_u32; starts[count]];
        let mut filled = starts.clone();
        for_each_edge(graph, roots, walk, |from, to| {
            let at = &mut filled[to as usize];
            sources[*at] = from;
            *at += 1;
        });
        let all: Vec<u32> = (0..count as u32).collect();
        Search {
            walk,
            starts,
            sources,
            semi: all.clone(),
            immediate: vec![0; count],
            ancestor: vec![NONE; count],
            best: all,
            bucket: vec![NONE; count],
            next: vec![NONE; count],
            path: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<u32> {
        let count = self.semi.len();
        for it in (1..count).rev() {
            for at in self.starts[it]..self.starts[it + 1] {
                let least = self.evaluate(self.sources[at]);
                self.semi[it] = self.semi[it].min(self.semi[least as usize]);
            }
            let semi = self.semi[it] as usize;
            self.next[it] = self.bucket[semi];
            self.bucket[semi] = it as u32;

            let parent = self.walk.parent[it];
            self.ancestor[it] = parent;
            let mut waiting = core::mem::replace(&mut self.bucket[parent as usize], NONE);
            while waiting != NONE {
                let least = self.evaluate(waiting);
                let earlier = self.semi[least as usize] < self.semi[waiting as usize];
                self.immediate[waiting as usize] = if earlier { least } else { parent };
                waiting = self.next[waiting as usize];
            }
        }
        for it in 1..count {
            if self.immediate[it] != self.semi[it] {
                self.immediate[it] = self.immediate[self.immediate[it] as usize];
            }
        }
        self.immediate
    }

    /// The one with the least semidominator between `of` and the top of its tree in the forest, the top left out.
    fn evaluate(&mut self, of: u32) -> u32 {
        let mut at = of;
        while self.ancestor[at as usize] != NONE {
            self.path.push(at);
            at = self.ancestor[at as usize];
        }
        let top = at;
        // The one below the top has nothing to compress.
        self.path.pop();
        while let Some(at) = self.path.pop() {
            let above = self.ancestor[at as usize];
            let (ours, theirs) = (self.best[at as usize], self.best[above as usize]);
            if self.semi[theirs as usize] < self.semi[ours as usize] {
                self.best[at as usize] = theirs;
            }
            self.ancestor[at as usize] = top;
        }
        self.best[of as usize]
    }
}

/// All edges between reached objects in numbers, those of the virtual root first.
fn for_each_edge(graph: &impl Successors, roots: &[u32], walk: &Walk, mut edge: impl FnMut(u32, u32)) {
    for &root in roots {
        edge(0, walk.number[root as usize]);
    }
    for &from in &walk.order {
        for at in 0..graph.degree(from) {
            edge(walk.number[from as usize], walk.number[graph.target(from, at) as usize]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lists(Vec<Vec<u32>>);
    impl Successors for Lists {
        fn len(&self) -> usize {
            self.0.len()
        }
        fn degree(&self, from: u32) -> usize {
            self.0[from as usize].len()
        }
        fn target(&self, from: u32, at: usize) -> u32 {
            self.0[from as usize][at]
        }
    }

    /// What is reached when `without` is not there.
    fn reach(graph: &Lists, roots: &[u32], without: u32) -> Vec<bool> {
        let mut reached = vec![false; graph.len()];
        let mut open: Vec<u32> = roots.iter().copied().filter(|&r| r != without).collect();
        while let Some(at) = open.pop() {
            if !core::mem::replace(&mut reached[at as usize], true) {
                open.extend(graph.0[at as usize].iter().copied().filter(|&to| to != without));
            }
        }
        reached
    }

    struct Random(u64);
    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((self.0 >> 33) as usize) % end
        }
    }

    #[test]
    fn retained_is_what_removal_takes_away() {
        let mut random = Random(1);
        for round in 0..400 {
            let objects = 1 + random.below(24);
            let edges = random.below(objects * 3);
            let mut graph = Lists(vec![Vec::new(); objects]);
            for _ in 0..edges {
                let (from, to) = (random.below(objects), random.below(objects));
                graph.0[from].push(to as u32);
            }
            let roots: Vec<u32> = (0..1 + random.below(3)).map(|_| random.below(objects) as u32).collect();
            let found = Dominators::of(&graph, &roots);
            let retained = found.retained(|object| 1 << (object % 8));
            let all = reach(&graph, &roots, NONE);
            for object in 0..objects as u32 {
                let left = reach(&graph, &roots, object);
                let lost: usize = (0..objects).filter(|&o| all[o] && !left[o]).map(|o| 1_usize << (o % 8)).sum();
                let wanted = if all[object as usize] { lost } else { 0 };
                assert_eq!(retained[object as usize], wanted, "round {round}, object {object}");
            }
        }
    }

    #[test]
    fn a_long_chain_with_a_way_back_from_everywhere() {
        let length = if cfg!(miri) { 1000 } else { 300_000 };
        let chain = Lists((0..length).map(|at| vec![(at + 1).min(length - 1), at / 2, at.max(1) - 1]).collect());
        let found = Dominators::of(&chain, &[0]);
        let retained = found.retained(|_| 1);
        assert!((0..length).all(|at| retained[at as usize] == (length - at) as usize));
    }
}
