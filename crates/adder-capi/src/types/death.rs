//! Objects whose instances C lays out: how the collector sees them, and how they die.

use core::cell::RefCell;
use core::ffi::{c_int, c_void};
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use adder_gc::raw::{self, Functions, Head};
use adder_gc::{Clearer, Tracer};
use adder_objects::class::foreign;
use adder_objects::object::Slot;
use adder_objects::typeobject::{Shape, flag};
use adder_objects::{Cx, TypeObject, Value};

use crate::border::Object;
use crate::indicator;
use crate::structs::VisitProc;

/// What the collector does with instances of a C type. The drop is C's `tp_dealloc`, which gives the block back.
pub static FUNCTIONS: Functions = Functions {
    trace: Some(trace),
    clear: Some(clear),
    finalize: Some(finalize),
    drop: Some(drop_payload),
    name: type_name,
};

fn type_name(info: &adder_gc::TypeInfo) -> &str {
    // SAFETY: infos with this function are heads of shapes.
    unsafe { &*core::ptr::from_ref(info).cast::<Shape>() }.ty().name()
}

/// The nearest type that lays instances out: not a class written in Python.
fn native<'o>(object: NonNull<Head>) -> &'o TypeObject {
    // SAFETY: the object has a type, which lives longer than it.
    unsafe { (*object.as_ref().info().cast::<Shape>()).ty().native() }
}

/// C's `traverseproc`.
pub type TraverseProc = unsafe extern "C" fn(Object, VisitProc, *mut c_void) -> c_int;

/// What [`visit`] needs.
struct Visit<'a, 't> {
    tracer: &'a mut Tracer<'t>,
    /// The object's own type, which the library visits itself.
    own_type: Object,
}

unsafe extern "C" fn visit(object: Object, arg: *mut c_void) -> c_int {
    // SAFETY: called by a `tp_traverse` with what it was given.
    let state = unsafe { &mut *arg.cast::<Visit<'_, '_>>() };
    if object == state.own_type {
        state.own_type = core::ptr::null_mut();
        return 0;
    }
    if let Some(object) = NonNull::new(object) {
        // SAFETY: the contract of `tp_traverse`: the object owns a reference to it.
        unsafe { raw::visit(state.tracer, object) };
    }
    0
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: called for live instances.
    let object = unsafe { raw::object_of(payload) };
    let native = native(object);
    let found = find_traverse(native);
    if found.is_null() {
        trace_base(native, payload, tracer);
        return trace_parts(native, object, true, tracer);
    }
    // SAFETY: an object's info lies in its type's shape.
    let ty = unsafe { (*object.as_ref().info().cast::<Shape>()).ty() };
    let own_type = if ty.is_heap() { core::ptr::from_ref(ty).cast_mut().cast() } else { core::ptr::null_mut() };
    // SAFETY: the field of a C type holds a function of this kind.
    unsafe {
        let f = core::mem::transmute::<*const c_void, TraverseProc>(found);
        visit_as(tracer, f, object, own_type);
    }
    trace_parts(native, object, false, tracer);
}

/// Calls a function of C's that visits references, for the collector.
///
/// # Safety
/// The function is right for the object.
pub unsafe fn visit_with(tracer: &mut Tracer<'_>, f: TraverseProc, object: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe { visit_as(tracer, f, object, core::ptr::null_mut()) };
}

unsafe fn visit_as(tracer: &mut Tracer<'_>, f: TraverseProc, object: NonNull<Head>, own_type: Object) {
    let mut state = Visit { tracer, own_type };
    // SAFETY: by the contract.
    unsafe { f(object.as_ptr(), visit, (&raw mut state).cast()) };
}

/// The words of an object that classes written in Python have added below a C type: members of `__slots__`, the dict.
/// `alone`: none of C's functions does the work, so the dict that the runtime keeps is seen to, too.
fn parts(native: &TypeObject, object: NonNull<Head>, alone: bool, mut f: impl FnMut(&Slot)) {
    // SAFETY: such words lie there.
    let slot = |at: u32| unsafe { object.cast::<u8>().add(at as usize).cast::<Slot>().as_ref() };
    for range in foreign::members_of_classes(native) {
        for at in range.step_by(8) {
            f(slot(at));
        }
    }
    if foreign::dict_is_of_class(native) || (alone && native.has(flag::MANAGED_DICT)) {
        // SAFETY: alive or dying, and never counted.
        let value = ManuallyDrop::new(unsafe { Value::from_owned(object) });
        if let Some(word) = adder_objects::instance::dict_word(&value) {
            f(word);
        }
    }
}

fn trace_parts(native: &TypeObject, object: NonNull<Head>, alone: bool, tracer: &mut Tracer<'_>) {
    parts(native, object, alone, |slot| slot.trace(tracer));
}

fn find_traverse(native: &TypeObject) -> *const c_void {
    find(native, |ty| ty.c.tp_traverse.get(), traverse_native as *const c_void)
}

/// The nearest C function in a field that the type or a C base has. Classes written in Python that lie between have none.
fn find(ty: &TypeObject, field: fn(&TypeObject) -> *const c_void, ours: *const c_void) -> *const c_void {
    let mut at = Some(ty);
    while let Some(ty) = at.filter(|ty| ty.is_foreign() || ty.is_heap()) {
        let found = field(ty);
        if !found.is_null() && found != ours {
            return found;
        }
        at = ty.base.get();
    }
    core::ptr::null()
}

/// The nearest built-in base of a C type.
fn built_in(ty: &TypeObject) -> &TypeObject {
    let mut at = ty;
    while at.is_heap() || at.is_foreign() {
        match at.base.get() {
            Some(base) => at = base,
            None => break,
        }
    }
    at
}

fn trace_base(native: &TypeObject, payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the object begins with its built-in base's fields.
    unsafe { built_in(native).shape.info.trace_payload(payload, tracer) };
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: called for live instances.
    let object = unsafe { raw::object_of(payload) };
    let native = native(object);
    let found = find(native, |ty| ty.c.tp_clear.get(), clear_native as *const c_void);
    parts(native, object, found.is_null(), |slot| slot.clear(clearer));
    if found.is_null() {
        // SAFETY: the object begins with its built-in base's fields.
        return unsafe { built_in(native).shape.info.clear_payload(payload, clearer) };
    }
    // SAFETY: the field of a C type holds a function of this kind. It may release references at once: the collector holds one to
    // each object of the garbage meanwhile.
    unsafe {
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object) -> c_int>(found);
        f(object.as_ptr());
    }
    report_leftover(object);
}

unsafe fn finalize(object: NonNull<Head>) {
    let Some(cx) = Cx::try_current() else { return };
    // SAFETY: the heap holds it meanwhile.
    let object = unsafe { Value::from_borrowed(object) };
    if let Some(finalize) = object.ty().slots.finalize.get() {
        finalize(cx, &object);
    }
}

thread_local! {
    /// Objects whose `tp_dealloc` is running on this thread: `PyObject_Free` is told an object by that.
    static DYING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Is the `tp_dealloc` of what lies there running? Then it is no more, from here on.
pub fn end_of_dying(object: *mut c_void) -> bool {
    DYING.with_borrow_mut(|dying| match dying.iter().rposition(|&at| at == object.addr()) {
        Some(at) => {
            dying.remove(at);
            true
        }
        None => false,
    })
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    // SAFETY: called once, when nobody refers to the object any more.
    let object = unsafe { raw::object_of(payload) };
    let native = native(object);
    let found = native.c.tp_dealloc.get();
    // The name is needed where the type goes with its last instance.
    let raised = indicator::take();
    DYING.with_borrow_mut(|dying| dying.push(object.addr().get()));
    // SAFETY: the field of a type that is ready holds a function of this kind.
    unsafe {
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object)>(found);
        f(object.as_ptr());
    }
    end_of_dying(object.as_ptr().cast());
    if let Some(left) = indicator::take() {
        Cx::current().unraisable(left, Some("Exception ignored in a deallocator"), None);
    }
    if let Some(raised) = raised {
        indicator::set(raised);
    }
}

fn report_leftover(object: NonNull<Head>) {
    if let Some(raised) = indicator::take() {
        // SAFETY: alive: the collector holds it.
        let object = unsafe { Value::from_borrowed(object) };
        Cx::current().unraisable(raised, None, Some(&object));
    }
}

/// `tp_dealloc` of the built-in types: what a C type calls for the part that its base knows.
///
/// # Safety
/// The object is dying, and derived from a built-in type.
pub unsafe extern "C" fn dealloc(object: Object) {
    let Some(head) = NonNull::new(object) else { return };
    // SAFETY: by the contract; its type lives longer than it.
    unsafe {
        let ty = (*head.as_ref().info().cast::<Shape>()).ty();
        let base = built_in(ty);
        let free = ty.c.tp_free.get();
        if ty.native().has(flag::MANAGED_DICT) && ty.native().is_foreign() {
            clear_dict(head, base);
        }
        base.shape.info.drop_payload(head.add(1).cast());
        give_back(object, free);
    }
}

/// `tp_dealloc` of classes: of those written in Python, and of heap types of C that have none of their own. Releases the type.
///
/// # Safety
/// The object is dying.
pub unsafe extern "C" fn subtype_dealloc(object: Object) {
    let Some(head) = NonNull::new(object) else { return };
    // SAFETY: by the contract.
    unsafe {
        let ty: *const TypeObject = (*head.as_ref().info().cast::<Shape>()).ty();
        // The next C type with a deallocator of its own, if there is one.
        let mut at = (*ty).base.get();
        while let Some(base) = at.filter(|base| base.c.tp_dealloc.get() == subtype_dealloc as *const c_void) {
            at = base.base.get();
        }
        let base = at.unwrap_or(&adder_objects::typeobject::OBJECT_TYPE);
        let native = (*ty).native();
        if native.is_foreign() {
            parts(native, head, false, |slot| drop(slot.take()));
            clear_dict(head, base);
        }
        let releases = !base.is_heap();
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object)>(base.c.tp_dealloc.get());
        f(object);
        if releases {
            raw::decrement(NonNull::new_unchecked(ty.cast_mut().cast()));
        }
    }
}

/// Lets go of the dict that the runtime keeps for a dying object, if none of C's deallocators, the next of which is `base`'s, does.
fn clear_dict(object: NonNull<Head>, base: &TypeObject) {
    if base.shape.dict_offset.get() != 0 {
        return;
    }
    // SAFETY: dying, and never counted.
    let value = ManuallyDrop::new(unsafe { Value::from_owned(object) });
    if let Some(word) = adder_objects::instance::dict_word(&value) {
        drop(word.take());
    }
}

unsafe fn give_back(object: Object, free: *const c_void) {
    // SAFETY: the field of a type that is ready holds a function of this kind.
    unsafe {
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(*mut c_void)>(free);
        f(object.cast());
    }
}

/// `tp_traverse` of built-in types and classes, for a C type that visits what its base knows.
///
/// # Safety
/// The object is alive; the function is right for its argument.
pub unsafe extern "C" fn traverse_native(object: Object, visit: VisitProc, arg: *mut c_void) -> c_int {
    let Some(head) = NonNull::new(object) else { return 0 };
    // SAFETY: by the contract.
    let ty = unsafe { (*head.as_ref().info().cast::<Shape>()).ty() };
    let mut referents = Vec::new();
    // SAFETY: the object begins with its built-in base's fields.
    unsafe { raw::referents_as(&built_in(ty).shape.info, head, &mut referents) };
    for referent in referents {
        // SAFETY: by the contract.
        let result = unsafe { visit(referent.as_ptr(), arg) };
        if result != 0 {
            return result;
        }
    }
    0
}

/// `tp_clear` of built-in types and classes, for a C type that clears what its base knows.
///
/// # Safety
/// The object is alive.
pub unsafe extern "C" fn clear_native(object: Object) -> c_int {
    let Some(head) = NonNull::new(object) else { return 0 };
    // SAFETY: by the contract; the object begins with its built-in base's fields.
    unsafe {
        let ty = (*head.as_ref().info().cast::<Shape>()).ty();
        raw::clear_as(&built_in(ty).shape.info, head);
    }
    0
}
