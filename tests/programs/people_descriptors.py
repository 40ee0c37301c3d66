# Descriptors and metaclasses as libraries use them: validated fields, a small mapper, plug-ins, lazy attributes, slots, proxies.
import copy
import weakref


class Field:
    def __init__(self, kind, *, default=None, check=None):
        self.kind, self.default, self.check = kind, default, check

    def __set_name__(self, owner, name):
        self.name, self.store = name, "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.store, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        if self.check and not self.check(value):
            raise ValueError(f"{self.name} cannot be {value!r}")
        setattr(instance, self.store, value)

    def __delete__(self, instance):
        delattr(instance, self.store)

    def __repr__(self):
        return f"Field({self.name})"


class ModelMeta(type):
    models = {}

    @classmethod
    def __prepare__(meta, name, bases, **options):
        print("prepare", name, sorted(options))
        return {"made_by": meta.__name__}

    def __new__(meta, name, bases, namespace, *, table=None):
        cls = super().__new__(meta, name, bases, dict(namespace))
        cls.fields = {**{k: v for base in bases for k, v in getattr(base, "fields", {}).items()}, **{k: v for k, v in namespace.items() if isinstance(v, Field)}}
        cls.table = table or name.lower() + "s"
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)
        if bases:
            ModelMeta.models[cls.table] = cls

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        cls.__dict__.get("created", lambda i: None)(instance)
        return instance

    def __iter__(cls):
        return iter(cls.fields)

    def __len__(cls):
        return len(cls.fields)

    def __contains__(cls, name):
        return name in cls.fields

    def __repr__(cls):
        return f"<model {cls.__name__}>"


class Model(metaclass=ModelMeta):
    def __init__(self, **values):
        for name, value in values.items():
            if name not in type(self):
                raise AttributeError(f"{type(self).__name__} has no field {name}")
            setattr(self, name, value)

    def insert(self):
        names = list(type(self))
        return f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({', '.join(repr(getattr(self, n)) for n in names)})"


class Person(Model, table="people"):
    name = Field(str, check=str.strip)
    age = Field(int, default=0, check=lambda n: 0 <= n < 150)


class Employee(Person):
    salary = Field(float, default=0.0)

    def created(self):
        print("created", self.name)


print(Person, list(Employee), len(Employee), "salary" in Person, ModelMeta.models, Employee.table, Person.made_by)
ann = Person(name="Ann", age=30)
print(ann.insert(), Employee(name="Bob", salary=10.5).insert(), Person.age, vars(ann))
for action in (lambda: Person(name=5), lambda: Person(age=200), lambda: Person(size=1), lambda: setattr(ann, "name", " "), lambda: delattr(Person(name="x"), "age")):
    try:
        action()
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
del ann.age
print(ann.age, hasattr(ann, "_age"))


class Lazy:
    def __init__(self, function):
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Circle:
    def __init__(self, radius):
        self.radius = radius

    @Lazy
    def area(self):
        """Computed once."""
        print("computing")
        return 3 * self.radius**2

    @property
    def diameter(self):
        """Twice the radius."""
        return 2 * self.radius

    @diameter.setter
    def diameter(self, value):
        self.radius = value / 2

    @diameter.deleter
    def diameter(self):
        self.radius = 0

    @classmethod
    def unit(cls):
        return cls(1)

    @staticmethod
    def describe():
        return "round"


c = Circle(2)
print(c.area, c.area, Circle.area.__doc__, Circle.diameter.__doc__, Circle.diameter.fget.__name__)
c.diameter = 10
print(c.radius, vars(c), Circle.unit().area, c.describe(), Circle.describe())
del c.diameter
print(c.diameter)


class Point:
    __slots__ = ("x", "y", "__weakref__")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y) if isinstance(other, Point) else NotImplemented

    def __hash__(self):
        return hash((self.x, self.y))

    def __iter__(self):
        yield from (self.x, self.y)

    def __add__(self, other):
        return Point(*(a + b for a, b in zip(self, other)))

    __radd__ = __add__

    def __rmul__(self, k):
        return Point(k * self.x, k * self.y)

    def __neg__(self):
        return -1 * self

    def __getitem__(self, i):
        return getattr(self, "xy"[i])

    def __bool__(self):
        return any(self)

    def __repr__(self):
        return f"Point{*self,}"


p, q = Point(1, 2), Point(3, 4)
print(p + q, 3 * p, -q, p == Point(1, 2), p != q, p == 5, {p, Point(1, 2)}, sum([p, q], Point(0, 0)), p[0], p[-1], bool(Point(0, 0)), [*p], (1, 1) + p)
try:
    p.z = 1
except AttributeError as error:
    print(error)
try:
    p < q
except TypeError as error:
    print(error)
twin = copy.copy(p)
deep = copy.deepcopy({"p": [p, p], "self": None})
print(twin, twin is p, deep, deep["p"][0] is deep["p"][1], deep["p"][0] is p)


class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "_target", weakref.ref(target))
        object.__setattr__(self, "log", [])

    def __getattr__(self, name):
        self.log.append(name)
        return getattr(self._target(), name)

    def __setattr__(self, name, value):
        self.log.append(f"{name}={value}")
        setattr(self._target(), name, value)


proxy = Proxy(p)
proxy.x = proxy.y + 5
print(p, proxy.log, proxy._target() is p)
del p, deep
print(proxy._target())


class Plugin:
    found = []

    def __init_subclass__(cls, *, priority=0, **rest):
        super().__init_subclass__(**rest)
        Plugin.found.append((priority, cls.__name__))

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


class Late(Plugin, priority=9): ...


class Early(Plugin): ...


print(sorted(Plugin.found), Plugin["x"], Late[1, 2])
Dynamic = type("Dynamic", (Early,), {"greet": lambda self: f"hi from {type(self).__name__}"}, priority=3)
print(Dynamic().greet(), Dynamic.__mro__[1:3], Plugin.found[-1], issubclass(Dynamic, Plugin), Dynamic.__bases__)


class Meters(float):
    def __new__(cls, value, unit="m"):
        self = super().__new__(cls, value * {"m": 1, "km": 1000}[unit])
        self.unit = unit
        return self

    def __str__(self):
        return f"{float(self):g}m"


m = Meters(1.5, "km")
print(m, m + 1, repr(m), m.unit, f"{m:.1f}", f"{m}", type(m * 2).__name__, isinstance(m, float), copy.copy(m).unit)
