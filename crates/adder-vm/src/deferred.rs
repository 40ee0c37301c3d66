//! Specs, loaders and finders that stand for those of `importlib` until somebody looks at them; what `site` adds to the builtins.
//!
//! The interpreter imports by itself. `importlib` is a lot of Python that few programs need, so what it should have made (`__spec__`
//! and `__loader__` of a module, the entries of `sys.meta_path` and `sys.path_hooks`) is deferred: the first look at one of them runs
//! `importlib`, and the real object takes its place.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{CompareOp, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// The module whose functions make the real objects.
const MAKERS: &str = "_frozen_importlib_external";

/// Of which part of `importlib` it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `__spec__`: made from name, file and search locations.
    Spec,
    /// `__loader__`: that of the spec.
    Loader,
    /// Finders of `sys.meta_path`.
    Builtin,
    /// See `Builtin`.
    Frozen,
    /// See `Builtin`.
    Path,
    /// Hooks of `sys.path_hooks`, the first, second and third of them.
    Zip,
    /// See `Zip`.
    Library,
    /// See `Zip`.
    Files,
    /// What the module `site` adds to the builtins: made from its name.
    Site,
}

/// The names of those.
const SITE: [&str; 6] = ["copyright", "credits", "exit", "help", "license", "quit"];

/// Finders and hooks: where the real ones are found.
const PARTS: [(Kind, &str); 6] = [
    (Kind::Builtin, "BuiltinImporter"),
    (Kind::Frozen, "FrozenImporter"),
    (Kind::Path, "PathFinder"),
    (Kind::Zip, "_zip_hook"),
    (Kind::Library, "_library_hook"),
    (Kind::Files, "_file_hook"),
];

/// An object that is made when somebody looks.
#[repr(C)]
pub(crate) struct PyDeferred {
    head: Head,
    /// What it is made from: of a spec a tuple, of a loader the spec.
    from: Slot,
    /// The real object.
    real: Slot,
    kind: Kind,
    /// Of a spec: the module's code runs.
    initializing: Cell<bool>,
}

pub(crate) static DEFERRED_TYPE: TypeObject = TypeObject::builtin(&DEFERRED_SPEC, &raw const DEFERRED_TYPE);
static DEFERRED_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyDeferred>(),
    weak: true,
    functions: functions::<PyDeferred>(true, true),
    slots: Slots {
        getattr: slot(getattr),
        setattr: slot(|cx, this, name, value| cx.setattr(&resolved(cx, this)?, name, value)),
        repr: slot(|cx, this| Ok(cx.repr(&resolved(cx, this)?)?.into_value())),
        call: slot(|cx: &Cx, this: &Value, args: Args<'_>| cx.call_args(&resolved(cx, this)?, args)),
        hash: slot(|cx, this| cx.hash(&resolved(cx, this)?)),
        compare: slot(compare),
        ..Slots::NONE
    },
    ..Spec::new("deferred", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDeferred {
    fn ty() -> &'static TypeObject {
        &DEFERRED_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.from.trace(tracer);
        self.real.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.from.clear(clearer);
        self.real.clear(clearer);
    }
}

fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    // `isinstance` asks for it, of all the globals of a module maybe: who knows the real classes has loaded them.
    let of_importlib = this.downcast_exact::<PyDeferred>().is_some_and(|deferred| deferred.kind != Kind::Site);
    if of_importlib && name.is(cx.names.class()) && !Vm::of(cx).state.importlib_loaded.get() {
        return Ok(Some(DEFERRED_TYPE.value()));
    }
    cx.getattr(&resolved(cx, this)?, name).map(Some)
}

fn compare(cx: &Cx, this: &Value, other: &Value, op: CompareOp) -> R {
    if this.is(other) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Eq));
    }
    cx.compare(&resolved(cx, this)?, &resolved(cx, other)?, op)
}

fn make(cx: &Cx, kind: Kind, from: Value) -> R {
    let fields =
        PyDeferred { head: unborn(), from: Slot::new(from), real: Slot::empty(), kind, initializing: Cell::new(false) };
    Ok(cx.alloc(fields)?.into_value())
}

/// A spec and a loader for a module of a file.
pub(crate) fn spec_and_loader(cx: &Cx, name: Value, file: Value, locations: Value) -> R<(Value, Value)> {
    let spec = make(cx, Kind::Spec, cx.tuple([name, file, locations])?.into_value())?;
    let loader = make(cx, Kind::Loader, spec.clone())?;
    Ok((spec, loader))
}

/// What `sys.meta_path` begins with.
pub(crate) fn finders(cx: &Cx) -> R<[Value; 3]> {
    Ok([
        make(cx, Kind::Builtin, Value::none())?,
        make(cx, Kind::Frozen, Value::none())?,
        make(cx, Kind::Path, Value::none())?,
    ])
}

/// What `sys.path_hooks` begins with.
pub(crate) fn hooks(cx: &Cx) -> R<[Value; 3]> {
    Ok([
        make(cx, Kind::Zip, Value::none())?,
        make(cx, Kind::Library, Value::none())?,
        make(cx, Kind::Files, Value::none())?,
    ])
}

/// Adds to the builtins what the module `site` does.
pub(crate) fn add_site_builtins(cx: &Cx, builtins: &PyDict) -> R<()> {
    for name in SITE {
        builtins.set_text(cx, name, make(cx, Kind::Site, cx.intern(name)?)?)?;
    }
    Ok(())
}

/// Can it be called? Of what is deferred the kind tells, without a look at the real one.
pub(crate) fn is_callable(value: &Value) -> bool {
    match value.downcast_exact::<PyDeferred>() {
        Some(deferred) => !matches!(deferred.kind, Kind::Spec | Kind::Loader),
        None => value.ty().slots.call.get().is_some(),
    }
}

/// Is it deferred, or the real one of a finder or a hook? Then which.
pub(crate) fn kind(vm: &Vm, value: &Value) -> R<Option<Kind>> {
    if let Some(deferred) = value.downcast_exact::<PyDeferred>() {
        return Ok(Some(deferred.kind));
    }
    if !vm.state.importlib_loaded.get() {
        return Ok(None);
    }
    for (kind, name) in PARTS {
        if attribute(vm, name)?.is(value) {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

/// Has the load of `importlib` begun, and not ended?
pub(crate) fn is_loading(vm: &Vm) -> R<bool> {
    if vm.state.importlib_loaded.get() {
        return Ok(false);
    }
    let modules = vm.modules.get();
    let Some(modules) = modules.downcast::<PyDict>() else { return Ok(false) };
    Ok(modules.get_text(&vm.cx, "_frozen_importlib")?.is_some() || modules.get_text(&vm.cx, MAKERS)?.is_some())
}

/// A name of the module that makes them, which is loaded if need be.
pub(crate) fn attribute(vm: &Vm, name: &str) -> R {
    let module = crate::import::load(vm, MAKERS)?;
    vm.cx.getattr_text(&module, name)
}

/// The real object. While `importlib` itself is being loaded, there is none.
pub(crate) fn resolved(cx: &Cx, value: &Value) -> R {
    let Some(deferred) = value.downcast_exact::<PyDeferred>() else { return Ok(value.clone()) };
    if let Some(real) = deferred.real.try_get() {
        return Ok(real);
    }
    let vm = Vm::of(cx);
    if deferred.kind == Kind::Site {
        let name = deferred.from.get();
        let maker = cx.getattr_text(&crate::import::load(vm, "_site_builtins")?, "make")?;
        let made = cx.call(&maker, core::slice::from_ref(&name))?;
        if let Some(builtins) = vm.builtins.get().downcast::<PyDict>()
            && builtins.get(cx, &name)?.is_some_and(|found| found.is(value))
        {
            builtins.set(cx, &name, made.clone())?;
        }
        deferred.real.set(made.clone());
        return Ok(made);
    }
    if is_loading(vm)? {
        return raise!(cx, exc::ATTRIBUTE_ERROR, "importlib is being loaded");
    }
    let made = match deferred.kind {
        Kind::Spec => {
            let maker = attribute(vm, "_spec_of")?;
            let from = deferred.from.get();
            let spec = cx.call(&maker, &cx.collect(&from)?)?;
            if deferred.initializing.get() {
                cx.setattr(&spec, &cx.intern("_initializing")?, Some(&Value::bool(true)))?;
            }
            spec
        }
        Kind::Loader => cx.getattr(&resolved(cx, &deferred.from.get())?, &cx.intern("loader")?)?,
        kind => match PARTS.iter().find(|(of, _)| *of == kind) {
            Some((_, name)) => attribute(vm, name)?,
            None => Value::none(),
        },
    };
    if deferred.real.is_unset() {
        deferred.real.set(made);
    }
    Ok(deferred.real.get())
}

/// `_imp._resolved(x)`: for the module that makes them.
pub(crate) fn resolved_function(cx: &Cx, _: &Value, value: &Value) -> R {
    resolved(cx, value)
}

/// Says of a spec whether its module's code runs.
pub(crate) fn set_initializing(cx: &Cx, spec: &Value, runs: bool) -> R<()> {
    match spec.downcast_exact::<PyDeferred>() {
        Some(deferred) => {
            deferred.initializing.set(runs);
            match deferred.real.try_get() {
                Some(real) => set_initializing(cx, &real, runs),
                None => Ok(()),
            }
        }
        None if spec.is_none() => Ok(()),
        None => cx.setattr(spec, &cx.intern("_initializing")?, Some(&Value::bool(runs))),
    }
}

/// Does the code of a module with this spec run?
pub(crate) fn is_initializing(cx: &Cx, spec: &Value) -> R<bool> {
    match spec.downcast_exact::<PyDeferred>() {
        Some(deferred) => Ok(deferred.initializing.get()),
        None if spec.is_none() => Ok(false),
        None => match cx.getattr_opt(spec, &cx.intern("_initializing")?)? {
            Some(says) => cx.is_true(&says),
            None => Ok(false),
        },
    }
}

/// The value of `__spec__` or `__loader__` in a module's dict, as somebody who looks at it shall see it.
pub(crate) fn seen(cx: &Cx, module: &Value, dict: &PyDict, name: &Value, value: Value) -> R {
    let vm = Vm::of(cx);
    let real = if value.downcast_exact::<PyDeferred>().is_some() {
        if is_loading(vm)? {
            return Ok(value);
        }
        resolved(cx, &value)?
    } else if value.is_none() && is_builtin(vm, module, dict)? {
        if is_loading(vm)? {
            return Ok(value);
        }
        cx.call(&attribute(vm, "_fill_builtin")?, core::slice::from_ref(module))?;
        return Ok(dict.get(cx, name)?.unwrap_or_else(Value::none));
    } else {
        return Ok(value);
    };
    dict.set(cx, name, real.clone())?;
    Ok(real)
}

/// Is it one of the modules that are built in?
pub(crate) fn is_builtin(vm: &Vm, module: &Value, dict: &PyDict) -> R<bool> {
    let cx = &*vm.cx;
    let (Some(name), modules) = (dict.get(cx, cx.names.name())?, vm.modules.get()) else { return Ok(false) };
    let Some(modules) = modules.downcast::<PyDict>() else { return Ok(false) };
    let known = match name.downcast::<adder_objects::str::PyStr>().and_then(|name| name.as_str()) {
        Some("sys" | "builtins") => true,
        Some(name) => crate::modules::find_builtin(vm, name).is_some(),
        None => false,
    };
    Ok(known && modules.get(cx, &name)?.is_some_and(|found| found.is(module)))
}
