# Metaclasses: the steps by which a class is made.
def attempt(action):
    try:
        print(action())
    except TypeError as error:
        print("TypeError", error)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kwargs):
        print("prepare", name, [base.__name__ for base in bases], kwargs)
        return {"prepared": True}

    def __new__(mcs, name, bases, namespace, **kwargs):
        print("new", name, sorted(key for key in namespace if not key.startswith("__")), kwargs)
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        print("init", name, kwargs)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        print("call", cls.__name__, args, kwargs)
        return super().__call__(*args, **kwargs)

    def __repr__(cls):
        return f"<Meta {cls.__name__}>"

    def __len__(cls):
        return 42

    def __getitem__(cls, item):
        return (cls.__name__, item)

    def __iter__(cls):
        return iter("abc")

    def __contains__(cls, item):
        return item == "in"

    def __instancecheck__(cls, instance):
        return instance == "instance" or super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass):
        return subclass is int or super().__subclasscheck__(subclass)

    def __getattr__(cls, name):
        return f"no {name}"

    @property
    def meta_property(cls):
        return "property of " + cls.__name__

    def meta_method(cls):
        return "method of " + cls.__name__


class First(metaclass=Meta, option=1):
    a = 1

    def __init__(self, *args):
        self.args = args

    def __class_getitem__(cls, item):
        return "not used, as the metaclass has __getitem__"


class Second(First, other="x"):
    pass


print(First, Second, type(Second).__name__, First.prepared)
instance = Second(1, 2)
print(instance.args, len(First), First["k"], list(First), "in" in First, "out" in First)
print(isinstance("instance", First), isinstance(instance, First), isinstance(5, First), issubclass(int, First), issubclass(str, First))
print(First.meta_property, First.meta_method(), First.undefined)
try:
    instance.meta_method
except AttributeError as error:
    print(error)


class OtherMeta(type):
    pass


attempt(lambda: OtherMeta("X", (First,), {}))


class Derived(Meta):
    pass


class Winner(First, metaclass=type):
    pass


print(type(Winner).__name__)
print(type(Derived("Made", (First,), {})).__name__)


def function_meta(name, bases, namespace, **kwargs):
    return (name, bases, sorted(kwargs))


class NotAClass(1 .__class__, metaclass=function_meta, key=1):
    pass


print(NotAClass)
attempt(lambda: type("X", (), {}, key=1))


class Ordered:
    z = 1
    y = 2
    x = 3


print([key for key in vars(Ordered) if not key.startswith("__")])


class Upper(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key if key.startswith("__") else key.upper(), value)


class UpperMeta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return Upper()


class Shout(metaclass=UpperMeta):
    word = "w"

    def method(self):
        return "m"


print(Shout.WORD, Shout().METHOD(), hasattr(Shout, "word"))


class Singleton(type):
    made = {}

    def __call__(cls, *args):
        if cls not in cls.made:
            cls.made[cls] = super().__call__(*args)
        return cls.made[cls]


class Config(metaclass=Singleton):
    def __init__(self, value=1):
        self.value = value


print(Config(5) is Config(6), Config().value)


class BadPrepare(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return 5


try:

    class Bad(metaclass=BadPrepare):
        pass

except TypeError as error:
    print(error)


class Generic:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item!r}]"


print(Generic[1, 2], Generic["x"])
attempt(lambda: Config[1])
print(type(type) is type, isinstance(type, type), isinstance(object, type), type.__mro__ == (type, object))
