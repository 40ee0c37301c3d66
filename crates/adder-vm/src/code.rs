//! Code objects: what the compiler gave, with its constants made into objects.

use core::cell::UnsafeCell;
use std::sync::Arc;

use adder_compiler::Code;
use adder_compiler::code::LocalKind;
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

/// Layout of a code object.
#[repr(C)]
pub struct PyCode {
    head: Head,
    /// What the compiler gave.
    pub code: Arc<Code>,
    /// The instructions, with the machine's inline caches among them.
    words: Box<[UnsafeCell<u64>]>,
    /// The constants as objects.
    pub constants: Box<[Value]>,
    /// The names, interned.
    pub names: Box<[Value]>,
    /// Names of the locals, interned, in the order of the registers.
    pub local_names: Box<[Value]>,
    /// Local registers.
    pub locals: usize,
    /// Registers in all.
    pub registers: usize,
    /// Registers that a generator keeps while it is stopped, at most.
    pub stopped: usize,
    /// First register of a cell of an enclosing function.
    pub free_start: usize,
    /// Parameters that may be given by position.
    pub arg_count: usize,
    /// Registers of all parameters, `*args` and `**kwargs` included.
    pub parameters: usize,
    /// Bits of `adder_compiler::code::flag`.
    pub flags: u32,
    /// Takes exactly its positional parameters: a call with as many arguments needs no binding.
    pub plain: bool,
    /// It stands for what CPython has written in C: its frames are not in tracebacks.
    pub native: bool,
    /// `co_name`
    pub name: Value,
    /// `co_qualname`
    pub qualname: Value,
    /// `co_filename`
    pub filename: Value,
    /// `co_extra` and the like: made on demand.
    pub extra: Slot,
}

/// `code`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyCode_Type")]
pub static CODE_TYPE: TypeObject = TypeObject::builtin(&CODE_SPEC, &raw const CODE_TYPE);
static CODE_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PyCode>(),
    weak: true,
    functions: functions::<PyCode>(true, true),
    slots: Slots {
        new: slot(crate::code_parts::new),
        repr: slot(crate::code_attributes::repr),
        compare: slot(crate::code_attributes::compare),
        hash: slot(crate::code_attributes::hash),
        ..Slots::NONE
    },
    methods: crate::code_attributes::METHODS,
    getset: crate::code_attributes::GETSET,
    ..Spec::new("code", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyCode {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &CODE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for value in self.constants.iter().chain(&self.names).chain(&self.local_names) {
            value.trace(tracer);
        }
        for value in [&self.name, &self.qualname, &self.filename] {
            value.trace(tracer);
        }
        self.extra.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.extra.clear(clearer);
    }
}

impl PyCode {
    /// Where its instructions begin.
    #[inline(always)]
    pub fn start(&self) -> *mut u64 {
        self.words.as_ptr().cast_mut().cast()
    }

    /// The number of the word at an address in its instructions.
    #[inline]
    pub fn word_at(&self, ip: *const u64) -> u32 {
        // Addresses in one allocation.
        ((ip.addr() - self.start().addr()) / 8) as u32
    }

    /// Is it the code of a module (or of what `exec` and `eval` compile)?
    pub(crate) fn is_module(&self) -> bool {
        self.code.name.starts_with('<') && &*self.code.name == "<module>"
    }

    /// Has it one of these flags?
    #[inline(always)]
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }
}

/// Is it a part of a built-in module that is written in Python, or of what such a module takes from the library?
fn is_native(code: &Code) -> bool {
    let Some(path) = code.filename.strip_prefix(crate::finder::LIBRARY).and_then(|path| path.strip_prefix('/')) else {
        return false;
    };
    match path {
        "_py_warnings.py" => matches!(&*code.qualname, "warn" | "warn_explicit"),
        _ => path.starts_with("_builtin/"),
    }
}

/// A code object of what the compiler gave, and of all code in its constants.
///
/// # Errors
/// MemoryError.
pub fn code_object(cx: &Cx, code: &Arc<Code>) -> R<Obj<PyCode>> {
    code_object_with(cx, code, None)
}

/// The same with other constants, as many as the code has.
///
/// # Errors
/// ValueError if there are fewer; MemoryError.
pub fn code_object_with(cx: &Cx, code: &Arc<Code>, constants: Option<&PyTuple>) -> R<Obj<PyCode>> {
    use adder_compiler::code::flag as co;
    let constants = match constants {
        Some(given) if given.items().len() < code.constants.len() => {
            return raise!(cx, exc::VALUE_ERROR, "code: too few constants");
        }
        Some(given) => given.items().to_vec().into_boxed_slice(),
        None => code.constants.iter().map(|c| crate::constants::object(cx, c)).collect::<R<Box<[Value]>>>()?,
    };
    let names = code.names.iter().map(|n| cx.intern(n)).collect::<R<Box<[Value]>>>()?;
    let local_names = code.locals.iter().map(|l| cx.intern(&l.name)).collect::<R<Box<[Value]>>>()?;
    let free_start = code.locals.iter().position(|l| l.kind == LocalKind::Free).unwrap_or(code.locals.len());
    let fields = PyCode {
        head: unborn(),
        words: code.words.iter().map(|&w| UnsafeCell::new(w)).collect(),
        constants,
        names,
        local_names,
        locals: code.locals.len(),
        registers: usize::from(code.registers).max(code.locals.len()),
        stopped: code.locals.len() + code.live.iter().map(|(_, live)| live.len()).max().unwrap_or(0),
        free_start,
        arg_count: usize::from(code.arg_count),
        parameters: code.parameters(),
        flags: code.flags,
        plain: code.keyword_only == 0 && !code.has(co::VARARGS | co::VARKEYWORDS),
        native: is_native(code),
        name: cx.intern(&code.name)?,
        qualname: cx.intern(&code.qualname)?,
        filename: cx.intern(&code.filename)?,
        extra: Slot::empty(),
        code: Arc::clone(code),
    };
    cx.alloc(fields)
}
