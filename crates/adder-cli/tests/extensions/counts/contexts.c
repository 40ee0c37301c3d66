/* Contexts and their variables, and what C asks of sys and of the running code. */
#include "counts.h"

#define VARIABLE PyContextVar_New("variable", NULL)

SUCCEEDS(PyContext_New, (), PyContext_New())
SUCCEEDS(PyContext_Copy, (PyContext_New()), PyContext_Copy(o[0]))
RAISES(PyContext_Copy, TypeError, "an instance of Context was expected", (marker()), PyContext_Copy(o[0]))
SUCCEEDS(PyContext_Enter, (PyContext_New()), PyContext_Enter(o[0]), PyContext_Exit(o[0]))
RAISES(PyContext_Enter, TypeError, "an instance of Context was expected", (marker()), PyContext_Enter(o[0]))
RAISES(PyContext_Exit, TypeError, "an instance of Context was expected", (marker()), PyContext_Exit(o[0]))
SUCCEEDS(PyContextVar_New, (marker()), PyContextVar_New("variable", o[0]))
SUCCEEDS(PyContextVar_New, (NULL), PyContextVar_New("variable", o[0]))
RAISES(PyContextVar_Set, TypeError, "an instance of ContextVar was expected", (marker(), marker()), PyContextVar_Set(o[0], o[1]))
RAISES(PyContextVar_Reset, TypeError, "an instance of ContextVar was expected", (marker(), marker()), PyContextVar_Reset(o[0], o[1]))
RAISES(PyContextVar_Reset, TypeError, NULL, (VARIABLE, marker()), PyContextVar_Reset(o[0], o[1]))

SUCCEEDS(PySys_GetObject, (), PySys_GetObject("modules"), EXPECT(result != 0))
SUCCEEDS(PySys_SetObject, (marker()), PySys_SetObject("set_by_a_case", o[0]), PySys_SetObject("set_by_a_case", NULL))
SUCCEEDS(PySys_GetXOptions, (), PySys_GetXOptions(), EXPECT(result != 0))
RAISES(PySys_AuditTuple, TypeError, NULL, (marker()), PySys_AuditTuple("event", o[0]))
SUCCEEDS(PySys_AuditTuple, (NULL), PySys_AuditTuple("event", o[0]))

SUCCEEDS(PyImport_GetModuleDict, (), PyImport_GetModuleDict(), EXPECT(result != 0))
SUCCEEDS(PyImport_GetModule, (text("gc")), PyImport_GetModule(o[0]))
SUCCEEDS(PyImport_ImportModuleNoBlock, (), PyImport_ImportModuleNoBlock("gc"))
RAISES(PyImport_ImportModuleLevelObject, TypeError, "module name must be a string", (marker(), NULL, NULL, NULL), PyImport_ImportModuleLevelObject(o[0], o[1], o[2], o[3], 0))
SUCCEEDS(PyImport_ImportModuleAttrString, (), PyImport_ImportModuleAttrString("gc", "collect"))
RAISES(PyImport_ImportModuleAttr, AttributeError, NULL, (text("gc"), text("nothing")), PyImport_ImportModuleAttr(o[0], o[1]))

SUCCEEDS(PyEval_GetBuiltins, (), PyEval_GetBuiltins(), EXPECT(result != 0))
SUCCEEDS(PyEval_GetFrameBuiltins, (), PyEval_GetFrameBuiltins())
SUCCEEDS(Py_GetRecursionLimit, (), Py_GetRecursionLimit(), EXPECT(result > 0))
SUCCEEDS(PyInterpreterState_GetID, (), PyInterpreterState_GetID(PyInterpreterState_Get()), EXPECT(result >= 0))
