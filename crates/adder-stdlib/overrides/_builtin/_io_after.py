"""What runs in the module _io behind the library's _pyio: the names that only _io has."""

_IOBase = IOBase
_RawIOBase = RawIOBase
_BufferedIOBase = BufferedIOBase
_TextIOBase = TextIOBase
for _class in (_IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase):
    _class.__name__ = _class.__qualname__ = "_" + _class.__name__
UnsupportedOperation.__module__ = "io"

# The function that `builtins` has calls this one.
import builtins as _builtins

_open = open
open = _builtins.open

if _real_io is None:
    del _sys.modules["io"]
else:
    _sys.modules["io"] = _real_io
for _name in ("IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase", "Reader", "Writer", "io", "_class"):
    del globals()[_name]
del _name, _real_io, _stand_in, _builtins
