# What an uncaught exception shows: chains, notes, carets, repeated frames, a group.
import sys
import traceback


class Quiet(Exception):
    pass


def divide(a, b):
    return a / b


def show(action):
    try:
        action()
    except Exception:
        text = traceback.format_exc()
        print(text.replace(__file__, "<file>"))


show(lambda: divide(1, 0))
show(lambda: [1, 2, 3][divide(10, 2).bit_length()])
show(lambda: {"a": {"b": 1}}["a"]["c"]["d"])


def long_call():
    return divide(
        1,
        0,
    )


show(long_call)


def chained():
    try:
        divide(1, 0)
    except ZeroDivisionError as error:
        raise Quiet("with a cause") from error


show(chained)


def context():
    try:
        {}["missing"]
    except KeyError:
        int("no number")


show(context)


def noted():
    error = ValueError("two\nlines")
    error.add_note("a note\nof two lines")
    raise error


show(noted)


def recurse(n):
    if n == 0:
        raise Quiet("deep")
    recurse(n - 1)


show(lambda: recurse(8))


def grouped():
    raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [KeyError("k")])])


show(grouped)
show(lambda: exec("x = 1\ny = x.missing", {}))


class BadStr(Exception):
    def __str__(self):
        raise RuntimeError("no")


def bad():
    raise BadStr()


show(bad)
sys.stdout.flush()


def uncaught(value):
    message = f"uncaught with {value}"
    raise Quiet(message)


try:
    uncaught(1)
except Quiet:
    uncaught(2)
