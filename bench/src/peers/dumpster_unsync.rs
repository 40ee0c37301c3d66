//! `dumpster::unsync`: counting, with a collection when more has been dropped than lives.

use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
use dumpster::unsync::{self, Gc};
use std::cell::RefCell;

plain_types!(Gc, #[allow(dead_code, reason = "fields that only take room")]);
cyclic_types!(Gc, RefCell, #[allow(dead_code, reason = "fields that only take room")]);

/// `dumpster`'s derive does not work on types that a macro defines.
macro_rules! accept {
    ($($kind:ident: $($field:ident),*;)*) => {$(
        // SAFETY: every field that holds a `Gc` is visited, and no `Drop` touches one.
        unsafe impl<V: dumpster::Visitor> dumpster::TraceWith<V> for $kind {
            #[inline]
            fn accept(&self, _visitor: &mut V) -> Result<(), ()> {
                $(self.$field.accept(_visitor)?;)*
                Ok(())
            }
        }
    )*};
}

accept! {
    Leaf: ;
    Branch: left, right;
    Chain: next;
    Link: edge;
    Knot: edges;
    Bag: items, myself;
}

pub(super) use accept;

/// `dumpster::unsync::Gc`.
pub struct Dumpster;

impl Family for Dumpster {
    const NAME: &'static str = "dumpster";
    const KEY: &'static str = "dumpster";
    family_items!(Gc);

    fn collect() {
        unsync::collect();
    }
}

impl Cyclic for Dumpster {
    cyclic_items!(Gc, RefCell, borrow_mut());

    fn automatic(on: bool) -> bool {
        if on {
            unsync::set_collect_condition(unsync::default_collect_condition);
        } else {
            unsync::set_collect_condition(|_| false);
        }
        true
    }
}
