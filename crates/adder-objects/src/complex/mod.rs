//! `complex`.

mod arithmetic;
mod methods;
mod text;

pub use arithmetic::{Complex, power_of_reals};
pub use text::{parse, repr_text};

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::float::{compare_with_int, hash_of, hash_of_address};
use crate::int::Int;
use crate::object::{Layout, functions, unborn};
use crate::typeobject::{CompareOp, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `complex`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyComplex_Type")]
pub static COMPLEX_TYPE: TypeObject = TypeObject::builtin(&COMPLEX_SPEC, &raw const COMPLEX_TYPE);

static COMPLEX_SPEC: Spec = Spec {
    flags: flag::BASE,
    size: size_of::<PyComplex>(),
    functions: functions::<PyComplex>(false, false),
    slots: {
        let mut slots = Slots {
            repr: slot(repr),
            hash: slot(hash),
            compare: slot(compare),
            new: slot(methods::new),
            negative: slot(negative),
            positive: slot(methods::exact),
            absolute: slot(absolute),
            bool: slot(is_true),
            power: slot(arithmetic::pow_mod),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(arithmetic::add);
        slots.binary[number::SUB] = slot(arithmetic::sub);
        slots.binary[number::MUL] = slot(arithmetic::mul);
        slots.binary[number::TRUE_DIV] = slot(arithmetic::true_div);
        slots.binary[number::POW] = slot(arithmetic::pow);
        slots
    },
    methods: methods::METHODS,
    members: methods::MEMBERS,
    doc: Some("A complex number from its real and imaginary parts, or from text."),
    ..Spec::new("complex", &OBJECT_TYPE)
};

/// Layout of a complex number (C's `PyComplexObject`).
#[repr(C)]
pub struct PyComplex {
    head: Head,
    /// Its value.
    pub value: Complex,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyComplex {
    fn ty() -> &'static TypeObject {
        &COMPLEX_TYPE
    }
}

impl Cx {
    /// A complex number.
    ///
    /// # Errors
    /// MemoryError.
    pub fn complex(&self, value: Complex) -> R {
        Ok(self.alloc(PyComplex { head: unborn(), value })?.into_value())
    }
}

impl Value {
    /// The value of a complex number (a subclass's too).
    pub fn as_complex(&self) -> Option<Complex> {
        self.downcast::<PyComplex>().map(|c| c.value)
    }
}

/// The value of what is a complex number.
fn value_of(this: &Value) -> Complex {
    // SAFETY: called for complex numbers.
    unsafe { this.cast::<PyComplex>() }.value
}

fn repr(cx: &Cx, this: &Value) -> R {
    cx.str_value(&repr_text(value_of(this)))
}

fn hash(_: &Cx, this: &Value) -> R<i64> {
    let Complex { real, imag } = value_of(this);
    let of_nan = hash_of_address(this);
    let imag = hash_of(imag, of_nan).wrapping_mul(1_000_003);
    Ok(match hash_of(real, of_nan).wrapping_add(imag) {
        -1 => -2,
        hash => hash,
    })
}

fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), CompareOp::Eq | CompareOp::Ne) = (a.as_complex(), op) else { return Ok(Value::not_implemented()) };
    let equal = if let Some(y) = b.as_complex() {
        x == y
    } else if let Some(y) = b.as_float() {
        x.imag == 0.0 && x.real == y
    } else if let Some(int) = Int::of(b) {
        x.imag == 0.0 && compare_with_int(x.real, &int).is_some_and(core::cmp::Ordering::is_eq)
    } else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn negative(cx: &Cx, this: &Value) -> R {
    let Complex { real, imag } = value_of(this);
    cx.complex(Complex { real: -real, imag: -imag })
}

fn absolute(cx: &Cx, this: &Value) -> R {
    let value = value_of(this);
    let length = value.abs();
    if length.is_infinite() && value.real.is_finite() && value.imag.is_finite() {
        return raise!(cx, exc::OVERFLOW_ERROR, "absolute value too large");
    }
    cx.float(length)
}

fn is_true(_: &Cx, this: &Value) -> R<bool> {
    let Complex { real, imag } = value_of(this);
    Ok(real != 0.0 || imag != 0.0)
}
