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
        let operands = operands(code, at, instr, op);
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

fn register(code: &Code, register: u16) -> String {
    match code.locals.get(usize::from(register)) {
        Some(local) => local.name.to_string(),
        None => format!("t{}", usize::from(register) - code.locals.len()),
    }
}

fn operands(code: &Code, at: usize, i: Instr, op: Op) -> String {
    let kinds = op.operands();
    let values = [i.a, i.b, i.c];
    let mut parts: Vec<String> = Vec::new();
    let end = at as i64 + 1 + op.caches() as i64;
    for (n, kind) in kinds.iter().enumerate() {
        let kill = if i.flags & [KILL_A, KILL_B, KILL_C][n] != 0 { "!" } else { "" };
        parts.push(match kind {
            Operand::None => continue,
            Operand::Write if n == 0 => continue,
            Operand::Row if n == 0 => continue,
            Operand::Read if matches!(op, Op::LoadLocal | Op::Copy) || (op == Op::StoreLocal && kill.is_empty()) => {
                format!("copy {}", register(code, values[n]))
            }
            Operand::Read | Operand::Update | Operand::Write => format!("{}{kill}", register(code, values[n])),
            Operand::Row => format!("{}..!", register(code, values[n])),
            Operand::Count => format!("#{}", values[n]),
            Operand::Imm => (values[n] as i16).to_string(),
            Operand::Near => format!("to {}", end + i64::from(values[n] as i16)),
            Operand::Far => format!("to {}", end + i64::from(i.wide() as i32)),
            Operand::Name => code.names.get(usize::from(values[n])).map_or("?".into(), |name| format!(".{name}")),
            Operand::Const => code.constants.get(i.wide() as usize).map_or("?".into(), constant),
        });
    }
    if i.flags & IF_FALSE != 0 {
        parts.push("if not".to_owned());
    }
    if i.flags & METHOD != 0 {
        parts.push("method".to_owned());
    }
    match op {
        Op::ForIter => parts.push(format!("end {}", end + i64::from(code.words[at + 1] as u32 as i32))),
        Op::CallKw => {
            let names = code.constants.get(code.words[at + 1] as usize).map_or("?".into(), constant);
            parts.push(names);
        }
        Op::LoadClassCell => parts.push(register(code, code.words[at + 1] as u16)),
        Op::AddInt | Op::SubInt if code.words[at + 1] == 1 => parts.push("in place".to_owned()),
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
