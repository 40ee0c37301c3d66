//! `aiter` and `anext`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dunder::python::Step;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// `aiter(iterable)`
pub(crate) fn aiter(cx: &Cx, _: &Value, iterable: &Value) -> R {
    let Some(aiter) = iterable.ty().slots.aiter.get() else {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not an async iterable", iterable.ty().name());
    };
    let iterator = aiter(cx, iterable)?;
    if iterator.ty().slots.anext.get().is_none() {
        let name = iterator.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "aiter() returned not an async iterator of type '{name}'");
    }
    Ok(iterator)
}

/// `anext(iterator, default)`
pub(crate) fn anext(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let iterator = &args[0];
    let Some(anext) = iterator.ty().slots.anext.get() else {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not an async iterator", iterator.ty().name());
    };
    let awaitable = anext(cx, iterator)?;
    match args.get(1) {
        None => Ok(awaitable),
        Some(default) => {
            let fields = PyAnext { head: unborn(), wrapped: Slot::new(awaitable), default: Slot::new(default.clone()) };
            Ok(cx.alloc(fields)?.into_value())
        }
    }
}

/// What `anext` with a default gives: an awaitable whose StopAsyncIteration ends it with the default.
#[repr(C)]
struct PyAnext {
    head: Head,
    wrapped: Slot,
    default: Slot,
}

pub(crate) static ANEXT_TYPE: TypeObject = TypeObject::builtin(&ANEXT_SPEC, &raw const ANEXT_TYPE);
static ANEXT_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyAnext>(),
    functions: functions::<PyAnext>(true, true),
    slots: Slots {
        iter: slot(adder_objects::iterators::itself),
        await_: slot(adder_objects::iterators::itself),
        next: slot(next),
        send: slot(send),
        ..Slots::NONE
    },
    methods: &[
        Method::one("send", |cx, this, value| finish(cx, send(cx, this, value)?)),
        Method::positional("throw", 1, 3, |cx, this, args| through(cx, this, cx.names.throw(), args)),
        Method::none("close", |cx, this| through(cx, this, cx.names.close(), &[])),
    ],
    ..Spec::new("anext_awaitable", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyAnext {
    fn ty() -> &'static TypeObject {
        &ANEXT_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.wrapped.trace(tracer);
        self.default.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.wrapped.clear(clearer);
        self.default.clear(clearer);
    }
}

fn it(this: &Value) -> &PyAnext {
    // SAFETY: called for these awaitables.
    unsafe { this.cast::<PyAnext>() }
}

/// The iterator of the awaitable that is wrapped.
fn iterator(cx: &Cx, this: &Value) -> R {
    crate::awaitables::awaitable(Vm::of(cx), &it(this).wrapped.get(), 0)
}

/// A StopAsyncIteration is the end, with the default as the result.
fn or_default<T>(this: &Value, given: R<T>, end: impl FnOnce(Value) -> R<T>) -> R<T> {
    match given {
        Err(raised) if raised.is(&exc::STOP_ASYNC_ITERATION) => end(it(this).default.get()),
        given => given,
    }
}

fn send(cx: &Cx, this: &Value, value: &Value) -> R<Result<Value, Value>> {
    let iterator = iterator(cx, this)?;
    let given = cx.step(&iterator, value).map(|step| match step {
        Step::Value(value) => Ok(value),
        Step::End(result) => Err(result),
    });
    or_default(this, given, |default| Ok(Err(default)))
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    finish(cx, send(cx, this, &Value::none())?).map(Some)
}

fn finish(cx: &Cx, step: Result<Value, Value>) -> R {
    step.map_err(|result| cx.stop_iteration(result))
}

/// Calls a method of the iterator.
fn through(cx: &Cx, this: &Value, name: &Value, args: &[Value]) -> R {
    let iterator = iterator(cx, this)?;
    or_default(this, cx.call_method(&iterator, name, args), |default| Err(cx.stop_iteration(default)))
}
