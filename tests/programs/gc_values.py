# What gc.collect() answers: the number of objects that were garbage.
import gc
import weakref

gc.disable()
gc.collect()


class Plain:
    pass


class Slotted:
    __slots__ = ("other", "__weakref__")


def self_list():
    x = []
    x.append(x)


def self_dict():
    x = {}
    x["x"] = x


def list_of_tuple():
    x = []
    x.append((x,))


def instance():
    x = Plain()
    x.me = x


def two_instances():
    x, y = Plain(), Plain()
    x.other, y.other = y, x


def slotted():
    x = Slotted()
    x.other = x


def cell():
    def inner():
        return inner


def with_tail():
    x = []
    x.append(x)
    x.append([[], [], {}])


def nothing():
    x = []
    x.append([])


def generator():
    def make():
        me = yield
        yield me

    g = make()
    next(g)
    g.send(g)
    return weakref.ref(g)


def bound_method():
    class Local:
        def method(self):
            pass

    x = Local()
    x.m = x.method
    return x


for make in (self_list, self_dict, list_of_tuple, instance, two_instances, slotted, cell, with_tail, nothing):
    make()
    print(make.__name__, gc.collect())

stopped = generator()
gc.collect()
print("generator", stopped() is None)
keep = bound_method()
print("held", gc.collect() > 0)
del keep
print("bound method", gc.collect() >= 2)

# A class is always in a cycle with itself.
class Gone:
    pass


del Gone
print("class", gc.collect() > 0, gc.collect())

# Many at once.
for _ in range(1000):
    self_list()
print("a thousand", gc.collect())
# Each generation.
self_list()
print("young", gc.collect(0))
self_list()
print("middle", gc.collect(1))
