//! `array[…]`, `array[…] = …`, `del array[…]`.

use super::this;
use crate::bytes::item_byte;
use crate::bytes::shared::{make, own, plain};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::subscript::{Subscript, place, subscript};
use crate::value::Value;

const OUT_OF_RANGE: &str = "bytearray index out of range";

fn key(cx: &Cx, key: &Value) -> R<Subscript> {
    match subscript(cx, key)? {
        Some(subscript) => Ok(subscript),
        None => {
            let ty = key.ty().name();
            raise!(cx, exc::TYPE_ERROR, "bytearray indices must be integers or slices, not {ty}")
        }
    }
}

pub(super) fn item(cx: &Cx, value: &Value, index: isize) -> R {
    match usize::try_from(index).ok().and_then(|at| own(value).get(at)) {
        Some(&byte) => Ok(Value::small(byte.into())),
        None => raise!(cx, exc::INDEX_ERROR, "{OUT_OF_RANGE}"),
    }
}

pub(super) fn getitem(cx: &Cx, value: &Value, at: &Value) -> R {
    match key(cx, at)? {
        Subscript::Index(index) => match place(index, own(value).len()) {
            Some(at) => Ok(Value::small(own(value)[at].into())),
            None => raise!(cx, exc::INDEX_ERROR, "{OUT_OF_RANGE}"),
        },
        Subscript::Slice(bounds) => {
            let bytes = own(value);
            let slice = bounds.adjust(bytes.len());
            if slice.step == 1 {
                return make(cx, value, &bytes[slice.start..slice.start + slice.count]);
            }
            let mut made = HeapVec::with_capacity(cx, slice.count + 1)?;
            for at in slice.iter() {
                made.push(bytes[at])?;
            }
            Ok(cx.bytearray_of(made, &super::BYTEARRAY_TYPE)?.into_value())
        }
    }
}

pub(super) fn setitem(cx: &Cx, value: &Value, at: &Value, item: Option<&Value>) -> R<()> {
    let array = this(value);
    let bounds = match key(cx, at)? {
        Subscript::Index(index) => {
            let byte = item.map(|item| item_byte(cx, item)).transpose()?;
            let Some(at) = place(index, array.len()) else {
                return raise!(cx, exc::INDEX_ERROR, "{OUT_OF_RANGE}");
            };
            return match byte {
                Some(byte) => {
                    // SAFETY: writing a byte runs no code.
                    unsafe { array.as_mut_slice()[at] = byte };
                    Ok(())
                }
                None => array.splice(cx, at, 1, b""),
            };
        }
        Subscript::Slice(bounds) => bounds,
    };
    // What is assigned is copied: it may be (part of) the array itself.
    let bytes = match item {
        None => HeapVec::new(cx),
        Some(item) => {
            if plain(item).is_none() && (item.is_int() || item.downcast::<crate::str::PyStr>().is_some()) {
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                );
            }
            let message = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
            if item.ty().slots.iter.get().is_none()
                && item.ty().slots.item.get().is_none()
                && item.ty().slots.buffer.get().is_none()
            {
                return raise!(cx, exc::TYPE_ERROR, "{message}");
            }
            crate::bytes::contents(cx, item, message, "byte must be in range(0, 256)")?
        }
    };
    let slice = bounds.adjust(array.len());
    if slice.step == 1 {
        return array.splice(cx, slice.start, slice.count, &bytes);
    }
    if item.is_none() {
        return delete(cx, array, slice);
    }
    if bytes.len() != slice.count {
        return raise!(
            cx,
            exc::VALUE_ERROR,
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.len(),
            slice.count
        );
    }
    // SAFETY: writing bytes runs no code.
    let data = unsafe { array.as_mut_slice() };
    for (from, to) in slice.iter().enumerate() {
        data[to] = bytes[from];
    }
    Ok(())
}

fn delete(cx: &Cx, array: &super::PyByteArray, slice: crate::subscript::Places) -> R<()> {
    if slice.count == 0 {
        return Ok(());
    }
    array.must_be_free(cx)?;
    let end = slice.start.wrapping_add_signed((slice.count as isize - 1).wrapping_mul(slice.step));
    let (first, last) = (slice.start.min(end), slice.start.max(end));
    let step = slice.step.unsigned_abs();
    // SAFETY: moving bytes runs no code.
    let data = unsafe { array.as_mut_slice() };
    let mut to = first;
    for from in first..data.len() {
        if from > last || !(from - first).is_multiple_of(step) {
            data[to] = data[from];
            to += 1;
        }
    }
    array.resize(cx, to)
}
