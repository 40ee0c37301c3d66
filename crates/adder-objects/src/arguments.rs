//! What arguments of built-in functions are turned into.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::str::PyStr;
use crate::value::Value;

/// An index as a signed machine word.
///
/// # Errors
/// TypeError if it is no index; OverflowError.
pub fn ssize(cx: &Cx, value: &Value) -> R<isize> {
    if let Some(small) = value.as_small() {
        return Ok(small as isize);
    }
    match cx.index(value)?.as_i64() {
        Some(n) => Ok(n as isize),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

/// An index as a C `int`.
///
/// # Errors
/// TypeError if it is no index; OverflowError.
pub fn c_int(cx: &Cx, value: &Value) -> R<i32> {
    match cx.index(value)?.as_i64().map(i32::try_from) {
        Some(Ok(n)) => Ok(n),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

/// The part of a sequence that `start` and `end` of a search choose; `None` if it begins behind the end.
///
/// # Errors
/// TypeError if a bound is neither None nor an index.
pub fn search_range(cx: &Cx, bounds: &[Value], len: usize) -> R<Option<core::ops::Range<usize>>> {
    let bound = |value: Option<&Value>, default: isize| -> R<isize> {
        let Some(value) = value.filter(|v| !v.is_none()) else { return Ok(default) };
        match cx.try_index(value)? {
            Some(index) => cx.index_to_isize(&index, None),
            None => {
                raise!(cx, exc::TYPE_ERROR, "slice indices must be integers or None or have an __index__ method")
            }
        }
    };
    let start = bound(bounds.first(), 0)?;
    let end = bound(bounds.get(1), isize::MAX)?;
    let len = len as isize;
    let cut = |n: isize| if n < 0 { n.saturating_add(len).max(0) } else { n };
    let (start, end) = (cut(start), cut(end).min(len));
    Ok((start <= end).then_some(start as usize..end as usize))
}

/// A string argument.
///
/// # Errors
/// TypeError that names the function and the argument (`argument`, or `argument 1`).
pub fn string<'a>(cx: &Cx, value: &'a Value, function: &str, argument: &str) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(string) => Ok(string),
        None => raise!(cx, exc::TYPE_ERROR, "{function}() {argument} must be str, not {}", type_name(value)),
    }
}

/// How messages about arguments name the type of a value: None by itself.
pub fn type_name(value: &Value) -> &str {
    if value.is_none() { "None" } else { value.ty().name() }
}
