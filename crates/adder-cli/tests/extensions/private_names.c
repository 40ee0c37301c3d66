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

/* A static metatype, a static type that gets it by Py_SET_TYPE(), and one that is made by its tp_vectorcall. */
static PyTypeObject MetaType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "private_names.Meta",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
};

static PyTypeObject OfMetaType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "private_names.OfMeta",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
};

static PyObject *
made_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (n == 1 && args[0] == Py_None) {
        PyErr_SetString(PyExc_ValueError, "not of None");
        return NULL;
    }
    return Py_BuildValue("(sniO)", ((PyTypeObject *)type)->tp_name, n, names == NULL ? 0 : (int)PyTuple_GET_SIZE(names), n ? args[0] : Py_None);
}

static PyTypeObject MadeType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "private_names.Made",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_vectorcall = made_vectorcall,
};

static PyObject *
call_made(PyObject *Py_UNUSED(module), PyObject *arg)
{
    PyObject *list = PyList_New(0), *none = Py_None;
    add(list, PyObject_Vectorcall((PyObject *)&MadeType, &arg, 1, NULL));
    add(list, PyObject_CallNoArgs((PyObject *)&MadeType));
    add(list, PyObject_CallOneArg((PyObject *)&MadeType, arg));
    add(list, PyObject_Vectorcall((PyObject *)&MadeType, &none, 1, NULL));
    add(list, PyBool_FromLong(PyVectorcall_Function((PyObject *)&MadeType) == made_vectorcall));
    add(list, PyBool_FromLong(PyVectorcall_Function((PyObject *)&OfMetaType) == NULL));
    return list;
}

static PyMethodDef methods[] = {
    {"call_made", call_made, METH_O, NULL},
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
    MetaType.tp_base = &PyType_Type;
    Py_SET_TYPE(&MetaType, &PyType_Type);
    if (PyType_Ready(&MetaType) < 0) {
        return NULL;
    }
    Py_SET_TYPE(&OfMetaType, &MetaType);
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL || PyModule_AddType(module, &MetaType) < 0 || PyModule_AddType(module, &OfMetaType) < 0
        || PyModule_AddType(module, &MadeType) < 0) {
        return NULL;
    }
    return module;
}
