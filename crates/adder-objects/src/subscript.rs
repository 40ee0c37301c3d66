//! What stands in the brackets of a sequence: an index or a slice.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::slice::{self, PySlice};
use crate::value::Value;

/// A subscript of a sequence.
pub(crate) enum Subscript {
    /// An index as it was given; negative ones count from the end.
    Index(isize),
    /// A slice whose bounds are not yet cut to the length.
    Slice(Bounds),
}

/// Start, stop and step of a slice, before the length of the sequence is known.
#[derive(Clone, Copy)]
pub(crate) struct Bounds(slice::Bounds);

/// The places that a slice takes: `count` of them from `start` on, `step` apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// The first.
    pub(crate) start: usize,
    /// How many.
    pub(crate) count: usize,
    /// How far apart: never 0.
    pub(crate) step: isize,
}

impl Bounds {
    /// Cut to a sequence of this length.
    pub(crate) fn adjust(self, len: usize) -> Places {
        let places = self.0.adjust(len);
        Places { start: places.start.max(0) as usize, count: places.len, step: places.step }
    }
}

impl Places {
    /// The places, in the order of the slice.
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |n| self.start.wrapping_add_signed((n as isize).wrapping_mul(self.step)))
    }
}

/// An argument that must be an int of a machine word.
pub(crate) fn word(cx: &Cx, value: &Value) -> R<isize> {
    match cx.index(value)?.as_i64() {
        Some(int) => Ok(int as isize),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

/// The bounds of `index(x, start, stop)`, cut to the length.
pub(crate) fn search_bounds(cx: &Cx, bounds: &[Value], len: usize) -> R<(usize, usize)> {
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
pub(crate) fn subscript(cx: &Cx, key: &Value) -> R<Option<Subscript>> {
    if let Some(index) = cx.try_index(key)? {
        return Ok(Some(Subscript::Index(cx.index_to_isize(&index, Some(&exc::INDEX_ERROR))?)));
    }
    if key.downcast::<PySlice>().is_none() {
        return Ok(None);
    }
    Ok(Some(Subscript::Slice(Bounds(slice::unpack(cx, key)?))))
}

/// An index counted from the front, if it lies in a sequence of this length.
#[inline]
pub(crate) fn place(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add_unsigned(len)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

#[cfg(test)]
mod tests {
    use super::Bounds;
    use crate::slice;

    #[test]
    fn slices_take_the_places_that_python_takes() {
        let places =
            |start, stop, step, len| Bounds(slice::Bounds { start, stop, step }).adjust(len).iter().collect::<Vec<_>>();
        assert_eq!(places(0, isize::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(places(isize::MAX, isize::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(places(-2, isize::MAX, 1, 5), [3, 4]);
        assert_eq!(places(1, -1, 2, 6), [1, 3]);
        assert_eq!(places(4, 0, -2, 5), [4, 2]);
        assert_eq!(places(5, 2, 1, 9), [0_usize; 0]);
        assert_eq!(places(isize::MIN, isize::MAX, isize::MAX, 4), [0]);
        assert_eq!(places(isize::MAX, isize::MIN, -isize::MAX, 4), [3]);
        assert_eq!(places(0, 0, -1, 0), [0_usize; 0]);
    }
}
