# Error handling in programs: retries, cleanup, chains, groups, notes, custom hierarchies, warnings, assertions, exits.
import contextlib
import sys
import warnings


class AppError(Exception):
    code = 1

    def __init__(self, message, *, hint=None, **details):
        super().__init__(message)
        self.hint, self.details = hint, details

    def __str__(self):
        text = super().__str__()
        return f"{text} ({self.hint})" if self.hint else text


class NotFound(AppError, LookupError):
    code = 4


def retry(times, *errors):
    def decorate(function):
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, attempt=attempt, **kwargs)
                except errors as error:
                    print(f"attempt {attempt}: {error!r}")
                    last = error
            raise AppError("gave up", times=times) from last

        return wrapper

    return decorate


@retry(3, ValueError, OSError)
def flaky(good_at, attempt):
    if attempt < good_at:
        raise (ValueError if attempt % 2 else OSError)(f"not on {attempt}")
    return f"worked on {attempt}"


print(flaky(2))
try:
    flaky(9)
except AppError as error:
    print(error, error.details, repr(error.__cause__), error.__suppress_context__, error.code)


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        raise NotFound(f"no {key}", hint="try another", key=key) from None


try:
    lookup({}, "x")
except LookupError as error:
    print(type(error).__name__, error, error.__cause__, error.__context__ is not None, error.args, error.details)


def order():
    trail = []
    try:
        try:
            trail.append("try")
            1 / 0
        except ZeroDivisionError as error:
            trail.append("except")
            raise RuntimeError("second") from error
        else:
            trail.append("else")
        finally:
            trail.append("finally")
    except RuntimeError as error:
        trail.append(f"{error} from {error.__cause__}")
    else:
        trail.append("never")
    return trail


print(order())


def returns():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return "from try"
        finally:
            print("finally", i)


print(returns())


@contextlib.contextmanager
def step(name):
    print("begin", name)
    try:
        yield name.upper()
    except AppError as error:
        error.add_note(f"in step {name}")
        raise
    finally:
        print("end", name)


try:
    with step("outer") as a, step("inner") as b:
        print(a, b)
        raise AppError("boom")
except AppError as error:
    print(error, error.__notes__)


def check_all(values):
    errors = []
    for value in values:
        try:
            int(value)
        except (ValueError, TypeError) as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("bad values", errors)


try:
    check_all(["1", "x", None, "y"])
except* TypeError as group:
    print("types", [str(e) for e in group.exceptions])
except* ValueError as group:
    print("values", len(group.exceptions), group.message)
nested = ExceptionGroup("outer", [ValueError(1), ExceptionGroup("inner", [TypeError(2), KeyError(3)])])
print(repr(nested), nested.subgroup(KeyError), nested.split(lambda e: isinstance(e, ValueError)), nested.derive([OSError()]))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
    warnings.warn(UserWarning("plain"))
    print([(w.category.__name__, str(w.message), w.lineno > 0) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("now an error", RuntimeWarning)
    except RuntimeWarning as error:
        print("raised", error)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for _ in range(3):
        warnings.warn("once for a place")
    warnings.filterwarnings("ignore", message="quiet.*")
    warnings.warn("quiet please")
    print(len(caught))
try:
    assert 1 + 1 == 3, f"arithmetic {1 + 1}"
except AssertionError as error:
    print("assertion", error)
for action in (lambda: [].pop(), lambda: {}["k"], lambda: int("x"), lambda: "a" + 1, lambda: None.x, lambda: undefined, lambda: (1).foo, lambda: [1][5], lambda: next(iter([])), lambda: len(5), lambda: {}.x, lambda: "abc".index("z"), lambda: (lambda a: a)(), lambda: [][0:1:0], lambda: "%d" % "x", lambda: "{0}".format(), lambda: chr(-1), lambda: b"\xff".decode(), lambda: "é".encode("ascii"), lambda: range(0)[0], lambda: sum(["a"]), lambda: sorted([1, "a"]), lambda: max([]), lambda: float("x"), lambda: open("/nonexistent/file"), lambda: __import__("nope"), lambda: exec("x ="), lambda: getattr(1, 2), lambda: isinstance(1, 2), lambda: {[]: 1}, lambda: iter(5), lambda: dict([1]), lambda: int([]), lambda: "a".join([1]), lambda: divmod(1, 0), lambda: pow(0, -1), lambda: bytes([256]), lambda: object().x, lambda: type("X", (int, str), {}), lambda: super().x):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
try:
    raise SystemExit(3)
except SystemExit as error:
    print("exit", error.code)
try:
    sys.exit("a message")
except SystemExit as error:
    print("exit", error.code, error.args)


def recursive(n):
    return recursive(n + 1)


try:
    recursive(0)
except RecursionError as error:
    print(str(error)[:32])


def generator():
    try:
        yield 1
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("cleaned")


g = generator()
next(g)
g.close()
try:
    raise ValueError("with traceback").with_traceback(None)
except ValueError as error:
    tb = error.__traceback__
    print(tb.tb_lineno > 0, tb.tb_next, tb.tb_frame.f_code.co_name, error.with_traceback(None) is error)
