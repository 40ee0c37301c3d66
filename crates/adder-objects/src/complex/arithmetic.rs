//! Operators of complex numbers. Ints and floats beside one are taken as complex numbers.

use core::ops::{Add, Mul, Sub};

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::Int;
use crate::value::Value;

/// A complex number.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct Complex {
    /// The real part.
    pub real: f64,
    /// The imaginary part.
    pub imag: f64,
}

impl Complex {
    /// One.
    pub const ONE: Complex = Complex { real: 1.0, imag: 0.0 };

    /// A real number.
    pub const fn real(real: f64) -> Complex {
        Complex { real, imag: 0.0 }
    }

    /// The distance from zero.
    pub fn abs(self) -> f64 {
        self.real.hypot(self.imag)
    }

    /// The quotient; `None` for a division by zero. The divisor's larger part is divided by first, so that nothing in between
    /// is larger than it need be.
    pub fn divided_by(self, by: Complex) -> Option<Complex> {
        let (a, b) = (self, by);
        if b.real.abs() >= b.imag.abs() {
            if b.real == 0.0 {
                return None;
            }
            let ratio = b.imag / b.real;
            let divisor = b.real + b.imag * ratio;
            Some(Complex { real: (a.real + a.imag * ratio) / divisor, imag: (a.imag - a.real * ratio) / divisor })
        } else if b.imag.abs() >= b.real.abs() {
            let ratio = b.real / b.imag;
            let divisor = b.real * ratio + b.imag;
            Some(Complex { real: (a.real * ratio + a.imag) / divisor, imag: (a.imag * ratio - a.real) / divisor })
        } else {
            // One of the parts is not a number.
            Some(Complex { real: f64::NAN, imag: f64::NAN })
        }
    }

    /// The power, by logarithm; `None` for zero to a negative or complex one.
    pub fn to_the(self, exponent: Complex) -> Option<Complex> {
        any_power(self, exponent)
    }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        Complex { real: self.real + other.real, imag: self.imag + other.imag }
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, other: Complex) -> Complex {
        Complex { real: self.real - other.real, imag: self.imag - other.imag }
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        Complex {
            real: self.real * other.real - self.imag * other.imag,
            imag: self.real * other.imag + self.imag * other.real,
        }
    }
}

/// An operand: a complex number, a float or an int; `None` for others.
fn operand(cx: &Cx, value: &Value) -> R<Option<Complex>> {
    if let Some(value) = value.as_complex() {
        return Ok(Some(value));
    }
    if let Some(value) = value.as_float() {
        return Ok(Some(Complex::real(value)));
    }
    match Int::of(value) {
        Some(int) => Ok(Some(Complex::real(cx.int_to_f64(&int)?))),
        None => Ok(None),
    }
}

macro_rules! operands {
    ($cx:ident, $a:ident, $b:ident) => {
        match (operand($cx, $a)?, operand($cx, $b)?) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(Value::not_implemented()),
        }
    };
}

macro_rules! operator {
    ($($name:ident $op:tt;)*) => {$(
        pub(super) fn $name(cx: &Cx, a: &Value, b: &Value) -> R {
            let (a, b) = operands!(cx, a, b);
            cx.complex(a $op b)
        }
    )*};
}

operator! {
    add +;
    sub -;
    mul *;
}

pub(super) fn true_div(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = operands!(cx, a, b);
    match a.divided_by(b) {
        Some(quotient) => cx.complex(quotient),
        None => raise!(cx, exc::ZERO_DIVISION_ERROR, "complex division by zero"),
    }
}

pub(super) fn pow(cx: &Cx, a: &Value, b: &Value) -> R {
    let (a, b) = operands!(cx, a, b);
    power(cx, a, b)
}

pub(super) fn pow_mod(cx: &Cx, _: &Value, _: &Value, _: &Value) -> R {
    raise!(cx, exc::VALUE_ERROR, "complex modulo")
}

/// `x ** y` of reals where that is no real number.
///
/// # Errors
/// OverflowError.
pub fn power_of_reals(cx: &Cx, x: f64, y: f64) -> R {
    power(cx, Complex::real(x), Complex::real(y))
}

fn power(cx: &Cx, a: Complex, b: Complex) -> R {
    // A small whole exponent by multiplication, which is exact where it can be.
    let result = if b.imag == 0.0 && b.real == b.real.floor() && b.real.abs() <= 100.0 {
        whole_power(a, b.real as i32)
    } else {
        any_power(a, b)
    };
    let Some(result) = result else {
        return raise!(cx, exc::ZERO_DIVISION_ERROR, "0.0 to a negative or complex power");
    };
    if result.real.is_infinite() || result.imag.is_infinite() {
        return raise!(cx, exc::OVERFLOW_ERROR, "complex exponentiation");
    }
    cx.complex(result)
}

fn whole_power(a: Complex, exponent: i32) -> Option<Complex> {
    let (mut result, mut square, mut left) = (Complex::ONE, a, exponent.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = result * square;
        }
        left >>= 1;
        square = square * square;
    }
    if exponent > 0 { Some(result) } else { Complex::ONE.divided_by(result) }
}

/// By logarithm; `None` where that has no value.
fn any_power(a: Complex, b: Complex) -> Option<Complex> {
    if b == Complex::real(0.0) {
        return Some(Complex::ONE);
    }
    if a == Complex::real(0.0) {
        // Not where the exponent is no number: then no comparison holds.
        return (!(b.imag != 0.0 || b.real < 0.0)).then_some(Complex::real(0.0));
    }
    let length = a.abs();
    let angle = a.imag.atan2(a.real);
    let mut scale = length.powf(b.real);
    let mut phase = angle * b.real;
    if b.imag != 0.0 {
        scale /= (angle * b.imag).exp();
        phase += b.imag * length.ln();
    }
    // The sine of infinity has no value.
    if phase.is_infinite() {
        return None;
    }
    Some(Complex { real: scale * phase.cos(), imag: scale * phase.sin() })
}
