# The first steps: classes, instances, methods, inheritance, special methods.
class Point:
    dimension = 2

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __repr__(self):
        return "Point(" + str(self.x) + ", " + str(self.y) + ")"

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __add__(self, other):
        return self.add(other)

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]


p = Point(1, 2)
q = Point(3, 4)
print(p, q, p.x, p.add(q), p + q, p == Point(1, 2), p == q, len(p), p[0], p.dimension, Point.dimension)
p.x = 10
p.extra = "new"
print(p, p.extra)
del p.extra
Point.dimension = 3
print(p.dimension, q.dimension)


class Base:
    def name(self):
        return "base"

    def hello(self):
        return "hello from " + self.name()


class Child(Base):
    def name(self):
        return "child of " + super().name()


print(Base().hello(), Child().hello(), isinstance(Child(), Base), issubclass(Child, Base), type(Child()) is Child)


class Counter:
    made = 0

    def __init__(self):
        Counter.made += 1

    @property
    def double(self):
        return Counter.made * 2

    @classmethod
    def create(cls):
        return cls()

    @staticmethod
    def helper(x):
        return x + 1


Counter()
c = Counter.create()
print(c.double, Counter.made, c.helper(1), Counter.helper(2))
method = c.create
print(type(method()) is Counter, Counter.made)
print(getattr(p, "x"), hasattr(p, "z"), getattr(p, "z", "none"))
setattr(p, "z", 5)
print(p.z, sorted(vars(p)), Point.__name__, p.__class__.__name__)


class Call:
    def __call__(self, x):
        return x * 2

    def __iter__(self):
        return iter([1, 2])

    def __contains__(self, x):
        return x == 1


print(Call()(4), list(Call()), 1 in Call(), 2 in Call())
