//! What the loop asks of sets.

use adder_objects::set::PySet;
use adder_objects::{Cx, R, Value};

/// Adds to a set.
pub(crate) fn add(cx: &Cx, set: &Value, item: &Value) -> R<()> {
    // SAFETY: the compiler adds to sets only.
    unsafe { set.cast::<PySet>() }.add(cx, item).map(drop)
}
