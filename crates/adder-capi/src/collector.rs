//! `PyGC_*`, and what the runtime keeps for C's objects: their dicts, their finalizers, bytes behind them.

use core::ffi::{c_int, c_void};
use core::ptr::NonNull;

use adder_objects::{Value, instance};

use crate::border::{Borrowed, Nothing, Object};
use crate::contract::api;
use crate::structs::VisitProc;

/// C's `gcvisitobjects_t`.
pub type VisitObjects = Option<unsafe extern "C" fn(Object, *mut c_void) -> c_int>;

impl crate::border::Parameter for VisitObjects {
    type C = VisitObjects;
    const PASSING: crate::contract::Passing = crate::contract::Passing::Plain;
    unsafe fn receive(c: VisitObjects, _: &'static str) -> adder_objects::R<VisitObjects> {
        Ok(c)
    }
}

api! {
    /// Automatic collection is on from here. Was it before?
    quiet fn PyGC_Enable(cx) -> c_int {
        let before = cx.heap.is_enabled();
        cx.heap.enable();
        Ok(before.into())
    }

    /// Automatic collection is off from here. Was it on before?
    quiet fn PyGC_Disable(cx) -> c_int {
        let before = cx.heap.is_enabled();
        cx.heap.disable();
        Ok(before.into())
    }

    /// Is automatic collection on?
    quiet fn PyGC_IsEnabled(cx) -> c_int {
        Ok(cx.heap.is_enabled().into())
    }

    /// Calls a function with every object that the collector looks at, until it gives 0. Nothing is collected meanwhile.
    runs fn PyUnstable_GC_VisitObjects(cx, visit: VisitObjects, arg: *mut c_void) -> Nothing {
        let Some(visit) = visit else { return Ok(Nothing) };
        let enabled = cx.heap.is_enabled();
        cx.heap.disable();
        for object in cx.heap.objects() {
            let head = adder_gc::raw::head_of(&object);
            // SAFETY: held by the handle.
            unsafe {
                if head.as_ref().is_tracked() && visit(head.as_ptr(), arg) == 0 {
                    break;
                }
            }
        }
        if enabled {
            cx.heap.enable();
        }
        Ok(Nothing)
    }

    /// Calls the finalizer of an object, once.
    runs fn PyObject_CallFinalizer(cx, object: Borrowed) -> Nothing {
        let (Some(head), Some(finalize)) = (object.head(), object.ty().slots.finalize.get()) else { return Ok(Nothing) };
        if object.ty().is_gc() && head.is_finalized() {
            return Ok(Nothing);
        }
        finalize(cx, &object);
        if object.ty().is_gc() {
            head.set_finalized(true);
        }
        Ok(Nothing)
    }

    /// Empties the dict that the runtime keeps for an object.
    runs fn PyObject_ClearManagedDict(cx, object: Option<Borrowed>) -> Nothing {
        let _ = cx;
        if let Some(word) = object.as_deref().and_then(instance::dict_word) {
            drop(word.take());
        }
        Ok(Nothing)
    }
}

/// Visits the dict that the runtime keeps for an object, for a `tp_traverse`.
///
/// # Safety
/// The object is alive; the function is right for its argument.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_VisitManagedDict(object: Object, visit: VisitProc, arg: *mut c_void) -> c_int {
    let Some(head) = NonNull::new(object) else { return 0 };
    // SAFETY: by the contract; never counted.
    unsafe {
        let value = core::mem::ManuallyDrop::new(Value::from_owned(head));
        // Where a class gave it to the object, the collector has seen it.
        if adder_objects::class::foreign::dict_is_of_class(value.ty().native()) {
            return 0;
        }
        match instance::dict_word(&value).map(|word| word.peek()) {
            Some(dict) if dict.is_object() => visit(dict.head_ptr().as_ptr(), arg),
            _ => 0,
        }
    }
}

crate::contract::rows! {
    /// The row of what a `tp_traverse` calls.
    DICTS:
    quiet PyObject_VisitManagedDict(object: Borrowed, visit: Plain, arg: Plain) -> Plain;
}
