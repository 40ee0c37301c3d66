//! Adder, shared: `adder_gc::sync::Gc`.

use crate::peers::{Cyclic, Family, Shared, cyclic_items, cyclic_types, family_items, plain_types};
use adder_gc::Trace;
use adder_gc::sync::{self, Gc, Heap};
use std::sync::Mutex;

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace)]);
cyclic_types!(Gc, Mutex, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace)]);

/// `adder_gc::sync::Gc`.
pub struct AdderSync;

impl Family for AdderSync {
    const NAME: &'static str = "Adder sync";
    const KEY: &'static str = "adder-sync";
    family_items!(Gc);

    fn collect() {
        sync::collect();
    }

    fn own_bytes() -> usize {
        // Not its tables, which come from the global allocator.
        Heap::global().page_bytes()
    }
}

impl Cyclic for AdderSync {
    cyclic_items!(Gc, Mutex, lock().unwrap());

    fn automatic(on: bool) -> bool {
        if on {
            Heap::global().enable();
        } else {
            Heap::global().disable();
        }
        true
    }
}

impl Shared for AdderSync {
    type Here = Gc<Leaf>;
    fn here(leaf: &Self::Leaf) -> Option<Self::Here> {
        Some(leaf.clone())
    }
}
