//! What built-in functions, methods and descriptors show of themselves: names, documentation, reprs, equality.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::function::{PyBuiltin, PyClassMethodDescriptor, PyGetSet, PyMember, PyMethod, PyMethodDescriptor};
use crate::object::Slot;
use crate::object_type::address_hash;
use crate::str::PyStr;
use crate::typeobject::{CompareOp, GetSet, Member, MemberKind, Method, OBJECT_TYPE, TypeObject};
use crate::value::Value;

fn text(cx: &Cx, text: Option<&'static str>) -> R {
    match text {
        Some(text) => cx.str_value(text),
        None => Ok(Value::none()),
    }
}

fn owner(slot: &Slot) -> &TypeObject {
    // SAFETY: set once, when the descriptor was made; emptied only when it is garbage.
    unsafe { slot.peek().downcast().unwrap_or(&OBJECT_TYPE) }
}

/// `Class.name`
fn qualified(cx: &Cx, class: &TypeObject, name: &str) -> R {
    let qualname = cx.state(class).qualname.get();
    Ok(cx.str_from_fmt(format_args!("{}.{name}", cx.display(&qualname)?))?.into_value())
}

fn equality(op: CompareOp, equal: bool) -> Value {
    match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::not_implemented(),
    }
}

// Built-in functions.

fn builtin(this: &Value) -> &PyBuiltin {
    // SAFETY: called for built-in functions.
    unsafe { this.cast() }
}

/// What a built-in method is bound to; nothing for a function of a module.
fn bound_to(this: &Value) -> Option<Value> {
    builtin(this).this.try_get().filter(|this| !this.is_none() && this.ty().name() != "module")
}

pub(crate) const BUILTIN: &[GetSet] = &[
    GetSet::get("__name__", |cx, this| cx.intern(builtin(this).method.name)),
    GetSet::get("__qualname__", |cx, this| {
        let name = builtin(this).method.name;
        match bound_to(this) {
            None => cx.intern(name),
            Some(receiver) => match receiver.downcast::<TypeObject>() {
                Some(class) => qualified(cx, class, name),
                None => qualified(cx, receiver.ty(), name),
            },
        }
    }),
    GetSet::get("__self__", |_, this| Ok(builtin(this).this.try_get().unwrap_or_else(Value::none))),
    GetSet::get("__doc__", |cx, this| text(cx, builtin(this).method.doc)),
    GetSet::get("__text_signature__", |cx, this| text(cx, builtin(this).method.signature)),
];

pub(crate) const BUILTIN_MEMBERS: &[Member] = &[Member {
    name: "__module__",
    kind: MemberKind::Object,
    offset: core::mem::offset_of!(PyBuiltin, module),
    read_only: false,
}];

pub(crate) const BUILTIN_METHODS: &[Method] = &[Method::none("__reduce__", |cx, this| match bound_to(this) {
    None => cx.intern(builtin(this).method.name),
    Some(receiver) => {
        let builtins = cx.import("builtins")?;
        let args = cx.tuple([receiver, cx.intern(builtin(this).method.name)?])?;
        Ok(cx.tuple([cx.getattr_text(&builtins, "getattr")?, args.into_value()])?.into_value())
    }
})];

pub(crate) fn builtin_repr(cx: &Cx, this: &Value) -> R {
    let name = builtin(this).method.name;
    let text = match bound_to(this) {
        None => cx.str_from_fmt(format_args!("<built-in function {name}>"))?,
        Some(receiver) => {
            let (class, at) = (receiver.ty().name(), receiver.bits());
            cx.str_from_fmt(format_args!("<built-in method {name} of {class} object at {at:#x}>"))?
        }
    };
    Ok(text.into_value())
}

pub(crate) fn builtin_compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (a.downcast::<PyBuiltin>(), b.downcast::<PyBuiltin>()) else {
        return Ok(Value::not_implemented());
    };
    Ok(equality(op, core::ptr::eq(a.method, b.method) && a.this.get().is(&b.this.get())))
}

pub(crate) fn builtin_hash(_: &Cx, this: &Value) -> R<i64> {
    let it = builtin(this);
    let hash = address_hash(&it.this.get()) ^ core::ptr::from_ref(it.method).addr() as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

// Descriptors of methods.

fn method_descriptor(this: &Value) -> (&'static Method, &TypeObject) {
    match this.downcast::<PyMethodDescriptor>() {
        Some(it) => (it.method, owner(&it.owner)),
        None => {
            // SAFETY: called for these two types.
            let it = unsafe { this.cast::<PyClassMethodDescriptor>() };
            (it.method, owner(&it.owner))
        }
    }
}

pub(crate) const METHOD_DESCRIPTOR: &[GetSet] = &[
    GetSet::get("__name__", |cx, this| cx.intern(method_descriptor(this).0.name)),
    GetSet::get("__qualname__", |cx, this| {
        let (method, class) = method_descriptor(this);
        qualified(cx, class, method.name)
    }),
    GetSet::get("__objclass__", |_, this| Ok(method_descriptor(this).1.value())),
    GetSet::get("__doc__", |cx, this| text(cx, method_descriptor(this).0.doc)),
    GetSet::get("__text_signature__", |cx, this| text(cx, method_descriptor(this).0.signature)),
];

pub(crate) fn method_descriptor_repr(cx: &Cx, this: &Value) -> R {
    let (method, class) = method_descriptor(this);
    Ok(cx.str_from_fmt(format_args!("<method '{}' of '{}' objects>", method.name, class.name()))?.into_value())
}

/// How descriptors are pickled: found again in their class.
pub(crate) const DESCRIPTOR_METHODS: &[Method] = &[Method::none("__reduce__", |cx, this| {
    let builtins = cx.import("builtins")?;
    let class = cx.getattr(this, cx.names.objclass())?;
    let args = cx.tuple([class, cx.getattr(this, cx.names.name())?])?;
    Ok(cx.tuple([cx.getattr_text(&builtins, "getattr")?, args.into_value()])?.into_value())
})];

// Descriptors of attributes.

fn getset(this: &Value) -> &PyGetSet {
    // SAFETY: called for these descriptors.
    unsafe { this.cast() }
}

pub(crate) const GETSET: &[GetSet] = &[
    GetSet::get("__name__", |cx, this| cx.intern(getset(this).getset.name)),
    GetSet::get("__qualname__", |cx, this| qualified(cx, owner(&getset(this).owner), getset(this).getset.name)),
    GetSet::get("__objclass__", |_, this| Ok(owner(&getset(this).owner).value())),
    GetSet::get("__doc__", |cx, this| text(cx, getset(this).getset.doc)),
];

pub(crate) fn getset_repr(cx: &Cx, this: &Value) -> R {
    let (name, class) = (getset(this).getset.name, owner(&getset(this).owner).name());
    Ok(cx.str_from_fmt(format_args!("<attribute '{name}' of '{class}' objects>"))?.into_value())
}

fn member(this: &Value) -> &PyMember {
    // SAFETY: called for these descriptors.
    unsafe { this.cast() }
}

pub(crate) const MEMBER: &[GetSet] = &[
    GetSet::get("__name__", |_, this| Ok(member(this).name.get())),
    GetSet::get("__qualname__", |cx, this| {
        let name = cx.display(&member(this).name.get())?;
        qualified(cx, owner(&member(this).owner), &name)
    }),
    GetSet::get("__objclass__", |_, this| Ok(owner(&member(this).owner).value())),
    GetSet::get("__doc__", |cx, this| text(cx, member(this).foreign.and_then(|(shown, _)| shown.doc))),
];

pub(crate) fn member_repr(cx: &Cx, this: &Value) -> R {
    let (name, class) = (cx.display(&member(this).name.get())?, owner(&member(this).owner).name());
    Ok(cx.str_from_fmt(format_args!("<member '{name}' of '{class}' objects>"))?.into_value())
}

// Bound methods.

fn method(this: &Value) -> &PyMethod {
    // SAFETY: called for bound methods.
    unsafe { this.cast() }
}

pub(crate) const METHOD: &[GetSet] = &[
    GetSet {
        name: "__func__",
        get: |_, this| Ok(method(this).function.get()),
        set: None,
        doc: Some("the function (or other callable) implementing a method"),
    },
    GetSet {
        name: "__self__",
        get: |_, this| Ok(method(this).this.get()),
        set: None,
        doc: Some("the instance to which a method is bound"),
    },
    GetSet::get("__doc__", |cx, this| {
        Ok(cx.getattr_opt(&method(this).function.get(), cx.names.doc())?.unwrap_or_else(Value::none))
    }),
];

pub(crate) const METHOD_METHODS: &[Method] = &[Method::none("__reduce__", |cx, this| {
    let builtins = cx.import("builtins")?;
    let (function, receiver) = (method(this).function.get(), method(this).this.get());
    let args = cx.tuple([receiver, cx.getattr(&function, cx.names.name())?])?;
    Ok(cx.tuple([cx.getattr_text(&builtins, "getattr")?, args.into_value()])?.into_value())
})];

pub(crate) fn method_new(cx: &Cx, _: &TypeObject, args: crate::Args<'_>) -> R {
    let [function, this] = args.exactly::<2>(cx, "method")?;
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "first argument must be callable");
    }
    if this.is_none() {
        return raise!(cx, exc::TYPE_ERROR, "instance must not be None");
    }
    Ok(cx.bound_method(function.clone(), this.clone())?.into_value())
}

/// What a bound method does not have itself, its function may.
pub(crate) fn method_getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    if let Some(attribute) = cx.lookup(this.ty(), name)? {
        return match attribute.ty().slots.descr_get.get() {
            Some(get) => get(cx, &attribute, Some(this), Some(&this.ty().value())).map(Some),
            None => Ok(Some(attribute)),
        };
    }
    let function = method(this).function.get();
    match function.ty().slots.getattr.get() {
        Some(get) => match get(cx, &function, name)? {
            Some(value) => Ok(Some(value)),
            // The function is what has no such attribute.
            None => Err(cx.no_attribute(&function, name)),
        },
        None => Ok(None),
    }
}

pub(crate) fn method_repr(cx: &Cx, this: &Value) -> R {
    let (function, receiver) = (method(this).function.get(), method(this).this.get());
    let mut name = "?".to_owned();
    for attribute in [cx.names.qualname(), cx.names.name()] {
        if let Some(found) = cx.getattr_opt(&function, attribute)? {
            if let Some(text) = found.downcast::<PyStr>() {
                name = text.to_lossy().into_owned();
            }
            break;
        }
    }
    let receiver = cx.repr(&receiver)?.to_lossy().into_owned();
    Ok(cx.str_from_fmt(format_args!("<bound method {name} of {receiver}>"))?.into_value())
}

/// Equal if the functions are, and both are bound to the same object.
pub(crate) fn method_compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyMethod>(), b.downcast::<PyMethod>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let same = x.this.get().is(&y.this.get());
    let equal = same && cx.equals(&x.function.get(), &y.function.get())?;
    Ok(equality(op, equal))
}

pub(crate) fn method_hash(cx: &Cx, this: &Value) -> R<i64> {
    let hash = address_hash(&method(this).this.get()) ^ cx.hash(&method(this).function.get())?;
    Ok(if hash == -1 { -2 } else { hash })
}

pub(crate) fn method_get(_: &Cx, this: &Value, _: Option<&Value>, _: Option<&Value>) -> R {
    Ok(this.clone())
}
