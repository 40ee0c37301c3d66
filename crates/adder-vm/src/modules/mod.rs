//! The built-in modules.

mod abc;
mod accounts;
pub(crate) mod array;
pub(crate) mod ast;
pub(crate) mod at_exit;
mod binary_text;
pub(crate) mod blake2;
mod builtins;
mod builtins_class;
mod builtins_compile;
mod builtins_io;
pub(crate) mod bz2;
mod charged_memory;
mod codecs;
pub(crate) mod collections;
mod complex_mathematics;
pub(crate) mod contextvars;
pub(crate) mod csv;
pub(crate) mod datetime;
mod errno;
mod exception_classes;
pub(crate) mod expat;
mod fcntl;
pub(crate) mod functional;
mod gc;
pub(crate) mod hashes;
pub(crate) mod hashlib;
mod imp;
pub(crate) mod io;
pub(crate) mod itertools;
pub(crate) mod json;
pub(crate) mod keccak;
mod mathematics;
pub(crate) mod mmap;
pub(crate) mod multiprocessing;
mod opcode;
pub(crate) mod pickle;
mod posix;
mod process_wide;
pub(crate) mod queue;
pub(crate) mod random;
mod resource;
mod ring_buffer;
pub(crate) mod select;
mod signal;
pub(crate) mod socket;
pub(crate) mod sre;
mod string_parts;
pub(crate) mod structs;
pub mod structseq;
mod support;
mod symtable;
mod sys;
mod sys_frames;
mod sys_hooks;
mod sys_monitoring;
mod sys_threads;
mod sys_trace;
mod sysconfig;
mod termios;
pub(crate) mod testcapi;
pub(crate) mod thread;
mod time;
mod tokenize;
mod tracemalloc;
pub(crate) mod unicode_data;
pub(crate) mod warnings;
mod weakref;
pub(crate) mod zlib;

use core::cell::{Cell, RefCell};

use adder_compiler::code::LocalKind;
use adder_objects::dict::PyDict;
use adder_objects::object::Slot;
use adder_objects::weakref::PyWeakRef;
use adder_objects::{Cx, Obj, R, Raised, Value, exceptions as exc, raise};

use crate::frame::Registers;
use crate::frame_object::PyFrame;
use crate::vm::Vm;

pub(crate) use io::set_stream_encoding;
pub(crate) use signal::{arrive as signal_arrives, catch_interrupt, take_interrupt};
pub(crate) use sys::{show_exception, write_error};
pub(crate) use sys_frames::origin;
pub(crate) use tracemalloc::start as trace_allocations;

/// What the machine and its built-in modules keep beside the stack.
#[derive(Default)]
pub(crate) struct State {
    /// The next exception to be unwound is raised again: it keeps its traceback and context.
    pub(crate) reraise: Cell<bool>,
    /// The next exception to be unwound was thrown into a generator.
    pub(crate) thrown: Cell<bool>,
    /// The exception with which a frame that Rust called was left last, as bits: it may be gone.
    pub(crate) escaped: Cell<usize>,
    /// Frame objects of live frames.
    pub(crate) frames: RefCell<Vec<(Registers, Obj<PyFrame>)>>,
    /// An exception to be raised in the frame that is entered next.
    pub(crate) throwing: RefCell<Option<Raised>>,
    /// `sys.set_asyncgen_hooks`
    pub(crate) async_first: OptionalSlot,
    /// See `async_first`.
    pub(crate) async_finalizer: OptionalSlot,
    /// `sys.set_coroutine_origin_tracking_depth`
    pub(crate) origin_depth: Cell<u32>,
    /// Handlers of signals: a dict, once the module `_signal` is loaded.
    pub(crate) signals: OptionalSlot,
    /// The context that is current (`contextvars`).
    pub(crate) context: OptionalSlot,
    /// The classes of abstract syntax trees: a tuple, once one was needed.
    pub(crate) ast_classes: OptionalSlot,
    /// `sys.addaudithook`: a tuple, once there is one.
    pub(crate) audit_hooks: OptionalSlot,
    /// `atexit`: a list, once something is registered.
    pub(crate) at_exit: OptionalSlot,
    /// State of the module `_warnings`.
    pub(crate) warnings: warnings::State,
    /// `socket.setdefaulttimeout`
    pub(crate) socket_timeout: Cell<Option<core::time::Duration>>,
    /// The class of what `sys.unraisablehook` is given, once it was called.
    pub(crate) unraisable_args: OptionalSlot,
    /// `importlib` was loaded to its end: the objects that were deferred can be made.
    pub(crate) importlib_loaded: Cell<bool>,
    /// Exception classes of built-in modules by name: a dict, once there is one.
    pub(crate) exception_classes: OptionalSlot,
    /// The zone UTC of the module `_datetime`, once it is made.
    pub(crate) datetime_utc: OptionalSlot,
    /// State of the module `_pickle`.
    pub(crate) pickle: pickle::State,
    /// State of the module `_csv`.
    pub(crate) csv: csv::State,
    /// State of the module `gc`.
    pub(crate) gc: gc::State,
    /// `sys.settrace` and its like.
    pub(crate) watch: crate::eval::watch::Watch,
    /// `sys.monitoring`
    pub(crate) monitoring: crate::eval::monitoring::Monitoring,
    /// `tracemalloc`
    pub(crate) allocations: tracemalloc::State,
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
    ("_abc", abc::make),
    ("_ast", ast::make),
    ("_bisect", functional::bisect::make),
    ("_blake2", blake2::make),
    ("_bz2", bz2::make),
    ("_codecs", codecs::make),
    ("_collections", collections::make),
    ("_contextvars", contextvars::make),
    ("_csv", csv::make),
    ("_frozen_importlib", |vm| {
        in_python(vm, "_frozen_importlib", &["importlib/_bootstrap.py", "_builtin/_importlib_after.py"])
    }),
    ("_frozen_importlib_external", |vm| {
        let files = ["importlib/_bootstrap_external.py", "_builtin/_importlib_external_after.py"];
        in_python(vm, "_frozen_importlib_external", &files)
    }),
    ("_datetime", datetime::make),
    ("_functools", functional::make),
    ("_hashlib", hashlib::make),
    ("_heapq", functional::heap::make),
    ("_hmac", hashlib::make_hmac),
    ("_imp", imp::make),
    ("_io", io::make),
    ("_json", json::make),
    ("_locale", |vm| in_python(vm, "_locale", &["_builtin/_locale.py"])),
    ("_md5", hashes::make_md5),
    ("_multiprocessing", multiprocessing::make),
    ("_opcode", opcode::make),
    ("_operator", functional::operators::make),
    ("_pickle", pickle::make),
    ("_posixshmem", multiprocessing::make_memory),
    ("_posixsubprocess", posix::make_subprocess),
    ("_queue", queue::make),
    ("_random", random::make),
    ("_sha1", hashes::make_sha1),
    ("_sha2", hashes::make_sha2),
    ("_sha3", keccak::make),
    ("_remote_debugging", |vm| in_python(vm, "_remote_debugging", &["_builtin/_remote_debugging.py"])),
    ("_signal", signal::make),
    ("_site_builtins", |vm| in_python(vm, "_site_builtins", &["_builtin/_site_builtins.py"])),
    ("_socket", socket::make),
    ("_sre", sre::make),
    ("_string", string_parts::make),
    ("_struct", structs::make),
    ("_symtable", symtable::make),
    ("_sysconfig", sysconfig::make),
    ("_thread", thread::make),
    ("_tokenize", tokenize::make),
    ("_tracemalloc", tracemalloc::make),
    ("_typing", |vm| in_python(vm, "_typing", &["_builtin/_typing.py"])),
    ("_warnings", warnings::make),
    ("_weakref", weakref::make),
    ("array", array::make),
    ("atexit", at_exit::make),
    ("binascii", binary_text::make),
    ("cmath", complex_mathematics::make),
    ("errno", errno::make),
    ("fcntl", fcntl::make),
    ("gc", gc::make),
    ("grp", accounts::make_groups),
    ("itertools", itertools::make),
    ("marshal", |vm| in_python(vm, "marshal", &["_builtin/marshal.py"])),
    ("math", mathematics::make),
    ("mmap", mmap::make),
    ("posix", posix::make),
    ("pwd", accounts::make_users),
    ("pyexpat", expat::make),
    ("resource", resource::make),
    ("select", select::make),
    ("termios", termios::make),
    ("time", time::make),
    ("unicodedata", unicode_data::make),
    ("zlib", zlib::make),
];

/// Modules that only CPython's tests need.
static OF_CPYTHONS_TESTS: &[(&str, Maker)] =
    &[("_testcapi", testcapi::make), ("_testinternalcapi", testcapi::make_internal)];

/// A built-in module that is written in Python.
fn in_python(vm: &Vm, name: &str, files: &[&str]) -> R {
    let module = crate::module::builtin(&vm.cx, name, &[])?.into_value();
    support::in_python(vm, name, &module, files)?;
    Ok(module)
}

/// The built-in modules that this interpreter has.
fn makers(vm: &Vm) -> impl Iterator<Item = &'static (&'static str, Maker)> {
    let of_tests = if vm.options.cpython_tests.is_some() { OF_CPYTHONS_TESTS } else { &[] };
    MODULES.iter().chain(of_tests)
}

/// The maker of a built-in module.
pub(crate) fn find_builtin(vm: &Vm, name: &str) -> Option<Maker> {
    makers(vm).find(|(n, _)| *n == name).map(|(_, make)| *make)
}

/// `compile(…)`
pub(crate) fn compile(cx: &Cx, args: &[Value]) -> R {
    builtins_compile::compile(cx, &Value::none(), adder_objects::Args::positional(args))
}

/// `sys.settrace`, `sys.setprofile` and their forms for all threads.
pub(crate) fn watch_with(cx: &Cx, function: &Value, profile: bool, all_threads: bool) -> R<()> {
    sys_trace::watch_with(cx, function, profile, all_threads)
}

/// The calling thread is the only one in a process that was forked.
pub(crate) fn after_fork(vm: &Vm) {
    posix::after_fork(vm);
}

/// Adds a function that is told of audited events.
pub(crate) fn audit_with(cx: &Cx, hook: &Value) -> R<()> {
    sys::add_audit_hook(cx, &Value::none(), hook).map(drop)
}

/// Tells the audit hooks of an event.
pub(crate) fn audit(cx: &Cx, event: &str, args: &[Value]) -> R<()> {
    sys::tell_audit(cx, event, args)
}

/// The names of all built-in modules.
pub(crate) fn builtin_names(vm: &Vm) -> Vec<&'static str> {
    let mut names: Vec<&str> = makers(vm).map(|(name, _)| *name).chain(["builtins", "sys"]).collect();
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
    cx.hooks.warn.set(Some(warnings::warn_natively));
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
    crate::threads::close(vm);
    gc::tell_at_end(vm);
    let cx = &*vm.cx;
    if !vm.options.warn_options.is_empty() {
        // Who asked for warnings gets those of the end, too.
        let _ = cx.import("warnings");
    }
    let modules = vm.modules.get();
    let Some(modules) = modules.downcast::<PyDict>() else { return };
    let (sys, builtins) = (crate::module::dict_of(&vm.sys.get()), vm.builtins.get());
    for name in ["last_exc", "last_type", "last_value", "last_traceback"] {
        // What holds the frames of the error that ended the program.
        let _ = sys.as_ref().map(|sys| sys.remove(cx, &cx.intern(name)?));
    }
    // Only watched: what hangs together with a module's names is found by the collector, while the names are still there.
    let mut weak = Vec::new();
    // Warnings can still be given while the other modules end; and what is built in works still, also where it is written in Python.
    let mut late = Vec::new();
    for (name, module) in modules.entries() {
        let text = cx.display(&name).unwrap_or_default();
        if matches!(text.as_str(), "warnings" | "_py_warnings" | "_warnings") {
            late.extend(crate::module::dict_of(&module));
            continue;
        }
        if find_builtin(vm, &text).is_some() {
            late.extend(crate::module::dict_of(&module));
        } else if let Some(dict) = crate::module::dict_of(&module)
            && !dict.as_value().is(&builtins)
            && sys.as_ref().is_none_or(|sys| !sys.is(&dict))
        {
            match cx.weak_ref(&module, None) {
                Ok(reference) => weak.push(reference),
                Err(_) => late.push(dict),
            }
        }
        let _ = modules.set(cx, &name, Value::none());
    }
    cx.heap.collect();
    for module in weak {
        let module = module.downcast::<PyWeakRef>().and_then(PyWeakRef::target);
        let Some(dict) = module.as_ref().and_then(crate::module::dict_of) else { continue };
        for (name, _) in dict.entries() {
            let _ = dict.set(cx, &name, Value::none());
        }
    }
    cx.heap.collect();
    for dict in late {
        for (name, _) in dict.entries() {
            let _ = dict.set(cx, &name, Value::none());
        }
    }
    cx.hooks.unraisable.set(None);
    for slot in [
        &*vm.state.unraisable_args,
        &*vm.state.audit_hooks,
        &*vm.state.async_first,
        &*vm.state.async_finalizer,
        &*vm.state.context,
        &*vm.state.ast_classes,
        &*vm.state.csv.dialects,
        &*vm.state.datetime_utc,
        &*vm.state.exception_classes,
        &*vm.state.at_exit,
        vm.state.pickle.slot(),
    ] {
        drop(slot.take());
    }
    if let Some(extensions) = vm.extensions.get() {
        (extensions.end)(cx);
    }
    vm.state.warnings.slots().into_iter().for_each(|slot| drop(slot.take()));
    vm.state.gc.end(cx);
    tracemalloc::stop(vm);
    sys_trace::end(vm);
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
    vm.trim_stack(vm.current.get());
    vm.cx.release_spent();
    gc::when_due(vm);
}

/// Calls the handlers of signals that have arrived. An interrupt that came from outside the module `signal` is one too.
pub(crate) fn handle_signals(vm: &Vm) -> R<()> {
    if signal::run_arrived(vm)? {
        return Ok(());
    }
    Err(vm.cx.error_of(&adder_objects::exceptions::KEYBOARD_INTERRUPT, &[]))
}
