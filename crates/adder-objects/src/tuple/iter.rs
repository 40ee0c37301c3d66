//! Iterators over tuples.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::PyTuple;
use crate::cx::Cx;
use crate::error::R;
use crate::iterators::{index_of_state, itself, reduced};
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// An iterator over a tuple. The evaluation loop steps it itself.
#[repr(C)]
pub struct PyTupleIterator {
    head: Head,
    /// The tuple; nothing when the end was reached.
    pub tuple: Slot,
    /// The next place.
    pub index: Cell<usize>,
}

/// `tuple_iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyTupleIter_Type")]
pub static TUPLE_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const TUPLE_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyTupleIterator>(),
    functions: functions::<PyTupleIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", length_hint),
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", setstate),
    ],
    ..Spec::new("tuple_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTupleIterator {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &TUPLE_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.tuple.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.tuple.clear(clearer);
    }
}

/// The `iter` slot of tuples.
pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let made = PyTupleIterator { head: unborn(), tuple: Slot::new(this.clone()), index: Cell::new(0) };
    Ok(cx.alloc(made)?.into_value())
}

fn of(this: &Value) -> &PyTupleIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyTupleIterator>() }
}

impl PyTupleIterator {
    /// The next item.
    #[inline]
    pub fn next(&self) -> Option<Value> {
        let at = self.index.get();
        // SAFETY: nothing is stored in the slot while it is looked at.
        if let Some(item) = unsafe { self.tuple.peek() }.downcast::<PyTuple>()?.items().get(at) {
            self.index.set(at + 1);
            return Some(item.clone());
        }
        drop(self.tuple.take());
        None
    }
}

fn next(_: &Cx, this: &Value) -> R<Option<Value>> {
    Ok(of(this).next())
}

fn len_of(it: &PyTupleIterator) -> usize {
    // SAFETY: nothing is stored in the slot while it is looked at.
    unsafe { it.tuple.peek() }.downcast::<PyTuple>().map_or(0, |tuple| tuple.items().len())
}

fn length_hint(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    cx.int(len_of(it).saturating_sub(it.index.get()) as i64)
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    reduced(cx, "iter", || {
        Ok(match it.tuple.try_get() {
            Some(tuple) => (tuple, Some(it.index.get() as isize)),
            None => (cx.empty_tuple()?.into_value(), None),
        })
    })
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    let it = of(this);
    let index = index_of_state(cx, state)?;
    if !it.tuple.is_unset() {
        it.index.set((index.max(0) as usize).min(len_of(it)));
    }
    Ok(Value::none())
}
