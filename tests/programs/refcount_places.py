# What getrefcount answers, by the place that holds the reference.
import sys

module_level = []
print("module", sys.getrefcount(module_level))


def as_local():
    local = []
    return sys.getrefcount(local)


def as_argument(argument):
    return sys.getrefcount(argument)


def as_two(first, second):
    return sys.getrefcount(first)


def through(argument):
    return as_argument(argument)


print("local", as_local())
print("argument: temporary", as_argument([]))
print("argument: named", as_argument(module_level))
print("two parameters", as_two(module_level, module_level))
print("through a second call", through(module_level))
print("by keyword", as_argument(argument=module_level))


class Thing:
    def self_count(self):
        return sys.getrefcount(self)

    @staticmethod
    def static(argument):
        return sys.getrefcount(argument)


thing = Thing()
print("self", thing.self_count())
print("self of a temporary", Thing().self_count())
print("static", Thing.static(thing))

for name, container in [("list", [thing]), ("tuple", (thing,)), ("dict", {"k": thing}), ("set", {thing})]:
    print("held by", name, sys.getrefcount(thing))
    del container
print("by a closure", (lambda: sys.getrefcount(thing))())


def closure():
    cell = Thing()

    def inner():
        return sys.getrefcount(cell)

    return inner() - sys.getrefcount(cell), sys.getrefcount(cell)


print("cell", closure())

twice = [thing, thing]
print("twice in a list", sys.getrefcount(thing))
twice *= 3
print("six times in a list", sys.getrefcount(thing))
twice.clear()
print("cleared", sys.getrefcount(thing))

holder = Thing()
holder.attribute = thing
print("attribute", sys.getrefcount(thing))
del holder.attribute
bound = holder.self_count
print("bound method holds its self", sys.getrefcount(holder))
del bound
print("released", sys.getrefcount(holder))

iterator = iter(module_level)
print("iterator holds its list", sys.getrefcount(module_level))
del iterator


def generator(argument):
    yield sys.getrefcount(argument)
    yield 2


running = generator(module_level)
print("in a generator", next(running), sys.getrefcount(module_level))
running.close()
print("closed", sys.getrefcount(module_level))
default = []


def with_default(argument=default):
    return sys.getrefcount(argument)


print("default", with_default())
for item in [Thing()]:
    print("loop variable", sys.getrefcount(item))
del item


def swap():
    a, b = [], []
    a, b = b, a
    return sys.getrefcount(a), sys.getrefcount(b)


print("swapped", swap())


def star(*args, **kwargs):
    return sys.getrefcount(args[0]), sys.getrefcount(kwargs["key"])


print("star", star(module_level, key=default))
