/* Types of several kinds, and functions of every calling convention: what extensions.rs looks at. */
#include <Python.h>
#include <stddef.h>

/* A static type: two references, collected. */
typedef struct {
    PyObject_HEAD
    PyObject *left;
    PyObject *right;
    long number;
    char flag;
} Pair;

static int alive = 0;

static int
pair_traverse(Pair *self, visitproc visit, void *arg)
{
    Py_VISIT(self->left);
    Py_VISIT(self->right);
    return 0;
}

static int
pair_clear(Pair *self)
{
    Py_CLEAR(self->left);
    Py_CLEAR(self->right);
    return 0;
}

static void
pair_dealloc(Pair *self)
{
    PyObject_GC_UnTrack(self);
    pair_clear(self);
    alive--;
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
pair_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Pair *self = (Pair *)type->tp_alloc(type, 0);
    if (self != NULL) {
        alive++;
        self->left = Py_NewRef(Py_None);
        self->right = Py_NewRef(Py_None);
    }
    return (PyObject *)self;
}

static int
pair_init(Pair *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *left = Py_None, *right = Py_None;
    if (!PyArg_ParseTuple(args, "|OO:Pair", &left, &right)) {
        return -1;
    }
    Py_SETREF(self->left, Py_NewRef(left));
    Py_SETREF(self->right, Py_NewRef(right));
    return 0;
}

static PyObject *
pair_repr(Pair *self)
{
    PyObject *left = PyObject_Repr(self->left);
    if (left == NULL) {
        return NULL;
    }
    PyObject *head = PyUnicode_FromString("pair of ");
    PyObject *made = head == NULL ? NULL : PyUnicode_Concat(head, left);
    Py_XDECREF(head);
    Py_DECREF(left);
    return made;
}

static Py_ssize_t
pair_length(PyObject *Py_UNUSED(self))
{
    return 2;
}

static PyObject *
pair_item(Pair *self, Py_ssize_t at)
{
    if (at < 0 || at > 1) {
        PyErr_SetString(PyExc_IndexError, "a pair has two items");
        return NULL;
    }
    return Py_NewRef(at == 0 ? self->left : self->right);
}

static PyObject *
pair_add(PyObject *a, PyObject *b)
{
    if (!PyLong_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    long sum = ((Pair *)a)->number + PyLong_AsLong(b);
    return PyLong_FromLong(sum);
}

static PyObject *
pair_compare(PyObject *a, PyObject *b, int op)
{
    if (!PyObject_TypeCheck(b, Py_TYPE(a))) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_RETURN_RICHCOMPARE(((Pair *)a)->number, ((Pair *)b)->number, op);
}

static PyObject *
pair_get_sum(Pair *self, void *closure)
{
    return PyLong_FromLong(self->number + (long)(intptr_t)closure);
}

static int
pair_set_sum(Pair *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete");
        return -1;
    }
    self->number = PyLong_AsLong(value) - (long)(intptr_t)closure;
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *
pair_swap(Pair *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *left = self->left;
    self->left = self->right;
    self->right = left;
    Py_RETURN_NONE;
}

static PyMemberDef pair_members[] = {
    {"left", _Py_T_OBJECT, offsetof(Pair, left), 0, NULL},
    {"number", Py_T_LONG, offsetof(Pair, number), 0, NULL},
    {"flag", Py_T_BOOL, offsetof(Pair, flag), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef pair_getset[] = {
    {"sum", (getter)(void (*)(void))pair_get_sum, (setter)(void (*)(void))pair_set_sum, "number and 100", (void *)100},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef pair_methods[] = {
    {"swap", (PyCFunction)(void (*)(void))pair_swap, METH_NOARGS, "Exchanges both."},
    {NULL, NULL, 0, NULL},
};

static PySequenceMethods pair_sequence = {
    .sq_length = pair_length,
    .sq_item = (ssizeargfunc)(void (*)(void))pair_item,
};

static PyNumberMethods pair_number = {.nb_add = pair_add};

static PyTypeObject PairType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "kinds.Pair",
    .tp_basicsize = sizeof(Pair),
    .tp_dealloc = (destructor)(void (*)(void))pair_dealloc,
    .tp_repr = (reprfunc)(void (*)(void))pair_repr,
    .tp_as_number = &pair_number,
    .tp_as_sequence = &pair_sequence,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "Two objects.",
    .tp_traverse = (traverseproc)(void (*)(void))pair_traverse,
    .tp_clear = (inquiry)(void (*)(void))pair_clear,
    .tp_richcompare = pair_compare,
    .tp_methods = pair_methods,
    .tp_members = pair_members,
    .tp_getset = pair_getset,
    .tp_init = (initproc)(void (*)(void))pair_init,
    .tp_new = pair_new,
};

/* A heap type: an iterator that counts down. */
typedef struct {
    PyObject_HEAD
    long left;
} Countdown;

static PyObject *
countdown_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    long from;
    if (!PyArg_ParseTuple(args, "l:Countdown", &from)) {
        return NULL;
    }
    Countdown *self = (Countdown *)type->tp_alloc(type, 0);
    if (self != NULL) {
        alive++;
        self->left = from;
    }
    return (PyObject *)self;
}

static void
countdown_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    alive--;
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
countdown_next(Countdown *self)
{
    if (self->left <= 0) {
        return NULL;
    }
    return PyLong_FromLong(self->left--);
}

static PyType_Slot countdown_slots[] = {
    {Py_tp_new, (void *)countdown_new},
    {Py_tp_dealloc, (void *)countdown_dealloc},
    {Py_tp_iter, (void *)PyObject_SelfIter},
    {Py_tp_iternext, (void *)countdown_next},
    {Py_tp_doc, (void *)"Counts down."},
    {0, NULL},
};

static PyType_Spec countdown_spec = {
    .name = "kinds.Countdown",
    .basicsize = sizeof(Countdown),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = countdown_slots,
};

/* Calling conventions. */
static PyObject *
no_args(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(alive);
}

static PyObject *
fast(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n)
{
    PyObject *list = PyList_New(0);
    for (Py_ssize_t at = 0; list != NULL && at < n; at++) {
        if (PyList_Append(list, args[at]) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *
fast_keywords(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PyObject *dict = PyDict_New();
    Py_ssize_t keywords = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t at = 0; dict != NULL && at < keywords; at++) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, at), args[n + at]) < 0) {
            Py_CLEAR(dict);
        }
    }
    return dict;
}

static PyObject *
var_keywords(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords)
{
    PyObject *pair = PyTuple_New(2);
    if (pair != NULL) {
        PyTuple_SET_ITEM(pair, 0, Py_NewRef(args));
        PyTuple_SET_ITEM(pair, 1, Py_NewRef(keywords == NULL ? Py_None : keywords));
    }
    return pair;
}

/* Ints of a list, borrowed one by one while Python may change the list. */
static PyObject *
sum_of(PyObject *Py_UNUSED(module), PyObject *list)
{
    long sum = 0;
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(list); at++) {
        PyObject *item = PyList_GET_ITEM(list, at);
        if (item != PyList_GetItem(list, at)) {
            PyErr_SetString(PyExc_AssertionError, "an item is one object");
            return NULL;
        }
        if (item->ob_type != &PyLong_Type || Py_TYPE(item) != &PyLong_Type) {
            PyErr_SetString(PyExc_AssertionError, "an int is of the type int");
            return NULL;
        }
        sum += PyLong_AsLong(item);
    }
    return PyLong_FromLong(sum);
}

static PyObject *
counts(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    Py_ssize_t fresh = Py_REFCNT(list);
    Py_INCREF(list);
    Py_ssize_t two = Py_REFCNT(list);
    Py_DECREF(list);
    Py_ssize_t one = Py_REFCNT(list);
    Py_DECREF(list);
    PyObject *made = PyTuple_New(3);
    if (made != NULL) {
        PyTuple_SET_ITEM(made, 0, PyLong_FromSsize_t(fresh));
        PyTuple_SET_ITEM(made, 1, PyLong_FromSsize_t(two));
        PyTuple_SET_ITEM(made, 2, PyLong_FromSsize_t(one));
    }
    return made;
}

static PyObject *
returns_null(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return NULL;
}

static PyObject *
returns_with_error(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyErr_SetString(PyExc_ValueError, "left behind");
    Py_RETURN_NONE;
}

static PyObject *
call(PyObject *Py_UNUSED(module), PyObject *callable)
{
    PyObject *result = PyObject_CallNoArgs(callable);
    if (result == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        return PyUnicode_FromString("KeyError was caught in C");
    }
    return result;
}

static PyMethodDef functions[] = {
    {"alive", no_args, METH_NOARGS, NULL},
    {"fast", (PyCFunction)(void (*)(void))fast, METH_FASTCALL, NULL},
    {"fast_keywords", (PyCFunction)(void (*)(void))fast_keywords, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"var_keywords", (PyCFunction)(void (*)(void))var_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"sum_of", sum_of, METH_O, NULL},
    {"counts", counts, METH_NOARGS, NULL},
    {"returns_null", returns_null, METH_NOARGS, NULL},
    {"returns_with_error", returns_with_error, METH_NOARGS, NULL},
    {"call", call, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "kinds",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_kinds(void)
{
    if (PyType_Ready(&PairType) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL) {
        return NULL;
    }
    PyObject *countdown = PyType_FromSpec(&countdown_spec);
    if (countdown == NULL || PyModule_AddObjectRef(module, "Pair", (PyObject *)&PairType) < 0
        || PyModule_Add(module, "Countdown", countdown) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
