/* C that breaks the rules. What has an outcome here has the same in CPython; the rest is for AddressSanitizer: see
 * address_sanitizer.rs. */
#include <Python.h>
#include <stddef.h>

/* ---- Functions that return what they must not. */

static PyObject *
null_without(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return NULL;
}

static PyObject *
value_with(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyErr_SetString(PyExc_ValueError, "set, and not told");
    return PyLong_FromLong(5);
}

static int
init_without(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    return -1;
}

static PyTypeObject Failing = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Failing",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_init = init_without,
    .tp_new = PyType_GenericNew,
};

/* ---- A type that holds an object and lies about it, as it is told. */

typedef struct {
    PyObject_HEAD
    PyObject *held;
    PyObject *callback;
    int mode;
} Liar;

enum { HONEST, VISITS_TWICE, VISITS_NOTHING, VISITS_ANOTHER, STOPS };

static PyObject *another;

static int
liar_traverse(PyObject *op, visitproc visit, void *arg)
{
    Liar *self = (Liar *)op;
    switch (self->mode) {
        case VISITS_TWICE:
            Py_VISIT(self->held);
            break;
        case VISITS_NOTHING:
            return 0;
        case VISITS_ANOTHER:
            Py_VISIT(another);
            return 0;
        case STOPS:
            return 1;
        default:
            break;
    }
    Py_VISIT(self->held);
    Py_VISIT(self->callback);
    return 0;
}

static int
liar_clear(PyObject *op)
{
    Liar *self = (Liar *)op;
    PyObject *callback = self->callback;
    if (callback != NULL) {
        self->callback = NULL;
        PyObject *result = PyObject_CallOneArg(callback, op);
        if (result == NULL) {
            PyErr_WriteUnraisable(callback);
        }
        Py_XDECREF(result);
        Py_DECREF(callback);
    }
    Py_CLEAR(self->held);
    return 0;
}

static void
liar_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_CLEAR(((Liar *)op)->held);
    Py_CLEAR(((Liar *)op)->callback);
    Py_TYPE(op)->tp_free(op);
}

static int
liar_init(PyObject *op, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    Liar *self = (Liar *)op;
    PyObject *held, *callback = NULL;
    if (!PyArg_ParseTuple(args, "iO|O", &self->mode, &held, &callback)) {
        return -1;
    }
    Py_XSETREF(self->held, Py_NewRef(held));
    Py_XSETREF(self->callback, Py_XNewRef(callback));
    return 0;
}

static PyObject *
liar_repr(PyObject *op)
{
    return PyObject_Repr(((Liar *)op)->held);
}

static PyObject *
liar_get(PyObject *op, void *Py_UNUSED(closure))
{
    PyObject *held = ((Liar *)op)->held;
    return Py_NewRef(held != NULL ? held : Py_None);
}

static int
liar_set(PyObject *op, PyObject *value, void *Py_UNUSED(closure))
{
    Py_XSETREF(((Liar *)op)->held, Py_XNewRef(value));
    return 0;
}

static PyGetSetDef liar_getset[] = {{"held", liar_get, liar_set, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyTypeObject LiarType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Liar",
    .tp_basicsize = sizeof(Liar),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_traverse = liar_traverse,
    .tp_clear = liar_clear,
    .tp_dealloc = liar_dealloc,
    .tp_repr = liar_repr,
    .tp_init = liar_init,
    .tp_getset = liar_getset,
    .tp_new = PyType_GenericNew,
};

static PyObject *
set_another(PyObject *Py_UNUSED(self), PyObject *object)
{
    Py_XSETREF(another, Py_NewRef(object));
    Py_RETURN_NONE;
}

/* ---- Deallocators that do not what they must. */

static void
raising_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
    PyErr_SetString(PyExc_ValueError, "raised by a deallocator");
}

static PyTypeObject Raising = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Raising",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = raising_dealloc,
    .tp_new = PyType_GenericNew,
};

static void
forgetting_dealloc(PyObject *Py_UNUSED(self))
{
}

static PyTypeObject Forgetting = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Forgetting",
    .tp_basicsize = sizeof(PyObject) + 1000,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = forgetting_dealloc,
    .tp_new = PyType_GenericNew,
};

/* ---- What only AddressSanitizer can tell. */

static PyObject *
decref_too_many(PyObject *Py_UNUSED(self), PyObject *object)
{
    Py_DECREF(object);
    Py_RETURN_NONE;
}

static PyObject *
use_after_release(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyObject *list = PyList_New(3);
    Py_DECREF(list);
    return PyLong_FromSsize_t(PyList_Size(list));
}

static PyObject *
stolen_used_again(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyObject *tuple = PyTuple_New(1);
    PyObject *item = PyList_New(0);
    PyTuple_SetItem(tuple, 0, item);
    Py_DECREF(tuple);
    return PyObject_Repr(item);
}

static PyObject *
released_twice(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyObject *list = PyList_New(0);
    Py_DECREF(list);
    Py_DECREF(list);
    Py_RETURN_NONE;
}

static PyObject *
written_after_release(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 100);
    char *place = PyBytes_AsString(bytes);
    Py_DECREF(bytes);
    memset(place, 'x', 100);
    Py_RETURN_NONE;
}

static PyObject *
borrowed_for_too_long(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    PyObject *list = PyList_New(0), *inner = PyList_New(0);
    PyList_Append(list, inner);
    Py_DECREF(inner);
    PyObject *borrowed = PyList_GetItem(list, 0);
    PyList_SetSlice(list, 0, 1, NULL);
    Py_INCREF(borrowed);
    Py_DECREF(list);
    return borrowed;
}

/* Items behind a fixed part, counted by tp_itemsize. */
typedef struct {
    PyObject_VAR_HEAD
    long items[1];
} Row;

static PyTypeObject RowType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Row",
    .tp_basicsize = offsetof(Row, items),
    .tp_itemsize = sizeof(long),
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static PyObject *
item_after_release(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    Row *row = PyObject_NewVar(Row, &RowType, 5);
    row->items[4] = 4;
    Py_DECREF(row);
    return PyLong_FromLong(row->items[4]);
}

static void
impatient_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    type->tp_free(self);
}

static PyTypeObject Impatient = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "hostile.Impatient",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = impatient_dealloc,
    .tp_new = PyType_GenericNew,
};

static PyObject *
memory_after_free(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    long *numbers = PyMem_New(long, 3);
    numbers[2] = 5;
    PyMem_Free(numbers);
    return PyLong_FromLong(numbers[2]);
}

/* What the others do, as it must be done. */
static PyObject *
no_bug(PyObject *Py_UNUSED(self), PyObject *object)
{
    Py_INCREF(object);
    Py_DECREF(object);
    PyObject *tuple = PyTuple_New(1);
    PyTuple_SetItem(tuple, 0, PyList_New(3));
    Py_ssize_t size = PyList_Size(PyTuple_GetItem(tuple, 0));
    Py_DECREF(tuple);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 100);
    memset(PyBytes_AsString(bytes), 'x', 100);
    Py_DECREF(bytes);
    Row *row = PyObject_NewVar(Row, &RowType, 5);
    row->items[4] = 4;
    Py_DECREF(row);
    long *numbers = PyMem_New(long, 3);
    numbers[2] = 5;
    PyMem_Free(numbers);
    return PyLong_FromSsize_t(size);
}

static PyMethodDef functions[] = {
    {"null_without", null_without, METH_NOARGS, NULL},
    {"value_with", value_with, METH_NOARGS, NULL},
    {"set_another", set_another, METH_O, NULL},
    {"decref_too_many", decref_too_many, METH_O, NULL},
    {"use_after_release", use_after_release, METH_NOARGS, NULL},
    {"stolen_used_again", stolen_used_again, METH_NOARGS, NULL},
    {"released_twice", released_twice, METH_NOARGS, NULL},
    {"written_after_release", written_after_release, METH_NOARGS, NULL},
    {"borrowed_for_too_long", borrowed_for_too_long, METH_NOARGS, NULL},
    {"item_after_release", item_after_release, METH_NOARGS, NULL},
    {"memory_after_free", memory_after_free, METH_NOARGS, NULL},
    {"no_bug", no_bug, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "hostile",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_hostile(void)
{
    PyObject *module = PyModule_Create(&definition);
    PyTypeObject *types[] = {&Failing, &LiarType, &Raising, &Forgetting, &RowType, &Impatient};
    for (size_t i = 0; module != NULL && i < sizeof types / sizeof types[0]; i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            Py_CLEAR(module);
        }
    }
    return module;
}
