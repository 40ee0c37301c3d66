//! `super`: look-up that goes on behind a class in the order of resolution.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Member, MemberKind, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
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

/// `super`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PySuper_Type")]
pub static SUPER_TYPE: TypeObject = TypeObject::builtin(&SUPER_SPEC, &raw const SUPER_TYPE);
static SUPER_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE,
    size: size_of::<PySuper>(),
    functions: functions::<PySuper>(true, true),
    slots: Slots {
        new: slot(new),
        init: slot(init),
        repr: slot(repr),
        getattr: slot(getattr),
        descr_get: slot(descr_get),
        ..Slots::NONE
    },
    members: &[
        member("__thisclass__", core::mem::offset_of!(PySuper, class)),
        member("__self__", core::mem::offset_of!(PySuper, object)),
        member("__self_class__", core::mem::offset_of!(PySuper, start)),
    ],
    doc: Some("Attributes as the classes behind one have them, in the order of resolution of an object or a class."),
    ..Spec::new("super", &OBJECT_TYPE)
};

const fn member(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only: true }
}

/// Layout of a super object.
#[repr(C)]
pub struct PySuper {
    head: Head,
    class: Slot,
    object: Slot,
    start: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PySuper {
    fn ty() -> &'static TypeObject {
        &SUPER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__thisclass__");
        self.class.trace(tracer);
        tracer.name("__self__");
        self.object.trace(tracer);
        tracer.name("__self_class__");
        self.start.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.class.clear(clearer);
        self.object.clear(clearer);
        self.start.clear(clearer);
    }
}

fn of(this: &Value) -> &PySuper {
    // SAFETY: called for super objects.
    unsafe { this.cast() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PySuper { head: unborn(), class: Slot::empty(), object: Slot::empty(), start: Slot::empty() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    args.no_keywords(cx, "super")?;
    crate::args::check_count(cx, "super()", args.given().len(), 0, 2)?;
    let (class, object) = match args.given() {
        [] => match cx.hooks.super_arguments.get() {
            Some(hook) => hook(cx).map(|(class, object)| (class, Some(object)))?,
            None => return raise!(cx, exc::RUNTIME_ERROR, "super(): no current frame"),
        },
        [class] => (class.clone(), None),
        [class, object, ..] => (class.clone(), Some(object.clone()).filter(|object| !object.is_none())),
    };
    let Some(ty) = class.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "super() argument 1 must be a type, not {}", class.ty().name());
    };
    let start = match &object {
        Some(object) => start_of(cx, ty, object)?,
        None => Value::UNSET,
    };
    let it = of(this);
    it.class.set(class);
    it.object.set(object.unwrap_or(Value::UNSET));
    it.start.set(start);
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let class = it.class.try_get();
    let class = class.as_ref().and_then(Value::downcast::<TypeObject>).map_or("NULL", TypeObject::name);
    let text = match it.start.try_get() {
        Some(start) => {
            let start = start.downcast::<TypeObject>().map_or("?", TypeObject::name);
            cx.str_from_fmt(format_args!("<super: <class '{class}'>, <{start} object>>"))?
        }
        None => cx.str_from_fmt(format_args!("<super: <class '{class}'>, NULL>"))?,
    };
    Ok(text.into_value())
}

fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let it = of(this);
    if let (Some(class), Some(object), Some(start)) = (it.class.try_get(), it.object.try_get(), it.start.try_get())
        && let Some(class) = class.downcast::<TypeObject>()
        && !name.is(cx.names.class())
        && let Some(found) = lookup_from(cx, class, &object, &start, name)?
    {
        return Ok(Some(found));
    }
    crate::attributes::generic_getattr(cx, this, name)
}

/// An unbound super object in a class is bound to the instance.
fn descr_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let it = of(this);
    let Some(object) = object.filter(|object| !object.is_none() && it.object.is_unset()) else {
        return Ok(this.clone());
    };
    let class = it.class.try_get().unwrap_or_else(|| OBJECT_TYPE.value());
    cx.call(&this.ty().value(), &[class, object.clone()])
}
