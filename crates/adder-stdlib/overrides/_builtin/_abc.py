"""The module _abc: abstract base classes. Its native part keeps the marks by which patterns know mappings and sequences."""
from _weakref import ref as _ref

# The checks of protocols look which module calls them, and know abc; these functions stand for a part of it.
__name__ = "abc"

_counter = 0


class _abc_data:
    """What a class knows of its virtual subclasses: sets of weak references."""

    __slots__ = ("registry", "cache", "negative", "version")

    def __init__(self):
        self.registry = set()
        self.cache = set()
        self.negative = set()
        self.version = _counter


def _add(references, cls):
    references.add(_ref(cls, references.discard))


def _has(references, cls):
    if not references:
        return False
    try:
        return _ref(cls) in references
    except TypeError:
        return False


def get_cache_token():
    """Changes with each registration anywhere."""
    return _counter


def _abc_init(cls):
    """Prepares a new class."""
    missing = {name for name, value in cls.__dict__.items() if getattr(value, "__isabstractmethod__", False)}
    for base in cls.__bases__:
        for name in getattr(base, "__abstractmethods__", ()):
            if getattr(getattr(cls, name, None), "__isabstractmethod__", False):
                missing.add(name)
    cls.__abstractmethods__ = frozenset(missing)
    cls._abc_impl = _abc_data()
    flags = cls.__dict__.get("__abc_tpflags__")
    if isinstance(flags, int):
        _set_collection_flags(cls, flags)
        del cls.__abc_tpflags__


def _abc_register(cls, subclass):
    global _counter
    if not isinstance(subclass, type):
        raise TypeError("Can only register classes")
    if issubclass(subclass, cls):
        return subclass
    # Only now: a class may register itself, which does nothing.
    if issubclass(cls, subclass):
        raise RuntimeError("Refusing to create an inheritance cycle")
    _add(cls._abc_impl.registry, subclass)
    _counter += 1
    if flags := _collection_flags(cls):
        _mark(subclass, flags)
    return subclass


def _mark(cls, flags):
    """Patterns know the class and those derived from it, but for built-in ones and those that are marked so already."""
    if _collection_flags(cls) != flags and _set_collection_flags(cls, flags):
        for subclass in type.__subclasses__(cls):
            _mark(subclass, flags)


def _abc_instancecheck(cls, instance):
    data = cls._abc_impl
    subclass = instance.__class__
    if _has(data.cache, subclass):
        return True
    subtype = type(instance)
    if subtype is subclass:
        if data.version == _counter and _has(data.negative, subclass):
            return False
        return cls.__subclasscheck__(subclass)
    return cls.__subclasscheck__(subclass) or cls.__subclasscheck__(subtype)


def _abc_subclasscheck(cls, subclass):
    # What only says of itself that it is a class (by `__class__`) is none.
    if not issubclass(type(subclass), type):
        raise TypeError("issubclass() arg 1 must be a class")
    data = cls._abc_impl
    if _has(data.cache, subclass):
        return True
    if data.version < _counter:
        data.negative = set()
        data.version = _counter
    elif _has(data.negative, subclass):
        return False
    answer = cls.__subclasshook__(subclass)
    if answer is not NotImplemented:
        if answer is not True and answer is not False:
            raise AssertionError("__subclasshook__ must return either False, True, or NotImplemented")
        _add(data.cache if answer else data.negative, subclass)
        return answer
    if cls in getattr(subclass, "__mro__", ()):
        _add(data.cache, subclass)
        return True
    for reference in list(data.registry):
        registered = reference()
        if registered is not None and issubclass(subclass, registered):
            _add(data.cache, subclass)
            return True
    for derived in cls.__subclasses__():
        if issubclass(subclass, derived):
            _add(data.cache, subclass)
            return True
    _add(data.negative, subclass)
    return False


def _get_dump(cls):
    data = cls._abc_impl
    return set(data.registry), set(data.cache), set(data.negative), data.version


def _reset_registry(cls):
    cls._abc_impl.registry.clear()


def _reset_caches(cls):
    data = cls._abc_impl
    data.cache.clear()
    data.negative.clear()
