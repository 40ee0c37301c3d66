//! Blocks for C's objects: `tp_alloc`, `tp_free`, `PyObject_New` and their like.

use core::ffi::{c_int, c_void};
use core::ptr::{NonNull, null_mut};

use adder_gc::raw::{self, Head};
use adder_objects::class::foreign;
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::death::end_of_dying;
use crate::border::{Borrowed, Nothing, Object};
use crate::contract::api;
use crate::memory;

/// Bytes of an instance with so many items.
fn size_of_instance(cx: &Cx, class: &TypeObject, items: isize) -> R<usize> {
    let item = class.c.tp_itemsize.get().max(0) as usize;
    let fixed = class.shape.size.get() as usize;
    let all = (items.max(0) as usize)
        .checked_mul(item)
        .and_then(|n| n.checked_add(fixed))
        .filter(|n| *n < isize::MAX as usize - 64);
    match all {
        // The word of a dict, where the runtime keeps that behind the items.
        Some(size) => Ok(size.next_multiple_of(8) + if class.shape.dict_offset.get() == 1 { 8 } else { 0 }),
        None => Err(cx.no_memory()),
    }
}

/// Bytes of an instance that C, or the built-in base, lays out.
fn native_size(class: &TypeObject) -> usize {
    class.native().shape.size.get() as usize
}

/// An object of a type that C lays out, all zeros behind its head; what a class written in Python adds is empty.
unsafe fn blank(cx: &Cx, class: &TypeObject, items: isize, tracked: bool) -> R<NonNull<Head>> {
    let size = size_of_instance(cx, class, items)?;
    let (native, fixed) = (native_size(class), class.shape.size.get() as usize);
    // SAFETY: the payload is filled here, before anything else is done: C's part with zeros, all words of the runtime's as empty.
    unsafe {
        let head = cx.alloc_bytes(class, size, size)?;
        let start = head.cast::<u8>();
        start.add(size_of::<Head>()).write_bytes(0, size - size_of::<Head>());
        let empty = |range: core::ops::Range<usize>| {
            for at in range.step_by(8) {
                start.add(at).cast::<usize>().write(Value::UNSET.bits());
            }
        };
        if !class.is_foreign() {
            empty(native.min(fixed)..fixed);
            if class.shape.dict_offset.get() == 1 {
                empty(size - 8..size);
            }
        }
        for range in foreign::members_of_classes(class.native()) {
            empty(range.start as usize..range.end as usize);
        }
        if class.c.tp_itemsize.get() != 0 && size >= size_of::<Head>() + 8 {
            head.cast::<isize>().add(2).write(items);
        }
        if !tracked {
            raw::untrack(head);
        }
        Ok(head)
    }
}

/// An instance of a type, whatever its base: what a built-in base knows of is made by that.
fn instance(cx: &Cx, class: &TypeObject, items: isize) -> R {
    let mut base = class;
    while base.is_heap() || base.is_foreign() {
        match base.base.get() {
            Some(next) => base = next,
            None => break,
        }
    }
    if core::ptr::eq(base, &adder_objects::typeobject::OBJECT_TYPE) {
        if !class.native().is_foreign() {
            // A class written in Python, over `object`.
            let Some(new) = base.slots.new.get() else {
                return raise!(cx, exc::TYPE_ERROR, "cannot create '{}' instances", class.name());
            };
            return new(cx, class, Args::NONE);
        }
        // SAFETY: an object of a C type is whole when it is zero.
        return unsafe { Ok(Value::from_owned(blank(cx, class, items, class.is_gc())?)) };
    }
    let Some(new) = base.slots.new.get() else {
        return raise!(cx, exc::TYPE_ERROR, "cannot create '{}' instances", class.name());
    };
    let made = new(cx, class, Args::NONE)?;
    let from = base.shape.size.get() as usize;
    let to = native_size(class);
    if to > from && made.is_object() {
        // SAFETY: what the C type adds lies between; `new` has left it for its subclasses to fill.
        unsafe { made.head_ptr().cast::<u8>().add(from).write_bytes(0, to - from) };
    }
    Ok(made)
}

/// The class that C means. Some modules make objects of a static type that they have not made ready.
fn class_of<'a>(cx: &Cx, class: &'a Value, function: &'static str) -> R<&'a TypeObject> {
    let object: *mut TypeObject = core::ptr::with_exposed_provenance_mut(class.bits());
    // SAFETY: the contract: a type. In the head of a static one that nobody has made ready stands its metatype, or nothing.
    unsafe {
        let head = (*object).c.head.info();
        if head.is_null() || core::ptr::eq(head.cast(), &raw const adder_objects::typeobject::TYPE_TYPE) {
            super::ready::ready(cx, object)?;
        }
    }
    class.downcast::<TypeObject>().ok_or_else(|| crate::border::bad_call(cx, function))
}

/// A new object of a type, nothing but its head filled in. Not tracked.
fn unfilled(cx: &Cx, class: &Value, items: isize, function: &'static str) -> R {
    let class = class_of(cx, class, function)?;
    // SAFETY: as above: zeros are a whole object.
    unsafe { Ok(Value::from_owned(blank(cx, class, items, false)?)) }
}

api! {
    /// `tp_alloc` of all types.
    runs fn PyType_GenericAlloc(cx, class: Borrowed, items: isize) -> Value {
        instance(cx, class_of(cx, &class, "PyType_GenericAlloc")?, items)
    }

    /// `tp_new` of types that need nothing but a block.
    runs fn PyType_GenericNew(cx, class: Borrowed, args: Option<Borrowed>, keywords: Option<Borrowed>) -> Value {
        let _ = (args, keywords);
        let ty = class_of(cx, &class, "PyType_GenericNew")?;
        let alloc = ty.c.tp_alloc.get();
        if alloc.is_null() || core::ptr::eq(alloc, PyType_GenericAlloc as *const c_void) {
            return instance(cx, ty, 0);
        }
        // SAFETY: the field holds a function of this kind.
        unsafe {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, isize) -> Object>(alloc);
            crate::border::returned(cx, f(core::ptr::with_exposed_provenance_mut(class.bits()), 0), || "tp_alloc".to_owned())
        }
    }

    /// Behind `PyObject_New`.
    quiet fn _PyObject_New(cx, class: Borrowed) -> Value {
        unfilled(cx, &class, 0, "_PyObject_New")
    }

    /// Behind `PyObject_NewVar`.
    quiet fn _PyObject_NewVar(cx, class: Borrowed, items: isize) -> Value {
        unfilled(cx, &class, items, "_PyObject_NewVar")
    }

    /// Behind `PyObject_GC_New`.
    quiet fn _PyObject_GC_New(cx, class: Borrowed) -> Value {
        unfilled(cx, &class, 0, "_PyObject_GC_New")
    }

    /// Behind `PyObject_GC_NewVar`.
    quiet fn _PyObject_GC_NewVar(cx, class: Borrowed, items: isize) -> Value {
        unfilled(cx, &class, items, "_PyObject_GC_NewVar")
    }

    /// Behind `PyObject_GC_Resize`: the object with another number of items, in another place. It must not be tracked, and nobody else may
    /// refer to it.
    quiet fn _PyObject_GC_Resize(cx, object: Object, items: isize) -> Value {
        let Some(old) = NonNull::new(object) else { return Err(crate::border::bad_call(cx, "PyObject_GC_Resize")) };
        // SAFETY: the contract of the C API: an object of varying size, whose only reference passes on.
        unsafe {
            if old.as_ref().is_tracked() || !old.as_ref().is_unique() {
                return Err(crate::border::bad_call(cx, "PyObject_GC_Resize"));
            }
            let held = core::mem::ManuallyDrop::new(Value::from_owned(old));
            let class = held.ty();
            let before = size_of_instance(cx, class, old.cast::<isize>().add(2).read())?;
            let made = blank(cx, class, items, false)?;
            let payload = |head: NonNull<Head>| head.cast::<u8>().add(size_of::<Head>());
            let bytes = before.min(size_of_instance(cx, class, items)?) - size_of::<Head>();
            payload(made).copy_from_nonoverlapping(payload(old), bytes);
            made.cast::<isize>().add(2).write(items);
            let class = class.is_heap().then(|| class.value());
            raw::set_dying(old);
            raw::free(old);
            if let Some(class) = class {
                // The old object's reference.
                raw::decrement(class.head_ptr());
            }
            Ok(Value::from_owned(made))
        }
    }

    /// Behind `PyObject_GC_NewVar` of an object that has more bytes behind it than its type says.
    quiet fn PyUnstable_Object_GC_NewWithExtraData(cx, class: Borrowed, extra: usize) -> Value {
        let ty = class_of(cx, &class, "PyUnstable_Object_GC_NewWithExtraData")?;
        let fixed = ty.shape.size.get() as usize;
        let Some(size) = fixed.checked_add(extra).filter(|size| *size < isize::MAX as usize - 64) else {
            return Err(cx.no_memory());
        };
        let size = size.next_multiple_of(8);
        // SAFETY: zeros are a whole object.
        unsafe {
            let head = cx.alloc_bytes(ty, size, size)?;
            head.cast::<u8>().add(size_of::<Head>()).write_bytes(0, size - size_of::<Head>());
            raw::untrack(head);
            Ok(Value::from_owned(head))
        }
    }

    /// Makes the collector look at an object.
    quiet fn PyObject_GC_Track(cx, object: Borrowed) -> Nothing {
        let _ = cx;
        if let Some(head) = object.head().filter(|head| !head.is_foreign() && !head.is_immortal()) {
            // SAFETY: a live object of a page.
            unsafe { raw::track(NonNull::from_ref(head)) };
        }
        Ok(Nothing)
    }

    /// Does the collector look at it?
    quiet fn PyObject_GC_IsTracked(cx, object: Borrowed) -> bool {
        let _ = cx;
        Ok(object.head().is_some_and(Head::is_tracked))
    }

    /// Was its finalizer called?
    quiet fn PyObject_GC_IsFinalized(cx, object: Borrowed) -> bool {
        let _ = cx;
        Ok(object.head().is_some_and(Head::is_finalized))
    }

    /// Are objects of its type tracked?
    quiet fn PyObject_IS_GC(cx, object: Borrowed) -> bool {
        let _ = cx;
        Ok(object.ty().is_gc())
    }
}

/// Ends tracking; does nothing for what is not tracked. Also of a dying object.
///
/// # Safety
/// The pointer is to an object that is alive or dying.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_GC_UnTrack(object: *mut c_void) {
    if let Some(head) = NonNull::new(object.cast::<Head>()) {
        // SAFETY: by the contract.
        unsafe {
            if !head.as_ref().is_foreign() && head.as_ref().is_tracked() {
                raw::untrack(head);
            }
        }
    }
}

/// Gives back the block of an object: one that is dying, or one that was never handed out.
///
/// # Safety
/// Nobody refers to the object any more.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_GC_Del(object: *mut c_void) {
    let Some(head) = NonNull::new(object.cast::<Head>()) else { return };
    end_of_dying(object);
    // SAFETY: by the contract: an object that is no static.
    unsafe {
        if !head.as_ref().is_foreign() {
            raw::free(head);
        }
    }
}

/// Gives back what [`PyObject_Malloc`](crate::memory::PyObject_Malloc) gave, or the block of an object that is dying.
///
/// # Safety
/// Nobody uses it any more.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_Free(pointer: *mut c_void) {
    if pointer.is_null() {
        return;
    }
    if end_of_dying(pointer) {
        // SAFETY: by the contract.
        return unsafe { raw::free(NonNull::new_unchecked(pointer.cast())) };
    }
    // SAFETY: by the contract.
    unsafe { memory::PyMem_Free(pointer) };
}

/// Makes an object of a block that its type kept back, or of memory that C has: a birth.
///
/// # Safety
/// The block is large enough for the type.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_Init(object: Object, class: Object) -> Object {
    let (Some(head), Some(class)) = (NonNull::new(object), NonNull::new(class.cast::<TypeObject>())) else {
        return null_mut();
    };
    // SAFETY: by the contract.
    unsafe {
        let class = class.as_ref();
        if class.is_heap() {
            raw::increment(NonNull::from_ref(class).cast());
        }
        raw::reborn(head, class.slots.finalize.get().is_some(), &raw const class.shape.info);
    }
    object
}

/// The same for an object of so many items.
///
/// # Safety
/// As for [`PyObject_Init`].
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_InitVar(object: Object, class: Object, items: isize) -> Object {
    // SAFETY: by the contract.
    unsafe {
        let made = PyObject_Init(object, class);
        if !made.is_null() {
            made.cast::<isize>().add(2).write(items);
        }
        made
    }
}

/// Calls the finalizer of a dying object. 0, or -1 if it is alive again.
///
/// # Safety
/// The object is dying.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_CallFinalizerFromDealloc(object: Object) -> c_int {
    let Some(head) = NonNull::new(object) else { return 0 };
    // SAFETY: by the contract.
    unsafe {
        if head.as_ref().is_finalized() {
            return 0;
        }
        raw::set_references(head, 1);
        head.as_ref().set_finalized(true);
        let value = core::mem::ManuallyDrop::new(Value::from_owned(head));
        if let (Some(cx), Some(finalize)) = (Cx::try_current(), value.ty().slots.finalize.get()) {
            finalize(cx, &value);
        }
        if head.as_ref().references() == 1 {
            raw::set_dying(head);
            return 0;
        }
        end_of_dying(object.cast());
        raw::decrement(head);
        -1
    }
}

crate::contract::rows! {
    /// The rows of the functions that also take blocks which are no objects yet, or no longer.
    BLOCKS:
    quiet PyObject_GC_UnTrack(object: Borrowed) -> Plain;
    quiet PyObject_GC_Del(block: Plain) -> Plain;
    quiet PyObject_Free(block: Plain) -> Plain;
    quiet PyObject_Init(block: Plain, class: Borrowed) -> New;
    quiet PyObject_InitVar(block: Plain, class: Borrowed, items: Plain) -> New;
    runs PyObject_CallFinalizerFromDealloc(object: Borrowed) -> Status;
}
