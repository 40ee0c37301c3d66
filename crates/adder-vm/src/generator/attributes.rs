//! Methods and attributes of generators and coroutines.

use adder_compiler::code::flag as co;
use adder_objects::object::Slot;
use adder_objects::typeobject::{GetSet, Method};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::resume::{close, send, throw, thrown};
use super::{State, it};
use crate::frame::flag as frame_flag;
use crate::frame_object::{self, PyFrame};
use crate::vm::Vm;

pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    let it = it(this);
    let kind = if it.code().has(co::ASYNC_GENERATOR) { "async_generator" } else { it.kind() };
    let name = cx.display(&it.qualname())?;
    Ok(cx.str_from_fmt(format_args!("<{kind} object {name} at {:#x}>", this.bits()))?.into_value())
}

pub(crate) fn of_frame_object(cx: &Cx, frame: &PyFrame) -> R {
    if let Some(generator) = frame.generator() {
        return Ok(generator);
    }
    let vm = Vm::of(cx);
    let mut at = frame_object::running(vm);
    while let Some((registers, _)) = at {
        // SAFETY: frames from the running one on are live.
        unsafe {
            if frame.is_at(registers) {
                let is_one = registers.link() & frame_flag::GENERATOR != 0;
                return Ok(if is_one { super::generator_of(registers).clone() } else { Value::none() });
            }
            at = frame_object::caller(vm, registers);
        }
    }
    Ok(Value::none())
}

/// `frame.clear()` of a frame that has not ended.
pub(crate) fn clear_frame(cx: &Cx, frame: &PyFrame) -> R {
    match frame.generator() {
        Some(generator) if it(&generator).state.get() == State::Suspended => {
            raise!(cx, exc::RUNTIME_ERROR, "cannot clear a suspended frame")
        }
        Some(generator) if it(&generator).state.get() == State::Created => close(cx, &generator),
        Some(_) | None => raise!(cx, exc::RUNTIME_ERROR, "cannot clear an executing frame"),
    }
}

/// Warns where an exception is given in parts.
pub(crate) fn warn_of_parts(cx: &Cx, method: &str, args: &[Value]) -> R<()> {
    if args.len() < 2 {
        return Ok(());
    }
    let text =
        format!("the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead.");
    cx.warn(&exc::DEPRECATION_WARNING, &text, 1)
}

fn send_method(cx: &Cx, this: &Value, value: &Value) -> R {
    finish(cx, send(cx, this, value.clone())?)
}

fn finish(cx: &Cx, step: Result<Value, Value>) -> R {
    match step {
        Ok(value) => Ok(value),
        Err(result) => Err(cx.stop_iteration(result)),
    }
}

fn throw_method(cx: &Cx, this: &Value, args: &[Value]) -> R {
    warn_of_parts(cx, "throw", args)?;
    let raised = thrown(cx, args)?;
    finish(cx, throw(cx, this, raised)?)
}

fn close_method(cx: &Cx, this: &Value) -> R {
    close(cx, this)
}

fn get_frame(cx: &Cx, this: &Value) -> R {
    let it = it(this);
    if it.state.get() == State::Ended {
        return Ok(Value::none());
    }
    let vm = Vm::of(cx);
    if let Some(frame) = it.frame.try_get() {
        return Ok(frame);
    }
    if it.state.get() == State::Running {
        let mut at = frame_object::running(vm);
        while let Some((registers, _)) = at {
            // SAFETY: frames from the running one on are live.
            unsafe {
                if registers.link() & frame_flag::GENERATOR != 0 && super::generator_of(registers).is(this) {
                    return Ok(frame_object::of(vm, registers)?.into_value());
                }
                at = frame_object::caller(vm, registers);
            }
        }
        return Ok(Value::none());
    }
    let frame = frame_object::of_stopped(vm, this, &it.function.get(), it.code(), it.word.get())?;
    it.frame.set(frame.clone());
    Ok(frame)
}

fn get_running(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(it(this).state.get() == State::Running))
}

fn get_suspended(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(it(this).state.get() == State::Suspended))
}

fn get_delegate(_: &Cx, this: &Value) -> R {
    Ok(it(this).delegate().unwrap_or_else(Value::none))
}

fn get_code(_: &Cx, this: &Value) -> R {
    Ok(it(this).code.get())
}

fn get_name(_: &Cx, this: &Value) -> R {
    Ok(it(this).name())
}

fn set_name(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_str(cx, &it(this).name, value, "__name__")
}

fn get_qualname(_: &Cx, this: &Value) -> R {
    Ok(it(this).qualname())
}

fn set_qualname(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_str(cx, &it(this).qualname, value, "__qualname__")
}

fn set_str(cx: &Cx, place: &Slot, value: Option<&Value>, name: &str) -> R<()> {
    match value.filter(|v| v.downcast::<adder_objects::str::PyStr>().is_some()) {
        Some(value) => {
            place.set(value.clone());
            Ok(())
        }
        None => raise!(cx, exc::TYPE_ERROR, "{name} must be set to a string object"),
    }
}

fn get_origin(_: &Cx, this: &Value) -> R {
    Ok(it(this).origin.try_get().unwrap_or_else(Value::none))
}

pub(super) mod plain {
    use super::*;

    pub(in super::super) const METHODS: &[Method] = &[
        Method::one("send", send_method),
        Method::positional("throw", 1, 3, throw_method),
        Method::none("close", close_method),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ];
    pub(in super::super) const GETSET: &[GetSet] = &[
        GetSet::get("gi_frame", get_frame),
        GetSet::get("gi_running", get_running),
        GetSet::get("gi_suspended", get_suspended),
        GetSet::get("gi_yieldfrom", get_delegate),
        GetSet::get("gi_code", get_code),
        GetSet::both("__name__", get_name, set_name),
        GetSet::both("__qualname__", get_qualname, set_qualname),
    ];
}

pub(super) mod coroutine {
    use super::*;

    pub(in super::super) const METHODS: &[Method] = plain::METHODS;
    pub(in super::super) const GETSET: &[GetSet] = &[
        GetSet::get("cr_frame", get_frame),
        GetSet::get("cr_running", get_running),
        GetSet::get("cr_suspended", get_suspended),
        GetSet::get("cr_await", get_delegate),
        GetSet::get("cr_code", get_code),
        GetSet::get("cr_origin", get_origin),
        GetSet::both("__name__", get_name, set_name),
        GetSet::both("__qualname__", get_qualname, set_qualname),
    ];
}

pub(super) mod asynchronous {
    use super::*;

    pub(in super::super) const METHODS: &[Method] = crate::awaitables::ASYNC_GENERATOR_METHODS;
    pub(in super::super) const GETSET: &[GetSet] = &[
        GetSet::get("ag_frame", get_frame),
        GetSet::get("ag_running", crate::awaitables::is_running),
        GetSet::get("ag_suspended", get_suspended),
        GetSet::get("ag_await", get_delegate),
        GetSet::get("ag_code", get_code),
        GetSet::both("__name__", get_name, set_name),
        GetSet::both("__qualname__", get_qualname, set_qualname),
    ];
}
