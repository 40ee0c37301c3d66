//! `mappingproxy`: a view of a mapping that cannot be changed through it.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::typeobject::{CompareOp, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `types.MappingProxyType`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyDictProxy_Type")]
pub static MAPPING_PROXY_TYPE: TypeObject = TypeObject::builtin(&MAPPING_PROXY_SPEC, &raw const MAPPING_PROXY_TYPE);
static MAPPING_PROXY_SPEC: Spec = Spec {
    flags: flag::GC | flag::MAPPING,
    size: size_of::<PyMappingProxy>(),
    functions: functions::<PyMappingProxy>(true, true),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(|cx, this| {
                let inner = cx.repr(&held(this))?.to_lossy().into_owned();
                Ok(cx.str_from_fmt(format_args!("mappingproxy({inner})"))?.into_value())
            }),
            str: slot(|cx, this| Ok(cx.to_str(&held(this))?.into_value())),
            hash: slot(|cx, this| cx.hash(&held(this))),
            compare: slot(compare),
            iter: slot(|cx, this| cx.iter(&held(this))),
            len: slot(|cx, this| cx.len(&held(this))),
            getitem: slot(|cx, this, key| cx.getitem(&held(this), key)),
            contains: slot(|cx, this, key| cx.contains(&held(this), key)),
            ..Slots::NONE
        };
        slots.binary[number::OR] = slot(or);
        slots.in_place[number::OR] = slot(in_place_or);
        slots
    },
    methods: &[
        Method::positional("get", 1, 2, get),
        Method::none("keys", |cx, this| cx.call_method(&held(this), cx.names.keys(), &[])),
        Method::none("values", |cx, this| cx.call_method(&held(this), cx.names.values(), &[])),
        Method::none("items", |cx, this| cx.call_method(&held(this), cx.names.items(), &[])),
        Method::none("copy", |cx, this| cx.call_method(&held(this), &cx.intern("copy")?, &[])),
        Method::none("__reversed__", |cx, this| cx.call_method(&held(this), cx.names.reversed(), &[])),
        Method::one("__class_getitem__", crate::generic_alias::of).class(),
    ],
    ..Spec::new("mappingproxy", &OBJECT_TYPE)
};

/// Layout of a view.
#[repr(C)]
pub struct PyMappingProxy {
    head: Head,
    /// The mapping.
    pub mapping: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyMappingProxy {
    fn ty() -> &'static TypeObject {
        &MAPPING_PROXY_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("mapping");
        self.mapping.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.mapping.clear(clearer);
    }
}

fn held(this: &Value) -> Value {
    // SAFETY: called for these objects.
    unsafe { this.cast::<PyMappingProxy>() }.mapping.try_get().unwrap_or_else(Value::none)
}

fn unwrap(value: &Value) -> Value {
    if value.downcast_exact::<PyMappingProxy>().is_some() { held(value) } else { value.clone() }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let [mapping] = args.bind(
        cx,
        &crate::Params { function: "mappingproxy", names: ["mapping"], positional_only: 0, positional: 1, required: 1 },
    )?;
    let mapping = mapping.cloned().unwrap_or_else(Value::none);
    let slots = &mapping.ty().slots;
    let is_list = mapping.ty().has(flag::LIST | flag::TUPLE);
    if slots.getitem.get().is_none() || is_list {
        return raise!(cx, exc::TYPE_ERROR, "mappingproxy() argument must be a mapping, not {}", mapping.ty().name());
    }
    Ok(cx.mapping_proxy(mapping)?.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    cx.compare(&held(a), &unwrap(b), op)
}

fn get(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let default = args.get(1).cloned().unwrap_or_else(Value::none);
    let mapping = held(this);
    if let Some(dict) = mapping.downcast_exact::<PyDict>() {
        return Ok(dict.get(cx, &args[0])?.unwrap_or(default));
    }
    cx.call_method(&mapping, cx.names.get_plain(), &[args[0].clone(), default])
}

fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    cx.binary(number::OR, &unwrap(a), &unwrap(b))
}

fn in_place_or(cx: &Cx, this: &Value, _: &Value) -> R {
    raise!(cx, exc::TYPE_ERROR, "'|=' is not supported by {}; use '|' instead", this.ty().name())
}

impl Cx {
    /// A view of a mapping that cannot be changed through it.
    ///
    /// # Errors
    /// MemoryError.
    pub fn mapping_proxy(&self, mapping: Value) -> R<Obj<PyMappingProxy>> {
        self.alloc(PyMappingProxy { head: unborn(), mapping: Slot::new(mapping) })
    }
}
