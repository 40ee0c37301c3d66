/* Results as a list, which the program prints: values, numbers, and errors in the place of values. */
#ifndef LISTING_H
#define LISTING_H

#include <Python.h>

/* What is shown of an error beside its class. */
#ifndef TEXT_OF_ERROR
#define TEXT_OF_ERROR(error) PyObject_Str(error)
#endif

static inline PyObject *
error_text(void)
{
    PyObject *error = PyErr_GetRaisedException();
    if (error == NULL) {
        return PyUnicode_FromString("no error");
    }
    PyObject *made = PyTuple_New(2);
    PyTuple_SET_ITEM(made, 0, PyUnicode_FromString(Py_TYPE(error)->tp_name));
    PyTuple_SET_ITEM(made, 1, TEXT_OF_ERROR(error));
    Py_DECREF(error);
    return made;
}

static inline void
add(PyObject *list, PyObject *value)
{
    if (value == NULL) {
        value = error_text();
    }
    PyList_Append(list, value);
    Py_DECREF(value);
}

static inline void
add_number(PyObject *list, Py_ssize_t n)
{
    add(list, PyLong_FromSsize_t(n));
}

#endif
