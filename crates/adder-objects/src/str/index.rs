//! Characters by their places.

use super::find::text;
use super::{PyStr, StrBuilder};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::iterators::{STR_ASCII_ITERATOR_TYPE, STR_ITERATOR_TYPE, places_iterator};
use crate::subscript::{Subscript, place, subscript};
use crate::value::Value;

pub(super) fn item(cx: &Cx, this: &Value, index: isize) -> R {
    let chars = text(this).chars();
    match usize::try_from(index).ok().filter(|&at| at < chars.len()) {
        Some(at) => Ok(cx.str_of_point(chars.at(at))?.into_value()),
        None => raise!(cx, exc::INDEX_ERROR, "string index out of range"),
    }
}

pub(super) fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let n = text(this).len();
    let slice = match subscript(cx, key)? {
        Some(Subscript::Index(index)) => match place(index, n) {
            Some(at) => return Ok(cx.str_of_point(text(this).chars().at(at))?.into_value()),
            None => return raise!(cx, exc::INDEX_ERROR, "string index out of range"),
        },
        Some(Subscript::Slice(bounds)) => bounds.adjust(n),
        None => {
            return raise!(cx, exc::TYPE_ERROR, "string indices must be integers, not '{}'", key.ty().name());
        }
    };
    if slice.step == 1 {
        return super::find::part(cx, this, slice.start..slice.start + slice.count);
    }
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, slice.count)?;
    for at in slice.iter() {
        out.push(chars.at(at))?;
    }
    out.finish_value()
}

pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let ty = if text(this).is_ascii() { &STR_ASCII_ITERATOR_TYPE } else { &STR_ITERATOR_TYPE };
    places_iterator(cx, ty, this)
}

impl PyStr {
    /// The code point at a place, if the string is so long.
    pub fn point(&self, at: usize) -> Option<u32> {
        (at < self.len()).then(|| self.chars().at(at))
    }
}
