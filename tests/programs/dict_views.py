# Views of a dict, and changes while it is iterated.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


d = {"a": 1, "b": 2, "c": 3}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items, len(keys), "a" in keys, 1 in values, ("a", 1) in items, ("a", 2) in items, "a" in items)
d["d"] = 4
print(list(keys), list(values), list(items), type(keys).__name__, keys.mapping["d"])
attempt(lambda: keys.mapping.__setitem__)
attempt(lambda: keys[0])
attempt(lambda: hash(keys))
attempt(lambda: values == d.values())
print(sorted(keys & {"a", "x"}), sorted(keys | {"x"}), sorted(keys - {"a"}), sorted(keys ^ {"a", "x"}), sorted({"a", "x"} - keys), keys == {"a", "b", "c", "d"}, keys > {"a"}, keys.isdisjoint(["x"]), keys <= {*"abcdef"})
print(sorted(items & {("a", 1), ("b", 9)}), sorted(items - {("a", 1)}), items == set(d.items()), items.isdisjoint({("z", 1)}), sorted(keys & "ab"), sorted(keys | ["z"]))
attempt(lambda: keys & 5)
attempt(lambda: keys + keys)
attempt(lambda: values & values)
attempt(lambda: keys < ["a"])
attempt(lambda: {"k": []}.items() & {1})
attempt(lambda: {"k": []}.items() | {1})


def change(table, action):
    seen = []
    for key in table:
        seen.append(key)
        action(table, key)
        if len(seen) > 20:
            return "endless"
    return seen


attempt(lambda: change({1: 1, 2: 2}, lambda t, k: t.__setitem__(k + 10, 0)))
attempt(lambda: change({1: 1, 2: 2}, lambda t, k: t.pop(k)))
attempt(lambda: change({1: 1, 2: 2}, lambda t, k: t.__setitem__(k, "new value")))
attempt(lambda: change({1: 1, 2: 2}, lambda t, k: t.clear()))
attempt(lambda: change({1: 1}, lambda t, k: t.clear()))


def replace(t, k):
    del t[k]
    t[k + 1] = 0


attempt(lambda: change({1: 1}, replace))
attempt(lambda: [t.update({9: 9}) for t in [{1: 1, 2: 2}] for _ in t.items()])
attempt(lambda: [t.update({9: 9}) for t in [{1: 1, 2: 2}] for _ in t.values()])
t = {1: 1, 2: 2}
it = iter(t)
print(next(it), it.__length_hint__(), type(it).__name__)
t[3] = 3
attempt(lambda: next(it))
attempt(lambda: next(it))
del t[3]
attempt(lambda: next(it))
it = iter(t)
print(list(it), list(it))
it = reversed(t.items())
print(next(it), list(it), type(reversed(t)).__name__)
for k in list(t):
    del t[k]
print(t)
recursive = {}
recursive["self"] = recursive
recursive["values"] = recursive.values()
print(len(repr(recursive)) < 200, recursive["self"]["self"] is recursive)


class Grows:
    def __init__(self, table):
        self.table = table

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.table[len(self.table) + 100] = 1
        return False


t = {}
t[Grows(t)] = 1
print(Grows(t) in t, len(t))
import types

proxy = types.MappingProxyType({"a": 1})
print(proxy, proxy["a"], list(proxy), proxy | {"b": 2}, proxy == {"a": 1}, len(proxy), proxy.copy())
attempt(lambda: proxy.__setitem__)
try:
    proxy["b"] = 1
except TypeError as error:
    print(error)
print(type(vars(Grows)).__name__, "__eq__" in vars(Grows))
x = {i: None for i in range(10)}
for i in range(5):
    x.pop(i)
print(list(x), list(reversed(x)), x.popitem(), next(iter(x)))
small = {"x": 1}
print(small.keys() == {"x": 2}.keys(), small.items() == {"x": 1.0}.items(), small.keys() - small.keys(), small.keys() == ["x"])
