"""Abstract base classes: registration, hooks, caches; and which classes patterns take for sequences and mappings."""
import abc
import collections.abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...


class Half(Shape):
    def area(self):
        return 1


class Full(Half):
    name = "full"


for kind in (Shape, Half, Full):
    try:
        print(kind().area(), sorted(kind.__abstractmethods__))
    except TypeError as error:
        print(error)


class Outside: ...


print(issubclass(Outside, Shape), isinstance(Outside(), Shape))
print(Shape.register(Outside) is Outside, issubclass(Outside, Shape), isinstance(Outside(), Shape))
token = abc.get_cache_token()
Shape.register(Outside)
print(abc.get_cache_token() == token)
for wrong in (lambda: Shape.register(1), lambda: Full.register(Shape), lambda: issubclass(1, Shape)):
    try:
        wrong()
    except (TypeError, RuntimeError) as error:
        print(type(error).__name__, error)


class Hooked(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        return True if hasattr(other, "hooked") else NotImplemented


print(issubclass(type("A", (), {"hooked": 1}), Hooked), issubclass(type("B", (), {}), Hooked))


def sort(subject):
    match subject:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
        case _:
            return "neither"


class OwnSequence(collections.abc.Sequence):
    def __len__(self):
        return 0

    def __getitem__(self, index):
        raise IndexError


class OwnMapping(collections.abc.Mapping):
    def __len__(self):
        return 0

    def __getitem__(self, key):
        raise KeyError(key)

    def __iter__(self):
        return iter(())


class Late: ...


class Later(Late): ...


print(sort(OwnSequence()), sort(OwnMapping()), sort(Late()), sort(Later()))
collections.abc.Sequence.register(Late)
print(sort(Late()), sort(Later()), sort(collections.UserDict()), sort(collections.UserList()), sort({1}))
collections.abc.Mapping.register(Later)
print(sort(Later()))
