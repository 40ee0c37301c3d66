//! Code as text.

use std::fmt::Write;

use crate::code::{Code, Const};
use crate::op::{DST_LOCAL, IF_FALSE, Instr, KILL_A, KILL_B, KILL_C, METHOD, Op, Operand};

/// A code object and those inside it, one line for each instruction: source line, word, operation, operands.
///
/// A local that is an operand is only a name: it is *borrowed*. `copy x` counts a new reference. `t3!` consumes a temporary,
/// `t3` looks at it. `-> x` goes straight into a local.
pub fn disassemble(code: &Code) -> String {
    let mut text = String::new();
    one(code, &mut text);
    text
}

fn one(code: &Code, text: &mut String) {
    let kinds = code.locals.iter().map(|l| format!("{}:{:?}", l.name, l.kind)).collect::<Vec<_>>().join(" ");
    let _ = writeln!(text, "code {} line {} registers {} [{kinds}]", code.qualname, code.first_line, code.registers);
    let (mut at, mut line) = (0, 0);
    while at < code.words.len() {
        let instr = Instr::of_word(code.words[at]);
        let Some(op) = Op::of(instr.op) else {
            let _ = writeln!(text, "{at:>12} ?{}", instr.op);
            at += 1;
            continue;
        };
        let position = code.position_at(at as u32);
        let shown = if position.line == line { String::new() } else { position.line.to_string() };
        line = position.line;
        let operands =
            operands(code, at, &mut |n| code.constants.get(n).map_or("?".into(), constant), &mut |to| to.to_string());
        let _ = writeln!(text, "{shown:>6} {at:>5} {:<16} {operands}", op.name());
        at += 1 + op.caches();
    }
    for handler in &code.handlers {
        let keep = handler.keep.iter().map(|t| register(code, *t)).collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            text,
            "  {}..{} -> {} exception {} keeps [{keep}]",
            handler.start,
            handler.end,
            handler.target,
            register(code, handler.exception)
        );
    }
    for constant in &code.constants {
        if let Const::Code(inner) = constant {
            text.push('\n');
            one(inner, text);
        }
    }
}

/// The name of a register: a local's, or `t` and the number of the temporary.
pub fn register(code: &Code, register: u16) -> String {
    match code.locals.get(usize::from(register)) {
        Some(local) => local.name.to_string(),
        None => format!("t{}", usize::from(register) - code.locals.len()),
    }
}

/// Where the instruction at a word may jump.
pub fn jump_target(code: &Code, at: usize) -> Option<u32> {
    let i = Instr::of_word(*code.words.get(at)?);
    let op = Op::of(i.op)?;
    let kinds = op.operands();
    let distance = match op {
        Op::ForIter => i64::from(*code.words.get(at + 1)? as u32 as i32),
        _ if kinds[1] == Operand::Far => i64::from(i.wide() as i32),
        _ if kinds[2] == Operand::Near => i64::from(i.c as i16),
        _ => return None,
    };
    u32::try_from(at as i64 + 1 + op.caches() as i64 + distance).ok()
}

/// The operands of the instruction at a word, as text. `constant` shows a constant, `place` the word that a jump goes to.
pub fn operands(
    code: &Code,
    at: usize,
    constant: &mut dyn FnMut(usize) -> String,
    place: &mut dyn FnMut(u32) -> String,
) -> String {
    let i = Instr::of_word(code.words[at]);
    let Some(op) = Op::of(i.op) else { return String::new() };
    let extra = || code.words.get(at + 1).map_or(0, |word| *word as u32);
    let kinds = op.operands();
    let values = [i.a, i.b, i.c];
    let mut parts: Vec<String> = Vec::new();
    let target = jump_target(code, at).map_or("?".to_owned(), place);
    for (n, kind) in kinds.iter().enumerate() {
        let kill = if i.flags & [KILL_A, KILL_B, KILL_C][n] != 0 { "!" } else { "" };
        parts.push(match kind {
            Operand::None => continue,
            Operand::Write if n == 0 => continue,
            Operand::Row if n == 0 => continue,
            Operand::Read
                if matches!(op, Op::LoadLocal | Op::LoadLocalCallee | Op::Copy)
                    || (op == Op::StoreLocal && kill.is_empty()) =>
            {
                format!("copy {}", register(code, values[n]))
            }
            Operand::Read | Operand::Update | Operand::Write => format!("{}{kill}", register(code, values[n])),
            Operand::Row => format!("{}..!", register(code, values[n])),
            Operand::Count => format!("#{}", values[n]),
            Operand::Imm => (values[n] as i16).to_string(),
            Operand::Near | Operand::Far => format!("to {target}"),
            Operand::Name => match code.names.get(usize::from(values[n])) {
                Some(name) => format!(".{name}"),
                None => format!("name {}", values[n]),
            },
            Operand::Const => constant(i.wide() as usize),
        });
    }
    if i.flags & IF_FALSE != 0 {
        parts.push("if not".to_owned());
    }
    if i.flags & METHOD != 0 {
        parts.push("method".to_owned());
    }
    match op {
        Op::ForIter => parts.push(format!("end {target}")),
        Op::CallKw => parts.push(constant(extra() as usize)),
        Op::LoadClassCell => parts.push(register(code, extra() as u16)),
        Op::AddInt | Op::SubInt if extra() == 1 => parts.push("in place".to_owned()),
        _ => {}
    }
    if matches!(kinds[0], Operand::Write | Operand::Row) {
        let local = i.flags & DST_LOCAL != 0 || matches!(op, Op::StoreLocal | Op::ClearLocal);
        let row = if kinds[0] == Operand::Row && !local && op != Op::LoadSuper { ".." } else { "" };
        parts.push(format!("-> {}{row}", register(code, i.a)));
    }
    parts.join(" ")
}

fn constant(constant: &Const) -> String {
    let all = |items: &[Const]| items.iter().map(self::constant).collect::<Vec<_>>().join(", ");
    match constant {
        Const::None => "None".to_owned(),
        Const::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        Const::Ellipsis => "...".to_owned(),
        Const::Int(n) => n.to_string(),
        Const::BigInt { negative, hex } => format!("{}0x{hex}", if *negative { "-" } else { "" }),
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(re, im) => format!("({re:?}{im:+?}j)"),
        Const::Str(s) => format!("{s:?}"),
        Const::Surrogates(points) => format!("surrogates{points:x?}"),
        Const::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        Const::Tuple(items) => format!("({})", all(items)),
        Const::FrozenSet(items) => format!("{{{}}}", all(items)),
        Const::Slice(parts) => format!("slice({})", all(&**parts)),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}
