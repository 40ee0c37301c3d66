# match: every kind of pattern.
from collections import OrderedDict, namedtuple


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class NoArgs:
    pass


class Color:
    RED = 1
    BLUE = 2


Pair = namedtuple("Pair", "left right")


def kind(value):
    match value:
        case None | True | False:
            return f"singleton {value}"
        case 0:
            return "zero"
        case -1 | 2.5 | 1 + 2j | -3 - 4j:
            return f"number {value}"
        case Color.RED:
            return "never, as 1 is True"
        case Color.BLUE:
            return "blue"
        case "a" "b":
            return "text"
        case b"bytes":
            return "bytes"
        case []:
            return "empty sequence"
        case [x]:
            return f"one: {x}"
        case [1, 2, *rest]:
            return f"1, 2 and {rest}"
        case [first, *_, last] if first == last:
            return f"same ends {first}"
        case (first, *middle, last):
            return f"{first} .. {len(middle)} .. {last}"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"type": str() as name, **others}:
            return f"{name} with {sorted(others)}"
        case {}:
            return "some mapping"
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y) | Point(x=y, y=0):
            return f"on an axis at {y}"
        case Point(x, y=yy) if x == yy:
            return f"diagonal {x}"
        case Point():
            return "point"
        case int(n) if n > 1000:
            return f"large {n}"
        case int() | float():
            return "other number"
        case str(s):
            return f"str {s}"
        case _:
            return f"something else: {type(value).__name__}"


for value in (
    None, True, 0, 0.0, -1, 2.5, 1 + 2j, -3 - 4j, 2, "ab", "abc", b"bytes", [], (), [5], (6,), [1, 2], [1, 2, 3, 4], [7, 8, 7],
    [1, 5, 6, 9], range(3), "no sequence", b"no", bytearray(b"x"), {"type": "circle", "r": 3, "x": 1}, {"type": "square", "a": 2},
    {"type": 5}, {}, OrderedDict(type="circle", r=1), Point(0, 0), Point(0, 5), Point(5, 0), Point(4, 4), Point(1, 2), 5000, 7, 7.5, {1},
    Pair(1, 1), Pair(1, 2), Pair(5, 5), memoryview(b"ab"), iter([1]), NoArgs(), 1,
):
    print(repr(kind(value)))


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


def bad(value):
    match value:
        case NoArgs(1):
            return 1


def too_many(value):
    match value:
        case Point(1, 2, 3):
            return 1


def twice(value):
    match value:
        case Point(1, x=1):
            return 1


def not_a_class(value):
    match value:
        case kind():
            return 1


attempt(lambda: bad(NoArgs()))
attempt(lambda: too_many(Point(1, 2)))
attempt(lambda: twice(Point(1, 2)))
attempt(lambda: not_a_class(1))


class Wrong:
    __match_args__ = ["x"]


class WrongItem:
    __match_args__ = (1,)


def wrong(value):
    match value:
        case Wrong(1) | WrongItem(1):
            return 1


attempt(lambda: wrong(Wrong()))
attempt(lambda: wrong(WrongItem()))


def bindings(value):
    match value:
        case [a, [b, c]] | {"k": [a, b, c]}:
            pass
        case a:
            b = c = None
    return a, b, c


print(bindings([1, [2, 3]]), bindings({"k": "xyz"}), bindings({"k": [1, 2, 3]}), bindings(5))


def no_match(value):
    match value:
        case 1:
            pass
    return "fell through"


print(no_match(2))
match, case, _ = 1, 2, 3
print(match, case, _)
match (match):
    case 1:
        print("soft keywords")
match 1, 2:
    case x, y:
        print(x, y)
match [*"ab"], {"k": 1}:
    case [["a", z], {"k": k, **rest}]:
        print(z, k, rest)
for code in ("match 1:\n case x: pass\n case y: pass", "match 1:\n case [a, a]: pass", "match 1:\n case a | b: pass",
             "match 1:\n case {**r, 'k': 1}: pass", "match 1:\n case [*a, *b]: pass", "match 1:\n case {'k': 1, 'k': 2}: pass",
             "match 1:\n case 1 + 1: pass", "match 1:\n case C(a=1, a=2): pass"):
    try:
        compile(code, "name", "exec")
        print("compiles")
    except SyntaxError as error:
        print(type(error).__name__)
