//! `PyEval_*`: what the running frame sees, running code objects, and functions that watch.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{LazyLock, Mutex, PoisonError};

use adder_objects::dict::PyDict;
use adder_objects::function::PyBuiltin;
use adder_objects::{Args, Cx, Obj, R, Value, exceptions as exc, raise};
use adder_vm::code::{CODE_TYPE, PyCode};
use adder_vm::function::{FUNCTION_TYPE, PyFunction};
use adder_vm::{Vm, frame_object};

use crate::border::{Borrowed, Lent, Nothing, Object, status};
use crate::contract::api;
use crate::structs::{PyMethodDef, Row, meth};

/// An attribute of the running frame; `None` if none runs.
fn of_frame(cx: &Cx, name: &str) -> R<Option<Value>> {
    match frame_object::of_running(Vm::of(cx))? {
        Some(frame) => cx.getattr_text(frame.as_value(), name).map(Some),
        None => Ok(None),
    }
}

/// The builtins that the running code sees.
fn builtins(cx: &Cx) -> R {
    Ok(of_frame(cx, "f_builtins")?.unwrap_or_else(|| Vm::of(cx).builtins.get()))
}

/// What C runs must find `print`.
pub(crate) fn give_builtins(cx: &Cx, globals: &PyDict) -> R<()> {
    if globals.get(cx, cx.names.builtins())?.is_none() {
        globals.set(cx, cx.names.builtins(), builtins(cx)?)?;
    }
    Ok(())
}

/// Runs a code object; without locals these are the globals.
///
/// # Errors
/// SystemError and TypeError for what is none; what the code raises.
pub(crate) fn run_code(cx: &Cx, code: &Value, globals: &Value, locals: Option<&Value>) -> R {
    let Ok(code) = code.clone().try_into_obj::<PyCode>() else {
        return raise!(cx, exc::TYPE_ERROR, "a code object is required, not {}", code.ty().name());
    };
    if globals.downcast::<PyDict>().is_none() {
        return raise!(cx, exc::SYSTEM_ERROR, "PyEval_EvalCode(): globals must be a dict, not {}", globals.ty().name());
    }
    Vm::of(cx).run_code(&code, globals, locals.unwrap_or(globals))
}

/// Texts for C that live as long as the process.
static TEXTS: LazyLock<Mutex<HashMap<String, CString>>> = LazyLock::new(Mutex::default);

/// A text that lives as long as the process, made once.
pub(crate) fn kept_text(text: &str) -> *const c_char {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known.as_ptr();
    }
    let made = CString::new(text.replace('\0', "")).unwrap_or_default();
    // What a `CString` points to stays where it is when the table grows.
    texts.entry(text.to_owned()).or_insert(made).as_ptr()
}

/// A function of C's that watches, and its object: what lies in the capsule that is the function's `self`.
struct Watcher {
    function: unsafe extern "C" fn(Object, Object, c_int, Object) -> c_int,
    data: Value,
    profile: bool,
}

const WATCHER: &CStr = c"adder.watcher";

/// The events by the numbers that C knows them by.
const EVENTS: &[&str] = &["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];

unsafe extern "C" fn tell(this: Object, args: Object) -> Object {
    crate::border::cross::<Value>("trace function", |cx| {
        // SAFETY: the capsule that `watch` made, and the tuple of the arguments.
        unsafe {
            let (Some(capsule), Some(args)) = (Borrowed::of(this), Borrowed::of(args)) else {
                return Ok(Value::none());
            };
            let capsule = capsule.to_owned();
            let watcher = capsule.cast::<adder_objects::capsule::PyCapsule>().pointer.get().cast::<Watcher>();
            let Some([frame, event, argument]) =
                args.downcast::<adder_objects::tuple::PyTuple>().map(adder_objects::tuple::PyTuple::items)
            else {
                return Ok(Value::none());
            };
            let event = cx.display(event)?;
            let Some(what) = EVENTS.iter().position(|known| *known == event) else { return Ok(Value::none()) };
            let argument = argument.clone().boxed(cx)?;
            let pointer = |value: &Value| -> Object { core::ptr::with_exposed_provenance_mut(value.bits()) };
            let data = (*watcher).data.clone();
            let passed = if data.is_special() { core::ptr::null_mut() } else { pointer(&data) };
            let result = ((*watcher).function)(passed, pointer(frame), what as c_int, pointer(&argument));
            status(cx, result, || "a trace function".to_owned())?;
            if (*watcher).profile {
                return Ok(Value::none());
            }
            // What is told of a frame's lines is what its call gave.
            let method = crate::call::method_of(cx, &raw const TELL.0)?;
            Ok(cx.builtin(method, capsule, None)?.into_value())
        }
    })
}

static TELL: Row = Row(PyMethodDef {
    ml_name: c"trace".as_ptr(),
    ml_meth: tell as *const c_void,
    ml_flags: meth::VARARGS,
    ml_doc: core::ptr::null(),
});

unsafe extern "C" fn free_watcher(capsule: Object) {
    // SAFETY: called once, for a capsule of `watch`.
    unsafe {
        let pointer = (*capsule.cast::<adder_objects::capsule::PyCapsule>()).pointer.get();
        drop(Box::from_raw(pointer.cast::<Watcher>()));
    }
}

fn watch(cx: &Cx, function: *mut c_void, data: Option<Borrowed>, profile: bool, all: bool) -> R<Nothing> {
    let vm = Vm::of(cx);
    if function.is_null() {
        vm.watch_with(&Value::none(), profile, all)?;
        return Ok(Nothing);
    }
    let watcher = Box::new(Watcher {
        // SAFETY: the contract: a `Py_tracefunc`.
        function: unsafe {
            core::mem::transmute::<*mut c_void, unsafe extern "C" fn(Object, Object, c_int, Object) -> c_int>(function)
        },
        data: data.map_or(Value::UNSET, |data| data.to_owned()),
        profile,
    });
    let pointer = core::ptr::NonNull::from(Box::leak(watcher)).cast::<c_void>();
    // SAFETY: the destructor frees the watcher, which is the capsule's alone.
    let capsule = unsafe { cx.capsule(pointer, Some(WATCHER), Some(free_watcher)) };
    let capsule = match capsule {
        Ok(capsule) => capsule,
        Err(raised) => {
            // SAFETY: made above, and no capsule has it.
            drop(unsafe { Box::from_raw(pointer.cast::<Watcher>().as_ptr()) });
            return Err(raised);
        }
    };
    // SAFETY: a static row.
    let method = unsafe { crate::call::method_of(cx, &raw const TELL.0) }?;
    let callable = cx.builtin(method, capsule.into_value(), None)?.into_value();
    vm.watch_with(&callable, profile, all)?;
    Ok(Nothing)
}

/// So many objects behind a pointer.
unsafe fn objects(first: *const Object, count: c_int) -> Vec<Value> {
    // SAFETY: by the contract of the caller.
    (0..usize::try_from(count).unwrap_or(0))
        .filter_map(|at| unsafe { Borrowed::of(*first.add(at)) }.map(|value| value.to_owned()))
        .collect()
}

fn name_of(cx: &Cx, function: &Value) -> R<String> {
    if function.downcast::<PyFunction>().is_some() {
        return cx.display(&cx.getattr_text(function, "__name__")?);
    }
    if let Some(builtin) = function.downcast::<PyBuiltin>() {
        return Ok(builtin.method.name.to_owned());
    }
    if function.ty().name() == "method" {
        return name_of(cx, &cx.getattr_text(function, "__func__")?);
    }
    Ok(function.ty().name().to_owned())
}

api! {
    /// The builtins that the running code sees.
    quiet fn PyEval_GetBuiltins(cx) -> Lent {
        Ok(Lent::of(&builtins(cx)?))
    }

    /// The globals of the running code; NULL without an exception if none runs.
    quiet fn PyEval_GetGlobals(cx) -> Lent {
        Ok(of_frame(cx, "f_globals")?.map_or(Lent::NULL, |globals| Lent::of(&globals)))
    }

    /// The locals of the running code: of a function a dict, which the next call for the same frame brings up to date.
    quiet fn PyEval_GetLocals(cx) -> Lent {
        match frame_object::of_running(Vm::of(cx))? {
            Some(frame) => Ok(Lent::of(&frame.lend_locals(cx)?)),
            None => raise!(cx, exc::SYSTEM_ERROR, "frame does not exist"),
        }
    }

    /// The running frame; NULL without an exception if none runs.
    quiet fn PyEval_GetFrame(cx) -> Lent {
        Ok(frame_object::of_running(Vm::of(cx))?.map_or(Lent::NULL, |frame| Lent::of(frame.as_value())))
    }

    /// The builtins that the running code sees, owned.
    quiet fn PyEval_GetFrameBuiltins(cx) -> Value {
        builtins(cx)
    }

    /// The globals of the running code, owned; NULL without an exception if none runs.
    quiet fn PyEval_GetFrameGlobals(cx) -> Option<Value> {
        of_frame(cx, "f_globals")
    }

    /// The locals of the running code, owned: of a function a dict of its own.
    quiet fn PyEval_GetFrameLocals(cx) -> Value {
        match frame_object::of_running(Vm::of(cx))? {
            Some(frame) => {
                let locals = frame.lend_locals(cx)?;
                let own = cx.getattr_text(frame.as_value(), "f_locals")?;
                // Of a function both are made for who asks; of a module it is the same dict.
                match locals.downcast::<PyDict>() {
                    Some(dict) if !own.is(&locals) => Ok(dict.copy(cx)?.into_value()),
                    _ => Ok(locals),
                }
            }
            None => raise!(cx, exc::SYSTEM_ERROR, "frame does not exist"),
        }
    }

    /// The name of a function, for a message; of something else its type's.
    quiet fn PyEval_GetFuncName(cx, function: Borrowed) -> *const c_char {
        Ok(kept_text(&name_of(cx, &function)?))
    }

    /// What belongs behind that name: `()`, or ` object`.
    quiet fn PyEval_GetFuncDesc(cx, function: Borrowed) -> *const c_char {
        let _ = cx;
        let calls = function.downcast::<PyFunction>().is_some()
            || function.downcast::<PyBuiltin>().is_some()
            || function.ty().name() == "method";
        Ok(if calls { c"()" } else { c" object" }.as_ptr())
    }

    /// Runs a code object.
    runs fn PyEval_EvalCode(cx, code: Borrowed, globals: Borrowed, locals: Option<Borrowed>) -> Value {
        run_code(cx, &code, &globals, locals.as_deref())
    }

    /// Runs a code object with arguments, as a call of a function of it does.
    runs fn PyEval_EvalCodeEx(
        cx,
        code: Borrowed,
        globals: Borrowed,
        locals: Option<Borrowed>,
        args: *const Object,
        arg_count: c_int,
        keywords: *const Object,
        keyword_count: c_int,
        defaults: *const Object,
        default_count: c_int,
        keyword_defaults: Option<Borrowed>,
        closure: Option<Borrowed>,
    ) -> Value {
        if code.ty().is_subtype(&CODE_TYPE) && arg_count == 0 && keyword_count == 0 && closure.is_none() && default_count == 0 {
            return run_code(cx, &code, &globals, locals.as_deref());
        }
        // SAFETY: the contract: so many objects, and pairs of names and values.
        let (mut values, pairs, defaults) = unsafe {
            (objects(args, arg_count), objects(keywords, keyword_count * 2), objects(defaults, default_count))
        };
        let defaults = if defaults.is_empty() { Value::none() } else { cx.tuple(defaults)?.into_value() };
        let closure = closure.map_or_else(Value::none, |closure| closure.to_owned());
        let function = cx.call(
            &FUNCTION_TYPE.value(),
            &[code.to_owned(), globals.to_owned(), Value::none(), defaults, closure],
        )?;
        if let Some(keyword_defaults) = keyword_defaults {
            cx.setattr(&function, &cx.intern("__kwdefaults__")?, Some(&keyword_defaults))?;
        }
        let mut names = Vec::new();
        for pair in pairs.chunks_exact(2) {
            names.push(pair[0].clone());
            values.push(pair[1].clone());
        }
        let names: Obj<adder_objects::tuple::PyTuple> = cx.tuple(names)?;
        cx.call_args(&function, Args::with_names(&values, (!pairs.is_empty()).then_some(&*names)))
    }

    /// Adds the flags of `__future__` that the running code has. Are there any?
    quiet fn PyEval_MergeCompilerFlags(cx, flags: *mut c_int) -> c_int {
        /// The bits of a code object that are flags for the compiler.
        const FUTURE: u32 = 0x1FE_0000;
        let running = frame_object::of_running(Vm::of(cx))?.map_or(0, |frame| frame.code().flags & FUTURE);
        // SAFETY: the contract: `PyCompilerFlags`, whose first field they are.
        unsafe {
            *flags |= running as c_int;
            Ok((*flags != 0).into())
        }
    }

    /// Has a function told of what this thread does.
    runs fn PyEval_SetTrace(cx, function: *mut c_void, data: Option<Borrowed>) -> Nothing {
        watch(cx, function, data, false, false)
    }

    /// Has a function told of the calls that this thread makes.
    runs fn PyEval_SetProfile(cx, function: *mut c_void, data: Option<Borrowed>) -> Nothing {
        watch(cx, function, data, true, false)
    }

    /// Has a function told of what all threads do.
    runs fn PyEval_SetTraceAllThreads(cx, function: *mut c_void, data: Option<Borrowed>) -> Nothing {
        watch(cx, function, data, false, true)
    }

    /// Has a function told of the calls that all threads make.
    runs fn PyEval_SetProfileAllThreads(cx, function: *mut c_void, data: Option<Borrowed>) -> Nothing {
        watch(cx, function, data, true, true)
    }
}
