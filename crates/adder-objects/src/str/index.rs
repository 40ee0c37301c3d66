//! Characters by their places, and the iterator.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::find::text;
use super::{PyStr, StrBuilder};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::subscript::{Subscript, place, subscript};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

pub(super) fn item(cx: &Cx, this: &Value, index: isize) -> R {
    let chars = text(this).chars();
    match usize::try_from(index).ok().filter(|&at| at < chars.len()) {
        Some(at) => Ok(cx.str_of_point(chars.at(at))?.into_value()),
        None => raise!(cx, exc::INDEX_ERROR, "string index out of range"),
    }
}

pub(super) fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let n = text(this).len();
    let slice = match subscript(cx, key)? {
        Some(Subscript::Index(index)) => match place(index, n) {
            Some(at) => return Ok(cx.str_of_point(text(this).chars().at(at))?.into_value()),
            None => return raise!(cx, exc::INDEX_ERROR, "string index out of range"),
        },
        Some(Subscript::Slice(bounds)) => bounds.adjust(n),
        None => {
            return raise!(cx, exc::TYPE_ERROR, "string indices must be integers, not '{}'", key.ty().name());
        }
    };
    if slice.step == 1 {
        return super::find::part(cx, this, slice.start..slice.start + slice.count);
    }
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, slice.count)?;
    for at in slice.iter() {
        out.push(chars.at(at))?;
    }
    out.finish_value()
}

/// An iterator over the characters of a string.
#[repr(C)]
pub struct PyStrIterator {
    head: Head,
    string: Slot,
    index: Cell<usize>,
}

macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $name:literal) => {
        $(#[$doc])*
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyStrIterator>(),
            functions: functions::<PyStrIterator>(true, true),
            slots: Slots { iter: slot(crate::iterators::itself), next: slot(next), ..Slots::NONE },
            methods: ITERATOR_METHODS,
            ..Spec::new($name, &OBJECT_TYPE)
        };
    };
}

iterator_type! {
    /// `str_iterator`
    STR_ITERATOR_TYPE STR_ITERATOR_SPEC "str_iterator"
}
iterator_type! {
    /// `str_ascii_iterator`
    STR_ASCII_ITERATOR_TYPE STR_ASCII_ITERATOR_SPEC "str_ascii_iterator"
}

static ITERATOR_METHODS: &[Method] = &[
    Method::none("__length_hint__", length_hint),
    Method::none("__reduce__", reduce),
    Method::one("__setstate__", set_state),
];

// SAFETY: begins with a head.
unsafe impl Layout for PyStrIterator {
    fn ty() -> &'static TypeObject {
        &STR_ITERATOR_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, &STR_ITERATOR_TYPE) || core::ptr::eq(ty, &STR_ASCII_ITERATOR_TYPE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.string.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.string.clear(clearer);
    }
}

fn iterator(this: &Value) -> &PyStrIterator {
    // SAFETY: methods of the iterators are called for them.
    unsafe { this.cast::<PyStrIterator>() }
}

pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let ty = if text(this).is_ascii() { &STR_ASCII_ITERATOR_TYPE } else { &STR_ITERATOR_TYPE };
    let fields = PyStrIterator { head: unborn(), string: Slot::new(this.clone()), index: Cell::new(0) };
    Ok(cx.alloc_in(ty, fields)?.into_value())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = iterator(this);
    let at = it.index.get();
    // SAFETY: making a string of a character runs no code of a user.
    let string = unsafe { it.string.peek() };
    let Some(string) = (!string.is_unset()).then(|| text(string)) else { return Ok(None) };
    if at < string.len() {
        it.index.set(at + 1);
        return Ok(Some(cx.str_of_point(string.chars().at(at))?.into_value()));
    }
    drop(it.string.take());
    Ok(None)
}

fn length_hint(_: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let left = it.string.try_get().map_or(0, |string| text(&string).len().saturating_sub(it.index.get()));
    Ok(Value::small(left as i64))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = iterator(this);
    let iter = cx.getattr_text(&cx.import("builtins")?, "iter")?;
    Ok(match it.string.try_get() {
        Some(string) => {
            let args = cx.tuple([string])?.into_value();
            cx.tuple([iter, args, Value::small(it.index.get() as i64)])?.into_value()
        }
        None => {
            let args = cx.tuple([cx.str_value("")?])?.into_value();
            cx.tuple([iter, args])?.into_value()
        }
    })
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = crate::arguments::ssize(cx, state)?;
    let it = iterator(this);
    if let Some(string) = it.string.try_get() {
        it.index.set((index.max(0) as usize).min(text(&string).len()));
    }
    Ok(Value::none())
}

impl PyStr {
    /// The code point at a place, if the string is so long.
    pub fn point(&self, at: usize) -> Option<u32> {
        (at < self.len()).then(|| self.chars().at(at))
    }
}
