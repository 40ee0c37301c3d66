//! `std::rc::Rc` and `std::sync::Arc`.

/// `std::rc::Rc`, the baseline; cycles are broken by hand.
pub struct StdRc;

/// `std::sync::Arc`.
pub struct StdArc;

mod rc {
    use super::StdRc;
    use crate::peers::{Cyclic, Family, cyclic_items, cyclic_types, family_items, plain_types};
    use std::cell::RefCell;
    use std::rc::Rc;

    plain_types!(Rc, #[allow(dead_code, reason = "fields that only take room")]);
    cyclic_types!(Rc, RefCell, #[allow(dead_code, reason = "fields that only take room")]);

    impl Family for StdRc {
        const NAME: &'static str = "std Rc";
        const KEY: &'static str = "rc";
        family_items!(Rc);
    }

    impl Cyclic for StdRc {
        const BY_HAND: bool = true;
        const AUTOMATIC: bool = false;
        cyclic_items!(Rc, RefCell, borrow_mut());

        fn automatic(_: bool) -> bool {
            false
        }
    }

    impl StdRc {
        /// Drops a list in a loop, as a program must that wants to keep its stack.
        pub fn unroll(list: Rc<Chain>) {
            let mut next = Some(list);
            while let Some(node) = next {
                match Rc::try_unwrap(node) {
                    Ok(mut node) => next = node.next.take(),
                    Err(_) => break,
                }
            }
        }
    }
}

mod arc {
    use super::StdArc;
    use crate::peers::{Family, Shared, family_items, plain_types};
    use std::sync::Arc;

    plain_types!(Arc, #[allow(dead_code, reason = "fields that only take room")]);

    impl Family for StdArc {
        const NAME: &'static str = "std Arc";
        const KEY: &'static str = "arc";
        family_items!(Arc);
    }

    impl Shared for StdArc {
        type Here = Arc<Leaf>;
        fn here(leaf: &Self::Leaf) -> Option<Self::Here> {
            Some(leaf.clone())
        }
    }
}
