# The first steps: counts, __del__, weak references, the collector.
import gc
import sys
import weakref

x = []
print(sys.getrefcount(x))
y = x
print(sys.getrefcount(x))
del y
print(sys.getrefcount(x))


class Thing:
    def __del__(self):
        print("freed")


thing = Thing()
thing = None
print("at once")
thing = Thing()
ref = weakref.ref(thing)
print(ref() is thing)
del thing
print(ref())


def function():
    local = Thing()
    print("in the function")


function()
print("after the function")
gc.disable()
a = Thing()
b = Thing()
a.other = b
b.other = a
del a, b
print("a cycle")
print(gc.collect() > 0)
print("collected")
ref = weakref.ref(Thing(), lambda ref: print("callback", ref()))
print(ref())
box = [Thing()]
box.clear()
table = {"k": Thing()}
table["k"] = 1
print("end")
