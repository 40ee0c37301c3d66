"""The part of the module _thread that is written in Python.

There is one thread. A lock that it holds will never be released by another, so waiting for it without end is a deadlock,
which is reported instead of entered.
"""

TIMEOUT_MAX = 9223372036.0
_stack_size = 0


def _wait(what, blocking, timeout):
    if timeout != -1 and not blocking:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")


class lock:
    __slots__ = ("_held", "__weakref__")

    def __init__(self):
        self._held = False

    def acquire(self, blocking=True, timeout=-1):
        _wait(self, blocking, timeout)
        if not self._held:
            self._held = True
            return True
        if not blocking:
            return False
        if timeout >= 0:
            from time import sleep
            sleep(timeout)
            if self._held:
                return False
            self._held = True
            return True
        raise RuntimeError("deadlock: the only thread waits for a lock that it holds itself")

    def release(self):
        if not self._held:
            raise error("release unlocked lock")
        self._held = False

    def locked(self):
        return self._held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self.release()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self):
        self._held = False

    def __repr__(self):
        state = "locked" if self._held else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"


LockType = lock


def allocate_lock():
    return lock()


allocate = allocate_lock


class RLock:
    __slots__ = ("_count", "__weakref__")

    def __init__(self):
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        _wait(self, blocking, timeout)
        self._count += 1
        return True

    def release(self):
        if not self._count:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1

    def locked(self):
        return self._count > 0

    def __enter__(self):
        self._count += 1
        return True

    def __exit__(self, *exception):
        self.release()

    def _is_owned(self):
        return self._count > 0

    def _recursion_count(self):
        return self._count

    def _release_save(self):
        if not self._count:
            raise RuntimeError("cannot release un-acquired lock")
        count, self._count = self._count, 0
        return count, get_ident()

    def _acquire_restore(self, state, /):
        self._count = state[0]

    def _at_fork_reinit(self):
        self._count = 0

    def __repr__(self):
        state = "locked" if self._count else "unlocked"
        owner = get_ident() if self._count else 0
        return (f"<{state} {type(self).__module__}.{type(self).__qualname__} object "
                f"owner={owner} count={self._count} at {id(self):#x}>")


class _ThreadHandle:
    def __init__(self):
        self._done = False
        self.ident = None

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True

    def join(self, timeout=None):
        if not self._done and self.ident == get_ident():
            raise RuntimeError("Cannot join current thread")


def _make_thread_handle(ident):
    handle = _ThreadHandle()
    handle.ident = ident
    return handle


class _local:
    """Attributes of the one thread; a derived class's __init__ is called once, as the object is made."""

    def __new__(cls, /, *args, **kwargs):
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        return object.__new__(cls)


def start_new_thread(function, args, kwargs={}, /):
    raise error("can't start new thread: this interpreter runs one thread")


start_new = start_new_thread


def start_joinable_thread(function, handle=None, daemon=True):
    raise error("can't start new thread: this interpreter runs one thread")


def daemon_threads_allowed():
    return True


def _is_main_interpreter():
    return True


def _shutdown():
    pass


def _count():
    return 0


def exit():
    raise SystemExit


exit_thread = exit


def interrupt_main(signum=2, /):
    from _signal import raise_signal
    raise_signal(signum)


def stack_size(size=0, /):
    global _stack_size
    if size < 0:
        raise ValueError("size must be 0 or a positive value")
    old, _stack_size = _stack_size, size
    return old


for _class in (_local, _ThreadHandle, lock, RLock):
    _class.__module__ = "_thread"
del _class
