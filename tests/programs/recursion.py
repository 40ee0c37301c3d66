# Recursion: its limit, and deep structures.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(500))


def endless(n):
    return endless(n + 1)


try:
    endless(0)
except RecursionError as error:
    print(type(error).__name__, str(error).startswith("maximum recursion depth exceeded"))
print("goes on", depth(300))


class Attribute:
    def __getattr__(self, name):
        return getattr(self, name + "x")


class Repr:
    def __repr__(self):
        return repr(self)


class Equal:
    def __eq__(self, other):
        return self == other


class Length:
    def __len__(self):
        return len(self)


class Call:
    pass


Call.__call__ = Call()


class Add:
    def __add__(self, other):
        return self + other


for name, action in [
    ("getattr", lambda: Attribute().x), ("repr", lambda: repr(Repr())), ("eq", lambda: Equal() == 1), ("len", lambda: len(Length())),
    ("add", lambda: Add() + 1), ("sort", lambda: sorted([3, 1, 2], key=endless)), ("map", lambda: list(map(endless, [1]))),
]:
    try:
        action()
        print(name, "ended")
    except RecursionError:
        print(name, "RecursionError")


def generators(n):
    yield n
    yield from generators(n + 1)


try:
    for _ in generators(0):
        pass
except RecursionError:
    print("generators RecursionError")


def mutual_a(n):
    return n if n <= 0 else mutual_b(n - 1)


def mutual_b(n):
    return n if n <= 0 else mutual_a(n - 1)


print(mutual_a(400))
limit = sys.getrecursionlimit()
print(limit)
sys.setrecursionlimit(150)
try:
    depth(500)
except RecursionError:
    print("lower limit")
sys.setrecursionlimit(limit)
for wrong in (0, -1, "x"):
    try:
        sys.setrecursionlimit(wrong)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)

# Structures that hold themselves.
box = [1]
box.append(box)
table = {}
table["self"] = table
print(box, table, [box, table])
pair = ([],)
pair[0].append(pair)
print(pair)
try:
    box == [1, box]
    print("compared", box == box)
except RecursionError:
    print("comparison RecursionError")
other = [1]
other.append(other)
try:
    print(box == other)
except RecursionError as error:
    print("two RecursionError")

# Deep nesting is freed without using the stack.
deep = None
for _ in range(200_000):
    deep = [deep]
del deep
deep = ()
for _ in range(200_000):
    deep = (deep,)
del deep


class Link:
    __slots__ = ("next",)


head = None
for _ in range(200_000):
    link = Link()
    link.next = head
    head = link
del head, link
deep = {}
for _ in range(100_000):
    deep = {"k": deep}
del deep
print("freed")
nested = []
for _ in range(100_000):
    nested = [nested]
try:
    repr(nested)
except RecursionError:
    print("repr of deep nesting RecursionError")
try:
    eval("(" * 5000 + ")" * 5000)
except (SyntaxError, MemoryError, RecursionError) as error:
    print("deep source: an error, no crash")
