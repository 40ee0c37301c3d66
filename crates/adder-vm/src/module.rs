//! Modules.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::NonNull;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::attributes::{generic_getattr, generic_setattr};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// Layout of a module.
#[repr(C)]
pub struct PyModule {
    head: Head,
    /// `__dict__`; always there.
    pub dict: Slot,
    /// Of an extension module: what it was made from, and its state.
    pub foreign: Cell<Option<Foreign>>,
}

/// What another language keeps for a module.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    /// Its definition.
    pub def: *mut c_void,
    /// Its state, or null.
    pub state: *mut c_void,
    /// What is done with the state.
    pub functions: &'static ForeignFunctions,
}

/// What the collector does with the state of a module of another language.
#[derive(Debug)]
pub struct ForeignFunctions {
    /// Visits the references in it.
    pub trace: fn(NonNull<Head>, &Foreign, &mut Tracer<'_>),
    /// Lets go of them.
    pub clear: fn(NonNull<Head>, &Foreign),
    /// The module dies: the state ends.
    pub end: fn(NonNull<Head>, &Foreign),
}

/// `module`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyModule_Type")]
pub static MODULE_TYPE: TypeObject = TypeObject::builtin(&MODULE_SPEC, &raw const MODULE_TYPE);
static MODULE_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE,
    size: size_of::<PyModule>(),
    dict_offset: core::mem::offset_of!(PyModule, dict),
    weak: true,
    functions: functions::<PyModule>(true, true),
    slots: Slots {
        new: slot(new),
        init: slot(init),
        repr: slot(repr),
        getattr: slot(getattr),
        setattr: slot(generic_setattr),
        ..Slots::NONE
    },
    methods: &[Method::none("__dir__", dir)],
    getset: &{
        let [annotations, annotate] = crate::module_annotations::GETSET;
        [GetSet::get("__dict__", get_dict), annotations, annotate]
    },
    ..Spec::new("module", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyModule {
    fn ty() -> &'static TypeObject {
        &MODULE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__dict__");
        self.dict.trace(tracer);
        if let Some(foreign) = self.foreign.get() {
            (foreign.functions.trace)(NonNull::from_ref(&self.head), &foreign, tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
        if let Some(foreign) = self.foreign.get() {
            (foreign.functions.clear)(NonNull::from_ref(&self.head), &foreign);
        }
    }
}

impl Drop for PyModule {
    fn drop(&mut self) {
        if let Some(foreign) = self.foreign.get() {
            (foreign.functions.end)(NonNull::from_ref(&self.head), &foreign);
            self.foreign.set(None);
        }
    }
}

/// The dict of a module.
pub fn dict_of(module: &Value) -> Option<Obj<PyDict>> {
    module.downcast::<PyModule>()?.dict.try_get()?.try_into_obj().ok()
}

/// A module with the attributes that every module has.
///
/// # Errors
/// MemoryError.
pub fn module(cx: &Cx, name: &str) -> R<Obj<PyModule>> {
    let dict = cx.dict()?;
    dict.set(cx, cx.names.name(), cx.str_value(name)?)?;
    for name in [cx.names.doc(), cx.names.package(), cx.names.loader(), cx.names.spec()] {
        dict.set(cx, name, Value::none())?;
    }
    cx.alloc(PyModule { head: unborn(), dict: Slot::new(dict.into_value()), foreign: Cell::new(None) })
}

/// A built-in module with these functions.
///
/// # Errors
/// MemoryError.
pub fn builtin(cx: &Cx, name: &str, functions: &'static [Method]) -> R<Obj<PyModule>> {
    let made = module(cx, name)?;
    add(cx, made.as_value(), functions)?;
    Ok(made)
}

/// Adds functions to a built-in module.
///
/// # Errors
/// MemoryError.
pub fn add(cx: &Cx, module: &Value, functions: &'static [Method]) -> R<()> {
    let Some(dict) = dict_of(module) else { return Ok(()) };
    let name = dict.get(cx, cx.names.name())?;
    for function in functions {
        let object = cx.builtin(function, module.clone(), name.clone())?;
        dict.set_text(cx, function.name, object.into_value())?;
    }
    Ok(())
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let dict = cx.dict()?;
    let fields = PyModule { head: unborn(), dict: Slot::new(dict.into_value()), foreign: Cell::new(None) };
    Ok(cx.alloc_in(class, fields)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [name, doc] = args.bind(
        cx,
        &Params { function: "module", names: ["name", "doc"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let Some(name) = name else { return Ok(()) };
    if name.downcast::<PyStr>().is_none() {
        let given = adder_objects::arguments::type_name(name);
        return raise!(cx, exc::TYPE_ERROR, "module() argument 'name' must be str, not {given}");
    }
    let Some(dict) = dict_of(this) else { return Ok(()) };
    dict.set(cx, cx.names.name(), name.clone())?;
    dict.set(cx, cx.names.doc(), doc.cloned().unwrap_or_else(Value::none))?;
    for name in [cx.names.package(), cx.names.loader(), cx.names.spec()] {
        dict.set(cx, name, Value::none())?;
    }
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let Some(dict) = dict_of(this) else { return cx.str_value("<module '?'>") };
    let name = match dict.get(cx, cx.names.name())? {
        Some(name) => cx.repr(&name)?.to_lossy().into_owned(),
        None => "'?'".to_owned(),
    };
    let text = match dict.get(cx, cx.names.file())? {
        Some(file) => format!("<module {name} from {}>", cx.repr(&file)?.to_lossy()),
        None => match dict.get(cx, cx.names.spec())? {
            Some(spec) if !spec.is_none() => match cx.getattr_opt(&spec, cx.names.origin())? {
                Some(origin) if !origin.is_none() => format!("<module {name} ({})>", cx.display(&origin)?),
                _ => match cx.getattr_opt(&spec, &cx.intern("loader")?)? {
                    Some(loader) if !loader.is_none() => format!("<module {name} ({})>", cx.repr(&loader)?.to_lossy()),
                    _ => format!("<module {name}>"),
                },
            },
            _ if crate::deferred::is_builtin(Vm::of(cx), this, &dict)? => format!("<module {name} (built-in)>"),
            _ => match dict.get(cx, cx.names.loader())? {
                Some(loader) if !loader.is_none() => format!("<module {name} ({})>", cx.repr(&loader)?.to_lossy()),
                _ => format!("<module {name}>"),
            },
        },
    };
    cx.str_value(&text)
}

/// Generic look-up, then the module's own `__getattr__` (PEP 562).
fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let found = generic_getattr(cx, this, name)?;
    let Some(dict) = dict_of(this) else { return Ok(found) };
    if let Some(value) = found {
        if name.is(cx.names.spec()) || name.is(cx.names.loader()) {
            return crate::deferred::seen(cx, this, &dict, name, value).map(Some);
        }
        return Ok(Some(value));
    }
    if let Some(hook) = dict.get(cx, cx.names.getattr())? {
        return cx.call(&hook, core::slice::from_ref(name)).map(Some);
    }
    let Some(module) = dict.get(cx, cx.names.name())? else { return Ok(None) };
    let (module, text) = (cx.display(&module)?, cx.display(name)?);
    if let Some(spec) = dict.get(cx, cx.names.spec())?
        && crate::deferred::is_initializing(cx, &spec)?
    {
        let why = "(most likely due to a circular import)";
        let message = format!("partially initialized module '{module}' has no attribute '{text}' {why}");
        return Err(cx.attribute_error(this, name, format_args!("{message}")));
    }
    let submodule = cx.intern(&format!("{module}.{text}"))?;
    if let Some(modules) = Vm::of(cx).modules.get().downcast::<PyDict>()
        && let Some(found) = modules.get(cx, &submodule)?
        && let Some(spec) = dict_of(&found).map(|dict| dict.get(cx, cx.names.spec())).transpose()?.flatten()
        && crate::deferred::is_initializing(cx, &spec)?
    {
        let message =
            format!("cannot access submodule '{text}' of module '{module}' (most likely due to a circular import)");
        return Err(cx.attribute_error(this, name, format_args!("{message}")));
    }
    Err(cx.attribute_error(this, name, format_args!("module '{module}' has no attribute '{text}'")))
}

fn get_dict(cx: &Cx, this: &Value) -> R {
    match dict_of(this) {
        Some(dict) => Ok(dict.into_value()),
        None => Ok(cx.dict()?.into_value()),
    }
}

fn dir(cx: &Cx, this: &Value) -> R {
    if !this.is_exact(&MODULE_TYPE)
        && let Some(dict) = cx.getattr_opt(this, cx.names.dict())?
        && dict.downcast::<PyDict>().is_none()
    {
        let name = this.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{name}.__dict__ is not a dictionary");
    }
    let Some(dict) = dict_of(this) else { return Ok(cx.list([])?.into_value()) };
    if let Some(hook) = dict.get(cx, cx.names.dir())? {
        return cx.call(&hook, &[]);
    }
    let names: Vec<Value> = dict.entries().into_iter().map(|(name, _)| name).collect();
    Ok(cx.list(names)?.into_value())
}
