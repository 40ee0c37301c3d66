//! Weak references: `weakref.ref` objects, which the heap tells when their target dies.

use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head, WeakFunctions, kind};
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag};
use crate::value::Value;

/// `weakref.ref`
pub static REF_TYPE: TypeObject = TypeObject::builtin(&REF_SPEC, &raw const REF_TYPE);

static REF_SPEC: Spec = Spec {
    module: "weakref",
    flags: flag::GC | flag::BASE,
    kind: kind::WEAK_REFERENCE,
    size: size_of::<PyWeakRef>(),
    weak: true,
    functions: functions::<PyWeakRef>(true, true),
    slots: Slots { ..Slots::NONE },
    ..Spec::new("ReferenceType", &OBJECT_TYPE)
};

/// Layout of a weak reference.
#[repr(C)]
pub struct PyWeakRef {
    head: Head,
    /// Not counted; none when the target has died or the reference was emptied.
    target: Cell<Option<NonNull<Head>>>,
    /// The callback, if there is one.
    pub callback: Slot,
    /// Hash of the target, once it was asked for; -1 before.
    pub hash: Cell<i64>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyWeakRef {
    fn ty() -> &'static TypeObject {
        &REF_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__callback__");
        self.callback.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.forget_target();
        self.callback.clear(clearer);
    }
}

impl Drop for PyWeakRef {
    fn drop(&mut self) {
        self.forget_target();
    }
}

/// How the heap tells weak references of their target's death.
pub(crate) static FUNCTIONS: WeakFunctions = WeakFunctions { emptied, call };

unsafe fn emptied(reference: NonNull<Head>) -> bool {
    // SAFETY: the heap only knows weak references of this layout.
    let this = unsafe { reference.cast::<PyWeakRef>().as_ref() };
    this.target.set(None);
    !this.callback.is_unset()
}

unsafe fn call(reference: NonNull<Head>) {
    // SAFETY: as above; the heap holds it meanwhile.
    let (this, value) = unsafe { (reference.cast::<PyWeakRef>().as_ref(), Value::from_borrowed(reference)) };
    let (Some(cx), Some(callback)) = (Cx::try_current(), this.callback.take()) else { return };
    if let Err(raised) = cx.call(&callback, core::slice::from_ref(&value)) {
        cx.unraisable(raised, Some("Exception ignored while calling weakref callback"), Some(&callback));
    }
}

impl PyWeakRef {
    /// The target, while it lives.
    pub fn target(&self) -> Option<Value> {
        let target = self.target.get()?;
        // SAFETY: emptied before the target's block is given back. One whose last reference is gone is not given out again.
        unsafe { target.as_ref().is_alive().then(|| Value::from_borrowed(target)) }
    }

    fn forget_target(&self) {
        if let Some(target) = self.target.take() {
            // SAFETY: not emptied yet, so the target is live.
            unsafe { raw::weak_remove(target, NonNull::from_ref(&self.head)) };
        }
    }
}

/// The weak references to an object, the oldest first.
pub fn references(object: &Value) -> Vec<Value> {
    let Some(head) = object.head().filter(|head| !head.is_foreign()) else { return Vec::new() };
    // SAFETY: a live object; its weak references live until they take themselves out of the list.
    unsafe {
        let list = raw::weak_list(NonNull::from_ref(head));
        list.into_iter().filter(|r| r.as_ref().is_alive()).map(|r| Value::from_borrowed(r)).collect()
    }
}

impl Cx {
    /// A weak reference of this class to an object; the caller has checked that its type allows it.
    ///
    /// # Errors
    /// MemoryError.
    pub fn weak_ref_in(&self, class: &TypeObject, target: &Value, callback: Option<Value>) -> R<Obj<PyWeakRef>> {
        let made = self.alloc_in(
            class,
            PyWeakRef {
                head: unborn(),
                target: Cell::new(None),
                callback: Slot::new(callback.unwrap_or(Value::UNSET)),
                hash: Cell::new(-1),
            },
        )?;
        // Statics and small ints do not die: nobody need tell.
        if let Some(head) = target.head().filter(|h| !h.is_foreign()) {
            made.target.set(Some(NonNull::from_ref(head)));
            // SAFETY: both are live, and of this interpreter's heap.
            unsafe { raw::weak_add(NonNull::from_ref(head), NonNull::from_ref(&made.head)) };
        }
        Ok(made)
    }
}
