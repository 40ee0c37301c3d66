/* Arguments read, values built, calls with arguments of any number, texts formatted. */
#include "counts.h"

/* An object of a case that is among the variable arguments. */
static PyObject *held;

static PyObject *place, *other;
static char *memory;

/* A converter that gives a new reference, which is taken back. */
static int
keep(PyObject *object, void *target)
{
    PyObject **kept = (PyObject **)target;
    if (object == NULL) {
        Py_CLEAR(*kept);
        return 1;
    }
    *kept = Py_NewRef(object);
    return Py_CLEANUP_SUPPORTED;
}

static PyObject *
make_pair(void *object)
{
    return PyTuple_Pack(2, (PyObject *)object, (PyObject *)object);
}

static char *names[] = {"a", "b", NULL};

static int
parse_list(PyObject *args, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int good = PyArg_VaParse(args, format, values);
    va_end(values);
    return good;
}

static int
parse_keywords_list(PyObject *args, PyObject *keywords, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int good = PyArg_VaParseTupleAndKeywords(args, keywords, format, names, values);
    va_end(values);
    return good;
}

static PyObject *
build_list(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *made = Py_VaBuildValue(format, values);
    va_end(values);
    return made;
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

static int
print_list(char *room, size_t size, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = PyOS_vsnprintf(room, size, format, values);
    va_end(values);
    return length;
}

static void
silence(void)
{
    PyObject *done = py("silence()");
    Py_XDECREF(done);
}

/* ---- Arguments read. What is handed out is borrowed, or given back by the case. */
SUCCEEDS(PyArg_Parse, (marker()), PyArg_Parse(o[0], "O", &place), EXPECT(place == o[0]))
SUCCEEDS(PyArg_Parse, (text("a text")), PyArg_Parse(o[0], "s", &s[0]), EXPECT(strcmp((const char *)s[0], "a text") == 0))
RAISES_GIVING(0, PyArg_Parse, TypeError, "argument must be str, not counts.Marker", (marker()), PyArg_Parse(o[0], "s", &s[0]))
RAISES_GIVING(0, PyArg_Parse, SystemError, "old style getargs format uses new features", (marker()), PyArg_Parse(o[0], "OO", &p[0], &p[1]))
SUCCEEDS(PyArg_ParseTuple, (tuple_of(2)), PyArg_ParseTuple(o[0], "OO", &place, &other), EXPECT(result == 1))
SUCCEEDS(PyArg_ParseTuple, (py("(1, 2.5, 'text', b'bytes')")), PyArg_ParseTuple(o[0], "idsy", &n[0], &n[1], &s[0], &s[1]))
SUCCEEDS(PyArg_ParseTuple, (py("([Marker(), (Marker(), 5)], 'k')")), PyArg_ParseTuple(o[0], "(O(On))s", &place, &other, &n[0], &s[0]))
SUCCEEDS(PyArg_ParseTuple, (py("(bytearray(b'x'),)")), PyArg_ParseTuple(o[0], "w*", view), PyBuffer_Release(view))
SUCCEEDS(PyArg_ParseTuple, (py("('abc',)")), PyArg_ParseTuple(o[0], "s*", view), PyBuffer_Release(view))
SUCCEEDS_AFTER((place = NULL), PyArg_ParseTuple, (tuple_of(1)), PyArg_ParseTuple(o[0], "O&", keep, &place), Py_CLEAR(place))
SUCCEEDS_AFTER((memory = NULL), PyArg_ParseTuple, (py("('abc',)")), PyArg_ParseTuple(o[0], "es", "utf-8", &memory), PyMem_Free(memory))
RAISES_GIVING(0, PyArg_ParseTuple, TypeError, "f() takes exactly 2 arguments (1 given)", (tuple_of(1)), PyArg_ParseTuple(o[0], "OO:f", &place, &other))
RAISES_GIVING(0, PyArg_ParseTuple, TypeError, "a message", (tuple_of(1)), PyArg_ParseTuple(o[0], "s;a message", &s[0]))
RAISES_GIVING(0, PyArg_ParseTuple, SystemError, NULL, (list_of(1)), PyArg_ParseTuple(o[0], "O", &place))
RAISES_GIVING(0, PyArg_ParseTuple, ValueError, "bad", (py("(Bad(),)")), PyArg_ParseTuple(o[0], "n", &n[0]))
RAISES_GIVING(0, PyArg_ParseTuple, ValueError, "bad", (py("(Bad(),)")), PyArg_ParseTuple(o[0], "p", &n[0]))
/* What was handed out before is taken back. */
RAISES_GIVING_AFTER(0, (place = NULL), PyArg_ParseTuple, TypeError, NULL, (tuple_of(2)), PyArg_ParseTuple(o[0], "O&i", keep, &place, &n[0]), EXPECT(place == NULL))
RAISES_GIVING(0, PyArg_ParseTuple, TypeError, NULL, (py("(bytearray(b'x'), Marker())")), PyArg_ParseTuple(o[0], "w*i", view, &n[0]))
RAISES_GIVING(0, PyArg_ParseTuple, TypeError, NULL, (py("('abc', Marker())")), PyArg_ParseTuple(o[0], "s*i", view, &n[0]))
RAISES_GIVING_AFTER(0, (memory = NULL), PyArg_ParseTuple, TypeError, NULL, (py("('abc', Marker())")), PyArg_ParseTuple(o[0], "esi", "utf-8", &memory, &n[0]), EXPECT(memory == NULL))
SUCCEEDS(PyArg_VaParse, (tuple_of(1)), parse_list(o[0], "O", &place))
RAISES_GIVING(0, PyArg_VaParse, TypeError, NULL, (tuple_of(2)), parse_list(o[0], "O", &place))
SUCCEEDS(PyArg_ParseTupleAndKeywords, (tuple_of(1), py("{'b': Marker()}")), PyArg_ParseTupleAndKeywords(o[0], o[1], "OO", names, &place, &other))
SUCCEEDS(PyArg_ParseTupleAndKeywords, (tuple_of(1), NULL), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O", names, &place, &other))
SUCCEEDS(PyArg_ParseTupleAndKeywords, (py("()"), py("{'a': 1, 'b': 2}")), PyArg_ParseTupleAndKeywords(o[0], o[1], "OO", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, TypeError, "f() missing required argument 'b' (pos 2)", (tuple_of(1), NULL), PyArg_ParseTupleAndKeywords(o[0], o[1], "OO:f", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, TypeError, "f() got an unexpected keyword argument 'x'", (tuple_of(1), py("{'x': Marker()}")), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O:f", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, TypeError, "argument for f() given by name ('a') and position (1)", (tuple_of(1), py("{'a': Marker()}")), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O:f", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, TypeError, NULL, (tuple_of(2), py("{'x': Marker()}")), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O:f", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, SystemError, NULL, (list_of(1), NULL), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O:f", names, &place, &other))
RAISES_GIVING(0, PyArg_ParseTupleAndKeywords, SystemError, NULL, (tuple_of(1), list_of(1)), PyArg_ParseTupleAndKeywords(o[0], o[1], "O|O:f", names, &place, &other))
SUCCEEDS(PyArg_VaParseTupleAndKeywords, (tuple_of(1), py("{'b': Marker()}")), parse_keywords_list(o[0], o[1], "OO", &place, &other))
RAISES_GIVING(0, PyArg_VaParseTupleAndKeywords, TypeError, NULL, (tuple_of(1), NULL), parse_keywords_list(o[0], o[1], "OO", &place, &other))
SUCCEEDS(PyArg_UnpackTuple, (tuple_of(2)), PyArg_UnpackTuple(o[0], "f", 1, 2, &place, &other), EXPECT(place != NULL && other != NULL))
SUCCEEDS(PyArg_UnpackTuple, (py("(1, 2)")), PyArg_UnpackTuple(o[0], "f", 1, 2, &place, &other))
RAISES_GIVING(0, PyArg_UnpackTuple, TypeError, "f expected at least 1 argument, got 0", (py("()")), PyArg_UnpackTuple(o[0], "f", 1, 2, &place, &other))
RAISES_GIVING(0, PyArg_UnpackTuple, SystemError, "PyArg_UnpackTuple() argument list is not a tuple", (list_of(1)), PyArg_UnpackTuple(o[0], "f", 1, 2, &place, &other))
SUCCEEDS(PyArg_ValidateKeywordArguments, (dict_of(2)), PyArg_ValidateKeywordArguments(o[0]), EXPECT(result == 1))
RAISES_GIVING(0, PyArg_ValidateKeywordArguments, TypeError, "keywords must be strings", (py("{5: Marker()}")), PyArg_ValidateKeywordArguments(o[0]))
RAISES_GIVING(0, PyArg_ValidateKeywordArguments, SystemError, NULL, (list_of(1)), PyArg_ValidateKeywordArguments(o[0]))
SUCCEEDS(_PyArg_NoKeywords, (NULL), _PyArg_NoKeywords("f", o[0]))
SUCCEEDS(_PyArg_NoKeywords, (dict_of(0)), _PyArg_NoKeywords("f", o[0]))
RAISES_GIVING(0, _PyArg_NoKeywords, TypeError, "f() takes no keyword arguments", (dict_of(1)), _PyArg_NoKeywords("f", o[0]))
RAISES_GIVING(0, _PyArg_NoKeywords, SystemError, NULL, (marker()), _PyArg_NoKeywords("f", o[0]))
SUCCEEDS(_PyArg_NoPositional, (NULL), _PyArg_NoPositional("f", o[0]))
RAISES_GIVING(0, _PyArg_NoPositional, TypeError, "f() takes no positional arguments", (tuple_of(1)), _PyArg_NoPositional("f", o[0]))
RAISES_GIVING(0, _PyArg_NoPositional, SystemError, NULL, (marker()), _PyArg_NoPositional("f", o[0]))
SUCCEEDS(_PyArg_CheckPositional, (), _PyArg_CheckPositional("f", 1, 1, 2), EXPECT(result == 1))
RAISES_GIVING(0, _PyArg_CheckPositional, TypeError, "f expected at most 2 arguments, got 3", (), _PyArg_CheckPositional("f", 3, 1, 2))
RAISES(_PyArg_BadArgument, TypeError, "f() argument 1 must be str, not counts.Marker", (marker()), _PyArg_BadArgument("f", "argument 1", "str", o[0]))

/* ---- Values built. */
SUCCEEDS(Py_BuildValue, (), Py_BuildValue(""), EXPECT((PyObject *)result == Py_None))
SUCCEEDS(Py_BuildValue, (), Py_BuildValue("is(d){s:[s]}", 1, "text", 2.5, "k", "v"))
SUCCEEDS_AFTER((held = marker()), Py_BuildValue, (), Py_BuildValue("OO", held, held), Py_CLEAR(held))
SUCCEEDS_AFTER((held = marker()), Py_BuildValue, (), Py_BuildValue("N", held))
SUCCEEDS_AFTER((held = marker()), Py_BuildValue, (), Py_BuildValue("[N(O){si}]", held, Py_None, "k", 5))
SUCCEEDS_AFTER((held = marker()), Py_BuildValue, (), Py_BuildValue("O&", make_pair, held), Py_CLEAR(held))
RAISES_AFTER((held = marker()), Py_BuildValue, SystemError, "NULL object passed to Py_BuildValue", (), Py_BuildValue("ON", NULL, held))
RAISES_AFTER((held = marker()), Py_BuildValue, UnicodeDecodeError, NULL, (), Py_BuildValue("s[N]", "\xff", held))
RAISES(Py_BuildValue, SystemError, "unmatched paren in format", (), Py_BuildValue("(i", 1))
RAISES(Py_BuildValue, SystemError, "Bad dict format", (), Py_BuildValue("{i}", 1))
RAISES_AFTER((held = list_of(1)), Py_BuildValue, TypeError, "unhashable type: 'list'", (), Py_BuildValue("{Ni}", held, 1))
SUCCEEDS_AFTER((held = marker()), Py_VaBuildValue, (), build_list("NO", held, Py_None))
RAISES(Py_VaBuildValue, SystemError, NULL, (), build_list("?"))
SUCCEEDS_AFTER((held = marker()), PyTuple_Pack, (), PyTuple_Pack(2, held, held), Py_CLEAR(held))
SUCCEEDS(PyTuple_Pack, (), PyTuple_Pack(0))

/* ---- Calls. */
SUCCEEDS(PyObject_CallFunction, (py("give")), PyObject_CallFunction(o[0], NULL))
SUCCEEDS_AFTER((held = marker()), PyObject_CallFunction, (py("give")), PyObject_CallFunction(o[0], "NiO", held, 5, Py_None), if (run->null == 0) Py_DECREF(held))
RAISES_AFTER((held = marker()), PyObject_CallFunction, ValueError, "bad", (py("fail")), PyObject_CallFunction(o[0], "N", held))
RAISES(PyObject_CallFunction, TypeError, "'counts.Marker' object is not callable", (marker()), PyObject_CallFunction(o[0], "i", 5))
SUCCEEDS(PyObject_CallMethod, (py("Callable()")), PyObject_CallMethod(o[0], "method", "is", 5, "text"))
RAISES(PyObject_CallMethod, AttributeError, NULL, (py("Callable()")), PyObject_CallMethod(o[0], "missing", "is", 5, "text"))
RAISES(PyObject_CallMethod, ValueError, "bad", (py("Bad()")), PyObject_CallMethod(o[0], "missing", "is", 5, "text"))
RAISES(PyObject_CallMethod, TypeError, "attribute of type 'int' is not callable", (py("Plain(number=5)")), PyObject_CallMethod(o[0], "number", NULL))
SUCCEEDS_AFTER((held = marker()), PyObject_CallFunctionObjArgs, (py("give")), PyObject_CallFunctionObjArgs(o[0], held, held, NULL), Py_CLEAR(held))
RAISES(PyObject_CallFunctionObjArgs, ValueError, "bad", (py("fail")), PyObject_CallFunctionObjArgs(o[0], Py_None, NULL))
SUCCEEDS_AFTER((held = marker()), PyObject_CallMethodObjArgs, (py("Callable()"), text("method")), PyObject_CallMethodObjArgs(o[0], o[1], held, NULL), Py_CLEAR(held))
RAISES(PyObject_CallMethodObjArgs, AttributeError, NULL, (py("Callable()"), text("missing")), PyObject_CallMethodObjArgs(o[0], o[1], Py_None, NULL))

/* ---- Texts. */
SUCCEEDS_AFTER((held = py("['an', 'object']")), PyUnicode_FromFormat, (), PyUnicode_FromFormat("%d %-10s %S %R %A %T", 5, "text", held, held, held, held), Py_CLEAR(held))
RAISES_AFTER((held = py("Bad()")), PyUnicode_FromFormat, ValueError, "bad", (), PyUnicode_FromFormat("%d %R", 5, held), Py_CLEAR(held))
RAISES(PyUnicode_FromFormat, SystemError, "invalid format string: %q", (), PyUnicode_FromFormat("before %q", 5))
SUCCEEDS(PyUnicode_FromFormatV, (), format_list("%d %s", 5, "text"))
RAISES(PyUnicode_FromFormatV, OverflowError, NULL, (), format_list("%c", -1))
SUCCEEDS(PyBytes_FromFormat, (), PyBytes_FromFormat("%d %s", 5, "text"))
RAISES(PyBytes_FromFormat, OverflowError, NULL, (), PyBytes_FromFormat("%c", 256))
SUCCEEDS(PyBytes_FromFormatV, (), bytes_list("%d %s", 5, "text"))
SUCCEEDS_AFTER((silence()), PySys_WriteStdout, (), PySys_WriteStdout("%s", ""))
SUCCEEDS_AFTER((silence()), PySys_WriteStderr, (), PySys_WriteStderr("%s", ""))
SUCCEEDS_AFTER((silence()), PySys_FormatStdout, (), PySys_FormatStdout("%s", ""))
SUCCEEDS_AFTER((silence()), PySys_FormatStderr, (), PySys_FormatStderr("%s", ""))
SUCCEEDS(PyOS_snprintf, (), PyOS_snprintf((char *)&n[0], 4, "%d", 12345), EXPECT(result == 5 && ((char *)&n[0])[3] == '\0'))
SUCCEEDS(PyOS_vsnprintf, (), print_list((char *)&n[0], 4, "%d", 12345), EXPECT(result == 5))
