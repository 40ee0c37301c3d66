"""Finds the package `test` in the library of an installed CPython 3.13, and nothing else there.

The interpreter calls `install` at its start if `--cpython-tests` or the variable ADDER_CPYTHON_TESTS names that folder.
"""
import os
import sys
from importlib.util import spec_from_file_location

PACKAGE = "test"
FOLDER = "python3.13"


class Finder:
    """A finder for sys.meta_path that knows one package. What is inside of it is found by the package's own __path__."""

    def __init__(self, library):
        self.library = library

    def find_spec(self, name, path=None, target=None):
        if name == PACKAGE and path is None:
            folder = os.path.join(self.library, name)
            file = os.path.join(folder, "__init__.py")
            if os.path.isfile(file):
                return spec_from_file_location(name, file, submodule_search_locations=[folder])
        return None


def install(library):
    """Puts the finder in front of all others."""
    trimmed = library.rstrip("/")
    if not trimmed.endswith("/" + FOLDER):
        raise ImportError(f"--cpython-tests {library}: the library of CPython 3.13 is a folder named {FOLDER}")
    finder = Finder(trimmed)
    if finder.find_spec(PACKAGE) is None:
        raise ImportError(f"--cpython-tests {library}: there is no package {PACKAGE!r} in that folder")
    sys.meta_path.insert(0, finder)
