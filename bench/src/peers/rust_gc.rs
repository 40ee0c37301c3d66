//! `gc`: mark and sweep, roots counted.

// Its derive is of a time before this lint.
#![allow(non_local_definitions)]

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use gc::{Finalize, Gc, GcCell, Trace, force_collect, unsafe_empty_trace};

impl Finalize for Counted {}

// SAFETY: it holds no `Gc`, so there is nothing to mark or root.
unsafe impl Trace for Counted {
    unsafe_empty_trace!();
}

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);
cyclic_types!(Gc, GcCell, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);

/// `gc::Gc`.
pub struct RustGc;

impl Family for RustGc {
    const NAME: &'static str = "gc";
    const KEY: &'static str = "gc";
    const AT_ZERO: bool = false;
    family_items!(Gc);

    fn collect() {
        force_collect();
    }
}

impl Cyclic for RustGc {
    cyclic_items!(Gc, GcCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        // `configure` is behind a feature that is not a default one.
        on
    }
}
