//! `PyImport_*`: importing, `sys.modules`, and modules that are linked into a program.

use core::ffi::{c_char, c_int, c_long};
use std::sync::{Mutex, PoisonError};

use adder_objects::dict::PyDict;
use adder_objects::function::PyBuiltin;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::{Vm, import, module, visitors};

use crate::border::{Borrowed, Lent, Object};
use crate::contract::{api, without_interpreter};
use crate::errors::text_of;
use crate::evaluation::{give_builtins, kept_text, run_code};

/// The init function of a module.
pub type Init = unsafe extern "C" fn() -> Object;

/// `struct _inittab`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct Inittab {
    pub name: *const c_char,
    pub initfunc: Option<Init>,
}

/// Modules that are linked into the program: the same for all of its interpreters, like the program itself.
static LINKED: Mutex<Vec<(String, Init)>> = Mutex::new(Vec::new());

/// The names of the modules that are linked into the program.
pub fn linked_names() -> Vec<String> {
    LINKED.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(name, _)| name.clone()).collect()
}

/// Adds those names to `sys.builtin_module_names`.
///
/// # Errors
/// MemoryError.
pub fn name_linked(cx: &Cx) -> R<()> {
    let linked = linked_names();
    if linked.is_empty() {
        return Ok(());
    }
    let sys = Vm::of(cx).sys.get();
    let mut names = Vec::new();
    for name in cx.collect(&cx.getattr_text(&sys, "builtin_module_names")?)? {
        names.push(cx.display(&name)?);
    }
    names.extend(linked);
    names.sort_unstable();
    let names = names.iter().map(|name| cx.str_value(name)).collect::<R<Vec<_>>>()?;
    cx.setattr(&sys, &cx.intern("builtin_module_names")?, Some(&cx.tuple(names)?.into_value()))
}

/// Makes a module that is linked into the program, and puts it into `sys.modules`.
pub fn linked(cx: &Cx, name: &str) -> Option<R> {
    let found =
        LINKED.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(n, _)| n == name).map(|(_, i)| *i)?;
    Some((|| {
        crate::state::begin(cx);
        let machinery = cx.import("importlib.machinery")?;
        let loader = cx.getattr_text(&machinery, "BuiltinImporter")?;
        let spec = cx.call(&cx.getattr_text(&machinery, "ModuleSpec")?, &[cx.str_value(name)?, loader.clone()])?;
        cx.setattr(&spec, &cx.intern("origin")?, Some(&cx.str_value("built-in")?))?;
        // SAFETY: the program's own init function of this module.
        let made = unsafe { crate::load::initialize(cx, name, found, &spec, None) }?;
        if let Some(dict) = module::dict_of(&made) {
            dict.set(cx, cx.names.spec(), spec)?;
            dict.set(cx, cx.names.loader(), loader)?;
        }
        modules(cx)?.set_text(cx, name, made.clone())?;
        if let Err(raised) = crate::modules::exec(cx, &made) {
            modules(cx)?.remove(cx, &cx.intern(name)?)?;
            return Err(raised);
        }
        Ok(made)
    })())
}

/// `sys.modules`
fn modules(cx: &Cx) -> R<adder_objects::Obj<PyDict>> {
    match Vm::of(cx).modules.get().try_into_obj::<PyDict>() {
        Ok(modules) => Ok(modules),
        Err(_) => raise!(cx, exc::RUNTIME_ERROR, "unable to get sys.modules"),
    }
}

/// Imports by what `__import__` is where the code runs: gives the module itself, not its top package.
pub(crate) fn import_by_name(cx: &Cx, name: &Value) -> R {
    let vm = Vm::of(cx);
    let globals = match adder_vm::frame_object::of_running(vm)? {
        Some(frame) => Some(cx.getattr_text(frame.as_value(), "f_globals")?),
        None => None,
    };
    let builtins = match globals.as_ref().and_then(Value::downcast::<PyDict>) {
        Some(globals) => vm.builtins_of(globals)?,
        None => vm.builtins.get(),
    };
    let function = match builtins.downcast::<PyDict>().map(|all| all.get(cx, cx.names.import())).transpose()?.flatten()
    {
        Some(function) => function,
        None => return raise!(cx, exc::KEY_ERROR, "'__import__'"),
    };
    if function.downcast::<PyBuiltin>().is_some_and(|known| known.method.name == "__import__") {
        if name.downcast::<adder_objects::str::PyStr>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "module name must be a string");
        }
        return match cx.display(name)? {
            text if text.is_empty() => raise!(cx, exc::VALUE_ERROR, "Empty module name"),
            text => cx.import(&text),
        };
    }
    let globals = match globals {
        Some(globals) => globals,
        None => cx.dict()?.into_value(),
    };
    let from = cx.list([])?.into_value();
    cx.call(&function, &[name.clone(), globals.clone(), globals, from, Value::small(0)])?;
    match modules(cx)?.get(cx, name)? {
        Some(module) => Ok(module),
        None => Err(cx.key_error(name)),
    }
}

/// The module of `sys.modules`, made if there is none.
fn added(cx: &Cx, name: &Value) -> R {
    let all = modules(cx)?;
    match all.get(cx, name)? {
        Some(found) if found.downcast::<module::PyModule>().is_some() => Ok(found),
        _ => {
            let made = module::module(cx, &cx.display(name)?)?.into_value();
            all.set(cx, name, made.clone())?;
            Ok(made)
        }
    }
}

/// What a compiled file is of, or none: a text of C's for a path.
unsafe fn path(cx: &Cx, text: *const c_char) -> R<Option<Value>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: by the contract of the caller.
    Ok(Some(cx.str_value(&unsafe { text_of(text) })?))
}

/// Runs code as a module of this name, which is in `sys.modules` afterwards.
fn exec_code(cx: &Cx, name: &Value, code: &Value, file: Option<Value>, compiled: Option<Value>) -> R {
    let made = added(cx, name)?;
    let all = modules(cx)?;
    let run = || -> R<()> {
        let Some(dict) = module::dict_of(&made) else { return Ok(()) };
        give_builtins(cx, &dict)?;
        let external = cx.import("importlib._bootstrap_external")?;
        let file = match (file, &compiled) {
            (Some(file), _) => file,
            (None, Some(compiled)) => {
                cx.call(&cx.getattr_text(&external, "_get_sourcefile")?, core::slice::from_ref(compiled))?
            }
            (None, None) => cx.getattr_text(code, "co_filename")?,
        };
        let compiled = compiled.unwrap_or_else(Value::none);
        let fix = cx.getattr_text(&external, "_fix_up_module")?;
        cx.call(&fix, &[dict.as_value().clone(), name.clone(), file, compiled])?;
        run_code(cx, code, dict.as_value(), None).map(drop)
    };
    if let Err(raised) = run() {
        // It may be there no more.
        let _ = all.remove(cx, name);
        return Err(raised);
    }
    match all.get(cx, name)? {
        Some(module) => Ok(module),
        None => {
            raise!(cx, exc::IMPORT_ERROR, "Loaded module {} not found in sys.modules", cx.repr(name)?.to_lossy())
        }
    }
}

/// Notes a module of the program's own.
unsafe fn link(row: &Inittab) -> bool {
    if !visitors::interpreters().is_empty() {
        crate::threads::fatal(
            "PyImport_AppendInittab",
            "PyImport_AppendInittab() may not be called after Py_Initialize()",
        );
    }
    let Some(init) = row.initfunc else { return false };
    // SAFETY: by the contract of the caller.
    let name = unsafe { text_of(row.name) };
    LINKED.lock().unwrap_or_else(PoisonError::into_inner).push((name, init));
    true
}

without_interpreter! {
    /// Adds a module of the program's own, before the first interpreter is made.
    fn PyImport_AppendInittab(name: *const c_char, initfunc: Option<Init>) -> c_int {
        // SAFETY: the contract: a text.
        if unsafe { link(&Inittab { name, initfunc }) } { 0 } else { -1 }
    }

    /// Adds modules of the program's own: a table that ends with a row without a name.
    fn PyImport_ExtendInittab(table: *const Inittab) -> c_int {
        let mut row = table;
        // SAFETY: the contract: such a table.
        unsafe {
            while !row.is_null() && !(*row).name.is_null() {
                if !link(&*row) {
                    return -1;
                }
                row = row.add(1);
            }
        }
        0
    }

    /// What the compiled files of this version begin with.
    fn PyImport_GetMagicNumber() -> c_long {
        0x0A0D_0E2B
    }
}

api! {
    /// Imports a module by its name.
    runs fn PyImport_ImportModuleNoBlock(cx, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        cx.import(&unsafe { text_of(name) })
    }

    /// Imports a module's attribute (3.14).
    runs fn PyImport_ImportModuleAttr(cx, module: Borrowed, name: Borrowed) -> Value {
        let module = import_by_name(cx, &module)?;
        cx.getattr(&module, &name)
    }

    /// The same by texts.
    runs fn PyImport_ImportModuleAttrString(cx, module: *const c_char, name: *const c_char) -> Value {
        // SAFETY: the contract: texts.
        let (module, name) = unsafe { (cx.str_value(&text_of(module))?, cx.intern(&text_of(name))?) };
        let module = import_by_name(cx, &module)?;
        cx.getattr(&module, &name)
    }

    /// `__import__` itself, whatever the program has put in its place.
    runs fn PyImport_ImportModuleLevelObject(
        cx,
        name: Option<Borrowed>,
        globals: Option<Borrowed>,
        locals: Option<Borrowed>,
        from: Option<Borrowed>,
        level: c_int,
    ) -> Value {
        let _ = locals;
        let Some(name) = name else { return raise!(cx, exc::VALUE_ERROR, "Empty module name") };
        let from = from.map_or_else(Value::none, |from| from.to_owned());
        import::import(Vm::of(cx), &name, globals.as_deref(), &from, level.into())
    }

    /// The same by a text.
    runs fn PyImport_ImportModuleLevel(
        cx,
        name: *const c_char,
        globals: Option<Borrowed>,
        locals: Option<Borrowed>,
        from: Option<Borrowed>,
        level: c_int,
    ) -> Value {
        let _ = locals;
        let from = from.map_or_else(Value::none, |from| from.to_owned());
        // SAFETY: the contract: a text.
        let name = cx.str_value(&unsafe { text_of(name) })?;
        import::import(Vm::of(cx), &name, globals.as_deref(), &from, level.into())
    }

    /// A module of `sys.modules`; NULL without an exception if there is none.
    runs fn PyImport_GetModule(cx, name: Borrowed) -> Option<Value> {
        modules(cx)?.get(cx, &name)
    }

    /// `sys.modules`
    quiet fn PyImport_GetModuleDict(cx) -> Lent {
        Ok(Lent::of(modules(cx)?.as_value()))
    }

    /// A module of `sys.modules`, made and left there if there is none.
    runs fn PyImport_AddModuleObject(cx, name: Borrowed) -> Lent {
        Ok(Lent::of(&added(cx, &name)?))
    }

    /// The same by a text.
    runs fn PyImport_AddModule(cx, name: *const c_char) -> Lent {
        // SAFETY: the contract: a text.
        Ok(Lent::of(&added(cx, &cx.intern(&unsafe { text_of(name) })?)?))
    }

    /// The same, owned.
    runs fn PyImport_AddModuleRef(cx, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        added(cx, &cx.intern(&unsafe { text_of(name) })?)
    }

    /// `importlib.reload(module)`
    runs fn PyImport_ReloadModule(cx, module: Borrowed) -> Value {
        cx.call(&cx.getattr_text(&cx.import("importlib")?, "reload")?, &[module.to_owned()])
    }

    /// What imports from an entry of a path, or None.
    runs fn PyImport_GetImporter(cx, path: Borrowed) -> Value {
        cx.call(&cx.getattr_text(&cx.import("pkgutil")?, "get_importer")?, &[path.to_owned()])
    }

    /// Loads a frozen module: there are none, so 0.
    quiet fn PyImport_ImportFrozenModule(cx, name: *const c_char) -> c_int {
        let _ = (cx, name);
        Ok(0)
    }

    /// The same.
    quiet fn PyImport_ImportFrozenModuleObject(cx, name: Borrowed) -> c_int {
        let _ = (cx, name);
        Ok(0)
    }

    /// What the names of compiled files have in their middle.
    runs fn PyImport_GetMagicTag(cx) -> *const c_char {
        let implementation = cx.getattr_text(&Vm::of(cx).sys.get(), "implementation")?;
        Ok(kept_text(&cx.display(&cx.getattr_text(&implementation, "cache_tag")?)?))
    }

    /// Runs code as a module.
    runs fn PyImport_ExecCodeModule(cx, name: *const c_char, code: Borrowed) -> Value {
        // SAFETY: the contract: a text.
        exec_code(cx, &cx.intern(&unsafe { text_of(name) })?, &code, None, None)
    }

    /// The same of a file.
    runs fn PyImport_ExecCodeModuleEx(cx, name: *const c_char, code: Borrowed, file: *const c_char) -> Value {
        // SAFETY: the contract: texts.
        unsafe { exec_code(cx, &cx.intern(&text_of(name))?, &code, path(cx, file)?, None) }
    }

    /// The same of a file that was compiled.
    runs fn PyImport_ExecCodeModuleWithPathnames(
        cx,
        name: *const c_char,
        code: Borrowed,
        file: *const c_char,
        compiled: *const c_char,
    ) -> Value {
        // SAFETY: the contract: texts.
        unsafe { exec_code(cx, &cx.intern(&text_of(name))?, &code, path(cx, file)?, path(cx, compiled)?) }
    }

    /// The same by objects.
    runs fn PyImport_ExecCodeModuleObject(
        cx,
        name: Borrowed,
        code: Borrowed,
        file: Option<Borrowed>,
        compiled: Option<Borrowed>,
    ) -> Value {
        exec_code(cx, &name, &code, file.map(|file| file.to_owned()), compiled.map(|file| file.to_owned()))
    }
}
