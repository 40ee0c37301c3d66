/* Configurations: by PyConfig, with a command line, and what Py_RunMain makes of it. */
#include <Python.h>

static void
show(const char *what, PyStatus status)
{
    printf("%s: %d %d %s\n", what, PyStatus_IsError(status), PyStatus_IsExit(status), status.err_msg ? status.err_msg : "-");
}

int
main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    show("ok", PyStatus_Ok());
    show("error", PyStatus_Error("some text"));
    show("memory", PyStatus_NoMemory());
    show("exit", PyStatus_Exit(3));
    PyWideStringList list = {0, NULL};
    show("append", PyWideStringList_Append(&list, L"b"));
    show("insert", PyWideStringList_Insert(&list, 0, L"a"));
    show("insert far", PyWideStringList_Insert(&list, 9, L"c"));
    show("insert wrong", PyWideStringList_Insert(&list, -1, L"c"));
    for (Py_ssize_t at = 0; at < list.length; at++) {
        printf("%ls ", list.items[at]);
    }
    printf("\n");
    PyPreConfig before;
    PyPreConfig_InitPythonConfig(&before);
    printf("%d %d\n", before.use_environment, before.parse_argv);
    PyPreConfig_InitIsolatedConfig(&before);
    printf("%d %d\n", before.use_environment, before.isolated);
    PyPreConfig_InitPythonConfig(&before);
    before.utf8_mode = 1;
    show("before", Py_PreInitialize(&before));

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    printf("%d %d %d %d\n", config.isolated, config.use_environment, config.parse_argv, config.safe_path);
    config.optimization_level = 2;
    wchar_t *args[] = {L"one", L"-two", NULL};
    show("program", PyConfig_SetString(&config, &config.program_name, L"/some/where/program"));
    show("argv", PyConfig_SetArgv(&config, 2, args));
    show("warnings", PyConfig_SetWideStringList(&config, &config.warnoptions, 1, (wchar_t *[]){L"ignore"}));
    show("options", PyWideStringList_Append(&config.xoptions, L"name=value"));
    show("read", PyConfig_Read(&config));
    printf("%ls %ls\n", config.argv.items[0], config.argv.items[1]);
    show("begin", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    PyRun_SimpleString("import sys\n"
                       "print(sys.argv, sys.flags.optimize, sys.flags.isolated, sys.flags.ignore_environment, sys.flags.safe_path)\n"
                       "print(sys._xoptions, sys.warnoptions[-1])\n");
    printf("%d\n", Py_FinalizeEx());
    fflush(stdout);

    PyConfig_InitPythonConfig(&config);
    PyConfig_SetBytesArgv(&config, argc, argv);
    config.module_search_paths_set = 0;
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) {
        Py_ExitStatusException(status);
    }
    int code = Py_RunMain();
    printf("code %d %d\n", code, Py_IsInitialized());
    return code;
}
