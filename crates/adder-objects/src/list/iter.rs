//! Iterators over lists, forwards and backwards.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::PyList;
use crate::cx::Cx;
use crate::error::R;
use crate::iterators::{index_of_state, itself, reduced};
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// An iterator over a list. The evaluation loop steps it itself.
#[repr(C)]
pub struct PyListIterator {
    head: Head,
    /// The list; nothing when the end was reached.
    pub list: Slot,
    /// The next place.
    pub index: Cell<usize>,
}

/// An iterator over a list from the end.
#[repr(C)]
pub struct PyListReverseIterator {
    head: Head,
    /// The list; nothing when the front was reached.
    pub list: Slot,
    /// The next place; -1 at the end.
    pub index: Cell<isize>,
}

macro_rules! list_iterator {
    ($(#[$doc:meta])* $ty:ident $static:ident $spec:ident $name:literal $c:literal $next:ident $hint:ident $reduce:ident $set:ident) => {
        $(#[$doc])*
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(export_name = $c)]
        pub static $static: TypeObject = TypeObject::builtin(&$spec, &raw const $static);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<$ty>(),
            functions: functions::<$ty>(true, true),
            slots: Slots { iter: slot(itself), next: slot($next), ..Slots::NONE },
            methods: &[
                Method::none("__length_hint__", $hint),
                Method::none("__reduce__", $reduce),
                Method::one("__setstate__", $set),
            ],
            ..Spec::new($name, &OBJECT_TYPE)
        };

        // SAFETY: begins with a head.
        unsafe impl Layout for $ty {
            #[inline(always)]
            fn ty() -> &'static TypeObject {
                &$static
            }
            fn trace(&self, tracer: &mut Tracer<'_>) {
                self.list.trace(tracer);
            }
            fn clear(&self, clearer: &mut Clearer<'_>) {
                self.list.clear(clearer);
            }
        }
    };
}

list_iterator! {
    /// `list_iterator`
    PyListIterator LIST_ITERATOR_TYPE FORWARD_SPEC "list_iterator" "PyListIter_Type" forward_next forward_hint forward_reduce forward_set
}
list_iterator! {
    /// `list_reverseiterator`
    PyListReverseIterator LIST_REVERSE_ITERATOR_TYPE REVERSE_SPEC "list_reverseiterator" "PyListRevIter_Type"
    reverse_next reverse_hint reverse_reduce reverse_set
}

/// The `iter` slot of lists.
pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    let made = PyListIterator { head: unborn(), list: Slot::new(this.clone()), index: Cell::new(0) };
    Ok(cx.alloc(made)?.into_value())
}

/// `list.__reversed__`
pub(super) fn reversed(cx: &Cx, this: &Value) -> R {
    let index = Cell::new(super::methods::of(this).len() as isize - 1);
    Ok(cx.alloc(PyListReverseIterator { head: unborn(), list: Slot::new(this.clone()), index })?.into_value())
}

impl PyListIterator {
    /// The next item.
    #[inline]
    pub fn next(&self) -> Option<Value> {
        let at = self.index.get();
        // SAFETY: nothing is stored in the slot while it is looked at.
        if let Some(item) = unsafe { self.list.peek() }.downcast::<PyList>()?.get(at) {
            self.index.set(at + 1);
            return Some(item);
        }
        drop(self.list.take());
        None
    }
}

fn forward(this: &Value) -> &PyListIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyListIterator>() }
}

fn backward(this: &Value) -> &PyListReverseIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyListReverseIterator>() }
}

fn len_of(list: &Slot) -> usize {
    // SAFETY: nothing is stored in the slot while it is looked at.
    unsafe { list.peek() }.downcast::<PyList>().map_or(0, PyList::len)
}

fn forward_next(_: &Cx, this: &Value) -> R<Option<Value>> {
    Ok(forward(this).next())
}

fn reverse_next(_: &Cx, this: &Value) -> R<Option<Value>> {
    let it = backward(this);
    let index = it.index.get();
    // SAFETY: nothing is stored in the slot while it is looked at.
    let list = unsafe { it.list.peek() }.downcast::<PyList>();
    let item = list.and_then(|list| list.get(usize::try_from(index).ok()?));
    match item {
        Some(_) => it.index.set(index - 1),
        None => {
            it.index.set(-1);
            drop(it.list.take());
        }
    }
    Ok(item)
}

fn forward_hint(cx: &Cx, this: &Value) -> R {
    let it = forward(this);
    cx.int(len_of(&it.list).saturating_sub(it.index.get()) as i64)
}

fn reverse_hint(cx: &Cx, this: &Value) -> R {
    let it = backward(this);
    let left = it.index.get() + 1;
    cx.int(if len_of(&it.list) < left as usize { 0 } else { left as i64 })
}

fn forward_reduce(cx: &Cx, this: &Value) -> R {
    let it = forward(this);
    reduced(cx, "iter", || {
        Ok(match it.list.try_get() {
            Some(list) => (list, Some(it.index.get() as isize)),
            None => (cx.list([])?.into_value(), None),
        })
    })
}

fn reverse_reduce(cx: &Cx, this: &Value) -> R {
    let it = backward(this);
    reduced(cx, "reversed", || {
        Ok(match it.list.try_get() {
            Some(list) => (list, Some(it.index.get())),
            None => (cx.list([])?.into_value(), None),
        })
    })
}

fn forward_set(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = index_of_state(cx, state)?;
    let it = forward(this);
    if !it.list.is_unset() {
        it.index.set((index.max(0) as usize).min(len_of(&it.list)));
    }
    Ok(Value::none())
}

fn reverse_set(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = index_of_state(cx, state)?;
    let it = backward(this);
    if !it.list.is_unset() {
        it.index.set(index.clamp(-1, len_of(&it.list) as isize - 1));
    }
    Ok(Value::none())
}
