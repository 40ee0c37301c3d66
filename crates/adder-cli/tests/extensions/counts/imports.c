/* Import, sys, and what a process has. */
#include "counts.h"

SUCCEEDS(PyImport_ImportModuleNoBlock, (), PyImport_ImportModuleNoBlock("gc"))
RAISES(PyImport_ImportModuleNoBlock, ModuleNotFoundError, "No module named 'no_such_module'", (), PyImport_ImportModuleNoBlock("no_such_module"))
SUCCEEDS(PyImport_ImportModuleAttr, (text("gc"), text("collect")), PyImport_ImportModuleAttr(o[0], o[1]))
RAISES(PyImport_ImportModuleAttr, AttributeError, NULL, (text("gc"), text("no_such_name")), PyImport_ImportModuleAttr(o[0], o[1]))
RAISES(PyImport_ImportModuleAttr, ModuleNotFoundError, NULL, (text("no_such_module"), text("name")), PyImport_ImportModuleAttr(o[0], o[1]))
SUCCEEDS(PyImport_ImportModuleAttrString, (), PyImport_ImportModuleAttrString("gc", "collect"))
RAISES(PyImport_ImportModuleAttrString, AttributeError, NULL, (), PyImport_ImportModuleAttrString("gc", "no_such_name"))
SUCCEEDS(PyImport_ImportModuleLevel, (NULL, NULL, NULL), PyImport_ImportModuleLevel("gc", o[0], o[1], o[2], 0))
RAISES(PyImport_ImportModuleLevel, ModuleNotFoundError, NULL, (NULL, NULL, NULL), PyImport_ImportModuleLevel("no_such_module", o[0], o[1], o[2], 0))
SUCCEEDS(PyImport_ImportModuleLevelObject, (text("gc"), NULL, NULL, NULL), PyImport_ImportModuleLevelObject(o[0], o[1], o[2], o[3], 0))
RAISES(PyImport_ImportModuleLevelObject, ValueError, "level must be >= 0", (text("gc"), NULL, NULL, NULL), PyImport_ImportModuleLevelObject(o[0], o[1], o[2], o[3], -1))
SUCCEEDS(PyImport_GetModule, (text("gc")), PyImport_GetModule(o[0]), EXPECT(result != 0))
SUCCEEDS(PyImport_GetModule, (text("no_such_module")), PyImport_GetModule(o[0]), EXPECT(result == 0))
SUCCEEDS(PyImport_GetModuleDict, (), PyImport_GetModuleDict(), EXPECT(PyDict_Check((PyObject *)result)))
static void
forget(const char *name)
{
    PyObject *error = PyErr_GetRaisedException();
    PyDict_DelItemString(PyImport_GetModuleDict(), name);
    PyErr_Clear();
    PyErr_SetRaisedException(error);
}
SUCCEEDS(PyImport_AddModule, (), PyImport_AddModule("added_by_counts"), forget("added_by_counts"))
SUCCEEDS(PyImport_AddModule, (), PyImport_AddModule("gc"))
/* Any object is a name of a module, and that stays. */
TRUSTS(PyImport_AddModuleObject)
SUCCEEDS(PyImport_AddModuleObject, (text("added_by_counts")), PyImport_AddModuleObject(o[0]), forget("added_by_counts"))
SUCCEEDS(PyImport_AddModuleRef, (), PyImport_AddModuleRef("added_by_counts"), forget("added_by_counts"))
SUCCEEDS(PyImport_GetMagicNumber, (), PyImport_GetMagicNumber(), EXPECT(result != 0 && result != -1))
SUCCEEDS(PyImport_GetMagicTag, (), PyImport_GetMagicTag(), EXPECT(result != 0))
SUCCEEDS(PyImport_ImportFrozenModule, (), PyImport_ImportFrozenModule("no_such_module"), EXPECT(result == 0))
SUCCEEDS(PyImport_ImportFrozenModuleObject, (text("no_such_module")), PyImport_ImportFrozenModuleObject(o[0]), EXPECT(result == 0))

#define CODE py("compile('made = [1]', 'executed.py', 'exec')")
SUCCEEDS(PyImport_ExecCodeModule, (CODE), PyImport_ExecCodeModule("executed_by_counts", o[0]), forget("executed_by_counts"))
RAISES(PyImport_ExecCodeModule, ZeroDivisionError, NULL, (py("compile('1 / 0', 'failing.py', 'exec')")), PyImport_ExecCodeModule("executed_by_counts", o[0]), forget("executed_by_counts"))
SUCCEEDS(PyImport_ExecCodeModuleEx, (CODE), PyImport_ExecCodeModuleEx("executed_by_counts", o[0], "file.py"), forget("executed_by_counts"))
SUCCEEDS(PyImport_ExecCodeModuleWithPathnames, (CODE), PyImport_ExecCodeModuleWithPathnames("executed_by_counts", o[0], "file.py", "file.pyc"), forget("executed_by_counts"))
SUCCEEDS(PyImport_ExecCodeModuleObject, (text("executed_by_counts"), CODE, NULL, NULL), PyImport_ExecCodeModuleObject(o[0], o[1], o[2], o[3]), forget("executed_by_counts"))

SUCCEEDS(PySys_GetObject, (), PySys_GetObject("path"), EXPECT(result != 0))
SUCCEEDS(PySys_GetObject, (), PySys_GetObject("no_such_name"), EXPECT(result == 0))
SUCCEEDS(PySys_SetObject, (marker()), PySys_SetObject("set_by_counts", o[0]), PyObject *raised = PyErr_GetRaisedException(); PySys_SetObject("set_by_counts", NULL); PyErr_SetRaisedException(raised))
SUCCEEDS(PySys_SetObject, (NULL), PySys_SetObject("not_there", o[0]), PyObject *raised = PyErr_GetRaisedException(); PySys_SetObject("not_there", NULL); PyErr_SetRaisedException(raised))
SUCCEEDS(PySys_GetXOptions, (), PySys_GetXOptions(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PySys_Audit, (), PySys_Audit("counts.event", NULL))
SUCCEEDS(PySys_Audit, (marker()), PySys_Audit("counts.event", "O", o[0]))
SUCCEEDS(PySys_Audit, (marker()), PySys_Audit("counts.event", "iO", 1, o[0]))
RAISES(PySys_Audit, SystemError, NULL, (), PySys_Audit("counts.event", "?"))
SUCCEEDS(PySys_AuditTuple, (NULL), PySys_AuditTuple("counts.event", o[0]))
SUCCEEDS(PySys_AuditTuple, (tuple_of(2)), PySys_AuditTuple("counts.event", o[0]))
RAISES(PySys_AuditTuple, TypeError, NULL, (marker()), PySys_AuditTuple("counts.event", o[0]))

SUCCEEDS(PyOS_FSPath, (text("/some/path")), PyOS_FSPath(o[0]))
SUCCEEDS(PyOS_FSPath, (py("b'/some/path'")), PyOS_FSPath(o[0]))
RAISES(PyOS_FSPath, TypeError, "expected str, bytes or os.PathLike object, not counts.Marker", (marker()), PyOS_FSPath(o[0]))
RAISES(PyOS_FSPath, ValueError, "bad", (py("Bad()")), PyOS_FSPath(o[0]))
SUCCEEDS(PyOS_InterruptOccurred, (), PyOS_InterruptOccurred(), EXPECT(result >= 0))

SUCCEEDS(Py_GetVersion, (), Py_GetVersion(), EXPECT(strncmp((const char *)result, "3.", 2) == 0))
SUCCEEDS(Py_GetPlatform, (), Py_GetPlatform(), EXPECT(result != 0))
SUCCEEDS(Py_GetCopyright, (), Py_GetCopyright(), EXPECT(result != 0))
SUCCEEDS(Py_GetCompiler, (), Py_GetCompiler(), EXPECT(result != 0))
SUCCEEDS(Py_GetBuildInfo, (), Py_GetBuildInfo(), EXPECT(result != 0))
SUCCEEDS(Py_IsInitialized, (), Py_IsInitialized(), EXPECT(result == 1))
SUCCEEDS(Py_IsFinalizing, (), Py_IsFinalizing(), EXPECT(result == 0))
