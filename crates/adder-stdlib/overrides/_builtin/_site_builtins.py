"""What the module site adds to the builtins, made when a program first looks at it."""

import sys
import _sitebuiltins

_END_OF_FILE = "Ctrl-Z plus Return" if sys.platform == "win32" else "Ctrl-D (i.e. EOF)"
_CREDITS = "Adder stands on the work of those who made Python and its library: see python.org for them."
_LICENSE = "Adder: MIT OR Apache-2.0. Python's library, which travels with it: the PSF licence, version 2."


def make(name):
    if name == "help":
        return _sitebuiltins._Helper()
    if name in ("exit", "quit"):
        return _sitebuiltins.Quitter(name, _END_OF_FILE)
    text = {"copyright": sys.copyright, "credits": _CREDITS, "license": _LICENSE}[name]
    return _sitebuiltins._Printer(name, text)
