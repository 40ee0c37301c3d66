# A local is read while something else rebinds or deletes it: what was read must stay alive until it is used.
import sys


class Thing:
    def __init__(self, name):
        self.name = name

    def __add__(self, other):
        return f"{self.name}+{other.name}"

    def __call__(self, *args, **kwargs):
        return self.name, [getattr(a, "name", a) for a in args]

    def __getitem__(self, key):
        return f"{self.name}[{getattr(key, 'name', key)}]"

    def __setitem__(self, key, value):
        print("setitem", self.name, getattr(key, "name", key), getattr(value, "name", value))

    def __eq__(self, other):
        return self.name == other.name

    def __lt__(self, other):
        return self.name < other.name

    def __iter__(self):
        return iter([self.name])

    def __enter__(self):
        return self

    def __exit__(self, *args):
        print("exit", self.name)

    def method(self, *args):
        return self.name, [getattr(a, "name", a) for a in args]

    def __del__(self):
        print("del", self.name)


def walrus_in_operands():
    x = Thing("old")
    print(x + (x := Thing("new")))
    print(x[(x := Thing("newer")).name], x.name)
    print(x < (x := Thing("newest")), x == (x := Thing("last")))


def walrus_in_calls():
    x = Thing("f")
    print(x(x, x := Thing("g"), x))
    x = Thing("receiver")
    print(x.method(x := Thing("argument"), x))
    print(len([x, x := None, x]))


def by_closure():
    x = Thing("kept by the stack")

    def rebind():
        nonlocal x
        x = Thing("rebound")
        return x

    print(x + rebind())
    print(x.name)

    def remove():
        nonlocal x
        del x
        return Thing("after del")

    print(x + remove())
    try:
        x
    except NameError as error:
        print(error)


def by_global():
    global shared
    shared = Thing("global")

    def drop():
        global shared
        shared = Thing("global, new")
        return shared

    print(shared + drop())
    print(shared.method(drop()))


def by_frame():
    x = Thing("seen by its frame")

    def change():
        sys._getframe(1).f_locals["x"] = Thing("changed through the frame")
        return Thing("argument")

    print(x + change())
    print(x.name)


def in_conditions():
    x = Thing("condition")
    if x == (x := Thing("condition")):
        print("equal", x.name)
    y = x or (x := None)
    print(y.name, x.name)
    print((x, x := Thing("in a tuple"))[0].name)


def unpacked():
    a, b = Thing("a"), Thing("b")
    a, b = b, a
    print(a.name, b.name)
    a, a = a, Thing("twice")
    print(a.name)
    (a, b), a = (b, a), Thing("third")
    print(a.name, b.name)


def loops():
    x = [Thing("item 1"), Thing("item 2")]
    for x in x:
        print("loop", x.name)
    y = Thing("iterated")
    for y in y:
        print("rebound by the loop to", y)
    items = [Thing("cleared away")]
    for item in items:
        items.clear()
        print("still", item.name)


def stores():
    x = Thing("target")
    x[x] = x = Thing("value")
    box = [Thing("slot")]
    box[0] = box[0].method(box.pop())
    print(box)


def stores_safe():
    x = Thing("target")
    x[x] = x = Thing("value")
    box = [Thing("slot"), None]
    box[0] = box[0].method(box.pop())
    print(box)


def withs():
    x = Thing("manager")
    with x as x:
        x = Thing("inside")
    print("left")
    with Thing("temporary manager"):
        print("in the body")


def exceptions():
    x = Thing("raised with")
    try:
        raise ValueError(x, x := Thing("after"))
    except ValueError as error:
        print([one.name for one in error.args])
        x = None
        print("x is gone")
    print("after the handler")


def arguments(x):
    x = (x.name, x := Thing("replaced argument"))[0]
    print(x)


def defaults(x=Thing("default")):
    y = x
    x = None
    print(y.name)


def deep(x):
    return x.method(x.method(x.method(x := Thing("deep")))), x.name


def generator():
    x = Thing("in the generator")
    y = x.method((yield x), (x := Thing("new in the generator")))
    yield y


def star():
    x = Thing("star")
    print(x(*[x, x := Thing("second star")], **{"k": (x := None)}))


for function in (walrus_in_operands, walrus_in_calls, by_closure, by_global, by_frame, in_conditions, unpacked, loops, stores_safe, withs, exceptions, defaults, star):
    print("--", function.__name__)
    function()
print("-- arguments")
arguments(Thing("argument"))
named = Thing("named")
arguments(named)
print(named.name, sys.getrefcount(named))
print("-- deep")
print(deep(Thing("top")))
print("-- generator")
g = generator()
print(next(g).name)
print(g.send(Thing("sent")))
del g
try:
    stores()
except IndexError as error:
    print(error)
# Which of what is left dies first at the end is an accident of where it was found.
defaults.__defaults__ = None
print("-- end")
