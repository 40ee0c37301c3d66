//! `Py_GetConstant`: objects that there is one of.

use core::ffi::c_uint;

use adder_objects::singletons::{ELLIPSIS, NONE, NOT_IMPLEMENTED};
use adder_objects::{Cx, R, Value};

use crate::border::{Borrowed, Lent, bad_call};
use crate::contract::api;

/// The constant of a number (`Py_CONSTANT_NONE` and so on).
fn constant(cx: &Cx, number: c_uint) -> R {
    Ok(match number {
        0 => NONE.value(),
        1 => Value::bool(false),
        2 => Value::bool(true),
        3 => ELLIPSIS.value(),
        4 => NOT_IMPLEMENTED.value(),
        5 => Value::small(0),
        6 => Value::small(1),
        7 => cx.intern("")?,
        8 => cx.bytes(b"")?.into_value(),
        9 => cx.empty_tuple()?.into_value(),
        _ => return Err(bad_call(cx, "Py_GetConstant")),
    })
}

/// The same as what the interpreter keeps.
fn kept(cx: &Cx, number: c_uint) -> R {
    let constants = &crate::state::of(cx).constants;
    let known = constants.borrow().get(number as usize).cloned().flatten();
    if let Some(known) = known {
        return Ok(known);
    }
    let made = constant(cx, number)?.boxed(cx)?;
    let mut constants = constants.borrow_mut();
    if constants.len() <= number as usize {
        constants.resize(number as usize + 1, None);
    }
    constants[number as usize] = Some(made.clone());
    Ok(made)
}

api! {
    /// A constant, by its number.
    quiet fn Py_GetConstant(cx, number: c_uint) -> Value {
        kept(cx, number)
    }

    /// The same, which the interpreter goes on owning.
    quiet fn Py_GetConstantBorrowed(cx, number: c_uint) -> Lent {
        Ok(Lent::of(&kept(cx, number)?))
    }

    /// `origin[args]` as a generic type.
    runs fn Py_GenericAlias(cx, origin: Borrowed, args: Borrowed) -> Value {
        adder_objects::generic_alias::of(cx, &origin, &args)
    }
}
