# Generators that run inside the loop of the frame that goes on with them: values, ends, errors and frames come out the same.
import sys


def show(*what):
    print(*what)


def numbers(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                show("got", got)
    finally:
        show("closed", n)
    return "end"


def delegates(n):
    result = yield from numbers(n)
    show("result", result)
    try:
        yield "x"
    except ValueError:
        show(sys.exc_info()[0])
        yield "handled"
        show(sys.exc_info()[0])
    raise StopIteration


it = delegates(3)
for x in it:
    show(x)
    if x == "x":
        break
show(it.throw(ValueError("v")), sys.exc_info())
try:
    for x in it:
        show(x)
except RuntimeError as error:
    show(repr(error), repr(error.__cause__))

a = numbers(2)
show(next(a), a.send(5))
del a


def stops():
    for x in numbers(5):
        if x == 2:
            return
        yield x


show(list(stops()))


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


show(sum(deep(200)))


# The exception that is being handled outside is seen inside; one that is handled inside is not seen outside.
def handling():
    show("in", sys.exception())
    try:
        raise KeyError("inner")
    except KeyError:
        yield sys.exception()
        show("in", sys.exception())
        yield sys.exception()
    yield sys.exception()


try:
    raise ValueError("outer")
except ValueError:
    for seen in handling():
        show(repr(seen), repr(sys.exception()))
show(sys.exception())


def itself():
    yield from me


me = itself()
try:
    next(me)
except ValueError as error:
    show(error)


def iterates():
    for x in me:
        yield x


me = iterates()
try:
    for x in me:
        pass
except ValueError as error:
    show(error)


def forever():
    yield from forever()


for go in (next, list, lambda g: [x for x in g]):
    try:
        go(forever())
    except RecursionError:
        show("RecursionError")


class Tells:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        show("gone", self.name, [x for x in (y for y in range(2))])


def owner():
    x = Tells("first")
    x = yield 1
    x = yield x
    y = Tells("second")
    yield y.name


o = owner()
show(next(o), o.send(3), list(o))


# Frames: who called whom, lines, locals of a stopped one.
def where(depth):
    frame, names = sys._getframe(1), []
    for _ in range(depth):
        names.append((frame.f_code.co_name, frame.f_lineno - first))
        frame = frame.f_back
    return names


first = sys._getframe().f_lineno


def inner(a):
    b = a + 1
    yield where(3)
    yield b
    raise KeyError(b)


def outer():
    yield from inner(1)


def loops():
    for x in outer():
        show(x)


g = outer()
show(next(g), g.gi_yieldfrom.gi_frame.f_locals, g.gi_frame.f_lineno - first, g.gi_running)
g.close()
show(g.gi_frame, g.gi_yieldfrom)
try:
    loops()
except KeyError as error:
    traceback = error.__traceback__
    while traceback:
        show(traceback.tb_frame.f_code.co_name, traceback.tb_lineno - first)
        traceback = traceback.tb_next


async def answer(x):
    return x + 1


async def asks():
    total = 0
    for i in range(3):
        total += await answer(i)
    return total


try:
    asks().send(None)
except StopIteration as stop:
    show(stop.value)


class Steps:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if not self.n:
            raise StopIteration(7)
        self.n -= 1
        return self.n


def over(steps):
    return (yield from steps)


def result_of(generator):
    while True:
        try:
            show(next(generator))
        except StopIteration as stop:
            return stop.value


show(result_of(over(Steps(2))), result_of(over([1, 2])), result_of(over(over(Steps(1)))))
