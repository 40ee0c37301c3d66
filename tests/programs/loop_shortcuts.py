# Where the loop takes a short way: the long way's results.


def strings():
    s = "ab"
    s += s
    t = s
    s += t
    s += s[1:3]
    t += str(len(t))
    u = t
    for i in range(3):
        u += chr(ord("é") + i)
    return s, t, u


print(strings())


def floats():
    x = 1.5
    kept = x
    x = x * 2.0 + 1.0
    x += 0.25
    y = x
    y -= 1.0
    z = (x - y) * (x + y) / 2.0
    values = [x]
    x *= 3.0
    pair = (z, z + z)
    z += 1
    w = 2 * z - 0.5
    return kept, x, y, z, values, pair, w, x > y, x == x, float("nan") < 1.0, float("nan") != float("nan")


print(floats())
try:
    1.0 / 0.0
except ZeroDivisionError as error:
    print(error)


def slices():
    order = list(range(8))
    order[:3] = order[2::-1]
    other = [7, 8, 9]
    order[2:4] = other
    order[:1] = order[:]
    order[-2:] = []
    order[3:3] = [x for x in "ab"]
    try:
        order[:2] = 5
    except TypeError as error:
        print(error)
    return order, other, order[10:], order[-3:-1], order[::-2], order[5:2:-1]


print(slices())


class Slots:
    __slots__ = ("a", "b")


class Derived(Slots):
    pass


class Plain:
    kind = "plain"

    def __init__(self, a):
        self.a = a

    def get(self):
        return self.a


class More(Plain):
    kind = "more"

    def __init__(self, a):
        super().__init__(a)
        self.b = a + a
        self.c = None

    def get(self):
        return self.b


class Third(More):
    def get(self):
        return self.c


class Fourth(Plain):
    __slots__ = ("z",)


def attributes():
    seen = []
    objects = [Plain(1), More(2), Third(3), Fourth(4), Plain(5), More(6)]
    for round in range(3):
        for at, it in enumerate(objects):
            it.a = it.a + round
            seen.append((it.a, it.get(), it.kind))
        if round == 1:
            objects[0].get = lambda: "own"
            More.kind = "changed"
            del objects[4].a
            objects[4].a = 50
    for it in (Slots(), Derived(), Slots()):
        try:
            it.b
        except AttributeError as error:
            seen.append(str(error))
        it.a, it.b = 1, it
        it.b = it.a
        seen.append((it.a, it.b))
        del it.b
        seen.append(hasattr(it, "b"))
    class Borrows:
        a = Slots.a
    try:
        Borrows().a
    except TypeError as error:
        seen.append(str(error))
    try:
        Borrows().a = 1
    except TypeError as error:
        seen.append(str(error))
    return seen


for line in attributes():
    print(line)


def plain(a, b=2, /, c=3, *, d=4, e):
    return a, b, c, d, e


def rest(a, *args, d=1, **named):
    return a, args, d, named


def call(f, *args, **named):
    try:
        print(f(*args, **named))
    except TypeError as error:
        print(error)


class Name(str):
    def __eq__(self, other):
        return str.__eq__(self, other)

    __hash__ = str.__hash__


for args, named in (
    ((1,), {"e": 5}),
    ((1, 2, 3), {"e": 5, "d": 6}),
    ((1, 2, 3, 4), {"e": 5}),
    ((), {"e": 5}),
    ((1,), {}),
    ((1,), {"e": 5, "a": 1}),
    ((1,), {"e": 5, "x": 1}),
    ((1, 2), {"e": 5, "c": 9}),
    ((1, 2, 3), {"e": 5, "c": 9}),
    ((1,), {Name("e"): 7}),
):
    call(plain, *args, **named)
    call(rest, *args, **named)
print(plain(1, e=2), plain(1, 2, c=5, e=0), rest(1, 2, 3, x=4, d=5), rest(a=1, b=2))


class Init:
    made = []

    def __init__(self, how):
        if how == 1:
            self = None
        elif how == 2:
            Init.made.append(self)
        elif how == 3:
            self.me = lambda: self
        elif how == 4:
            return 1
        elif how == 5:
            del self

    def __del__(self):
        print("gone")


for how in (0, 1, 5):
    print(type(Init(how)).__name__)
kept = Init(2)
print(Init.made == [kept])
Init.made.clear()
del kept
round = Init(3)
print(round.me() is round)
del round.me, round
try:
    Init(4)
except TypeError as error:
    print(error)


def many(n):
    return [(a, b) for a, b in zip(range(n), [x * x for x in range(n)]) if a % 2], list(range(10, 0, -3)), [
        i for i in range(2**61 - 2, 2**61 + 2)
    ]


print(many(6))


def changes():
    items = [1, 2, 3]
    for x in items:
        if x < 3:
            items.append(x + 10)
    return items


print(changes())


import gc


class Ring:
    def __init__(self, parent=None):
        self.parent = parent
        self.children = []
        if parent:
            parent.children.append(self)
            return
        for _ in range(3):
            Ring(self)


class Alone:
    def __init__(self):
        self.me = self


gc.collect()
gc.disable()
Ring()
print(gc.collect())
Alone()
print(gc.collect())
kept = Ring()
print(gc.collect())
del kept
print(gc.collect())
gc.enable()
deaths = 0


class Counts:
    def __init__(self, other):
        self.other = other
        if other:
            other.other = self

    def __del__(self):
        global deaths
        deaths += 1


old = [Counts(None) for _ in range(5000)]
gc.collect()
for i in range(20000):
    Counts(Counts(None))
    old[i % 5000].other = Counts(None)
gc.collect()
print(deaths)
old = None
print(deaths)


import types

module = types.ModuleType("module")
module.value = 1
module.twice = lambda x: x + x


def of_module():
    found = []
    for round in range(6):
        try:
            found.append((module.value, module.twice(round)))
        except AttributeError as error:
            found.append(str(error))
        if round == 0:
            module.value = 2
        elif round == 1:
            module.more = 3
            module.twice = lambda x: x * x
        elif round == 2:
            del module.value
        elif round == 3:
            module.__getattr__ = lambda name: name.upper()
        elif round == 4:
            module.value = 5
    return found


print(of_module())
