//! Of the module `sys`: functions that watch a running program.

use adder_objects::object::Slot;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::eval::watch::{self, Watch};
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::one("settrace", |cx, _, function| set(cx, &Vm::of(cx).state.watch.trace, function)),
    Method::none("gettrace", |cx, _| Ok(Vm::of(cx).state.watch.trace.try_get().unwrap_or_else(Value::none))),
    Method::one("setprofile", |cx, _, function| set(cx, &Vm::of(cx).state.watch.profile, function)),
    Method::none("getprofile", |cx, _| Ok(Vm::of(cx).state.watch.profile.try_get().unwrap_or_else(Value::none))),
    Method::one("_settraceallthreads", |cx, _, function| set_for_all(cx, |watch| &watch.trace, function)),
    Method::one("_setprofileallthreads", |cx, _, function| set_for_all(cx, |watch| &watch.profile, function)),
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

/// The same for all threads. Those that wait for their turn go over to it when they get it.
fn set_for_all(cx: &Cx, place: fn(&Watch) -> &Slot, function: &Value) -> R {
    let vm = Vm::of(cx);
    let value = if function.is_none() { Value::UNSET } else { function.clone() };
    let mut old = Vec::new();
    vm.threads.each_waiting(|thread| {
        old.push(place(thread).replace(value.clone()));
        old.extend(thread.take_calls());
    });
    drop(old);
    set(cx, place(&vm.state.watch), function)
}

/// See the functions of `sys`.
pub(super) fn watch_with(cx: &Cx, function: &Value, profile: bool, all_threads: bool) -> R<()> {
    let place: fn(&Watch) -> &Slot = if profile { |watch| &watch.profile } else { |watch| &watch.trace };
    match all_threads {
        true => set_for_all(cx, place, function).map(drop),
        false => set(cx, place(&Vm::of(cx).state.watch), function).map(drop),
    }
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
