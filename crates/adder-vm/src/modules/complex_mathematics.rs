//! The module `cmath`.

use adder_objects::complex::Complex;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Raised, Value, exceptions as exc, raise};

use crate::vm::Vm;

// SAFETY: the signatures are those of C's <complex.h>, which the standard library links: on the systems that Adder runs on, a
// `double complex` is passed as a struct of two doubles is. The functions are pure but for `errno` and flags that nobody reads.
#[allow(improper_ctypes, reason = "a struct of two floats that is repr(C)")]
unsafe extern "C" {
    safe fn cacos(z: Complex) -> Complex;
    safe fn cacosh(z: Complex) -> Complex;
    safe fn casin(z: Complex) -> Complex;
    safe fn casinh(z: Complex) -> Complex;
    safe fn catan(z: Complex) -> Complex;
    safe fn catanh(z: Complex) -> Complex;
    safe fn ccos(z: Complex) -> Complex;
    safe fn ccosh(z: Complex) -> Complex;
    safe fn cexp(z: Complex) -> Complex;
    safe fn clog(z: Complex) -> Complex;
    safe fn csin(z: Complex) -> Complex;
    safe fn csinh(z: Complex) -> Complex;
    safe fn csqrt(z: Complex) -> Complex;
    safe fn ctan(z: Complex) -> Complex;
    safe fn ctanh(z: Complex) -> Complex;
}

const NOT_A_NUMBER: Complex = Complex { real: f64::NAN, imag: f64::NAN };

static FUNCTIONS: &[Method] = &[
    Method::one("acos", |cx, _, z| one(cx, z, |z| cacos(z), |_| false)),
    // Where C's standard leaves a choice, not a number is what CPython takes.
    Method::one("acosh", |cx, _, z| {
        one(cx, z, |z| if z.real == 0.0 && z.imag.is_nan() { NOT_A_NUMBER } else { cacosh(z) }, |_| false)
    }),
    Method::one("asin", |cx, _, z| one(cx, z, |z| casin(z), |_| false)),
    Method::one("asinh", |cx, _, z| one(cx, z, |z| casinh(z), |_| false)),
    Method::one("atan", |cx, _, z| one(cx, z, |z| catan(z), |z| z.real == 0.0 && z.imag.abs() == 1.0)),
    Method::one("atanh", |cx, _, z| one(cx, z, |z| catanh(z), |z| z.imag == 0.0 && z.real.abs() == 1.0)),
    // The trigonometric functions are the hyperbolic ones, turned: the parts change their places.
    Method::one("cos", |cx, _, z| one(cx, z, |z| ccos(z), |z| z.real.is_infinite() && !z.imag.is_nan())),
    Method::one("cosh", |cx, _, z| one(cx, z, |z| ccosh(z), |z| z.imag.is_infinite() && !z.real.is_nan())),
    Method::one("exp", |cx, _, z| {
        one(cx, z, |z| cexp(z), |z| z.imag.is_infinite() && (z.real.is_finite() || z.real == f64::INFINITY))
    }),
    Method::positional("log", 1, 2, log),
    Method::one("log10", |cx, _, z| {
        let z = cx.to_complex(z)?;
        let log = logarithm(cx, z)?;
        let scale = core::f64::consts::LN_10;
        cx.complex(Complex { real: log.real / scale, imag: log.imag / scale })
    }),
    Method::one("sin", |cx, _, z| one(cx, z, |z| csin(z), |z| z.real.is_infinite() && !z.imag.is_nan())),
    Method::one("sinh", |cx, _, z| one(cx, z, |z| csinh(z), |z| z.imag.is_infinite() && !z.real.is_nan())),
    Method::one("sqrt", |cx, _, z| one(cx, z, |z| csqrt(z), |_| false)),
    Method::one("tan", |cx, _, z| {
        let tan = |z: Complex| if z.real.is_nan() && z.imag == 0.0 { NOT_A_NUMBER } else { ctan(z) };
        one(cx, z, tan, |z| z.real.is_infinite() && z.imag.is_finite())
    }),
    Method::one("tanh", |cx, _, z| one(cx, z, |z| ctanh(z), |z| z.imag.is_infinite() && z.real.is_finite())),
    Method::one("phase", |cx, _, z| {
        let z = cx.to_complex(z)?;
        let phase = z.imag.atan2(z.real);
        if phase == 0.0 && z.imag != 0.0 && z.real.is_finite() {
            return Err(range(cx));
        }
        cx.float(phase)
    }),
    Method::one("polar", |cx, _, z| {
        let z = cx.to_complex(z)?;
        let length = z.abs();
        if length.is_infinite() && z.real.is_finite() && z.imag.is_finite() {
            return Err(range(cx));
        }
        Ok(cx.tuple([cx.float(length)?, cx.float(z.imag.atan2(z.real))?])?.into_value())
    }),
    Method::positional("rect", 2, 2, rect),
    Method::one("isfinite", |cx, _, z| {
        let z = cx.to_complex(z)?;
        Ok(Value::bool(z.real.is_finite() && z.imag.is_finite()))
    }),
    Method::one("isinf", |cx, _, z| {
        let z = cx.to_complex(z)?;
        Ok(Value::bool(z.real.is_infinite() || z.imag.is_infinite()))
    }),
    Method::one("isnan", |cx, _, z| {
        let z = cx.to_complex(z)?;
        Ok(Value::bool(z.real.is_nan() || z.imag.is_nan()))
    }),
    Method::any("isclose", is_close),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "cmath", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, value) in [
            ("pi", core::f64::consts::PI),
            ("e", core::f64::consts::E),
            ("tau", core::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ] {
            dict.set_text(cx, name, cx.float(value)?)?;
        }
        for (name, imag) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
            dict.set_text(cx, name, cx.complex(Complex { real: 0.0, imag })?)?;
        }
    }
    Ok(module)
}

fn domain(cx: &Cx) -> Raised {
    cx.value_error(format_args!("math domain error"))
}

fn range(cx: &Cx) -> Raised {
    cx.error(&exc::OVERFLOW_ERROR, format_args!("math range error"))
}

fn is_finite(z: Complex) -> bool {
    z.real.is_finite() && z.imag.is_finite()
}

/// A function of one number; `outside` says where it is not defined.
fn one(cx: &Cx, z: &Value, f: fn(Complex) -> Complex, outside: fn(Complex) -> bool) -> R {
    let z = cx.to_complex(z)?;
    if outside(z) {
        return Err(domain(cx));
    }
    let result = f(z);
    if is_finite(z) && (result.real.is_infinite() || result.imag.is_infinite()) {
        return Err(range(cx));
    }
    cx.complex(result)
}

fn logarithm(cx: &Cx, z: Complex) -> R<Complex> {
    if z.real == 0.0 && z.imag == 0.0 { Err(domain(cx)) } else { Ok(clog(z)) }
}

fn log(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let z = cx.to_complex(&args[0])?;
    let base = args.get(1).map(|base| cx.to_complex(base)).transpose()?;
    let log = logarithm(cx, z)?;
    let Some(base) = base else { return cx.complex(log) };
    match log.divided_by(logarithm(cx, base)?) {
        Some(result) => cx.complex(result),
        None => Err(domain(cx)),
    }
}

fn rect(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (length, phase) = (cx.to_f64(&args[0])?, cx.to_f64(&args[1])?);
    if phase.is_infinite() && length != 0.0 && !length.is_nan() {
        return Err(domain(cx));
    }
    let result = if length == 0.0 && !phase.is_finite() {
        // As C's functions have it: zero, whatever the direction.
        Complex { real: 0.0, imag: 0.0 }
    } else if length.is_infinite() && phase.is_nan() {
        Complex { real: f64::INFINITY, imag: f64::NAN }
    } else if phase == 0.0 {
        // Else an infinite length would make the product of no number.
        Complex { real: length, imag: if length.is_nan() { 0.0 } else { length.signum() * phase } }
    } else {
        let (sin, cos) = phase.sin_cos();
        Complex { real: length * cos, imag: length * sin }
    };
    cx.complex(result)
}

fn is_close(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "isclose",
        names: ["a", "b", "rel_tol", "abs_tol"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [Some(a), Some(b), relative, absolute] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let (a, b) = (cx.to_complex(a)?, cx.to_complex(b)?);
    let float = |value: Option<&Value>, default: f64| value.map_or(Ok(default), |value| cx.to_f64(value));
    let (relative, absolute) = (float(relative, 1e-9)?, float(absolute, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return raise!(cx, exc::VALUE_ERROR, "tolerances must be non-negative");
    }
    let infinite = |z: Complex| z.real.is_infinite() || z.imag.is_infinite();
    if a == b || infinite(a) || infinite(b) {
        return Ok(Value::bool(a == b));
    }
    let difference = (a - b).abs();
    let near = difference <= relative * b.abs() || difference <= relative * a.abs() || difference <= absolute;
    Ok(Value::bool(near))
}
