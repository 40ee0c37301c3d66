//! None, Ellipsis, NotImplemented: static objects without state.

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, functions};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, slot};
use crate::value::Value;

/// An object that is only itself.
#[repr(C, align(16))]
pub struct Singleton {
    head: Head,
}

impl Singleton {
    const fn new(ty: &'static TypeObject) -> Singleton {
        // SAFETY: the type is a static, and its objects have no payload.
        Singleton { head: unsafe { Head::immortal(&raw const ty.shape.info) } }
    }

    /// The object.
    #[inline(always)]
    pub fn value(&'static self) -> Value {
        Value::from_static(self)
    }
}

// SAFETY: begins with a head; used through statics only.
unsafe impl Layout for Singleton {
    fn ty() -> &'static TypeObject {
        &NONE_TYPE
    }
}

/// `None`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_Py_NoneStruct")]
pub static NONE: Singleton = Singleton::new(&NONE_TYPE);
/// `...`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_Py_EllipsisObject")]
pub static ELLIPSIS: Singleton = Singleton::new(&ELLIPSIS_TYPE);
/// `NotImplemented`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_Py_NotImplementedStruct")]
pub static NOT_IMPLEMENTED: Singleton = Singleton::new(&NOT_IMPLEMENTED_TYPE);

macro_rules! singleton_type {
    ($(#[$doc:meta])* $ty:ident $spec:ident $name:literal $c:literal $repr:ident $text:literal $new:ident [$($method:expr),*] $($slots:tt)*) => {
        $(#[$doc])*
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(export_name = $c)]
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            functions: functions::<Singleton>(false, false),
            slots: Slots { repr: slot($repr), new: slot($new), $($slots)* ..Slots::NONE },
            methods: &[$($method),*],
            ..Spec::new($name, &OBJECT_TYPE)
        };

        fn $repr(cx: &Cx, _: &Value) -> R {
            cx.intern($text)
        }
    };
}

singleton_type! {
    /// `types.NoneType`
    NONE_TYPE NONE_SPEC "NoneType" "_PyNone_Type" none_repr "None" none_new [] bool: slot(none_bool), hash: slot(none_hash),
}
singleton_type! {
    /// `types.EllipsisType`
    ELLIPSIS_TYPE ELLIPSIS_SPEC "ellipsis" "PyEllipsis_Type" ellipsis_repr "Ellipsis" ellipsis_new
    [Method::none("__reduce__", ellipsis_repr)]
}
singleton_type! {
    /// `types.NotImplementedType`
    NOT_IMPLEMENTED_TYPE NOT_IMPLEMENTED_SPEC "NotImplementedType" "_PyNotImplemented_Type" not_implemented_repr "NotImplemented"
    not_implemented_new
    [Method::none("__reduce__", not_implemented_repr)]
    bool: slot(not_implemented_bool),
}

fn none_bool(_: &Cx, _: &Value) -> R<bool> {
    Ok(false)
}

fn none_hash(_: &Cx, _: &Value) -> R<i64> {
    // A constant, so that hashes of tuples with None repeat from run to run (CPython 3.12 and later).
    Ok(0xFCA8_6420)
}

fn not_implemented_bool(cx: &Cx, _: &Value) -> R<bool> {
    raise!(cx, crate::exceptions::TYPE_ERROR, "NotImplemented should not be used in a boolean context")
}

fn no_arguments(cx: &Cx, name: &str, args: crate::Args<'_>) -> R<()> {
    if args.is_empty() {
        return Ok(());
    }
    raise!(cx, crate::exceptions::TYPE_ERROR, "{name} takes no arguments")
}

fn none_new(cx: &Cx, _: &TypeObject, args: crate::Args<'_>) -> R {
    no_arguments(cx, "NoneType", args)?;
    Ok(NONE.value())
}

fn ellipsis_new(cx: &Cx, _: &TypeObject, args: crate::Args<'_>) -> R {
    no_arguments(cx, "EllipsisType", args)?;
    Ok(ELLIPSIS.value())
}

fn not_implemented_new(cx: &Cx, _: &TypeObject, args: crate::Args<'_>) -> R {
    no_arguments(cx, "NotImplementedType", args)?;
    Ok(NOT_IMPLEMENTED.value())
}

impl Value {
    /// `None`
    #[inline(always)]
    pub fn none() -> Value {
        NONE.value()
    }

    /// `NotImplemented`
    #[inline(always)]
    pub fn not_implemented() -> Value {
        NOT_IMPLEMENTED.value()
    }

    /// Is it `None`?
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.is_static(&NONE)
    }

    /// Is it `NotImplemented`?
    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.is_static(&NOT_IMPLEMENTED)
    }
}
