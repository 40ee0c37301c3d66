"""The part of the module _posixsubprocess that is written in Python; it runs in the module's own namespace."""

import posix as _posix


def fork_exec(*args):
    if len(args) != 22:
        raise TypeError(f"fork_exec() takes exactly 22 arguments ({len(args)} given)")
    hook = args[21]
    if hook is None:
        return _fork_exec(*args)

    def in_child():
        _posix._call_at_fork(_posix._after_in_child)
        hook()

    _posix._call_at_fork(reversed(_posix._before_fork))
    try:
        return _fork_exec(*args[:21], in_child)
    finally:
        _posix._call_at_fork(_posix._after_in_parent)


fork_exec.__module__ = "_posixsubprocess"
