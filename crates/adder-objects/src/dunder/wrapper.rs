//! `wrapper_descriptor` and `method-wrapper`: slots of built-in types as methods.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::{Dunder, NULLARY, What};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::protocol::unhashable;
use crate::typeobject::{
    CompareOp, GetSet, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number,
    number::{ADD, MUL},
    slot,
};
use crate::value::Value;

/// A slot of a built-in type, as it lies in the type's namespace.
#[repr(C)]
pub struct PySlotWrapper {
    head: Head,
    /// Which method it is.
    pub dunder: &'static Dunder,
    /// `__objclass__`
    pub owner: Slot,
}

/// `wrapper_descriptor`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyWrapperDescr_Type")]
pub static SLOT_WRAPPER_TYPE: TypeObject = TypeObject::builtin(&SLOT_WRAPPER_SPEC, &raw const SLOT_WRAPPER_TYPE);
static SLOT_WRAPPER_SPEC: Spec = Spec {
    flags: flag::GC | flag::METHOD_DESCRIPTOR | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PySlotWrapper>(),
    functions: functions::<PySlotWrapper>(true, true),
    slots: Slots { call: slot(wrapper_call), descr_get: slot(wrapper_get), repr: slot(wrapper_repr), ..Slots::NONE },
    methods: crate::function_attributes::DESCRIPTOR_METHODS,
    getset: &[
        GetSet::get("__name__", |cx, this| cx.intern(of(this).dunder.text)),
        GetSet::get("__objclass__", |_, this| Ok(of(this).owner.get())),
        GetSet::get("__qualname__", |cx, this| cx.str_value(&of(this).qualname())),
        GetSet::get("__text_signature__", |_, _| Ok(Value::none())),
        GetSet::get("__doc__", |_, _| Ok(Value::none())),
    ],
    ..Spec::new("wrapper_descriptor", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PySlotWrapper {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &SLOT_WRAPPER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__objclass__");
        self.owner.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.owner.clear(clearer);
    }
}

fn of(this: &Value) -> &PySlotWrapper {
    // SAFETY: called for slot wrappers.
    unsafe { this.cast() }
}

impl PySlotWrapper {
    /// The type whose slot it is.
    pub fn owner_type(&self) -> &TypeObject {
        // SAFETY: set once, when it was made; emptied only when it is garbage.
        unsafe { self.owner.peek().downcast().unwrap_or(&OBJECT_TYPE) }
    }

    fn qualname(&self) -> String {
        format!("{}.{}", self.owner_type().name(), self.dunder.text)
    }
}

fn wrapper_repr(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let text = format_args!("<slot wrapper '{}' of '{}' objects>", it.dunder.text, it.owner_type().name());
    Ok(cx.str_from_fmt(text)?.into_value())
}

fn wrapper_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let it = of(this);
    let owner = it.owner_type();
    match args.given() {
        [] => raise!(
            cx,
            exc::TYPE_ERROR,
            "descriptor '{}' of '{}' object needs an argument",
            it.dunder.text,
            owner.name()
        ),
        [receiver, ..] if receiver.is_instance(owner) => wrap(cx, it.dunder, owner, receiver, args.rest()),
        [other, ..] => raise!(
            cx,
            exc::TYPE_ERROR,
            "descriptor '{}' requires a '{}' object but received a '{}'",
            it.dunder.text,
            owner.name(),
            other.ty().name()
        ),
    }
}

fn wrapper_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object else { return Ok(this.clone()) };
    let it = of(this);
    if !object.is_instance(it.owner_type()) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            it.dunder.text,
            it.owner_type().name(),
            object.ty().name()
        );
    }
    let made = PyMethodWrapper { head: unborn(), wrapper: Slot::new(this.clone()), this: Slot::new(object.clone()) };
    Ok(cx.alloc(made)?.into_value())
}

/// A slot wrapper bound to an object.
#[repr(C)]
pub struct PyMethodWrapper {
    head: Head,
    wrapper: Slot,
    this: Slot,
}

/// `method-wrapper`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyMethodWrapper_Type")]
pub static METHOD_WRAPPER_TYPE: TypeObject = TypeObject::builtin(&METHOD_WRAPPER_SPEC, &raw const METHOD_WRAPPER_TYPE);
static METHOD_WRAPPER_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyMethodWrapper>(),
    functions: functions::<PyMethodWrapper>(true, true),
    slots: Slots {
        call: slot(bound_call),
        repr: slot(bound_repr),
        compare: slot(bound_compare),
        hash: slot(bound_hash),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |cx, this| {
        let builtins = cx.import("builtins")?;
        let args = cx.tuple([bound(this).this.get(), cx.intern(bound(this).dunder_text())?])?;
        Ok(cx.tuple([cx.getattr_text(&builtins, "getattr")?, args.into_value()])?.into_value())
    })],
    getset: &[
        GetSet::get("__self__", |_, this| Ok(bound(this).this.get())),
        GetSet::get("__name__", |cx, this| cx.intern(bound(this).dunder_text())),
        GetSet::get("__objclass__", |cx, this| cx.getattr(&bound(this).wrapper.get(), cx.names.objclass())),
        GetSet::get("__qualname__", |cx, this| cx.getattr(&bound(this).wrapper.get(), cx.names.qualname())),
        GetSet::get("__text_signature__", |_, _| Ok(Value::none())),
        GetSet::get("__doc__", |_, _| Ok(Value::none())),
    ],
    ..Spec::new("method-wrapper", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyMethodWrapper {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &METHOD_WRAPPER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("wrapper");
        self.wrapper.trace(tracer);
        tracer.name("__self__");
        self.this.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.wrapper.clear(clearer);
        self.this.clear(clearer);
    }
}

fn bound(this: &Value) -> &PyMethodWrapper {
    // SAFETY: called for method wrappers.
    unsafe { this.cast() }
}

impl PyMethodWrapper {
    fn dunder_text(&self) -> &'static str {
        self.wrapper.get().downcast::<PySlotWrapper>().map_or("?", |wrapper| wrapper.dunder.text)
    }
}

fn bound_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let (wrapper, this) = (bound(this).wrapper.get(), bound(this).this.get());
    match wrapper.downcast::<PySlotWrapper>() {
        Some(wrapper) => wrap(cx, wrapper.dunder, wrapper.owner_type(), &this, args),
        None => Ok(Value::none()),
    }
}

fn bound_repr(cx: &Cx, this: &Value) -> R {
    let receiver = bound(this).this.get();
    let text = format_args!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        bound(this).dunder_text(),
        receiver.ty().name(),
        receiver.bits()
    );
    Ok(cx.str_from_fmt(text)?.into_value())
}

fn bound_compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (a.downcast::<PyMethodWrapper>(), b.downcast::<PyMethodWrapper>()) else {
        return Ok(Value::not_implemented());
    };
    let equal = a.wrapper.get().is(&b.wrapper.get()) && a.this.get().is(&b.this.get());
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::not_implemented(),
    })
}

fn bound_hash(_: &Cx, this: &Value) -> R<i64> {
    let it = bound(this);
    Ok(crate::object_type::address_hash(&it.this.get()) ^ crate::object_type::address_hash(&it.wrapper.get()))
}

impl Cx {
    pub(crate) fn slot_wrapper(&self, dunder: &'static Dunder, owner: &TypeObject) -> R<Obj<PySlotWrapper>> {
        self.alloc(PySlotWrapper { head: unborn(), dunder, owner: Slot::new(owner.value()) })
    }
}

/// Does a type with these slots have this method?
pub(crate) fn has(slots: &Slots, what: What) -> bool {
    match what {
        What::Nullary(at) => (NULLARY[at].field)(slots).get().is_some(),
        What::Hash => slots.hash.get().is_some_and(|hash| {
            let none: fn(&Cx, &Value) -> R<i64> = unhashable;
            !core::ptr::fn_addr_eq(hash, none)
        }),
        What::Call => slots.call.get().is_some(),
        What::GetAttribute => slots.getattr.get().is_some(),
        What::SetAttr | What::DelAttr => slots.setattr.get().is_some(),
        What::Compare(_) => slots.compare.get().is_some(),
        What::Next => slots.next.get().is_some(),
        What::Get => slots.descr_get.get().is_some(),
        What::Set | What::Delete => slots.descr_set.get().is_some(),
        What::Init => slots.init.get().is_some(),
        What::Del => slots.finalize.get().is_some(),
        What::Bool => slots.bool.get().is_some(),
        What::Power | What::ReflectedPower => slots.power.get().is_some() || slots.binary[number::POW].get().is_some(),
        What::Binary(ADD) => slots.binary[ADD].get().is_some() || slots.concat.get().is_some(),
        What::Binary(MUL) | What::Reflected(MUL) => slots.binary[MUL].get().is_some() || slots.repeat.get().is_some(),
        What::Binary(op) | What::Reflected(op) => slots.binary[op].get().is_some(),
        What::InPlace(ADD) => slots.in_place[ADD].get().is_some() || slots.in_place_concat.get().is_some(),
        What::InPlace(MUL) => slots.in_place[MUL].get().is_some() || slots.in_place_repeat.get().is_some(),
        What::InPlace(op) => slots.in_place[op].get().is_some(),
        What::Len => slots.len.get().is_some(),
        What::GetItem => slots.getitem.get().is_some() || slots.item.get().is_some(),
        What::SetItem | What::DelItem => slots.setitem.get().is_some(),
        What::Contains => slots.contains.get().is_some(),
        // `__new__` is a static method of its own, and nothing built in has a `__getattr__`.
        What::Buffer => slots.buffer.get().is_some(),
        What::New | What::GetAttr | What::ReleaseBuffer => false,
    }
}

/// The arguments of a wrapper, which takes so many, and no keywords.
fn take<'a, const N: usize>(cx: &Cx, dunder: &Dunder, args: Args<'a>) -> R<&'a [Value; N]> {
    if args.names().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "wrapper {}() takes no keyword arguments", dunder.text);
    }
    match args.given().try_into() {
        Ok(values) => Ok(values),
        Err(_) => raise!(
            cx,
            exc::TYPE_ERROR,
            "expected {N} argument{}, got {}",
            if N == 1 { "" } else { "s" },
            args.given().len()
        ),
    }
}

fn from_to<'a>(cx: &Cx, dunder: &Dunder, args: Args<'a>, min: usize, max: usize) -> R<&'a [Value]> {
    if args.names().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "wrapper {}() takes no keyword arguments", dunder.text);
    }
    crate::args::check_count(cx, "", args.given().len(), min, max)?;
    Ok(args.given())
}

/// The value of a slot that the wrapper's type is known to have.
fn filled<F: Copy>(cx: &Cx, slot: &core::cell::Cell<Option<F>>) -> R<F> {
    slot.get().ok_or_else(|| cx.error(&exc::SYSTEM_ERROR, format_args!("a wrapper of a slot that is empty")))
}

fn count(cx: &Cx, value: &Value) -> R<isize> {
    cx.index_to_isize(value, Some(&exc::OVERFLOW_ERROR))
}

/// Calls the slot of `owner` that a special method stands for.
pub(crate) fn wrap(cx: &Cx, dunder: &Dunder, owner: &TypeObject, this: &Value, args: Args<'_>) -> R {
    if !owner.is_foreign() {
        return wrap_slot(cx, dunder, owner, this, args);
    }
    // All C types have the same functions of Rust's in their slots: this says whose is meant.
    let before = cx.slot_owner.replace(Some((owner, this.bits())));
    let result = wrap_slot(cx, dunder, owner, this, args);
    cx.slot_owner.set(before);
    result
}

fn wrap_slot(cx: &Cx, dunder: &Dunder, owner: &TypeObject, this: &Value, args: Args<'_>) -> R {
    let slots = &owner.slots;
    match dunder.what {
        What::Nullary(at) => {
            take::<0>(cx, dunder, args)?;
            filled(cx, (NULLARY[at].field)(slots))?(cx, this)
        }
        What::Hash => {
            take::<0>(cx, dunder, args)?;
            cx.int(filled(cx, &slots.hash)?(cx, this)?)
        }
        What::Call => filled(cx, &slots.call)?(cx, this, args),
        What::Init => filled(cx, &slots.init)?(cx, this, args).map(|()| Value::none()),
        What::GetAttribute => {
            let [name] = take(cx, dunder, args)?;
            check_name(cx, name)?;
            match filled(cx, &slots.getattr)?(cx, this, name)? {
                Some(value) => Ok(value),
                None => Err(cx.no_attribute(this, name)),
            }
        }
        What::SetAttr => {
            let [name, value] = take(cx, dunder, args)?;
            check_name(cx, name)?;
            not_carelessly(cx, dunder, owner, this)?;
            filled(cx, &slots.setattr)?(cx, this, name, Some(value)).map(|()| Value::none())
        }
        What::DelAttr => {
            let [name] = take(cx, dunder, args)?;
            check_name(cx, name)?;
            not_carelessly(cx, dunder, owner, this)?;
            filled(cx, &slots.setattr)?(cx, this, name, None).map(|()| Value::none())
        }
        What::Compare(op) => {
            let [other] = take(cx, dunder, args)?;
            filled(cx, &slots.compare)?(cx, this, other, op)
        }
        What::Next => {
            take::<0>(cx, dunder, args)?;
            match filled(cx, &slots.next)?(cx, this)? {
                Some(value) => Ok(value),
                None => Err(cx.stop_iteration(Value::none())),
            }
        }
        What::Get => {
            let given = from_to(cx, dunder, args, 1, 2)?;
            let object = given.first().filter(|v| !v.is_none());
            let class = given.get(1).filter(|v| !v.is_none());
            if object.is_none() && class.is_none() {
                return raise!(cx, exc::TYPE_ERROR, "__get__(None, None) is invalid");
            }
            filled(cx, &slots.descr_get)?(cx, this, object, class)
        }
        What::Set => {
            let [object, value] = take(cx, dunder, args)?;
            filled(cx, &slots.descr_set)?(cx, this, object, Some(value)).map(|()| Value::none())
        }
        What::Delete => {
            let [object] = take(cx, dunder, args)?;
            filled(cx, &slots.descr_set)?(cx, this, object, None).map(|()| Value::none())
        }
        What::Del => {
            take::<0>(cx, dunder, args)?;
            filled(cx, &slots.finalize)?(cx, this);
            Ok(Value::none())
        }
        What::Bool => {
            take::<0>(cx, dunder, args)?;
            Ok(Value::bool(filled(cx, &slots.bool)?(cx, this)?))
        }
        What::Power => match from_to(cx, dunder, args, 1, 2)? {
            [other, third] if !third.is_none() => filled(cx, &slots.power)?(cx, this, other, third),
            given => filled(cx, &slots.binary[number::POW])?(cx, this, &given[0]),
        },
        What::ReflectedPower => match from_to(cx, dunder, args, 1, 2)? {
            [other, third] if !third.is_none() => filled(cx, &slots.power)?(cx, other, this, third),
            given => filled(cx, &slots.binary[number::POW])?(cx, &given[0], this),
        },
        What::Binary(op) => {
            let [other] = take(cx, dunder, args)?;
            match (slots.binary[op].get(), op) {
                (Some(f), _) => f(cx, this, other),
                (None, ADD) => filled(cx, &slots.concat)?(cx, this, other),
                (None, _) => filled(cx, &slots.repeat)?(cx, this, count(cx, other)?),
            }
        }
        What::Reflected(op) => {
            let [other] = take(cx, dunder, args)?;
            match slots.binary[op].get() {
                Some(f) => f(cx, other, this),
                None => filled(cx, &slots.repeat)?(cx, this, count(cx, other)?),
            }
        }
        What::InPlace(op) => {
            let [other] = take(cx, dunder, args)?;
            match (slots.in_place[op].get(), op) {
                (Some(f), _) => f(cx, this, other),
                (None, ADD) => filled(cx, &slots.in_place_concat)?(cx, this, other),
                (None, _) => filled(cx, &slots.in_place_repeat)?(cx, this, count(cx, other)?),
            }
        }
        What::Len => {
            take::<0>(cx, dunder, args)?;
            cx.int(filled(cx, &slots.len)?(cx, this)? as i64)
        }
        What::GetItem => {
            let [key] = take(cx, dunder, args)?;
            match slots.getitem.get() {
                Some(get) => get(cx, this, key),
                None => {
                    let mut index = count(cx, key)?;
                    if index < 0
                        && let Some(len) = slots.len.get()
                    {
                        index = index.saturating_add(len(cx, this)? as isize);
                    }
                    filled(cx, &slots.item)?(cx, this, index)
                }
            }
        }
        What::SetItem => {
            let [key, value] = take(cx, dunder, args)?;
            filled(cx, &slots.setitem)?(cx, this, key, Some(value)).map(|()| Value::none())
        }
        What::DelItem => {
            let [key] = take(cx, dunder, args)?;
            filled(cx, &slots.setitem)?(cx, this, key, None).map(|()| Value::none())
        }
        What::Contains => {
            let [key] = take(cx, dunder, args)?;
            Ok(Value::bool(filled(cx, &slots.contains)?(cx, this, key)?))
        }
        What::Buffer => {
            let [_flags] = take(cx, dunder, args)?;
            match crate::builtin_types::named("memoryview") {
                Some(memoryview) => cx.call(&memoryview.value(), core::slice::from_ref(this)),
                None => raise!(cx, exc::BUFFER_ERROR, "there are no memoryviews"),
            }
        }
        What::New | What::GetAttr | What::ReleaseBuffer => Ok(Value::not_implemented()),
    }
}

/// TypeError unless an attribute's name is a string.
pub(crate) fn check_name(cx: &Cx, name: &Value) -> R<()> {
    if name.downcast::<crate::str::PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "attribute name must be string, not '{}'", name.ty().name());
    }
    Ok(())
}

/// `object.__setattr__(int, …)` must not get round `type.__setattr__`: the slot of the nearest built-in type decides.
fn not_carelessly(cx: &Cx, dunder: &Dunder, owner: &TypeObject, this: &Value) -> R<()> {
    let native = this.ty().native();
    let same = match (native.slots.setattr.get(), owner.slots.setattr.get()) {
        (Some(a), Some(b)) => core::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    if same {
        return Ok(());
    }
    raise!(cx, exc::TYPE_ERROR, "can't apply this {} to {} object", dunder.text, native.name())
}
