/* Weak references. */
#ifndef ADDER_WEAKREFS_H
#define ADDER_WEAKREFS_H

ADDER_BEGIN

typedef struct _PyWeakReference PyWeakReference;

PyAPI_DATA(PyTypeObject) _PyWeakref_RefType, _PyWeakref_ProxyType, _PyWeakref_CallableProxyType;

PyAPI_FUNC(PyObject *) PyWeakref_NewRef(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyWeakref_NewProxy(PyObject *, PyObject *);
PyAPI_FUNC(int) PyWeakref_GetRef(PyObject *, PyObject **);
PyAPI_FUNC(PyObject *) PyWeakref_GetObject(PyObject *);
PyAPI_FUNC(int) PyWeakref_IsDead(PyObject *);
PyAPI_FUNC(void) PyObject_ClearWeakRefs(PyObject *);
PyAPI_FUNC(void) PyUnstable_Object_ClearWeakRefsNoCallbacks(PyObject *);
PyAPI_FUNC(int) _Adder_IsWeakProxy(PyObject *);

#define PyWeakref_CheckRef(op) PyObject_TypeCheck((op), &_PyWeakref_RefType)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE((op), &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) _Adder_IsWeakProxy(_PyObject_CAST(op))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))
#define PyWeakref_GET_OBJECT(op) PyWeakref_GetObject(_PyObject_CAST(op))

ADDER_END

#endif
