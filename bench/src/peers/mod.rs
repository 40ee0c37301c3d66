//! The implementations under comparison, each behind the same few traits, so that a workload is
//! written once and compiled once for each of them (no dynamic dispatch in what is timed).

pub mod adder;
pub mod adder_sync;
pub mod bacon_rajan;
pub mod boa;
pub mod cpython;
pub mod dumpster_sync;
pub mod dumpster_unsync;
pub mod gc_arena;
pub mod hybrid;
pub mod jrsonnet;
pub mod rust_cc;
pub mod rust_gc;
pub mod std_pointers;
pub mod triomphe_arc;

use std::cell::Cell;

thread_local! {
    static DROPPED: Cell<u64> = const { Cell::new(0) };
}

/// A field without size that counts its own drop: whoever frees less is seen.
#[derive(adder_gc::Trace)]
pub struct Counted;

impl Drop for Counted {
    #[inline]
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.set(dropped.get() + 1));
    }
}

/// How many payloads this thread has dropped so far.
pub fn dropped() -> u64 {
    DROPPED.with(Cell::get)
}

/// A pointer with shared ownership, or a handle of a collector.
pub trait Family: 'static {
    /// What the rows say.
    const NAME: &'static str;
    /// The name on the command line.
    const KEY: &'static str;
    /// Is an object freed by the last drop? If not, workloads end with a collection.
    const AT_ZERO: bool = true;
    /// A pointer to 16 bytes that refer to nothing.
    type Leaf: Clone + 'static;
    /// A pointer to a tree node: two optional children, fixed at birth.
    type Branch: 'static;
    /// A pointer to a list node: a number and an optional successor, fixed at birth.
    type Chain: 'static;

    /// Makes a leaf.
    fn leaf(value: u64) -> Self::Leaf;
    /// Makes a tree node.
    fn branch(left: Option<Self::Branch>, right: Option<Self::Branch>) -> Self::Branch;
    /// Makes a list node.
    fn chain(next: Option<Self::Chain>) -> Self::Chain;
    /// Collects everything that can be collected.
    fn collect() {}
    /// Bytes that the implementation holds and that did not come from the global allocator.
    fn own_bytes() -> usize {
        0
    }
}

/// A family whose objects can form cycles.
pub trait Cyclic: Family {
    /// Cycles are leaked unless the program breaks them (`std::rc::Rc`).
    const BY_HAND: bool = false;
    /// Does it collect by itself?
    const AUTOMATIC: bool = true;
    /// A pointer to a node with one edge that can be changed, and a number.
    type Link: Clone + 'static;
    /// A pointer to a node with three edges that can be changed, and a number.
    type Knot: Clone + 'static;
    /// A pointer to a container of knots that can also refer to itself.
    type Bag: Clone + 'static;

    /// Makes a link that refers to `edge`.
    fn link(edge: Option<Self::Link>) -> Self::Link;
    /// Changes where a link refers to.
    fn point(from: &Self::Link, to: Option<Self::Link>);
    /// Makes a knot whose first edge is given.
    fn knot(first: Option<Self::Knot>) -> Self::Knot;
    /// Changes one of the three edges.
    fn tie(from: &Self::Knot, edge: usize, to: Option<Self::Knot>);
    /// Makes a container that owns these references.
    fn bag(items: Vec<Self::Knot>) -> Self::Bag;
    /// Makes the container refer to itself, so that only a collector can free it.
    fn close(bag: &Self::Bag);
    /// Clones and drops each reference in the container.
    fn touch(bag: &Self::Bag);
    /// Switches automatic collection; `false` if that cannot be done.
    fn automatic(on: bool) -> bool;
}

/// A family whose leaves can be used from several threads.
pub trait Shared: Family<Leaf: Send + Sync> {
    /// The handle with which the owning thread counts (differs from `Leaf` in hybrid-rc only).
    type Here: Clone + 'static;
    /// This thread's own handle, if this thread can have one.
    fn here(leaf: &Self::Leaf) -> Option<Self::Here>;
}

/// Something to be done for every family.
pub trait VisitFamilies {
    /// Does it for one.
    fn visit<F: Family>(&mut self);
}

/// Something to be done for every family with cycles.
pub trait VisitCyclic {
    /// Does it for one.
    fn visit<F: Cyclic>(&mut self);
}

/// Something to be done for every family with threads.
pub trait VisitShared {
    /// Does it for one.
    fn visit<F: Shared>(&mut self);
}

/// Visits every family, `std::rc::Rc` first.
pub fn each_family(visitor: &mut impl VisitFamilies) {
    visitor.visit::<std_pointers::StdRc>();
    visitor.visit::<adder::Adder>();
    visitor.visit::<adder_sync::AdderSync>();
    visitor.visit::<std_pointers::StdArc>();
    visitor.visit::<triomphe_arc::Triomphe>();
    visitor.visit::<hybrid::HybridLocal>();
    visitor.visit::<hybrid::HybridShared>();
    visitor.visit::<dumpster_unsync::Dumpster>();
    visitor.visit::<dumpster_sync::DumpsterSync>();
    visitor.visit::<rust_cc::RustCc>();
    visitor.visit::<bacon_rajan::BaconRajan>();
    visitor.visit::<jrsonnet::Jrsonnet>();
    visitor.visit::<rust_gc::RustGc>();
    visitor.visit::<boa::Boa>();
}

/// Visits every family with cycles, `std::rc::Rc` first.
pub fn each_cyclic(visitor: &mut impl VisitCyclic) {
    visitor.visit::<std_pointers::StdRc>();
    visitor.visit::<adder::Adder>();
    visitor.visit::<adder_sync::AdderSync>();
    visitor.visit::<dumpster_unsync::Dumpster>();
    visitor.visit::<dumpster_sync::DumpsterSync>();
    visitor.visit::<rust_cc::RustCc>();
    visitor.visit::<bacon_rajan::BaconRajan>();
    visitor.visit::<jrsonnet::Jrsonnet>();
    visitor.visit::<rust_gc::RustGc>();
    visitor.visit::<boa::Boa>();
}

/// Visits every family with threads, `std::sync::Arc` first.
pub fn each_shared(visitor: &mut impl VisitShared) {
    visitor.visit::<std_pointers::StdArc>();
    visitor.visit::<adder_sync::AdderSync>();
    visitor.visit::<triomphe_arc::Triomphe>();
    visitor.visit::<hybrid::HybridShared>();
    visitor.visit::<dumpster_sync::DumpsterSync>();
}

/// Defines the types without mutable edges for one pointer, with the given attributes on each.
macro_rules! plain_types {
    ($ptr:ident, $(#[$meta:meta])*) => {
        use $crate::peers::Counted;

        /// 16 bytes that refer to nothing.
        $(#[$meta])*
        pub struct Leaf {
            payload: [u64; 2],
            counted: Counted,
        }

        /// A tree node.
        $(#[$meta])*
        pub struct Branch {
            left: Option<$ptr<Branch>>,
            right: Option<$ptr<Branch>>,
            counted: Counted,
        }

        /// A list node.
        $(#[$meta])*
        pub struct Chain {
            next: Option<$ptr<Chain>>,
            value: u64,
            counted: Counted,
        }
    };
}

/// Defines the types with mutable edges for one pointer and one cell.
macro_rules! cyclic_types {
    ($ptr:ident, $cell:ident, $(#[$meta:meta])*) => {
        /// A node with one edge.
        $(#[$meta])*
        pub struct Link {
            edge: $cell<Option<$ptr<Link>>>,
            value: u64,
            counted: Counted,
        }

        /// A node with three edges.
        $(#[$meta])*
        pub struct Knot {
            edges: $cell<[Option<$ptr<Knot>>; 3]>,
            value: u64,
            counted: Counted,
        }

        /// A container of knots.
        $(#[$meta])*
        pub struct Bag {
            items: $cell<Vec<$ptr<Knot>>>,
            myself: $cell<Option<$ptr<Bag>>>,
            counted: Counted,
        }
    };
}

/// The part of `impl Family` that is the same for every pointer with `new` and `clone`.
macro_rules! family_items {
    ($ptr:ident) => {
        type Leaf = $ptr<Leaf>;
        type Branch = $ptr<Branch>;
        type Chain = $ptr<Chain>;

        #[inline]
        fn leaf(value: u64) -> Self::Leaf {
            $ptr::new(Leaf { payload: [value; 2], counted: Counted })
        }

        #[inline]
        fn branch(left: Option<Self::Branch>, right: Option<Self::Branch>) -> Self::Branch {
            $ptr::new(Branch { left, right, counted: Counted })
        }

        #[inline]
        fn chain(next: Option<Self::Chain>) -> Self::Chain {
            $ptr::new(Chain { next, value: 1, counted: Counted })
        }
    };
}

/// The part of `impl Cyclic` that is the same for every pointer with a cell; the last arguments
/// are how the cell is opened for writing.
macro_rules! cyclic_items {
    ($ptr:ident, $cell:ident, $($write:tt)*) => {
        type Link = $ptr<Link>;
        type Knot = $ptr<Knot>;
        type Bag = $ptr<Bag>;

        #[inline]
        fn link(edge: Option<Self::Link>) -> Self::Link {
            $ptr::new(Link { edge: $cell::new(edge), value: 1, counted: Counted })
        }

        #[inline]
        fn point(from: &Self::Link, to: Option<Self::Link>) {
            // The old edge is dropped after the cell is closed again.
            let old = ::std::mem::replace(&mut *from.edge.$($write)*, to);
            drop(old);
        }

        #[inline]
        fn knot(first: Option<Self::Knot>) -> Self::Knot {
            $ptr::new(Knot { edges: $cell::new([first, None, None]), value: 1, counted: Counted })
        }

        #[inline]
        fn tie(from: &Self::Knot, edge: usize, to: Option<Self::Knot>) {
            let old = ::std::mem::replace(&mut from.edges.$($write)*[edge], to);
            drop(old);
        }

        fn bag(items: Vec<Self::Knot>) -> Self::Bag {
            $ptr::new(Bag { items: $cell::new(items), myself: $cell::new(None), counted: Counted })
        }

        fn close(bag: &Self::Bag) {
            *bag.myself.$($write)* = Some(bag.clone());
        }

        fn touch(bag: &Self::Bag) {
            for knot in bag.items.$($write)*.iter() {
                drop(::std::hint::black_box(knot.clone()));
            }
        }
    };
}

pub(crate) use {cyclic_items, cyclic_types, family_items, plain_types};
