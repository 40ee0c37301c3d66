# Finalizers run once, and may bring objects back.
import gc
import weakref

gc.disable()
saved = []


class Phoenix:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)
        saved.append(self)


Phoenix("one")
print([one.name for one in saved])
ref = weakref.ref(saved[0])
saved.clear()
print("once only", ref())

# Weak references made before are cleared when it is brought back by the collector, but not by count.
bird = Phoenix("by count")
ref = weakref.ref(bird)
del bird
print("answers again", ref() is saved[0])
saved.clear()
print(ref())

bird = Phoenix("by collection")
bird.me = bird
ref = weakref.ref(bird)
del bird
print("collect", gc.collect() >= 0, ref(), saved[0].me is saved[0])
saved[0].me = None
saved.clear()

# Bringing one back brings back what it refers to; other garbage goes.
class Plain:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del plain", self.name)


bird = Phoenix("with a tail")
bird.tail = Plain("tail")
bird.tail.bird = bird
other = Plain("other")
other.me = other
del bird, other
gc.collect()
print("tail lives", saved[0].tail.name)
bird = saved.pop()
bird.tail.bird = None
del bird

# The finalizer of each object in a cycle runs once, and then the cycle is freed.
a, b, c = Plain("a"), Plain("b"), Plain("c")
a.next, b.next, c.next = b, c, a
del a, b, c
print("three", gc.collect() >= 3)

# __del__ may change what it is part of.
class Cutter:
    def __init__(self, name):
        self.name = name
        self.links = [self]

    def __del__(self):
        print("cut", self.name, len(self.links))
        self.links.clear()


Cutter("x")
gc.collect()


class Replaced:
    def __del__(self):
        print("replaced")


class Changing:
    def __del__(self):
        print("changing")
        self.__class__ = Replaced


Changing()
print("class changed in __del__")


# __del__ by attribute of an instance does not count, by assignment to the class it does.
class Late:
    pass


late = Late()
late.__del__ = lambda: print("never")
del late
late = Late()
Late.__del__ = lambda self: print("late __del__")
del late

# A local function's cells are freed with it; __del__ sees globals.
def make():
    word = Plain("closed over")

    def inner():
        return word

    word.inner = inner


make()
print("collecting")
gc.collect()
print("explicit call")
plain = Plain("twice")
plain.__del__()
del plain
