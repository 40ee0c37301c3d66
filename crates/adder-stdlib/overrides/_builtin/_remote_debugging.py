"""The module _remote_debugging: reading the stack of another process. Adder's stacks cannot be read from outside.

The names are there, because `asyncio.__main__` imports them before it knows whether they are needed.
"""

from collections import namedtuple as _namedtuple

FrameInfo = _namedtuple("FrameInfo", "filename lineno funcname", module="_remote_debugging")


class RemoteUnwinder:
    """The stack of another process."""

    def __init__(self, pid, *, all_threads=False, only_active_thread=False, debug=False):
        raise RuntimeError("Adder's stack cannot be read from another process")


RemoteUnwinder.__module__ = "_remote_debugging"
del _namedtuple
