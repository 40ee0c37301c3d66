//! `staticmethod` and `classmethod`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions};
use crate::typeobject::{GetSet, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Layout of both: the callable, and a dict for what it copies from it.
#[repr(C)]
pub struct PyWrapped {
    head: Head,
    /// `__func__`
    pub callable: Slot,
    dict: Slot,
}

// SAFETY: begins with a head. Both types, and those derived from them, have this layout.
unsafe impl Layout for PyWrapped {
    fn ty() -> &'static TypeObject {
        &STATIC_METHOD_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        ty.is_subtype(&STATIC_METHOD_TYPE) || ty.is_subtype(&CLASS_METHOD_TYPE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__func__");
        self.callable.trace(tracer);
        tracer.name("__dict__");
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.callable.clear(clearer);
        self.dict.clear(clearer);
    }
}

const GETSET: &[GetSet] = &[
    GetSet::get("__func__", callable),
    GetSet::get("__wrapped__", callable),
    GetSet::get("__isabstractmethod__", is_abstract),
    GetSet::both("__annotations__", annotations, |cx, this, value| set_kept(cx, this, cx.names.annotations(), value)),
    GetSet::both("__annotate__", annotate, |cx, this, value| set_kept(cx, this, cx.names.annotate(), value)),
    GetSet::both("__dict__", crate::class::instance_dict, crate::class::set_instance_dict),
];

const fn spec(name: &'static str, slots: Slots) -> Spec {
    Spec {
        flags: flag::GC | flag::BASE,
        size: size_of::<PyWrapped>(),
        dict_offset: core::mem::offset_of!(PyWrapped, dict),
        functions: functions::<PyWrapped>(true, true),
        slots,
        getset: GETSET,
        ..Spec::new(name, &OBJECT_TYPE)
    }
}

/// `staticmethod`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyStaticMethod_Type")]
pub static STATIC_METHOD_TYPE: TypeObject = TypeObject::builtin(&STATIC_METHOD_SPEC, &raw const STATIC_METHOD_TYPE);
static STATIC_METHOD_SPEC: Spec = spec(
    "staticmethod",
    Slots {
        new: slot(new),
        init: slot(init),
        repr: slot(repr),
        call: slot(static_call),
        descr_get: slot(static_get),
        ..Slots::NONE
    },
);

/// `classmethod`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyClassMethod_Type")]
pub static CLASS_METHOD_TYPE: TypeObject = TypeObject::builtin(&CLASS_METHOD_SPEC, &raw const CLASS_METHOD_TYPE);
static CLASS_METHOD_SPEC: Spec = spec(
    "classmethod",
    Slots { new: slot(new), init: slot(init), repr: slot(repr), descr_get: slot(class_get), ..Slots::NONE },
);

fn of(this: &Value) -> &PyWrapped {
    // SAFETY: called for these two types.
    unsafe { this.cast() }
}

fn held(this: &Value) -> Value {
    of(this).callable.try_get().unwrap_or_else(Value::none)
}

fn callable(_: &Cx, this: &Value) -> R {
    Ok(held(this))
}

fn is_abstract(cx: &Cx, this: &Value) -> R {
    Ok(Value::bool(is_abstract_method(cx, &held(this))?))
}

fn annotations(cx: &Cx, this: &Value) -> R {
    kept(cx, this, cx.names.annotations())
}

fn annotate(cx: &Cx, this: &Value) -> R {
    kept(cx, this, cx.names.annotate())
}

/// What the callable says, taken when it is first asked for.
fn kept(cx: &Cx, this: &Value, name: &Value) -> R {
    let dict = crate::instance::dict(cx, this)?;
    if let Some(known) = dict.get(cx, name)? {
        return Ok(known);
    }
    let value = cx.getattr(&held(this), name)?;
    dict.set(cx, name, value.clone())?;
    Ok(value)
}

fn set_kept(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    let dict = crate::instance::dict(cx, this)?;
    match value {
        Some(value) => dict.set(cx, name, value.clone()),
        None if dict.remove(cx, name)?.is_some() => Ok(()),
        None => Err(cx.no_attribute(this, name)),
    }
}

/// Does it say that it is abstract?
pub(crate) fn is_abstract_method(cx: &Cx, value: &Value) -> R<bool> {
    match cx.getattr_opt(value, cx.names.isabstractmethod())? {
        Some(says) => cx.is_true(&says),
        None => Ok(false),
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    cx.alloc_wrapped(class)
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let name = this.ty().native().name();
    let [callable] = args.exactly::<1>(cx, name)?;
    of(this).callable.set(callable.clone());
    copy_attributes(cx, this, callable)
}

/// What a wrapper shows of what it wraps.
fn copy_attributes(cx: &Cx, this: &Value, callable: &Value) -> R<()> {
    for name in [cx.names.module(), cx.names.name(), cx.names.qualname(), cx.names.doc()] {
        if let Some(value) = cx.getattr_opt(callable, name)? {
            crate::instance::set(cx, this, name, value)?;
        }
    }
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let inner = cx.repr(&held(this))?.to_lossy().into_owned();
    Ok(cx.str_from_fmt(format_args!("<{}({inner})>", this.ty().native().name()))?.into_value())
}

fn static_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    cx.call_args(&held(this), args)
}

fn static_get(cx: &Cx, this: &Value, _: Option<&Value>, _: Option<&Value>) -> R {
    match of(this).callable.try_get() {
        Some(callable) => Ok(callable),
        None => raise!(cx, exc::RUNTIME_ERROR, "uninitialized staticmethod object"),
    }
}

fn class_get(cx: &Cx, this: &Value, object: Option<&Value>, class: Option<&Value>) -> R {
    let Some(callable) = of(this).callable.try_get() else {
        return raise!(cx, exc::RUNTIME_ERROR, "uninitialized classmethod object");
    };
    let class = match (class, object) {
        (Some(class), _) => class.clone(),
        (None, Some(object)) => object.ty().value(),
        (None, None) => return raise!(cx, exc::TYPE_ERROR, "__get__(None, None) is invalid"),
    };
    Ok(cx.bound_method(callable, class)?.into_value())
}

impl Cx {
    fn alloc_wrapped(&self, class: &TypeObject) -> R {
        // The layout's own type is `staticmethod`: an object of the other is made by its class.
        let size = class.shape.size.get() as usize;
        // SAFETY: the class has the layout, whose fields are slots: an empty slot is what `alloc_bytes` writes.
        unsafe { Ok(Value::from_owned(self.alloc_bytes(class, size, size_of::<Head>())?)) }
    }

    /// `staticmethod(callable)`
    ///
    /// # Errors
    /// MemoryError.
    pub fn static_method(&self, callable: Value) -> R {
        let made = self.alloc_wrapped(&STATIC_METHOD_TYPE)?;
        copy_attributes(self, &made, &callable)?;
        of(&made).callable.set(callable);
        Ok(made)
    }

    /// `classmethod(callable)`
    ///
    /// # Errors
    /// MemoryError.
    pub fn class_method(&self, callable: Value) -> R {
        let made = self.alloc_wrapped(&CLASS_METHOD_TYPE)?;
        copy_attributes(self, &made, &callable)?;
        of(&made).callable.set(callable);
        Ok(made)
    }
}
