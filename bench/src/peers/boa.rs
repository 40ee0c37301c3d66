//! `boa_gc`: mark and sweep, handles on the heap counted against all handles.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use boa_gc::{Finalize, Gc, GcRefCell, Trace, empty_trace, force_collect};

impl Finalize for Counted {}

// SAFETY: it holds no `Gc`, so there is nothing to trace.
unsafe impl Trace for Counted {
    empty_trace!();
}

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);
cyclic_types!(Gc, GcRefCell, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);

/// `boa_gc::Gc`.
pub struct Boa;

impl Family for Boa {
    const NAME: &'static str = "boa_gc";
    const KEY: &'static str = "boa_gc";
    const AT_ZERO: bool = false;
    family_items!(Gc);

    fn collect() {
        force_collect();
    }
}

impl Cyclic for Boa {
    cyclic_items!(Gc, GcRefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        on
    }
}
