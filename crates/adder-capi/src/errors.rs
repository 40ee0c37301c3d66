//! `PyErr_*`: the error indicator, as C sets and reads it.

use core::ffi::{c_char, c_int};
use std::ffi::CStr;

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, R, Raised, Value, raise};

use crate::border::{Borrowed, Lent, NewPlace, Nothing, Null, OwnedPlace, Stolen, bad_call};
use crate::contract::{api, without_interpreter};
use crate::indicator;

/// An exception of a class and a value: the value itself if it is an instance, else what the class makes of it.
pub fn instance_of(cx: &Cx, class: &Value, value: Option<&Value>) -> R {
    if !exc::is_exception_class(class) {
        if class.is_instance(&exc::BASE_EXCEPTION) {
            return Ok(class.clone());
        }
        return not_a_class(cx, class);
    }
    let made = match value {
        Some(value) if cx.is_instance(value, class)? => return Ok(value.clone()),
        None => cx.call(class, &[]),
        Some(value) if value.is_none() => cx.call(class, &[]),
        Some(value) => match value.downcast::<PyTuple>() {
            Some(args) => cx.call(class, args.items()),
            None => cx.call(class, core::slice::from_ref(value)),
        },
    }?;
    if made.downcast::<PyBaseException>().is_none() {
        let (class, name) = (cx.repr(class)?, made.ty().name());
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "calling {} should have returned an instance of BaseException, not {name}",
            class.to_lossy()
        );
    }
    Ok(made)
}

#[cold]
fn not_a_class<T>(cx: &Cx, class: &Value) -> R<T> {
    let shown = cx.repr(class)?.to_lossy().into_owned();
    raise!(cx, exc::SYSTEM_ERROR, "_PyErr_SetObject: exception {shown} is not a BaseException subclass")
}

/// An exception of a class and a value, to be set; what is being handled becomes its context.
///
/// # Errors
/// SystemError if it is no exception class; what the class raises.
pub fn raised(cx: &Cx, class: &Value, value: Option<&Value>) -> R<Raised> {
    if !exc::is_exception_class(class) {
        return not_a_class(cx, class);
    }
    let exception = instance_of(cx, class, value)?;
    if let Some(handled) = cx.handling() {
        exc::set_context(&exception, &handled);
    }
    Ok(Raised::new(exception))
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

/// The bytes of a text of C's.
///
/// # Safety
/// A text that ends with a zero and is not changed, or NULL.
pub unsafe fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: by the contract.
    if text.is_null() { &[] } else { unsafe { CStr::from_ptr(text) }.to_bytes() }
}

api! {
    /// Sets an exception of a class with a text.
    runs fn PyErr_SetString(cx, class: Borrowed, text: *const c_char) -> Nothing {
        // SAFETY: the contract: a text.
        let text = crate::text::decode(cx, unsafe { bytes_of(text) })?;
        Err(raised(cx, &class, Some(&text))?)
    }

    /// Sets an exception of a class with a value.
    runs fn PyErr_SetObject(cx, class: Borrowed, value: Option<Borrowed>) -> Nothing {
        Err(raised(cx, &class, value.as_deref())?)
    }

    /// Sets an exception of a class without a value.
    runs fn PyErr_SetNone(cx, class: Borrowed) -> Nothing {
        Err(raised(cx, &class, None)?)
    }

    /// Sets MemoryError; gives NULL.
    quiet fn PyErr_NoMemory(cx) -> Null {
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
        if let Some(classes) = class.downcast::<PyTuple>() {
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
        match (indicator::take(), object) {
            (Some(raised), object) => cx.unraisable(raised, None, object.as_deref()),
            (None, Some(object)) => {
                let text = cx.repr(&object).map_or_else(
                    |_| "<object repr() failed>".to_owned(),
                    |text| text.to_lossy().into_owned(),
                );
                adder_vm::Vm::of(cx).write_error(&format!("Exception ignored in: {text}\n"));
            }
            (None, None) => {}
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

    /// Sets what was taken; NULL clears.
    runs fn PyErr_SetRaisedException(cx, exception: Option<Stolen>) -> Nothing {
        match exception {
            Some(exception) => indicator::set(raised_of(cx, exception.0, "PyErr_SetRaisedException")?),
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

    /// OSError of the class for `errno`, or another exception class with its arguments. A signal comes first.
    runs fn PyErr_SetFromErrno(cx, class: Borrowed) -> Null {
        of_errno(cx, &class, &[])
    }

    /// The same with a file's name.
    runs fn PyErr_SetFromErrnoWithFilename(cx, class: Borrowed, file: *const c_char) -> Null {
        let error = std::io::Error::last_os_error();
        if file.is_null() {
            return of_error(cx, &error, &class, &[]);
        }
        // SAFETY: the contract: a text.
        let file = crate::warnings::decode_file_name(cx, unsafe { bytes_of(file) })?;
        of_error(cx, &error, &class, &[file])
    }

    /// The same with a file's name of any type; NULL is none.
    runs fn PyErr_SetFromErrnoWithFilenameObject(cx, class: Borrowed, file: Option<Borrowed>) -> Null {
        match file {
            Some(file) => of_errno(cx, &class, &[file.to_owned()]),
            None => of_errno(cx, &class, &[]),
        }
    }

    /// The same for a call with two names; NULL is none.
    runs fn PyErr_SetFromErrnoWithFilenameObjects(
        cx, class: Borrowed, first: Option<Borrowed>, second: Option<Borrowed>,
    ) -> Null {
        match (first, second) {
            (None, _) => of_errno(cx, &class, &[]),
            (Some(first), None) => of_errno(cx, &class, &[first.to_owned()]),
            // Between them stands Windows' number.
            (Some(first), Some(second)) => {
                of_errno(cx, &class, &[first.to_owned(), Value::small(0), second.to_owned()])
            }
        }
    }

    /// Sets ImportError with a message, the name of the module and its path.
    runs fn PyErr_SetImportError(
        cx, message: Option<Borrowed>, name: Option<Borrowed>, path: Option<Borrowed>,
    ) -> Null {
        import_error(cx, &exc::IMPORT_ERROR.value(), message, name, path)
    }

    /// The same of a subclass of ImportError.
    runs fn PyErr_SetImportErrorSubclass(
        cx, class: Borrowed, message: Option<Borrowed>, name: Option<Borrowed>, path: Option<Borrowed>,
    ) -> Null {
        if !cx.is_subclass(&class, &exc::IMPORT_ERROR.value())? {
            return raise!(cx, exc::TYPE_ERROR, "expected a subclass of ImportError");
        }
        import_error(cx, &class, message, name, path)
    }

    /// Sets KeyError for a key of any type.
    runs fn _PyErr_SetKeyError(cx, key: Borrowed) -> Nothing {
        let args = cx.tuple([key.to_owned()])?.into_value();
        Err(raised(cx, &exc::KEY_ERROR.value(), Some(&args))?)
    }

    /// Makes an exception the context of the one that is set, or sets it if there is none. NULL does nothing.
    runs fn _PyErr_ChainExceptions1(cx, exception: Option<Stolen>) -> Nothing {
        let Some(Stolen(exception)) = exception else { return Ok(Nothing) };
        let earlier = raised_of(cx, exception, "_PyErr_ChainExceptions1")?;
        match indicator::take() {
            Some(later) => {
                exc::set_context(later.value(), earlier.value());
                indicator::set(later);
            }
            None => indicator::set(earlier),
        }
        Ok(Nothing)
    }

    /// The exception that is being handled, or NULL.
    quiet fn PyErr_GetHandledException(cx) -> Option<Value> {
        Ok(cx.handling())
    }

    /// Makes an exception the one that is being handled; NULL or None: none is.
    runs fn PyErr_SetHandledException(cx, exception: Option<Borrowed>) -> Nothing {
        set_handled(cx, exception.map(|exception| exception.to_owned()), "PyErr_SetHandledException")
    }

    /// Class, value and traceback of what is being handled.
    quiet fn PyErr_GetExcInfo(cx, class: NewPlace, value: NewPlace, traceback: NewPlace) -> Nothing {
        let handled = cx.handling();
        let of_it = handled.as_ref().and_then(Value::downcast::<PyBaseException>);
        let parts = [
            handled.as_ref().map_or_else(Value::none, |exception| exception.ty().value()),
            handled.clone().unwrap_or_else(Value::none),
            of_it.and_then(|base| base.traceback.try_get()).unwrap_or_else(Value::none),
        ];
        for (place, part) in [class, value, traceback].into_iter().zip(parts) {
            place.put(cx, Some(part))?;
        }
        Ok(Nothing)
    }

    /// Makes an exception the one that is being handled; class and traceback are its own.
    runs fn PyErr_SetExcInfo(cx, class: Option<Stolen>, value: Option<Stolen>, traceback: Option<Stolen>) -> Nothing {
        drop((class, traceback));
        set_handled(cx, value.map(|value| value.0), "PyErr_SetExcInfo")
    }

    /// Makes an instance of what [`PyErr_Fetch`] gave. It always is one here already, unless C changed it.
    runs fn PyErr_NormalizeException(cx, class: OwnedPlace, value: OwnedPlace, traceback: OwnedPlace) -> Nothing {
        let _ = traceback;
        let Some(given) = class.borrow() else { return Ok(Nothing) };
        let held = value.borrow();
        let made = instance_of(cx, &given, held.as_deref())?;
        // A value that is an instance already says its class; of one that is made now the class stays, as in CPython.
        let ty = held.is_some_and(|held| held.is(&made)).then(|| made.ty().value());
        value.replace(cx, made)?;
        if let Some(ty) = ty {
            class.replace(cx, ty)?;
        }
        Ok(Nothing)
    }

    /// `PyErr_BadInternalCall`, with the place.
    quiet fn _PyErr_BadInternalCall(cx, file: *const c_char, line: c_int) -> Nothing {
        // SAFETY: the contract: a text.
        let file = unsafe { text_of(file) };
        Err(cx.error(&exc::SYSTEM_ERROR, format_args!("{file}:{line}: bad argument to internal function")))
    }
}

without_interpreter! {
    /// As if SIGINT had arrived. May be called at any moment, also in a signal's handler.
    fn PyErr_SetInterrupt() {
        adder_vm::signal_arrives(libc::SIGINT);
    }

    /// As if a signal had arrived; -1, without an exception, for what is none.
    fn PyErr_SetInterruptEx(number: c_int) -> c_int {
        if adder_vm::signal_arrives(number) { 0 } else { -1 }
    }
}

/// Sets what is being handled.
fn set_handled(cx: &Cx, exception: Option<Value>, function: &'static str) -> R<Nothing> {
    match exception.filter(|exception| !exception.is_none()) {
        Some(exception) => cx.handled.set(raised_of(cx, exception, function)?.into_value()),
        None => drop(cx.handled.take()),
    }
    Ok(Nothing)
}

/// What C says is an exception.
fn raised_of(cx: &Cx, exception: Value, function: &'static str) -> R<Raised> {
    if exception.is_instance(&exc::BASE_EXCEPTION) { Ok(Raised::new(exception)) } else { Err(bad_call(cx, function)) }
}

/// The exception for `errno`: [`of_error`].
fn of_errno(cx: &Cx, class: &Value, paths: &[Value]) -> R<Null> {
    of_error(cx, &std::io::Error::last_os_error(), class, paths)
}

/// The exception of a class for an error of the system. Where that is an interruption, what a signal's handler raises comes first.
fn of_error(cx: &Cx, error: &std::io::Error, class: &Value, paths: &[Value]) -> R<Null> {
    let number = error.raw_os_error().unwrap_or(0);
    if number == libc::EINTR {
        adder_vm::Vm::of(cx).check_signals()?;
    }
    let text = if number == 0 { "Error".to_owned() } else { exc::os_error_text(number) };
    let mut args = vec![Value::small(number.into()), cx.str_value(&text)?];
    args.extend_from_slice(paths);
    let args = cx.tuple(args)?.into_value();
    Err(raised(cx, class, Some(&args))?)
}

fn import_error(
    cx: &Cx,
    class: &Value,
    message: Option<Borrowed>,
    name: Option<Borrowed>,
    path: Option<Borrowed>,
) -> R<Null> {
    let Some(message) = message else { return raise!(cx, exc::TYPE_ERROR, "expected a message argument") };
    let or_none = |value: Option<Borrowed>| value.map_or_else(Value::none, |value| value.to_owned());
    let names = cx.tuple([cx.intern("name")?, cx.intern("path")?])?;
    let made =
        cx.call_args(class, Args::with_names(&[message.to_owned(), or_none(name), or_none(path)], Some(&names)))?;
    Err(raised(cx, class, Some(&made))?)
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
        Some(base) if base.downcast::<PyTuple>().is_some() => cx.tuple_of(base)?,
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
    PyExc_PythonFinalizationError = PYTHON_FINALIZATION_ERROR; PyExc_EncodingWarning = ENCODING_WARNING; PyExc_BaseExceptionGroup = BASE_EXCEPTION_GROUP;
}
