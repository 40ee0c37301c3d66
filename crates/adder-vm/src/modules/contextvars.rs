//! The module `_contextvars`.

use core::cell::Cell;

use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn, value_of};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

macro_rules! layout {
    ($(#[$doc:meta])* $layout:ident $ty:ident { $($slot:ident)* } { $($field:ident: $kind:ty),* }) => {
        $(#[$doc])*
        #[repr(C)]
        struct $layout {
            head: adder_gc::raw::Head,
            $($slot: Slot,)*
            $($field: $kind,)*
        }
        // SAFETY: begins with a head.
        unsafe impl adder_objects::Layout for $layout {
            fn ty() -> &'static TypeObject {
                &$ty
            }
            fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
                $(self.$slot.trace(tracer);)*
            }
            fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
                $(self.$slot.clear(clearer);)*
            }
        }
        impl $layout {
            fn of(this: &Value) -> &$layout {
                // SAFETY: called for objects of this type.
                unsafe { this.cast::<$layout>() }
            }
        }
    };
}

layout! {
    /// A variable whose value depends on the context.
    PyContextVar CONTEXT_VAR_TYPE { name default } {}
}
layout! {
    /// What the variables are in a context.
    PyContext CONTEXT_TYPE { values before } { entered: Cell<bool> }
}
layout! {
    /// What a variable was before it was set.
    PyToken TOKEN_TYPE { context var old } { used: Cell<bool> }
}

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&CONTEXT_VAR_TYPE, &CONTEXT_TYPE, &TOKEN_TYPE];

// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyContextVar_Type")]
pub(super) static CONTEXT_VAR_TYPE: TypeObject = TypeObject::builtin(&CONTEXT_VAR_SPEC, &raw const CONTEXT_VAR_TYPE);
static CONTEXT_VAR_SPEC: Spec = Spec {
    module: "_contextvars",
    flags: flag::GC,
    size: size_of::<PyContextVar>(),
    functions: functions::<PyContextVar>(true, true),
    slots: Slots { new: slot(var_new), ..Slots::NONE },
    methods: &[
        Method::positional("get", 0, 1, var_get),
        Method::one("set", var_set),
        Method::one("reset", var_reset),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ],
    getset: &[GetSet::get("name", |_, this| Ok(PyContextVar::of(this).name.get()))],
    ..Spec::new("_contextvars.ContextVar", &OBJECT_TYPE)
};

// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyContext_Type")]
static CONTEXT_TYPE: TypeObject = TypeObject::builtin(&CONTEXT_SPEC, &raw const CONTEXT_TYPE);
static CONTEXT_SPEC: Spec = Spec {
    module: "_contextvars",
    flags: flag::GC,
    weak: true,
    size: size_of::<PyContext>(),
    functions: functions::<PyContext>(true, true),
    slots: Slots {
        new: slot(|cx, _, args| {
            if !args.is_empty() {
                return raise!(cx, exc::TYPE_ERROR, "Context() does not accept any arguments");
            }
            Ok(context(cx, cx.dict()?)?.into_value())
        }),
        len: slot(|_, this| Ok(values(PyContext::of(this))?.len())),
        iter: slot(|cx, this| cx.iter(values(PyContext::of(this))?.as_value())),
        getitem: slot(|cx, this, key| {
            let value = values(PyContext::of(this))?.get(cx, variable(cx, key)?)?;
            value.ok_or_else(|| cx.key_error(key))
        }),
        contains: slot(|cx, this, key| Ok(values(PyContext::of(this))?.get(cx, variable(cx, key)?)?.is_some())),
        ..Slots::NONE
    },
    methods: &[
        Method::any("run", run),
        Method::none("copy", |cx, this| Ok(context(cx, values(PyContext::of(this))?.copy(cx)?)?.into_value())),
        Method::positional("get", 1, 2, |cx, this, args| {
            let value = values(PyContext::of(this))?.get(cx, variable(cx, &args[0])?)?;
            Ok(value.or_else(|| args.get(1).cloned()).unwrap_or_else(Value::none))
        }),
        Method::none("keys", |cx, this| part(cx, this, "keys")),
        Method::none("values", |cx, this| part(cx, this, "values")),
        Method::none("items", |cx, this| part(cx, this, "items")),
    ],
    ..Spec::new("_contextvars.Context", &OBJECT_TYPE)
};

// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyContextToken_Type")]
static TOKEN_TYPE: TypeObject = TypeObject::builtin(&TOKEN_SPEC, &raw const TOKEN_TYPE);
static TOKEN_SPEC: Spec = Spec {
    module: "_contextvars",
    flags: flag::GC,
    size: size_of::<PyToken>(),
    functions: functions::<PyToken>(true, true),
    slots: Slots {
        new: slot(|cx, _, _| raise!(cx, exc::RUNTIME_ERROR, "Tokens can only be created by ContextVars")),
        hash: slot(adder_objects::protocol::unhashable),
        ..Slots::NONE
    },
    methods: &[
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
        Method::none("__enter__", |_, this| Ok(this.clone())),
        Method::positional("__exit__", 3, 3, |cx, this, _| var_reset(cx, &PyToken::of(this).var.get(), this)),
    ],
    getset: &[
        GetSet::get("var", |_, this| Ok(PyToken::of(this).var.get())),
        GetSet::get("old_value", |cx, this| match PyToken::of(this).old.try_get() {
            Some(old) => Ok(old),
            None => cx.getattr_text(&TOKEN_TYPE.value(), "MISSING"),
        }),
    ],
    more: Some(|cx, ty| {
        let missing = cx.call(&OBJECT_TYPE.value(), &[])?;
        cx.state(ty).dict.set_text(cx, "MISSING", missing)
    }),
    ..Spec::new("_contextvars.Token", &OBJECT_TYPE)
};

static FUNCTIONS: &[Method] = &[Method::none("copy_context", |cx, _| {
    let now = current(cx)?;
    Ok(context(cx, values(&now)?.copy(cx)?)?.into_value())
})];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_contextvars", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for ty in TYPES {
            dict.set_text(cx, ty.short_name(), ty.value())?;
        }
    }
    Ok(module)
}

fn context(cx: &Cx, values: Obj<PyDict>) -> R<Obj<PyContext>> {
    cx.alloc(PyContext {
        head: unborn(),
        values: Slot::new(values.into_value()),
        before: Slot::empty(),
        entered: Cell::new(false),
    })
}

/// The values of a context: none any more if the collector has cleared it.
fn values(context: &PyContext) -> R<Obj<PyDict>> {
    match context.values.try_get().map(Value::try_into_obj::<PyDict>) {
        Some(Ok(values)) => Ok(values),
        _ => Cx::current().dict(),
    }
}

/// The context that is current; the first is made when it is asked for.
fn current(cx: &Cx) -> R<Obj<PyContext>> {
    let slot = &*Vm::of(cx).state.context;
    if let Some(Ok(now)) = slot.try_get().map(Value::try_into_obj::<PyContext>) {
        return Ok(now);
    }
    let made = context(cx, cx.dict()?)?;
    made.entered.set(true);
    slot.set(made.as_value().clone());
    Ok(made)
}

fn variable<'a>(cx: &Cx, key: &'a Value) -> R<&'a Value> {
    if key.downcast::<PyContextVar>().is_none() {
        let got = cx.repr(key)?;
        return raise!(cx, exc::TYPE_ERROR, "a ContextVar key was expected, got {}", got.to_lossy());
    }
    Ok(key)
}

fn part(cx: &Cx, this: &Value, name: &str) -> R {
    cx.call(&cx.getattr_text(values(PyContext::of(this))?.as_value(), name)?, &[])
}

fn run(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let Some(callable) = args.given().first() else {
        return raise!(cx, exc::TYPE_ERROR, "run() missing 1 required positional argument");
    };
    enter(cx, this)?;
    let result = cx.call_args(callable, args.rest());
    exit(cx, this)?;
    result
}

/// A context becomes the current one.
///
/// # Errors
/// TypeError if it is none; RuntimeError if it was entered already.
pub fn enter(cx: &Cx, this: &Value) -> R<()> {
    let it = context_of(cx, this)?;
    if it.entered.get() {
        let text = cx.repr(this)?;
        return raise!(cx, exc::RUNTIME_ERROR, "cannot enter context: {} is already entered", text.to_lossy());
    }
    it.before.set(current(cx)?.into_value());
    it.entered.set(true);
    Vm::of(cx).state.context.set(this.clone());
    Ok(())
}

/// The context that was current before the current one is it again.
///
/// # Errors
/// TypeError if it is no context; RuntimeError if it is not the current one.
pub fn exit(cx: &Cx, this: &Value) -> R<()> {
    let it = context_of(cx, this)?;
    if !it.entered.get() {
        let text = cx.repr(this)?;
        return raise!(cx, exc::RUNTIME_ERROR, "cannot exit context: {} has not been entered", text.to_lossy());
    }
    let slot = &*Vm::of(cx).state.context;
    if !slot.try_get().is_some_and(|now| now.is(this)) {
        // CPython's words.
        return raise!(
            cx,
            exc::RUNTIME_ERROR,
            "cannot exit context: thread state references a different context object"
        );
    }
    it.entered.set(false);
    match it.before.take() {
        Some(before) => slot.set(before),
        None => drop(slot.take()),
    }
    Ok(())
}

fn context_of<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyContext> {
    match this.downcast::<PyContext>() {
        Some(context) => Ok(context),
        None => raise!(cx, exc::TYPE_ERROR, "an instance of Context was expected"),
    }
}

/// A context without values.
///
/// # Errors
/// MemoryError.
pub fn new_context(cx: &Cx) -> R {
    Ok(context(cx, cx.dict()?)?.into_value())
}

/// A copy of a context; without one, of the current.
///
/// # Errors
/// TypeError if it is no context; MemoryError.
pub fn copy_context(cx: &Cx, of: Option<&Value>) -> R {
    let values = match of {
        Some(of) => values(context_of(cx, of)?)?,
        None => values(&*current(cx)?)?,
    };
    Ok(context(cx, values.copy(cx)?)?.into_value())
}

/// A variable.
///
/// # Errors
/// MemoryError.
pub fn new_variable(cx: &Cx, name: &str, default: Option<Value>) -> R {
    let default = Slot::new(default.unwrap_or(Value::UNSET));
    Ok(cx.alloc(PyContextVar { head: unborn(), name: Slot::new(cx.str_value(name)?), default })?.into_value())
}

fn variable_of<'a>(cx: &Cx, this: &'a Value) -> R<&'a Value> {
    match this.downcast::<PyContextVar>() {
        Some(_) => Ok(this),
        None => raise!(cx, exc::TYPE_ERROR, "an instance of ContextVar was expected"),
    }
}

/// What a variable is in the current context, or else this, or else its own default.
///
/// # Errors
/// TypeError if it is none.
pub fn value(cx: &Cx, variable: &Value, default: Option<&Value>) -> R<Option<Value>> {
    let variable = variable_of(cx, variable)?;
    let found = values(&*current(cx)?)?.get(cx, variable)?;
    Ok(found.or_else(|| default.cloned()).or_else(|| PyContextVar::of(variable).default.try_get()))
}

/// Sets a variable in the current context; gives the token.
///
/// # Errors
/// TypeError if it is none.
pub fn set(cx: &Cx, variable: &Value, value: &Value) -> R {
    var_set(cx, variable_of(cx, variable)?, value)
}

/// Takes back what the token is of.
///
/// # Errors
/// TypeError if it is no variable or no token; RuntimeError and ValueError as in Python.
pub fn reset(cx: &Cx, variable: &Value, token: &Value) -> R<()> {
    var_reset(cx, variable_of(cx, variable)?, token).map(drop)
}

fn var_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let given = args.given().len();
    if given != 1 {
        return raise!(cx, exc::TYPE_ERROR, "ContextVar() takes exactly 1 positional argument ({given} given)");
    }
    let [name, default] = args.bind(
        cx,
        &Params { function: "ContextVar", names: ["name", "default"], positional_only: 1, positional: 1, required: 1 },
    )?;
    let Some(name) = name.filter(|name| name.downcast::<PyStr>().is_some()) else {
        return raise!(cx, exc::TYPE_ERROR, "context variable name must be a str");
    };
    let default = Slot::new(default.cloned().unwrap_or(Value::UNSET));
    Ok(cx.alloc_in(class, PyContextVar { head: unborn(), name: Slot::new(name.clone()), default })?.into_value())
}

fn var_get(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let value = values(&*current(cx)?)?.get(cx, this)?;
    let value = value.or_else(|| args.first().cloned()).or_else(|| PyContextVar::of(this).default.try_get());
    value.ok_or_else(|| cx.error_of(&exc::LOOKUP_ERROR, core::slice::from_ref(this)))
}

fn var_set(cx: &Cx, this: &Value, value: &Value) -> R {
    let now = current(cx)?;
    let values = values(&now)?;
    let old = values.get(cx, this)?.unwrap_or(Value::UNSET);
    // It comes first: a value that was set without a token could not be taken back.
    let token = cx.alloc(PyToken {
        head: unborn(),
        context: Slot::new(value_of(&*now)),
        var: Slot::new(this.clone()),
        old: Slot::new(old),
        used: Cell::new(false),
    })?;
    values.set(cx, this, value.clone())?;
    Ok(token.into_value())
}

fn var_reset(cx: &Cx, this: &Value, token: &Value) -> R {
    let Some(it) = token.downcast::<PyToken>() else {
        return raise!(cx, exc::TYPE_ERROR, "expected an instance of Token, got {}", cx.repr(token)?.to_lossy());
    };
    let now = current(cx)?;
    let text = || Ok(cx.repr(token)?.to_lossy().into_owned());
    if it.used.get() {
        return raise!(cx, exc::RUNTIME_ERROR, "{} has already been used once", text()?);
    }
    if !it.var.get().is(this) {
        return raise!(cx, exc::VALUE_ERROR, "{} was created by a different ContextVar", text()?);
    }
    if !it.context.get().is(now.as_value()) {
        return raise!(cx, exc::VALUE_ERROR, "{} was created in a different Context", text()?);
    }
    it.used.set(true);
    let values = values(&now)?;
    match it.old.try_get() {
        Some(old) => values.set(cx, this, old)?,
        None => drop(values.remove(cx, this)?),
    }
    Ok(Value::none())
}
