//! `object`: what every object can do.

use crate::args::Args;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::function::PyBuiltin;
use crate::object::Obj;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{CompareOp, GetSet, Method, MethodFn, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `object`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyBaseObject_Type")]
pub static OBJECT_TYPE: TypeObject = TypeObject::builtin(&OBJECT_SPEC, &raw const OBJECT_TYPE);
static OBJECT_SPEC: Spec = Spec {
    doc: Some(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\n\
         instance that has no instance attributes and cannot be given any.\n",
    ),
    slots: Slots {
        new: slot(new),
        init: slot(init),
        repr: slot(repr),
        str: slot(str),
        hash: slot(|_, this| Ok(address_hash(this))),
        compare: slot(compare),
        getattr: slot(crate::attributes::generic_getattr),
        setattr: slot(crate::attributes::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::one("__reduce_ex__", reduce_ex),
        Method::none("__reduce__", |cx, this| reduce(cx, this, 0)),
        Method::none("__getstate__", |cx, this| default_state(cx, this, false)),
        Method::one("__subclasshook__", |_, _, _| Ok(Value::not_implemented())).class(),
        Method::any("__init_subclass__", init_subclass).class(),
        Method::one("__format__", format),
        Method::none("__sizeof__", sizeof),
        Method::none("__dir__", dir),
    ],
    getset: &[GetSet {
        name: "__class__",
        get: |_, this| Ok(this.ty().value()),
        set: Some(crate::class::reclass::set_class),
        doc: Some("the object's class"),
    }],
    ..crate::builtin_types::root("object", None)
};

/// Is it `object`'s own `__new__`?
fn is_own_new(class: &TypeObject) -> bool {
    let own: fn(&Cx, &TypeObject, Args<'_>) -> R = new;
    class.slots.new.get().is_some_and(|f| core::ptr::fn_addr_eq(f, own))
}

fn is_own_init(class: &TypeObject) -> bool {
    let own: fn(&Cx, &Value, Args<'_>) -> R<()> = init;
    class.slots.init.get().is_some_and(|f| core::ptr::fn_addr_eq(f, own))
}

/// `object.__new__`: an instance without anything.
pub fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if !args.is_empty() {
        if !is_own_new(class) {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "object.__new__() takes exactly one argument (the type to instantiate)"
            );
        }
        if is_own_init(class) {
            return raise!(cx, exc::TYPE_ERROR, "{}() takes no arguments", class.name());
        }
    }
    if class.has(flag::ABSTRACT) {
        return abstract_class(cx, class);
    }
    let size = class.shape.size.get() as usize;
    // SAFETY: the class's built-in part is a plain object's, all words behind the head are slots.
    unsafe { Ok(Value::from_owned(cx.alloc_bytes(class, size, size_of::<adder_gc::raw::Head>())?)) }
}

#[cold]
fn abstract_class(cx: &Cx, class: &TypeObject) -> R {
    let names = cx.getattr(&class.value(), cx.names.abstractmethods())?;
    let mut names = cx.collect(&names)?.iter().map(|name| cx.display(name)).collect::<R<Vec<_>>>()?;
    names.sort_unstable();
    raise!(
        cx,
        exc::TYPE_ERROR,
        "Can't instantiate abstract class {} without an implementation for abstract method{} '{}'",
        class.name(),
        if names.len() == 1 { "" } else { "s" },
        names.join("', '")
    )
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    if args.is_empty() {
        return Ok(());
    }
    let class = this.ty();
    if !is_own_init(class) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "object.__init__() takes exactly one argument (the instance to initialize)"
        );
    }
    if is_own_new(class) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            class.name()
        );
    }
    Ok(())
}

/// The name of a type with its module, unless that is `builtins`.
pub fn full_name(cx: &Cx, ty: &TypeObject) -> R<String> {
    let qualname = cx.state(ty).qualname.get();
    let qualname = match qualname.downcast::<PyStr>() {
        Some(name) => name.to_lossy().into_owned(),
        None => ty.short_name().to_owned(),
    };
    Ok(match crate::type_attributes::module(cx, ty)? {
        Some(module) => match module.downcast::<PyStr>() {
            Some(module) if module.as_str() != Some("builtins") => format!("{}.{qualname}", module.to_lossy()),
            _ => qualname,
        },
        None => qualname,
    })
}

/// The same, and without the module also where that is `__main__`: how messages and weak references name a type.
pub(crate) fn fully_qualified_name(cx: &Cx, ty: &TypeObject) -> R<String> {
    let name = full_name(cx, ty)?;
    Ok(name.strip_prefix("__main__.").map(str::to_owned).unwrap_or(name))
}

/// `object.__repr__`
pub fn repr(cx: &Cx, this: &Value) -> R {
    let name = full_name(cx, this.ty())?;
    Ok(cx.str_from_fmt(format_args!("<{name} object at {:#x}>", this.bits()))?.into_value())
}

fn str(cx: &Cx, this: &Value) -> R {
    Ok(cx.repr(this)?.into_value())
}

/// A hash from where an object lies.
pub fn address_hash(this: &Value) -> i64 {
    // The lowest bits of addresses are all the same.
    (this.bits() >> 4 | this.bits() << 60) as i64
}

fn compare(cx: &Cx, this: &Value, other: &Value, op: CompareOp) -> R {
    match op {
        CompareOp::Eq if this.is(other) => Ok(Value::bool(true)),
        CompareOp::Ne => {
            // What `__eq__` says, the other way round.
            let equal = match this.ty().slots.compare.get() {
                Some(compare) => compare(cx, this, other, CompareOp::Eq)?,
                None if this.is(other) => Value::bool(true),
                None => Value::not_implemented(),
            };
            if equal.is_not_implemented() {
                return Ok(equal);
            }
            Ok(Value::bool(!cx.is_true(&equal)?))
        }
        _ => Ok(Value::not_implemented()),
    }
}

fn init_subclass(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    let name = class.downcast::<TypeObject>().map_or("object", TypeObject::name);
    if args.names().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "{name}.__init_subclass__() takes no keyword arguments");
    }
    match args.given().len() {
        0 => Ok(Value::none()),
        n => raise!(cx, exc::TYPE_ERROR, "{name}.__init_subclass__() takes no arguments ({n} given)"),
    }
}

fn format(cx: &Cx, this: &Value, spec: &Value) -> R {
    let Some(spec) = spec.downcast::<PyStr>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "__format__() argument must be str, not {}",
            crate::arguments::type_name(spec)
        );
    };
    if !spec.is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "unsupported format string passed to {}.__format__", this.ty().name());
    }
    Ok(cx.to_str(this)?.into_value())
}

fn sizeof(cx: &Cx, this: &Value) -> R {
    let bytes = match this.head() {
        // SAFETY: a live object.
        Some(head) => unsafe { adder_gc::raw::block_size(core::ptr::NonNull::from_ref(head)) },
        None => size_of::<Value>(),
    };
    cx.int(bytes as i64)
}

/// Adds the names in the namespaces of a class and its bases.
pub(crate) fn merge_class_names(cx: &Cx, into: &Obj<PyDict>, class: &Value) -> R<()> {
    if let Some(dict) = cx.getattr_opt(class, cx.names.dict())? {
        merge_keys(cx, into, &dict)?;
    }
    if let Some(bases) = cx.getattr_opt(class, cx.names.bases())?
        && let Some(bases) = bases.downcast::<PyTuple>()
    {
        for base in bases.items() {
            merge_class_names(cx, into, base)?;
        }
    }
    Ok(())
}

fn merge_keys(cx: &Cx, into: &Obj<PyDict>, mapping: &Value) -> R<()> {
    if let Some(proxy) = mapping.downcast::<crate::mapping_proxy::PyMappingProxy>() {
        return merge_keys(cx, into, &proxy.mapping.get());
    }
    if let Some(dict) = mapping.downcast_exact::<PyDict>() {
        for (key, _) in dict.entries() {
            into.set(cx, &key, Value::none())?;
        }
        return Ok(());
    }
    let keys = cx.call_method(mapping, cx.names.keys(), &[])?;
    cx.for_each(&keys, |key| into.set(cx, &key, Value::none()))
}

fn dir(cx: &Cx, this: &Value) -> R {
    let names = cx.dict()?;
    if let Some(dict) = cx.getattr_opt(this, cx.names.dict())?
        && dict.downcast::<PyDict>().is_some()
    {
        merge_keys(cx, &names, &dict)?;
    }
    if let Some(class) = cx.getattr_opt(this, cx.names.class())? {
        merge_class_names(cx, &names, &class)?;
    }
    Ok(cx.list(names.entries().into_iter().map(|(name, _)| name).collect::<Vec<_>>())?.into_value())
}

fn reduce_ex(cx: &Cx, this: &Value, protocol: &Value) -> R {
    let protocol = cx.index(protocol)?.as_i64().unwrap_or(i64::MAX);
    // A class that says itself how it is reduced is asked.
    let own = cx.state(&OBJECT_TYPE).dict.get(cx, cx.names.reduce())?;
    if let Some(theirs) = cx.lookup(this.ty(), cx.names.reduce())?
        && !own.is_some_and(|own| own.is(&theirs))
    {
        return cx.call_method(this, cx.names.reduce(), &[]);
    }
    reduce(cx, this, protocol)
}

fn reduce(cx: &Cx, this: &Value, protocol: i64) -> R {
    let copyreg = cx.import("copyreg")?;
    if protocol >= 2 {
        return reduce_by_new(cx, this, &copyreg);
    }
    cx.call(&cx.getattr_text(&copyreg, "_reduce_ex")?, &[this.clone(), cx.int(protocol)?])
}

/// How protocols from 2 on reduce: `cls.__new__`, its arguments, the state, the items.
fn reduce_by_new(cx: &Cx, this: &Value, copyreg: &Value) -> R {
    let class = this.ty();
    if class.slots.new.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "cannot pickle '{}' object", class.name());
    }
    let (args, keywords) = new_arguments(cx, this)?;
    let has_args = args.is_some();
    let args = match args {
        Some(args) => args,
        None => cx.tuple([])?,
    };
    let (function, args) = match keywords.filter(|keywords| !keywords.is_empty()) {
        None => {
            let mut all = vec![class.value()];
            all.extend_from_slice(args.items());
            (cx.getattr_text(copyreg, "__newobj__")?, cx.tuple(all)?)
        }
        Some(keywords) => {
            let all = [class.value(), args.into_value(), keywords.into_value()];
            (cx.getattr_text(copyreg, "__newobj_ex__")?, cx.tuple(all)?)
        }
    };
    let required = !(has_args || class.has(flag::LIST | flag::DICT));
    let state = state(cx, this, required)?;
    let list_items = if class.has(flag::LIST) { cx.iter(this)? } else { Value::none() };
    let dict_items =
        if class.has(flag::DICT) { cx.iter(&cx.call_method(this, cx.names.items(), &[])?)? } else { Value::none() };
    Ok(cx.tuple([function, args.into_value(), state, list_items, dict_items])?.into_value())
}

/// What `__getnewargs_ex__` or `__getnewargs__` says.
fn new_arguments(cx: &Cx, this: &Value) -> R<(Option<Obj<PyTuple>>, Option<Obj<PyDict>>)> {
    if let Some(method) = cx.special(this, cx.names.getnewargs_ex())? {
        let given = cx.call(&method, &[])?;
        let Some(pair) = given.downcast::<PyTuple>() else {
            return raise!(cx, exc::TYPE_ERROR, "__getnewargs_ex__ should return a tuple, not '{}'", given.ty().name());
        };
        let [args, keywords] = pair.items() else {
            return raise!(
                cx,
                exc::VALUE_ERROR,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.items().len()
            );
        };
        let Ok(args) = args.clone().try_into_obj::<PyTuple>() else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                args.ty().name()
            );
        };
        let Ok(keywords) = keywords.clone().try_into_obj::<PyDict>() else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                keywords.ty().name()
            );
        };
        return Ok((Some(args), Some(keywords)));
    }
    if let Some(method) = cx.special(this, cx.names.getnewargs())? {
        let given = cx.call(&method, &[])?;
        return match given.try_into_obj::<PyTuple>() {
            Ok(args) => Ok((Some(args), None)),
            Err(given) => {
                raise!(cx, exc::TYPE_ERROR, "__getnewargs__ should return a tuple, not '{}'", given.ty().name())
            }
        };
    }
    Ok((None, None))
}

/// What `__getstate__` says; `object`'s own is told whether the state is all that there is.
fn state(cx: &Cx, this: &Value, required: bool) -> R {
    let own = cx.state(&OBJECT_TYPE).dict.get(cx, cx.names.getstate())?;
    let theirs = cx.lookup(this.ty(), cx.names.getstate())?;
    let is_own = matches!((&own, &theirs), (Some(a), Some(b)) if a.is(b));
    if is_own && crate::instance::get(cx, this, cx.names.getstate())?.is_none() {
        return default_state(cx, this, required);
    }
    cx.call_method(this, cx.names.getstate(), &[])
}

fn default_state(cx: &Cx, this: &Value, required: bool) -> R {
    let class = this.ty();
    let native = class.native();
    let dict = native.shape.dict_offset.get() != 0;
    let plain = native.shape.size.get() as usize == size_of::<adder_gc::raw::Head>() + if dict { 8 } else { 0 };
    if required && (native.c.tp_itemsize.get() != 0 || !plain) {
        return raise!(cx, exc::TYPE_ERROR, "cannot pickle '{}' object", class.name());
    }
    let mut state = Value::none();
    if crate::instance::has_dict(this) && !crate::instance::attributes(this).is_empty() {
        state = crate::instance::dict(cx, this)?.into_value();
    }
    let names = slot_names(cx, class)?;
    let Some(names) = names.downcast::<crate::list::PyList>() else { return Ok(state) };
    if names.is_empty() {
        return Ok(state);
    }
    let slots = cx.dict()?;
    for name in names.to_vec() {
        if let Some(value) = cx.getattr_opt(this, &name)? {
            slots.set(cx, &name, value)?;
        }
    }
    if !slots.is_empty() {
        state = cx.tuple([state, slots.into_value()])?.into_value();
    }
    Ok(state)
}

/// The names of the members of a class and its bases, as `copyreg` finds and keeps them.
fn slot_names(cx: &Cx, class: &TypeObject) -> R {
    if let Some(known) = cx.state(class).dict.get_text(cx, "__slotnames__")? {
        return Ok(known);
    }
    if !class.is_heap() {
        return Ok(Value::none());
    }
    let copyreg = cx.import("copyreg")?;
    let names = cx.call(&cx.getattr_text(&copyreg, "_slotnames")?, &[class.value()])?;
    if !names.is_none() && names.downcast::<crate::list::PyList>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "copyreg._slotnames didn't return a list or None");
    }
    Ok(names)
}

/// `__new__` of the built-in types.
static NEW: Method =
    Method { name: "__new__", call: MethodFn::Any(call_new), kind: Method::PLAIN, signature: None, doc: None };

impl PyBuiltin {
    /// Is it the `__new__` of a built-in type?
    pub(crate) fn is_new(&self) -> bool {
        core::ptr::eq(self.method, &NEW)
    }
}

/// The `__new__` that a built-in type's namespace holds.
pub(crate) fn new_method(cx: &Cx, ty: &TypeObject) -> R {
    Ok(cx.builtin(&NEW, ty.value(), None)?.into_value())
}

fn call_new(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let Some(ty) = this.downcast::<TypeObject>() else { return Ok(Value::none()) };
    let name = ty.name();
    let Some(class_value) = args.given().first() else {
        return raise!(cx, exc::TYPE_ERROR, "{name}.__new__(): not enough arguments");
    };
    let Some(class) = class_value.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "{name}.__new__(X): X is not a type object ({})", class_value.ty().name());
    };
    if !class.is_subtype(ty) {
        return raise!(cx, exc::TYPE_ERROR, "{name}.__new__({0}): {0} is not a subtype of {name}", class.name());
    }
    // The nearest built-in type knows how its instances are made.
    let native = class.native();
    let (Some(new), Some(safe)) = (ty.slots.new.get(), native.slots.new.get()) else {
        return raise!(cx, exc::TYPE_ERROR, "cannot create '{}' instances", class.name());
    };
    if !core::ptr::fn_addr_eq(new, safe) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{name}.__new__({}) is not safe, use {}.__new__()",
            class.name(),
            native.name()
        );
    }
    new(cx, class, args.rest())
}
