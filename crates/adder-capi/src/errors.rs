//! `PyErr_*`: the error indicator, as C sets and reads it.

use core::ffi::{c_char, c_int};
use std::ffi::CStr;

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::{Cx, R, Raised, Value, raise};

use crate::border::{Borrowed, Lent, NewPlace, Nothing, OwnedPlace, Stolen};
use crate::contract::api;
use crate::indicator;

/// An exception of a class and a value: the value itself if it is an instance, else what the class makes of it.
pub fn instance_of(cx: &Cx, class: &Value, value: Option<&Value>) -> R {
    if !exc::is_exception_class(class) {
        if class.is_instance(&exc::BASE_EXCEPTION) {
            return Ok(class.clone());
        }
        let shown = cx.repr(class)?.to_lossy().into_owned();
        return raise!(cx, exc::SYSTEM_ERROR, "_PyErr_SetObject: exception {shown} is not a BaseException subclass");
    }
    match value {
        Some(value) if cx.is_instance(value, class)? => Ok(value.clone()),
        None => cx.call(class, &[]),
        Some(value) if value.is_none() => cx.call(class, &[]),
        Some(value) => match value.downcast::<adder_objects::tuple::PyTuple>() {
            Some(args) => cx.call(class, args.items()),
            None => cx.call(class, core::slice::from_ref(value)),
        },
    }
}

/// Sets the indicator to an exception; what is being handled becomes its context.
fn set(cx: &Cx, exception: Value) {
    if let Some(handled) = cx.handling() {
        exc::set_context(&exception, &handled);
    }
    indicator::set(Raised::new(exception));
}

/// Text of C's, what is not UTF-8 in it replaced.
///
/// # Safety
/// A text that ends with a zero, or NULL.
pub unsafe fn text_of(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: by the contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

api! {
    /// Sets an exception of a class with a text.
    runs fn PyErr_SetString(cx, class: Borrowed, text: *const c_char) -> Nothing {
        // SAFETY: the contract: a text.
        let text = cx.str_value(&unsafe { text_of(text) })?;
        set(cx, instance_of(cx, &class, Some(&text))?);
        Ok(Nothing)
    }

    /// Sets an exception of a class with a value.
    runs fn PyErr_SetObject(cx, class: Borrowed, value: Option<Borrowed>) -> Nothing {
        set(cx, instance_of(cx, &class, value.as_deref())?);
        Ok(Nothing)
    }

    /// Sets an exception of a class without a value.
    runs fn PyErr_SetNone(cx, class: Borrowed) -> Nothing {
        set(cx, instance_of(cx, &class, None)?);
        Ok(Nothing)
    }

    /// Sets MemoryError; gives NULL.
    quiet fn PyErr_NoMemory(cx) -> Option<Value> {
        Err(cx.no_memory())
    }

    /// Sets TypeError for an argument of the wrong type; gives 0.
    quiet fn PyErr_BadArgument(cx) -> c_int {
        indicator::set(cx.type_error(format_args!("bad argument type for built-in operation")));
        Ok(0)
    }

    /// The class of the exception that is set, or NULL.
    quiet fn PyErr_Occurred(cx) -> Lent {
        let _ = cx;
        Ok(indicator::with(|set| set.map_or(Lent::NULL, |exception| Lent::of_type(exception.ty()))))
    }

    /// Forgets what is set.
    runs fn PyErr_Clear(cx) -> Nothing {
        let _ = cx;
        drop(indicator::take());
        Ok(Nothing)
    }

    /// Takes the exception that is set; NULL if there is none.
    quiet fn PyErr_GetRaisedException(cx) -> Option<Value> {
        let _ = cx;
        Ok(indicator::take().map(Raised::into_value))
    }

    /// Is what is set of a class, or of one of a tuple of classes?
    runs fn PyErr_ExceptionMatches(cx, class: Borrowed) -> bool {
        let Some(raised) = indicator::take() else { return Ok(false) };
        let matches = exc::matches(cx, raised.value(), &class);
        indicator::set(raised);
        matches
    }

    /// Is an exception (or a class) of a class, or of one of a tuple of classes?
    runs fn PyErr_GivenExceptionMatches(cx, given: Option<Borrowed>, class: Option<Borrowed>) -> bool {
        let (Some(given), Some(class)) = (given, class) else { return Ok(false) };
        if let Some(classes) = class.downcast::<adder_objects::tuple::PyTuple>() {
            for class in classes.items() {
                if given_matches(&given, class) {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let _ = cx;
        Ok(given_matches(&given, &class))
    }

    /// Reports what is set as an exception that nobody can catch.
    runs fn PyErr_WriteUnraisable(cx, object: Option<Borrowed>) -> Nothing {
        if let Some(raised) = indicator::take() {
            cx.unraisable(raised, None, object.as_deref());
        }
        Ok(Nothing)
    }

    /// Makes an exception class: its full name, its bases (a class or a tuple), its namespace.
    runs fn PyErr_NewException(cx, name: *const c_char, base: Option<Borrowed>, namespace: Option<Borrowed>) -> Value {
        // SAFETY: the contract: a text.
        new_class(cx, &unsafe { text_of(name) }, None, base.as_deref(), namespace.as_deref())
    }

    /// The same with a documentation.
    runs fn PyErr_NewExceptionWithDoc(
        cx,
        name: *const c_char,
        doc: *const c_char,
        base: Option<Borrowed>,
        namespace: Option<Borrowed>,
    ) -> Value {
        // SAFETY: the contract: texts.
        let (name, doc) = unsafe { (text_of(name), (!doc.is_null()).then(|| text_of(doc))) };
        new_class(cx, &name, doc.as_deref(), base.as_deref(), namespace.as_deref())
    }

    /// KeyboardInterrupt, if a signal says so.
    runs fn PyErr_CheckSignals(cx) -> () {
        adder_vm::Vm::of(cx).check_signals()
    }

    /// Sets the traceback of an exception.
    quiet fn PyException_SetTraceback(cx, exception: Borrowed, traceback: Borrowed) -> () {
        let Some(base) = exception.downcast::<PyBaseException>() else {
            return Err(crate::border::bad_call(cx, "PyException_SetTraceback"));
        };
        if !traceback.is_none() && traceback.downcast::<adder_vm::traceback::PyTraceback>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "__traceback__ must be a traceback or None");
        }
        base.traceback.set(if traceback.is_none() { Value::UNSET } else { traceback.to_owned() });
        Ok(())
    }

    /// The traceback of an exception, or NULL.
    quiet fn PyException_GetTraceback(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.traceback.try_get()))
    }

    /// The cause of an exception, or NULL.
    quiet fn PyException_GetCause(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.cause.try_get()))
    }

    /// The context of an exception, or NULL.
    quiet fn PyException_GetContext(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.context.try_get()))
    }

    /// Sets the cause of an exception.
    runs fn PyException_SetCause(cx, exception: Borrowed, cause: Option<Stolen>) -> Nothing {
        let _ = cx;
        if let Some(base) = exception.downcast::<PyBaseException>() {
            base.suppress_context.set(true);
            base.cause.set(cause.map_or(Value::UNSET, |cause| cause.0));
        }
        Ok(Nothing)
    }

    /// Sets the context of an exception.
    runs fn PyException_SetContext(cx, exception: Borrowed, context: Option<Stolen>) -> Nothing {
        let _ = cx;
        if let Some(base) = exception.downcast::<PyBaseException>() {
            base.context.set(context.map_or(Value::UNSET, |context| context.0));
        }
        Ok(Nothing)
    }

    /// Sets what was taken; NULL clears.
    runs fn PyErr_SetRaisedException(cx, exception: Option<Stolen>) -> Nothing {
        let _ = cx;
        match exception {
            Some(exception) => indicator::set(Raised::new(exception.0)),
            None => drop(indicator::take()),
        }
        Ok(Nothing)
    }

    /// Takes class, value and traceback of what is set.
    quiet fn PyErr_Fetch(cx, class: NewPlace, value: NewPlace, traceback: NewPlace) -> Nothing {
        let parts = match indicator::take() {
            None => [None, None, None],
            Some(raised) => {
                let exception = raised.into_value();
                let traceback = exception.downcast::<PyBaseException>().and_then(|base| base.traceback.try_get());
                [Some(exception.ty().value()), Some(exception), traceback]
            }
        };
        for (place, part) in [class, value, traceback].into_iter().zip(parts) {
            place.put(cx, part)?;
        }
        Ok(Nothing)
    }

    /// Sets class, value and traceback as [`PyErr_Fetch`] gave them.
    runs fn PyErr_Restore(cx, class: Option<Stolen>, value: Option<Stolen>, traceback: Option<Stolen>) -> Nothing {
        let Some(Stolen(class)) = class else {
            drop(indicator::take());
            return Ok(Nothing);
        };
        let exception = instance_of(cx, &class, value.as_ref().map(|value| &value.0))?;
        if let (Some(base), Some(traceback)) = (exception.downcast::<PyBaseException>(), traceback) {
            base.traceback.set(if traceback.0.is_none() { Value::UNSET } else { traceback.0 });
        }
        indicator::set(Raised::new(exception));
        Ok(Nothing)
    }

    /// Makes an instance of what [`PyErr_Fetch`] gave. It always is one here already, unless C changed it.
    runs fn PyErr_NormalizeException(cx, class: OwnedPlace, value: OwnedPlace, traceback: OwnedPlace) -> Nothing {
        let _ = traceback;
        let Some(given) = class.borrow() else { return Ok(Nothing) };
        let made = instance_of(cx, &given, value.borrow().as_deref())?;
        let ty = made.ty().value();
        value.replace(cx, made)?;
        class.replace(cx, ty)?;
        Ok(Nothing)
    }

    /// `PyErr_BadInternalCall`, with the place.
    quiet fn _PyErr_BadInternalCall(cx, file: *const c_char, line: c_int) -> Nothing {
        // SAFETY: the contract: a text.
        let file = unsafe { text_of(file) };
        Err(cx.error(&exc::SYSTEM_ERROR, format_args!("{file}:{line}: bad argument to internal function")))
    }
}

fn given_matches(given: &Value, class: &Value) -> bool {
    use adder_objects::TypeObject;
    match (given.downcast::<TypeObject>(), class.downcast::<TypeObject>()) {
        (Some(given), Some(class)) => given.is_subtype(class),
        (None, Some(class)) => given.is_instance(class),
        _ => given.is(class),
    }
}

fn new_class(cx: &Cx, name: &str, doc: Option<&str>, base: Option<&Value>, namespace: Option<&Value>) -> R {
    let Some((module, short)) = name.rsplit_once('.') else {
        return raise!(cx, exc::SYSTEM_ERROR, "PyErr_NewException: name must be module.class");
    };
    let dict = match namespace.and_then(|n| n.downcast::<adder_objects::dict::PyDict>()) {
        Some(given) => given.copy(cx)?,
        None => cx.dict()?,
    };
    if dict.get(cx, cx.names.module())?.is_none() {
        dict.set(cx, cx.names.module(), cx.str_value(module)?)?;
    }
    if let Some(doc) = doc {
        dict.set(cx, cx.names.doc(), cx.str_value(doc)?)?;
    }
    let bases = match base {
        None => cx.tuple([exc::EXCEPTION.value()])?,
        Some(base) if base.downcast::<adder_objects::tuple::PyTuple>().is_some() => cx.tuple_of(base)?,
        Some(base) => cx.tuple([base.clone()])?,
    };
    let meta = adder_objects::typeobject::TYPE_TYPE.value();
    cx.call(&meta, &[cx.str_value(short)?, bases.into_value(), dict.into_value()])
}

/// The built-in exception classes: pointers, as C has them.
macro_rules! classes {
    ($($name:ident = $class:ident;)*) => {$(
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_upper_case_globals, missing_docs, reason = "C's names")]
        pub static $name: Class = Class(&raw const exc::$class);
    )*};
}

/// A pointer to a class that is a static of the process.
#[repr(transparent)]
#[derive(Debug)]
pub struct Class(*const adder_objects::TypeObject);
// SAFETY: built-in types are shared.
unsafe impl Sync for Class {}

classes! {
    PyExc_BaseException = BASE_EXCEPTION; PyExc_Exception = EXCEPTION; PyExc_TypeError = TYPE_ERROR;
    PyExc_ValueError = VALUE_ERROR; PyExc_LookupError = LOOKUP_ERROR; PyExc_IndexError = INDEX_ERROR;
    PyExc_KeyError = KEY_ERROR; PyExc_ArithmeticError = ARITHMETIC_ERROR; PyExc_OverflowError = OVERFLOW_ERROR;
    PyExc_ZeroDivisionError = ZERO_DIVISION_ERROR; PyExc_FloatingPointError = FLOATING_POINT_ERROR;
    PyExc_RuntimeError = RUNTIME_ERROR; PyExc_RecursionError = RECURSION_ERROR;
    PyExc_NotImplementedError = NOT_IMPLEMENTED_ERROR; PyExc_MemoryError = MEMORY_ERROR;
    PyExc_ReferenceError = REFERENCE_ERROR; PyExc_AssertionError = ASSERTION_ERROR; PyExc_BufferError = BUFFER_ERROR;
    PyExc_EOFError = EOF_ERROR; PyExc_SystemError = SYSTEM_ERROR; PyExc_StopAsyncIteration = STOP_ASYNC_ITERATION;
    PyExc_StopIteration = STOP_ITERATION; PyExc_GeneratorExit = GENERATOR_EXIT;
    PyExc_KeyboardInterrupt = KEYBOARD_INTERRUPT; PyExc_SystemExit = SYSTEM_EXIT; PyExc_UnicodeError = UNICODE_ERROR;
    PyExc_UnicodeEncodeError = UNICODE_ENCODE_ERROR; PyExc_UnicodeDecodeError = UNICODE_DECODE_ERROR;
    PyExc_UnicodeTranslateError = UNICODE_TRANSLATE_ERROR; PyExc_AttributeError = ATTRIBUTE_ERROR;
    PyExc_ImportError = IMPORT_ERROR; PyExc_ModuleNotFoundError = MODULE_NOT_FOUND_ERROR; PyExc_NameError = NAME_ERROR;
    PyExc_UnboundLocalError = UNBOUND_LOCAL_ERROR; PyExc_SyntaxError = SYNTAX_ERROR;
    PyExc_IndentationError = INDENTATION_ERROR; PyExc_TabError = TAB_ERROR; PyExc_OSError = OS_ERROR;
    PyExc_IOError = OS_ERROR; PyExc_EnvironmentError = OS_ERROR; PyExc_BlockingIOError = BLOCKING_IO_ERROR;
    PyExc_ChildProcessError = CHILD_PROCESS_ERROR; PyExc_ConnectionError = CONNECTION_ERROR;
    PyExc_BrokenPipeError = BROKEN_PIPE_ERROR; PyExc_ConnectionAbortedError = CONNECTION_ABORTED_ERROR;
    PyExc_ConnectionRefusedError = CONNECTION_REFUSED_ERROR; PyExc_ConnectionResetError = CONNECTION_RESET_ERROR;
    PyExc_FileExistsError = FILE_EXISTS_ERROR; PyExc_FileNotFoundError = FILE_NOT_FOUND_ERROR;
    PyExc_IsADirectoryError = IS_A_DIRECTORY_ERROR; PyExc_NotADirectoryError = NOT_A_DIRECTORY_ERROR;
    PyExc_InterruptedError = INTERRUPTED_ERROR; PyExc_PermissionError = PERMISSION_ERROR;
    PyExc_ProcessLookupError = PROCESS_LOOKUP_ERROR; PyExc_TimeoutError = TIMEOUT_ERROR; PyExc_Warning = WARNING;
    PyExc_UserWarning = USER_WARNING; PyExc_DeprecationWarning = DEPRECATION_WARNING;
    PyExc_PendingDeprecationWarning = PENDING_DEPRECATION_WARNING; PyExc_SyntaxWarning = SYNTAX_WARNING;
    PyExc_RuntimeWarning = RUNTIME_WARNING; PyExc_FutureWarning = FUTURE_WARNING; PyExc_ImportWarning = IMPORT_WARNING;
    PyExc_UnicodeWarning = UNICODE_WARNING; PyExc_BytesWarning = BYTES_WARNING; PyExc_ResourceWarning = RESOURCE_WARNING;
    PyExc_EncodingWarning = ENCODING_WARNING; PyExc_BaseExceptionGroup = BASE_EXCEPTION_GROUP;
}
