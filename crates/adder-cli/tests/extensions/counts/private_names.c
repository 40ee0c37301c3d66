/* Private names that modules use. */
#include "counts.h"

SUCCEEDS(_PyType_Lookup, (py("Plain"), text("__init__")), _PyType_Lookup((PyTypeObject *)o[0], o[1]), EXPECT(result != 0))
SUCCEEDS(_PyType_Lookup, (py("Plain"), text("nothing")), _PyType_Lookup((PyTypeObject *)o[0], o[1]), EXPECT(result == 0))
RAISES(_PyType_Lookup, SystemError, NULL, (marker(), text("some")), _PyType_Lookup((PyTypeObject *)o[0], o[1]))
SUCCEEDS(_PyType_LookupRef, (py("Plain"), text("__init__")), _PyType_LookupRef((PyTypeObject *)o[0], o[1]))
SUCCEEDS(_PyType_LookupRef, (py("Plain"), text("nothing")), _PyType_LookupRef((PyTypeObject *)o[0], o[1]), EXPECT(result == 0))
RAISES(_PyType_LookupRef, SystemError, NULL, (marker(), text("some")), _PyType_LookupRef((PyTypeObject *)o[0], o[1]))
SUCCEEDS(_PyType_Name, (py("Plain")), _PyType_Name((PyTypeObject *)o[0]), EXPECT(strcmp((const char *)result, "Plain") == 0))

SUCCEEDS(_PyObject_GetDictPtr, (py("Plain(some=Marker())")), _PyObject_GetDictPtr(o[0]), EXPECT(PyDict_Check(*(PyObject **)result)))
SUCCEEDS(_PyObject_GetDictPtr, (marker()), _PyObject_GetDictPtr(o[0]), EXPECT(result == 0))

SUCCEEDS(_PyDict_Pop, (dict_of(3), text("k1"), NULL), _PyDict_Pop(o[0], o[1], o[2]))
SUCCEEDS(_PyDict_Pop, (dict_of(3), text("none"), marker()), _PyDict_Pop(o[0], o[1], o[2]))
RAISES(_PyDict_Pop, KeyError, "'none'", (dict_of(3), text("none"), NULL), _PyDict_Pop(o[0], o[1], o[2]))
RAISES(_PyDict_Pop, SystemError, NULL, (marker(), text("none"), NULL), _PyDict_Pop(o[0], o[1], o[2]))

_Py_IDENTIFIER(an_identifier);
SUCCEEDS(_PyUnicode_FromId, (), _PyUnicode_FromId(&PyId_an_identifier), EXPECT(result == (intptr_t)_PyUnicode_FromId(&PyId_an_identifier)))

SUCCEEDS(_PyEval_SliceIndex, (number(-7)), _PyEval_SliceIndex(o[0], &n[0]), EXPECT(result == 1 && n[0] == -7))
SUCCEEDS(_PyEval_SliceIndex, (py("2**70")), _PyEval_SliceIndex(o[0], &n[0]), EXPECT(result == 1 && n[0] == PY_SSIZE_T_MAX))
SUCCEEDS(_PyEval_SliceIndex, (own(Py_None)), (n[0] = 5, _PyEval_SliceIndex(o[0], &n[0])), EXPECT(result == 1 && n[0] == 5))
RAISES_GIVING(0, _PyEval_SliceIndex, TypeError, "slice indices must be integers or None or have an __index__ method", (marker()), _PyEval_SliceIndex(o[0], &n[0]))
SUCCEEDS(_PyEval_SliceIndexNotNone, (number(-7)), _PyEval_SliceIndexNotNone(o[0], &n[0]), EXPECT(result == 1 && n[0] == -7))
RAISES_GIVING(0, _PyEval_SliceIndexNotNone, TypeError, "slice indices must be integers or have an __index__ method", (own(Py_None)), _PyEval_SliceIndexNotNone(o[0], &n[0]))
