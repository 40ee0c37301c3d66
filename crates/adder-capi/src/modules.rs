//! `PyModule_*`: modules from C's definitions, in one phase or in several (PEP 489).

use core::ffi::{c_char, c_int, c_long, c_void};
use core::ptr::NonNull;

use adder_gc::Tracer;
use adder_gc::raw::Head;
use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::module::{self, Foreign, ForeignFunctions};

use crate::border::{Borrowed, Lent, Object, Outcome, StolenOnSuccess, bad_call};
use crate::call::{method_of, text};
use crate::contract::api;
use crate::errors::text_of;
use crate::structs::{PyMethodDef, PyModuleDef};

/// Numbers of `PyModuleDef_Slot`.
mod slot {
    use core::ffi::c_int;
    pub(super) const CREATE: c_int = 1;
    pub(super) const EXEC: c_int = 2;
    pub(super) const MULTIPLE_INTERPRETERS: c_int = 3;
    pub(super) const GIL: c_int = 4;
}

/// What a module of C's was made from, and its state.
fn foreign_of(module: &Value) -> Option<Foreign> {
    module.downcast::<module::PyModule>()?.foreign.get()
}

/// The state of a module; NULL if it has none.
pub fn state_of(module: &Value) -> *mut c_void {
    foreign_of(module).map_or(core::ptr::null_mut(), |foreign| foreign.state)
}

/// The definition of a module; NULL if it was not made from one.
pub fn def_of(module: &Value) -> *mut PyModuleDef {
    foreign_of(module).map_or(core::ptr::null_mut(), |foreign| foreign.def.cast())
}

static STATE: ForeignFunctions = ForeignFunctions { trace, clear, end };

/// The definition of a module whose functions for its state are to be called: not before there is a state, if there is to be one.
fn with_state(foreign: &Foreign) -> Option<&PyModuleDef> {
    // SAFETY: a definition lives as long as the program.
    let def = unsafe { &*foreign.def.cast::<PyModuleDef>() };
    (def.m_size <= 0 || !foreign.state.is_null()).then_some(def)
}

fn trace(module: NonNull<Head>, foreign: &Foreign, tracer: &mut Tracer<'_>) {
    if let Some(f) = with_state(foreign).and_then(|def| def.m_traverse) {
        // SAFETY: the contract of `m_traverse`.
        unsafe { crate::types::death::visit_with(tracer, f, module) };
    }
}

fn clear(module: NonNull<Head>, foreign: &Foreign) {
    if let Some(f) = with_state(foreign).and_then(|def| def.m_clear) {
        // SAFETY: the contract of `m_clear`.
        unsafe { f(module.as_ptr()) };
    }
}

fn end(module: NonNull<Head>, foreign: &Foreign) {
    // What is raised stays so: the module may die in the middle of anything.
    let raised = crate::indicator::take();
    if let Some(f) = with_state(foreign).and_then(|def| def.m_free) {
        // SAFETY: the contract of `m_free`.
        unsafe { f(module.as_ptr().cast()) };
    }
    // SAFETY: allocated by `allocate_state`.
    unsafe { crate::memory::PyMem_Free(foreign.state) };
    if let (Some(left), Some(cx)) = (crate::indicator::take(), Cx::try_current()) {
        cx.unraisable(left, Some("in the end of a module"), None);
    }
    if let Some(raised) = raised {
        crate::indicator::set(raised);
    }
}

/// Gives a module its state.
fn allocate_state(cx: &Cx, module: &Value, def: *mut PyModuleDef) -> R<()> {
    // SAFETY: a definition.
    let size = unsafe { (*def).m_size };
    let Some(it) = module.downcast::<module::PyModule>() else { return Ok(()) };
    let state = if size > 0 {
        // SAFETY: any size may be asked for.
        let state = unsafe { crate::memory::PyMem_Calloc(1, size as usize) };
        if state.is_null() {
            return Err(cx.no_memory());
        }
        state
    } else {
        core::ptr::null_mut()
    };
    it.foreign.set(Some(Foreign { def: def.cast(), state, functions: &STATE }));
    Ok(())
}

/// Adds what a definition says: functions and documentation.
///
/// # Safety
/// A definition.
unsafe fn fill(cx: &Cx, module: &Value, def: *const PyModuleDef) -> R<()> {
    // SAFETY: by the contract.
    unsafe {
        add_functions(cx, module, (*def).m_methods)?;
        if let Some(doc) = text((*def).m_doc)
            && let Some(dict) = module::dict_of(module)
        {
            dict.set(cx, cx.names.doc(), cx.str_value(doc)?)?;
        }
    }
    Ok(())
}

unsafe fn add_functions(cx: &Cx, module: &Value, mut row: *const PyMethodDef) -> R<()> {
    let Some(dict) = module::dict_of(module) else { return Ok(()) };
    let name = dict.get(cx, cx.names.name())?;
    // SAFETY: NULL, or a table that ends with a row without a name.
    unsafe {
        while !row.is_null()
            && let Some(function) = text((*row).ml_name)
        {
            let method = method_of(cx, row)?;
            let made = cx.builtin(method, module.clone(), name.clone())?.into_value();
            dict.set_text(cx, function, made)?;
            row = row.add(1);
        }
    }
    Ok(())
}

/// The first phase of a definition with slots: the module, empty.
///
/// # Errors
/// SystemError for slots that make no sense; what `Py_mod_create` raises.
///
/// # Safety
/// A definition.
pub unsafe fn create(cx: &Cx, def: *mut PyModuleDef, spec: &Value) -> R {
    let name = cx.display(&cx.getattr_text(spec, "name")?)?;
    let (mut creates, mut executes, mut interpreters, mut lock) = (None, false, false, false);
    let more = |what: &str| -> R { raise!(cx, exc::SYSTEM_ERROR, "module {name} has more than one {what}") };
    // SAFETY: NULL, or a table that ends with the slot 0.
    unsafe {
        if (*def).m_size < 0 {
            return raise!(
                cx,
                exc::SYSTEM_ERROR,
                "module {name}: m_size may not be negative for multi-phase initialization"
            );
        }
        let mut at = (*def).m_slots;
        while !at.is_null() && (*at).slot != 0 {
            match (*at).slot {
                slot::CREATE if creates.is_some() => {
                    return raise!(cx, exc::SYSTEM_ERROR, "module {name} has multiple create slots");
                }
                slot::CREATE => creates = Some((*at).value),
                slot::EXEC => executes = true,
                slot::MULTIPLE_INTERPRETERS if interpreters => return more("'multiple interpreters' slots"),
                slot::MULTIPLE_INTERPRETERS => interpreters = true,
                slot::GIL if lock => return more("'gil' slot"),
                slot::GIL => lock = true,
                other => {
                    return raise!(cx, exc::SYSTEM_ERROR, "module {name} uses unknown slot ID {other}");
                }
            }
            at = at.add(1);
        }
        let made = match creates {
            Some(create) => {
                let f = core::mem::transmute::<*mut c_void, unsafe extern "C" fn(Object, *mut PyModuleDef) -> Object>(
                    create,
                );
                let spec = spec.clone().give(cx)?;
                let made = f(spec, def);
                drop(Value::from_owned(core::ptr::NonNull::new_unchecked(spec)));
                match (NonNull::new(made), crate::indicator::take()) {
                    (Some(made), None) => Value::from_owned(made),
                    (None, Some(raised)) => return Err(raised),
                    (None, None) => {
                        let what = "failed without setting an exception";
                        return raise!(cx, exc::SYSTEM_ERROR, "creation of module {name} {what}");
                    }
                    (Some(made), Some(raised)) => {
                        drop(Value::from_owned(made));
                        let message = format_args!("creation of module {name} raised unreported exception");
                        return Err(crate::border::with_cause(cx, message, raised));
                    }
                }
            }
            None => module::module(cx, &name)?.into_value(),
        };
        if made.downcast::<module::PyModule>().is_some() {
            allocate_state(cx, &made, def)?;
            fill(cx, &made, def)?;
            return Ok(made);
        }
        let asks =
            (*def).m_size > 0 || (*def).m_traverse.is_some() || (*def).m_clear.is_some() || (*def).m_free.is_some();
        if asks {
            let what = "is not a module object, but requests module state";
            return raise!(cx, exc::SYSTEM_ERROR, "module {name} {what}");
        }
        if executes {
            let what = "specifies execution slots, but did not create a ModuleType instance";
            return raise!(cx, exc::SYSTEM_ERROR, "module {name} {what}");
        }
        fill(cx, &made, def)?;
        Ok(made)
    }
}

/// Does a definition say that each interpreter, with a lock of its own, may have a module of it?
///
/// # Safety
/// A definition.
pub unsafe fn is_for_each_interpreter(def: *const PyModuleDef) -> bool {
    // SAFETY: by the contract; the table ends with the slot 0.
    unsafe {
        let mut at = (*def).m_slots;
        while !at.is_null() && (*at).slot != 0 {
            if (*at).slot == slot::MULTIPLE_INTERPRETERS {
                return (*at).value.addr() == PER_INTERPRETER;
            }
            at = at.add(1);
        }
    }
    false
}

/// `Py_MOD_PER_INTERPRETER_GIL_SUPPORTED`
const PER_INTERPRETER: usize = 2;

/// The second phase: runs the `Py_mod_exec` slots.
///
/// # Errors
/// What they raise.
pub fn exec(cx: &Cx, module: &Value) -> R<()> {
    let def = def_of(module);
    if def.is_null() {
        return Ok(());
    }
    // SAFETY: the module's own definition.
    unsafe { exec_with(cx, module, def) }
}

/// The same with the slots of this definition.
///
/// # Safety
/// A definition.
unsafe fn exec_with(cx: &Cx, module: &Value, def: *mut PyModuleDef) -> R<()> {
    let name = || -> String {
        cx.getattr_opt(module, cx.names.name())
            .ok()
            .flatten()
            .and_then(|name| cx.display(&name).ok())
            .unwrap_or_default()
    };
    // SAFETY: a definition lives as long as the program; its table ends with the slot 0.
    unsafe {
        let mut at = (*def).m_slots;
        while !at.is_null() && (*at).slot != 0 {
            if (*at).slot == slot::EXEC {
                let f = core::mem::transmute::<*mut c_void, unsafe extern "C" fn(Object) -> c_int>((*at).value);
                let this = core::ptr::with_exposed_provenance_mut(module.bits());
                match (f(this), crate::indicator::take()) {
                    (0, None) => {}
                    (0, Some(raised)) => {
                        let message = format!("execution of module {} raised unreported exception", name());
                        return Err(crate::border::with_cause(cx, format_args!("{message}"), raised));
                    }
                    (_, Some(raised)) => return Err(raised),
                    (_, None) => {
                        let what = "failed without setting an exception";
                        return raise!(cx, exc::SYSTEM_ERROR, "execution of module {} {what}", name());
                    }
                }
            }
            at = at.add(1);
        }
    }
    Ok(())
}

/// A module from now on found by its definition.
pub fn remember(cx: &Cx, module: &Value, def: *mut PyModuleDef) {
    forget(cx, def);
    crate::state::of(cx).modules.borrow_mut().push((def.addr(), module.clone()));
}

fn forget(cx: &Cx, def: *mut PyModuleDef) {
    let modules = &crate::state::of(cx).modules;
    let at = modules.borrow().iter().position(|(of, _)| *of == def.addr());
    // Its end may run code: the list is free by then.
    let old = at.map(|at| modules.borrow_mut().remove(at));
    drop(old);
}

/// A string in the namespace of a module.
fn text_attribute(cx: &Cx, module: &Value, name: &Value, missing: &str) -> R {
    let Some(dict) = module::dict_of(module) else {
        return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation");
    };
    match dict.get(cx, name)?.filter(|value| value.downcast::<PyStr>().is_some()) {
        Some(value) => Ok(value),
        None => raise!(cx, exc::SYSTEM_ERROR, "{missing}"),
    }
}

fn dict_of(cx: &Cx, module: &Value, function: &'static str) -> R<adder_objects::Obj<PyDict>> {
    module::dict_of(module).ok_or_else(|| bad_call(cx, function))
}

/// TypeError for anything but a module. One that is being taken apart has no dict any more.
fn must_be_module(cx: &Cx, module: &Value) -> R<()> {
    match module.downcast::<module::PyModule>() {
        Some(_) => Ok(()),
        None => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
    }
}

fn add(cx: &Cx, module: &Value, name: *const c_char, value: Value, function: &'static str) -> R<()> {
    if module.downcast::<module::PyModule>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "{function}() first argument must be a module");
    }
    // SAFETY: the contract: a text.
    let name = cx.intern(&unsafe { text_of(name) })?;
    dict_of(cx, module, function)?.set(cx, &name, value)
}

api! {
    /// A module from a definition, in one phase.
    runs fn PyModule_Create2(cx, def: *mut PyModuleDef, version: c_int) -> Value {
        let _ = version;
        if def.is_null() {
            return Err(bad_call(cx, "PyModule_Create2"));
        }
        // SAFETY: a definition.
        unsafe {
            let Some(name) = text((*def).m_name) else { return Err(bad_call(cx, "PyModule_Create2")) };
            if !(*def).m_slots.is_null() {
                return raise!(
                    cx,
                    exc::SYSTEM_ERROR,
                    "module {name}: PyModule_Create is incompatible with m_slots"
                );
            }
            let made = module::module(cx, &crate::load::full_name(name))?.into_value();
            allocate_state(cx, &made, def)?;
            fill(cx, &made, def)?;
            Ok(made)
        }
    }

    /// Makes a definition an object: what an init function with several phases returns.
    quiet fn PyModuleDef_Init(cx, def: *mut PyModuleDef) -> *mut c_void {
        let _ = cx;
        // SAFETY: a definition.
        unsafe { crate::load::mark_definition(def) };
        Ok(def.cast())
    }

    /// An empty module.
    quiet fn PyModule_New(cx, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        Ok(module::module(cx, &unsafe { text_of(name) })?.into_value())
    }

    /// `module.__dict__`
    quiet fn PyModule_GetDict(cx, module: Borrowed) -> Lent {
        Ok(Lent::of(dict_of(cx, &module, "PyModule_GetDict")?.as_value()))
    }

    /// `module.__name__`
    quiet fn PyModule_GetNameObject(cx, module: Borrowed) -> Value {
        text_attribute(cx, &module, cx.names.name(), "nameless module")
    }

    /// `module.__name__` as a text, which lives as long as the name.
    quiet fn PyModule_GetName(cx, module: Borrowed) -> *const c_char {
        let name = text_attribute(cx, &module, cx.names.name(), "nameless module")?;
        // SAFETY: a string, which the module holds.
        Ok(unsafe { crate::text::read::PyUnicode_AsUTF8(core::ptr::with_exposed_provenance_mut(name.bits())) })
    }

    /// `module.__file__`
    quiet fn PyModule_GetFilenameObject(cx, module: Borrowed) -> Value {
        text_attribute(cx, &module, cx.names.file(), "module filename missing")
    }

    /// The same as a text, which lives as long as the name.
    quiet fn PyModule_GetFilename(cx, module: Borrowed) -> *const c_char {
        let name = text_attribute(cx, &module, cx.names.file(), "module filename missing")?;
        // SAFETY: a string, which the module holds.
        Ok(unsafe { crate::text::read::PyUnicode_AsUTF8(core::ptr::with_exposed_provenance_mut(name.bits())) })
    }

    /// An empty module of this name.
    quiet fn PyModule_NewObject(cx, name: Borrowed) -> Value {
        let made = module::module(cx, "")?;
        if let Some(dict) = module::dict_of(made.as_value()) {
            dict.set(cx, cx.names.name(), name.to_owned())?;
        }
        Ok(made.into_value())
    }

    /// A module from a definition with slots and a spec: the first phase.
    runs fn PyModule_FromDefAndSpec2(cx, def: *mut PyModuleDef, spec: Borrowed, version: c_int) -> Value {
        let _ = version;
        if def.is_null() {
            return Err(bad_call(cx, "PyModule_FromDefAndSpec2"));
        }
        // SAFETY: a definition.
        unsafe {
            crate::load::mark_definition(def);
            create(cx, def, &spec)
        }
    }

    /// Runs the slots of a definition for a module: the second phase.
    runs fn PyModule_ExecDef(cx, module: Borrowed, def: *mut PyModuleDef) -> () {
        if def.is_null() || module.downcast::<module::PyModule>().is_none() {
            return Err(bad_call(cx, "PyModule_ExecDef"));
        }
        // SAFETY: the contract: a definition.
        unsafe {
            if (*def).m_size >= 0 && foreign_of(&module).is_none_or(|foreign| foreign.state.is_null()) {
                allocate_state(cx, &module, def)?;
            }
            exec_with(cx, &module, def)
        }
    }

    /// Does the module do without the interpreter's lock? It has it all the same.
    quiet fn PyUnstable_Module_SetGIL(cx, module: Borrowed, lock: *mut c_void) -> () {
        let _ = lock;
        if module.downcast::<module::PyModule>().is_none() {
            return Err(bad_call(cx, "PyUnstable_Module_SetGIL"));
        }
        Ok(())
    }

    /// The module of a definition in this interpreter; NULL if there is none.
    quiet fn PyState_FindModule(cx, def: *mut PyModuleDef) -> Lent {
        let modules = crate::state::of(cx).modules.borrow();
        Ok(modules.iter().find(|(of, _)| *of == def.addr()).map_or(Lent::NULL, |(_, module)| Lent::of(module)))
    }

    /// Makes a module the one of its definition in this interpreter.
    quiet fn PyState_AddModule(cx, module: Borrowed, def: *mut PyModuleDef) -> () {
        // SAFETY: the contract: a definition.
        if def.is_null() || unsafe { !(*def).m_slots.is_null() } {
            return raise!(cx, exc::SYSTEM_ERROR, "PyState_AddModule called on module with slots");
        }
        remember(cx, &module, def);
        Ok(())
    }

    /// There is no module of a definition in this interpreter any more.
    runs fn PyState_RemoveModule(cx, def: *mut PyModuleDef) -> () {
        // SAFETY: the contract: a definition.
        if def.is_null() || unsafe { !(*def).m_slots.is_null() } {
            return raise!(cx, exc::SYSTEM_ERROR, "PyState_RemoveModule called on module with slots");
        }
        forget(cx, def);
        Ok(())
    }

    /// The state of a module.
    quiet fn PyModule_GetState(cx, module: Borrowed) -> *mut c_void {
        must_be_module(cx, &module)?;
        Ok(state_of(&module))
    }

    /// The definition of a module.
    quiet fn PyModule_GetDef(cx, module: Borrowed) -> *mut c_void {
        must_be_module(cx, &module)?;
        Ok(def_of(&module).cast())
    }

    /// `module.name = value`
    runs fn PyModule_AddObjectRef(cx, module: Borrowed, name: *const c_char, value: Option<Borrowed>) -> () {
        match value {
            Some(value) => add(cx, &module, name, value.to_owned(), "PyModule_AddObjectRef"),
            None => Err(crate::indicator::take().unwrap_or_else(|| {
                cx.error(&exc::SYSTEM_ERROR, format_args!("PyModule_AddObjectRef() must be called with an exception raised if value is NULL"))
            })),
        }
    }

    /// `module.name = value`; takes the reference over if it succeeds.
    runs fn PyModule_AddObject(cx, module: Borrowed, name: *const c_char, value: StolenOnSuccess) -> () {
        let Some(held) = value.borrow() else {
            return Err(crate::indicator::take().unwrap_or_else(|| {
                cx.error(&exc::SYSTEM_ERROR, format_args!("PyModule_AddObjectRef() must be called with an exception raised if value is NULL"))
            }));
        };
        add(cx, &module, name, held.to_owned(), "PyModule_AddObjectRef")?;
        drop(value.take());
        Ok(())
    }

    /// `module.name = value`; takes the reference over in any case.
    runs fn PyModule_Add(cx, module: Borrowed, name: *const c_char, value: Option<crate::border::Stolen>) -> () {
        match value {
            Some(value) => add(cx, &module, name, value.0, "PyModule_AddObjectRef"),
            None => Err(crate::indicator::take().unwrap_or_else(|| bad_call(cx, "PyModule_Add"))),
        }
    }

    /// `module.name = value`
    runs fn PyModule_AddIntConstant(cx, module: Borrowed, name: *const c_char, value: c_long) -> () {
        add(cx, &module, name, cx.int(value)?, "PyModule_AddIntConstant")
    }

    /// `module.name = value`
    runs fn PyModule_AddStringConstant(cx, module: Borrowed, name: *const c_char, value: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let value = cx.str_value(&unsafe { text_of(value) })?;
        add(cx, &module, name, value, "PyModule_AddStringConstant")
    }

    /// Makes a type ready and adds it under its name.
    runs fn PyModule_AddType(cx, module: Borrowed, class: *mut adder_objects::TypeObject) -> () {
        // SAFETY: the contract: a type whose fields are filled in.
        unsafe {
            crate::types::ready::ready(cx, class)?;
            let full = text_of((*class).c.tp_name.get());
            let short = full.rsplit('.').next().unwrap_or(&full);
            dict_of(cx, &module, "PyModule_AddType")?.set(cx, &cx.intern(short)?, (*class).value())
        }
    }

    /// Adds functions.
    runs fn PyModule_AddFunctions(cx, module: Borrowed, functions: *const PyMethodDef) -> () {
        // SAFETY: the contract: a table that ends with a row without a name.
        unsafe { add_functions(cx, &module, functions) }
    }

    /// Sets the documentation.
    runs fn PyModule_SetDocString(cx, module: Borrowed, doc: *const c_char) -> () {
        // SAFETY: the contract: a text.
        let doc = cx.str_value(&unsafe { text_of(doc) })?;
        dict_of(cx, &module, "PyModule_SetDocString")?.set(cx, cx.names.doc(), doc)
    }

    /// A module of Python 2's time: made, and left in `sys.modules` for the import to find.
    runs fn Py_InitModule4(
        cx,
        name: *const c_char,
        functions: *const PyMethodDef,
        doc: *const c_char,
        this: Option<Borrowed>,
        version: c_int,
    ) -> Lent {
        let _ = (this, version);
        // SAFETY: the contract: texts, and a table that ends with a row without a name.
        unsafe {
            let name = crate::load::full_name(&text_of(name));
            let made = module::module(cx, &name)?.into_value();
            add_functions(cx, &made, functions)?;
            if !doc.is_null() {
                dict_of(cx, &made, "Py_InitModule4")?.set(cx, cx.names.doc(), cx.str_value(&text_of(doc))?)?;
            }
            let modules = cx.getattr_text(&cx.import("sys")?, "modules")?;
            cx.setitem(&modules, &cx.str_value(&name)?, Some(&made))?;
            Ok(Lent::of(&made))
        }
    }

    /// Imports a module by its name.
    runs fn PyImport_ImportModule(cx, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        crate::imports::import_by_name(cx, &cx.str_value(&unsafe { text_of(name) })?)
    }

    /// Imports a module by its name.
    runs fn PyImport_Import(cx, name: Borrowed) -> Value {
        crate::imports::import_by_name(cx, &name)
    }
}
