//! `list[…]`, `list[…] = …`, `del list[…]`.

use super::methods::{copy_of, of};
use super::{LIST_TYPE, PyList};
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::subscript::{Bounds, Places, Subscript, place, subscript};
use crate::value::Value;

fn wrong_index(cx: &Cx, key: &Value) -> Raised {
    cx.type_error(format_args!("list indices must be integers or slices, not {}", key.ty().name()))
}

pub(super) fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let list = of(this);
    match subscript(cx, key)? {
        Some(Subscript::Index(index)) => match place(index, list.len()).and_then(|at| list.get(at)) {
            Some(item) => Ok(item),
            None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
        },
        Some(Subscript::Slice(bounds)) => {
            let places = bounds.adjust(list.len());
            let made = cx.list_in(&LIST_TYPE)?;
            made.reserve_exactly(cx, places.count)?;
            // SAFETY: cloning runs no code; there is room for all; the places were cut to the length, which nothing changes meanwhile.
            unsafe { made.fill(places.iter().map(|at| list.items().get_unchecked(at).clone())) };
            Ok(made.into_value())
        }
        None => Err(wrong_index(cx, key)),
    }
}

pub(super) fn setitem(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    let list = of(this);
    match subscript(cx, key)? {
        Some(Subscript::Index(index)) => {
            let Some(at) = place(index, list.len()) else {
                return raise!(cx, exc::INDEX_ERROR, "list assignment index out of range");
            };
            match value {
                Some(value) => {
                    list.set(at, value.clone());
                }
                None => {
                    drop(list.remove(at));
                    list.shrink(cx);
                }
            }
            Ok(())
        }
        Some(Subscript::Slice(bounds)) => match value {
            Some(value) => set_slice(cx, this, bounds, value),
            None => delete_slice(cx, list, bounds),
        },
        None => Err(wrong_index(cx, key)),
    }
}

impl PyList {
    /// `list[bounds] = values` for a step of 1, where nobody else knows the list of values: it holds the replaced ones afterwards.
    ///
    /// # Errors
    /// MemoryError; both lists stay as they were.
    pub fn exchange_slice(&self, cx: &Cx, bounds: Bounds, values: &PyList) -> R<()> {
        let places = bounds.adjust(self.len());
        debug_assert!(places.step == 1, "places side by side");
        self.exchange(cx, places.start, places.count, values)?;
        self.shrink(cx);
        Ok(())
    }
}

fn set_slice(cx: &Cx, this: &Value, bounds: Bounds, value: &Value) -> R<()> {
    let list = of(this);
    // Gathered first: the iteration may change the list, and the values may be the list itself.
    let new = match value.downcast::<PyList>() {
        Some(other) => copy_of(cx, other)?,
        None => {
            if value.ty().slots.iter.get().is_none() && value.ty().slots.item.get().is_none() {
                return raise!(cx, exc::TYPE_ERROR, "must assign iterable to extended slice");
            }
            cx.list_of(value)?
        }
    };
    let places = bounds.adjust(list.len());
    if places.step == 1 {
        list.exchange(cx, places.start, places.count, &new)?;
        list.shrink(cx);
        return Ok(());
    }
    if new.len() != places.count {
        return raise!(
            cx,
            exc::VALUE_ERROR,
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            places.count
        );
    }
    // The old items go where the new ones came from, and are released with them at the end.
    for (from, to) in places.iter().enumerate() {
        if let Some(item) = new.get(from) {
            let old = list.replace(to, item);
            new.replace(from, old);
        }
    }
    Ok(())
}

fn delete_slice(cx: &Cx, list: &PyList, bounds: Bounds) -> R<()> {
    let places = bounds.adjust(list.len());
    let gone = cx.list([])?;
    if places.count == 0 {
        return Ok(());
    }
    if places.step == 1 {
        list.exchange(cx, places.start, places.count, &gone)?;
    } else {
        gone.reserve_exactly(cx, places.count)?;
        list.take_places(ascending(places), &gone);
    }
    list.shrink(cx);
    Ok(())
}

fn ascending(places: Places) -> Places {
    if places.step > 0 {
        return places;
    }
    let last = places.iter().last().unwrap_or(places.start);
    Places { start: last, count: places.count, step: -places.step }
}
