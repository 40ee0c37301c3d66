//! Generators, coroutines, asynchronous generators: frames that stop and go on.
//!
//! A stopped frame's registers lie in its generator. To go on they are moved to the top of the stack, and back when it stops.

mod attributes;
mod frame;
mod resume;

use core::cell::{Cell, UnsafeCell};

use adder_compiler::code::flag as co;
use adder_compiler::op::{Instr, Op};
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dunder::python::Step;
use adder_objects::object::{Slot, functions};
use adder_objects::typeobject::{OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Layout, R, TypeObject, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::vm::Vm;

pub(crate) use crate::awaitables::{async_iterator, async_next, awaitable};
pub(crate) use attributes::{clear_frame, of_frame_object, warn_of_parts};
pub(crate) use frame::{GENERATOR_WORDS, end, enter, generator_of, of_frame, suspend};
pub(crate) use resume::no_stop_iteration;
pub(crate) use resume::thrown;
pub use resume::{close, send, throw};

/// Layout of generators, coroutines and asynchronous generators.
#[repr(C)]
pub struct PyGenerator {
    head: Head,
    /// The function, while it is stopped: a running frame owns it.
    function: Slot,
    code: Slot,
    /// `__name__`, where it is not that of the code.
    name: Slot,
    /// `__qualname__`, where it is not that of the code.
    qualname: Slot,
    /// The word to go on at; the instruction it stopped at is there.
    word: Cell<u32>,
    /// How many registers lie behind: while it is stopped the locals, then those temporaries that are owned; else none.
    saved: Cell<u32>,
    state: Cell<State>,
    /// The temporaries that are owned at `word`, if it ever stopped there: borrowed from its code.
    live: Cell<*const [u16]>,
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
    registers: UnsafeCell<[Value; 0]>,
}

impl Drop for PyGenerator {
    fn drop(&mut self) {
        drop(self.take_registers());
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Created,
    Suspended,
    Running,
    Ended,
}

macro_rules! generator_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $symbol:literal $name:literal $prefix:ident $($slots:tt)*) => {
        $(#[$doc])*
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(export_name = $symbol)]
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyGenerator>(),
            weak: true,
            functions: adder_gc::raw::Functions {
                finalize: Some(resume::finalize),
                ..functions::<PyGenerator>(true, true)
            },
            slots: Slots { repr: slot(attributes::repr), finalize: slot(resume::finalize_slot), $($slots)* ..Slots::NONE },
            methods: attributes::$prefix::METHODS,
            getset: attributes::$prefix::GETSET,
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

generator_type! {
    /// `generator`
    GENERATOR_TYPE GENERATOR_SPEC "PyGen_Type" "generator" plain
    iter: slot(adder_objects::iterators::itself), next: slot(resume::next), send: slot(resume::send_slot),
}
generator_type! {
    /// `coroutine`
    COROUTINE_TYPE COROUTINE_SPEC "PyCoro_Type" "coroutine" coroutine
    await_: slot(crate::awaitables::of_coroutine), send: slot(resume::send_slot),
}
generator_type! {
    /// `async_generator`
    ASYNC_GENERATOR_TYPE ASYNC_GENERATOR_SPEC "PyAsyncGen_Type" "async_generator" asynchronous
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
        // SAFETY: a tracer runs no code that stores.
        for value in unsafe { self.registers() } {
            value.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.state.set(State::Ended);
        for value in self.take_registers() {
            value.release_later(clearer);
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
        crate::eval::watch::instruction(self.code(), self.word.get())
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
        // SAFETY: cloned at once.
        unsafe { self.registers() }.get(self.code().locals + at).cloned()
    }

    fn name(&self) -> Value {
        self.name.try_get().unwrap_or_else(|| self.code().name.clone())
    }

    pub(crate) fn qualname(&self) -> Value {
        self.qualname.try_get().unwrap_or_else(|| self.code().qualname.clone())
    }

    fn first_register(&self) -> *mut Value {
        self.registers.get().cast()
    }

    /// The registers that lie here.
    ///
    /// # Safety
    /// Nothing is stored here while the borrow lives: no code of a user may run.
    unsafe fn registers(&self) -> &[Value] {
        // SAFETY: so many follow; the rest is the contract.
        unsafe { core::slice::from_raw_parts(self.first_register(), self.saved.get() as usize) }
    }

    /// Takes the registers out.
    fn take_registers(&self) -> Vec<Value> {
        let n = self.saved.replace(0) as usize;
        // SAFETY: so many were here, and are not any more.
        (0..n).map(|at| unsafe { self.first_register().add(at).read() }).collect()
    }

    /// Replaces a register; gives the value back if there is none.
    fn replace_register(&self, at: usize, value: Value) -> Result<Value, Value> {
        if at >= self.saved.get() as usize {
            return Err(value);
        }
        // SAFETY: the register is there.
        Ok(unsafe { self.first_register().add(at).replace(value) })
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

/// Is it one whose frame the loop itself can go on in?
#[inline(always)]
pub(crate) fn is_plain(value: &Value) -> bool {
    value.is_exact(&GENERATOR_TYPE) || value.is_exact(&COROUTINE_TYPE)
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

/// Is it a generator that may be awaited (`types.coroutine`)?
pub(crate) fn is_iterable_coroutine(value: &Value) -> bool {
    value.is_exact(&GENERATOR_TYPE) && it(value).code().has(co::ITERABLE_COROUTINE)
}

/// The coroutine is being awaited by another already.
pub(crate) fn is_awaited(value: &Value) -> bool {
    it(value).delegate().is_some() || it(value).state.get() == State::Running
}

/// A local register of a stopped generator.
pub(crate) fn local(generator: &Value, at: usize) -> Option<Value> {
    // SAFETY: cloned at once.
    unsafe { it(generator).registers() }.get(at).cloned()
}

/// Replaces a local register of a stopped generator.
pub(crate) fn set_local(generator: &Value, at: usize, value: Value) -> Option<Value> {
    it(generator).replace_register(at, value).ok()
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
