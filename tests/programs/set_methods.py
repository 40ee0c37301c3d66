# set and frozenset.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


def show(value):
    return sorted(value, key=repr)


s = {1, 2, 3}
s.add(4)
s.add(4)
s.discard(9)
s.remove(1)
print(show(s), len(s), 2 in s, 9 in s, set(), repr(set()), {5}, frozenset(), frozenset({5}), bool(set()))
print(show(set("hello")), show(set([1, 1.0, True])), show({*"ab", *[1]}), show(frozenset("ab")), set({}) == set(), {0, False, 0.0} == {0})
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(show(a | b), show(a & b), show(a - b), show(a ^ b), show(b - a), a < b, {1} < a, a <= a, a < a, a >= {1, 2}, a > {1}, a == {4, 3, 2, 1}, a != b)
print(show(a.union(b, [9], "x")), show(a.intersection(b, [3])), show(a.difference(b, [1])), show(a.symmetric_difference([1, 9])), a.issubset(range(9)), a.issuperset([1]), a.isdisjoint([7]), show(a.union()), show(a.intersection()))
c = a.copy()
c |= {10}
c &= {1, 2, 10}
c -= {1}
c ^= {2, 3}
print(show(c), c is a)
c.update([1], (2,), "z")
c.intersection_update({1, 2, "z", 99})
c.difference_update([1])
c.symmetric_difference_update(["z", "y"])
print(show(c))
x = {7}
print(x.pop(), x, {1, 2}.union({3}) - {1}, show({(1, 2), "s", None, 1.5, frozenset({1})}))
for action in (
    lambda: set().pop(), lambda: {1}.remove(2), lambda: {1}.remove([]), lambda: {1}.add([]), lambda: {[]}, lambda: {{}}, lambda: {set()}, lambda: [] in {1}, lambda: {1} | [2], lambda: {1} & [1], lambda: {1} - (1,),
    lambda: {1} < [1], lambda: set("a")[0], lambda: {1} + {2}, lambda: hash(set()), lambda: set(5), lambda: set(1, 2), lambda: frozenset().add, lambda: {1}.union(5), lambda: {1}.update(5), lambda: {1}.x, lambda: setattr(set(), "x", 1),
    lambda: set(x=1), lambda: {1}.issubset(5), lambda: {1}.remove(), lambda: {1}.isdisjoint([[]]), lambda: {1}.__ior__([1]), lambda: {1}.discard({}),
):
    attempt(action)
inner = frozenset({1, 2})
table = {inner: "by frozenset"}
print(table[frozenset({2, 1})], {1, 2} in {inner}, {1, 2} == inner, hash(inner) == hash(frozenset([2, 1])), type(inner | {3}).__name__, type({3} | inner).__name__, frozenset(inner) is inner, inner.copy() is inner)
nested = {frozenset({1}), frozenset({1, 2})}
nested.remove({1})
print(nested)


def change(values, action):
    for v in values:
        action(values, v)
    return "ended"


attempt(lambda: change({1, 2}, lambda s, v: s.add(v + 10)))
attempt(lambda: change({1, 2}, lambda s, v: s.discard(v)))
attempt(lambda: change({1, 2}, lambda s, v: s.add(v)))
it = iter({1})
print(next(it), it.__length_hint__(), next(it, "done"), type(it).__name__)


class Key:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.v == other.v


many = {Key(i % 10) for i in range(100)}
print(len(many), Key(3) in many, Key(11) in many)


class Fails:
    def __hash__(self):
        raise ValueError("in hash")


attempt(lambda: {Fails()})


class Sub(set):
    def __repr__(self):
        return "Sub" + super().__repr__()


u = Sub([1])
u.attribute = 1
print(u, type(u | {2}).__name__, type(u.copy()).__name__, u == {1}, u.attribute, u.union([2]) == {1, 2})


class SubFrozen(frozenset):
    pass


f = SubFrozen([1])
print(f, type(f | {2}).__name__, type(f.copy()).__name__, f == {1}, hash(f) == hash(frozenset([1])), frozenset(f) is f)
big = set(range(1000))
big -= set(range(0, 1000, 2))
print(len(big), sum(big), min(big), 500 in big)
while len(big) > 3:
    big.pop()
print(len(big), big.clear(), big)
print(sorted([{1, 2, 3}, {1}, {1, 2}], key=len), max([{1}, {1, 2}], key=len), {1} <= {1, 2} <= {1, 2, 3}, not {1} & {2}, {True, 1, 1.0})
recursive = frozenset([1])
print(str(recursive), f"{recursive}", set("aab") == set("ab"), {1, 2}.__and__([1]), {1}.__or__({2}) == {1, 2}, {1}.__eq__([1]))
