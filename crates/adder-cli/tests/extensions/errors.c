/* Errors set, taken, shown and changed; warnings. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <signal.h>

/* CPython has these, and declares them in headers of its own. */
PyObject *_PyErr_FormatFromCause(PyObject *, const char *, ...);
void _PyErr_SetKeyError(PyObject *);
void _PyErr_ChainExceptions1(PyObject *);

/* "Type: text" of what is set. */
static PyObject *
caught(void)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        return PyUnicode_FromString("nothing is set");
    }
    PyObject *text = PyObject_Str(exception);
    PyObject *shown = text == NULL ? NULL : PyUnicode_FromFormat("%s: %U", Py_TYPE(exception)->tp_name, text);
    Py_XDECREF(text);
    Py_DECREF(exception);
    return shown;
}

/* Adds a result, or what is set, to a list; owns the result. */
static int
add(PyObject *list, PyObject *result)
{
    if (result == NULL) {
        result = caught();
    }
    if (result == NULL) {
        return -1;
    }
    int done = PyList_Append(list, result);
    Py_DECREF(result);
    return done;
}

static PyObject *
fail_by_list(PyObject *class, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *nothing = PyErr_FormatV(class, format, values);
    va_end(values);
    return nothing;
}

/* Everything that sets an exception. */
static PyObject *
set(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0), *text = PyUnicode_FromString("text"), *pair = Py_BuildValue("is", 2, "two");
    PyObject *instance = PyObject_CallFunction(PyExc_KeyError, "s", "made");
#define SETS(call) (call, add(list, NULL))
    SETS(PyErr_SetString(PyExc_ValueError, "a text"));
    SETS(PyErr_SetString(PyExc_ValueError, "\xc3\xa4"));
    SETS(PyErr_SetString((PyObject *)&PyLong_Type, "a text"));
    SETS(PyErr_SetObject(PyExc_ValueError, text));
    SETS(PyErr_SetObject(PyExc_ValueError, pair));
    SETS(PyErr_SetObject(PyExc_ValueError, NULL));
    SETS(PyErr_SetObject(PyExc_ValueError, Py_None));
    SETS(PyErr_SetObject(PyExc_LookupError, instance));
    SETS(PyErr_SetObject(PyExc_ValueError, instance));
    SETS(PyErr_SetObject(text, text));
    SETS(PyErr_SetObject(PyExc_UnicodeDecodeError, text));
    SETS(PyErr_SetNone(PyExc_StopIteration));
    SETS(PyErr_NoMemory());
    SETS(PyErr_BadArgument());
    SETS(_PyErr_SetKeyError(pair));
    SETS(PyErr_Format(PyExc_OSError, "%d %s %R", 5, "five", text));
    SETS(PyErr_Format(PyExc_OSError, "%q", 5));
    SETS(fail_by_list(PyExc_OSError, "%d-%s", 5, "five"));
    PyErr_BadInternalCall();
    add(list, PyLong_FromLong(PyErr_ExceptionMatches(PyExc_SystemError)));
    PyErr_Clear();
    PyErr_SetString(PyExc_KeyError, "the cause");
    SETS(_PyErr_FormatFromCause(PyExc_ValueError, "%s", "the effect"));
    errno = ENOENT;
    SETS(PyErr_SetFromErrno(PyExc_OSError));
    errno = EAGAIN;
    SETS(PyErr_SetFromErrno(PyExc_ValueError));
    errno = 0;
    SETS(PyErr_SetFromErrno(PyExc_OSError));
    errno = EACCES;
    SETS(PyErr_SetFromErrnoWithFilename(PyExc_OSError, "a file"));
    errno = EACCES;
    SETS(PyErr_SetFromErrnoWithFilename(PyExc_OSError, "\xff"));
    errno = EACCES;
    SETS(PyErr_SetFromErrnoWithFilename(PyExc_OSError, NULL));
    errno = EEXIST;
    SETS(PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, pair));
    errno = EEXIST;
    SETS(PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, NULL));
    errno = EEXIST;
    SETS(PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, text, pair));
    errno = EEXIST;
    SETS(PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, text, NULL));
    errno = EEXIST;
    SETS(PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, NULL, NULL));
    SETS(PyErr_SetImportError(text, NULL, NULL));
    SETS(PyErr_SetImportError(NULL, NULL, NULL));
    SETS(PyErr_SetImportErrorSubclass(PyExc_ValueError, text, text, text));
    PyErr_SetImportErrorSubclass(PyExc_ModuleNotFoundError, text, text, pair);
    PyObject *error = PyErr_GetRaisedException();
    add(list, PyObject_GetAttrString(error, "name"));
    add(list, PyObject_GetAttrString(error, "path"));
    add(list, PyUnicode_FromString(Py_TYPE(error)->tp_name));
    Py_DECREF(error);
    add(list, PyUnicode_FromString(PyExceptionClass_Name(PyExc_PythonFinalizationError)));
    Py_DECREF(text);
    Py_DECREF(pair);
    Py_DECREF(instance);
    return list;
}

/* Taking, matching, chaining. */
static PyObject *
take(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    PyObject *classes = PyTuple_Pack(2, PyExc_KeyError, PyExc_ValueError);
#define NUMBER(n) add(list, PyLong_FromLong(n))
    NUMBER(PyErr_Occurred() == NULL);
    NUMBER(PyErr_GetRaisedException() == NULL);
    NUMBER(PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_SetString(PyExc_UnicodeError, "taken");
    NUMBER(PyErr_Occurred() == PyExc_UnicodeError);
    NUMBER(PyErr_ExceptionMatches(PyExc_ValueError));
    NUMBER(PyErr_ExceptionMatches(PyExc_KeyError));
    NUMBER(PyErr_ExceptionMatches(classes));
    NUMBER(PyErr_GivenExceptionMatches(PyExc_KeyError, classes));
    NUMBER(PyErr_GivenExceptionMatches(PyExc_KeyError, PyExc_LookupError));
    NUMBER(PyErr_GivenExceptionMatches(NULL, PyExc_LookupError));
    PyObject *class, *value, *traceback;
    PyErr_Fetch(&class, &value, &traceback);
    NUMBER(class == PyExc_UnicodeError);
    NUMBER(traceback == NULL);
    PyErr_NormalizeException(&class, &value, &traceback);
    NUMBER(PyErr_GivenExceptionMatches(value, classes));
    PyErr_Restore(class, value, traceback);
    add(list, NULL);
    PyErr_Fetch(&class, &value, &traceback);
    NUMBER(class == NULL && value == NULL && traceback == NULL);
    PyErr_Restore(Py_NewRef(PyExc_ValueError), PyUnicode_FromString("not made yet"), NULL);
    add(list, NULL);
    class = Py_NewRef(PyExc_OSError);
    value = Py_BuildValue("is", 2, "two");
    traceback = NULL;
    PyErr_NormalizeException(&class, &value, &traceback);
    NUMBER(class == PyExc_FileNotFoundError);
    PyErr_Restore(class, value, traceback);
    PyErr_Restore(NULL, NULL, NULL);
    NUMBER(PyErr_Occurred() == NULL);
    /* The one that is set gets the given one as its context. */
    PyErr_SetString(PyExc_KeyError, "earlier");
    PyObject *earlier = PyErr_GetRaisedException();
    PyErr_SetString(PyExc_ValueError, "later");
    _PyErr_ChainExceptions1(Py_NewRef(earlier));
    PyObject *later = PyErr_GetRaisedException(), *context = PyException_GetContext(later);
    NUMBER(context == earlier);
    Py_XDECREF(context);
    _PyErr_ChainExceptions1(NULL);
    _PyErr_ChainExceptions1(Py_NewRef(earlier));
    add(list, NULL);
    /* What an exception holds. */
    NUMBER(PyException_GetCause(later) == NULL);
    PyException_SetCause(later, Py_NewRef(earlier));
    PyObject *cause = PyException_GetCause(later);
    NUMBER(cause == earlier);
    Py_XDECREF(cause);
    add(list, PyObject_GetAttrString(later, "__suppress_context__"));
    PyException_SetCause(later, NULL);
    PyException_SetContext(later, NULL);
    NUMBER(PyException_GetContext(later) == NULL);
    add(list, PyException_GetArgs(later));
    PyException_SetArgs(later, classes);
    add(list, PyException_GetArgs(later));
    NUMBER(PyException_GetTraceback(later) == NULL);
    NUMBER(PyException_SetTraceback(later, Py_None));
    NUMBER(PyException_SetTraceback(later, earlier));
    add(list, NULL);
    NUMBER(PyException_SetTraceback(later, NULL));
    add(list, NULL);
    NUMBER(PyExceptionClass_Check(PyExc_OSError));
    NUMBER(PyExceptionClass_Check(later));
    NUMBER(PyExceptionInstance_Check(later));
    NUMBER(PyExceptionInstance_Class(later) == PyExc_ValueError);
    Py_DECREF(earlier);
    Py_DECREF(later);
    Py_DECREF(classes);
    return list;
}

/* handled(function): what is being handled, exchanged around a call. */
static PyObject *
handled(PyObject *Py_UNUSED(module), PyObject *function)
{
    PyObject *list = PyList_New(0);
    PyObject *outer = PyErr_GetHandledException();
    add(list, outer != NULL ? PyObject_Repr(outer) : PyUnicode_FromString("none"));
    PyObject *mine = PyObject_CallFunction(PyExc_KeyError, "s", "mine");
    PyErr_SetHandledException(mine);
    add(list, PyObject_CallNoArgs(function));
    PyObject *class, *value, *traceback;
    PyErr_GetExcInfo(&class, &value, &traceback);
    add(list, PyLong_FromLong(class == PyExc_KeyError && value == mine));
    PyErr_SetString(PyExc_ValueError, "while mine is handled");
    PyObject *raised = PyErr_GetRaisedException(), *context = PyException_GetContext(raised);
    add(list, PyLong_FromLong(context == mine));
    Py_XDECREF(context);
    Py_DECREF(raised);
    Py_XDECREF(class);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_SetExcInfo(NULL, Py_XNewRef(outer), NULL);
    add(list, PyObject_CallNoArgs(function));
    Py_XDECREF(outer);
    Py_DECREF(mine);
    return list;
}

#define DONE(call) ((call) < 0 ? add(list, NULL) : NUMBER(0))

/* unicode(error): what the functions for the three classes say of one of them. */
#define UNICODE(kind)                                                                          \
    static PyObject *kind(PyObject *Py_UNUSED(module), PyObject *error)                        \
    {                                                                                          \
        PyObject *list = PyList_New(0);                                                        \
        Py_ssize_t at = -77;                                                                   \
        add(list, PyUnicode##kind##Error_GetObject(error));                                    \
        add(list, PyUnicode##kind##Error_GetReason(error));                                    \
        DONE(PyUnicode##kind##Error_GetStart(error, &at));                                   \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_GetEnd(error, &at));                                     \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_SetStart(error, 100));                                   \
        DONE(PyUnicode##kind##Error_SetEnd(error, 100));                                     \
        DONE(PyUnicode##kind##Error_GetStart(error, &at));                                   \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_GetEnd(error, &at));                                     \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_SetStart(error, -5));                                    \
        DONE(PyUnicode##kind##Error_SetEnd(error, -5));                                      \
        DONE(PyUnicode##kind##Error_GetStart(error, &at));                                   \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_GetEnd(error, &at));                                     \
        NUMBER(at);                                                                            \
        DONE(PyUnicode##kind##Error_SetReason(error, "another"));                            \
        add(list, PyUnicode##kind##Error_GetReason(error));                                    \
        return list;                                                                           \
    }
UNICODE(Encode)
UNICODE(Decode)
UNICODE(Translate)

static PyObject *
unicode(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *encode, *decode, *empty, *list = PyList_New(0);
    if (!PyArg_ParseTuple(args, "OOO", &encode, &decode, &empty)) {
        return NULL;
    }
    add(list, PyUnicodeEncodeError_GetEncoding(encode));
    add(list, PyUnicodeDecodeError_GetEncoding(decode));
    add(list, PyUnicodeEncodeError_GetEncoding(empty));
    add(list, PyUnicodeEncodeError_GetObject(empty));
    add(list, PyUnicodeEncodeError_GetReason(empty));
    PyObject *made = PyUnicodeDecodeError_Create("utf-8", "a\0b", 3, 1, 2, "because");
    add(list, PyObject_Str(made));
    Py_DECREF(made);
    add(list, PyUnicodeDecodeError_Create("\xff", "a\0b", 3, 1, 2, "because"));
    return list;
}

/* warn(category): what filters let through, and what they make errors. */
static PyObject *
warn(PyObject *Py_UNUSED(module), PyObject *category)
{
    PyObject *list = PyList_New(0), *registry = PyDict_New();
    PyObject *text = PyUnicode_FromString("object"), *file = PyUnicode_FromString("object.py");
    PyObject *class = category == Py_None ? NULL : category;
#define WARNS(call) ((call) < 0 ? add(list, NULL) : NUMBER(0))
    WARNS(PyErr_WarnEx(class, "plain", 1));
    WARNS(PyErr_WarnEx(class, "further out", 2));
    WARNS(PyErr_WarnFormat(class, 1, "%s %d", "formatted", 5));
    WARNS(PyErr_WarnFormat(class, 1, "%q", 5));
    WARNS(PyErr_WarnExplicit(class == NULL ? PyExc_RuntimeWarning : class, "explicit", "a file.py", 7, "a module", registry));
    WARNS(PyErr_WarnExplicit(class == NULL ? PyExc_RuntimeWarning : class, "explicit", "a file.py", 7, "a module", registry));
    WARNS(PyErr_WarnExplicit(class == NULL ? PyExc_RuntimeWarning : class, "without", "a file.py", 8, NULL, NULL));
    WARNS(PyErr_WarnExplicitObject(class == NULL ? PyExc_RuntimeWarning : class, text, file, 9, NULL, NULL));
    WARNS(PyErr_WarnExplicitFormat(class == NULL ? PyExc_RuntimeWarning : class, "a file.py", 10, "a module", registry, "%s %d", "formatted", 6));
    WARNS(PyErr_ResourceWarning(list, 1, "%s", "a resource"));
    add(list, PyLong_FromSsize_t(PyDict_Size(registry) > 0));
    Py_DECREF(registry);
    Py_DECREF(text);
    Py_DECREF(file);
    return list;
}

/* show(): what goes to sys.stderr. */
static PyObject *
show(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyErr_SetString(PyExc_ValueError, "printed");
    PyErr_Print();
    PyErr_SetString(PyExc_KeyError, "printed without last");
    PyErr_PrintEx(0);
    PyErr_SetString(PyExc_LookupError, "displayed");
    PyObject *error = PyErr_GetRaisedException();
    PyErr_Display(NULL, error, NULL);
    PyErr_DisplayException(error);
    PyErr_SetRaisedException(Py_NewRef(error));
    PyErr_WriteUnraisable(object);
    PyErr_SetRaisedException(Py_NewRef(error));
    PyErr_FormatUnraisable("Exception ignored while %s %R", "showing", object);
    PyErr_SetRaisedException(Py_NewRef(error));
    PyErr_FormatUnraisable(NULL);
    PyErr_WriteUnraisable(object);
    Py_DECREF(error);
    return PyLong_FromLong(PyErr_Occurred() == NULL);
}

/* Prints a SystemExit, which ends the process. */
static PyObject *
print_exit(PyObject *Py_UNUSED(module), PyObject *code)
{
    PyErr_SetObject(PyExc_SystemExit, code);
    PyErr_Print();
    return PyUnicode_FromString("not ended");
}

/* syntax(file): a SyntaxError told where it lies, in four ways, and lines of the file. */
static PyObject *
syntax(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *file;
    PyObject *name, *list = PyList_New(0);
    if (!PyArg_ParseTuple(args, "sU", &file, &name)) {
        return NULL;
    }
#define LOCATED(class, call)                   \
    PyErr_SetString(class, "wrong");           \
    call;                                      \
    add(list, PyErr_GetRaisedException())
    LOCATED(PyExc_SyntaxError, PyErr_SyntaxLocation(file, 2));
    LOCATED(PyExc_SyntaxError, PyErr_SyntaxLocationEx(file, 1, 3));
    LOCATED(PyExc_SyntaxError, PyErr_SyntaxLocationObject(name, 1, 4));
    LOCATED(PyExc_SyntaxError, PyErr_RangedSyntaxLocationObject(name, 1, 4, 2, 5));
    LOCATED(PyExc_SyntaxError, PyErr_SyntaxLocationObject(name, 1000, -1));
    LOCATED(PyExc_ValueError, PyErr_SyntaxLocationObject(name, 1, 4));
    PyObject *line = PyErr_ProgramText(file, 1);
    add(list, line != NULL ? line : PyUnicode_FromString("none"));
    line = PyErr_ProgramTextObject(name, 2);
    add(list, line != NULL ? line : PyUnicode_FromString("none"));
    line = PyErr_ProgramText("no such file", 2);
    add(list, line != NULL ? line : PyUnicode_FromString("none"));
    return list;
}

/* here(frame, file): a traceback made of a frame, and written. */
static PyObject *
here(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *frame, *file;
    if (!PyArg_ParseTuple(args, "OO", &frame, &file)) {
        return NULL;
    }
    PyErr_SetString(PyExc_ValueError, "with a frame");
    int done = PyTraceBack_Here((void *)frame);
    PyObject *error = PyErr_GetRaisedException(), *traceback = PyException_GetTraceback(error);
    int checked = PyTraceBack_Check(traceback);
    int printed = PyTraceBack_Print(traceback, file);
    int nothing = PyTraceBack_Print(NULL, file);
    int wrong = PyTraceBack_Print(file, file);
    int matches = PyErr_ExceptionMatches(PyExc_SystemError);
    PyErr_Clear();
    Py_XDECREF(traceback);
    Py_DECREF(error);
    return Py_BuildValue("iiiiii", done, checked, printed, nothing, wrong, matches);
}

static PyObject *
interrupt(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    NUMBER(PyErr_CheckSignals());
    NUMBER(PyErr_SetInterruptEx(0));
    NUMBER(PyErr_SetInterruptEx(1000));
    NUMBER(PyErr_SetInterruptEx(SIGUSR1));
    NUMBER(PyErr_CheckSignals());
    NUMBER(PyErr_SetInterruptEx(SIGTERM));
    NUMBER(PyErr_CheckSignals());
    PyErr_SetInterrupt();
    NUMBER(PyErr_CheckSignals());
    add(list, NULL);
    NUMBER(PyErr_CheckSignals());
    return list;
}

static PyObject *
classes(PyObject *Py_UNUSED(module), PyObject *base)
{
    PyObject *list = PyList_New(0), *space = Py_BuildValue("{s:i}", "field", 5);
    PyObject *class = PyErr_NewException("package.module.Wrong", NULL, NULL);
    add(list, class);
    add(list, PyObject_GetAttrString(class, "__module__"));
    class = PyErr_NewExceptionWithDoc("module.Documented", "A text.", base, space);
    add(list, class);
    add(list, PyObject_GetAttrString(class, "__doc__"));
    add(list, PyObject_GetAttrString(class, "field"));
    add(list, PyObject_GetAttrString(class, "__bases__"));
    add(list, PyErr_NewException("nodot", NULL, NULL));
    Py_DECREF(space);
    return list;
}

static PyMethodDef functions[] = {
    {"set", set, METH_NOARGS, NULL},
    {"take", take, METH_NOARGS, NULL},
    {"handled", handled, METH_O, NULL},
    {"encode", Encode, METH_O, NULL},
    {"decode", Decode, METH_O, NULL},
    {"translate", Translate, METH_O, NULL},
    {"unicode", unicode, METH_VARARGS, NULL},
    {"warn", warn, METH_O, NULL},
    {"show", show, METH_O, NULL},
    {"print_exit", print_exit, METH_O, NULL},
    {"syntax", syntax, METH_VARARGS, NULL},
    {"here", here, METH_VARARGS, NULL},
    {"interrupt", interrupt, METH_NOARGS, NULL},
    {"classes", classes, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "errors", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_errors(void)
{
    return PyModule_Create(&definition);
}
