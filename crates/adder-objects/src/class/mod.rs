//! Classes made at run time: `type(name, bases, namespace)`.

pub mod foreign;
pub(crate) mod layout;
pub(crate) mod mro;
pub(crate) mod reclass;
mod subtype;

use core::cell::{Cell, RefCell, UnsafeCell};

use crate::args::Args;
use crate::cell::PyCell;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::dunder::SLOT_WRAPPER_TYPE;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::function::METHOD_DESCRIPTOR_TYPE;
use crate::object::{Obj, Slot, unborn};
use crate::str::{PyStr, STR_TYPE};
use crate::tuple::PyTuple;
use crate::typeobject::{CFields, GetSet, MemberKind, OBJECT_TYPE, Shape, Slots, TypeObject, TypeState, flag};
use crate::value::Value;
use layout::{Asked, Plan};

/// `type.__new__`
pub(crate) fn new(cx: &Cx, meta: &TypeObject, args: Args<'_>) -> R {
    let [name, bases, namespace] = args.given() else {
        return raise!(cx, exc::TYPE_ERROR, "type.__new__() takes exactly 3 arguments ({} given)", args.given().len());
    };
    let wrong = |at: usize, wanted: &str, got: &Value| -> Raised {
        cx.type_error(format_args!(
            "type.__new__() argument {at} must be {wanted}, not {}",
            crate::arguments::type_name(got)
        ))
    };
    let Some(text) = name.downcast::<PyStr>() else { return Err(wrong(1, "str", name)) };
    let Some(bases) = bases.downcast::<PyTuple>() else { return Err(wrong(2, "tuple", bases)) };
    let Some(namespace) = namespace.downcast::<PyDict>() else { return Err(wrong(3, "dict", namespace)) };
    let meta_value = metaclass(cx, meta, bases.items())?;
    // SAFETY: a class.
    let winner = unsafe { meta_value.cast::<TypeObject>() };
    if !core::ptr::eq(winner, meta)
        && let Some(other) = winner.slots.new.get()
        && !core::ptr::fn_addr_eq(other, new as fn(&Cx, &TypeObject, Args<'_>) -> R)
    {
        return other(cx, winner, args);
    }
    let class = make(cx, winner, name, text, bases, namespace)?;
    set_names(cx, &class)?;
    init_subclass(cx, &class, args)?;
    Ok(class.into_value())
}

/// The most derived of the metaclasses.
///
/// # Errors
/// TypeError if none derives from all others.
pub fn metaclass(cx: &Cx, meta: &TypeObject, bases: &[Value]) -> R {
    for base in bases {
        if base.downcast::<TypeObject>().is_none() && cx.getattr_opt(base, cx.names.mro_entries())?.is_some() {
            return raise!(cx, exc::TYPE_ERROR, "type() doesn't support MRO entry resolution; use types.new_class()");
        }
    }
    let mut winner = meta.value();
    for base in bases {
        let of_base = base.ty();
        // SAFETY: a class.
        let so_far = unsafe { winner.cast::<TypeObject>() };
        if so_far.is_subtype(of_base) {
            continue;
        }
        if !of_base.is_subtype(so_far) {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses \
                 of all its bases"
            );
        }
        winner = of_base.value();
    }
    Ok(winner)
}

/// Makes the class, ready but for the calls that its making owes to others.
fn make(
    cx: &Cx,
    meta: &TypeObject,
    name: &Value,
    text: &PyStr,
    bases: &PyTuple,
    namespace: &PyDict,
) -> R<Obj<TypeObject>> {
    let name_text = text.to_lossy().into_owned();
    if name_text.contains('\0') {
        return raise!(cx, exc::VALUE_ERROR, "type name must not contain null characters");
    }
    if text.as_str().is_none() {
        // As CPython, which keeps the name as UTF-8.
        return raise!(cx, exc::VALUE_ERROR, "type name must not contain surrogates");
    }
    let bases = if bases.items().is_empty() {
        cx.tuple([OBJECT_TYPE.value()])?
    } else {
        cx.tuple(bases.items().iter().cloned())?
    };
    let base = layout::best_base(cx, bases.items())?;
    let dict = namespace.copy(cx)?;
    let asked = layout::slots(cx, &name_text, base, bases.items(), &dict)?;
    let attributes = layout::known_attributes(cx, &dict, &asked, bases.items())?;
    let plan = layout::plan(base, &asked, attributes);
    let qualname = qualname(cx, &dict, name)?;
    let cell = take_cell(cx, &dict, cx.names.classcell(), "__classcell__")?;
    let dict_cell = take_cell(cx, &dict, cx.names.classdictcell(), "__classdictcell__")?;
    complete_namespace(cx, &dict)?;

    let state = TypeState {
        dict,
        bases: Slot::new(bases.clone().into_value()),
        mro: Slot::empty(),
        name: Slot::new(if name.is_exact(&STR_TYPE) { name.clone() } else { cx.exact_str(name)? }),
        qualname: Slot::new(qualname),
        subclasses: RefCell::new(Vec::new()),
        members: RefCell::new(Vec::new()),
        abstract_methods: Slot::empty(),
        extra: Slot::empty(),
        solid_size: Cell::new(plan.solid),
        weak: Cell::new(asked.weak),
    };
    let class = allocate(cx, meta, base, state, &plan, &asked)?;
    add_descriptors(cx, &class, &asked, &plan)?;
    complete_with_defaults(cx, &cx.state(&class).dict)?;
    if let Some(cell) = cell {
        cell.contents.set(class.clone().into_value());
    }
    if let Some(cell) = dict_cell {
        cell.contents.set(cx.state(&class).dict.clone().into_value());
    }
    let order = mro::compute(cx, &class)?;
    cx.state(&class).mro.set(order.into_value());
    inherit_flags(cx, &class);
    match bases.items() {
        // The base's slots are right for what this class does not say itself, if both have the same order of resolution.
        [only] if mro_follows(cx, &class, only) => {
            crate::dunder::fill::fill_from_base(cx, &class, base)?;
        }
        _ => crate::dunder::fill::fill_all(cx, &class)?,
    }
    if let Some(filled) = cx.hooks.slots_filled.get() {
        filled(cx, &class);
    }
    for base in bases.items() {
        if let Some(base) = base.downcast::<TypeObject>() {
            cx.state(base).subclasses.borrow_mut().push(&raw const *class);
        }
    }
    Ok(class)
}

fn mro_follows(cx: &Cx, class: &TypeObject, base: &Value) -> bool {
    let (Some(mine), Some(theirs)) = (
        crate::type_type::mro(cx, class),
        base.downcast::<TypeObject>().and_then(|base| crate::type_type::mro(cx, base)),
    ) else {
        return false;
    };
    let (mine, theirs) = (mine.items(), theirs.items());
    mine.len() == theirs.len() + 1 && mine[1..].iter().zip(theirs).all(|(a, b)| a.is(b))
}

fn qualname(cx: &Cx, dict: &Obj<PyDict>, name: &Value) -> R {
    match dict.get(cx, cx.names.qualname())? {
        None => Ok(name.clone()),
        Some(given) if given.downcast::<PyStr>().is_some() => {
            dict.remove(cx, cx.names.qualname())?;
            Ok(given)
        }
        Some(given) => {
            raise!(cx, exc::TYPE_ERROR, "type __qualname__ must be a str, not {}", given.ty().name())
        }
    }
}

fn take_cell(cx: &Cx, dict: &Obj<PyDict>, name: &Value, text: &str) -> R<Option<Obj<PyCell>>> {
    match dict.get(cx, name)? {
        None => Ok(None),
        Some(given) => {
            let shown = cx.repr(&given.ty().value())?.to_lossy().into_owned();
            let Ok(cell) = given.try_into_obj::<PyCell>() else {
                return raise!(cx, exc::TYPE_ERROR, "{text} must be a nonlocal cell, not {shown}");
            };
            dict.remove(cx, name)?;
            Ok(Some(cell))
        }
    }
}

/// The module, if the namespace does not say it; and the methods that are static or of the class by themselves.
fn complete_namespace(cx: &Cx, dict: &Obj<PyDict>) -> R<()> {
    if dict.get(cx, cx.names.module())?.is_none()
        && let Some(hook) = cx.hooks.module_name.get()
        && let Some(module) = hook(cx)?
    {
        dict.set(cx, cx.names.module(), module)?;
    }
    // Functions written in Python, whatever type the layers above have for them: those of built-in types are known.
    let is_function = |value: &Value| {
        value.is_object()
            && value.ty().has(flag::METHOD_DESCRIPTOR)
            && !value.is_exact(&METHOD_DESCRIPTOR_TYPE)
            && !value.is_exact(&SLOT_WRAPPER_TYPE)
    };
    if let Some(method) = dict.get(cx, cx.names.new())?
        && is_function(&method)
    {
        dict.set(cx, cx.names.new(), cx.static_method(method)?)?;
    }
    for name in [cx.names.init_subclass(), cx.names.class_getitem()] {
        if let Some(method) = dict.get(cx, name)?
            && is_function(&method)
        {
            dict.set(cx, name, cx.class_method(method)?)?;
        }
    }
    Ok(())
}

/// What is None if the namespace does not say it: the documentation; the hash of what has an equality of its own.
fn complete_with_defaults(cx: &Cx, dict: &Obj<PyDict>) -> R<()> {
    if dict.get(cx, cx.names.doc())?.is_none() {
        dict.set(cx, cx.names.doc(), Value::none())?;
    }
    if dict.get(cx, cx.names.eq())?.is_some() && dict.get(cx, cx.names.hash())?.is_none() {
        dict.set(cx, cx.names.hash(), Value::none())?;
    }
    Ok(())
}

/// Makes the object itself.
fn allocate(
    cx: &Cx,
    meta: &TypeObject,
    base: &TypeObject,
    state: TypeState,
    plan: &Plan,
    asked: &Asked,
) -> R<Obj<TypeObject>> {
    let native = base.native();
    let plain = if plan.inline == 0 { plan.size } else { plan.size - plan.inline * 8 };
    let (info, plain_info) = subtype::infos(native, plan.size as usize, plain as usize);
    // Tracked in any case: an instance owns its class.
    let mut flags = flag::HEAP | flag::BASE | flag::GC;
    if asked.dict && native.shape.dict_offset.get() == 0 && !native.has(flag::TYPE) {
        flags |= flag::MANAGED_DICT;
    }
    let null = core::ptr::null();
    let class = cx.alloc_in(
        meta,
        TypeObject {
            c: CFields::new(unborn(), plan.size as usize, native.c.tp_itemsize.get() as usize, flags),
            shape: Shape::new(info, null, plan.size as usize, plan.dict_offset as usize),
            plain: Shape::new(plain_info, null, plain as usize, plan.dict_offset as usize),
            slots: Slots::NONE,
            // SAFETY: the base is one of the bases, which the class holds.
            base: Cell::new(Some(unsafe { &*core::ptr::from_ref(base) })),
            // SAFETY: built-in types are statics.
            native: Cell::new(Some(unsafe { &*core::ptr::from_ref(native) })),
            solid: Cell::new(plan.solid),
            spec: None,
            foreign: Cell::new(0),
            index: Cell::new(0),
            state: UnsafeCell::new(Some(Box::new(state))),
        },
    )?;
    let this: *const TypeObject = &raw const *class;
    class.shape.set_type(this);
    class.plain.set_type(this);
    class.shape.inline.set(plan.inline);
    Ok(class)
}

/// Flags that come from the bases.
fn inherit_flags(cx: &Cx, class: &TypeObject) {
    let mut flags = class.flags();
    let Some(mro) = crate::type_type::mro(cx, class) else { return };
    for base in mro.items().iter().skip(1).filter_map(Value::downcast::<TypeObject>) {
        flags |= base.flags() & flag::LAYOUTS;
        if flags & (flag::SEQUENCE | flag::MAPPING) == 0 {
            flags |= base.flags() & (flag::SEQUENCE | flag::MAPPING);
        }
        flags |= base.flags() & flag::MATCH_SELF;
    }
    class.c.tp_flags.set(flags);
}

static DICT_ATTRIBUTE: GetSet = GetSet {
    name: "__dict__",
    get: instance_dict,
    set: Some(set_instance_dict),
    doc: Some("dictionary for instance variables"),
};
static WEAK_ATTRIBUTE: GetSet =
    GetSet { name: "__weakref__", get: first_weak, set: None, doc: Some("list of weak references to the object") };

fn add_descriptors(cx: &Cx, class: &Obj<TypeObject>, asked: &Asked, plan: &Plan) -> R<()> {
    let state = cx.state(class);
    for (name, &offset) in asked.members.iter().zip(&plan.offsets) {
        // A name that stands there twice has two places, and its descriptor finds the last one.
        let descriptor = cx.member(name.clone(), MemberKind::Slot, offset as usize, false, class)?;
        state.dict.set(cx, name, descriptor)?;
        state.members.borrow_mut().push((name.clone(), offset));
    }
    if asked.adds_dict {
        state.dict.set(cx, cx.names.dict(), cx.getset_of(&DICT_ATTRIBUTE, class)?)?;
    }
    if asked.adds_weak {
        state.dict.set(cx, cx.names.weakref(), cx.getset_of(&WEAK_ATTRIBUTE, class)?)?;
    }
    Ok(())
}

/// The `__dict__` of an instance.
pub fn instance_dict(cx: &Cx, object: &Value) -> R {
    if !crate::instance::has_dict(object) {
        return Err(cx.no_attribute(object, cx.names.dict()));
    }
    Ok(crate::instance::dict(cx, object)?.into_value())
}

/// Sets or deletes it.
pub fn set_instance_dict(cx: &Cx, object: &Value, value: Option<&Value>) -> R<()> {
    let Some(word) = crate::instance::dict_word_to_write(cx, object)? else {
        return Err(cx.no_attribute(object, cx.names.dict()));
    };
    let dict = match value {
        None => cx.dict()?.into_value(),
        Some(value) if value.downcast::<PyDict>().is_some() => value.clone(),
        Some(value) => {
            return raise!(cx, exc::TYPE_ERROR, "__dict__ must be set to a dictionary, not a '{}'", value.ty().name());
        }
    };
    // What lay in inline slots goes: they are empty while there is a dict.
    let old: Vec<Value> = crate::instance::inline_slots_in_use(object).iter().filter_map(Slot::take).collect();
    word.set(dict);
    drop(old);
    Ok(())
}

fn first_weak(_: &Cx, object: &Value) -> R {
    Ok(crate::weakref::references(object).into_iter().next().unwrap_or_else(Value::none))
}

/// Tells what lies in the namespace its name.
fn set_names(cx: &Cx, class: &Obj<TypeObject>) -> R<()> {
    let class_value = class.as_value();
    for (name, value) in cx.state(class).dict.entries() {
        let told = cx.call_special(&value, cx.names.set_name(), &[class_value.clone(), name.clone()]);
        if let Err(raised) = told {
            let shown = cx.repr(&name)?.to_lossy().into_owned();
            let note =
                format!("Error calling __set_name__ on '{}' instance {shown} in '{}'", value.ty().name(), class.name());
            let note = cx.str_value(&note)?;
            let add = cx.intern("add_note")?;
            cx.call_method(raised.value(), &add, &[note])?;
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**keywords)`
fn init_subclass(cx: &Cx, class: &Obj<TypeObject>, args: Args<'_>) -> R<()> {
    let Some(method) = crate::super_type::lookup_super(cx, class, class.as_value(), cx.names.init_subclass())? else {
        return Ok(());
    };
    let keywords: Vec<Value> = args.keywords().map(|(_, value)| value.clone()).collect();
    cx.call_args(&method, Args::with_names(&keywords, args.names())).map(drop)
}

/// The direct subclasses of a type that live.
pub fn subclasses(cx: &Cx, ty: &TypeObject) -> Vec<Value> {
    let list = cx.state(ty).subclasses.borrow();
    // SAFETY: a class takes itself out of the list when it dies.
    list.iter()
        .map(|&class| unsafe { &*class })
        .filter(|class| class.c.head.is_alive())
        .map(TypeObject::value)
        .collect()
}

/// A class is dying, or gets other bases: it is nobody's subclass any more.
pub(crate) fn leave_bases(cx: &Cx, class: &TypeObject, bases: &Value) {
    let Some(bases) = bases.downcast::<PyTuple>() else { return };
    for base in bases.items().iter().filter_map(Value::downcast::<TypeObject>) {
        if let Some(state) = cx.known_state(base) {
            state.subclasses.borrow_mut().retain(|&c| !core::ptr::eq(c, class));
        }
    }
}

/// A class has got its first `__del__`, or lost it: instances that live already are told.
pub(crate) fn finalizer_changed(cx: &Cx, class: &TypeObject) {
    for object in cx.heap.objects() {
        let head = adder_gc::raw::head_of(&object);
        // SAFETY: held by the handle; all objects of this heap are of this crate.
        let object = unsafe { Value::from_borrowed(head) };
        if object.is_instance(class) {
            // SAFETY: held.
            unsafe { head.as_ref() }.set_has_finalizer(object.ty().slots.finalize.get().is_some());
        }
    }
}
