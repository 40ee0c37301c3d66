# Weak references: sharing, death, hashes, equality.
import gc
import sys
import weakref


class Thing:
    def __init__(self, value=0):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Thing) and self.value == other.value

    def __hash__(self):
        return hash(self.value)


thing = Thing(7)
ref = weakref.ref(thing)
print(ref() is thing, sys.getrefcount(thing))
print("shared", weakref.ref(thing) is ref)
with_callback = weakref.ref(thing, print)
print("not shared", with_callback is ref, weakref.ref(thing, print) is with_callback)
print(weakref.getweakrefcount(thing), len(weakref.getweakrefs(thing)))
print("callback", ref.__callback__, with_callback.__callback__ is print)
del with_callback

other = Thing(7)
print("equal while both live", ref == weakref.ref(other), hash(ref) == hash(thing))
print("unequal", ref == weakref.ref(Thing(8)), ref != weakref.ref(other))
unhashed = weakref.ref(other)
same = weakref.ref(thing)
del thing
print("dead", ref(), same is ref)
print("its hash is kept", hash(ref) == hash(7))
print("dead ones by identity", ref == ref, ref == weakref.ref(other))
other = None
try:
    fresh = Thing()
    late = weakref.ref(fresh)
    del fresh
    hash(late)
except TypeError as error:
    print(type(error).__name__, error)

for value in (1, "text", None, (), [], {}, 1.5, b"", object()):
    try:
        weakref.ref(value)
        print("taken", type(value).__name__)
    except TypeError as error:
        print(error)


class Subclass(list):
    pass


class Slotted:
    __slots__ = ()


class SlottedWeak:
    __slots__ = ("__weakref__",)


for value in (Subclass(), {1}, frozenset(), len, lambda: 1, Thing, gc, SlottedWeak(), (x for x in ())):
    print(weakref.ref(value)() is value, end=" ")
print()
try:
    weakref.ref(Slotted())
except TypeError as error:
    print(error)
try:
    weakref.ref()
except TypeError as error:
    print(type(error).__name__)

# __weakref__ is the first reference.
thing = Thing()
print(thing.__weakref__)
ref = weakref.ref(thing)
print(thing.__weakref__ is ref)


class Named(weakref.ref):
    def __init__(self, target, callback=None, *, name):
        super().__init__(target, callback)
        self.name = name

    def __new__(cls, target, callback=None, *, name):
        return super().__new__(cls, target, callback)


named = Named(thing, name="n")
print(named() is thing, named.name, Named(thing, name="m") is named, named == ref)

# A bound method dies at once; WeakMethod lives with its object.
class Methods:
    def method(self):
        return "called"


owner = Methods()
print(weakref.ref(owner.method)())
method = weakref.WeakMethod(owner.method)
print(method()())
del owner
print(method())
print(repr(ref).startswith("<weakref at 0x"), "to 'Thing'" in repr(ref))
del thing
print("; dead>" in repr(ref))
