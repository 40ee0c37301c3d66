# __slots__: no dict, fixed attributes, errors, inheritance.
import gc
import sys
import weakref


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


p = Point(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), Point.__slots__)
attempt(lambda: setattr(p, "z", 3))
attempt(lambda: p.z)
attempt(lambda: p.__dict__)
attempt(lambda: weakref.ref(p))
del p.x
attempt(lambda: p.x)
attempt(lambda: delattr(p, "x"))
attempt(lambda: delattr(p, "z"))
p.x = [1]
print(p.x, Point.x.__get__(p), type(Point.x).__name__, Point.x.__name__, Point.x.__objclass__ is Point)
attempt(lambda: Point.x.__get__(3))
attempt(lambda: Point.x.__set__(3, 1))
print(Point.x.__get__(None, Point) is Point.x)


class Child(Point):
    __slots__ = ("z",)


class Open(Point):
    pass


class Weak(Point):
    __slots__ = ("__weakref__",)


class Both:
    __slots__ = ("a", "__dict__")


c = Child(1, 2)
c.z = 3
print(c.x, c.z, hasattr(c, "__dict__"))
o = Open(1, 2)
o.anything = 4
print(o.__dict__, o.x)
w = Weak(1, 2)
print(weakref.ref(w)() is w)
b = Both()
b.a, b.b = 1, 2
print(b.__dict__, b.a)
print(sys.getsizeof(Point(1, 2)) < sys.getsizeof(Open(1, 2)) + sys.getsizeof({}))


def make(name, bases, **namespace):
    return type(name, bases, namespace)


attempt(lambda: make("A", (), __slots__=("x", "x")).__name__)
attempt(lambda: make("A", (), __slots__=("1x",)))
attempt(lambda: make("A", (), __slots__=(1,)))
attempt(lambda: make("A", (), __slots__=("x",), x=1))
attempt(lambda: make("A", (), __slots__="single")().__slots__)
attempt(lambda: make("A", (), __slots__=("__dict__", "__dict__")))
attempt(lambda: make("A", (int,), __slots__=("x",)))
attempt(lambda: make("A", (tuple,), __slots__=("x",)))
attempt(lambda: make("A", (int,), __slots__=()).__name__)
attempt(lambda: make("A", (list,), __slots__=("x",)).__name__)


class Left:
    __slots__ = ("l",)


class Right:
    __slots__ = ("r",)


class Empty:
    __slots__ = ()


attempt(lambda: make("A", (Left, Right)))
attempt(lambda: make("A", (Left, Empty)).__name__)


class Private:
    __slots__ = ("__secret",)

    def __init__(self):
        self.__secret = 5


print(Private()._Private__secret, [name for name in dir(Private) if "secret" in name])


class Documented:
    __slots__ = {"a": "the first", "b": None}


print(Documented.a.__doc__, Documented.b.__doc__, list(Documented.__slots__))

# A slot owns what it holds, and a cycle through slots is found.
class Node:
    __slots__ = ("next",)

    def __del__(self):
        print("freed")


gc.disable()
gc.collect()
n = Node()
n.next = Node()
del n
n = Node()
n.next = n
del n
print("cycle", gc.collect())
attempt(lambda: setattr(p, "__class__", Left))
q = Point(1, 2)
q.__class__ = make("Same", (), __slots__=("x", "y"))
print(type(q).__name__, q.x)
