//! Where a debugger may send a frame: `frame.f_lineno = line`.
//!
//! A frame goes on only where a statement begins. There the temporaries are those of the
//! blocks around: iterators, exits of `with`, what was handled before an `except`. Each of them must be there already, made by
//! the same instruction.

use crate::code::Code;
use crate::op::{Instr, KILL_A, KILL_B, KILL_C, Op};
use crate::verify::makers;

/// A place to go on at, and what is to be given up before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The word.
    pub word: u32,
    /// Temporaries that hold what was handled before, the innermost first: it is to be handled again.
    pub handled: Vec<u16>,
    /// Other temporaries that are to be released.
    pub dropped: Vec<u16>,
}

/// The place for a line, for a frame that stands at the beginning of an instruction.
///
/// # Errors
/// The text of the ValueError.
pub fn target(code: &Code, from: u32, line: i64) -> Result<Target, String> {
    if line < i64::from(code.first_line) {
        return Err(format!("line {line} comes before the current code block"));
    }
    let starts = |word: &&u32| code.position_at(**word).line;
    // The first line with code from the wanted one on.
    let Some(line) = code.statements.iter().map(|word| starts(&word)).filter(|at| i64::from(*at) >= line).min() else {
        return Err(format!("line {line} comes after the current code block"));
    };
    let unreachable = || "can't jump from unreachable code".to_owned();
    let makers = makers(code).map_err(|_| unreachable())?;
    let here = makers.get(from as usize).and_then(Option::as_ref).ok_or_else(unreachable)?;
    let i = Instr::of_word(code.words[from as usize]);
    if i.flags & (KILL_A | KILL_B | KILL_C) != 0 || i.row().is_some() {
        return Err("can't jump from the middle of an expression".to_owned());
    }
    let live = code.live_at(from);
    let base = code.locals.len();
    let maker = |table: &[u32], temporary: u16| table[usize::from(temporary) - base];
    let mut best: Option<(u32, &[u16])> = None;
    let mut complaint = None;
    for word in code.statements.iter().filter(|word| starts(word) == line) {
        let Some(there) = makers.get(*word as usize).and_then(Option::as_ref) else { continue };
        let needed = code.live_at(*word);
        let missing = needed.iter().rev().find(|t| !live.contains(t) || maker(here, **t) != maker(there, **t));
        match missing {
            None if best.is_none_or(|(_, most)| needed.len() > most.len()) => best = Some((*word, needed)),
            None => {}
            Some(t) => complaint = Some(complaint_about(code, maker(there, *t))),
        }
    }
    let Some((word, kept)) = best else {
        return Err(complaint.unwrap_or("can't jump into an exception handler, or code may be unreachable").to_owned());
    };
    let mut target = Target { word, handled: Vec::new(), dropped: Vec::new() };
    for &temporary in live.iter().rev().filter(|t| !kept.contains(t)) {
        match made_by(code, maker(here, temporary)) {
            Some(Op::PushHandled) => target.handled.push(temporary),
            _ => target.dropped.push(temporary),
        }
    }
    Ok(target)
}

fn made_by(code: &Code, word: u32) -> Option<Op> {
    code.words.get(word as usize).and_then(|word| Op::of(Instr::of_word(*word).op))
}

fn complaint_about(code: &Code, maker: u32) -> &'static str {
    match made_by(code, maker) {
        Some(Op::GetIter | Op::GetAIter) => "can't jump into the body of a for loop",
        Some(Op::WithEnter | Op::AsyncWithEnter) => "can't jump into the body of a with statement",
        Some(Op::PushHandled) | None => "can't jump into an 'except' block as there's no exception",
        Some(_) => "can't jump into an exception handler, or code may be unreachable",
    }
}
