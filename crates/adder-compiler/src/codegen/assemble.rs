//! From the instructions of a unit to the words and tables of a code object.

use std::sync::Arc;

use super::unit::{Ins, TEMP, Unit};
use crate::code::{Code, Handler, Local, LocalKind, Position, Silent};
use crate::error::{ErrorKind, Fault, Res};
use crate::lines::Lines;
use crate::op::{IF_FALSE, Instr, Op, Operand};

/// Temporaries of one code object. More only come from expressions nested beyond reason.
pub(super) const TEMPORARIES: usize = 4096;

pub(super) fn assemble(mut unit: Unit, lines: &Lines, filename: &Arc<str>) -> Res<Code> {
    super::returns::spread(&mut unit, lines);
    let too_large =
        |what: &str| Fault::of(ErrorKind::TooLarge, format!("too many {what} in one code object"), unit.range);
    let (order, mut locals) = order_of_locals(&unit);
    if unit.deepest > TEMPORARIES {
        return Err(Fault::of(ErrorKind::TooDeep, "too many nested expressions", unit.range));
    }
    let registers = locals.len() + unit.deepest;
    if registers > usize::from(u16::MAX) {
        return Err(too_large("registers"));
    }
    if unit.names.len() > usize::from(u16::MAX) {
        return Err(too_large("names"));
    }
    let base = locals.len() as u32;
    let register = |r: u32| if r >= TEMP { (base + r - TEMP) as u16 } else { order[r as usize] };

    let (starts, long) = place(&unit);
    if starts.last().is_some_and(|end| *end > i32::MAX as u32) {
        return Err(too_large("instructions"));
    }
    let target = |ins: &Ins| destination(&unit, ins).map(|at| starts[at]);

    let mut code =
        Code { registers: registers as u16, first_line: unit.first_line, flags: unit.flags, ..Code::default() };
    let mut handler = 0;
    let mut last_range = None;
    let mut last_live = u32::MAX;
    for (i, ins) in unit.code.iter().enumerate() {
        let start = starts[i];
        if last_range != Some(ins.range) {
            last_range = Some(ins.range);
            let position = if ins.range.is_empty() && i == 0 { Position::default() } else { lines.position(ins.range) };
            code.positions.push((start, position));
        }
        if last_live != ins.live {
            last_live = ins.live;
            let live = unit.lives[ins.live as usize].iter().map(|slot| base as u16 + slot).collect();
            code.live.push((start, live));
        }
        if ins.handler != handler {
            if handler != 0 {
                code.handlers.last_mut().expect("a handler was begun").end = start;
            }
            handler = ins.handler;
            if handler != 0 {
                let state = &unit.handlers[handler as usize];
                code.handlers.push(Handler {
                    start,
                    end: start,
                    target: starts[unit.labels[state.target].at.unwrap_or(unit.code.len())],
                    exception: base as u16 + state.exception,
                    keep: state.keep.iter().map(|slot| base as u16 + slot).collect(),
                });
            }
        }
        let kinds = ins.op.operands();
        let operand = |n: usize| match kinds[n] {
            Operand::Read | Operand::Write | Operand::Update | Operand::Row => register(ins.operands[n]),
            _ => ins.operands[n] as u16,
        };
        let mut word = Instr { op: ins.op as u8, flags: ins.flags, a: operand(0), b: operand(1), c: operand(2) };
        if kinds[1] == Operand::Const {
            word = word.with_wide(ins.operands[1]);
        }
        let caches = ins.op.caches();
        let end = start + 1 + caches as u32;
        let distance = target(ins).map(|target| target as i64 - i64::from(end)).unwrap_or_default();
        let mut extra = ins.extra;
        if ins.op == Op::LoadClassCell {
            extra = u32::from(register(ins.extra));
        }
        let mut jump = None;
        if kinds[1] == Operand::Far {
            word = word.with_wide(distance as i32 as u32);
        } else if kinds[2] == Operand::Near {
            if long[i] {
                // It jumps over the jump if the comparison is the other way.
                word.flags ^= IF_FALSE;
                word.c = 1;
                let op = if distance < 0 { Op::JumpBack } else { Op::Jump };
                jump = Some(Instr::new(op, 0, 0, 0).with_wide((distance - 1) as i32 as u32));
            } else {
                word.c = distance as i16 as u16;
            }
        } else if ins.target.is_some() {
            extra = distance as i32 as u32;
        }
        code.words.push(word.word());
        if caches > 0 {
            code.words.push(u64::from(extra));
            code.words.extend(std::iter::repeat_n(0, caches - 1));
        }
        code.words.extend(jump.map(Instr::word));
    }
    if handler != 0 {
        code.handlers.last_mut().expect("a handler was begun").end = code.words.len() as u32;
    }
    if unit.flags & crate::code::flag::OPTIMIZED != 0
        && let Some(format) = locals.first_mut().filter(|local| &*local.name == ".format")
    {
        format.name = "format".into();
    }
    code.statements = unit.statements.iter().filter_map(|at| starts.get(*at).copied()).collect();
    let silent = unit.silent.iter().filter(|(at, ..)| *at < unit.code.len());
    code.silent =
        silent.map(|&(at, offset, turns)| Silent { word: starts[at], line: lines.place(offset).0, turns }).collect();
    code.statements.dedup();
    code.statements.retain(|word| (*word as usize) < code.words.len());
    code.locals = locals;
    code.filename = filename.clone();
    (code.name, code.qualname) = (unit.name, unit.qualname);
    (code.constants, code.names) = (unit.constants, unit.names);
    Ok(code)
}

/// Where each local register ends up: parameters, other names, cells, free variables.
fn order_of_locals(unit: &Unit) -> (Vec<u16>, Vec<Local>) {
    let class = |local: &super::unit::LocalState| match local.kind {
        _ if local.parameter => 0,
        LocalKind::Fast => 1,
        LocalKind::Hidden => 2,
        LocalKind::Cell => 3,
        LocalKind::Free => 4,
    };
    let mut sorted: Vec<usize> = (0..unit.locals.len()).collect();
    sorted.sort_by_key(|i| class(&unit.locals[*i]));
    let mut order = vec![0; unit.locals.len()];
    let mut locals = Vec::with_capacity(unit.locals.len());
    for (new, old) in sorted.into_iter().enumerate() {
        order[old] = new as u16;
        let local = &unit.locals[old];
        locals.push(Local { name: local.name.clone(), kind: local.kind, in_varnames: local.in_varnames });
    }
    (order, locals)
}

/// The instruction that a jump ends at: jumps to jumps go on at once.
fn destination(unit: &Unit, ins: &Ins) -> Option<usize> {
    let label = ins.target?;
    // A turn of a loop must stay one.
    Some(if ins.op == Op::JumpBack { place_of(unit, label) } else { follow(unit, label) })
}

/// The instruction of a label.
fn place_of(unit: &Unit, label: usize) -> usize {
    unit.labels[label].at.unwrap_or(unit.code.len())
}

/// Where one comes to who jumps to a label.
pub(super) fn follow(unit: &Unit, label: usize) -> usize {
    let mut target = place_of(unit, label);
    for _ in 0..8 {
        match unit.code.get(target) {
            Some(Ins { op: Op::Jump, target: Some(label), .. }) => target = place_of(unit, *label),
            _ => break,
        }
    }
    target
}

/// The first word of each instruction (and the end), and which near jumps do not fit.
fn place(unit: &Unit) -> (Vec<u32>, Vec<bool>) {
    let mut long = vec![false; unit.code.len()];
    loop {
        let mut starts = Vec::with_capacity(unit.code.len() + 1);
        let mut at = 0u32;
        for (ins, long) in unit.code.iter().zip(&long) {
            starts.push(at);
            at = at.saturating_add(1 + ins.op.caches() as u32 + u32::from(*long));
        }
        starts.push(at);
        let mut changed = false;
        for (i, ins) in unit.code.iter().enumerate() {
            if long[i] || ins.op.operands()[2] != Operand::Near {
                continue;
            }
            let Some(target) = destination(unit, ins) else { continue };
            let distance = i64::from(starts[target]) - i64::from(starts[i]) - 1;
            if i16::try_from(distance).is_err() {
                long[i] = true;
                changed = true;
            }
        }
        if !changed {
            return (starts, long);
        }
    }
}
