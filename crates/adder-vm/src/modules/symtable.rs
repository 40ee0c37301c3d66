//! The module `_symtable`: the scopes of a source text. The class of its tables is written in Python.

use adder_compiler::{Mode, Table, TableKind, symbol};
use adder_objects::exceptions as exc;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, raise};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[Method::positional("_scopes", 3, 3, scopes)];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_symtable", FUNCTIONS)?.into_value();
    support::constants(
        cx,
        &module,
        &[
            ("USE", symbol::USE.into()),
            ("DEF_GLOBAL", symbol::GLOBAL.into()),
            ("DEF_NONLOCAL", symbol::NONLOCAL.into()),
            ("DEF_LOCAL", symbol::LOCAL.into()),
            ("DEF_PARAM", symbol::PARAM.into()),
            ("DEF_TYPE_PARAM", symbol::TYPE_PARAM.into()),
            ("DEF_FREE_CLASS", symbol::FREE_CLASS.into()),
            ("DEF_IMPORT", symbol::IMPORT.into()),
            ("DEF_BOUND", symbol::BOUND.into()),
            ("DEF_ANNOT", symbol::ANNOT.into()),
            ("DEF_COMP_ITER", symbol::COMP_ITER.into()),
            ("DEF_COMP_CELL", symbol::COMP_CELL.into()),
            ("TYPE_FUNCTION", TableKind::Function as i64),
            ("TYPE_CLASS", TableKind::Class as i64),
            ("TYPE_MODULE", TableKind::Module as i64),
            ("TYPE_ANNOTATION", TableKind::Annotation as i64),
            ("TYPE_TYPE_ALIAS", TableKind::TypeAlias as i64),
            ("TYPE_TYPE_PARAMETERS", TableKind::TypeParameters as i64),
            ("TYPE_TYPE_VARIABLE", TableKind::TypeVariable as i64),
            ("LOCAL", symbol::SCOPE_LOCAL.into()),
            ("GLOBAL_EXPLICIT", symbol::SCOPE_GLOBAL_EXPLICIT.into()),
            ("GLOBAL_IMPLICIT", symbol::SCOPE_GLOBAL_IMPLICIT.into()),
            ("FREE", symbol::SCOPE_FREE.into()),
            ("CELL", symbol::SCOPE_CELL.into()),
            ("SCOPE_OFF", symbol::SCOPE_OFF.into()),
            ("SCOPE_MASK", symbol::SCOPE_MASK.into()),
        ],
    )?;
    support::in_python(vm, "_symtable", &module, &["_builtin/_symtable.py"])?;
    Ok(module)
}

/// The scopes of a text as tuples: name, type, line, nested, names with flags, parameters, scopes inside.
fn scopes(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let filename = super::builtins_compile::file_name(cx, &args[1])?;
    let text = super::builtins_compile::source_text(cx, &args[0], "symtable", "string or bytes object", &filename)?;
    let mode = match cx.display(&args[2])?.as_str() {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return raise!(cx, exc::VALUE_ERROR, "symtable() arg 3 must be 'exec' or 'eval' or 'single'"),
    };
    match adder_compiler::symbol_table(&text, mode) {
        Ok(table) => tuple(cx, &table),
        Err(error) => Err(crate::report::syntax_error(cx, &error, &filename)),
    }
}

fn tuple(cx: &Cx, table: &Table) -> R {
    cx.check_stack()?;
    let symbols = cx.dict()?;
    for (name, flags) in &table.symbols {
        symbols.set_text(cx, name, Value::small(i64::from(*flags)))?;
    }
    let parameters = table.parameters.iter().map(|name| cx.intern(name)).collect::<R<Vec<Value>>>()?;
    let children = table.children.iter().map(|child| tuple(cx, child)).collect::<R<Vec<Value>>>()?;
    let parts = [
        cx.intern(&table.name)?,
        Value::small(table.kind as i64),
        Value::small(i64::from(table.line)),
        Value::small(i64::from(table.nested)),
        symbols.into_value(),
        cx.list(parameters)?.into_value(),
        cx.list(children)?.into_value(),
    ];
    Ok(cx.tuple(parts)?.into_value())
}
