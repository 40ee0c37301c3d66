//! Weak references: `weakref.ref` objects, which the heap tells when their target dies.

use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head, WeakFunctions, kind};
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::typeobject::{CompareOp, GetSet, Method, OBJECT_TYPE, Shape, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `weakref.ref`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyWeakref_RefType")]
pub static REF_TYPE: TypeObject = TypeObject::builtin(&REF_SPEC, &raw const REF_TYPE);

static REF_SPEC: Spec = Spec {
    module: "weakref",
    flags: flag::GC | flag::BASE,
    kind: kind::WEAK_REFERENCE,
    size: size_of::<PyWeakRef>(),
    functions: functions::<PyWeakRef>(true, true),
    slots: Slots {
        new: slot(new),
        init: slot(init),
        call: slot(call_ref),
        hash: slot(hash),
        compare: slot(compare),
        repr: slot(repr),
        ..Slots::NONE
    },
    methods: &[Method::one("__class_getitem__", crate::generic_alias::of).class()],
    getset: &[GetSet::get("__callback__", |_, this| Ok(of(this).callback.try_get().unwrap_or_else(Value::none)))],
    ..Spec::new("weakref.ReferenceType", &OBJECT_TYPE)
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
    fn fits(ty: &TypeObject) -> bool {
        ty.is_subtype(&REF_TYPE) || crate::weak_proxy::is_proxy(ty)
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
pub(crate) static FUNCTIONS: WeakFunctions = WeakFunctions { emptied, end, call };

unsafe fn emptied(reference: NonNull<Head>) -> bool {
    // SAFETY: the heap only knows weak references of this layout.
    let this = unsafe { reference.cast::<PyWeakRef>().as_ref() };
    if let Some(target) = this.target.take() {
        // SAFETY: the target's fields are as they were: its drop has not begun.
        unsafe { show_list(target, core::ptr::null()) };
    }
    !this.callback.is_unset()
}

unsafe fn end(reference: NonNull<Head>) {
    // SAFETY: the heap only knows weak references of this layout.
    unsafe { reference.cast::<PyWeakRef>().as_ref() }.forget_target();
}

unsafe fn call(reference: NonNull<Head>) {
    // SAFETY: as above; the heap holds it meanwhile.
    let (this, value) = unsafe { (reference.cast::<PyWeakRef>().as_ref(), Value::from_borrowed(reference)) };
    let (Some(cx), Some(callback)) = (Cx::try_current(), this.callback.take()) else { return };
    if let Err(raised) = cx.call(&callback, core::slice::from_ref(&value)) {
        cx.unraisable(raised, None, Some(&callback));
    }
}

impl PyWeakRef {
    /// The target, while it lives.
    pub fn target(&self) -> Option<Value> {
        let target = self.target.get()?;
        // SAFETY: emptied before the target's block is given back. One whose last reference is gone is not given out again.
        unsafe { target.as_ref().is_alive().then(|| Value::from_borrowed(target)) }
    }

    /// Ends it while its target lives or dies; then its callback runs.
    pub fn end(&self, cx: &Cx) {
        self.forget_target();
        if let Some(callback) = self.callback.take() {
            let this = crate::object::value_of(self);
            if let Err(raised) = cx.call(&callback, core::slice::from_ref(&this)) {
                cx.unraisable(raised, None, Some(&callback));
            }
        }
    }

    fn forget_target(&self) {
        if let Some(target) = self.target.take() {
            // SAFETY: not emptied yet, so the target is live.
            unsafe {
                if !target.as_ref().is_foreign() {
                    raw::weak_remove(target, NonNull::from_ref(&self.head));
                    let left =
                        raw::weak_list(target).last().map_or(core::ptr::null(), |head| head.as_ptr().cast_const());
                    show_list(target, left);
                }
            }
        }
    }
}

/// Where C's type has a field for its weak references (`tp_weaklistoffset`), it says whether there are some.
///
/// # Safety
/// The target has its fields still: it lives, or its drop has not begun.
unsafe fn show_list(target: NonNull<Head>, newest: *const Head) {
    // SAFETY: an object's info lies in its type's shape, which outlives it; the offset is that of a pointer of C's.
    unsafe {
        let ty = (*target.as_ref().info().cast::<Shape>()).ty();
        let offset = ty.native().c.tp_weaklistoffset.get();
        if offset > 0 {
            target.cast::<u8>().offset(offset).cast::<*const Head>().write(newest);
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

/// Ends all weak references to an object that lives on for now; then their callbacks run, the newest first.
pub fn end_references(object: &Value) {
    let all = references(object);
    for reference in all.iter().filter_map(Value::downcast::<PyWeakRef>) {
        reference.forget_target();
    }
    for head in all.iter().rev().filter_map(Value::head) {
        // SAFETY: weak references, which we hold.
        unsafe { call(NonNull::from_ref(head)) };
    }
}

fn of(this: &Value) -> &PyWeakRef {
    // SAFETY: called for weak references.
    unsafe { this.cast() }
}

/// The one weak reference of exactly this type to an object that has no callback, if there is one.
fn shared(class: &TypeObject, target: &Value) -> Option<Value> {
    references(target)
        .into_iter()
        .find(|r| r.is_exact(class) && r.downcast::<PyWeakRef>().is_some_and(|r| r.callback.is_unset()))
}

fn must_be_weak(cx: &Cx, target: &Value) -> R<()> {
    if target.is_object() && crate::class::layout::is_weak(cx, target.ty()) {
        return Ok(());
    }
    raise!(cx, exc::TYPE_ERROR, "cannot create weak reference to '{}' object", target.ty().name())
}

impl Cx {
    /// `weakref.ref(target, callback)`: without a callback, all references to an object are one.
    ///
    /// # Errors
    /// TypeError if there can be none to this object; MemoryError.
    pub fn weak_ref(&self, target: &Value, callback: Option<Value>) -> R {
        self.weak_of(&REF_TYPE, target, callback)
    }

    /// The same of a class derived from `ref`, or of a proxy's type. Only those of the built-in types are shared.
    pub(crate) fn weak_of(&self, class: &TypeObject, target: &Value, callback: Option<Value>) -> R {
        must_be_weak(self, target)?;
        let callback = callback.filter(|callback| !callback.is_none());
        if callback.is_none()
            && !class.is_heap()
            && let Some(known) = shared(class, target)
        {
            return Ok(known);
        }
        Ok(self.weak_ref_in(class, target, callback)?.into_value())
    }

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
        if let Some(head) = target.head() {
            made.target.set(Some(NonNull::from_ref(head)));
            // Statics do not die: nobody need tell.
            if !head.is_foreign() {
                // SAFETY: both are live, and of this interpreter's heap.
                unsafe {
                    raw::weak_add(NonNull::from_ref(head), NonNull::from_ref(&made.head));
                    show_list(NonNull::from_ref(head), &raw const made.head);
                }
            }
        }
        Ok(made)
    }
}

/// `weakref.getweakrefcount(object)`
pub fn count(object: &Value) -> usize {
    references(object).len()
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    crate::args::check_count(cx, "__new__", args.given().len(), 1, 2)?;
    cx.weak_of(class, &args.given()[0], args.given().get(1).cloned())
}

/// `__new__` has done it all.
fn init(cx: &Cx, _: &Value, args: Args<'_>) -> R<()> {
    args.no_keywords(cx, "ref")?;
    crate::args::check_count(cx, "__init__", args.given().len(), 1, 2)
}

fn call_ref(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.is_empty() {
        args.no_keywords(cx, "weakref")?;
        crate::args::check_count(cx, "weakref", args.given().len(), 0, 0)?;
    }
    Ok(of(this).target().unwrap_or_else(Value::none))
}

/// That of the target, which is kept beyond its death.
fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let known = of(this).hash.get();
    if known != -1 {
        return Ok(known);
    }
    let Some(target) = of(this).target() else {
        return raise!(cx, exc::TYPE_ERROR, "weak object has gone away");
    };
    let hash = match cx.hash(&target)? {
        -1 => -2,
        hash => hash,
    };
    of(this).hash.set(hash);
    Ok(hash)
}

/// By the targets while both live, then by identity.
fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !b.is_instance(&REF_TYPE) {
        return Ok(Value::not_implemented());
    }
    match (of(a).target(), of(b).target()) {
        (Some(x), Some(y)) => cx.compare(&x, &y, op),
        _ => Ok(Value::bool(a.is(b) == (op == CompareOp::Eq))),
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let at = this.bits();
    let Some(target) = of(this).target() else {
        return Ok(cx.str_from_fmt(format_args!("<weakref at {at:#x}; dead>"))?.into_value());
    };
    // Of the class, not of the instance: no `__getattr__` runs.
    let name = match cx.lookup(target.ty(), cx.names.name())? {
        Some(found) => match found.ty().slots.descr_get.get() {
            Some(get) => Some(get(cx, &found, Some(&target), Some(&target.ty().value()))?),
            None => Some(found),
        },
        None => None,
    };
    let (class, there) = (crate::object_type::fully_qualified_name(cx, target.ty())?, target.bits());
    let text = match name.as_ref().and_then(Value::downcast::<crate::str::PyStr>) {
        Some(name) => {
            let name = name.to_lossy();
            cx.str_from_fmt(format_args!("<weakref at {at:#x}; to '{class}' at {there:#x} ({name})>"))?
        }
        None => cx.str_from_fmt(format_args!("<weakref at {at:#x}; to '{class}' at {there:#x}>"))?,
    };
    Ok(text.into_value())
}
