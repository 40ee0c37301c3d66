# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, modules' __getattr__.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Logged:
    a = 1

    def __getattribute__(self, name):
        if not name.startswith("__"):
            print("getattribute", name)
        return super().__getattribute__(name)

    def __getattr__(self, name):
        print("getattr", name)
        if name == "missing":
            raise AttributeError("really missing")
        return name.upper()

    def __setattr__(self, name, value):
        print("setattr", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("delattr", name)
        super().__delattr__(name)


o = Logged()
print(o.a)
print(o.b)
o.b = 2
print(o.b)
del o.b
print(o.b)
attempt(lambda: o.missing)
print(hasattr(o, "missing"), getattr(o, "missing", "default"))
attempt(lambda: delattr(o, "never"))
o.a += 10
print(o.__dict__, Logged.a)


class Dynamic:
    def __init__(self):
        object.__setattr__(self, "store", {})

    def __getattr__(self, name):
        try:
            return self.store[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        self.store[name] = value

    def __delattr__(self, name):
        if name not in self.store:
            raise AttributeError("nothing to delete: " + name)
        del self.store[name]

    def __dir__(self):
        return ["z", "a", *self.store]


d = Dynamic()
d.x = 5
print(d.x, vars(d), dir(d))
attempt(lambda: d.y)
attempt(lambda: delattr(d, "y"))
del d.x
attempt(lambda: d.x)
attempt(lambda: getattr(d, 5))
attempt(lambda: setattr(d, 5, 1))
attempt(lambda: getattr(d))
attempt(lambda: hasattr(d, None))


class Raises:
    def __getattr__(self, name):
        raise ValueError("not an AttributeError")


attempt(lambda: hasattr(Raises(), "x"))
attempt(lambda: getattr(Raises(), "x", 1))


class OnType:
    def __len__(self):
        return 3


o = OnType()
o.__len__ = lambda: 5
print(len(o), o.__len__())

try:
    OnType().attribute
except AttributeError as error:
    print(error.name, type(error.obj).__name__)
try:
    import sys
    sys.no_such_thing
except AttributeError as error:
    print(error, error.name, error.obj is sys)

import types

module = types.ModuleType("made", "its doc")
print(module.__name__, module.__doc__, module)
attempt(lambda: module.x)
module.__getattr__ = lambda name: f"module has no {name}, but this"
print(module.x)
module.__dict__["x"] = "set"
print(module.x, sorted(name for name in dir(module) if not name.startswith("_")))
del module.x
print(module.x)

space = types.SimpleNamespace(b=2, a=1)
print(space, space == types.SimpleNamespace(a=1, b=2), space.a)
space.c = [space]
print(space)
attempt(lambda: space.d)
attempt(lambda: types.SimpleNamespace(1, 2))
print(sorted(name for name in dir(OnType()) if not name.startswith("__")), "__len__" in dir(OnType))
attempt(lambda: dir(type("BadDir", (), {"__dir__": lambda self: 5})()))
attempt(lambda: vars(5))
attempt(lambda: vars())
