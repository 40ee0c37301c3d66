# Descriptors: data and non-data, __set_name__, the order of look-up.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Data:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        print("get", self.name, owner.__name__)
        return instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        print("set", self.name, value)
        instance.__dict__[self.name] = value

    def __delete__(self, instance):
        print("delete", self.name)
        del instance.__dict__[self.name]


class NonData:
    def __get__(self, instance, owner=None):
        return "non-data", instance is None


class OnlySet:
    def __set__(self, instance, value):
        instance.__dict__["only"] = value * 2


class Host:
    data = Data()
    non = NonData()
    only = OnlySet()
    plain = "class attribute"


h = Host()
print(h.data)
h.data = 5
print(h.data, h.__dict__)
h.__dict__["data"] = "hidden"
print(h.data)
del h.data
attempt(lambda: delattr(h, "data"))
print(h.non, Host.non)
h.__dict__["non"] = "instance wins"
print(h.non)
h.only = 4
print(h.only, isinstance(Host.only, OnlySet))
attempt(lambda: delattr(h, "only"))
print(isinstance(Host.data, Data))
Host.data = "replaced"
print(Host.data, h.data)
late = Data()
Host.late = late
attempt(lambda: h.late)


class Failing:
    def __get__(self, instance, owner):
        raise AttributeError("from the descriptor")


class Fallback:
    failing = Failing()

    def __getattr__(self, name):
        return f"fallback for {name}"


print(Fallback().failing, Fallback().other)
attempt(lambda: Fallback.failing)


class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("refused " + name)


try:

    class Refused:
        attribute = BadName()

except ValueError as error:
    print(error, error.__notes__)


# Functions are descriptors.
def function(self):
    return "bound to", self


bound = function.__get__(7)
print(bound(), bound.__self__, function.__get__(None, int) is function)
attempt(lambda: function.__get__(None))


class Method:
    f = function
    s = staticmethod(function)
    c = classmethod(function)
    l = len


print(Method.f(1), Method.s(2), Method().c()[1].__name__, Method.l([1]), Method().l([1, 2]))
print(int.__add__.__get__(5)(6), str.upper.__get__("a")(), type(int.__add__).__name__, type((1).__add__).__name__)
print(type(str.upper).__name__, type("".upper).__name__, type(Method.__dict__["c"]).__name__, type(dict.fromkeys).__name__)
print(type(type.__dict__["__mro__"]).__name__, type(type(lambda: 0).__dict__["__code__"]).__name__)
attempt(lambda: str.upper(5))
attempt(lambda: str.upper())
attempt(lambda: int.__add__("a", 1))
attempt(lambda: list.append([]))
attempt(lambda: list.append(5, 1))


# A cached value, as a non-data descriptor that hides itself.
class Cached:
    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        print("computing", self.name)
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Circle:
    def __init__(self, r):
        self.r = r

    @Cached
    def area(self):
        return self.r * self.r * 3


c = Circle(2)
print(c.area, c.area)
del c.area
print(c.area)


class Meta(type):
    both = Data()


class WithMeta(metaclass=Meta):
    both = "in the class"


print(WithMeta.both, WithMeta().both)
