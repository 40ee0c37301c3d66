# list: methods, slices, errors, changes while iterating.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


a = [3, 1, 2]
a.append(4)
a.extend("ab")
a.extend(x for x in range(2))
a.insert(1, "ins")
a.insert(-1, "before last")
a.insert(100, "end")
a.insert(-100, "start")
print(a, len(a), a.index("ins"), a.count(1), a.index(1, 4), 4 in a)
print(a.pop(), a.pop(0), a.pop(-2), a)
a.remove("a")
a.reverse()
print(a, a.copy() == a, a.copy() is a, a + [1], a * 2 == a + a, 2 * [0], [1] * -1, [] == [])
a.clear()
print(a, bool(a), list(), list("ab"), list({"k": 1}), list(range(3)), list(list([1])))
for action in (
    lambda: [].pop(), lambda: [1].pop(5), lambda: [1].pop("x"), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1, 2].index(1, 1), lambda: [][0], lambda: [1][-2],
    lambda: list("a")["x"], lambda: list("a")[1.0], lambda: list("a")[None], lambda: [].__setitem__(0, 1), lambda: [].__delitem__(0), lambda: [1] + (1,), lambda: (1,) + [1], lambda: [1] * "x", lambda: [1] * [2],
    lambda: [1] * 10**30, lambda: list(5), lambda: list(1, 2), lambda: list(x=1), lambda: [].append(), lambda: [].append(1, 2), lambda: [].extend(5), lambda: [].insert(0), lambda: [].insert("x", 1),
    lambda: hash([]), lambda: {[]: 1}, lambda: [1, 2] < [1, "x"], lambda: [] < (), lambda: [].nothing, lambda: setattr([], "x", 1), lambda: [].__iadd__(5), lambda: del_slice([1, 2, 3]), lambda: [].sort(1),
):
    attempt(action)


def del_slice(values):
    del values[::-2]
    return values


attempt(lambda: del_slice([1, 2, 3, 4, 5]))
x = list(range(10))
print(x[2:5], x[:-3], x[::3], x[::-1], x[8:2:-2], x[-3:], x[100:], x[5:5], x[-100:3], x[:], x[2:8][1:3])
x[2:4] = "abc"
x[0:0] = [-1]
x[len(x):] = [99]
print(x)
x[::2] = range(len(x[::2]))
print(x)
x[3:] = []
print(x)
x[:] = x
x[1:2] = x
print(x)
del x[1:3]
print(x)
attempt(lambda: x.__setitem__(slice(0, 2, 1), 5))
attempt(lambda: x.__setitem__(slice(None, None, 2), [1, 2, 3, 4, 5]))
attempt(lambda: x[::0])
attempt(lambda: x["a":])
attempt(lambda: x[1:2:"x"])
print([1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 9], [1, 2] != [2, 1], [[1], [2]] < [[1], [3]], [] < [0], [1, 2] <= [1, 2])
for i in (values := [1, 2, 3]):
    if len(values) < 6:
        values.append(i * 10)
print(values)
it = iter(values)
print(next(it), it.__length_hint__(), values.clear(), list(it), next(it, "done"))
values.append(1)
print(list(it))
it = reversed([1, 2, 3])
print(next(it), it.__length_hint__(), list(it))
b = c = [1]
b += (2, 3)
b += "x"
print(c, b is c)
b *= 2
print(c)
grid = [[0] * 2] * 2
grid[0][0] = 1
print(grid)


class Same:
    def __eq__(self, other):
        print("eq", other)
        return other == 2


print(Same() in [1, 2, 3], [1, 2, 3].count(Same()), [1, 2, 3].index(Same()))
changing = [1, 2, 3]


class Clears:
    def __eq__(self, other):
        changing.clear()
        return False


print(Clears() in changing, changing)


class Sub(list):
    def append(self, x):
        super().append(x * 2)

    def __repr__(self):
        return f"Sub{super().__repr__()}"


s = Sub([1])
s.append(2)
s.extend([3])
s.attribute = "set"
print(s, s + [1], type(s[:]).__name__, type(s.copy()).__name__, type(s * 2).__name__, s == [1, 4, 3], s.attribute, [s])
big = list(range(100_000))
del big[1::2]
print(len(big), big[:3], big[-1], sum(big))
big[1:-1] = []
print(big)
