# Operators by special methods: reflected, in place, comparison, NotImplemented.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class N:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return f"N({self.v})"


def binary(name):
    def method(self, other):
        print(f"__{name}__", self, other)
        return NotImplemented if isinstance(other, str) else (name, self.v)

    return method


names = "add sub mul truediv floordiv mod divmod pow matmul lshift rshift and or xor".split()
for name in names:
    for prefix in ("", "r"):
        setattr(N, f"__{prefix}{name}__", binary(prefix + name))

n = N(1)
print(n + 1, 1 + n, n - 1, 1 - n, n * 2, 2 * n, n / 2, 2 / n)
print(n // 2, 2 // n, n % 2, 2 % n, divmod(n, 2), divmod(2, n), n**2, 2**n)
print(n @ 2, 2 @ n, n << 1, 1 << n, n >> 1, 1 >> n, n & 1, 1 & n, n | 1, 1 | n, n ^ 1, 1 ^ n)
attempt(lambda: n + "s")
attempt(lambda: "s" - n)
attempt(lambda: n @ "s")
attempt(lambda: divmod(n, "s"))
attempt(lambda: n ** "s")
attempt(lambda: "s" >> n)


class Sub(N):
    def __radd__(self, other):
        return "subclass first"


print(N(1) + Sub(2), Sub(1) + N(2), Sub(1) + Sub(2))


class InPlace:
    def __init__(self):
        self.log = []

    def __iadd__(self, other):
        self.log.append(("iadd", other))
        return self

    def __isub__(self, other):
        return "replaced"

    def __mul__(self, other):
        return ("mul", other)


i = j = InPlace()
i += 1
print(i is j, i.log)
i *= 3
print(i)
j -= 1
print(j)
try:
    k = InPlace()
    k /= 1
except TypeError as error:
    print(error)


class Unary:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __round__(self, digits=None):
        return ("round", digits)

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __index__(self):
        return 3


u = Unary()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), [1, 2, 3, 4][u], "abcdef"[u:], hex(u), range(5)[u], bytes(u), int(u), float(u))
import math

print(math.trunc(u), math.floor(u))


class Ordered:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        print("lt", self.v)
        return self.v < other.v

    def __eq__(self, other):
        print("eq", self.v)
        return isinstance(other, Ordered) and self.v == other.v


a, b = Ordered(1), Ordered(2)
print(a < b, a > b, a == b, a != b)
attempt(lambda: a <= b)
attempt(lambda: hash(a))
print(a in [b, a], [b, a].index(a), [a] == [a])


class Never:
    def __eq__(self, other):
        return NotImplemented

    __lt__ = __eq__


print(Never() == Never(), Never() != 1)
attempt(lambda: Never() < Never())
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 < 5 != 4)


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


attempt(lambda: bool(Truth(1)))
attempt(lambda: "yes" if Truth(True) else "no")
attempt(lambda: not Truth(False))


class Length:
    def __init__(self, value):
        self.value = value

    def __len__(self):
        return self.value


for value in (0, 2, -1, "x", 1 << 100, True):
    attempt(lambda: len(Length(value)))
attempt(lambda: bool(Length(0)))
attempt(lambda: bool(Length(-1)))


class Contains:
    def __contains__(self, item):
        return [1] if item == 1 else []


print(1 in Contains(), 2 in Contains(), 2 not in Contains())


class Item:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)


it = Item()
print(it[1], it[1:2], it[1:2, ::3], it[...], it[()], it[1,])
it[1:2] = 5
del it["k"]
it[0] += 1
print(pow(2, 10, 1000), pow(3, -1, 7), divmod(-7, 2))
attempt(lambda: N.__add__(1))
attempt(lambda: [] + ())
attempt(lambda: 1 + "1")
attempt(lambda: "1" + 1)
attempt(lambda: {} | [])
attempt(lambda: -"x")
attempt(lambda: ~1.5)
attempt(lambda: 1 @ 2)
attempt(lambda: None < None)
attempt(lambda: 1 < "1")
