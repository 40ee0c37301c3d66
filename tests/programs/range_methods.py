# range, and the iterator protocol.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 2), range(-3, 3), range(10**20, 10**20 + 5, 2)):
    print(r, len(r), list(r), r.start, r.stop, r.step, bool(r), list(reversed(r)), r[1:], r[::-1])
r = range(0, 100, 7)
print(r[3], r[-1], 14 in r, 15 in r, 14.0 in r, "x" in r, r.index(21), r.count(21), r.count(22), r[2:5], r[5:2:-1], r == range(0, 99, 7), r != range(5), hash(r) == hash(range(0, 99, 7)), range(0) == range(5, 5))
print(range(10**30)[10**29], 10**29 in range(10**30), range(10**30).index(5), range(-(10**30), 10**30, 10**29)[3], range(True), range(5)[True])
for action in (
    lambda: range(), lambda: range(1, 2, 3, 4), lambda: range(1.5), lambda: range("x"), lambda: range(1, 2, 0), lambda: range(5)[5], lambda: range(5)[-6], lambda: range(5)["x"], lambda: len(range(10**30)),
    lambda: range(5).index(9), lambda: range(5) + range(3), lambda: range(5) < range(6), lambda: setattr(range(5), "start", 1), lambda: range(5).x, lambda: range(stop=5), lambda: range(5)[1.0], lambda: range(None), lambda: range(5).__setitem__,
):
    attempt(action)
it = iter(range(5))
print(next(it), it.__length_hint__(), list(it), next(it, "end"))


class Index:
    def __index__(self):
        return 3


print(range(Index()), range(10)[Index()], Index() in range(5))


class Old:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * 10


print(list(Old()), 20 in Old(), [x for x in Old()], max(Old()), next(iter(Old())), list(zip(Old(), "ab")))
attempt(lambda: list(reversed(Old())))


class Iterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Iterator(3)), sum(Iterator(5)), 2 in Iterator(5), sorted(Iterator(3)), tuple(Iterator(2)), set(Iterator(2)), [*Iterator(2)], dict(enumerate(Iterator(2))), "".join(map(str, Iterator(3))))


class BadIter:
    def __iter__(self):
        return 5


class NoNext:
    def __iter__(self):
        return NoNext()


class NoneIter:
    __iter__ = None

    def __getitem__(self, i):
        return i


for wrong in (BadIter(), NoNext(), NoneIter(), 5, None, len, int):
    attempt(lambda: iter(wrong))
attempt(lambda: 1 in BadIter())
attempt(lambda: 1 in 5)
attempt(lambda: [x for x in 1.5])
attempt(lambda: next([]))
calls = iter([1, 2, 0, 3])
print(list(iter(lambda: next(calls), 0)), list(calls))
attempt(lambda: iter(5, 0))
attempt(lambda: iter())
print(list(enumerate("ab", 5)), list(zip()), list(zip("abc", range(2))), list(zip("ab", range(2), strict=True)), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(filter(None, [0, 1, "", "x"])), list(filter(lambda v: v > 1, range(4))))
attempt(lambda: list(zip("ab", range(3), strict=True)))
attempt(lambda: list(zip("abc", range(2), strict=True)))
attempt(lambda: zip(5))
attempt(lambda: zip("a", 5))
attempt(lambda: map(len))
attempt(lambda: list(map(5, [1])))
attempt(lambda: list(map(lambda a: a, [1], [2])))
attempt(lambda: filter(None))
attempt(lambda: enumerate(5))
attempt(lambda: enumerate([], "x"))
attempt(lambda: reversed({1}))
attempt(lambda: reversed(5))
e = enumerate("abc")
print(next(e), list(e), any([0, 1]), all([]), any([]), all([1, 0]), sum([1, 2], 10), sum([[1], [2]], []))
attempt(lambda: sum(["a"], ""))
attempt(lambda: sum(["a"]))
attempt(lambda: sum(5))


class Hint:
    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        return 1000


class BadHint(Hint):
    def __length_hint__(self):
        return "x"


print(list(Hint()))
attempt(lambda: list(BadHint()))


class Reverse:
    def __reversed__(self):
        return "anything"


print(reversed(Reverse()))
import itertools

print(list(itertools.chain("ab", [1])), list(itertools.islice(itertools.count(5, 2), 3)), list(itertools.product("ab", repeat=2)), list(itertools.combinations(range(3), 2)), list(itertools.permutations("abc", 2))[:3], [(k, list(g)) for k, g in itertools.groupby("aabbb")], list(itertools.accumulate([1, 2, 3])), list(itertools.zip_longest("ab", [1], fillvalue="-")), list(itertools.pairwise("abc")), list(itertools.batched("abcde", 2)))
