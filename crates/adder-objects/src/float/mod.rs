//! `float`.

mod arithmetic;
mod compare;
mod hex;
mod methods;
mod round;
mod text;

pub use arithmetic::{add, floor_div_rem, mul, power, sub, true_div};
pub use compare::{compare_with_int, hash_of};
pub use round::to_places;
pub use text::{parse, repr_text, shortest_digits};

pub(crate) use compare::hash_of_address;
pub(crate) use text::underscores_are_valid;

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `float`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyFloat_Type")]
pub static FLOAT_TYPE: TypeObject = TypeObject::builtin(&FLOAT_SPEC, &raw const FLOAT_TYPE);

static FLOAT_SPEC: Spec = Spec {
    flags: flag::BASE | flag::MATCH_SELF,
    size: size_of::<PyFloat>(),
    functions: functions::<PyFloat>(false, false),
    slots: {
        let mut slots = Slots {
            repr: slot(text::repr),
            hash: slot(compare::hash),
            compare: slot(compare::compare),
            new: slot(methods::new),
            negative: slot(negative),
            positive: slot(methods::exact),
            absolute: slot(absolute),
            bool: slot(is_true),
            int: slot(methods::trunc),
            float: slot(methods::exact),
            power: slot(arithmetic::pow_mod),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(add);
        slots.binary[number::SUB] = slot(sub);
        slots.binary[number::MUL] = slot(mul);
        slots.binary[number::TRUE_DIV] = slot(true_div);
        slots.binary[number::FLOOR_DIV] = slot(arithmetic::floor_div);
        slots.binary[number::MOD] = slot(arithmetic::modulo);
        slots.binary[number::DIVMOD] = slot(arithmetic::divmod);
        slots.binary[number::POW] = slot(arithmetic::pow);
        slots
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: Some("A floating-point number, from a number or from text."),
    ..Spec::new("float", &OBJECT_TYPE)
};

/// Layout of a float: 24 bytes.
#[repr(C)]
pub struct PyFloat {
    head: Head,
    /// Its value.
    pub value: f64,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyFloat {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &FLOAT_TYPE
    }
}

impl Cx {
    /// A float.
    ///
    /// # Errors
    /// MemoryError.
    #[inline(always)]
    pub fn float(&self, value: f64) -> R {
        Ok(self.alloc(PyFloat { head: unborn(), value })?.into_value())
    }
}

impl Value {
    /// The value of a float (a subclass's too).
    #[inline]
    pub fn as_float(&self) -> Option<f64> {
        self.downcast::<PyFloat>().map(|f| f.value)
    }
}

/// The value of what is a float.
fn value_of(this: &Value) -> f64 {
    // SAFETY: called for floats.
    unsafe { this.cast::<PyFloat>() }.value
}

/// The mantissa of a finite float that is not negative, and the power of two to scale it with.
pub fn parts(x: f64) -> (u64, i64) {
    let bits = x.to_bits();
    let (mantissa, raw) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7FF) as i64);
    if raw == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, raw - 1075) }
}

fn negative(cx: &Cx, this: &Value) -> R {
    cx.float(-value_of(this))
}

fn absolute(cx: &Cx, this: &Value) -> R {
    cx.float(value_of(this).abs())
}

fn is_true(_: &Cx, this: &Value) -> R<bool> {
    Ok(value_of(this) != 0.0)
}
