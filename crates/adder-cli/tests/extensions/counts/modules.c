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
SUCCEEDS(PyModule_AddFunctions, (MODULE), PyModule_AddFunctions(o[0], functions), if (o[0] != NULL && PyModule_Check(o[0])) { PyDict_Clear(PyModule_GetDict(o[0])); })
SUCCEEDS(PyModule_SetDocString, (MODULE), PyModule_SetDocString(o[0], "What it is for."))
RAISES(PyModule_SetDocString, SystemError, NULL, (marker()), PyModule_SetDocString(o[0], "What it is for."))

SUCCEEDS(PyImport_ImportModule, (), PyImport_ImportModule("gc"))
RAISES(PyImport_ImportModule, ModuleNotFoundError, "No module named 'no_such_module'", (), PyImport_ImportModule("no_such_module"))
SUCCEEDS(PyImport_Import, (text("gc")), PyImport_Import(o[0]))
RAISES(PyImport_Import, ModuleNotFoundError, "No module named 'no_such_module'", (text("no_such_module")), PyImport_Import(o[0]))

SUCCEEDS(PyModule_NewObject, (text("some")), PyModule_NewObject(o[0]))
SUCCEEDS(PyModule_GetName, (MODULE), PyModule_GetName(o[0]), EXPECT(result != 0))
RAISES(PyModule_GetName, TypeError, "bad argument type for built-in operation", (marker()), PyModule_GetName(o[0]))
RAISES(PyModule_GetFilename, SystemError, "module filename missing", (MODULE), PyModule_GetFilename(o[0]))
RAISES(PyModule_GetFilenameObject, SystemError, "module filename missing", (MODULE), PyModule_GetFilenameObject(o[0]))
SUCCEEDS(PyModule_FromDefAndSpec2, (py("Plain(name='some')")), PyModule_FromDefAndSpec(&two_phases, o[0]))
RAISES(PyModule_FromDefAndSpec2, AttributeError, NULL, (py("Plain()")), PyModule_FromDefAndSpec(&two_phases, o[0]))
SUCCEEDS(PyModule_ExecDef, (MODULE), PyModule_ExecDef(o[0], &two_phases))
RAISES(PyModule_ExecDef, SystemError, NULL, (marker()), PyModule_ExecDef(o[0], &two_phases))
SUCCEEDS(PyUnstable_Module_SetGIL, (MODULE), PyUnstable_Module_SetGIL(o[0], Py_MOD_GIL_NOT_USED))
RAISES(PyUnstable_Module_SetGIL, SystemError, NULL, (marker()), PyUnstable_Module_SetGIL(o[0], Py_MOD_GIL_NOT_USED))
SUCCEEDS(PyState_FindModule, (), PyState_FindModule(&one_phase), EXPECT(result == 0))
SUCCEEDS(PyState_AddModule, (PyModule_Create(&one_phase)), PyState_AddModule(o[0], &one_phase), PyState_RemoveModule(&one_phase))
static PyModuleDef_Slot some_slots[] = {{0, NULL}};
static struct PyModuleDef with_slots = {PyModuleDef_HEAD_INIT, .m_name = "with_slots", .m_slots = some_slots};
RAISES(PyState_AddModule, SystemError, "PyState_AddModule called on module with slots", (MODULE), PyState_AddModule(o[0], &with_slots))
SUCCEEDS(PyState_RemoveModule, (), PyState_RemoveModule(&one_phase))
RAISES(PyState_RemoveModule, SystemError, "PyState_RemoveModule called on module with slots", (), PyState_RemoveModule(&with_slots))

static PyStructSequence_Field point_fields[] = {{"x", NULL}, {"y", NULL}, {"z", NULL}, {NULL, NULL}};
static PyStructSequence_Desc point = {"counts.Point", NULL, point_fields, 2};
SUCCEEDS(PyStructSequence_NewType, (), PyStructSequence_NewType(&point))
#define POINT py("__import__('time').gmtime(0)")
SUCCEEDS(PyStructSequence_New, (py("__import__('time').struct_time")), PyStructSequence_New((PyTypeObject *)o[0]))
SUCCEEDS(PyStructSequence_GetItem, (POINT), PyStructSequence_GetItem(o[0], 0), EXPECT(result != 0))
SUCCEEDS(PyStructSequence_SetItem, (py("__import__('time').struct_time(range(9))"), marker()), PyStructSequence_SetItem(o[0], 0, o[1]), PyStructSequence_SetItem(o[0], 0, NULL))
/* Of Python 2's time: only declared with -DADDER_PY2. The module stays in sys.modules, which is emptied of it again. */
extern PyObject *Py_InitModule4(const char *, PyMethodDef *, const char *, PyObject *, int);
static PyObject *loaded_modules;
SUCCEEDS_AFTER((loaded_modules = py("__import__('sys').modules")), Py_InitModule4, (NULL), Py_InitModule4("of_python_2", functions, "A module.", o[0], PYTHON_API_VERSION), PyDict_DelItemString(loaded_modules, "of_python_2"); PyErr_Clear(); Py_CLEAR(loaded_modules))
