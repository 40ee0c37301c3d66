//! The slots of classes: from what their order of resolution holds under the names of the special methods.

use core::cell::Cell;

use super::{DUNDERS, Dunder, NULLARY, PySlotWrapper, What, python, wrapper};
use crate::cx::Cx;
use crate::error::R;
use crate::function::{PyBuiltin, PyMethodDescriptor};
use crate::protocol::unhashable;
use crate::str::PyStr;
use crate::typeobject::{Slots, TypeObject, number};
use crate::value::Value;

/// Where a class gets a special method from.
enum Found<'a> {
    /// Nowhere.
    Missing,
    /// It is None: the class says that it has no such method.
    Blocked,
    /// A built-in type's own slot.
    Native(&'a TypeObject),
    /// Something else: a method written in Python.
    Python,
}

/// The built-in type whose slot a value found under a special method's name stands for.
fn native_owner(found: &Value, dunder: &Dunder) -> Option<&'static TypeObject> {
    let owner = if let Some(wrapper) = found.downcast_exact::<PySlotWrapper>() {
        (wrapper.dunder.what == dunder.what).then(|| wrapper.owner_type())?
    } else if let Some(method) = found.downcast_exact::<PyMethodDescriptor>() {
        // A type may have a method of its own beside the slot: they say the same.
        let owner = method.owner_type();
        (method.method.name == dunder.text && wrapper::has(&owner.slots, dunder.what)).then_some(owner)?
    } else {
        return None;
    };
    // SAFETY: wrappers and method descriptors belong to built-in types, which are statics; or to types of another language, which
    // the class holds as its bases.
    (!owner.is_heap() || owner.is_foreign()).then(|| unsafe { &*core::ptr::from_ref(owner) })
}

/// The function behind a built-in type's `__getattribute__`.
pub(super) fn native_getattr(found: &Value) -> Option<fn(&Cx, &Value, &Value) -> R<Option<Value>>> {
    let wrapper = found.downcast_exact::<PySlotWrapper>()?;
    (wrapper.dunder.what == What::GetAttribute).then(|| wrapper.owner_type().slots.getattr.get())?
}

fn find(cx: &Cx, class: &TypeObject, dunder: &Dunder) -> R<(Found<'static>, Option<Value>)> {
    let Some(found) = cx.lookup(class, (dunder.name)(&cx.names))? else { return Ok((Found::Missing, None)) };
    if found.is_none() {
        return Ok((Found::Blocked, None));
    }
    Ok(match native_owner(&found, dunder) {
        // A wrapper of a type that the class does not derive from checks its argument: it is called as a method.
        Some(owner) if class.is_subtype(owner) => (Found::Native(owner), None),
        _ => (Found::Python, Some(found)),
    })
}

/// What one slot becomes, from all methods that it stands for.
struct Choice<F> {
    native: Option<F>,
    python: bool,
}

impl<F: Copy + PartialEq> Choice<F> {
    const EMPTY: Choice<F> = Choice { native: None, python: false };

    fn add(&mut self, found: &Found<'_>, field: impl Fn(&Slots) -> Option<F>) {
        match found {
            Found::Missing => {}
            Found::Blocked | Found::Python => self.python = true,
            Found::Native(owner) => match (field(&owner.slots), self.native) {
                (Some(mine), Some(other)) if mine != other => self.python = true,
                (Some(mine), _) => self.native = Some(mine),
                (None, _) => {}
            },
        }
    }

    fn result(self, python: Option<F>) -> Option<F> {
        if self.python { python } else { self.native }
    }
}

fn by_what(what: What) -> &'static Dunder {
    DUNDERS.iter().find(|dunder| dunder.what == what).expect("every method of the table")
}

/// Fills one slot: `$names` are the methods it stands for, `$python` what it holds when one of them is written in Python.
macro_rules! fill {
    ($cx:ident $class:ident $field:expr, $python:expr, $($what:expr),+) => {{
        // Function pointers are compared by address: equal ones do the same.
        let mut choice = Choice::EMPTY;
        let field = $field;
        $(
            let (found, _) = find($cx, $class, by_what($what))?;
            choice.add(&found, |slots| field(slots).get().map(Pointer));
        )+
        field(&$class.slots).set(choice.result($python.map(Pointer)).map(|f| f.0));
    }};
}

/// A function pointer that is compared by its address.
#[derive(Clone, Copy)]
struct Pointer<F>(F);

impl<F: Copy> PartialEq for Pointer<F> {
    fn eq(&self, other: &Self) -> bool {
        const { assert!(size_of::<F>() == size_of::<usize>()) };
        // SAFETY: `F` is a function pointer: the slots of a type hold nothing else.
        unsafe { core::mem::transmute_copy::<F, usize>(&self.0) == core::mem::transmute_copy::<F, usize>(&other.0) }
    }
}

/// A field of the slots, with the right lifetimes.
fn field<F>(f: fn(&Slots) -> &Cell<Option<F>>) -> fn(&Slots) -> &Cell<Option<F>> {
    f
}

/// Fills the slots that a special method stands for.
fn fill_one(cx: &Cx, class: &TypeObject, what: What) -> R<()> {
    let slots = &class.slots;
    match what {
        What::Nullary(at) => {
            let slot = &NULLARY[at];
            fill!(cx class slot.field, Some(slot.python), What::Nullary(at));
        }
        What::Hash => {
            let (found, _) = find(cx, class, by_what(What::Hash))?;
            slots.hash.set(match found {
                Found::Missing => None,
                Found::Blocked => Some(unhashable),
                Found::Native(owner) => owner.slots.hash.get(),
                Found::Python => Some(python::hash),
            });
        }
        What::Call => {
            fill!(cx class field(|s| &s.call), Some(python::call_object as fn(&Cx, &Value, crate::Args<'_>) -> R), What::Call)
        }
        What::GetAttribute | What::GetAttr => {
            let (hook, _) = find(cx, class, by_what(What::GetAttr))?;
            let (found, _) = find(cx, class, by_what(What::GetAttribute))?;
            slots.getattr.set(match (hook, found) {
                (Found::Missing, Found::Native(owner)) => owner.slots.getattr.get(),
                (Found::Missing, Found::Missing) => None,
                (Found::Missing, _) => Some(python::getattribute),
                _ => Some(python::getattr_hook),
            });
        }
        What::SetAttr | What::DelAttr => {
            fill!(cx class field(|s| &s.setattr), Some(python::setattr as fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>), What::SetAttr, What::DelAttr);
        }
        What::Compare(_) => fill_compare(cx, class)?,
        What::Next => {
            fill!(cx class field(|s| &s.next), Some(python::next as fn(&Cx, &Value) -> R<Option<Value>>), What::Next);
            // A class that says itself what `__next__` does cannot be resumed in its base's way.
            let native = class.native();
            let same = match (slots.next.get(), native.slots.next.get()) {
                (Some(a), Some(b)) => core::ptr::fn_addr_eq(a, b),
                _ => false,
            };
            slots.send.set(if same { native.slots.send.get() } else { None });
        }
        What::Get => {
            fill!(cx class field(|s| &s.descr_get), Some(python::descr_get as fn(&Cx, &Value, Option<&Value>, Option<&Value>) -> R), What::Get)
        }
        What::Set | What::Delete => {
            fill!(cx class field(|s| &s.descr_set), Some(python::descr_set as fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>), What::Set, What::Delete);
        }
        What::Init => {
            fill!(cx class field(|s| &s.init), Some(python::init as fn(&Cx, &Value, crate::Args<'_>) -> R<()>), What::Init)
        }
        What::New => fill_new(cx, class)?,
        What::Del => {
            fill!(cx class field(|s| &s.finalize), Some(python::finalize as fn(&Cx, &Value)), What::Del);
        }
        What::Bool => fill!(cx class field(|s| &s.bool), Some(python::bool as fn(&Cx, &Value) -> R<bool>), What::Bool),
        What::Power | What::ReflectedPower => fill_power(cx, class)?,
        What::Binary(op) | What::Reflected(op) => fill_binary(cx, class, op)?,
        What::InPlace(op) => {
            let python = Some(python::IN_PLACES[op]);
            let pick = move |s: &Slots| s.in_place[op].get();
            let (found, _) = find(cx, class, by_what(What::InPlace(op)))?;
            let mut choice = Choice::EMPTY;
            choice.add(&found, |s| pick(s).map(Pointer));
            slots.in_place[op].set(choice.result(python.map(Pointer)).map(|f| f.0));
            match (op, &found) {
                (number::ADD, Found::Native(owner)) => slots.in_place_concat.set(owner.slots.in_place_concat.get()),
                (number::ADD, _) => slots.in_place_concat.set(None),
                (number::MUL, Found::Native(owner)) => slots.in_place_repeat.set(owner.slots.in_place_repeat.get()),
                (number::MUL, _) => slots.in_place_repeat.set(None),
                _ => {}
            }
        }
        What::Len => fill!(cx class field(|s| &s.len), Some(python::len as fn(&Cx, &Value) -> R<usize>), What::Len),
        What::GetItem => {
            fill!(cx class field(|s| &s.getitem), Some(python::getitem as fn(&Cx, &Value, &Value) -> R), What::GetItem);
            fill!(cx class field(|s| &s.item), Some(python::item as fn(&Cx, &Value, isize) -> R), What::GetItem);
        }
        What::SetItem | What::DelItem => {
            fill!(cx class field(|s| &s.setitem), Some(python::setitem as fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>), What::SetItem, What::DelItem);
        }
        What::Contains => {
            fill!(cx class field(|s| &s.contains), Some(python::contains as fn(&Cx, &Value, &Value) -> R<bool>), What::Contains)
        }
        What::Buffer | What::ReleaseBuffer => {
            let python: fn(&Cx, &Value, u32) -> R<crate::buffer::Buffer> = super::buffer::python;
            fill!(cx class field(|s| &s.buffer), Some(python), What::Buffer, What::ReleaseBuffer);
        }
    }
    Ok(())
}

fn fill_compare(cx: &Cx, class: &TypeObject) -> R<()> {
    use crate::typeobject::CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
    let mut choice = Choice::EMPTY;
    for op in [Lt, Le, Eq, Ne, Gt, Ge] {
        let (found, _) = find(cx, class, by_what(What::Compare(op)))?;
        choice.add(&found, |slots| slots.compare.get().map(Pointer));
    }
    let python: fn(&Cx, &Value, &Value, crate::typeobject::CompareOp) -> R = python::compare;
    class.slots.compare.set(choice.result(Some(Pointer(python))).map(|f| f.0));
    Ok(())
}

fn fill_binary(cx: &Cx, class: &TypeObject, op: usize) -> R<()> {
    let slots = &class.slots;
    let mut choice = Choice::EMPTY;
    let (plain, _) = find(cx, class, by_what(What::Binary(op)))?;
    let (reflected, _) = find(cx, class, by_what(What::Reflected(op)))?;
    choice.add(&plain, |slots| slots.binary[op].get().map(Pointer));
    choice.add(&reflected, |slots| slots.binary[op].get().map(Pointer));
    slots.binary[op].set(choice.result(Some(Pointer(python::BINARIES[op]))).map(|f| f.0));
    match (op, &plain) {
        (number::ADD, Found::Native(owner)) => slots.concat.set(owner.slots.concat.get()),
        (number::ADD, _) => slots.concat.set(None),
        (number::MUL, Found::Native(owner)) => slots.repeat.set(owner.slots.repeat.get()),
        (number::MUL, _) => slots.repeat.set(None),
        _ => {}
    }
    Ok(())
}

fn fill_power(cx: &Cx, class: &TypeObject) -> R<()> {
    let slots = &class.slots;
    let (plain, _) = find(cx, class, by_what(What::Power))?;
    let (reflected, _) = find(cx, class, by_what(What::ReflectedPower))?;
    let mut choice = Choice::EMPTY;
    for found in [&plain, &reflected] {
        choice.add(found, |slots| slots.binary[number::POW].get().map(Pointer));
    }
    slots.binary[number::POW].set(choice.result(Some(Pointer(python::BINARIES[number::POW]))).map(|f| f.0));
    let mut choice = Choice::EMPTY;
    for found in [&plain, &reflected] {
        choice.add(found, |slots| slots.power.get().map(Pointer));
    }
    let python: fn(&Cx, &Value, &Value, &Value) -> R = python::power;
    slots.power.set(choice.result(Some(Pointer(python))).map(|f| f.0));
    Ok(())
}

/// `__new__` of a built-in type is used directly where it is right for the layout of the class.
fn fill_new(cx: &Cx, class: &TypeObject) -> R<()> {
    let found = cx.lookup(class, cx.names.new())?;
    let native = class.native().slots.new.get();
    class.slots.new.set(match found {
        None => None,
        Some(found) => match found.downcast_exact::<PyBuiltin>() {
            Some(builtin) if builtin.is_new() => {
                let of = builtin.this.get().downcast::<TypeObject>().and_then(|ty| ty.slots.new.get());
                match (of, native) {
                    (Some(of), Some(native)) if core::ptr::fn_addr_eq(of, native) => Some(of),
                    (_, None) => None,
                    _ => Some(python::new),
                }
            }
            _ => Some(python::new),
        },
    });
    Ok(())
}

/// Fills all slots of a class anew.
pub(crate) fn fill_all(cx: &Cx, class: &TypeObject) -> R<()> {
    for dunder in DUNDERS {
        // The first of several methods of one slot fills it.
        let first = !matches!(
            dunder.what,
            What::GetAttr
                | What::DelAttr
                | What::Delete
                | What::Reflected(_)
                | What::ReflectedPower
                | What::DelItem
                | What::ReleaseBuffer
        ) && !matches!(dunder.what, What::Compare(op) if op != crate::typeobject::CompareOp::Lt);
        if first {
            fill_one(cx, class, dunder.what)?;
        }
    }
    Ok(())
}

/// Fills the slots of a new class with one base: those of the base, but for what its own namespace says.
pub(crate) fn fill_from_base(cx: &Cx, class: &TypeObject, base: &TypeObject) -> R<()> {
    class.slots.take_over(&base.slots);
    for (name, _) in cx.state(class).dict.entries() {
        if let Some(dunder) = name.downcast::<PyStr>().and_then(PyStr::as_str).and_then(super::find) {
            fill_one(cx, class, dunder.what)?;
        }
    }
    Ok(())
}

/// A class has got, changed or lost an attribute of this name: its slots and those of the classes derived from it follow.
pub(crate) fn changed(cx: &Cx, class: &TypeObject, name: &Value) -> R<()> {
    let Some(dunder) = name.downcast::<PyStr>().and_then(PyStr::as_str).and_then(super::find) else { return Ok(()) };
    let before = class.slots.finalize.get().is_some();
    refill(cx, class, dunder)?;
    if dunder.what == What::Del && class.slots.finalize.get().is_some() != before {
        crate::class::finalizer_changed(cx, class);
    }
    Ok(())
}

fn refill(cx: &Cx, class: &TypeObject, dunder: &Dunder) -> R<()> {
    fill_one(cx, class, dunder.what)?;
    if let Some(filled) = cx.hooks.slots_filled.get() {
        filled(cx, class);
    }
    for derived in crate::class::subclasses(cx, class) {
        if let Some(derived) = derived.downcast::<TypeObject>() {
            refill(cx, derived, dunder)?;
        }
    }
    Ok(())
}

/// Puts into the namespace of a built-in type what its own slots stand for.
pub(crate) fn fill_namespace(cx: &Cx, ty: &TypeObject, own: &Slots) -> R<()> {
    let dict = &cx.state(ty).dict;
    if own.new.get().is_some() {
        dict.set(cx, cx.names.new(), crate::object_type::new_method(cx, ty)?)?;
    }
    for dunder in DUNDERS {
        if wrapper::has(own, dunder.what) {
            dict.set(cx, (dunder.name)(&cx.names), cx.slot_wrapper(dunder, ty)?.into_value())?;
        }
    }
    Ok(())
}

/// Says that a type with an equality of its own and no hash has none.
pub(crate) fn complete_namespace(cx: &Cx, ty: &TypeObject, own: &Slots) -> R<()> {
    let dict = &cx.state(ty).dict;
    let none: fn(&Cx, &Value) -> R<i64> = unhashable;
    let hashless = match own.hash.get() {
        Some(hash) => core::ptr::fn_addr_eq(hash, none),
        None => own.compare.get().is_some(),
    };
    if hashless && dict.get(cx, cx.names.hash())?.is_none() {
        dict.set(cx, cx.names.hash(), Value::none())?;
    }
    Ok(())
}
