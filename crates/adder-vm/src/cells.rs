//! Cells: variables that inner functions share.

use adder_objects::cell::PyCell;
use adder_objects::{Cx, R, Value};

/// A new cell with this content (or nothing: *unbound*).
pub(crate) fn cell(cx: &Cx, content: Value) -> R {
    let content = if content.is_unbound() { Value::UNSET } else { content };
    Ok(cx.cell(content)?.into_value())
}

/// The content.
#[inline(always)]
pub(crate) fn get(cell: &Value) -> Option<Value> {
    // SAFETY: the compiler uses cells as cells.
    unsafe { cell.cast::<PyCell>() }.contents.try_get()
}

/// Replaces the content; the old one is released after.
#[inline(always)]
pub(crate) fn set(cell: &Value, value: Value) {
    // SAFETY: as above.
    unsafe { cell.cast::<PyCell>() }.contents.set(value);
}

/// Empties a cell; false if it was empty.
pub(crate) fn delete(cell: &Value) -> bool {
    // SAFETY: as above.
    unsafe { cell.cast::<PyCell>() }.contents.take().is_some()
}
