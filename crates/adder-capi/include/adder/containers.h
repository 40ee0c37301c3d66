/* list, tuple.
 *
 * A place of a list or a tuple may hold a small int that is no pointer: the macros make an object of it when C asks for it. So there
 * are no fields `ob_item` to be read past them. */
#ifndef ADDER_CONTAINERS_H
#define ADDER_CONTAINERS_H

ADDER_BEGIN

typedef struct {
    PyVarObject ob_base;
    PyObject **_ob_item;
    Py_ssize_t _allocated;
} PyListObject;

typedef struct {
    PyVarObject ob_base;
    PyObject *_ob_item[1];
} PyTupleObject;

PyAPI_FUNC(PyObject *) _Adder_BoxItem(PyObject **);

static inline PyObject *
_Adder_Item(PyObject **place)
{
    PyObject *item = *place;
    return Py_UNLIKELY(((uintptr_t)item & 1) != 0) ? _Adder_BoxItem(place) : item;
}

PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t);
PyAPI_FUNC(Py_ssize_t) PyList_Size(PyObject *);
PyAPI_FUNC(PyObject *) PyList_GetItem(PyObject *, Py_ssize_t);
PyAPI_FUNC(PyObject *) PyList_GetItemRef(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyAPI_FUNC(int) PyList_Insert(PyObject *, Py_ssize_t, PyObject *);
PyAPI_FUNC(int) PyList_Append(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyList_GetSlice(PyObject *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
PyAPI_FUNC(int) PyList_Extend(PyObject *, PyObject *);
PyAPI_FUNC(int) PyList_Clear(PyObject *);
PyAPI_FUNC(int) PyList_Sort(PyObject *);
PyAPI_FUNC(int) PyList_Reverse(PyObject *);
PyAPI_FUNC(PyObject *) PyList_AsTuple(PyObject *);
#define PyList_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LIST_SUBCLASS)
#define PyList_CheckExact(op) Py_IS_TYPE((op), &PyList_Type)
#define _PyList_Extend(list, iterable) \
    (PyList_Extend((PyObject *)(list), (iterable)) < 0 ? Py_NULL : Py_NewRef(Py_None))
#define PyList_GET_SIZE(op) (((PyVarObject *)(op))->ob_size)
#define PyList_GET_ITEM(op, i) _Adder_Item(&((PyListObject *)(op))->_ob_item[i])
#define PyList_SET_ITEM(op, i, item) ((void)(((PyListObject *)(op))->_ob_item[i] = (PyObject *)(item)))

PyAPI_FUNC(PyObject *) PyTuple_New(Py_ssize_t);
PyAPI_FUNC(Py_ssize_t) PyTuple_Size(PyObject *);
PyAPI_FUNC(PyObject *) PyTuple_GetItem(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyAPI_FUNC(PyObject *) PyTuple_GetSlice(PyObject *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PyTuple_Resize(PyObject **, Py_ssize_t);
#define PyTuple_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyTuple_CheckExact(op) Py_IS_TYPE((op), &PyTuple_Type)
#define PyTuple_GET_SIZE(op) (((PyVarObject *)(op))->ob_size)
#define PyTuple_GET_ITEM(op, i) _Adder_Item(&((PyTupleObject *)(op))->_ob_item[i])
#define PyTuple_SET_ITEM(op, i, item) ((void)(((PyTupleObject *)(op))->_ob_item[i] = (PyObject *)(item)))

ADDER_END

#endif
