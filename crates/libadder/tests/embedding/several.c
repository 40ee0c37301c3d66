/* An interpreter is begun and ended several times; a module of the program's own; further interpreters; pending calls; SystemExit. */
#include <Python.h>
#include <pthread.h>

static PyObject *
answer(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    return PyLong_FromLong(42);
}

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL, NULL, 0, NULL}};

static int
set_up(PyObject *module)
{
    return PyModule_AddIntConstant(module, "was_set_up", 1);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)set_up},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {0, NULL},
};
static struct PyModuleDef definition
    = {PyModuleDef_HEAD_INIT, .m_name = "own", .m_doc = "The program's own.", .m_methods = methods, .m_slots = slots};

static PyObject *
init_own(void)
{
    return PyModuleDef_Init(&definition);
}

static struct _inittab more[] = {{"further", init_own}, {NULL, NULL}};

static void
at_exit(void)
{
    fprintf(stdout, "at exit: %d\n", Py_IsInitialized() != 2);
    fflush(stdout);
}

static void
at_exit_of_interpreter(void *data)
{
    printf("interpreter ends: %s\n", (const char *)data);
    fflush(stdout);
}

static void *
from_elsewhere(void *data)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyRun_SimpleString("import threading; print('elsewhere', threading.current_thread() is not threading.main_thread())");
    PyGILState_Release(state);
    return data;
}

int
main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("%d\n", PyImport_AppendInittab("own", init_own));
    printf("%d\n", PyImport_ExtendInittab(more));
    printf("%d\n", Py_IsInitialized());
    for (int round = 0; round < 4; round++) {
        if (round % 2) {
            Py_InitializeEx(0);
        } else {
            Py_Initialize();
        }
        Py_Initialize();
        fflush(stdout);
        PyRun_SimpleString("import sys, own, json\n"
                           "print('begun', sys.argv, own.answer(), own.was_set_up, own.__doc__, own.__name__, json.dumps([1]))\n"
                           "print(sys.flags.verbose, hasattr(sys, 'left_over'), 'own' in sys.builtin_module_names)\n"
                           "sys.left_over = True");
        fflush(stdout);
        printf("%d %d\n", PyRun_SimpleString("import atexit; atexit.register(print, 'registered')"), PyRun_SimpleString("raise ValueError"));
        PyUnstable_AtExit(PyInterpreterState_Get(), at_exit_of_interpreter, "first");
        PyUnstable_AtExit(PyInterpreterState_Get(), at_exit_of_interpreter, "second");
        if (round == 0) {
            Py_AtExit(at_exit);
        }
        pthread_t thread;
        pthread_create(&thread, NULL, from_elsewhere, NULL);
        Py_BEGIN_ALLOW_THREADS
        pthread_join(thread, NULL);
        Py_END_ALLOW_THREADS
        PyThreadState *main_state = PyThreadState_Get();
        PyInterpreterState *main_interpreter = PyInterpreterState_Get();
        PyThreadState *sub = Py_NewInterpreter();
        PyRun_SimpleString("import sys; print('second', hasattr(sys, 'left_over'))\nimport own; print(own.answer())");
        printf("%d %d %d\n", PyThreadState_Get() == sub, PyInterpreterState_Get() != main_interpreter,
            PyInterpreterState_Main() == main_interpreter);
        PyThreadState_Swap(main_state);
        PyRun_SimpleString("print('first', sys.left_over)");
        PyThreadState_Swap(sub);
        Py_EndInterpreter(sub);
        PyThreadState_Swap(main_state);
        PyInterpreterConfig config = _PyInterpreterConfig_INIT;
        PyStatus status = Py_NewInterpreterFromConfig(&sub, &config);
        printf("%d\n", PyStatus_Exception(status));
        PyRun_SimpleString("import own; print('third', own.answer())");
        Py_EndInterpreter(sub);
        PyThreadState_Swap(main_state);
        config.check_multi_interp_extensions = 0;
        status = Py_NewInterpreterFromConfig(&sub, &config);
        printf("%d %s\n", PyStatus_IsError(status), status.err_msg);
        PyRun_SimpleString("import further, own; print('further', further.answer(), further is own)");
        if (round == 3) {
            Py_Finalize();
        } else {
            printf("%d\n", Py_FinalizeEx());
        }
        printf("%d\n", Py_IsInitialized());
        fflush(stdout);
    }
    printf("%d\n", Py_FinalizeEx());
    Py_Initialize();
    fflush(stdout);
    PyRun_SimpleString("import sys; print('leaving'); sys.exit(7)");
    return 1;
}
