/* Arguments read by every unit, values built by every unit, texts formatted by every unit. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>

/* CPython has these, and declares them in headers of its own. */
int _PyArg_NoKeywords(const char *, PyObject *);
int _PyArg_NoPositional(const char *, PyObject *);
int _PyArg_CheckPositional(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t);
void _PyArg_BadArgument(const char *, const char *, const char *, PyObject *);

/* "Type: text" of what is set. */
static PyObject *
caught(void)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        return PyUnicode_FromString("NULL without an exception");
    }
    PyObject *text = PyObject_Str(exception);
    const char *name = strrchr(Py_TYPE(exception)->tp_name, '.');
    name = name != NULL ? name + 1 : Py_TYPE(exception)->tp_name;
    PyObject *shown = text == NULL ? NULL : PyUnicode_FromFormat("%s: %U", name, text);
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

typedef union {
    unsigned char b;
    short h;
    unsigned short H;
    int i;
    unsigned int I;
    long l;
    unsigned long k;
    long long L;
    unsigned long long K;
    Py_ssize_t n;
    float f;
    double d;
    Py_complex D;
    char *s;
    PyObject *o;
    Py_buffer view;
} Place;

static int cleaned = 0;

/* Takes ints, which it is asked to give back; refuses texts without and others with an exception. */
static int
converter(PyObject *object, void *place)
{
    PyObject **target = (PyObject **)place;
    if (object == NULL) {
        cleaned++;
        Py_CLEAR(*target);
        return 1;
    }
    if (PyLong_Check(object)) {
        *target = Py_NewRef(object);
        return Py_CLEANUP_SUPPORTED;
    }
    if (!PyUnicode_Check(object)) {
        PyErr_SetString(PyExc_ValueError, "not for the converter");
    }
    return 0;
}

static PyObject *
shown(char shape, Place *place, Place *next)
{
    switch (shape) {
        case 'b': return PyLong_FromLong(place->b);
        case 'h': return PyLong_FromLong(place->h);
        case 'H': return PyLong_FromLong(place->H);
        case 'i': return PyLong_FromLong(place->i);
        case 'I': return PyLong_FromUnsignedLong(place->I);
        case 'l': return PyLong_FromLong(place->l);
        case 'k': return PyLong_FromUnsignedLong(place->k);
        case 'L': return PyLong_FromLongLong(place->L);
        case 'K': return PyLong_FromUnsignedLongLong(place->K);
        case 'n': return PyLong_FromSsize_t(place->n);
        case 'f': return PyFloat_FromDouble(place->f);
        case 'd': return PyFloat_FromDouble(place->d);
        case 'D': return PyComplex_FromCComplex(place->D);
        case 's': return place->s == NULL ? Py_NewRef(Py_None) : PyBytes_FromString(place->s);
        case '#': return place->s == NULL ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize(place->s, next->n);
        case 'O': return Py_NewRef(place->o == NULL ? Py_None : place->o);
        case '&': return place->o == NULL ? Py_NewRef(Py_None) : place->o;
        case 'e': {
            PyObject *made = place->s == NULL ? Py_NewRef(Py_None) : PyBytes_FromString(place->s);
            PyMem_Free(place->s);
            return made;
        }
        case 'E': {
            PyObject *made = place->s == NULL ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize(place->s, next->n);
            PyMem_Free(place->s);
            return made;
        }
        case '*': {
            PyObject *made = place->view.buf == NULL ? Py_NewRef(Py_None)
                                                     : PyBytes_FromStringAndSize((char *)place->view.buf, place->view.len);
            if (place->view.buf != NULL && !place->view.readonly && place->view.len > 0) {
                ((char *)place->view.buf)[0] = '!';
            }
            PyBuffer_Release(&place->view);
            return made;
        }
    }
    return PyUnicode_FromString("?");
}

/* parse(how, format, shapes, args, keywords=None, names=()): what PyArg_* puts into places of these shapes; x, N: an encoding, or
 * none; T: the type list; C: the converter; u: a place of 4 bytes that is there already; a dash is no place. */
static PyObject *
parse(PyObject *Py_UNUSED(module), PyObject *all)
{
    const char *how, *format, *shapes;
    PyObject *args, *keywords = Py_None, *list = Py_None;
    if (!PyArg_ParseTuple(all, "sssO|OO", &how, &format, &shapes, &args, &keywords, &list)) {
        return NULL;
    }
    Place places[10];
    char room[4];
    void *given[10];
    memset(places, 0, sizeof places);
    memset(given, 0, sizeof given);
    size_t n = strlen(shapes);
    for (size_t at = 0; at < n; at++) {
        switch (shapes[at]) {
            case 'x': given[at] = (void *)"latin-1"; break;
            case 'N': given[at] = NULL; break;
            case 'T': given[at] = &PyList_Type; break;
            case 'C': given[at] = (void *)converter; break;
            case 'u':
                places[at].s = room;
                places[at + 1].n = 4;
                given[at] = &places[at];
                break;
            default: given[at] = &places[at];
        }
    }
    const char *names[32] = {NULL};
    if (list != Py_None) {
        for (Py_ssize_t at = 0; at < PyTuple_Size(list); at++) {
            names[at] = PyUnicode_AsUTF8(PyTuple_GetItem(list, at));
        }
    }
#define GIVEN given[0], given[1], given[2], given[3], given[4], given[5], given[6], given[7], given[8], given[9]
    int good;
    switch (*how) {
        case 'o': good = PyArg_Parse(args, format, GIVEN); break;
        case 'k':
            good = PyArg_ParseTupleAndKeywords(args, keywords == Py_None ? NULL : keywords, format, (char **)names, GIVEN);
            break;
        default: good = PyArg_ParseTuple(args, format, GIVEN);
    }
    if (!good) {
        for (size_t at = 0; at < n; at++) {
            if (strchr("eE", shapes[at]) != NULL && places[at].s != NULL) {
                return PyUnicode_FromString("memory was not taken back");
            }
            if (shapes[at] == '*' && places[at].view.obj != NULL) {
                return PyUnicode_FromString("a buffer was not released");
            }
        }
        return caught();
    }
    PyObject *result = PyList_New(0);
    for (size_t at = 0; at < n; at++) {
        if (strchr("xNTC-", shapes[at]) == NULL) {
            char shape = shapes[at] == 'u' ? '#' : shapes[at];
            if (add(result, shown(shape, &places[at], &places[at + 1])) < 0) {
                return NULL;
            }
        }
    }
    return result;
}

static PyObject *
times_cleaned(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(cleaned);
}

static int
by_list(PyObject *args, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int good = PyArg_VaParse(args, format, values);
    va_end(values);
    return good;
}

static int
by_list_and_keywords(PyObject *args, PyObject *keywords, const char *format, char **names, ...)
{
    va_list values;
    va_start(values, names);
    int good = PyArg_VaParseTupleAndKeywords(args, keywords, format, names, values);
    va_end(values);
    return good;
}

static PyObject *
lists(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords)
{
    int a = 0, b = 0;
    const char *c = "";
    static char *names[] = {"a", "b", "c", NULL};
    if (!by_list_and_keywords(args, keywords, "i|is:lists", names, &a, &b, &c)) {
        return NULL;
    }
    if (!by_list(args, "i|is:lists", &a, &b, &c)) {
        return NULL;
    }
    return Py_BuildValue("iis", a, b, c);
}

static PyObject *
unpack(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *a = NULL, *b = NULL, *c = NULL;
    if (!PyArg_UnpackTuple(args, "unpack", 1, 3, &a, &b, &c)) {
        return NULL;
    }
    return Py_BuildValue("(OOO)", a, b == NULL ? Py_None : b, c == NULL ? Py_None : c);
}

/* Things that are no arguments of a call. */
static PyObject *
checks(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0), *object = NULL;
    PyObject *empty = PyTuple_New(0), *two = Py_BuildValue("ii", 1, 2), *dict = PyDict_New();
    PyObject *wrong = Py_BuildValue("{i:i}", 1, 2), *right = Py_BuildValue("{s:i}", "a", 2);
#define CHECK(call) add(list, (call) ? PyUnicode_FromString("good") : caught())
    CHECK(PyArg_UnpackTuple(two, "f", 2, 2, &object, &object));
    CHECK(PyArg_UnpackTuple(two, "f", 1, 1, &object));
    CHECK(PyArg_UnpackTuple(two, "f", 3, 3, &object));
    CHECK(PyArg_UnpackTuple(two, "f", 0, 1, &object));
    CHECK(PyArg_UnpackTuple(empty, NULL, 1, 2, &object));
    CHECK(PyArg_UnpackTuple(two, NULL, 0, 1, &object));
    CHECK(PyArg_UnpackTuple(list, "f", 0, 1, &object));
    CHECK(PyArg_ValidateKeywordArguments(right));
    CHECK(PyArg_ValidateKeywordArguments(wrong));
    if (PyArg_ValidateKeywordArguments(list) || !PyErr_ExceptionMatches(PyExc_SystemError)) {
        return NULL;
    }
    PyErr_Clear();
    CHECK(_PyArg_NoKeywords("f", NULL));
    CHECK(_PyArg_NoKeywords("f", dict));
    CHECK(_PyArg_NoKeywords("f", right));
    CHECK(_PyArg_NoPositional("f", NULL));
    CHECK(_PyArg_NoPositional("f", empty));
    CHECK(_PyArg_NoPositional("f", two));
    CHECK(_PyArg_CheckPositional("f", 1, 1, 2));
    CHECK(_PyArg_CheckPositional("f", 3, 1, 2));
    CHECK(_PyArg_CheckPositional("f", 0, 1, 2));
    CHECK(_PyArg_CheckPositional("f", 0, 1, 1));
    _PyArg_BadArgument("f", "argument 2", "str", Py_None);
    add(list, NULL);
    _PyArg_BadArgument("f", "argument 'x'", "int", two);
    add(list, NULL);
    Py_DECREF(empty);
    Py_DECREF(two);
    Py_DECREF(dict);
    Py_DECREF(wrong);
    Py_DECREF(right);
    return list;
}

/* The given object with one more reference, by a converter. */
static PyObject *
doubled(void *object)
{
    if (object == NULL) {
        PyErr_SetString(PyExc_LookupError, "nothing to convert");
        return NULL;
    }
    return Py_BuildValue("(OO)", object, object);
}

static PyObject *
by_va_list(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *made = Py_VaBuildValue(format, values);
    va_end(values);
    return made;
}

static PyObject *
build(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyObject *list = PyList_New(0);
#define BUILD(...) add(list, Py_BuildValue(__VA_ARGS__))
    BUILD("");
    BUILD("i", -5);
    BUILD("bBhiH", -1, 200, -300, INT_MIN, 65535);
    BUILD("IlkLKn", UINT_MAX, LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX, (Py_ssize_t)-7);
    BUILD("fd", 0.5f, -2.25);
    Py_complex number = {1.5, -2.5};
    BUILD("D", &number);
    BUILD("cC", 'x', 0x1F40D);
    BUILD("sz", "text", "more");
    BUILD("szy", NULL, NULL, NULL);
    BUILD("s#z#y#", "ab\0c", (Py_ssize_t)4, "xyz", (Py_ssize_t)2, "by\0te", (Py_ssize_t)5);
    BUILD("s#", "negative", (Py_ssize_t)-1);
    BUILD("U", "\xc3\xa4");
    BUILD("y", "bytes");
    BUILD("u", L"wide");
    BUILD("u#", L"wide", (Py_ssize_t)2);
    BUILD("u", NULL);
    BUILD("O", object);
    BUILD("S", object);
    BUILD("N", Py_NewRef(object));
    BUILD("O&", doubled, object);
    BUILD("O&", doubled, NULL);
    BUILD("(i)", 1);
    BUILD("()");
    BUILD("[]");
    BUILD("{}");
    BUILD("((ii) , [i\t{s:i, s:(O)}])", 1, 2, 3, "a", 4, "b", Py_None);
    BUILD("[O,[O,(O)]]", object, object, object);
    BUILD("ii", 1, 2);
    BUILD("(ii", 1, 2);
    BUILD("ii)", 1, 2);
    BUILD("{ii]", 1, 2);
    BUILD("{iii}", 1, 2, 3);
    BUILD("{[]i}", 3);
    BUILD("i?", 1);
    BUILD("O", NULL);
    BUILD("s", "\xff");
    BUILD("C", -1);
    BUILD("C", 0x110000);
    /* References of N are given up, whatever fails before or after. */
    Py_ssize_t before = Py_REFCNT(object);
    BUILD("NON", Py_NewRef(object), NULL, Py_NewRef(object));
    BUILD("(Ns)[N]{sN}", Py_NewRef(object), "\xff", Py_NewRef(object), "k", Py_NewRef(object));
    BUILD("[O&N]", doubled, NULL, Py_NewRef(object));
    add(list, PyLong_FromSsize_t(Py_REFCNT(object) - before));
    PyErr_SetString(PyExc_KeyError, "from before");
    BUILD("N", NULL);
    add(list, by_va_list("is", 1, "list"));
#if PY_VERSION_HEX >= 0x030E0000
    BUILD("pp", 0, 7);
#else
    BUILD("OO", Py_False, Py_True);
#endif
    PyObject *pair = PyTuple_Pack(2, object, Py_None);
    add(list, pair);
    add(list, PyTuple_Pack(0));
    return list;
}

/* call(function, object): calls in all ways. */
static PyObject *
call(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *function, *object, *list = PyList_New(0);
    if (!PyArg_UnpackTuple(args, "call", 2, 2, &function, &object)) {
        return NULL;
    }
    PyObject *tuple = Py_BuildValue("(ii)", 1, 2), *name = PyUnicode_FromString("method");
    PyObject *missing = PyUnicode_FromString("missing");
    add(list, PyObject_CallFunction(function, NULL));
    add(list, PyObject_CallFunction(function, ""));
    add(list, PyObject_CallFunction(function, "i", 3));
    add(list, PyObject_CallFunction(function, "is", 3, "x"));
    add(list, PyObject_CallFunction(function, "O", tuple));
    add(list, PyObject_CallFunction(function, "(O)", tuple));
    add(list, PyObject_CallFunction(function, "OO", tuple, tuple));
    add(list, PyObject_CallFunction(function, "()"));
    add(list, PyObject_CallFunction(function, "[i]", 1));
    add(list, PyObject_CallFunction(function, "O", NULL));
    add(list, PyObject_CallFunction(Py_None, "i", 1));
    add(list, PyObject_CallFunctionObjArgs(function, NULL));
    add(list, PyObject_CallFunctionObjArgs(function, tuple, NULL));
    add(list, PyObject_CallFunctionObjArgs(function, tuple, Py_None, function == NULL ? NULL : Py_True, NULL));
    add(list, PyObject_CallFunctionObjArgs(Py_None, NULL));
    add(list, PyObject_CallMethod(object, "method", NULL));
    add(list, PyObject_CallMethod(object, "method", "is", 4, "y"));
    add(list, PyObject_CallMethod(object, "method", "O", tuple));
    add(list, PyObject_CallMethod(object, "missing", "i", 1));
    add(list, PyObject_CallMethod(object, "number", "i", 1));
    add(list, PyObject_CallMethod(object, "fails", "i", 1));
    add(list, PyObject_CallMethodObjArgs(object, name, NULL));
    add(list, PyObject_CallMethodObjArgs(object, name, tuple, Py_None, NULL));
    add(list, PyObject_CallMethodObjArgs(object, missing, tuple, NULL));
    Py_DECREF(tuple);
    Py_DECREF(name);
    Py_DECREF(missing);
    return list;
}

static PyObject *
format_list(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *made = PyUnicode_FromFormatV(format, values);
    va_end(values);
    return made;
}

static PyObject *
bytes_list(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *made = PyBytes_FromFormatV(format, values);
    va_end(values);
    return made;
}

/* text(object, class): every unit. */
static PyObject *
text(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *object, *class, *list = PyList_New(0);
    if (!PyArg_ParseTuple(args, "OO", &object, &class)) {
        return NULL;
    }
    PyObject *name = PyUnicode_FromString("na\xc3\xafve \xf0\x9f\x90\x8d");
#define TEXT(...) add(list, PyUnicode_FromFormat(__VA_ARGS__))
    TEXT("");
    TEXT("plain");
    TEXT("100%%");
    TEXT("%d %i %u", -1, 2, -1);
    TEXT("%ld %li %lu", LONG_MIN, 3L, ULONG_MAX);
    TEXT("%lld %lli %llu", LLONG_MIN, 3LL, ULLONG_MAX);
    TEXT("%zd %zi %zu", (Py_ssize_t)-9, (Py_ssize_t)9, SIZE_MAX);
    TEXT("%td %ti %tu", (ptrdiff_t)-9, (ptrdiff_t)9, (ptrdiff_t)8);
    TEXT("%jd %ji %ju", INTMAX_MIN, (intmax_t)9, UINTMAX_MAX);
    TEXT("%x %X %o %lx %llX %zo %jx %tx", 255, 255, 8, 4096L, 65535LL, (size_t)64, (uintmax_t)171, (ptrdiff_t)17);
    TEXT("%x %o", -1, -1);
    TEXT("[%5d|%-5d|%05d|%.3d|%6.3d|%-6.3d|%06.3d|%-05d]", 42, 42, 42, 42, 42, 42, 42, 42);
    TEXT("[%5d|%-5d|%05d|%.3d|%6.3d|%-6.3d|%06.3d]", -42, -42, -42, -42, -42, -42, -42);
    TEXT("[%*d|%*d|%-*d|%0*d|%.*d|%*.*d]", 6, 7, -6, 7, 6, 7, 6, 7, 3, 7, 8, 4, 7);
    TEXT("[%.*d|%.*s]", -1, 7, -1, "abc");
    TEXT("%c%c%c", 'a', 0xe9, 0x1F40D);
    TEXT("%c", -1);
    TEXT("%c", 0x110000);
    TEXT("%s|%s", "text", "\xc3\xa4\xff!");
    TEXT("[%10s|%-10s|%.2s|%10.2s|%-10.2s]", "text", "text", "text", "text", "text");
    TEXT("[%.3s|%.2s|%.4s|%6.3s]", "\xc3\xa4\xc3\xb6", "\xf0\x9f\x90\x8d", "\xf0\x9f\x90\x8d!", "\xc3\xa4\xc3\xb6");
    TEXT("[%s|%.5s|%.3s]", "\xed\xa0\x80", "\xed\xa0\x80", "\xe2\x82");
    TEXT("[%ls|%10ls|%-10ls|%.2ls]", L"wide \u20ac", L"wide", L"wide", L"wide");
    TEXT("%p", (void *)0x1a2b);
    TEXT("%p", NULL);
    TEXT("[%U|%8U|%-8U|%.2U|%8.2U]", name, name, name, name, name);
    TEXT("[%V|%V|%8V|%-8.3V]", name, "unused", NULL, "used", NULL, "used", NULL, "used");
    TEXT("[%lV|%6lV]", NULL, L"wide", name, L"wide");
    TEXT("[%S|%R|%A]", object, object, object);
    TEXT("[%S|%R|%A]", name, name, name);
    TEXT("[%12S|%-12R|%.3A|%5.1S]", name, name, name, name);
    TEXT("[%T|%#T|%N|%#N]", object, object, class, class);
    TEXT("[%T|%#T|%N|%#N]", Py_None, Py_None, &PyList_Type, &PyList_Type);
    TEXT("[%30T|%-30N|%.3T]", object, class, object);
    TEXT("%N", object);
    TEXT("100% sure");
    TEXT("tail %");
    TEXT("%q", 1);
    TEXT("before %5c after", 'x');
    TEXT("%hd", 1);
    TEXT("%zs", "x");
    TEXT("%lS", name);
    TEXT("%99999999999999999999d", 1);
    TEXT("%.99999999999999999999d", 1);
    TEXT("\xc3\xa4 %d", 1);
    add(list, format_list("%d %s %R", 5, "list", object));
    Py_DECREF(name);
    return list;
}

static PyObject *
bytes(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
#define BYTES(...) add(list, PyBytes_FromFormat(__VA_ARGS__))
    add(list, bytes_list(""));
    BYTES("plain \xff");
    BYTES("%%|%c%c", 'a', 255);
    BYTES("%c", 256);
    BYTES("%c", -1);
    BYTES("%d %ld %zd %i", -1, -2L, (Py_ssize_t)-3, -4);
    BYTES("%u %lu %zu %x", 1u, ULONG_MAX, SIZE_MAX, 255);
    BYTES("[%s|%.2s|%10s|%10.3s]", "text", "text", "text", "text");
    BYTES("%p", (void *)0x1a2b);
    BYTES("%05d", 7);
    add(list, bytes_list("rest %q here %d", 1));
    add(list, bytes_list("tail %"));
    add(list, bytes_list("%d-%s", 1, "list"));
    return list;
}

static PyObject *
os_printf(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    char room[8];
    PyObject *list = PyList_New(0);
    add(list, PyLong_FromLong(PyOS_snprintf(room, sizeof room, "%d", 1234)));
    add(list, PyUnicode_FromString(room));
    add(list, PyLong_FromLong(PyOS_snprintf(room, sizeof room, "%s", "longer than the room")));
    add(list, PyUnicode_FromString(room));
    return list;
}

static PyObject *
stream(PyObject *Py_UNUSED(module), PyObject *object)
{
    char long_text[1200];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    PyErr_SetString(PyExc_KeyError, "kept");
    PySys_WriteStdout("%s %d\n", "written", 5);
    PySys_WriteStderr("%s %d\n", "to stderr", 5);
    PySys_FormatStdout("%R %.2s\n", object, "formatted");
    PySys_FormatStderr("%S\n", object);
    PySys_WriteStdout("%s\n", long_text);
    PySys_WriteStdout("\n");
    return caught();
}

static PyMethodDef functions[] = {
    {"parse", parse, METH_VARARGS, NULL},
    {"times_cleaned", times_cleaned, METH_NOARGS, NULL},
    {"lists", (PyCFunction)(void (*)(void))lists, METH_VARARGS | METH_KEYWORDS, NULL},
    {"unpack", unpack, METH_VARARGS, NULL},
    {"checks", checks, METH_NOARGS, NULL},
    {"build", build, METH_O, NULL},
    {"call", call, METH_VARARGS, NULL},
    {"text", text, METH_VARARGS, NULL},
    {"bytes", bytes, METH_NOARGS, NULL},
    {"os_printf", os_printf, METH_NOARGS, NULL},
    {"stream", stream, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "arguments", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_arguments(void)
{
    return PyModule_Create(&definition);
}
