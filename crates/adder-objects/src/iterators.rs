//! Iterators over any sequence, and over a callable.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// What `iter` gives for an object with `__getitem__` only.
#[repr(C)]
pub struct PySequenceIterator {
    head: Head,
    sequence: Slot,
    index: Cell<isize>,
}

/// `iterator`
pub static SEQUENCE_ITERATOR_TYPE: TypeObject =
    TypeObject::builtin(&SEQUENCE_ITERATOR_SPEC, &raw const SEQUENCE_ITERATOR_TYPE);
static SEQUENCE_ITERATOR_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PySequenceIterator>(),
    functions: functions::<PySequenceIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(sequence_next), ..Slots::NONE },
    ..Spec::new("iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PySequenceIterator {
    fn ty() -> &'static TypeObject {
        &SEQUENCE_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.sequence.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.sequence.clear(clearer);
    }
}

/// The `iter` slot of iterators.
pub fn itself(_: &Cx, this: &Value) -> R {
    Ok(this.clone())
}

fn sequence_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    // SAFETY: called for these iterators.
    let it = unsafe { this.cast::<PySequenceIterator>() };
    let Some(sequence) = it.sequence.try_get() else { return Ok(None) };
    let index = it.index.get();
    if index == isize::MAX {
        return raise!(cx, exc::OVERFLOW_ERROR, "iter index too large");
    }
    let found = match sequence.ty().slots.item.get() {
        Some(item) => item(cx, &sequence, index),
        None => cx.getitem(&sequence, &Value::small(index as i64)),
    };
    let found = match found.unless(&exc::INDEX_ERROR) {
        Err(raised) if raised.is(&exc::STOP_ITERATION) => None,
        other => other?,
    };
    match found {
        Some(_) => it.index.set(index + 1),
        None => drop(it.sequence.take()),
    }
    Ok(found)
}

impl Cx {
    /// An iterator over anything with items by number.
    ///
    /// # Errors
    /// MemoryError.
    pub fn sequence_iterator(&self, sequence: &Value) -> R {
        let made = PySequenceIterator { head: unborn(), sequence: Slot::new(sequence.clone()), index: Cell::new(0) };
        Ok(self.alloc(made)?.into_value())
    }
}
