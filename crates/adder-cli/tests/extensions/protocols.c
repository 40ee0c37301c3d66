/* Sequences, mappings, iteration, slices: what extensions.rs looks at. */
#include "wrapping.h"

/* Some headers have macros of the same names before the functions. */
#undef PySequence_Length
#undef PySequence_In
#undef PyMapping_Length

NUMBER_1(PySequence_Check)
NUMBER_1(PySequence_Size)
NUMBER_1(PySequence_Length)
OBJECT_2(PySequence_Concat)
OBJECT_2(PySequence_InPlaceConcat)
OBJECT_N(PySequence_Repeat)
OBJECT_N(PySequence_InPlaceRepeat)
OBJECT_N(PySequence_GetItem)
OBJECT_NN(PySequence_GetSlice)
FUNCTION(PySequence_SetItem) { UNUSED_; return status(PySequence_SetItem(ARG(0), PyLong_AsSsize_t(args[1]), ARG(2))); }
FUNCTION(PySequence_DelItem) { UNUSED_; return status(PySequence_DelItem(ARG(0), PyLong_AsSsize_t(args[1]))); }
FUNCTION(PySequence_SetSlice)
{
    UNUSED_;
    return status(PySequence_SetSlice(ARG(0), PyLong_AsSsize_t(args[1]), PyLong_AsSsize_t(args[2]), ARG(3)));
}
FUNCTION(PySequence_DelSlice) { UNUSED_; return status(PySequence_DelSlice(ARG(0), PyLong_AsSsize_t(args[1]), PyLong_AsSsize_t(args[2]))); }
NUMBER_2(PySequence_Count)
NUMBER_2(PySequence_Index)
STATUS_2(PySequence_Contains)
STATUS_2(PySequence_In)
OBJECT_1(PySequence_List)
OBJECT_1(PySequence_Tuple)

/* The items of a sequence three times: by number, by place, by slot; and whether the sequence itself was given back. */
FUNCTION(PySequence_Fast)
{
    UNUSED_;
    PyObject *fast = PySequence_Fast(ARG(0), "a sequence is wanted");
    if (fast == NULL) {
        return NULL;
    }
    Py_ssize_t size = PySequence_Fast_GET_SIZE(fast);
    PyObject **items = PySequence_Fast_ITEMS(fast);
    PyObject *all = PyList_New(0);
    for (Py_ssize_t at = 0; at < size; at++) {
        PyObject *by_number = PySequence_Fast_GET_ITEM(fast, at);
        PyObject *by_slot = PySequence_ITEM(fast, at);
        if (by_number != items[at] || by_slot != items[at]) {
            PyErr_SetString(PyExc_AssertionError, "three items");
            return NULL;
        }
        PyList_Append(all, by_slot);
        Py_DECREF(by_slot);
    }
    int same = fast == args[0];
    Py_DECREF(fast);
    return found(same, all);
}

NUMBER_1(PyMapping_Check)
NUMBER_1(PyMapping_Size)
NUMBER_1(PyMapping_Length)
FUNCTION(PyMapping_GetItemString) { UNUSED_; return PyMapping_GetItemString(ARG(0), text_of(ARG(1))); }
FUNCTION(PyMapping_SetItemString) { UNUSED_; return status(PyMapping_SetItemString(ARG(0), text_of(ARG(1)), ARG(2))); }
FUNCTION(PyMapping_DelItem) { UNUSED_; return status(PyMapping_DelItem(ARG(0), ARG(1))); }
FUNCTION(PyMapping_DelItemString) { UNUSED_; return status(PyMapping_DelItemString(ARG(0), text_of(ARG(1)))); }
FUNCTION(PyObject_DelItemString) { UNUSED_; return status(PyObject_DelItemString(ARG(0), text_of(ARG(1)))); }
FUNCTION(PyMapping_GetOptionalItem)
{
    UNUSED_;
    PyObject *value = Py_None;
    int result = PyMapping_GetOptionalItem(ARG(0), ARG(1), &value);
    return found(result, value);
}
FUNCTION(PyMapping_GetOptionalItemString)
{
    UNUSED_;
    PyObject *value = Py_None;
    int result = PyMapping_GetOptionalItemString(ARG(0), text_of(ARG(1)), &value);
    return found(result, value);
}
NUMBER_2(PyMapping_HasKey)
FUNCTION(PyMapping_HasKeyString) { UNUSED_; return number(PyMapping_HasKeyString(ARG(0), text_of(ARG(1)))); }
STATUS_2(PyMapping_HasKeyWithError)
FUNCTION(PyMapping_HasKeyStringWithError) { UNUSED_; return status(PyMapping_HasKeyStringWithError(ARG(0), text_of(ARG(1)))); }
OBJECT_1(PyMapping_Keys)
OBJECT_1(PyMapping_Values)
OBJECT_1(PyMapping_Items)

NUMBER_1(PyIter_Check)
NUMBER_1(PyAIter_Check)
OBJECT_1(PyObject_GetAIter)
OBJECT_1(PySeqIter_New)
OBJECT_2(PyCallIter_New)

/* The next value, with its status. */
FUNCTION(next_item)
{
    UNUSED_;
    PyObject *item = Py_None;
#if PY_VERSION_HEX >= 0x030E0000
    int result = PyIter_NextItem(args[0], &item);
#else
    int result = -1;
    if (!PyIter_Check(args[0])) {
        item = NULL;
        PyErr_Format(PyExc_TypeError, "expected an iterator, got '%s'", Py_TYPE(args[0])->tp_name);
    } else {
        item = PyIter_Next(args[0]);
        result = item != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
    }
#endif
    return found(result, item);
}

FUNCTION(PyIter_Send)
{
    UNUSED_;
    PyObject *result = Py_None;
    PySendResult how = PyIter_Send(args[0], args[1], &result);
    return found(how == PYGEN_ERROR ? -1 : how == PYGEN_NEXT ? 10 : 20, result);
}

FUNCTION(PySlice_New)
{
    UNUSED_;
    return PySlice_New(ARG(0), ARG(1), ARG(2));
}

/* Start, stop and step; fitted to a length; and how many items there are. */
FUNCTION(slice_indices)
{
    UNUSED_;
    Py_ssize_t length = PyLong_AsSsize_t(args[1]), all[8] = {0}, count;
    if (PySlice_Unpack(args[0], &all[0], &all[1], &all[2]) < 0) {
        return NULL;
    }
    all[3] = all[0];
    all[4] = all[1];
    count = PySlice_AdjustIndices(length, &all[3], &all[4], all[2]);
    Py_ssize_t start, stop, step;
    if (PySlice_GetIndicesEx(args[0], length, &start, &stop, &step, &all[5]) < 0) {
        return NULL;
    }
    all[6] = start == all[3] && stop == all[4] && step == all[2] && count == all[5];
    PyObject *list = PyList_New(7);
    for (int at = 0; at < 7; at++) {
        PyList_SET_ITEM(list, at, PyLong_FromSsize_t(all[at]));
    }
    return list;
}

FUNCTION(PySlice_GetIndices)
{
    UNUSED_;
    Py_ssize_t all[3] = {-7, -7, -7};
    int result = PySlice_GetIndices(args[0], PyLong_AsSsize_t(args[1]), &all[0], &all[1], &all[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (int at = 0; result == 0 && at < 3; at++) {
        PyObject *n = PyLong_FromSsize_t(all[at]);
        PyList_Append(list, n);
        Py_DECREF(n);
    }
    return found(result + 1, list);
}

/* What an object is, by the macros and the types. */
FUNCTION(kinds_of)
{
    UNUSED_;
    static PyTypeObject *types[] = {&PyListIter_Type, &PyListRevIter_Type, &PyDictKeys_Type, &PyDictValues_Type,
        &PyDictItems_Type, &PyDictIterKey_Type, &PyDictIterValue_Type, &PyDictIterItem_Type, &PyDictRevIterKey_Type,
        &PyDictRevIterValue_Type, &PyDictRevIterItem_Type, &PyBytesIter_Type, &PyByteArrayIter_Type, &PyUnicodeIter_Type,
        &PyEllipsis_Type, &PyTupleIter_Type, &PySetIter_Type, &PyRangeIter_Type};
    PyObject *o = args[0], *all = PyList_New(0);
    for (size_t at = 0; at < Py_ARRAY_LENGTH(types); at++) {
        if (Py_IS_TYPE(o, types[at])) {
            PyObject *name = PyUnicode_FromString(types[at]->tp_name);
            PyList_Append(all, name);
            Py_DECREF(name);
        }
    }
    long flags = PySlice_Check(o) << 0 | PySeqIter_Check(o) << 1 | PyCallIter_Check(o) << 2 | PyAnySet_Check(o) << 3
        | PyDictKeys_Check(o) << 4 | PyDictValues_Check(o) << 5 | PyDictItems_Check(o) << 6 | PyDictViewSet_Check(o) << 7;
    return found((int)flags, all);
}

FUNCTION(PyObject_Print)
{
    UNUSED_;
    FILE *file = fopen(text_of(args[1]), "w");
    if (file == NULL) {
        return PyErr_NoMemory();
    }
    int result = PyObject_Print(ARG(0), file, PyObject_IsTrue(args[2]) ? Py_PRINT_RAW : 0);
    fclose(file);
    return status(result);
}

/* An item by `sq_item` and `mp_subscript` of the type, for a type of C's. */
typedef struct {
    PyObject_HEAD
} Plain;

static Py_ssize_t three(PyObject *self) { (void)self; return 3; }
static Py_ssize_t failing_length(PyObject *self) { (void)self; PyErr_SetString(PyExc_ValueError, "no length"); return -1; }
static PyObject *item(PyObject *self, Py_ssize_t at)
{
    (void)self;
    if (at < 0 || at > 2) {
        PyErr_SetString(PyExc_IndexError, "three items");
        return NULL;
    }
    return PyLong_FromSsize_t(at * 1000);
}
static PyObject *subscript(PyObject *self, PyObject *key)
{
    (void)self;
    if (PyUnicode_Check(key)) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return Py_NewRef(key);
}
static int set_at(PyObject *self, Py_ssize_t at, PyObject *value)
{
    (void)self;
    (void)at;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "items stay");
        return -1;
    }
    return 0;
}
static PyObject *power(PyObject *a, PyObject *b, PyObject *c)
{
    (void)a;
    (void)b;
    return c == Py_None ? PyUnicode_FromString("no modulus") : Py_NewRef(c);
}

static PySequenceMethods sequence_methods = {.sq_length = three, .sq_item = item, .sq_ass_item = set_at};
static PyNumberMethods number_methods = {.nb_inplace_power = power};
static PyMappingMethods mapping_methods = {.mp_length = three, .mp_subscript = subscript};
static PySequenceMethods failing_methods = {.sq_length = failing_length, .sq_item = item};

static PyTypeObject Sequence = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "protocols.Sequence", .tp_basicsize = sizeof(Plain),
    .tp_flags = Py_TPFLAGS_DEFAULT, .tp_as_sequence = &sequence_methods, .tp_as_number = &number_methods, .tp_new = PyType_GenericNew};
static PyTypeObject Mapping = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "protocols.Mapping", .tp_basicsize = sizeof(Plain),
    .tp_flags = Py_TPFLAGS_DEFAULT, .tp_as_mapping = &mapping_methods, .tp_new = PyType_GenericNew};
static PyTypeObject NoLength = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "protocols.NoLength", .tp_basicsize = sizeof(Plain),
    .tp_flags = Py_TPFLAGS_DEFAULT, .tp_as_sequence = &failing_methods, .tp_new = PyType_GenericNew};

FUNCTION(in_place_power) { UNUSED_; return PyNumber_InPlacePower(args[0], args[1], args[2]); }

FUNCTION(c_types)
{
    UNUSED_;
    PyTypeObject *all[] = {&Sequence, &Mapping, &NoLength};
    PyObject *made = PyTuple_New(3);
    for (int at = 0; at < 3; at++) {
        if (PyType_Ready(all[at]) < 0) {
            return NULL;
        }
        PyTuple_SET_ITEM(made, at, Py_NewRef(all[at]));
    }
    return made;
}

static PyMethodDef methods[] = {
    ROW(PySequence_Check), ROW(PySequence_Size), ROW(PySequence_Length), ROW(PySequence_Concat),
    ROW(PySequence_InPlaceConcat), ROW(PySequence_Repeat), ROW(PySequence_InPlaceRepeat), ROW(PySequence_GetItem),
    ROW(PySequence_GetSlice), ROW(PySequence_SetItem), ROW(PySequence_DelItem), ROW(PySequence_SetSlice),
    ROW(PySequence_DelSlice), ROW(PySequence_Count), ROW(PySequence_Index), ROW(PySequence_Contains), ROW(PySequence_In),
    ROW(PySequence_List), ROW(PySequence_Tuple), ROW(PySequence_Fast), ROW(PyMapping_Check), ROW(PyMapping_Size),
    ROW(PyMapping_Length), ROW(PyMapping_GetItemString), ROW(PyMapping_SetItemString), ROW(PyMapping_DelItem),
    ROW(PyMapping_DelItemString), ROW(PyObject_DelItemString), ROW(PyMapping_GetOptionalItem),
    ROW(PyMapping_GetOptionalItemString), ROW(PyMapping_HasKey), ROW(PyMapping_HasKeyString), ROW(PyMapping_HasKeyWithError),
    ROW(PyMapping_HasKeyStringWithError), ROW(PyMapping_Keys), ROW(PyMapping_Values), ROW(PyMapping_Items),
    ROW(PyIter_Check), ROW(PyAIter_Check), ROW(PyObject_GetAIter), ROW(PySeqIter_New), ROW(PyCallIter_New), ROW(next_item),
    ROW(PyIter_Send), ROW(PySlice_New), ROW(slice_indices), ROW(PySlice_GetIndices), ROW(kinds_of), ROW(PyObject_Print),
    ROW(in_place_power), ROW(c_types), {NULL, NULL, 0, NULL}
};

MODULE(protocols, methods)
