//! The frames of generators: between the stack and the generator.

use core::cell::{Cell, RefCell};

use adder_compiler::code::flag as co;
use adder_objects::object::{Slot, unborn};
use adder_objects::{R, Value, exceptions as exc, raise};

use super::{ASYNC_GENERATOR_TYPE, COROUTINE_TYPE, GENERATOR_TYPE, PyGenerator, State, it};
use crate::frame::{Registers, flag as frame_flag};
use crate::function::PyFunction;
use crate::vm::Vm;

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
        if vm.state.origin_depth.get() > 0 && code.has(co::COROUTINE) {
            made.origin.set(crate::modules::origin(vm)?);
        }
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
