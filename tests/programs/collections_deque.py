# deque: ends, limits, rotation, changes while it is gone over, comparison, copies, reduction.
import copy
from _collections import deque


class Sub(deque):
    pass


def fails(f, *args):
    try:
        print("no error:", f(*args))
    except Exception as error:
        print(type(error).__name__, error)


d = deque("abc")
d.append("d")
d.appendleft("z")
d.extend([1, 2])
d.extendleft([3, 4])
print(d, len(d), d[0], d[-1], d.pop(), d.popleft())
print(deque(), deque([1, 2, 3], 2), deque(range(5), maxlen=0), deque(maxlen=3).maxlen, d.maxlen)

m = deque([1, 2, 3], 3)
m.append(4)
print(m)
m.appendleft(0)
print(m)
m.extend([7, 8])
print(m, m * 2, m + deque([9]))
m *= 3
print(m)
fails(m.insert, 0, 1)
fails(setattr, m, "maxlen", 4)

r = deque(range(6))
for n in (1, -2, 7, -13, 0):
    r.rotate(n)
    print(n, r)
r.rotate()
r.reverse()
print(r, list(reversed(r)), r.count(3), r.index(3), 3 in r, 9 in r)
r.insert(2, "in")
r.insert(-1, "near")
r.insert(100, "end")
r[0] = "first"
del r[1]
r.remove("near")
print(r)

fails(deque().pop)
fails(deque().popleft)
fails(lambda: r[100])
fails(lambda: r["a"])
fails(r.remove, 77)
fails(r.index, 77)
fails(r.index, "end", 0, 2)
fails(deque, 5)
fails(deque, [], -1)
fails(deque, [], "a")
fails(deque, [], 1, 2)
fails(hash, r)
fails(lambda: r + [1])
fails(lambda: r < [1])


def change(d):
    for _ in d:
        d.append(1)


fails(change, deque([1, 2]))


class Pops:
    def __init__(self, d):
        self.d = d

    def __eq__(self, other):
        self.d.clear()
        return False


for use in ("count", "index", "remove"):
    d = deque([0])
    d.appendleft(Pops(d))
    fails(getattr(d, use), 5)

print(deque([1, 2]) == deque([1, 2], 2), deque([1]) != deque([1]), deque([1, 2]) < deque([1, 3]))
print(deque([1]) >= deque([1, 2]), deque() == [], deque([2]) > deque([1, 5]), deque([1]) == deque([1, 2]))

s = deque([1])
s.append(s)
print(s)
print(repr(Sub([1, 2], 5)), Sub("ab").copy(), copy.copy(Sub("ab", 1)), type(copy.copy(deque())))

one = Sub([1, 2], 7)
one.name = "n"
kind, args, state, items = one.__reduce__()
print(kind.__name__, args, state, list(items))
print(deque([5]).__reduce__()[:3])

e = deque([1, 2])
e += e
e.extendleft(e)
print(e)
it = iter(e)
print(next(it), it.__length_hint__(), type(it).__name__, type(reversed(e)).__name__)
print(deque[int], bool(deque()), deque.__name__, deque.__module__, deque)
e.clear()
print(e)
match deque([1, 2]):
    case [a, b]:
        print("matched", a, b)
