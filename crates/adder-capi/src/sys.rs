//! `PySys_*`: the module `sys`, as C uses it.

use core::ffi::{c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};

use adder_objects::dict::PyDict;
use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, Obj, R, Value, exceptions as exc, raise};
use adder_vm::{Vm, module};

use crate::border::{Borrowed, Lent, Nothing, Object, status};
use crate::contract::{api, without_interpreter};
use crate::errors::text_of;
use crate::structs::{PyMethodDef, Row, meth};
use crate::threads::Data;

fn dict(cx: &Cx) -> R<Obj<PyDict>> {
    match module::dict_of(&Vm::of(cx).sys.get()) {
        Some(dict) => Ok(dict),
        None => raise!(cx, exc::RUNTIME_ERROR, "lost sys module"),
    }
}

/// Text of C's wide characters.
///
/// # Safety
/// NULL, or characters that end with a zero.
pub unsafe fn wide_text(mut text: *const libc::wchar_t) -> String {
    let mut all = String::new();
    // SAFETY: by the contract.
    unsafe {
        while !text.is_null() && *text != 0 {
            all.push(char::from_u32(*text as u32).unwrap_or(char::REPLACEMENT_CHARACTER));
            text = text.add(1);
        }
    }
    all
}

/// `sys.argv`, and in front of `sys.path` the folder of the program.
unsafe fn set_argv(cx: &Cx, count: c_int, args: *const *const libc::wchar_t, update_path: bool) -> R<()> {
    let mut all = Vec::new();
    for at in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: by the contract of the caller.
        all.push(unsafe { wide_text(*args.add(at)) });
    }
    if all.is_empty() {
        all.push(String::new());
    }
    let values = all.iter().map(|arg| cx.str_value(arg)).collect::<R<Vec<_>>>()?;
    let dict = dict(cx)?;
    dict.set_text(cx, "argv", cx.list(values)?.into_value())?;
    if update_path && let Some(path) = dict.get_text(cx, "path")? {
        let first = match all[0].as_str() {
            "-c" | "" => String::new(),
            "-m" => std::env::current_dir().map(|here| here.to_string_lossy().into_owned()).unwrap_or_default(),
            program => {
                let real = std::fs::canonicalize(program).unwrap_or_else(|_| program.into());
                real.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
            }
        };
        cx.call_method(&path, &cx.intern("insert")?, &[Value::small(0), cx.str_value(&first)?])?;
    }
    Ok(())
}

/// A function of C's that is told of audited events.
type Hook = unsafe extern "C" fn(*const c_char, Object, *mut c_void) -> c_int;

/// C's hooks: of the process, for they also see the making of interpreters.
static HOOKS: Mutex<Vec<(Hook, Data)>> = Mutex::new(Vec::new());

fn hook_at(at: usize) -> Option<(Hook, *mut c_void)> {
    HOOKS.lock().unwrap_or_else(PoisonError::into_inner).get(at).map(|(hook, data)| (*hook, data.0))
}

static TELL: Row = Row(PyMethodDef {
    ml_name: c"audithook".as_ptr(),
    ml_meth: tell as *const c_void,
    ml_flags: meth::VARARGS,
    ml_doc: core::ptr::null(),
});

/// Calls all of C's hooks with an event and its arguments.
unsafe extern "C" fn tell(_this: Object, args: Object) -> Object {
    crate::border::cross::<Value>("audit hook", |cx| {
        // SAFETY: the tuple of the arguments.
        let Some(args) = (unsafe { Borrowed::of(args) }) else { return Ok(Value::none()) };
        let Some([event, given]) = args.downcast::<PyTuple>().map(PyTuple::items) else { return Ok(Value::none()) };
        call_hooks(cx, &cx.display(event)?, given)?;
        Ok(Value::none())
    })
}

fn call_hooks(cx: &Cx, event: &str, given: &Value) -> R<()> {
    let name = crate::evaluation::kept_text(event);
    let mut at = 0;
    while let Some((hook, data)) = hook_at(at) {
        at += 1;
        // SAFETY: C's hook, which borrows a text and a tuple.
        let result = unsafe { hook(name, core::ptr::with_exposed_provenance_mut(given.bits()), data) };
        status(cx, if result == 0 { 0 } else { -1 }, || "an audit hook".to_owned())?;
    }
    Ok(())
}

/// An interpreter was made: it tells C's hooks of its events, if there are any.
///
/// # Errors
/// MemoryError.
pub fn begin_hooks(cx: &Cx) -> R<()> {
    if hook_at(0).is_none() {
        return Ok(());
    }
    // SAFETY: a static row.
    let method = unsafe { crate::call::method_of(cx, &raw const TELL.0) }?;
    Vm::of(cx).audit_with(&cx.builtin(method, Value::none(), None)?.into_value())
}

without_interpreter! {
    /// Has a function told of audited events, in all interpreters.
    fn PySys_AddAuditHook(hook: Option<Hook>, data: *mut c_void) -> c_int {
        let Some(hook) = hook else { return -1 };
        if let Some(cx) = Cx::try_current() {
            // Those that are there already may refuse.
            if let Err(raised) = Vm::of(cx).audit("sys.addaudithook", &[]) {
                if raised.is(&exc::RUNTIME_ERROR) {
                    return 0;
                }
                crate::indicator::set(raised);
                return -1;
            }
        }
        let mut hooks = HOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        let first = hooks.is_empty();
        hooks.push((hook, Data(data)));
        drop(hooks);
        match Cx::try_current().filter(|_| first).map(begin_hooks) {
            Some(Err(raised)) => {
                crate::indicator::set(raised);
                -1
            }
            _ => 0,
        }
    }
}

api! {
    /// An attribute of `sys`; NULL without an exception if there is none.
    quiet fn PySys_GetObject(cx, name: *const c_char) -> Lent {
        // SAFETY: the contract: a text.
        let found = dict(cx).and_then(|dict| dict.get_text(cx, &unsafe { text_of(name) }));
        match found.ok().flatten() {
            Some(value) if value.is_small() => {
                // What C borrows must have an owner: the dict gets the box.
                let boxed = value.boxed(cx)?;
                // SAFETY: as above.
                dict(cx)?.set_text(cx, &unsafe { text_of(name) }, boxed.clone())?;
                Ok(Lent::of(&boxed))
            }
            Some(value) => Ok(Lent::of(&value)),
            None => Ok(Lent::NULL),
        }
    }

    /// Sets an attribute of `sys`; NULL deletes it.
    runs fn PySys_SetObject(cx, name: *const c_char, value: Option<Borrowed>) -> () {
        // SAFETY: the contract: a text.
        let name = cx.intern(&unsafe { text_of(name) })?;
        match value {
            Some(value) => dict(cx)?.set(cx, &name, value.to_owned()),
            None => dict(cx)?.remove(cx, &name).map(drop),
        }
    }

    /// `sys._xoptions`
    quiet fn PySys_GetXOptions(cx) -> Lent {
        match dict(cx)?.get_text(cx, "_xoptions")? {
            Some(options) => Ok(Lent::of(&options)),
            None => Ok(Lent::NULL),
        }
    }

    /// Empties `sys.warnoptions`.
    runs fn PySys_ResetWarnOptions(cx) -> Nothing {
        let options = dict(cx)?.get_text(cx, "warnoptions")?;
        if let Some(options) = options.as_ref().and_then(Value::downcast::<PyList>) {
            while !options.is_empty() {
                drop(options.remove(options.len() - 1));
            }
        }
        Ok(Nothing)
    }

    /// Sets `sys.argv`, and puts the program's folder in front of `sys.path` if that is wanted.
    runs fn PySys_SetArgvEx(cx, count: c_int, args: *const *const libc::wchar_t, update_path: c_int) -> Nothing {
        // SAFETY: the contract: so many texts.
        unsafe { set_argv(cx, count, args, update_path != 0) }?;
        Ok(Nothing)
    }

    /// The same; the path is left alone where the interpreter is isolated.
    runs fn PySys_SetArgv(cx, count: c_int, args: *const *const libc::wchar_t) -> Nothing {
        let isolated = Vm::of(cx).options.flags.iter().any(|&(name, value)| name == "isolated" && value != 0);
        // SAFETY: the contract: so many texts.
        unsafe { set_argv(cx, count, args, !isolated) }?;
        Ok(Nothing)
    }

    /// Tells the audit hooks of an event with a tuple of arguments, or none.
    runs fn PySys_AuditTuple(cx, event: *const c_char, args: Option<Borrowed>) -> () {
        // SAFETY: the contract: a text.
        let event = unsafe { text_of(event) };
        match args {
            None => Vm::of(cx).audit(&event, &[]),
            Some(args) => match args.downcast::<PyTuple>() {
                Some(tuple) => Vm::of(cx).audit(&event, tuple.items()),
                None => raise!(cx, exc::TYPE_ERROR, "args must be tuple, got {}", args.ty().name()),
            },
        }
    }
}
