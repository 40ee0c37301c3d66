//! A check that code keeps the contract of [`op`](crate::op): an abstract run over the words, on every path at once.
//!
//! It knows the instructions from their descriptions only, not from how the generator came to them.

use crate::code::{Code, Const, LocalKind};
use crate::kinds::{self, ConstKind, Kind};
use crate::op::{DST_LOCAL, IF_FALSE, Instr, KILL_A, KILL_B, KILL_C, METHOD, Op, Operand};

/// What a temporary holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Nothing,
    Owned,
    Borrowed,
    /// A small int or *unset*: may be consumed or not.
    Uncounted,
}

/// In place of a maker: it depends on the way.
const MANY: u32 = u32::MAX;

/// The registers at one place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    temporaries: Vec<Held>,
    /// The word of the instruction that made each.
    makers: Vec<u32>,
    /// Locals that are bound for certain.
    pub(crate) bound: Vec<bool>,
    /// Of each register, locals too; empty where kinds are not looked at.
    pub(crate) kinds: Vec<Kind>,
}

impl State {
    /// What is so on both ways.
    fn join(&mut self, other: &State) -> Result<bool, String> {
        let before = self.clone();
        for (i, (a, b)) in self.temporaries.iter_mut().zip(&other.temporaries).enumerate() {
            *a = match (*a, *b) {
                (a, b) if a == b => a,
                (Held::Owned, Held::Uncounted) | (Held::Uncounted, Held::Owned) => Held::Owned,
                (Held::Owned, _) | (_, Held::Owned) => return Err(format!("t{i} is owned on one way only")),
                _ => Held::Nothing,
            };
        }
        for (a, b) in self.makers.iter_mut().zip(&other.makers) {
            if a != b {
                *a = MANY;
            }
        }
        self.bound.iter_mut().zip(&other.bound).for_each(|(a, b)| *a &= b);
        self.kinds.iter_mut().zip(&other.kinds).for_each(|(a, b)| *a = a.join(*b));
        Ok(*self != before)
    }
}

/// For each word that is reached, which instruction made what each temporary holds.
///
/// # Errors
/// What [`verify`] says.
pub(crate) fn makers(code: &Code) -> Result<Vec<Option<Vec<u32>>>, String> {
    let states = Checker::new(code)?.run()?;
    Ok(states.into_iter().map(|state| state.map(|state| state.makers)).collect())
}

/// Checks a code object and those inside it: that every path consumes each owned temporary once and no borrowed one, that the
/// live map and the handlers agree with that, that locals are bound where they are read, that jumps land on instructions.
pub fn verify(code: &Code) -> Result<(), String> {
    let checker = Checker::new(code)?;
    checker.run().map_err(|message| format!("{} (line {}): {message}", code.qualname, code.first_line))?;
    for constant in &code.constants {
        if let Const::Code(inner) = constant {
            verify(inner)?;
        }
    }
    Ok(())
}

pub(crate) struct Checker<'a> {
    pub(crate) code: &'a Code,
    pub(crate) locals: usize,
    /// Which words are instructions.
    pub(crate) starts: Vec<bool>,
    /// What constants are, where the kinds of values are looked at too.
    pub(crate) constants: Option<&'a dyn Fn(usize) -> ConstKind>,
}

/// Where an instruction goes on.
struct Ways {
    falls: bool,
    jump: Option<(usize, State)>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(code: &'a Code) -> Result<Checker<'a>, String> {
        let mut starts = vec![false; code.words.len()];
        let mut at = 0;
        while at < code.words.len() {
            let op = Op::of(Instr::of_word(code.words[at]).op).ok_or(format!("{at}: no such operation"))?;
            starts[at] = true;
            at += 1 + op.caches();
        }
        if at != code.words.len() {
            return Err("the last instruction lacks words".to_owned());
        }
        Ok(Checker { code, locals: code.locals.len(), starts, constants: None })
    }

    pub(crate) fn run(&self) -> Result<Vec<Option<State>>, String> {
        self.tables()?;
        let code = self.code;
        if code.words.is_empty() {
            return Err("no instructions".to_owned());
        }
        let temporaries = usize::from(code.registers) - self.locals;
        let parameters = code.parameters();
        let bound = code.locals.iter().enumerate().map(|(i, l)| i < parameters || l.kind == LocalKind::Free).collect();
        let mut states: Vec<Option<State>> = vec![None; code.words.len()];
        states[0] = Some(State {
            temporaries: vec![Held::Nothing; temporaries],
            makers: vec![MANY; temporaries],
            bound,
            kinds: if self.constants.is_some() { kinds::at_start(code) } else { Vec::new() },
        });
        let mut work = vec![0usize];
        let mut steps = 0u64;
        while let Some(at) = work.pop() {
            steps += 1;
            if steps > 64 * (code.words.len() as u64 + 1) {
                return Err("the states do not settle".to_owned());
            }
            let Some(state) = states[at].clone() else { continue };
            let name = |message: String| {
                let op = Op::of(Instr::of_word(code.words[at]).op).map_or("?", Op::name);
                format!("word {at} ({op}, line {}): {message}", code.position_at(at as u32).line)
            };
            let mut next = state;
            let (ways, raised) = self.step(at, &mut next).map_err(name)?;
            if let Some(handler) = code.handler_at(at as u32) {
                let state = self.handled(handler, &raised).map_err(name)?;
                self.flow(&mut states, &mut work, handler.target as usize, &state).map_err(name)?;
            }
            if let Some((target, state)) = ways.jump {
                self.flow(&mut states, &mut work, target, &state).map_err(name)?;
            }
            if ways.falls {
                let op = Op::of(Instr::of_word(code.words[at]).op).map_or(0, Op::caches);
                self.flow(&mut states, &mut work, at + 1 + op, &next).map_err(name)?;
            }
        }
        Ok(states)
    }

    fn flow(
        &self,
        states: &mut [Option<State>],
        work: &mut Vec<usize>,
        to: usize,
        state: &State,
    ) -> Result<(), String> {
        if !self.starts.get(to).copied().unwrap_or(false) {
            return Err(format!("goes on at word {to}, which is no instruction"));
        }
        match &mut states[to] {
            None => {
                states[to] = Some(state.clone());
                work.push(to);
            }
            Some(old) => {
                if old.join(state).map_err(|message| format!("to word {to}: {message}"))? {
                    work.push(to);
                }
            }
        }
        Ok(())
    }

    /// Order and ranges of the tables.
    fn tables(&self) -> Result<(), String> {
        let (code, end) = (self.code, self.code.words.len() as u32);
        if usize::from(code.registers) < self.locals {
            return Err("fewer registers than locals".to_owned());
        }
        let start = |word: u32| self.starts.get(word as usize).copied().unwrap_or(false);
        for handler in &code.handlers {
            let inside = start(handler.start) && handler.start < handler.end && handler.end <= end;
            if !inside || (handler.end < end && !start(handler.end)) || !start(handler.target) {
                return Err(format!("handler {handler:?} does not lie on instructions"));
            }
            let temporary = |t: u16| usize::from(t) >= self.locals && t < code.registers;
            if !temporary(handler.exception) || !handler.keep.iter().all(|t| temporary(*t)) {
                return Err(format!("handler {handler:?} names a register that is no temporary"));
            }
            if handler.keep.contains(&handler.exception) || !handler.keep.is_sorted() {
                return Err(format!("what handler {handler:?} keeps is wrong"));
            }
        }
        let sorted =
            |words: Vec<u32>| words.windows(2).all(|pair| pair[0] < pair[1]) && words.iter().all(|w| start(*w));
        if !sorted(code.live.iter().map(|entry| entry.0).collect()) {
            return Err("the live map is not sorted".to_owned());
        }
        if !sorted(code.positions.iter().map(|entry| entry.0).collect()) {
            return Err("the positions are not sorted".to_owned());
        }
        match code.positions.first() {
            Some((0, _)) => Ok(()),
            _ => Err("the first instruction has no position".to_owned()),
        }
    }

    /// What a handler begins with.
    fn handled(&self, handler: &crate::code::Handler, raised: &State) -> Result<State, String> {
        let mut state = raised.clone();
        // What needs no counting stays where it is.
        for held in state.temporaries.iter_mut().filter(|held| **held == Held::Owned) {
            *held = Held::Nothing;
        }
        for kept in &handler.keep {
            let i = usize::from(*kept) - self.locals;
            if !matches!(raised.temporaries[i], Held::Owned | Held::Uncounted) {
                return Err(format!("the handler keeps t{i}, which holds {:?}", raised.temporaries[i]));
            }
            state.temporaries[i] = Held::Owned;
        }
        let exception = usize::from(handler.exception) - self.locals;
        state.temporaries[exception] = Held::Owned;
        state.makers[exception] = MANY;
        if let Some(kind) = state.kinds.get_mut(usize::from(handler.exception)) {
            *kind = Kind::Exception;
        }
        Ok(state)
    }

    /// A temporary's number, or none for a local.
    fn register(&self, register: u16) -> Result<Option<usize>, String> {
        match usize::from(register).checked_sub(self.locals) {
            _ if register >= self.code.registers => Err(format!("register {register} of {}", self.code.registers)),
            temporary => Ok(temporary),
        }
    }

    pub(crate) fn read(&self, state: &State, register: u16) -> Result<(), String> {
        match self.register(register)? {
            None if state.bound[usize::from(register)] => Ok(()),
            None => Err(format!("{} may be unbound", self.code.locals[usize::from(register)].name)),
            Some(t) if state.temporaries[t] == Held::Nothing => Err(format!("t{t} is read and holds nothing")),
            Some(_) => Ok(()),
        }
    }

    fn consume(&self, state: &mut State, register: u16) -> Result<(), String> {
        let Some(t) = self.register(register)? else { return Err(format!("local {register} is consumed")) };
        match state.temporaries[t] {
            Held::Owned | Held::Uncounted => state.temporaries[t] = Held::Nothing,
            held => return Err(format!("t{t} is consumed and holds {held:?}")),
        }
        Ok(())
    }

    fn write(&self, state: &mut State, register: u16, local: bool, held: Held) -> Result<(), String> {
        match (self.register(register)?, local) {
            (None, true) => state.bound[usize::from(register)] = true,
            (Some(t), false) => {
                if state.temporaries[t] == Held::Owned {
                    return Err(format!("t{t} is written and was owned"));
                }
                state.temporaries[t] = held;
            }
            (None, false) => return Err(format!("local {register} is written as a temporary")),
            (Some(t), true) => return Err(format!("t{t} is written as a local")),
        }
        Ok(())
    }

    /// The row that an instruction makes.
    pub(crate) fn made(&self, i: Instr, op: Op) -> Option<usize> {
        Some(match op {
            Op::LoadMethod
            | Op::LoadLocalCallee
            | Op::LoadGlobalCallee
            | Op::GroupMatches
            | Op::WithEnter
            | Op::AsyncWithEnter => 2,
            Op::LoadSuper if i.flags & METHOD != 0 => 2,
            Op::Unpack => i.c.into(),
            Op::UnpackEx => usize::from(i.c & 0xFF) + usize::from(i.c >> 8) + 1,
            _ => return None,
        })
    }

    /// Does one instruction. Also the state if it raises.
    fn step(&self, at: usize, state: &mut State) -> Result<(Ways, State), String> {
        let i = Instr::of_word(self.code.words[at]);
        let Some(op) = Op::of(i.op) else { return Err("no such operation".to_owned()) };
        let kinds = op.operands();
        let operands = [i.a, i.b, i.c];
        let known = KILL_A | KILL_B | KILL_C | DST_LOCAL | IF_FALSE | METHOD;
        if i.flags & !known != 0 {
            return Err(format!("unknown flags {:#x}", i.flags));
        }
        self.indices(i, kinds)?;
        let made = match self.constants {
            Some(constants) => Some(self.expect(at, i, op, state, constants)?),
            None => None,
        };

        // Reads and what they consume.
        for (n, kind) in kinds.iter().enumerate() {
            let kill = i.flags & [KILL_A, KILL_B, KILL_C][n] != 0;
            match kind {
                // The unbound may be copied, and is what a check is for.
                Operand::Read
                    if matches!(op, Op::Copy | Op::LoadLocal | Op::LoadLocalCallee | Op::CheckLocal)
                        && self.register(operands[n])?.is_none() => {}
                Operand::Read => self.read(state, operands[n])?,
                _ if kill => return Err(format!("operand {n} has a kill bit and is not read")),
                _ => {}
            }
        }
        for (n, kind) in kinds.iter().enumerate() {
            if *kind == Operand::Read && i.flags & [KILL_A, KILL_B, KILL_C][n] != 0 {
                self.consume(state, operands[n])?;
            }
        }
        if let Some((first, count)) = i.row() {
            for register in usize::from(first)..usize::from(first) + count {
                self.consume(state, register as u16)?;
            }
            if matches!(op, Op::Call | Op::CallKw | Op::CallEx) {
                for register in i.b.saturating_sub(3)..i.b {
                    match self.register(register)? {
                        Some(t) if state.temporaries[t] != Held::Owned => {}
                        _ => return Err(format!("register {register} in front of the window is not free")),
                    }
                }
            }
        }
        match op {
            Op::Drop => self.consume(state, i.a)?,
            Op::YieldFrom => {
                self.consume(state, i.c)?;
                self.read(state, i.b)?;
            }
            Op::ForIter => self.read(state, i.b)?,
            _ => {}
        }

        // Now it may raise.
        self.live(at, state)?;
        if matches!(op, Op::Yield | Op::YieldFrom) {
            // Only what the live map names is there again when the frame goes on.
            let live = self.code.live_at(at as u32);
            for (t, held) in state.temporaries.iter_mut().enumerate() {
                if live.binary_search(&((t + self.locals) as u16)).is_err() {
                    *held = Held::Nothing;
                }
            }
        }
        let raised = state.clone();
        let held = state.makers.clone();

        // What it makes.
        let local = i.flags & DST_LOCAL != 0;
        let mut jump = None;
        let target = |from: usize, distance: i64| (from as i64 + 1 + op.caches() as i64 + distance) as usize;
        match op {
            Op::Move => {
                let Some(b) = self.register(i.b)? else { return Err("a local is moved".to_owned()) };
                let held = std::mem::replace(&mut state.temporaries[b], Held::Nothing);
                self.write(state, i.a, false, held)?;
            }
            Op::Swap => match (self.register(i.a)?, self.register(i.b)?) {
                (Some(a), Some(b)) => {
                    if [a, b].iter().any(|t| !matches!(state.temporaries[*t], Held::Owned | Held::Uncounted)) {
                        return Err("what is not owned is swapped".to_owned());
                    }
                    state.temporaries.swap(a, b);
                }
                (None, None) => state.bound.swap(usize::from(i.a), usize::from(i.b)),
                _ => return Err("a local and a temporary are swapped".to_owned()),
            },
            Op::StoreLocal | Op::MakeCell => self.write(state, i.a, true, Held::Owned)?,
            Op::DeleteLocal | Op::ClearLocal => {
                if self.register(i.a)?.is_some() {
                    return Err("a temporary is unbound".to_owned());
                }
                state.bound[usize::from(i.a)] = false;
            }
            Op::CheckLocal => {
                if self.register(i.b)?.is_none() {
                    state.bound[usize::from(i.b)] = true;
                }
            }
            Op::BorrowConst => self.write(state, i.a, local, Held::Borrowed)?,
            Op::LoadInt | Op::LoadUnset => self.write(state, i.a, local, Held::Uncounted)?,
            Op::ForIter => {
                let mut ended = state.clone();
                self.consume(&mut ended, i.b)?;
                let extra = self.code.words[at + 1] as u32 as i32;
                jump = Some((target(at, extra.into()), ended));
                self.write(state, i.a, local, Held::Owned)?;
            }
            Op::YieldFrom => {
                self.consume(state, i.b)?;
                self.write(state, i.a, local, Held::Owned)?;
            }
            Op::LoadLocal if self.register(i.b)?.is_none() => {
                state.bound[usize::from(i.b)] = true;
                self.write(state, i.a, local, Held::Owned)?;
            }
            _ => match self.made(i, op) {
                Some(count) => {
                    if op == Op::LoadLocalCallee && self.register(i.b)?.is_none() {
                        state.bound[usize::from(i.b)] = true;
                    }
                    for register in usize::from(i.a)..usize::from(i.a) + count {
                        self.write(state, register as u16, false, Held::Owned)?;
                    }
                }
                None if matches!(kinds[0], Operand::Write | Operand::Row) => {
                    self.write(state, i.a, local, Held::Owned)?;
                }
                None if local => return Err("it has no destination".to_owned()),
                None => {}
            },
        }
        if kinds[1] == Operand::Far {
            let distance = i.wide() as i32;
            if (op == Op::Jump && distance < 0) || (op == Op::JumpBack && distance >= 0) {
                return Err(format!("jumps by {distance}"));
            }
            jump = Some((target(at, distance.into()), state.clone()));
        } else if kinds[2] == Operand::Near {
            jump = Some((target(at, (i.c as i16).into()), state.clone()));
        }
        self.name_makers(at, i, op, &held, state);
        if let Some(made) = made {
            made.apply(state, jump.as_mut().map(|(_, jumped)| jumped));
        }
        if let Some((_, jumped)) = &mut jump
            && op != Op::ForIter
        {
            jumped.makers.clone_from(&state.makers);
        }
        let falls = !matches!(
            op,
            Op::Jump
                | Op::JumpBack
                | Op::Return
                | Op::ReturnConst
                | Op::Raise
                | Op::RaiseFrom
                | Op::RaiseAgain
                | Op::Reraise
        );
        if matches!(op, Op::Return | Op::ReturnConst)
            && let Some(t) = state.temporaries.iter().position(|held| *held == Held::Owned)
        {
            return Err(format!("t{t} is still owned when the frame ends"));
        }
        Ok((Ways { falls, jump }, raised))
    }

    /// Notes which temporaries this instruction made.
    fn name_makers(&self, at: usize, i: Instr, op: Op, before: &[u32], state: &mut State) {
        let temporary = |register: u16| usize::from(register).checked_sub(self.locals);
        let count = match op {
            Op::Move | Op::Swap => {
                if let (Some(a), Some(b)) = (temporary(i.a), temporary(i.b)) {
                    state.makers[a] = before[b];
                    if op == Op::Swap {
                        state.makers[b] = before[a];
                    }
                }
                return;
            }
            _ if !matches!(op.operands()[0], Operand::Write | Operand::Row) => return,
            _ => self.made(i, op).unwrap_or(1),
        };
        if let Some(first) = temporary(i.a) {
            state.makers[first..first + count].fill(at as u32);
        }
    }

    /// Names and constants that are there.
    fn indices(&self, i: Instr, kinds: [Operand; 3]) -> Result<(), String> {
        for (kind, operand) in kinds.iter().zip([i.a, i.b, i.c]) {
            if *kind == Operand::Name && usize::from(operand) >= self.code.names.len() {
                return Err(format!("name {operand} of {}", self.code.names.len()));
            }
        }
        if kinds[1] == Operand::Const && i.wide() as usize >= self.code.constants.len() {
            return Err(format!("constant {} of {}", i.wide(), self.code.constants.len()));
        }
        Ok(())
    }

    /// Does the live map say what is owned?
    fn live(&self, at: usize, state: &State) -> Result<(), String> {
        let live = self.code.live_at(at as u32);
        for (t, held) in state.temporaries.iter().enumerate() {
            let listed = live.binary_search(&((t + self.locals) as u16)).is_ok();
            match held {
                Held::Owned if !listed => return Err(format!("t{t} is owned and not in the live map")),
                Held::Nothing | Held::Borrowed if listed => {
                    return Err(format!("t{t} is in the live map and holds {held:?}"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
