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
    PyContext CONTEXT_TYPE { values } { entered: Cell<bool> }
}
layout! {
    /// What a variable was before it was set.
    PyToken TOKEN_TYPE { context var old } { used: Cell<bool> }
}

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&CONTEXT_VAR_TYPE, &CONTEXT_TYPE, &TOKEN_TYPE];

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
    cx.alloc(PyContext { head: unborn(), values: Slot::new(values.into_value()), entered: Cell::new(false) })
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
    let it = PyContext::of(this);
    if it.entered.get() {
        let text = cx.repr(this)?;
        return raise!(cx, exc::RUNTIME_ERROR, "cannot enter context: {} is already entered", text.to_lossy());
    }
    let before = current(cx)?;
    it.entered.set(true);
    Vm::of(cx).state.context.set(this.clone());
    let result = cx.call_args(callable, args.rest());
    Vm::of(cx).state.context.set(before.into_value());
    it.entered.set(false);
    result
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
    values.set(cx, this, value.clone())?;
    let token = PyToken {
        head: unborn(),
        context: Slot::new(value_of(&*now)),
        var: Slot::new(this.clone()),
        old: Slot::new(old),
        used: Cell::new(false),
    };
    Ok(cx.alloc(token)?.into_value())
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
