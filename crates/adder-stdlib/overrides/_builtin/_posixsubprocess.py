"""The part of the module _posixsubprocess that is written in Python; it runs in the module's own namespace."""

import posix as _posix
import sys as _sys


def fork_exec(*args):
    # Python 3.13 gives one more, which says whether vfork may be used.
    if len(args) not in (22, 23):
        raise TypeError(f"fork_exec expected 22 arguments, got {len(args)}")
    args = args[:22]
    hook = args[21]
    if hook is None:
        return _fork_exec(*args)
    if _sys.is_finalizing():
        raise PythonFinalizationError("preexec_fn not supported at interpreter shutdown")

    def in_child():
        _posix._call_at_fork(_posix._after_in_child)
        hook()

    _posix._call_at_fork(reversed(_posix._before_fork))
    try:
        return _fork_exec(*args[:21], in_child)
    finally:
        _posix._call_at_fork(_posix._after_in_parent)


fork_exec.__module__ = "_posixsubprocess"
