/* What the modules of the tests share: functions of the C API as functions of Python. None is NULL. */
#include <Python.h>

#include <string.h>

/* What the last function that failed has returned. */
static long failed;

static inline PyObject *
number(long value)
{
    if (PyErr_Occurred()) {
        failed = value;
        return NULL;
    }
    return PyLong_FromLong(value);
}

static inline PyObject *
or_null(PyObject *object)
{
    return object == Py_None ? NULL : object;
}

static inline const char *
text_of(PyObject *object)
{
    return object == Py_None ? NULL : PyBytes_AsString(object);
}

static inline PyObject *
last_failed(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(failed);
}

#define A(at) or_null(args[at])
#define I(at) PyLong_AsSsize_t(args[at])
#define T(at) text_of(args[at])

#define WRAPPED(name, expression)                                                                          \
    static PyObject *wrapped_##name(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)  \
    {                                                                                                      \
        (void)args;                                                                                        \
        (void)count;                                                                                       \
        return expression;                                                                                 \
    }
#define ENTRY(name, expression) {#name, (PyCFunction)(void (*)(void))wrapped_##name, METH_FASTCALL, NULL},
