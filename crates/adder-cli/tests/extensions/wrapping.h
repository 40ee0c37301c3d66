/* Functions of the C API as functions of a module: what the tests of areas are made of. `...` stands for NULL. */
#ifndef WRAPPING_H
#define WRAPPING_H

#include <Python.h>

#define ARG(i) (args[i] == Py_Ellipsis ? NULL : args[i])
#define UNUSED_ (void)module, (void)args, (void)n
#define FUNCTION(name) \
    static PyObject *w_##name(PyObject *module, PyObject *const *args, Py_ssize_t n)
#define ROW(name) {#name, (PyCFunction)(void (*)(void))w_##name, METH_FASTCALL, NULL}
#define ROW_AS(name, text) {text, (PyCFunction)(void (*)(void))w_##name, METH_FASTCALL, NULL}

/* A number that may stand for an error. */
static inline PyObject *
number(long long result)
{
    if (result == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLongLong(result);
}

/* A number; an error must come with an exception, and nothing else may. */
static inline PyObject *
status(int result)
{
    if ((result == -1) != (PyErr_Occurred() != NULL)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_AssertionError, "-1 without an exception");
        } else {
            PyErr_SetString(PyExc_AssertionError, "an exception without -1");
        }
        return NULL;
    }
    return result == -1 ? NULL : PyLong_FromLong(result);
}

/* A result that is lent, or nothing. */
static inline PyObject *
lent(PyObject *result)
{
    if (result == NULL) {
        return PyErr_Occurred() ? NULL : PyUnicode_FromString("nothing");
    }
    return Py_NewRef(result);
}

/* What was found, and the status: (status, value). */
static inline PyObject *
found(int result, PyObject *value)
{
    if (result < 0) {
        if (value != NULL) {
            PyErr_SetString(PyExc_AssertionError, "an error leaves something");
        }
        return NULL;
    }
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL) {
        Py_XDECREF(value);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 0, PyLong_FromLong(result));
    PyTuple_SET_ITEM(pair, 1, value != NULL ? value : PyUnicode_FromString("NULL"));
    return pair;
}

static inline const char *
text_of(PyObject *object)
{
    return object == NULL ? NULL : PyUnicode_AsUTF8(object);
}

#define OBJECT_0(f) FUNCTION(f) { UNUSED_; return f(); }
#define OBJECT_1(f) FUNCTION(f) { UNUSED_; return f(ARG(0)); }
#define OBJECT_2(f) FUNCTION(f) { UNUSED_; return f(ARG(0), ARG(1)); }
#define OBJECT_3(f) FUNCTION(f) { UNUSED_; return f(ARG(0), ARG(1), ARG(2)); }
#define OBJECT_N(f) FUNCTION(f) { UNUSED_; return f(ARG(0), PyLong_AsSsize_t(args[1])); }
#define OBJECT_NN(f) FUNCTION(f) { UNUSED_; return f(ARG(0), PyLong_AsSsize_t(args[1]), PyLong_AsSsize_t(args[2])); }
#define NUMBER_1(f) FUNCTION(f) { UNUSED_; return number(f(ARG(0))); }
#define NUMBER_2(f) FUNCTION(f) { UNUSED_; return number(f(ARG(0), ARG(1))); }
#define STATUS_1(f) FUNCTION(f) { UNUSED_; return status(f(ARG(0))); }
#define STATUS_2(f) FUNCTION(f) { UNUSED_; return status(f(ARG(0), ARG(1))); }
#define STATUS_3(f) FUNCTION(f) { UNUSED_; return status(f(ARG(0), ARG(1), ARG(2))); }

#define MODULE(name, methods) \
    static PyModuleDef_Slot slots_of_##name[] = {{0, NULL}}; \
    static PyModuleDef definition_of_##name = { \
        PyModuleDef_HEAD_INIT, #name, NULL, 0, methods, slots_of_##name, NULL, NULL, NULL}; \
    PyMODINIT_FUNC PyInit_##name(void) { return PyModuleDef_Init(&definition_of_##name); }

#endif
