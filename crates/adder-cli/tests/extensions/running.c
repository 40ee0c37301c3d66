/* The running interpreter seen from C: import, evaluation, threads, sys, contexts. Compiled for Adder and for CPython. */
#include <Python.h>
#include <pthread.h>
#include <signal.h>

/* Import. */

static PyObject *
imports(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *result = PyList_New(0), *one;
    (void)args;
#define ADD(expression)                                    \
    do {                                                   \
        one = (expression);                                \
        if (one == NULL) {                                 \
            one = PyErr_GetRaisedException();              \
            if (one == NULL) {                             \
                one = PyUnicode_FromString("<NULL>");      \
            }                                              \
        }                                                  \
        PyList_Append(result, one);                        \
        Py_DECREF(one);                                    \
    } while (0)
    ADD(PyImport_ImportModule("xml.dom"));
    ADD(PyImport_ImportModule("no_such_module"));
    ADD(PyImport_ImportModule(""));
    ADD(PyImport_ImportModuleLevel("xml.dom", NULL, NULL, NULL, 0));
    PyObject *name = PyUnicode_FromString("xml.dom"), *from = PyList_New(0), *none = PyLong_FromLong(3);
    PyList_Append(from, name);
    ADD(PyImport_ImportModuleLevelObject(name, NULL, NULL, from, 0));
    ADD(PyImport_ImportModuleLevelObject(none, NULL, NULL, NULL, 0));
    ADD(PyImport_ImportModuleLevelObject(name, NULL, NULL, NULL, -1));
    ADD(PyImport_ImportModuleLevelObject(name, NULL, NULL, NULL, 1));
    ADD(PyImport_Import(name));
    ADD(PyImport_Import(none));
    ADD(PyImport_GetModule(name));
    ADD(PyImport_GetModule(none));
    PyObject *missing = PyUnicode_FromString("nobody.imported.this");
    ADD(PyImport_GetModule(missing));
    ADD(PyBool_FromLong(PyImport_GetModuleDict() == PySys_GetObject("modules")));
    PyObject *added = PyImport_AddModule("added_by_c");
    ADD(Py_NewRef(added));
    ADD(PyBool_FromLong(PyImport_AddModuleObject(name) != NULL));
    ADD(PyImport_AddModuleRef("added_by_c"));
    ADD(PyImport_ReloadModule(none));
    PyObject *colorsys = PyImport_ImportModule("colorsys");
    PyObject *again = PyImport_ReloadModule(colorsys);
    ADD(PyBool_FromLong(again == colorsys));
    Py_XDECREF(again);
    Py_DECREF(colorsys);
    ADD(PyLong_FromLong(PyImport_ImportFrozenModule("no_such_module")));
    ADD(PyLong_FromLong(PyImport_ImportFrozenModuleObject(missing)));
    ADD(PyImport_GetImporter(missing));
#if PY_VERSION_HEX >= 0x030E0000
    PyObject *attr = PyUnicode_FromString("nothing_of_this_name");
    ADD(PyImport_ImportModuleAttrString("sys", "maxsize"));
    ADD(PyImport_ImportModuleAttr(name, attr));
    ADD(PyImport_ImportModuleAttrString("no_such_module", "x"));
    Py_DECREF(attr);
#else
    PyObject *sys = PyImport_ImportModule("sys"), *dom = PyImport_ImportModule("xml.dom");
    ADD(PyObject_GetAttrString(sys, "maxsize"));
    ADD(PyObject_GetAttrString(dom, "nothing_of_this_name"));
    ADD(PyImport_ImportModule("no_such_module"));
    Py_DECREF(sys);
    Py_DECREF(dom);
#endif
    Py_DECREF(name);
    Py_DECREF(from);
    Py_DECREF(none);
    Py_DECREF(missing);
    return result;
}

static PyObject *
exec_module(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *code, *result = PyList_New(0), *one;
    if (!PyArg_ParseTuple(args, "O", &code)) {
        return NULL;
    }
    ADD(PyImport_ExecCodeModule("executed", code));
    ADD(PyImport_ExecCodeModuleEx("executed_ex", code, "/somewhere/file.py"));
    ADD(PyImport_ExecCodeModuleWithPathnames("executed_paths", code, "/somewhere/file.py", "/somewhere/file.pyc"));
    PyObject *name = PyUnicode_FromString("executed_object");
    ADD(PyImport_ExecCodeModuleObject(name, code, NULL, NULL));
    Py_DECREF(name);
    return result;
}

/* Evaluation. */

static PyObject *
compiled(PyObject *self, PyObject *args)
{
    (void)self;
    const char *text;
    int start;
    if (!PyArg_ParseTuple(args, "si", &text, &start)) {
        return NULL;
    }
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    PyObject *code = Py_CompileStringExFlags(text, "made.py", start, &flags, -1);
    if (code == NULL) {
        return NULL;
    }
    return Py_BuildValue("(Ni)", code, flags.cf_flags);
}

static PyObject *
run_text(PyObject *self, PyObject *args)
{
    (void)self;
    const char *text;
    int start;
    PyObject *globals, *locals = NULL;
    if (!PyArg_ParseTuple(args, "siO|O", &text, &start, &globals, &locals)) {
        return NULL;
    }
    return PyRun_String(text, start, globals, locals == NULL ? globals : locals);
}

static PyObject *
run_simple(PyObject *self, PyObject *arg)
{
    (void)self;
    return PyLong_FromLong(PyRun_SimpleString(PyUnicode_AsUTF8(arg)));
}

static PyObject *
run_file(PyObject *self, PyObject *args)
{
    (void)self;
    const char *path;
    PyObject *globals;
    if (!PyArg_ParseTuple(args, "sO", &path, &globals)) {
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    PyObject *first = PyRun_FileEx(file, path, Py_file_input, globals, globals, 1);
    if (first == NULL) {
        return NULL;
    }
    Py_DECREF(first);
    file = fopen(path, "rb");
    int simple = PyRun_SimpleFileEx(file, path, 1);
    file = fopen(path, "rb");
    int any = PyRun_AnyFileExFlags(file, path, 1, NULL);
    file = fopen(path, "rb");
    int loop = PyRun_InteractiveLoop(file, path);
    int one = PyRun_InteractiveOne(file, path);
    fclose(file);
    return Py_BuildValue("iiii", simple, any, loop, one);
}

static PyObject *
eval_code(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *code, *globals, *locals = NULL;
    if (!PyArg_ParseTuple(args, "OO|O", &code, &globals, &locals)) {
        return NULL;
    }
    return PyEval_EvalCode(code, globals, locals);
}

static PyObject *
eval_code_ex(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *code, *globals, *one, *two;
    if (!PyArg_ParseTuple(args, "OOOO", &code, &globals, &one, &two)) {
        return NULL;
    }
    PyObject *name = PyUnicode_FromString("b");
    PyObject *given[] = {one}, *keywords[] = {name, two}, *defaults[] = {two};
    PyObject *first = PyEval_EvalCodeEx(code, globals, NULL, given, 1, keywords, 1, NULL, 0, NULL, NULL);
    PyObject *second = PyEval_EvalCodeEx(code, globals, NULL, given, 1, NULL, 0, defaults, 1, NULL, NULL);
    PyObject *third = PyEval_EvalCodeEx(code, globals, NULL, given, 1, NULL, 0, NULL, 0, NULL, NULL);
    Py_DECREF(name);
    if (first == NULL || second == NULL) {
        return NULL;
    }
    PyObject *error = third == NULL ? PyErr_GetRaisedException() : third;
    return Py_BuildValue("(NNN)", first, second, error);
}

static PyObject *
here(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    PyObject *frame = (PyObject *)PyEval_GetFrame();
    PyObject *mine = (PyObject *)PyThreadState_GetFrame(PyThreadState_Get());
    int same = frame == mine;
    Py_XDECREF(mine);
    PyObject *locals = PyEval_GetLocals(), *own = PyEval_GetFrameLocals();
    PyObject *globals = PyEval_GetGlobals(), *owned = PyEval_GetFrameGlobals();
    PyObject *builtins = PyEval_GetBuiltins(), *held = PyEval_GetFrameBuiltins();
    PyObject *result = Py_BuildValue("(OOOOiii)", frame, locals, own, globals, same, globals == owned, builtins == held);
    Py_XDECREF(own);
    Py_XDECREF(owned);
    Py_XDECREF(held);
    return result;
}

static PyObject *
function_name(PyObject *self, PyObject *function)
{
    (void)self;
    return Py_BuildValue("ss", PyEval_GetFuncName(function), PyEval_GetFuncDesc(function));
}

static int
traced(PyObject *list, PyFrameObject *frame, int what, PyObject *arg)
{
    PyObject *code = PyObject_GetAttrString((PyObject *)frame, "f_code");
    PyObject *name = PyObject_GetAttrString(code, "co_name");
    Py_DECREF(code);
    PyObject *row = Py_BuildValue("(NiO)", name, what, arg == NULL ? Py_None : arg);
    int failed = PyList_Append(list, row);
    Py_DECREF(row);
    return failed;
}

static int
failing_tracer(PyObject *list, struct _frame *frame, int what, PyObject *arg)
{
    (void)list, (void)frame, (void)what, (void)arg;
    PyErr_SetString(PyExc_KeyError, "the tracer");
    return -1;
}

static PyObject *
watched(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *function, *events = PyList_New(0);
    int profile, fails;
    if (!PyArg_ParseTuple(args, "Oii", &function, &profile, &fails)) {
        return NULL;
    }
    (profile ? PyEval_SetProfile : PyEval_SetTrace)(fails ? failing_tracer : traced, events);
    PyObject *result = PyObject_CallNoArgs(function);
    (profile ? PyEval_SetProfile : PyEval_SetTrace)(NULL, NULL);
    if (result == NULL) {
        Py_DECREF(events);
        return NULL;
    }
    Py_DECREF(result);
    return events;
}

/* Threads. */

static PyObject *callback, *answers;
static PyThreadState *seen[3];

static void *
foreign(void *data)
{
    long number = (long)data;
    int before = PyGILState_Check();
    PyGILState_STATE outer = PyGILState_Ensure();
    PyGILState_STATE inner = PyGILState_Ensure();
    PyThreadState *mine = PyThreadState_Get();
    int ours = mine == PyGILState_GetThisThreadState() && mine == PyThreadState_GetUnchecked() && PyGILState_Check();
    PyObject *dict = PyThreadState_GetDict();
    PyObject *result = PyObject_CallFunction(callback, "l", number);
    if (result == NULL) {
        result = PyErr_GetRaisedException();
    }
    PyObject *row = Py_BuildValue("(lNiiiii)", number, result, before, (int)outer, (int)inner, ours, dict != NULL);
    PyList_Append(answers, row);
    Py_DECREF(row);
    PyGILState_Release(inner);
    Py_BEGIN_ALLOW_THREADS
    before = PyGILState_Check();
    Py_END_ALLOW_THREADS
    if (before) {
        PyErr_SetString(PyExc_SystemError, "left behind");
    }
    PyGILState_Release(outer);
    return NULL;
}

static PyObject *
from_threads(PyObject *self, PyObject *args)
{
    (void)self;
    int count;
    if (!PyArg_ParseTuple(args, "Oi", &callback, &count)) {
        return NULL;
    }
    answers = PyList_New(0);
    pthread_t threads[16];
    for (long at = 0; at < count; at++) {
        pthread_create(&threads[at], NULL, foreign, (void *)at);
    }
    Py_BEGIN_ALLOW_THREADS
    for (int at = 0; at < count; at++) {
        pthread_join(threads[at], NULL);
    }
    Py_END_ALLOW_THREADS
    return answers;
}

static void *
one_call(void *data)
{
    (void)data;
    for (int at = 0; at < 200; at++) {
        PyGILState_STATE state = PyGILState_Ensure();
        PyObject *result = PyObject_CallNoArgs(callback);
        Py_XDECREF(result);
        PyGILState_Release(state);
    }
    return NULL;
}

static pthread_t background;

static PyObject *
start_background(PyObject *self, PyObject *function)
{
    (void)self;
    callback = Py_NewRef(function);
    pthread_create(&background, NULL, one_call, NULL);
    Py_RETURN_NONE;
}

static PyObject *
join_background(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    PyThreadState *saved = PyEval_SaveThread();
    pthread_join(background, NULL);
    PyEval_RestoreThread(saved);
    Py_CLEAR(callback);
    Py_RETURN_NONE;
}

static void *
with_a_state(void *data)
{
    PyThreadState *state = data;
    PyEval_AcquireThread(state);
    seen[1] = PyThreadState_Get();
    PyObject *result = PyObject_CallNoArgs(callback);
    Py_XDECREF(result);
    PyErr_Clear();
    PyThreadState_Clear(state);
    PyEval_ReleaseThread(state);
    PyThreadState_Delete(state);
    return NULL;
}

static void *
delete_current(void *data)
{
    PyThreadState *state = data;
    PyEval_RestoreThread(state);
    PyObject *result = PyObject_CallNoArgs(callback);
    Py_XDECREF(result);
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
    return NULL;
}

static PyObject *
states(PyObject *self, PyObject *function)
{
    (void)self;
    callback = function;
    PyThreadState *mine = PyThreadState_Get();
    PyInterpreterState *interpreter = PyThreadState_GetInterpreter(mine);
    PyThreadState *fresh = PyThreadState_New(interpreter), *other = PyThreadState_New(interpreter);
    int distinct = PyThreadState_GetID(fresh) != PyThreadState_GetID(mine) && PyThreadState_GetID(fresh) != PyThreadState_GetID(other);
    pthread_t thread;
    pthread_create(&thread, NULL, with_a_state, fresh);
    Py_BEGIN_ALLOW_THREADS
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    pthread_create(&thread, NULL, delete_current, other);
    Py_BEGIN_ALLOW_THREADS
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    int swapped = PyThreadState_Swap(NULL) == mine && PyThreadState_GetUnchecked() == NULL && !PyGILState_Check();
    swapped = swapped && PyThreadState_Swap(mine) == NULL;
    return Py_BuildValue("iiiiiLi", distinct, seen[1] == fresh, swapped, interpreter == PyInterpreterState_Get(),
        interpreter == PyInterpreterState_Main(), (long long)PyInterpreterState_GetID(interpreter),
        PyInterpreterState_GetDict(interpreter) == PyInterpreterState_GetDict(interpreter));
}

static PyObject *
send(PyObject *self, PyObject *args)
{
    (void)self;
    unsigned long ident;
    PyObject *exception;
    if (!PyArg_ParseTuple(args, "kO", &ident, &exception)) {
        return NULL;
    }
    return PyLong_FromLong(PyThreadState_SetAsyncExc(ident, exception == Py_None ? NULL : exception));
}

static int
pending(void *data)
{
    PyObject *result = PyObject_CallNoArgs((PyObject *)data);
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static PyObject *
add_pending(PyObject *self, PyObject *function)
{
    (void)self;
    return PyLong_FromLong(Py_AddPendingCall(pending, function));
}

static PyObject *
make_pending(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    if (Py_MakePendingCalls() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* sys and the system. */

static int
hooked(const char *event, PyObject *args, void *data)
{
    if (strcmp(event, "running.event") == 0) {
        ++*(int *)data;
        if (PyTuple_Size(args) == 2) {
            PyErr_SetString(PyExc_ValueError, "two are too many");
            return -1;
        }
    }
    return 0;
}

static int heard;

static PyObject *
system_(PyObject *self, PyObject *path)
{
    (void)self;
    PyObject *result = PyList_New(0), *one;
    ADD(Py_XNewRef(PySys_GetObject("byteorder")));
    ADD(Py_XNewRef(PySys_GetObject("nothing_like_this")));
    one = PyLong_FromLong(5);
    ADD(PyLong_FromLong(PySys_SetObject("set_by_c", one)));
    ADD(Py_XNewRef(PySys_GetObject("set_by_c")));
    ADD(PyLong_FromLong(PySys_SetObject("set_by_c", NULL)));
    ADD(Py_XNewRef(PySys_GetObject("set_by_c")));
    ADD(PyBool_FromLong(PyDict_Check(PySys_GetXOptions())));
    ADD(PyOS_FSPath(path));
    ADD(PyOS_FSPath(Py_None));
    ADD(PyLong_FromLong(PyOS_InterruptOccurred()));
    PyOS_sighandler_t before = PyOS_setsig(SIGUSR2, SIG_IGN);
    ADD(PyBool_FromLong(before == SIG_DFL && PyOS_getsig(SIGUSR2) == SIG_IGN));
    PyOS_setsig(SIGUSR2, before);
    ADD(PyLong_FromLong(PySys_AddAuditHook(hooked, &heard)));
    PyObject *tuple = Py_BuildValue("(i)", 1), *two = Py_BuildValue("(ii)", 1, 2);
    ADD(PyLong_FromLong(PySys_AuditTuple("running.event", NULL)));
    ADD(PyLong_FromLong(PySys_AuditTuple("running.event", tuple)));
    ADD(PySys_AuditTuple("running.event", two) < 0 ? NULL : PyLong_FromLong(0));
    ADD(PySys_AuditTuple("running.event", Py_None) < 0 ? NULL : PyLong_FromLong(0));
    ADD(PyLong_FromLong(heard));
    Py_DECREF(tuple);
    Py_DECREF(two);
    ADD(PyBool_FromLong(Py_IsInitialized() && !Py_IsFinalizing()));
    ADD(PyBool_FromLong(strncmp(Py_GetVersion(), "3.", 2) == 0 && Py_Version == PY_VERSION_HEX));
    ADD(PyUnicode_FromString(Py_GetPlatform()));
    ADD(PyBool_FromLong(Py_GetCopyright() && Py_GetCompiler() && Py_GetBuildInfo()));
    int limit = Py_GetRecursionLimit();
    Py_SetRecursionLimit(limit + 50);
    ADD(PyLong_FromLong(Py_GetRecursionLimit() - limit));
    Py_SetRecursionLimit(limit);
    return result;
}

static PyObject *
contexts(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    PyObject *result = PyList_New(0), *one, *value;
    PyObject *variable = PyContextVar_New("variable", NULL), *five = PyLong_FromLong(5), *six = PyLong_FromLong(6);
    PyObject *other = PyContextVar_New("other", six);
    ADD(PyBool_FromLong(PyContextVar_CheckExact(variable)));
    ADD(PyLong_FromLong(PyContextVar_Get(variable, NULL, &value)));
    ADD(value);
    ADD(PyLong_FromLong(PyContextVar_Get(variable, five, &value)));
    ADD(value);
    ADD(PyLong_FromLong(PyContextVar_Get(other, NULL, &value)));
    ADD(value);
    ADD(PyLong_FromLong(PyContextVar_Get(other, five, &value)));
    ADD(value);
    value = NULL;
    ADD(PyContextVar_Get(five, NULL, &value) < 0 ? NULL : PyLong_FromLong(0));
    PyObject *token = PyContextVar_Set(variable, six);
    ADD(PyBool_FromLong(PyContextToken_CheckExact(token)));
    ADD(PyLong_FromLong(PyContextVar_Get(variable, five, &value)));
    ADD(value);
    PyObject *copy = PyContext_CopyCurrent(), *empty = PyContext_New(), *again = PyContext_Copy(copy);
    ADD(PyBool_FromLong(PyContext_CheckExact(copy) && PyContext_CheckExact(empty)));
    ADD(PyLong_FromSsize_t(PyObject_Size(empty)));
    ADD(PyBool_FromLong(PyObject_Size(again) == PyObject_Size(copy)));
    ADD(PyLong_FromLong(PyContext_Enter(empty)));
    ADD(PyLong_FromLong(PyContextVar_Get(variable, five, &value)));
    ADD(value);
    ADD(PyContext_Exit(copy) < 0 ? (PyErr_Clear(), PyUnicode_FromString("not entered")) : NULL);
    ADD(PyContext_Enter(empty) < 0 ? (PyErr_Clear(), PyUnicode_FromString("entered twice")) : NULL);
    ADD(PyLong_FromLong(PyContext_Enter(copy)));
    ADD(PyContext_Exit(empty) < 0 ? NULL : PyUnicode_FromString("left in the wrong order"));
    ADD(PyLong_FromLong(PyContext_Exit(copy)));
    ADD(PyLong_FromLong(PyContext_Exit(empty)));
    ADD(PyContext_Enter(five) < 0 ? NULL : PyLong_FromLong(0));
    ADD(PyContext_Exit(five) < 0 ? NULL : PyLong_FromLong(0));
    ADD(PyContext_Copy(five));
    ADD(PyLong_FromLong(PyContextVar_Reset(variable, token)));
    ADD(PyContextVar_Reset(variable, token) < 0 ? (PyErr_Clear(), PyUnicode_FromString("used")) : NULL);
    ADD(PyContextVar_Get(variable, NULL, &value) < 0 ? NULL : PyLong_FromLong(value == NULL));
    ADD(PyContextVar_Set(five, five));
    ADD(PyContextVar_Reset(five, five) < 0 ? NULL : PyLong_FromLong(0));
    Py_DECREF(variable);
    Py_DECREF(other);
    Py_DECREF(five);
    Py_DECREF(six);
    Py_DECREF(token);
    Py_DECREF(copy);
    Py_DECREF(empty);
    Py_DECREF(again);
    return result;
}

static PyMethodDef methods[] = {
    {"imports", imports, METH_NOARGS, NULL},
    {"exec_module", exec_module, METH_VARARGS, NULL},
    {"compiled", compiled, METH_VARARGS, NULL},
    {"run_text", run_text, METH_VARARGS, NULL},
    {"run_simple", run_simple, METH_O, NULL},
    {"run_file", run_file, METH_VARARGS, NULL},
    {"eval_code", eval_code, METH_VARARGS, NULL},
    {"eval_code_ex", eval_code_ex, METH_VARARGS, NULL},
    {"here", here, METH_NOARGS, NULL},
    {"function_name", function_name, METH_O, NULL},
    {"watched", watched, METH_VARARGS, NULL},
    {"from_threads", from_threads, METH_VARARGS, NULL},
    {"start_background", start_background, METH_O, NULL},
    {"join_background", join_background, METH_NOARGS, NULL},
    {"states", states, METH_O, NULL},
    {"send", send, METH_VARARGS, NULL},
    {"add_pending", add_pending, METH_O, NULL},
    {"make_pending", make_pending, METH_NOARGS, NULL},
    {"system", system_, METH_O, NULL},
    {"contexts", contexts, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "running", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_running(void)
{
    return PyModule_Create(&definition);
}
