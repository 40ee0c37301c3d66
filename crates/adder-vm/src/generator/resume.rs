//! How generators go on from Rust: `send`, `throw`, `close`, and their end.

use adder_compiler::code::flag as co;
use adder_gc::raw::Head;
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::frame::GENERATOR_WORDS;
use super::{ASYNC_GENERATOR_TYPE, PyGenerator, State, it};
use crate::frame::{Registers, flag as frame_flag};
use crate::vm::Vm;

/// How a generator is to go on.
enum With {
    Value(Value),
    Exception(Raised),
}

/// Runs a generator until it yields (`Ok`) or ends (`Err` with its result).
fn resume(cx: &Cx, this: &Value, with: With) -> R<Result<Value, Value>> {
    let vm = Vm::of(cx);
    let it = it(this);
    cx.check_stack()?;
    let (sent, raised) = match with {
        With::Value(value) => (Some(value), None),
        With::Exception(raised) => (None, Some(raised)),
    };
    // SAFETY: the words from the top on are free; the caller holds the generator.
    let result = unsafe {
        let registers = Registers(vm.top.get().add(GENERATOR_WORDS));
        match super::enter(vm, this, registers, sent, frame_flag::ENTRY, core::ptr::null_mut())? {
            Ok(ip) => match raised {
                None => vm.run_frame(registers, ip),
                Some(raised) => vm.throw_into_frame(registers, ip, raised),
            },
            Err(sent) => return refuse(cx, it, sent.ok_or(raised)),
        }
    };
    match result {
        Ok(value) if it.state.get() == State::Suspended => Ok(Ok(value)),
        Ok(value) => Ok(Err(value)),
        Err(raised) => Err(raised),
    }
}

/// What becomes of a value or an exception that a generator cannot go on with.
fn refuse(cx: &Cx, it: &PyGenerator, with: Result<Value, Option<Raised>>) -> R<Result<Value, Value>> {
    match (it.state.get(), with) {
        (State::Running, _) => raise!(cx, exc::VALUE_ERROR, "{} already executing", it.kind()),
        (State::Created, Err(Some(raised))) => {
            // It has not run: nothing in it can catch this.
            it.state.set(State::Ended);
            drop(it.take_registers());
            Err(raised)
        }
        (_, Err(Some(raised))) if !it.code().has(co::COROUTINE) => Err(raised),
        (State::Created, _) => {
            raise!(cx, exc::TYPE_ERROR, "can't send non-None value to a just-started {}", it.kind())
        }
        _ if it.code().has(co::COROUTINE) => {
            raise!(cx, exc::RUNTIME_ERROR, "cannot reuse already awaited coroutine")
        }
        _ => Ok(Err(Value::none())),
    }
}

/// StopIteration must not leave a generator (PEP 479).
pub(crate) fn no_stop_iteration(cx: &Cx, generator: &Value, raised: Raised) -> Raised {
    let generator = it(generator);
    let text = if raised.is(&exc::STOP_ITERATION) {
        format!("{} raised StopIteration", generator.kind())
    } else if generator.code().has(co::ASYNC_GENERATOR) && raised.is(&exc::STOP_ASYNC_ITERATION) {
        "async generator raised StopAsyncIteration".to_owned()
    } else {
        return raised;
    };
    let error = cx.error(&exc::RUNTIME_ERROR, format_args!("{text}"));
    if let Some(base) = error.value().downcast::<exc::PyBaseException>() {
        base.cause.set(raised.value().clone());
        base.context.set(raised.into_value());
        base.suppress_context.set(true);
    }
    error
}

/// Sends a value: `Ok` what it yields, `Err` its result.
///
/// # Errors
/// What it raises.
pub fn send(cx: &Cx, this: &Value, value: Value) -> R<Result<Value, Value>> {
    resume(cx, this, With::Value(value))
}

pub(super) fn send_slot(cx: &Cx, this: &Value, value: &Value) -> R<Result<Value, Value>> {
    send(cx, this, value.clone())
}

pub(super) fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    match resume(cx, this, With::Value(Value::none()))? {
        Ok(value) => Ok(Some(value)),
        Err(result) if result.is_none() => Ok(None),
        Err(result) => Err(cx.stop_iteration(result)),
    }
}

/// Raises an exception where the generator stands: `Ok` what it yields next, `Err` its result.
///
/// # Errors
/// What it raises.
pub fn throw(cx: &Cx, this: &Value, raised: Raised) -> R<Result<Value, Value>> {
    let it = it(this);
    if let Some(delegate) = it.delegate() {
        if raised.is(&exc::GENERATOR_EXIT) {
            it.state.set(State::Running);
            let closed = close_any(cx, &delegate);
            it.state.set(State::Suspended);
            return match closed {
                Ok(()) => resume(cx, this, With::Exception(raised)),
                Err(other) => resume(cx, this, With::Exception(other)),
            };
        }
        let thrown = if is_generator(&delegate) {
            as_called_from(cx, this, || throw_any(cx, &delegate, &raised))
        } else {
            it.state.set(State::Running);
            let thrown = throw_any(cx, &delegate, &raised);
            it.state.set(State::Suspended);
            thrown
        };
        return match thrown {
            Ok(Some(Ok(value))) => Ok(Ok(value)),
            Ok(Some(Err(result))) => finish_delegation(cx, this, result),
            Ok(None) => resume(cx, this, With::Exception(raised)),
            Err(other) => match result_of(other) {
                Ok(result) => finish_delegation(cx, this, result),
                Err(other) => resume(cx, this, With::Exception(other)),
            },
        };
    }
    resume(cx, this, With::Exception(raised))
}

/// Runs something as if the frame of a generator, which stands at a `yield from`, had called it.
fn as_called_from<T>(cx: &Cx, this: &Value, call: impl FnOnce() -> R<T>) -> R<T> {
    let vm = Vm::of(cx);
    cx.check_stack()?;
    // SAFETY: the words from the top on are free; the caller holds the generator. The frame does not run, and stops where it
    // stood.
    unsafe {
        let registers = Registers(vm.top.get().add(GENERATOR_WORDS));
        let Ok(ip) = super::enter(vm, this, registers, None, frame_flag::ENTRY, core::ptr::null_mut())? else {
            return raise!(cx, exc::VALUE_ERROR, "{} already executing", it(this).kind());
        };
        let result = vm.as_running(registers, ip, call);
        super::suspend(vm, registers, ip);
        result
    }
}

/// The value of a StopIteration.
fn result_of(raised: Raised) -> Result<Value, Raised> {
    if !raised.is(&exc::STOP_ITERATION) {
        return Err(raised);
    }
    let Some(cx) = Cx::try_current() else { return Err(raised) };
    cx.getattr(raised.value(), cx.names.value())
}

/// The iterator that a generator delegates to has ended: its result is the value of the `yield from`.
fn finish_delegation(cx: &Cx, this: &Value, result: Value) -> R<Result<Value, Value>> {
    let it = it(this);
    let i = it.instruction();
    let at = it.live().iter().position(|&t| t == i.b);
    if let Some(at) = at {
        // An iterator that ends at once with this result takes its place.
        let ended = crate::awaitables::ended_with(cx, result)?;
        drop(it.replace_register(it.code().locals + at, ended));
    }
    resume(cx, this, With::Value(Value::none()))
}

/// Is it a generator or a coroutine?
fn is_generator(iterator: &Value) -> bool {
    iterator.downcast::<PyGenerator>().is_some() && !iterator.is_exact(&ASYNC_GENERATOR_TYPE)
}

/// Throws into any iterator; `None` if it has no `throw`.
fn throw_any(cx: &Cx, iterator: &Value, raised: &Raised) -> R<Option<Result<Value, Value>>> {
    if is_generator(iterator) {
        return throw(cx, iterator, Raised::new(raised.value().clone())).map(Some);
    }
    match cx.getattr_opt(iterator, cx.names.throw())? {
        Some(method) => cx.call(&method, core::slice::from_ref(raised.value())).map(|v| Some(Ok(v))),
        None => Ok(None),
    }
}

fn close_any(cx: &Cx, iterator: &Value) -> R<()> {
    if is_generator(iterator) {
        return close(cx, iterator).map(drop);
    }
    match cx.getattr_opt(iterator, cx.names.close())? {
        Some(method) => cx.call(&method, &[]).map(drop),
        None => Ok(()),
    }
}

/// `close()`: raises GeneratorExit where it stands.
///
/// # Errors
/// RuntimeError if it yields all the same; what it raises.
pub fn close(cx: &Cx, this: &Value) -> R {
    let it = it(this);
    match it.state.get() {
        State::Created => {
            it.state.set(State::Ended);
            drop(it.take_registers());
            return Ok(Value::none());
        }
        State::Ended => return Ok(Value::none()),
        State::Running | State::Suspended => {}
    }
    let exit = cx.error_of(&exc::GENERATOR_EXIT, &[]);
    match throw(cx, this, exit) {
        Ok(Ok(_)) => raise!(cx, exc::RUNTIME_ERROR, "{} ignored GeneratorExit", it.kind()),
        Ok(Err(result)) => Ok(result),
        Err(raised) if raised.is(&exc::GENERATOR_EXIT) || raised.is(&exc::STOP_ITERATION) => Ok(Value::none()),
        Err(raised) => Err(raised),
    }
}

pub(super) unsafe fn finalize(head: core::ptr::NonNull<Head>) {
    // SAFETY: the heap holds it meanwhile.
    let this = unsafe { Value::from_borrowed(head) };
    if let Some(cx) = Cx::try_current() {
        finalize_slot(cx, &this);
    }
}

/// A generator that is dropped while it is stopped is closed, so that its `finally` runs.
pub(super) fn finalize_slot(cx: &Cx, this: &Value) {
    let it = it(this);
    match it.state.get() {
        State::Created if it.code().has(co::COROUTINE) => {
            if !it.origin.is_unset()
                && let Ok(warnings) = cx.import("warnings")
                && let Ok(function) = cx.getattr_text(&warnings, "_warn_unawaited_coroutine")
            {
                if let Err(raised) = cx.call(&function, core::slice::from_ref(this)) {
                    cx.unraisable(raised, None, Some(this));
                }
                return;
            }
            if let Ok(name) = cx.display(&it.qualname()) {
                let text = format!("coroutine '{name}' was never awaited");
                if let Err(raised) = cx.warn(&exc::RUNTIME_WARNING, &text, 1) {
                    cx.unraisable(raised, None, Some(this));
                }
            }
        }
        State::Suspended => {
            if it.code().has(co::ASYNC_GENERATOR) && crate::awaitables::finalize_async(cx, this) {
                return;
            }
            let before = (cx.handled.replace(Value::UNSET), cx.handled_outside.replace(Value::UNSET));
            if let Err(raised) = close(cx, this) {
                cx.unraisable(raised, None, Some(this));
            }
            cx.handled.set(before.0);
            cx.handled_outside.set(before.1);
        }
        _ => {}
    }
}

impl Vm {
    /// Goes on in a frame by raising an exception at an instruction.
    ///
    /// # Safety
    /// As for `run_frame`.
    unsafe fn throw_into_frame(&self, registers: Registers, ip: *mut u64, raised: Raised) -> R {
        self.state.throwing.replace(Some(raised));
        // SAFETY: forwarded.
        unsafe { self.run_frame(registers, ip) }
    }
}

/// What the call of an exception class has made.
fn must_be_exception(cx: &Cx, class: &Value, made: Value) -> R {
    if made.downcast::<exc::PyBaseException>().is_some() {
        return Ok(made);
    }
    raise!(
        cx,
        exc::TYPE_ERROR,
        "calling {} should have returned an instance of BaseException, not {}",
        cx.repr(class)?.to_lossy(),
        made.ty().name()
    )
}

/// The exception of `throw(type, value, traceback)` or `throw(exception)`.
pub(crate) fn thrown(cx: &Cx, args: &[Value]) -> R<Raised> {
    let (kind, value, traceback) = (&args[0], args.get(1), args.get(2));
    if let Some(traceback) = traceback
        && !traceback.is_none()
        && traceback.downcast::<crate::traceback::PyTraceback>().is_none()
    {
        return raise!(cx, exc::TYPE_ERROR, "throw() third argument must be a traceback object");
    }
    let exception = if kind.downcast::<exc::PyBaseException>().is_some() {
        if value.is_some_and(|v| !v.is_none()) {
            return raise!(cx, exc::TYPE_ERROR, "instance exception may not have a separate value");
        }
        kind.clone()
    } else if kind.downcast::<TypeObject>().is_some_and(|t| t.is_subtype(&exc::BASE_EXCEPTION)) {
        match value {
            Some(value) if value.downcast::<exc::PyBaseException>().is_some() => value.clone(),
            // What making the exception raises is thrown in its place.
            value => {
                let made = match value.filter(|value| !value.is_none()) {
                    Some(value) => match value.downcast::<adder_objects::tuple::PyTuple>() {
                        Some(args) => cx.call(kind, args.items()),
                        None => cx.call(kind, core::slice::from_ref(value)),
                    },
                    None => cx.call(kind, &[]),
                };
                match made.and_then(|made| must_be_exception(cx, kind, made)) {
                    Ok(made) => made,
                    Err(raised) => return Ok(raised),
                }
            }
        }
    } else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            kind.ty().name()
        );
    };
    if let Some(traceback) = traceback.filter(|t| !t.is_none())
        && let Some(base) = exception.downcast::<exc::PyBaseException>()
    {
        base.traceback.set(traceback.clone());
    }
    Ok(Raised::new(exception))
}
