//! Iterators over what has its items at places of its own: the characters of a string, the bytes of `bytes` and `bytearray`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::reduced;
use crate::bytes::own;
use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Slot, functions, unborn};
use crate::str::PyStr;
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// An iterator over the characters of a string or over bytes.
#[repr(C)]
pub struct PyPlacesIterator {
    head: Head,
    over: Slot,
    index: Cell<usize>,
}

macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $name:literal $c:literal $next:ident) => {
        $(#[$doc])*
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(export_name = $c)]
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyPlacesIterator>(),
            functions: functions::<PyPlacesIterator>(true, true),
            slots: Slots { iter: slot(super::itself), next: slot($next), ..Slots::NONE },
            methods: METHODS,
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

iterator_type! {
    /// `str_iterator`
    STR_ITERATOR_TYPE STR_ITERATOR_SPEC "str_iterator" "PyUnicodeIter_Type" next_character
}
iterator_type! {
    /// `str_ascii_iterator`
    STR_ASCII_ITERATOR_TYPE STR_ASCII_ITERATOR_SPEC "str_ascii_iterator" "_PyUnicodeASCIIIter_Type" next_character
}
iterator_type! {
    /// `bytes_iterator`
    BYTES_ITERATOR_TYPE BYTES_ITERATOR_SPEC "bytes_iterator" "PyBytesIter_Type" next_byte
}
iterator_type! {
    /// `bytearray_iterator`
    BYTEARRAY_ITERATOR_TYPE BYTEARRAY_ITERATOR_SPEC "bytearray_iterator" "PyByteArrayIter_Type" next_byte
}

static TYPES: [&TypeObject; 4] =
    [&STR_ITERATOR_TYPE, &STR_ASCII_ITERATOR_TYPE, &BYTES_ITERATOR_TYPE, &BYTEARRAY_ITERATOR_TYPE];

static METHODS: &[Method] = &[
    Method::none("__length_hint__", length_hint),
    Method::none("__reduce__", reduce),
    Method::one("__setstate__", set_state),
];

// SAFETY: begins with a head.
unsafe impl Layout for PyPlacesIterator {
    fn ty() -> &'static TypeObject {
        &STR_ITERATOR_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        TYPES.iter().any(|one| core::ptr::eq(*one, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.over.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.over.clear(clearer);
    }
}

/// A new iterator of one of the types above, over an object of that type's kind.
pub(crate) fn places_iterator(cx: &Cx, ty: &'static TypeObject, over: &Value) -> R {
    let fields = PyPlacesIterator { head: unborn(), over: Slot::new(over.clone()), index: Cell::new(0) };
    Ok(cx.alloc_in(ty, fields)?.into_value())
}

fn iterator(this: &Value) -> &PyPlacesIterator {
    // SAFETY: the methods are called for these types.
    unsafe { this.cast::<PyPlacesIterator>() }
}

impl PyPlacesIterator {
    /// The next item, which `at` takes from its place; after the last one the iterator lets go of what it goes over.
    #[inline(always)]
    fn step(&self, at: impl FnOnce(&Value, usize) -> R<Option<Value>>) -> R<Option<Value>> {
        // SAFETY: to take a character or a byte runs no code of a user.
        let over = unsafe { self.over.peek() };
        if over.is_unset() {
            return Ok(None);
        }
        let index = self.index.get();
        let found = at(over, index)?;
        match found {
            Some(_) => self.index.set(index + 1),
            None => drop(self.over.take()),
        }
        Ok(found)
    }
}

fn next_character(cx: &Cx, this: &Value) -> R<Option<Value>> {
    iterator(this).step(|over, index| {
        // SAFETY: these types go over strings.
        match unsafe { over.cast::<PyStr>() }.point(index) {
            Some(point) => Ok(Some(cx.str_of_point(point)?.into_value())),
            None => Ok(None),
        }
    })
}

fn next_byte(_: &Cx, this: &Value) -> R<Option<Value>> {
    iterator(this).step(|over, index| Ok(own(over).get(index).map(|&byte| Value::small(byte.into()))))
}

fn len(over: &Value) -> usize {
    over.downcast::<PyStr>().map_or_else(|| own(over).len(), PyStr::len)
}

fn length_hint(_: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let left = it.over.try_get().map_or(0, |over| len(&over).saturating_sub(it.index.get()));
    Ok(Value::small(left as i64))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let of_bytes = core::ptr::eq(this.ty(), &BYTES_ITERATOR_TYPE) || core::ptr::eq(this.ty(), &BYTEARRAY_ITERATOR_TYPE);
    reduced(cx, "iter", || {
        Ok(match it.over.try_get() {
            Some(over) => (over, Some(it.index.get() as isize)),
            None if of_bytes => (cx.empty_tuple()?.into_value(), None),
            None => (cx.str_value("")?, None),
        })
    })
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = crate::arguments::ssize(cx, state)?;
    let it = iterator(this);
    if let Some(over) = it.over.try_get() {
        it.index.set((index.max(0) as usize).min(len(&over)));
    }
    Ok(Value::none())
}
