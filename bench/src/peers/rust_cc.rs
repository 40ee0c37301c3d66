//! `rust-cc`: counting, with a collector over the objects that lost a reference.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use ::rust_cc::config::config;
use ::rust_cc::{Cc, Context, Finalize, Trace, collect_cycles};
use std::cell::RefCell;

// SAFETY: it holds no `Cc`, so there is nothing to trace, and its `Drop` touches none.
unsafe impl Trace for Counted {
    #[inline]
    fn trace(&self, _: &mut Context<'_>) {}
}

impl Finalize for Counted {}

plain_types!(Cc, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);
cyclic_types!(Cc, RefCell, #[allow(dead_code, reason = "fields that only take room")] #[derive(Trace, Finalize)]);

/// `rust_cc::Cc`.
pub struct RustCc;

impl Family for RustCc {
    const NAME: &'static str = "rust-cc";
    const KEY: &'static str = "rust-cc";
    family_items!(Cc);

    fn collect() {
        collect_cycles();
    }
}

impl Cyclic for RustCc {
    cyclic_items!(Cc, RefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        config(|config| config.set_auto_collect(on)).is_ok()
    }
}
