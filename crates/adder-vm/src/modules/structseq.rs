//! Struct sequences: tuples whose items have names.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, TYPE_TYPE, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, TypeObject, Value, raise};

/// The base of all struct sequences. Fields beyond the sequence lie in the instance's dict.
pub static STRUCT_SEQUENCE_TYPE: TypeObject =
    TypeObject::builtin(&STRUCT_SEQUENCE_SPEC, &raw const STRUCT_SEQUENCE_TYPE);
static STRUCT_SEQUENCE_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE | flag::TUPLE | flag::SEQUENCE,
    size: size_of::<PyTuple>(),
    item_size: 8,
    functions: functions::<PyTuple>(true, true),
    slots: Slots { new: slot(new), repr: slot(repr), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::any("__replace__", replace)],
    ..Spec::new("structseq", &TUPLE_TYPE)
};

/// Layout of a descriptor of a field.
#[repr(C)]
pub(crate) struct PyField {
    head: Head,
    name: Slot,
    /// The class whose field it is.
    owner: Slot,
    at: usize,
}

impl PyField {
    fn slots(&self) -> [(&'static str, &Slot); 2] {
        [("__name__", &self.name), ("__objclass__", &self.owner)]
    }
}

/// Reads a field of a struct sequence.
pub(crate) static FIELD_TYPE: TypeObject = TypeObject::builtin(&FIELD_SPEC, &raw const FIELD_TYPE);
static FIELD_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyField>(),
    functions: functions::<PyField>(true, true),
    slots: Slots { descr_get: slot(field_get), descr_set: slot(field_set), ..Slots::NONE },
    getset: &[
        GetSet::get("__name__", |_, this| Ok(field(this).name.get())),
        GetSet::get("__objclass__", |_, this| Ok(field(this).owner.get())),
    ],
    ..Spec::new("structseq_field", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyField {
    fn ty() -> &'static TypeObject {
        &FIELD_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for (_, slot) in self.slots() {
            slot.clear(clearer);
        }
    }
}

fn field(this: &Value) -> &PyField {
    // SAFETY: called for descriptors of fields.
    unsafe { this.cast::<PyField>() }
}

/// TypeError unless this is an object of the class whose field it is.
fn check_owner(cx: &Cx, it: &PyField, object: &Value) -> R<()> {
    let owner = it.owner.try_get().unwrap_or_else(Value::none);
    if owner.downcast::<TypeObject>().is_some_and(|owner| object.ty().is_subtype(owner)) {
        return Ok(());
    }
    let of = owner.downcast::<TypeObject>().map(|owner| qualified(cx, owner)).transpose()?.unwrap_or_default();
    let name = cx.display(&it.name.get())?;
    let ty = match object.ty() {
        ty if ty.is_subtype(&STRUCT_SEQUENCE_TYPE) => qualified(cx, ty)?,
        ty => ty.name().to_owned(),
    };
    raise!(cx, exc::TYPE_ERROR, "descriptor '{name}' for '{of}' objects doesn't apply to a '{ty}' object")
}

fn field_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object.filter(|o| !o.is_none()) else { return Ok(this.clone()) };
    let it = field(this);
    check_owner(cx, it, object)?;
    Ok(object.downcast::<PyTuple>().and_then(|tuple| tuple.items().get(it.at)).cloned().unwrap_or_else(Value::none))
}

fn field_set(cx: &Cx, this: &Value, object: &Value, _: Option<&Value>) -> R<()> {
    check_owner(cx, field(this), object)?;
    raise!(cx, exc::ATTRIBUTE_ERROR, "readonly attribute")
}

/// Fills the namespace of a class of struct sequences: `visible` of the fields are items. A field called `_` has no name. Gives the
/// descriptors, which are to be told their class.
fn fill(cx: &Cx, dict: &Obj<PyDict>, fields: &[&str], visible: usize) -> R<Vec<Obj<PyField>>> {
    let (mut names, mut descriptors) = (Vec::new(), Vec::new());
    for (at, field) in fields.iter().enumerate() {
        if *field == "_" {
            continue;
        }
        if at < visible {
            let name = cx.intern(field)?;
            let made = cx.alloc(PyField { head: unborn(), name: Slot::new(name.clone()), owner: Slot::empty(), at })?;
            dict.set_text(cx, field, made.as_value().clone())?;
            names.push(name);
            descriptors.push(made);
        } else {
            dict.set_text(cx, field, Value::none())?;
        }
    }
    let all = fields.iter().map(|f| cx.intern(f)).collect::<R<Vec<_>>>()?;
    dict.set_text(cx, "__match_args__", cx.tuple(names)?.into_value())?;
    dict.set_text(cx, "_all_fields", cx.tuple(all)?.into_value())?;
    dict.set_text(cx, "n_fields", cx.int(fields.len() as i64)?)?;
    dict.set_text(cx, "n_sequence_fields", cx.int(visible as i64)?)?;
    let unnamed = fields[..visible].iter().filter(|f| **f == "_").count();
    dict.set_text(cx, "n_unnamed_fields", cx.int(unnamed as i64)?)?;
    Ok(descriptors)
}

/// Makes a type that is derived from [`STRUCT_SEQUENCE_TYPE`] one of these fields: see [`class`].
///
/// # Errors
/// MemoryError.
pub fn complete(cx: &Cx, ty: &TypeObject, fields: &[&str], visible: usize) -> R<()> {
    for descriptor in fill(cx, &cx.state(ty).dict, fields, visible)? {
        descriptor.owner.set(ty.value());
    }
    cx.type_changed(ty);
    Ok(())
}

/// Makes a class of struct sequences: `visible` of the fields are items. A field called `_` has no name.
///
/// # Errors
/// MemoryError.
pub fn class(cx: &Cx, module: &str, name: &str, fields: &[&str], visible: usize) -> R {
    let dict = cx.dict()?;
    let descriptors = fill(cx, &dict, fields, visible)?;
    dict.set_text(cx, "__module__", cx.intern(module)?)?;
    let bases = cx.tuple([STRUCT_SEQUENCE_TYPE.value()])?.into_value();
    let class = cx.call(&TYPE_TYPE.value(), &[cx.intern(name)?, bases, dict.into_value()])?;
    for descriptor in descriptors {
        descriptor.owner.set(class.clone());
    }
    Ok(class)
}

/// An instance of a class of struct sequences; `values` has one for each field.
///
/// # Errors
/// MemoryError.
pub fn instance(cx: &Cx, class: &Value, values: Vec<Value>) -> R {
    let visible = count(cx, class, "n_sequence_fields")?;
    let Some(ty) = class.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "not a class: {}", class.ty().name());
    };
    let mut values = values;
    let hidden = values.split_off(visible.min(values.len()));
    let made = cx.tuple_in(ty, values.into_iter())?.into_value();
    if !hidden.is_empty() {
        let names = cx.collect(&cx.getattr_text(class, "_all_fields")?)?;
        for (name, value) in names.iter().skip(visible).zip(hidden) {
            cx.setattr(&made, name, Some(&value))?;
        }
    }
    Ok(made)
}

/// An instance of a class that is an attribute of a module.
pub(crate) fn of_module(cx: &Cx, module: &Value, class: &str, values: Vec<Value>) -> R {
    instance(cx, &cx.getattr_text(module, class)?, values)
}

fn count(cx: &Cx, class: &Value, name: &str) -> R<usize> {
    Ok(cx.index_to_isize(&cx.getattr_text(class, name)?, None)?.max(0) as usize)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [sequence, extra] = args.bind(
        cx,
        &Params { function: "structseq", names: ["sequence", "dict"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let class = class.value();
    let Some(sequence) = sequence else { return Ok(class) };
    let name = class.downcast::<TypeObject>().map(|ty| qualified(cx, ty)).transpose()?.unwrap_or_default();
    let mut values = match cx.collect(sequence) {
        Ok(values) => values,
        Err(raised) if raised.is(&exc::TYPE_ERROR) => {
            return raise!(cx, exc::TYPE_ERROR, "constructor requires a sequence");
        }
        Err(raised) => return Err(raised),
    };
    let (visible, all) = (count(cx, &class, "n_sequence_fields")?, count(cx, &class, "n_fields")?);
    let given = values.len();
    if visible == all && given != all {
        return raise!(cx, exc::TYPE_ERROR, "{name}() takes a {all}-sequence ({given}-sequence given)");
    }
    if given < visible {
        return raise!(cx, exc::TYPE_ERROR, "{name}() takes an at least {visible}-sequence ({given}-sequence given)");
    }
    if given > all {
        return raise!(cx, exc::TYPE_ERROR, "{name}() takes an at most {all}-sequence ({given}-sequence given)");
    }
    let names = cx.collect(&cx.getattr_text(&class, "_all_fields")?)?;
    let extra = extra.filter(|e| !e.is_none());
    for field in names.iter().skip(given) {
        values.push(match extra.and_then(Value::downcast::<PyDict>) {
            Some(extra) => extra.get(cx, field)?.unwrap_or_else(Value::none),
            None => Value::none(),
        });
    }
    instance(cx, &class, values)
}

fn qualified(cx: &Cx, ty: &TypeObject) -> R<String> {
    let class = ty.value();
    let module = cx.display(&cx.getattr_text(&class, "__module__")?)?;
    let name = cx.display(&cx.getattr_text(&class, "__name__")?)?;
    Ok(if module == "builtins" { name } else { format!("{module}.{name}") })
}

fn repr(cx: &Cx, this: &Value) -> R {
    let Some(tuple) = this.downcast::<PyTuple>() else { return cx.str_value("") };
    let names = cx.collect(&cx.getattr_text(&this.ty().value(), "_all_fields")?)?;
    let mut text = qualified(cx, this.ty())?;
    text.push('(');
    for (at, (name, item)) in names.iter().zip(tuple.items()).enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        let name = cx.display(name)?;
        text.push_str(&format!("{name}={}", cx.repr(item)?.to_lossy()));
    }
    text.push(')');
    cx.str_value(&text)
}

fn hidden(cx: &Cx, this: &Value) -> R<adder_objects::Obj<PyDict>> {
    let names = cx.collect(&cx.getattr_text(&this.ty().value(), "_all_fields")?)?;
    let dict = cx.dict()?;
    let visible = this.downcast::<PyTuple>().map_or(0, |t| t.items().len());
    for name in names.iter().skip(visible) {
        dict.set(cx, name, cx.getattr(this, name)?)?;
    }
    Ok(dict)
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let items = this.downcast::<PyTuple>().map(|t| t.items().to_vec()).unwrap_or_default();
    let args = cx.tuple([cx.tuple(items)?.into_value(), hidden(cx, this)?.into_value()])?;
    Ok(cx.tuple([this.ty().value(), args.into_value()])?.into_value())
}

fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "__replace__() takes no positional arguments");
    }
    let class = this.ty().value();
    let names = cx.collect(&cx.getattr_text(&class, "_all_fields")?)?;
    let mut values = this.downcast::<PyTuple>().map(|t| t.items().to_vec()).unwrap_or_default();
    for name in names.iter().skip(values.len()) {
        values.push(cx.getattr(this, name)?);
    }
    for (name, value) in args.keywords() {
        let text = name.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("");
        let found = names.iter().position(|n| n.downcast::<PyStr>().and_then(PyStr::as_str) == Some(text));
        match found {
            Some(at) => values[at] = value.clone(),
            None => return raise!(cx, exc::TYPE_ERROR, "Got unexpected field name(s): ['{text}']"),
        }
    }
    instance(cx, &class, values)
}
