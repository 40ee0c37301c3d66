# tuple, namedtuple and slices as keys.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


t = (1, "a", 2.5, None, 1)
print(t, len(t), t[0], t[-1], t[1:3], t[::-1], t + (5,), t * 2, 2 * (0,), t.count(1), t.index("a"), t.index(1, 1), "a" in t, () == tuple(), (1,), ((),))
print(tuple("ab"), tuple([1]), tuple(range(3)), tuple({"k": 1}), tuple(t) is t, t[:] is t, t * 1 is t, tuple([]) is tuple(()))
for action in (
    lambda: t[9], lambda: t["x"], lambda: t.index(9), lambda: t.__setitem__, lambda: t + [1], lambda: t + 1, lambda: t * 1.5, lambda: hash(([],)), lambda: tuple(5), lambda: tuple(1, 2),
    lambda: (1, 2) < (1, "x"), lambda: () < [], lambda: t.append, lambda: setattr(t, "x", 1), lambda: t.count(), lambda: (1,) * 10**30, lambda: tuple(x=1),
):
    attempt(action)
try:
    t[0] = 1
except TypeError as error:
    print(error)
try:
    del t[0]
except TypeError as error:
    print(error)
print((1, 2) == (1, 2), (1, 2) == [1, 2], (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (2,) > (1, 9), (1, (2, 3)) < (1, (2, 4)), hash((1, 2)) == hash((1.0, 2)), hash(()) == hash(()))
print({(1, 2): "x"}[1, 2], {(1, 2), (1, 2.0)}, (1, 2) in [(1, 2)], max((1, 2), (2, 1)), sorted([(2, 1), (1, 2)]))
a, b = t[:2]
print(a, b, [*t], (*t, 5)[-1], (lambda *args: args)(*t) == t)
print(repr((1,)), str((1, "x")), repr(()), f"{(1, 2)}", "%s %s" % (1, 2))
it = iter(t)
print(next(it), it.__length_hint__(), list(it), list(reversed(t)))


class Pair(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    @property
    def total(self):
        return self[0] + self[1]


p = Pair(1, 2)
p.note = "attribute"
print(p, p.total, p == (1, 2), type(p + p).__name__, type(p[:]).__name__, p.note, hash(p) == hash((1, 2)), {p: 1}[1, 2], isinstance(p, tuple))
from collections import namedtuple

Point = namedtuple("Point", "x y", defaults=[0])
q = Point(1)
print(q, q.x, q.y, q._asdict(), q._replace(y=5), Point._fields, Point._make([7, 8]), q == (1, 0), q < Point(1, 1), Point.__doc__)
x, y = q
print(x, y, Point(y=3, x=4), repr(Point.x).startswith("_tuplegetter"), q._field_defaults)
attempt(lambda: Point())
attempt(lambda: Point(1, 2, 3))
attempt(lambda: Point(z=1))
attempt(lambda: setattr(q, "x", 5))
attempt(lambda: q.z)
attempt(lambda: q._replace(z=1))
attempt(lambda: namedtuple("Bad", "a a"))
attempt(lambda: namedtuple("Bad", "class"))
attempt(lambda: namedtuple("Renamed", "a class a", rename=True)._fields)


# slice objects
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), s == slice(1, 10, 2), s != slice(1), s.indices(6), slice(None, None, -1).indices(4), slice(-3, None).indices(5), slice(100, -100, -3).indices(5))
print(list(range(20))[s], "abcdefghij"[s], slice(1, 2) < slice(1, 3), hash(slice(1, 2)) == hash(slice(1, 2)), {slice(1): "key"}[slice(1)])
attempt(lambda: slice())
attempt(lambda: slice(1, 2, 3, 4))
attempt(lambda: s.indices("x"))
attempt(lambda: s.indices(-1))
attempt(lambda: slice(1, 2, 0).indices(5))
attempt(lambda: slice("a").indices(5))
attempt(lambda: setattr(s, "start", 5))


class Keys:
    def __getitem__(self, key):
        return key


k = Keys()
print(k[1:2], k[::], k[1:2, 3], k[...], k[:, None], k[(1, 2)], k[1,], k["a":"b"], k[*[1, 2]], k[*[1], 2:3])
