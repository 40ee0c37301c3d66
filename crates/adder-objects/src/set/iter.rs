//! Iterators over sets.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::PySet;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::iterators::{itself, reduced};
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// An iterator over a set.
#[repr(C)]
pub struct PySetIterator {
    head: Head,
    /// The set; nothing when the end was reached.
    set: Slot,
    /// The next place of its table.
    place: Cell<usize>,
    /// How many values it held when the iterator was made; `usize::MAX` after it was found to have changed.
    used: Cell<usize>,
    /// Values still to come.
    left: Cell<usize>,
}

/// `set_iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PySetIter_Type")]
pub static SET_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const SET_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PySetIterator>(),
    functions: functions::<PySetIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[Method::none("__length_hint__", length_hint), Method::none("__reduce__", reduce)],
    ..Spec::new("set_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PySetIterator {
    fn ty() -> &'static TypeObject {
        &SET_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.set.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.set.clear(clearer);
    }
}

/// The `iter` slot of sets.
pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let n = super::as_set(this).map_or(0, PySet::len);
    let made = PySetIterator {
        head: unborn(),
        set: Slot::new(this.clone()),
        place: Cell::new(0),
        used: Cell::new(n),
        left: Cell::new(n),
    };
    Ok(cx.alloc(made)?.into_value())
}

fn of(this: &Value) -> &PySetIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PySetIterator>() }
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(held) = it.set.try_get() else { return Ok(None) };
    let Some(set) = super::as_set(&held) else { return Ok(None) };
    if it.used.get() != set.len() {
        it.used.set(usize::MAX);
        return raise!(cx, exc::RUNTIME_ERROR, "Set changed size during iteration");
    }
    let mut place = it.place.get();
    let found = set.next(&mut place);
    it.place.set(place);
    match found {
        Some((_, key)) => {
            it.left.set(it.left.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            drop(it.set.take());
            Ok(None)
        }
    }
}

fn length_hint(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let unchanged = it.set.try_get().is_some_and(|set| super::as_set(&set).is_some_and(|s| s.len() == it.used.get()));
    cx.int(if unchanged { it.left.get() as i64 } else { 0 })
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let list = cx.list([])?;
    if let Some(held) = it.set.try_get()
        && let Some(set) = super::as_set(&held)
    {
        if set.len() != it.used.get() {
            return raise!(cx, exc::RUNTIME_ERROR, "Set changed size during iteration");
        }
        let mut place = it.place.get();
        while let Some((_, key)) = set.next(&mut place) {
            list.push(cx, key)?;
        }
    }
    reduced(cx, "iter", || Ok((list.into_value(), None)))
}
