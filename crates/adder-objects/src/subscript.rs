//! What stands in the brackets of a sequence: an index or a slice.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
pub use crate::slice::{Bounds, Places};
use crate::slice::{PySlice, unpack_slice};
use crate::value::Value;

/// A subscript of a sequence.
pub enum Subscript {
    /// An index as it was given; negative ones count from the end.
    Index(isize),
    /// A slice whose bounds are not yet cut to the length.
    Slice(Bounds),
}

/// An argument that must be an int of a machine word.
pub(crate) fn word(cx: &Cx, value: &Value) -> R<isize> {
    match cx.index(value)?.as_i64() {
        Some(int) => Ok(int as isize),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

/// The bounds of `index(x, start, stop)`, cut to the length.
pub fn search_bounds(cx: &Cx, bounds: &[Value], len: usize) -> R<(usize, usize)> {
    let bound = |at: usize, default: isize| -> R<usize> {
        let index = match bounds.get(at) {
            None => default,
            Some(value) => match cx.try_index(value)? {
                Some(index) => cx.index_to_isize(&index, None)?,
                None => {
                    return raise!(cx, exc::TYPE_ERROR, "slice indices must be integers or have an __index__ method");
                }
            },
        };
        Ok(if index < 0 { index.saturating_add_unsigned(len).max(0) as usize } else { index as usize })
    };
    Ok((bound(0, 0)?, bound(1, isize::MAX)?))
}

/// The subscript that a value is; `None` for what is neither index nor slice.
pub fn subscript(cx: &Cx, key: &Value) -> R<Option<Subscript>> {
    // No class derives from `slice`, and it is no index.
    if let Some(slice) = key.downcast_exact::<PySlice>() {
        return unpack_slice(cx, slice).map(Subscript::Slice).map(Some);
    }
    if let Some(index) = cx.try_index(key)? {
        return Ok(Some(Subscript::Index(cx.index_to_isize(&index, Some(&exc::INDEX_ERROR))?)));
    }
    Ok(None)
}

/// An index counted from the front, if it lies in a sequence of this length.
#[inline]
pub fn place(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add_unsigned(len)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}
