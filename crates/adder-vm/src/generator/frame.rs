//! The frames of generators: between the stack and the generator.
//!
//! A generator's frame has three words more in front:
//!
//! ```text
//!  r−7        what was being handled behind that, if r−6 is not empty
//!  r−6        what was being handled when it went on
//!  r−5        the generator, borrowed from who goes on with it
//! ```

use core::cell::{Cell, UnsafeCell};

use adder_compiler::code::flag as co;
use adder_compiler::op::{DST_LOCAL, Op};
use adder_objects::object::{Slot, unborn};
use adder_objects::{R, Value};

use super::{ASYNC_GENERATOR_TYPE, COROUTINE_TYPE, GENERATOR_TYPE, PyGenerator, State, it};
use crate::code::PyCode;
use crate::frame::{HEADER, Registers, flag as frame_flag};
use crate::frame_object::PyFrame;
use crate::function::PyFunction;
use crate::vm::Vm;

/// Words in front of a generator's registers.
pub(crate) const GENERATOR_WORDS: usize = HEADER + 3;

/// Makes the generator of a frame whose registers hold its locals; the frame is no more.
///
/// # Safety
/// The header is written and the locals are set.
pub(crate) unsafe fn of_frame(vm: &Vm, registers: Registers) -> R {
    // SAFETY: by the contract; everything is moved once.
    unsafe {
        let code = registers.code();
        let function = registers.0.sub(4).read();
        if registers.link() & frame_flag::LOCALS != 0 {
            registers.0.sub(5).drop_in_place();
        }
        let class = if code.has(co::COROUTINE) {
            &COROUTINE_TYPE
        } else if code.has(co::ASYNC_GENERATOR) {
            &ASYNC_GENERATOR_TYPE
        } else {
            &GENERATOR_TYPE
        };
        let other = |name: &Slot, of_code: &Value| {
            if name.peek().is(of_code) { Value::UNSET } else { name.get() }
        };
        let (name, qualname) = {
            let f = function.cast::<PyFunction>();
            (other(&f.name, &code.name), other(&f.qualname, &code.qualname))
        };
        let fields = PyGenerator {
            head: unborn(),
            function: Slot::new(function),
            code: Slot::new(adder_objects::object::value_of(code)),
            name: Slot::new(name),
            qualname: Slot::new(qualname),
            word: Cell::new(0),
            saved: Cell::new(0),
            state: Cell::new(State::Created),
            live: Cell::new(core::ptr::from_ref::<[u16]>(&[])),
            handled: Slot::empty(),
            frame: Slot::empty(),
            origin: Slot::empty(),
            hooks_called: Cell::new(false),
            closed: Cell::new(false),
            running_async: Cell::new(false),
            finalizer: Slot::empty(),
            registers: UnsafeCell::new([]),
        };
        match vm.cx.alloc_with_words(class, fields, code.stopped) {
            Ok(made) => {
                made.first_register().copy_from_nonoverlapping(registers.0, code.locals);
                made.saved.set(code.locals as u32);
                if vm.state.origin_depth.get() > 0 && code.has(co::COROUTINE) {
                    made.origin.set(crate::modules::origin(vm)?);
                }
                Ok(made.into_value())
            }
            Err(raised) => {
                for at in 0..code.locals {
                    registers.0.add(at).drop_in_place();
                }
                Err(raised)
            }
        }
    }
}

/// The generator of a running frame.
///
/// # Safety
/// The frame is live and has the flag GENERATOR.
pub(crate) unsafe fn generator_of<'a>(registers: Registers) -> &'a Value {
    // SAFETY: by the contract.
    unsafe { &*registers.0.sub(5) }
}

/// Moves values that are most often few: a call for the copy would cost more.
///
/// # Safety
/// So many are there, and room for them.
#[inline(always)]
unsafe fn move_values(from: *mut Value, to: *mut Value, n: usize) {
    // SAFETY: by the contract.
    unsafe {
        if n > 16 {
            return to.copy_from_nonoverlapping(from, n);
        }
        for at in 0..n {
            // A volatile write is not made a call of `memcpy`.
            to.add(at).write_volatile(from.add(at).read());
        }
    }
}

/// Makes a stopped generator the frame at these registers, above all others; gives the instruction to go on at. `sent` is what
/// the generator is sent; none if an exception will be raised there. `None`, and nothing has changed, if it does not stand where
/// a value can be sent to it.
///
/// # Safety
/// `this` is a generator, and lives until the frame has stopped or ended. The registers lie [`GENERATOR_WORDS`] above the top of
/// the stack. `link` and the return address are what the loop needs to leave the frame.
#[inline]
pub(crate) unsafe fn enter(
    vm: &Vm,
    this: &Value,
    registers: Registers,
    sent: Option<Value>,
    link: u64,
    return_address: *mut u64,
) -> R<Result<*mut u64, Option<Value>>> {
    let it = it(this);
    let created = match it.state.get() {
        State::Suspended => false,
        State::Created if sent.as_ref().is_some_and(Value::is_none) => true,
        _ => return Ok(Err(sent)),
    };
    // SAFETY: by the contract; the code is kept by the generator, and every register is moved once.
    unsafe {
        let code: &PyCode = it.code.peek().cast::<PyCode>();
        let code = &*core::ptr::from_ref(code);
        vm.room_for(registers.0, code.registers)?;
        let from = it.first_register();
        move_values(from, registers.0, code.locals);
        if !created {
            for (at, &temporary) in (&*it.live.get()).iter().enumerate() {
                registers.at(temporary).write(from.add(code.locals + at).read());
            }
        }
        it.saved.set(0);
        it.state.set(State::Running);
        // What it handles itself is its own; what is handled outside is seen behind that.
        let outer = vm.cx.handled.replace(it.handled.replace(Value::UNSET));
        let outside = match outer.is_unset() {
            true => Value::UNSET,
            false => vm.cx.handled_outside.replace(outer.clone()),
        };
        registers.0.sub(7).write(outside);
        registers.0.sub(6).write(outer);
        registers.0.sub(5).write(this.borrow_word());
        registers.write_header(it.function.replace(Value::UNSET), return_address, code, link | frame_flag::GENERATOR);
        if !it.frame.is_unset() {
            found_frame(vm, it, registers);
        }
        let ip = code.start().add(it.word.get() as usize);
        let Some(value) = sent else { return Ok(Ok(ip)) };
        if created {
            return Ok(Ok(ip));
        }
        let i = it.instruction();
        if i.op == Op::YieldFrom as u8 {
            registers.at(i.c).write(value);
            return Ok(Ok(ip));
        }
        // What is sent is the value of the `yield`.
        let place = registers.at(i.a);
        if i.flags & DST_LOCAL == 0 {
            place.write(value);
        } else {
            let old = place.replace(value);
            if old.is_object() {
                // Its end may run code, which needs the stack above the frame.
                let top = vm.top.replace(registers.0.add(code.registers));
                drop(old);
                vm.top.set(top);
            }
        }
        Ok(Ok(ip.add(1)))
    }
}

/// The object of a stopped frame becomes that of the running one.
#[cold]
unsafe fn found_frame(vm: &Vm, it: &PyGenerator, registers: Registers) {
    if let Some(frame) = it.frame.take()
        && let Ok(frame) = frame.try_into_obj::<PyFrame>()
    {
        frame.moved(registers);
        // SAFETY: the frame is live.
        unsafe { registers.set_flags(frame_flag::OBJECT) };
        vm.state.frames.borrow_mut().push((registers, frame));
    }
}

/// Stops the running frame, which is a generator's: moves its registers into it.
///
/// # Safety
/// The frame has the flag GENERATOR, and stands at the instruction at `ip`.
#[inline]
pub(crate) unsafe fn suspend(vm: &Vm, registers: Registers, ip: *mut u64) {
    // SAFETY: by the contract; the generator is held by who resumed it.
    unsafe {
        let code = registers.code();
        let this = generator_of(registers);
        let it = it(this);
        let word = code.word_at(ip);
        // The list is that of the last stop, which most often was this one; at the first word nothing is live.
        if it.word.get() != word {
            it.word.set(word);
            it.live.set(code.code.live_at(word));
        }
        let live = &*it.live.get();
        let to = it.first_register();
        move_values(registers.0, to, code.locals);
        for (at, &temporary) in live.iter().enumerate() {
            to.add(code.locals + at).write(registers.at(temporary).read());
        }
        it.saved.set((code.locals + live.len()) as u32);
        it.state.set(State::Suspended);
        drop(it.function.replace(registers.0.sub(4).read()));
        if registers.link() & frame_flag::OBJECT != 0 {
            stop_frame(vm, this, registers, word);
        }
        leave_handled(vm, it, registers);
    }
}

/// The object of a running frame becomes that of the stopped one.
#[cold]
fn stop_frame(vm: &Vm, this: &Value, registers: Registers, word: u32) {
    let mut frames = vm.state.frames.borrow_mut();
    if let Some(at) = frames.iter().rposition(|(r, _)| *r == registers) {
        let (_, frame) = frames.remove(at);
        drop(frames);
        frame.word.set(word);
        frame.detach(this);
        it(this).frame.set(frame.into_value());
    }
}

/// What was being handled before it went on is being handled again; what it handles itself waits in it.
#[inline(always)]
unsafe fn leave_handled(vm: &Vm, it: &PyGenerator, registers: Registers) {
    // SAFETY: the frame of a generator has these words, and leaves them here.
    let (outer, outside) = unsafe { (registers.0.sub(6).read(), registers.0.sub(7).read()) };
    if !outer.is_unset() {
        drop(vm.cx.handled_outside.replace(outside));
    } else if vm.cx.handled.is_unset() {
        return;
    }
    let inner = vm.cx.handled.replace(outer);
    if it.state.get() == State::Suspended && !inner.is_unset() {
        it.handled.set(inner);
    }
}

/// The frame of a generator has ended: its locals are released already.
///
/// # Safety
/// The words in front of the registers are those of a generator's frame.
pub(crate) unsafe fn end(vm: &Vm, registers: Registers) {
    // SAFETY: by the contract.
    unsafe {
        let it = it(generator_of(registers));
        it.state.set(State::Ended);
        leave_handled(vm, it, registers);
    }
}
