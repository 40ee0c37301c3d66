//! Functions of floats.

use core::ffi::c_int;

use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::int::{self, Int};
use crate::typeobject::Method;
use crate::value::Value;

// SAFETY: the signatures are those of C's <math.h>, which the standard library links; the functions are pure but for `errno`
// and `signgam`, which nobody reads.
unsafe extern "C" {
    safe fn acosh(x: f64) -> f64;
    safe fn asinh(x: f64) -> f64;
    safe fn atanh(x: f64) -> f64;
    safe fn erf(x: f64) -> f64;
    safe fn erfc(x: f64) -> f64;
    safe fn tgamma(x: f64) -> f64;
    safe fn lgamma(x: f64) -> f64;
    safe fn remainder(x: f64, y: f64) -> f64;
    safe fn scalbn(x: f64, n: c_int) -> f64;
}

pub(super) const FLOATS: &[Method] = &[
    Method::one("acos", |cx, _, x| one(cx, x, f64::acos, false)),
    Method::one("acosh", |cx, _, x| one(cx, x, |x| acosh(x), false)),
    Method::one("asin", |cx, _, x| one(cx, x, f64::asin, false)),
    Method::one("asinh", |cx, _, x| one(cx, x, |x| asinh(x), false)),
    Method::one("atan", |cx, _, x| one(cx, x, f64::atan, false)),
    Method::one("atanh", |cx, _, x| one(cx, x, |x| atanh(x), false)),
    Method::one("cbrt", |cx, _, x| one(cx, x, f64::cbrt, false)),
    Method::one("cos", |cx, _, x| one(cx, x, f64::cos, false)),
    Method::one("cosh", |cx, _, x| one(cx, x, f64::cosh, true)),
    Method::one("degrees", |cx, _, x| cx.float(cx.to_f64(x)? * (180.0 / core::f64::consts::PI))),
    Method::one("erf", |cx, _, x| one(cx, x, |x| erf(x), false)),
    Method::one("erfc", |cx, _, x| one(cx, x, |x| erfc(x), false)),
    Method::one("exp", |cx, _, x| one(cx, x, f64::exp, true)),
    Method::one("exp2", |cx, _, x| one(cx, x, f64::exp2, true)),
    Method::one("expm1", |cx, _, x| one(cx, x, f64::exp_m1, true)),
    Method::one("fabs", |cx, _, x| one(cx, x, f64::abs, false)),
    Method::one("gamma", |cx, _, x| one(cx, x, gamma, true)),
    Method::one("lgamma", |cx, _, x| one(cx, x, log_gamma, true)),
    Method::one("log1p", |cx, _, x| one(cx, x, f64::ln_1p, false)),
    Method::one("radians", |cx, _, x| cx.float(cx.to_f64(x)? * (core::f64::consts::PI / 180.0))),
    Method::one("sin", |cx, _, x| one(cx, x, f64::sin, false)),
    Method::one("sinh", |cx, _, x| one(cx, x, f64::sinh, true)),
    Method::one("sqrt", |cx, _, x| one(cx, x, f64::sqrt, false)),
    Method::one("tan", |cx, _, x| one(cx, x, f64::tan, false)),
    Method::one("tanh", |cx, _, x| one(cx, x, f64::tanh, false)),
    Method::one("log2", |cx, _, x| logarithm(cx, x, f64::log2).and_then(|y| cx.float(y))),
    Method::one("log10", |cx, _, x| logarithm(cx, x, f64::log10).and_then(|y| cx.float(y))),
    Method::positional("log", 1, 2, log),
    Method::one("isfinite", |cx, _, x| Ok(Value::bool(cx.to_f64(x)?.is_finite()))),
    Method::one("isinf", |cx, _, x| Ok(Value::bool(cx.to_f64(x)?.is_infinite()))),
    Method::one("isnan", |cx, _, x| Ok(Value::bool(cx.to_f64(x)?.is_nan()))),
    Method::one("ulp", |cx, _, x| cx.float(ulp(cx.to_f64(x)?))),
    Method::one("frexp", frexp),
    Method::one("modf", modf),
    Method::one("ceil", |cx, _, x| whole(cx, x, "__ceil__", f64::ceil)),
    Method::one("floor", |cx, _, x| whole(cx, x, "__floor__", f64::floor)),
    Method::one("trunc", trunc),
    Method::positional("atan2", 2, 2, |cx, _, args| cx.float(cx.to_f64(&args[0])?.atan2(cx.to_f64(&args[1])?))),
    Method::positional("copysign", 2, 2, |cx, _, args| cx.float(cx.to_f64(&args[0])?.copysign(cx.to_f64(&args[1])?))),
    Method::positional("fmod", 2, 2, |cx, _, args| two(cx, args, |x, y| x % y)),
    Method::positional("remainder", 2, 2, |cx, _, args| two(cx, args, |x, y| remainder(x, y))),
    Method::positional("pow", 2, 2, pow),
    Method::positional("ldexp", 2, 2, ldexp),
    Method::positional("fma", 3, 3, fma),
    Method::any("isclose", is_close),
    Method::any("nextafter", next_after),
];

fn domain(cx: &Cx) -> Raised {
    cx.value_error(format_args!("math domain error"))
}

fn range(cx: &Cx) -> Raised {
    cx.error(&exc::OVERFLOW_ERROR, format_args!("math range error"))
}

/// A function of one float; an infinite result of a finite argument is an overflow, or else no result at all.
fn one(cx: &Cx, x: &Value, f: impl Fn(f64) -> f64, overflows: bool) -> R {
    let x = cx.to_f64(x)?;
    let y = f(x);
    if y.is_nan() && !x.is_nan() {
        return Err(domain(cx));
    }
    if y.is_infinite() && x.is_finite() {
        return Err(if overflows { range(cx) } else { domain(cx) });
    }
    cx.float(y)
}

fn two(cx: &Cx, args: &[Value], f: impl Fn(f64, f64) -> f64) -> R {
    let (x, y) = (cx.to_f64(&args[0])?, cx.to_f64(&args[1])?);
    let result = f(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(cx));
    }
    cx.float(result)
}

/// Not a number at the poles, zero and the negative ints.
fn gamma(x: f64) -> f64 {
    if x == f64::NEG_INFINITY || x <= 0.0 && x == x.floor() { f64::NAN } else { tgamma(x) }
}

fn log_gamma(x: f64) -> f64 {
    if x.is_finite() && x <= 0.0 && x == x.floor() { f64::NAN } else { lgamma(x) }
}

/// A logarithm; also of ints that are too large for a float.
fn logarithm(cx: &Cx, x: &Value, f: fn(f64) -> f64) -> R<f64> {
    if let Some(int) = Int::of(x) {
        if int.is_zero() || int.negative {
            return Err(domain(cx));
        }
        if let Some(value) = int::to_f64(&int) {
            return Ok(f(value));
        }
        // The bits in front, and a power of two for those behind.
        let shift = int.bit_length() as i64 - 64;
        let top = int::rshift(cx, &int::exact(cx, x)?, &Value::small(shift))?;
        let top = Int::of(&top).and_then(|top| int::to_f64(&top)).unwrap_or(1.0);
        let fraction = top / 18_446_744_073_709_551_616.0;
        return Ok(f(fraction) + f(2.0) * (shift + 64) as f64);
    }
    let value = cx.to_f64(x)?;
    if value <= 0.0 { Err(domain(cx)) } else { Ok(f(value)) }
}

fn log(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let numerator = logarithm(cx, &args[0], f64::ln)?;
    let Some(base) = args.get(1) else { return cx.float(numerator) };
    let denominator = logarithm(cx, base, f64::ln)?;
    crate::float::true_div(cx, &cx.float(numerator)?, &cx.float(denominator)?)
}

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let next = x.next_up();
    if next.is_infinite() { x - x.next_down() } else { next - x }
}

fn pair(cx: &Cx, first: Value, second: Value) -> R {
    Ok(cx.tuple([first, second])?.into_value())
}

fn frexp(cx: &Cx, _: &Value, x: &Value) -> R {
    let x = cx.to_f64(x)?;
    if x == 0.0 || !x.is_finite() {
        return pair(cx, cx.float(x)?, Value::small(0));
    }
    let (mantissa, exponent) = crate::float::parts(x.abs());
    let bits = 64 - i64::from(mantissa.leading_zeros());
    let fraction = scalbn(mantissa as f64, -bits as c_int).copysign(x);
    pair(cx, cx.float(fraction)?, Value::small(bits + exponent))
}

fn modf(cx: &Cx, _: &Value, x: &Value) -> R {
    let x = cx.to_f64(x)?;
    let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
    pair(cx, cx.float(fraction.copysign(x))?, cx.float(x.trunc())?)
}

/// What the special method gives, or else the function of the float.
fn whole(cx: &Cx, x: &Value, method: &str, f: fn(f64) -> f64) -> R {
    if !x.is_exact(&crate::float::FLOAT_TYPE)
        && let Some(made) = cx.call_special(x, &cx.intern(method)?, &[])?
    {
        return Ok(made);
    }
    cx.int_from_f64(f(cx.to_f64(x)?))
}

fn trunc(cx: &Cx, _: &Value, x: &Value) -> R {
    match cx.call_special(x, &cx.intern("__trunc__")?, &[])? {
        Some(made) => Ok(made),
        None => raise!(cx, exc::TYPE_ERROR, "type {} doesn't define __trunc__ method", x.ty().name()),
    }
}

fn pow(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (x, y) = (cx.to_f64(&args[0])?, cx.to_f64(&args[1])?);
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() || result.is_infinite() && x == 0.0 {
            return Err(domain(cx));
        }
        if result.is_infinite() {
            return Err(range(cx));
        }
    }
    cx.float(result)
}

fn ldexp(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let x = cx.to_f64(&args[0])?;
    let Some(exponent) = Int::of(&args[1]) else {
        return raise!(cx, exc::TYPE_ERROR, "Expected an int as second argument to ldexp.");
    };
    // Beyond these bounds no float is left.
    let exponent = exponent.to_i64().unwrap_or(if exponent.negative { i64::MIN } else { i64::MAX });
    let result = scalbn(x, exponent.clamp(-10_000, 10_000) as c_int);
    if result.is_infinite() && x.is_finite() {
        return Err(range(cx));
    }
    cx.float(result)
}

fn fma(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (x, y, z) = (cx.to_f64(&args[0])?, cx.to_f64(&args[1])?, cx.to_f64(&args[2])?);
    let result = x.mul_add(y, z);
    if result.is_nan() && !(x.is_nan() || y.is_nan() || z.is_nan()) {
        return raise!(cx, exc::VALUE_ERROR, "invalid operation in fma");
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return raise!(cx, exc::OVERFLOW_ERROR, "overflow in fma");
    }
    cx.float(result)
}

const IS_CLOSE: Params<4> = Params {
    function: "isclose",
    names: ["a", "b", "rel_tol", "abs_tol"],
    positional_only: 0,
    positional: 2,
    required: 2,
};

fn is_close(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let mut given = [0.0, 0.0, 1e-9, 0.0];
    for (place, value) in given.iter_mut().zip(args.bind(cx, &IS_CLOSE)?) {
        if let Some(value) = value {
            *place = cx.to_f64(value)?;
        }
    }
    let [a, b, relative, absolute] = given;
    if relative < 0.0 || absolute < 0.0 {
        return raise!(cx, exc::VALUE_ERROR, "tolerances must be non-negative");
    }
    let difference = (a - b).abs();
    let near = difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute;
    Ok(Value::bool(a == b || a.is_finite() && b.is_finite() && near))
}

const NEXT_AFTER: Params<3> =
    Params { function: "nextafter", names: ["x", "y", "steps"], positional_only: 2, positional: 2, required: 2 };

fn next_after(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [x, y, steps] = args.bind(cx, &NEXT_AFTER)?;
    let (Some(x), Some(y)) = (x, y) else { unreachable!("required arguments") };
    let (x, y) = (cx.to_f64(x)?, cx.to_f64(y)?);
    let steps = match steps {
        None => 1,
        Some(none) if none.is_none() => 1,
        Some(steps) => {
            let index = cx.index(steps)?;
            match Int::of(&index) {
                Some(int) if int.negative => {
                    return raise!(cx, exc::VALUE_ERROR, "steps must be a non-negative integer");
                }
                Some(int) => int.to_i64().map_or(u64::MAX, |n| n as u64),
                None => 0,
            }
        }
    };
    cx.float(stepped(x, y, steps))
}

/// So many floats from `x` towards `y`, not beyond it. Floats lie in the order of their bits, those below zero the other way.
fn stepped(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if x == y {
        return y;
    }
    let place = |x: f64| {
        let bits = (x.to_bits() << 1 >> 1) as i128;
        if x.is_sign_negative() { -bits } else { bits }
    };
    let (from, to) = (place(x), place(y));
    let steps = i128::from(steps);
    let at = if from < to { (from + steps).min(to) } else { (from - steps).max(to) };
    if at == to && y != 0.0 {
        return y;
    }
    let sign = if at < 0 || at == 0 && x < 0.0 { 1 << 63 } else { 0 };
    f64::from_bits(at.unsigned_abs() as u64 | sign)
}
