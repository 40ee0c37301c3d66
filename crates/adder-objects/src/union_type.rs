//! `int | str`: `types.UnionType`, which is `typing.Union`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::generic_alias::{PyGenericAlias, is_parameterized};
use crate::object::{Layout, Slot, functions, unborn};
use crate::tuple::PyTuple;
use crate::type_parameters as parameters;
use crate::typeobject::{
    CompareOp, GetSet, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot,
};
use crate::value::Value;

/// `types.UnionType`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyUnion_Type")]
pub static UNION_TYPE: TypeObject = TypeObject::builtin(&UNION_SPEC, &raw const UNION_TYPE);
static UNION_SPEC: Spec = Spec {
    module: "typing",
    doc: Some("Represent a union type\n\nE.g. for int | str"),
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyUnion>(),
    weak: true,
    functions: functions::<PyUnion>(true, true),
    slots: {
        let mut slots =
            Slots { repr: slot(repr), hash: slot(hash), compare: slot(compare), getitem: slot(getitem), ..Slots::NONE };
        slots.binary[number::OR] = slot(or);
        slots
    },
    methods: &[
        Method::one("__instancecheck__", instance_check),
        Method::one("__subclasscheck__", subclass_check),
        Method::one("__mro_entries__", |cx, this, _| {
            let shown = cx.repr(this)?.to_lossy().into_owned();
            raise!(cx, exc::TYPE_ERROR, "Cannot subclass {shown}")
        }),
        Method::one("__class_getitem__", class_getitem).class(),
        Method::none("__reduce__", |cx, this| {
            let function = cx.getattr_text(&cx.import("operator")?, "or_")?;
            let mut args = args_of(this);
            let last = args.pop().unwrap_or_else(Value::none);
            Ok(cx.tuple([function, cx.tuple([of(cx, &args)?, last])?.into_value()])?.into_value())
        }),
    ],
    getset: &[
        GetSet::get("__parameters__", own_parameters),
        GetSet::get("__name__", |cx, _| cx.intern("Union")),
        GetSet::get("__qualname__", |cx, _| cx.intern("Union")),
        GetSet::get("__origin__", |_, _| Ok(UNION_TYPE.value())),
    ],
    members: &[Member {
        name: "__args__",
        kind: MemberKind::Object,
        offset: core::mem::offset_of!(PyUnion, args),
        read_only: true,
    }],
    ..Spec::new("typing.Union", &OBJECT_TYPE)
};

/// Layout of a union.
#[repr(C)]
pub struct PyUnion {
    head: Head,
    /// `__args__`, a tuple.
    pub args: Slot,
    parameters: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyUnion {
    fn ty() -> &'static TypeObject {
        &UNION_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__args__");
        self.args.trace(tracer);
        tracer.name("__parameters__");
        self.parameters.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.args.clear(clearer);
        self.parameters.clear(clearer);
    }
}

fn args_of(union: &Value) -> Vec<Value> {
    let Some(union) = union.downcast::<PyUnion>() else { return Vec::new() };
    union.args.get().downcast::<PyTuple>().map_or_else(Vec::new, |args| args.items().to_vec())
}

/// Can it stand in a union?
fn is_part(value: &Value) -> bool {
    value.is_none()
        || value.downcast::<TypeObject>().is_some()
        || value.downcast::<PyGenericAlias>().is_some()
        || value.downcast::<PyUnion>().is_some()
        // `type X = …`, which the layers above know.
        || value.ty().name() == "typing.TypeAliasType"
}

/// `a | b` of types.
pub fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    if !is_part(a) || !is_part(b) {
        return Ok(Value::not_implemented());
    }
    of(cx, &[a.clone(), b.clone()])
}

/// The union of these: without what stands there twice; one alone is itself.
///
/// # Errors
/// What comparing them raises.
pub fn of(cx: &Cx, parts: &[Value]) -> R {
    let mut flat: Vec<Value> = Vec::new();
    for part in parts {
        let inner = if part.downcast::<PyUnion>().is_some() { args_of(part) } else { vec![part.clone()] };
        for part in inner {
            // In a union None stands for its type.
            let part = if part.is_none() { crate::singletons::NONE_TYPE.value() } else { part };
            if !holds(cx, &flat, &part)? {
                flat.push(part);
            }
        }
    }
    if let [only] = flat.as_slice() {
        return Ok(only.clone());
    }
    let args = cx.tuple(flat)?.into_value();
    let made = PyUnion { head: unborn(), args: Slot::new(args), parameters: Slot::empty() };
    Ok(cx.alloc(made)?.into_value())
}

fn holds(cx: &Cx, parts: &[Value], part: &Value) -> R<bool> {
    for known in parts {
        // Two classes are equal only if they are one, unless their metaclass says otherwise.
        let plain = known.is_exact(&crate::typeobject::TYPE_TYPE) && part.is_exact(&crate::typeobject::TYPE_TYPE);
        if known.is(part) || (!plain && cx.equals(known, part)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let none = crate::singletons::NONE_TYPE.value();
    let parts = args_of(this)
        .iter()
        .map(|arg| if arg.is(&none) { Ok("None".to_owned()) } else { parameters::show(cx, arg) })
        .collect::<R<Vec<_>>>()?;
    cx.str_value(&parts.join(" | "))
}

/// As that of a set of the parts.
fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let args = of_this(this).args.get();
    let set = cx.call(&crate::set::FROZENSET_TYPE.value(), &[args])?;
    cx.hash(&set)
}

fn of_this(this: &Value) -> &PyUnion {
    // SAFETY: called for unions.
    unsafe { this.cast() }
}

/// Equal if both have the same parts, in whatever order.
fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if b.downcast::<PyUnion>().is_none() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let (x, y) = (args_of(a), args_of(b));
    let mut equal = x.len() == y.len();
    for part in &x {
        equal = equal && holds(cx, &y, part)?;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn no_generic(cx: &Cx, part: &Value, function: &str) -> R<()> {
    if is_parameterized(part) {
        return raise!(cx, exc::TYPE_ERROR, "{function}() argument 2 cannot be a parameterized generic");
    }
    Ok(())
}

fn instance_check(cx: &Cx, this: &Value, object: &Value) -> R {
    for part in &args_of(this) {
        no_generic(cx, part, "isinstance")?;
        if cx.is_instance(object, part)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn subclass_check(cx: &Cx, this: &Value, class: &Value) -> R {
    if class.downcast::<TypeObject>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "issubclass() arg 1 must be a class");
    }
    for part in &args_of(this) {
        no_generic(cx, part, "issubclass")?;
        if cx.is_subclass(class, part)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn own_parameters(cx: &Cx, this: &Value) -> R {
    if let Some(known) = of_this(this).parameters.try_get() {
        return Ok(known);
    }
    let found = parameters::of_arguments(cx, &args_of(this))?;
    of_this(this).parameters.set(found.clone());
    Ok(found)
}

/// `union[item]`: other types in the places of its parameters.
fn getitem(cx: &Cx, this: &Value, item: &Value) -> R {
    let own = own_parameters(cx, this)?;
    let own = own.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    let parts = parameters::substitute(cx, this, &args_of(this), own, item)?;
    let mut made: Option<Value> = None;
    for part in parts {
        made = Some(match made {
            None => part,
            Some(made) => cx.binary(number::OR, &made, &part)?,
        });
    }
    Ok(made.unwrap_or_else(Value::none))
}

/// `Union[int, str]`: what is no type is checked by `typing`.
fn class_getitem(cx: &Cx, _: &Value, item: &Value) -> R {
    let parts = match item.downcast::<PyTuple>() {
        Some(parts) => parts.items().to_vec(),
        None => vec![item.clone()],
    };
    if parts.is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "Cannot take a Union of no types.");
    }
    let mut checked = Vec::with_capacity(parts.len());
    for part in parts {
        if is_part(&part) {
            checked.push(part);
            continue;
        }
        let check = cx.getattr_text(&cx.import("typing")?, "_type_check")?;
        let message = cx.str_value("Union[arg, ...]: each arg must be a type.")?;
        checked.push(cx.call(&check, &[part, message])?);
    }
    of(cx, &checked)
}
