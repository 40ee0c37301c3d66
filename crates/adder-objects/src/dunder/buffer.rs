//! `__buffer__` and `__release_buffer__` written in Python (PEP 688).

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::buffer::Buffer;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Spec, TypeObject, flag};
use crate::value::Value;

/// What owns a view that `__buffer__` gave: the memoryview, the object to be told when the view ends, the view itself.
#[repr(C)]
pub struct PyBufferOwner {
    head: Head,
    view: Slot,
    object: Slot,
    inner: RefCell<Option<Buffer>>,
}

/// `_buffer_wrapper`
pub static BUFFER_OWNER_TYPE: TypeObject = TypeObject::builtin(&BUFFER_OWNER_SPEC, &raw const BUFFER_OWNER_TYPE);
static BUFFER_OWNER_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyBufferOwner>(),
    functions: functions::<PyBufferOwner>(true, true),
    ..Spec::new("_buffer_wrapper", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyBufferOwner {
    fn ty() -> &'static TypeObject {
        &BUFFER_OWNER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("memoryview");
        self.view.trace(tracer);
        tracer.name("object");
        self.object.trace(tracer);
    }
    /// Left whole: a view that is in use must not lose its memory, and the view is what holds this object.
    fn clear(&self, _: &mut Clearer<'_>) {}
}

/// The `buffer` slot of a class with a `__buffer__` of its own.
pub(super) fn python(cx: &Cx, this: &Value, flags: u32) -> R<Buffer> {
    let Some(view) = cx.call_special(this, cx.names.buffer(), &[Value::small(flags.into())])? else {
        return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", this.ty().name());
    };
    let get = view.ty().slots.buffer.get().filter(|_| view.ty().name() == "memoryview");
    let Some(get) = get else {
        return raise!(cx, exc::TYPE_ERROR, "__buffer__ returned non-memoryview object of type '{}'", view.ty().name());
    };
    let inner = get(cx, &view, flags)?;
    let owner = PyBufferOwner {
        head: unborn(),
        view: Slot::new(view),
        object: Slot::new(this.clone()),
        inner: RefCell::new(None),
    };
    let owner = cx.alloc(owner)?;
    let mut buffer = Buffer::bytes(owner.as_value().clone(), inner.data, inner.len, inner.read_only, Some(release));
    buffer.item_size = inner.item_size;
    buffer.format = inner.format.clone();
    buffer.shape = inner.shape.clone();
    buffer.strides = inner.strides.clone();
    *owner.inner.borrow_mut() = Some(inner);
    Ok(buffer)
}

/// The view has ended: the class is told, then the memoryview is released.
fn release(owner: &Value) {
    let Some(owner) = owner.downcast::<PyBufferOwner>() else { return };
    drop(owner.inner.borrow_mut().take());
    let (Some(cx), Some(view), Some(object)) = (Cx::try_current(), owner.view.take(), owner.object.take()) else {
        return;
    };
    if let Err(raised) = cx.call_special(&object, cx.names.release_buffer(), core::slice::from_ref(&view)) {
        cx.unraisable(raised, None, Some(&object));
    }
    let released = cx.intern("release").and_then(|name| cx.call_method(&view, &name, &[]));
    if let Err(raised) = released {
        cx.unraisable(raised, None, Some(&object));
    }
}
