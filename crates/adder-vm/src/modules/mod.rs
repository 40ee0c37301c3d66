//! The built-in modules.

mod builtins;
mod builtins_class;
mod builtins_io;
mod codecs;
pub(crate) mod collections;
pub(crate) mod contextvars;
mod errno;
mod gc;
pub(crate) mod hashes;
mod imp;
pub(crate) mod itertools;
mod mathematics;
mod posix;
pub(crate) mod random;
mod signal;
pub(crate) mod sre;
mod stream;
mod string_parts;
pub(crate) mod structseq;
mod support;
mod sys;
mod sys_hooks;
mod thread;
mod time;
mod weakref;

use core::cell::{Cell, RefCell};

use adder_compiler::code::LocalKind;
use adder_objects::dict::PyDict;
use adder_objects::object::Slot;
use adder_objects::{Cx, Obj, R, Raised, Value, exceptions as exc, raise};

use crate::frame::Registers;
use crate::frame_object::PyFrame;
use crate::vm::Vm;

pub(crate) use signal::catch_interrupt;
pub(crate) use stream::STREAM_TYPE;
pub(crate) use sys::write_error;

/// What the machine and its built-in modules keep beside the stack.
#[derive(Default)]
pub(crate) struct State {
    /// The next exception to be unwound is raised again: it keeps its traceback and context.
    pub(crate) reraise: Cell<bool>,
    /// Frame objects of live frames.
    pub(crate) frames: RefCell<Vec<(Registers, Obj<PyFrame>)>>,
    /// An exception to be raised in the frame that is entered next.
    pub(crate) throwing: RefCell<Option<Raised>>,
    /// `sys.set_asyncgen_hooks`
    pub(crate) async_first: OptionalSlot,
    /// See `async_first`.
    pub(crate) async_finalizer: OptionalSlot,
    /// Handlers of signals: a dict, once the module `_signal` is loaded.
    pub(crate) signals: OptionalSlot,
    /// The context that is current (`contextvars`).
    pub(crate) context: OptionalSlot,
    /// `sys.addaudithook`: a tuple, once there is one.
    pub(crate) audit_hooks: OptionalSlot,
    /// State of the module `gc`.
    pub(crate) gc: gc::State,
}

/// A slot that is empty by default.
pub(crate) struct OptionalSlot(Slot);

impl Default for OptionalSlot {
    fn default() -> OptionalSlot {
        OptionalSlot(Slot::empty())
    }
}

impl core::ops::Deref for OptionalSlot {
    type Target = Slot;
    fn deref(&self) -> &Slot {
        &self.0
    }
}

/// Makes a built-in module.
type Maker = fn(&Vm) -> R;

/// Built-in modules that are made when they are imported.
static MODULES: &[(&str, Maker)] = &[
    ("_codecs", codecs::make),
    ("_collections", collections::make),
    ("_contextvars", contextvars::make),
    ("_imp", imp::make),
    // The classes are those of the library's own `_pyio`.
    ("_io", |vm| in_python(vm, "_io", &["_builtin/_io_before.py", "_pyio.py", "_builtin/_io_after.py"])),
    ("_locale", |vm| in_python(vm, "_locale", &["_builtin/_locale.py"])),
    ("_md5", hashes::make_md5),
    ("_random", random::make),
    ("_sha1", hashes::make_sha1),
    ("_sha2", hashes::make_sha2),
    ("_signal", signal::make),
    ("_sre", sre::make),
    ("_string", string_parts::make),
    ("_thread", thread::make),
    ("_warnings", |vm| in_python(vm, "_warnings", &["_builtin/_warnings.py"])),
    ("_weakref", weakref::make),
    ("atexit", |vm| in_python(vm, "atexit", &["_builtin/atexit.py"])),
    ("errno", errno::make),
    ("gc", gc::make),
    ("itertools", itertools::make),
    ("math", mathematics::make),
    ("marshal", |vm| in_python(vm, "marshal", &["_builtin/marshal.py"])),
    ("posix", posix::make),
    ("time", time::make),
];

/// A built-in module that is written in Python.
fn in_python(vm: &Vm, name: &str, files: &[&str]) -> R {
    let module = crate::module::builtin(&vm.cx, name, &[])?.into_value();
    support::in_python(vm, name, &module, files)?;
    Ok(module)
}

/// The maker of a built-in module.
pub(crate) fn find_builtin(name: &str) -> Option<Maker> {
    MODULES.iter().find(|(n, _)| *n == name).map(|(_, make)| *make)
}

/// The names of all built-in modules.
pub(crate) fn builtin_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = MODULES.iter().map(|(name, _)| *name).chain(["builtins", "sys"]).collect();
    names.sort_unstable();
    names
}

/// Makes `builtins`, `sys` and `__main__`.
pub(crate) fn init(vm: &Vm) -> R<()> {
    let cx = &*vm.cx;
    vm.modules.set(cx.dict()?.into_value());
    cx.hooks.import.set(Some(|cx, name| crate::import::load(Vm::of(cx), name)));
    cx.hooks.traceback_type.set(Some(&crate::traceback::TRACEBACK_TYPE));
    cx.hooks.super_arguments.set(Some(super_arguments));
    cx.hooks.module_name.set(Some(module_name));
    cx.hooks.unraisable.set(Some(sys::unraisable));
    cx.hooks.warn.set(Some(sys::warn));
    let builtins = builtins::make(vm)?;
    if let Some(dict) = crate::module::dict_of(&builtins) {
        vm.builtins.set(dict.into_value());
    }
    crate::finder::register(vm, "builtins", &builtins)?;
    let sys = sys::make(vm)?;
    vm.sys.set(sys.clone());
    crate::finder::register(vm, "sys", &sys)?;
    let main = crate::module::module(cx, "__main__")?.into_value();
    if let Some(dict) = crate::module::dict_of(&main) {
        dict.set(cx, cx.names.builtins(), builtins)?;
    }
    crate::finder::register(vm, "__main__", &main)
}

/// Ends the modules: what their dicts hold dies while `sys` and `builtins` still work.
pub(crate) fn end(vm: &Vm) {
    let cx = &*vm.cx;
    let modules = vm.modules.get();
    let Some(modules) = modules.downcast::<PyDict>() else { return };
    let (sys, builtins) = (crate::module::dict_of(&vm.sys.get()), vm.builtins.get());
    let mut dicts = Vec::new();
    for (name, module) in modules.entries() {
        if let Some(dict) = crate::module::dict_of(&module)
            && !dict.as_value().is(&builtins)
            && sys.as_ref().is_none_or(|sys| !sys.is(&dict))
        {
            dicts.push(dict);
        }
        let _ = modules.set(cx, &name, Value::none());
    }
    cx.heap.collect();
    for dict in dicts {
        for (name, _) in dict.entries() {
            let _ = dict.set(cx, &name, Value::none());
        }
    }
    cx.heap.collect();
    cx.hooks.unraisable.set(None);
    for slot in [&*vm.state.audit_hooks, &*vm.state.async_first, &*vm.state.async_finalizer, &*vm.state.context] {
        drop(slot.take());
    }
    vm.state.gc.end(cx);
    signal::end(vm);
    if let Some(sys) = sys {
        sys.clear_all();
    }
    if let Some(builtins) = builtins.downcast::<PyDict>() {
        builtins.clear_all();
    }
    modules.clear_all();
}

/// `__name__` of the module whose code is running.
fn module_name(cx: &Cx) -> R<Option<Value>> {
    match crate::frame_object::running(Vm::of(cx)) {
        // SAFETY: the running frame is live.
        Some((registers, _)) => match unsafe { registers.py_function() }.globals() {
            Some(globals) => globals.get(cx, cx.names.name()),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

/// What `super()` means where it is called: the cell `__class__` and the first parameter of the running function.
fn super_arguments(cx: &Cx) -> R<(Value, Value)> {
    let no = |text: &str| -> R<(Value, Value)> { raise!(cx, exc::RUNTIME_ERROR, "super(): {text}") };
    let Some((registers, _)) = crate::frame_object::running(Vm::of(cx)) else { return no("no current frame") };
    // SAFETY: the running frame is live.
    unsafe {
        let code = registers.code();
        if code.arg_count == 0 {
            return no("no arguments");
        }
        let first = (*registers.0).clone();
        let first = match code.code.locals[0].kind {
            LocalKind::Cell if first.downcast::<adder_objects::cell::PyCell>().is_some() => {
                crate::cells::get(&first).unwrap_or(Value::UNBOUND)
            }
            _ => first,
        };
        if first.is_unbound() {
            return no("arg[0] deleted");
        }
        let Some(at) = code.code.locals.iter().position(|l| &*l.name == "__class__" && l.kind == LocalKind::Free)
        else {
            return no("__class__ cell not found");
        };
        match crate::cells::get(&*registers.0.add(at)) {
            Some(class) => Ok((class, first)),
            None => no("empty __class__ cell"),
        }
    }
}

/// A collection is due: does a step of one.
pub(crate) fn collect_when_due(vm: &Vm) {
    gc::when_due(vm);
}

/// Calls the handlers of signals that have arrived. An interrupt that came from outside the module `signal` is one too.
pub(crate) fn handle_signals(vm: &Vm) -> R<()> {
    if signal::run_arrived(vm)? {
        return Ok(());
    }
    Err(vm.cx.error_of(&adder_objects::exceptions::KEYBOARD_INTERRUPT, &[]))
}

/// The spec of a module: what `__spec__` holds.
pub(crate) fn spec(vm: &Vm, name: &str, package: Option<&str>, file: &str) -> R {
    let cx = &*vm.cx;
    let attributes = cx.dict()?;
    let origin = if file.is_empty() { Value::none() } else { cx.str_value(file)? };
    let locations = match package {
        Some(folder) => cx.list([cx.str_value(folder)?])?.into_value(),
        None => Value::none(),
    };
    let parent = if package.is_some() { name } else { name.rsplit_once('.').map_or("", |(p, _)| p) };
    for (key, value) in [
        ("name", cx.str_value(name)?),
        ("loader", Value::none()),
        ("origin", origin),
        ("submodule_search_locations", locations),
        ("loader_state", Value::none()),
        ("cached", Value::none()),
        ("parent", cx.str_value(parent)?),
        ("has_location", Value::bool(!file.is_empty())),
        ("_initializing", Value::bool(false)),
    ] {
        attributes.set_text(cx, key, value)?;
    }
    Ok(cx.namespace(attributes)?.into_value())
}
