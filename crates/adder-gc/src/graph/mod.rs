//! The heap as a graph: every object, every reference with the name of its field, and what each object keeps alive.
//!
//! [`Heap::graph`] looks at the whole heap and returns plain data: a [`HeapGraph`] owns no reference, can be kept, compared
//! with a later one, sent to another thread, and written as DOT, JSON or (feature `svg`) a picture.
//!
//! ```
//! use adder_gc::{Gc, Heap, Trace};
//! use std::cell::RefCell;
//!
//! #[derive(Trace)]
//! struct Scene { nodes: RefCell<Vec<Gc<Node>>> }
//! #[derive(Trace)]
//! struct Node { name: Gc<str> }
//!
//! let scene = Gc::new(Scene { nodes: RefCell::default() });
//! for name in ["floor", "lamp"] {
//!     scene.nodes.borrow_mut().push(Gc::new(Node { name: name.into() }));
//! }
//!
//! let graph = Heap::current().graph();
//! assert_eq!(graph.len(), 5);
//!
//! // What goes when the scene goes: all of it.
//! let top = graph.largest(1)[0];
//! assert_eq!(top.address(), Gc::as_any(&scene).address());
//! assert_eq!(top.retained(), graph.bytes());
//!
//! // Why is the name of the lamp alive?
//! let name = Gc::as_any(&scene.nodes.borrow()[1].name).address();
//! let path = graph.path_to(name).unwrap();
//! assert!(path.to_string().starts_with("Scene.nodes[1] → Node.name → str at 0x"));
//! assert!(path.to_string().ends_with("from outside the heap (1 reference)"));
//!
//! let mut dot = Vec::new();
//! graph.write_dot(&mut dot).unwrap();
//! assert!(String::from_utf8(dot).unwrap().starts_with("digraph heap {"));
//! ```

mod build;
mod dominators;
mod dot;
mod json;
mod part;
mod path;
#[cfg(feature = "svg")]
mod svg;
mod text;
mod types;

use core::fmt;
use std::sync::Arc;

pub(crate) use build::{Draft, Object, Survey};
pub use path::{Holder, Path, Step};
pub(crate) use text::{Bytes, Count};
pub use types::TypeTotal;

use crate::any::AnyGc;
use crate::header::flag;
use crate::heap::Heap;
use dominators::{Dominators, NONE, Successors};
use path::Breadth;

/// All objects of a heap at one moment, with the references between them. From [`Heap::graph`].
///
/// Plain data. See the [module](self) for an example.
pub struct HeapGraph {
    types: Vec<TypeName>,
    fields: Vec<&'static str>,
    nodes: Vec<Node>,
    /// The edges of node `i` are `edges[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    edges: Vec<Edge>,
    opaque: Vec<Opaque>,
    /// Nodes in the order of their addresses.
    by_address: Vec<u32>,
    breadth: Breadth,
    dominators: Dominators,
    retained: Vec<usize>,
    foreign: usize,
    left_out: (usize, usize),
}

struct TypeName {
    full: Arc<str>,
    /// Without the paths of modules.
    short: Arc<str>,
}

#[derive(Clone)]
struct Node {
    address: usize,
    of: u32,
    payload: usize,
    block: usize,
    charged: usize,
    references: u32,
    outside: u32,
    /// Of the header, at the moment of the graph.
    flags: u32,
}

#[derive(Clone, Copy)]
struct Edge {
    to: u32,
    place: PlaceId,
}

/// A place within an object, interned.
#[derive(Clone, Copy)]
struct PlaceId {
    field: u32,
    /// `u32::MAX` for none.
    index: u32,
}

#[derive(Clone, Copy)]
struct Opaque {
    node: u32,
    place: PlaceId,
    why: &'static str,
}

impl Heap {
    /// The heap as a graph, with what each object retains.
    ///
    /// Visits every object once, tracked or not. Objects that `&mut` is out to ([`Gc::get_mut`](crate::Gc::get_mut)) are in
    /// it, without what they refer to; objects that are dying, or that a running collection has condemned, are not. Empty if
    /// asked for from within a `trace`. Changes nothing; panics of a `trace` go to the
    /// [unraisable hook](crate::set_unraisable_hook). Takes a microsecond or two for each object, and some 200 bytes while
    /// it works.
    pub fn graph(&self) -> HeapGraph {
        HeapGraph::of(build::survey(self.inner()))
    }

    /// What keeps an object alive besides the given handle: the shortest path to it from an object that is held from
    /// outside the heap. `None` if the handle is all that does (or the reference is cleared, or of another heap).
    ///
    /// Looks at the whole heap; where many paths are asked for, make a [`graph`](Heap::graph) and use
    /// [`HeapGraph::path_to`].
    ///
    /// ```
    /// use adder_gc::{Gc, Heap, Trace};
    /// use std::cell::RefCell;
    ///
    /// #[derive(Trace)]
    /// struct Cache { entries: RefCell<Vec<Gc<Entry>>> }
    /// #[derive(Trace)]
    /// struct Entry { text: String, again: Option<Gc<Entry>> }
    ///
    /// let heap = Heap::current();
    /// let cache = Gc::new(Cache { entries: RefCell::default() });
    /// let entry = Gc::new(Entry { text: "x".into(), again: None });
    /// assert!(heap.path_to_root(Gc::as_any(&entry)).is_none());
    ///
    /// cache.entries.borrow_mut().push(entry.clone());
    /// let path = heap.path_to_root(Gc::as_any(&entry)).unwrap();
    /// assert!(path.to_string().starts_with("Cache.entries[0] → Entry at 0x"));
    /// ```
    pub fn path_to_root(&self, object: &AnyGc) -> Option<Path> {
        if object.is_cleared() { None } else { HeapGraph::path_to_held(build::survey(self.inner()), object.address()) }
    }
}

impl HeapGraph {
    /// The path to an object to which the caller has a handle that is not to count.
    pub(crate) fn path_to_held(mut survey: build::Survey, address: usize) -> Option<Path> {
        let index = survey.nodes.iter().position(|node| node.address == address)?;
        let node = &mut survey.nodes[index];
        if node.outside != u32::MAX {
            node.outside = node.outside.saturating_sub(1);
        }
        let graph = HeapGraph::without_dominators(survey, None);
        graph.node(address).filter(|node| node.is_reachable())?.path()
    }

    pub(crate) fn of(survey: build::Survey) -> HeapGraph {
        let mut graph = HeapGraph::without_dominators(survey, None);
        graph.dominators = Dominators::of(&graph, &graph.breadth.roots);
        if !graph.breadth.garbage.is_empty() {
            // On its own: what garbage refers to besides is not kept alive by it.
            let garbage = Dominators::of(&Garbage(&graph), &graph.breadth.garbage);
            graph.dominators.add(garbage);
        }
        graph.retained = graph.dominators.retained(|index| graph.nodes[index as usize].own());
        graph
    }

    fn without_dominators(survey: build::Survey, unreachable: Option<Vec<bool>>) -> HeapGraph {
        let build::Survey { types, fields, nodes, starts, edges, opaque, foreign } = survey;
        let mut by_address: Vec<u32> = (0..nodes.len() as u32).collect();
        by_address.sort_unstable_by_key(|&index| nodes[index as usize].address);
        let mut graph = HeapGraph {
            types,
            fields,
            nodes,
            starts,
            edges,
            opaque,
            by_address,
            breadth: Breadth::default(),
            dominators: Dominators { order: Vec::new(), immediate: Vec::new() },
            retained: Vec::new(),
            foreign,
            left_out: (0, 0),
        };
        graph.breadth = Breadth::of(&graph, unreachable);
        graph
    }

    /// Number of objects.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Is there no object?
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Number of references between the objects.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// References to objects of other heaps. Cycles through two heaps are never collected.
    pub fn foreign_edges(&self) -> usize {
        self.foreign
    }

    /// Bytes of all objects: blocks, and charged bytes.
    pub fn bytes(&self) -> usize {
        self.nodes.iter().map(Node::own).sum()
    }

    /// Charged bytes that objects told of. A [`Charge`](crate::Charge) that no object owns (or an opaque one) is not among
    /// them: [`HeapStats::charged_bytes`](crate::HeapStats::charged_bytes) has them all.
    pub fn charged(&self) -> usize {
        self.nodes.iter().map(|node| node.charged).sum()
    }

    /// In a [part](HeapGraph::largest_part) of a graph: how many objects are left out, and their bytes.
    pub fn left_out(&self) -> (usize, usize) {
        self.left_out
    }

    /// All objects.
    pub fn nodes(&self) -> impl Iterator<Item = GraphNode<'_>> {
        (0..self.nodes.len() as u32).map(|index| self.at(index))
    }

    /// The object at this address ([`AnyGc::address`]).
    pub fn node(&self, address: usize) -> Option<GraphNode<'_>> {
        let at = self.by_address.binary_search_by_key(&address, |&index| self.nodes[index as usize].address).ok()?;
        Some(self.at(self.by_address[at]))
    }

    /// The objects that are held from outside the heap.
    pub fn roots(&self) -> impl Iterator<Item = GraphNode<'_>> {
        self.nodes().filter(|node| node.is_root())
    }

    /// The objects that no root reaches: garbage that a collection would find.
    pub fn unreachable(&self) -> impl Iterator<Item = GraphNode<'_>> {
        self.nodes().filter(|node| !node.is_reachable())
    }

    /// The `count` objects that retain the most bytes, largest first.
    pub fn largest(&self, count: usize) -> Vec<GraphNode<'_>> {
        self.largest_indices(count).into_iter().map(|index| self.at(index)).collect()
    }

    /// An object comes after those that dominate it, also where both retain the same.
    fn largest_indices(&self, count: usize) -> Vec<u32> {
        let mut indices = self.dominators.order.clone();
        indices.sort_by_key(|&index| core::cmp::Reverse(self.retained[index as usize]));
        indices.truncate(count);
        indices
    }

    /// Bytes that go when the object at this address goes: its own and those of all objects that only it keeps alive.
    pub fn retained(&self, address: usize) -> Option<usize> {
        self.node(address).map(|node| node.retained())
    }

    /// The shortest path to the object at this address from one that is held from outside the heap; for garbage, from one
    /// in an unreferenced cycle ([`Path::holder`] tells).
    pub fn path_to(&self, address: usize) -> Option<Path> {
        self.node(address)?.path()
    }

    /// Fields that the graph cannot look into (an `Rc`, a closure, a borrowed cell), and what is out as `&mut`: references
    /// that count as coming from outside may lie there.
    pub fn opaque_fields(&self) -> impl Iterator<Item = OpaqueField<'_>> {
        self.opaque.iter().map(|&data| OpaqueField { graph: self, data })
    }

    fn at(&self, index: u32) -> GraphNode<'_> {
        GraphNode { graph: self, index }
    }

    fn edges_of(&self, index: u32) -> &[Edge] {
        &self.edges[self.starts[index as usize]..self.starts[index as usize + 1]]
    }

    fn place(&self, id: PlaceId) -> Place {
        Place { field: self.fields[id.field as usize], index: (id.index != u32::MAX).then_some(id.index as usize) }
    }
}

impl Successors for HeapGraph {
    fn len(&self) -> usize {
        self.nodes.len()
    }
    fn degree(&self, from: u32) -> usize {
        self.starts[from as usize + 1] - self.starts[from as usize]
    }
    fn target(&self, from: u32, at: usize) -> u32 {
        self.edges[self.starts[from as usize] + at].to
    }
}

/// What no root reaches, by itself.
struct Garbage<'g>(&'g HeapGraph);

impl Successors for Garbage<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn degree(&self, from: u32) -> usize {
        self.0.degree(from)
    }
    fn target(&self, from: u32, at: usize) -> u32 {
        let to = self.0.target(from, at);
        if self.0.breadth.is_reachable(to) { from } else { to }
    }
}

impl fmt::Debug for HeapGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapGraph")
            .field("objects", &self.len())
            .field("edges", &self.edge_count())
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

impl Node {
    /// Bytes of its own.
    fn own(&self) -> usize {
        self.block + self.charged
    }
}

/// An object in a [`HeapGraph`].
#[derive(Clone, Copy)]
pub struct GraphNode<'g> {
    graph: &'g HeapGraph,
    index: u32,
}

impl<'g> GraphNode<'g> {
    fn data(self) -> &'g Node {
        &self.graph.nodes[self.index as usize]
    }

    /// Position among the graph's nodes: the `id` in what is written of it.
    pub fn index(self) -> usize {
        self.index as usize
    }

    /// Address of the payload ([`AnyGc::address`]).
    pub fn address(self) -> usize {
        self.data().address
    }

    /// Name of its type, in full.
    pub fn type_name(self) -> &'g str {
        &self.graph.types[self.data().of as usize].full
    }

    /// Name of its type without the paths of modules: `Vec<Node>`.
    pub fn short_type_name(self) -> &'g str {
        &self.graph.types[self.data().of as usize].short
    }

    /// Bytes of the payload.
    pub fn payload_size(self) -> usize {
        self.data().payload
    }

    /// Bytes of the block: payload, header, and what its size class adds.
    pub fn block_size(self) -> usize {
        self.data().block
    }

    /// Bytes that it holds outside of its block, as far as it tells ([`Charge`](crate::Charge),
    /// [`Tracer::charge`](crate::Tracer::charge)).
    pub fn charged(self) -> usize {
        self.data().charged
    }

    /// Block and charged bytes.
    pub fn bytes(self) -> usize {
        self.data().own()
    }

    /// Bytes that go when it goes. For garbage, as if one object of each unreferenced cycle were held.
    pub fn retained(self) -> usize {
        self.graph.retained.get(self.index as usize).copied().unwrap_or(0)
    }

    /// Generation: 0, 1 or 2.
    pub fn generation(self) -> u32 {
        (self.data().flags & flag::GEN_MASK) >> flag::GEN_SHIFT
    }

    /// Does the collector look at it?
    pub fn is_tracked(self) -> bool {
        self.data().flags & flag::TRACKED != 0
    }

    /// Could it be looked into? Not while `&mut` to it is out.
    pub fn is_open(self) -> bool {
        self.data().flags & flag::MASKED == 0
    }

    /// Owned references to it; `u32::MAX` for an immortal object.
    pub fn references(self) -> u32 {
        self.data().references
    }

    /// Of these, the ones that no object of this heap was seen to own: handles in variables, in other heaps, in opaque
    /// fields, in borrowed cells. `u32::MAX` for an immortal object.
    pub fn outside(self) -> u32 {
        self.data().outside
    }

    /// Is it held from outside the heap?
    pub fn is_root(self) -> bool {
        self.outside() > 0
    }

    /// Does a root reach it? If not it is garbage.
    pub fn is_reachable(self) -> bool {
        self.graph.breadth.is_reachable(self.index)
    }

    /// The nearest object that all paths to it run through. `None` for a root, and where paths from several roots meet.
    pub fn dominator(self) -> Option<GraphNode<'g>> {
        let dominator = *self.graph.dominators.immediate.get(self.index as usize)?;
        (dominator != NONE).then(|| self.graph.at(dominator))
    }

    /// The references that it owns, in the order in which they were visited.
    pub fn edges(self) -> impl Iterator<Item = GraphEdge<'g>> {
        let graph = self.graph;
        graph.edges_of(self.index).iter().map(move |&data| GraphEdge { graph, from: self.index, data })
    }

    /// The references to it. Looks at all edges.
    pub fn referrers(self) -> impl Iterator<Item = GraphEdge<'g>> {
        self.graph.nodes().flat_map(GraphNode::edges).filter(move |edge| edge.data.to == self.index)
    }

    /// Its fields that cannot be looked into.
    pub fn opaque_fields(self) -> impl Iterator<Item = OpaqueField<'g>> {
        let all = &self.graph.opaque;
        let first = all.partition_point(|field| field.node < self.index);
        all[first..]
            .iter()
            .take_while(move |field| field.node == self.index)
            .map(move |&data| OpaqueField { graph: self.graph, data })
    }

    /// How it is kept alive: see [`HeapGraph::path_to`].
    pub fn path(self) -> Option<Path> {
        self.graph.breadth.path(self.graph, self.index)
    }

    /// The shortest way from it back to itself, if it is part of a cycle.
    pub fn cycle(self) -> Option<Path> {
        path::cycle(self.graph, self.index)
    }

    /// The nearest opaque field that it leads to, with the way there: a cycle may close through it, unseen.
    pub(crate) fn nearest_opaque(self, at_most: usize) -> Option<(Path, OpaqueField<'g>)> {
        let owns = |index| self.graph.opaque.binary_search_by_key(&index, |field| field.node).is_ok();
        let path = path::nearest(self.graph, self.index, at_most, owns)?;
        let owner = self.graph.node(path.address())?;
        let field = owner.opaque_fields().next()?;
        Some((path, field))
    }

    /// The object that the shortest path reaches just before this one.
    pub(crate) fn held_by(self) -> Option<GraphNode<'g>> {
        self.graph.breadth.before(self.index).map(|index| self.graph.at(index))
    }

    /// Epoch of its birth.
    pub(crate) fn epoch(self) -> u16 {
        (self.data().flags >> flag::EPOCH_SHIFT) as u16
    }
}

/// By identity: same graph, same object.
impl PartialEq for GraphNode<'_> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.graph, other.graph) && self.index == other.index
    }
}

impl Eq for GraphNode<'_> {}

impl fmt::Debug for GraphNode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `Node at 0x7f… (2 references)`.
impl fmt::Display for GraphNode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#x} (", self.short_type_name(), self.address())?;
        match self.references() {
            u32::MAX => f.write_str("immortal)"),
            n => write!(f, "{})", Count(n as usize, "reference")),
        }
    }
}

/// A reference from one object of a [`HeapGraph`] to another.
#[derive(Clone, Copy)]
pub struct GraphEdge<'g> {
    graph: &'g HeapGraph,
    from: u32,
    data: Edge,
}

impl<'g> GraphEdge<'g> {
    /// The object that owns the reference.
    pub fn from(self) -> GraphNode<'g> {
        self.graph.at(self.from)
    }

    /// The object that it refers to.
    pub fn to(self) -> GraphNode<'g> {
        self.graph.at(self.data.to)
    }

    /// Where in its owner it stands.
    pub fn place(self) -> Place {
        self.graph.place(self.data.place)
    }
}

/// `Scene.nodes[3] → Node at 0x7f… (1 reference)`.
impl fmt::Debug for GraphEdge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} → {}", self.from().short_type_name(), self.place(), self.to())
    }
}

/// A field that a graph cannot look into.
#[derive(Clone, Copy)]
pub struct OpaqueField<'g> {
    graph: &'g HeapGraph,
    data: Opaque,
}

impl<'g> OpaqueField<'g> {
    /// The object whose field it is.
    pub fn owner(self) -> GraphNode<'g> {
        self.graph.at(self.data.node)
    }

    /// Where in its owner it stands.
    pub fn place(self) -> Place {
        self.graph.place(self.data.place)
    }

    /// What stands in the way: `Rc`, `closure`, `borrowed RefCell`.
    pub fn why(self) -> &'static str {
        self.data.why
    }
}

/// `Rc in Widget.handler`.
impl fmt::Debug for OpaqueField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}{}", self.why(), self.owner().short_type_name(), self.place())
    }
}

/// Where in an object a reference stands: field, element, or element of a field.
///
/// As text it follows the name of the type: `.scene`, `.nodes[3]`, `[3]`. Fields of a hand-written
/// [`Trace`](crate::Trace) have a name if it calls [`Tracer::name`](crate::Tracer::name). The reference of an object to its
/// type made at run time is called `type`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// Name of the field; empty where there is none.
    pub field: &'static str,
    /// Number of the element.
    pub index: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, ".{}", self.field)?;
        }
        self.index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}
