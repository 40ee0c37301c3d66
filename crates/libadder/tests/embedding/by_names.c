/* PyInitConfig and PyConfig_Get, which 3.14 has. */
#include <Python.h>

int
main(void)
{
    PyInitConfig *config = PyInitConfig_Create();
    int64_t number;
    char *text, **texts;
    const char *error;
    size_t length;
    int code;
    printf("%d %d\n", PyInitConfig_HasOption(config, "isolated"), PyInitConfig_HasOption(config, "nothing"));
    printf("%d ", PyInitConfig_GetInt(config, "isolated", &number));
    printf("%d\n", (int)number);
    printf("%d\n", PyInitConfig_GetError(config, &error));
    printf("%d", PyInitConfig_SetInt(config, "nothing", 1));
    printf(" %d", PyInitConfig_GetError(config, &error));
    printf(" %s\n", error);
    printf("%d", PyInitConfig_SetInt(config, "executable", 1));
    printf(" %d", PyInitConfig_GetError(config, &error));
    printf(" %s\n", error);
    printf("%d\n", PyInitConfig_SetInt(config, "optimization_level", 1));
    printf("%d\n", PyInitConfig_SetStr(config, "program_name", "/here/p"));
    printf("%d", PyInitConfig_GetStr(config, "program_name", &text));
    printf(" %s\n", text);
    free(text);
    printf("%d", PyInitConfig_GetStr(config, "home", &text));
    printf(" %d\n", text == NULL);
    char *args[] = {"a", "b"};
    printf("%d\n", PyInitConfig_SetStrList(config, "argv", 2, args));
    printf("%d", PyInitConfig_GetStrList(config, "argv", &length, &texts));
    printf(" %d %s %s\n", (int)length, texts[0], texts[1]);
    PyInitConfig_FreeStrList(length, texts);
    printf("%d\n", PyInitConfig_GetExitCode(config, &code));
    printf("%d\n", Py_InitializeFromInitConfig(config));
    PyInitConfig_Free(config);
    PyInitConfig_Free(NULL);
    PyObject *argv = PyConfig_Get("argv");
    printf("%d\n", (int)PyList_Size(argv));
    Py_DECREF(argv);
    int value;
    printf("%d", PyConfig_GetInt("optimization_level", &value));
    printf(" %d\n", value);
    printf("%d", PyConfig_GetInt("argv", &value));
    printf(" %d\n", PyErr_ExceptionMatches(PyExc_TypeError));
    PyErr_Clear();
    printf("%d", PyConfig_Get("nothing") == NULL);
    printf(" %d\n", PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();
    PyObject *five = PyLong_FromLong(5000);
    printf("%d\n", PyConfig_Set("int_max_str_digits", five));
    printf("%d", PyConfig_Set("optimization_level", five));
    printf(" %d\n", PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();
    PyConfig_GetInt("int_max_str_digits", &value);
    printf("%d\n", value);
    Py_DECREF(five);
    PyObject *names = PyConfig_Names();
    printf("%d\n", names != NULL);
    Py_XDECREF(names);
    return Py_FinalizeEx();
}
