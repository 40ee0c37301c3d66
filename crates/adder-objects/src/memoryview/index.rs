//! `view[…]` and `view[…] = …`.

use super::items::Format;
use super::{View, copy_items, each_offset, this};
use crate::buffer::request;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::subscript::{Bounds, Subscript, place, subscript};
use crate::tuple::PyTuple;
use crate::value::Value;

pub(super) fn format(cx: &Cx, view: &View) -> R<Format> {
    match Format::of(&view.format) {
        Some(format) => Ok(format),
        None => raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "memoryview: format {} not supported", view.format),
    }
}

/// The value at an offset.
pub(super) fn unpack(cx: &Cx, view: &View, offset: isize) -> R {
    let format = format(cx, view)?;
    // SAFETY: shape and strides stay in the buffer; making a value runs no code of a user.
    format.unpack(cx, unsafe { core::slice::from_raw_parts(view.data.offset(offset), view.item_size) })
}

fn offset(cx: &Cx, view: &View, dimension: usize, index: isize) -> R<isize> {
    match place(index, view.shape[dimension] as usize) {
        Some(at) => Ok(at as isize * view.strides[dimension]),
        None => raise!(cx, exc::INDEX_ERROR, "index out of bounds on dimension {}", dimension + 1),
    }
}

pub(super) fn item(cx: &Cx, value: &Value, index: isize) -> R {
    let view = this(value).view(cx)?;
    match view.shape.len() {
        0 => raise!(cx, exc::TYPE_ERROR, "invalid indexing of 0-dim memory"),
        1 => {
            format(cx, view)?;
            unpack(cx, view, offset(cx, view, 0, index)?)
        }
        _ => raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "multi-dimensional sub-views are not implemented"),
    }
}

/// A part of the first dimension.
fn sliced(view: &View, bounds: Bounds) -> View {
    let mut part = view.copy();
    let places = bounds.adjust(view.shape[0] as usize);
    // SAFETY: the first item of the part, or (of none) a place that nobody reads.
    part.data = view.data.wrapping_offset(places.start as isize * view.strides[0]);
    part.shape[0] = places.count as isize;
    part.strides[0] = view.strides[0].wrapping_mul(places.step);
    part
}

/// The offset that a tuple of indices says; `None` if it is no tuple of indices.
fn tuple_offset(cx: &Cx, view: &View, key: &PyTuple) -> R<Option<isize>> {
    let items = key.items();
    if !items.iter().all(|item| item.is_int() || item.ty().slots.index.get().is_some()) {
        return Ok(None);
    }
    if items.len() < view.shape.len() {
        return raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "sub-views are not implemented");
    }
    if items.len() > view.shape.len() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "cannot index {}-dimension view with {}-element tuple",
            view.shape.len(),
            items.len()
        );
    }
    let mut at = 0;
    for (dimension, item) in items.iter().enumerate() {
        at += offset(cx, view, dimension, cx.index_to_isize(item, Some(&exc::INDEX_ERROR))?)?;
    }
    Ok(Some(at))
}

fn is_slices(key: &Value) -> bool {
    key.downcast::<PyTuple>()
        .is_some_and(|tuple| !tuple.items().is_empty() && tuple.items().iter().all(|item| item.ty().name() == "slice"))
}

fn is_ellipsis(key: &Value) -> bool {
    key.is_static(&crate::singletons::ELLIPSIS)
}

pub(super) fn getitem(cx: &Cx, value: &Value, key: &Value) -> R {
    let it = this(value);
    let view = it.view(cx)?;
    if view.shape.is_empty() {
        if key.downcast::<PyTuple>().is_some_and(|tuple| tuple.items().is_empty()) {
            return unpack(cx, view, 0);
        }
        if is_ellipsis(key) {
            return Ok(value.clone());
        }
        return raise!(cx, exc::TYPE_ERROR, "invalid indexing of 0-dim memory");
    }
    match subscript(cx, key)? {
        Some(Subscript::Index(index)) => {
            // Finding out may have run code.
            it.view(cx)?;
            return item(cx, value, index);
        }
        Some(Subscript::Slice(bounds)) => {
            it.view(cx)?;
            return it.with(cx, sliced(view, bounds));
        }
        None => {}
    }
    if let Some(tuple) = key.downcast::<PyTuple>()
        && let Some(at) = tuple_offset(cx, view, tuple)?
    {
        it.view(cx)?;
        return unpack(cx, view, at);
    }
    if is_slices(key) {
        return raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "multi-dimensional slicing is not implemented");
    }
    raise!(cx, exc::TYPE_ERROR, "memoryview: invalid slice key")
}

fn store(cx: &Cx, value: &Value, at: isize, item: &Value) -> R<()> {
    let it = this(value);
    let (bytes, size) = format(cx, it.view(cx)?)?.pack(cx, item)?;
    // Converting may have run code that released the view.
    let view = it.view(cx)?;
    // SAFETY: shape and strides stay in the buffer, which is writable.
    unsafe { view.data.offset(at).copy_from_nonoverlapping(bytes.as_ptr(), size) };
    Ok(())
}

pub(super) fn setitem(cx: &Cx, value: &Value, key: &Value, item: Option<&Value>) -> R<()> {
    let it = this(value);
    let view = it.view(cx)?;
    let format = format(cx, view)?;
    if view.read_only {
        return raise!(cx, exc::TYPE_ERROR, "cannot modify read-only memory");
    }
    let Some(item) = item else { return raise!(cx, exc::TYPE_ERROR, "cannot delete memory") };
    if view.shape.is_empty() {
        if is_ellipsis(key) || key.downcast::<PyTuple>().is_some_and(|tuple| tuple.items().is_empty()) {
            return store(cx, value, 0, item);
        }
        return raise!(cx, exc::TYPE_ERROR, "invalid indexing of 0-dim memory");
    }
    match subscript(cx, key)? {
        Some(Subscript::Index(index)) => {
            if view.shape.len() > 1 {
                return raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "sub-views are not implemented");
            }
            let at = offset(cx, it.view(cx)?, 0, index)?;
            return store(cx, value, at, item);
        }
        Some(Subscript::Slice(bounds)) if view.shape.len() == 1 => {
            return assign(cx, value, bounds, format, item);
        }
        _ => {}
    }
    if let Some(tuple) = key.downcast::<PyTuple>()
        && let Some(at) = tuple_offset(cx, view, tuple)?
    {
        return store(cx, value, at, item);
    }
    if is_slices(key) || key.ty().name() == "slice" {
        return raise!(
            cx,
            exc::NOT_IMPLEMENTED_ERROR,
            "memoryview slice assignments are currently restricted to ndim = 1"
        );
    }
    raise!(cx, exc::TYPE_ERROR, "memoryview: invalid slice key")
}

fn assign(cx: &Cx, value: &Value, bounds: Bounds, format: Format, item: &Value) -> R<()> {
    let Some(buffer) = item.ty().slots.buffer.get() else {
        let ty = item.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{ty}'");
    };
    let from = buffer(cx, item, request::FULL)?;
    let to = sliced(this(value).view(cx)?, bounds);
    if from.shape != to.shape || from.item_size != to.item_size || Format::of(&from.format) != Some(format) {
        return raise!(cx, exc::VALUE_ERROR, "memoryview assignment: lvalue and rvalue have different structures");
    }
    // Copied first: both may be parts of the same memory.
    let bytes = copy_items(cx, from.data, &from.shape, &from.strides, from.item_size, false)?;
    let mut next = 0;
    each_offset(&to.shape, &to.strides, false, &mut |offset| {
        // SAFETY: shape and strides stay in the buffer, which is writable.
        unsafe { to.data.offset(offset).copy_from_nonoverlapping(bytes[next..].as_ptr(), to.item_size) };
        next += to.item_size;
        Ok(())
    })
}
