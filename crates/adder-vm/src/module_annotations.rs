//! `module.__annotations__` and `module.__annotate__`: made when somebody asks, and kept in the module's dict.

use adder_objects::dict::PyDict;
use adder_objects::typeobject::GetSet;
use adder_objects::{Cx, Obj, R, Value, exceptions as exc, raise};

use crate::module::dict_of;

pub(crate) const GETSET: [GetSet; 2] = [
    GetSet::both("__annotations__", get_annotations, set_annotations),
    GetSet::both("__annotate__", get_annotate, set_annotate),
];

/// What `__annotate__` is asked for: the annotations as values.
const VALUES: i64 = 1;

fn dict(cx: &Cx, this: &Value) -> R<Obj<PyDict>> {
    match dict_of(this) {
        Some(dict) => Ok(dict),
        None => raise!(cx, exc::TYPE_ERROR, "<module>.__dict__ is not a dictionary"),
    }
}

fn is_callable(value: &Value) -> bool {
    value.ty().slots.call.get().is_some()
}

fn get_annotations(cx: &Cx, this: &Value) -> R {
    let dict = dict(cx, this)?;
    if let Some(known) = dict.get_text(cx, "__annotations__")? {
        return Ok(known);
    }
    let made = match dict.get_text(cx, "__annotate__")?.filter(is_callable) {
        Some(annotate) => {
            let made = cx.call(&annotate, &[Value::small(VALUES)])?;
            if made.downcast::<PyDict>().is_none() {
                return raise!(cx, exc::TYPE_ERROR, "__annotate__() must return a dict, not {}", made.ty().name());
            }
            made
        }
        None => cx.dict()?.into_value(),
    };
    // While the module's body runs there may be more of them later.
    let spec = dict.get(cx, cx.names.spec())?;
    if !spec.map_or(Ok(false), |spec| crate::deferred::is_initializing(cx, &spec))? {
        dict.set_text(cx, "__annotations__", made.clone())?;
    }
    Ok(made)
}

fn set_annotations(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let dict = dict(cx, this)?;
    match value {
        Some(value) => dict.set_text(cx, "__annotations__", value.clone())?,
        None if dict.remove(cx, &cx.intern("__annotations__")?)?.is_some() => {}
        None => return raise!(cx, exc::ATTRIBUTE_ERROR, "__annotations__"),
    }
    dict.remove(cx, &cx.intern("__annotate__")?).map(drop)
}

fn get_annotate(cx: &Cx, this: &Value) -> R {
    let dict = dict(cx, this)?;
    match dict.get_text(cx, "__annotate__")? {
        Some(known) => Ok(known),
        None => {
            dict.set_text(cx, "__annotate__", Value::none())?;
            Ok(Value::none())
        }
    }
}

fn set_annotate(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let dict = dict(cx, this)?;
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "cannot delete __annotate__ attribute");
    };
    if !value.is_none() && !is_callable(value) {
        return raise!(cx, exc::TYPE_ERROR, "__annotate__ must be callable or None");
    }
    dict.set_text(cx, "__annotate__", value.clone())?;
    if !value.is_none() {
        dict.remove(cx, &cx.intern("__annotations__")?)?;
    }
    Ok(())
}
