# Every kind of object is made and dropped again and again; in the end there is as much memory in use as after the first rounds.
# `steady_memory.py 50000` makes a million steps.
import gc
import sys
import weakref


class Plain:
    pass


class Slotted:
    __slots__ = ("a", "__weakref__")


class Final:
    def __del__(self):
        self.gone = True


def make_plain(i):
    one = Plain()
    one.a, one.b = i, [i]
    one.__dict__["c"] = {"k": one.b}


def make_cycle(i):
    one, two = Plain(), Slotted()
    one.other, two.a = two, one


def make_final(i):
    one = Final()
    one.me = one


def make_numbers(i):
    return [float(i), i << 70, complex(i), (i << 70) % 97, -i, i / 7, str(i), bytes([i % 256])]


def make_text(i):
    words = [f"word {i} {j}" for j in range(3)]
    return "".join(words).upper().encode().decode().split(), "é" * (i % 50), "\U0001F600" * 3


def make_containers(i):
    box = list(range(i % 40))
    box.extend(box)
    del box[::2]
    table = {n: str(n) for n in box}
    table.update(table)
    table.clear()
    return set(box) | {i}, frozenset(box), tuple(box), bytearray(i % 100), range(i), slice(i)


def make_function(i):
    def inner(a=[i]):
        return i, a

    inner.me = inner
    return inner()


def make_class(i):
    if i % 20 == 0:
        return type("Made", (Plain,), {"__slots__": ("x",), "method": lambda self: i})().method()


def make_generator(i):
    def run():
        yield from range(3)

    g = run()
    next(g)
    return list(n for n in range(2))


def make_coroutine(i):
    async def run():
        return i

    try:
        run().send(None)
    except StopIteration as stop:
        return stop.value


def make_error(i):
    try:
        try:
            [][i]
        except IndexError as error:
            raise KeyError(i) from error
    except KeyError as error:
        kept = error


def make_weak(i):
    one = Plain()
    return weakref.ref(one), weakref.ref(one, lambda ref: None), weakref.proxy(one), weakref.WeakValueDictionary({1: one})


def make_methods(i):
    one = Plain()
    box = []
    box.append(box.append)
    one.bound = one.__init__
    return [].append, "x".join, one.bound, int.__add__


def make_iterators(i):
    box = [1, 2]
    box.append(zip(iter(box), map(str, box), enumerate(box), filter(None, reversed(box))))
    return sorted(box[:2], key=lambda v: -v), memoryview(b"x" * 10)[1:], dict.fromkeys("ab").items()


def make_deep(i):
    deep = None
    for _ in range(i % 50):
        deep = (deep, [deep])


def make_code(i):
    if i % 50 == 0:
        namespace = {}
        exec("def f(x):\n    return [x for _ in range(2)]\nvalue = f(1)", namespace)


def make_import(i):
    if i % 50 == 0:
        import types

        module = types.ModuleType("made")
        module.me = module


def make_view(i):
    data = bytearray(b"abc")
    view = memoryview(data)
    table = {"self": None}
    table["self"] = table.values()


def make_super(i):
    class Base:
        def method(self):
            return 1

    class Child(Base):
        def method(self):
            return super().method()

    if i % 10 == 0:
        return Child().method()


def make_formatted(i):
    return f"{i:>10}{i!r}{i / 3:.3f}", "%s %d" % (i, i), "{:x}".format(i), repr([i]), str((i,))


STEPS = [one for name, one in sorted(globals().items()) if name.startswith("make_")]


def rounds(count):
    for i in range(count):
        for step in STEPS:
            step(i)
    gc.collect()


count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
# Caches fill in the first rounds.
rounds(200)
rounds(200)
before = sys.getallocatedblocks()
rounds(count)
after = sys.getallocatedblocks()
print(len(STEPS), "kinds of steps")
print("steady" if after - before < 200 else f"grown by {after - before} blocks")
