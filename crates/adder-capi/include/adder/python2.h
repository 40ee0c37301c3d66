/* Names of Python 2's C API, for programs of that time: with ADDER_PY2 only. */
#ifndef ADDER_PYTHON2_H
#define ADDER_PYTHON2_H
#ifdef ADDER_PY2

#define PyInt_Type PyLong_Type
#define PyInt_Check(op) PyLong_Check(op)
#define PyInt_CheckExact(op) PyLong_CheckExact(op)
#define PyInt_FromLong PyLong_FromLong
#define PyInt_FromSsize_t PyLong_FromSsize_t
#define PyInt_AsLong PyLong_AsLong
#define PyInt_AsSsize_t PyLong_AsSsize_t
#define PyInt_AS_LONG(op) PyLong_AsLong((PyObject *)(op))
#define PyInt_GetMax() LONG_MAX
#define PyString_Type PyBytes_Type
#define PyString_Check PyBytes_Check
#define PyString_FromString PyBytes_FromString
#define PyString_FromStringAndSize PyBytes_FromStringAndSize
#define PyString_AsString PyBytes_AsString
#define PyString_Size PyBytes_Size
#define PyString_CheckExact PyBytes_CheckExact
#define PyString_AS_STRING PyBytes_AS_STRING
#define PyString_GET_SIZE PyBytes_GET_SIZE
#define PyString_AsStringAndSize PyBytes_AsStringAndSize
#define PyString_Concat PyBytes_Concat
#define PyString_ConcatAndDel PyBytes_ConcatAndDel
#define PyString_Repr PyBytes_Repr
#define PyString_DecodeEscape PyBytes_DecodeEscape
#define _PyString_Resize _PyBytes_Resize
#define PyStringObject PyBytesObject

ADDER_BEGIN
PyAPI_FUNC(PyObject *) Py_InitModule4(const char *, PyMethodDef *, const char *, PyObject *, int);
ADDER_END

/* An entry point `init<name>` returned nothing: the module was left for the import to find. */
#undef PyMODINIT_FUNC
#ifdef __cplusplus
#define PyMODINIT_FUNC extern "C" __attribute__((visibility("default"))) void
#else
#define PyMODINIT_FUNC __attribute__((visibility("default"))) void
#endif
#define Py_InitModule(name, methods) Py_InitModule4((name), (methods), NULL, NULL, PYTHON_API_VERSION)
#define Py_InitModule3(name, methods, doc) Py_InitModule4((name), (methods), (doc), NULL, PYTHON_API_VERSION)

#endif
#endif
