/* What exceptions hold; exceptions shown; warnings. */
#include "counts.h"
#include <errno.h>

static PyObject *
format_list(PyObject *class, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *nothing = PyErr_FormatV(class, format, values);
    va_end(values);
    return nothing;
}

/* sys.last_exc and its like go. */
static void
forget_last(void)
{
    PyObject *done = py("forget_last()");
    Py_XDECREF(done);
}

#define ENCODE "UnicodeEncodeError('ascii', 'a\\xe4b', 1, 2, 'why')"
#define DECODE "UnicodeDecodeError('utf-8', b'a\\xffb', 1, 2, 'why')"
#define TRANSLATE "UnicodeTranslateError('abc', 1, 2, 'why')"

static void
silence(void)
{
    PyObject *done = py("silence()");
    Py_XDECREF(done);
}

static void
set_to_show(void)
{
    silence();
    PyErr_SetString(PyExc_KeyError, "shown");
}

/* Something is being handled. */
static void
handle(void)
{
    PyObject *error = py("KeyError(Marker())");
    PyErr_SetHandledException(error);
    Py_DECREF(error);
}

/* ---- Exceptions set. */
RAISES(_PyErr_SetKeyError, KeyError, NULL, (tuple_of(1)), _PyErr_SetKeyError(o[0]))
RAISES_AFTER((errno = ENOENT), PyErr_SetFromErrno, FileNotFoundError, "[Errno 2] No such file or directory", (own(PyExc_OSError)), PyErr_SetFromErrno(o[0]))
RAISES_AFTER((errno = ENOENT), PyErr_SetFromErrno, KeyError, NULL, (own(PyExc_KeyError)), PyErr_SetFromErrno(o[0]))
RAISES_AFTER((errno = ENOENT), PyErr_SetFromErrno, SystemError, NULL, (marker()), PyErr_SetFromErrno(o[0]))
RAISES_AFTER((errno = EACCES), PyErr_SetFromErrnoWithFilename, PermissionError, "[Errno 13] Permission denied: 'a file'", (own(PyExc_OSError)), PyErr_SetFromErrnoWithFilename(o[0], "a file"))
RAISES_AFTER((errno = EACCES), PyErr_SetFromErrnoWithFilename, PermissionError, "[Errno 13] Permission denied", (own(PyExc_OSError)), PyErr_SetFromErrnoWithFilename(o[0], NULL))
RAISES_AFTER((errno = EACCES), PyErr_SetFromErrnoWithFilenameObject, PermissionError, NULL, (own(PyExc_OSError), marker()), PyErr_SetFromErrnoWithFilenameObject(o[0], o[1]))
RAISES_AFTER((errno = EACCES), PyErr_SetFromErrnoWithFilenameObjects, PermissionError, NULL, (own(PyExc_OSError), marker(), marker()), PyErr_SetFromErrnoWithFilenameObjects(o[0], o[1], o[2]))
RAISES_AFTER((errno = EACCES), PyErr_SetFromErrnoWithFilenameObjects, PermissionError, NULL, (own(PyExc_OSError), NULL, NULL), PyErr_SetFromErrnoWithFilenameObjects(o[0], o[1], o[2]))
RAISES(PyErr_SetImportError, ImportError, NULL, (text("message"), marker(), marker()), PyErr_SetImportError(o[0], o[1], o[2]))
RAISES(PyErr_SetImportError, TypeError, "expected a message argument", (NULL, marker(), marker()), PyErr_SetImportError(o[0], o[1], o[2]))
RAISES(PyErr_SetImportErrorSubclass, ModuleNotFoundError, NULL, (own(PyExc_ModuleNotFoundError), text("message"), marker(), NULL), PyErr_SetImportErrorSubclass(o[0], o[1], o[2], o[3]))
RAISES(PyErr_SetImportErrorSubclass, TypeError, "expected a subclass of ImportError", (own(PyExc_KeyError), text("message"), NULL, NULL), PyErr_SetImportErrorSubclass(o[0], o[1], o[2], o[3]))
RAISES(PyErr_Format, KeyError, NULL, (own(PyExc_KeyError)), PyErr_Format(o[0], "%d %s", 5, "text"))
RAISES(PyErr_Format, SystemError, NULL, (marker()), PyErr_Format(o[0], "%d %s", 5, "text"))
RAISES(PyErr_Format, SystemError, "invalid format string: %q", (own(PyExc_KeyError)), PyErr_Format(o[0], "%q", 5))
RAISES(PyErr_FormatV, KeyError, NULL, (own(PyExc_KeyError)), format_list(o[0], "%d %s", 5, "text"))
RAISES(_PyErr_FormatFromCause, KeyError, NULL, (own(PyExc_KeyError)), _PyErr_FormatFromCause(o[0], "%d %s", 5, "text"))
RAISES_AFTER((PyErr_SetNone(PyExc_OSError)), _PyErr_FormatFromCause, KeyError, NULL, (own(PyExc_KeyError)), _PyErr_FormatFromCause(o[0], "%d %s", 5, "text"))
RAISES_AFTER((PyErr_SetNone(PyExc_KeyError)), _PyErr_ChainExceptions1, KeyError, NULL, (py("OSError(Marker())")), _PyErr_ChainExceptions1(o[0]))
RAISES(_PyErr_ChainExceptions1, OSError, NULL, (py("OSError(Marker())")), _PyErr_ChainExceptions1(o[0]))
SUCCEEDS(_PyErr_ChainExceptions1, (NULL), _PyErr_ChainExceptions1(o[0]))

/* ---- What is being handled. */
SUCCEEDS(PyErr_GetHandledException, (), PyErr_GetHandledException(), EXPECT(result == 0))
SUCCEEDS_AFTER((handle()), PyErr_GetHandledException, (), PyErr_GetHandledException(), EXPECT(result != 0); PyErr_SetHandledException(NULL))
SUCCEEDS(PyErr_SetHandledException, (py("KeyError(Marker())")), PyErr_SetHandledException(o[0]), PyErr_SetHandledException(NULL))
SUCCEEDS(PyErr_SetHandledException, (own(Py_None)), PyErr_SetHandledException(o[0]))
RAISES(PyErr_SetHandledException, SystemError, NULL, (marker()), PyErr_SetHandledException(o[0]))
RAISES(PyErr_SetExcInfo, SystemError, NULL, (own(PyExc_KeyError), marker(), own(Py_None)), PyErr_SetExcInfo(o[0], o[1], o[2]))
RAISES(PyErr_SetRaisedException, SystemError, NULL, (marker()), PyErr_SetRaisedException(o[0]))
RAISES(_PyErr_ChainExceptions1, SystemError, NULL, (marker()), _PyErr_ChainExceptions1(o[0]))
SUCCEEDS(PyErr_GetExcInfo, (), PyErr_GetExcInfo(&p[0], &p[1], &p[2]), EXPECT(p[0] == Py_None))
SUCCEEDS(PyErr_SetExcInfo, (own(PyExc_KeyError), py("KeyError(Marker())"), own(Py_None)), PyErr_SetExcInfo(o[0], o[1], o[2]), PyErr_SetHandledException(NULL))
SUCCEEDS(PyErr_SetExcInfo, (NULL, NULL, NULL), PyErr_SetExcInfo(o[0], o[1], o[2]))

/* ---- Signals. */
SUCCEEDS(PyErr_SetInterruptEx, (), PyErr_SetInterruptEx(0), EXPECT(result == -1))
SUCCEEDS(PyErr_SetInterruptEx, (), PyErr_SetInterruptEx(SIGTERM), EXPECT(result == 0))

/* ---- Exceptions shown, to a stream that keeps nothing. */
SUCCEEDS_AFTER((set_to_show()), PyErr_Print, (), PyErr_Print(), forget_last())
SUCCEEDS_AFTER((set_to_show()), PyErr_PrintEx, (), PyErr_PrintEx(0))
SUCCEEDS_AFTER((silence()), PyErr_Display, (NULL, py("KeyError(Marker())"), py("traceback_of_an_error()")), PyErr_Display(o[0], o[1], o[2]))
SUCCEEDS_AFTER((silence()), PyErr_DisplayException, (py("error_with_all()")), PyErr_DisplayException(o[0]))
SUCCEEDS_AFTER((set_to_show()), PyErr_FormatUnraisable, (), PyErr_FormatUnraisable("while %s", "testing"))

/* ---- Warnings. */
SUCCEEDS(PyErr_WarnEx, (own(PyExc_PendingDeprecationWarning)), PyErr_WarnEx(o[0], "a text", 1), EXPECT(result == 0))
SUCCEEDS(PyErr_WarnFormat, (own(PyExc_PendingDeprecationWarning)), PyErr_WarnFormat(o[0], 1, "a %s", "text"))
RAISES(PyErr_WarnFormat, SystemError, NULL, (own(PyExc_PendingDeprecationWarning)), PyErr_WarnFormat(o[0], 1, "%q", 5))
SUCCEEDS(PyErr_ResourceWarning, (marker()), PyErr_ResourceWarning(o[0], 1, "a %s", "text"))
SUCCEEDS(PyErr_WarnExplicit, (own(PyExc_PendingDeprecationWarning), dict_of(0)), PyErr_WarnExplicit(o[0], "a text", "a file", 5, "a module", o[1]))
RAISES(PyErr_WarnExplicit, TypeError, "'registry' must be a dict or None", (own(PyExc_PendingDeprecationWarning), marker()), PyErr_WarnExplicit(o[0], "a text", "a file", 5, "a module", o[1]))
SUCCEEDS(PyErr_WarnExplicitObject, (own(PyExc_PendingDeprecationWarning), text("a text"), text("a file"), NULL, dict_of(0)), PyErr_WarnExplicitObject(o[0], o[1], o[2], 5, o[3], o[4]), PyDict_Clear(o[4]))
SUCCEEDS(PyErr_WarnExplicitFormat, (own(PyExc_PendingDeprecationWarning), dict_of(0)), PyErr_WarnExplicitFormat(o[0], "a file", 5, "a module", o[1], "a %s", "text"))

/* ---- Where a SyntaxError lies. */
RAISES_AFTER((PyErr_SetString(PyExc_SyntaxError, "wrong")), PyErr_SyntaxLocation, SyntaxError, NULL, (), PyErr_SyntaxLocation("no such/file", 5))
RAISES_AFTER((PyErr_SetString(PyExc_SyntaxError, "wrong")), PyErr_SyntaxLocationEx, SyntaxError, NULL, (), PyErr_SyntaxLocationEx("no such/file", 5, 3))
RAISES_AFTER((PyErr_SetString(PyExc_SyntaxError, "wrong")), PyErr_SyntaxLocationObject, SyntaxError, NULL, (text("no such/file")), PyErr_SyntaxLocationObject(o[0], 5, 3))
RAISES_AFTER((PyErr_SetString(PyExc_SyntaxError, "wrong")), PyErr_RangedSyntaxLocationObject, SyntaxError, NULL, (text("no such/file")), PyErr_RangedSyntaxLocationObject(o[0], 5, 3, 6, 4))
SUCCEEDS(PyErr_ProgramText, (), PyErr_ProgramText("no such/file", 5), EXPECT(result == 0))
SUCCEEDS(PyErr_ProgramTextObject, (text("no such/file")), PyErr_ProgramTextObject(o[0], 5), EXPECT(result == 0))

/* ---- What an exception holds. */
SUCCEEDS(PyException_GetArgs, (py("KeyError(Marker())")), PyException_GetArgs(o[0]))
RAISES(PyException_GetArgs, SystemError, NULL, (marker()), PyException_GetArgs(o[0]))
SUCCEEDS(PyException_SetArgs, (py("KeyError(Marker())"), tuple_of(2)), PyException_SetArgs(o[0], o[1]))
SUCCEEDS(PyExceptionClass_Name, (own(PyExc_KeyError)), PyExceptionClass_Name(o[0]), EXPECT(strcmp((const char *)result, "KeyError") == 0))
RAISES_GIVING_AFTER(0, (PyErr_SetString(PyExc_KeyError, "with a frame")), PyTraceBack_Here, KeyError, NULL, (py("sys._getframe()")), PyTraceBack_Here((void *)o[0]))
/* A traceback that is written whole makes thousands of requests for memory, each of which would be refused in turn: see errors.c. */
SUCCEEDS(PyTraceBack_Print, (NULL, py("io.StringIO()")), PyTraceBack_Print(o[0], o[1]))
RAISES(PyTraceBack_Print, SystemError, NULL, (marker(), py("io.StringIO()")), PyTraceBack_Print(o[0], o[1]))
RAISES(PyTraceBack_Print, ValueError, "bad", (py("traceback_of_an_error()"), py("Bad()")), PyTraceBack_Print(o[0], o[1]))
SUCCEEDS(PyUnicodeDecodeError_Create, (), PyUnicodeDecodeError_Create("utf-8", "a\xff", 2, 1, 2, "why"))
RAISES(PyUnicodeDecodeError_Create, UnicodeDecodeError, NULL, (), PyUnicodeDecodeError_Create("\xff", "a\xff", 2, 1, 2, "why"))

SUCCEEDS(PyUnicodeEncodeError_GetEncoding, (py(ENCODE)), PyUnicodeEncodeError_GetEncoding(o[0]))
RAISES(PyUnicodeEncodeError_GetEncoding, TypeError, NULL, (marker()), PyUnicodeEncodeError_GetEncoding(o[0]))
SUCCEEDS(PyUnicodeEncodeError_GetObject, (py(ENCODE)), PyUnicodeEncodeError_GetObject(o[0]))
RAISES(PyUnicodeEncodeError_GetObject, TypeError, NULL, (marker()), PyUnicodeEncodeError_GetObject(o[0]))
SUCCEEDS(PyUnicodeEncodeError_GetReason, (py(ENCODE)), PyUnicodeEncodeError_GetReason(o[0]))
RAISES(PyUnicodeEncodeError_GetReason, TypeError, NULL, (marker()), PyUnicodeEncodeError_GetReason(o[0]))
SUCCEEDS(PyUnicodeEncodeError_GetStart, (py(ENCODE)), PyUnicodeEncodeError_GetStart(o[0], &n[0]), EXPECT(n[0] == 1))
RAISES(PyUnicodeEncodeError_GetStart, TypeError, NULL, (py("KeyError()")), PyUnicodeEncodeError_GetStart(o[0], &n[0]))
SUCCEEDS(PyUnicodeEncodeError_GetEnd, (py(ENCODE)), PyUnicodeEncodeError_GetEnd(o[0], &n[0]), EXPECT(n[0] == 2))
RAISES(PyUnicodeEncodeError_GetEnd, TypeError, NULL, (py("KeyError()")), PyUnicodeEncodeError_GetEnd(o[0], &n[0]))
SUCCEEDS(PyUnicodeEncodeError_SetStart, (py(ENCODE)), PyUnicodeEncodeError_SetStart(o[0], 2))
RAISES(PyUnicodeEncodeError_SetStart, TypeError, NULL, (marker()), PyUnicodeEncodeError_SetStart(o[0], 2))
SUCCEEDS(PyUnicodeEncodeError_SetEnd, (py(ENCODE)), PyUnicodeEncodeError_SetEnd(o[0], 2))
RAISES(PyUnicodeEncodeError_SetEnd, TypeError, NULL, (marker()), PyUnicodeEncodeError_SetEnd(o[0], 2))
SUCCEEDS(PyUnicodeEncodeError_SetReason, (py(ENCODE)), PyUnicodeEncodeError_SetReason(o[0], "another"))
RAISES(PyUnicodeEncodeError_SetReason, TypeError, NULL, (marker()), PyUnicodeEncodeError_SetReason(o[0], "another"))
SUCCEEDS(PyUnicodeDecodeError_GetEncoding, (py(DECODE)), PyUnicodeDecodeError_GetEncoding(o[0]))
RAISES(PyUnicodeDecodeError_GetEncoding, TypeError, NULL, (marker()), PyUnicodeDecodeError_GetEncoding(o[0]))
SUCCEEDS(PyUnicodeDecodeError_GetObject, (py(DECODE)), PyUnicodeDecodeError_GetObject(o[0]))
RAISES(PyUnicodeDecodeError_GetObject, TypeError, NULL, (marker()), PyUnicodeDecodeError_GetObject(o[0]))
SUCCEEDS(PyUnicodeDecodeError_GetReason, (py(DECODE)), PyUnicodeDecodeError_GetReason(o[0]))
RAISES(PyUnicodeDecodeError_GetReason, TypeError, NULL, (marker()), PyUnicodeDecodeError_GetReason(o[0]))
SUCCEEDS(PyUnicodeDecodeError_GetStart, (py(DECODE)), PyUnicodeDecodeError_GetStart(o[0], &n[0]), EXPECT(n[0] == 1))
RAISES(PyUnicodeDecodeError_GetStart, TypeError, NULL, (py("KeyError()")), PyUnicodeDecodeError_GetStart(o[0], &n[0]))
SUCCEEDS(PyUnicodeDecodeError_GetEnd, (py(DECODE)), PyUnicodeDecodeError_GetEnd(o[0], &n[0]), EXPECT(n[0] == 2))
RAISES(PyUnicodeDecodeError_GetEnd, TypeError, NULL, (py("KeyError()")), PyUnicodeDecodeError_GetEnd(o[0], &n[0]))
SUCCEEDS(PyUnicodeDecodeError_SetStart, (py(DECODE)), PyUnicodeDecodeError_SetStart(o[0], 2))
RAISES(PyUnicodeDecodeError_SetStart, TypeError, NULL, (marker()), PyUnicodeDecodeError_SetStart(o[0], 2))
SUCCEEDS(PyUnicodeDecodeError_SetEnd, (py(DECODE)), PyUnicodeDecodeError_SetEnd(o[0], 2))
RAISES(PyUnicodeDecodeError_SetEnd, TypeError, NULL, (marker()), PyUnicodeDecodeError_SetEnd(o[0], 2))
SUCCEEDS(PyUnicodeDecodeError_SetReason, (py(DECODE)), PyUnicodeDecodeError_SetReason(o[0], "another"))
RAISES(PyUnicodeDecodeError_SetReason, TypeError, NULL, (marker()), PyUnicodeDecodeError_SetReason(o[0], "another"))
SUCCEEDS(PyUnicodeTranslateError_GetObject, (py(TRANSLATE)), PyUnicodeTranslateError_GetObject(o[0]))
RAISES(PyUnicodeTranslateError_GetObject, TypeError, NULL, (marker()), PyUnicodeTranslateError_GetObject(o[0]))
SUCCEEDS(PyUnicodeTranslateError_GetReason, (py(TRANSLATE)), PyUnicodeTranslateError_GetReason(o[0]))
RAISES(PyUnicodeTranslateError_GetReason, TypeError, NULL, (marker()), PyUnicodeTranslateError_GetReason(o[0]))
SUCCEEDS(PyUnicodeTranslateError_GetStart, (py(TRANSLATE)), PyUnicodeTranslateError_GetStart(o[0], &n[0]), EXPECT(n[0] == 1))
RAISES(PyUnicodeTranslateError_GetStart, TypeError, NULL, (py("KeyError()")), PyUnicodeTranslateError_GetStart(o[0], &n[0]))
SUCCEEDS(PyUnicodeTranslateError_GetEnd, (py(TRANSLATE)), PyUnicodeTranslateError_GetEnd(o[0], &n[0]), EXPECT(n[0] == 2))
RAISES(PyUnicodeTranslateError_GetEnd, TypeError, NULL, (py("KeyError()")), PyUnicodeTranslateError_GetEnd(o[0], &n[0]))
SUCCEEDS(PyUnicodeTranslateError_SetStart, (py(TRANSLATE)), PyUnicodeTranslateError_SetStart(o[0], 2))
RAISES(PyUnicodeTranslateError_SetStart, TypeError, NULL, (marker()), PyUnicodeTranslateError_SetStart(o[0], 2))
SUCCEEDS(PyUnicodeTranslateError_SetEnd, (py(TRANSLATE)), PyUnicodeTranslateError_SetEnd(o[0], 2))
RAISES(PyUnicodeTranslateError_SetEnd, TypeError, NULL, (marker()), PyUnicodeTranslateError_SetEnd(o[0], 2))
SUCCEEDS(PyUnicodeTranslateError_SetReason, (py(TRANSLATE)), PyUnicodeTranslateError_SetReason(o[0], "another"))
RAISES(PyUnicodeTranslateError_SetReason, TypeError, NULL, (marker()), PyUnicodeTranslateError_SetReason(o[0], "another"))
