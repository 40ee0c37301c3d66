//! `collections.defaultdict`

use adder_gc::{Clearer, Tracer};
use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::object::{Slot, functions};
use adder_objects::typeobject::{Member, MemberKind, Method, Slots, Spec, flag, number, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

/// Layout of a defaultdict: a dict, and what makes the values of missing keys.
#[repr(C)]
pub(super) struct PyDefaultDict {
    dict: PyDict,
    factory: Slot,
}

/// `collections.defaultdict`
pub(super) static DEFAULT_DICT_TYPE: TypeObject = TypeObject::builtin(&DEFAULT_DICT_SPEC, &raw const DEFAULT_DICT_TYPE);
static DEFAULT_DICT_SPEC: Spec = Spec {
    module: "collections",
    doc: Some("A dict that makes the value of a missing key by calling its default_factory."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyDefaultDict>(),
    functions: functions::<PyDefaultDict>(true, true),
    slots: slots(),
    methods: &[
        Method::one("__missing__", missing)
            .doc("($self, key, /)", "Sets and returns the factory's value, or raises KeyError without a factory."),
        Method::none("copy", copy).doc("($self, /)", "A defaultdict with the same factory and entries."),
        Method::none("__copy__", copy),
        Method::none("__reduce__", reduce),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ],
    members: &[Member {
        name: "default_factory",
        kind: MemberKind::Object,
        offset: core::mem::offset_of!(PyDefaultDict, factory),
        read_only: false,
    }],
    ..Spec::new("collections.defaultdict", &DICT_TYPE)
};

// SAFETY: begins with a dict, and so with a head.
unsafe impl Layout for PyDefaultDict {
    fn ty() -> &'static TypeObject {
        &DEFAULT_DICT_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.dict.trace(tracer);
        self.factory.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.factory.clear(clearer);
        self.dict.clear(clearer);
    }
}

const fn slots() -> Slots {
    let mut slots = Slots { repr: slot(repr), init: slot(init), new: slot(new), ..Slots::NONE };
    slots.binary[number::OR] = slot(or);
    slots
}

fn of(this: &Value) -> &PyDefaultDict {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyDefaultDict>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.alloc_in(class, PyDefaultDict { dict: PyDict::fields(), factory: Slot::empty() })?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let mut rest = args;
    let mut factory = Value::none();
    if let Some(first) = args.given().first() {
        if !first.is_none() && first.ty().slots.call.get().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "first argument must be callable or None");
        }
        factory = first.clone();
        rest = args.rest();
    }
    of(this).factory.set(factory);
    match DICT_TYPE.slots.init.get() {
        Some(init) => init(cx, this, rest),
        None => Ok(()),
    }
}

fn factory(this: &Value) -> Value {
    of(this).factory.try_get().unwrap_or_else(Value::none)
}

fn missing(cx: &Cx, this: &Value, key: &Value) -> R {
    let factory = factory(this);
    if factory.is_none() {
        return Err(cx.key_error(key));
    }
    let value = cx.call(&factory, &[])?;
    cx.setitem(this, key, Some(&value))?;
    Ok(value)
}

/// Another of the same class, with the same factory.
fn copy(cx: &Cx, this: &Value) -> R {
    cx.call(&this.ty().value(), &[factory(this), this.clone()])
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let factory = factory(this);
    let args = if factory.is_none() { cx.empty_tuple()? } else { cx.tuple([factory])? };
    let items = cx.call(&cx.getattr_text(this, "items")?, &[])?;
    let entries = cx.iter(&items)?;
    let parts = [this.ty().value(), args.into_value(), Value::none(), Value::none(), entries];
    Ok(cx.tuple(parts)?.into_value())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let Some(of_dict) = DICT_TYPE.slots.repr.get() else { return Ok(Value::not_implemented()) };
    let base = of_dict(cx, this)?;
    let factory = factory(this);
    let made = if cx.enter_repr(&factory) {
        "...".to_owned()
    } else {
        let made = cx.repr(&factory);
        cx.leave_repr();
        made?.to_lossy().into_owned()
    };
    cx.str_value(&format!("{}({made}, {})", this.ty().short_name(), cx.to_str(&base)?.to_lossy()))
}

fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    if a.downcast::<PyDict>().is_none() || b.downcast::<PyDict>().is_none() {
        return Ok(Value::not_implemented());
    }
    let made = match a.downcast::<PyDefaultDict>() {
        Some(_) => copy(cx, a)?,
        None => {
            let made = cx.call(&b.ty().value(), &[factory(b), a.clone()])?;
            if made.downcast::<PyDict>().is_none() {
                return Ok(Value::not_implemented());
            }
            made
        }
    };
    cx.call(&cx.getattr_text(&made, "update")?, core::slice::from_ref(b))?;
    Ok(made)
}
