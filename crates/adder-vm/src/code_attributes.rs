//! Attributes of code objects.

use adder_compiler::code::{LocalKind, NO_COLUMN, Position, WORD_BYTES};
use adder_compiler::disassemble::jump_target;
use adder_compiler::op::{Instr, Op};
use adder_compiler::tables;
use adder_objects::typeobject::{CompareOp, GetSet, Method};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::vm::Vm;

fn it(this: &Value) -> &PyCode {
    // SAFETY: called for code objects.
    unsafe { this.cast::<PyCode>() }
}

fn small(n: usize) -> R {
    Ok(Value::small(n as i64))
}

fn names(cx: &Cx, this: &Value, wanted: impl Fn(&adder_compiler::code::Local) -> bool) -> R {
    let code = it(this);
    let names = code.local_names.iter().zip(&code.code.locals).filter(|(_, local)| wanted(local));
    Ok(cx.tuple(names.map(|(name, _)| name.clone()).collect::<Vec<_>>())?.into_value())
}

pub(crate) const GETSET: &[GetSet] = &[
    GetSet::get("co_name", |_, this| Ok(it(this).name.clone())),
    GetSet::get("co_qualname", |_, this| Ok(it(this).qualname.clone())),
    GetSet::get("co_filename", |_, this| Ok(it(this).filename.clone())),
    GetSet::get("co_firstlineno", |_, this| small(it(this).code.first_line as usize)),
    GetSet::get("co_argcount", |_, this| small(it(this).arg_count)),
    GetSet::get("co_posonlyargcount", |_, this| small(usize::from(it(this).code.positional_only))),
    GetSet::get("co_kwonlyargcount", |_, this| small(usize::from(it(this).code.keyword_only))),
    GetSet::get("co_nlocals", |_, this| small(it(this).code.locals.iter().filter(|local| local.in_varnames).count())),
    GetSet::get("co_stacksize", |_, this| small(it(this).registers - it(this).locals)),
    GetSet::get("co_flags", |_, this| Ok(Value::small(i64::from(it(this).flags)))),
    GetSet::get("co_consts", |cx, this| Ok(cx.tuple(it(this).constants.to_vec())?.into_value())),
    GetSet::get("co_names", |cx, this| Ok(cx.tuple(it(this).names.to_vec())?.into_value())),
    GetSet::get("co_varnames", |cx, this| names(cx, this, |local| local.in_varnames)),
    GetSet::get("co_cellvars", |cx, this| names(cx, this, |local| local.kind == LocalKind::Cell)),
    GetSet::get("co_freevars", |cx, this| names(cx, this, |local| local.kind == LocalKind::Free)),
    GetSet::get("co_code", code_bytes),
    GetSet::get("_co_code_adaptive", code_bytes),
    GetSet::get("co_linetable", |cx, this| Ok(cx.bytes(&tables::line_table(&it(this).code))?.into_value())),
    GetSet::get("co_exceptiontable", |cx, this| Ok(cx.bytes(&tables::exception_table(&it(this).code))?.into_value())),
];

/// The words as bytes, as they were compiled.
fn code_bytes(cx: &Cx, this: &Value) -> R {
    Ok(cx.bytes(&crate::code_parts::instructions(&it(this).code))?.into_value())
}

fn number(n: u32) -> Value {
    if n == 0 { Value::none() } else { Value::small(i64::from(n)) }
}

/// For each two bytes of the code its lines and columns.
fn positions(cx: &Cx, this: &Value) -> R {
    let code = &it(this).code;
    let only_lines = Vm::of(cx).options.no_debug_ranges;
    let mut all = Vec::new();
    for (at, (start, position)) in code.positions.iter().enumerate() {
        let none = position.line == 0 || only_lines;
        let column = |n: u32| if none || n == NO_COLUMN { Value::none() } else { Value::small(n.into()) };
        let lines = [number(position.line), if only_lines { Value::none() } else { number(position.end_line) }];
        let [line, end_line] = lines;
        let row = cx.tuple([line, end_line, column(position.column), column(position.end_column)])?.into_value();
        let stop = code.positions.get(at + 1).map_or(code.words.len() as u32, |next| next.0);
        let units = (stop - start) * WORD_BYTES / 2;
        all.extend(core::iter::repeat_n(row, units as usize));
    }
    cx.iter(cx.list(all)?.as_value())
}

/// For each instruction that jumps or not: its offset, where it goes on, where it jumps to.
fn branches(cx: &Cx, this: &Value) -> R {
    let code = &it(this).code;
    let offset = |word: u32| Value::small(i64::from(word * WORD_BYTES));
    let mut all = Vec::new();
    for word in crate::code_parts::starts(&code.words) {
        let Some(op) = Op::of(Instr::of_word(code.words[word as usize]).op) else { continue };
        if let Some(target) = jump_target(code, word as usize).filter(|_| !matches!(op, Op::Jump | Op::JumpBack)) {
            let next = word + 1 + op.caches() as u32;
            all.push(cx.tuple([offset(word), offset(next), offset(target)])?.into_value());
        }
    }
    cx.iter(cx.list(all)?.as_value())
}

/// The name of the local in a register.
fn register_name(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let n = cx.index_to_isize(&args[0], Some(&exc::OVERFLOW_ERROR))?;
    match usize::try_from(n).ok().and_then(|n| it(this).local_names.get(n)) {
        Some(name) => Ok(name.clone()),
        None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
    }
}

/// Runs of words with the same line, as offsets in the code.
fn lines(cx: &Cx, this: &Value) -> R {
    let code = &it(this).code;
    let line = |p: &Position| p.line;
    let mut all = Vec::new();
    let mut at = 0;
    while at < code.positions.len() {
        let (start, position) = &code.positions[at];
        let mut end = at + 1;
        while end < code.positions.len() && line(&code.positions[end].1) == line(position) {
            end += 1;
        }
        let stop = code.positions.get(end).map_or(code.words.len() as u32, |(word, _)| *word);
        let offset = |word: u32| Value::small(i64::from(word * WORD_BYTES));
        let row = [offset(*start), offset(stop), number(line(position))];
        all.push(cx.tuple(row)?.into_value());
        at = end;
    }
    cx.iter(cx.list(all)?.as_value())
}

pub(crate) const METHODS: &[Method] = &[
    Method::none("co_positions", positions),
    Method::none("co_lines", lines),
    Method::none("co_branches", branches),
    Method::positional("_varname_from_oparg", 1, 1, register_name),
    Method::any("replace", crate::code_parts::replace),
    Method::any("__replace__", crate::code_parts::replace),
];

pub(crate) fn repr(cx: &Cx, this: &Value) -> R {
    let code = it(this);
    let (name, file) = (cx.display(&code.name)?, cx.display(&code.filename)?);
    let (at, line) = (this.bits(), code.code.first_line);
    Ok(cx.str_from_fmt(format_args!("<code object {name} at {at:#x}, file \"{file}\", line {line}>"))?.into_value())
}

/// Equal: the same instructions with the same constants and names.
fn equal(cx: &Cx, a: &PyCode, b: &PyCode) -> R<bool> {
    let (x, y) = (&a.code, &b.code);
    let plain = x.name == y.name
        && x.first_line == y.first_line
        && x.flags == y.flags
        && (x.arg_count, x.positional_only, x.keyword_only) == (y.arg_count, y.positional_only, y.keyword_only)
        && (x.words == y.words && x.handlers == y.handlers && x.registers == y.registers)
        && x.names == y.names
        && x.locals == y.locals
        && x.positions == y.positions
        && a.constants.len() == b.constants.len();
    if !plain {
        return Ok(false);
    }
    for (p, q) in a.constants.iter().zip(&b.constants) {
        if !core::ptr::eq(p.ty(), q.ty()) || !cx.equals(p, q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    match (a.downcast::<PyCode>(), b.downcast::<PyCode>(), op) {
        (Some(a), Some(b), CompareOp::Eq) => equal(cx, a, b).map(Value::bool),
        (Some(a), Some(b), CompareOp::Ne) => equal(cx, a, b).map(|same| Value::bool(!same)),
        _ => Ok(Value::not_implemented()),
    }
}

pub(crate) fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let code = it(this);
    Ok(cx.hash(&code.name)? ^ i64::from(code.code.first_line) ^ (code.code.words.len() as i64) << 20)
}
