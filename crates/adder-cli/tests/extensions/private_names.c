/* Private names that modules use, calls of methods, the fields of a bound method. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <compile.h>
#include <structmember.h>
#include <sys/socket.h>
#include "listing.h"

#if !defined(HAVE_UNISTD_H) || !defined(HAVE_CLOCK_GETTIME) || !defined(_GNU_SOURCE)
#error "what the platform has is not said"
#endif

_Py_IDENTIFIER(upper);
_Py_IDENTIFIER(split);

static void
add_borrowed(PyObject *list, PyObject *value)
{
    add(list, value == NULL && !PyErr_Occurred() ? PyUnicode_FromString("NULL") : Py_XNewRef(value));
}

static PyObject *
lookup(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *type, *name, *list = PyList_New(0);
    if (!PyArg_ParseTuple(args, "OO", &type, &name)) {
        return NULL;
    }
    add_borrowed(list, _PyType_Lookup((PyTypeObject *)type, name));
    add(list, PyUnicode_FromString(_PyType_Name((PyTypeObject *)type)));
    return list;
}

static PyObject *
dict_of(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject **place = _PyObject_GetDictPtr(op);
    if (place == NULL) {
        return PyUnicode_FromString("no place");
    }
    return *place == NULL ? PyUnicode_FromString("empty") : Py_NewRef(*place);
}

static PyObject *
identifiers(PyObject *Py_UNUSED(module), PyObject *text)
{
    PyObject *list = PyList_New(0), *space = PyUnicode_FromString(" ");
    add_borrowed(list, _PyUnicode_FromId(&PyId_upper));
    add(list, PyBool_FromLong(_PyUnicode_FromId(&PyId_upper) == _PyUnicode_FromId(&PyId_upper)));
    PyObject *upper = _PyUnicode_FromId(&PyId_upper), *split = _PyUnicode_FromId(&PyId_split);
    add(list, PyObject_CallMethodNoArgs(text, upper));
    add(list, PyObject_CallMethodOneArg(text, split, space));
    add(list, PyObject_CallMethodNoArgs(Py_None, upper));
    add(list, PyObject_CallMethodOneArg(text, upper, space));
    Py_DECREF(space);
    return list;
}

static PyObject *
pop(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *dict, *key, *standard = NULL;
    if (!PyArg_ParseTuple(args, "OO|O", &dict, &key, &standard)) {
        return NULL;
    }
#if PY_VERSION_HEX >= 0x030D0000 && !defined(ADDER_VERSION)
    /* There is a public one now that says more. */
    PyObject *found = NULL;
    int there = PyDict_Pop(dict, key, &found);
    if (there < 0) {
        return NULL;
    }
    if (!there && standard == NULL) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return there ? found : Py_NewRef(standard);
#else
    return _PyDict_Pop(dict, key, standard);
#endif
}

extern int _PyEval_SliceIndex(PyObject *, Py_ssize_t *);

static PyObject *
slice_index(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *list = PyList_New(0);
    Py_ssize_t n = 77;
    int result = _PyEval_SliceIndex(op, &n);
    add_number(list, result);
    if (!result) {
        add(list, NULL);
    }
    add_number(list, n);
    result = _PyEval_SliceIndexNotNone(op, &n);
    add_number(list, result);
    if (!result) {
        add(list, NULL);
    }
    return list;
}

static PyObject *
method_fields(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyMethodObject *method = (PyMethodObject *)op;
    return PyTuple_Pack(2, method->im_func, method->im_self);
}

static PyObject *
checks(PyObject *Py_UNUSED(module), PyObject *op)
{
    printfunc none = 0;
    return Py_BuildValue("iiK", PyRange_Check(op), none == 0, (unsigned long long)_PyObject_VAR_SIZE(&PyTuple_Type, 0) % 8);
}

static PyObject *
fatal(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    Py_FatalError("it cannot go on");
}

static PyMethodDef methods[] = {
    {"lookup", lookup, METH_VARARGS, NULL},
    {"dict_of", dict_of, METH_O, NULL},
    {"identifiers", identifiers, METH_O, NULL},
    {"pop", pop, METH_VARARGS, NULL},
    {"slice_index", slice_index, METH_O, NULL},
    {"method_fields", method_fields, METH_O, NULL},
    {"checks", checks, METH_O, NULL},
    {"fatal", fatal, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "private_names", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_private_names(void)
{
    return PyModule_Create(&definition);
}
