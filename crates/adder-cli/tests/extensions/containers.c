/* list, tuple, dict, set, and types of C derived from built-in ones: what extensions.rs looks at. */
#include "wrapping.h"

#if PY_VERSION_HEX < 0x030E0000
/* Exported, but not declared for all; the last two are not even exported. */
extern int _PyDict_MergeEx(PyObject *, PyObject *, int);
extern int _PyDict_SetItem_KnownHash(PyObject *, PyObject *, PyObject *, Py_hash_t);
extern int _PySet_NextEntry(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);
extern int _PySet_Update(PyObject *, PyObject *);
#define _PyDict_Contains_KnownHash(dict, key, hash) PyDict_Contains((dict), (key))
#define _PyDict_Next(dict, place, key, value, hash) \
    (PyDict_Next((dict), (place), (key), (value)) && (*(hash) = PyObject_Hash(*(key)), 1))
#endif

FUNCTION(PyList_New) { UNUSED_; return PyList_New(PyLong_AsSsize_t(args[0])); }
NUMBER_1(PyList_Size)
FUNCTION(PyList_GetItem) { UNUSED_; return lent(PyList_GetItem(ARG(0), PyLong_AsSsize_t(args[1]))); }
OBJECT_N(PyList_GetItemRef)
FUNCTION(PyList_SetItem) { UNUSED_; PyObject *item = ARG(2); Py_XINCREF(item); return status(PyList_SetItem(ARG(0), PyLong_AsSsize_t(args[1]), item)); }
FUNCTION(PyList_Insert) { UNUSED_; return status(PyList_Insert(ARG(0), PyLong_AsSsize_t(args[1]), ARG(2))); }
STATUS_2(PyList_Append)
OBJECT_NN(PyList_GetSlice)
FUNCTION(PyList_SetSlice) { UNUSED_; return status(PyList_SetSlice(ARG(0), PyLong_AsSsize_t(args[1]), PyLong_AsSsize_t(args[2]), ARG(3))); }
STATUS_2(PyList_Extend)
STATUS_1(PyList_Clear)
STATUS_1(PyList_Sort)
STATUS_1(PyList_Reverse)
OBJECT_1(PyList_AsTuple)

FUNCTION(PyTuple_New) { UNUSED_; return PyTuple_New(PyLong_AsSsize_t(args[0])); }
NUMBER_1(PyTuple_Size)
FUNCTION(PyTuple_GetItem) { UNUSED_; return lent(PyTuple_GetItem(ARG(0), PyLong_AsSsize_t(args[1]))); }
OBJECT_NN(PyTuple_GetSlice)
FUNCTION(PyTuple_SetItem) { UNUSED_; PyObject *item = ARG(2); Py_XINCREF(item); return status(PyTuple_SetItem(ARG(0), PyLong_AsSsize_t(args[1]), item)); }

/* A new tuple of items, by PyTuple_SetItem, made longer and shorter. */
FUNCTION(resized)
{
    UNUSED_;
    Py_ssize_t first = PyLong_AsSsize_t(args[0]), then = PyLong_AsSsize_t(args[1]);
    PyObject *tuple = PyTuple_New(first);
    for (Py_ssize_t at = 0; at < first; at++) {
        if (PyTuple_SetItem(tuple, at, PyLong_FromSsize_t(at * 1000)) < 0) {
            return NULL;
        }
    }
    if (_PyTuple_Resize(&tuple, then) < 0) {
        return tuple == NULL ? NULL : PyUnicode_FromString("a tuple is left");
    }
    for (Py_ssize_t at = first; at < then; at++) {
        PyTuple_SET_ITEM(tuple, at, Py_NewRef(Py_None));
    }
    return tuple;
}

/* A tuple that others have is not resized: it is given up. */
FUNCTION(resize_shared)
{
    UNUSED_;
    PyObject *tuple = Py_NewRef(args[0]);
    int result = _PyTuple_Resize(&tuple, 1);
    if (tuple != NULL) {
        return PyUnicode_FromString("a tuple is left");
    }
    return status(result);
}

/* A tuple that holds itself by way of a list: the collector must find it. */
FUNCTION(tuple_in_cycle)
{
    UNUSED_;
    PyObject *tuple = PyTuple_New(2), *list = PyList_New(0);
    PyTuple_SET_ITEM(tuple, 0, list);
    PyTuple_SET_ITEM(tuple, 1, Py_NewRef(args[0]));
    if (PyList_Append(list, tuple) < 0) {
        return NULL;
    }
    Py_DECREF(tuple);
    Py_RETURN_NONE;
}

OBJECT_0(PyDict_New)
NUMBER_1(PyDict_Size)
STATUS_3(PyDict_SetItem)
FUNCTION(PyDict_SetItemString) { UNUSED_; return status(PyDict_SetItemString(ARG(0), text_of(args[1]), ARG(2))); }
FUNCTION(PyDict_GetItem) { UNUSED_; return lent(PyDict_GetItem(ARG(0), ARG(1))); }
FUNCTION(PyDict_GetItemWithError) { UNUSED_; return lent(PyDict_GetItemWithError(ARG(0), ARG(1))); }
FUNCTION(PyDict_GetItemString) { UNUSED_; return lent(PyDict_GetItemString(ARG(0), text_of(args[1]))); }
FUNCTION(PyDict_GetItemRef) { UNUSED_; PyObject *value = Py_None; int result = PyDict_GetItemRef(ARG(0), ARG(1), &value); return found(result, value); }
FUNCTION(PyDict_GetItemStringRef)
{
    UNUSED_;
    PyObject *value = Py_None;
    int result = PyDict_GetItemStringRef(ARG(0), text_of(args[1]), &value);
    return found(result, value);
}
STATUS_2(PyDict_DelItem)
FUNCTION(PyDict_DelItemString) { UNUSED_; return status(PyDict_DelItemString(ARG(0), text_of(args[1]))); }
STATUS_2(PyDict_Contains)
FUNCTION(PyDict_ContainsString) { UNUSED_; return status(PyDict_ContainsString(ARG(0), text_of(args[1]))); }
OBJECT_1(PyDict_Copy)
FUNCTION(PyDict_Clear) { UNUSED_; PyDict_Clear(ARG(0)); return PyErr_Occurred() ? NULL : Py_NewRef(Py_None); }
OBJECT_1(PyDict_Keys)
OBJECT_1(PyDict_Values)
OBJECT_1(PyDict_Items)
FUNCTION(PyDict_Merge) { UNUSED_; return status(PyDict_Merge(ARG(0), ARG(1), PyObject_IsTrue(args[2]))); }
FUNCTION(_PyDict_MergeEx) { UNUSED_; return status(_PyDict_MergeEx(ARG(0), ARG(1), (int)PyLong_AsLong(args[2]))); }
STATUS_2(PyDict_Update)
FUNCTION(PyDict_MergeFromSeq2) { UNUSED_; return status(PyDict_MergeFromSeq2(ARG(0), ARG(1), PyObject_IsTrue(args[2]))); }
FUNCTION(PyDict_SetDefault) { UNUSED_; return lent(PyDict_SetDefault(ARG(0), ARG(1), ARG(2))); }
FUNCTION(PyDict_SetDefaultRef)
{
    UNUSED_;
    PyObject *value = Py_None;
    int result = PyDict_SetDefaultRef(ARG(0), ARG(1), ARG(2), n > 3 ? NULL : &value);
    return found(result, n > 3 ? NULL : value);
}
FUNCTION(PyDict_Pop) { UNUSED_; PyObject *value = Py_None; int result = PyDict_Pop(ARG(0), ARG(1), n > 2 ? NULL : &value); return found(result, n > 2 ? NULL : value); }
FUNCTION(PyDict_PopString)
{
    UNUSED_;
    PyObject *value = Py_None;
    int result = PyDict_PopString(ARG(0), text_of(args[1]), n > 2 ? NULL : &value);
    return found(result, n > 2 ? NULL : value);
}
FUNCTION(_PyDict_NewPresized) { UNUSED_; return _PyDict_NewPresized(PyLong_AsSsize_t(args[0])); }
FUNCTION(known_hash)
{
    UNUSED_;
    Py_hash_t hash = PyObject_Hash(args[1]);
    if (_PyDict_SetItem_KnownHash(args[0], args[1], args[2], hash) < 0) {
        return NULL;
    }
    int there = _PyDict_Contains_KnownHash(args[0], args[1], hash);
    return there < 0 ? NULL : lent(_PyDict_GetItem_KnownHash(args[0], args[1], hash));
}

/* The entries, by PyDict_Next and by _PyDict_Next. */
FUNCTION(entries)
{
    UNUSED_;
    PyObject *key, *value, *all = PyList_New(0);
    Py_ssize_t place = 0, again = 0;
    while (PyDict_Next(args[0], &place, &key, &value)) {
        PyObject *key_again = NULL, *value_again = NULL;
        Py_hash_t hash = 0;
        if (!_PyDict_Next(args[0], &again, &key_again, &value_again, &hash) || key != key_again || value != value_again
            || hash != PyObject_Hash(key)) {
            PyErr_SetString(PyExc_AssertionError, "two entries");
            return NULL;
        }
        PyList_Append(all, key);
        PyList_Append(all, value);
    }
    return found((int)PyDict_GET_SIZE(args[0]), all);
}

OBJECT_1(PySet_New)
OBJECT_1(PyFrozenSet_New)
NUMBER_1(PySet_Size)
STATUS_2(PySet_Contains)
STATUS_2(PySet_Add)
STATUS_2(PySet_Discard)
OBJECT_1(PySet_Pop)
STATUS_1(PySet_Clear)

FUNCTION(filled_frozenset)
{
    UNUSED_;
    PyObject *set = PyFrozenSet_New(NULL);
    if (PySet_Add(set, args[0]) < 0 || PySet_Add(set, args[0]) < 0) {
        Py_DECREF(set);
        return NULL;
    }
    return set;
}

FUNCTION(set_entries)
{
    UNUSED_;
    PyObject *key, *all = PyList_New(0);
    Py_ssize_t place = 0;
    Py_hash_t hash;
    while (_PySet_NextEntry(args[0], &place, &key, &hash)) {
        if (hash != PyObject_Hash(key)) {
            PyErr_SetString(PyExc_AssertionError, "two hashes");
            return NULL;
        }
        PyList_Append(all, key);
    }
    PyList_Sort(all);
    return found((int)PySet_GET_SIZE(args[0]), all);
}

FUNCTION(update_set) { UNUSED_; return status(_PySet_Update(ARG(0), ARG(1))); }

/* What an object is, by the macros. */
FUNCTION(kinds_of)
{
    UNUSED_;
    PyObject *o = args[0];
    int is[] = {PyList_Check(o), PyList_CheckExact(o), PyTuple_Check(o), PyTuple_CheckExact(o), PyDict_Check(o), PyDict_CheckExact(o),
        PySet_Check(o), PySet_CheckExact(o), PyFrozenSet_Check(o), PyFrozenSet_CheckExact(o), PyAnySet_Check(o), PyAnySet_CheckExact(o)};
    char text[13] = {0};
    for (int at = 0; at < 12; at++) {
        text[at] = is[at] ? '1' : '0';
    }
    return PyUnicode_FromString(text);
}

/* OrderedDict */
FUNCTION(ordered)
{
    UNUSED_;
    PyObject *made = PyODict_New();
    if (made == NULL || PyODict_SetItem(made, args[0], args[1]) < 0 || PyODict_SetItem(made, args[1], args[0]) < 0
        || PyODict_DelItem(made, args[0]) < 0) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}

/* Types derived from built-in ones, with fields of their own. */
#define DERIVED(Name, Base, first) \
    typedef struct { \
        Base base; \
        PyObject *extra; \
        long number; \
    } Name; \
    static int Name##_traverse(Name *self, visitproc visit, void *arg) \
    { \
        Py_VISIT(self->extra); \
        return Name##_base->tp_traverse == NULL ? 0 : Name##_base->tp_traverse((PyObject *)self, visit, arg); \
    } \
    static int Name##_clear(Name *self) \
    { \
        Py_CLEAR(self->extra); \
        return Name##_base->tp_clear == NULL ? 0 : Name##_base->tp_clear((PyObject *)self); \
    } \
    static void Name##_dealloc(Name *self) \
    { \
        if (first) { \
            PyObject_GC_UnTrack(self); \
        } \
        gone++; \
        Py_CLEAR(self->extra); \
        Name##_base->tp_dealloc((PyObject *)self); \
    } \
    static PyObject *Name##_remember(Name *self, PyObject *what) \
    { \
        Py_XSETREF(self->extra, Py_NewRef(what)); \
        self->number++; \
        Py_RETURN_NONE; \
    } \
    static PyObject *Name##_recall(Name *self, PyObject *ignored) \
    { \
        (void)ignored; \
        return found((int)self->number, Py_XNewRef(self->extra)); \
    } \
    static PyMethodDef Name##_methods[] = { \
        {"remember", (PyCFunction)(void (*)(void))Name##_remember, METH_O, NULL}, \
        {"recall", (PyCFunction)(void (*)(void))Name##_recall, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}}; \
    static PyTypeObject Name##_type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "containers." #Name, \
        .tp_basicsize = sizeof(Name), .tp_dealloc = (destructor)Name##_dealloc, \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | (first ? Py_TPFLAGS_HAVE_GC : 0), \
        .tp_traverse = first ? (traverseproc)Name##_traverse : NULL, .tp_clear = first ? (inquiry)Name##_clear : NULL, \
        .tp_methods = Name##_methods};

static int gone = 0;
#define List_base (&PyList_Type)
#define Dict_base (&PyDict_Type)
#define Set_base (&PySet_Type)
#define Float_base (&PyFloat_Type)
#define Complex_base (&PyComplex_Type)
DERIVED(List, PyListObject, 1)
DERIVED(Dict, PyDictObject, 1)
DERIVED(Set, PySetObject, 1)
DERIVED(Float, PyFloatObject, 0)
DERIVED(Complex, PyComplexObject, 0)

/* Items follow those of an int and of a tuple: there is no room for fields. */
typedef struct {
    PyLongObject base;
} Int;
static PyTypeObject Int_type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "containers.Int",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};
static PyTypeObject Tuple_type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "containers.Tuple",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};

FUNCTION(c_types)
{
    UNUSED_;
    struct {
        PyTypeObject *type, *base;
    } all[] = {{&List_type, List_base}, {&Dict_type, Dict_base}, {&Set_type, Set_base}, {&Float_type, Float_base},
        {&Complex_type, Complex_base}, {&Int_type, &PyLong_Type}, {&Tuple_type, &PyTuple_Type}};
    (void)Float_traverse;
    (void)Float_clear;
    (void)Complex_traverse;
    (void)Complex_clear;
    (void)sizeof(Int);
    PyObject *made = PyTuple_New(7);
    for (int at = 0; at < 7; at++) {
        all[at].type->tp_base = all[at].base;
        if (PyType_Ready(all[at].type) < 0) {
            return NULL;
        }
        PyTuple_SET_ITEM(made, at, Py_NewRef(all[at].type));
    }
    return made;
}

FUNCTION(how_many_gone) { UNUSED_; return PyLong_FromLong(gone); }

static PyMethodDef methods[] = {
    ROW(PyList_New), ROW(PyList_Size), ROW(PyList_GetItem), ROW(PyList_GetItemRef), ROW(PyList_SetItem), ROW(PyList_Insert),
    ROW(PyList_Append), ROW(PyList_GetSlice), ROW(PyList_SetSlice), ROW(PyList_Extend), ROW(PyList_Clear), ROW(PyList_Sort),
    ROW(PyList_Reverse), ROW(PyList_AsTuple), ROW(PyTuple_New), ROW(PyTuple_Size), ROW(PyTuple_GetItem), ROW(PyTuple_GetSlice),
    ROW(PyTuple_SetItem), ROW(resized), ROW(resize_shared), ROW(tuple_in_cycle), ROW(PyDict_New), ROW(PyDict_Size),
    ROW(PyDict_SetItem), ROW(PyDict_SetItemString), ROW(PyDict_GetItem), ROW(PyDict_GetItemWithError), ROW(PyDict_GetItemString),
    ROW(PyDict_GetItemRef), ROW(PyDict_GetItemStringRef), ROW(PyDict_DelItem), ROW(PyDict_DelItemString), ROW(PyDict_Contains),
    ROW(PyDict_ContainsString), ROW(PyDict_Copy), ROW(PyDict_Clear), ROW(PyDict_Keys), ROW(PyDict_Values), ROW(PyDict_Items),
    ROW(PyDict_Merge), ROW(_PyDict_MergeEx), ROW(PyDict_Update), ROW(PyDict_MergeFromSeq2), ROW(PyDict_SetDefault),
    ROW(PyDict_SetDefaultRef), ROW(PyDict_Pop), ROW(PyDict_PopString), ROW(_PyDict_NewPresized), ROW(known_hash), ROW(entries),
    ROW(PySet_New), ROW(PyFrozenSet_New), ROW(PySet_Size), ROW(PySet_Contains), ROW(PySet_Add), ROW(PySet_Discard), ROW(PySet_Pop),
    ROW(PySet_Clear), ROW(filled_frozenset), ROW(set_entries), ROW(update_set), ROW(kinds_of), ROW(ordered), ROW(c_types),
    ROW(how_many_gone), {NULL, NULL, 0, NULL}
};

MODULE(containers, methods)
