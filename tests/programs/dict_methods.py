# dict: construction, methods, order, errors.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: (dict(), dict(a=1), dict([("a", 1), ["b", 2]]), dict({"a": 1}, b=2), dict(zip("ab", [1, 2])), dict(["xy", "zw"]), {**{"a": 1}, "b": 2}, dict.fromkeys("ab"), dict.fromkeys([1], [])))
for wrong in (5, [1], ["abc"], [()], None, [(1, 2, 3)], "ab", [1, 2]):
    attempt(lambda: dict(wrong))
attempt(lambda: dict({}, {}))
attempt(lambda: dict([([], 1)]))
attempt(lambda: {[]: 1})
attempt(lambda: {{}: 1})
attempt(lambda: {}[{}.keys().mapping] if False else {}[[]])
d = {"one": 1, "two": 2, "three": 3}
print(d["one"], d.get("x"), d.get("x", 0), d.get("two", 0), "one" in d, 1 in d, len(d), list(d), list(d.values()), list(d.items()), bool({}), bool(d))
attempt(lambda: d["missing"])
attempt(lambda: d[None])
attempt(lambda: d[1, 2])
attempt(lambda: d.pop("missing"))
attempt(lambda: {}.popitem())
attempt(lambda: d.__delitem__("missing"))
attempt(lambda: d.get())
attempt(lambda: d.pop())
attempt(lambda: d.pop("x", 1, 2))
attempt(lambda: d.update(5))
attempt(lambda: d.update([1]))
attempt(lambda: d.update({}, {}))
attempt(lambda: d.setdefault())
attempt(lambda: d.setdefault([]))
attempt(lambda: d.x)
attempt(lambda: setattr(d, "x", 1))
attempt(lambda: hash(d))
attempt(lambda: d < d)
attempt(lambda: d + d)
attempt(lambda: d[0:1])
attempt(lambda: d | [("x", 1)])
attempt(lambda: dict.fromkeys(5))
attempt(lambda: dict.fromkeys())
print(d.pop("two"), d.pop("x", "default"), d.setdefault("one", 9), d.setdefault("four"), d.popitem(), d)
d["one"] = 10
d["five"] = 5
del d["three"]
d["three"] = 33
print(d)
d.update({"six": 6}, seven=7)
d.update([("eight", 8)])
d.update(one=1)
print(d, d.copy() == d, d.copy() is d)
print(d | {"one": "new", "nine": 9}, {"z": 0} | d == {"z": 0, **d})
e = d
e |= {"ten": 10}
e |= [("eleven", 11)]
print(e is d, list(d)[-2:], d == dict(reversed(list(d.items()))), {} == {}, {"a": 1} != {"a": 1.0}, {1: "a"} == {1.0: "a"} == {True: "a"})
d.clear()
print(d, {1: "int", 1.0: "float", True: "bool"}, {0: "a", False: "b", 0.0: "c"}, {"a": 1, "a": 2})
print({1: 1, (1, 2): 2, None: 3, "s": 4, b"s": 5, 1.5: 6, frozenset({1}): 7, len: 8}[len], str({"k": [1, {"n": ()}]}), repr({}))
print(list(reversed({"a": 1, "b": 2})), list(reversed({"a": 1, "b": 2}.items())), sorted({"b": 1, "a": 2}), max({"b": 1, "a": 2}), dict(sorted({"b": 1, "a": 2}.items())))


class Key:
    def __init__(self, v, h):
        self.v, self.h = v, h

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        return isinstance(other, Key) and self.v == other.v

    def __repr__(self):
        return f"K{self.v}"


same_hash = {Key(i, 1): i for i in range(20)}
print(len(same_hash), same_hash[Key(7, 1)], Key(7, 2) in same_hash, same_hash.pop(Key(3, 1)), len(same_hash))


class Unhashable:
    __hash__ = None


class BadHash:
    def __hash__(self):
        return "x"


class FailsEq:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError("in eq")


attempt(lambda: {Unhashable(): 1})
attempt(lambda: {BadHash(): 1})
attempt(lambda: {FailsEq(): 1, FailsEq(): 2})
attempt(lambda: hash(type("H", (), {"__hash__": lambda self: 2**100})()) == hash(2**100))


class Missing(dict):
    def __missing__(self, key):
        self[key] = value = f"made {key}"
        return value


m = Missing(a=1)
print(m["a"], m["b"], m, m.get("c"), "c" in m)


class Sub(dict):
    def __getitem__(self, key):
        return "own"


s = Sub(a=1)
s.attribute = 2
print(s["a"], s.get("a"), list(s.values()), dict(s), type(s.copy()).__name__, type(s | {}).__name__, s == {"a": 1}, s)
big = {i: i * i for i in range(10_000)}
for i in range(0, 10_000, 2):
    del big[i]
print(len(big), sum(big), list(big)[:3], big[9999], 0 in big)
big[0] = "again"
print(list(big)[-1], next(iter(big)))


class HasKeys:
    def keys(self):
        return ["x", "y"]

    def __getitem__(self, key):
        return key * 2


print(dict(HasKeys()), {**HasKeys()})
