//! Changing what there is: `object.__class__ = …` and `class.__bases__ = …`.

use adder_gc::raw;

use super::{layout, mro};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Obj, Slot};
use crate::tuple::PyTuple;
use crate::typeobject::{OBJECT_TYPE, TypeObject, flag};
use crate::value::Value;

/// `object.__class__ = value`
pub(crate) fn set_class(cx: &Cx, object: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else { return raise!(cx, exc::TYPE_ERROR, "can't delete __class__ attribute") };
    let Some(to) = value.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "__class__ must be set to a class, not '{}' object", value.ty().name());
    };
    let from_value = object.ty().value();
    // SAFETY: a class.
    let from = unsafe { from_value.cast::<TypeObject>() };
    if core::ptr::eq(from, to) {
        return Ok(());
    }
    // A module may get a class derived from its type, and back.
    let modules = from.native().name() == "module" && to.native().name() == "module";
    if !object.is_object() || !(modules || from.is_heap() && to.is_heap()) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    }
    must_fit(cx, from, to, "__class__")?;
    // Inline slots have other names in the other class: what lies in them goes into a dict.
    if !super::super::instance::inline_slots_in_use(object).iter().all(Slot::is_unset) {
        crate::instance::dict(cx, object)?;
    }
    let Some(head) = object.head() else { return Ok(()) };
    let head = core::ptr::NonNull::from_ref(head);
    // SAFETY: live. The object has the other class's built-in part and members at the same places, and its inline slots are
    // empty. Where the block has no room for those of the other class, it gets the shape without any.
    unsafe {
        let room = raw::block_size(head);
        let (old, new) = (from.shape.size.get() as usize, to.shape.size.get() as usize);
        let shape =
            if new <= room && !core::ptr::eq(object.shape(), &from.plain) || new <= from.plain.size.get() as usize {
                for at in (old.min(new)..new).step_by(8) {
                    head.cast::<u8>().add(at).cast::<usize>().write(Value::UNSET.bits());
                }
                &to.shape
            } else {
                &to.plain
            };
        // Built-in types are immortal: counting them does nothing.
        raw::increment(core::ptr::NonNull::from_ref(to).cast());
        raw::set_info(head, &raw const shape.info);
        head.as_ref().set_has_finalizer(to.slots.finalize.get().is_some());
        raw::decrement(core::ptr::NonNull::from_ref(from).cast());
    }
    Ok(())
}

/// TypeError unless instances of one class can be instances of the other.
fn must_fit(cx: &Cx, from: &TypeObject, to: &TypeObject, what: &str) -> R<()> {
    if !core::ptr::eq(from.native(), to.native()) || from.is_gc() != to.is_gc() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{what} assignment: '{}' deallocator differs from '{}'",
            to.name(),
            from.name()
        );
    }
    let same = layout::solid_size(from) == layout::solid_size(to)
        && from.shape.dict_offset.get() == to.shape.dict_offset.get()
        && layout::is_weak(cx, from) == layout::is_weak(cx, to)
        && members(cx, from) == members(cx, to);
    if !same {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{what} assignment: '{}' object layout differs from '{}'",
            to.name(),
            from.name()
        );
    }
    Ok(())
}

/// The members of a class and its bases, by name and place.
fn members(cx: &Cx, class: &TypeObject) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    let mut at = Some(class);
    while let Some(ty) = at.filter(|ty| ty.is_heap()) {
        found.extend(cx.state(ty).members.borrow().iter().map(|(name, offset)| (name.bits(), *offset)));
        at = ty.base.get();
    }
    found.sort_unstable_by_key(|&(_, offset)| offset);
    found
}

/// `class.__bases__ = value`
pub(crate) fn set_bases(cx: &Cx, class: &TypeObject, value: &Value) -> R<()> {
    let name = class.name().to_owned();
    let Some(bases) = value.downcast::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "can only assign tuple to {name}.__bases__, not {}", value.ty().name());
    };
    if bases.items().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "can only assign non-empty tuple to {name}.__bases__, not ()");
    }
    for base in bases.items() {
        let Some(base) = base.downcast::<TypeObject>() else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{name}.__bases__ must be tuple of classes, not '{}'",
                base.ty().name()
            );
        };
        // While an order of resolution is being made, only the chain of deciding bases is up to date.
        let mut chain = core::iter::successors(Some(base), |base| base.base.get());
        if base.is_subtype(class) || chain.any(|base| core::ptr::eq(base, class)) {
            return raise!(cx, exc::TYPE_ERROR, "a __bases__ item causes an inheritance cycle");
        }
    }
    let base = layout::best_base(cx, bases.items())?;
    let old_base = class.base.get().unwrap_or(&OBJECT_TYPE);
    base_must_fit(cx, old_base, base)?;

    let state = cx.state(class);
    let old_bases = state.bases.get();
    // SAFETY: one of the new bases, which the class holds from here on.
    let base: &'static TypeObject = unsafe { &*core::ptr::from_ref(base) };
    state.bases.set(value.clone());
    class.base.set(Some(base));
    let mut undo = Vec::new();
    let recomputed = recompute(cx, class, &mut undo);
    if !state.bases.get().is(value) {
        // A `mro` has set other bases meanwhile: theirs is what holds.
        return recomputed;
    }
    if let Err(raised) = recomputed {
        for (class, old) in undo.into_iter().rev() {
            cx.state(&class).mro.set(old);
        }
        state.bases.set(old_bases);
        class.base.set(Some(old_base));
        cx.type_changed(class);
        return Err(raised);
    }
    super::leave_bases(cx, class, &old_bases);
    for base in bases.items().iter().filter_map(Value::downcast::<TypeObject>) {
        cx.state(base).subclasses.borrow_mut().push(core::ptr::from_ref(class));
    }
    cx.type_changed(class);
    let before = class.slots.finalize.get().is_some();
    for (class, old) in &undo {
        crate::dunder::fill::fill_all(cx, class)?;
        super::inherit_flags(cx, class);
        drop(old.clone());
    }
    if class.slots.finalize.get().is_some() != before {
        super::finalizer_changed(cx, class);
    }
    Ok(())
}

/// The new deciding base must lay instances out as the old one does.
fn base_must_fit(cx: &Cx, old: &TypeObject, new: &TypeObject) -> R<()> {
    if !core::ptr::eq(old.native(), new.native()) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__bases__ assignment: '{}' deallocator differs from '{}'",
            new.name(),
            old.name()
        );
    }
    let dict = |ty: &TypeObject| ty.shape.dict_offset.get() != 0;
    let same = layout::solid_size(old) == layout::solid_size(new)
        && members(cx, old) == members(cx, new)
        && dict(old) == dict(new)
        && layout::is_weak(cx, old) == layout::is_weak(cx, new)
        && (old.flags() ^ new.flags()) & flag::GC == 0;
    if !same {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__bases__ assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        );
    }
    Ok(())
}

/// New orders of resolution for a class and all derived from it; the old ones go into `undo`.
fn recompute(cx: &Cx, class: &TypeObject, undo: &mut Vec<(Obj<TypeObject>, Value)>) -> R<()> {
    cx.type_changed(class);
    let order = mro::compute(cx, class)?;
    let old = cx.state(class).mro.replace(order.into_value());
    undo.push((Obj::from_ref(class), old));
    for derived in super::subclasses(cx, class) {
        if let Some(derived) = derived.downcast::<TypeObject>() {
            recompute(cx, derived, undo)?;
        }
    }
    Ok(())
}
