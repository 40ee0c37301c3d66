//! Lines of the packed library that read CPython's instructions, and what they must read to tell the truth about Adder's.

/// A piece of a packed file that is replaced.
pub struct Amendment {
    /// The file.
    pub path: &'static str,
    /// What stands there, once.
    pub from: &'static str,
    /// What is packed.
    pub to: &'static str,
}

/// All of them.
pub const AMENDMENTS: &[Amendment] = &[
    // A frame of ours begins with the first line itself, behind the making of its cells.
    Amendment {
        path: "pdb.py",
        from: "prev is not None and prev.opname == 'RESUME'",
        to: "instr.opname != 'MAKE_CELL'",
    },
    // A method that is called is looked up by an instruction of its own, and so is an attribute of super().
    Amendment {
        path: "inspect.py",
        from: "        if opname == \"LOAD_ATTR\":\n            unbound_names.add(name)",
        to: "        if opname in (\"LOAD_ATTR\", \"LOAD_METHOD\", \"LOAD_SUPER\"):\n            unbound_names.add(name)",
    },
    // So is a global that is called.
    Amendment {
        path: "inspect.py",
        from: "        elif opname == \"LOAD_GLOBAL\":",
        to: "        elif opname in (\"LOAD_GLOBAL\", \"LOAD_GLOBAL_CALLEE\"):",
    },
    // `sys.version` has CPython's form, so that its parser takes it; `--as-cpython` is told by the name of the implementation.
    Amendment {
        path: "platform.py",
        from: "            name = 'CPython'\n",
        to: "            name = 'CPython' if '(Adder' not in sys_version or sys.implementation.name == 'cpython' else 'Adder'\n",
    },
    // The headers are unpacked beside the cache, wherever the program lies.
    Amendment {
        path: "sysconfig/__init__.py",
        from: "def _get_implementation():\n    return 'RustPython'",
        to: "for _scheme in 'posix_prefix', 'posix_venv', 'venv':\n    \
             _INSTALL_SCHEMES[_scheme] |= {'include': '{INCLUDEPY}', 'platinclude': '{INCLUDEPY}'}\n\
             del _scheme\n\n\
             def _get_implementation():\n    return 'Adder'",
    },
    // CPython's module is written in C and gives warnings while the interpreter ends, too.
    Amendment {
        path: "_py_warnings.py",
        from: "    import linecache\n    linecache.getlines(filename, module_globals)\n",
        to: "    try:\n        import linecache\n        linecache.getlines(filename, module_globals)\n    \
             except ImportError:\n        pass\n",
    },
    // It finds the text of `-c` by its file name; the library keeps it by code.
    Amendment {
        path: "_py_warnings.py",
        from: "            line = linecache.getline(msg.filename, msg.lineno)\n",
        to: "            line = linecache.getline(msg.filename, msg.lineno)\n            \
             for (name, *_), entry in () if line else linecache._interactive_cache.items():\n                \
             if name == msg.filename and msg.lineno <= len(entry[2]):\n                    \
             line = entry[2][msg.lineno - 1]\n                    \
             break\n",
    },
];
