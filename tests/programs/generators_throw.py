# throw, and yield from with throw, send, close.
def attempt(action):
    try:
        print(repr(action()))
    except BaseException as error:
        print(type(error).__name__, error, repr(getattr(error, "value", "")))


def catches():
    while True:
        try:
            value = yield "waiting"
            print("got", value)
        except ValueError as error:
            print("caught", error, error.__context__)
            yield "after catching"


g = catches()
attempt(lambda: g.throw(ValueError("before the start")))
attempt(lambda: next(g))
g = catches()
next(g)
print(g.throw(ValueError("thrown")))
print(next(g))
print(g.throw(ValueError))
attempt(lambda: g.throw(KeyError("not caught")))
attempt(lambda: g.throw(KeyError("when finished")))
attempt(lambda: catches().throw(5))
attempt(lambda: catches().throw("text"))
attempt(lambda: catches().throw())


def inner():
    try:
        received = yield "inner 1"
        print("inner received", received)
        received = yield "inner 2"
        print("inner received", received)
    except ValueError as error:
        print("inner caught", error)
        yield "inner recovered"
    finally:
        print("inner finally")
    return "inner result"


def outer():
    try:
        result = yield from inner()
        print("outer got", result)
    except KeyError as error:
        print("outer caught", error)
        yield "outer recovered"
    yield "outer end"
    return "outer result"


g = outer()
print(next(g), g.gi_yieldfrom.__name__, g.send("a"), g.send("b"))
attempt(lambda: next(g))
g = outer()
next(g)
print(g.throw(ValueError("down")), next(g))
g = outer()
next(g)
print(g.throw(KeyError("through")), next(g))
g = outer()
next(g)
g.close()
print("closed")
g = outer()
next(g)
del g
print("dropped")


def delegates(to):
    result = yield from to
    return result


attempt(lambda: list(delegates([1, 2])))
attempt(lambda: list(delegates("ab")))
attempt(lambda: list(delegates(5)))
attempt(lambda: delegates(iter([1])).send(None))
g = delegates([1, 2])
next(g)
attempt(lambda: g.send("to a list"))
g = delegates([1, 2])
next(g)
attempt(lambda: g.throw(ValueError("to a list")))


class Custom:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"

    def send(self, value):
        return f"send {value}"

    def throw(self, *args):
        raise StopIteration(f"throw {args[0] if isinstance(args[0], str) else type(args[0]).__name__}")

    def close(self):
        print("custom close")


g = delegates(Custom())
print(next(g), next(g), g.send(5))
attempt(lambda: g.throw(ValueError("x")))
g = delegates(Custom())
next(g)
g.close()


def chain(n):
    if n:
        return (yield from chain(n - 1)) + 1
    yield "bottom"
    return 0


g = chain(50)
print(next(g))
attempt(lambda: next(g))


def manager():
    print("enter")
    try:
        yield "resource"
    except Exception as error:
        print("saw", type(error).__name__, error)
        raise RuntimeError("translated") from error
    finally:
        print("leave")


g = manager()
next(g)
try:
    g.throw(KeyError("k"))
except RuntimeError as error:
    print(error, repr(error.__cause__))


def ignores_exit():
    try:
        yield
    finally:
        yield "in finally"


g = ignores_exit()
next(g)
attempt(lambda: g.close())
g = delegates(ignores_exit())
next(g)
attempt(lambda: g.throw(ValueError("x")))
attempt(lambda: next(g))


def exception_state():
    import sys

    try:
        raise ValueError("in the generator")
    except ValueError:
        yield sys.exception()
        yield sys.exception()
    yield sys.exception()


g = exception_state()
print(repr(next(g)))
try:
    raise KeyError("outside")
except KeyError:
    import sys

    print(repr(next(g)), repr(sys.exception()), repr(next(g)))
