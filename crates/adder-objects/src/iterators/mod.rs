//! Iterators over any sequence, over a callable, and those that are built-in types of their own.

mod callable;
mod enumerate;
mod map;
mod places;
mod reversed;
mod sequence;
mod zip;

pub use callable::{CALLABLE_ITERATOR_TYPE, PyCallableIterator};
pub use enumerate::{ENUMERATE_TYPE, PyEnumerate};
pub use map::{FILTER_TYPE, MAP_TYPE, PyFilter, PyMap};
pub(crate) use places::places_iterator;
pub use places::{
    BYTEARRAY_ITERATOR_TYPE, BYTES_ITERATOR_TYPE, PyPlacesIterator, STR_ASCII_ITERATOR_TYPE, STR_ITERATOR_TYPE,
};
pub use reversed::{PyReversed, REVERSED_TYPE};
pub use sequence::{PySequenceIterator, SEQUENCE_ITERATOR_TYPE};
pub use zip::{PyZip, ZIP_TYPE};

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

/// The `iter` slot of iterators.
pub fn itself(_: &Cx, this: &Value) -> R {
    Ok(this.clone())
}

/// What `__reduce__` of an iterator gives: a built-in function, what to call it with, and the index for `__setstate__`.
pub(crate) fn reduced(cx: &Cx, function: &str, over: Value, index: Option<isize>) -> R {
    let function = cx.getattr_text(&cx.import("builtins")?, function)?;
    let args = cx.tuple([over])?.into_value();
    Ok(match index {
        Some(index) => cx.tuple([function, args, cx.int(index as i64)?])?,
        None => cx.tuple([function, args])?,
    }
    .into_value())
}

/// The index that `__setstate__` gets.
pub(crate) fn index_of_state(cx: &Cx, state: &Value) -> R<isize> {
    if !state.is_int() {
        return raise!(cx, exc::TYPE_ERROR, "an integer is required");
    }
    crate::subscript::word(cx, state)
}
