//! Exception classes of built-in modules, made when their module is loaded: one of each for an interpreter.

use core::fmt::Arguments;

use adder_objects::dict::PyDict;
use adder_objects::typeobject::TYPE_TYPE;
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc};

use crate::vm::Vm;

/// The class of this full name (`struct.error`): made on first use.
pub(super) fn class(cx: &Cx, full_name: &'static str, base: &'static TypeObject) -> R {
    let slot = &Vm::of(cx).state.exception_classes;
    if slot.is_unset() {
        slot.set(cx.dict()?.into_value());
    }
    let held = slot.get();
    let Some(known) = held.downcast::<PyDict>() else { return Ok(Value::none()) };
    if let Some(class) = known.get_text(cx, full_name)? {
        return Ok(class);
    }
    let (module, name) = full_name.rsplit_once('.').unwrap_or(("builtins", full_name));
    let namespace = cx.dict()?;
    namespace.set_text(cx, "__module__", cx.str_value(module)?)?;
    let bases = cx.tuple([base.value()])?.into_value();
    let class = cx.call(&TYPE_TYPE.value(), &[cx.str_value(name)?, bases, namespace.into_value()])?;
    known.set_text(cx, full_name, class.clone())?;
    Ok(class)
}

/// An exception of such a class with a message.
#[cold]
pub(super) fn error(cx: &Cx, full_name: &'static str, base: &'static TypeObject, message: Arguments<'_>) -> Raised {
    match cx.str_from_fmt(message) {
        Ok(text) => error_of(cx, full_name, base, &[text.into_value()]),
        Err(raised) => raised,
    }
}

/// An exception of such a class with these arguments.
#[cold]
pub(super) fn error_of(cx: &Cx, full_name: &'static str, base: &'static TypeObject, args: &[Value]) -> Raised {
    let made = class(cx, full_name, base).and_then(|class| cx.call(&class, args));
    match made {
        Ok(exception) if exception.is_instance(&exc::BASE_EXCEPTION) => Raised::new(exception),
        Ok(_) => cx.error_of(base, args),
        Err(raised) => raised,
    }
}
