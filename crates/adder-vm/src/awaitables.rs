//! What `await`, `async for` and asynchronous generators need beside the frames.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

use crate::generator::{self, ASYNC_GENERATOR_TYPE, COROUTINE_TYPE};
use crate::vm::Vm;

/// An awaitable step: of a coroutine, of an asynchronous generator, or one that is over at once.
#[repr(C)]
pub struct PyStep {
    head: Head,
    /// The coroutine or generator; the result of a step that is over.
    target: Slot,
    /// What is sent or thrown first.
    first: Slot,
    kind: Kind,
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `coroutine.__await__()`
    Coroutine,
    /// `asend(value)`, `__anext__()`
    Send,
    /// `athrow(…)`
    Throw,
    /// `aclose()`
    Close,
    /// Over at once, with a result.
    Ended,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Started,
    Over,
}

macro_rules! step_type {
    ($ty:ident $spec:ident $name:literal $($slots:tt)*) => {
        pub(crate) static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyStep>(),
            functions: adder_gc::raw::Functions { finalize: Some(finalize), ..functions::<PyStep>(true, true) },
            slots: Slots {
                finalize: slot(finalize_slot),
                iter: slot(adder_objects::iterators::itself),
                next: slot(next),
                send: slot(send),
                $($slots)*
                ..Slots::NONE
            },
            methods: &[
                Method::one("send", send_method),
                Method::positional("throw", 1, 3, throw_method),
                Method::none("close", close_method),
            ],
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

step_type!(COROUTINE_WRAPPER_TYPE COROUTINE_WRAPPER_SPEC "coroutine_wrapper");
step_type!(ASEND_TYPE ASEND_SPEC "async_generator_asend" await_: slot(adder_objects::iterators::itself),);
step_type!(ATHROW_TYPE ATHROW_SPEC "async_generator_athrow" await_: slot(adder_objects::iterators::itself),);
step_type!(ENDED_TYPE ENDED_SPEC "generator_end");

// SAFETY: begins with a head; the four types have this layout.
unsafe impl Layout for PyStep {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &COROUTINE_WRAPPER_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        [&COROUTINE_WRAPPER_TYPE, &ASEND_TYPE, &ATHROW_TYPE, &ENDED_TYPE].into_iter().any(|t| core::ptr::eq(t, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.target.trace(tracer);
        self.first.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.target.clear(clearer);
        self.first.clear(clearer);
    }
}

/// What an asynchronous generator yields by itself, told apart from what its `await`s pass on.
#[repr(C)]
pub struct PyWrapped {
    head: Head,
    value: Slot,
}

pub(crate) static WRAPPED_TYPE: TypeObject = TypeObject::builtin(&WRAPPED_SPEC, &raw const WRAPPED_TYPE);
static WRAPPED_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyWrapped>(),
    functions: functions::<PyWrapped>(true, true),
    ..Spec::new("async_generator_wrapped_value", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyWrapped {
    fn ty() -> &'static TypeObject {
        &WRAPPED_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.value.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.value.clear(clearer);
    }
}

/// Wraps what an asynchronous generator yields.
pub(crate) fn wrap(cx: &Cx, value: &Value) -> R {
    Ok(cx.alloc(PyWrapped { head: unborn(), value: Slot::new(value.clone()) })?.into_value())
}

fn step(cx: &Cx, class: &'static TypeObject, kind: Kind, target: Value, first: Value) -> R {
    let fields = PyStep {
        head: unborn(),
        target: Slot::new(target),
        first: Slot::new(first),
        kind,
        state: Cell::new(State::New),
    };
    Ok(cx.alloc_in(class, fields)?.into_value())
}

/// An iterator that is over at once, with this result.
pub(crate) fn ended_with(cx: &Cx, result: Value) -> R {
    step(cx, &ENDED_TYPE, Kind::Ended, result, Value::none())
}

pub(crate) fn of_coroutine(cx: &Cx, this: &Value) -> R {
    step(cx, &COROUTINE_WRAPPER_TYPE, Kind::Coroutine, this.clone(), Value::none())
}

pub(crate) fn anext(cx: &Cx, this: &Value) -> R {
    asend(cx, this, &Value::none())
}

fn asend(cx: &Cx, this: &Value, value: &Value) -> R {
    first_use(cx, this)?;
    step(cx, &ASEND_TYPE, Kind::Send, this.clone(), value.clone())
}

fn athrow(cx: &Cx, this: &Value, args: &[Value]) -> R {
    generator::warn_of_parts(cx, "athrow", args)?;
    first_use(cx, this)?;
    let args = cx.tuple(args.to_vec())?;
    step(cx, &ATHROW_TYPE, Kind::Throw, this.clone(), args.into_value())
}

fn aclose(cx: &Cx, this: &Value) -> R {
    first_use(cx, this)?;
    step(cx, &ATHROW_TYPE, Kind::Close, this.clone(), Value::none())
}

pub(crate) const ASYNC_GENERATOR_METHODS: &[Method] = &[
    Method::one("asend", asend),
    Method::positional("athrow", 1, 3, athrow),
    Method::none("aclose", aclose),
    Method::one("__class_getitem__", class_getitem).class(),
];

fn class_getitem(cx: &Cx, class: &Value, item: &Value) -> R {
    adder_objects::generic_alias::of(cx, class, item)
}

pub(crate) fn is_running(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(generator::generator(this).is_some_and(|g| g.running_async.get())))
}

/// The event loop's hooks: told when an asynchronous generator is used for the first time.
fn first_use(cx: &Cx, this: &Value) -> R<()> {
    let Some(it) = generator::generator(this) else { return Ok(()) };
    if it.hooks_called.replace(true) {
        return Ok(());
    }
    let vm = Vm::of(cx);
    it.finalizer.set(vm.state.async_finalizer.try_get().unwrap_or(Value::UNSET));
    if let Some(hook) = vm.state.async_first.try_get() {
        cx.call(&hook, core::slice::from_ref(this))?;
    }
    Ok(())
}

/// An asynchronous generator that is dropped: the event loop's hook closes it. False if there is none.
pub(crate) fn finalize_async(cx: &Cx, this: &Value) -> bool {
    let Some(hook) = generator::generator(this).and_then(|it| it.finalizer.try_get()) else { return false };
    if let Err(raised) = cx.call(&hook, core::slice::from_ref(this)) {
        cx.unraisable(raised, None, Some(this));
    }
    true
}

fn it(this: &Value) -> &PyStep {
    // SAFETY: called for these steps.
    unsafe { this.cast::<PyStep>() }
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    match send(cx, this, &Value::none())? {
        Ok(value) => Ok(Some(value)),
        Err(result) if result.is_none() => Ok(None),
        Err(result) => Err(cx.stop_iteration(result)),
    }
}

/// What a step of an asynchronous generator gave: a value that it yields ends the step.
fn unwrap(cx: &Cx, step: &PyStep, target: &Value, gave: R<Result<Value, Value>>) -> R<Result<Value, Value>> {
    let done = |over: bool| {
        if over {
            step.state.set(State::Over);
            if let Some(it) = generator::generator(target) {
                it.running_async.set(false);
            }
        }
    };
    let closing = step.kind == Kind::Close;
    match gave {
        Ok(Ok(value)) => match value.downcast::<PyWrapped>() {
            Some(wrapped) => {
                done(true);
                if closing {
                    return raise!(cx, exc::RUNTIME_ERROR, "async generator ignored GeneratorExit");
                }
                Ok(Err(wrapped.value.get()))
            }
            None => Ok(Ok(value)),
        },
        Ok(Err(_)) => {
            done(true);
            if let Some(it) = generator::generator(target) {
                it.closed.set(true);
            }
            if closing {
                return Ok(Err(Value::none()));
            }
            Err(cx.error_of(&exc::STOP_ASYNC_ITERATION, &[]))
        }
        Err(raised) => {
            done(true);
            let ends = raised.is(&exc::STOP_ASYNC_ITERATION) || raised.is(&exc::GENERATOR_EXIT);
            if ends && closing { Ok(Err(Value::none())) } else { Err(raised) }
        }
    }
}

/// The first use of a step: from here on its generator is busy.
fn begin(cx: &Cx, step: &PyStep, target: &Value) -> R<()> {
    match generator::generator(target) {
        Some(it) if it.running_async.replace(true) => {
            step.state.set(State::Over);
            let what = match step.kind {
                Kind::Throw => "athrow()",
                Kind::Close => "aclose()",
                _ => "anext()",
            };
            raise!(cx, exc::RUNTIME_ERROR, "{what}: asynchronous generator is already running")
        }
        _ => {
            step.state.set(State::Started);
            Ok(())
        }
    }
}

fn used_up<T>(cx: &Cx, step: &PyStep) -> R<T> {
    let what = if step.kind == Kind::Send { "__anext__()/asend()" } else { "aclose()/athrow()" };
    raise!(cx, exc::RUNTIME_ERROR, "cannot reuse already awaited {what}")
}

/// A step that is dropped before it was used: somebody forgot to await it.
fn finalize_slot(cx: &Cx, this: &Value) {
    let step = it(this);
    let method = match step.kind {
        Kind::Send => "asend",
        Kind::Throw => "athrow",
        Kind::Close => "aclose",
        Kind::Coroutine | Kind::Ended => return,
    };
    if step.state.get() != State::New {
        return;
    }
    let Some(name) = step.target.try_get().and_then(|target| Some(generator::generator(&target)?.qualname())) else {
        return;
    };
    let warned = cx.repr(&name).and_then(|name| {
        let text = format!("coroutine method '{method}' of {} was never awaited", name.to_lossy());
        cx.warn(&exc::RUNTIME_WARNING, &text, 1)
    });
    if let Err(raised) = warned {
        cx.unraisable(raised, None, Some(this));
    }
}

unsafe fn finalize(head: core::ptr::NonNull<Head>) {
    // SAFETY: the heap holds it meanwhile.
    let this = unsafe { Value::from_borrowed(head) };
    if let Some(cx) = Cx::try_current() {
        finalize_slot(cx, &this);
    }
}

fn send(cx: &Cx, this: &Value, value: &Value) -> R<Result<Value, Value>> {
    let step = it(this);
    let target = step.target.get();
    match step.kind {
        Kind::Ended => Ok(Err(target)),
        Kind::Coroutine => generator::send(cx, &target, value.clone()),
        Kind::Send => {
            let sent = match step.state.get() {
                State::Over => return used_up(cx, step),
                State::New => {
                    begin(cx, step, &target)?;
                    if value.is_none() { step.first.get() } else { value.clone() }
                }
                State::Started => value.clone(),
            };
            let gave = generator::send(cx, &target, sent);
            unwrap(cx, step, &target, gave)
        }
        Kind::Throw | Kind::Close => {
            let gave = match step.state.get() {
                State::Over => return used_up(cx, step),
                State::New => {
                    if generator::has_ended(&target) || (step.kind == Kind::Close && generator::is_new(&target)) {
                        step.state.set(State::Over);
                        if step.kind == Kind::Close {
                            generator::close(cx, &target)?;
                            return Ok(Err(Value::none()));
                        }
                        return Err(cx.error_of(&exc::STOP_ASYNC_ITERATION, &[]));
                    }
                    begin(cx, step, &target)?;
                    let raised = if step.kind == Kind::Close {
                        cx.error_of(&exc::GENERATOR_EXIT, &[])
                    } else {
                        let args = step.first.get();
                        let args = args.downcast::<adder_objects::tuple::PyTuple>();
                        generator::thrown(cx, args.map_or(&[][..], |a| a.items()))?
                    };
                    generator::throw(cx, &target, raised)
                }
                State::Started => generator::send(cx, &target, value.clone()),
            };
            unwrap(cx, step, &target, gave)
        }
    }
}

fn finish(cx: &Cx, step: Result<Value, Value>) -> R {
    match step {
        Ok(value) => Ok(value),
        Err(result) => Err(cx.stop_iteration(result)),
    }
}

fn send_method(cx: &Cx, this: &Value, value: &Value) -> R {
    finish(cx, send(cx, this, value)?)
}

fn throw_method(cx: &Cx, this: &Value, args: &[Value]) -> R {
    generator::warn_of_parts(cx, "throw", args)?;
    let raised: Raised = generator::thrown(cx, args)?;
    let step = it(this);
    let target = step.target.get();
    match step.kind {
        Kind::Ended => Err(raised),
        Kind::Coroutine => finish(cx, generator::throw(cx, &target, raised)?),
        Kind::Send | Kind::Throw | Kind::Close => finish(cx, throw(cx, step, &target, raised)?),
    }
}

/// Throws into a step of an asynchronous generator.
fn throw(cx: &Cx, step: &PyStep, target: &Value, raised: Raised) -> R<Result<Value, Value>> {
    match step.state.get() {
        State::Over => return used_up(cx, step),
        State::New => begin(cx, step, target)?,
        State::Started => {}
    }
    let gave = generator::throw(cx, target, raised);
    unwrap(cx, step, target, gave)
}

fn close_method(cx: &Cx, this: &Value) -> R {
    let step = it(this);
    if step.kind == Kind::Coroutine {
        return generator::close(cx, &step.target.get());
    }
    if step.kind == Kind::Ended || step.state.get() == State::Over {
        return Ok(Value::none());
    }
    let target = step.target.get();
    match throw(cx, step, &target, cx.error_of(&exc::GENERATOR_EXIT, &[])) {
        Ok(Ok(_)) => raise!(cx, exc::RUNTIME_ERROR, "coroutine ignored GeneratorExit"),
        Ok(Err(_)) => Ok(Value::none()),
        Err(raised) => {
            let ends = [&exc::STOP_ITERATION, &exc::STOP_ASYNC_ITERATION, &exc::GENERATOR_EXIT];
            if ends.iter().any(|class| raised.is(class)) { Ok(Value::none()) } else { Err(raised) }
        }
    }
}

/// The iterator of an awaitable. `of`: 1 where it came from `__aenter__`, 2 from `__aexit__`.
pub(crate) fn awaitable(vm: &Vm, value: &Value, of: u16) -> R {
    let cx = &*vm.cx;
    if value.is_exact(&COROUTINE_TYPE) {
        if generator::is_awaited(value) {
            return raise!(cx, exc::RUNTIME_ERROR, "coroutine is being awaited already");
        }
        return Ok(value.clone());
    }
    if generator::is_iterable_coroutine(value) {
        return Ok(value.clone());
    }
    let Some(await_) = value.ty().slots.await_.get() else {
        let name = value.ty().name();
        return match of {
            1 => raise!(
                cx,
                exc::TYPE_ERROR,
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            2 => raise!(
                cx,
                exc::TYPE_ERROR,
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
            _ => raise!(cx, exc::TYPE_ERROR, "object {name} can't be used in 'await' expression"),
        };
    };
    let iterator = await_(cx, value)?;
    if iterator.is_exact(&COROUTINE_TYPE) || generator::is_iterable_coroutine(&iterator) {
        return raise!(cx, exc::TYPE_ERROR, "__await__() returned a coroutine");
    }
    if iterator.ty().slots.next.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "__await__() returned non-iterator of type '{}'", iterator.ty().name());
    }
    Ok(iterator)
}

/// `aiter(value)`
pub(crate) fn async_iterator(vm: &Vm, value: &Value) -> R {
    let cx = &*vm.cx;
    let Some(aiter) = value.ty().slots.aiter.get() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "'async for' requires an object with __aiter__ method, got {}",
            value.ty().name()
        );
    };
    let iterator = aiter(cx, value)?;
    if iterator.ty().slots.anext.get().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iterator.ty().name()
        );
    }
    Ok(iterator)
}

/// The awaitable of `anext(value)`.
pub(crate) fn async_next(vm: &Vm, value: &Value) -> R {
    let cx = &*vm.cx;
    let Some(anext) = value.ty().slots.anext.get() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "'async for' requires an iterator with __anext__ method, got {}",
            value.ty().name()
        );
    };
    let step = anext(cx, value)?;
    if value.is_exact(&ASYNC_GENERATOR_TYPE) {
        return Ok(step);
    }
    match awaitable(vm, &step, 0) {
        Ok(iterator) => Ok(iterator),
        Err(raised) => {
            let error = cx.type_error(format_args!(
                "'async for' received an invalid object from __anext__: {}",
                step.ty().name()
            ));
            if let Some(base) = error.value().downcast::<exc::PyBaseException>() {
                base.cause.set(raised.into_value());
            }
            Err(error)
        }
    }
}
