# The weak containers, and finalize.
import gc
import weakref

gc.disable()


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Thing({self.name!r})"


values = weakref.WeakValueDictionary()
a, b, c = Thing("a"), Thing("b"), Thing("c")
values["a"], values["b"], values["c"] = a, b, c
print(sorted(values), len(values), "a" in values, values["b"].name)
del b
print(sorted(values), len(values), "b" in values, values.get("b", "none"))
try:
    values["b"]
except KeyError as error:
    print("KeyError", error)
print(values.pop("c"), len(values), values.setdefault("a", c))
print(sorted((key, value.name) for key, value in values.items()))
iterator = iter(values.items())
print(next(iterator))
del a
print(len(list(iterator)), values.copy().keys() == values.keys())

keys = weakref.WeakKeyDictionary()
a, b = Thing("a"), Thing("b")
keys[a], keys[b] = 1, [2]
print(len(keys), keys[a], b in keys, Thing("a") in keys)
del a
print(len(keys), [key.name for key in keys])
print(keys.pop(b), len(keys))
try:
    keys[1] = 2
except TypeError as error:
    print(error)

members = weakref.WeakSet()
a, b, c = Thing("a"), Thing("b"), Thing("c")
members.update([a, b])
members.add(c)
members.add(c)
print(len(members), a in members, sorted(one.name for one in members))
del b
print(len(members), sorted(one.name for one in members))
members.discard(a)
print(sorted(one.name for one in members | {a}), members.isdisjoint([a]))
del c
print(len(members), bool(members))

# finalize: once, with its arguments, in reverse order at exit.
def farewell(*args, **kwargs):
    print("farewell", args, kwargs)
    return "done"


thing = Thing("t")
final = weakref.finalize(thing, farewell, 1, two=2)
print(final.alive, final.peek()[0] is thing, final.peek()[2:])
del thing
print(final.alive, final.peek(), final())
thing = Thing("t")
final = weakref.finalize(thing, farewell, "called")
print(final(), final(), final.alive)
final = weakref.finalize(thing, farewell, "detached")
print(final.detach()[2], final.alive)
del thing

cyclic = Thing("cycle")
cyclic.me = cyclic
final = weakref.finalize(cyclic, farewell, "by the collector")
del cyclic
print(final.alive)
gc.collect()
print(final.alive)

kept = Thing("kept")
weakref.finalize(kept, farewell, "first made")
weakref.finalize(kept, farewell, "second made")
quiet = weakref.finalize(kept, farewell, "not at exit")
quiet.atexit = False
print("end")
