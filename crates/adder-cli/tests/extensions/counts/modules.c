/* Modules. */
#include "counts.h"

static PyObject *
answer(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(42);
}

static PyMethodDef functions[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef one_phase = {PyModuleDef_HEAD_INIT, .m_name = "one_phase", .m_doc = "A module.", .m_size = 16, .m_methods = functions};
static PyModuleDef_Slot slots[] = {{0, NULL}};
static struct PyModuleDef two_phases = {PyModuleDef_HEAD_INIT, .m_name = "two_phases", .m_slots = slots};

SUCCEEDS(PyModule_Create2, (), PyModule_Create2(&one_phase, PYTHON_API_VERSION))
RAISES(PyModule_Create2, SystemError, "module two_phases: PyModule_Create is incompatible with m_slots", (), PyModule_Create2(&two_phases, PYTHON_API_VERSION))
RAISES(PyModule_Create2, SystemError, NULL, (), PyModule_Create2(NULL, PYTHON_API_VERSION))
SUCCEEDS(PyModuleDef_Init, (), PyModuleDef_Init(&two_phases), EXPECT(result == (intptr_t)&two_phases))
SUCCEEDS(PyModule_New, (), PyModule_New("some"))

#define MODULE py("type(gc)('some')")

SUCCEEDS(PyModule_GetDict, (MODULE), PyModule_GetDict(o[0]))
RAISES(PyModule_GetDict, SystemError, NULL, (marker()), PyModule_GetDict(o[0]))
SUCCEEDS(PyModule_GetNameObject, (MODULE), PyModule_GetNameObject(o[0]))
RAISES(PyModule_GetNameObject, SystemError, "nameless module", (py("nameless()")), PyModule_GetNameObject(o[0]))
RAISES(PyModule_GetNameObject, TypeError, "bad argument type for built-in operation", (marker()), PyModule_GetNameObject(o[0]))
SUCCEEDS(PyModule_GetState, (PyModule_Create(&one_phase)), PyModule_GetState(o[0]), EXPECT(result != 0))
RAISES(PyModule_GetState, TypeError, "bad argument type for built-in operation", (marker()), PyModule_GetState(o[0]))
SUCCEEDS(PyModule_GetDef, (PyModule_Create(&one_phase)), PyModule_GetDef(o[0]), EXPECT(result == (intptr_t)&one_phase))
RAISES(PyModule_GetDef, TypeError, "bad argument type for built-in operation", (marker()), PyModule_GetDef(o[0]))

SUCCEEDS(PyModule_AddObjectRef, (MODULE, marker()), PyModule_AddObjectRef(o[0], "thing", o[1]))
RAISES(PyModule_AddObjectRef, TypeError, "PyModule_AddObjectRef() first argument must be a module", (marker(), marker()), PyModule_AddObjectRef(o[0], "thing", o[1]))
RAISES(PyModule_AddObjectRef, SystemError, "PyModule_AddObjectRef() must be called with an exception raised if value is NULL", (MODULE, NULL), PyModule_AddObjectRef(o[0], "thing", o[1]))
RAISES_AFTER((PyErr_SetString(PyExc_KeyError, "kept")), PyModule_AddObjectRef, KeyError, "'kept'", (MODULE, NULL), PyModule_AddObjectRef(o[0], "thing", o[1]))
SUCCEEDS(PyModule_AddObject, (MODULE, marker()), PyModule_AddObject(o[0], "thing", o[1]))
RAISES(PyModule_AddObject, TypeError, "PyModule_AddObjectRef() first argument must be a module", (marker(), marker()), PyModule_AddObject(o[0], "thing", o[1]))
RAISES(PyModule_AddObject, SystemError, "PyModule_AddObjectRef() must be called with an exception raised if value is NULL", (MODULE, NULL), PyModule_AddObject(o[0], "thing", o[1]))
SUCCEEDS(PyModule_Add, (MODULE, marker()), PyModule_Add(o[0], "thing", o[1]))
RAISES(PyModule_Add, TypeError, "PyModule_AddObjectRef() first argument must be a module", (marker(), marker()), PyModule_Add(o[0], "thing", o[1]))
RAISES_AFTER((PyErr_SetString(PyExc_KeyError, "kept")), PyModule_Add, KeyError, "'kept'", (MODULE, NULL), PyModule_Add(o[0], "thing", o[1]))
SUCCEEDS(PyModule_AddIntConstant, (MODULE), PyModule_AddIntConstant(o[0], "thing", 1L << 62))
RAISES(PyModule_AddIntConstant, TypeError, NULL, (marker()), PyModule_AddIntConstant(o[0], "thing", 5))
SUCCEEDS(PyModule_AddStringConstant, (MODULE), PyModule_AddStringConstant(o[0], "thing", "a text"))
RAISES(PyModule_AddStringConstant, TypeError, NULL, (marker()), PyModule_AddStringConstant(o[0], "thing", "a text"))

static PyTypeObject Added = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = "counts.Added", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT};
SUCCEEDS(PyModule_AddType, (MODULE), PyModule_AddType(o[0], &Added))
RAISES(PyModule_AddType, SystemError, NULL, (marker()), PyModule_AddType(o[0], &Added))
SUCCEEDS(PyModule_AddFunctions, (MODULE), PyModule_AddFunctions(o[0], functions), PyDict_Clear(PyModule_GetDict(o[0])))
SUCCEEDS(PyModule_SetDocString, (MODULE), PyModule_SetDocString(o[0], "What it is for."))
RAISES(PyModule_SetDocString, SystemError, NULL, (marker()), PyModule_SetDocString(o[0], "What it is for."))

SUCCEEDS(PyImport_ImportModule, (), PyImport_ImportModule("gc"))
RAISES(PyImport_ImportModule, ModuleNotFoundError, "No module named 'no_such_module'", (), PyImport_ImportModule("no_such_module"))
SUCCEEDS(PyImport_Import, (text("gc")), PyImport_Import(o[0]))
RAISES(PyImport_Import, ModuleNotFoundError, "No module named 'no_such_module'", (text("no_such_module")), PyImport_Import(o[0]))

/* Of Python 2's time: only declared with -DADDER_PY2. The module stays in sys.modules, which is emptied of it again. */
extern PyObject *Py_InitModule4(const char *, PyMethodDef *, const char *, PyObject *, int);
static PyObject *loaded_modules;
SUCCEEDS_AFTER((loaded_modules = py("__import__('sys').modules")), Py_InitModule4, (NULL), Py_InitModule4("of_python_2", functions, "A module.", o[0], PYTHON_API_VERSION), PyDict_DelItemString(loaded_modules, "of_python_2"); PyErr_Clear(); Py_CLEAR(loaded_modules))
