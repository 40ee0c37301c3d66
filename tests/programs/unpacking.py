# Unpacking, starred targets, walrus, chained and augmented assignment, del, global order of evaluation.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


a, b = 1, 2
a, b = b, a
print(a, b)
(a, b), [c, *d] = "xy", range(4)
print(a, b, c, d)
first, *middle, last = range(5)
print(first, middle, last)
*start, end = [1]
print(start, end)
[x] = [5]
(y,) = {6}
print(x, y)
*everything, = "abc"
print(everything)
for i, (j, *k) in enumerate([(1, 2, 3), "ab"]):
    print(i, j, k)


def unpack(value, count):
    if count == 0:
        () = value
        return "empty"
    if count == 1:
        (a,) = value
        return a
    if count == 2:
        a, b = value
        return a, b
    a, *b, c = value
    return a, b, c


attempt(lambda: unpack([1], 2))
attempt(lambda: unpack([1, 2, 3], 2))
attempt(lambda: unpack([], 1))
attempt(lambda: unpack([1], 3))
attempt(lambda: unpack([1, 2], 3))
attempt(lambda: unpack(5, 2))
attempt(lambda: unpack(None, 1))
attempt(lambda: unpack({"k": 1, "l": 2}, 2))
attempt(lambda: unpack(iter([1, 2, 3]), 2))
attempt(lambda: unpack([], 0))
attempt(lambda: unpack([1], 0))
attempt(lambda: unpack((x for x in range(1000)), 1))


class Fails:
    def __iter__(self):
        yield 1
        raise KeyError("while unpacking")


attempt(lambda: unpack(Fails(), 2))
print([*range(3), *"ab"], (*[1], 2), {*[1, 1], 2}, {**{"a": 1}, "b": 2, **{"a": 3}})
attempt(lambda: [*5])
attempt(lambda: {**[1]})
attempt(lambda: {*[[]]})


def trace(value):
    print("eval", value)
    return value


class Target:
    def __repr__(self):
        return "Target"

    def __setattr__(self, name, value):
        print("set", name, value)

    def __setitem__(self, key, value):
        print("setitem", key, value)

    def __getitem__(self, key):
        print("getitem", key)
        return 10


t = Target()
t.a = t.b = trace(1)
trace(t).c, t[trace("key")] = trace(2), trace(3)
t[trace("i")] += trace(5)
i = 0
box = [10, 20, 30]
i, box[i] = 2, "by the new i"
print(i, box)
i = box[i] = 1
print(i, box)
if (n := len(box)) > 2 and (m := n * 2):
    print(n, m)
print([y := 1, y**2], [last := v for v in range(3)], last)
while (n := n - 1) > 0:
    print("n", n)
x = [1, 2]
y = x
x += [3]
print(y, x is y)
x = x + [4]
print(y, x is y)
z = (1,)
try:
    z[0] += 1
except TypeError as error:
    print(error)
z = ([1],)
try:
    z[0] += [2]
except TypeError as error:
    print(error, z)
a = b = []
a.append(1)
print(b, a is b)
del a, (b, [x]), box[0]
print(box)
attempt(lambda: b)
x: int = 5
y: str
print(x, "y" in globals() and y)
print(a := 5, (b := 6))
print((lambda: (c := 1) + c)())
attempt(lambda: (lambda *, a: a)(**dict(a=1)))
q = 1 if False else 2 if False else 3
print(q, not not [], 1 and [] or "or", None or 0 or (), 1 and 2)
print(1 < trace(2) < 3, 3 < trace(2) < trace(1))
assert_passed = True
assert assert_passed, "never"
print(0x10, 0o17, 0b11, 1_000, 1e3, 1j, 'a' "b", b"a" b"b", r"\n", "\x41\u0041\N{LATIN SMALL LETTER A}", """tri
ple""")
