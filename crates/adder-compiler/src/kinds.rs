//! What kinds of values code from outside (`types.CodeType`, `marshal`) leaves where instructions rely on a kind.
//!
//! The machine does not test that `ListAppend` finds a list or that `Reraise` finds an exception: the compiler sees to it.
//! [`verify_foreign`] proves the same for instructions that somebody else has put together.

use crate::code::{Code, LocalKind, flag};
use crate::op::{Instr, Op, Operand, intrinsic, part};
use crate::verify::{Checker, State};

/// What a constant is, as far as instructions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstKind {
    /// Anything else.
    Other,
    /// A tuple.
    Tuple,
    /// A tuple of so many strings.
    Names(usize),
    /// Code that needs so many cells of the functions around it.
    Code(usize),
}

/// What a register is known to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An object.
    Object,
    /// *Unset*.
    Unset,
    /// An object or *unset*.
    Optional,
    /// A word that may be no object at all.
    Word,
    List,
    Dict,
    Tuple,
    /// A tuple of so many cells.
    Cells(u16),
    Cell,
    /// A function that lacks so many cells.
    Function(u16),
    Exception,
    /// An exception or None.
    Handled,
}

impl Kind {
    /// What holds on both ways.
    pub(crate) fn join(self, other: Kind) -> Kind {
        use Kind::{Exception, Handled, Object, Optional, Unset, Word};
        match (self, other) {
            (a, b) if a == b => a,
            (Exception, Handled) | (Handled, Exception) => Handled,
            (a, b) if a.is_object() && b.is_object() => Object,
            (a, b) if [a, b].iter().all(|kind| kind.is_object() || matches!(kind, Unset | Optional)) => Optional,
            _ => Word,
        }
    }

    fn is_object(self) -> bool {
        !matches!(self, Kind::Unset | Kind::Optional | Kind::Word | Kind::Function(1..))
    }

    fn fits(self, wanted: Kind) -> bool {
        match wanted {
            Kind::Word => true,
            Kind::Object => self.is_object(),
            Kind::Optional => self.is_object() || matches!(self, Kind::Unset | Kind::Optional),
            Kind::Tuple => matches!(self, Kind::Tuple | Kind::Cells(_)),
            Kind::Handled => matches!(self, Kind::Handled | Kind::Exception),
            Kind::Function(_) => matches!(self, Kind::Function(_)),
            wanted => self == wanted,
        }
    }
}

/// Temporaries of code from outside, at most: as many as the compiler uses.
const TEMPORARIES: usize = 4096;
/// Registers times words, at most: what the check may take.
const STATES: usize = 1 << 26;
/// Handlers times words, at most: each instruction looks for its handler.
const LOOKS: usize = 1 << 28;

/// Bytes that [`verify_foreign`] takes for a code object, at most.
pub fn bytes_to_verify(code: &Code) -> usize {
    let of_register = size_of::<Kind>() + size_of::<u32>() + 2;
    let state = size_of::<Option<State>>() + of_register * usize::from(code.registers);
    code.words.len().saturating_mul(state)
}

/// Checks code from outside: all that [`verify`](crate::verify) checks, the kinds of values, and what the tables name. The code
/// objects among its constants are not looked at.
///
/// # Errors
/// What is wrong.
pub fn verify_foreign(code: &Code, constants: &dyn Fn(usize) -> ConstKind) -> Result<(), String> {
    let locals = code.locals.len();
    if code.parameters() > locals || code.positional_only > code.arg_count {
        return Err("more parameters than locals".to_owned());
    }
    let temporaries = usize::from(code.registers).checked_sub(locals).ok_or("fewer registers than locals")?;
    let words = code.words.len();
    if temporaries > TEMPORARIES
        || words.saturating_mul(usize::from(code.registers) + 8) > STATES
        || words.saturating_mul(code.handlers.len()) > LOOKS
    {
        return Err("the code is too large".to_owned());
    }
    let of_generators = [flag::GENERATOR, flag::COROUTINE, flag::ASYNC_GENERATOR];
    if of_generators.iter().filter(|one| code.has(**one)).count() > 1 {
        return Err("the flags say two sorts of generators".to_owned());
    }
    let in_order = |pair: &[crate::code::Local]| (pair[0].kind == LocalKind::Free) <= (pair[1].kind == LocalKind::Free);
    let mut parameters = code.locals.iter().take(code.parameters());
    if !code.locals.windows(2).all(in_order)
        || !parameters.all(|local| matches!(local.kind, LocalKind::Fast | LocalKind::Cell))
    {
        return Err("the locals are in a wrong order".to_owned());
    }
    let mut checker = Checker::new(code)?;
    checker.constants = Some(constants);
    let temporary = |t: &u16| usize::from(*t) >= locals && *t < code.registers;
    let ascending = |list: &[u16]| list.windows(2).all(|pair| pair[0] < pair[1]) && list.iter().all(temporary);
    if !code.live.iter().all(|(_, live)| ascending(live)) || !code.handlers.iter().all(|h| ascending(&h.keep)) {
        return Err("the tables name registers that are no temporaries".to_owned());
    }
    // Else there would be loops without an edge at which signals get their turn.
    if code.handlers.iter().any(|handler| handler.target < handler.end) {
        return Err("a handler lies in front of what it handles".to_owned());
    }
    let start = |word: &u32| checker.starts.get(*word as usize).copied().unwrap_or(false);
    if !code.statements.iter().all(start) || !code.silent.iter().all(|silent| start(&silent.word)) {
        return Err("the tables name words that are no instructions".to_owned());
    }
    for (at, _) in checker.starts.iter().enumerate().filter(|(_, starts)| **starts) {
        shape(code, &checker, at)?;
    }
    checker.run().map(drop)
}

/// What can be said of an instruction by itself.
fn shape(code: &Code, checker: &Checker<'_>, at: usize) -> Result<(), String> {
    let i = Instr::of_word(code.words[at]);
    let Some(op) = Op::of(i.op) else { return Err(format!("word {at}: no such operation")) };
    let extra = matches!(
        op,
        Op::LoadClassCell | Op::LoadSuper | Op::ForIter | Op::CallKw | Op::AddInt | Op::SubInt | Op::ListExtend
    );
    let caches = &code.words[at + 1..at + 1 + op.caches()];
    if caches.iter().enumerate().any(|(n, word)| *word > if extra && n == 0 { u64::from(u32::MAX) } else { 0 }) {
        return Err(format!("word {at}: the caches are not empty"));
    }
    let end = |first: u16, count: usize| usize::from(first) + count > usize::from(code.registers);
    if i.row().is_some_and(|(first, count)| end(first, count)) || checker.made(i, op).is_some_and(|n| end(i.a, n)) {
        return Err(format!("word {at}: a row beyond the registers"));
    }
    if op == Op::BuildSlice && !matches!(i.c, 2 | 3) {
        return Err(format!("word {at}: a slice of {} parts", i.c));
    }
    if matches!(op, Op::Yield | Op::YieldFrom) && !code.has(flag::GENERATOR | flag::COROUTINE | flag::ASYNC_GENERATOR) {
        return Err(format!("word {at}: only a generator yields"));
    }
    Ok(())
}

/// The kinds of the registers at the first instruction.
pub(crate) fn at_start(code: &Code) -> Vec<Kind> {
    let locals = code.locals.iter().map(|local| match local.kind {
        LocalKind::Free => Kind::Cell,
        _ => Kind::Object,
    });
    locals.chain(std::iter::repeat(Kind::Word)).take(usize::from(code.registers)).collect()
}

/// What an instruction leaves in registers.
#[derive(Default)]
pub(crate) struct Made {
    kinds: Vec<(u16, Kind)>,
    /// Registers that hold something else where it jumps.
    jumped: Vec<(u16, Kind)>,
    /// Where it jumps it has made nothing.
    only_falling: bool,
}

impl Made {
    pub(crate) fn apply(self, state: &mut State, jumped: Option<&mut State>) {
        if let Some(jumped) = jumped {
            let made = if self.only_falling { &[][..] } else { &self.kinds };
            for (register, kind) in made.iter().chain(&self.jumped) {
                jumped.kinds[usize::from(*register)] = *kind;
            }
        }
        for (register, kind) in self.kinds {
            state.kinds[usize::from(register)] = kind;
        }
    }
}

impl Checker<'_> {
    /// Are the operands of the kinds that the instruction relies on? And what does it make?
    pub(crate) fn expect(
        &self,
        at: usize,
        i: Instr,
        op: Op,
        state: &State,
        constants: &dyn Fn(usize) -> ConstKind,
    ) -> Result<Made, String> {
        let of = |register: u16| state.kinds.get(usize::from(register)).copied().unwrap_or(Kind::Word);
        let want = |register: u16, wanted: Kind| match of(register) {
            kind if kind.fits(wanted) => Ok(()),
            kind => Err(format!("register {register} holds {kind:?}, and {wanted:?} is needed")),
        };
        let mut made = Made { only_falling: matches!(op, Op::ForIter | Op::JumpIfNone), ..Made::default() };
        let (operands, kinds) = ([i.a, i.b, i.c], op.operands());
        let extra = || self.code.words[at + 1] as u32;
        let is_local = |register: u16| usize::from(register) < self.locals;

        // What is read.
        let loose = matches!(op, Op::Copy | Op::Move | Op::Swap | Op::Drop | Op::MakeCell | Op::SetFunction);
        for (n, kind) in kinds.iter().enumerate() {
            if matches!(kind, Operand::Read | Operand::Update) && !loose {
                want(operands[n], Kind::Object)?;
            }
        }
        if let Some((first, count)) = i.row() {
            let optional = match op {
                Op::Call | Op::CallKw => first + 1,
                Op::CallEx => {
                    want(first + 2, Kind::Tuple)?;
                    if of(first + 3) != Kind::Unset {
                        want(first + 3, Kind::Dict)?;
                    }
                    want(first + 1, Kind::Optional)?;
                    u16::MAX
                }
                _ => u16::MAX,
            };
            let count = if op == Op::CallEx { 1 } else { count };
            for register in (usize::from(first)..usize::from(first) + count).map(|register| register as u16) {
                want(register, if register == optional { Kind::Optional } else { Kind::Object })?;
            }
        }
        match op {
            Op::LoadCell | Op::StoreCell | Op::DeleteCell => {
                let register = if op == Op::LoadCell { i.b } else { i.a };
                if !is_local(register) {
                    return Err("it names no cell".to_owned());
                }
                want(register, Kind::Cell)?;
            }
            Op::LoadClassCell => {
                if !is_local(extra() as u16) || extra() > u32::from(u16::MAX) {
                    return Err("it names no cell".to_owned());
                }
                want(extra() as u16, Kind::Cell)?;
            }
            Op::ListAppend | Op::ListExtend => want(i.a, Kind::List)?,
            Op::ListToTuple => want(i.b, Kind::List)?,
            Op::DictAdd | Op::DictUpdate | Op::DictMerge => want(i.a, Kind::Dict)?,
            Op::MatchKeys => want(i.c, Kind::Tuple)?,
            Op::MatchClass => want(i.b + 2, Kind::Tuple)?,
            Op::BuildTemplate => {
                want(i.b, Kind::Tuple)?;
                want(i.c, Kind::Tuple)?;
            }
            Op::Reraise | Op::EndAsyncFor => want(i.a, Kind::Exception)?,
            Op::PushHandled => want(i.b, Kind::Exception)?,
            Op::PopHandled => want(i.a, Kind::Handled)?,
            Op::GroupMatches => want(i.b, Kind::Handled)?,
            Op::GroupReraise => {
                want(i.b, Kind::Exception)?;
                want(i.c, Kind::List)?;
            }
            Op::SetFunction => {
                want(i.a, Kind::Function(0))?;
                match i.c {
                    part::CLOSURE => {
                        let Kind::Function(lacks) = of(i.a) else { return Err("no function".to_owned()) };
                        want(i.b, Kind::Cells(lacks))?;
                        made.kinds.push((i.a, Kind::Function(0)));
                    }
                    part::DEFAULTS | part::KW_DEFAULTS | part::TYPE_PARAMS | part::ANNOTATE => want(i.b, Kind::Object)?,
                    other => return Err(format!("a function has no part {other}")),
                }
            }
            _ => {}
        }
        if op == Op::ListExtend && extra() & 1 != 0 {
            // The error names what lies two registers in front.
            let callable = i.a.checked_sub(2).filter(|register| !is_local(*register)).ok_or("it lies in no window")?;
            self.read(state, callable)?;
            want(callable, Kind::Object)?;
        }

        // What is made.
        let result = match op {
            Op::LoadConst | Op::BorrowConst => match constants(i.wide() as usize) {
                ConstKind::Tuple | ConstKind::Names(_) => Kind::Tuple,
                _ => Kind::Object,
            },
            Op::LoadUnset => Kind::Unset,
            Op::Copy => match of(i.b) {
                Kind::Object if is_local(i.b) && !state.bound[usize::from(i.b)] => Kind::Word,
                kind => kind,
            },
            Op::Move => of(i.b),
            Op::MakeFunction => match constants(i.wide() as usize) {
                ConstKind::Code(cells) => Kind::Function(u16::try_from(cells).map_err(|_| "too many cells")?),
                _ => return Err("the constant is no code".to_owned()),
            },
            Op::CallKw => match constants(extra() as usize) {
                ConstKind::Names(names) if names <= usize::from(i.c) => Kind::Object,
                _ => return Err("the constant is no tuple of so many names".to_owned()),
            },
            Op::BuildTuple => {
                let all = (i.b..i.b + i.c).all(|register| of(register) == Kind::Cell);
                if all { Kind::Cells(i.c) } else { Kind::Tuple }
            }
            Op::ListToTuple => Kind::Tuple,
            Op::BuildList => Kind::List,
            Op::BuildDict => Kind::Dict,
            Op::PushHandled | Op::GroupReraise => Kind::Handled,
            Op::Intrinsic if i.c == intrinsic::STOP_ITERATION && of(i.b).fits(Kind::Exception) => Kind::Exception,
            _ => Kind::Object,
        };
        match op {
            Op::Swap => {
                made.kinds.push((i.a, of(i.b)));
                made.kinds.push((i.b, of(i.a)));
            }
            Op::MakeCell => {
                let local = self.code.locals.get(usize::from(i.a)).map(|local| local.kind);
                if !matches!(local, Some(LocalKind::Cell | LocalKind::Hidden)) || of(i.a) != Kind::Object {
                    return Err(format!("local {} is no cell's", i.a));
                }
                made.kinds.push((i.a, Kind::Cell));
            }
            Op::DeleteLocal | Op::ClearLocal => made.kinds.push((i.a, Kind::Object)),
            Op::YieldFrom => {
                made.kinds.push((i.a, Kind::Object));
            }
            Op::LoadSuper | Op::LoadMethod | Op::LoadLocalCallee | Op::LoadGlobalCallee | Op::GroupMatches
                if self.made(i, op) == Some(2) =>
            {
                let second = if op == Op::GroupMatches { Kind::Handled } else { Kind::Optional };
                made.kinds.push((i.a, if op == Op::GroupMatches { Kind::Handled } else { Kind::Object }));
                made.kinds.push((i.a + 1, second));
            }
            Op::JumpIfNone if of(i.a) == Kind::Handled => made.kinds.push((i.a, Kind::Exception)),
            Op::JumpIfNotNone if of(i.a) == Kind::Handled => made.jumped.push((i.a, Kind::Exception)),
            _ if matches!(kinds[0], Operand::Write | Operand::Row) => {
                for register in 0..self.made(i, op).unwrap_or(1) {
                    made.kinds.push((i.a + register as u16, result));
                }
            }
            _ => {}
        }
        for (register, kind) in &made.kinds {
            let Some(local) = self.code.locals.get(usize::from(*register)) else { continue };
            let swapped = op == Op::Swap;
            if local.kind == LocalKind::Free {
                return Err(format!("the cell in register {register} comes from outside"));
            }
            if !swapped && !kind.is_object() {
                return Err(format!("local {register} would hold {kind:?}"));
            }
        }
        // A local may be anything, once somebody has looked at the frame.
        for (register, kind) in &mut made.kinds {
            if is_local(*register) && *kind != Kind::Cell {
                *kind = Kind::Object;
            }
        }
        Ok(made)
    }
}
