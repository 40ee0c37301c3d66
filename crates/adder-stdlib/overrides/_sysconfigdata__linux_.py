"""How Adder was built, in the names that the module sysconfig knows. There is no C in it, and no header, makefile or library."""

build_time_vars = {
    "ABIFLAGS": "",
    "EXE": "",
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "Py_TRACE_REFS": 0,
    "WITH_DOC_STRINGS": 1,
    "WITH_MIMALLOC": 0,
    "WITH_PYMALLOC": 0,
}
