//! `list[int]` and the like: `types.GenericAlias`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Slot, functions, unborn};
use crate::tuple::PyTuple;
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag};
use crate::value::Value;

/// `types.GenericAlias`
pub static GENERIC_ALIAS_TYPE: TypeObject = TypeObject::builtin(&GENERIC_ALIAS_SPEC, &raw const GENERIC_ALIAS_TYPE);
static GENERIC_ALIAS_SPEC: Spec = Spec {
    module: "types",
    flags: flag::GC | flag::BASE,
    size: size_of::<PyGenericAlias>(),
    weak: true,
    functions: functions::<PyGenericAlias>(true, true),
    slots: Slots { ..Slots::NONE },
    ..Spec::new("GenericAlias", &OBJECT_TYPE)
};

/// Layout of a generic alias.
#[repr(C)]
pub struct PyGenericAlias {
    head: Head,
    /// `__origin__`
    pub origin: Slot,
    /// `__args__`, a tuple.
    pub args: Slot,
    /// `__parameters__`, once asked for.
    pub parameters: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyGenericAlias {
    fn ty() -> &'static TypeObject {
        &GENERIC_ALIAS_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.origin.trace(tracer);
        self.args.trace(tracer);
        self.parameters.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.origin.clear(clearer);
        self.args.clear(clearer);
        self.parameters.clear(clearer);
    }
}

/// `origin[item]`
///
/// # Errors
/// MemoryError.
pub fn of(cx: &Cx, origin: &Value, item: &Value) -> R {
    let args = if item.downcast::<PyTuple>().is_some() { item.clone() } else { cx.tuple([item.clone()])?.into_value() };
    let made = PyGenericAlias {
        head: unborn(),
        origin: Slot::new(origin.clone()),
        args: Slot::new(args),
        parameters: Slot::empty(),
    };
    Ok(cx.alloc(made)?.into_value())
}
