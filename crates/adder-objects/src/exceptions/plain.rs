//! The exception classes that add nothing to their base.

use super::base::{BASE_EXCEPTION, PyBaseException, spec};
use super::fields::{IMPORT_ERROR, NAME_ERROR, PyImportError, PyNameError};
use super::os::{OS_ERROR, PyOsError};
use super::syntax::{PySyntaxError, SYNTAX_ERROR};
use crate::typeobject::{Spec, TypeObject};

macro_rules! exceptions {
    ($(#[$list_doc:meta])* $list:ident: $($ty:ident $spec:ident $name:literal $base:ident $layout:ident;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
            static $spec: Spec = spec::<$layout>($name, &$base);
        )*

        $(#[$list_doc])*
        pub(crate) static $list: &[&TypeObject] = &[$(&$ty,)*];
    };
}

exceptions! {
    /// Those with BaseException's own layout.
    PLAIN:
    EXCEPTION EXCEPTION_SPEC "Exception" BASE_EXCEPTION PyBaseException;
    TYPE_ERROR TYPE_ERROR_SPEC "TypeError" EXCEPTION PyBaseException;
    VALUE_ERROR VALUE_ERROR_SPEC "ValueError" EXCEPTION PyBaseException;
    LOOKUP_ERROR LOOKUP_ERROR_SPEC "LookupError" EXCEPTION PyBaseException;
    INDEX_ERROR INDEX_ERROR_SPEC "IndexError" LOOKUP_ERROR PyBaseException;
    ARITHMETIC_ERROR ARITHMETIC_ERROR_SPEC "ArithmeticError" EXCEPTION PyBaseException;
    OVERFLOW_ERROR OVERFLOW_ERROR_SPEC "OverflowError" ARITHMETIC_ERROR PyBaseException;
    ZERO_DIVISION_ERROR ZERO_DIVISION_ERROR_SPEC "ZeroDivisionError" ARITHMETIC_ERROR PyBaseException;
    FLOATING_POINT_ERROR FLOATING_POINT_ERROR_SPEC "FloatingPointError" ARITHMETIC_ERROR PyBaseException;
    RUNTIME_ERROR RUNTIME_ERROR_SPEC "RuntimeError" EXCEPTION PyBaseException;
    RECURSION_ERROR RECURSION_ERROR_SPEC "RecursionError" RUNTIME_ERROR PyBaseException;
    NOT_IMPLEMENTED_ERROR NOT_IMPLEMENTED_ERROR_SPEC "NotImplementedError" RUNTIME_ERROR PyBaseException;
    PYTHON_FINALIZATION_ERROR PYTHON_FINALIZATION_ERROR_SPEC "PythonFinalizationError" RUNTIME_ERROR PyBaseException;
    MEMORY_ERROR MEMORY_ERROR_SPEC "MemoryError" EXCEPTION PyBaseException;
    REFERENCE_ERROR REFERENCE_ERROR_SPEC "ReferenceError" EXCEPTION PyBaseException;
    ASSERTION_ERROR ASSERTION_ERROR_SPEC "AssertionError" EXCEPTION PyBaseException;
    BUFFER_ERROR BUFFER_ERROR_SPEC "BufferError" EXCEPTION PyBaseException;
    EOF_ERROR EOF_ERROR_SPEC "EOFError" EXCEPTION PyBaseException;
    SYSTEM_ERROR SYSTEM_ERROR_SPEC "SystemError" EXCEPTION PyBaseException;
    STOP_ASYNC_ITERATION STOP_ASYNC_ITERATION_SPEC "StopAsyncIteration" EXCEPTION PyBaseException;
    GENERATOR_EXIT GENERATOR_EXIT_SPEC "GeneratorExit" BASE_EXCEPTION PyBaseException;
    KEYBOARD_INTERRUPT KEYBOARD_INTERRUPT_SPEC "KeyboardInterrupt" BASE_EXCEPTION PyBaseException;
    UNICODE_ERROR UNICODE_ERROR_SPEC "UnicodeError" VALUE_ERROR PyBaseException;
    WARNING WARNING_SPEC "Warning" EXCEPTION PyBaseException;
    DEPRECATION_WARNING DEPRECATION_WARNING_SPEC "DeprecationWarning" WARNING PyBaseException;
    PENDING_DEPRECATION_WARNING PENDING_SPEC "PendingDeprecationWarning" WARNING PyBaseException;
    RUNTIME_WARNING RUNTIME_WARNING_SPEC "RuntimeWarning" WARNING PyBaseException;
    SYNTAX_WARNING SYNTAX_WARNING_SPEC "SyntaxWarning" WARNING PyBaseException;
    USER_WARNING USER_WARNING_SPEC "UserWarning" WARNING PyBaseException;
    FUTURE_WARNING FUTURE_WARNING_SPEC "FutureWarning" WARNING PyBaseException;
    IMPORT_WARNING IMPORT_WARNING_SPEC "ImportWarning" WARNING PyBaseException;
    UNICODE_WARNING UNICODE_WARNING_SPEC "UnicodeWarning" WARNING PyBaseException;
    BYTES_WARNING BYTES_WARNING_SPEC "BytesWarning" WARNING PyBaseException;
    RESOURCE_WARNING RESOURCE_WARNING_SPEC "ResourceWarning" WARNING PyBaseException;
    ENCODING_WARNING ENCODING_WARNING_SPEC "EncodingWarning" WARNING PyBaseException;
}

exceptions! {
    /// Those derived from classes with fields of their own.
    DERIVED:
    UNBOUND_LOCAL_ERROR UNBOUND_LOCAL_ERROR_SPEC "UnboundLocalError" NAME_ERROR PyNameError;
    MODULE_NOT_FOUND_ERROR MODULE_NOT_FOUND_ERROR_SPEC "ModuleNotFoundError" IMPORT_ERROR PyImportError;
    INDENTATION_ERROR INDENTATION_ERROR_SPEC "IndentationError" SYNTAX_ERROR PySyntaxError;
    INCOMPLETE_INPUT_ERROR INCOMPLETE_INPUT_ERROR_SPEC "_IncompleteInputError" SYNTAX_ERROR PySyntaxError;
    TAB_ERROR TAB_ERROR_SPEC "TabError" INDENTATION_ERROR PySyntaxError;
    BLOCKING_IO_ERROR BLOCKING_IO_ERROR_SPEC "BlockingIOError" OS_ERROR PyOsError;
    CHILD_PROCESS_ERROR CHILD_PROCESS_ERROR_SPEC "ChildProcessError" OS_ERROR PyOsError;
    CONNECTION_ERROR CONNECTION_ERROR_SPEC "ConnectionError" OS_ERROR PyOsError;
    BROKEN_PIPE_ERROR BROKEN_PIPE_ERROR_SPEC "BrokenPipeError" CONNECTION_ERROR PyOsError;
    CONNECTION_ABORTED_ERROR ABORTED_SPEC "ConnectionAbortedError" CONNECTION_ERROR PyOsError;
    CONNECTION_REFUSED_ERROR REFUSED_SPEC "ConnectionRefusedError" CONNECTION_ERROR PyOsError;
    CONNECTION_RESET_ERROR RESET_SPEC "ConnectionResetError" CONNECTION_ERROR PyOsError;
    FILE_EXISTS_ERROR FILE_EXISTS_ERROR_SPEC "FileExistsError" OS_ERROR PyOsError;
    FILE_NOT_FOUND_ERROR FILE_NOT_FOUND_ERROR_SPEC "FileNotFoundError" OS_ERROR PyOsError;
    IS_A_DIRECTORY_ERROR IS_A_DIRECTORY_ERROR_SPEC "IsADirectoryError" OS_ERROR PyOsError;
    NOT_A_DIRECTORY_ERROR NOT_A_DIRECTORY_ERROR_SPEC "NotADirectoryError" OS_ERROR PyOsError;
    INTERRUPTED_ERROR INTERRUPTED_ERROR_SPEC "InterruptedError" OS_ERROR PyOsError;
    PERMISSION_ERROR PERMISSION_ERROR_SPEC "PermissionError" OS_ERROR PyOsError;
    PROCESS_LOOKUP_ERROR PROCESS_LOOKUP_ERROR_SPEC "ProcessLookupError" OS_ERROR PyOsError;
    TIMEOUT_ERROR TIMEOUT_ERROR_SPEC "TimeoutError" OS_ERROR PyOsError;
}
