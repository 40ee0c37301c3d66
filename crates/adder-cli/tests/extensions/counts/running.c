/* Programs that are run from texts and from files, and what a program can ask of the interpreter. */
#include "counts.h"

static FILE *stream;
static FILE *
file(const char *text)
{
    return stream = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
}

/* Reports are not shown. */
static PyObject *
silent(PyObject *object)
{
    Py_XDECREF(py("silence()"));
    return object;
}
static void
silence(void)
{
    (void)silent(NULL);
}
static void
closed(void)
{
    if (stream != NULL) {
        fclose(stream);
    }
    stream = NULL;
    PyObject *raised = PyErr_GetRaisedException();
    Py_XDECREF(py("forget_last()"));
    PyErr_SetRaisedException(raised);
}

#define WELL "made = [1, 2]\ndel made\n"
#define RAISING "1 / 0\n"
#define WRONG "1 +\n"

SUCCEEDS(PyRun_SimpleString, (), PyRun_SimpleString(WELL), EXPECT(result == 0))
SUCCEEDS_AFTER((silence()), PyRun_SimpleString, (), PyRun_SimpleString(RAISING), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleString, (), PyRun_SimpleString(WRONG), EXPECT(result == -1); closed())
SUCCEEDS(PyRun_SimpleStringFlags, (), PyRun_SimpleStringFlags(WELL, NULL), EXPECT(result == 0))
SUCCEEDS_AFTER((silence()), PyRun_SimpleStringFlags, (), PyRun_SimpleStringFlags(RAISING, NULL), EXPECT(result == -1); closed())

SUCCEEDS_AFTER((silence()), PyRun_SimpleFile, (), PyRun_SimpleFile(file(WELL), "run.py"), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFile, (), PyRun_SimpleFile(file(RAISING), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFile, (), PyRun_SimpleFile(file(WRONG), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileEx, (), PyRun_SimpleFileEx(file(WELL), "run.py", 0), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileEx, (), PyRun_SimpleFileEx(file(RAISING), "run.py", 0), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileEx, (), PyRun_SimpleFileEx(file(WRONG), "run.py", 0), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileExFlags, (), PyRun_SimpleFileExFlags(file(WELL), "run.py", 0, NULL), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileExFlags, (), PyRun_SimpleFileExFlags(file(RAISING), "run.py", 0, NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileExFlags, (), PyRun_SimpleFileExFlags(file(WRONG), "run.py", 0, NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFile, (), PyRun_AnyFile(file(WELL), "run.py"), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFile, (), PyRun_AnyFile(file(RAISING), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFile, (), PyRun_AnyFile(file(WRONG), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileEx, (), PyRun_AnyFileEx(file(WELL), NULL, 0), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileEx, (), PyRun_AnyFileEx(file(RAISING), NULL, 0), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileEx, (), PyRun_AnyFileEx(file(WRONG), NULL, 0), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileFlags, (), PyRun_AnyFileFlags(file(WELL), "run.py", NULL), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileFlags, (), PyRun_AnyFileFlags(file(RAISING), "run.py", NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileFlags, (), PyRun_AnyFileFlags(file(WRONG), "run.py", NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileExFlags, (), PyRun_AnyFileExFlags(file(WELL), "run.py", 0, NULL), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileExFlags, (), PyRun_AnyFileExFlags(file(RAISING), "run.py", 0, NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_AnyFileExFlags, (), PyRun_AnyFileExFlags(file(WRONG), "run.py", 0, NULL), EXPECT(result == -1); closed())

/* The stream is closed where the caller asks for it. */
SUCCEEDS_AFTER((silence()), PyRun_SimpleFileEx, (), PyRun_SimpleFileEx(file(WELL), "run.py", 1), stream = NULL; EXPECT(result == 0))
SUCCEEDS_AFTER((silence()), PyRun_AnyFileExFlags, (), PyRun_AnyFileExFlags(file(WELL), "run.py", 1, NULL), stream = NULL; EXPECT(result == 0))

SUCCEEDS(PyRun_File, (dict_of(1), dict_of(1)), PyRun_File(file("[k0]"), "run.py", Py_eval_input, o[0], o[1]), closed(); EXPECT(PyList_Check((PyObject *)result)))
SUCCEEDS(PyRun_File, (dict_of(1), dict_of(1)), PyRun_File(file(WELL), "run.py", Py_file_input, o[0], o[1]), closed())
RAISES(PyRun_File, ZeroDivisionError, NULL, (dict_of(1), dict_of(1)), PyRun_File(file(RAISING), "run.py", Py_eval_input, o[0], o[1]), closed())
RAISES(PyRun_File, SyntaxError, NULL, (dict_of(1), dict_of(1)), PyRun_File(file(WRONG), "run.py", Py_file_input, o[0], o[1]), closed())
RAISES(PyRun_File, SystemError, NULL, (marker(), dict_of(1)), PyRun_File(file(WELL), "run.py", Py_file_input, o[0], o[1]), closed())
RAISES(PyRun_File, ValueError, NULL, (dict_of(1), dict_of(1)), PyRun_File(file(WELL), "run.py", 1, o[0], o[1]), closed())
SUCCEEDS(PyRun_FileEx, (dict_of(1), dict_of(1)), PyRun_FileEx(file("[k0]"), "run.py", Py_eval_input, o[0], o[1], 0), closed(); EXPECT(PyList_Check((PyObject *)result)))
SUCCEEDS(PyRun_FileEx, (dict_of(1), dict_of(1)), PyRun_FileEx(file(WELL), "run.py", Py_file_input, o[0], o[1], 0), closed())
RAISES(PyRun_FileEx, ZeroDivisionError, NULL, (dict_of(1), dict_of(1)), PyRun_FileEx(file(RAISING), "run.py", Py_eval_input, o[0], o[1], 0), closed())
RAISES(PyRun_FileEx, SyntaxError, NULL, (dict_of(1), dict_of(1)), PyRun_FileEx(file(WRONG), "run.py", Py_file_input, o[0], o[1], 0), closed())
RAISES(PyRun_FileEx, SystemError, NULL, (marker(), dict_of(1)), PyRun_FileEx(file(WELL), "run.py", Py_file_input, o[0], o[1], 0), closed())
RAISES(PyRun_FileEx, ValueError, NULL, (dict_of(1), dict_of(1)), PyRun_FileEx(file(WELL), "run.py", 1, o[0], o[1], 0), closed())
SUCCEEDS(PyRun_FileFlags, (dict_of(1), dict_of(1)), PyRun_FileFlags(file("[k0]"), "run.py", Py_eval_input, o[0], o[1], NULL), closed(); EXPECT(PyList_Check((PyObject *)result)))
SUCCEEDS(PyRun_FileFlags, (dict_of(1), dict_of(1)), PyRun_FileFlags(file(WELL), "run.py", Py_file_input, o[0], o[1], NULL), closed())
RAISES(PyRun_FileFlags, ZeroDivisionError, NULL, (dict_of(1), dict_of(1)), PyRun_FileFlags(file(RAISING), "run.py", Py_eval_input, o[0], o[1], NULL), closed())
RAISES(PyRun_FileFlags, SyntaxError, NULL, (dict_of(1), dict_of(1)), PyRun_FileFlags(file(WRONG), "run.py", Py_file_input, o[0], o[1], NULL), closed())
RAISES(PyRun_FileFlags, SystemError, NULL, (marker(), dict_of(1)), PyRun_FileFlags(file(WELL), "run.py", Py_file_input, o[0], o[1], NULL), closed())
RAISES(PyRun_FileFlags, ValueError, NULL, (dict_of(1), dict_of(1)), PyRun_FileFlags(file(WELL), "run.py", 1, o[0], o[1], NULL), closed())
SUCCEEDS(PyRun_FileExFlags, (dict_of(1), dict_of(1)), PyRun_FileExFlags(file("[k0]"), "run.py", Py_eval_input, o[0], o[1], 0, NULL), closed(); EXPECT(PyList_Check((PyObject *)result)))
SUCCEEDS(PyRun_FileExFlags, (dict_of(1), dict_of(1)), PyRun_FileExFlags(file(WELL), "run.py", Py_file_input, o[0], o[1], 0, NULL), closed())
RAISES(PyRun_FileExFlags, ZeroDivisionError, NULL, (dict_of(1), dict_of(1)), PyRun_FileExFlags(file(RAISING), "run.py", Py_eval_input, o[0], o[1], 0, NULL), closed())
RAISES(PyRun_FileExFlags, SyntaxError, NULL, (dict_of(1), dict_of(1)), PyRun_FileExFlags(file(WRONG), "run.py", Py_file_input, o[0], o[1], 0, NULL), closed())
RAISES(PyRun_FileExFlags, SystemError, NULL, (marker(), dict_of(1)), PyRun_FileExFlags(file(WELL), "run.py", Py_file_input, o[0], o[1], 0, NULL), closed())
RAISES(PyRun_FileExFlags, ValueError, NULL, (dict_of(1), dict_of(1)), PyRun_FileExFlags(file(WELL), "run.py", 1, o[0], o[1], 0, NULL), closed())

/* A prompt: one statement, and all. */
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOneFlags, (), PyRun_InteractiveOneFlags(file(WELL), "run.py", NULL), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOneFlags, (), PyRun_InteractiveOneFlags(file(RAISING), "run.py", NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOneFlags, (), PyRun_InteractiveOneFlags(file(WRONG), "run.py", NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOne, (), PyRun_InteractiveOne(file(WELL), "run.py"), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOne, (), PyRun_InteractiveOne(file(RAISING), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveOne, (), PyRun_InteractiveOne(file(WRONG), "run.py"), EXPECT(result == -1); closed())
SUCCEEDS(PyRun_InteractiveOneObject, (silent(text("a name"))), PyRun_InteractiveOneObject(file(WELL), o[0], NULL), EXPECT(result == 0); closed())
SUCCEEDS(PyRun_InteractiveOneObject, (silent(text("a name"))), PyRun_InteractiveOneObject(file(RAISING), o[0], NULL), EXPECT(result == -1); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveLoopFlags, (), PyRun_InteractiveLoopFlags(file(WELL RAISING), "run.py", NULL), EXPECT(result == 0); closed())
SUCCEEDS_AFTER((silence()), PyRun_InteractiveLoop, (), PyRun_InteractiveLoop(file(WELL RAISING), "run.py"), EXPECT(result == 0); closed())

#define CODE py("compile('[1, 2][0] + x', 'evaluated.py', 'eval')")
#define CALLED py("(lambda a, b=5, *, c: [a, b, c]).__code__")
SUCCEEDS(PyEval_EvalCodeEx, (CODE, py("{'x': 1}"), NULL, NULL, NULL), PyEval_EvalCodeEx(o[0], o[1], o[2], NULL, 0, NULL, 0, NULL, 0, o[3], o[4]))
SUCCEEDS(PyEval_EvalCodeEx, (CALLED, dict_of(0), NULL, py("{'c': 3}"), NULL), PyEval_EvalCodeEx(o[0], o[1], o[2], (PyObject *[]){o[1]}, 1, NULL, 0, (PyObject *[]){o[1]}, 1, o[3], o[4]), EXPECT(PyList_Size((PyObject *)result) == 3))
RAISES(PyEval_EvalCodeEx, NameError, "name 'x' is not defined", (CODE, dict_of(0), NULL, NULL, NULL), PyEval_EvalCodeEx(o[0], o[1], o[2], NULL, 0, NULL, 0, NULL, 0, o[3], o[4]))
RAISES(PyEval_EvalCodeEx, TypeError, NULL, (CALLED, dict_of(0), NULL, NULL, NULL), PyEval_EvalCodeEx(o[0], o[1], o[2], NULL, 0, NULL, 0, NULL, 0, o[3], o[4]))

SUCCEEDS(PyEval_GetLocals, (), PyEval_GetLocals(), EXPECT(PyDict_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetFrame, (), PyEval_GetFrame(), EXPECT(PyFrame_Check((PyObject *)result)))
SUCCEEDS(PyEval_GetFrameLocals, (), PyEval_GetFrameLocals(), EXPECT(PyDict_Check((PyObject *)result)))
static PyCompilerFlags flags;
SUCCEEDS(PyEval_MergeCompilerFlags, (), PyEval_MergeCompilerFlags(&flags), EXPECT(result == 0))

/* Who reloads takes the module out of sys.modules and puts it back, for which there may be no memory. */
static void
put_back(PyObject *module)
{
    PyObject *raised = PyErr_GetRaisedException();
    if (module != NULL && PyModule_Check(module)) {
        PyDict_SetItemString(PyImport_GetModuleDict(), "keyword", module);
    }
    PyErr_SetRaisedException(raised);
}
SUCCEEDS(PyImport_ReloadModule, (py("reloadable()")), PyImport_ReloadModule(o[0]), put_back(o[0]))
RAISES(PyImport_ReloadModule, TypeError, "reload() argument must be a module", (marker()), PyImport_ReloadModule(o[0]))
RAISES(PyImport_ReloadModule, ImportError, NULL, (py("type(gc)('not_in_modules')")), PyImport_ReloadModule(o[0]))
/* What is found is kept. */
static void
forget_importers(void)
{
    PyObject *raised = PyErr_GetRaisedException();
    Py_XDECREF(py("sys.path_importer_cache.clear()"));
    PyErr_SetRaisedException(raised);
}
SUCCEEDS(PyImport_GetImporter, (py("'/no/such/' + 'folder'")), PyImport_GetImporter(o[0]), forget_importers())
RAISES(PyImport_GetImporter, TypeError, NULL, (marker()), PyImport_GetImporter(o[0]), forget_importers())

static int limit;
SUCCEEDS_AFTER((limit = Py_GetRecursionLimit()), Py_SetRecursionLimit, (), Py_SetRecursionLimit(limit + 1), EXPECT(Py_GetRecursionLimit() == limit + 1); Py_SetRecursionLimit(limit))
static wchar_t *arguments[] = {L"program", L"one", L"two"};
SUCCEEDS(PySys_SetArgvEx, (), PySys_SetArgvEx(3, arguments, 0), EXPECT(PyList_Size(PySys_GetObject("argv")) == 3))
SUCCEEDS(PySys_SetArgv, (), PySys_SetArgv(3, arguments), EXPECT(PyList_Size(PySys_GetObject("argv")) == 3))
SUCCEEDS(PySys_ResetWarnOptions, (), PySys_ResetWarnOptions())
