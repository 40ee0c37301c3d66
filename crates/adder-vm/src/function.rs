//! Functions written in Python.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value};

use crate::code::PyCode;
use crate::vm::Vm;

/// Layout of a function. The fields are released in their order, which is the one in which CPython lets go of them.
#[repr(C)]
pub struct PyFunction {
    head: Head,
    /// `__code__`
    pub code: Slot,
    /// `__globals__`, a dict.
    pub globals: Slot,
    /// `__builtins__`, a dict.
    pub builtins: Slot,
    /// `__module__`
    pub module: Slot,
    /// `__defaults__`: a tuple or nothing.
    pub defaults: Slot,
    /// `__kwdefaults__`: a dict or nothing.
    pub kw_defaults: Slot,
    /// `__doc__`
    pub doc: Slot,
    /// `__dict__`, made on demand.
    pub dict: Slot,
    /// `__closure__`: a tuple of cells or nothing.
    pub closure: Slot,
    /// `__name__`
    pub name: Slot,
    /// `__qualname__`
    pub qualname: Slot,
    /// `__annotations__`, once computed.
    pub annotations: Slot,
    /// `__annotate__`
    pub annotate: Slot,
    /// `__type_params__`
    pub type_params: Slot,
    /// Changes when the code or the defaults do: what call caches compare. 0: none given.
    pub version: Cell<u32>,
}

/// `function`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyFunction_Type")]
pub static FUNCTION_TYPE: TypeObject = TypeObject::builtin(&FUNCTION_SPEC, &raw const FUNCTION_TYPE);
static FUNCTION_SPEC: Spec = Spec {
    flags: flag::GC | flag::METHOD_DESCRIPTOR,
    size: size_of::<PyFunction>(),
    dict_offset: core::mem::offset_of!(PyFunction, dict),
    weak: true,
    functions: functions::<PyFunction>(true, true),
    slots: Slots {
        call: slot(call),
        descr_get: slot(get),
        repr: slot(crate::function_attributes::repr),
        new: slot(crate::function_attributes::new),
        ..Slots::NONE
    },
    getset: crate::function_attributes::GETSET,
    members: crate::function_attributes::MEMBERS,
    ..Spec::new("function", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyFunction {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &FUNCTION_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        // The code stays, and there is always a name: somebody may come to it while it is emptied.
        for slot in [
            &self.defaults,
            &self.kw_defaults,
            &self.closure,
            &self.doc,
            &self.dict,
            &self.annotations,
            &self.annotate,
            &self.type_params,
            &self.module,
            &self.globals,
            &self.builtins,
        ] {
            slot.clear(clearer);
        }
        if let Some(cx) = Cx::try_current() {
            for slot in [&self.name, &self.qualname] {
                slot.replace(cx.names.empty_str().clone()).release_later(clearer);
            }
        }
    }
}

impl PyFunction {
    fn slots(&self) -> [(&'static str, &Slot); 14] {
        [
            ("__code__", &self.code),
            ("__globals__", &self.globals),
            ("__builtins__", &self.builtins),
            ("__defaults__", &self.defaults),
            ("__kwdefaults__", &self.kw_defaults),
            ("__closure__", &self.closure),
            ("__name__", &self.name),
            ("__qualname__", &self.qualname),
            ("__module__", &self.module),
            ("__doc__", &self.doc),
            ("__dict__", &self.dict),
            ("__annotations__", &self.annotations),
            ("__annotate__", &self.annotate),
            ("__type_params__", &self.type_params),
        ]
    }

    /// Its code.
    #[inline(always)]
    pub fn code(&self) -> &PyCode {
        // SAFETY: always a code object; who sets `__code__` keeps the old one alive while a frame runs it.
        unsafe { self.code.peek().cast::<PyCode>() }
    }

    /// Its globals.
    #[inline(always)]
    pub fn globals(&self) -> Option<&PyDict> {
        // SAFETY: set when the function was made; emptied only when it is garbage.
        unsafe { self.globals.peek().downcast::<PyDict>() }
    }

    /// Its builtins.
    #[inline(always)]
    pub fn builtins(&self) -> Option<&PyDict> {
        // SAFETY: as above.
        unsafe { self.builtins.peek().downcast::<PyDict>() }
    }
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    Vm::of(cx).call_function(this, args)
}

fn get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    match object {
        Some(object) => Ok(cx.bound_method(this.clone(), object.clone())?.into_value()),
        None => Ok(this.clone()),
    }
}

/// A function of this code in these globals.
///
/// # Errors
/// MemoryError.
pub fn function(cx: &Cx, code: Value, globals: &Value) -> R<Obj<PyFunction>> {
    let (name, qualname, doc) = {
        // SAFETY: the caller gives a code object.
        let it = unsafe { code.cast::<PyCode>() };
        let doc = match it.code.has(adder_compiler::code::flag::HAS_DOCSTRING) {
            true => it.constants[0].clone(),
            false => Value::none(),
        };
        (it.name.clone(), it.qualname.clone(), doc)
    };
    let vm = Vm::of(cx);
    let (module, builtins) = match globals.downcast::<PyDict>() {
        Some(dict) => {
            let module = dict.get(cx, cx.names.name())?.unwrap_or_else(Value::none);
            (module, vm.builtins_of(dict)?)
        }
        None => (Value::none(), vm.builtins.get()),
    };
    cx.alloc(PyFunction {
        head: unborn(),
        code: Slot::new(code),
        globals: Slot::new(globals.clone()),
        builtins: Slot::new(builtins),
        defaults: Slot::empty(),
        kw_defaults: Slot::empty(),
        closure: Slot::empty(),
        name: Slot::new(name),
        qualname: Slot::new(qualname),
        module: Slot::new(module),
        doc: Slot::new(doc),
        dict: Slot::empty(),
        annotations: Slot::empty(),
        annotate: Slot::empty(),
        type_params: Slot::empty(),
        version: Cell::new(0),
    })
}
