//! How generators go on from Rust: `send`, `throw`, `close`, and their end.

use adder_compiler::code::flag as co;
use adder_compiler::op::Op;
use adder_gc::raw::Head;
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::{ASYNC_GENERATOR_TYPE, PyGenerator, State, it};
use crate::code::PyCode;
use crate::frame::{HEADER, Registers, flag as frame_flag};
use crate::frame_object::PyFrame;
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
    match it.state.get() {
        State::Running => {
            return raise!(cx, exc::VALUE_ERROR, "{} already executing", it.kind());
        }
        State::Ended => {
            return match with {
                With::Exception(raised) => Err(raised),
                With::Value(_) if it.code().has(co::COROUTINE) => {
                    raise!(cx, exc::RUNTIME_ERROR, "cannot reuse already awaited coroutine")
                }
                With::Value(_) => Ok(Err(Value::none())),
            };
        }
        State::Created => {
            if let With::Exception(raised) = with {
                // It has not run: nothing in it can catch this.
                it.state.set(State::Ended);
                let registers = it.registers.take();
                drop(registers);
                return Err(raised);
            }
            if let With::Value(value) = &with
                && !value.is_none()
            {
                return raise!(cx, exc::TYPE_ERROR, "can't send non-None value to a just-started {}", it.kind());
            }
        }
        State::Suspended => {}
    }
    cx.check_stack()?;
    let created = it.state.get() == State::Created;
    let code_value = it.code.get();
    // SAFETY: a code object, held while it runs.
    let code = unsafe { code_value.cast::<PyCode>() };
    let live = if created { &[][..] } else { code.code.live_at(it.word.get()) };
    // SAFETY: the words from the top on are free; the registers are moved there, and moved back or released once.
    let result = unsafe {
        let registers = Registers(vm.top.get().add(HEADER + 1));
        vm.room_for(registers.0, code.registers)?;
        let mut saved = it.registers.borrow_mut();
        {
            let mut values = saved.drain(..);
            for at in 0..code.locals {
                registers.0.add(at).write(values.next().unwrap_or(Value::UNBOUND));
            }
            for (&t, value) in live.iter().zip(values) {
                registers.at(t).write(value);
            }
        }
        drop(saved);
        registers.write_header(
            it.function.get(),
            core::ptr::null_mut(),
            code,
            frame_flag::ENTRY | frame_flag::GENERATOR,
        );
        if let Some(frame) = it.frame.take()
            && let Ok(frame) = frame.try_into_obj::<PyFrame>()
        {
            frame.moved(registers);
            registers.set_flags(frame_flag::OBJECT);
            vm.state.frames.borrow_mut().push((registers, frame));
        }
        it.state.set(State::Running);
        // What it handles itself is its own; what is handled outside is seen behind that.
        let outer = cx.handled.replace(it.handled.take().unwrap_or(Value::UNSET));
        let outside = match outer.is_unset() {
            true => None,
            false => Some(cx.handled_outside.replace(outer.clone())),
        };
        vm.state.resumed.borrow_mut().push(this.clone());
        let at = code.start().add(it.word.get() as usize);
        let result = match with {
            With::Value(value) if created => {
                drop(value);
                vm.run_frame(registers, at)
            }
            With::Value(value) => {
                let i = it.instruction();
                if i.op == Op::YieldFrom as u8 {
                    registers.at(i.c).write(value);
                    vm.run_frame(registers, at)
                } else {
                    // What is sent is the value of the `yield`.
                    let place = registers.at(i.a);
                    if i.flags & adder_compiler::op::DST_LOCAL != 0 {
                        drop(place.replace(value));
                    } else {
                        place.write(value);
                    }
                    vm.run_frame(registers, at.add(1))
                }
            }
            With::Exception(raised) => vm.throw_into_frame(registers, at, raised),
        };
        let resumed = vm.state.resumed.borrow_mut().pop();
        drop(resumed);
        let inner = cx.handled.replace(outer);
        if let Some(outside) = outside {
            cx.handled_outside.set(outside);
        }
        if it.state.get() == State::Suspended && !inner.is_unset() {
            it.handled.set(inner);
        }
        result
    };
    if it.state.get() == State::Suspended {
        return result.map(Ok);
    }
    it.state.set(State::Ended);
    match result {
        Ok(value) => Ok(Err(value)),
        Err(raised) => Err(no_stop_iteration(cx, it, raised)),
    }
}

/// StopIteration must not leave a generator (PEP 479).
fn no_stop_iteration(cx: &Cx, generator: &PyGenerator, raised: Raised) -> Raised {
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
        it.state.set(State::Running);
        let thrown = throw_any(cx, &delegate, &raised);
        it.state.set(State::Suspended);
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
    let iterator = at.and_then(|at| {
        let mut registers = it.registers.borrow_mut();
        let place = registers.get_mut(it.code().locals + at)?;
        // An iterator that ends at once with this result takes its place.
        Some(core::mem::replace(place, Value::none()))
    });
    drop(iterator);
    if let Some(at) = at {
        let ended = crate::awaitables::ended_with(cx, result)?;
        if let Some(place) = it.registers.borrow_mut().get_mut(it.code().locals + at) {
            *place = ended;
        }
    }
    resume(cx, this, With::Value(Value::none()))
}

/// Throws into any iterator; `None` if it has no `throw`.
fn throw_any(cx: &Cx, iterator: &Value, raised: &Raised) -> R<Option<Result<Value, Value>>> {
    if iterator.downcast::<PyGenerator>().is_some() && !iterator.is_exact(&ASYNC_GENERATOR_TYPE) {
        return throw(cx, iterator, Raised::new(raised.value().clone())).map(Some);
    }
    match cx.getattr_opt(iterator, cx.names.throw())? {
        Some(method) => cx.call(&method, core::slice::from_ref(raised.value())).map(|v| Some(Ok(v))),
        None => Ok(None),
    }
}

fn close_any(cx: &Cx, iterator: &Value) -> R<()> {
    if iterator.downcast::<PyGenerator>().is_some() && !iterator.is_exact(&ASYNC_GENERATOR_TYPE) {
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
            let registers = it.registers.take();
            drop(registers);
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
            if let Ok(name) = cx.display(&it.qualname.get()) {
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

/// The exception of `throw(type, value, traceback)` or `throw(exception)`.
pub(crate) fn thrown(cx: &Cx, args: &[Value]) -> R<Raised> {
    let vm = Vm::of(cx);
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
            Some(value) if !value.is_none() => match value.downcast::<adder_objects::tuple::PyTuple>() {
                Some(args) => cx.call(kind, args.items())?,
                None => cx.call(kind, core::slice::from_ref(value))?,
            },
            _ => cx.call(kind, &[])?,
        }
    } else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            kind.ty().name()
        );
    };
    let _ = vm;
    if let Some(traceback) = traceback.filter(|t| !t.is_none())
        && let Some(base) = exception.downcast::<exc::PyBaseException>()
    {
        base.traceback.set(traceback.clone());
    }
    Ok(Raised::new(exception))
}
