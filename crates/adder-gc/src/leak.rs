//! Leaks found: which objects were made since a moment, are still alive, and why.

use core::cell::{Cell, RefCell};
use core::fmt;
use std::collections::HashMap;
use std::rc::Rc;

use crate::any::AnyGc;
use crate::collect::{Collection, Uncollectable, Why};
use crate::graph::{Bytes, Count, GraphNode, HeapGraph, Holder, OpaqueField, Path, Place};
use crate::header::{State, flag};
use crate::heap::{Heap, Inner};

/// Leaks described in a report before it says how many more there are.
const DESCRIBED: usize = 20;
/// Kinds of opaque fields named for one leak.
const SUSPECTS: usize = 3;
/// Objects looked at in search of an opaque field through which a cycle may close.
const SEARCHED: usize = 10_000;
/// Collections before what is left is taken for leaked: finalizers may leave garbage behind.
const ROUNDS: usize = 4;

/// Finds objects that were made while it lives and should be gone: for tests.
///
/// ```
/// use adder_gc::{Gc, LeakGuard, Trace};
/// use std::cell::RefCell;
///
/// #[derive(Trace)]
/// struct Node { next: RefCell<Option<Gc<Node>>> }
/// #[derive(Trace)]
/// struct Registry { nodes: RefCell<Vec<Gc<Node>>> }
///
/// let registry = Gc::new(Registry { nodes: RefCell::default() });
///
/// let guard = LeakGuard::current();
/// let node = Gc::new(Node { next: RefCell::default() });
/// *node.next.borrow_mut() = Some(node.clone()); // A cycle is no leak…
/// drop(node);
/// assert!(guard.check().is_ok());
///
/// let node = Gc::new(Node { next: RefCell::default() });
/// registry.nodes.borrow_mut().push(node.clone()); // … but this is forgotten.
/// drop(node);
/// let leaks = guard.check().unwrap_err();
/// assert_eq!(leaks.count(), 1);
/// assert!(leaks.to_string().contains("held by: Registry.nodes[0]"), "{leaks}");
/// ```
///
/// What it remembers is a number, the *epoch*, that every object made later bears in its header; guards may be nested, and
/// cost nothing while the program runs. Dropping a guard without a check does nothing. An object that was resurrected by its
/// finalizer after its drop had been queued (at the end of a deep structure) may count as made before.
#[derive(Debug)]
#[must_use = "a guard does nothing until it is asked"]
pub struct LeakGuard {
    heap: Heap,
    /// Shared with the heap, which may renumber.
    epoch: Rc<Cell<u16>>,
}

impl LeakGuard {
    /// Remembers this moment of a heap.
    ///
    /// # Panics
    /// If 65535 guards of the heap live.
    pub fn new(heap: &Heap) -> LeakGuard {
        LeakGuard { heap: heap.clone(), epoch: Guards::open(heap.inner()) }
    }

    /// Remembers this moment of the thread's heap.
    ///
    /// # Panics
    /// As [`LeakGuard::new`].
    pub fn current() -> LeakGuard {
        LeakGuard::new(&Heap::current())
    }

    /// Was the object made since the guard was, on its heap? False for a cleared reference.
    pub fn made_inside(&self, object: &AnyGc) -> bool {
        let Some(header) = object.header_opt() else { return false };
        // SAFETY: held by the handle.
        let flags = unsafe { header.as_ref() }.flags.get();
        object.heap().is_some_and(|heap| core::ptr::eq(heap, self.heap.inner())) && self.is_mine(flags)
    }

    fn is_mine(&self, flags: u32) -> bool {
        flags >> flag::EPOCH_SHIFT >= u32::from(self.epoch.get())
    }

    /// Collects, and looks for objects that were made since the guard was and are still alive, tracked or not.
    ///
    /// Everything that is still in use counts, so drop what the test itself holds before. May be called again.
    ///
    /// # Errors
    /// If there are such objects: which, and what keeps them alive.
    pub fn check(&self) -> Result<(), Leaks> {
        let mut uncollectable = Vec::new();
        let mut collection = Collection::default();
        for _ in 0..ROUNDS {
            collection = self.heap.collect();
            if !self.any_left() {
                return Ok(());
            }
            uncollectable.append(&mut collection.uncollectable.clone());
            if collection.freed == 0 {
                break;
            }
        }
        Leaks::find(self.heap.graph(), self.epoch.get(), collection, &uncollectable).map_or(Ok(()), Err)
    }

    fn any_left(&self) -> bool {
        let mut left = false;
        for_each_object(self.heap.inner(), |flags| left |= self.is_mine(flags.get()));
        left
    }

    /// [`check`](LeakGuard::check) for tests.
    ///
    /// # Panics
    /// If there are leaks, with the report.
    #[track_caller]
    pub fn expect_none(self) {
        if let Err(leaks) = self.check() {
            panic!("{leaks}");
        }
    }
}

impl Drop for LeakGuard {
    fn drop(&mut self) {
        self.heap.inner().guards.0.borrow_mut().retain(|epoch| !Rc::ptr_eq(epoch, &self.epoch));
    }
}

/// The epochs of a heap's guards, rising. 0 is the time before the first.
#[derive(Default)]
pub(crate) struct Guards(RefCell<Vec<Rc<Cell<u16>>>>);

impl Guards {
    fn open(heap: &Inner) -> Rc<Cell<u16>> {
        if heap.birth.get() >> flag::EPOCH_SHIFT == u32::from(u16::MAX) {
            Guards::renumber(heap);
        }
        let now = (heap.birth.get() >> flag::EPOCH_SHIFT) + 1;
        heap.set_birth_epoch(now);
        let epoch = Rc::new(Cell::new(u16::try_from(now).expect("renumbered")));
        heap.guards.0.borrow_mut().push(epoch.clone());
        epoch
    }

    /// Numbers the epochs anew, without gaps: all that matters of one is how many guards that live still are not newer.
    fn renumber(heap: &Inner) {
        let guards = heap.guards.0.borrow();
        assert!(guards.len() < usize::from(u16::MAX), "adder-gc: 65535 leak guards of one heap at once");
        let old: Vec<u16> = guards.iter().map(|epoch| epoch.get()).collect();
        for_each_object(heap, |flags| {
            let epoch = (flags.get() >> flag::EPOCH_SHIFT) as u16;
            let rank = old.partition_point(|&guard| guard <= epoch) as u32;
            flags.set(flags.get() & ((1 << flag::EPOCH_SHIFT) - 1) | rank << flag::EPOCH_SHIFT);
        });
        for (rank, epoch) in (1..).zip(guards.iter()) {
            epoch.set(rank);
        }
        heap.set_birth_epoch(guards.len() as u32);
    }
}

/// Calls `f` with the flags of every object that is alive.
fn for_each_object(heap: &Inner, mut f: impl FnMut(&Cell<u32>)) {
    for page in heap.pages() {
        // SAFETY: pages in the table are live; `f` frees nothing.
        unsafe { page.as_ref() }.for_each(|_, header| {
            // SAFETY: `for_each` gives initialised headers.
            let h = unsafe { header.as_ref() };
            // The flags of a queued object hold a link.
            if matches!(h.state(), State::Ordinary(_) | State::Calm(_) | State::Immortal) {
                f(&h.flags);
            }
        });
    }
}

/// Objects that should be gone, and what keeps each of them alive. From [`LeakGuard::check`].
///
/// As text (`Display` and `Debug` alike, so that `unwrap` shows it) it describes the first twenty: those that something else
/// holds before those that only other leaked objects hold, the larger before the smaller. Plain data: it keeps nothing alive.
pub struct Leaks(Box<Found>);

struct Found {
    graph: HeapGraph,
    /// Addresses, in the order of the report.
    leaked: Vec<usize>,
    /// How many of them something else holds.
    causes: usize,
    collection: Collection,
    why: HashMap<usize, Why>,
    /// Opaque fields of all the heap, and how many objects have them; the rarest, thus the most telling, first.
    suspects: Vec<(String, usize)>,
}

impl Leaks {
    /// Of this graph, the objects born in this epoch or a later one.
    pub(crate) fn find(
        graph: HeapGraph,
        epoch: u16,
        collection: Collection,
        uncollectable: &[Uncollectable],
    ) -> Option<Leaks> {
        let is_leaked = |node: GraphNode<'_>| node.epoch() >= epoch;
        let mut nodes: Vec<GraphNode<'_>> = graph.nodes().filter(|&node| is_leaked(node)).collect();
        if nodes.is_empty() {
            return None;
        }
        let is_cause = |node: GraphNode<'_>| !node.held_by().is_some_and(is_leaked);
        nodes.sort_by_key(|&node| (!is_cause(node), core::cmp::Reverse(node.retained()), node.address()));
        let causes = nodes.partition_point(|&node| is_cause(node));
        let leaked = nodes.iter().map(|node| node.address()).collect();
        let why = uncollectable.iter().map(|it| (it.address, it.why)).collect();
        let mut suspects: HashMap<(&str, Place, &str), usize> = HashMap::new();
        for field in graph.opaque_fields() {
            *suspects.entry((field.owner().short_type_name(), field.place(), field.why())).or_default() += 1;
        }
        let mut suspects: Vec<(String, usize)> = suspects
            .into_iter()
            .map(|((owner, place, why), count)| (format!("{why} in {owner}{place}"), count))
            .collect();
        suspects.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        Some(Leaks(Box::new(Found { graph, leaked, causes, collection, why, suspects })))
    }

    /// How many objects were leaked.
    pub fn count(&self) -> usize {
        self.0.leaked.len()
    }

    /// The leaked objects, in the order of the report.
    pub fn iter(&self) -> impl Iterator<Item = Leak<'_>> {
        self.0.leaked.iter().filter_map(|&address| {
            let node = self.0.graph.node(address)?;
            Some(Leak { node, leaks: self })
        })
    }

    /// The whole heap as it was then.
    pub fn graph(&self) -> &HeapGraph {
        &self.0.graph
    }

    /// What the (last) collection of the check did.
    pub fn collection(&self) -> &Collection {
        &self.0.collection
    }
}

/// An object that should be gone.
#[derive(Clone, Copy)]
pub struct Leak<'a> {
    node: GraphNode<'a>,
    leaks: &'a Leaks,
}

impl<'a> Leak<'a> {
    /// The object.
    pub fn node(self) -> GraphNode<'a> {
        self.node
    }

    /// The shortest path that keeps it alive.
    pub fn path(self) -> Option<Path> {
        self.node.path()
    }

    /// If it is garbage that a collection could not free: what stood in the way, as far as the collection told.
    pub fn why(self) -> Option<Why> {
        self.leaks.0.why.get(&self.node.address()).copied()
    }

    /// The object at which its path starts.
    fn start(self) -> GraphNode<'a> {
        let first = self.path().and_then(|path| path.steps().first().map(|step| step.address()));
        first.and_then(|address| self.leaks.0.graph.node(address)).unwrap_or(self.node)
    }

    /// Where the references from outside the heap that hold it may in truth come from: an opaque field to which its path's
    /// start leads, with the way there. If the field refers back, the two are a cycle that no collection can see.
    pub fn possible_cycle(self) -> Option<(Path, OpaqueField<'a>)> {
        let start = self.start();
        if start.is_root() { start.nearest_opaque(SEARCHED) } else { None }
    }

    fn describe(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", self.node)?;
        let Some(path) = self.path() else { return writeln!(f) };
        match path.holder() {
            Holder::Garbage => return self.describe_garbage(&path, f),
            Holder::Outside(u32::MAX) if path.steps().is_empty() => return writeln!(f, ", which never dies"),
            holder if path.steps().is_empty() => {
                writeln!(f, " {holder}")?;
                return self.describe_suspects(f);
            }
            Holder::Outside(u32::MAX) => {
                f.write_str(" held by: ")?;
                path.write_steps(f)?;
                writeln!(f, "this; the first is immortal")?;
            }
            Holder::Outside(n) => {
                f.write_str(" held by: ")?;
                path.write_steps(f)?;
                writeln!(f, "this; from outside the heap ({})", Count(n as usize, "reference"))?;
            }
            _ => writeln!(f)?,
        }
        Ok(())
    }

    fn describe_garbage(self, path: &Path, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cycle) = self.node.cycle() {
            f.write_str(" kept by a cycle: ")?;
            cycle.write_steps(f)?;
        } else {
            f.write_str(" held by: ")?;
            path.write_steps(f)?;
        }
        f.write_str("this; ")?;
        f.write_str(match self.why() {
            Some(Why::Borrowed) => "a cell on it was borrowed (or a lock held), so that it could not be emptied",
            Some(Why::NoMutableEdge) => "no slot on it can be emptied (plain fields, a OnceCell: OnceGc can be)",
            Some(Why::Resurrected) => "a finalizer or a drop made it reachable again during the collection",
            Some(Why::Owner) => "the thread that owns it has not looked into its inbox since (sync::Heap::poll)",
            None => "nothing else holds it, and the collection did not free it",
        })?;
        writeln!(f)
    }

    /// A reference from outside may lie in something that cannot be looked into.
    fn describe_suspects(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((way, field)) = self.possible_cycle() {
            f.write_str("    perhaps a cycle that cannot be seen: ")?;
            way.write_steps(f)?;
            let owner = field.owner().short_type_name();
            return writeln!(f, "{owner}{} ({}) → …", field.place(), field.why());
        }
        let kinds = &self.leaks.0.suspects;
        for (at, (kind, count)) in kinds.iter().take(SUSPECTS).enumerate() {
            f.write_str(if at == 0 { "    perhaps by an opaque field: " } else { ", " })?;
            write!(f, "{kind} ({})", Count(*count, "object"))?;
        }
        if kinds.len() > SUSPECTS {
            write!(f, " and {} more", kinds.len() - SUSPECTS)?;
        }
        if kinds.is_empty() { Ok(()) } else { writeln!(f) }
    }
}

impl fmt::Debug for Leak<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Leak<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe(f)
    }
}

impl fmt::Display for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.iter().map(|leak| leak.node.bytes()).sum();
        let are = if self.count() == 1 { "is" } else { "are" };
        writeln!(f, "{} made since the guard {are} still alive ({}):", Count(self.count(), "object"), Bytes(bytes))?;
        for (at, leak) in self.iter().take(DESCRIBED).enumerate() {
            if at > 0 && at == self.0.causes {
                writeln!(f, "  held by these:")?;
            }
            leak.describe(f)?;
        }
        if self.count() > DESCRIBED {
            writeln!(f, "  … and {} more", self.count() - DESCRIBED)?;
        }
        if self.0.collection.skipped {
            writeln!(f, "  (a collection was running: what is garbage already could not be freed before)")?;
        }
        if self.0.collection.abandoned {
            writeln!(f, "  (the collection was abandoned since a `trace` panicked: some of these may be garbage)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Leaks {}
