//! Exceptions: the layout of BaseException, and the built-in classes.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Layout of an exception (C's `PyBaseExceptionObject`).
#[repr(C)]
pub struct PyBaseException {
    head: Head,
    /// The instance's dict, or nothing.
    pub dict: Slot,
    /// `args`, a tuple.
    pub args: Slot,
    /// `__notes__`, if there are any.
    pub notes: Slot,
    /// `__traceback__`
    pub traceback: Slot,
    /// `__context__`
    pub context: Slot,
    /// `__cause__`
    pub cause: Slot,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
}

// SAFETY: begins with a head; types with the flag derive from BaseException.
unsafe impl Layout for PyBaseException {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &BASE_EXCEPTION
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::EXCEPTION)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for (_, slot) in self.slots() {
            slot.clear(clearer);
        }
    }
}

impl PyBaseException {
    /// The fields of a new exception with these arguments (a tuple).
    pub fn fields(args: Value) -> PyBaseException {
        PyBaseException {
            head: unborn(),
            dict: Slot::empty(),
            args: Slot::new(args),
            notes: Slot::empty(),
            traceback: Slot::empty(),
            context: Slot::empty(),
            cause: Slot::empty(),
            suppress_context: Cell::new(false),
        }
    }

    fn slots(&self) -> [(&'static str, &Slot); 6] {
        [
            ("__dict__", &self.dict),
            ("args", &self.args),
            ("__notes__", &self.notes),
            ("__traceback__", &self.traceback),
            ("__context__", &self.context),
            ("__cause__", &self.cause),
        ]
    }
}

macro_rules! exceptions {
    ($($(#[$doc:meta])* $ty:ident $spec:ident $name:literal $base:ident;)*) => {
        $(
            $(#[$doc])*
            pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
            static $spec: Spec = Spec {
                doc: None,
                flags: flag::GC | flag::BASE | flag::EXCEPTION,
                size: size_of::<PyBaseException>(),
                dict_offset: core::mem::offset_of!(PyBaseException, dict),
                weak: false,
                functions: functions::<PyBaseException>(true, true),
                ..Spec::new($name, &$base)
            };
        )*

        /// The plain exception types.
        pub(crate) static PLAIN: &[&TypeObject] = &[$(&$ty,)*];
    };
}

/// `BaseException`
pub static BASE_EXCEPTION: TypeObject = TypeObject::builtin(&BASE_EXCEPTION_SPEC, &raw const BASE_EXCEPTION);
static BASE_EXCEPTION_SPEC: Spec = Spec {
    flags: flag::GC | flag::BASE | flag::EXCEPTION,
    size: size_of::<PyBaseException>(),
    dict_offset: core::mem::offset_of!(PyBaseException, dict),
    functions: functions::<PyBaseException>(true, true),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    ..Spec::new("BaseException", &OBJECT_TYPE)
};

exceptions! {
    /// `Exception`
    EXCEPTION EXCEPTION_SPEC "Exception" BASE_EXCEPTION;
    /// `TypeError`
    TYPE_ERROR TYPE_ERROR_SPEC "TypeError" EXCEPTION;
    /// `ValueError`
    VALUE_ERROR VALUE_ERROR_SPEC "ValueError" EXCEPTION;
    /// `LookupError`
    LOOKUP_ERROR LOOKUP_ERROR_SPEC "LookupError" EXCEPTION;
    /// `KeyError`
    KEY_ERROR KEY_ERROR_SPEC "KeyError" LOOKUP_ERROR;
    /// `IndexError`
    INDEX_ERROR INDEX_ERROR_SPEC "IndexError" LOOKUP_ERROR;
    /// `AttributeError`
    ATTRIBUTE_ERROR ATTRIBUTE_ERROR_SPEC "AttributeError" EXCEPTION;
    /// `NameError`
    NAME_ERROR NAME_ERROR_SPEC "NameError" EXCEPTION;
    /// `UnboundLocalError`
    UNBOUND_LOCAL_ERROR UNBOUND_LOCAL_ERROR_SPEC "UnboundLocalError" NAME_ERROR;
    /// `ArithmeticError`
    ARITHMETIC_ERROR ARITHMETIC_ERROR_SPEC "ArithmeticError" EXCEPTION;
    /// `OverflowError`
    OVERFLOW_ERROR OVERFLOW_ERROR_SPEC "OverflowError" ARITHMETIC_ERROR;
    /// `ZeroDivisionError`
    ZERO_DIVISION_ERROR ZERO_DIVISION_ERROR_SPEC "ZeroDivisionError" ARITHMETIC_ERROR;
    /// `FloatingPointError`
    FLOATING_POINT_ERROR FLOATING_POINT_ERROR_SPEC "FloatingPointError" ARITHMETIC_ERROR;
    /// `RuntimeError`
    RUNTIME_ERROR RUNTIME_ERROR_SPEC "RuntimeError" EXCEPTION;
    /// `RecursionError`
    RECURSION_ERROR RECURSION_ERROR_SPEC "RecursionError" RUNTIME_ERROR;
    /// `NotImplementedError`
    NOT_IMPLEMENTED_ERROR NOT_IMPLEMENTED_ERROR_SPEC "NotImplementedError" RUNTIME_ERROR;
    /// `PythonFinalizationError`
    PYTHON_FINALIZATION_ERROR PYTHON_FINALIZATION_ERROR_SPEC "PythonFinalizationError" RUNTIME_ERROR;
    /// `MemoryError`
    MEMORY_ERROR MEMORY_ERROR_SPEC "MemoryError" EXCEPTION;
    /// `ReferenceError`
    REFERENCE_ERROR REFERENCE_ERROR_SPEC "ReferenceError" EXCEPTION;
    /// `AssertionError`
    ASSERTION_ERROR ASSERTION_ERROR_SPEC "AssertionError" EXCEPTION;
    /// `BufferError`
    BUFFER_ERROR BUFFER_ERROR_SPEC "BufferError" EXCEPTION;
    /// `EOFError`
    EOF_ERROR EOF_ERROR_SPEC "EOFError" EXCEPTION;
    /// `SystemError`
    SYSTEM_ERROR SYSTEM_ERROR_SPEC "SystemError" EXCEPTION;
    /// `StopIteration`
    STOP_ITERATION STOP_ITERATION_SPEC "StopIteration" EXCEPTION;
    /// `StopAsyncIteration`
    STOP_ASYNC_ITERATION STOP_ASYNC_ITERATION_SPEC "StopAsyncIteration" EXCEPTION;
    /// `GeneratorExit`
    GENERATOR_EXIT GENERATOR_EXIT_SPEC "GeneratorExit" BASE_EXCEPTION;
    /// `KeyboardInterrupt`
    KEYBOARD_INTERRUPT KEYBOARD_INTERRUPT_SPEC "KeyboardInterrupt" BASE_EXCEPTION;
    /// `SystemExit`
    SYSTEM_EXIT SYSTEM_EXIT_SPEC "SystemExit" BASE_EXCEPTION;
    /// `ImportError`
    IMPORT_ERROR IMPORT_ERROR_SPEC "ImportError" EXCEPTION;
    /// `ModuleNotFoundError`
    MODULE_NOT_FOUND_ERROR MODULE_NOT_FOUND_ERROR_SPEC "ModuleNotFoundError" IMPORT_ERROR;
    /// `OSError`
    OS_ERROR OS_ERROR_SPEC "OSError" EXCEPTION;
    /// `SyntaxError`
    SYNTAX_ERROR SYNTAX_ERROR_SPEC "SyntaxError" EXCEPTION;
    /// `IndentationError`
    INDENTATION_ERROR INDENTATION_ERROR_SPEC "IndentationError" SYNTAX_ERROR;
    /// `TabError`
    TAB_ERROR TAB_ERROR_SPEC "TabError" INDENTATION_ERROR;
    /// `UnicodeError`
    UNICODE_ERROR UNICODE_ERROR_SPEC "UnicodeError" VALUE_ERROR;
    /// `UnicodeEncodeError`
    UNICODE_ENCODE_ERROR UNICODE_ENCODE_ERROR_SPEC "UnicodeEncodeError" UNICODE_ERROR;
    /// `UnicodeDecodeError`
    UNICODE_DECODE_ERROR UNICODE_DECODE_ERROR_SPEC "UnicodeDecodeError" UNICODE_ERROR;
    /// `UnicodeTranslateError`
    UNICODE_TRANSLATE_ERROR UNICODE_TRANSLATE_ERROR_SPEC "UnicodeTranslateError" UNICODE_ERROR;
    /// `Warning`
    WARNING WARNING_SPEC "Warning" EXCEPTION;
    /// `DeprecationWarning`
    DEPRECATION_WARNING DEPRECATION_WARNING_SPEC "DeprecationWarning" WARNING;
    /// `PendingDeprecationWarning`
    PENDING_DEPRECATION_WARNING PENDING_DEPRECATION_WARNING_SPEC "PendingDeprecationWarning" WARNING;
    /// `RuntimeWarning`
    RUNTIME_WARNING RUNTIME_WARNING_SPEC "RuntimeWarning" WARNING;
    /// `SyntaxWarning`
    SYNTAX_WARNING SYNTAX_WARNING_SPEC "SyntaxWarning" WARNING;
    /// `UserWarning`
    USER_WARNING USER_WARNING_SPEC "UserWarning" WARNING;
    /// `FutureWarning`
    FUTURE_WARNING FUTURE_WARNING_SPEC "FutureWarning" WARNING;
    /// `ImportWarning`
    IMPORT_WARNING IMPORT_WARNING_SPEC "ImportWarning" WARNING;
    /// `UnicodeWarning`
    UNICODE_WARNING UNICODE_WARNING_SPEC "UnicodeWarning" WARNING;
    /// `BytesWarning`
    BYTES_WARNING BYTES_WARNING_SPEC "BytesWarning" WARNING;
    /// `ResourceWarning`
    RESOURCE_WARNING RESOURCE_WARNING_SPEC "ResourceWarning" WARNING;
    /// `EncodingWarning`
    ENCODING_WARNING ENCODING_WARNING_SPEC "EncodingWarning" WARNING;
}

/// An instance of an exception class made by its slots.
pub(crate) fn instance(cx: &Cx, class: &TypeObject, args: &[Value]) -> R {
    let args = Args::positional(args);
    let Some(make) = class.slots.new.get() else { return Err(cx.no_memory()) };
    let made = make(cx, class, args)?;
    if let Some(init) = class.slots.init.get() {
        init(cx, &made, args)?;
    }
    Ok(made)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let given = cx.tuple(args.given().iter().cloned())?;
    Ok(cx.alloc_in(class, PyBaseException::fields(given.into_value()))?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    args.no_keywords(cx, this.ty().name())?;
    // SAFETY: called for exceptions.
    let this = unsafe { this.cast::<PyBaseException>() };
    this.args.set(cx.tuple(args.given().iter().cloned())?.into_value());
    Ok(())
}

pub(crate) fn no_attribute(cx: &Cx, object: &Value, name: &Value) -> Raised {
    let name_text = name.downcast::<crate::str::PyStr>().map(|n| n.to_lossy().into_owned()).unwrap_or_default();
    if let Some(ty) = object.downcast::<TypeObject>() {
        return cx.error(&ATTRIBUTE_ERROR, format_args!("type object '{}' has no attribute '{name_text}'", ty.name()));
    }
    cx.error(&ATTRIBUTE_ERROR, format_args!("'{}' object has no attribute '{name_text}'", object.ty().name()))
}
