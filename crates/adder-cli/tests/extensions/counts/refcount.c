/* Counting by hand. */
#include "counts.h"

SUCCEEDS(Py_IncRef, (marker()), Py_IncRef(o[0]))
SUCCEEDS(Py_DecRef, (marker()), Py_DecRef(o[0]))
SUCCEEDS(Py_DecRef, (NULL), Py_DecRef(o[0]))
SUCCEEDS(_Adder_IncRef, (marker()), _Adder_IncRef(o[0]))
SUCCEEDS(_Adder_IncRef, (py("[1]")), _Adder_IncRef(o[0]))
SUCCEEDS(_Adder_DecRef, (marker()), _Adder_DecRef(o[0]))
SUCCEEDS(Py_REFCNT, (marker()), (Py_REFCNT)(o[0]), EXPECT(result == 1 + EXTRA))
SUCCEEDS(_Adder_SetRefCount, (marker()), _Adder_SetRefCount(o[0], 5 + EXTRA), EXPECT(Py_REFCNT(o[0]) == 5 + EXTRA); Py_SET_REFCNT(o[0], 1 + EXTRA))
SUCCEEDS(PyUnstable_Object_IsUniquelyReferenced, (marker()), PyUnstable_Object_IsUniquelyReferenced(o[0]), EXPECT(result == 0))
SUCCEEDS(_Adder_SetType, (py("Plain()"), py("Other")), _Adder_SetType(o[0], (PyTypeObject *)o[1]), EXPECT(Py_TYPE(o[0]) == (PyTypeObject *)o[1]))
SUCCEEDS(PyObject_Dump, (NULL), PyObject_Dump(o[0]))
