//! Iterators over `bytes` and `bytearray`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::shared::own;
use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// An iterator over bytes.
#[repr(C)]
pub struct PyBytesIterator {
    head: Head,
    bytes: Slot,
    index: Cell<usize>,
}

macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $name:literal) => {
        $(#[$doc])*
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyBytesIterator>(),
            functions: functions::<PyBytesIterator>(true, true),
            slots: Slots { iter: slot(crate::iterators::itself), next: slot(next), ..Slots::NONE },
            methods: METHODS,
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

iterator_type! {
    /// `bytes_iterator`
    BYTES_ITERATOR_TYPE BYTES_ITERATOR_SPEC "bytes_iterator"
}
iterator_type! {
    /// `bytearray_iterator`
    BYTEARRAY_ITERATOR_TYPE BYTEARRAY_ITERATOR_SPEC "bytearray_iterator"
}

static METHODS: &[Method] = &[
    Method::none("__length_hint__", length_hint),
    Method::none("__reduce__", reduce),
    Method::one("__setstate__", set_state),
];

// SAFETY: begins with a head.
unsafe impl Layout for PyBytesIterator {
    fn ty() -> &'static TypeObject {
        &BYTES_ITERATOR_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, &BYTES_ITERATOR_TYPE) || core::ptr::eq(ty, &BYTEARRAY_ITERATOR_TYPE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.bytes.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.bytes.clear(clearer);
    }
}

fn iterator(this: &Value) -> &PyBytesIterator {
    // SAFETY: methods of the iterators are called for them.
    unsafe { this.cast::<PyBytesIterator>() }
}

/// `iter(bytes)`
pub(crate) fn iter(cx: &Cx, this: &Value) -> R {
    let ty = if super::shared::is_array(this) { &BYTEARRAY_ITERATOR_TYPE } else { &BYTES_ITERATOR_TYPE };
    let fields = PyBytesIterator { head: unborn(), bytes: Slot::new(this.clone()), index: Cell::new(0) };
    Ok(cx.alloc_in(ty, fields)?.into_value())
}

fn next(_: &Cx, this: &Value) -> R<Option<Value>> {
    let it = iterator(this);
    let at = it.index.get();
    // SAFETY: reading a byte runs no code of a user.
    let found = match unsafe { it.bytes.peek() } {
        bytes if bytes.is_unset() => return Ok(None),
        bytes => own(bytes).get(at).copied(),
    };
    match found {
        Some(byte) => {
            it.index.set(at + 1);
            Ok(Some(Value::small(byte.into())))
        }
        None => {
            drop(it.bytes.take());
            Ok(None)
        }
    }
}

fn length_hint(_: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let left = it.bytes.try_get().map_or(0, |bytes| own(&bytes).len().saturating_sub(it.index.get()));
    Ok(Value::small(left as i64))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let iter = cx.getattr_text(&cx.import("builtins")?, "iter")?;
    Ok(match it.bytes.try_get() {
        Some(bytes) => {
            let args = cx.tuple([bytes])?.into_value();
            cx.tuple([iter, args, Value::small(it.index.get() as i64)])?.into_value()
        }
        None => {
            let args = cx.tuple([cx.tuple([])?.into_value()])?.into_value();
            cx.tuple([iter, args])?.into_value()
        }
    })
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = crate::arguments::ssize(cx, state)?;
    let it = iterator(this);
    if let Some(bytes) = it.bytes.try_get() {
        it.index.set((index.max(0) as usize).min(own(&bytes).len()));
    }
    Ok(Value::none())
}
