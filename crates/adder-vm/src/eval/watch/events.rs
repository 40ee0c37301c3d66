//! What is told of a running program: events of frames, lines, calls and exceptions, to trace functions, profile functions and the
//! tools of `sys.monitoring`.

use adder_compiler::op::{Instr, Op, intrinsic};
use adder_objects::function::{BUILTIN_TYPE, METHOD_DESCRIPTOR_TYPE};
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, Obj, R, Raised, Value};

use super::{Called, Event, FRESH, instruction, silently, successors, update};
use crate::code::PyCode;
use crate::eval::monitoring::{self, event};
use crate::frame::Registers;
use crate::frame_object::{self, PyFrame};
use crate::vm::Vm;

/// A frame was entered: the event `call`.
///
/// # Safety
/// The frame is the running one.
#[cold]
pub(in crate::eval) unsafe fn entered(vm: &Vm, r: Registers, ip: *mut u64) -> R<()> {
    // SAFETY: forwarded contract.
    unsafe { entered_by(vm, r, ip, None) }
}

/// The same for a frame in which an exception may be about to be raised.
pub(super) unsafe fn entered_by(vm: &Vm, r: Registers, ip: *mut u64, thrown: Option<&Raised>) -> R<()> {
    let watch = &vm.state.watch;
    watch.entered.set(false);
    // SAFETY: by the contract.
    let code = unsafe { r.code() };
    let word = code.word_at(ip);
    // A generator goes on behind the instruction at which it stopped.
    let resumed = word > 0;
    watch.last.set((r, if resumed { word - 1 } else { FRESH }, FRESH));
    if !watch.tells() {
        return Ok(());
    }
    match thrown {
        Some(raised) => {
            monitoring::tell(vm, event::PY_THROW, code, word, &[offset(word), raised.value().clone()])?;
        }
        None => {
            let event = if resumed { event::PY_RESUME } else { event::PY_START };
            monitoring::tell(vm, event, code, word, &[offset(word)])?;
        }
    }
    let event = if resumed { Event::Resume } else { Event::Start };
    // SAFETY: by the contract.
    unsafe {
        if let Some(trace) = watch.trace.try_get() {
            let frame = frame_object::of(vm, r)?;
            tell_trace(vm, &trace, &frame, r, event, &Value::none())?;
        }
        tell_profile(vm, r, "call", &Value::none())
    }
}

/// The offset of a word, in CPython's units.
fn offset(word: u32) -> Value {
    Value::small(i64::from(word) * 2)
}

/// Tells tools of the jump or the branch that led here, of the line, and of the instruction.
fn monitor(vm: &Vm, code: &PyCode, last: u32, word: u32, lines: &[u32]) -> R<()> {
    if last != FRESH {
        let from = instruction(code, last);
        let op = Op::of(from.op).unwrap_or(Op::Nop);
        let next = last + 1 + op.caches() as u32;
        let branches = successors(code, last).count() > 1;
        let event = match op {
            Op::Jump | Op::JumpBack => Some(event::JUMP),
            _ if branches && word == next => Some(event::BRANCH_LEFT),
            _ if branches => Some(event::BRANCH_RIGHT),
            _ => None,
        };
        if let Some(event) = event {
            monitoring::tell(vm, event, code, last, &[offset(last), offset(word)])?;
        }
    }
    for line in lines {
        monitoring::tell(vm, event::LINE, code, word, &[Value::small(i64::from(*line))])?;
    }
    monitoring::tell(vm, event::INSTRUCTION, code, word, &[offset(word)])
}

/// Tells what is to be told before an instruction.
pub(super) unsafe fn events(vm: &Vm, r: Registers, code: &PyCode, word: u32, i: Instr) -> R<()> {
    let watch = &vm.state.watch;
    let op = Op::of(i.op).unwrap_or(Op::Nop);
    if has_no_line(op, i) {
        return Ok(());
    }
    let (of, last, told) = watch.last.get();
    // Back from a call: the instruction in front is the call.
    let (last, told) = if of == r { (last, told) } else { (word.saturating_sub(1), FRESH) };
    // SAFETY: by the contract of `before`.
    unsafe {
        returned(vm, r)?;
        let line = code.code.position_at(word).line;
        let back = last != FRESH && word <= last;
        let other = last == FRESH || code.code.position_at(last).line != line;
        let mut new =
            line != 0 && !is_turn(code, word, op, line) && (other || back && told != last && starts_turn(code, last));
        watch.last.set((r, word, if new { word } else { told }));
        if watch.monitored.get() {
            let mut lines: Vec<u32> = Vec::new();
            let before = code.code.silent.iter().filter(|silent| silent.word == word && (!back || silent.turns));
            lines.extend(before.map(|silent| silent.line).filter(|silent| *silent != line));
            // A body on the line of its head has no line of its own for tools.
            let other = match last {
                FRESH => code.is_module() || line != code.code.first_line,
                // The jump back of a loop has the line of the loop: what counts is the line in front of it.
                _ if back && instruction(code, last).op == Op::JumpBack as u8 => watch.turn_line.get() != line,
                _ => other,
            };
            if op == Op::JumpBack {
                watch.turn_line.set(if last == FRESH { 0 } else { code.code.position_at(last).line });
            }
            if line != 0 && !is_turn(code, word, op, line) && (other || !lines.is_empty()) {
                lines.push(line);
            }
            // Only what ran here just before can have jumped.
            monitor(vm, code, if of == r { last } else { FRESH }, word, &lines)?;
        }
        let silent = code.code.silent.iter().filter(|silent| silent.word == word && (!back || silent.turns));
        for silent in silent {
            new |= line != silent.line;
            if !watch.trace.is_unset()
                && let Some(frame) = frame_object::existing(vm, r)
                && frame.trace_lines.get()
                && watch.jump.get().is_none()
                && line != silent.line
            {
                watch.line.set(silent.line);
                let told = tell_trace_local(vm, &frame, r, Event::Line, &Value::none());
                watch.line.set(0);
                told?;
            }
        }
        if watch.jump.get().is_some() {
            return Ok(());
        }
        if !watch.trace.is_unset()
            && let Some(frame) = frame_object::existing(vm, r)
            && !frame.trace.is_unset()
        {
            if new && frame.trace_lines.get() {
                tell_trace_local(vm, &frame, r, Event::Line, &Value::none())?;
            }
            if frame.trace_opcodes.get() && watch.jump.get().is_none() {
                tell_trace_local(vm, &frame, r, Event::Opcode, &Value::none())?;
            }
            if watch.jump.get().is_some() {
                return Ok(());
            }
        }
        match op {
            Op::Return => {
                let value = (*r.at(i.a)).clone();
                monitoring::tell(vm, event::PY_RETURN, code, word, &[offset(word), value.clone()])?;
                tell_return(vm, r, &value)
            }
            Op::ReturnConst => {
                let value = code.constants[i.wide() as usize].clone();
                monitoring::tell(vm, event::PY_RETURN, code, word, &[offset(word), value.clone()])?;
                tell_return(vm, r, &value)
            }
            Op::Yield => {
                let value = (*r.at(i.b)).clone();
                monitoring::tell(vm, event::PY_YIELD, code, word, &[offset(word), value.clone()])?;
                tell_return(vm, r, &value)
            }
            Op::Call | Op::CallKw | Op::CallEx if watch.monitored.get() || !watch.profile.is_unset() => {
                calls(vm, r, word, op, r.at(i.b), i.c)
            }
            _ => Ok(()),
        }
    }
}

/// Instructions that belong to no line: what the compiler adds around a function, a handler or a loop.
fn has_no_line(op: Op, i: Instr) -> bool {
    match op {
        Op::MakeCell | Op::Reraise | Op::PushHandled | Op::PopHandled | Op::EndAsyncFor | Op::ClearLocal => true,
        Op::Intrinsic => i.c == intrinsic::STOP_ITERATION,
        _ => false,
    }
}

/// Is it the jump back of a loop? Its line is that of the loop, of which its head is told.
fn is_turn(code: &PyCode, word: u32, op: Op, line: u32) -> bool {
    op == Op::JumpBack
        && successors(code, word).filter(|to| *to <= word).any(|to| {
            let heads = code.code.silent.iter().filter(|silent| silent.word == to && silent.turns);
            code.code.position_at(to).line == line || heads.into_iter().any(|silent| silent.line == line)
        })
}

/// An iterator has ended by StopIteration, which the loop has taken: the event `exception`.
///
/// # Safety
/// The frame is the running one.
pub(in crate::eval) unsafe fn stopped(vm: &Vm, r: Registers, iterator: &Value, result: Option<&Value>) -> R<()> {
    if !vm.state.watch.tells() {
        return Ok(());
    }
    let raises = iterator.ty().is_heap() || result.is_some() && crate::generator::generator(iterator).is_some();
    if !raises {
        return Ok(());
    }
    let stop = vm.cx.stop_iteration(result.cloned().unwrap_or_else(Value::none));
    // SAFETY: by the contract.
    let (code, word) = unsafe { (r.code(), r.code().word_at(vm.ip.get())) };
    monitoring::tell(vm, event::STOP_ITERATION, code, word, &[offset(word), stop.value().clone()])?;
    // SAFETY: by the contract.
    match unsafe { frame_object::existing(vm, r) }.filter(|frame| !frame.trace.is_unset()) {
        Some(frame) => {
            let info = info(&vm.cx, stop.value())?;
            // SAFETY: by the contract.
            unsafe { tell_trace_local(vm, &frame, r, Event::Exception, &info) }
        }
        None => Ok(()),
    }
}

/// Does a jump back from this instruction begin another turn of a loop, as far as debuggers are concerned?
fn starts_turn(code: &PyCode, word: u32) -> bool {
    successors(code, word).any(|to| to <= word)
}

/// The value that a generator gives away is known.
///
/// # Safety
/// The frame is the running one.
pub(in crate::eval) unsafe fn yielded(vm: &Vm, r: Registers, value: &Value) -> R<()> {
    if !vm.state.watch.tells() {
        return Ok(());
    }
    // SAFETY: by the contract.
    unsafe {
        let (code, word) = (r.code(), r.code().word_at(vm.ip.get()));
        monitoring::tell(vm, event::PY_YIELD, code, word, &[offset(word), value.clone()])?;
        tell_return(vm, r, value)
    }
}

/// Something is about to be called.
unsafe fn calls(vm: &Vm, r: Registers, word: u32, op: Op, window: *mut Value, given: u16) -> R<()> {
    let watch = &vm.state.watch;
    // SAFETY: the window is filled.
    let (callable, this) = unsafe { ((*window).clone(), (*window.add(1)).clone()) };
    let mut call = Called { frame: r, word, profiled: None, monitored: None };
    if watch.monitored.get() {
        // SAFETY: as above.
        let first = unsafe {
            if !this.is_unset() {
                Some(this.clone())
            } else if op == Op::CallEx {
                (*window.add(2)).downcast::<PyTuple>().and_then(|args| args.items().first().cloned())
            } else {
                (given > 0).then(|| (*window.add(2)).clone())
            }
        };
        let missing = || vm.state.monitoring.missing.try_get().unwrap_or_else(Value::none);
        let first = first.unwrap_or_else(missing);
        // SAFETY: by the contract of `before`.
        let code = unsafe { r.code() };
        monitoring::tell(vm, event::CALL, code, word, &[offset(word), callable.clone(), first.clone()])?;
        if callable.downcast::<crate::function::PyFunction>().is_none() {
            call.monitored = Some((callable.clone(), first));
        }
    }
    if !watch.profile.is_unset() {
        call.profiled = if callable.is_exact(&BUILTIN_TYPE) {
            Some(callable.clone())
        } else if callable.is_exact(&METHOD_DESCRIPTOR_TYPE) && !this.is_unset() {
            match callable.ty().slots.descr_get.get() {
                Some(bind) => Some(bind(&vm.cx, &callable, Some(&this), Some(&this.ty().value()))?),
                None => None,
            }
        } else {
            None
        };
        if let Some(builtin) = &call.profiled {
            // SAFETY: by the contract of `before`.
            unsafe { tell_profile(vm, r, "c_call", builtin)? };
            if watch.profile.is_unset() {
                call.profiled = None;
            }
        }
    }
    if call.profiled.is_some() || call.monitored.is_some() {
        watch.called.borrow_mut().push(call);
    }
    Ok(())
}

/// What this frame called has returned.
unsafe fn returned(vm: &Vm, r: Registers) -> R<()> {
    let watch = &vm.state.watch;
    if watch.called.borrow().is_empty() {
        return Ok(());
    }
    let done = watch.called.borrow_mut().pop_if(|call| call.frame == r);
    let Some(call) = done else { return Ok(()) };
    if let Some((callable, first)) = call.monitored {
        // SAFETY: by the contract of `before`.
        let code = unsafe { r.code() };
        monitoring::tell(vm, event::C_RETURN, code, call.word, &[offset(call.word), callable, first])?;
    }
    match call.profiled {
        // SAFETY: by the contract of `before`.
        Some(builtin) => unsafe { tell_profile(vm, r, "c_return", &builtin) },
        None => Ok(()),
    }
}

/// An exception has come to a frame: the events `exception` and `c_exception`. What a function that is told raises takes its
/// place.
///
/// # Safety
/// The frame is the running one.
pub(in crate::eval) unsafe fn raised(vm: &Vm, r: Registers, word: u32, raised: Raised, again: bool) -> Raised {
    let watch = &vm.state.watch;
    if !watch.tells() {
        return raised;
    }
    let done = watch.called.borrow_mut().pop_if(|call| call.frame == r && call.word == word);
    // SAFETY: by the contract.
    unsafe {
        let code = r.code();
        if let Some(call) = done {
            if let Some((callable, first)) = call.monitored
                && let Err(other) = monitoring::tell(vm, event::C_RAISE, code, word, &[offset(word), callable, first])
            {
                return other;
            }
            if let Some(builtin) = call.profiled
                && let Err(other) = tell_profile(vm, r, "c_exception", &builtin)
            {
                return other;
            }
        }
        let event = if again { event::RERAISE } else { event::RAISE };
        if let Err(other) = monitoring::tell(vm, event, code, word, &[offset(word), raised.value().clone()]) {
            return other;
        }
        if again || watch.trace.is_unset() {
            return raised;
        }
        match frame_object::existing(vm, r) {
            Some(frame) if !frame.trace.is_unset() => {
                let told = info(&vm.cx, raised.value())
                    .and_then(|info| tell_trace_local(vm, &frame, r, Event::Exception, &info));
                match told {
                    Ok(()) => raised,
                    Err(other) => other,
                }
            }
            _ => raised,
        }
    }
}

/// Type, value and traceback of an exception.
fn info(cx: &Cx, exception: &Value) -> R {
    let traceback = crate::traceback::of_exception(exception);
    let parts = [exception.ty().value(), exception.clone(), traceback.unwrap_or_else(Value::none)];
    Ok(cx.tuple(parts)?.into_value())
}

/// A frame has caught an exception at a word.
///
/// # Safety
/// The frame is the running one.
pub(in crate::eval) unsafe fn caught(vm: &Vm, r: Registers, word: u32, exception: &Value) -> R<()> {
    vm.state.watch.last.set((r, word, FRESH));
    if !vm.state.watch.tells() {
        return Ok(());
    }
    // SAFETY: by the contract.
    let code = unsafe { r.code() };
    monitoring::tell(vm, event::EXCEPTION_HANDLED, code, word, &[offset(word), exception.clone()])
}

/// A frame ends by an exception: the event `return`.
///
/// # Safety
/// The frame is the running one.
pub(in crate::eval) unsafe fn unwound(vm: &Vm, r: Registers, raised: Raised) -> Raised {
    if !vm.state.watch.tells() {
        return raised;
    }
    // SAFETY: by the contract.
    let told = unsafe {
        let (code, word) = (r.code(), r.code().word_at(vm.ip.get()));
        monitoring::tell(vm, event::PY_UNWIND, code, word, &[offset(word), raised.value().clone()])
            .and_then(|()| tell_return(vm, r, &Value::none()))
    };
    match told {
        Ok(()) => raised,
        Err(other) => other,
    }
}

unsafe fn tell_return(vm: &Vm, r: Registers, value: &Value) -> R<()> {
    let watch = &vm.state.watch;
    // SAFETY: by the contract of `before`.
    unsafe {
        if !watch.trace.is_unset()
            && let Some(frame) = frame_object::existing(vm, r)
            && !frame.trace.is_unset()
        {
            tell_trace_local(vm, &frame, r, Event::Return, value)?;
        }
        tell_profile(vm, r, "return", value)
    }
}

/// Calls the trace function of a frame.
unsafe fn tell_trace_local(vm: &Vm, frame: &Obj<PyFrame>, r: Registers, event: Event, value: &Value) -> R<()> {
    match frame.trace.try_get() {
        // SAFETY: by the contract of `before`.
        Some(trace) => unsafe { tell_trace(vm, &trace, frame, r, event, value) },
        None => Ok(()),
    }
}

unsafe fn tell_trace(
    vm: &Vm,
    function: &Value,
    frame: &Obj<PyFrame>,
    r: Registers,
    event: Event,
    value: &Value,
) -> R<()> {
    let watch = &vm.state.watch;
    // SAFETY: by the contract of `before`.
    let word = unsafe { r.code() }.word_at(vm.ip.get());
    let name = match event {
        Event::Start | Event::Resume => "call",
        Event::Line => "line",
        Event::Return => "return",
        Event::Exception => "exception",
        Event::Opcode => "opcode",
    };
    let before = watch.telling.replace(Some((event, r, word)));
    let result = silently(vm, |cx| cx.call(function, &[frame.as_value().clone(), cx.intern(name)?, value.clone()]));
    watch.telling.set(before);
    match result {
        Ok(local) if local.is_none() => Ok(()),
        Ok(local) => {
            frame.trace.set(local);
            Ok(())
        }
        Err(raised) => {
            drop((watch.trace.take(), frame.trace.take()));
            watch.jump.set(None);
            update(vm);
            Err(raised)
        }
    }
}

unsafe fn tell_profile(vm: &Vm, r: Registers, event: &str, value: &Value) -> R<()> {
    let watch = &vm.state.watch;
    let Some(function) = watch.profile.try_get() else { return Ok(()) };
    // SAFETY: by the contract of `before`.
    let frame = unsafe { frame_object::of(vm, r)? };
    let result = silently(vm, |cx| cx.call(&function, &[frame.as_value().clone(), cx.intern(event)?, value.clone()]));
    if result.is_err() {
        drop(watch.profile.take());
        watch.called.borrow_mut().clear();
        update(vm);
    }
    result.map(drop)
}
