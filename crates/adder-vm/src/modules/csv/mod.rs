//! The module `_csv`: lines of separated fields.

mod dialect;
mod reader;
mod writer;

use core::cell::Cell;

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::{OptionalSlot, exception_classes, support};
use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&dialect::DIALECT_TYPE, &reader::READER_TYPE, &writer::WRITER_TYPE];

/// What the module keeps for an interpreter.
pub(crate) struct State {
    /// Dialects by name: a dict, once the module is loaded.
    pub(super) dialects: OptionalSlot,
    /// Characters that a field may have.
    field_limit: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State { dialects: OptionalSlot::default(), field_limit: Cell::new(128 << 10) }
    }
}

const QUOTE_ALL: i64 = 1;
const QUOTE_NONNUMERIC: i64 = 2;
const QUOTE_NONE: i64 = 3;
const QUOTE_STRINGS: i64 = 4;
const QUOTE_NOTNULL: i64 = 5;

static FUNCTIONS: &[Method] = &[
    Method::any("reader", reader::make),
    Method::any("writer", writer::make),
    Method::any("register_dialect", register),
    Method::one("unregister_dialect", unregister).doc("($module, /, name)", "Forgets a dialect."),
    Method::one("get_dialect", |cx, _, name| registered(cx, name)).doc("($module, /, name)", "The dialect of a name."),
    Method::none("list_dialects", |cx, _| Ok(cx.list_of(dialects(cx)?.as_value())?.into_value()))
        .doc("($module, /)", "The names of all dialects."),
    Method::any("field_size_limit", field_size_limit)
        .doc("($module, /, new_limit=<unrepresentable>)", "How many characters a field may have; sets it, too."),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_csv", FUNCTIONS)?.into_value();
    vm.state.csv.dialects.set(cx.dict()?.into_value());
    let numbers = [
        ("QUOTE_MINIMAL", 0),
        ("QUOTE_ALL", QUOTE_ALL),
        ("QUOTE_NONNUMERIC", QUOTE_NONNUMERIC),
        ("QUOTE_NONE", QUOTE_NONE),
        ("QUOTE_STRINGS", QUOTE_STRINGS),
        ("QUOTE_NOTNULL", QUOTE_NOTNULL),
    ];
    support::constants(cx, &module, &numbers)?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "_dialects", vm.state.csv.dialects.get())?;
        dict.set_text(cx, "Dialect", dialect::DIALECT_TYPE.value())?;
        dict.set_text(cx, "Reader", reader::READER_TYPE.value())?;
        dict.set_text(cx, "Writer", writer::WRITER_TYPE.value())?;
        dict.set_text(cx, "Error", exception_classes::class(cx, "_csv.Error", &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

/// `_csv.Error`
#[cold]
fn error<T>(cx: &Cx, message: core::fmt::Arguments<'_>) -> R<T> {
    Err(exception_classes::error(cx, "_csv.Error", &exc::EXCEPTION, message))
}

fn dialects(cx: &Cx) -> R<Obj<PyDict>> {
    match Vm::of(cx).state.csv.dialects.get().try_into_obj() {
        Ok(dict) => Ok(dict),
        Err(_) => cx.dict(),
    }
}

/// The dialect that was registered under a name.
fn registered(cx: &Cx, name: &Value) -> R {
    match dialects(cx)?.get(cx, name)? {
        Some(dialect) => Ok(dialect),
        None => error(cx, format_args!("unknown dialect")),
    }
}

fn register(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    adder_objects::args::check_count(cx, "", args.given().len(), 1, 2)?;
    let name = &args.given()[0];
    if name.downcast::<PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "dialect name must be a string");
    }
    let dialect = dialect::of_arguments(cx, args.rest())?;
    dialects(cx)?.set(cx, name, dialect)?;
    Ok(Value::none())
}

fn unregister(cx: &Cx, _: &Value, name: &Value) -> R {
    match dialects(cx)?.remove(cx, name)? {
        Some(_) => Ok(Value::none()),
        None => error(cx, format_args!("unknown dialect")),
    }
}

fn field_size_limit(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.values();
    if given.len() > 1 {
        return raise!(cx, exc::TYPE_ERROR, "field_size_limit() takes at most 1 argument ({} given)", given.len());
    }
    let limit = &Vm::of(cx).state.csv.field_limit;
    let old = limit.get();
    if let Some(new) = given.first() {
        if !new.is_int() {
            return raise!(cx, exc::TYPE_ERROR, "limit must be an integer");
        }
        let Some(new) = new.as_i64() else {
            return raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long");
        };
        limit.set(new);
    }
    cx.int(old)
}

fn field_limit(cx: &Cx) -> i64 {
    Vm::of(cx).state.csv.field_limit.get()
}
