//! `types.SimpleNamespace`: an object that is its attributes.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{CompareOp, GetSet, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `types.SimpleNamespace`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyNamespace_Type")]
pub static NAMESPACE_TYPE: TypeObject = TypeObject::builtin(&NAMESPACE_SPEC, &raw const NAMESPACE_TYPE);
static NAMESPACE_SPEC: Spec = Spec {
    module: "types",
    flags: flag::GC | flag::BASE,
    size: size_of::<PyNamespace>(),
    dict_offset: core::mem::offset_of!(PyNamespace, dict),
    functions: functions::<PyNamespace>(true, true),
    slots: Slots { new: slot(new), init: slot(init), repr: slot(repr), compare: slot(compare), ..Slots::NONE },
    methods: &[
        Method::none("__reduce__", |cx, this| {
            let dict = crate::instance::dict(cx, this)?.into_value();
            Ok(cx.tuple([this.ty().value(), cx.tuple([])?.into_value(), dict])?.into_value())
        }),
        Method::any("__replace__", replace),
    ],
    getset: &[GetSet::both("__dict__", crate::class::instance_dict, crate::class::set_instance_dict)],
    ..Spec::new("types.SimpleNamespace", &OBJECT_TYPE)
};

/// Layout of a namespace.
#[repr(C)]
pub struct PyNamespace {
    head: Head,
    dict: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyNamespace {
    fn ty() -> &'static TypeObject {
        &NAMESPACE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__dict__");
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
    }
}

impl Cx {
    /// A namespace with the entries of a dict as its attributes; the dict becomes its own.
    ///
    /// # Errors
    /// MemoryError.
    pub fn namespace(&self, attributes: Obj<PyDict>) -> R<Obj<PyNamespace>> {
        self.alloc(PyNamespace { head: unborn(), dict: Slot::new(attributes.into_value()) })
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.alloc_in(class, PyNamespace { head: unborn(), dict: Slot::new(cx.dict()?.into_value()) })?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    crate::args::check_count(cx, this.ty().native().short_name(), args.given().len(), 0, 1)?;
    let dict = crate::instance::dict(cx, this)?;
    if let Some(first) = args.given().first() {
        let entries = match first.downcast_exact::<PyDict>() {
            Some(dict) => dict.entries(),
            None => {
                let made = cx.call(&crate::dict::DICT_TYPE.value(), core::slice::from_ref(first))?;
                made.downcast::<PyDict>().map_or_else(Vec::new, PyDict::entries)
            }
        };
        if entries.iter().any(|(name, _)| name.downcast::<PyStr>().is_none()) {
            return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
        }
        for (name, value) in entries {
            dict.set(cx, &name, value)?;
        }
    }
    for (name, value) in args.keywords() {
        dict.set(cx, name, value.clone())?;
    }
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = if this.is_exact(&NAMESPACE_TYPE) { "namespace" } else { this.ty().name() };
    if cx.enter_repr(this) {
        return Ok(cx.str_from_fmt(format_args!("{name}(...)"))?.into_value());
    }
    let made = (|| -> R<String> {
        let mut parts = Vec::new();
        for (key, value) in crate::instance::dict(cx, this)?.entries() {
            if let Some(key) = key.downcast::<PyStr>().filter(|key| !key.is_empty()) {
                let value = cx.repr(&value)?;
                parts.push(format!("{}={}", key.to_lossy(), value.to_lossy()));
            }
        }
        Ok(parts.join(", "))
    })();
    cx.leave_repr();
    Ok(cx.str_from_fmt(format_args!("{name}({})", made?))?.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if a.downcast::<PyNamespace>().is_none() || b.downcast::<PyNamespace>().is_none() {
        return Ok(Value::not_implemented());
    }
    let (a, b) = (crate::instance::dict(cx, a)?, crate::instance::dict(cx, b)?);
    cx.compare(a.as_value(), b.as_value(), op)
}

/// `copy.replace(namespace, name=value)`
fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "__replace__() takes no positional arguments");
    }
    let made = cx.call(&this.ty().value(), &[])?;
    let dict = crate::instance::dict(cx, &made)?;
    for (name, value) in crate::instance::dict(cx, this)?.entries() {
        dict.set(cx, &name, value)?;
    }
    let names = args.names().map_or(&[][..], PyTuple::items);
    for (name, value) in names.iter().zip(&args.values()[args.given().len()..]) {
        dict.set(cx, name, value.clone())?;
    }
    Ok(made)
}
