//! The C fields of types that C did not make: of the built-in ones, and of classes written in Python.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_void};
use std::collections::HashSet;
use std::ffi::CString;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use adder_objects::typeobject::{CFields, OBJECT_TYPE, flag};
use adder_objects::{Cx, TypeObject, Value};

use super::outward::{self, Fields};
use crate::structs::Suite;
use crate::types::{alloc, death};

/// `Py_TPFLAGS_READY`, `Py_TPFLAGS_DEFAULT` and what says the same of all types.
pub const READY: u64 = 1 << 12;

/// `Py_TPFLAGS_MANAGED_WEAKREF`: there may be weak references to instances, and no field of C's says so.
pub const MANAGED_WEAKREF: u64 = 1 << 3;

/// Fills the C fields of all built-in types, once for the process.
pub fn fill_built_in() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for ty in adder_objects::builtin_types::registered() {
            fill_one(ty);
        }
    });
}

fn fill_one(ty: &'static TypeObject) {
    let c = &ty.c;
    if !c.tp_name.get().is_null() {
        return;
    }
    c.tp_name.set(keep_text(ty.name()));
    if let Some(doc) = ty.spec.and_then(|spec| spec.doc) {
        c.tp_doc.set(keep_text(doc));
    }
    let weak = ty.spec.is_some_and(|spec| spec.weak);
    c.tp_flags.set(c.tp_flags.get() | READY | if weak { MANAGED_WEAKREF } else { 0 });
    c.tp_base.set(ty.base.get().map_or(core::ptr::null(), |base| core::ptr::from_ref(base).cast()));
    c.tp_dictoffset.set(ty.shape.dict_offset.get() as isize);
    store(c, &outward::fields::<true>(ty), None);
    c.tp_dealloc.set(death::dealloc as *const c_void);
    c.tp_alloc.set(alloc::PyType_GenericAlloc as *const c_void);
    if ty.is_gc() {
        c.tp_traverse.set(death::traverse_native as *const c_void);
        c.tp_clear.set(death::clear_native as *const c_void);
        c.tp_free.set(alloc::PyObject_GC_Del as *const c_void);
    } else {
        c.tp_free.set(alloc::PyObject_Free as *const c_void);
    }
}

/// A class was made, or its slots have changed.
pub fn slots_filled(cx: &Cx, class: &TypeObject) {
    let c = &class.c;
    let base = class.base.get().unwrap_or(&OBJECT_TYPE);
    if !class.is_foreign() {
        if c.tp_name.get().is_null() {
            c.tp_name.set(keep_text(class.name()));
        }
        c.tp_base.set(core::ptr::from_ref(base).cast());
        c.tp_flags.set(c.tp_flags.get() | READY | (base.flags() & super::names::ITEMS_AT_END));
        c.tp_dictoffset.set(class.shape.dict_offset.get() as isize);
        c.tp_dealloc.set(death::subtype_dealloc as *const c_void);
        c.tp_traverse.set(death::traverse_native as *const c_void);
        c.tp_clear.set(death::clear_native as *const c_void);
        c.tp_alloc.set(alloc::PyType_GenericAlloc as *const c_void);
        c.tp_free.set(alloc::PyObject_GC_Del as *const c_void);
    }
    let state = cx.state(class);
    if state.weak.get() && base.c.tp_weaklistoffset.get() == 0 && c.tp_weaklistoffset.get() == 0 {
        c.tp_flags.set(c.tp_flags.get() | MANAGED_WEAKREF);
    } else if c.tp_weaklistoffset.get() == 0 {
        c.tp_weaklistoffset.set(base.c.tp_weaklistoffset.get());
    }
    c.tp_dict.set(core::ptr::without_provenance(state.dict.as_value().bits()));
    for (field, slot) in [(&c.tp_bases, &state.bases), (&c.tp_mro, &state.mro)] {
        field.set(slot.try_get().map_or(core::ptr::null(), |tuple| core::ptr::without_provenance(tuple.bits())));
    }
    store(c, &outward::fields::<false>(class), Some((class, &base.c)));
}

/// Stores what Rust's slots are to C. A field of C's own stays. `from`: where a slot is written in C and the field is empty, the
/// function is that of the nearest type which has one.
fn store(c: &CFields, fields: &Fields, from: Option<(&TypeObject, &CFields)>) {
    let own = |function: *const c_void| !function.is_null() && !outward::is_ours(function);
    let inherit = |read: &dyn Fn(&CFields) -> *const c_void| -> *const c_void {
        let Some((class, _)) = from else { return core::ptr::null() };
        let mut at = class.base.get();
        while let Some(ty) = at {
            if own(read(&ty.c)) {
                return read(&ty.c);
            }
            at = ty.base.get();
        }
        core::ptr::null()
    };
    let foreign = from.map(|(class, _)| super::inward::slots_are_foreign(class));
    macro_rules! plain {
        ($($slot:ident: $field:ident),*) => {$(
            let is_own = from.is_some_and(|(class, _)| class.is_foreign()) && own(c.$field.get());
            if !is_own {
                let found = if foreign.as_ref().is_some_and(|foreign| foreign.$slot) {
                    inherit(&|c: &CFields| c.$field.get())
                } else {
                    core::ptr::without_provenance(fields.plain.$slot)
                };
                c.$field.set(found);
            }
        )*};
    }
    plain!(
        repr: tp_repr, str: tp_str, hash: tp_hash, call: tp_call, getattr: tp_getattro, setattr: tp_setattro,
        compare: tp_richcompare, iter: tp_iter, next: tp_iternext, descr_get: tp_descr_get, descr_set: tp_descr_set,
        init: tp_init, new: tp_new, finalize: tp_finalize
    );
    suite(&c.tp_as_number, &fields.number, from, &inherit, |c| &c.tp_as_number);
    suite(&c.tp_as_sequence, &fields.sequence, from, &inherit, |c| &c.tp_as_sequence);
    suite(&c.tp_as_mapping, &fields.mapping, from, &inherit, |c| &c.tp_as_mapping);
    suite(&c.tp_as_async, &fields.asynchronous, from, &inherit, |c| &c.tp_as_async);
    suite(&c.tp_as_buffer, &fields.buffer, from, &inherit, |c| &c.tp_as_buffer);
}

/// The same for a suite. What C's own suite of the type says stays, what it leaves empty is filled.
fn suite<const N: usize>(
    field: &Cell<*const c_void>,
    made: &Suite<N>,
    from: Option<(&TypeObject, &CFields)>,
    inherit: &dyn Fn(&dyn Fn(&CFields) -> *const c_void) -> *const c_void,
    of: fn(&CFields) -> &Cell<*const c_void>,
) {
    let read = |c: &CFields, at: usize| -> *const c_void {
        // SAFETY: a suite that is there has all its fields.
        unsafe { of(c).get().cast::<Suite<N>>().as_ref() }.map_or(core::ptr::null(), |suite| suite[at])
    };
    let mut all = *made;
    // SAFETY: as above.
    let mine = unsafe { field.get().cast::<Suite<N>>().as_ref() }.copied();
    let own_type = from.is_some_and(|(class, _)| class.is_foreign());
    for (at, function) in all.iter_mut().enumerate() {
        let there = mine.map_or(core::ptr::null(), |mine| mine[at]);
        if own_type && !there.is_null() && !outward::is_ours(there) {
            *function = there;
        } else if function.is_null() && from.is_some() {
            *function = inherit(&|c: &CFields| read(c, at));
        }
    }
    if all.iter().all(|f| f.is_null()) {
        if mine.is_none() {
            field.set(core::ptr::null());
        }
        return;
    }
    field.set(keep_suite(&all));
}

/// A suite that lives as long as the process. Most classes have one of a few.
fn keep_suite<const N: usize>(suite: &Suite<N>) -> *const c_void {
    static KEPT: LazyLock<Mutex<HashSet<&'static [usize]>>> = LazyLock::new(Mutex::default);
    let words: Vec<usize> = suite.iter().map(|f| f.addr()).collect();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(words.as_slice()) {
        return known.as_ptr().cast();
    }
    // The functions' provenance goes with the copy; the set compares their addresses.
    let made: &'static Suite<N> = Box::leak(Box::new(*suite));
    // SAFETY: so many words lie there, for good.
    let words: &'static [usize] = unsafe { core::slice::from_raw_parts(made.as_ptr().cast(), N) };
    kept.insert(words);
    made.as_ptr().cast()
}

/// A text of C's that lives as long as the process; equal ones are one.
pub fn keep_text(text: &str) -> *const c_char {
    static KEPT: LazyLock<Mutex<HashSet<&'static CStr>>> = LazyLock::new(Mutex::default);
    let text = CString::new(text.replace('\0', "")).unwrap_or_default();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get(text.as_c_str()) {
        Some(known) => known.as_ptr(),
        None => {
            let made: &'static CStr = Box::leak(text.into_boxed_c_str());
            kept.insert(made);
            made.as_ptr()
        }
    }
}

/// Fills the C fields of every class of the interpreter that lives already.
pub fn fill_classes(cx: &Cx) {
    for object in cx.heap.objects() {
        let head = adder_gc::raw::head_of(&object);
        // SAFETY: held by the handle; all objects of this heap are Python's.
        let value = unsafe { Value::from_borrowed(head) };
        if value.ty().has(flag::TYPE)
            && let Some(class) = value.downcast::<TypeObject>()
            && class.is_heap()
            && !class.is_foreign()
            && class.base.get().is_some()
        {
            slots_filled(cx, class);
        }
    }
}
