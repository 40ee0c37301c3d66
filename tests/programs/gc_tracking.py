# Which objects the collector looks at, and what refers to what.
import gc


class Plain:
    pass


class Slotted:
    __slots__ = ("a",)


class Empty:
    __slots__ = ()


for name, value in [
    ("int", 1), ("big int", 1 << 100), ("float", 1.5), ("complex", 1j), ("str", "text" * 3), ("bytes", b"x"), ("None", None),
    ("True", True), ("Ellipsis", ...), ("range", range(3)), ("list", []), ("empty tuple", ()), ("set", set()),
    ("frozenset", frozenset()), ("bytearray", bytearray()), ("object", object()), ("instance", Plain()), ("slotted", Slotted()),
    ("no slots", Empty()), ("class", Plain), ("function", lambda: 1), ("module", gc), ("builtin", len), ("method", [].append),
    ("iterator", iter([])), ("generator", (x for x in [])), ("slice", slice(1)), ("cell", (lambda x: lambda: x)(1).__closure__[0]),
    ("exception", ValueError()), ("property", property()), ("map", map(len, [])), ("dict with list", {"a": []}),
]:
    print(name, gc.is_tracked(value))


def tuples():
    atoms = tuple([1, "a", None])
    nested = tuple([atoms, 2.0])
    mutable = tuple([[], 1])
    gc.collect()
    return gc.is_tracked(atoms), gc.is_tracked(nested), gc.is_tracked(mutable)


print("tuples after a collection", tuples())


def names(objects):
    return sorted(type(one).__name__ for one in objects)


inner = []
outer = [inner]
mapping = {"k": inner}
instance = Plain()
instance.attribute = inner
print(any(one is outer for one in gc.get_referrers(inner)))
print(any(one is mapping for one in gc.get_referrers(inner)))
print(gc.get_referrers(Plain, inner) != [])
print(names(gc.get_referents([1, "a"], {"k": 2.0}, (None,))))
print([one is inner for one in gc.get_referents(outer)])
print(gc.get_referents(1, "text"))
print(gc.get_referents())
print(any(one is outer for one in gc.get_objects()))
print(any(one is inner for one in gc.get_objects()))
print(isinstance(gc.get_objects(generation=0), list))
for wrong, expected in [(3, ValueError), (-1, ValueError), ("x", TypeError)]:
    try:
        gc.get_objects(generation=wrong)
    except expected as error:
        print(type(error).__name__)
print(gc.is_finalized(inner))


class Finalized:
    def __del__(self):
        global kept
        kept = self


Finalized()
print(gc.is_finalized(kept))
