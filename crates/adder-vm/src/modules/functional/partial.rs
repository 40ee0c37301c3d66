//! `functools.partial`, and the placeholder for arguments that come later.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::class::{instance_dict, set_instance_dict};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::StrBuilder;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::items;

/// The types here.
pub(super) static TYPES: &[&TypeObject] = &[&PARTIAL_TYPE, &PLACEHOLDER_TYPE];

/// Layout of the placeholder.
#[repr(C)]
struct PyPlaceholder {
    head: Head,
}

/// `functools._PlaceholderType`
pub(super) static PLACEHOLDER_TYPE: TypeObject = TypeObject::builtin(&PLACEHOLDER_SPEC, &raw const PLACEHOLDER_TYPE);
static PLACEHOLDER_SPEC: Spec = Spec {
    module: "functools",
    doc: Some("Stands for a positional argument that comes later."),
    size: size_of::<PyPlaceholder>(),
    functions: functions::<PyPlaceholder>(false, false),
    slots: Slots {
        new: slot(|cx, _, args| match args.is_empty() {
            true => Ok(placeholder()),
            false => raise!(cx, exc::TYPE_ERROR, "_PlaceholderType takes no arguments"),
        }),
        repr: slot(|cx, _| cx.str_value("Placeholder")),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |cx, _| cx.str_value("Placeholder"))],
    ..Spec::new("functools._PlaceholderType", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyPlaceholder {
    fn ty() -> &'static TypeObject {
        &PLACEHOLDER_TYPE
    }
}

// SAFETY: never written; its head is immortal.
unsafe impl Sync for PyPlaceholder {}

/// The only one.
static PLACEHOLDER: PyPlaceholder = PyPlaceholder {
    // SAFETY: the type's info is a static.
    head: unsafe { Head::immortal(&raw const PLACEHOLDER_TYPE.shape.info) },
};

/// The placeholder.
pub(super) fn placeholder() -> Value {
    Value::from_static(&PLACEHOLDER)
}

fn is_placeholder(value: &Value) -> bool {
    value.is_static(&PLACEHOLDER)
}

/// Layout of a partial.
#[repr(C)]
struct PyPartial {
    head: Head,
    function: Slot,
    /// A tuple.
    given: Slot,
    /// A dict.
    keywords: Slot,
    /// `__dict__`, made on demand.
    dict: Slot,
}

/// `functools.partial`
pub(super) static PARTIAL_TYPE: TypeObject = TypeObject::builtin(&PARTIAL_SPEC, &raw const PARTIAL_TYPE);
static PARTIAL_SPEC: Spec = Spec {
    module: "functools",
    doc: Some("A function with some of its arguments given."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyPartial>(),
    dict_offset: core::mem::offset_of!(PyPartial, dict),
    functions: functions::<PyPartial>(true, true),
    slots: Slots { new: slot(new), call: slot(call), repr: slot(repr), descr_get: slot(super::bound), ..Slots::NONE },
    methods: &[
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", set_state),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ],
    getset: &[GetSet::both("__dict__", instance_dict, set_instance_dict)],
    members: &[
        member("func", core::mem::offset_of!(PyPartial, function)),
        member("args", core::mem::offset_of!(PyPartial, given)),
        member("keywords", core::mem::offset_of!(PyPartial, keywords)),
    ],
    ..Spec::new("functools.partial", &OBJECT_TYPE)
};

const fn member(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only: true }
}

// SAFETY: begins with a head.
unsafe impl Layout for PyPartial {
    fn ty() -> &'static TypeObject {
        &PARTIAL_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in
            [("func", &self.function), ("args", &self.given), ("keywords", &self.keywords), ("__dict__", &self.dict)]
        {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for slot in [&self.function, &self.given, &self.keywords, &self.dict] {
            slot.clear(clearer);
        }
    }
}

fn of(this: &Value) -> &PyPartial {
    // SAFETY: called for partials.
    unsafe { this.cast::<PyPartial>() }
}

/// Arguments where placeholders are filled from others, and what of the others is left.
fn fill<'a>(given: &[Value], mut more: &'a [Value]) -> (Vec<Value>, &'a [Value]) {
    let mut made = Vec::with_capacity(given.len() + more.len());
    for value in given {
        match more.split_first() {
            Some((next, rest)) if is_placeholder(value) => {
                made.push(next.clone());
                more = rest;
            }
            _ => made.push(value.clone()),
        }
    }
    (made, more)
}

fn copy_keywords(cx: &Cx, base: Option<&Value>, args: Args<'_>) -> R<Obj<PyDict>> {
    let made = match base.and_then(|base| base.downcast::<PyDict>()) {
        Some(base) => base.copy(cx)?,
        None => cx.dict()?,
    };
    for (name, value) in args.keywords() {
        made.set(cx, name, value.clone())?;
    }
    Ok(made)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let Some((function, given)) = args.given().split_first() else {
        return raise!(cx, exc::TYPE_ERROR, "type 'partial' takes at least one argument");
    };
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "the first argument must be callable");
    }
    if given.last().is_some_and(is_placeholder) {
        return raise!(cx, exc::TYPE_ERROR, "trailing Placeholders are not allowed");
    }
    if args.keywords().any(|(_, value)| is_placeholder(value)) {
        return raise!(cx, exc::TYPE_ERROR, "Placeholder cannot be passed as a keyword argument");
    }
    // A partial of a partial that has nothing of its own is one of the function itself.
    let inner = function.downcast::<PyPartial>().filter(|inner| inner.dict.is_unset());
    let (function, given, keywords) = match inner {
        Some(inner) => {
            let held = inner.given.get();
            let (mut made, rest) = fill(items(&held), given);
            made.extend_from_slice(rest);
            (inner.function.get(), made, copy_keywords(cx, inner.keywords.try_get().as_ref(), args)?)
        }
        None => (function.clone(), given.to_vec(), copy_keywords(cx, None, args)?),
    };
    let made = PyPartial {
        head: unborn(),
        function: Slot::new(function),
        given: Slot::new(cx.tuple(given)?.into_value()),
        keywords: Slot::new(keywords.into_value()),
        dict: Slot::empty(),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let it = of(this);
    let (function, held, keywords) = (it.function.get(), it.given.get(), it.keywords.get());
    let given = items(&held);
    let (mut values, rest) = fill(given, args.given());
    if rest.is_empty() && values.iter().any(is_placeholder) {
        let (wanted, got) = (given.iter().filter(|value| is_placeholder(value)).count(), args.given().len());
        if got < wanted {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "missing positional arguments in 'partial' call; expected at least {wanted}, got {got}"
            );
        }
    }
    values.extend_from_slice(rest);
    let own = keywords.downcast::<PyDict>().filter(|own| !own.is_empty());
    match own {
        None => {
            values.extend(args.keywords().map(|(_, value)| value.clone()));
            cx.call_args(&function, Args::with_names(&values, args.names()))
        }
        Some(own) if args.names().is_none() => super::call_with(cx, &function, values, Some(own)),
        Some(_) => {
            let all = copy_keywords(cx, Some(&keywords), args)?;
            super::call_with(cx, &function, values, Some(&all))
        }
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    if cx.enter_repr(this) {
        return cx.str_value("...");
    }
    let it = of(this);
    let (function, held, keywords) = (it.function.get(), it.given.get(), it.keywords.try_get());
    let made = (|| {
        let class = this.ty().value();
        let module = cx.display(&cx.getattr_text(&class, "__module__")?)?;
        let name = cx.display(&cx.getattr_text(&class, "__qualname__")?)?;
        let mut out = StrBuilder::new(cx);
        out.push_str(&format!("{module}.{name}("))?;
        out.push_object(&*cx.repr(&function)?)?;
        super::push_arguments(cx, &mut out, items(&held), keywords.as_ref(), false)?;
        out.push_ascii(b")")?;
        out.finish_value()
    })();
    cx.leave_repr();
    made
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let dict = it.dict.try_get().unwrap_or_else(Value::none);
    let state = cx.tuple([it.function.get(), it.given.get(), it.keywords.get(), dict])?.into_value();
    let args = cx.tuple([it.function.get()])?.into_value();
    Ok(cx.tuple([this.ty().value(), args, state])?.into_value())
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let [function, given, keywords, dict] = items(state) else {
        return raise!(cx, exc::TYPE_ERROR, "invalid partial state");
    };
    let is_dict = |value: &Value| value.is_none() || value.downcast::<PyDict>().is_some();
    if function.ty().slots.call.get().is_none()
        || given.downcast::<PyTuple>().is_none()
        || !is_dict(keywords)
        || !is_dict(dict)
    {
        return raise!(cx, exc::TYPE_ERROR, "invalid partial state");
    }
    if items(given).last().is_some_and(is_placeholder) {
        return raise!(cx, exc::TYPE_ERROR, "trailing Placeholders are not allowed");
    }
    let given = cx.tuple(items(given).to_vec())?.into_value();
    let keywords = match keywords.downcast::<PyDict>() {
        Some(_) if keywords.is_exact(&adder_objects::dict::DICT_TYPE) => keywords.clone(),
        Some(own) => own.copy(cx)?.into_value(),
        None => cx.dict()?.into_value(),
    };
    let it = of(this);
    it.function.set(function.clone());
    it.given.set(given);
    it.keywords.set(keywords);
    if dict.is_none() {
        drop(it.dict.take());
    } else {
        it.dict.set(dict.clone());
    }
    Ok(Value::none())
}
