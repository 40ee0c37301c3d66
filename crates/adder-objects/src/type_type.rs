//! `type` and `object`.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::functions;
use crate::tuple::PyTuple;
use crate::typeobject::{Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `object`
pub static OBJECT_TYPE: TypeObject = TypeObject::builtin(&OBJECT_SPEC, &raw const OBJECT_TYPE);
static OBJECT_SPEC: Spec = Spec {
    slots: Slots {
        getattr: slot(crate::attributes::generic_getattr),
        setattr: slot(crate::attributes::generic_setattr),
        ..Slots::NONE
    },
    ..crate::builtin_types::root("object", None)
};

/// `type`
pub static TYPE_TYPE: TypeObject = TypeObject::builtin(&TYPE_SPEC, &raw const TYPE_TYPE);
static TYPE_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE | flag::TYPE | flag::MATCH_SELF,
    size: size_of::<TypeObject>(),
    weak: true,
    functions: functions::<TypeObject>(true, true),
    slots: Slots { call: slot(type_call), getattr: slot(type_getattr), ..Slots::NONE },
    ..crate::builtin_types::root("type", Some(&OBJECT_TYPE))
};

/// Calling a class: `__new__`, then `__init__` if that gave an instance of the class.
fn type_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for types.
    let class = unsafe { this.cast::<TypeObject>() };
    if core::ptr::eq(class, &TYPE_TYPE) && args.names().is_none() && args.given().len() == 1 {
        return Ok(args.given()[0].ty().value());
    }
    let Some(new) = class.slots.new.get().filter(|_| !class.has(flag::DISALLOW_INSTANTIATION)) else {
        return raise!(cx, exc::TYPE_ERROR, "cannot create '{}' instances", class.name());
    };
    let made = new(cx, class, args)?;
    if made.is_object()
        && made.is_instance(class)
        && let Some(init) = made.ty().slots.init.get()
    {
        init(cx, &made, args)?;
    }
    Ok(made)
}

/// An attribute of a class: data descriptors of the metatype, then the class's own order of resolution, then the metatype's.
fn type_getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    // SAFETY: called for types.
    let class = unsafe { this.cast::<TypeObject>() };
    let meta = class.c.head_type();
    let of_meta = cx.lookup(meta, name)?;
    if let Some(attribute) = &of_meta {
        let slots = &attribute.ty().slots;
        if let (Some(get), Some(_)) = (slots.descr_get.get(), slots.descr_set.get()) {
            return get(cx, attribute, Some(this), Some(&meta.value())).map(Some);
        }
    }
    if let Some(attribute) = cx.lookup(class, name)? {
        return match attribute.ty().slots.descr_get.get() {
            Some(get) => get(cx, &attribute, None, Some(this)).map(Some),
            None => Ok(Some(attribute)),
        };
    }
    match of_meta {
        Some(attribute) => match attribute.ty().slots.descr_get.get() {
            Some(get) => get(cx, &attribute, Some(this), Some(&meta.value())).map(Some),
            None => Ok(Some(attribute)),
        },
        None => Ok(None),
    }
}

/// The classes in the order of resolution of a type.
pub fn mro<'a>(cx: &'a Cx, ty: &'a TypeObject) -> Option<crate::Obj<PyTuple>> {
    cx.state(ty).mro.try_get()?.try_into_obj::<PyTuple>().ok()
}
