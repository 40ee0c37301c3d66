//! `super`: look-up that goes on behind a class in the order of resolution.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::typeobject::{TypeObject, flag};
use crate::value::Value;

/// The class whose order of resolution `super(class, object)` follows: the object itself if it is a class derived from `class`,
/// else its type.
///
/// # Errors
/// TypeError if it has nothing to do with the class.
pub fn start_of(cx: &Cx, class: &TypeObject, object: &Value) -> R {
    if let Some(derived) = object.downcast::<TypeObject>()
        && derived.is_subtype(class)
    {
        return Ok(object.clone());
    }
    if object.ty().is_subtype(class) {
        return Ok(object.ty().value());
    }
    if let Some(said) = cx.getattr_opt(object, cx.names.class())?
        && let Some(derived) = said.downcast::<TypeObject>()
        && !core::ptr::eq(derived, object.ty())
        && derived.is_subtype(class)
    {
        return Ok(said);
    }
    let (kind, name) = match object.downcast::<TypeObject>() {
        Some(derived) => ("type", derived.name()),
        None => ("instance of", object.ty().name()),
    };
    raise!(
        cx,
        exc::TYPE_ERROR,
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({}).",
        class.name()
    )
}

/// What the namespaces behind `class` in the order of resolution of `start` hold under a name: not bound.
fn behind(cx: &Cx, class: &TypeObject, start: &Value, name: &Value) -> R<Option<Value>> {
    let Some(mro) = start.downcast::<TypeObject>().and_then(|start| crate::type_type::mro(cx, start)) else {
        return Ok(None);
    };
    let classes = mro.items();
    let Some(at) = classes.iter().position(|c| c.bits() == core::ptr::from_ref(class).addr()) else { return Ok(None) };
    for next in classes[at + 1..].iter().filter_map(Value::downcast::<TypeObject>) {
        if let Some(found) = cx.state(next).dict.get(cx, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// `super(class, object).name`, without what the super object itself has; `None` if no class behind `class` has it.
///
/// # Errors
/// TypeError if the object has nothing to do with the class; what descriptors raise.
pub fn lookup_super(cx: &Cx, class: &TypeObject, object: &Value, name: &Value) -> R<Option<Value>> {
    if name.is(cx.names.class()) {
        return Ok(None);
    }
    let start = start_of(cx, class, object)?;
    lookup_from(cx, class, object, &start, name)
}

pub(crate) fn lookup_from(
    cx: &Cx,
    class: &TypeObject,
    object: &Value,
    start: &Value,
    name: &Value,
) -> R<Option<Value>> {
    let Some(found) = behind(cx, class, start, name)? else { return Ok(None) };
    match found.ty().slots.descr_get.get() {
        Some(get) => get(cx, &found, Some(object).filter(|object| !object.is(start)), Some(start)).map(Some),
        None => Ok(Some(found)),
    }
}

/// The same for a call: a function that takes the object first is not bound, the object comes beside it.
///
/// # Errors
/// As for [`lookup_super`].
pub fn lookup_super_method(
    cx: &Cx,
    class: &TypeObject,
    object: &Value,
    name: &Value,
) -> R<Option<(Value, Option<Value>)>> {
    if name.is(cx.names.class()) {
        return Ok(None);
    }
    let start = start_of(cx, class, object)?;
    let Some(found) = behind(cx, class, &start, name)? else { return Ok(None) };
    let of_class = object.is(&start);
    if found.ty().has(flag::METHOD_DESCRIPTOR) && !of_class {
        return Ok(Some((found, Some(object.clone()))));
    }
    match found.ty().slots.descr_get.get() {
        Some(get) => {
            let bound = get(cx, &found, Some(object).filter(|_| !of_class), Some(&start))?;
            Ok(Some((bound, None)))
        }
        None => Ok(Some((found, None))),
    }
}
