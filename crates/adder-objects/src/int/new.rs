//! `int(…)`

use super::text::{Parsed, ascii_of, parse};
use super::{INT_TYPE, PyLong};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::str::PyStr;
use crate::typeobject::TypeObject;
use crate::value::Value;

const PARAMS: Params<2> =
    Params { function: "int", names: ["", "base"], positional_only: 1, positional: 2, required: 0 };

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if args.values().len() > 2 {
        return raise!(cx, exc::TYPE_ERROR, "int expected at most 2 arguments, got {}", args.values().len());
    }
    let made = match args.bind(cx, &PARAMS)? {
        [None, None] => Value::small(0),
        [None, Some(_)] => return raise!(cx, exc::TYPE_ERROR, "int() missing string argument"),
        [Some(x), None] => from_object(cx, x)?,
        [Some(x), Some(base)] => {
            let base = cx.index_to_isize(base, None)?;
            if base != 0 && !(2..=36).contains(&base) {
                return raise!(cx, exc::VALUE_ERROR, "int() base must be >= 2 and <= 36, or 0");
            }
            match from_text(cx, x, base as u32)? {
                Some(made) => made,
                None => return raise!(cx, exc::TYPE_ERROR, "int() can't convert non-string with explicit base"),
            }
        }
    };
    if core::ptr::eq(class, &INT_TYPE) {
        return Ok(made);
    }
    let int = super::of(&made);
    Ok(cx.long_in(class, int.digits(), int.negative)?.into_value())
}

/// What `int(x)` gives.
///
/// # Errors
/// TypeError, ValueError; what `__int__` or `__index__` raises.
pub fn from_object(cx: &Cx, x: &Value) -> R {
    if x.is_small() {
        return Ok(x.clone());
    }
    let slots = &x.ty().slots;
    if let Some(int) = slots.int.get() {
        let made = int(cx, x)?;
        return exact_of(cx, made, "__int__");
    }
    if slots.index.get().is_some() {
        let made = cx.index(x)?;
        return exact(cx, &made);
    }
    match from_text(cx, x, 10)? {
        Some(made) => Ok(made),
        None => raise!(
            cx,
            exc::TYPE_ERROR,
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            x.ty().name()
        ),
    }
}

/// What a special method gave, as an int of exactly that class; a warning for a subclass.
fn exact_of(cx: &Cx, made: Value, method: &str) -> R {
    if made.is_exact(&INT_TYPE) {
        return Ok(made);
    }
    let name = made.ty().name();
    if !made.is_int() {
        return raise!(cx, exc::TYPE_ERROR, "{method} returned non-int (type {name})");
    }
    let message = format!(
        "{method} returned non-int (type {name}).  The ability to return an instance of a strict subclass of int is deprecated, \
         and may not be supported in a future version of Python."
    );
    cx.warn(&exc::DEPRECATION_WARNING, &message, 1)?;
    exact(cx, &made)
}

/// An int as one of exactly the class `int`.
///
/// # Errors
/// MemoryError.
pub fn exact(cx: &Cx, x: &Value) -> R {
    if x.is_exact(&INT_TYPE) {
        return Ok(x.clone());
    }
    let int = super::of(x);
    cx.int_from_digits(int.digits(), int.negative)
}

/// The int that a string or bytes say; `None` for what is neither.
fn from_text(cx: &Cx, x: &Value, base: u32) -> R<Option<Value>> {
    let parsed = if let Some(text) = x.downcast::<PyStr>() {
        if text.is_ascii()
            && let crate::str::Chars::Ascii(bytes) = text.chars()
        {
            parse(cx, bytes, base)?
        } else {
            parse(cx, &ascii_of(cx, text)?, base)?
        }
    } else if let Some(buffer) = x.ty().slots.buffer.get() {
        let view = buffer(cx, x, crate::buffer::request::SIMPLE)?;
        // SAFETY: parsing runs no code that could write to it.
        parse(cx, unsafe { view.as_slice() }, base)?
    } else {
        return Ok(None);
    };
    match parsed {
        Parsed::Int(made) => Ok(Some(made)),
        Parsed::Invalid => Err(invalid(cx, x, base)),
    }
}

fn invalid(cx: &Cx, x: &Value, base: u32) -> Raised {
    match quoted(cx, x) {
        // CPython shows the first 200 characters.
        Ok(text) => {
            let shown: String = text.chars().take(200).collect();
            cx.value_error(format_args!("invalid literal for int() with base {base}: {shown}"))
        }
        Err(raised) => raised,
    }
}

/// `repr(x)` for messages.
pub(crate) fn quoted(cx: &Cx, x: &Value) -> R<String> {
    Ok(cx.repr(x)?.to_lossy().into_owned())
}

impl PyLong {
    /// Its sign and digits.
    pub fn parts(&self) -> super::Int<'_> {
        super::Int::from_digits(self.digits(), self.is_negative())
    }
}
