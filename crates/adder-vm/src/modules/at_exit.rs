//! The module `atexit`.

use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::any("register", register).doc(
        "($module, func, /, *args, **kwargs)",
        "Has a function called with these arguments when the program ends.",
    ),
    Method::one("unregister", unregister)
        .doc("($module, func, /)", "Forgets what was registered for a function that equals this one."),
    Method::none("_clear", |cx, _| {
        drop(Vm::of(cx).state.at_exit.take());
        Ok(Value::none())
    })
    .doc("($module, /)", "Forgets all that was registered."),
    Method::none("_run_exitfuncs", |cx, _| {
        run(Vm::of(cx));
        Ok(Value::none())
    })
    .doc("($module, /)", "Calls what was registered, the newest first."),
    Method::none("_ncallbacks", |cx, _| {
        let held = Vm::of(cx).state.at_exit.try_get();
        cx.int(held.as_ref().and_then(Value::downcast::<PyList>).map_or(0, PyList::len) as i64)
    })
    .doc("($module, /)", "How many functions are registered."),
];

pub(super) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "atexit", FUNCTIONS)?.into_value())
}

/// Calls what was registered, the newest first. Whatever they raise is reported. What is registered meanwhile is forgotten, and
/// what is unregistered is not called.
pub(crate) fn run(vm: &Vm) {
    let cx = &*vm.cx;
    let entries = || {
        let held = vm.state.at_exit.try_get();
        held.as_ref().and_then(Value::downcast::<PyList>).map_or_else(Vec::new, PyList::to_vec)
    };
    for (at, entry) in entries().into_iter().enumerate().rev() {
        let held = vm.state.at_exit.try_get();
        let Some(list) = held.as_ref().and_then(Value::downcast::<PyList>) else { continue };
        if place_of(list, &entry, at).is_none() {
            continue;
        }
        let Some([function, args, keywords]) = entry.downcast::<PyTuple>().map(PyTuple::items) else { continue };
        let values = args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        let called = cx.call_args(function, Args::with_names(values, keywords.downcast::<PyTuple>()));
        if let Err(raised) = called {
            let what = match cx.repr(function) {
                Ok(text) => format!("Exception ignored in atexit callback {}", text.to_lossy()),
                Err(_) => "Exception ignored in atexit callback".to_owned(),
            };
            cx.unraisable(raised, Some(&what), None);
        }
    }
    drop(vm.state.at_exit.take());
}

/// Where an entry stands, which stood at a place before.
fn place_of(list: &PyList, entry: &Value, before: usize) -> Option<usize> {
    match list.get(before) {
        Some(there) if there.is(entry) => Some(before),
        _ => list.to_vec().iter().position(|other| other.is(entry)),
    }
}

fn register(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let Some(function) = args.given().first() else {
        return raise!(cx, exc::TYPE_ERROR, "register() takes at least 1 argument (0 given)");
    };
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "the first argument must be callable");
    }
    let rest = args.rest();
    let values = cx.tuple(rest.values().to_vec())?.into_value();
    let names = rest.names().map_or_else(Value::none, adder_objects::object::value_of);
    let entry = cx.tuple([function.clone(), values, names])?.into_value();
    let slot = &*Vm::of(cx).state.at_exit;
    if slot.is_unset() {
        slot.set(cx.list([])?.into_value());
    }
    let held = slot.get();
    if let Some(list) = held.downcast::<PyList>() {
        list.push(cx, entry)?;
    }
    Ok(function.clone())
}

fn unregister(cx: &Cx, _: &Value, function: &Value) -> R {
    let Some(held) = Vm::of(cx).state.at_exit.try_get() else { return Ok(Value::none()) };
    let Some(list) = held.downcast::<PyList>() else { return Ok(Value::none()) };
    // A comparison may register and unregister: each entry is looked up again after it.
    for (before, entry) in list.to_vec().iter().enumerate().rev() {
        let Some([registered, ..]) = entry.downcast::<PyTuple>().map(PyTuple::items) else { continue };
        if cx.equals(registered, function)?
            && let Some(at) = place_of(list, entry, before)
        {
            drop(list.remove(at));
        }
    }
    Ok(Value::none())
}
