//! `PyModule_*`: modules from C's definitions, in one phase or in several (PEP 489).

use core::ffi::{c_char, c_int, c_long, c_void};

use adder_objects::dict::PyDict;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::module;

use crate::border::{Borrowed, Lent, Object, Outcome, StolenOnSuccess, bad_call, returned, status};
use crate::call::{method_of, text};
use crate::contract::api;
use crate::errors::text_of;
use crate::structs::{PyMethodDef, PyModuleDef};

/// A module that was made from a definition.
#[derive(Debug)]
pub struct Made {
    /// The definition.
    pub def: *mut PyModuleDef,
    /// Its state: `m_size` bytes, or NULL.
    pub state: *mut c_void,
}

/// Numbers of `PyModuleDef_Slot`.
mod slot {
    use core::ffi::c_int;
    pub(super) const CREATE: c_int = 1;
    pub(super) const EXEC: c_int = 2;
    pub(super) const MULTIPLE_INTERPRETERS: c_int = 3;
    pub(super) const GIL: c_int = 4;
}

/// The module's own row in the table of the interpreter.
fn with<T>(cx: &Cx, module: &Value, look: impl FnOnce(&Made) -> T) -> Option<T> {
    crate::state::of(cx).modules.borrow().get(&module.bits()).map(look)
}

/// The state of a module; NULL if it has none.
pub fn state_of(cx: &Cx, module: &Value) -> *mut c_void {
    with(cx, module, |made| made.state).unwrap_or(core::ptr::null_mut())
}

/// The definition of a module; NULL if it was not made from one.
pub fn def_of(cx: &Cx, module: &Value) -> *mut PyModuleDef {
    with(cx, module, |made| made.def).unwrap_or(core::ptr::null_mut())
}

/// Gives a module its state.
fn allocate_state(cx: &Cx, module: &Value, def: *mut PyModuleDef) -> R<()> {
    // SAFETY: a definition.
    let size = unsafe { (*def).m_size };
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
    crate::state::of(cx).modules.borrow_mut().insert(module.bits(), Made { def, state });
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
    let mut creates = None;
    // SAFETY: NULL, or a table that ends with the slot 0.
    unsafe {
        let mut at = (*def).m_slots;
        while !at.is_null() && (*at).slot != 0 {
            match (*at).slot {
                slot::CREATE if creates.is_some() => {
                    return raise!(cx, exc::SYSTEM_ERROR, "module {name} has multiple create slots");
                }
                slot::CREATE => creates = Some((*at).value),
                slot::EXEC | slot::MULTIPLE_INTERPRETERS | slot::GIL => {}
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
                let made = returned(cx, f(spec, def), || format!("creation of module {name}"));
                drop(Value::from_owned(core::ptr::NonNull::new_unchecked(spec)));
                made?
            }
            None => module::module(cx, &name)?.into_value(),
        };
        if made.downcast::<module::PyModule>().is_some() {
            allocate_state(cx, &made, def)?;
            fill(cx, &made, def)?;
        }
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
    let def = def_of(cx, module);
    if def.is_null() {
        return Ok(());
    }
    // SAFETY: a definition lives as long as the program; its table ends with the slot 0.
    unsafe {
        let mut at = (*def).m_slots;
        while !at.is_null() && (*at).slot != 0 {
            if (*at).slot == slot::EXEC {
                let f = core::mem::transmute::<*mut c_void, unsafe extern "C" fn(Object) -> c_int>((*at).value);
                let this = core::ptr::with_exposed_provenance_mut(module.bits());
                let done = f(this);
                status(cx, done, || "execution of a module".to_owned())?;
            }
            at = at.add(1);
        }
    }
    Ok(())
}

fn dict_of(cx: &Cx, module: &Value, function: &'static str) -> R<adder_objects::Obj<PyDict>> {
    module::dict_of(module).ok_or_else(|| bad_call(cx, function))
}

/// The dict of a module; TypeError for anything else.
fn a_module(cx: &Cx, module: &Value) -> R<adder_objects::Obj<PyDict>> {
    match module::dict_of(module) {
        Some(dict) => Ok(dict),
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
        match a_module(cx, &module)?.get(cx, cx.names.name())? {
            Some(name) => Ok(name),
            None => raise!(cx, exc::SYSTEM_ERROR, "nameless module"),
        }
    }

    /// The state of a module.
    quiet fn PyModule_GetState(cx, module: Borrowed) -> *mut c_void {
        a_module(cx, &module)?;
        Ok(state_of(cx, &module))
    }

    /// The definition of a module.
    quiet fn PyModule_GetDef(cx, module: Borrowed) -> *mut c_void {
        a_module(cx, &module)?;
        Ok(def_of(cx, &module).cast())
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
