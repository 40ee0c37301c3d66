/* Names of CPython's headers that are nobody's to use, but that modules use, and older spellings of public ones. */
#ifndef ADDER_PRIVATE_NAMES_H
#define ADDER_PRIVATE_NAMES_H

ADDER_BEGIN

PyAPI_FUNC(PyObject **) _PyObject_GetDictPtr(PyObject *);
PyAPI_FUNC(PyObject *) _PyType_Lookup(PyTypeObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyType_LookupRef(PyTypeObject *, PyObject *);
PyAPI_FUNC(const char *) _PyType_Name(PyTypeObject *);
PyAPI_FUNC(PyObject *) _PyDict_Pop(PyObject *, PyObject *, PyObject *);

/* An identifier's string is made at its first use in an interpreter. */
typedef struct _Py_Identifier {
    const char *string;
} _Py_Identifier;
#define _Py_static_string_init(text) { text }
#define _Py_static_string(name, text) static _Py_Identifier name = _Py_static_string_init(text)
#define _Py_IDENTIFIER(name) _Py_static_string(PyId_##name, #name)
PyAPI_FUNC(PyObject *) _PyUnicode_FromId(_Py_Identifier *);

static inline PyObject *
_PyObject_GetAttrId(PyObject *op, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == Py_NULL ? Py_NULL : PyObject_GetAttr(op, name);
}

static inline PyObject *
_PyObject_CallMethodIdNoArgs(PyObject *op, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == Py_NULL ? Py_NULL : PyObject_CallMethodNoArgs(op, name);
}

static inline PyObject *
_PyObject_CallMethodIdOneArg(PyObject *op, _Py_Identifier *id, PyObject *arg)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == Py_NULL ? Py_NULL : PyObject_CallMethodOneArg(op, name, arg);
}

#define _PyObject_CallMethodId(op, id, ...) PyObject_CallMethod((op), (id)->string, __VA_ARGS__)
#define _PyObject_CallNoArgs(f) PyObject_CallNoArgs(f)
#define _PyObject_CallOneArg(f, arg) PyObject_CallOneArg((f), (arg))
#define _PyObject_CallMethodNoArgs(op, name) PyObject_CallMethodNoArgs((op), (name))
#define _PyObject_CallMethodOneArg(op, name, arg) PyObject_CallMethodOneArg((op), (name), (arg))
#define _PyObject_Vectorcall PyObject_Vectorcall
#define _PyObject_VectorcallMethod PyObject_VectorcallMethod
#define _PyObject_FastCallDict PyObject_VectorcallDict
#define _PyVectorcall_Function PyVectorcall_Function
#define _PyVectorcall_NARGS(n) PyVectorcall_NARGS(n)
#define _PyUnicode_AsString PyUnicode_AsUTF8
#define _PyObject_SIZE(type) ((size_t)(type)->tp_basicsize)
#define _PyObject_VAR_SIZE(type, n) \
    _Py_SIZE_ROUND_UP((size_t)(type)->tp_basicsize + (size_t)(n) * (size_t)(type)->tp_itemsize, SIZEOF_VOID_P)
#define _Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
#define _Py_TPFLAGS_MATCH_SELF (1UL << 22)
#define _Py_IsImmortal(op) PyUnstable_IsImmortal(_PyObject_CAST(op))
#define _Py_IncRef Py_IncRef
#define _Py_DecRef Py_DecRef
#define _Py_NewRef Py_NewRef
#define _Py_XNewRef Py_XNewRef

/* They did something once. */
#define PyFPE_START_PROTECT(text, leave)
#define PyFPE_END_PROTECT(value)

ADDER_END

#endif
