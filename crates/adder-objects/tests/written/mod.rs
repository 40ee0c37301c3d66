//! Functions and classes as if they were written in Python: the bodies are closures.

#![allow(dead_code, reason = "not every test uses all of it")]

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Layout, functions, unborn};
use adder_objects::typeobject::{OBJECT_TYPE, Slots, Spec, TYPE_TYPE, flag, slot};
use adder_objects::{Args, Cx, R, TypeObject, Value};

#[path = "../interpreter/mod.rs"]
mod interpreter;
#[allow(unused_imports, reason = "not every test uses both")]
pub use interpreter::{method, text};

/// Runs a test in an interpreter of its own, and checks that everything is given back.
pub fn with(f: impl FnOnce(&Cx)) {
    adder_objects::builtin_types::register(&[&FUNCTION_TYPE]);
    interpreter::with(f);
}

/// A function as the virtual machine makes them, but that its code is a closure. It owns what `holds` says.
#[repr(C)]
pub struct Function {
    head: Head,
    code: Box<dyn Fn(&Cx, Args<'_>) -> R>,
    holds: Vec<Value>,
}

pub static FUNCTION_TYPE: TypeObject = TypeObject::builtin(&FUNCTION_SPEC, &raw const FUNCTION_TYPE);
static FUNCTION_SPEC: Spec = Spec {
    flags: flag::GC | flag::METHOD_DESCRIPTOR,
    size: size_of::<Function>(),
    functions: functions::<Function>(true, true),
    slots: Slots { call: slot(call), descr_get: slot(get), ..Slots::NONE },
    ..Spec::new("function", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for Function {
    fn ty() -> &'static TypeObject {
        &FUNCTION_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for value in &self.holds {
            value.trace(tracer);
        }
    }
    fn clear(&self, _: &mut Clearer<'_>) {}
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let this = this.downcast::<Function>().unwrap();
    (this.code)(cx, args)
}

fn get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    match object {
        Some(object) => Ok(cx.bound_method(this.clone(), object.clone())?.into_value()),
        None => Ok(this.clone()),
    }
}

/// A function of positional arguments.
pub fn def(cx: &Cx, code: impl Fn(&Cx, &[Value]) -> R + 'static) -> Value {
    def_any(cx, move |cx, args| code(cx, args.given()))
}

/// A function of any arguments.
pub fn def_any(cx: &Cx, code: impl Fn(&Cx, Args<'_>) -> R + 'static) -> Value {
    cx.alloc(Function { head: unborn(), code: Box::new(code), holds: Vec::new() }).unwrap().into_value()
}

/// A function that owns a value, which the collector sees.
pub fn def_holding(cx: &Cx, held: Value, code: impl Fn(&Cx, &[Value]) -> R + 'static) -> Value {
    let code = Box::new(move |cx: &Cx, args: Args<'_>| code(cx, args.given()));
    cx.alloc(Function { head: unborn(), code, holds: vec![held] }).unwrap().into_value()
}

/// `class name(bases): namespace`, or what that raises.
pub fn try_class(cx: &Cx, name: &str, bases: &[&Value], namespace: &[(&str, Value)]) -> R {
    try_class_of(cx, &TYPE_TYPE.value(), name, bases, namespace)
}

/// The same with a metaclass.
pub fn try_class_of(cx: &Cx, meta: &Value, name: &str, bases: &[&Value], namespace: &[(&str, Value)]) -> R {
    let dict = cx.dict().unwrap();
    dict.set_text(cx, "__module__", cx.str_value("__main__").unwrap()).unwrap();
    for (name, value) in namespace {
        dict.set_text(cx, name, value.clone()).unwrap();
    }
    let bases: Vec<Value> = bases.iter().map(|&base| base.clone()).collect();
    let args = [cx.str_value(name).unwrap(), cx.tuple(bases).unwrap().into_value(), dict.into_value()];
    cx.call(meta, &args)
}

pub fn class(cx: &Cx, name: &str, bases: &[&Value], namespace: &[(&str, Value)]) -> Value {
    shown(cx, try_class(cx, name, bases, namespace))
}

/// The value; a panic with the exception's text if there is none.
pub fn shown(cx: &Cx, result: R) -> Value {
    match result {
        Ok(value) => value,
        Err(raised) => panic!("{}: {}", raised.value().ty().name(), message(cx, raised.value())),
    }
}

/// The first argument of an exception, as text.
pub fn message(cx: &Cx, exception: &Value) -> String {
    let base = exception.downcast::<adder_objects::exceptions::PyBaseException>().unwrap();
    let args = base.args.get();
    let args = args.downcast::<adder_objects::tuple::PyTuple>().unwrap();
    args.items().first().map_or(String::new(), |first| cx.display(first).unwrap())
}

/// `TypeName: message` of what was raised.
#[track_caller]
pub fn error(cx: &Cx, result: R) -> String {
    match result {
        Ok(value) => panic!("nothing was raised: {value:?}"),
        Err(raised) => format!("{}: {}", raised.value().ty().name(), message(cx, raised.value())),
    }
}

pub fn attr(cx: &Cx, object: &Value, name: &str) -> Value {
    shown(cx, cx.getattr_text(object, name))
}

pub fn set(cx: &Cx, object: &Value, name: &str, value: &Value) {
    shown(cx, try_set(cx, object, name, Some(value)));
}

pub fn try_set(cx: &Cx, object: &Value, name: &str, value: Option<&Value>) -> R {
    cx.setattr(object, &cx.intern(name)?, value).map(|()| Value::none())
}

pub fn repr(cx: &Cx, value: &Value) -> String {
    match cx.repr(value) {
        Ok(text) => text.to_lossy().into_owned(),
        Err(raised) => panic!("{}", message(cx, raised.value())),
    }
}

pub fn int(value: i64) -> Value {
    Value::small(value)
}

pub fn names(cx: &Cx, names: &[&str]) -> Value {
    cx.tuple(names.iter().map(|n| text(cx, n)).collect::<Vec<_>>()).unwrap().into_value()
}
