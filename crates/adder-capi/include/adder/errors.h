/* Exceptions. */
#ifndef ADDER_ERRORS_H
#define ADDER_ERRORS_H

ADDER_BEGIN

PyAPI_FUNC(void) PyErr_SetString(PyObject *, const char *);
PyAPI_FUNC(void) PyErr_SetObject(PyObject *, PyObject *);
PyAPI_FUNC(void) PyErr_SetNone(PyObject *);
PyAPI_FUNC(PyObject *) PyErr_NoMemory(void);
PyAPI_FUNC(int) PyErr_BadArgument(void);
PyAPI_FUNC(PyObject *) PyErr_Occurred(void);
PyAPI_FUNC(void) PyErr_Clear(void);
PyAPI_FUNC(PyObject *) PyErr_GetRaisedException(void);
PyAPI_FUNC(void) PyErr_SetRaisedException(PyObject *);
PyAPI_FUNC(int) PyErr_ExceptionMatches(PyObject *);
PyAPI_FUNC(int) PyErr_GivenExceptionMatches(PyObject *, PyObject *);
PyAPI_FUNC(void) PyErr_WriteUnraisable(PyObject *);
PyAPI_FUNC(PyObject *) PyErr_NewException(const char *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyErr_NewExceptionWithDoc(const char *, const char *, PyObject *, PyObject *);
PyAPI_FUNC(int) PyErr_CheckSignals(void);
PyAPI_FUNC(void) PyErr_Fetch(PyObject **, PyObject **, PyObject **);
PyAPI_FUNC(void) PyErr_Restore(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(void) PyErr_NormalizeException(PyObject **, PyObject **, PyObject **);
PyAPI_FUNC(PyObject *) PyErr_Format(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) PyErr_FormatV(PyObject *, const char *, va_list);
PyAPI_FUNC(void) _PyErr_BadInternalCall(const char *, int);
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)
PyAPI_FUNC(int) PyException_SetTraceback(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyException_GetTraceback(PyObject *);
PyAPI_FUNC(PyObject *) PyException_GetCause(PyObject *);
PyAPI_FUNC(void) PyException_SetCause(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyException_GetContext(PyObject *);
PyAPI_FUNC(void) PyException_SetContext(PyObject *, PyObject *);

#define PyExceptionClass_Check(x) \
    (PyType_Check(x) && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Check(x) PyType_FastSubclass(Py_TYPE(x), Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionInstance_Class(x) ((PyObject *)Py_TYPE(x))

PyAPI_DATA(PyObject *) PyExc_BaseException, *PyExc_Exception, *PyExc_TypeError, *PyExc_ValueError, *PyExc_LookupError,
    *PyExc_IndexError, *PyExc_KeyError, *PyExc_ArithmeticError, *PyExc_OverflowError, *PyExc_ZeroDivisionError,
    *PyExc_FloatingPointError, *PyExc_RuntimeError, *PyExc_RecursionError, *PyExc_NotImplementedError, *PyExc_MemoryError,
    *PyExc_ReferenceError, *PyExc_AssertionError, *PyExc_BufferError, *PyExc_EOFError, *PyExc_SystemError,
    *PyExc_StopAsyncIteration, *PyExc_StopIteration, *PyExc_GeneratorExit, *PyExc_KeyboardInterrupt, *PyExc_SystemExit,
    *PyExc_UnicodeError, *PyExc_UnicodeEncodeError, *PyExc_UnicodeDecodeError, *PyExc_UnicodeTranslateError,
    *PyExc_AttributeError, *PyExc_ImportError, *PyExc_ModuleNotFoundError, *PyExc_NameError, *PyExc_UnboundLocalError,
    *PyExc_SyntaxError, *PyExc_IndentationError, *PyExc_TabError, *PyExc_OSError, *PyExc_IOError, *PyExc_EnvironmentError,
    *PyExc_BlockingIOError, *PyExc_ChildProcessError, *PyExc_ConnectionError, *PyExc_BrokenPipeError,
    *PyExc_ConnectionAbortedError, *PyExc_ConnectionRefusedError, *PyExc_ConnectionResetError, *PyExc_FileExistsError,
    *PyExc_FileNotFoundError, *PyExc_IsADirectoryError, *PyExc_NotADirectoryError, *PyExc_InterruptedError,
    *PyExc_PermissionError, *PyExc_ProcessLookupError, *PyExc_TimeoutError, *PyExc_Warning, *PyExc_UserWarning,
    *PyExc_DeprecationWarning, *PyExc_PendingDeprecationWarning, *PyExc_SyntaxWarning, *PyExc_RuntimeWarning,
    *PyExc_FutureWarning, *PyExc_ImportWarning, *PyExc_UnicodeWarning, *PyExc_BytesWarning, *PyExc_ResourceWarning,
    *PyExc_EncodingWarning, *PyExc_BaseExceptionGroup;

ADDER_END

#endif
