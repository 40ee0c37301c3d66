//! One code object while it is made: its registers, and the emission of instructions.
//!
//! Temporaries are a stack. Each slot is known to be owned, borrowed or empty, so that the live map, the kill bits and what
//! handlers keep follow by themselves. What cannot be reached is not emitted.

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::bits::Bits;
use super::constant::Key;
use super::flow::Block;
use rustc_hash::FxHashMap;

use crate::code::{Const, LocalKind, flag};
use crate::op::{DST_LOCAL, IF_FALSE, KILL_A, KILL_B, KILL_C, Op};
use crate::scope::{Name, ScopeId};

/// Registers from here on are temporaries.
pub(super) const TEMP: u32 = 1 << 16;

/// What lies in a temporary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Must be consumed.
    Owned,
    /// Must not be consumed.
    Borrowed,
    /// Needs no counting: a small int, *unset*, or nothing.
    Free,
}

/// A value that an instruction reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// Borrowed from a local.
    Local(u32),
    /// In a temporary, consumed if it is owned.
    Temp(usize),
    /// In a temporary that stays.
    Look(usize),
}

/// Where a result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dst {
    /// A new temporary at the top.
    Push,
    /// A local.
    Local(u32),
}

pub(super) type Label = usize;

#[derive(Default)]
pub(super) struct LabelState {
    /// Instruction.
    pub at: Option<usize>,
    pub used: bool,
    /// Locals that are bound on every way here.
    pub bound: Option<Bits>,
}

#[derive(Clone)]
pub(super) struct Ins {
    pub op: Op,
    pub flags: u8,
    pub operands: [u32; 3],
    pub extra: u32,
    pub target: Option<Label>,
    /// Index into [`Unit::lives`].
    pub live: u32,
    /// Index into [`Unit::handlers`], 0 for none.
    pub handler: u32,
    pub range: TextRange,
}

/// Where exceptions of a part of the code go.
pub(super) struct HandlerState {
    pub target: Label,
    pub exception: u16,
    pub keep: Box<[u16]>,
    bound: Bits,
}

/// A local register, numbered in the order of its first need.
pub(super) struct LocalState {
    pub name: Name,
    pub kind: LocalKind,
    pub parameter: bool,
    pub in_varnames: bool,
    /// A hidden local whose comprehension is open.
    pub open: bool,
}

/// The names of an inlined comprehension.
pub(super) struct Layer {
    pub scope: ScopeId,
    pub names: Vec<(Name, u32, bool)>,
}

pub(super) struct Unit {
    pub scope: ScopeId,
    pub name: Name,
    pub qualname: Name,
    pub first_line: u32,
    pub flags: u32,
    pub locals: Vec<LocalState>,
    pub registers_of: FxHashMap<Name, u32>,
    /// Cells that a class body makes for inner functions; it may have a free variable of the same name.
    pub own_cells: FxHashMap<Name, u32>,
    pub layers: Vec<Layer>,
    pub constants: Vec<Const>,
    pub constant_index: FxHashMap<Key, u32>,
    pub names: Vec<Arc<str>>,
    pub name_index: FxHashMap<Arc<str>, u32>,
    pub code: Vec<Ins>,
    pub lives: Vec<Box<[u16]>>,
    pub handlers: Vec<HandlerState>,
    pub handler: u32,
    pub labels: Vec<LabelState>,
    pub stack: Vec<Slot>,
    pub deepest: usize,
    pub reachable: bool,
    /// Locals that are bound for certain.
    pub bound: Bits,
    /// Locals that are deleted somewhere.
    pub unbinds: Bits,
    pub blocks: Vec<Block>,
    pub range: TextRange,
    /// The instructions at which statements begin.
    pub statements: Vec<usize>,
    /// Statements without an instruction: the next one, where they begin, and whether turns of a loop come to them.
    pub silent: Vec<(usize, u32, bool)>,
    /// The return at the end of the body.
    pub end_of_body: Option<usize>,
}

impl Unit {
    pub(super) fn new(scope: ScopeId, name: Name, qualname: Name) -> Unit {
        Unit {
            scope,
            name,
            qualname,
            first_line: 1,
            flags: 0,
            locals: Vec::new(),
            registers_of: FxHashMap::default(),
            own_cells: FxHashMap::default(),
            layers: Vec::new(),
            constants: Vec::new(),
            constant_index: FxHashMap::default(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            code: Vec::new(),
            lives: vec![Box::default()],
            handlers: vec![HandlerState { target: 0, exception: 0, keep: Box::default(), bound: Bits::default() }],
            handler: 0,
            labels: Vec::new(),
            stack: Vec::new(),
            deepest: 0,
            reachable: true,
            bound: Bits::default(),
            unbinds: Bits::default(),
            blocks: Vec::new(),
            range: TextRange::default(),
            statements: Vec::new(),
            silent: Vec::new(),
            end_of_body: None,
        }
    }

    /// Is it the body of a generator or coroutine, whose frame stops and goes on? Then only owned temporaries outlast an expression
    /// that stops it.
    pub(super) fn may_stop(&self) -> bool {
        self.flags & (flag::GENERATOR | flag::COROUTINE | flag::ASYNC_GENERATOR) != 0
    }

    // Temporaries.

    pub(super) fn sp(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn push(&mut self, slot: Slot) -> usize {
        self.stack.push(slot);
        self.deepest = self.deepest.max(self.stack.len());
        self.stack.len() - 1
    }

    /// Makes room up to a slot, empty.
    pub(super) fn reserve(&mut self, n: usize) {
        for _ in 0..n {
            self.push(Slot::Free);
        }
    }

    /// Forgets the temporaries from here on, none of which is owned any more.
    pub(super) fn pop_to(&mut self, base: usize) {
        debug_assert!(
            !self.reachable || self.stack[base..].iter().all(|slot| *slot != Slot::Owned),
            "{}: an owned temporary is forgotten: {:?} from {base}",
            self.qualname,
            self.stack
        );
        self.stack.truncate(base);
    }

    /// The register of a temporary.
    pub(super) fn temp(slot: usize) -> u32 {
        TEMP + slot as u32
    }

    fn owned(&self) -> impl Iterator<Item = u16> + '_ {
        self.stack.iter().enumerate().filter(|(_, slot)| **slot == Slot::Owned).map(|(i, _)| i as u16)
    }

    /// Register and kill bit of an operand, which is consumed.
    fn take(&mut self, operand: Operand, bit: u8) -> (u32, u8) {
        match operand {
            Operand::Local(register) => (register, 0),
            Operand::Look(slot) => (Unit::temp(slot), 0),
            Operand::Temp(slot) => {
                let owned = self.stack[slot] == Slot::Owned;
                if owned {
                    self.stack[slot] = Slot::Free;
                }
                (Unit::temp(slot), if owned { bit } else { 0 })
            }
        }
    }

    // Instructions.

    /// An instruction as it is. What it consumes is no longer on the stack, what it makes is not yet.
    pub(super) fn raw(&mut self, op: Op, flags: u8, operands: [u32; 3], extra: u32, target: Option<Label>) {
        if !self.reachable {
            return;
        }
        let same = self.lives.last().is_some_and(|live| live.iter().copied().eq(self.owned()));
        if !same {
            let live = self.owned().collect();
            self.lives.push(live);
        }
        if let Some(label) = target {
            self.arrive(label);
        }
        let handler = self.handler;
        if handler != 0 {
            let state = &self.handlers[handler as usize];
            let (label, bound) = (state.target, state.bound.clone());
            let label = &mut self.labels[label];
            label.used = true;
            label.bound.get_or_insert(bound);
        }
        let live = self.lives.len() as u32 - 1;
        self.code.push(Ins { op, flags, operands, extra, target, live, handler, range: self.range });
    }

    /// A statement begins with the next instruction.
    pub(super) fn statement(&mut self) {
        if self.reachable {
            self.statements.push(self.code.len());
        }
    }

    /// A statement that begins here has no instruction of its own.
    pub(super) fn silent(&mut self, range: TextRange, turns: bool) {
        if self.reachable {
            self.silent.push((self.code.len(), range.start().to_u32(), turns));
        }
    }

    /// The state of the locals on a jump to a label.
    fn arrive(&mut self, label: Label) {
        let state = &mut self.labels[label];
        state.used = true;
        if state.at.is_some() {
            return;
        }
        match &mut state.bound {
            Some(bound) => bound.intersect(&self.bound),
            None => state.bound = Some(self.bound.clone()),
        }
    }

    /// The register of a destination, and its flag. The result is on the stack only after [`made`](Unit::made).
    fn destination(&mut self, dst: Dst) -> (u32, u8) {
        match dst {
            Dst::Push => (Unit::temp(self.sp()), 0),
            Dst::Local(register) => (register, DST_LOCAL),
        }
    }

    fn made(&mut self, dst: Dst) {
        match dst {
            Dst::Push => {
                self.push(Slot::Owned);
            }
            Dst::Local(register) => self.bound.insert(register),
        }
    }

    /// Makes a value without operands in registers.
    pub(super) fn make(&mut self, op: Op, dst: Dst, b: u32, c: u32) {
        let (a, flag) = self.destination(dst);
        self.raw(op, flag, [a, b, c], 0, None);
        self.made(dst);
    }

    /// Makes a value of one in a register; the temporaries from `base` on go.
    pub(super) fn make1(&mut self, op: Op, dst: Dst, base: usize, b: Operand, c: u32) {
        self.make1x(op, dst, base, b, c, 0);
    }

    /// The same with an extra word.
    pub(super) fn make1x(&mut self, op: Op, dst: Dst, base: usize, b: Operand, c: u32, extra: u32) {
        let (b, kill) = self.take(b, KILL_B);
        self.pop_to(base);
        let (a, flag) = self.destination(dst);
        self.raw(op, flag | kill, [a, b, c], extra, None);
        self.made(dst);
    }

    /// Makes a value of two in registers.
    pub(super) fn make2(&mut self, op: Op, dst: Dst, base: usize, b: Operand, c: Operand) {
        let (b, kill_b) = self.take(b, KILL_B);
        let (c, kill_c) = self.take(c, KILL_C);
        self.pop_to(base);
        let (a, flag) = self.destination(dst);
        self.raw(op, flag | kill_b | kill_c, [a, b, c], 0, None);
        self.made(dst);
    }

    /// Makes a value of a row of temporaries that begins at `row`, all consumed.
    pub(super) fn make_row(&mut self, op: Op, dst: Dst, base: usize, row: usize, count: u32, extra: u32) {
        self.stack[row..].fill(Slot::Free);
        self.pop_to(base);
        let (a, flag) = self.destination(dst);
        self.raw(op, flag, [a, Unit::temp(row), count], extra, None);
        self.made(dst);
    }

    /// An instruction that only reads.
    pub(super) fn effect(&mut self, op: Op, base: usize, a: Option<Operand>, b: Option<Operand>, c: u32) {
        let (a, kill_a) = a.map_or((0, 0), |a| self.take(a, KILL_A));
        let (b, kill_b) = b.map_or((0, 0), |b| self.take(b, KILL_B));
        self.pop_to(base);
        self.raw(op, kill_a | kill_b, [a, b, c], 0, None);
    }

    /// Raises an exception in a temporary again; see [`Op::Reraise`].
    pub(super) fn reraise(&mut self, slot: usize, base: usize, cleaning: bool) {
        let (a, kill) = self.take(Operand::Temp(slot), KILL_A);
        self.pop_to(base);
        self.raw(Op::Reraise, kill, [a, cleaning.into(), 0], 0, None);
        self.reachable = false;
    }

    /// Three that are read.
    pub(super) fn effect3(&mut self, op: Op, base: usize, a: Operand, b: Operand, c: Operand) {
        let (a, kill_a) = self.take(a, KILL_A);
        let (b, kill_b) = self.take(b, KILL_B);
        let (c, kill_c) = self.take(c, KILL_C);
        self.pop_to(base);
        self.raw(op, kill_a | kill_b | kill_c, [a, b, c], 0, None);
    }

    /// Stores to a name (first operand) what is in a register.
    pub(super) fn store_named(&mut self, op: Op, name: u32, base: usize, b: Operand) {
        let (b, kill) = self.take(b, KILL_B);
        self.pop_to(base);
        self.raw(op, kill, [name, b, 0], 0, None);
    }

    /// Stores to a local what is in a register; a temporary that is looked at stays.
    pub(super) fn store_local(&mut self, register: u32, base: Option<usize>, b: Operand) {
        let (b, kill) = self.take(b, KILL_B);
        if let Some(base) = base {
            self.pop_to(base);
        }
        self.raw(Op::StoreLocal, kill, [register, b, 0], 0, None);
        self.bound.insert(register);
    }

    /// Consumes an owned temporary.
    pub(super) fn drop_slot(&mut self, slot: usize) {
        if self.stack[slot] == Slot::Owned {
            self.stack[slot] = Slot::Free;
            self.raw(Op::Drop, 0, [Unit::temp(slot), 0, 0], 0, None);
        }
    }

    /// Consumes the temporaries from here on.
    pub(super) fn drop_to(&mut self, base: usize) {
        for slot in (base..self.sp()).rev() {
            self.drop_slot(slot);
        }
        self.pop_to(base);
    }

    /// The value of slot `from` goes to the top of what is left when `to` is the top.
    pub(super) fn move_down(&mut self, from: usize, to: usize) {
        if from != to {
            self.raw(Op::Move, 0, [Unit::temp(to), Unit::temp(from), 0], 0, None);
        }
        let slot = self.stack[from];
        self.stack.truncate(to);
        self.push(slot);
    }

    // Jumps.

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        self.labels.len() - 1
    }

    pub(super) fn jump(&mut self, label: Label) {
        let op = if self.labels[label].at.is_some() { Op::JumpBack } else { Op::Jump };
        self.raw(op, 0, [0; 3], 0, Some(label));
        self.reachable = false;
    }

    /// Jumps by one operand.
    pub(super) fn jump_on(&mut self, op: Op, base: usize, a: Operand, label: Label) {
        let (a, kill) = self.take(a, KILL_A);
        self.pop_to(base);
        self.raw(op, kill, [a, 0, 0], 0, Some(label));
    }

    /// Jumps by comparing two.
    pub(super) fn jump_on2(&mut self, op: Op, negated: bool, base: usize, a: Operand, b: Operand, label: Label) {
        let (a, kill_a) = self.take(a, KILL_A);
        let (b, kill_b) = self.take(b, KILL_B);
        self.pop_to(base);
        let flag = if negated { IF_FALSE } else { 0 };
        self.raw(op, kill_a | kill_b | flag, [a, b, 0], 0, Some(label));
    }

    /// Jumps by comparing with a small int.
    pub(super) fn jump_on_int(&mut self, op: Op, negated: bool, base: usize, a: Operand, b: i16, label: Label) {
        let (a, kill) = self.take(a, KILL_A);
        self.pop_to(base);
        let flag = if negated { IF_FALSE } else { 0 };
        self.raw(op, kill | flag, [a, u32::from(b as u16), 0], 0, Some(label));
    }

    /// The label is here.
    pub(super) fn bind(&mut self, label: Label) {
        let state = &mut self.labels[label];
        state.at = Some(self.code.len());
        if !state.used {
            return;
        }
        let Some(bound) = state.bound.take() else { return };
        if self.reachable {
            self.bound.intersect(&bound);
        } else {
            self.bound = bound;
        }
        self.reachable = true;
    }

    /// The label is the head of a loop: jumps back to it come with other states.
    pub(super) fn bind_loop(&mut self, label: Label) {
        self.labels[label].at = Some(self.code.len());
        self.bound.subtract(&self.unbinds);
    }

    // Handlers.

    /// From now on exceptions go to the label, where the exception is in `slot` and what is owned below it now is kept.
    pub(super) fn protect(&mut self, target: Label, slot: usize) {
        let keep = self.owned().filter(|kept| usize::from(*kept) < slot).collect();
        let mut bound = self.bound.clone();
        bound.subtract(&self.unbinds);
        self.handlers.push(HandlerState { target, exception: slot as u16, keep, bound });
        self.handler = self.handlers.len() as u32 - 1;
        self.deepest = self.deepest.max(slot + 1);
    }

    /// The handler begins here: its kept temporaries, then room up to the exception.
    pub(super) fn enter_handler(&mut self, target: Label, stack: &[Slot], slot: usize) {
        self.reachable = false;
        self.stack = stack.to_vec();
        self.bind(target);
        while self.sp() < slot {
            self.push(Slot::Free);
        }
        self.push(Slot::Owned);
    }
}
