/* Struct sequences: tuples whose items have names. */
#ifndef ADDER_STRUCTSEQ_H
#define ADDER_STRUCTSEQ_H

ADDER_BEGIN

typedef struct PyStructSequence_Field {
    const char *name;
    const char *doc;
} PyStructSequence_Field;

typedef struct PyStructSequence_Desc {
    const char *name;
    const char *doc;
    PyStructSequence_Field *fields;
    int n_in_sequence;
} PyStructSequence_Desc;

typedef PyTupleObject PyStructSequence;

PyAPI_DATA(const char *const) PyStructSequence_UnnamedField;

PyAPI_FUNC(PyTypeObject *) PyStructSequence_NewType(PyStructSequence_Desc *);
PyAPI_FUNC(void) PyStructSequence_InitType(PyTypeObject *, PyStructSequence_Desc *);
PyAPI_FUNC(int) PyStructSequence_InitType2(PyTypeObject *, PyStructSequence_Desc *);
PyAPI_FUNC(PyObject *) PyStructSequence_New(PyTypeObject *);
PyAPI_FUNC(void) PyStructSequence_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyAPI_FUNC(PyObject *) PyStructSequence_GetItem(PyObject *, Py_ssize_t);
#define PyStructSequence_SET_ITEM(op, i, v) PyStructSequence_SetItem(_PyObject_CAST(op), (i), _PyObject_CAST(v))
#define PyStructSequence_GET_ITEM(op, i) PyStructSequence_GetItem(_PyObject_CAST(op), (i))

ADDER_END

#endif
