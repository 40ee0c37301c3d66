//! The attributes and methods of classes: `__name__`, `__bases__`, `__annotations__`, `mro()`, …

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::str::{PyStr, STR_TYPE};
use crate::tuple::PyTuple;
use crate::typeobject::{CFields, GetSet, Method, TypeObject, flag};
use crate::value::Value;

pub(crate) const METHODS: &[Method] = &[
    Method::none("mro", |cx, this| {
        let bases = cx.state(of(this)).bases.get();
        let bases = bases.downcast::<PyTuple>().map_or_else(Vec::new, |bases| bases.items().to_vec());
        Ok(cx.list(crate::class::mro::c3(cx, of(this), &bases)?)?.into_value())
    })
    .doc("($self, /)", "Return a type's method resolution order."),
    Method::none("__subclasses__", |cx, this| {
        // A built-in type joins the list of its base when it is looked at first.
        if !of(this).is_heap() {
            for ty in crate::builtin_types::all() {
                cx.state(ty);
            }
        }
        Ok(cx.list(crate::class::subclasses(cx, of(this)))?.into_value())
    })
    .doc("($self, /)", "Return a list of immediate subclasses."),
    Method::any("__prepare__", |cx, _, _| Ok(cx.dict()?.into_value())).class(),
    Method::one("__instancecheck__", |cx, this, object| Ok(Value::bool(cx.is_instance_by_class(object, this)?)))
        .doc("($self, instance, /)", "Check if an object is an instance."),
    Method::one("__subclasscheck__", |cx, this, class| Ok(Value::bool(cx.is_subclass_by_bases(class, this)?)))
        .doc("($self, subclass, /)", "Check if a class is a subclass."),
    Method::none("__dir__", |cx, this| {
        let names = cx.dict()?;
        crate::object_type::merge_class_names(cx, &names, this)?;
        Ok(cx.list(names.entries().into_iter().map(|(name, _)| name).collect::<Vec<_>>())?.into_value())
    })
    .doc("($self, /)", "Specialized __dir__ implementation for types."),
    Method::none("__sizeof__", |cx, _| cx.int(size_of::<TypeObject>() as i64))
        .doc("($self, /)", "Return memory consumption of the type object."),
];

pub(crate) const GETSET: &[GetSet] = &[
    GetSet::get("__basicsize__", |cx, this| cx.int(of(this).c.tp_basicsize.get() as i64)),
    GetSet::get("__itemsize__", |cx, this| cx.int(of(this).c.tp_itemsize.get() as i64)),
    GetSet::get("__flags__", |cx, this| cx.int((of(this).flags() & 0xFFFF_FFFF) as i64)),
    GetSet::get("__weakrefoffset__", |cx, this| match of(this).c.tp_weaklistoffset.get() {
        0 => cx.int(i64::from(crate::class::layout::is_weak(cx, of(this)))),
        offset => cx.int(offset as i64),
    }),
    GetSet::get("__base__", |_, this| Ok(of(this).base.get().map_or_else(Value::none, TypeObject::value))),
    GetSet::get("__dictoffset__", dict_offset),
    GetSet::both("__name__", name, set_name),
    GetSet::both("__qualname__", qualname, set_qualname),
    GetSet::both("__bases__", |cx, this| Ok(cx.state(of(this)).bases.get()), set_bases),
    GetSet::get("__mro__", |cx, this| Ok(cx.state(of(this)).mro.try_get().unwrap_or_else(Value::none))),
    GetSet::both("__module__", get_module, |cx, this, value| set_plain(cx, this, cx.names.module(), value)),
    GetSet::both("__abstractmethods__", abstract_methods, set_abstract_methods),
    GetSet::get("__dict__", |cx, this| {
        Ok(cx.mapping_proxy(cx.state(of(this)).dict.clone().into_value())?.into_value())
    }),
    GetSet::both("__doc__", doc, |cx, this, value| {
        if value.is_none() {
            return raise!(cx, exc::TYPE_ERROR, "cannot delete '__doc__' attribute of type '{}'", of(this).name());
        }
        set_plain(cx, this, cx.names.doc(), value)
    }),
    GetSet::get("__text_signature__", |_, _| Ok(Value::none())),
    GetSet::both("__annotations__", annotations, set_annotations),
    GetSet::both("__annotate__", annotate, set_annotate),
    GetSet::both("__type_params__", type_params, |cx, this, value| set_plain(cx, this, cx.names.type_params(), value)),
];

fn of(this: &Value) -> &TypeObject {
    // SAFETY: called for types.
    unsafe { this.cast() }
}

fn own(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    cx.state(of(this)).dict.get(cx, name)
}

/// TypeError where the type cannot be changed; what an attribute that cannot be deleted is set to.
fn must_be_mutable<'a>(cx: &Cx, this: &Value, name: &str, value: Option<&'a Value>) -> R<&'a Value> {
    let class = of(this);
    if class.has(flag::IMMUTABLE) {
        return raise!(cx, exc::TYPE_ERROR, "cannot set '{name}' attribute of immutable type '{}'", class.name());
    }
    match value {
        Some(value) => Ok(value),
        // The text is CPython's, also for types that are not immutable.
        None => {
            raise!(cx, exc::TYPE_ERROR, "cannot delete '{name}' attribute of immutable type '{}'", class.name())
        }
    }
}

fn set_plain(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    let text = cx.display(name)?;
    let value = must_be_mutable(cx, this, &text, value)?;
    crate::type_type::set_in_namespace(cx, of(this), name, Some(value))
}

fn name(cx: &Cx, this: &Value) -> R {
    match of(this).spec {
        Some(_) => cx.intern(of(this).short_name()),
        None => Ok(cx.state(of(this)).name.get()),
    }
}

fn set_name(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = must_be_mutable(cx, this, "__name__", value)?;
    let Some(text) = value.downcast::<PyStr>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "can only assign string to {}.__name__, not '{}'",
            of(this).name(),
            value.ty().name()
        );
    };
    if text.chars().iter().any(|c| c == 0) {
        return raise!(cx, exc::VALUE_ERROR, "type name must not contain null characters");
    }
    let value = if value.is_exact(&STR_TYPE) { value.clone() } else { cx.exact_str(value)? };
    cx.state(of(this)).name.set(value);
    Ok(())
}

fn qualname(cx: &Cx, this: &Value) -> R {
    Ok(cx.state(of(this)).qualname.get())
}

fn set_qualname(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = must_be_mutable(cx, this, "__qualname__", value)?;
    if value.downcast::<PyStr>().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "can only assign string to {}.__qualname__, not '{}'",
            of(this).name(),
            value.ty().name()
        );
    }
    cx.state(of(this)).qualname.set(value.clone());
    Ok(())
}

/// `__module__`, if the type has one.
pub(crate) fn module(cx: &Cx, ty: &TypeObject) -> R<Option<Value>> {
    match ty.spec {
        Some(spec) => Ok(Some(cx.intern(spec.module)?)),
        None => cx.state(ty).dict.get(cx, cx.names.module()),
    }
}

fn get_module(cx: &Cx, this: &Value) -> R {
    match module(cx, of(this))? {
        Some(module) => Ok(module),
        None => Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(cx.names.module()))),
    }
}

fn set_bases(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = must_be_mutable(cx, this, "__bases__", value)?;
    crate::class::reclass::set_bases(cx, of(this), value)
}

fn doc(cx: &Cx, this: &Value) -> R {
    if let Some(doc) = of(this).spec.and_then(|spec| spec.doc) {
        return cx.str_value(doc);
    }
    match own(cx, this, cx.names.doc())? {
        Some(doc) => match doc.ty().slots.descr_get.get() {
            Some(get) => get(cx, &doc, None, Some(this)),
            None => Ok(doc),
        },
        None => Ok(Value::none()),
    }
}

fn dict_offset(cx: &Cx, this: &Value) -> R {
    let class = of(this);
    let offset = if class.has(flag::MANAGED_DICT) {
        // Kept by the runtime.
        -1
    } else if class.has(flag::TYPE) {
        // Where C finds the namespace of a class.
        (core::mem::offset_of!(TypeObject, c) + core::mem::offset_of!(CFields, tp_dict)) as i64
    } else {
        i64::from(class.shape.dict_offset.get())
    };
    cx.int(offset)
}

fn abstract_methods(cx: &Cx, this: &Value) -> R {
    let found = if core::ptr::eq(of(this), &crate::typeobject::TYPE_TYPE) {
        None
    } else {
        own(cx, this, cx.names.abstractmethods())?
    };
    match found {
        Some(found) => Ok(found),
        None => Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(cx.names.abstractmethods()))),
    }
}

fn set_abstract_methods(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let class = of(this);
    let name = cx.names.abstractmethods();
    let is_abstract = match value {
        Some(value) => {
            let is_abstract = cx.is_true(value)?;
            must_be_mutable(cx, this, "__abstractmethods__", Some(value))?;
            is_abstract
        }
        None => {
            if own(cx, this, name)?.is_none() {
                return Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(name)));
            }
            false
        }
    };
    crate::type_type::set_in_namespace(cx, class, name, value)?;
    let flags = class.flags() & !flag::ABSTRACT;
    class.c.tp_flags.set(if is_abstract { flags | flag::ABSTRACT } else { flags });
    Ok(())
}

fn no_such_attribute(cx: &Cx, this: &Value, name: &Value) -> crate::Raised {
    cx.no_attribute(this, name)
}

/// `__annotations__`: what is kept, or what `__annotate__` gives, which is then kept.
fn annotations(cx: &Cx, this: &Value) -> R {
    let class = of(this);
    if !class.is_heap() {
        return Err(no_such_attribute(cx, this, cx.names.annotations()));
    }
    for name in [cx.names.annotations(), cx.names.annotations_cache()] {
        if let Some(found) = own(cx, this, name)? {
            return match found.ty().slots.descr_get.get() {
                Some(get) => get(cx, &found, None, Some(this)),
                None => Ok(found),
            };
        }
    }
    let annotate = annotate(cx, this)?;
    let made = if annotate.is_none() {
        cx.dict()?.into_value()
    } else {
        let made = cx.call(&annotate, &[Value::small(1)])?;
        if made.downcast::<PyDict>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "__annotate__() must return a dict, not {}", made.ty().name());
        }
        made
    };
    crate::type_type::set_in_namespace(cx, class, cx.names.annotations_cache(), Some(&made))?;
    Ok(made)
}

fn set_annotations(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let class = of(this);
    if class.has(flag::IMMUTABLE) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "cannot set '__annotations__' attribute of immutable type '{}'",
            class.name()
        );
    }
    let mut found = false;
    for name in [cx.names.annotations(), cx.names.annotations_cache()] {
        found |= remove(cx, class, name)?;
    }
    match value {
        Some(value) => {
            crate::type_type::set_in_namespace(cx, class, cx.names.annotations_cache(), Some(value))?;
        }
        None if !found => {
            return Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(cx.names.annotations())));
        }
        None => {}
    }
    for name in [cx.names.annotate(), cx.names.annotate_func()] {
        remove(cx, class, name)?;
    }
    Ok(())
}

/// Removes what the namespace of a class holds under a name, if anything.
fn remove(cx: &Cx, class: &TypeObject, name: &Value) -> R<bool> {
    if cx.state(class).dict.get(cx, name)?.is_none() {
        return Ok(false);
    }
    crate::type_type::set_in_namespace(cx, class, name, None)?;
    Ok(true)
}

fn annotate(cx: &Cx, this: &Value) -> R {
    let class = of(this);
    if !class.is_heap() {
        return Err(no_such_attribute(cx, this, cx.names.annotate()));
    }
    for name in [cx.names.annotate_func(), cx.names.annotate()] {
        if let Some(found) = own(cx, this, name)? {
            return match found.ty().slots.descr_get.get() {
                Some(get) => get(cx, &found, None, Some(this)),
                None => Ok(found),
            };
        }
    }
    crate::type_type::set_in_namespace(cx, class, cx.names.annotate_func(), Some(&Value::none()))?;
    Ok(Value::none())
}

fn set_annotate(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let class = of(this);
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "cannot delete __annotate__ attribute");
    };
    if class.has(flag::IMMUTABLE) {
        return raise!(cx, exc::TYPE_ERROR, "cannot set '__annotate__' attribute of immutable type '{}'", class.name());
    }
    if !value.is_none() && value.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "__annotate__ must be callable or None");
    }
    crate::type_type::set_in_namespace(cx, class, cx.names.annotate_func(), Some(value))?;
    if !value.is_none() {
        for name in [cx.names.annotations(), cx.names.annotations_cache()] {
            remove(cx, class, name)?;
        }
    }
    Ok(())
}

fn type_params(cx: &Cx, this: &Value) -> R {
    match own(cx, this, cx.names.type_params())? {
        Some(found) => Ok(found),
        None => Ok(cx.tuple([])?.into_value()),
    }
}

/// `type.__repr__`
pub(crate) fn repr(cx: &Cx, this: &Value) -> R {
    let name = crate::object_type::full_name(cx, of(this))?;
    Ok(cx.str_from_fmt(format_args!("<class '{name}'>"))?.into_value())
}
