//! Making the built-in types ready: once for the process what is the same for all, once for each interpreter what is not.

use core::cell::{Cell, RefCell};
use std::sync::Once;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Slot, functions};
use crate::typeobject::{Slots, Spec, TypeObject, TypeState, flag, inherit};
use crate::value::Value;

pub use crate::type_type::{OBJECT_TYPE, TYPE_TYPE};

/// Every built-in type of this crate. Types of other crates are added by [`register`].
static TYPES: &[&[&TypeObject]] = &[
    &[
        &OBJECT_TYPE,
        &TYPE_TYPE,
        &crate::singletons::NONE_TYPE,
        &crate::singletons::ELLIPSIS_TYPE,
        &crate::singletons::NOT_IMPLEMENTED_TYPE,
        &crate::int::INT_TYPE,
        &crate::bool::BOOL_TYPE,
        &crate::float::FLOAT_TYPE,
        &crate::complex::COMPLEX_TYPE,
        &crate::slice::SLICE_TYPE,
        &crate::range::RANGE_TYPE,
        &crate::range::RANGE_ITERATOR_TYPE,
        &crate::range::LONG_RANGE_ITERATOR_TYPE,
        &crate::str::STR_TYPE,
        &crate::iterators::STR_ITERATOR_TYPE,
        &crate::iterators::STR_ASCII_ITERATOR_TYPE,
        &crate::bytes::BYTES_TYPE,
        &crate::iterators::BYTES_ITERATOR_TYPE,
        &crate::bytearray::BYTEARRAY_TYPE,
        &crate::iterators::BYTEARRAY_ITERATOR_TYPE,
        &crate::memoryview::MEMORYVIEW_TYPE,
        &crate::memoryview::MANAGED_BUFFER_TYPE,
        &crate::memoryview::MEMORY_ITERATOR_TYPE,
        &crate::tuple::TUPLE_TYPE,
        &crate::list::LIST_TYPE,
        &crate::dict::DICT_TYPE,
        &crate::function::BUILTIN_TYPE,
        &crate::function::METHOD_DESCRIPTOR_TYPE,
        &crate::function::CLASS_METHOD_DESCRIPTOR_TYPE,
        &crate::function::GETSET_TYPE,
        &crate::function::MEMBER_TYPE,
        &crate::function::METHOD_TYPE,
        &crate::dunder::SLOT_WRAPPER_TYPE,
        &crate::dunder::METHOD_WRAPPER_TYPE,
        &crate::dunder::buffer::BUFFER_OWNER_TYPE,
        &crate::capsule::CAPSULE_TYPE,
        &crate::cell::CELL_TYPE,
        &crate::descriptors::STATIC_METHOD_TYPE,
        &crate::descriptors::CLASS_METHOD_TYPE,
        &crate::mapping_proxy::MAPPING_PROXY_TYPE,
        &crate::property::PROPERTY_TYPE,
        &crate::super_type::SUPER_TYPE,
        &crate::namespace::NAMESPACE_TYPE,
        &crate::generic_alias::GENERIC_ALIAS_TYPE,
        &crate::union_type::UNION_TYPE,
        &crate::weakref::REF_TYPE,
        &crate::weak_proxy::PROXY_TYPE,
        &crate::weak_proxy::CALLABLE_PROXY_TYPE,
        &crate::set::SET_TYPE,
        &crate::set::FROZENSET_TYPE,
        &crate::set::SET_ITERATOR_TYPE,
        &crate::dict::DICT_KEYS_TYPE,
        &crate::dict::DICT_ITEMS_TYPE,
        &crate::dict::DICT_VALUES_TYPE,
        &crate::tuple::TUPLE_ITERATOR_TYPE,
        &crate::list::LIST_ITERATOR_TYPE,
        &crate::list::LIST_REVERSE_ITERATOR_TYPE,
        &crate::iterators::SEQUENCE_ITERATOR_TYPE,
        &crate::iterators::CALLABLE_ITERATOR_TYPE,
        &crate::iterators::ENUMERATE_TYPE,
        &crate::iterators::ZIP_TYPE,
        &crate::iterators::MAP_TYPE,
        &crate::iterators::FILTER_TYPE,
        &crate::iterators::REVERSED_TYPE,
    ],
    &crate::dict::DICT_ITERATORS,
    crate::exceptions::ROOT,
    crate::exceptions::PLAIN,
    crate::exceptions::WITH_FIELDS,
    crate::exceptions::DERIVED,
];

/// Versions below this one belong to built-in types.
pub(crate) const FIRST_FREE_VERSION: u32 = 4096;

static READY: Once = Once::new();
/// Those that are ready; their indices are their places, from 1.
static READY_TYPES: std::sync::Mutex<Vec<&'static TypeObject>> = std::sync::Mutex::new(Vec::new());

/// Makes this crate's types ready, once.
pub(crate) fn make_ready() {
    READY.call_once(|| {
        for ty in TYPES.iter().copied().flatten() {
            ready(ty);
        }
    });
}

/// Makes built-in types of another crate ready: bases before those derived from them. To be called before an interpreter uses
/// them; what is ready already is passed over.
pub fn register(types: &[&'static TypeObject]) {
    make_ready();
    for ty in types {
        ready(ty);
    }
}

/// Every built-in type of this crate.
pub fn all() -> impl Iterator<Item = &'static TypeObject> {
    TYPES.iter().copied().flatten().copied()
}

/// Every built-in type that is ready, those of other crates included.
pub fn registered() -> Vec<&'static TypeObject> {
    READY_TYPES.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}

/// A built-in type of this crate by its name.
pub(crate) fn named(name: &str) -> Option<&'static TypeObject> {
    TYPES.iter().copied().flatten().copied().find(|ty| ty.name() == name)
}

fn ready(ty: &'static TypeObject) {
    let mut ready = READY_TYPES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if ty.index.get() != 0 {
        return;
    }
    if let Some(base) = ty.base.get() {
        assert!(base.index.get() != 0, "the base of {} is made ready before it", ty.name());
        let new = ty.slots.new.get();
        inherit(ty, base);
        if core::ptr::eq(base, &OBJECT_TYPE) {
            // A plain object's `__new__` knows nothing of the fields of this type.
            ty.slots.new.set(new);
        }
        let (mine, theirs) = (&ty.shape, &base.shape);
        if mine.dict_offset.get() == 0 {
            mine.dict_offset.set(theirs.dict_offset.get());
        }
    }
    ready.push(ty);
    let index = ready.len() as u32;
    assert!(index < FIRST_FREE_VERSION, "fewer built-in types than versions for them");
    ty.shape.version.set(index);
    ty.index.set(index);
}

/// The changing part of a built-in type, its namespace still empty.
pub(crate) fn state_of(cx: &Cx, ty: &TypeObject) -> R<TypeState> {
    let mut mro = vec![ty.value()];
    let second = ty.spec.and_then(|spec| spec.second_base);
    let mut at = ty.base.get();
    while let Some(base) = at {
        mro.push(base.value());
        if mro.len() == 2 {
            mro.extend(second.map(TypeObject::value));
        }
        at = base.base.get();
    }
    let bases = cx.tuple([ty.base.get(), second].into_iter().flatten().map(TypeObject::value).collect::<Vec<_>>())?;
    Ok(TypeState {
        dict: cx.dict()?,
        bases: Slot::new(bases.into_value()),
        mro: Slot::new(cx.tuple(mro)?.into_value()),
        name: Slot::new(cx.intern(ty.short_name())?),
        qualname: Slot::new(cx.intern(ty.short_name())?),
        subclasses: RefCell::new(Vec::new()),
        members: RefCell::new(Vec::new()),
        abstract_methods: Slot::empty(),
        extra: Slot::empty(),
        solid_size: Cell::new(ty.shape.size.get()),
        weak: Cell::new(ty.spec.is_some_and(|spec| spec.weak)),
    })
}

/// Puts a built-in type among the subclasses of its bases.
pub(crate) fn join_bases(cx: &Cx, ty: &TypeObject) {
    let Some(spec) = ty.spec else { return };
    for base in ty.base.get().into_iter().chain(spec.second_base) {
        cx.state(base).subclasses.borrow_mut().push(ty);
    }
}

/// Fills the namespace of a built-in type from its tables. May be done again where it failed.
pub(crate) fn fill_dict(cx: &Cx, ty: &TypeObject) -> R<()> {
    let Some(spec) = ty.spec else { return Ok(()) };
    let dict = &cx.state(ty).dict;
    crate::dunder::fill::fill_namespace(cx, ty, &spec.slots)?;
    for method in spec.methods {
        dict.set_text(cx, method.name, cx.descriptor_of(method, ty)?)?;
    }
    for getset in spec.getset {
        dict.set_text(cx, getset.name, cx.getset_of(getset, ty)?)?;
    }
    for member in spec.members {
        let name = cx.intern(member.name)?;
        let descriptor = cx.member(name.clone(), member.kind, member.offset, member.read_only, ty)?;
        dict.set(cx, &name, descriptor)?;
    }
    crate::dunder::fill::complete_namespace(cx, ty, &spec.slots)?;
    let doc = match spec.doc {
        Some(doc) => cx.str_value(doc)?,
        None => Value::none(),
    };
    // Some types have a descriptor there: their instances have documentation of their own.
    if dict.get(cx, cx.names.doc())?.is_none() {
        dict.set(cx, cx.names.doc(), doc)?;
    }
    if let Some(more) = spec.more {
        more(cx, ty)?;
    }
    Ok(())
}

/// The spec of a type without anything of its own, to be completed: see [`Spec::new`].
pub(crate) const fn root(name: &'static str, base: Option<&'static TypeObject>) -> Spec {
    Spec {
        name,
        module: "builtins",
        doc: None,
        base,
        second_base: None,
        meta: &TYPE_TYPE,
        size: 16,
        item_size: 0,
        dict_offset: 0,
        weak: false,
        flags: flag::BASE,
        kind: 0,
        functions: functions::<TypeObject>(false, false),
        slots: Slots::NONE,
        methods: &[],
        getset: &[],
        members: &[],
        more: None,
    }
}
