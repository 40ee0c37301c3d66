# Three leaks of another implementation, and what else must be found by the collector.
import gc
import weakref

gc.disable()
gc.collect()


class Thing:
    def __del__(self):
        print("freed")


# A bound built-in method in a cycle.
box = [Thing()]
box.append(box.append)
del box
print("bound built-in method", gc.collect() > 0)

# A weak reference whose callback holds its owner.
class Owner:
    def __init__(self, target):
        self.thing = Thing()
        self.ref = weakref.ref(target, self.gone)

    def gone(self, ref):
        print("not called")


target = Thing()
owner = Owner(target)
del owner
print("owner of a callback", gc.collect() > 0)
del target

# A discarded class with __slots__.
def discard():
    class Slotted:
        __slots__ = ("a", "b")
        thing = Thing()

    return weakref.ref(Slotted)


ref = discard()
gc.collect()
print("class with slots", ref())


def discard():
    class Base:
        thing = Thing()

        @property
        def value(self):
            return Base

        @staticmethod
        def static():
            return Base

        @classmethod
        def make(cls):
            return super().__new__(cls)

    class Derived(Base):
        pass

    instance = Derived()
    Derived.instance = instance
    return weakref.ref(Base), weakref.ref(Derived)


refs = discard()
gc.collect()
print("classes", [ref() for ref in refs])


# Cycles through an exception's traceback, a generator's frame, iterators, dict views, partials.
def by_exception():
    thing = Thing()
    try:
        raise ValueError
    except ValueError as error:
        kept = error


by_exception()
print("exception", gc.collect() > 0)


def by_generator():
    def run():
        thing = Thing()
        me = yield
        yield

    running = run()
    next(running)
    running.send(running)


by_generator()
gc.collect()
print("generator")


def by_iterator(make):
    box = [Thing()]
    box.append(make(box))


for name, make in [
    ("list iterator", iter), ("enumerate", enumerate), ("zip", lambda box: zip(box, [1])), ("map", lambda box: map(len, box)),
    ("filter", lambda box: filter(None, box)), ("reversed", reversed), ("slice", lambda box: slice(box)),
    ("bound method", lambda box: box.__len__), ("dict values", lambda box: {"k": box}.values()),
    ("property", lambda box: property(lambda: box)), ("classmethod", lambda box: classmethod(box)),
    ("lambda default", lambda box: lambda box=box: 1), ("memo", lambda box: (box, {"k": (box,)})),
    ("generator expression", lambda box: (x for x in box)), ("exception argument", lambda box: ValueError(box)),
    ("callable iterator", lambda box: iter(box.pop, None)), ("instance dict", lambda box: vars(type("T", (), {})()).update(k=box) or box),
]:
    by_iterator(make)
    print(name, gc.collect() > 0)
