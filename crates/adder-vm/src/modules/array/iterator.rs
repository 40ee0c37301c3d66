//! Iterators over arrays.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::iterators::itself;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, TypeObject, Value};

use super::{PyArray, of as array_of};

/// Layout of an iterator.
#[repr(C)]
struct PyArrayIterator {
    head: Head,
    /// Empty once the end was reached.
    array: Slot,
    at: Cell<usize>,
}

/// `array.arrayiterator`
pub(super) static ARRAY_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const ARRAY_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    module: "array",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyArrayIterator>(),
    functions: functions::<PyArrayIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::one("__setstate__", set_state)],
    ..Spec::new("array.arrayiterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyArrayIterator {
    fn ty() -> &'static TypeObject {
        &ARRAY_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.array.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.array.clear(clearer);
    }
}

fn of(this: &Value) -> &PyArrayIterator {
    // SAFETY: called for iterators.
    unsafe { this.cast::<PyArrayIterator>() }
}

pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let made = PyArrayIterator { head: unborn(), array: Slot::new(this.clone()), at: Cell::new(0) };
    Ok(cx.alloc(made)?.into_value())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(array) = it.array.try_get() else { return Ok(None) };
    let at = it.at.get();
    match array_of(&array).get(cx, at)? {
        Some(value) => {
            it.at.set(at + 1);
            Ok(Some(value))
        }
        None => {
            drop(it.array.take());
            Ok(None)
        }
    }
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let iter = cx.getattr_text(&cx.import("builtins")?, "iter")?;
    match it.array.try_get() {
        Some(array) => {
            let args = cx.tuple([array])?.into_value();
            Ok(cx.tuple([iter, args, cx.int(it.at.get() as i64)?])?.into_value())
        }
        None => {
            let args = cx.tuple([cx.empty_tuple()?.into_value()])?.into_value();
            Ok(cx.tuple([iter, args])?.into_value())
        }
    }
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let at = cx.index_to_isize(state, None)?.max(0) as usize;
    let it = of(this);
    let len = it.array.try_get().and_then(|array| array.downcast::<PyArray>().map(PyArray::len));
    it.at.set(at.min(len.unwrap_or(0)));
    Ok(Value::none())
}
