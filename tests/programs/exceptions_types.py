# The attributes and texts of the built-in exceptions.
import errno
import os


def attempt(action):
    try:
        return action()
    except BaseException as error:
        return error


def show(error, *names):
    print(type(error).__name__, "|", str(error), "|", repr(error), *(f"{name}={getattr(error, name)!r}" for name in names))


show(OSError(2, "No such file"), "errno", "strerror", "filename", "args")
show(OSError(errno.ENOENT, "text", "name"), "filename", "args")
show(OSError(errno.EEXIST, "text", "a", None, "b"), "filename", "filename2")
show(OSError(errno.EACCES, "text"))
show(OSError(errno.EPIPE, "text"))
show(OSError(errno.ECHILD, "text"))
show(OSError("only"), "errno", "args")
show(OSError(), "errno")
show(OSError(1, 2, 3, 4, 5), "args")
show(FileNotFoundError("x"), "errno")
for number in (errno.EAGAIN, errno.ECONNREFUSED, errno.ECONNRESET, errno.EINTR, errno.EISDIR, errno.ENOTDIR, errno.EPERM, errno.ESRCH, errno.ETIMEDOUT, errno.ECONNABORTED):
    print(type(OSError(number, "x")).__name__, end=" ")
print(IOError is OSError, EnvironmentError is OSError)
show(attempt(lambda: open("/no/such/file")), "errno", "filename")
show(attempt(lambda: os.listdir("/no/such")), "filename")
show(KeyError("k"), "args")
show(KeyError())
show(KeyError(1, 2))
show(StopIteration(5), "value")
show(StopIteration(), "value")
show(StopIteration(1, 2), "value", "args")
show(StopAsyncIteration(5), "args")
show(SystemExit(), "code")
show(SystemExit(3), "code")
show(SystemExit(1, 2), "code")
show(ImportError("text", name="n", path="p"), "name", "path", "msg")
show(ModuleNotFoundError("text", name="n"), "name")
show(NameError("text", name="n"), "name")
show(AttributeError("text", name="n", obj=5), "name", "obj")
show(attempt(lambda: NameError("x", other=1)))
show(UnboundLocalError("u"), "name")
show(SyntaxError("text"), "msg", "lineno", "filename")
show(SyntaxError("text", ("file", 3, 4, "line of text", 3, 9)), "filename", "lineno", "offset", "text", "end_lineno", "end_offset")
show(attempt(lambda: SyntaxError("text", (1, 2))))
for source in ("a b", "if 1:\npass", "x = 1\n  y = 2", "return 1", "x = (1,\n2", "'open"):
    error = attempt(lambda: compile(source, "name", "exec"))
    print(type(error).__name__, error.filename, error.lineno, error.msg != "")
show(UnicodeDecodeError("utf-8", b"abc\xff", 3, 4, "reason"), "encoding", "object", "start", "end", "reason")
show(UnicodeEncodeError("ascii", "aé", 1, 2, "reason"), "object")
show(UnicodeEncodeError("ascii", "aéé", 1, 3, "reason"))
show(UnicodeTranslateError("aé", 1, 2, "reason"), "start")
show(attempt(lambda: b"\xff".decode()))
show(attempt(lambda: b"ab\xe2\x82".decode()))
show(attempt(lambda: "é".encode("ascii")))
show(attempt(lambda: "\ud800".encode()))
show(attempt(lambda: "x".encode("no-such")))
show(attempt(lambda: UnicodeDecodeError(1, 2)))
show(attempt(lambda: ArithmeticError()))
show(attempt(lambda: 2.0 ** 10000))
show(attempt(lambda: __import__("no_such_module_at_all")), "name", "path", "msg")
show(attempt(lambda: [1].index(2)))
show(attempt(lambda: (1).missing), "name", "obj")
show(attempt(lambda: missing_name), "name")
show(attempt(lambda: exec("import os.nothing")), "name")


def tree(cls, depth=0):
    for child in sorted(cls.__subclasses__(), key=lambda one: one.__name__):
        if child.__module__ == "builtins" and not child.__name__.startswith("_"):
            print("  " * depth + child.__name__)
            tree(child, depth + 1)


tree(BaseException)
for kind in (Warning, DeprecationWarning, BufferError, EOFError, FloatingPointError, NotImplementedError, RecursionError, IndentationError, TabError):
    print(kind.__name__, [base.__name__ for base in kind.__mro__[1:-2]])
import pickle, copy

error = copy.copy(OSError(2, "No", "file"))
show(error, "filename", "args")
