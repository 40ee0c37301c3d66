"""Folders of installed packages: there are none, but a program may add some.

Adder does not run this module at its start. The library lies in the binary, and sys.path is what the command line makes it.
"""

import io
import os
import sys

PREFIXES = [sys.prefix, sys.exec_prefix]
ENABLE_USER_SITE = False
USER_SITE = None
USER_BASE = None


def addsitedir(sitedir, known_paths=None):
    """Adds a folder to sys.path, and what the .pth files in it name."""
    known = set(sys.path) if known_paths is None else known_paths
    sitedir = os.path.abspath(sitedir)
    if sitedir not in known:
        sys.path.append(sitedir)
        known.add(sitedir)
    try:
        names = sorted(os.listdir(sitedir))
    except OSError:
        return None
    for name in names:
        if name.endswith(".pth") and not name.startswith("."):
            addpackage(sitedir, name, known)
    return known_paths


def addpackage(sitedir, name, known_paths):
    """Runs a .pth file: a line is a folder to be added, or an import to be run."""
    with io.open(os.path.join(sitedir, name), encoding="utf-8-sig") as file:
        lines = file.read().splitlines()
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(("import ", "import\t")):
            exec(line)
            continue
        path = os.path.abspath(os.path.join(sitedir, line.rstrip()))
        if path not in known_paths and os.path.exists(path):
            sys.path.append(path)
            known_paths.add(path)


def getsitepackages(prefixes=None):
    """The folders of packages that are installed for everybody."""
    return []


def getuserbase():
    """The folder that a user's packages would lie in; None, as there is none."""
    return USER_BASE


def getusersitepackages():
    """The folder of packages that a user has installed; None, as there is none."""
    return USER_SITE


def register_readline():
    """Nothing: the prompt edits its lines itself, and there is no module readline."""


def main():
    """What CPython does at its start: here the command line has done it already."""
