"""The workloads of adder-bench in CPython: `python3 cpython.py WORKLOAD ARGS...`.

Prints `name value` lines. What is freed is counted by the collector's own books
(`gc.get_objects`), since a `__del__` would cost more than what is measured."""

import gc
import random
import sys
import threading
from time import perf_counter_ns as now


class Leaf:
    __slots__ = ("a", "b")


class Branch:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


class Chain:
    __slots__ = ("next", "value")

    def __init__(self, next):
        self.next = next
        self.value = 1


class Link:
    __slots__ = ("edge", "value")

    def __init__(self, edge):
        self.edge = edge
        self.value = 1


class Knot:
    __slots__ = ("a", "b", "c", "value")


def alive(kind):
    return sum(1 for thing in gc.get_objects() if type(thing) is kind)


def emit(**figures):
    for name, value in figures.items():
        print(name, value)


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def clone_drop(n, objects):
    things = [Leaf() for _ in range(objects)]
    random.Random(1).shuffle(things)
    rounds = n // objects
    if objects == 1:
        thing = things[0]
        start = now()
        for _ in range(rounds):
            again = thing
            del again
        spent = now() - start
        del thing
    else:
        start = now()
        for _ in range(rounds):
            for again in things:
                pass
        spent = now() - start
        del again
    del things
    emit(ns=spent / (rounds * objects), freed=1 - alive(Leaf) / objects)


def alloc_lifo(n):
    start = now()
    for _ in range(n):
        Leaf()
    spent = now() - start
    emit(ns=spent / n, freed=1 - alive(Leaf) / n)


def alloc_batch(n):
    start = now()
    things = [Leaf() for _ in range(n)]
    spent = now() - start
    random.Random(1).shuffle(things)
    start = now()
    things.clear()
    spent += now() - start
    emit(ns=spent / n, freed=1 - alive(Leaf) / n)


def tree(depth):
    return Branch(tree(depth - 1), tree(depth - 1)) if depth else Branch(None, None)


def binary_trees(depth):
    nodes = 2 ** (depth + 1) - 1
    start = now()
    root = tree(depth)
    del root
    spent = now() - start
    emit(ns=spent / nodes, freed=1 - alive(Branch) / nodes)


def deep_list(n):
    def work():
        node = None
        for _ in range(n):
            node = Chain(node)
        start = now()
        del node
        spent = now() - start
        emit(ns=spent / n, freed=1 - alive(Chain) / n)

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def ring(size):
    first = last = Link(None)
    for _ in range(size - 1):
        last = Link(last)
    first.edge = last


def cycles(size, variant, n, reps):
    if variant == "end":
        gc.disable()
    times = []
    left = 0
    for _ in range(reps + 1):
        start = now()
        for _ in range(n // size):
            ring(size)
        gc.collect()
        times.append((now() - start) / n)
        left = max(left, alive(Link))
    emit(ns=sorted(times[1:])[reps // 2], freed=1 - left / (n // size * size))


def graph(n):
    rng = random.Random(1)
    things = [Knot() for _ in range(n)]
    pick = rng.random
    for thing in things:
        thing.a = things[int(pick() * n)]
        thing.b = things[int(pick() * n)]
        thing.c = things[int(pick() * n)]
        thing.value = None
    return things


def live_heap(n):
    def collect():
        start = now()
        gc.collect()
        return now() - start

    gc.disable()
    things = graph(n)
    first = collect()
    for thing in things:
        pass
    touched = collect()
    untouched = collect()
    thing = things[n // 2]
    one = collect()
    del thing
    root = [things]
    del things
    root = collect()
    gc.collect()
    emit(
        first=first / n,
        touched=touched / n,
        single=root / n,
        untouched_ms=untouched / 1e6,
        one_ms=one / 1e6,
        freed=1 - alive(Knot) / n,
    )


def pauses(live, garbage):
    gc.disable()
    things = graph(live)
    bag = list(things)
    gc.collect()
    gc.enable()
    times = []
    note = times.append
    last = now()
    for _ in range(garbage // 2):
        a = Link(None)
        time = now()
        note(time - last)
        last = time
        a.edge = Link(a)
        time = now()
        note(time - last)
        last = time
    left = alive(Link)
    del a
    start = now()
    gc.collect()
    end = now() - start
    after = alive(Link)
    times.sort()
    count = len(times)
    emit(
        p50=times[count // 2],
        p99=times[int(count * 0.99)],
        p9999=times[int(count * 0.9999)],
        longest=times[-1],
        auto=1 - left / count,
        freed=1 - after / count,
        last=end,
    )


def memory(n):
    things = [None] * n
    before = resident()
    for i in range(n):
        things[i] = Leaf()
    after = resident()
    # `getsizeof` adds the 16 bytes in front that belong to the collector.
    emit(requested=sys.getsizeof(things[0]), ns=(after - before) / n)


if __name__ == "__main__":
    arguments = [int(arg) if arg.isdigit() else arg for arg in sys.argv[2:]]
    globals()[sys.argv[1]](*arguments)
