//! `float`.

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag};
use crate::value::Value;

/// `float`
pub static FLOAT_TYPE: TypeObject = TypeObject::builtin(&FLOAT_SPEC, &raw const FLOAT_TYPE);

static FLOAT_SPEC: Spec = Spec {
    flags: flag::BASE | flag::MATCH_SELF,
    size: size_of::<PyFloat>(),
    functions: functions::<PyFloat>(false, false),
    slots: Slots { ..Slots::NONE },
    ..Spec::new("float", &OBJECT_TYPE)
};

/// Layout of a float: 24 bytes.
#[repr(C)]
pub struct PyFloat {
    head: Head,
    /// Its value.
    pub value: f64,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyFloat {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &FLOAT_TYPE
    }
}

impl Cx {
    /// A float.
    ///
    /// # Errors
    /// MemoryError.
    #[inline(always)]
    pub fn float(&self, value: f64) -> R {
        Ok(self.alloc(PyFloat { head: unborn(), value })?.into_value())
    }
}

impl Value {
    /// The value of a float (a subclass's too).
    #[inline]
    pub fn as_float(&self) -> Option<f64> {
        self.downcast::<PyFloat>().map(|f| f.value)
    }
}
