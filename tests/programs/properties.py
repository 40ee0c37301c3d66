# property, and init_subclass.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def celsius(self):
        """Degrees."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273:
            raise ValueError("too cold")
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        print("deleting")
        self._celsius = 0

    @property
    def fahrenheit(self):
        return self._celsius * 9 // 5 + 32

    write_only = property(None, lambda self, value: print("wrote", value))
    nothing = property()


t = Temperature(100)
print(t.celsius, t.fahrenheit, Temperature.celsius.__doc__)
t.celsius = 20
print(t.celsius)
attempt(lambda: setattr(t, "celsius", -300))
attempt(lambda: setattr(t, "fahrenheit", 5))
attempt(lambda: delattr(t, "fahrenheit"))
del t.celsius
print(t.celsius)
t.write_only = 7
attempt(lambda: t.write_only)
attempt(lambda: t.nothing)
attempt(lambda: Temperature.celsius.fget(t))
attempt(lambda: Temperature.celsius.__get__(None) is Temperature.celsius)
print(Temperature.celsius.fset is not None, Temperature.fahrenheit.fset, Temperature.celsius.__name__)
attempt(lambda: setattr(Temperature.celsius, "fget", 1))


class Child(Temperature):
    @Temperature.celsius.getter
    def celsius(self):
        return super().celsius + 1000


print(Child(5).celsius)
c = Child(5)
c.celsius = 6
print(c.celsius)


class Raises:
    @property
    def broken(self):
        return self.missing

    def __getattr__(self, name):
        raise AttributeError(f"getattr: {name}")


attempt(lambda: Raises().broken)


class Documented:
    @property
    def a(self):
        "doc of a"

    b = property(lambda self: 1, doc="doc of b")


print(Documented.a.__doc__, Documented.b.__doc__)


# __init_subclass__ runs for each subclass, with the class's keywords.
class Plugin:
    known = {}

    def __init_subclass__(cls, /, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        print("subclass", cls.__name__, name)
        Plugin.known[name or cls.__name__.lower()] = cls


class First(Plugin):
    pass


class Second(First, name="zwei"):
    pass


class Mixin:
    def __init_subclass__(cls, *, size=0, **kwargs):
        print("mixin", cls.__name__, size)
        super().__init_subclass__(**kwargs)


class Third(Mixin, Plugin, name="drei", size=5):
    pass


print(sorted(Plugin.known))
attempt(lambda: type("Bad", (Plugin,), {}, unknown=1))
attempt(lambda: type("Bad", (), {}, unknown=1))
print(type("Made", (Plugin,), {}, name="made").__name__, sorted(Plugin.known))


class NotImplicit:
    @classmethod
    def __init_subclass__(cls):
        print("explicit classmethod", cls.__name__)


class Sub(NotImplicit):
    pass


class Order:
    def __init_subclass__(cls):
        print("init_subclass sees", cls.field.name)


class Named:
    def __set_name__(self, owner, name):
        print("set_name first")
        self.name = name


class Uses(Order):
    field = Named()
