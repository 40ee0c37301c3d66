//! `functools.cmp_to_key`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{CompareOp, Member, MemberKind, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

/// Layout of a key, and of what makes keys, which has no object.
#[repr(C)]
struct PyKey {
    head: Head,
    compare: Slot,
    object: Slot,
}

/// `functools.KeyWrapper`
pub(super) static KEY_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const KEY_TYPE);
static SPEC: Spec = Spec {
    module: "functools",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyKey>(),
    functions: functions::<PyKey>(true, true),
    slots: Slots {
        call: slot(call),
        compare: slot(compare),
        hash: slot(adder_objects::protocol::unhashable),
        ..Slots::NONE
    },
    members: &[Member {
        name: "obj",
        kind: MemberKind::Object,
        offset: core::mem::offset_of!(PyKey, object),
        read_only: false,
    }],
    ..Spec::new("functools.KeyWrapper", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyKey {
    fn ty() -> &'static TypeObject {
        &KEY_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.compare.trace(tracer);
        self.object.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.compare.clear(clearer);
        self.object.clear(clearer);
    }
}

/// The function `cmp_to_key`.
pub(super) fn make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params { function: "cmp_to_key", names: ["mycmp"], positional_only: 0, positional: 1, required: 1 };
    let [Some(compare)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let made = PyKey { head: unborn(), compare: Slot::new(compare.clone()), object: Slot::empty() };
    Ok(cx.alloc(made)?.into_value())
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params { function: "K", names: ["obj"], positional_only: 0, positional: 1, required: 1 };
    let [Some(object)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    // SAFETY: called for keys.
    let compare = Slot::new(unsafe { this.cast::<PyKey>() }.compare.get());
    Ok(cx.alloc(PyKey { head: unborn(), compare, object: Slot::new(object.clone()) })?.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    // SAFETY: called for keys.
    let x = unsafe { a.cast::<PyKey>() };
    let Some(y) = b.downcast::<PyKey>() else {
        return raise!(cx, exc::TYPE_ERROR, "other argument must be K instance");
    };
    let (Some(compare), Some(one), Some(other)) = (x.compare.try_get(), x.object.try_get(), y.object.try_get()) else {
        return raise!(cx, exc::ATTRIBUTE_ERROR, "object");
    };
    let answer = cx.call(&compare, &[one, other])?;
    cx.compare(&answer, &Value::small(0), op)
}
