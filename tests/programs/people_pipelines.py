# Generators as pipelines, itertools and functools in use, memoisation, lazy sequences.
import functools
import itertools
import operator
from collections import deque, namedtuple

Reading = namedtuple("Reading", "station day value unit", defaults=["C"])


def read(lines):
    for line in lines:
        line = line.partition("#")[0].strip()
        if line:
            station, day, value, *rest = line.split()
            yield Reading(station, int(day), float(value), *rest)


def only(predicate):
    def stage(source):
        return (item for item in source if predicate(item))

    return stage


def windows(n):
    def stage(source):
        window = deque(maxlen=n)
        for item in source:
            window.append(item)
            if len(window) == n:
                yield tuple(window)

    return stage


def pipe(source, *stages):
    return functools.reduce(lambda stream, stage: stage(stream), stages, source)


LOG = """
north 1 3.5
north 2 4.25   # a comment
south 1 11 F
south 2 9.75
# nothing
north 3 5.0
south 3 10.5
""".splitlines()
readings = list(read(LOG))
print(readings[0], readings[0]._asdict(), readings[2]._replace(value=0.0), Reading._fields, Reading._field_defaults)
print(pipe(iter(readings), only(lambda r: r.station == "north"), functools.partial(map, operator.attrgetter("value")), windows(2), list))
by_station = {key: [r.value for r in group] for key, group in itertools.groupby(sorted(readings), key=operator.itemgetter(0))}
print(by_station, {k: sum(v) / len(v) for k, v in by_station.items()})


def primes():
    found = {}
    for n in itertools.count(2):
        step = found.pop(n, None)
        if step is None:
            found[n * n] = n
            yield n
        else:
            at = next(x for x in itertools.count(n + step, step) if x not in found)
            found[at] = step


print(list(itertools.islice(primes(), 15)), list(itertools.takewhile(lambda p: p < 30, primes())))


@functools.cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@functools.lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n


print(fibonacci(100), fibonacci.cache_info())
print(square(2), square(3), square(2), square(4), square(3), square.cache_info())
square.cache_clear()
print(square.cache_info(), square.__wrapped__(5), square.__name__)


def averager():
    total = count = 0
    average = None
    while True:
        try:
            value = yield average
        except ValueError as error:
            print("ignored", error)
            continue
        if value is None:
            return total, count
        total, count = total + value, count + 1
        average = total / count


def delegating(results):
    while True:
        results.append((yield from averager()))


results = []
g = delegating(results)
next(g)
print([g.send(x) for x in (10, 20, 60)], g.throw(ValueError("bad reading")), g.send(None), g.send(4), results)
g.close()
print(list(itertools.chain.from_iterable(zip("abc", itertools.repeat("-")))), list(itertools.accumulate([1, 2, 3, 4], operator.mul)))
print(list(itertools.product("ab", repeat=2)), list(itertools.permutations("abc", 2))[:4], list(itertools.combinations(range(4), 3)))
print(list(itertools.zip_longest("ab", "xyz", fillvalue="?")), list(itertools.pairwise("abcd")), list(itertools.batched("abcdefg", 3)))
print(list(itertools.starmap(pow, [(2, 3), (3, 2)])), list(itertools.compress("abcdef", [1, 0, 1, 0, 1, 1])), list(itertools.dropwhile(str.islower, "abCd")))
left, right = itertools.tee(iter(range(4)))
print(next(left), list(right), list(left), list(itertools.filterfalse(None, [0, 1, "", "x"])), list(itertools.cycle("ab").__class__("xy").__next__()))
try:
    list(zip("ab", "abc", strict=True))
except ValueError as error:
    print(error)
compose = lambda *fs: functools.reduce(lambda f, g: lambda x: g(f(x)), fs)
print(compose(str.strip, str.upper, list)("  ab "), functools.reduce(operator.or_, ({i} for i in range(3))))


class Lazy:
    @functools.cached_property
    def costly(self):
        print("once")
        return 42

    @functools.partialmethod
    def never(self):
        pass


lazy = Lazy()
print(lazy.costly, lazy.costly, vars(lazy))


@functools.wraps(fibonacci)
def wrapper(*args):
    return fibonacci(*args)


print(wrapper.__name__, wrapper.__wrapped__ is fibonacci, functools.partial(int, base=2)("101"), functools.partial(print, 1, sep="-").keywords)
print(sorted(["b10", "a2", "b9"], key=functools.cmp_to_key(lambda a, b: (int(a[1:]) > int(b[1:])) - (int(a[1:]) < int(b[1:])))))
