/* Names of CPython's that are not here: who uses one is told so by the compiler, with the name, and not when the module is loaded. */
#ifndef ADDER_ABSENT_H
#define ADDER_ABSENT_H

#if defined(__has_attribute)
#if __has_attribute(unavailable)
#define ADDER_ABSENT_ATTRIBUTE_(name) __attribute__((unavailable("Adder does not have " #name)))
#elif __has_attribute(error)
#define ADDER_ABSENT_ATTRIBUTE_(name) __attribute__((error("Adder does not have " #name)))
#endif
#endif

#ifdef ADDER_ABSENT_ATTRIBUTE_
/* With any arguments, where the language can say so. */
#if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define ADDER_ABSENT(name) extern void *name(...) ADDER_ABSENT_ATTRIBUTE_(name);
#else
#define ADDER_ABSENT(name) extern void *name() ADDER_ABSENT_ATTRIBUTE_(name);
#endif

ADDER_BEGIN

#if defined(__GNUC__) && !defined(__cplusplus)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#endif

ADDER_ABSENT(PyAsyncGen_New)
ADDER_ABSENT(PyCode_AddWatcher)
ADDER_ABSENT(PyCode_ClearWatcher)
ADDER_ABSENT(PyCode_Optimize)
ADDER_ABSENT(PyCompile_OpcodeStackEffect)
ADDER_ABSENT(PyCompile_OpcodeStackEffectWithJump)
ADDER_ABSENT(PyCoro_New)
ADDER_ABSENT(PyDescr_NewWrapper)
ADDER_ABSENT(PyDict_AddWatcher)
ADDER_ABSENT(PyDict_ClearWatcher)
ADDER_ABSENT(PyDict_Unwatch)
ADDER_ABSENT(PyDict_Watch)
ADDER_ABSENT(PyEval_EvalFrame)
ADDER_ABSENT(PyEval_EvalFrameEx)
ADDER_ABSENT(PyFile_NewStdPrinter)
ADDER_ABSENT(PyFile_SetOpenCodeHook)
ADDER_ABSENT(PyFunction_AddWatcher)
ADDER_ABSENT(PyFunction_ClearWatcher)
ADDER_ABSENT(PyFunction_SetVectorcall)
ADDER_ABSENT(PyGen_New)
ADDER_ABSENT(PyGen_NewWithQualName)
ADDER_ABSENT(PyInterpreterState_Clear)
ADDER_ABSENT(PyInterpreterState_Delete)
ADDER_ABSENT(PyInterpreterState_New)
ADDER_ABSENT(PyMem_GetAllocator)
ADDER_ABSENT(PyMem_SetAllocator)
ADDER_ABSENT(PyMem_SetupDebugHooks)
ADDER_ABSENT(PyMonitoring_EnterScope)
ADDER_ABSENT(PyMonitoring_ExitScope)
ADDER_ABSENT(PyOS_CheckStack)
ADDER_ABSENT(PyObject_GET_WEAKREFS_LISTPTR)
ADDER_ABSENT(PyObject_GetArenaAllocator)
ADDER_ABSENT(PyObject_SetArenaAllocator)
ADDER_ABSENT(PyRefTracer_GetTracer)
ADDER_ABSENT(PyRefTracer_SetTracer)
ADDER_ABSENT(PySignal_SetWakeupFd)
ADDER_ABSENT(PyTraceMalloc_Track)
ADDER_ABSENT(PyTraceMalloc_Untrack)
ADDER_ABSENT(PyType_AddWatcher)
ADDER_ABSENT(PyType_ClearWatcher)
ADDER_ABSENT(PyType_Unwatch)
ADDER_ABSENT(PyType_Watch)
ADDER_ABSENT(PyUnstable_Code_GetExtra)
ADDER_ABSENT(PyUnstable_Code_New)
ADDER_ABSENT(PyUnstable_Code_NewWithPosOnlyArgs)
ADDER_ABSENT(PyUnstable_Code_SetExtra)
ADDER_ABSENT(PyUnstable_CopyPerfMapFile)
ADDER_ABSENT(PyUnstable_Eval_RequestCodeExtraIndex)
ADDER_ABSENT(PyUnstable_Exc_PrepReraiseStar)
ADDER_ABSENT(PyUnstable_InterpreterFrame_GetCode)
ADDER_ABSENT(PyUnstable_InterpreterFrame_GetLasti)
ADDER_ABSENT(PyUnstable_InterpreterFrame_GetLine)
ADDER_ABSENT(PyUnstable_PerfMapState_Fini)
ADDER_ABSENT(PyUnstable_PerfMapState_Init)
ADDER_ABSENT(PyUnstable_PerfTrampoline_CompileCode)
ADDER_ABSENT(PyUnstable_PerfTrampoline_SetPersistAfterFork)
ADDER_ABSENT(PyUnstable_WritePerfMapEntry)
ADDER_ABSENT(Py_FrozenMain)
ADDER_ABSENT(Py_GETENV)
ADDER_ABSENT(Py_GetArgcArgv)
ADDER_ABSENT(Py_GetPythonHome)
ADDER_ABSENT(Py_SetPythonHome)

#if defined(__GNUC__) && !defined(__cplusplus)
#pragma GCC diagnostic pop
#endif

ADDER_END
#endif

#endif
