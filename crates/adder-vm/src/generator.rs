//! Generators, coroutines, asynchronous generators: frames that stop and go on.
//!
//! A stopped frame's registers lie in its generator. To go on they are moved to the top of the stack, and back when it stops.

use core::cell::{Cell, RefCell};

use adder_compiler::code::flag as co;
use adder_compiler::op::{Instr, Op};
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dunder::python::Step;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::frame::{HEADER, Registers, flag as frame_flag};
use crate::frame_object::{self, PyFrame};
use crate::function::PyFunction;
use crate::vm::Vm;

/// Layout of generators, coroutines and asynchronous generators.
#[repr(C)]
pub struct PyGenerator {
    head: Head,
    /// The registers while it is stopped: the locals, then those temporaries that are owned. Empty when it has ended.
    registers: RefCell<Vec<Value>>,
    function: Slot,
    code: Slot,
    /// `__name__`
    name: Slot,
    /// `__qualname__`
    qualname: Slot,
    /// The word to go on at; the instruction it stopped at is there.
    word: Cell<u32>,
    state: Cell<State>,
    /// The exception that it was handling when it stopped.
    handled: Slot,
    /// The object of its frame, if there is one.
    frame: Slot,
    /// Of a coroutine: where it was made, if that is asked for.
    pub(crate) origin: Slot,
    /// Of an asynchronous generator: its hooks were called; it is being closed; one of its awaitables runs.
    pub(crate) hooks_called: Cell<bool>,
    /// See `hooks_called`.
    pub(crate) closed: Cell<bool>,
    /// See `hooks_called`.
    pub(crate) running_async: Cell<bool>,
    /// See `hooks_called`: what the event loop wants called at the end.
    pub(crate) finalizer: Slot,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Created,
    Suspended,
    Running,
    Ended,
}

macro_rules! generator_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $name:literal $prefix:ident $($slots:tt)*) => {
        $(#[$doc])*
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyGenerator>(),
            weak: true,
            functions: adder_gc::raw::Functions {
                finalize: Some(finalize),
                ..functions::<PyGenerator>(true, true)
            },
            slots: Slots { repr: slot(repr), finalize: slot(finalize_slot), $($slots)* ..Slots::NONE },
            methods: $prefix::METHODS,
            getset: $prefix::GETSET,
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

generator_type! {
    /// `generator`
    GENERATOR_TYPE GENERATOR_SPEC "generator" plain
    iter: slot(adder_objects::iterators::itself), next: slot(next), send: slot(send_slot),
}
generator_type! {
    /// `coroutine`
    COROUTINE_TYPE COROUTINE_SPEC "coroutine" coroutine
    await_: slot(crate::awaitables::of_coroutine), send: slot(send_slot),
}
generator_type! {
    /// `async_generator`
    ASYNC_GENERATOR_TYPE ASYNC_GENERATOR_SPEC "async_generator" asynchronous
    aiter: slot(adder_objects::iterators::itself), anext: slot(crate::awaitables::anext),
}

// SAFETY: begins with a head; the three types have this layout.
unsafe impl Layout for PyGenerator {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &GENERATOR_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        [&GENERATOR_TYPE, &COROUTINE_TYPE, &ASYNC_GENERATOR_TYPE].into_iter().any(|t| core::ptr::eq(t, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for slot in [
            &self.function,
            &self.code,
            &self.name,
            &self.qualname,
            &self.handled,
            &self.frame,
            &self.origin,
            &self.finalizer,
        ] {
            slot.trace(tracer);
        }
        if let Ok(registers) = self.registers.try_borrow() {
            for value in registers.iter() {
                value.trace(tracer);
            }
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.state.set(State::Ended);
        if let Ok(mut registers) = self.registers.try_borrow_mut() {
            for value in registers.drain(..) {
                value.release_later(clearer);
            }
        }
        for slot in [&self.handled, &self.frame, &self.origin, &self.finalizer] {
            slot.clear(clearer);
        }
    }
}

impl PyGenerator {
    fn code(&self) -> &PyCode {
        // SAFETY: set when it was made and never emptied.
        unsafe { self.code.peek().cast::<PyCode>() }
    }

    fn live(&self) -> Vec<u16> {
        match self.state.get() {
            State::Suspended => self.code().code.live_at(self.word.get()).to_vec(),
            _ => Vec::new(),
        }
    }

    /// The instruction at which it is stopped.
    fn instruction(&self) -> Instr {
        // SAFETY: a word of its code.
        unsafe { *self.code().start().add(self.word.get() as usize).cast::<Instr>() }
    }

    /// What it delegates to: `yield from`, `await`.
    fn delegate(&self) -> Option<Value> {
        if self.state.get() != State::Suspended {
            return None;
        }
        let i = self.instruction();
        if i.op != Op::YieldFrom as u8 {
            return None;
        }
        let at = self.live().iter().position(|&t| t == i.b)?;
        self.registers.borrow().get(self.code().locals + at).cloned()
    }

    fn kind(&self) -> &'static str {
        if self.code().has(co::COROUTINE) {
            "coroutine"
        } else if self.code().has(co::ASYNC_GENERATOR) {
            "async generator"
        } else {
            "generator"
        }
    }
}

fn it(this: &Value) -> &PyGenerator {
    // SAFETY: called for generators.
    unsafe { this.cast::<PyGenerator>() }
}

/// Makes the generator of a frame whose registers hold its locals; the frame is no more.
///
/// # Safety
/// The header is written and the locals are set.
pub(crate) unsafe fn of_frame(vm: &Vm, registers: Registers) -> R {
    // SAFETY: by the contract; everything is moved once.
    unsafe {
        let code = registers.code();
        let locals: Vec<Value> = (0..code.locals).map(|at| registers.0.add(at).read()).collect();
        let function = registers.0.sub(4).read();
        if registers.link() & frame_flag::LOCALS != 0 {
            registers.0.sub(5).drop_in_place();
        }
        let f = function.cast::<PyFunction>();
        let (name, qualname) = (f.name.get(), f.qualname.get());
        let code_value = adder_objects::object::value_of(code);
        let fields = PyGenerator {
            head: unborn(),
            registers: RefCell::new(locals),
            code: Slot::new(code_value),
            name: Slot::new(name),
            qualname: Slot::new(qualname),
            word: Cell::new(0),
            state: Cell::new(State::Created),
            handled: Slot::empty(),
            frame: Slot::empty(),
            origin: Slot::empty(),
            hooks_called: Cell::new(false),
            closed: Cell::new(false),
            running_async: Cell::new(false),
            finalizer: Slot::empty(),
            function: Slot::new(function),
        };
        let class = if code.has(co::COROUTINE) {
            &COROUTINE_TYPE
        } else if code.has(co::ASYNC_GENERATOR) {
            &ASYNC_GENERATOR_TYPE
        } else {
            &GENERATOR_TYPE
        };
        let made = vm.cx.alloc_in(class, fields)?;
        Ok(made.into_value())
    }
}

/// Stops the running frame, which is a generator's: moves its registers into it.
///
/// # Safety
/// The frame is an entry frame with the flag GENERATOR, and stands at the instruction at `ip`.
pub(crate) unsafe fn suspend(vm: &Vm, registers: Registers, ip: *mut u64, value: Value) -> R {
    // SAFETY: by the contract; the generator is held by who resumed it.
    unsafe {
        let code = registers.code();
        let word = code.word_at(ip);
        let generator = vm.state.resumed.borrow().last().cloned();
        let Some(generator) = generator else {
            return raise!(vm.cx, exc::SYSTEM_ERROR, "a frame that is no generator's yields");
        };
        let it = it(&generator);
        // Its room is that of the last time.
        let mut saved = it.registers.borrow_mut();
        saved.extend((0..code.locals).map(|at| registers.0.add(at).read()));
        saved.extend(code.code.live_at(word).iter().map(|&t| registers.at(t).read()));
        drop(saved);
        it.word.set(word);
        it.state.set(State::Suspended);
        if registers.link() & frame_flag::OBJECT != 0 {
            let mut frames = vm.state.frames.borrow_mut();
            if let Some(at) = frames.iter().rposition(|(r, _)| *r == registers) {
                let (_, frame) = frames.remove(at);
                drop(frames);
                frame.word.set(word);
                crate::frame_object::PyFrame::detach(&frame, &generator);
                it.frame.set(frame.into_value());
            }
        }
        registers.0.sub(4).drop_in_place();
        Ok(value)
    }
}

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
                let i = *at.cast::<Instr>();
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

fn send_slot(cx: &Cx, this: &Value, value: &Value) -> R<Result<Value, Value>> {
    send(cx, this, value.clone())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
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

unsafe fn finalize(head: core::ptr::NonNull<Head>) {
    // SAFETY: the heap holds it meanwhile.
    let this = unsafe { Value::from_borrowed(head) };
    if let Some(cx) = Cx::try_current() {
        finalize_slot(cx, &this);
    }
}

/// A generator that is dropped while it is stopped is closed, so that its `finally` runs.
fn finalize_slot(cx: &Cx, this: &Value) {
    let it = it(this);
    match it.state.get() {
        State::Created if it.code().has(co::COROUTINE) => {
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

fn repr(cx: &Cx, this: &Value) -> R {
    let it = it(this);
    let kind = if it.code().has(co::ASYNC_GENERATOR) { "async_generator" } else { it.kind() };
    let name = cx.display(&it.qualname.get())?;
    Ok(cx.str_from_fmt(format_args!("<{kind} object {name} at {:#x}>", this.bits()))?.into_value())
}

/// Sends a value to whatever `yield from` or `await` waits for.
pub(crate) fn send_to(vm: &Vm, iterator: &Value, value: Value) -> R<Result<Value, Value>> {
    match vm.cx.step(iterator, &value)? {
        Step::Value(value) => Ok(Ok(value)),
        Step::End(result) => Ok(Err(result)),
    }
}

/// The iterator for `yield from`.
pub(crate) fn yield_from_iterator(vm: &Vm, code: &PyCode, iterable: &Value) -> R {
    if iterable.is_exact(&COROUTINE_TYPE) && !code.has(co::COROUTINE | co::ITERABLE_COROUTINE) {
        return raise!(vm.cx, exc::TYPE_ERROR, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    }
    if iterable.downcast::<PyGenerator>().is_some() && !iterable.is_exact(&ASYNC_GENERATOR_TYPE) {
        return Ok(iterable.clone());
    }
    vm.cx.iter(iterable)
}

pub(crate) use crate::awaitables::{async_iterator, async_next, awaitable};

/// Is it a generator that may be awaited (`types.coroutine`)?
pub(crate) fn is_iterable_coroutine(value: &Value) -> bool {
    value.is_exact(&GENERATOR_TYPE) && it(value).code().has(co::ITERABLE_COROUTINE)
}

/// The coroutine is being awaited by another already.
pub(crate) fn is_awaited(value: &Value) -> bool {
    it(value).delegate().is_some() || it(value).state.get() == State::Running
}

pub(crate) fn of_frame_object(cx: &Cx, frame: &PyFrame) -> R {
    let vm = Vm::of(cx);
    for generator in vm.state.resumed.borrow().iter() {
        if it(generator).code.get().is(&adder_objects::object::value_of(frame.code())) {
            return Ok(generator.clone());
        }
    }
    Ok(Value::none())
}

/// `frame.clear()` of a frame that has not ended.
pub(crate) fn clear_frame(cx: &Cx, frame: &PyFrame) -> R {
    match frame.generator() {
        Some(generator) if it(&generator).state.get() != State::Running => close(cx, &generator),
        Some(_) | None => raise!(cx, exc::RUNTIME_ERROR, "cannot clear an executing frame"),
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

fn send_method(cx: &Cx, this: &Value, value: &Value) -> R {
    finish(cx, send(cx, this, value.clone())?)
}

fn finish(cx: &Cx, step: Result<Value, Value>) -> R {
    match step {
        Ok(value) => Ok(value),
        Err(result) => Err(cx.stop_iteration(result)),
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

fn throw_method(cx: &Cx, this: &Value, args: &[Value]) -> R {
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
                if registers.link() & frame_flag::GENERATOR != 0 && core::ptr::eq(registers.code(), it.code()) {
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

/// A local register of a stopped generator.
pub(crate) fn local(generator: &Value, at: usize) -> Option<Value> {
    it(generator).registers.borrow().get(at).cloned()
}

/// Replaces a local register of a stopped generator.
pub(crate) fn set_local(generator: &Value, at: usize, value: Value) -> Option<Value> {
    let mut registers = it(generator).registers.borrow_mut();
    registers.get_mut(at).map(|place| core::mem::replace(place, value))
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
    Ok(it(this).name.get())
}

fn set_name(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_str(cx, &it(this).name, value, "__name__")
}

fn get_qualname(_: &Cx, this: &Value) -> R {
    Ok(it(this).qualname.get())
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

mod plain {
    use super::*;

    pub(super) const METHODS: &[Method] = &[
        Method::one("send", send_method),
        Method::positional("throw", 1, 3, throw_method),
        Method::none("close", close_method),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ];
    pub(super) const GETSET: &[GetSet] = &[
        GetSet::get("gi_frame", get_frame),
        GetSet::get("gi_running", get_running),
        GetSet::get("gi_suspended", get_suspended),
        GetSet::get("gi_yieldfrom", get_delegate),
        GetSet::get("gi_code", get_code),
        GetSet::both("__name__", get_name, set_name),
        GetSet::both("__qualname__", get_qualname, set_qualname),
    ];
}

mod coroutine {
    use super::*;

    pub(super) const METHODS: &[Method] = plain::METHODS;
    pub(super) const GETSET: &[GetSet] = &[
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

mod asynchronous {
    use super::*;

    pub(super) const METHODS: &[Method] = crate::awaitables::ASYNC_GENERATOR_METHODS;
    pub(super) const GETSET: &[GetSet] = &[
        GetSet::get("ag_frame", get_frame),
        GetSet::get("ag_running", crate::awaitables::is_running),
        GetSet::get("ag_suspended", get_suspended),
        GetSet::get("ag_await", get_delegate),
        GetSet::get("ag_code", get_code),
        GetSet::both("__name__", get_name, set_name),
        GetSet::both("__qualname__", get_qualname, set_qualname),
    ];
}

/// The first part of a reference to a generator with its layout.
pub(crate) fn generator(value: &Value) -> Option<&PyGenerator> {
    value.downcast::<PyGenerator>()
}

/// Has it ended?
pub(crate) fn has_ended(value: &Value) -> bool {
    it(value).state.get() == State::Ended
}

/// Was it never started?
pub(crate) fn is_new(value: &Value) -> bool {
    it(value).state.get() == State::Created
}
