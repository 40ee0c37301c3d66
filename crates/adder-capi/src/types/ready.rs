//! `PyType_Ready`: from what C has filled in to a type.

use core::ffi::{CStr, c_void};
use core::ptr::NonNull;

use adder_gc::raw::Head;
use adder_objects::class::foreign::{self, Foreign};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, TYPE_TYPE, flag};
use adder_objects::{Cx, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::{alloc, death, fields, inward};
use crate::border::Borrowed;
use crate::call::{method_of, split_doc, text};
use crate::contract::api;
use crate::structs::{PyGetSetDef, PyMemberDef, PyMethodDef, meth};

/// Makes a type ready. Types that are ready already stay as they are.
///
/// # Errors
/// TypeError if its fields contradict each other; MemoryError.
///
/// # Safety
/// A type whose fields C has filled in.
pub unsafe fn ready(cx: &Cx, ty: *mut TypeObject) -> R<()> {
    // SAFETY: by the contract: the C part is filled in.
    let c = unsafe { &(*ty).c };
    if c.tp_flags.get() & fields::READY != 0 {
        return Ok(());
    }
    // SAFETY: the name of a type lives as long as it.
    let Some(full) = (unsafe { text(c.tp_name.get()) }) else {
        return raise!(cx, exc::SYSTEM_ERROR, "Type does not define the tp_name field.");
    };
    let heap = c.tp_flags.get() & flag::HEAP != 0;
    if !heap {
        make_static(ty);
    }
    let bases = bases_of(cx, ty)?;
    let base = bases.items()[0].clone();
    // SAFETY: checked by `bases_of`.
    let base = unsafe { base.cast::<TypeObject>() };
    c.tp_base.set(core::ptr::from_ref(base).cast());
    inherit_collecting(c, base);
    let (module, name) = match full.rsplit_once('.') {
        Some((module, name)) => (Some(cx.intern(module)?), name),
        None => (if heap { None } else { Some(cx.intern("builtins")?) }, full),
    };
    let slots = inward::slots_of(c);
    if c.tp_flags.get() & flag::DISALLOW_INSTANTIATION != 0 {
        slots.new.set(None);
    }
    let weak = c.tp_weaklistoffset.get() != 0 || c.tp_flags.get() & fields::MANAGED_WEAKREF != 0;
    let plan = Foreign { bases, name: cx.intern(name)?, module, functions: &death::FUNCTIONS, slots, weak };
    let given = (c.tp_bases.get(), c.tp_dict.get());
    // SAFETY: by the contract; the functions are those of C's types.
    unsafe { foreign::make_ready(cx, ty, plan) }.inspect_err(|_| {
        c.tp_bases.set(given.0);
        c.tp_dict.set(given.1);
    })?;
    // SAFETY: ready from here on.
    let class: &TypeObject = unsafe { &*ty };
    // SAFETY: its tables are those that C filled in.
    unsafe {
        add_methods(cx, class, c.tp_methods.get().cast())?;
        add_members(cx, class, c.tp_members.get().cast())?;
        add_getset(cx, class, c.tp_getset.get().cast())?;
    }
    add_doc(cx, class, name)?;
    inherit_fields(c, base);
    foreign::complete(cx, class)?;
    c.tp_flags.set(c.tp_flags.get() | fields::READY);
    if !heap {
        crate::state::of(cx).static_types.borrow_mut().push(ty);
    }
    Ok(())
}

/// Ends a static type: its interpreter ends. Another one may make it ready again.
///
/// # Safety
/// As for [`foreign::end`].
pub unsafe fn end_static(cx: &Cx, ty: *mut TypeObject) {
    // SAFETY: by the contract.
    unsafe {
        let c = &(*ty).c;
        for field in [&c.tp_dict, &c.tp_bases, &c.tp_mro] {
            field.set(core::ptr::null());
        }
        c.tp_flags.set(c.tp_flags.get() & !fields::READY);
        foreign::end(cx, ty);
    }
}

/// The head of a static type: `PyVarObject_HEAD_INIT` could not know it.
fn make_static(ty: *mut TypeObject) {
    // SAFETY: the type is C's, and nobody uses it yet; its head says which metatype it has, if any.
    unsafe {
        let head: *mut Head = ty.cast();
        let given = (*ty).c.head.info();
        let meta: &TypeObject = if given.is_null() {
            let base = (*ty).c.tp_base.get().cast::<TypeObject>();
            if base.is_null() { &TYPE_TYPE } else { (*base).c.head_type() }
        } else {
            // C has written the address of the metatype where the shape belongs.
            &*given.cast::<TypeObject>()
        };
        head.write(Head::immortal(&raw const meta.shape.info));
    }
}

/// The bases: `tp_bases`, else `tp_base`, else `object`. A base that is not ready is made so.
fn bases_of(cx: &Cx, ty: *mut TypeObject) -> R<Obj<PyTuple>> {
    // SAFETY: filled in by C.
    let c = unsafe { &(*ty).c };
    let mut all = Vec::new();
    // SAFETY: NULL, or a tuple that the type owns.
    if let Some(given) = unsafe { Borrowed::of(c.tp_bases.get().cast_mut().cast()) }
        && let Some(tuple) = given.downcast::<PyTuple>()
    {
        all.extend(tuple.items().iter().cloned());
    }
    if all.is_empty() {
        let base = c.tp_base.get().cast::<TypeObject>().cast_mut();
        let base = if base.is_null() { (&raw const OBJECT_TYPE).cast_mut() } else { base };
        // SAFETY: a type of C's, or one that is ready.
        unsafe {
            ready(cx, base)?;
            all.push((*base).value());
        }
    }
    for base in &all {
        if base.downcast::<TypeObject>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "bases must be types");
        }
    }
    cx.tuple(all)
}

/// A type that says nothing about collection is collected as its base is.
fn inherit_collecting(c: &adder_objects::typeobject::CFields, base: &TypeObject) {
    if c.tp_flags.get() & flag::GC == 0 && base.is_gc() && c.tp_traverse.get().is_null() && c.tp_clear.get().is_null() {
        c.tp_flags.set(c.tp_flags.get() | flag::GC);
        c.tp_traverse.set(base.c.tp_traverse.get());
        c.tp_clear.set(base.c.tp_clear.get());
    }
}

/// Fields that are no slots of Rust's, from the base.
fn inherit_fields(c: &adder_objects::typeobject::CFields, base: &TypeObject) {
    if c.tp_dealloc.get().is_null() {
        let of_heap = c.tp_flags.get() & flag::HEAP != 0;
        c.tp_dealloc.set(if of_heap { death::subtype_dealloc as *const c_void } else { base.c.tp_dealloc.get() });
    }
    if c.tp_alloc.get().is_null() {
        c.tp_alloc.set(alloc::PyType_GenericAlloc as *const c_void);
    }
    if c.tp_free.get().is_null() {
        let collected = c.tp_flags.get() & flag::GC != 0;
        c.tp_free.set(if collected {
            alloc::PyObject_GC_Del as *const c_void
        } else {
            alloc::PyObject_Free as *const c_void
        });
    }
    if c.tp_weaklistoffset.get() == 0 {
        c.tp_weaklistoffset.set(base.c.tp_weaklistoffset.get());
    }
    if c.tp_vectorcall_offset.get() == 0 {
        c.tp_vectorcall_offset.set(base.c.tp_vectorcall_offset.get());
    }
}

/// Puts a table of methods into the namespace of a type.
///
/// # Errors
/// MemoryError; SystemError for flags that make no sense.
///
/// # Safety
/// NULL, or a table that ends with a row without a name and lives as long as the type.
pub unsafe fn add_methods(cx: &Cx, class: &TypeObject, mut row: *const PyMethodDef) -> R<()> {
    if row.is_null() {
        return Ok(());
    }
    // SAFETY: by the contract.
    unsafe {
        while let Some(name) = text((*row).ml_name) {
            let method = method_of(cx, row)?;
            let dict = &cx.state(class).dict;
            let name = cx.intern(name)?;
            // A slot's method goes first, unless the table says that it stands beside it.
            if (*row).ml_flags & meth::COEXIST != 0 || dict.get(cx, &name)?.is_none() {
                dict.set(cx, &name, cx.descriptor_of(method, class)?)?;
            }
            row = row.add(1);
        }
    }
    Ok(())
}

/// Puts a table of members into the namespace of a type.
///
/// # Errors
/// MemoryError; SystemError for a kind that there is not.
///
/// # Safety
/// As for [`add_methods`].
pub unsafe fn add_members(cx: &Cx, class: &TypeObject, mut row: *const PyMemberDef) -> R<()> {
    if row.is_null() {
        return Ok(());
    }
    // SAFETY: by the contract.
    unsafe {
        while let Some(name) = text((*row).name) {
            // These say where the runtime finds its own fields, and are no attributes.
            match name {
                "__weaklistoffset__" | "__dictoffset__" | "__vectorcalloffset__" => {}
                _ => {
                    let made = crate::members::descriptor(cx, &*row, name, class)?;
                    cx.state(class).dict.set(cx, &cx.intern(name)?, made)?;
                }
            }
            row = row.add(1);
        }
    }
    Ok(())
}

/// Puts a table of computed attributes into the namespace of a type.
///
/// # Errors
/// MemoryError.
///
/// # Safety
/// As for [`add_methods`].
pub unsafe fn add_getset(cx: &Cx, class: &TypeObject, mut row: *const PyGetSetDef) -> R<()> {
    if row.is_null() {
        return Ok(());
    }
    // SAFETY: by the contract.
    unsafe {
        while let Some(name) = text((*row).name) {
            let shown: &'static GetSet = crate::members::shown(name, text((*row).doc));
            let made = cx.foreign_getset(shown, row.cast(), class)?;
            cx.state(class).dict.set(cx, &cx.intern(name)?, made)?;
            row = row.add(1);
        }
    }
    Ok(())
}

fn add_doc(cx: &Cx, class: &TypeObject, name: &str) -> R<()> {
    let doc = class.c.tp_doc.get();
    if doc.is_null() {
        return Ok(());
    }
    // SAFETY: the documentation of a type lives as long as it.
    let doc = unsafe { CStr::from_ptr(doc) }.to_str().ok();
    let (_, rest) = split_doc(name, doc);
    let dict = &cx.state(class).dict;
    let value = rest.map_or_else(|| Ok(Value::none()), |rest| cx.str_value(rest))?;
    dict.set(cx, cx.names.doc(), value)
}

api! {
    /// Finishes a type whose fields were filled in: see the reference of `PyType_Ready`.
    runs fn PyType_Ready(cx, class: *mut TypeObject) -> () {
        let Some(ty) = NonNull::new(class) else { return Err(crate::border::bad_call(cx, "PyType_Ready")) };
        // SAFETY: C hands over a type whose fields it has filled in.
        unsafe { ready(cx, ty.as_ptr()) }
    }

    /// The type's caches are no longer valid: its namespace was changed behind its back.
    quiet fn PyType_Modified(cx, class: Borrowed) -> crate::border::Nothing {
        if let Some(class) = class.downcast::<TypeObject>() {
            cx.type_changed(class);
        }
        Ok(crate::border::Nothing)
    }

    /// Is one type derived from another (or the same)?
    quiet fn PyType_IsSubtype(cx, derived: Borrowed, base: Borrowed) -> bool {
        let _ = cx;
        Ok(match (derived.downcast::<TypeObject>(), base.downcast::<TypeObject>()) {
            (Some(derived), Some(base)) => derived.is_subtype(base),
            _ => false,
        })
    }
}
