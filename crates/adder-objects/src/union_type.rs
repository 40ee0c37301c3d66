//! `int | str`: `types.UnionType`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::generic_alias::PyGenericAlias;
use crate::object::{Layout, Slot, functions, unborn};
use crate::tuple::PyTuple;
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `types.UnionType`
pub static UNION_TYPE: TypeObject = TypeObject::builtin(&UNION_SPEC, &raw const UNION_TYPE);
static UNION_SPEC: Spec = Spec {
    module: "types",
    flags: flag::GC,
    size: size_of::<PyUnion>(),
    weak: true,
    functions: functions::<PyUnion>(true, true),
    slots: {
        let mut slots = Slots { ..Slots::NONE };
        slots.binary[number::OR] = slot(or);
        slots
    },
    ..Spec::new("UnionType", &OBJECT_TYPE)
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
        self.parameters.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.args.clear(clearer);
        self.parameters.clear(clearer);
    }
}

/// Can it stand in a union?
fn is_part(value: &Value) -> bool {
    value.is_none()
        || value.downcast::<TypeObject>().is_some()
        || value.downcast::<PyGenericAlias>().is_some()
        || value.downcast::<PyUnion>().is_some()
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
        let inner = match part.downcast::<PyUnion>() {
            Some(union) => {
                let args = union.args.get();
                args.downcast::<PyTuple>().map_or_else(Vec::new, |args| args.items().to_vec())
            }
            None => vec![part.clone()],
        };
        for part in inner {
            // In a union None stands for its type.
            let part = if part.is_none() { crate::singletons::NONE_TYPE.value() } else { part };
            let mut known = false;
            for other in &flat {
                known = other.is(&part)
                    || (!core::ptr::eq(other.ty(), &crate::typeobject::TYPE_TYPE) && cx.equals(other, &part)?);
                if known {
                    break;
                }
            }
            if !known {
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
