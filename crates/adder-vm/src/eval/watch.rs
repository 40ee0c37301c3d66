//! The watched loop: tracing, profiling, counting, and lines for `tracemalloc`.
//!
//! The evaluation loop is made twice. The second instance asks [`before`] at each instruction; the first knows nothing of all
//! this and costs nothing. The loops change places in three ways:
//!
//! - a frame that is entered while something watches begins in the watched loop: the breaker's bit `WATCH` is set as long, and
//!   is looked at where frames are entered and at back edges anyway;
//! - a frame that was running before goes over at the instruction behind the one it is at. That place gets a *trap*: the word
//!   of a `JumpBack` to itself, which brings it to the breaker. The original word stands in the compiler's code;
//! - where nothing watches any more the watched loop leaves, and [`run`] goes on in the other.

mod events;

use core::cell::{Cell, RefCell};
use core::sync::atomic::Ordering;

use adder_compiler::op::{Instr, KILL_A, KILL_B, KILL_C, Op, Operand};
use adder_objects::cx::breaker as bit;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::counts::Counts;
use crate::frame::{Registers, flag};
use crate::frame_object::PyFrame;
use crate::modules::OptionalSlot;
use crate::vm::Vm;
use events::entered_by;
pub(super) use events::{caught, entered, raised, stopped, unwound, yielded};

/// No instruction has run in this frame yet.
const FRESH: u32 = u32::MAX;
/// The word of a trap.
const TRAP: u64 = Instr::new(Op::JumpBack, 0, 0, 0).with_wide(-1_i32 as u32).word();

/// What a trace function is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    /// A frame was entered for the first time.
    Start,
    /// The frame of a generator goes on.
    Resume,
    Line,
    Return,
    Exception,
    Opcode,
}

/// Who watches, and how far it has come.
pub(crate) struct Watch {
    /// `sys.settrace`
    pub(crate) trace: OptionalSlot,
    /// `sys.setprofile`
    pub(crate) profile: OptionalSlot,
    /// Counts of what instructions do to reference counts, if they are asked for.
    pub(crate) counts: RefCell<Option<Box<Counts>>>,
    /// Tools of `sys.monitoring` have asked for events.
    monitored: Cell<bool>,
    /// Each allocation asks for its line.
    pub(crate) allocations: Cell<bool>,
    /// How many trace and profile functions are running: what they run is not traced.
    inside: Cell<u32>,
    /// Frames go to the watched loop.
    active: Cell<bool>,
    /// Words that were replaced by traps.
    traps: RefCell<Vec<(Value, u32)>>,
    /// The last instruction in the frame that it was in, and that whose line was told last.
    last: Cell<(Registers, u32, u32)>,
    /// The line of the instruction in front of the last jump back of a loop.
    turn_line: Cell<u32>,
    /// Where the loop that was left stood.
    left: Cell<Option<(Registers, *mut u64)>>,
    /// The number of entries at which a [`run`] waits for its unwatched loop.
    waiting: Cell<usize>,
    /// The frame was just entered.
    entered: Cell<bool>,
    /// Builtin functions that are being called, each with its frame and word.
    called: RefCell<Vec<Called>>,
    /// The event that a trace function is being told of, and where its frame stands.
    telling: Cell<Option<(Event, Registers, u32)>>,
    /// The line that is told of, where it is none of an instruction.
    line: Cell<u32>,
    /// The word that a trace function wants its frame to go on at.
    jump: Cell<Option<u32>>,
}

/// A call of something that is no Python function, whose end is to be told.
struct Called {
    frame: Registers,
    word: u32,
    /// The function that `sys.setprofile`'s is told of.
    profiled: Option<Value>,
    /// The callable and its first argument, that tools are told of.
    monitored: Option<(Value, Value)>,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch {
            trace: OptionalSlot::default(),
            profile: OptionalSlot::default(),
            counts: RefCell::default(),
            monitored: Cell::default(),
            allocations: Cell::default(),
            inside: Cell::default(),
            active: Cell::default(),
            traps: RefCell::default(),
            last: Cell::new((Registers(core::ptr::null_mut()), FRESH, FRESH)),
            turn_line: Cell::default(),
            left: Cell::default(),
            waiting: Cell::new(usize::MAX),
            entered: Cell::default(),
            called: RefCell::default(),
            telling: Cell::default(),
            line: Cell::default(),
            jump: Cell::default(),
        }
    }
}

impl Watch {
    /// Do frames go to the watched loop?
    #[inline(always)]
    pub(crate) fn is_active(&self) -> bool {
        self.active.get()
    }

    /// Are events told?
    fn tells(&self) -> bool {
        self.inside.get() == 0 && (!self.trace.is_unset() || !self.profile.is_unset() || self.monitored.get())
    }

    fn anybody(&self) -> bool {
        self.monitored.get()
            || !self.trace.is_unset()
            || !self.profile.is_unset()
            || self.allocations.get()
            || self.counts.borrow().is_some()
    }

    /// The calls whose ends were to be told are forgotten: what they name.
    pub(crate) fn take_calls(&self) -> Vec<Value> {
        let called = self.called.take();
        let named = called.into_iter().map(|call| (call.profiled, call.monitored));
        named.flat_map(|(one, pair)| one.into_iter().chain(pair.into_iter().flat_map(|(a, b)| [a, b]))).collect()
    }

    /// Exchanges what belongs to the running thread with what another one has kept here.
    pub(crate) fn exchange(&self, vm: &Vm) {
        let running = &vm.state.watch;
        for (mine, running) in [(&*self.trace, &*running.trace), (&*self.profile, &*running.profile)] {
            // No value is released: nothing runs here.
            let value = running.take().unwrap_or(Value::UNSET);
            drop(running.replace(mine.replace(value)));
        }
        self.inside.swap(&running.inside);
        self.last.swap(&running.last);
        self.turn_line.swap(&running.turn_line);
        self.left.swap(&running.left);
        self.waiting.swap(&running.waiting);
        self.entered.swap(&running.entered);
        self.called.swap(&running.called);
        self.telling.swap(&running.telling);
        self.line.swap(&running.line);
        self.jump.swap(&running.jump);
        if running.active.get() || running.anybody() || !running.traps.borrow().is_empty() {
            update(vm);
        }
    }

    /// The line that a trace function sees in its frame, where that is not the instruction's.
    pub(crate) fn told_line(&self, registers: *mut Value, code: &PyCode) -> Option<u32> {
        let (event, ..) = self.telling.get().filter(|(_, of, _)| of.0 == registers)?;
        if let Some(word) = self.jump.get() {
            return Some(code.code.position_at(word).line);
        }
        match event {
            Event::Line if self.line.get() != 0 => Some(self.line.get()),
            Event::Start if code.is_module() => Some(0),
            Event::Start => Some(code.code.first_line),
            _ => None,
        }
    }
}

/// Watchers have come or gone.
pub(crate) fn update(vm: &Vm) {
    let watch = &vm.state.watch;
    watch.monitored.set(vm.state.monitoring.is_on());
    let anybody = watch.anybody();
    let silent = watch.inside.get() > 0 && !watch.allocations.get() && watch.counts.borrow().is_none();
    watch.active.set(anybody && !silent);
    let breaker = &vm.cx.breaker;
    let was = breaker.load(Ordering::Relaxed) & bit::WATCH != 0;
    if anybody && !was {
        breaker.fetch_or(bit::WATCH, Ordering::Relaxed);
        // SAFETY: frames from the running one on are live.
        unsafe { set_traps(vm) };
    } else if !anybody && was {
        breaker.fetch_and(!bit::WATCH, Ordering::Relaxed);
        for (code, word) in watch.traps.take() {
            if let Some(code) = code.downcast::<PyCode>() {
                // SAFETY: a word of the code, which runs no instruction now.
                unsafe { *code.start().add(word as usize) = code.code.words[word as usize] };
            }
        }
    }
}

/// Sets traps behind the instruction at which each frame is.
unsafe fn set_traps(vm: &Vm) {
    let registers = vm.current.get();
    if registers.0.is_null() {
        return;
    }
    let mut traps = vm.state.watch.traps.borrow_mut();
    let mut trap = |code: &PyCode, word: u32| {
        if (word as usize) < code.code.words.len() {
            // SAFETY: a word of the code, which runs no instruction now.
            unsafe { *code.start().add(word as usize) = TRAP };
            traps.push((adder_objects::object::value_of(code), word));
        }
    };
    let entries = vm.entries.borrow();
    let mut at = Some((registers, vm.ip.get()));
    // SAFETY: frames from the running one on are live, and each says where it is.
    unsafe {
        while let Some((mut r, ip)) = at {
            let code = r.code();
            for word in successors(code, code.word_at(ip)) {
                trap(code, word);
            }
            while r.link() & flag::ENTRY == 0 {
                let (link, back) = (r.link(), r.return_address());
                r = r.caller();
                let word = r.code().word_at(back);
                trap(r.code(), word);
                if link & flag::FOR != 0 {
                    // The loop may end instead.
                    for word in successors(r.code(), word - 3) {
                        trap(r.code(), word);
                    }
                }
            }
            let entered = entries.iter().rev().find(|(entered, ..)| *entered == r);
            at = entered.filter(|(_, before, _)| !before.0.is_null()).map(|&(_, before, ip)| (before, ip));
        }
    }
}

/// The instruction at a word, as it was compiled.
#[inline]
pub(crate) fn instruction(code: &PyCode, word: u32) -> Instr {
    Instr::of_word(code.code.words[word as usize])
}

/// Where the instruction at a word may go on.
fn successors(code: &PyCode, word: u32) -> impl Iterator<Item = u32> {
    let i = instruction(code, word);
    let op = Op::of(i.op).unwrap_or(Op::Nop);
    let next = i64::from(word) + 1 + op.caches() as i64;
    let kinds = op.operands();
    let distance = if kinds[1] == Operand::Far {
        Some(i64::from(i.wide() as i32))
    } else if kinds[2] == Operand::Near {
        Some(i64::from(i.c as i16))
    } else if op == Op::ForIter {
        Some(i64::from(code.code.words[word as usize + 1] as u32 as i32))
    } else {
        None
    };
    [Some(next), distance.map(|distance| next + distance)].into_iter().flatten().map(|word| word as u32)
}

/// The breaker found the bit `WATCH`, in the loop that is not watched: must this frame go over?
pub(super) fn wanted(vm: &Vm) -> bool {
    // SAFETY: the word at which the running frame is.
    vm.state.watch.active.get() || unsafe { *vm.ip.get() } == TRAP
}

/// What [`before`] says.
pub(super) enum Step {
    /// Do the instruction.
    Go,
    /// Go on here.
    Jump(*mut u64),
    /// Leave the loop.
    Leave,
    /// Raise this.
    Raise(Raised),
}

/// Runs a frame in the watched loop, and goes over to the other and back as watchers go and come.
///
/// # Safety
/// As for [`run`](super::run).
#[cold]
#[inline(never)]
pub(super) unsafe fn run(vm: &Vm, mut r: Registers, mut ip: *mut u64, entered: bool) -> R {
    let watch = &vm.state.watch;
    let before = watch.last.replace((Registers(core::ptr::null_mut()), FRESH, FRESH));
    let called = watch.called.borrow().len();
    // SAFETY: by the contract; a loop that was left says where it stood.
    let result = unsafe {
        if entered {
            begin(vm, r, ip);
        }
        loop {
            let result = super::run_loop::<true>(vm, r, ip);
            let Some(left) = watch.left.take() else { break result };
            core::mem::forget(result);
            (r, ip) = left;
            let waiting = watch.waiting.replace(vm.entries.borrow().len());
            let result = super::run_loop::<false>(vm, r, ip);
            watch.waiting.set(waiting);
            let Some(left) = watch.left.take() else { break result };
            core::mem::forget(result);
            (r, ip) = left;
            watch.last.set((Registers(core::ptr::null_mut()), FRESH, FRESH));
            if watch.entered.take() {
                begin(vm, r, ip);
            }
        }
    };
    watch.called.borrow_mut().truncate(called);
    watch.last.set(before);
    result
}

/// Tells of a frame that is about to run. What that raises is raised in the frame.
unsafe fn begin(vm: &Vm, r: Registers, ip: *mut u64) {
    let thrown = vm.state.throwing.take();
    vm.current.set(r);
    vm.ip.set(ip);
    // SAFETY: by the contract of `run`.
    let told = unsafe { entered_by(vm, r, ip, thrown.as_ref()) };
    vm.state.throwing.replace(told.err().or(thrown));
}

/// The loop that is not watched has met a place where it must go over.
///
/// # Safety
/// The registers are those of the running frame, `ip` its next instruction.
#[cold]
pub(super) unsafe fn go_over(vm: &Vm, r: Registers, ip: *mut u64) -> R {
    let watch = &vm.state.watch;
    if watch.waiting.get() == vm.entries.borrow().len() {
        watch.left.set(Some((r, ip)));
        return Ok(Value::UNSET);
    }
    // SAFETY: by the contract.
    unsafe { run(vm, r, ip, watch.entered.take()) }
}

/// The next breaker is that of a frame that was just entered.
pub(super) fn is_entering(vm: &Vm) {
    vm.state.watch.entered.set(true);
}

/// Before each instruction in the watched loop.
///
/// # Safety
/// The registers are those of the running frame, `ip` its next instruction.
pub(super) unsafe fn before(vm: &Vm, r: Registers, ip: *mut u64) -> Step {
    let watch = &vm.state.watch;
    vm.ip.set(ip);
    if !watch.anybody() {
        watch.left.set(Some((r, ip)));
        return Step::Leave;
    }
    // SAFETY: by the contract.
    let code = unsafe { r.code() };
    let word = code.word_at(ip);
    let i = instruction(code, word);
    if let Some(counts) = watch.counts.borrow_mut().as_deref_mut() {
        // SAFETY: the frame has the registers that its code names.
        unsafe { counts.add(r, i) };
    }
    if !watch.tells() {
        watch.last.set((r, word, FRESH));
        return Step::Go;
    }
    // SAFETY: by the contract.
    match unsafe { events::events(vm, r, code, word, i) } {
        Ok(()) => match watch.jump.take() {
            Some(word) => {
                watch.last.set((r, FRESH, FRESH));
                // SAFETY: a word of the code.
                Step::Jump(unsafe { code.start().add(word as usize) })
            }
            None => Step::Go,
        },
        Err(raised) => {
            // SAFETY: by the contract.
            unsafe { consume(r, code, i) };
            Step::Raise(raised)
        }
    }
}

/// An instruction that raises has consumed what it would have.
unsafe fn consume(r: Registers, code: &PyCode, i: Instr) {
    let op = Op::of(i.op).unwrap_or(Op::Nop);
    let operands = [(KILL_A, i.a), (KILL_B, i.b), (KILL_C, i.c)];
    let killed = operands.into_iter().filter(|(bit, _)| i.flags & bit != 0).map(|(_, register)| register);
    let row = i.row().map_or(0..0, |(first, count)| first..first + count as u16);
    let own = match op {
        Op::Drop => Some(i.a),
        Op::YieldFrom => Some(i.c),
        _ => None,
    };
    // SAFETY: the frame has the registers that its code names; each is consumed once.
    unsafe {
        for register in killed.chain(row).chain(own).filter(|register| usize::from(*register) >= code.locals) {
            r.at(register).drop_in_place();
        }
    }
}

/// The profile function was changed by a builtin function, whose return is not told.
pub(crate) fn forget_calls(vm: &Vm) {
    vm.state.watch.called.borrow_mut().clear();
}

/// Runs something that is not traced.
pub(super) fn silently(vm: &Vm, call: impl FnOnce(&Cx) -> R) -> R {
    let watch = &vm.state.watch;
    watch.inside.set(watch.inside.get() + 1);
    update(vm);
    let last = watch.last.get();
    let reraise = vm.state.reraise.take();
    let result = call(&vm.cx);
    vm.state.reraise.set(reraise);
    watch.last.set(last);
    watch.inside.set(watch.inside.get() - 1);
    update(vm);
    result
}

/// From here on nothing watches the running thread, or again what did.
pub(crate) fn pause(vm: &Vm, pause: bool) {
    let inside = &vm.state.watch.inside;
    inside.set(if pause { inside.get() + 1 } else { inside.get().saturating_sub(1) });
    update(vm);
}

/// `sys.call_tracing`: a call that is traced although a trace function is running.
pub(crate) fn call_tracing(vm: &Vm, function: &Value, args: &[Value]) -> R {
    let watch = &vm.state.watch;
    let (inside, last, telling) = (watch.inside.replace(0), watch.last.get(), watch.telling.take());
    update(vm);
    let result = vm.cx.call(function, args);
    watch.inside.set(inside);
    watch.last.set(last);
    watch.telling.set(telling);
    update(vm);
    result
}

/// `frame.f_lineno = line`
pub(crate) fn jump(cx: &Cx, frame: &PyFrame, line: i64) -> R<()> {
    let vm = Vm::of(cx);
    let watch = &vm.state.watch;
    let telling = watch.telling.get().filter(|(_, r, _)| frame.is_at(*r));
    let Some((event, r, word)) = telling else {
        return raise!(cx, exc::VALUE_ERROR, "f_lineno can only be set in a trace function");
    };
    match event {
        Event::Line | Event::Opcode | Event::Resume => {}
        Event::Start => {
            return raise!(cx, exc::VALUE_ERROR, "can't jump from the 'call' trace event of a new frame");
        }
        Event::Return | Event::Exception => {
            return raise!(cx, exc::VALUE_ERROR, "can only jump from a 'line' trace event");
        }
    }
    let code = frame.code();
    let from = watch.jump.get().unwrap_or(word);
    let target = match adder_compiler::jump::target(&code.code, from, line) {
        Ok(target) => target,
        Err(text) => return raise!(cx, exc::VALUE_ERROR, "{text}"),
    };
    // What is assumed to be bound there must be.
    // SAFETY: the frame is live, and stands at an instruction of which nothing has been done.
    unsafe {
        let unbound: Vec<usize> = (0..code.locals).filter(|&at| (*r.0.add(at)).is_unbound()).collect();
        if !unbound.is_empty() {
            let plural = if unbound.len() == 1 { "" } else { "s" };
            let text = format!("assigning None to {} unbound local{plural}", unbound.len());
            cx.warn(&exc::RUNTIME_WARNING, &text, 0)?;
        }
        for at in unbound {
            r.0.add(at).write(Value::none());
        }
        watch.jump.set(Some(target.word));
        for &left in &target.handled {
            // An `except` block is left: what was handled before it is handled again.
            let before = r.at(left).read();
            drop(cx.handled.replace(if before.is_none() { Value::UNSET } else { before }));
        }
        for &left in &target.dropped {
            r.at(left).drop_in_place();
        }
    }
    Ok(())
}
