//! The methods of `int`.

use super::arithmetic::{floor_div, modulo, mul, sub};
use super::bits::{bit_count, bit_length};
use super::bytes::{FROM_BYTES, TO_BYTES};
use super::digits::Int;
use super::new::exact;
use super::{PyLong, of, power};
use crate::cx::Cx;
use crate::error::R;
use crate::typeobject::{GetSet, Method};
use crate::value::Value;

pub(super) static METHODS: &[Method] = &[
    Method::none("conjugate", exact).doc("($self, /)", "The int itself."),
    Method::none("bit_length", bit_length).doc("($self, /)", "How many bits the absolute value has."),
    Method::none("bit_count", bit_count).doc("($self, /)", "How many bits of the absolute value are ones."),
    TO_BYTES,
    FROM_BYTES,
    Method::none("as_integer_ratio", as_integer_ratio).doc("($self, /)", "The int and 1: a ratio that is equal to it."),
    Method::none("is_integer", is_integer).doc("($self, /)", "True: every int is."),
    Method::none("__trunc__", exact).doc("($self, /)", "Truncating an int gives itself."),
    Method::none("__floor__", exact).doc("($self, /)", "Flooring an int gives itself."),
    Method::none("__ceil__", exact).doc("($self, /)", "The ceiling of an int is itself."),
    Method::positional("__round__", 0, 1, round)
        .doc("($self, ndigits=<unrepresentable>, /)", "Rounds to a power of ten."),
    Method::one("__format__", format).doc("($self, format_spec, /)", "The text that the specification asks for."),
    Method::none("__getnewargs__", getnewargs).doc("($self, /)", "The arguments that make an equal int."),
    Method::none("__sizeof__", size_of).doc("($self, /)", "Bytes that the int takes in memory."),
];

pub(super) static GETSET: &[GetSet] = &[
    GetSet::get("real", exact),
    GetSet::get("imag", |_, _| Ok(Value::small(0))),
    GetSet::get("numerator", exact),
    GetSet::get("denominator", |_, _| Ok(Value::small(1))),
];

fn as_integer_ratio(cx: &Cx, this: &Value) -> R {
    Ok(cx.tuple([exact(cx, this)?, Value::small(1)])?.into_value())
}

fn is_integer(_: &Cx, _: &Value) -> R {
    Ok(Value::bool(true))
}

fn getnewargs(cx: &Cx, this: &Value) -> R {
    Ok(cx.tuple([exact(cx, this)?])?.into_value())
}

/// An object's bytes; a small int takes the word that refers to it.
fn size_of(cx: &Cx, this: &Value) -> R {
    let bytes = if this.is_small() {
        core::mem::size_of::<Value>()
    } else {
        core::mem::size_of::<PyLong>() + 8 * of(this).digits().len()
    };
    cx.int(bytes as i64)
}

fn round(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let this = exact(cx, this)?;
    let Some(places) = args.first() else { return Ok(this) };
    let places = cx.index(places)?;
    let places = of(&places);
    if !places.negative {
        return Ok(this);
    }
    // More places than the number has digits: nothing is left, also not by rounding up.
    let digits = of(&this).bit_length() / 3 + 2;
    if places.to_i64().is_none_or(|n| n.unsigned_abs() > digits) {
        return Ok(Value::small(0));
    }
    let places = cx.int(places.to_i64().map_or(0, i64::abs))?;
    let unit = power::pow(cx, &Value::small(10), &places)?;
    let rest = modulo(cx, &this, &unit)?;
    let twice = mul(cx, &rest, &Value::small(2))?;
    let down = sub(cx, &this, &rest)?;
    match of(&twice).compare(&of(&unit)) {
        core::cmp::Ordering::Less => Ok(down),
        core::cmp::Ordering::Greater => super::add(cx, &down, &unit),
        core::cmp::Ordering::Equal => {
            let quotient = floor_div(cx, &down, &unit)?;
            if is_odd(&of(&quotient)) { super::add(cx, &down, &unit) } else { Ok(down) }
        }
    }
}

fn is_odd(int: &Int<'_>) -> bool {
    int.digits().first().is_some_and(|d| d & 1 == 1)
}

fn format(cx: &Cx, this: &Value, spec: &Value) -> R {
    let spec = crate::format::spec_argument(cx, spec)?;
    if spec.is_empty() {
        return Ok(cx.to_str(this)?.into_value());
    }
    Ok(crate::format::format_int(cx, this, spec.chars(), this.ty().name())?.into_value())
}
