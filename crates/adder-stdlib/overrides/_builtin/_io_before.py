"""What runs in the module _io in front of the library's _pyio, which is then run there too.

_pyio takes a few names of io, and io takes its classes from _io: until they are made, a module of these names stands in for io.
"""

import sys as _sys


def _stand_in():
    class Interface:
        def register(self, cls):
            return cls

    module = type(_sys)("io")
    module.__all__ = []
    module.SEEK_SET, module.SEEK_CUR, module.SEEK_END = 0, 1, 2
    module.Reader = module.Writer = object
    for name in ("IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase"):
        setattr(module, name, Interface())
    return module


_real_io = _sys.modules.get("io")
_sys.modules["io"] = _stand_in()
