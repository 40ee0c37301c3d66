//! What a program should find: objects and references as plain data, and what the heap may do with them.

use std::collections::HashSet;

use super::*;

#[derive(Default)]
pub(super) struct Node {
    pub(super) kind: Option<Kind>,
    pub(super) heap: usize,
    /// Its type, if that was made at run time.
    pub(super) class: Option<Id>,
    pub(super) slots: [Option<Id>; SLOTS],
    pub(super) list: Vec<Id>,
    /// Weak references with a callback that it owns: number, target.
    pub(super) watched: Vec<(usize, Id)>,
    pub(super) finalized: bool,
    pub(super) dead: bool,
    /// Was it unreachable at some time? Then a collection may have ended weak references to it, although it lives.
    pub(super) was_garbage: bool,
}

impl Node {
    pub(super) fn edges(&self) -> impl Iterator<Item = Id> + '_ {
        self.slots.iter().chain([&self.class]).flatten().chain(&self.list).copied()
    }
}

pub(super) struct Watch {
    pub(super) weak: Option<AnyWeak>,
    pub(super) to: Id,
    pub(super) callback: bool,
    pub(super) called: bool,
    /// It did not answer once: it never may again.
    pub(super) dead: bool,
}

/// The program's state beside the heap.
pub(super) struct Model {
    pub(super) nodes: Vec<Node>,
    pub(super) roots: Vec<Id>,
    pub(super) watches: Vec<Watch>,
    /// Objects being made: their first reference is the program's own.
    pub(super) trace: Vec<String>,
    pub(super) loud: bool,
    /// Nothing was collected but by explicit collections at one stroke. Otherwise a weak reference and what it refers to may
    /// be found to be garbage at different times, and the callback is called in between; and what the finalizer of one piece
    /// of garbage makes reachable again was not condemned yet.
    pub(super) strokes_only: bool,
    /// References go from heap to heap.
    pub(super) two_heaps: bool,
}

/// What a program did, for those who want to see that it did something.
#[derive(Default, Debug, Clone, Copy)]
pub struct Figures {
    pub made: usize,
    pub finalized: usize,
    pub called: usize,
    pub collections: usize,
    pub garbage: usize,
    pub instances: usize,
    pub retyped: usize,
    pub across: usize,
}

impl Model {
    pub(super) fn reachable(&self) -> HashSet<Id> {
        let mut seen: HashSet<Id> = HashSet::new();
        let mut open: Vec<Id> = self.roots.clone();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.nodes[id].edges());
            }
        }
        seen
    }

    /// What collections of one heap after the other may leave: what is reachable, and cycles through both heaps with all that
    /// they reach. Each heap takes a reference from an object of the other, garbage or not, for one from outside.
    pub(super) fn kept(&self) -> HashSet<Id> {
        let mut kept: HashSet<Id> = (0..self.nodes.len()).filter(|&id| !self.nodes[id].dead).collect();
        loop {
            let mut seen = HashSet::new();
            let from_elsewhere = kept.iter().flat_map(|&id| {
                let heap = self.nodes[id].heap;
                self.nodes[id].edges().filter(move |&to| self.nodes[to].heap != heap)
            });
            let mut open: Vec<Id> = self.roots.iter().copied().chain(from_elsewhere).collect();
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    open.extend(self.nodes[id].edges().filter(|&to| self.nodes[to].heap == self.nodes[id].heap));
                }
            }
            if seen.len() == kept.len() {
                return kept;
            }
            kept = seen;
        }
    }

    pub(super) fn count(&self, id: Id) -> usize {
        let roots = self.roots.iter().filter(|&&r| r == id).count();
        let edges: usize = self.nodes.iter().filter(|n| !n.dead).map(|n| n.edges().filter(|&e| e == id).count()).sum();
        roots + edges
    }

    pub(super) fn fail(&self, what: &str) -> ! {
        let from = self.trace.len().saturating_sub(40);
        for line in &self.trace[from..] {
            eprintln!("    {line}");
        }
        panic!("{what}");
    }

    /// Takes in what the heap told. The program's own changes are in the model already.
    pub(super) fn sync(&mut self, figures: &mut Figures) {
        // What a finalizer makes reachable again may still be finalized: the collection had found it unreachable before.
        let at_first = self.reachable();
        let mut reached = at_first.clone();
        loop {
            let events = WORLD.with(|w| core::mem::take(&mut *w.events.borrow_mut()));
            if events.is_empty() {
                break;
            }
            for event in events {
                match event {
                    Event::Born { id, kind, class, heap } => {
                        assert_eq!(id, self.nodes.len());
                        self.nodes.push(Node { kind: Some(kind), class, heap, ..Node::default() });
                        figures.made += 1;
                        figures.instances += usize::from(kind == Kind::Instance);
                    }
                    Event::Rooted(id) => {
                        if self.nodes[id].dead {
                            self.fail(&format!("{id} was dropped and made a root"));
                        }
                        self.roots.push(id);
                        if self.loud {
                            self.trace.push(format!("  root {id}"));
                        }
                        reached = self.reachable();
                    }
                    Event::Swapped(id) => self.nodes[id].slots.swap(0, 1),
                    Event::Finalized(id) => {
                        if self.loud {
                            self.trace.push(format!("  finalized {id}"));
                        }
                        figures.finalized += 1;
                        if at_first.contains(&id) {
                            self.fail(&format!("{id} is reachable and was finalized"));
                        }
                        if self.nodes[id].finalized || self.nodes[id].dead {
                            self.fail(&format!("{id} was finalized twice, or dropped before"));
                        }
                        self.nodes[id].finalized = true;
                    }
                    Event::Dropped(id) => {
                        if self.loud {
                            self.trace.push(format!("  dropped {id}"));
                        }
                        if reached.contains(&id) {
                            self.fail(&format!("{id} is reachable and was dropped"));
                        }
                        let node = &mut self.nodes[id];
                        if node.dead {
                            self.fail(&format!("{id} was dropped twice"));
                        }
                        let finalizes = matches!(node.kind, Some(Kind::Finalizing | Kind::Large | Kind::Instance));
                        if finalizes && !node.finalized {
                            self.fail(&format!("{id} was dropped without its finalizer"));
                        }
                        node.dead = true;
                        node.slots = [None; SLOTS];
                        node.class = None;
                        node.list.clear();
                        node.watched.clear();
                    }
                    Event::Called { weak, id } => {
                        figures.called += 1;
                        if self.loud {
                            self.trace.push(format!("  called {weak}"));
                        }
                        if at_first.contains(&id) {
                            self.fail(&format!("{id} is reachable and callback {weak} was called"));
                        }
                        if let Some(watch) = self.watches.get_mut(weak) {
                            if watch.called {
                                self.fail(&format!("callback {weak} was called twice"));
                            }
                            watch.called = true;
                        }
                    }
                    Event::Wrong(what) => self.fail(&what),
                }
            }
        }
        for (id, node) in self.nodes.iter_mut().enumerate() {
            if !at_first.contains(&id) {
                node.was_garbage = true;
            }
        }
        self.check(&reached);
    }

    pub(super) fn check(&mut self, reached: &HashSet<Id>) {
        let mut counts = vec![0; self.nodes.len()];
        for &root in &self.roots {
            counts[root] += 1;
        }
        for (id, node) in self.nodes.iter().enumerate().filter(|(_, n)| !n.dead) {
            for to in node.edges() {
                counts[to] += 1;
                if self.nodes[to].dead {
                    self.fail(&format!("{id} lives and refers to {to}, which was dropped"));
                }
            }
        }
        for (id, node) in self.nodes.iter().enumerate() {
            if !node.dead && counts[id] == 0 {
                self.fail(&format!("{id} has no reference left and lives"));
            }
        }
        let wrong = WORLD.with(|w| {
            w.roots.borrow().iter().zip(&self.roots).find_map(|(any, &id)| {
                let got = any.ref_count() as usize;
                (id_of(any) != id || got != counts[id]).then(|| {
                    format!("root {id} is {} with {got} references where {} are known", id_of(any), counts[id])
                })
            })
        });
        if let Some(wrong) = wrong {
            self.fail(&wrong);
        }
        for number in 0..self.watches.len() {
            let watch = &self.watches[number];
            let Some(weak) = &watch.weak else { continue };
            let upgraded = weak.upgrade();
            let answers = upgraded.is_some();
            let node = &self.nodes[watch.to];
            if answers && (node.dead || watch.dead) {
                self.fail(&format!("weak reference {number} to the dead {} answers", watch.to));
            }
            if !answers && !node.dead && !node.was_garbage {
                self.fail(&format!("weak reference {number} to {} does not answer", watch.to));
            }
            if watch.callback && watch.called == answers {
                self.fail(&format!(
                    "weak reference {number} to {}: answers {answers}, called {}",
                    watch.to, watch.called
                ));
            }
            drop(upgraded);
            self.watches[number].dead = !answers;
        }
        let answering = WORLD.with(|w| {
            w.late
                .borrow()
                .iter()
                .find_map(|(id, weak)| (self.nodes[*id].dead && weak.upgrade().is_some()).then_some(*id))
        });
        if let Some(id) = answering {
            self.fail(&format!("a late weak reference to the dead {id} answers"));
        }
        ask_late();
        let _ = reached;
    }

    /// After a whole collection: exactly the reachable objects live, and no weak reference to garbage answers.
    pub(super) fn check_exact(&mut self, garbage_before: &HashSet<Id>, report: &Collection) {
        let reached = if self.two_heaps { self.kept() } else { self.reachable() };
        for (id, node) in self.nodes.iter().enumerate() {
            if !node.dead && !reached.contains(&id) {
                self.fail(&format!("{id} is garbage and survived a whole collection: {report:?}"));
            }
        }
        for (number, watch) in self.watches.iter().enumerate() {
            // (Untracked objects are no garbage of a collection: they die by count, if they do.)
            let tracked = self.nodes[watch.to].kind != Some(Kind::Leaf);
            if self.strokes_only && tracked && garbage_before.contains(&watch.to) && !watch.dead && watch.weak.is_some()
            {
                self.fail(&format!("weak reference {number} to {}, which was garbage, answers", watch.to));
            }
        }
        if report.skipped || report.abandoned || report.uncollectable.iter().any(|u| u.why != Why::Resurrected) {
            self.fail(&format!("a whole collection fell short: {report:?}"));
        }
        if report.freed + report.uncollectable.len() != report.unreachable {
            self.fail(&format!("the report does not add up: {report:?}"));
        }
    }

    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        if self.loud {
            let what = what();
            self.trace.push(what);
        }
    }
}
