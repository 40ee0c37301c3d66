//! `hybrid_rc`: biased counting with the bias in the type of the handle.

use crate::peers::Family;

/// `hybrid_rc::Rc`, the handle of the owning thread.
pub struct HybridLocal;

/// `hybrid_rc::Arc`, the handle of everybody else.
pub struct HybridShared;

mod local {
    use super::{Family, HybridLocal};
    use crate::peers::{family_items, plain_types};
    use hybrid_rc::Rc;

    plain_types!(Rc, #[allow(dead_code, reason = "fields that only take room")]);

    impl Family for HybridLocal {
        const NAME: &'static str = "hybrid-rc Rc";
        const KEY: &'static str = "hybrid-rc";
        family_items!(Rc);
    }
}

mod shared {
    use super::{Family, HybridShared};
    use crate::peers::{Shared, family_items, plain_types};
    use hybrid_rc::{Arc, Rc};

    plain_types!(Arc, #[allow(dead_code, reason = "fields that only take room")]);

    impl Family for HybridShared {
        const NAME: &'static str = "hybrid-rc Arc";
        const KEY: &'static str = "hybrid-rc";
        family_items!(Arc);
    }

    impl Shared for HybridShared {
        type Here = Rc<Leaf>;
        fn here(leaf: &Self::Leaf) -> Option<Self::Here> {
            Arc::to_local(leaf)
        }
    }
}
