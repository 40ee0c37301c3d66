# Code that runs in the middle of a collection: finalizers and callbacks that make, drop, ask and collect.
import gc
import sys
import weakref

gc.disable()
gc.collect()


class Node:
    def __init__(self, name):
        self.name = name
        self.me = self


class MakesGarbage(Node):
    def __del__(self):
        fresh = Node("made in __del__")
        made.append(weakref.ref(fresh))


made = []
MakesGarbage("maker")
gc.collect()
print("made", len(made), made[0]() is not None)
gc.collect()
print("collected by the next", made[0]() is None)


class AsksForObjects(Node):
    def __del__(self):
        print("objects", len(gc.get_objects()) > 0, any(one is self for one in gc.get_objects()))
        print("referrers", len(gc.get_referrers(self.me)) > 0, "referents", any(one is self for one in gc.get_referents(self)))
        print("nested collection", gc.collect())
        print("count", len(gc.get_count()), gc.is_tracked(self), gc.is_finalized(self))


AsksForObjects("asking")
gc.collect()


class CutsOthers(Node):
    def __del__(self):
        print("cutting", sorted(vars(self)))
        for one in group:
            target = one()
            if target is not None:
                target.links.clear()
        self.__dict__.clear()


group = []
a, b = CutsOthers("a"), CutsOthers("b")
a.links, b.links = [b], [a]
group = [weakref.ref(a), weakref.ref(b)]
del a, b
gc.collect()
print([ref() for ref in group])


class MovesOut(Node):
    def __del__(self):
        outside.append(self.inner)
        self.inner = None


outside = []
mover = MovesOut("mover")
mover.inner = Node("inner")
mover.inner.owner = mover
ref = weakref.ref(mover)
del mover
gc.collect()
print("moved out", outside[0].name, ref() is None, outside[0].owner.name)
outside.clear()
gc.collect()


# A callback that makes a new weak reference to what is dying, and one that collects.
class Target:
    pass


def callback(ref):
    print("callback", ref(), gc.collect(), len(gc.get_objects()) > 0)


target = Target()
target.me = target
kept = weakref.ref(target, callback)
del target
gc.collect()

# A collection while a weak reference is made.
class CollectsInInit(weakref.ref):
    def __new__(cls, target, callback=None):
        gc.collect()
        return super().__new__(cls, target, callback)


target = Target()
target.me = target
ref = CollectsInInit(target)
print(ref() is target)
del target
gc.collect()
print(ref())


# __getattr__ of a class without __del__ must not run in a collection.
class Boom:
    def __getattr__(self, name):
        print("never called", name)
        raise AttributeError(name)


one, two = Boom(), Boom()
one.attribute, two.attribute = two, one
del one, two
print("boom", gc.collect())


class OldGetattr:
    def __init__(self):
        self.name = "x"

    def __getattribute__(self, name):
        if name == "__del__":
            print("never asked")
        return super().__getattribute__(name)


one = OldGetattr()
one.me = one
del one
print("getattribute", gc.collect())


# Dropping the last reference to a container in a finalizer that runs while that container is cleared.
class Drops:
    def __init__(self, box):
        self.box = box

    def __del__(self):
        print("drops", len(self.box))
        self.box.append("added while it dies")
        self.box = None


box = []
box.append(Drops(box))
box.append(box)
del box
gc.collect()
table = {}
table["k"] = Drops([table])
table["t"] = table
del table
gc.collect()

# An exception that is being handled is not disturbed by finalizers.
class Raises:
    def __del__(self):
        try:
            raise KeyError("inside")
        except KeyError:
            pass


try:
    raise ValueError("outside")
except ValueError as error:
    Raises()
    one = Raises()
    one.me = one
    del one
    gc.collect()
    print(sys.exception() is error, error.__context__)

# Threshold and enabling in a callback.
def watch(phase, info):
    if phase == "start":
        gc.enable()
        gc.set_threshold(700, 10, 10)
    else:
        gc.disable()


gc.callbacks.append(watch)
gc.collect()
gc.callbacks.remove(watch)
print(gc.isenabled(), gc.get_threshold())


# The class goes with its last instance.
def last_instance():
    class Local:
        def __del__(self):
            print("del of", type(self).__name__)

    one = Local()
    one.me = one
    return weakref.ref(Local)


ref = last_instance()
gc.collect()
print("class", ref())


class ChangesClass:
    def __del__(self):
        self.__class__ = type("Fresh", (), {})


for _ in range(3):
    ChangesClass()
one = ChangesClass()
one.me = one
del one
gc.collect()
print("end", gc.garbage)
