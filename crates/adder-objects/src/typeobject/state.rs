//! What changes about a type: namespace, bases, order of resolution, subclasses.

use core::cell::{Cell, RefCell};

use adder_gc::{Clearer, Tracer};

use super::TypeObject;
use crate::dict::PyDict;
use crate::object::{Obj, Slot};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::value::Value;

/// The changing part of a type. Of a class made at run time it lies in the class; of a built-in type, in the interpreter.
#[repr(C)]
pub struct TypeState {
    /// `__name__` (of a class made at run time). C reads the first two fields.
    pub name: Slot,
    /// `__qualname__`
    pub qualname: Slot,
    /// The namespace.
    pub dict: Obj<PyDict>,
    /// `__bases__`, a tuple.
    pub bases: Slot,
    /// `__mro__`, a tuple.
    pub mro: Slot,
    /// Direct subclasses: their addresses, in the order made. A class takes itself out when it dies.
    pub subclasses: RefCell<Vec<*const TypeObject>>,
    /// `__slots__` of this class and where they lie, for `__class__` assignment.
    pub members: RefCell<Vec<(Value, u32)>>,
    /// `__abstractmethods__` was set.
    pub abstract_methods: Slot,
    /// Annotations made on demand, `__annotate__`, and the like.
    pub extra: Slot,
    /// Bytes of the part of an instance that subclasses share: layout of the built-in base, and `__slots__`.
    pub solid_size: Cell<u32>,
    /// May there be weak references to instances?
    pub weak: Cell<bool>,
}

impl TypeState {
    pub(crate) fn name_str(&self) -> &str {
        // SAFETY: the name is replaced whole, and no caller keeps it over that.
        unsafe { self.name.peek() }.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("?")
    }

    /// Is the type one of the order of resolution?
    pub(crate) fn mro_has(&self, ty: &TypeObject) -> bool {
        // SAFETY: comparing pointers runs no code.
        match unsafe { self.mro.peek() }.downcast::<PyTuple>() {
            Some(mro) => mro.items().iter().any(|t| t.bits() == core::ptr::from_ref(ty).addr()),
            None => false,
        }
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__dict__");
        self.dict.as_value().trace(tracer);
        tracer.name("__bases__");
        self.bases.trace(tracer);
        tracer.name("__mro__");
        self.mro.trace(tracer);
        for slot in [&self.name, &self.qualname, &self.abstract_methods, &self.extra] {
            slot.trace(tracer);
        }
        if let Ok(members) = self.members.try_borrow() {
            for (name, _) in members.iter() {
                name.trace(tracer);
            }
        }
    }

    /// The namespace keeps its dict object and loses its contents with that; the order of resolution is let go, which closes
    /// a cycle with the class itself.
    pub(crate) fn clear(&self, clearer: &mut Clearer<'_>) {
        self.mro.clear(clearer);
        self.abstract_methods.clear(clearer);
        self.extra.clear(clearer);
    }
}
