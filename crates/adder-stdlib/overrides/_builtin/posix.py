"""The part of the module posix that is written in Python; it runs in the module's own namespace."""

_have_functions = [
    "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR", "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_LINKAT", "HAVE_LSTAT",
    "HAVE_MKDIRAT", "HAVE_OPENAT", "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
]


def wait():
    return waitpid(-1, 0)


_before_fork, _after_in_parent, _after_in_child = [], [], []


def register_at_fork(*, before=None, after_in_child=None, after_in_parent=None):
    given = [
        (name, function, list)
        for name, function, list in (
            ("before", before, _before_fork),
            ("after_in_child", after_in_child, _after_in_child),
            ("after_in_parent", after_in_parent, _after_in_parent),
        )
        if function is not None
    ]
    if not given:
        raise TypeError("At least one argument is required.")
    for name, function, _ in given:
        if not callable(function):
            raise TypeError(f"'{name}' must be callable, not {type(function).__name__}")
    for _, function, list in given:
        list.append(function)


def _call_at_fork(functions):
    import sys
    for function in functions:
        try:
            function()
        except BaseException as error:
            sys.unraisablehook(_Unraisable(error, function))


class _Unraisable:
    err_msg = "Exception ignored in"

    def __init__(self, error, function):
        self.exc_type, self.exc_value, self.exc_traceback = type(error), error, error.__traceback__
        self.object = function


def fork():
    import _thread
    _call_at_fork(reversed(_before_fork))
    several = _thread._count() > 0
    try:
        child = _fork()
    except BaseException:
        _call_at_fork(_after_in_parent)
        raise
    if child == 0:
        _call_at_fork(_after_in_child)
        return child
    _call_at_fork(_after_in_parent)
    if several:
        import warnings
        warnings.warn(
            f"This process (pid={getpid()}) is multi-threaded, use of fork() may lead to deadlocks in the child.",
            DeprecationWarning, stacklevel=2,
        )
    return child


class DirEntry:
    __slots__ = ("name", "path", "_kind", "_inode", "_dir", "_stat", "_lstat")

    def __new__(cls, *args, **kwargs):
        raise TypeError(f"cannot create 'posix.{cls.__name__}' instances")

    def __repr__(self):
        return f"<DirEntry {self.name!r}>"

    def __fspath__(self):
        return self.path

    def inode(self):
        return self._inode

    def stat(self, *, follow_symlinks=True):
        if follow_symlinks and self._kind in (0, 10):
            if self._stat is None:
                self._stat = self._look(True)
            return self._stat
        if self._lstat is None:
            self._lstat = self._look(False)
        return self._lstat

    def _look(self, follow):
        if self._dir is None:
            return stat(self.path, follow_symlinks=follow)
        return stat(self.name, dir_fd=self._dir, follow_symlinks=follow)

    def _is(self, kind, mode, follow):
        if self._kind not in (0, 10) or (self._kind == 10 and not follow):
            return self._kind == kind
        try:
            found = self.stat(follow_symlinks=follow)
        except FileNotFoundError:
            return False
        return found.st_mode & 0o170000 == mode

    def is_dir(self, *, follow_symlinks=True):
        return self._is(4, 0o040000, follow_symlinks)

    def is_file(self, *, follow_symlinks=True):
        return self._is(8, 0o100000, follow_symlinks)

    def is_symlink(self):
        if self._kind == 0:
            return self.stat(follow_symlinks=False).st_mode & 0o170000 == 0o120000
        return self._kind == 10

    def is_junction(self):
        return False

    def __class_getitem__(cls, item):
        return type(list[int])(cls, item)


class ScandirIterator:
    __slots__ = ("_entries",)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._entries = iter(())


def _make_entries(found, folder, descriptor):
    for name, kind, inode in found:
        entry = object.__new__(DirEntry)
        entry.name = name
        entry.path = name if descriptor is not None else folder + name
        entry._kind = kind
        entry._inode = inode
        entry._dir = descriptor
        entry._stat = entry._lstat = None
        yield entry


def scandir(path=None):
    if path is None:
        path = "."
    found = _scan(path)
    descriptor = folder = None
    if isinstance(path, int):
        descriptor = path
    else:
        folder = fspath(path)
        slash = b"/" if isinstance(folder, bytes) else "/"
        if not folder.endswith(slash):
            folder += slash
    iterator = object.__new__(ScandirIterator)
    iterator._entries = _make_entries(found, folder, descriptor)
    return iterator


for _function in (
    wait, register_at_fork, fork, scandir, DirEntry, ScandirIterator,
):
    _function.__module__ = "posix"
del _function

# The codes of sysexits.h, in order from 64 on.
EX_OK = 0
for _at, _name in enumerate(
    "USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL PROTOCOL "
    "NOPERM CONFIG".split(), 64,
):
    globals()["EX_" + _name] = _at
del _at, _name
