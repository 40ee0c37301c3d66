//! What is to be done about a warning: the filters, and registries of what was warned of before.

use adder_objects::dict::PyDict;
use adder_objects::list::PyList;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::issue::of_library;
use super::{DEFAULT_ACTION, context, filters, once};
use crate::vm::Vm;

/// The action for a warning, and the filter that says so (None where none does).
pub(super) fn action(cx: &Cx, category: &Value, text: &Value, line: i64, module: &Value) -> R<(Value, Value)> {
    let of_context = filters_of_context(cx)?;
    let all = match of_context {
        Some(list) if list.downcast::<PyList>().is_some() => list,
        Some(_) => {
            return raise!(cx, exc::VALUE_ERROR, "_filters of warnings._warnings_context must be a list");
        }
        None => match of_library(cx, "filters", false)? {
            Some(list) if list.downcast::<PyList>().is_some() => list,
            Some(_) => return raise!(cx, exc::VALUE_ERROR, "warnings.filters must be a list"),
            None => filters(cx)?,
        },
    };
    if let Some(list) = all.downcast::<PyList>() {
        let mut at = 0;
        // The list may change while messages are compared.
        while let Some(item) = list.get(at) {
            if let Some(action) = applies(cx, &item, at, category, text, line, module)? {
                return Ok((action, item));
            }
            at += 1;
        }
    }
    let action = match of_library(cx, "defaultaction", false)? {
        Some(action) if action.downcast::<PyStr>().is_some() => action,
        Some(other) => {
            let name = other.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "warnings.defaultaction must be a string, not '{name}'");
        }
        None => cx.intern(DEFAULT_ACTION)?,
    };
    Ok((action, Value::none()))
}

/// The filters of the context that is current, where contexts have some.
fn filters_of_context(cx: &Cx) -> R<Option<Value>> {
    let flag = |(name, value): &(_, i64)| *name == "context_aware_warnings" && *value != 0;
    if !Vm::of(cx).options.flags.iter().any(flag) {
        return Ok(None);
    }
    let get = cx.getattr_text(&context(cx)?, "get")?;
    let current = cx.call(&get, &[Value::none()])?;
    if current.is_none() {
        return Ok(None);
    }
    cx.getattr_text(&current, "_filters").map(Some)
}

/// The action of a filter, if it is one for this warning.
fn applies(
    cx: &Cx,
    item: &Value,
    at: usize,
    category: &Value,
    text: &Value,
    line: i64,
    module: &Value,
) -> R<Option<Value>> {
    let parts = item.downcast::<PyTuple>().map(PyTuple::items);
    let Some([action, message, of, where_, on]) = parts else {
        return raise!(cx, exc::VALUE_ERROR, "warnings.filters item {at} isn't a 5-tuple");
    };
    if action.downcast::<PyStr>().is_none() {
        let name = action.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "action must be a string, not '{name}'");
    }
    let applies = matches(cx, message, text)?
        && matches(cx, where_, module)?
        && cx.is_subclass(category, of)?
        && matches!(cx.index_to_isize(on, Some(&exc::OVERFLOW_ERROR))? as i64, on if on == 0 || on == line);
    Ok(applies.then(|| action.clone()))
}

/// Does a part of a filter (None, text, or a compiled expression) fit?
fn matches(cx: &Cx, pattern: &Value, text: &Value) -> R<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.downcast_exact::<PyStr>().is_some() {
        return cx.equals(pattern, text);
    }
    let found = cx.call(&cx.getattr_text(pattern, "match")?, core::slice::from_ref(text))?;
    cx.is_true(&found)
}

/// The registry of what is shown once only.
pub(super) fn once_registry(cx: &Cx) -> R {
    match of_library(cx, "onceregistry", false)? {
        Some(registry) if registry.downcast::<PyDict>().is_some() => Ok(registry),
        Some(other) => {
            let name = other.ty().name();
            raise!(cx, exc::TYPE_ERROR, "warnings.onceregistry must be a dict, not '{name}'")
        }
        None => once(cx),
    }
}

/// Was this warned of? It is noted if that is wanted. A registry from before the filters changed is emptied first.
pub(super) fn was_warned(cx: &Cx, registry: &Value, key: &Value, note: bool) -> R<bool> {
    let Some(registry) = registry.downcast::<PyDict>() else { return Ok(false) };
    let version = Vm::of(cx).state.warnings.version.get();
    let name = cx.intern("version")?;
    if registry.get(cx, &name)?.and_then(|known| known.as_i64()) != Some(version) {
        registry.clear_all();
        registry.set(cx, &name, Value::small(version))?;
    } else if let Some(known) = registry.get(cx, key)?
        && cx.is_true(&known)?
    {
        return Ok(true);
    }
    if note {
        registry.set(cx, key, Value::bool(true))?;
    }
    Ok(false)
}
