# Callbacks: their order, and when there are none.
import gc
import sys
import weakref

gc.disable()


class Thing:
    def __init__(self, name):
        self.name = name


def says(word):
    return lambda ref: print("callback", word, ref())


# Of one object: newest first.
thing = Thing("a")
refs = [weakref.ref(thing, says(number)) for number in range(4)]
del thing

# A reference that is gone first does not call.
thing = Thing("b")
refs = [weakref.ref(thing, says("kept")), weakref.ref(thing, says("dropped"))]
refs.pop()
del thing

# A callback gets the dead reference itself.
thing = Thing("c")
seen = []
ref = weakref.ref(thing, seen.append)
del thing
print(seen[0] is ref, ref())

# In a cycle: the reference that is garbage itself does not call, the one outside does.
a, b = Thing("a"), Thing("b")
a.other, b.other = b, a
a.inside = weakref.ref(b, says("inside"))
outside = weakref.ref(a, says("outside"))
del a, b
print("collecting")
gc.collect()
print("collected", outside())

# All weak references to the garbage are cleared before the first callback runs.
a, b = Thing("a"), Thing("b")
a.other, b.other = b, a


def look(ref):
    print("both gone", first() is None, second() is None)


first = weakref.ref(a, look)
second = weakref.ref(b, look)
del a, b
gc.collect()

# A callback cannot bring the object back, but may make others.
made = []
thing = Thing("d")
ref = weakref.ref(thing, lambda ref: made.append(Thing("made")))
del thing
print(len(made), made[0].name)

# Callbacks on callbacks.
class Callback:
    def __call__(self, ref):
        print("the callback is called")


callback = Callback()
watch = weakref.ref(callback, says("the callback itself went"))
thing = Thing("e")
ref = weakref.ref(thing, callback)
del callback
print("held by the reference", watch() is not None)
del thing
print("called, and still held", watch() is not None)
del ref

# An error in a callback is reported, and nothing else changes.
def hook(unraisable):
    print("unraisable", type(unraisable.exc_value).__name__, unraisable.exc_value, unraisable.object.__name__)


def fails(ref):
    raise KeyError("in the callback")


sys.unraisablehook = hook
thing = Thing("f")
refs = [weakref.ref(thing, says("after")), weakref.ref(thing, fails), weakref.ref(thing, says("before"))]
del thing
sys.unraisablehook = sys.__unraisablehook__

# A callback runs also when the reference's object dies inside of another object's death.
outer = Thing("outer")
outer.inner = Thing("inner")
refs = [weakref.ref(outer, says("outer")), weakref.ref(outer.inner, says("inner"))]
del outer


# During __del__ the weak reference still answers; made in __del__, it is cleared too.
class Last:
    def __del__(self):
        global made
        print("answers", ref() is self)
        made = weakref.ref(self, says("made in __del__"))


last = Last()
ref = weakref.ref(last, says("last"))
del last
print(ref(), made())
