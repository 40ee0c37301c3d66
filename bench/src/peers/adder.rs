//! Adder, local: `adder_gc::Gc`.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use adder_gc::{Gc, Heap, Trace};
use std::cell::RefCell;

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace)]);
cyclic_types!(Gc, RefCell, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace)]);

/// `adder_gc::Gc`.
pub struct Adder;

impl Family for Adder {
    const NAME: &'static str = "Adder";
    const KEY: &'static str = "adder";
    family_items!(Gc);

    fn collect() {
        adder_gc::collect();
    }

    fn own_bytes() -> usize {
        Heap::current().stats().page_bytes
    }
}

impl Cyclic for Adder {
    cyclic_items!(Gc, RefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        if on {
            Heap::current().enable();
        } else {
            Heap::current().disable();
        }
        true
    }
}
