//! `PyComplex_*`, and arithmetic on C's `Py_complex`.

use core::ffi::c_double;

use adder_objects::complex::Complex;
use adder_objects::{Cx, R, Value};

use crate::border::{Borrowed, Outcome, Parameter};
use crate::contract::{Passing, api};
use crate::number::to_double;

impl Parameter for Complex {
    type C = Complex;
    const PASSING: Passing = Passing::Plain;
    #[inline(always)]
    unsafe fn receive(c: Complex, _: &'static str) -> R<Complex> {
        Ok(c)
    }
}

/// -1 for an error.
impl Outcome for Complex {
    type C = Complex;
    const PASSING: Passing = Passing::Plain;
    #[inline(always)]
    fn failure() -> Complex {
        Complex::real(-1.0)
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<Complex> {
        Ok(self)
    }
}

/// C's `errno`, by which arithmetic says what it could not do.
fn set_errno(error: i32) {
    // SAFETY: the thread's own.
    unsafe { *libc::__errno_location() = error };
}

/// The value that a number has by `__complex__`; `None` where it is real.
fn value_of(cx: &Cx, object: &Value) -> R<Option<Complex>> {
    if let Some(value) = object.as_complex() {
        return Ok(Some(value));
    }
    match cx.lookup(object.ty(), cx.names.complex())? {
        Some(_) => cx.to_complex(object).map(Some),
        None => Ok(None),
    }
}

/// The value of a number, which may be a real one.
///
/// # Errors
/// TypeError; what `__complex__` and its like raise.
pub fn as_complex(cx: &Cx, object: &Value) -> R<Complex> {
    match value_of(cx, object)? {
        Some(value) => Ok(value),
        None => Ok(Complex::real(to_double(cx, object)?)),
    }
}

api! {
    /// A complex number.
    quiet fn PyComplex_FromCComplex(cx, value: Complex) -> Value {
        cx.complex(value)
    }

    /// A complex number.
    quiet fn PyComplex_FromDoubles(cx, real: c_double, imag: c_double) -> Value {
        cx.complex(Complex { real, imag })
    }

    /// The value of a complex number, or what `__complex__`, `__float__` or `__index__` gives.
    runs fn PyComplex_AsCComplex(cx, object: Borrowed) -> Complex {
        as_complex(cx, &object)
    }

    /// The real part.
    runs fn PyComplex_RealAsDouble(cx, object: Borrowed) -> c_double {
        match value_of(cx, &object)? {
            Some(value) => Ok(value.real),
            None => to_double(cx, &object),
        }
    }

    /// The imaginary part; 0 of a real number.
    runs fn PyComplex_ImagAsDouble(cx, object: Borrowed) -> c_double {
        match value_of(cx, &object)? {
            Some(value) => Ok(value.imag),
            None => to_double(cx, &object).map(|_| 0.0),
        }
    }

    /// `a + b`
    quiet fn _Py_c_sum(cx, a: Complex, b: Complex) -> Complex {
        let _ = cx;
        Ok(a + b)
    }

    /// `a - b`
    quiet fn _Py_c_diff(cx, a: Complex, b: Complex) -> Complex {
        let _ = cx;
        Ok(a - b)
    }

    /// `-a`
    quiet fn _Py_c_neg(cx, a: Complex) -> Complex {
        let _ = cx;
        Ok(Complex { real: -a.real, imag: -a.imag })
    }

    /// `a * b`
    quiet fn _Py_c_prod(cx, a: Complex, b: Complex) -> Complex {
        let _ = cx;
        Ok(a * b)
    }

    /// `a / b`; by zero: zero, and `EDOM` in `errno`.
    quiet fn _Py_c_quot(cx, a: Complex, b: Complex) -> Complex {
        let _ = cx;
        Ok(a.divided_by(b).unwrap_or_else(|| {
            set_errno(libc::EDOM);
            Complex::real(0.0)
        }))
    }

    /// `a ** b`; zero to a negative or complex power: zero, and `EDOM` in `errno`.
    quiet fn _Py_c_pow(cx, a: Complex, b: Complex) -> Complex {
        let _ = cx;
        Ok(a.to_the(b).unwrap_or_else(|| {
            set_errno(libc::EDOM);
            Complex::real(0.0)
        }))
    }

    /// The distance from zero; `ERANGE` in `errno` if that is too large, else 0.
    quiet fn _Py_c_abs(cx, a: Complex) -> c_double {
        let _ = cx;
        let length = a.abs();
        let finite = a.real.is_finite() && a.imag.is_finite();
        set_errno(if finite && !length.is_finite() { libc::ERANGE } else { 0 });
        Ok(length)
    }
}
