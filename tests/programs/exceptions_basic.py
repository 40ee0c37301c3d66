# Raising, catching, else, finally, re-raising.
def attempt(action):
    try:
        print(action())
    except BaseException as error:
        print(type(error).__name__, error)


def flow(what):
    trail = []
    try:
        trail.append("try")
        if what == "raise":
            raise ValueError("v")
        if what == "return":
            return trail
        if what == "other":
            raise KeyError("k")
    except ValueError:
        trail.append("except")
    else:
        trail.append("else")
    finally:
        trail.append("finally")
    return trail


print(flow("none"), flow("raise"), flow("return"))
attempt(lambda: flow("other"))


def overrides():
    try:
        return "try"
    finally:
        return "finally"


def swallows():
    try:
        raise ValueError
    finally:
        return "swallowed"


def loops():
    seen = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            seen.append(i)
        finally:
            seen.append(("finally", i))
    else:
        seen.append("else")
    return seen


def nested():
    out = []
    try:
        try:
            raise KeyError("inner")
        except KeyError as e:
            out.append(repr(e))
            raise TypeError("outer") from e
        finally:
            out.append("inner finally")
    except TypeError as e:
        out.append((repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__))
    return out


print(loops(), nested())


def reraise():
    try:
        raise OSError(2, "no")
    except OSError:
        raise


attempt(reraise)


class Own(Exception):
    def __init__(self, code, *args):
        super().__init__(code, *args)
        self.code = code


class OwnChild(Own):
    def __str__(self):
        return f"own child {self.code}"


for kind in (Own, OwnChild):
    try:
        raise kind(7, "x")
    except Own as e:
        print(type(e).__name__, e, repr(e), e.args, e.code)
try:
    raise Own
except TypeError as e:
    print(e)
except Own:
    print("never")
for wrong in (1, "text", None, object):
    try:
        raise wrong
    except TypeError as e:
        print(e)
try:
    raise ValueError("a") from 5
except TypeError as e:
    print(e)
try:
    raise
except RuntimeError as e:
    print(e)
try:
    try:
        raise ValueError
    except 5:
        pass
except TypeError as e:
    print(e)
try:
    try:
        raise ValueError("kept")
    except (KeyError, (IndexError, TypeError)):
        print("no")
except (ValueError, TypeError) as e:
    print("tuple", e)


def dynamic():
    return (KeyError, IndexError)


for collection, key in (([], 0), ({}, "k")):
    try:
        collection[key]
    except dynamic() as e:
        print(type(e).__name__, e, issubclass(type(e), LookupError))
attempt(lambda: (_ for _ in ()).throw(StopIteration(3)))
attempt(lambda: next(iter([])))
attempt(lambda: 1 / 0)
attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: 1.0 / 0)
attempt(lambda: 0 ** -1)
attempt(lambda: undefined)
attempt(lambda: [].x)
attempt(lambda: (1, 2)[5])
attempt(lambda: int("x"))
attempt(lambda: {}["missing"])
attempt(lambda: assert_it(0))


def assert_it(value):
    assert value, f"value is {value}"
    assert value != 1


attempt(lambda: assert_it(0))
attempt(lambda: assert_it(1))
e = ValueError("a", "b")
print(e.args, str(e), repr(e), ValueError(), repr(ValueError()), str(ValueError("one")), ValueError("a") == ValueError("a"))
e.args = (1,)
print(repr(e), e.__traceback__, e.__context__, e.__cause__)
attempt(lambda: setattr(e, "args", 5))
attempt(lambda: setattr(e, "__cause__", 5))
attempt(lambda: setattr(e, "__traceback__", 5))
attempt(lambda: ValueError(a=1))
print(BaseException.__subclasses__()[0].__mro__[1].__name__, Exception.__mro__[1].__name__)
attempt(lambda: exec("raise SystemExit"))
