# Containers that change while a method of theirs calls back: results and errors, never a crash.
import gc


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


class Evil:
    def __init__(self, action, equal=False):
        self.action, self.equal = action, equal

    def __eq__(self, other):
        self.action()
        return self.equal

    def __hash__(self):
        return 1

    def __repr__(self):
        return "Evil"


x = [1, 2, 3]
attempt(lambda: Evil(x.clear) in x)
x = [1, 2, 3]
attempt(lambda: x.index(Evil(x.clear)))
x = [1, 2, 3]
attempt(lambda: x.count(Evil(x.clear)))
x = [1, 2, 3]
attempt(lambda: x.remove(Evil(x.clear, True)))
print(x)
x = [Evil(lambda: x.clear()), 2]
attempt(lambda: x == [1, 2])
x = [1, 2, 3]
attempt(lambda: x == [Evil(lambda: x.append(4), True), 2, 3])
print(x)


class EvilIter:
    def __init__(self, target, values):
        self.target, self.values = target, values

    def __iter__(self):
        for value in self.values:
            self.target.clear()
            yield value


x = [1, 2, 3]
x.extend(EvilIter(x, [7, 8]))
print(x)
x = [1, 2, 3]
x[1:2] = EvilIter(x, [7, 8])
print(x)
x = [1, 2, 3]
x += EvilIter(x, [9])
print(x)
x = [1, 2]
x.extend(x)
x[1:1] = x
print(x)


class EvilIndex:
    def __init__(self, action, value):
        self.action, self.value = action, value

    def __index__(self):
        self.action()
        return self.value


x = [1, 2, 3]
attempt(lambda: x[EvilIndex(x.clear, 1)])
x = [1, 2, 3]
attempt(lambda: x.pop(EvilIndex(x.clear, 0)))
x = [1, 2, 3]
attempt(lambda: x.insert(EvilIndex(x.clear, 5), "in"))
print(x)
x = [1, 2, 3]
attempt(lambda: x[EvilIndex(x.clear, 0) :])
x = [1, 2, 3]
attempt(lambda: x * EvilIndex(x.clear, 2))
data = bytearray(b"abc")
attempt(lambda: data[EvilIndex(data.clear, 1)])
data = bytearray(b"abc")
attempt(lambda: data.__setitem__(0, EvilIndex(data.clear, 65)))


class Dying:
    def __init__(self, action):
        self.action = action

    def __del__(self):
        self.action()


x = []
x.append(Dying(lambda: x.append("from __del__")))
x.clear()
print(x)
x = []
x.append(Dying(lambda: x.append("from __del__")))
x[0] = "stored over"
print(x)
x = [0, 1]
x.append(Dying(x.clear))
x[1:] = ["a", "b"]
print(x)
x = [Dying(lambda: x.append("late"))] + [1, 2]
del x[:2]
print(x)
t = {}
t["k"] = Dying(lambda: t.update(k="again"))
t.clear()
print(t)
t = {}
t["k"] = Dying(lambda: t.update(more=1))
t["k"] = "stored over"
print(t)
t = {"a": Dying(lambda: t.clear()), "b": 2}
del t["a"]
print(t)
s = set()
s.add(Dying(lambda: s.add("from __del__")))
s.clear()
print(s)

t = {Evil(lambda: None): 1}
t[Evil(t.clear)] = 2
print(len(t))
t = {Evil(lambda: None): 1}
attempt(lambda: t.get(Evil(t.clear), "not found"))
t = {Evil(lambda: None): 1}
attempt(lambda: t.pop(Evil(t.clear), "popped nothing"))
t = {Evil(lambda: t.clear(), True): 1}
attempt(lambda: t == {Evil(lambda: None, True): 1})
t = {1: 1, 2: 2}
t.update((k, t.clear() or k) for k in list(t))
print(t)
attempt(lambda: {**(t := {1: 1}), **{2: t.clear()}})
s = {Evil(lambda: None)}
attempt(lambda: Evil(s.clear) in s)
s = {Evil(lambda: None)}
s.add(Evil(s.clear))
print(len(s) <= 2)
s = {1, 2}
s.update(EvilIter(s, [5, 6]))
print(s)
s = {1, 2, 3}
s &= s
s -= s
print(s)
s = {1, 2}
s.difference_update(s)
print(s)


class EvilKey:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        x.append(0)
        return self.v < other.v


x = [EvilKey(3), EvilKey(1), EvilKey(2)]
attempt(lambda: x.sort())
x = [3, 1, 2]
attempt(lambda: x.sort(key=lambda v: (x.clear(), v)[1]))
print(x)


class EvilStr:
    def __str__(self):
        x.clear()
        return "s"

    __repr__ = __str__


x = [EvilStr(), 1, 2]
print(repr(x))
x = [EvilStr(), 1]
attempt(lambda: "{0[0]} {0[1]}".format(x))
x = ["a", "b"]
attempt(lambda: ",".join(EvilIter(x, x)))
it = iter([1, 2, 3])
attempt(lambda: list(zip(it, it)))
x = [1, 2, 3]
attempt(lambda: list(map(lambda v: x.clear() or v, x)))
x = [1, 2, 3]
attempt(lambda: [v for v in x if not x.clear()])
x = [3, 2, 1]
attempt(lambda: max(x, key=lambda v: x.clear() or v))
x = (y for y in [1, 2, 3])
attempt(lambda: list(zip(x, x)))


class Self:
    def __getattr__(self, name):
        del self.__class__.__getattr__
        return name


attempt(lambda: Self().removes_itself)


class Deletes:
    @property
    def value(self):
        del Deletes.value
        return "value"


d = Deletes()
attempt(lambda: d.value)
attempt(lambda: d.value)


def code_changes():
    def f():
        f.__code__ = g.__code__
        return "first"

    def g():
        return "second"

    return f(), f()


attempt(code_changes)
gc.collect()
import sys


def tuple_while_building():
    seen = []

    def items():
        yield 1
        seen.append(len([o for o in gc.get_objects() if type(o) is tuple and o == (1,)]) >= 0)
        yield 2

    return tuple(items()), seen


attempt(tuple_while_building)
