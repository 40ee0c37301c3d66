//! `unpack_iterator`: one struct after the other.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_gc::Tracer;
use adder_gc::raw::Head;
use adder_objects::buffer::{Buffer, request};
use adder_objects::iterators::itself;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout as ObjectLayout, R, TypeObject, Value};

use super::layout::Layout;
use super::{error, items};
use crate::modules::support;

/// Layout of the iterator.
#[repr(C)]
struct PyUnpackIterator {
    head: Head,
    layout: Rc<Layout>,
    /// The view, until the end is reached.
    buffer: RefCell<Option<Buffer>>,
    at: Cell<usize>,
}

/// `_struct.unpack_iterator`
pub(super) static UNPACK_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const UNPACK_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    module: "_struct",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyUnpackIterator>(),
    functions: functions::<PyUnpackIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[Method::none("__length_hint__", |cx, this| {
        let it = of(this);
        let left = it.buffer.borrow().as_ref().map_or(0, |buffer| (buffer.len - it.at.get()) / it.layout.size);
        cx.int(left as i64)
    })],
    ..Spec::new("_struct.unpack_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl ObjectLayout for PyUnpackIterator {
    fn ty() -> &'static TypeObject {
        &UNPACK_ITERATOR_TYPE
    }
    /// Nothing is cleared: a view that is in use must not lose its memory, and its owner can be cleared itself.
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Ok(buffer) = self.buffer.try_borrow()
            && let Some(buffer) = &*buffer
        {
            buffer.owner.trace(tracer);
        }
    }
}

fn of(this: &Value) -> &PyUnpackIterator {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyUnpackIterator>() }
}

/// An iterator over a buffer.
pub(super) fn over(cx: &Cx, layout: Rc<Layout>, buffer: &Value) -> R {
    if layout.size == 0 {
        return error(cx, format_args!("cannot iteratively unpack with a struct of length 0"));
    }
    let buffer = support::view(cx, buffer, request::SIMPLE)?;
    if buffer.len % layout.size != 0 {
        let size = layout.size;
        return error(cx, format_args!("iterative unpacking requires a buffer of a multiple of {size} bytes"));
    }
    let made = PyUnpackIterator { head: unborn(), layout, buffer: RefCell::new(Some(buffer)), at: Cell::new(0) };
    Ok(cx.alloc(made)?.into_value())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let (at, size) = (it.at.get(), it.layout.size);
    let held = it.buffer.borrow();
    let Some(buffer) = &*held else { return Ok(None) };
    if at + size > buffer.len {
        drop(held);
        drop(it.buffer.take());
        return Ok(None);
    }
    it.at.set(at + size);
    // SAFETY: making values runs no code of a user.
    items::unpack(cx, &it.layout, &unsafe { buffer.as_slice() }[at..at + size]).map(Some)
}
