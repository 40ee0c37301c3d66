# defaultdict, Counter, OrderedDict, namedtuple, ChainMap.
import copy
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple


def fails(f, *args):
    try:
        print("no error:", f(*args))
    except Exception as error:
        print(type(error).__name__, error)


d = defaultdict(list, {"a": [1]}, b=[2])
d["c"].append(3)
print(d, d["a"], "x" in d, d.get("x"), len(d))
print(defaultdict(), defaultdict(None, x=1), defaultdict(int).default_factory)
fails(lambda: defaultdict()["k"])
fails(defaultdict, 3)
e = d.copy()
e["z"]
print(type(e).__name__, e.default_factory, sorted(e), sorted(d), copy.copy(d) == d)
print(d | {"q": 1}, {"q": 1} | d)
d |= {"r": 2}
print(d, d.__reduce__()[:4], isinstance(d, dict))
d.default_factory = lambda: 7
print(d["seven"], d.pop("seven"), defaultdict[int, str])


class Sub(defaultdict):
    def __missing__(self, key):
        return key * 2


print(Sub(int)["ab"], Sub(int))

c = Counter("abracadabra")
print(c, c.most_common(2), c["q"], c.total())
c.update("zzz")
c.subtract({"a": 2})
print(c + Counter(a=1), c - Counter(z=2), c & Counter(a=9), c | Counter(q=4), +c)

o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a")
o.move_to_end("c", last=False)
print(list(o), o.popitem(), o.popitem(last=False), o == {"b": 2}, list(reversed(o)))

Point = namedtuple("Point", "x y", defaults=[0])
p = Point(3)
print(p, p.x, p._replace(y=5), p._asdict(), Point._fields, Point._make([1, 2]), p == (3, 0))
fails(Point)
fails(setattr, p, "x", 1)

m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["n"] = 0
print(m["a"], m["b"], sorted(m), m.maps, m.new_child({"a": 9})["a"])
print(deque([1], 2))
