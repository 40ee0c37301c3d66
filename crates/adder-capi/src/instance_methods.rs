//! `PyInstanceMethod_*`: what makes a method of a callable that is none by itself, such as a function of C's in a class.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::attributes::generic_getattr;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{CompareOp, GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Lent, bad_call};
use crate::contract::api;

/// `instancemethod`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyInstanceMethod_Type")]
pub static INSTANCE_METHOD_TYPE: TypeObject =
    TypeObject::builtin(&INSTANCE_METHOD_SPEC, &raw const INSTANCE_METHOD_TYPE);
static INSTANCE_METHOD_SPEC: Spec = Spec {
    doc: Some("A callable that becomes a method of the instance through which it is reached."),
    flags: flag::GC,
    size: size_of::<PyInstanceMethod>(),
    functions: functions::<PyInstanceMethod>(true, true),
    slots: Slots {
        new: slot(new),
        call: slot(call),
        repr: slot(repr),
        getattr: slot(getattr),
        descr_get: slot(get),
        compare: slot(compare),
        ..Slots::NONE
    },
    getset: &[GetSet::get("__func__", |_, this| Ok(function(this))), GetSet::get("__doc__", doc)],
    ..Spec::new("instancemethod", &OBJECT_TYPE)
};

/// Layout of an instance method.
#[repr(C)]
pub struct PyInstanceMethod {
    head: Head,
    function: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyInstanceMethod {
    fn ty() -> &'static TypeObject {
        &INSTANCE_METHOD_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__func__");
        self.function.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.function.clear(clearer);
    }
}

fn function(this: &Value) -> Value {
    // SAFETY: called for instance methods.
    unsafe { this.cast::<PyInstanceMethod>() }.function.try_get().unwrap_or_else(Value::none)
}

fn make(cx: &Cx, function: Value) -> R {
    Ok(cx.alloc(PyInstanceMethod { head: unborn(), function: Slot::new(function) })?.into_value())
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "instancemethod")?;
    let [function] = args.exactly::<1>(cx, "instancemethod")?;
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "first argument must be callable");
    }
    make(cx, function.clone())
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    cx.call_args(&function(this), args)
}

fn get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    match object {
        Some(object) => Ok(cx.bound_method(function(this), object.clone())?.into_value()),
        None => Ok(function(this)),
    }
}

/// Its own attributes, then those of the callable.
fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    match generic_getattr(cx, this, name)? {
        Some(found) => Ok(Some(found)),
        None => cx.getattr(&function(this), name).map(Some),
    }
}

fn doc(cx: &Cx, this: &Value) -> R {
    Ok(cx.getattr_opt(&function(this), cx.names.doc())?.unwrap_or_else(Value::none))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = match cx.getattr_opt(&function(this), cx.names.name())? {
        Some(name) => cx.display(&name)?,
        None => "?".to_owned(),
    };
    Ok(cx.str_from_fmt(format_args!("<instancemethod {name} at {:#x}>", this.bits()))?.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !b.is_exact(&INSTANCE_METHOD_TYPE) {
        return Ok(Value::not_implemented());
    }
    cx.compare(&function(a), &function(b), op)
}

api! {
    /// `instancemethod(callable)`
    quiet fn PyInstanceMethod_New(cx, callable: Borrowed) -> Value {
        make(cx, callable.to_owned())
    }

    /// What it was made of.
    quiet fn PyInstanceMethod_Function(cx, object: Borrowed) -> Lent {
        if !object.is_exact(&INSTANCE_METHOD_TYPE) {
            return Err(bad_call(cx, "PyInstanceMethod_Function"));
        }
        Ok(Lent::of(&function(&object)))
    }
}
