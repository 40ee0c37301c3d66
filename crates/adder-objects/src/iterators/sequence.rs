//! The iterator over anything with items by number.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::{index_of_state, itself, reduced};
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// What `iter` gives for an object with `__getitem__` only.
#[repr(C)]
pub struct PySequenceIterator {
    head: Head,
    sequence: Slot,
    index: Cell<isize>,
}

/// `iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PySeqIter_Type")]
pub static SEQUENCE_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const SEQUENCE_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PySequenceIterator>(),
    functions: functions::<PySequenceIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", length_hint),
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", setstate),
    ],
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

fn of(this: &Value) -> &PySequenceIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PySequenceIterator>() }
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(sequence) = it.sequence.try_get() else { return Ok(None) };
    let index = it.index.get();
    if index == isize::MAX {
        return raise!(cx, exc::OVERFLOW_ERROR, "iter index too large");
    }
    let found = match sequence.ty().slots.item.get() {
        Some(item) => item(cx, &sequence, index),
        None => cx.getitem(&sequence, &cx.int(index as i64)?),
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

fn length_hint(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let Some(sequence) = it.sequence.try_get() else { return cx.int(0) };
    if sequence.ty().slots.len.get().is_none() {
        return Ok(Value::not_implemented());
    }
    let len = cx.len(&sequence)? as i64;
    cx.int((len - it.index.get() as i64).max(0))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    reduced(cx, "iter", || {
        Ok(match it.sequence.try_get() {
            Some(sequence) => (sequence, Some(it.index.get())),
            None => (cx.empty_tuple()?.into_value(), None),
        })
    })
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = index_of_state(cx, state)?;
    let it = of(this);
    if !it.sequence.is_unset() {
        it.index.set(index.max(0));
    }
    Ok(Value::none())
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
