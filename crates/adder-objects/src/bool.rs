//! `bool`: two static ints.

use adder_gc::raw::Head;

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::int::{INT_TYPE, PyLong};
use crate::object::functions;
use crate::typeobject::{Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `bool`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyBool_Type")]
pub static BOOL_TYPE: TypeObject = TypeObject::builtin(&BOOL_SPEC, &raw const BOOL_TYPE);

static BOOL_SPEC: Spec = Spec {
    flags: flag::INT,
    size: size_of::<PyLong>(),
    item_size: 8,
    functions: functions::<PyLong>(false, false),
    slots: {
        let mut slots =
            Slots { repr: slot(repr), new: slot(new), bool: slot(is_true), invert: slot(invert), ..Slots::NONE };
        slots.binary[number::AND] = slot(and);
        slots.binary[number::OR] = slot(or);
        slots.binary[number::XOR] = slot(xor);
        slots
    },
    doc: Some("True or False; bool(x) says which one x counts as."),
    ..Spec::new("bool", &INT_TYPE)
};

/// A static int object with one digit behind it.
#[repr(C, align(16))]
pub struct StaticBool {
    int: PyLong,
    digit: u64,
}

const fn static_bool(value: bool) -> StaticBool {
    // SAFETY: the type is a static; the object is an int of one digit (or none, for zero).
    let head = unsafe { Head::immortal(&raw const BOOL_TYPE.shape.info) };
    StaticBool { int: PyLong::with_head(head, value as usize, false), digit: value as u64 }
}

/// `False`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_Py_FalseStruct")]
pub static FALSE: StaticBool = static_bool(false);
/// `True`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_Py_TrueStruct")]
pub static TRUE: StaticBool = static_bool(true);

impl Value {
    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(value: bool) -> Value {
        Value::from_static(&(if value { &TRUE } else { &FALSE }).int)
    }

    /// The truth value of `True` and `False`; `None` for everything else.
    #[inline(always)]
    pub fn as_bool(&self) -> Option<bool> {
        if self.is_static(&TRUE) {
            Some(true)
        } else if self.is_static(&FALSE) {
            Some(false)
        } else {
            None
        }
    }
}

impl StaticBool {
    /// Its one digit.
    pub const fn digit(&self) -> u64 {
        self.digit
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    cx.intern(if this.is_static(&TRUE) { "True" } else { "False" })
}

fn is_true(_: &Cx, this: &Value) -> R<bool> {
    Ok(this.is_static(&TRUE))
}

fn invert(cx: &Cx, this: &Value) -> R {
    let message = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
                   inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
                   'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.";
    cx.warn(&crate::exceptions::DEPRECATION_WARNING, message, 1)?;
    Ok(Value::small(if this.is_static(&TRUE) { -2 } else { -1 }))
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    match args.between(cx, "bool", 0, 1)? {
        [] => Ok(Value::bool(false)),
        [x, ..] => Ok(Value::bool(cx.is_true(x)?)),
    }
}

macro_rules! logic {
    ($name:ident $number:ident $op:tt) => {
        fn $name(cx: &Cx, a: &Value, b: &Value) -> R {
            match (a.as_bool(), b.as_bool()) {
                (Some(a), Some(b)) => Ok(Value::bool(a $op b)),
                _ => crate::int::binary(cx, number::$number, a, b),
            }
        }
    };
}

logic!(and AND &);
logic!(or OR |);
logic!(xor XOR ^);
