# Coroutines with a small event loop of their own: tasks, sleeping in virtual time, queues, cancellation, asynchronous comprehensions.
import heapq
from collections import deque
from types import coroutine


@coroutine
def suspend(request):
    return (yield request)


class Cancelled(Exception):
    pass


class Task:
    def __init__(self, loop, coro, name):
        self.loop, self.coro, self.name = loop, coro, name
        self.done, self.result, self.error, self.waiters = False, None, None, []

    def cancel(self):
        if not self.done:
            self.loop.ready.append((self, None, Cancelled(self.name)))

    def __await__(self):
        if not self.done:
            yield ("join", self)
        if self.error:
            raise self.error
        return self.result


class Loop:
    def __init__(self):
        self.now, self.ready, self.timers, self.sequence = 0, deque(), [], 0

    def spawn(self, coro, name=None):
        task = Task(self, coro, name or coro.__name__)
        self.ready.append((task, None, None))
        return task

    def run(self, coro):
        main = self.spawn(coro)
        while self.ready or self.timers:
            if not self.ready:
                self.now, _, task = heapq.heappop(self.timers)
                if not task.done:
                    self.ready.append((task, None, None))
                continue
            task, value, error = self.ready.popleft()
            if task.done:
                continue
            try:
                request = task.coro.throw(error) if error else task.coro.send(value)
            except StopIteration as stop:
                task.done, task.result = True, stop.value
            except Exception as failure:
                task.done, task.error = True, failure
            else:
                self.handle(task, *request)
                continue
            self.ready.extend((waiter, None, None) for waiter in task.waiters)
        return main.__await__().send(None) if not main.done else self.outcome(main)

    def outcome(self, task):
        if task.error:
            raise task.error
        return task.result

    def handle(self, task, kind, argument):
        match kind, argument:
            case "sleep", delay:
                self.sequence += 1
                heapq.heappush(self.timers, (self.now + delay, self.sequence, task))
            case "join", other:
                other.waiters.append(task)
            case "spawn", (coro, name):
                self.ready.append((task, self.spawn(coro, name), None))
            case "now", _:
                self.ready.append((task, self.now, None))
            case "park", parked:
                parked.append(task)
            case "wake", sleeper:
                self.ready.append((sleeper, None, None))
                self.ready.append((task, None, None))


async def sleep(delay):
    await suspend(("sleep", delay))


async def now():
    return await suspend(("now", None))


async def spawn(coro, name=None):
    return await suspend(("spawn", (coro, name)))


class Queue:
    def __init__(self):
        self.items, self.parked = deque(), deque()

    async def put(self, item):
        self.items.append(item)
        if self.parked:
            await suspend(("wake", self.parked.popleft()))

    async def get(self):
        while not self.items:
            await suspend(("park", self.parked))
        return self.items.popleft()

    def __aiter__(self):
        return self

    async def __anext__(self):
        item = await self.get()
        if item is None:
            raise StopAsyncIteration
        return item


async def producer(queue, name, delay, n):
    for i in range(n):
        await sleep(delay)
        await queue.put(f"{name}{i}")
    return n


async def consumer(queue):
    seen = []
    async for item in queue:
        seen.append((await now(), item))
    return seen


async def ticker(limit):
    try:
        for i in range(limit):
            yield i
            await sleep(1)
    finally:
        print("ticker ends at", await now())


class Timed:
    async def __aenter__(self):
        self.start = await now()
        return self

    async def __aexit__(self, kind, value, tb):
        print("took", await now() - self.start, kind and kind.__name__)
        return kind is ZeroDivisionError


async def forever():
    try:
        while True:
            await sleep(10)
    except Cancelled as error:
        print("cancelled:", error)
        raise


async def failing():
    await sleep(2)
    raise LookupError("a task failed")


async def main():
    queue = Queue()
    reader = await spawn(consumer(queue), "reader")
    async with Timed():
        a = await spawn(producer(queue, "a", 3, 3))
        b = await spawn(producer(queue, "b", 2, 4))
        print("sent", await a + await b)
    await queue.put(None)
    print(await reader)
    async with Timed():
        await sleep(5)
        1 / 0
    squares = [x * x async for x in ticker(4) if x % 2]
    print(squares, {x: await now() async for x in ticker(2)})
    stuck = await spawn(forever())
    await sleep(1)
    stuck.cancel()
    for task in (stuck, await spawn(failing())):
        try:
            await task
        except Exception as error:
            print(task.name, type(error).__name__, error)
    source = ticker(5)
    print(await anext(source), await anext(source))
    await source.aclose()
    print(await anext(source, "over"))
    return "main is done"


print(Loop().run(main()))
