//! `type`: calling classes, attributes of classes.

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::functions;
use crate::tuple::PyTuple;
use crate::typeobject::{Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

pub use crate::object_type::OBJECT_TYPE;

/// `type`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyType_Type")]
pub static TYPE_TYPE: TypeObject = TypeObject::builtin(&TYPE_SPEC, &raw const TYPE_TYPE);
static TYPE_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE | flag::TYPE,
    size: size_of::<TypeObject>(),
    weak: true,
    functions: functions::<TypeObject>(true, true),
    slots: {
        let mut slots = Slots {
            call: slot(type_call),
            getattr: slot(type_getattr),
            setattr: slot(type_setattr),
            new: slot(crate::class::new),
            init: slot(type_init),
            repr: slot(crate::type_attributes::repr),
            ..Slots::NONE
        };
        slots.binary[number::OR] = slot(crate::union_type::or);
        slots
    },
    methods: crate::type_attributes::METHODS,
    getset: crate::type_attributes::GETSET,
    ..crate::builtin_types::root("type", Some(&OBJECT_TYPE))
};

/// Calling a class: `__new__`, then `__init__` if that gave an instance of the class.
pub fn type_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for types.
    let class = unsafe { this.cast::<TypeObject>() };
    if core::ptr::eq(class, &TYPE_TYPE) {
        if args.names().is_none() && args.given().len() == 1 {
            return Ok(args.given()[0].ty().value());
        }
        if args.given().len() != 3 {
            return raise!(cx, exc::TYPE_ERROR, "type() takes 1 or 3 arguments");
        }
    }
    if !class.c.tp_vectorcall.get().is_null()
        && let Some(make) = cx.hooks.foreign_make.get()
    {
        return make(cx, class, args);
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

fn type_init(cx: &Cx, _: &Value, args: Args<'_>) -> R<()> {
    if args.names().is_some() && args.given().len() == 1 {
        return raise!(cx, exc::TYPE_ERROR, "type.__init__() takes no keyword arguments");
    }
    if args.given().len() != 1 && args.given().len() != 3 {
        return raise!(cx, exc::TYPE_ERROR, "type.__init__() takes 1 or 3 arguments");
    }
    Ok(())
}

/// An attribute of a class: data descriptors of the metatype, then the class's own order of resolution, then the metatype's.
pub fn type_getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
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

/// `class.name = value`, `del class.name`.
fn type_setattr(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    // SAFETY: called for types.
    let class = unsafe { this.cast::<TypeObject>() };
    crate::dunder::wrapper::check_name(cx, name)?;
    if class.has(flag::IMMUTABLE) {
        let name = cx.display(name)?;
        return raise!(cx, exc::TYPE_ERROR, "cannot set '{name}' attribute of immutable type '{}'", class.name());
    }
    let name = &cx.intern_value(name.clone());
    if let Some(attribute) = cx.lookup(class.c.head_type(), name)?
        && let Some(set) = attribute.ty().slots.descr_set.get()
    {
        return set(cx, &attribute, this, value);
    }
    set_in_namespace(cx, class, name, value)
}

/// Sets or deletes what the namespace of a class holds under a name. Caches and slots follow.
///
/// # Errors
/// AttributeError if there is nothing to delete.
pub fn set_in_namespace(cx: &Cx, class: &TypeObject, name: &Value, value: Option<&Value>) -> R<()> {
    let dict = cx.state(class).dict.clone();
    // The old value lives until nothing cached refers to it any more.
    let old = dict.get(cx, name)?;
    cx.type_changed(class);
    match value {
        Some(value) => dict.set(cx, name, value.clone())?,
        None => {
            if dict.remove(cx, name)?.is_none() {
                return Err(cx.no_attribute(&class.value(), name));
            }
        }
    }
    cx.type_changed(class);
    crate::dunder::fill::changed(cx, class, name)?;
    drop(old);
    Ok(())
}

/// The classes in the order of resolution of a type.
pub fn mro<'a>(cx: &'a Cx, ty: &'a TypeObject) -> Option<crate::Obj<PyTuple>> {
    cx.state(ty).mro.try_get()?.try_into_obj::<PyTuple>().ok()
}
