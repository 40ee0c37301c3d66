# Classes and instances.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Animal:
    """An animal."""

    kingdom = "animals"
    count = 0

    def __init__(self, name, sound="..."):
        self.name = name
        self.sound = sound
        Animal.count += 1

    def speak(self):
        return f"{self.name} says {self.sound}"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"


class Dog(Animal):
    def __init__(self, name):
        super().__init__(name, "woof")
        self.tricks = []

    def learn(self, *tricks):
        self.tricks.extend(tricks)
        return self


rex = Dog("Rex").learn("sit", "roll")
print(rex, rex.speak(), rex.tricks, Animal.count, Dog.count, rex.kingdom)
print(isinstance(rex, Animal), isinstance(rex, (int, Dog)), issubclass(Dog, Animal), type(rex) is Dog, issubclass(bool, int))
rex.kingdom = "own"
print(rex.kingdom, Dog.kingdom, sorted(vars(rex)))
del rex.kingdom
print(rex.kingdom)
attempt(lambda: rex.missing)
attempt(lambda: Dog.missing)
attempt(lambda: delattr(rex, "missing"))
attempt(lambda: delattr(Dog, "missing"))
attempt(lambda: Dog())
attempt(lambda: Dog.speak())
attempt(lambda: isinstance(1, 2))
attempt(lambda: issubclass(1, int))
attempt(lambda: isinstance(1, int | str))
print(Animal.__name__, Animal.__doc__, Animal.__bases__, Dog.__base__.__name__, Dog.__mro__[1:])
print(rex.speak.__self__ is rex, rex.speak.__func__ is Animal.speak, rex.speak == rex.speak, rex.speak is rex.speak)
print(Dog.speak is Animal.speak, rex.speak.__name__)
Animal.speak = lambda self: "patched " + self.name
print(rex.speak())
rex.speak = lambda: "own"
print(rex.speak())
print(hasattr(rex, "name"), getattr(rex, "nope", "default"), setattr(rex, "age", 3), rex.age)
rex.__dict__["direct"] = 1
print(rex.direct, rex.__class__.__name__)
rex.__dict__ = {"name": "New"}
print(rex.name, vars(rex))
attempt(lambda: setattr(rex, "__dict__", 5))
attempt(lambda: setattr(rex, "__class__", 5))
attempt(lambda: setattr(int, "x", 5))
attempt(lambda: setattr(1, "x", 5))
attempt(lambda: object().x)
attempt(lambda: setattr(object(), "x", 1))


class Cat(Animal):
    pass


rex.__class__ = Cat
print(rex, isinstance(rex, Dog))


class Empty:
    pass


a, b = Empty(), Empty()
print(a == b, a == a, a != b, hash(a) == hash(a), bool(a), str(Empty), repr(Empty))
attempt(lambda: a < b)
attempt(lambda: a + b)
attempt(lambda: a[0])
attempt(lambda: len(a))
attempt(lambda: iter(a))
attempt(lambda: a())
attempt(lambda: -a)
attempt(lambda: 1 in a)
attempt(lambda: float(a))
attempt(lambda: [1][a])
with_kwargs = type("Made", (Empty,), {"value": 5, "get": lambda self: self.value})
print(with_kwargs.__name__, with_kwargs().get(), with_kwargs.__module__)
attempt(lambda: type("X", (1,), {}))
attempt(lambda: type("X", (bool,), {}))
attempt(lambda: type("X", (int, str), {}))
attempt(lambda: type("X", (object, Empty), {}))
attempt(lambda: type(1, (), {}))
attempt(lambda: type("a", "b"))


class Counted:
    made = []

    def __new__(cls, value):
        if value in [one.value for one in cls.made]:
            return next(one for one in cls.made if one.value == value)
        self = super().__new__(cls)
        cls.made.append(self)
        return self

    def __init__(self, value):
        self.value = value


print(Counted(1) is Counted(1), Counted(2) is Counted(1), len(Counted.made))


class Other:
    def __new__(cls):
        return "not an instance"

    def __init__(self):
        print("never called")


print(Other())


class BadInit:
    def __init__(self):
        return 1


attempt(BadInit)
attempt(lambda: Empty(1))
attempt(lambda: object(1))
attempt(lambda: object.__new__(int))
attempt(lambda: object.__new__(1))
attempt(lambda: Counted.__new__())
