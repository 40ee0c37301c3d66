"""How Adder was built, in the names that the module sysconfig knows, and how extension modules are: `adder config` says the same."""

from _sysconfig import config_vars

build_time_vars = {
    "ABIFLAGS": "",
    "EXE": "",
    "INCLUDEPY": "",
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "Py_TRACE_REFS": 0,
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "WITH_DOC_STRINGS": 1,
    "WITH_MIMALLOC": 0,
    "WITH_PYMALLOC": 0,
} | config_vars()
