//! What of the library is left out, and why. The build script and the tests include this file too.

/// Folders and files of the package that are not packed, each with the reason. A path that ends in `/` is a folder.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("test/", "CPython's own tests: they are read from an installed CPython"),
    ("idlelib/", "an editor that needs Tk"),
    ("lib2to3/", "gone since Python 3.13"),
    ("tkinter/", "needs Tk, a library in C"),
    ("turtle.py", "needs Tk"),
    ("turtledemo/", "needs Tk"),
    ("ensurepip/", "a bundled pip of 1.8 MB, which this interpreter cannot install"),
    ("ctypes/macholib/fetch_macholib", "a script for the maintainers of CPython"),
    ("ctypes/macholib/fetch_macholib.bat", "a script for the maintainers of CPython"),
    ("ctypes/macholib/README.ctypes", "a note to the maintainers of CPython"),
    ("email/architecture.rst", "a note to the maintainers of CPython"),
    ("tomllib/mypy.ini", "settings of a type checker"),
    ("_pyrepl/mypy.ini", "settings of a type checker"),
    ("README.md", "the package's own page"),
];

/// The licence's path in the package. It is packed like any other file.
pub const LICENCE: &str = "PSF-LICENSE";
