//! Attributes of code objects.

use adder_compiler::code::{LocalKind, Position};
use adder_objects::bytes::PyBytes;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{CompareOp, GetSet, Method};
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

use crate::code::PyCode;

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
];

/// The words as bytes, as they were compiled.
fn code_bytes(cx: &Cx, this: &Value) -> R {
    let bytes: Vec<u8> = it(this).code.words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let made: adder_objects::Obj<PyBytes> = cx.bytes(&bytes)?;
    Ok(made.into_value())
}

fn number(n: u32) -> Value {
    if n == 0 { Value::none() } else { Value::small(i64::from(n)) }
}

/// For each word its lines and columns.
fn positions(cx: &Cx, this: &Value) -> R {
    let code = &it(this).code;
    let mut all = Vec::new();
    for word in 0..code.words.len() {
        let at = code.position_at(word as u32);
        let columns = match at.line {
            0 => [Value::none(), Value::none()],
            _ => [Value::small(i64::from(at.column)), Value::small(i64::from(at.end_column))],
        };
        let [column, end_column] = columns;
        let row = [number(at.line), number(at.end_line), column, end_column];
        all.push(cx.tuple(row)?.into_value());
    }
    cx.iter(cx.list(all)?.as_value())
}

/// Runs of words with the same line, in CPython's units of two bytes an instruction.
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
        let row = [Value::small(i64::from(*start) * 2), Value::small(i64::from(stop) * 2), number(line(position))];
        all.push(cx.tuple(row)?.into_value());
        at = end;
    }
    cx.iter(cx.list(all)?.as_value())
}

/// Another code object with some attributes changed: names, first line, file, constants, flags.
fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "replace() takes 0 positional arguments but {} were given",
            args.given().len()
        );
    }
    let mut code = (*it(this).code).clone();
    let mut constants = None;
    for (name, value) in args.keywords() {
        let name = cx.display(name)?;
        match name.as_str() {
            "co_name" => code.name = cx.display(value)?.into(),
            "co_qualname" => code.qualname = cx.display(value)?.into(),
            "co_filename" => code.filename = cx.display(value)?.into(),
            "co_firstlineno" => code.first_line = cx.index_to_isize(value, None)? as u32,
            "co_flags" => code.flags = cx.index_to_isize(value, None)? as u32,
            "co_consts" => constants = Some(value.clone()),
            _ => return raise!(cx, exc::VALUE_ERROR, "{name} of a code object of Adder cannot be replaced"),
        }
    }
    let made =
        crate::code::code_object_with(cx, &code.into(), constants.as_ref().and_then(Value::downcast::<PyTuple>))?;
    Ok(made.into_value())
}

pub(crate) const METHODS: &[Method] = &[
    Method::none("co_positions", positions),
    Method::none("co_lines", lines),
    Method::any("replace", replace),
    Method::any("__replace__", replace),
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
        && x.words == y.words
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
