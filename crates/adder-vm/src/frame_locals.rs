//! The locals of a frame as a mapping: `locals()` and `f_locals` (PEP 667).

use adder_compiler::code::LocalKind;
use adder_objects::dict::PyDict;
use adder_objects::{Cx, Obj, R, Value};

use crate::cells;
use crate::frame_object::PyFrame;

/// The value of a local of any kind, if it is bound.
fn value_of(frame: &PyFrame, at: usize, kind: LocalKind) -> Option<Value> {
    let value = frame.local(at)?;
    match kind {
        LocalKind::Fast | LocalKind::Hidden => Some(value),
        // Before its `MakeCell` a parameter's register holds the value itself.
        LocalKind::Cell | LocalKind::Free if value.downcast::<adder_objects::cell::PyCell>().is_some() => {
            cells::get(&value)
        }
        LocalKind::Cell | LocalKind::Free => Some(value),
    }
}

/// A new dict of the bound locals: what `locals()` gives in a function.
///
/// # Errors
/// MemoryError.
pub(crate) fn snapshot(cx: &Cx, frame: &PyFrame) -> R<Obj<PyDict>> {
    let dict = cx.dict()?;
    for (at, name, kind) in frame.names() {
        if kind != LocalKind::Hidden
            && let Some(value) = value_of(frame, at, kind)
        {
            dict.set(cx, name, value)?;
        }
    }
    Ok(dict)
}

/// `f_locals` of a function's frame: for now a snapshot of its variables.
pub(crate) fn proxy(cx: &Cx, frame: &Value) -> R {
    match frame.downcast::<PyFrame>() {
        Some(frame) => Ok(snapshot(cx, frame)?.into_value()),
        None => Ok(Value::none()),
    }
}
