//! The module `_abc`: abstract base classes. What is native of it are the marks of mappings and sequences.

use adder_objects::typeobject::{Method, flag};
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

/// The marks by which patterns know mappings and sequences.
const COLLECTION: u64 = flag::SEQUENCE | flag::MAPPING;

static FUNCTIONS: &[Method] = &[
    Method::one("_collection_flags", |cx, _, class| cx.int((class_of(cx, class)?.flags() & COLLECTION) as i64)),
    Method::positional("_set_collection_flags", 2, 2, set_collection_flags),
];

pub(super) fn make(vm: &Vm) -> R {
    let module = crate::module::builtin(&vm.cx, "_abc", FUNCTIONS)?.into_value();
    support::in_python(vm, "_abc", &module, &["_builtin/_abc.py"])?;
    Ok(module)
}

fn class_of<'a>(cx: &Cx, value: &'a Value) -> R<&'a TypeObject> {
    match value.downcast::<TypeObject>() {
        Some(class) => Ok(class),
        None => raise!(cx, exc::TYPE_ERROR, "a class is needed, not '{}'", value.ty().name()),
    }
}

/// Marks a class; false for a built-in type, which cannot be changed.
fn set_collection_flags(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (class, flags) = (class_of(cx, &args[0])?, support::int(cx, &args[1])? as u64 & COLLECTION);
    if flags == COLLECTION {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
        );
    }
    if !class.is_heap() {
        return Ok(Value::bool(false));
    }
    if flags != 0 {
        class.c.tp_flags.set(class.flags() & !COLLECTION | flags);
    }
    Ok(Value::bool(true))
}
