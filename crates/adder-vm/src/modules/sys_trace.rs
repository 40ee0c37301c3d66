//! Of the module `sys`: functions that watch a running program.

use adder_objects::object::Slot;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::eval::watch;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::one("settrace", |cx, _, function| set(cx, &Vm::of(cx).state.watch.trace, function)),
    Method::none("gettrace", |cx, _| Ok(Vm::of(cx).state.watch.trace.try_get().unwrap_or_else(Value::none))),
    Method::one("setprofile", |cx, _, function| set(cx, &Vm::of(cx).state.watch.profile, function)),
    Method::none("getprofile", |cx, _| Ok(Vm::of(cx).state.watch.profile.try_get().unwrap_or_else(Value::none))),
    // They reach the calling thread only.
    Method::one("_settraceallthreads", |cx, _, function| set(cx, &Vm::of(cx).state.watch.trace, function)),
    Method::one("_setprofileallthreads", |cx, _, function| set(cx, &Vm::of(cx).state.watch.profile, function)),
    Method::positional("call_tracing", 2, 2, call_tracing),
];

fn set(cx: &Cx, place: &Slot, function: &Value) -> R {
    if function.is_none() {
        drop(place.take());
    } else {
        place.set(function.clone());
    }
    watch::forget_calls(Vm::of(cx));
    watch::update(Vm::of(cx));
    Ok(Value::none())
}

fn call_tracing(cx: &Cx, _: &Value, args: &[Value]) -> R {
    match args[1].downcast::<PyTuple>() {
        Some(given) => watch::call_tracing(Vm::of(cx), &args[0], given.items()),
        None => {
            let name = args[1].ty().name();
            raise!(cx, exc::TYPE_ERROR, "call_tracing() argument 2 must be tuple, not {name}")
        }
    }
}

/// The interpreter ends.
pub(super) fn end(vm: &Vm) {
    drop((vm.state.watch.trace.take(), vm.state.watch.profile.take()));
    vm.state.monitoring.end();
    watch::update(vm);
}
