# Coroutines, driven by hand: no event loop.
import sys


def attempt(action):
    try:
        print(repr(action()))
    except BaseException as error:
        print(type(error).__name__, error, repr(getattr(error, "value", "")))


class Wait:
    def __init__(self, name):
        self.name = name

    def __await__(self):
        received = yield self.name
        return f"{self.name} got {received}"


async def simple():
    return 5


async def waits():
    first = await Wait("one")
    print("first", first)
    second = await Wait("two")
    return first, second


async def nested():
    try:
        return await waits()
    except ValueError as error:
        print("nested caught", error)
        return await Wait("recovering")
    finally:
        print("nested finally")


c = simple()
print(type(c).__name__, c.__name__, c.cr_running, c.cr_frame is not None)
attempt(lambda: c.send(None))
attempt(lambda: c.send(None))
c = nested()
print(c.send(None), c.cr_await.__name__, c.send("A"))
attempt(lambda: c.send("B"))
c = nested()
c.send(None)
print(c.throw(ValueError("thrown in")))
attempt(lambda: c.send("R"))
c = nested()
c.send(None)
print(c.close())
c = waits()
attempt(lambda: c.send("too early"))
c.close()
attempt(lambda: iter(c))
attempt(lambda: next(c))


def drive(coroutine):
    sent, seen = None, []
    try:
        while True:
            sent = coroutine.send(sent)
            seen.append(sent)
    except StopIteration as stop:
        return seen, stop.value


print(drive(nested()))


async def expressions():
    values = [await Wait(str(i)) for i in range(2)]
    table = {k: await Wait(k) for k in "ab"}
    total = (await Wait("x")) + (await Wait("y"))
    picked = await Wait("yes") if values else None
    return values, table, total, picked


print(drive(expressions()))


async def bad_await():
    await 5


class NotIterator:
    def __await__(self):
        return 5


class Coroutine:
    def __await__(self):
        return simple()


async def awaits(thing):
    return await thing


attempt(lambda: drive(bad_await()))
attempt(lambda: drive(awaits(NotIterator())))
attempt(lambda: drive(awaits(None)))
attempt(lambda: drive(awaits([])))
used = simple()
drive(used)
attempt(lambda: drive(awaits(used)))


class Manager:
    def __init__(self, swallow=False):
        self.swallow = swallow

    async def __aenter__(self):
        print("aenter", await Wait("enter"))
        return self

    async def __aexit__(self, kind, value, traceback):
        print("aexit", kind and kind.__name__, await Wait("exit"))
        return self.swallow


async def with_manager(error=None, swallow=False):
    async with Manager(swallow) as m, Manager() as n:
        if error:
            raise error
        return m is not n
    return "swallowed"


print(drive(with_manager()))
attempt(lambda: drive(with_manager(KeyError("k"))))
print(drive(with_manager(KeyError("k"), True)))


async def uses(thing):
    async with thing:
        pass


async def loops(thing):
    async for item in thing:
        pass


attempt(lambda: drive(uses(5)))
attempt(lambda: drive(uses(open)))
attempt(lambda: drive(loops([])))


async def raises_stop():
    raise StopIteration(1)


attempt(lambda: drive(raises_stop()))


async def recursive(n):
    return 0 if n == 0 else 1 + await recursive(n - 1)


print(drive(recursive(30)))
import types


@types.coroutine
def old_style():
    received = yield "old"
    return received


print(drive(awaits(old_style())), type(old_style()).__name__)


async def in_order():
    print("body runs at the first send")


c = in_order()
print("made")
attempt(lambda: c.send(None))
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    simple()
print([str(one.message) for one in caught])
