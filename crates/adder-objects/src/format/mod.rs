//! Formatting: the mini-language of `format`, the fields of `str.format`, and `%`.

mod fields;
mod float;
mod int;
mod layout;
mod percent;
mod spec;

pub use fields::{FieldName, FieldParser, Parsed, field_name_split, formatter_parser};
pub use float::{FloatText, float_text, format_complex, format_float};
pub use int::{format_int, int_text};
pub use percent::{percent_bytes, percent_str};
pub use spec::{FormatSpec, Grouping};

pub(crate) use fields::{str_format, str_format_map};

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::str::{PyStr, STR_TYPE, StrBuilder};
use crate::value::Value;

impl Cx {
    /// `format(value, spec)`
    ///
    /// # Errors
    /// What `__format__` raises; TypeError if that gives no string.
    pub fn format(&self, value: &Value, spec: &Value) -> R<Obj<PyStr>> {
        let is_empty = spec.downcast::<PyStr>().is_some_and(PyStr::is_empty);
        if is_empty && value.is_exact(&STR_TYPE) {
            return self.to_str(value);
        }
        if is_empty && value.is_small() {
            return self.to_str(value);
        }
        let Some(text) = self.call_special(value, self.names.format(), core::slice::from_ref(spec))? else {
            return raise!(self, exc::TYPE_ERROR, "Type {} doesn't define __format__", value.ty().name());
        };
        text.try_into_obj::<PyStr>()
            .map_err(|text| self.type_error(format_args!("__format__ must return a str, not {}", text.ty().name())))
    }
}

/// The spec that a `__format__` method was given.
///
/// # Errors
/// TypeError if it is no string.
pub fn spec_argument<'a>(cx: &Cx, spec: &'a Value) -> R<&'a PyStr> {
    match spec.downcast::<PyStr>() {
        Some(spec) => Ok(spec),
        None => {
            raise!(cx, exc::TYPE_ERROR, "__format__() argument must be str, not {}", crate::arguments::type_name(spec))
        }
    }
}

/// `str.__format__`
pub(crate) fn str_dunder_format(cx: &Cx, this: &Value, spec: &Value) -> R {
    let spec = spec_argument(cx, spec)?;
    if spec.is_empty() {
        return Ok(cx.to_str(this)?.into_value());
    }
    // SAFETY: a method of str.
    let text = unsafe { this.cast::<PyStr>() };
    let parsed = FormatSpec::parse(cx, spec.chars(), this.ty().name(), 's', '<')?;
    if parsed.kind != u32::from(b's') {
        return Err(parsed.unknown_kind(cx, this.ty().name()));
    }
    let refused = match &parsed {
        FormatSpec { sign: Some(b' '), .. } => "Space not allowed in string format specifier",
        FormatSpec { sign: Some(_), .. } => "Sign not allowed in string format specifier",
        FormatSpec { no_negative_zero: true, .. } => {
            "Negative zero coercion (z) not allowed in string format specifier"
        }
        FormatSpec { alternate: true, .. } => "Alternate form (#) not allowed in string format specifier",
        FormatSpec { align: b'=', .. } => "'=' alignment not allowed in string format specifier",
        _ => "",
    };
    if !refused.is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "{refused}");
    }
    let n = parsed.precision.map_or(text.len(), |n| n.min(text.len()));
    let chars = text.chars().slice(0..n);
    let lacks = parsed.width.unwrap_or(0).saturating_sub(n);
    if lacks == 0 && n == text.len() && this.is_exact(&STR_TYPE) {
        return Ok(this.clone());
    }
    let left = match parsed.align {
        b'>' => lacks,
        b'^' => lacks / 2,
        _ => 0,
    };
    let mut out = StrBuilder::with_capacity(cx, n.saturating_add(lacks))?;
    out.fill(parsed.fill, left)?;
    out.push_chars(chars)?;
    out.fill(parsed.fill, lacks - left)?;
    out.finish_value()
}
