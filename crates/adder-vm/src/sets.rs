//! What the loop asks of sets.

use adder_objects::set::PySet;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

/// Adds to a set.
pub(crate) fn add(cx: &Cx, set: &Value, item: &Value) -> R<()> {
    // The compiler adds to sets only; but `__conditional_annotations__` may have been replaced.
    match set.downcast::<PySet>() {
        Some(set) => set.add(cx, item).map(drop),
        None => raise!(cx, exc::SYSTEM_ERROR, "a set is expected, not {}", set.ty().name()),
    }
}
