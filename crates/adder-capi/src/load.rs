//! Loading extension modules: from a shared object to a module.

use core::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use crate::border::Object;
use crate::indicator;
use crate::structs::PyModuleDef;

/// Ends of the names of files that hold extension modules, in the order in which they are tried.
pub const SUFFIXES: &[&str] = &[EXT_SUFFIX, ".so"];

/// The end that `build-ext` gives: nothing built for CPython has it.
pub const EXT_SUFFIX: &str = concat!(".adder-314-", env!("ADDER_TARGET"), ".so");

thread_local! {
    /// The full name of the module that is being loaded, and what it is called in its definition.
    static LOADING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The full name of the module that is being loaded, for a definition that says the last part of it.
pub fn full_name(short: &str) -> String {
    LOADING.with_borrow(|loading| match loading.last() {
        Some(full) if full == short || full.rsplit('.').next() == Some(short) => full.clone(),
        _ => short.to_owned(),
    })
}

/// What a definition's second word points to after `PyModuleDef_Init`: it tells a definition from a module.
static DEFINITION: u64 = 0;

/// Marks a definition.
///
/// # Safety
/// A definition.
pub unsafe fn mark_definition(def: *mut PyModuleDef) {
    // SAFETY: by the contract; the head of a definition is no object's.
    unsafe {
        let words: *mut usize = def.cast();
        words.add(1).write((&raw const DEFINITION).addr());
    }
}

unsafe fn is_definition(object: Object) -> bool {
    // SAFETY: an init function gives a module or a definition: both have two words.
    unsafe { object.cast::<usize>().add(1).read() == (&raw const DEFINITION).addr() }
}

/// What a function of an extension module is called by: `PyInit_` and the last part of its name.
fn symbol_of(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    if last.is_ascii() { format!("PyInit_{last}") } else { format!("PyInitU_{}", last.replace('-', "_")) }
}

/// The same of Python 2's time.
fn old_symbol_of(name: &str) -> String {
    format!("init{}", name.rsplit('.').next().unwrap_or(name))
}

/// A module whose init function gives nothing, but leaves it in `sys.modules`.
fn of_python_2(cx: &Cx, name: &str, init: unsafe extern "C" fn()) -> R {
    LOADING.with_borrow_mut(|loading| loading.push(name.to_owned()));
    // SAFETY: the init function of a module.
    unsafe { init() };
    LOADING.with_borrow_mut(Vec::pop);
    if let Some(raised) = indicator::take() {
        return Err(raised);
    }
    let modules = cx.getattr_text(&cx.import("sys")?, "modules")?;
    match modules.downcast::<adder_objects::dict::PyDict>().map(|modules| modules.get_text(cx, name)).transpose()? {
        Some(Some(module)) => Ok(module),
        _ => raise!(cx, exc::SYSTEM_ERROR, "dynamic module {name} was not initialized properly: it made no module"),
    }
}

/// Files that were loaded: by which interpreter first, and whether each interpreter may have a module of it.
static LOADED: LazyLock<Mutex<HashMap<String, (u64, bool)>>> = LazyLock::new(Mutex::default);

/// Notes that an interpreter has loaded a file. False if it is another's, and not made for several.
fn note(cx: &Cx, file: &str, for_each: Option<bool>) -> bool {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let this = crate::state::of(cx).number;
    match (loaded.get(file), for_each) {
        (Some(&(owner, each)), _) => owner == this || each,
        (None, Some(each)) => {
            loaded.insert(file.to_owned(), (this, each));
            true
        }
        (None, None) => true,
    }
}

/// Files whose init functions run now: for which interpreter, and how deep in one another.
static RUNNING: Mutex<Vec<(String, u64, usize)>> = Mutex::new(Vec::new());
static ENDED: Condvar = Condvar::new();

/// The interpreter's turn to load a file: two that load it at once could not tell who was first.
struct Turn(String);

impl Turn {
    fn take(cx: &Cx, file: &str) -> Turn {
        let this = crate::state::of(cx).number;
        adder_vm::Vm::of(cx).without_lock(|| {
            let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                match running.iter_mut().find(|(name, ..)| name == file) {
                    None => {
                        running.push((file.to_owned(), this, 1));
                        return;
                    }
                    // What it imports may lie in the same file.
                    Some((_, owner, depth)) if *owner == this => {
                        *depth += 1;
                        return;
                    }
                    Some(_) => running = ENDED.wait(running).unwrap_or_else(PoisonError::into_inner),
                }
            }
        });
        Turn(file.to_owned())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = running.iter().position(|(name, ..)| *name == self.0) {
            running[at].2 -= 1;
            if running[at].2 == 0 {
                running.swap_remove(at);
                ENDED.notify_all();
            }
        }
    }
}

/// `_imp.create_dynamic(spec)`: loads the file of a spec and makes its module.
///
/// # Errors
/// ImportError if it is no extension module; what its init function raises.
pub fn create(cx: &Cx, spec: &Value) -> R {
    crate::state::begin(cx);
    let name = cx.display(&cx.getattr_text(spec, "name")?)?;
    let file = cx.display(&cx.getattr_text(spec, "origin")?)?;
    let fail = |message: String| -> adder_objects::Raised { import_error(cx, &message, &name, &file) };
    let _turn = Turn::take(cx, &file);
    if !note(cx, &file, None) {
        return Err(fail(format!("module {name} does not support loading in subinterpreters")));
    }
    // SAFETY: loading runs the file's initialisers: that is what an extension module is.
    let library = match unsafe { Library::open(Some(Path::new(&file)), RTLD_NOW | RTLD_LOCAL) } {
        Ok(library) => library,
        Err(error) => return Err(fail(cause_of(&error))),
    };
    let symbol = symbol_of(&name);
    // SAFETY: the init function of a module has this type.
    let init = match unsafe { library.get::<unsafe extern "C" fn() -> Object>(symbol.as_bytes()) } {
        Ok(init) => *init,
        Err(_) => {
            // SAFETY: the init function of a module of Python 2's time has this type.
            if let Ok(init) = unsafe { library.get::<unsafe extern "C" fn()>(old_symbol_of(&name).as_bytes()) } {
                let init = *init;
                core::mem::forget(library);
                note(cx, &file, Some(false));
                return of_python_2(cx, &name, init);
            }
            return Err(fail(format!("dynamic module does not define module export function ({symbol})")));
        }
    };
    // SAFETY: a text that ends with a zero.
    if unsafe { library.get::<*const core::ffi::c_char>(b"_Adder_Module") }.is_err() {
        let what = "it was built for another Python (compile it against Adder's Python.h)";
        return Err(fail(format!("module {name} cannot be loaded: {what}")));
    }
    // What it has given out points into it for as long as the process lives.
    core::mem::forget(library);
    // SAFETY: as above.
    unsafe { initialize(cx, &name, init, spec, Some(&file)) }
}

/// Calls the init function of a module, and makes what it defines.
///
/// # Errors
/// What it raises; SystemError where it breaks its contract.
///
/// # Safety
/// The init function of a module of this name.
pub unsafe fn initialize(
    cx: &Cx,
    name: &str,
    init: unsafe extern "C" fn() -> Object,
    spec: &Value,
    file: Option<&str>,
) -> R {
    LOADING.with_borrow_mut(|loading| loading.push(name.to_owned()));
    // SAFETY: by the contract.
    let made = unsafe { init() };
    LOADING.with_borrow_mut(Vec::pop);
    let raised = indicator::take();
    if made.is_null() {
        return match raised {
            Some(raised) => Err(raised),
            None => {
                raise!(cx, exc::SYSTEM_ERROR, "initialization of {name} failed without raising an exception")
            }
        };
    }
    if let Some(raised) = raised {
        let message = format_args!("initialization of {name} raised unreported exception");
        return Err(crate::border::with_cause(cx, message, raised));
    }
    // SAFETY: a definition, or a new reference to a module.
    unsafe {
        if is_definition(made) {
            if let Some(file) = file {
                note(cx, file, Some(crate::modules::is_for_each_interpreter(made.cast())));
            }
            return crate::modules::create(cx, made.cast(), spec);
        }
        let module = Value::from_owned(core::ptr::NonNull::new_unchecked(made));
        if let Some(file) = file {
            note(cx, file, Some(false));
            if let Some(dict) = adder_vm::module::dict_of(&module) {
                dict.set(cx, cx.names.file(), cx.str_value(file)?)?;
            }
        }
        let def = crate::modules::def_of(&module);
        if !def.is_null() {
            crate::modules::remember(cx, &module, def);
        }
        Ok(module)
    }
}

/// `_imp.exec_dynamic(module)`
///
/// # Errors
/// What the module's `Py_mod_exec` slots raise.
pub fn exec(cx: &Cx, module: &Value) -> R<()> {
    crate::modules::exec(cx, module)
}

fn cause_of(error: &libloading::Error) -> String {
    match error {
        libloading::Error::DlOpen { desc } => format!("{desc:?}").trim_matches('"').to_owned(),
        other => other.to_string(),
    }
}

fn import_error(cx: &Cx, message: &str, name: &str, file: &str) -> adder_objects::Raised {
    let made = (|| -> R {
        let made = cx.call(&exc::IMPORT_ERROR.value(), &[cx.str_value(message)?])?;
        cx.setattr(&made, &cx.intern("name")?, Some(&cx.str_value(name)?))?;
        cx.setattr(&made, &cx.intern("path")?, Some(&cx.str_value(file)?))?;
        Ok(made)
    })();
    match made {
        Ok(exception) => adder_objects::Raised::new(exception),
        Err(raised) => raised,
    }
}
