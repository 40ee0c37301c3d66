//! Starting threads.

use adder_objects::dict::PyDict;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::handle::{self, PyHandle};
use crate::threads;
use crate::vm::Vm;

/// `start_new_thread(function, args, kwargs={})`: a daemon that nobody joins.
pub(super) fn start_new_thread(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let function = args[0].clone();
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "first arg must be callable");
    }
    let Ok(given) = args[1].clone().try_into_obj::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "2nd arg must be a tuple");
    };
    let mut values = given.items().to_vec();
    let mut names = Vec::new();
    if let Some(keywords) = args.get(2) {
        let Some(keywords) = keywords.downcast::<PyDict>() else {
            return raise!(cx, exc::TYPE_ERROR, "optional 3rd arg must be a dictionary");
        };
        for (name, value) in keywords.entries() {
            names.push(name);
            values.push(value);
        }
    }
    let names = if names.is_empty() { None } else { Some(cx.tuple(names)?) };
    let handle = handle::handle(cx)?;
    start(cx, &handle, true, move |vm| {
        let called = vm.cx.call_args(&function, Args::with_names(&values, names.as_deref()));
        (function, called)
    })
}

/// `start_joinable_thread(function, handle=None, daemon=True)`
pub(super) fn start_joinable_thread(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [function, given, daemon] = args.bind(
        cx,
        &Params {
            function: "start_joinable_thread",
            names: ["function", "handle", "daemon"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let function = function.cloned().unwrap_or_else(Value::none);
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "thread function must be callable");
    }
    let handle = match given.filter(|handle| !handle.is_none()) {
        None => handle::handle(cx)?,
        Some(given) => match given.clone().try_into_obj::<PyHandle>() {
            Ok(handle) => handle,
            Err(_) => return raise!(cx, exc::TYPE_ERROR, "'handle' must be a _ThreadHandle"),
        },
    };
    if handle.started.get() {
        return raise!(cx, exc::RUNTIME_ERROR, "thread already started");
    }
    let daemon = daemon.map_or(Ok(true), |daemon| cx.is_true(daemon))?;
    start(cx, &handle, daemon, move |vm| {
        let called = vm.cx.call(&function, &[]);
        (function, called)
    })?;
    Ok(handle.into_value())
}

/// Starts the thread of a handle; gives its number.
fn start(cx: &Cx, handle: &PyHandle, daemon: bool, call: impl FnOnce(&Vm) -> (Value, R) + 'static) -> R {
    let vm = Vm::of(cx);
    if vm.threads.is_closed() {
        return raise!(cx, exc::PYTHON_FINALIZATION_ERROR, "can't create new thread at interpreter shutdown");
    }
    let work = Box::new(|vm: &Vm| {
        let (function, called) = call(vm);
        match called {
            Err(raised) if !raised.is(&exc::SYSTEM_EXIT) => {
                let what = match vm.cx.repr(&function) {
                    Ok(text) => format!("Exception ignored in thread started by {}", text.to_lossy()),
                    Err(_) => "Exception ignored in thread".to_owned(),
                };
                vm.cx.unraisable(raised, Some(&what), None);
            }
            _ => {}
        }
    });
    handle.started.set(true);
    match threads::start(vm, handle.ending.clone(), daemon, work) {
        Ok(ident) => {
            handle.ident.set(ident);
            cx.int_from_u64(ident)
        }
        Err(_) => {
            handle.started.set(false);
            raise!(cx, exc::RUNTIME_ERROR, "can't start new thread")
        }
    }
}
