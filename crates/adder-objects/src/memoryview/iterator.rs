//! The iterator of `memoryview`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::{index, this};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `memory_iterator`
pub static MEMORY_ITERATOR_TYPE: TypeObject =
    TypeObject::builtin(&MEMORY_ITERATOR_SPEC, &raw const MEMORY_ITERATOR_TYPE);

static MEMORY_ITERATOR_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyMemoryIterator>(),
    functions: functions::<PyMemoryIterator>(true, true),
    slots: Slots { iter: slot(crate::iterators::itself), next: slot(next), ..Slots::NONE },
    ..Spec::new("memory_iterator", &OBJECT_TYPE)
};

/// An iterator over the items of a memoryview, which was so long when it began.
#[repr(C)]
pub struct PyMemoryIterator {
    head: Head,
    memory: Slot,
    index: Cell<usize>,
    len: usize,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyMemoryIterator {
    fn ty() -> &'static TypeObject {
        &MEMORY_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.memory.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.memory.clear(clearer);
    }
}

pub(super) fn iter(cx: &Cx, value: &Value) -> R {
    let view = this(value).view(cx)?;
    let len = match view.shape[..] {
        [] => return raise!(cx, exc::TYPE_ERROR, "invalid indexing of 0-dim memory"),
        [n] => n as usize,
        _ => {
            return raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "multi-dimensional sub-views are not implemented");
        }
    };
    index::format(cx, view)?;
    let fields = PyMemoryIterator { head: unborn(), memory: Slot::new(value.clone()), index: Cell::new(0), len };
    Ok(cx.alloc(fields)?.into_value())
}

fn next(cx: &Cx, value: &Value) -> R<Option<Value>> {
    // SAFETY: called for these iterators.
    let it = unsafe { value.cast::<PyMemoryIterator>() };
    let Some(memory) = it.memory.try_get() else { return Ok(None) };
    let at = it.index.get();
    if at < it.len {
        it.index.set(at + 1);
        return index::item(cx, &memory, at as isize).map(Some);
    }
    drop(it.memory.take());
    Ok(None)
}
