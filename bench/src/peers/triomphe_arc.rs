//! `triomphe::Arc`: an `Arc` without weak references.

use crate::peers::{Family, Shared, family_items, plain_types};
use triomphe::Arc;

plain_types!(Arc, #[allow(dead_code, reason = "fields that only take room")]);

/// `triomphe::Arc`.
pub struct Triomphe;

impl Family for Triomphe {
    const NAME: &'static str = "triomphe";
    const KEY: &'static str = "triomphe";
    family_items!(Arc);
}

impl Shared for Triomphe {
    type Here = Arc<Leaf>;
    fn here(leaf: &Self::Leaf) -> Option<Self::Here> {
        Some(leaf.clone())
    }
}
