//! Construction and the methods of `complex`.

use core::mem::offset_of;

use super::{COMPLEX_TYPE, Complex, PyComplex, text, value_of};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::{ascii_of, quoted};
use crate::object::unborn;
use crate::storage::HeapVec;
use crate::str::PyStr;
use crate::typeobject::{Member, MemberKind, Method, TypeObject};
use crate::value::Value;

pub(super) static METHODS: &[Method] = &[
    Method::none("conjugate", conjugate).doc("($self, /)", "With the sign of the imaginary part turned around."),
    Method::none("__complex__", exact).doc("($self, /)", "The number as one of exactly the class complex."),
    Method::one("__format__", format).doc("($self, format_spec, /)", "The text that the specification asks for."),
    Method::none("__getnewargs__", getnewargs).doc("($self, /)", "The arguments that make an equal number."),
    Method::one("from_number", from_number).class().doc("($type, number, /)", "A number as a complex one; no text."),
];

pub(super) const MEMBERS: &[Member] =
    &[part("real", offset_of!(Complex, real)), part("imag", offset_of!(Complex, imag))];

const fn part(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Double, offset: offset_of!(PyComplex, value) + offset, read_only: true }
}

/// A complex number of exactly the class `complex`.
pub(super) fn exact(cx: &Cx, this: &Value) -> R {
    if this.is_exact(&COMPLEX_TYPE) { Ok(this.clone()) } else { cx.complex(value_of(this)) }
}

fn conjugate(cx: &Cx, this: &Value) -> R {
    let Complex { real, imag } = value_of(this);
    cx.complex(Complex { real, imag: -imag })
}

fn getnewargs(cx: &Cx, this: &Value) -> R {
    let Complex { real, imag } = value_of(this);
    Ok(cx.tuple([cx.float(real)?, cx.float(imag)?])?.into_value())
}

const PARAMS: Params<2> =
    Params { function: "complex", names: ["real", "imag"], positional_only: 0, positional: 2, required: 0 };

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [real, imag] = args.bind(cx, &PARAMS)?;
    let exact_class = core::ptr::eq(class, &COMPLEX_TYPE);
    let value = match (real, imag) {
        (Some(real), None) if exact_class && real.is_exact(&COMPLEX_TYPE) => return Ok(real.clone()),
        (Some(real), imag) if real.downcast::<PyStr>().is_some() => {
            if imag.is_some() {
                return raise!(cx, exc::TYPE_ERROR, "complex() can't take second arg if first is a string");
            }
            from_text(cx, real)?
        }
        (_, Some(imag)) if imag.downcast::<PyStr>().is_some() => {
            return raise!(cx, exc::TYPE_ERROR, "complex() second arg can't be a string");
        }
        (real, imag) => from_parts(cx, real, imag)?,
    };
    Ok(cx.alloc_in(class, PyComplex { head: unborn(), value })?.into_value())
}

fn from_text(cx: &Cx, text: &Value) -> R<Complex> {
    let ascii = match text.downcast::<PyStr>() {
        Some(text) => ascii_of(cx, text)?,
        None => HeapVec::new(cx),
    };
    if !crate::float::underscores_are_valid(&ascii) {
        let text = quoted(cx, text)?;
        return raise!(cx, exc::VALUE_ERROR, "could not convert string to complex: {text}");
    }
    let parsed = text::parse(&ascii);
    match parsed {
        Some(value) => Ok(value),
        None => raise!(cx, exc::VALUE_ERROR, "complex() arg is a malformed string"),
    }
}

fn from_parts(cx: &Cx, real: Option<&Value>, imag: Option<&Value>) -> R<Complex> {
    let (first, first_is_complex) = match real {
        None => (Complex::real(0.0), false),
        Some(real) => match number(cx, real)? {
            Some(value) => value,
            None => {
                let name = real.ty().name();
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "complex() first argument must be a string or a number, not '{name}'"
                );
            }
        },
    };
    let Some(imag) = imag else { return Ok(first) };
    let second = if let Some(value) = imag.as_complex() {
        value
    } else if is_real(imag) {
        Complex::real(cx.to_f64(imag)?)
    } else {
        let name = imag.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "complex() second argument must be a number, not '{name}'");
    };
    // Parts that are complex themselves: first + second * 1j. Where one is real, its imaginary zero is not even added, for the
    // sake of signs.
    Ok(Complex {
        real: if imag.as_complex().is_some() { first.real - second.imag } else { first.real },
        imag: if first_is_complex { second.real + first.imag } else { second.real },
    })
}

fn is_real(value: &Value) -> bool {
    let slots = &value.ty().slots;
    slots.float.get().is_some() || slots.index.get().is_some()
}

/// The value of a number by `__complex__`, `__float__` or `__index__`, and whether it was the first; `None` for what has none
/// of these.
fn number(cx: &Cx, x: &Value) -> R<Option<(Complex, bool)>> {
    if let Some(value) = x.as_complex() {
        return Ok(Some((value, true)));
    }
    if let Some(made) = cx.call_special(x, &cx.names.complex().clone(), &[])? {
        let name = made.ty().name();
        let Some(value) = made.as_complex() else {
            return raise!(cx, exc::TYPE_ERROR, "__complex__ returned non-complex (type {name})");
        };
        if !made.is_exact(&COMPLEX_TYPE) {
            let message = format!(
                "__complex__ returned non-complex (type {name}).  The ability to return an instance of a strict subclass of \
                 complex is deprecated, and may not be supported in a future version of Python."
            );
            cx.warn(&exc::DEPRECATION_WARNING, &message, 1)?;
        }
        return Ok(Some((value, true)));
    }
    if is_real(x) { Ok(Some((Complex::real(cx.to_f64(x)?), false))) } else { Ok(None) }
}

impl Cx {
    /// A number as a complex machine number, as functions of `cmath` take it.
    ///
    /// # Errors
    /// TypeError for what is no number; what `__complex__`, `__float__` or `__index__` raises.
    pub fn to_complex(&self, x: &Value) -> R<Complex> {
        match number(self, x)? {
            Some((value, _)) => Ok(value),
            None => raise!(self, exc::TYPE_ERROR, "must be real number, not {}", x.ty().name()),
        }
    }
}

fn from_number(cx: &Cx, class: &Value, x: &Value) -> R {
    let is_complex = class.downcast::<TypeObject>().is_some_and(|ty| core::ptr::eq(ty, &COMPLEX_TYPE));
    if is_complex && x.is_exact(&COMPLEX_TYPE) {
        return Ok(x.clone());
    }
    let value = cx.complex(cx.to_complex(x)?)?;
    if is_complex { Ok(value) } else { cx.call(class, &[value]) }
}

fn format(cx: &Cx, this: &Value, spec: &Value) -> R {
    let spec = crate::format::spec_argument(cx, spec)?;
    if spec.is_empty() {
        return Ok(cx.to_str(this)?.into_value());
    }
    let Complex { real, imag } = value_of(this);
    Ok(crate::format::format_complex(cx, real, imag, spec.chars(), this.ty().name())?.into_value())
}
