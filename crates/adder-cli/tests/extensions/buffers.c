/* Buffers, both sides: views of built-in objects and of a C type, memoryviews, bytearrays, pickle buffers. */
#include "listing.h"
#include <stddef.h>

/* An exporter with two dimensions, which counts its views. */
typedef struct {
    PyObject_HEAD
    unsigned char data[12];
    Py_ssize_t shape[2];
    Py_ssize_t strides[2];
    int open;
    int mode;
} Grid;

static int
grid_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    Grid *self = (Grid *)op;
    if (self->mode == 1) {
        PyErr_SetString(PyExc_BufferError, "no view today");
        view->obj = NULL;
        return -1;
    }
    if (self->mode == 2) {
        self->open++;
        return PyBuffer_FillInfo(view, op, self->data, 12, 1, flags);
    }
    view->buf = self->data;
    view->obj = Py_NewRef(op);
    view->len = 12;
    view->itemsize = 1;
    view->readonly = 0;
    view->ndim = 2;
    view->format = flags & PyBUF_FORMAT ? "b" : NULL;
    view->shape = self->shape;
    view->strides = self->strides;
    view->suboffsets = NULL;
    view->internal = PyMem_Malloc(16);
    self->open++;
    return 0;
}

static void
grid_releasebuffer(PyObject *op, Py_buffer *view)
{
    ((Grid *)op)->open--;
    PyMem_Free(view->internal);
}

static PyObject *
grid_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    int mode = 0;
    if (!PyArg_ParseTuple(args, "|i:Grid", &mode)) {
        return NULL;
    }
    Grid *self = (Grid *)type->tp_alloc(type, 0);
    if (self != NULL) {
        for (int at = 0; at < 12; at++) {
            self->data[at] = (unsigned char)at;
        }
        self->shape[0] = 3;
        self->shape[1] = 4;
        self->strides[0] = mode == 3 ? 1 : 4;
        self->strides[1] = mode == 3 ? 3 : 1;
        self->mode = mode;
    }
    return (PyObject *)self;
}

static PyMemberDef grid_members[] = {
    {"open", Py_T_INT, offsetof(Grid, open), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyBufferProcs grid_buffer = {grid_getbuffer, grid_releasebuffer};

static PyTypeObject GridType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "buffers.Grid",
    .tp_basicsize = sizeof(Grid),
    .tp_as_buffer = &grid_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_members = grid_members,
    .tp_new = grid_new,
};

/* The error that is set, as text, and no longer set. */

/* What a view of an object says, as a list. */
static PyObject *
view(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *object;
    int flags;
    if (!PyArg_ParseTuple(args, "Oi", &object, &flags)) {
        return NULL;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, flags) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    add_number(list, view.obj == object);
    add_number(list, view.len);
    add_number(list, view.itemsize);
    add_number(list, view.readonly);
    add_number(list, view.ndim);
    add(list, view.format == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(view.format));
    for (int at = 0; view.shape != NULL && at < view.ndim; at++) {
        add_number(list, view.shape[at]);
    }
    for (int at = 0; view.strides != NULL && at < view.ndim; at++) {
        add_number(list, view.strides[at]);
    }
    add_number(list, view.suboffsets == NULL);
    add_number(list, PyBuffer_IsContiguous(&view, 'C'));
    add_number(list, PyBuffer_IsContiguous(&view, 'F'));
    add_number(list, PyBuffer_IsContiguous(&view, 'A'));
    add(list, PyBytes_FromStringAndSize((char *)view.buf, view.len > 3 ? 3 : view.len));
    PyBuffer_Release(&view);
    add_number(list, view.obj == NULL);
    /* A second release does nothing. */
    PyBuffer_Release(&view);
    return list;
}

/* Items by their indices, and copies in both orders. */
static PyObject *
items(PyObject *Py_UNUSED(module), PyObject *object)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FULL) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    Py_ssize_t indices[2] = {1, 2};
    add_number(list, *(unsigned char *)PyBuffer_GetPointer(&view, indices));
    char copy[12];
    add_number(list, PyBuffer_ToContiguous(copy, &view, 12, 'C'));
    add(list, PyBytes_FromStringAndSize(copy, 12));
    add_number(list, PyBuffer_ToContiguous(copy, &view, 12, 'F'));
    add(list, PyBytes_FromStringAndSize(copy, 12));
    add_number(list, PyBuffer_ToContiguous(copy, &view, 11, 'C'));
    add(list, error_text());
    for (int at = 0; at < 12; at++) {
        copy[at] = (char)(100 + at);
    }
    add_number(list, PyBuffer_FromContiguous(&view, copy, 12, 'F'));
    add_number(list, PyBuffer_ToContiguous(copy, &view, 12, 'C'));
    add(list, PyBytes_FromStringAndSize(copy, 12));
    PyBuffer_Release(&view);
    return list;
}

static PyObject *
numbers(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    Py_ssize_t shape[3] = {2, 3, 4}, strides[3];
    PyBuffer_FillContiguousStrides(3, shape, strides, 8, 'C');
    for (int at = 0; at < 3; at++) {
        add_number(list, strides[at]);
    }
    PyBuffer_FillContiguousStrides(3, shape, strides, 8, 'F');
    for (int at = 0; at < 3; at++) {
        add_number(list, strides[at]);
    }
    add_number(list, PyBuffer_SizeFromFormat("i"));
    add_number(list, PyBuffer_SizeFromFormat("<hq"));
    add_number(list, PyBuffer_SizeFromFormat("?!"));
    add(list, error_text());
    Py_buffer view;
    char text[] = "text";
    add_number(list, PyBuffer_FillInfo(&view, NULL, text, 4, 1, PyBUF_FULL_RO));
    add_number(list, view.shape[0] + view.strides[0] * 10 + (view.obj == NULL));
    add_number(list, PyBuffer_FillInfo(&view, NULL, text, 4, 1, PyBUF_WRITABLE));
    add(list, error_text());
    add_number(list, PyBuffer_FillInfo(NULL, NULL, text, 4, 1, PyBUF_SIMPLE));
    add(list, error_text());
    return list;
}

static PyObject *
copy_data(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *to, *from;
    if (!PyArg_ParseTuple(args, "OO", &to, &from) || PyObject_CopyData(to, from) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
has_buffer(PyObject *Py_UNUSED(module), PyObject *object)
{
    return PyLong_FromLong(PyObject_CheckBuffer(object));
}

/* memoryview */
static char memory[] = "some memory";

static PyObject *
memoryviews(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyObject *list = PyList_New(0);
    PyObject *made = PyMemoryView_FromObject(object);
    add_number(list, made != NULL && PyMemoryView_Check(made));
    if (made == NULL) {
        add(list, error_text());
    } else {
        Py_buffer *inside = PyMemoryView_GET_BUFFER(made);
        add_number(list, inside->len);
        add_number(list, inside->ndim);
        add(list, PyUnicode_FromString(inside->format));
        add_number(list, inside->shape[0]);
        add_number(list, inside->strides[0]);
        add_number(list, PyMemoryView_GET_BASE(made) == object);
        add_number(list, PyMemoryView_GET_BUFFER(made)->buf == inside->buf);
        Py_DECREF(made);
    }
    return list;
}

static PyObject *
of_memory(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    add(list, PyMemoryView_FromMemory(memory, 4, PyBUF_READ));
    add(list, PyMemoryView_FromMemory(memory, 4, PyBUF_WRITE));
    Py_buffer view;
    PyBuffer_FillInfo(&view, NULL, memory, 11, 1, PyBUF_FULL_RO);
    add(list, PyMemoryView_FromBuffer(&view));
    view.buf = NULL;
    add(list, PyMemoryView_FromBuffer(&view));
    PyObject *first = PyList_GetItem(list, 0);
    add_number(list, PyMemoryView_GET_BASE(first) == NULL);
    return list;
}

static PyObject *
contiguous(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *object;
    int kind;
    const char *order;
    Py_buffer text;
    PyObject *text_object;
    if (!PyArg_ParseTuple(args, "OiO", &object, &kind, &text_object)
        || PyObject_GetBuffer(text_object, &text, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    order = (const char *)text.buf;
    PyObject *made = PyMemoryView_GetContiguous(object, kind, order[0]);
    PyBuffer_Release(&text);
    return made;
}

/* bytearray */
static PyObject *
bytearrays(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    PyObject *made = PyByteArray_FromStringAndSize("bytes", 5);
    add_number(list, PyByteArray_Check(made) + 2 * PyByteArray_CheckExact(made) + 4 * PyByteArray_Check(list));
    add_number(list, PyByteArray_Size(made));
    add_number(list, PyByteArray_GET_SIZE(made));
    add(list, PyUnicode_FromString(PyByteArray_AsString(made)));
    PyByteArray_AS_STRING(made)[0] = 'B';
    add_number(list, PyByteArray_Resize(made, 8));
    memcpy(PyByteArray_AsString(made) + 5, "xyz", 3);
    add(list, Py_NewRef(made));
    Py_buffer view;
    PyObject_GetBuffer(made, &view, PyBUF_SIMPLE);
    add_number(list, PyByteArray_Resize(made, 2));
    add(list, error_text());
    PyBuffer_Release(&view);
    add_number(list, PyByteArray_Resize(made, 0));
    add_number(list, PyByteArray_AsString(made)[0]);
    Py_DECREF(made);
    made = PyByteArray_FromStringAndSize(NULL, 3);
    add_number(list, PyByteArray_Size(made));
    Py_DECREF(made);
    add(list, PyByteArray_FromStringAndSize("x", -1));
    PyObject *a = PyBytes_FromString("one"), *b = PyByteArray_FromStringAndSize("two", 3);
    add(list, PyByteArray_Concat(a, b));
    add(list, PyByteArray_Concat(a, list));
    add(list, PyByteArray_FromObject(a));
    add(list, PyByteArray_FromObject(Py_None));
    Py_DECREF(a);
    Py_DECREF(b);
    return list;
}

static PyObject *
pickle_buffers(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyObject *list = PyList_New(0);
    PyObject *made = PyPickleBuffer_FromObject(object);
    if (made == NULL) {
        add(list, error_text());
        return list;
    }
    add_number(list, PyPickleBuffer_Check(made));
    const Py_buffer *inside = PyPickleBuffer_GetBuffer(made);
    add_number(list, inside->len);
    add_number(list, inside->obj == object);
    add_number(list, PyPickleBuffer_Release(made));
    add_number(list, PyPickleBuffer_GetBuffer(made) == NULL);
    add(list, error_text());
    add_number(list, PyPickleBuffer_Release(made));
    Py_DECREF(made);
    add_number(list, PyPickleBuffer_GetBuffer(list) == NULL);
    add(list, error_text());
    add_number(list, PyPickleBuffer_Release(list));
    add(list, error_text());
    return list;
}

static PyObject *
descriptor(PyObject *Py_UNUSED(module), PyObject *object)
{
    int fd = PyObject_AsFileDescriptor(object);
    return fd < 0 ? NULL : PyLong_FromLong(fd);
}

static PyMethodDef functions[] = {
    {"view", view, METH_VARARGS, NULL},
    {"items", items, METH_O, NULL},
    {"numbers", numbers, METH_NOARGS, NULL},
    {"copy_data", copy_data, METH_VARARGS, NULL},
    {"has_buffer", has_buffer, METH_O, NULL},
    {"memoryviews", memoryviews, METH_O, NULL},
    {"of_memory", of_memory, METH_NOARGS, NULL},
    {"contiguous", contiguous, METH_VARARGS, NULL},
    {"bytearrays", bytearrays, METH_NOARGS, NULL},
    {"pickle_buffers", pickle_buffers, METH_O, NULL},
    {"descriptor", descriptor, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "buffers",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit_buffers(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddType(module, &GridType) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
