//! Reference counting: the cold halves of the macros in `object.h`, and the functions of the same names.

use core::ptr::NonNull;

use adder_gc::raw::{self, Head};
use adder_objects::Value;

use crate::border::Object;

/// Counts one more reference.
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_IncRef(object: Object) {
    if let Some(object) = NonNull::new(object) {
        // SAFETY: by the contract.
        unsafe { raw::increment(object) };
    }
}

/// Gives up one reference; the object dies if it was the last.
///
/// # Safety
/// A live object, and the reference is the caller's.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_DecRef(object: Object) {
    if let Some(object) = NonNull::new(object) {
        // SAFETY: by the contract.
        unsafe { raw::decrement(object) };
    }
}

/// What `Py_INCREF` leaves to do when the count is no ordinary one.
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn _Adder_IncRef(object: Object) {
    // SAFETY: by the contract.
    unsafe { raw::increment(NonNull::new_unchecked(object)) };
}

/// What `Py_DECREF` leaves to do when the count is no ordinary one.
///
/// # Safety
/// A live object, and the reference is the caller's.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn _Adder_DecRef(object: Object) {
    // SAFETY: by the contract.
    unsafe { raw::decrement(NonNull::new_unchecked(object)) };
}

/// The number of references; of an immortal object a large one.
///
/// # Safety
/// A live or dying object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_REFCNT(object: Object) -> isize {
    // SAFETY: by the contract.
    match unsafe { object.as_ref() }.map_or(0, Head::references) {
        u32::MAX => 0xC000_0000,
        n => n as isize,
    }
}

/// Says how many references there are. An immortal object stays so.
///
/// # Safety
/// A live or dying object, and there are as many references.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn _Adder_SetRefCount(object: Object, references: isize) {
    if let Some(object) = NonNull::new(object) {
        // SAFETY: by the contract.
        unsafe { raw::set_references(object, references.clamp(0, u32::MAX as isize) as u32) };
    }
}

/// Has it exactly one reference?
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyUnstable_Object_IsUniquelyReferenced(object: Object) -> core::ffi::c_int {
    // SAFETY: by the contract.
    unsafe { object.as_ref() }.is_some_and(Head::is_unique).into()
}

/// Is it never freed?
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyUnstable_IsImmortal(object: Object) -> core::ffi::c_int {
    // SAFETY: by the contract.
    unsafe { object.as_ref() }.is_some_and(Head::is_immortal).into()
}

/// An object that may be asked for with [`PyUnstable_TryIncRef`] from here on: every one may.
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyUnstable_EnableTryIncRef(object: Object) {
    let _ = object;
}

/// Counts one more reference, if the object is not dying: 1, or 0.
///
/// # Safety
/// A live or dying object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyUnstable_TryIncRef(object: Object) -> core::ffi::c_int {
    // SAFETY: by the contract.
    unsafe {
        match NonNull::new(object).filter(|object| object.as_ref().references() > 0) {
            Some(object) => {
                raw::increment(object);
                1
            }
            None => 0,
        }
    }
}

/// Is it a metatype? It may be a type of C's that is not ready yet.
fn makes_types(class: &adder_objects::TypeObject) -> bool {
    let mut at = core::ptr::from_ref(class);
    // SAFETY: `tp_base` is NULL or a type of C's or ours.
    while let Some(class) = unsafe { at.as_ref() } {
        if core::ptr::eq(class, &adder_objects::typeobject::TYPE_TYPE) {
            return true;
        }
        at = class.c.tp_base.get().cast();
    }
    false
}

/// Was a type of C's made ready?
///
/// # Safety
/// A type of C's, its fields filled in.
unsafe fn is_ready(ty: NonNull<adder_gc::raw::Head>) -> bool {
    // SAFETY: by the contract.
    let c = unsafe { &(*ty.as_ptr().cast::<adder_objects::TypeObject>()).c };
    c.tp_flags.get() & crate::types::fields::READY != 0
}

/// Changes the type of an object, as `Py_SET_TYPE`: the new type is counted before, the old one released after.
///
/// # Safety
/// The object has the layout of the new type.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn _Adder_SetType(object: Object, class: Object) {
    let (Some(object), Some(class)) = (NonNull::new(object), NonNull::new(class.cast::<adder_objects::TypeObject>()))
    else {
        return;
    };
    // SAFETY: by the contract.
    unsafe {
        let old = object.as_ref().info();
        let old = if old.is_null() || object.as_ref().is_foreign() {
            None
        } else {
            Some((*old.cast::<adder_objects::typeobject::Shape>()).ty())
        };
        let class = class.as_ref();
        if class.is_heap() && !object.as_ref().is_foreign() {
            raw::increment(NonNull::from_ref(class).cast());
        }
        if object.as_ref().is_foreign() && makes_types(class) && !is_ready(object) {
            // As in `PyVarObject_HEAD_INIT`: `PyType_Ready` looks for the metatype there.
            raw::set_info(object, core::ptr::from_ref(class).cast());
            return;
        }
        raw::set_info(object, &raw const class.shape.info);
        if let Some(old) = old.filter(|old| old.is_heap()) {
            raw::decrement(NonNull::from_ref(old).cast());
        }
    }
}

/// Writes an object to standard error, for a debugger.
///
/// # Safety
/// A live object.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyObject_Dump(object: Object) {
    match NonNull::new(object) {
        Some(object) => {
            // SAFETY: by the contract; never dropped.
            let value = core::mem::ManuallyDrop::new(unsafe { Value::from_owned(object) });
            eprintln!("{value:?}");
        }
        None => eprintln!("<object at NULL>"),
    }
}

crate::contract::rows! {
    /// The rows of this file.
    TABLE:
    quiet Py_IncRef(object: Counted) -> Plain;
    runs Py_DecRef(object: StolenOrNull) -> Plain;
    quiet _Adder_IncRef(object: Counted) -> Plain;
    runs _Adder_DecRef(object: Stolen) -> Plain;
    quiet Py_REFCNT(object: Borrowed) -> Plain;
    quiet _Adder_SetRefCount(object: Borrowed, references: Plain) -> Plain;
    quiet PyUnstable_Object_IsUniquelyReferenced(object: Borrowed) -> Plain;
    quiet PyUnstable_IsImmortal(object: Borrowed) -> Plain;
    quiet PyUnstable_EnableTryIncRef(object: Borrowed) -> Plain;
    quiet PyUnstable_TryIncRef(object: Counted) -> Plain;
    quiet _Adder_SetType(object: Borrowed, class: Borrowed) -> Plain;
    quiet PyObject_Dump(object: BorrowedOrNull) -> Plain;
}
