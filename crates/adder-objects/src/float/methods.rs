//! Construction and the methods of `float`.

use super::{FLOAT_TYPE, PyFloat, hex, round, text, value_of};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::unborn;
use crate::str::PyStr;
use crate::typeobject::{GetSet, Method, TypeObject};
use crate::value::Value;

pub(super) static METHODS: &[Method] = &[
    Method::none("conjugate", exact).doc("($self, /)", "The float itself."),
    Method::none("as_integer_ratio", as_integer_ratio)
        .doc("($self, /)", "Two ints in lowest terms whose ratio it is, exactly."),
    Method::none("is_integer", is_integer).doc("($self, /)", "Is it whole?"),
    Method::none("hex", hex::hex).doc("($self, /)", "Hexadecimal text that says the value exactly."),
    Method::one("fromhex", hex::fromhex).class().doc("($type, string, /)", "The float that hexadecimal text says."),
    Method::one("from_number", from_number).class().doc("($type, number, /)", "A real number as a float; no text."),
    Method::one("__getformat__", getformat)
        .class()
        .doc("($type, typestr, /)", "How C's types are represented: for tests."),
    Method::none("__trunc__", trunc).doc("($self, /)", "The int next to it, towards zero."),
    Method::none("__floor__", floor).doc("($self, /)", "The largest int that is not larger."),
    Method::none("__ceil__", ceil).doc("($self, /)", "The smallest int that is not smaller."),
    Method::positional("__round__", 0, 1, round::round)
        .doc("($self, ndigits=None, /)", "Rounds to an int, or to decimal places."),
    Method::one("__format__", format).doc("($self, format_spec, /)", "The text that the specification asks for."),
    Method::none("__getnewargs__", getnewargs).doc("($self, /)", "The arguments that make an equal float."),
];

pub(super) static GETSET: &[GetSet] = &[GetSet::get("real", exact), GetSet::get("imag", |cx, _| cx.float(0.0))];

/// A float of exactly the class `float`.
pub(super) fn exact(cx: &Cx, this: &Value) -> R {
    if this.is_exact(&FLOAT_TYPE) { Ok(this.clone()) } else { cx.float(value_of(this)) }
}

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if core::ptr::eq(class, &FLOAT_TYPE) {
        args.no_keywords(cx, "float")?;
    }
    crate::args::check_count(cx, "float", args.given().len(), 0, 1)?;
    let value = match args.given() {
        [] => 0.0,
        [x, ..] if x.is_exact(&FLOAT_TYPE) && core::ptr::eq(class, &FLOAT_TYPE) => return Ok(x.clone()),
        [x, ..] => match text::from_text(cx, x)? {
            Some(value) => value,
            None => match number(cx, x)? {
                Some(value) => value,
                None => {
                    let name = x.ty().name();
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "float() argument must be a string or a real number, not '{name}'"
                    );
                }
            },
        },
    };
    Ok(cx.alloc_in(class, PyFloat { head: unborn(), value })?.into_value())
}

/// The value of a number by `__float__` or `__index__`; `None` for what has neither.
fn number(cx: &Cx, x: &Value) -> R<Option<f64>> {
    if x.is_exact(&FLOAT_TYPE) {
        return Ok(x.as_float());
    }
    let slots = &x.ty().slots;
    if let Some(float) = slots.float.get() {
        let made = float(cx, x)?;
        if made.is_exact(&FLOAT_TYPE) {
            return Ok(made.as_float());
        }
        let (mine, its) = (x.ty().name(), made.ty().name());
        let Some(value) = made.as_float() else {
            return raise!(cx, exc::TYPE_ERROR, "{mine}.__float__ returned non-float (type {its})");
        };
        let message = format!(
            "{mine}.__float__ returned non-float (type {its}).  The ability to return an instance of a strict subclass of float \
             is deprecated, and may not be supported in a future version of Python."
        );
        cx.warn(&exc::DEPRECATION_WARNING, &message, 1)?;
        return Ok(Some(value));
    }
    if slots.index.get().is_some() {
        let index = cx.index(x)?;
        return super::arithmetic::operand(cx, &index);
    }
    Ok(None)
}

impl Cx {
    /// A real number as a machine float, as functions of `math` take it.
    ///
    /// # Errors
    /// TypeError for what is no real number; what `__float__` or `__index__` raises.
    pub fn to_f64(&self, x: &Value) -> R<f64> {
        match number(self, x)? {
            Some(value) => Ok(value),
            None => raise!(self, exc::TYPE_ERROR, "must be real number, not {}", x.ty().name()),
        }
    }
}

fn from_number(cx: &Cx, class: &Value, x: &Value) -> R {
    let is_float = class.downcast::<TypeObject>().is_some_and(|ty| core::ptr::eq(ty, &FLOAT_TYPE));
    if is_float && x.is_exact(&FLOAT_TYPE) {
        return Ok(x.clone());
    }
    let value = cx.float(cx.to_f64(x)?)?;
    if is_float { Ok(value) } else { cx.call(class, &[value]) }
}

fn getformat(cx: &Cx, _: &Value, kind: &Value) -> R {
    let Some(text) = kind.downcast::<PyStr>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__getformat__() argument must be str, not {}",
            crate::arguments::type_name(kind)
        );
    };
    if !matches!(text.as_str(), Some("double" | "float")) {
        return raise!(cx, exc::VALUE_ERROR, "__getformat__() argument 1 must be 'double' or 'float'");
    }
    cx.str_value(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
}

fn as_integer_ratio(cx: &Cx, this: &Value) -> R {
    let x = value_of(this);
    if x.is_nan() {
        return raise!(cx, exc::VALUE_ERROR, "cannot convert NaN to integer ratio");
    }
    if x.is_infinite() {
        return raise!(cx, exc::OVERFLOW_ERROR, "cannot convert Infinity to integer ratio");
    }
    let (mut mantissa, mut exponent) = super::parts(x.abs());
    if mantissa == 0 {
        return Ok(cx.tuple([Value::small(0), Value::small(1)])?.into_value());
    }
    exponent += i64::from(mantissa.trailing_zeros());
    mantissa >>= mantissa.trailing_zeros();
    let top = cx.int(if x < 0.0 { -(mantissa as i64) } else { mantissa as i64 })?;
    let shifted = |value: &Value, by: i64| crate::int::lshift(cx, value, &Value::small(by));
    let pair = if exponent >= 0 {
        [shifted(&top, exponent)?, Value::small(1)]
    } else {
        [top, shifted(&Value::small(1), -exponent)?]
    };
    Ok(cx.tuple(pair)?.into_value())
}

fn is_integer(_: &Cx, this: &Value) -> R {
    let x = value_of(this);
    Ok(Value::bool(x.is_finite() && x.floor() == x))
}

pub(super) fn trunc(cx: &Cx, this: &Value) -> R {
    cx.int_from_f64(value_of(this).trunc())
}

fn floor(cx: &Cx, this: &Value) -> R {
    cx.int_from_f64(value_of(this).floor())
}

fn ceil(cx: &Cx, this: &Value) -> R {
    cx.int_from_f64(value_of(this).ceil())
}

fn getnewargs(cx: &Cx, this: &Value) -> R {
    Ok(cx.tuple([exact(cx, this)?])?.into_value())
}

fn format(cx: &Cx, this: &Value, spec: &Value) -> R {
    let spec = crate::format::spec_argument(cx, spec)?;
    if spec.is_empty() {
        return Ok(cx.to_str(this)?.into_value());
    }
    Ok(crate::format::format_float(cx, value_of(this), spec.chars(), this.ty().name())?.into_value())
}
