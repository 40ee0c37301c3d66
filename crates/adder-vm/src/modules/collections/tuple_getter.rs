//! `_collections._tuplegetter`: the descriptor of a named tuple's field.

use core::mem::offset_of;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

/// Layout of the descriptor.
#[repr(C)]
pub(super) struct PyTupleGetter {
    head: Head,
    doc: Slot,
    index: isize,
}

/// `_collections._tuplegetter`
pub(super) static TUPLE_GETTER_TYPE: TypeObject = TypeObject::builtin(&TUPLE_GETTER_SPEC, &raw const TUPLE_GETTER_TYPE);
static TUPLE_GETTER_SPEC: Spec = Spec {
    module: "_collections",
    flags: flag::GC,
    size: size_of::<PyTupleGetter>(),
    functions: functions::<PyTupleGetter>(true, true),
    slots: Slots {
        new: slot(new),
        repr: slot(|cx, this| {
            let it = of(this);
            let doc = it.doc.try_get().unwrap_or_else(Value::none);
            cx.str_value(&format!("_tuplegetter({}, {})", it.index, cx.repr(&doc)?.to_lossy()))
        }),
        descr_get: slot(get),
        descr_set: slot(set),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |cx, this| {
        let it = of(this);
        let doc = it.doc.try_get().unwrap_or_else(Value::none);
        let args = cx.tuple([cx.int(it.index as i64)?, doc])?.into_value();
        Ok(cx.tuple([this.ty().value(), args])?.into_value())
    })],
    members: &[Member {
        name: "__doc__",
        kind: MemberKind::Object,
        offset: offset_of!(PyTupleGetter, doc),
        read_only: false,
    }],
    ..Spec::new("_collections._tuplegetter", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTupleGetter {
    fn ty() -> &'static TypeObject {
        &TUPLE_GETTER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.doc.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.doc.clear(clearer);
    }
}

fn of(this: &Value) -> &PyTupleGetter {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyTupleGetter>() }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [index, doc] = args.exactly::<2>(cx, "_tuplegetter")?;
    let index = cx.index_to_isize(index, Some(&exc::OVERFLOW_ERROR))?;
    Ok(cx.alloc_in(class, PyTupleGetter { head: unborn(), doc: Slot::new(doc.clone()), index })?.into_value())
}

fn get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(this.clone()) };
    let index = of(this).index;
    let Some(tuple) = object.downcast::<PyTuple>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{}' object",
            object.ty().name()
        );
    };
    match usize::try_from(index).ok().and_then(|at| tuple.items().get(at)) {
        Some(item) => Ok(item.clone()),
        None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
    }
}

fn set(cx: &Cx, _: &Value, _: &Value, value: Option<&Value>) -> R<()> {
    match value {
        Some(_) => raise!(cx, exc::ATTRIBUTE_ERROR, "can't set attribute"),
        None => raise!(cx, exc::ATTRIBUTE_ERROR, "can't delete attribute"),
    }
}
