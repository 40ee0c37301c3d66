//! `bacon_rajan_cc`: counting, with a collector that runs only when asked to.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use bacon_rajan_cc::{Cc, Trace, Tracer, collect_cycles};
use std::cell::RefCell;

plain_types!(Cc, #[allow(dead_code, reason = "fields that only take room")]);
cyclic_types!(Cc, RefCell, #[allow(dead_code, reason = "fields that only take room")]);

impl Trace for Leaf {
    fn trace(&self, _: &mut Tracer) {}
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

/// `bacon_rajan_cc::Cc`.
pub struct BaconRajan;

impl Family for BaconRajan {
    const NAME: &'static str = "bacon_rajan_cc";
    const KEY: &'static str = "bacon_rajan_cc";
    family_items!(Cc);

    fn collect() {
        collect_cycles();
    }
}

impl Cyclic for BaconRajan {
    const AUTOMATIC: bool = false;
    cyclic_items!(Cc, RefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        !on
    }
}
