/* What crossing the border costs: one function for each row of the table that `compare` prints. The same source for both interpreters. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
empty(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self; (void)args; (void)count;
    Py_RETURN_NONE;
}

/* A list of n ints, set in places that are there already. */
static PyObject *
build_list(PyObject *self, PyObject *arg)
{
    (void)self;
    long n = PyLong_AsLong(arg);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *list = PyList_New(n);
    if (list == NULL) {
        return NULL;
    }
    for (long i = 0; i < n; i++) {
        PyObject *number = PyLong_FromLong(i);
        if (number == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, number);
    }
    return list;
}

/* The same by PyList_Append. */
static PyObject *
append_list(PyObject *self, PyObject *arg)
{
    (void)self;
    long n = PyLong_AsLong(arg);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    for (long i = 0; i < n; i++) {
        PyObject *number = PyLong_FromLong(i);
        if (number == NULL || PyList_Append(list, number) < 0) {
            Py_XDECREF(number);
            Py_DECREF(list);
            return NULL;
        }
        Py_DECREF(number);
    }
    return list;
}

/* Every key of a list set in a dict, `rounds` times. */
static PyObject *
set_items(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self;
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "keys and rounds");
        return NULL;
    }
    long rounds = PyLong_AsLong(args[1]);
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyList_Size(args[0]);
    for (long round = 0; round < rounds; round++) {
        for (Py_ssize_t i = 0; i < n; i++) {
            PyObject *key = PyList_GetItem(args[0], i);
            if (key == NULL || PyDict_SetItem(dict, key, Py_None) < 0) {
                Py_DECREF(dict);
                return NULL;
            }
        }
    }
    return dict;
}

/* Every key of a list looked up in a dict, `rounds` times. */
static PyObject *
get_items(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self;
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "a dict, keys and rounds");
        return NULL;
    }
    long rounds = PyLong_AsLong(args[2]), found = 0;
    Py_ssize_t n = PyList_Size(args[1]);
    for (long round = 0; round < rounds; round++) {
        for (Py_ssize_t i = 0; i < n; i++) {
            found += PyDict_GetItem(args[0], PyList_GET_ITEM(args[1], i)) != NULL;
        }
    }
    return PyLong_FromLong(found);
}

/* References counted up and down. */
static PyObject *
count(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    (void)self;
    if (n != 2) {
        PyErr_SetString(PyExc_TypeError, "an object and rounds");
        return NULL;
    }
    long rounds = PyLong_AsLong(args[1]);
    PyObject *volatile object = args[0];
    for (long i = 0; i < rounds; i++) {
        Py_INCREF(object);
        Py_DECREF(object);
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"empty", (PyCFunction)(void (*)(void))empty, METH_FASTCALL, NULL},
    {"build_list", build_list, METH_O, NULL},
    {"append_list", append_list, METH_O, NULL},
    {"set_items", (PyCFunction)(void (*)(void))set_items, METH_FASTCALL, NULL},
    {"get_items", (PyCFunction)(void (*)(void))get_items, METH_FASTCALL, NULL},
    {"count", (PyCFunction)(void (*)(void))count, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "crossing", .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_crossing(void)
{
    return PyModuleDef_Init(&definition);
}
