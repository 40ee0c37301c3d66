//! Frame objects: made only when somebody looks at a frame.
//!
//! While the frame runs its object points to the registers. When the frame ends, the object takes its locals over.

use core::cell::{Cell, RefCell};

use adder_compiler::code::{LocalKind, WORD_BYTES};
use adder_compiler::op::{Instr, Op, Operand};
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::frame::{Registers, flag as frame_flag};
use crate::vm::Vm;

/// Layout of a frame object.
#[repr(C)]
pub struct PyFrame {
    head: Head,
    /// The registers while the frame runs; null afterwards.
    registers: Cell<*mut Value>,
    /// The locals after the frame has ended.
    locals: RefCell<Vec<Value>>,
    /// The generator whose frame it is, while that is stopped: the locals lie there.
    stopped: Slot,
    /// The function.
    pub function: Slot,
    code: Slot,
    /// `f_back`, once the frame has ended.
    back: Slot,
    /// The mapping of locals of a module or class body.
    mapping: Slot,
    /// A dict of names that `f_locals` was given and that are no variables.
    pub(crate) extra: Slot,
    /// Values that were replaced through `f_locals` while an instruction had them as operands.
    replaced: RefCell<Vec<Value>>,
    /// The word of the instruction it stands at (or stood at).
    pub word: Cell<u32>,
    /// `f_trace`
    pub trace: Slot,
    /// `f_trace_lines`, `f_trace_opcodes`
    pub trace_lines: Cell<bool>,
    /// See `trace_lines`.
    pub trace_opcodes: Cell<bool>,
    /// A dict of the locals that C has borrowed.
    lent: Slot,
}

/// `frame`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyFrame_Type")]
pub static FRAME_TYPE: TypeObject = TypeObject::builtin(&FRAME_SPEC, &raw const FRAME_TYPE);
static FRAME_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyFrame>(),
    functions: functions::<PyFrame>(true, true),
    slots: Slots { repr: slot(repr), ..Slots::NONE },
    methods: &[Method::none("clear", clear)],
    getset: &[
        GetSet::get("f_back", get_back),
        GetSet::get("f_code", get_code),
        GetSet::get("f_globals", get_globals),
        GetSet::get("f_builtins", get_builtins),
        GetSet::get("f_locals", get_locals),
        GetSet::both("f_lineno", get_line, set_line),
        GetSet::get("f_lasti", get_lasti),
        GetSet::get("f_generator", get_generator),
        GetSet::both("f_trace", get_trace, set_trace),
        GetSet::both("f_trace_lines", get_trace_lines, set_trace_lines),
        GetSet::both("f_trace_opcodes", get_trace_opcodes, set_trace_opcodes),
    ],
    ..Spec::new("frame", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyFrame {
    fn ty() -> &'static TypeObject {
        &FRAME_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for slot in
            [&self.function, &self.code, &self.back, &self.mapping, &self.extra, &self.trace, &self.stopped, &self.lent]
        {
            slot.trace(tracer);
        }
        for list in [&self.locals, &self.replaced] {
            if let Ok(values) = list.try_borrow() {
                for value in values.iter() {
                    value.trace(tracer);
                }
            }
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for slot in [&self.back, &self.mapping, &self.extra, &self.trace, &self.stopped, &self.lent] {
            slot.clear(clearer);
        }
        for list in [&self.locals, &self.replaced] {
            if let Ok(mut values) = list.try_borrow_mut() {
                for value in values.drain(..) {
                    value.release_later(clearer);
                }
            }
        }
    }
}

/// A frame that does not run and never did, at the first line of its code: what C puts into a traceback.
///
/// # Errors
/// MemoryError.
pub fn at_rest(cx: &Cx, code: Value, globals: &Value, locals: Option<Value>) -> R<Obj<PyFrame>> {
    let function = crate::function::function(cx, code.clone(), globals)?;
    cx.alloc(PyFrame {
        head: unborn(),
        registers: Cell::new(core::ptr::null_mut()),
        locals: RefCell::new(Vec::new()),
        stopped: Slot::empty(),
        function: Slot::new(function.into_value()),
        code: Slot::new(code),
        back: Slot::empty(),
        mapping: Slot::new(locals.unwrap_or(Value::UNSET)),
        extra: Slot::empty(),
        replaced: RefCell::new(Vec::new()),
        word: Cell::new(0),
        trace: Slot::empty(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        lent: Slot::empty(),
    })
}

/// The object of a running frame, made if there is none.
///
/// # Safety
/// The frame is live.
pub(crate) unsafe fn of(vm: &Vm, registers: Registers) -> R<Obj<PyFrame>> {
    // SAFETY: by the contract.
    unsafe {
        if registers.link() & frame_flag::OBJECT != 0
            && let Some((_, frame)) = vm.state.frames.borrow().iter().rev().find(|(r, _)| *r == registers)
        {
            return Ok(frame.clone());
        }
        let made = vm.cx.alloc(PyFrame {
            head: unborn(),
            registers: Cell::new(registers.0),
            locals: RefCell::new(Vec::new()),
            stopped: Slot::empty(),
            function: Slot::new(registers.function().clone()),
            code: Slot::new(adder_objects::object::value_of(registers.code())),
            back: Slot::empty(),
            mapping: Slot::new(registers.locals().cloned().unwrap_or(Value::UNSET)),
            extra: Slot::empty(),
            replaced: RefCell::new(Vec::new()),
            word: Cell::new(0),
            trace: Slot::empty(),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            lent: Slot::empty(),
        })?;
        registers.set_flags(frame_flag::OBJECT);
        vm.state.frames.borrow_mut().push((registers, made.clone()));
        Ok(made)
    }
}

/// The object of a running frame, if there is one.
///
/// # Safety
/// The frame is live.
pub(crate) unsafe fn existing(vm: &Vm, registers: Registers) -> Option<Obj<PyFrame>> {
    // SAFETY: by the contract.
    if unsafe { registers.link() } & frame_flag::OBJECT == 0 {
        return None;
    }
    vm.state.frames.borrow().iter().rev().find(|(r, _)| *r == registers).map(|(_, frame)| frame.clone())
}

/// The object of the frame of a stopped generator.
pub(crate) fn of_stopped(vm: &Vm, generator: &Value, function: &Value, code: &PyCode, word: u32) -> R {
    let made = vm.cx.alloc(PyFrame {
        head: unborn(),
        registers: Cell::new(core::ptr::null_mut()),
        locals: RefCell::new(Vec::new()),
        stopped: Slot::new(generator.clone()),
        function: Slot::new(function.clone()),
        code: Slot::new(adder_objects::object::value_of(code)),
        back: Slot::empty(),
        mapping: Slot::empty(),
        extra: Slot::empty(),
        replaced: RefCell::new(Vec::new()),
        word: Cell::new(word),
        trace: Slot::empty(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        lent: Slot::empty(),
    })?;
    Ok(made.into_value())
}

/// The frame ends: its object takes the locals over; without anybody who looks at the object they are released.
///
/// # Safety
/// The frame is live and ends; its flag says that there is an object.
#[cold]
#[inline(never)]
pub(crate) unsafe fn take_over(vm: &Vm, registers: Registers, code: &PyCode) {
    let found = {
        let mut frames = vm.state.frames.borrow_mut();
        frames.iter().rposition(|(r, _)| *r == registers).map(|at| frames.remove(at).1)
    };
    // SAFETY: by the contract; the locals are moved once.
    unsafe {
        let locals: Vec<Value> = (0..code.locals).map(|at| registers.0.add(at).read()).collect();
        match found {
            Some(frame) if frame.as_value().references() > 1 => {
                frame.word.set(code.word_at(vm.ip.get()));
                *frame.locals.borrow_mut() = locals;
                frame.registers.set(core::ptr::null_mut());
                if let Some((back, word)) = caller(vm, registers)
                    && let Ok(back) = of(vm, back)
                {
                    back.word.set(word);
                    frame.back.set(back.into_value());
                }
            }
            frame => {
                if let Some(frame) = frame {
                    frame.registers.set(core::ptr::null_mut());
                }
                drop(locals);
            }
        }
    }
}

/// The frame that called another, across calls from Rust, and the word of its call.
///
/// # Safety
/// The frame is live.
pub(crate) unsafe fn caller(vm: &Vm, registers: Registers) -> Option<(Registers, u32)> {
    // SAFETY: by the contract.
    unsafe {
        if registers.link() & frame_flag::ENTRY == 0 {
            let caller = registers.caller();
            return Some((caller, caller.code().word_at(registers.return_address()) - 1));
        }
        // Entry frames lie on the stack in the order in which they were entered.
        let found = vm.entries.borrow().iter().rev().find(|(entered, ..)| *entered == registers).copied();
        let (before, ip) = match found {
            Some((_, before, ip)) => (before, ip),
            None => vm.threads.caller_elsewhere(registers)?,
        };
        (!before.0.is_null()).then(|| (before, before.code().word_at(ip)))
    }
}

/// The running frame and the word it is at.
pub(crate) fn running(vm: &Vm) -> Option<(Registers, u32)> {
    let registers = vm.current.get();
    if registers.0.is_null() {
        return None;
    }
    // SAFETY: the current frame is live.
    unsafe { Some((registers, registers.code().word_at(vm.ip.get()))) }
}

/// The object of the running frame, if one runs.
///
/// # Errors
/// MemoryError.
pub fn of_running(vm: &Vm) -> R<Option<Obj<PyFrame>>> {
    // SAFETY: the running frame is live.
    running(vm).map(|(registers, _)| unsafe { of(vm, registers) }).transpose()
}

/// The object of the innermost frame of a thread, if it is in one.
///
/// # Errors
/// MemoryError.
pub fn of_thread(vm: &Vm, thread: &crate::ThreadState) -> R<Option<Obj<PyFrame>>> {
    let ident = thread.ident.get();
    let found = vm.threads.frames(vm).into_iter().find(|(of, ..)| *of == ident);
    // SAFETY: the innermost frame of a thread is live.
    found.map(|(_, registers, _)| unsafe { of(vm, registers) }).transpose()
}

/// A frame that runs, with the word it is at: of the running thread, then of the others, each from the innermost on.
fn find(vm: &Vm, is_it: impl Fn(Registers, u32) -> bool) -> Option<(Registers, u32)> {
    let here = running(vm).into_iter();
    let mut everywhere = here.chain(core::iter::once_with(|| vm.threads.frames(vm)).flatten().map(|(_, r, w)| (r, w)));
    everywhere.find_map(|innermost| {
        let mut at = Some(innermost);
        while let Some((registers, word)) = at {
            if is_it(registers, word) {
                return at;
            }
            // SAFETY: frames from a thread's innermost on are live.
            at = unsafe { caller(vm, registers) };
        }
        None
    })
}

impl PyFrame {
    /// Its locals as a mapping that lives as long as the frame object: of a module or a class the mapping itself, of a function a
    /// dict, which is brought up to date by each call.
    ///
    /// # Errors
    /// MemoryError.
    pub fn lend_locals(&self, cx: &Cx) -> R<Value> {
        if let Some(mapping) = self.mapping.try_get() {
            return Ok(mapping);
        }
        let now = crate::frame_locals::snapshot(cx, self)?;
        if let Some(Ok(lent)) = self.lent.try_get().map(Value::try_into_obj::<PyDict>) {
            for (name, _) in lent.entries() {
                if now.get(cx, &name)?.is_none() {
                    lent.remove(cx, &name)?;
                }
            }
            for (name, value) in now.entries() {
                lent.set(cx, &name, value)?;
            }
            return Ok(lent.into_value());
        }
        self.lent.set(now.as_value().clone());
        Ok(now.into_value())
    }

    /// Its code.
    pub fn code(&self) -> &PyCode {
        // SAFETY: set when it was made and never emptied.
        unsafe { self.code.peek().cast::<PyCode>() }
    }

    /// Does the frame still run (or wait in a generator)?
    pub fn is_live(&self) -> bool {
        !self.registers.get().is_null()
    }

    /// Is it the object of the frame with these registers?
    pub(crate) fn is_at(&self, registers: Registers) -> bool {
        self.registers.get() == registers.0
    }

    /// The frame of a generator goes on.
    pub(crate) fn moved(&self, registers: Registers) {
        self.registers.set(registers.0);
        drop(self.stopped.take());
    }

    /// The frame of a generator stops.
    pub(crate) fn detach(&self, generator: &Value) {
        self.registers.set(core::ptr::null_mut());
        self.stopped.set(generator.clone());
    }

    /// The generator whose frame it is, while that is stopped.
    pub(crate) fn generator(&self) -> Option<Value> {
        self.stopped.try_get()
    }

    /// The line it is at.
    pub fn line(&self) -> u32 {
        if self.is_live()
            && let Some(cx) = Cx::try_current()
            && let Some(line) = Vm::of(cx).state.watch.told_line(self.registers.get(), self.code())
        {
            return line;
        }
        self.code().code.position_at(self.current_word()).line
    }

    /// The word of the instruction it stands at.
    pub(crate) fn current_word(&self) -> u32 {
        if self.is_live()
            && let Some(cx) = Cx::try_current()
        {
            let vm = Vm::of(cx);
            if let Some((_, word)) = find(vm, |registers, _| registers.0 == self.registers.get()) {
                return word;
            }
        }
        self.word.get()
    }

    /// The value of a local register; `None` while it is unbound.
    pub(crate) fn local(&self, at: usize) -> Option<Value> {
        let registers = self.registers.get();
        let value = if registers.is_null() {
            match self.stopped.try_get() {
                Some(generator) => crate::generator::local(&generator, at)?,
                None => self.locals.borrow().get(at).cloned()?,
            }
        } else {
            // SAFETY: a live frame has its locals.
            unsafe { (*registers.add(at)).clone() }
        };
        (!value.is_unbound() && !value.is_unset()).then_some(value)
    }

    /// Replaces the value of a local register; `None` unbinds it. The old one is released, unless the instruction at which the
    /// frame stands has it as an operand: then it lives until the frame ends.
    pub(crate) fn set_local(&self, at: usize, value: Option<Value>) {
        let value = value.unwrap_or(Value::UNBOUND);
        let registers = self.registers.get();
        let old = if let Some(generator) = self.stopped.try_get() {
            match crate::generator::set_local(&generator, at, value) {
                Some(old) => old,
                None => return,
            }
        } else if registers.is_null() {
            match self.locals.borrow_mut().get_mut(at) {
                Some(place) => core::mem::replace(place, value),
                None => return,
            }
        } else {
            // SAFETY: a live frame has its locals.
            unsafe { registers.add(at).replace(value) }
        };
        if self.is_live() && self.is_operand(at) {
            self.replaced.borrow_mut().push(old);
        }
    }

    /// Does the instruction at which the frame stands name this register? Only then somebody may be borrowing what it holds:
    /// from one instruction to the next, locals are read anew.
    fn is_operand(&self, at: usize) -> bool {
        let code = &self.code().code;
        let word = self.current_word();
        // A caller stands in the caches of its call.
        let starts = crate::code_parts::starts(&code.words);
        let Some(start) = starts.iter().rev().find(|start| **start <= word) else { return true };
        let i = Instr::of_word(code.words[*start as usize]);
        let Some(op) = Op::of(i.op) else { return true };
        let registers = [Operand::Read, Operand::Update, Operand::Write, Operand::Row];
        op.operands().iter().zip([i.a, i.b, i.c]).any(|(kind, n)| registers.contains(kind) && usize::from(n) == at)
    }

    /// Name, place and kind of each local.
    pub(crate) fn names(&self) -> impl Iterator<Item = (usize, &Value, LocalKind)> {
        let code = self.code();
        code.local_names.iter().zip(&code.code.locals).enumerate().map(|(at, (name, local))| (at, name, local.kind))
    }
}

fn it(this: &Value) -> &PyFrame {
    // SAFETY: called for frames.
    unsafe { this.cast::<PyFrame>() }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let frame = it(this);
    let (file, name) = (cx.repr(&frame.code().filename)?, cx.display(&frame.code().name)?);
    Ok(cx
        .str_from_fmt(format_args!(
            "<frame at {:#x}, file {}, line {}, code {name}>",
            this.bits(),
            file.to_lossy(),
            frame.line()
        ))?
        .into_value())
}

fn get_back(cx: &Cx, this: &Value) -> R {
    let frame = it(this);
    if !frame.is_live() {
        return Ok(frame.back.try_get().unwrap_or_else(Value::none));
    }
    let vm = Vm::of(cx);
    let Some((registers, _)) = find(vm, |registers, _| registers.0 == frame.registers.get()) else {
        return Ok(Value::none());
    };
    // SAFETY: the frames that are found are live.
    unsafe {
        let Some((back, word)) = caller(vm, registers) else { return Ok(Value::none()) };
        let back = of(vm, back)?;
        back.word.set(word);
        Ok(back.into_value())
    }
}

fn get_code(_: &Cx, this: &Value) -> R {
    Ok(it(this).code.get())
}

fn get_globals(_: &Cx, this: &Value) -> R {
    let function = it(this).function.get();
    // SAFETY: frames are those of functions.
    Ok(unsafe { function.cast::<crate::function::PyFunction>() }.globals.get())
}

fn get_builtins(_: &Cx, this: &Value) -> R {
    let function = it(this).function.get();
    // SAFETY: as above.
    Ok(unsafe { function.cast::<crate::function::PyFunction>() }.builtins.get())
}

fn get_locals(cx: &Cx, this: &Value) -> R {
    let frame = it(this);
    match frame.mapping.try_get() {
        Some(mapping) => Ok(mapping),
        None => crate::frame_locals::proxy(cx, this),
    }
}

fn get_line(_: &Cx, this: &Value) -> R {
    Ok(match it(this).line() {
        0 => Value::none(),
        line => Value::small(i64::from(line)),
    })
}

fn set_line(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    match value {
        None => raise!(cx, exc::ATTRIBUTE_ERROR, "cannot delete attribute"),
        Some(line) if line.is_int() => crate::eval::watch::jump(cx, it(this), cx.index_to_isize(line, None)? as i64),
        Some(_) => raise!(cx, exc::VALUE_ERROR, "lineno must be an integer"),
    }
}

fn get_lasti(cx: &Cx, this: &Value) -> R {
    cx.int(i64::from(it(this).current_word()) * i64::from(WORD_BYTES))
}

fn get_generator(cx: &Cx, this: &Value) -> R {
    crate::generator::of_frame_object(cx, it(this))
}

fn get_trace(_: &Cx, this: &Value) -> R {
    Ok(it(this).trace.try_get().unwrap_or_else(Value::none))
}

fn set_trace(_: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    it(this).trace.set(value.filter(|v| !v.is_none()).cloned().unwrap_or(Value::UNSET));
    Ok(())
}

fn get_trace_lines(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(it(this).trace_lines.get()))
}

fn set_trace_lines(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_flag(cx, &it(this).trace_lines, value)
}

fn get_trace_opcodes(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(it(this).trace_opcodes.get()))
}

fn set_trace_opcodes(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_flag(cx, &it(this).trace_opcodes, value)
}

fn set_flag(cx: &Cx, place: &Cell<bool>, value: Option<&Value>) -> R<()> {
    match value.and_then(Value::as_bool) {
        Some(yes) => {
            place.set(yes);
            Ok(())
        }
        None => raise!(cx, exc::TYPE_ERROR, "attribute value type must be bool"),
    }
}

fn clear(cx: &Cx, this: &Value) -> R {
    let frame = it(this);
    if frame.is_live() || frame.generator().is_some() {
        return crate::generator::clear_frame(cx, frame);
    }
    let (locals, replaced) = (frame.locals.take(), frame.replaced.take());
    drop((locals, replaced, frame.extra.take()));
    Ok(Value::none())
}
