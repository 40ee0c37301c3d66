//! `property`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{GetSet, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `property`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyProperty_Type")]
pub static PROPERTY_TYPE: TypeObject = TypeObject::builtin(&PROPERTY_SPEC, &raw const PROPERTY_TYPE);
static PROPERTY_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE,
    size: size_of::<PyProperty>(),
    functions: functions::<PyProperty>(true, true),
    slots: Slots { new: slot(new), init: slot(init), descr_get: slot(get), descr_set: slot(set), ..Slots::NONE },
    methods: &[
        Method::one("getter", |cx, this, function| copy(cx, this, [Some(function), None, None]))
            .doc("($self, object, /)", "Descriptor to obtain a copy of the property with a different getter."),
        Method::one("setter", |cx, this, function| copy(cx, this, [None, Some(function), None]))
            .doc("($self, object, /)", "Descriptor to obtain a copy of the property with a different setter."),
        Method::one("deleter", |cx, this, function| copy(cx, this, [None, None, Some(function)]))
            .doc("($self, object, /)", "Descriptor to obtain a copy of the property with a different deleter."),
        Method::any("__set_name__", set_name),
    ],
    getset: &[
        GetSet::both("__name__", name, |_, this, value| {
            of(this).name.set(value.cloned().unwrap_or(Value::UNSET));
            Ok(())
        }),
        GetSet::get("__isabstractmethod__", |cx, this| {
            for function in of(this).functions() {
                if let Some(function) = function.try_get()
                    && crate::descriptors::is_abstract_method(cx, &function)?
                {
                    return Ok(Value::bool(true));
                }
            }
            Ok(Value::bool(false))
        }),
    ],
    members: &[
        member("fget", core::mem::offset_of!(PyProperty, get), true),
        member("fset", core::mem::offset_of!(PyProperty, set), true),
        member("fdel", core::mem::offset_of!(PyProperty, del), true),
        member("__doc__", core::mem::offset_of!(PyProperty, doc), false),
    ],
    ..Spec::new("property", &OBJECT_TYPE)
};

const fn member(name: &'static str, offset: usize, read_only: bool) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only }
}

/// Layout of a property.
#[repr(C)]
pub struct PyProperty {
    head: Head,
    /// `fget`
    pub get: Slot,
    /// `fset`
    pub set: Slot,
    /// `fdel`
    pub del: Slot,
    doc: Slot,
    name: Slot,
    /// Is the documentation that of the getter?
    getter_doc: Cell<bool>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyProperty {
    fn ty() -> &'static TypeObject {
        &PROPERTY_TYPE
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

impl PyProperty {
    fn functions(&self) -> [&Slot; 3] {
        [&self.get, &self.set, &self.del]
    }

    fn slots(&self) -> [(&'static str, &Slot); 5] {
        [
            ("fget", &self.get),
            ("fset", &self.set),
            ("fdel", &self.del),
            ("__doc__", &self.doc),
            ("__name__", &self.name),
        ]
    }
}

fn of(this: &Value) -> &PyProperty {
    // SAFETY: called for properties.
    unsafe { this.cast() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyProperty {
        head: unborn(),
        get: Slot::empty(),
        set: Slot::empty(),
        del: Slot::empty(),
        doc: Slot::empty(),
        name: Slot::empty(),
        getter_doc: Cell::new(false),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

static PARAMS: Params<4> = Params {
    function: "property",
    names: ["fget", "fset", "fdel", "doc"],
    positional_only: 0,
    positional: 4,
    required: 0,
};

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let given = args.bind(cx, &PARAMS)?.map(|value| value.filter(|value| !value.is_none()));
    let it = of(this);
    for (slot, value) in it.functions().into_iter().zip(given) {
        slot.set(value.cloned().unwrap_or(Value::UNSET));
    }
    it.doc.set(Value::UNSET);
    it.name.set(Value::UNSET);
    it.getter_doc.set(false);
    let mut doc = given[3].cloned();
    if doc.is_none()
        && let Some(getter) = given[0]
        && let Some(of_getter) = cx.getattr_opt(getter, cx.names.doc())?
        && !of_getter.is_none()
    {
        it.getter_doc.set(true);
        doc = Some(of_getter);
    }
    if this.is_exact(&PROPERTY_TYPE) {
        it.doc.set(doc.unwrap_or(Value::UNSET));
        return Ok(());
    }
    // The class of a derived property may say something under the same name: the instance's own goes before it.
    let value = doc.unwrap_or_else(Value::none);
    match cx.setattr(this, cx.names.doc(), Some(&value)) {
        Err(raised) if !it.getter_doc.get() && raised.is(&exc::ATTRIBUTE_ERROR) => Ok(()),
        other => other,
    }
}

/// The name, for messages: the one under which it lies in a class, else that of the getter.
fn own_name(cx: &Cx, this: &Value) -> R<Option<Value>> {
    if let Some(name) = of(this).name.try_get() {
        return Ok(Some(name));
    }
    match of(this).get.try_get() {
        Some(getter) => cx.getattr_opt(&getter, cx.names.name()),
        None => Ok(None),
    }
}

fn name(cx: &Cx, this: &Value) -> R {
    match own_name(cx, this)? {
        Some(name) => Ok(name),
        None => Err(cx.no_attribute(this, cx.names.name())),
    }
}

#[cold]
fn missing(cx: &Cx, this: &Value, object: &Value, what: &str) -> R<Raised> {
    let qualname = cx.state(object.ty()).qualname.get();
    let class = cx.display(&qualname)?;
    Ok(match own_name(cx, this)? {
        Some(name) => {
            let name = cx.repr(&name)?.to_lossy().into_owned();
            cx.error(&exc::ATTRIBUTE_ERROR, format_args!("property {name} of '{class}' object has no {what}"))
        }
        None => cx.error(&exc::ATTRIBUTE_ERROR, format_args!("property of '{class}' object has no {what}")),
    })
}

fn get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object else { return Ok(this.clone()) };
    match of(this).get.try_get() {
        Some(getter) => cx.call(&getter, core::slice::from_ref(object)),
        None => Err(missing(cx, this, object, "getter")?),
    }
}

fn set(cx: &Cx, this: &Value, object: &Value, value: Option<&Value>) -> R<()> {
    match value {
        Some(value) => match of(this).set.try_get() {
            Some(setter) => cx.call(&setter, &[object.clone(), value.clone()]).map(drop),
            None => Err(missing(cx, this, object, "setter")?),
        },
        None => match of(this).del.try_get() {
            Some(deleter) => cx.call(&deleter, core::slice::from_ref(object)).map(drop),
            None => Err(missing(cx, this, object, "deleter")?),
        },
    }
}

fn set_name(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [_, name] = args.given() else {
        let given = args.given().len();
        return raise!(cx, exc::TYPE_ERROR, "__set_name__() takes 2 positional arguments but {given} were given");
    };
    of(this).name.set(name.clone());
    Ok(Value::none())
}

/// A property of the same class with another function.
fn copy(cx: &Cx, this: &Value, other: [Option<&Value>; 3]) -> R {
    let it = of(this);
    let mut args: Vec<Value> = Vec::with_capacity(4);
    for (slot, other) in it.functions().into_iter().zip(other) {
        args.push(match other {
            Some(other) if !other.is_none() => other.clone(),
            _ => slot.try_get().unwrap_or_else(Value::none),
        });
    }
    // The getter's own documentation is taken from the getter again.
    let doc = if it.getter_doc.get() && !args[0].is_none() { None } else { it.doc.try_get() };
    args.push(doc.unwrap_or_else(Value::none));
    let made = cx.call(&this.ty().value(), &args)?;
    if let Some(new) = made.downcast::<PyProperty>() {
        new.name.set(it.name.get());
    }
    Ok(made)
}
