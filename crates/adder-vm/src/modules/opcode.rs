//! The module `_opcode`: the instructions of this machine, for `opcode` and `dis`. Its face is written in Python.

use adder_compiler::Code;
use adder_compiler::code::WORD_BYTES;
use adder_compiler::disassemble::{jump_target, operands, register};
use adder_compiler::op::{Instr, Op, Operand};
use adder_objects::dict::PyDict;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value};

use super::support;
use crate::code::PyCode;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::none("_table", |cx, _| table(cx)),
    Method::positional("_decode", 2, 2, decode),
    Method::one("_handlers", handlers),
];

pub(super) fn make(vm: &Vm) -> R {
    let module = crate::module::builtin(&vm.cx, "_opcode", FUNCTIONS)?.into_value();
    support::constants(&vm.cx, &module, &[("_WORD", WORD_BYTES.into()), ("_FINGERPRINT", fingerprint().into())])?;
    support::in_python(vm, "_opcode", &module, &["_builtin/_opcode.py"])?;
    Ok(module)
}

/// `LoadAttr` in Python's spelling: `LOAD_ATTR`.
fn spelled(name: &str) -> String {
    let mut spelled = String::new();
    let mut rest = name;
    let mut chars = name.chars();
    if chars.next() == Some('I') && chars.next().is_some_and(char::is_uppercase) {
        spelled.push_str("INPLACE_");
        rest = &name[1..];
    }
    let mut lower = false;
    for c in rest.chars() {
        if c.is_uppercase() && lower {
            spelled.push('_');
        }
        lower = c.is_lowercase();
        spelled.push(c.to_ascii_uppercase());
    }
    spelled
}

fn kind(operand: Operand) -> char {
    match operand {
        Operand::None => '-',
        Operand::Read => 'r',
        Operand::Write => 'w',
        Operand::Update => 'u',
        Operand::Row => 'R',
        Operand::Count => '#',
        Operand::Imm => 'i',
        Operand::Near => 'n',
        Operand::Far => 'f',
        Operand::Name => 'N',
        Operand::Const => 'K',
    }
}

fn kinds(op: Op) -> String {
    op.operands().map(kind).iter().collect()
}

/// A number that differs where the instructions differ: code that is stored carries it.
fn fingerprint() -> u32 {
    let text = Op::ALL.iter().map(|op| format!("{}{}{} ", op.name(), op.caches(), kinds(*op))).collect::<String>();
    text.bytes().fold(0x811C_9DC5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Of each instruction, in the order of their numbers: its name, the words behind it, its operands.
fn table(cx: &Cx) -> R {
    let mut rows = Vec::new();
    for op in Op::ALL {
        let row = [cx.str_value(&spelled(op.name()))?, Value::small(op.caches() as i64), cx.str_value(&kinds(*op))?];
        rows.push(cx.tuple(row)?.into_value());
    }
    Ok(cx.list(rows)?.into_value())
}

/// The instructions of a code object, or of bytes: offset, number, operands, flags, the word behind, where it jumps, its operands as
/// text. Of the second argument, a dict, the text has the names of the offsets that it jumps to.
fn decode(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let from_bytes;
    let (code, constants): (&Code, &[Value]) = match args[0].downcast::<PyCode>() {
        Some(it) => (&it.code, &it.constants),
        None => {
            let bytes = support::contents(cx, &args[0])?;
            let words = bytes.chunks_exact(WORD_BYTES as usize);
            let words = words.map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default())).collect();
            from_bytes = Code { words, ..Code::default() };
            (&from_bytes, &[])
        }
    };
    let labels = args[1].downcast::<PyDict>();
    let offset = |word: u32| i64::from(word) * i64::from(WORD_BYTES);
    let mut rows = Vec::new();
    for word in crate::code_parts::starts(&code.words) {
        let at = word as usize;
        let i = Instr::of_word(code.words[at]);
        let mut failed = None;
        let text = operands(
            code,
            at,
            &mut |n| match constants.get(n).map(|constant| cx.repr(constant)) {
                Some(Ok(text)) => text.to_lossy().into_owned(),
                Some(Err(error)) => {
                    failed = Some(error);
                    String::new()
                }
                None => format!("constant {n}"),
            },
            &mut |to| match labels.and_then(|labels| labels.get(cx, &Value::small(offset(to))).ok().flatten()) {
                Some(label) => cx.display(&label).unwrap_or_default(),
                None => offset(to).to_string(),
            },
        );
        if let Some(error) = failed {
            return Err(error);
        }
        let extra = if Op::of(i.op).is_some_and(|op| op.caches() > 0) { code.words.get(at + 1) } else { None };
        let row = [
            Value::small(offset(word)),
            Value::small(i.op.into()),
            cx.tuple([i.a, i.b, i.c].map(|operand| Value::small(operand.into())))?.into_value(),
            Value::small(i.flags.into()),
            Value::small(extra.map_or(0, |word| i64::from(*word as u32))),
            jump_target(code, at).map_or(Value::none(), |to| Value::small(offset(to))),
            cx.str_value(&text)?,
        ];
        rows.push(cx.tuple(row)?.into_value());
    }
    Ok(cx.list(rows)?.into_value())
}

/// The handlers of a code object, the innermost first: start, end and target as offsets, the temporary that gets the exception,
/// and those that stay.
fn handlers(cx: &Cx, _: &Value, code: &Value) -> R {
    let Some(it) = code.downcast::<PyCode>() else { return Ok(cx.list([])?.into_value()) };
    let code = &*it.code;
    let mut rows = Vec::new();
    for handler in &code.handlers {
        let [start, end, target] =
            [handler.start, handler.end, handler.target].map(|word| Value::small(i64::from(word * WORD_BYTES)));
        let keep = handler.keep.iter().map(|t| cx.str_value(&register(code, *t))).collect::<R<Vec<Value>>>()?;
        let exception = cx.str_value(&register(code, handler.exception))?;
        rows.push(cx.tuple([start, end, target, exception, cx.tuple(keep)?.into_value()])?.into_value());
    }
    Ok(cx.list(rows)?.into_value())
}
