/* Code that is run, and the frame that runs. */
#include "counts.h"

#define CODE py("compile('[1, 2][0] + x', 'evaluated.py', 'eval')")

SUCCEEDS(PyEval_EvalCode, (CODE, py("{'x': 1}"), NULL), PyEval_EvalCode(o[0], o[1], o[2]))
SUCCEEDS(PyEval_EvalCode, (CODE, dict_of(1), py("{'x': 1}")), PyEval_EvalCode(o[0], o[1], o[2]))
RAISES(PyEval_EvalCode, NameError, "name 'x' is not defined", (CODE, py("{}"), NULL), PyEval_EvalCode(o[0], o[1], o[2]))

SUCCEEDS(PyEval_GetBuiltins, (), PyEval_GetBuiltins(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetGlobals, (), PyEval_GetGlobals(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetFrameBuiltins, (), PyEval_GetFrameBuiltins(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetFrameGlobals, (), PyEval_GetFrameGlobals(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetFuncName, (py("fail")), PyEval_GetFuncName(o[0]), EXPECT(strcmp((const char *)result, "fail") == 0))
SUCCEEDS(PyEval_GetFuncDesc, (py("fail")), PyEval_GetFuncDesc(o[0]), EXPECT(strcmp((const char *)result, "()") == 0))

SUCCEEDS(Py_CompileString, (), Py_CompileString("[1, 2, x]", "compiled.py", Py_eval_input))
RAISES(Py_CompileString, SyntaxError, NULL, (), Py_CompileString("1 +", "compiled.py", Py_eval_input))
SUCCEEDS(Py_CompileStringExFlags, (), Py_CompileStringExFlags("[1, 2, x]", "compiled.py", Py_eval_input, NULL, -1))
SUCCEEDS(Py_CompileStringFlags, (), Py_CompileStringFlags("[1, 2, x]", "compiled.py", Py_eval_input, NULL))
SUCCEEDS(Py_CompileStringObject, (text("compiled.py")), Py_CompileStringObject("[1, 2, x]", o[0], Py_eval_input, NULL, -1))
SUCCEEDS(PyRun_String, (dict_of(1), dict_of(0)), PyRun_String("[k0, k0]", Py_eval_input, o[0], o[1]))
SUCCEEDS(PyRun_String, (dict_of(1), dict_of(1)), PyRun_String("made = [k0]", Py_file_input, o[0], o[1]))
RAISES(PyRun_String, ZeroDivisionError, NULL, (dict_of(1), dict_of(1)), PyRun_String("1 / 0", Py_eval_input, o[0], o[1]))
RAISES(PyRun_String, SyntaxError, NULL, (dict_of(1), dict_of(1)), PyRun_String("1 +", Py_eval_input, o[0], o[1]))
SUCCEEDS(PyRun_StringFlags, (dict_of(1), dict_of(1)), PyRun_StringFlags("[k0]", Py_eval_input, o[0], o[1], NULL))
