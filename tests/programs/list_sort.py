# sort and sorted: keys, reverse, stability, errors, changes while sorting.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


print(sorted([3, 1, 2]), sorted("hello"), sorted({"b": 1, "a": 2}), sorted([3, 1, 2], reverse=True), sorted([]), sorted((x for x in (2, 1))))
words = ["banana", "Apple", "cherry", "apple", "Banana", "fig"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=len, reverse=True), sorted(words, key=lambda w: (len(w), w.lower(), w)))
records = [("a", 2), ("b", 1), ("c", 2), ("d", 1), ("e", 3)]
print(sorted(records, key=lambda r: r[1]), sorted(records, key=lambda r: r[1], reverse=True), sorted(records, key=lambda r: -r[1]))
x = [5, 2, 9]
print(x.sort(), x, x.sort(reverse=True), x, x.sort(key=lambda v: v % 5), x)
print(sorted([1, 2.5, True, -1, 0.5, False]), sorted([10**20, 1e20, 5, -(10**20)]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([[2], [1, 5], [1]]), sorted([b"b", b"a"]), sorted([{3}, {1, 3}, {3}], key=len))
attempt(lambda: sorted([1, "a"]))
attempt(lambda: sorted([None, 1]))
attempt(lambda: sorted([1j, 2j]))
attempt(lambda: sorted(5))
attempt(lambda: sorted())
attempt(lambda: sorted([1], 2))
attempt(lambda: sorted([1], key=5))
attempt(lambda: sorted([1, 2], key=lambda: 1))
attempt(lambda: sorted([1, 2], key=lambda v: 1 / 0))
attempt(lambda: sorted([{}, {}]))
attempt(lambda: sorted([1], reverse="x"))
attempt(lambda: [3, 1].sort(lambda v: v))
attempt(lambda: sorted([1, 2], cmp=5))
calls = []


def key(v):
    calls.append(v)
    return -v


print(sorted([3, 1, 2], key=key), calls)


class Less:
    count = 0

    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        Less.count += 1
        return self.v < other.v

    def __repr__(self):
        return f"L{self.v}"


print(sorted([Less(v) for v in (3, 1, 2)]), Less.count, sorted([Less(1), Less(1)]))
ordered = [Less(v) for v in range(20)]
Less.count = 0
ordered.sort()
print(Less.count)
Less.count = 0
ordered.sort(reverse=True)
print(Less.count, ordered[0])
values = [3, 1, 2]


def changes(v):
    values.append(9)
    return v


attempt(lambda: values.sort(key=changes))
print(values)
values = [3, 1, 2]


def looks(v):
    seen.append(list(values))
    return v


seen = []
values.sort(key=looks)
print(seen[0], values)


def fails(v):
    if v == 2:
        raise ValueError("in the key")
    return v


values = [3, 2, 1]
attempt(lambda: values.sort(key=fails))
print(values)


class FailsLess:
    def __lt__(self, other):
        raise TypeError("in the comparison")


attempt(lambda: sorted([FailsLess(), FailsLess()]))


class TrueLess:
    def __lt__(self, other):
        return []


print(len(sorted([TrueLess(), TrueLess()])))
import functools, operator

print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), sorted(records, key=operator.itemgetter(1, 0)), sorted([Less(2), Less(1)], key=operator.attrgetter("v")))
seed, numbers = 12345, []
for _ in range(3000):
    seed = (seed * 1103515245 + 12345) % 2**31
    numbers.append(seed % 1000)
once = sorted(numbers)
print(all(a <= b for a, b in zip(once, once[1:])), once[:5], once[-5:], sorted(numbers, reverse=True) == once[::-1], sorted(map(str, numbers))[:5])
pairs = sorted(enumerate(numbers), key=lambda p: p[1])
print(all(a[1] < b[1] or a[0] < b[0] for a, b in zip(pairs, pairs[1:])))
runs = list(range(1000)) + list(range(500, -1, -1)) + [7] * 100
print(sorted(runs) == sorted(runs, key=float), sorted(runs)[:3])
print(min([3, 1, 2]), max("abc"), min([], default="none"), max([1, 5, 3], key=lambda v: -v), min(3, 1, 2), max((1, 2), (1, 3)), max([1, 1.0]), min(1.0, 1))
attempt(lambda: min([]))
attempt(lambda: max())
attempt(lambda: max(5))
attempt(lambda: max(1, 2, default=3))
attempt(lambda: min(1, "a"))
nan = float("nan")
print(len(sorted([nan, 1, nan, 0])), list(reversed([1, 2])), [3, 1, 2][::-1])
