/* The functions of the C API that take variable arguments: they cannot be defined in Rust. What they have in common: they make a walk
 * over the arguments, hand it to Rust, which reads the format and asks for one argument after the other, and end the walk. */
#include <Python.h>

_Static_assert(offsetof(PyTypeObject, _adder) == ADDER_TYPE_TAIL_OFFSET_, "the fields of a type are those of Rust");

/* A walk over variable arguments. A va_list may be an array, whose address means something else as a parameter: hence the struct. */
typedef struct {
    va_list list;
} Walk;

/* Rust asks for the next argument. Shorter ints come as int, float as double; long, long long, size_t and their like are one type. */
int _Adder_NextInt(Walk *walk) { return va_arg(walk->list, int); }
long _Adder_NextLong(Walk *walk) { return va_arg(walk->list, long); }
double _Adder_NextDouble(Walk *walk) { return va_arg(walk->list, double); }
void *_Adder_NextPointer(Walk *walk) { return va_arg(walk->list, void *); }

_Static_assert(sizeof(PyTypeObject) == ADDER_TYPE_TAIL_OFFSET_ + 8 * ADDER_TYPE_TAIL_WORDS_, "and there are no others");
_Static_assert(sizeof(long) == sizeof(long long) && sizeof(long) == sizeof(size_t) && sizeof(long) == sizeof(intmax_t) &&
                   sizeof(long) == sizeof(ptrdiff_t),
               "one type for all ints of 64 bits");

/* Defines the function NAME(parameters, ...), and with V its twin with a va_list; both do `work` with `walk`. */
#define WITH_ARGUMENTS(type, name, parameters, last, work) \
    type name parameters                                   \
    {                                                      \
        Walk walk;                                         \
        va_start(walk.list, last);                         \
        type result = work;                                \
        va_end(walk.list);                                 \
        return result;                                     \
    }
#define WITH_LIST(type, name, parameters, work) \
    type name parameters                        \
    {                                           \
        Walk walk;                              \
        va_copy(walk.list, values);             \
        type result = work;                     \
        va_end(walk.list);                      \
        return result;                          \
    }

/* What Rust does: see arguments/, build_value.rs, formatting/. */
extern int _Adder_ParseOne(PyObject *arg, const char *format, Walk *walk);
extern int _Adder_ParseTuple(PyObject *args, const char *format, Walk *walk);
extern int _Adder_ParseKeywords(PyObject *args, PyObject *keywords, const char *format, char *const *names, Walk *walk);
extern int _Adder_Unpack(PyObject *args, const char *name, Py_ssize_t least, Py_ssize_t most, Walk *walk);
extern PyObject *_Adder_Build(const char *format, Walk *walk);
extern PyObject *_Adder_Pack(Py_ssize_t n, Walk *walk);
extern PyObject *_Adder_CallBuilt(PyObject *callable, const char *format, Walk *walk);
extern PyObject *_Adder_CallMethodBuilt(PyObject *object, const char *name, const char *format, Walk *walk);
extern PyObject *_Adder_CallListed(PyObject *callable, Walk *walk);
extern PyObject *_Adder_CallMethodListed(PyObject *object, PyObject *name, Walk *walk);
extern PyObject *_Adder_FormatText(const char *format, Walk *walk);
extern PyObject *_Adder_FormatBytes(const char *format, Walk *walk);
extern PyObject *_Adder_FormatError(PyObject *class, const char *format, Walk *walk);
extern PyObject *_Adder_FormatErrorFromCause(PyObject *class, const char *format, Walk *walk);
extern int _Adder_FormatWarning(PyObject *category, Py_ssize_t level, const char *format, Walk *walk);
extern int _Adder_FormatResourceWarning(PyObject *source, Py_ssize_t level, const char *format, Walk *walk);
extern int _Adder_FormatWarningAt(PyObject *category, const char *file, int line, const char *module, PyObject *registry,
                                  const char *format, Walk *walk);
extern void _Adder_FormatUnraisable(const char *format, Walk *walk);
extern void _Adder_FormatStdout(const char *format, Walk *walk);
extern void _Adder_FormatStderr(const char *format, Walk *walk);
extern void _Adder_WriteStream(int error, const char *text, int whole);


WITH_ARGUMENTS(int, PyArg_Parse, (PyObject *arg, const char *format, ...), format, _Adder_ParseOne(arg, format, &walk))
WITH_ARGUMENTS(int, PyArg_ParseTuple, (PyObject *args, const char *format, ...), format, _Adder_ParseTuple(args, format, &walk))
WITH_LIST(int, PyArg_VaParse, (PyObject *args, const char *format, va_list values), _Adder_ParseTuple(args, format, &walk))
WITH_ARGUMENTS(int, PyArg_ParseTupleAndKeywords,
               (PyObject *args, PyObject *keywords, const char *format, char *const *names, ...), names,
               _Adder_ParseKeywords(args, keywords, format, names, &walk))
WITH_LIST(int, PyArg_VaParseTupleAndKeywords,
          (PyObject *args, PyObject *keywords, const char *format, char *const *names, va_list values),
          _Adder_ParseKeywords(args, keywords, format, names, &walk))
WITH_ARGUMENTS(int, PyArg_UnpackTuple, (PyObject *args, const char *name, Py_ssize_t least, Py_ssize_t most, ...), most,
               _Adder_Unpack(args, name, least, most, &walk))

WITH_ARGUMENTS(PyObject *, Py_BuildValue, (const char *format, ...), format, _Adder_Build(format, &walk))
WITH_LIST(PyObject *, Py_VaBuildValue, (const char *format, va_list values), _Adder_Build(format, &walk))
WITH_ARGUMENTS(PyObject *, PyTuple_Pack, (Py_ssize_t n, ...), n, _Adder_Pack(n, &walk))
WITH_ARGUMENTS(PyObject *, PyObject_CallFunction, (PyObject *callable, const char *format, ...), format,
               _Adder_CallBuilt(callable, format, &walk))
WITH_ARGUMENTS(PyObject *, PyObject_CallMethod, (PyObject *object, const char *name, const char *format, ...), format,
               _Adder_CallMethodBuilt(object, name, format, &walk))
WITH_ARGUMENTS(PyObject *, PyObject_CallFunctionObjArgs, (PyObject *callable, ...), callable, _Adder_CallListed(callable, &walk))
WITH_ARGUMENTS(PyObject *, PyObject_CallMethodObjArgs, (PyObject *object, PyObject *name, ...), name,
               _Adder_CallMethodListed(object, name, &walk))

WITH_ARGUMENTS(PyObject *, PyUnicode_FromFormat, (const char *format, ...), format, _Adder_FormatText(format, &walk))
WITH_LIST(PyObject *, PyUnicode_FromFormatV, (const char *format, va_list values), _Adder_FormatText(format, &walk))
WITH_ARGUMENTS(PyObject *, PyBytes_FromFormat, (const char *format, ...), format, _Adder_FormatBytes(format, &walk))
WITH_LIST(PyObject *, PyBytes_FromFormatV, (const char *format, va_list values), _Adder_FormatBytes(format, &walk))
WITH_ARGUMENTS(PyObject *, PyErr_Format, (PyObject *class, const char *format, ...), format,
               _Adder_FormatError(class, format, &walk))
WITH_LIST(PyObject *, PyErr_FormatV, (PyObject *class, const char *format, va_list values),
          _Adder_FormatError(class, format, &walk))
WITH_ARGUMENTS(PyObject *, _PyErr_FormatFromCause, (PyObject *class, const char *format, ...), format,
               _Adder_FormatErrorFromCause(class, format, &walk))
WITH_ARGUMENTS(int, PyErr_WarnFormat, (PyObject *category, Py_ssize_t level, const char *format, ...), format,
               _Adder_FormatWarning(category, level, format, &walk))
WITH_ARGUMENTS(int, PyErr_ResourceWarning, (PyObject *source, Py_ssize_t level, const char *format, ...), format,
               _Adder_FormatResourceWarning(source, level, format, &walk))
WITH_ARGUMENTS(int, PyErr_WarnExplicitFormat,
               (PyObject *category, const char *file, int line, const char *module, PyObject *registry, const char *format, ...),
               format, _Adder_FormatWarningAt(category, file, line, module, registry, format, &walk))

/* Tells the audit hooks of an event with arguments built by a format; NULL is none. */
static int
tell(const char *event, const char *format, Walk *walk)
{
    if (format == NULL || *format == '\0') {
        return PySys_AuditTuple(event, NULL);
    }
    PyObject *args = _Adder_Build(format, walk);
    if (args != NULL && !PyTuple_Check(args)) {
        PyObject *only = args;
        args = PyTuple_Pack(1, only);
        Py_DECREF(only);
    }
    if (args == NULL) {
        return -1;
    }
    int result = PySys_AuditTuple(event, args);
    Py_DECREF(args);
    return result;
}

WITH_ARGUMENTS(int, PySys_Audit, (const char *event, const char *format, ...), format, tell(event, format, &walk))

/* Writes a formatted text. */
static int
write_formatted(PyUnicodeWriter *writer, const char *format, Walk *walk)
{
    PyObject *text = _Adder_FormatText(format, walk);
    if (text == NULL) {
        return -1;
    }
    int result = PyUnicodeWriter_WriteStr(writer, text);
    Py_DECREF(text);
    return result;
}

WITH_ARGUMENTS(int, PyUnicodeWriter_Format, (PyUnicodeWriter *writer, const char *format, ...), format,
               write_formatted(writer, format, &walk))

/* As printf, in a buffer of CPython's size. */
static void
write_printed(int error, const char *format, Walk *walk)
{
    char text[1001];
    int length = vsnprintf(text, sizeof text, format, walk->list);
    _Adder_WriteStream(error, text, length >= 0 && (size_t)length < sizeof text);
}

/* Without a result. */
#define WITHOUT_RESULT(name, work) \
    void name(const char *format, ...) \
    {                                  \
        Walk walk;                     \
        va_start(walk.list, format);   \
        work;                          \
        va_end(walk.list);             \
    }

WITHOUT_RESULT(PySys_WriteStdout, write_printed(0, format, &walk))
WITHOUT_RESULT(PySys_WriteStderr, write_printed(1, format, &walk))
WITHOUT_RESULT(PySys_FormatStdout, _Adder_FormatStdout(format, &walk))
WITHOUT_RESULT(PySys_FormatStderr, _Adder_FormatStderr(format, &walk))
WITHOUT_RESULT(PyErr_FormatUnraisable, _Adder_FormatUnraisable(format, &walk))

int
PyOS_vsnprintf(char *text, size_t size, const char *format, va_list values)
{
    /* As in CPython: what is longer than an int can say is an error of its own. */
    if (size > INT_MAX - 512) {
        if (size > 0) {
            text[size - 1] = '\0';
        }
        return -666;
    }
    int length = vsnprintf(text, size, format, values);
    if (size > 0) {
        text[size - 1] = '\0';
    }
    return length;
}

int
PyOS_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = PyOS_vsnprintf(text, size, format, values);
    va_end(values);
    return length;
}
