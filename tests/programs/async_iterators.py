# Async iterators, generators and comprehensions, driven by hand.
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
        return received


def drive(coroutine):
    sent, seen = None, []
    try:
        while True:
            sent = coroutine.send(sent)
            seen.append(sent)
    except StopIteration as stop:
        return seen, stop.value


class Counter:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.i += 1
        if self.i > self.n:
            raise StopAsyncIteration
        return await Wait(self.i)


async def loop(source, stop_at=None):
    seen = []
    async for item in source:
        if item == stop_at:
            break
        seen.append(item)
    else:
        seen.append("else")
    return seen


print(drive(loop(Counter(3))))
print(drive(loop(Counter(3), 2)))


async def generator(n):
    try:
        for i in range(n):
            received = yield await Wait(i)
            if received is not None:
                print("received", received)
    except ValueError as error:
        print("caught", error)
        yield "recovered"
    finally:
        print("finally")


print(drive(loop(generator(3))))
g = generator(3)
print(type(g).__name__, g.ag_running, g.ag_frame is not None)
print(drive(g.__anext__()), drive(g.asend("sent")), drive(g.athrow(ValueError("thrown"))))
attempt(lambda: drive(g.__anext__()))
attempt(lambda: drive(g.__anext__()))
g = generator(3)
drive(g.asend(None))
print(drive(g.aclose()))
attempt(lambda: drive(g.__anext__()))
g = generator(1)
attempt(lambda: drive(g.asend("too early")))
drive(g.aclose())


async def comprehensions():
    squares = [x * x async for x in Counter(4)]
    table = {x: x async for x in Counter(2)}
    some = {x async for x in Counter(4) if x % 2}
    lazy = (x + 1 async for x in Counter(2))
    waited = [await Wait(x) async for x in Counter(2)]
    return squares, table, sorted(some), [x async for x in lazy], waited, type(lazy).__name__


print(drive(comprehensions())[1])


class NoAnext:
    def __aiter__(self):
        return 5


class PlainAnext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5


attempt(lambda: drive(loop(NoAnext())))
attempt(lambda: drive(loop(PlainAnext())))
attempt(lambda: drive(loop(5)))
attempt(lambda: drive(anext(Counter(1))))
attempt(lambda: drive(anext(Counter(0), "default")))


async def use_builtins():
    source = aiter(Counter(1))
    return await anext(source), await anext(source, "end")


print(drive(use_builtins()))
attempt(lambda: aiter(5))
attempt(lambda: anext(5))


async def stops():
    yield 1
    raise StopAsyncIteration


attempt(lambda: drive(loop(stops())))


async def delegated():
    async for x in generator(2):
        yield x * 10


print(drive(loop(delegated())))


async def early_exit():
    async for x in delegated_forever():
        if x > 2:
            return x


async def delegated_forever():
    x = 0
    while True:
        yield x
        x += 1


g = early_exit()
print(drive(g))
for code in ("async def f():\n yield 1\n return 2", "async def f():\n yield from x", "def f():\n await x", "def f():\n [x async for x in y]", "await_ = 1"):
    try:
        compile(code, "name", "exec")
        print("compiles")
    except SyntaxError as error:
        print(type(error).__name__)
