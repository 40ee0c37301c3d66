//! `jrsonnet-gcmodule`: CPython's algorithm on counted pointers, run only when asked to.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use jrsonnet_gcmodule::{Cc, Trace, Tracer, collect_thread_cycles};
use std::cell::RefCell;

impl Trace for Counted {
    fn trace(&self, _: &mut Tracer) {}
    fn is_type_tracked() -> bool {
        false
    }
}

plain_types!(Cc, #[allow(dead_code, reason = "fields that only take room")]);
cyclic_types!(Cc, RefCell, #[allow(dead_code, reason = "fields that only take room")]);

// By hand: the derived `is_type_tracked` of a type that refers to itself recurses without end.
impl Trace for Leaf {
    fn trace(&self, _: &mut Tracer) {}
    fn is_type_tracked() -> bool {
        false
    }
}

impl Trace for Branch {
    fn trace(&self, tracer: &mut Tracer) {
        self.left.trace(tracer);
        self.right.trace(tracer);
    }
}

impl Trace for Chain {
    fn trace(&self, tracer: &mut Tracer) {
        self.next.trace(tracer);
    }
}

impl Trace for Link {
    fn trace(&self, tracer: &mut Tracer) {
        self.edge.trace(tracer);
    }
}

impl Trace for Knot {
    fn trace(&self, tracer: &mut Tracer) {
        for edge in self.edges.borrow().iter() {
            edge.trace(tracer);
        }
    }
}

impl Trace for Bag {
    fn trace(&self, tracer: &mut Tracer) {
        self.items.trace(tracer);
        self.myself.trace(tracer);
    }
}

/// `jrsonnet_gcmodule::Cc`.
pub struct Jrsonnet;

impl Family for Jrsonnet {
    const NAME: &'static str = "jrsonnet-gcmodule";
    const KEY: &'static str = "jrsonnet-gcmodule";
    family_items!(Cc);

    fn collect() {
        let _freed = collect_thread_cycles();
    }
}

impl Cyclic for Jrsonnet {
    const AUTOMATIC: bool = false;
    cyclic_items!(Cc, RefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        !on
    }
}
