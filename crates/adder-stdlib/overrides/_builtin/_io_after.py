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


def open_code(path):
    if not isinstance(path, str):
        raise TypeError(f"open_code() argument 'path' must be str, not {type(path).__name__}")
    return open(path, "rb")


def _dealloc_warn(self, source):
    # Where nobody has asked for warnings, one about a file would be ignored: the module is not loaded for it.
    if self._fd < 0 or not self._closefd or self.closed or not ("warnings" in _sys.modules or _sys.warnoptions):
        return
    import warnings
    warnings.warn(f"unclosed file {source!r}", ResourceWarning, stacklevel=2, source=self)


def _unsupported(self, name):
    raise UnsupportedOperation(name)


def _end(self):
    # A view of the bytes may outlive the stream, which it does not hold.
    try:
        _IOBase.__del__(self)
    except BufferError:
        pass


BytesIO.__del__ = _end
FileIO._dealloc_warn = _dealloc_warn
_IOBase._unsupported = _unsupported
del _dealloc_warn, _end, _unsupported

if _real_io is None:
    del _sys.modules["io"]
else:
    _sys.modules["io"] = _real_io
for _name in ("IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase", "Reader", "Writer", "io", "_class"):
    del globals()[_name]
del _name, _real_io, _stand_in, _builtins
