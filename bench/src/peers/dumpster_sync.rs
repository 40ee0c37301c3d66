//! `dumpster::sync`: the same for several threads.

use super::dumpster_unsync::accept;
use crate::peers::{Cyclic, Family, Shared, cyclic_items, cyclic_types, family_items, plain_types};
use dumpster::sync::{self, Gc};
use std::sync::Mutex;

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")]);
cyclic_types!(Gc, Mutex, #[allow(dead_code, reason = "fields that only take room")]);

accept! {
    Leaf: ;
    Branch: left, right;
    Chain: next;
    Link: edge;
    Knot: edges;
    Bag: items, myself;
}

/// `dumpster::sync::Gc`.
pub struct DumpsterSync;

impl Family for DumpsterSync {
    const NAME: &'static str = "dumpster sync";
    const KEY: &'static str = "dumpster";
    family_items!(Gc);

    fn collect() {
        sync::collect();
    }
}

impl Cyclic for DumpsterSync {
    cyclic_items!(Gc, Mutex, lock().unwrap());

    fn automatic(on: bool) -> bool {
        if on {
            sync::set_collect_condition(sync::default_collect_condition);
        } else {
            sync::set_collect_condition(|_| false);
        }
        true
    }
}

impl Shared for DumpsterSync {
    type Here = Gc<Leaf>;
    fn here(leaf: &Self::Leaf) -> Option<Self::Here> {
        Some(leaf.clone())
    }
}
