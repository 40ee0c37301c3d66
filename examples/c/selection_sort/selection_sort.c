/* A selection sort of a list of ints, for today's C API. The README beside it walks through every reference. */
#include <Python.h>

/* The values of a list of ints; NULL with an exception. The caller frees them. */
static long *
values_of(PyObject *list, Py_ssize_t len)
{
    long *values = PyMem_New(long, len > 0 ? len : 1);
    if (values == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t at = 0; at < len; at++) {
        PyObject *item = PyList_GetItem(list, at); /* borrowed: the list owns it */
        if (item == NULL) {
            PyMem_Free(values);
            return NULL;
        }
        if (!PyLong_Check(item)) {
            PyErr_Format(PyExc_TypeError, "item %zd must be an int, not %s", at, Py_TYPE(item)->tp_name);
            PyMem_Free(values);
            return NULL;
        }
        values[at] = PyLong_AsLong(item);
        if (values[at] == -1 && PyErr_Occurred()) {
            PyMem_Free(values);
            return NULL;
        }
    }
    return values;
}

static void
sort(long *values, Py_ssize_t len)
{
    for (Py_ssize_t at = 0; at + 1 < len; at++) {
        Py_ssize_t least = at;
        for (Py_ssize_t other = at + 1; other < len; other++) {
            if (values[other] < values[least]) {
                least = other;
            }
        }
        long value = values[at];
        values[at] = values[least];
        values[least] = value;
    }
}

static PyObject *
selection_sort(PyObject *Py_UNUSED(module), PyObject *list)
{
    if (!PyList_Check(list)) {
        PyErr_Format(PyExc_TypeError, "a list is required, not %s", Py_TYPE(list)->tp_name);
        return NULL;
    }
    Py_ssize_t len = PyList_GET_SIZE(list);
    long *values = values_of(list, len);
    if (values == NULL) {
        return NULL;
    }
    sort(values, len);
    PyObject *sorted = PyList_New(len); /* owned by this function */
    if (sorted != NULL) {
        for (Py_ssize_t at = 0; at < len; at++) {
            PyObject *item = PyLong_FromLong(values[at]); /* owned by this function */
            if (item == NULL) {
                Py_CLEAR(sorted); /* releases the items that it has, too */
                break;
            }
            PyList_SET_ITEM(sorted, at, item); /* stolen: the list owns it now */
        }
    }
    PyMem_Free(values);
    return sorted; /* passed on to the caller */
}

static PyMethodDef functions[] = {
    {"selection_sort", selection_sort, METH_O, PyDoc_STR("selection_sort($module, list, /)\n--\n\nA sorted copy of a list of ints.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "selection_sort",
    .m_doc = PyDoc_STR("Selection sort, in C."),
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_selection_sort(void)
{
    return PyModuleDef_Init(&definition);
}
