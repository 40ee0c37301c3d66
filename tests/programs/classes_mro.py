# C3 linearization, and super along it.
def names(cls):
    return [one.__name__ for one in cls.__mro__]


def attempt(action):
    try:
        print(action())
    except (TypeError, RuntimeError) as error:
        print(type(error).__name__, str(error).replace("\n", " | "))


class O:
    pass


class A(O):
    pass


class B(O):
    pass


class C(O):
    pass


class D(O):
    pass


class E(O):
    pass


class K1(A, B, C):
    pass


class K2(D, B, E):
    pass


class K3(D, A):
    pass


class Z(K1, K2, K3):
    pass


print(names(Z))
print(names(K1), names(K2), names(K3))


class X:
    pass


class Y(X):
    pass


attempt(lambda: type("Bad", (X, Y), {}))
attempt(lambda: type("Bad", (type("P", (A, B), {}), type("Q", (B, A), {})), {}))
attempt(lambda: type("Twice", (A, A), {}))


class Base:
    def who(self):
        return ["Base"]

    @classmethod
    def made(cls):
        return [cls.__name__, "Base"]

    @property
    def value(self):
        return 1


class Left(Base):
    def who(self):
        return ["Left"] + super().who()

    @classmethod
    def made(cls):
        return super().made() + ["Left"]

    @property
    def value(self):
        return super().value + 10


class Right(Base):
    def who(self):
        return ["Right"] + super().who()

    @classmethod
    def made(cls):
        return super().made() + ["Right"]

    @property
    def value(self):
        return super().value + 100


class Bottom(Left, Right):
    def who(self):
        return ["Bottom"] + super().who()

    def explicit(self):
        return super(Left, self).who(), super(Right, self).who()


b = Bottom()
print(b.who(), Bottom.made(), b.value)
print(b.explicit(), super(Bottom, Bottom).made())
print(names(Bottom), Bottom.mro() == list(Bottom.__mro__))
Right.who = lambda self: ["changed"]
print(b.who())
Bottom.__bases__ = (Right, Left)
print(names(Bottom), b.value)
attempt(lambda: setattr(Bottom, "__bases__", ()))
attempt(lambda: setattr(Bottom, "__bases__", 5))
attempt(lambda: setattr(Bottom, "__bases__", (int,)))
attempt(lambda: setattr(Base, "__bases__", (Bottom,)))
attempt(lambda: super(int, "x"))
attempt(lambda: super().who())
attempt(lambda: super(1, 2))
print(super(Bottom, b).__thisclass__.__name__, super(Bottom, b).__self__ is b, super(Bottom, b).__self_class__.__name__)
attempt(lambda: super(Bottom, b).__repr__().startswith("<"))
print([cls.__name__ for cls in Base.__subclasses__()], [cls.__name__ for cls in Right.__subclasses__()])


class NoSuper:
    def method(self):
        return super().missing


try:
    NoSuper().method()
except AttributeError as error:
    print(error)


class Deleted:
    def method(self):
        del self
        return super().method()


try:
    Deleted().method()
except RuntimeError as error:
    print(error)


class CustomMro(type):
    def mro(cls):
        return [cls, Base, object]


class Custom(metaclass=CustomMro):
    pass


print(names(Custom), Custom().who(), Custom.__bases__)
class Entries:
    def __mro_entries__(self, bases):
        return (Base,)


class FromEntries(Entries()):
    pass


print(names(FromEntries), hasattr(FromEntries, "__orig_bases__"))
