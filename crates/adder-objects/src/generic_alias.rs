//! `list[int]` and the like: `types.GenericAlias`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::type_parameters as parameters;
use crate::typeobject::{
    CompareOp, GetSet, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot,
};
use crate::value::Value;

/// `types.GenericAlias`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "Py_GenericAliasType")]
pub static GENERIC_ALIAS_TYPE: TypeObject = TypeObject::builtin(&GENERIC_ALIAS_SPEC, &raw const GENERIC_ALIAS_TYPE);
static GENERIC_ALIAS_SPEC: Spec = Spec {
    module: "types",
    flags: flag::GC | flag::BASE,
    size: size_of::<PyGenericAlias>(),
    weak: true,
    functions: functions::<PyGenericAlias>(true, true),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(repr),
            call: slot(call),
            getattr: slot(getattr),
            hash: slot(hash),
            compare: slot(compare),
            getitem: slot(getitem),
            iter: slot(iter),
            ..Slots::NONE
        };
        slots.binary[number::OR] = slot(crate::union_type::or);
        slots
    },
    methods: &[
        Method::one("__mro_entries__", |cx, this, _| Ok(cx.tuple([it(this).origin.get()])?.into_value())),
        Method::one("__instancecheck__", |cx, _, _| {
            raise!(cx, exc::TYPE_ERROR, "isinstance() argument 2 cannot be a parameterized generic")
        }),
        Method::one("__subclasscheck__", |cx, _, _| {
            raise!(cx, exc::TYPE_ERROR, "issubclass() argument 2 cannot be a parameterized generic")
        }),
        Method::none("__reduce__", reduce),
        Method::none("__dir__", dir),
    ],
    getset: &[
        GetSet::get("__parameters__", own_parameters),
        GetSet::get("__typing_unpacked_tuple_args__", |_, this| {
            let alias = it(this);
            let opens = alias.starred.get() && alias.origin.get().is(&crate::tuple::TUPLE_TYPE.value());
            Ok(if opens { alias.args.get() } else { Value::none() })
        }),
    ],
    members: &[
        member("__origin__", MemberKind::Object, core::mem::offset_of!(PyGenericAlias, origin)),
        member("__args__", MemberKind::Object, core::mem::offset_of!(PyGenericAlias, args)),
        member("__unpacked__", MemberKind::Bool, core::mem::offset_of!(PyGenericAlias, starred)),
    ],
    ..Spec::new("types.GenericAlias", &OBJECT_TYPE)
};

const fn member(name: &'static str, kind: MemberKind, offset: usize) -> Member {
    Member { name, kind, offset, read_only: true }
}

/// Layout of a generic alias.
#[repr(C)]
pub struct PyGenericAlias {
    head: Head,
    /// `__origin__`
    pub origin: Slot,
    /// `__args__`, a tuple.
    pub args: Slot,
    /// `__parameters__`, once asked for.
    pub parameters: Slot,
    /// Is it `*origin[args]`?
    pub starred: core::cell::Cell<bool>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyGenericAlias {
    fn ty() -> &'static TypeObject {
        &GENERIC_ALIAS_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__origin__");
        self.origin.trace(tracer);
        tracer.name("__args__");
        self.args.trace(tracer);
        tracer.name("__parameters__");
        self.parameters.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.origin.clear(clearer);
        self.args.clear(clearer);
        self.parameters.clear(clearer);
    }
}

fn it(this: &Value) -> &PyGenericAlias {
    // SAFETY: called for generic aliases.
    unsafe { this.cast() }
}

fn args_of(this: &Value) -> Vec<Value> {
    it(this).args.get().downcast::<PyTuple>().map_or_else(Vec::new, |args| args.items().to_vec())
}

/// `origin[item]`
///
/// # Errors
/// MemoryError.
pub fn of_item(cx: &Cx, class: &TypeObject, origin: &Value, item: &Value, starred: bool) -> R {
    let args = if item.downcast::<PyTuple>().is_some() { item.clone() } else { cx.tuple([item.clone()])?.into_value() };
    let made = PyGenericAlias {
        head: unborn(),
        origin: Slot::new(origin.clone()),
        args: Slot::new(args),
        parameters: Slot::empty(),
        starred: core::cell::Cell::new(starred),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// `origin[item]`, as `__class_getitem__` of a built-in type gives it.
///
/// # Errors
/// MemoryError.
pub fn of(cx: &Cx, origin: &Value, item: &Value) -> R {
    of_item(cx, &GENERIC_ALIAS_TYPE, origin, item, false)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "GenericAlias")?;
    crate::args::check_count(cx, "GenericAlias", args.given().len(), 2, 2)?;
    of_item(cx, class, &args.given()[0], &args.given()[1], false)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let args = args_of(this);
    let star = if it(this).starred.get() { "*" } else { "" };
    let origin = parameters::show(cx, &it(this).origin.get())?;
    let shown = if args.is_empty() {
        "()".to_owned()
    } else {
        args.iter().map(|arg| parameters::show(cx, arg)).collect::<R<Vec<_>>>()?.join(", ")
    };
    Ok(cx.str_from_fmt(format_args!("{star}{origin}[{shown}]"))?.into_value())
}

/// Calls the origin, and tells what that makes where it comes from, if it can be told.
fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let made = cx.call_args(&it(this).origin.get(), args)?;
    match cx.setattr(&made, cx.names.orig_class(), Some(this)) {
        Err(raised) if raised.is(&exc::ATTRIBUTE_ERROR) || raised.is(&exc::TYPE_ERROR) => Ok(made),
        Err(raised) => Err(raised),
        Ok(()) => Ok(made),
    }
}

/// Names that are the alias's own; all others but the hidden ones are its origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    // An origin has other bases and is copied in another way.
    "__bases__",
    "__copy__",
    "__deepcopy__",
];

fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let own = name.downcast::<PyStr>().and_then(PyStr::as_str).is_none_or(|name| OWN.contains(&name));
    if own {
        return crate::attributes::generic_getattr(cx, this, name);
    }
    cx.getattr(&it(this).origin.get(), name).map(Some)
}

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let hash = cx.hash(&it(this).origin.get())? ^ cx.hash(&it(this).args.get())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyGenericAlias>(), b.downcast::<PyGenericAlias>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let equal = x.starred.get() == y.starred.get()
        && cx.equals(&x.origin.get(), &y.origin.get())?
        && cx.equals(&x.args.get(), &y.args.get())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn own_parameters(cx: &Cx, this: &Value) -> R {
    if let Some(known) = it(this).parameters.try_get() {
        return Ok(known);
    }
    let found = parameters::of_arguments(cx, &args_of(this))?;
    it(this).parameters.set(found.clone());
    Ok(found)
}

/// `alias[item]`: other types in the places of its parameters.
fn getitem(cx: &Cx, this: &Value, item: &Value) -> R {
    let own = own_parameters(cx, this)?;
    let own = own.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    let args = parameters::substitute(cx, this, &args_of(this), own, item)?;
    let args = cx.tuple(args)?.into_value();
    of_item(cx, &GENERIC_ALIAS_TYPE, &it(this).origin.get(), &args, it(this).starred.get())
}

/// Iterating gives one value: the alias with a star. So `*tuple[int]` can be written in brackets.
fn iter(cx: &Cx, this: &Value) -> R {
    let starred = of_item(cx, &GENERIC_ALIAS_TYPE, &it(this).origin.get(), &it(this).args.get(), true)?;
    cx.iter(cx.tuple([starred])?.as_value())
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let alias = it(this);
    if alias.starred.get() {
        // Made again by iterating over the alias without the star.
        let plain = of_item(cx, &GENERIC_ALIAS_TYPE, &alias.origin.get(), &alias.args.get(), false)?;
        let next = cx.getattr_text(&cx.import("builtins")?, "next")?;
        let iterator = cx.iter(&plain)?;
        return Ok(cx.tuple([next, cx.tuple([iterator])?.into_value()])?.into_value());
    }
    let args = cx.tuple([alias.origin.get(), alias.args.get()])?.into_value();
    Ok(cx.tuple([GENERIC_ALIAS_TYPE.value(), args])?.into_value())
}

fn dir(cx: &Cx, this: &Value) -> R {
    let Some(names) = cx.call_special(&it(this).origin.get(), cx.names.dir(), &[])? else {
        return Ok(cx.list([])?.into_value());
    };
    let names = cx.list_of(&names)?;
    for own in &OWN[..9] {
        let own = cx.intern(own)?;
        if !cx.contains(names.as_value(), &own)? {
            names.push(cx, own)?;
        }
    }
    Ok(names.into_value())
}

/// An alias in a class check is refused wherever it stands.
pub(crate) fn is_parameterized(value: &Value) -> bool {
    value.downcast::<PyGenericAlias>().is_some()
}
