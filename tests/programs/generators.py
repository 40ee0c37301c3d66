# Generators: next, send, close, return values, state, exhaustion.
def attempt(action):
    try:
        print(repr(action()))
    except BaseException as error:
        print(type(error).__name__, error, getattr(error, "value", ""))


def count(n):
    print("started")
    for i in range(n):
        yield i
    print("ending")
    return "result"


g = count(2)
print(type(g).__name__, iter(g) is g, g.gi_frame.f_lineno > 0, g.gi_running, g.gi_suspended)
print(next(g), next(g), g.gi_suspended)
attempt(lambda: next(g))
attempt(lambda: next(g))
print(next(g, "default"), list(g), g.gi_frame)


def echo():
    received = []
    while True:
        value = yield received
        if value is None:
            return received
        received.append(value)


g = echo()
attempt(lambda: g.send("too early"))
print(g.send(None), g.send(1), g.send([2]))
attempt(lambda: g.send(None))
attempt(lambda: g.send(5))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("GeneratorExit")
        raise
    finally:
        print("finally")


g = closing()
g.close()
print("closed before it started")
g = closing()
next(g)
print(g.close())
attempt(lambda: next(g))
print(g.close())


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass
        else:
            return


def returns_on_close():
    try:
        yield
    except GeneratorExit:
        return "value of close"


g = stubborn()
next(g)
attempt(lambda: g.close())
g.send(None) if False else None
try:
    g.send(1)
except StopIteration:
    print("stopped at last")
g = returns_on_close()
next(g)
print(g.close())


def dropped():
    try:
        yield
    finally:
        print("finally when dropped")


g = dropped()
next(g)
del g
print("dropped")


def reenters():
    yield next(me)


me = reenters()
attempt(lambda: next(me))


def stop_inside():
    yield 1
    raise StopIteration("inside")


g = stop_inside()
next(g)
attempt(lambda: next(g))


def expression():
    x = yield 1
    print("x", x)
    y = (yield 2) or "empty"
    print("y", y)
    z = [(yield 3), (yield 4)]
    return x, y, z


g = expression()
print(next(g), g.send("a"), g.send(""), g.send("first"))
attempt(lambda: g.send("second"))


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice, takewhile

print(list(islice(fibonacci(), 10)), list(takewhile(lambda v: v < 20, fibonacci())))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(3)))


def local_state(*args, **kwargs):
    yield locals()


print(next(local_state(1, a=2)))
attempt(lambda: count())
attempt(lambda: next(5))
attempt(lambda: next())
attempt(lambda: (lambda: (yield))().send(1))
print(count.__code__.co_flags & 0x20 != 0, count(1).__name__, count(1).gi_code is count.__code__)
g = count(1)
g.__name__ = "renamed"
print(g.__name__)
attempt(lambda: setattr(g, "__name__", 5))
a, b, *c = (v for v in range(4))
print(a, b, c, 2 in (v for v in range(3)), sum(v for v in range(4)), dict(enumerate(v for v in "ab")))
for v in count(1):
    print("loop", v)
else:
    print("loop ended")
def two_values():
    yield 1, 2
    yield
    yield (yield 5)


print(list(two_values()))
