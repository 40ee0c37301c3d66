/* The functions of the C API that take variable arguments: they cannot be defined in Rust. */
#include <Python.h>

_Static_assert(offsetof(PyTypeObject, _adder) == ADDER_TYPE_TAIL_OFFSET_, "the fields of a type are those of Rust");

/* One value from an argument. */
static int
convert(PyObject *arg, const char **format, va_list *places, const char *who)
{
    char unit = *(*format)++;
    switch (unit) {
        case 'O': {
            if (**format == '!') {
                ++*format;
                PyTypeObject *type = va_arg(*places, PyTypeObject *);
                PyObject **place = va_arg(*places, PyObject **);
                if (!PyObject_TypeCheck(arg, type)) {
                    PyErr_Format(PyExc_TypeError, "%s argument must be %s, not %s", who, type->tp_name, Py_TYPE(arg)->tp_name);
                    return 0;
                }
                *place = arg;
                return 1;
            }
            *va_arg(*places, PyObject **) = arg;
            return 1;
        }
        case 'l': {
            long value = PyLong_AsLong(arg);
            if (value == -1 && PyErr_Occurred()) {
                return 0;
            }
            *va_arg(*places, long *) = value;
            return 1;
        }
        case 'i': {
            int value = PyLong_AsInt(arg);
            if (value == -1 && PyErr_Occurred()) {
                return 0;
            }
            *va_arg(*places, int *) = value;
            return 1;
        }
        case 'n': {
            Py_ssize_t value = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
            if (value == -1 && PyErr_Occurred()) {
                return 0;
            }
            *va_arg(*places, Py_ssize_t *) = value;
            return 1;
        }
        case 'd': {
            double value = PyFloat_AsDouble(arg);
            if (value == -1.0 && PyErr_Occurred()) {
                return 0;
            }
            *va_arg(*places, double *) = value;
            return 1;
        }
        case 's': {
            const char *text = PyUnicode_AsUTF8(arg);
            if (text == NULL) {
                return 0;
            }
            *va_arg(*places, const char **) = text;
            return 1;
        }
        default:
            PyErr_Format(PyExc_SystemError, "%s: format unit '%c' is not supported", who, unit);
            return 0;
    }
}

int
PyArg_VaParse(PyObject *args, const char *format, va_list list)
{
    va_list places;
    va_copy(places, list);
    const char *name = strpbrk(format, ":");
    const char *who = name != NULL ? name + 1 : "function";
    Py_ssize_t given = PyTuple_Size(args);
    Py_ssize_t at = 0;
    int optional = 0;
    int good = given >= 0;
    while (good && *format != '\0' && *format != ':' && *format != ';') {
        if (*format == '|') {
            optional = 1;
            ++format;
            continue;
        }
        if (at >= given) {
            if (!optional) {
                PyErr_Format(PyExc_TypeError, "%s() takes more arguments (%zd given)", who, given);
                good = 0;
            }
            break;
        }
        good = convert(PyTuple_GetItem(args, at++), &format, &places, who);
    }
    if (good && at < given) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zd arguments (%zd given)", who, at, given);
        good = 0;
    }
    va_end(places);
    return good;
}

int
PyArg_ParseTuple(PyObject *args, const char *format, ...)
{
    va_list places;
    va_start(places, format);
    int good = PyArg_VaParse(args, format, places);
    va_end(places);
    return good;
}

PyObject *
PyErr_FormatV(PyObject *class, const char *format, va_list values)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, values);
    PyErr_SetString(class, text);
    return NULL;
}

PyObject *
PyErr_Format(PyObject *class, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyErr_FormatV(class, format, values);
    va_end(values);
    return NULL;
}
