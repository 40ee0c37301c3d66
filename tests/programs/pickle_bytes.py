"""What the native pickler writes, byte by byte, in all protocols; and what the unpickler makes of it."""
import collections, copyreg, hashlib, io, pickle, pickletools
from pickle import PickleBuffer


class Plain:
    def __init__(self, **names):
        self.__dict__.update(names)

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a=None):
        self.a = a


class SlottedAndDict(Slotted):
    pass


class State(Plain):
    def __getstate__(self):
        return {"kept": list(self.__dict__)}

    def __setstate__(self, state):
        self.__dict__.update(state)


class NewArgs(int):
    def __new__(cls, value, more=()):
        made = super().__new__(cls, value)
        made.more = more
        return made

    def __getnewargs__(self):
        return int(self), self.more


class NewArgsEx(str):
    def __new__(cls, *, text):
        return super().__new__(cls, text)

    def __getnewargs_ex__(self):
        return (), {"text": str(self)}


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return (Reduced, self.parts, {"x": 1}, iter([]), iter([]))


class Items(list):
    def __reduce__(self):
        return (Items, (), None, iter(list(self)), None)


class Entries(dict):
    def __reduce__(self):
        return (Entries, (), {"marked": True}, None, iter(list(self.items())))


class Setter:
    def __reduce__(self):
        return (Setter, (), {"v": 5}, None, None, set_state)


def set_state(object, state):
    object.__dict__.update(state)


class Named:
    def __reduce__(self):
        return "named"


class Outer:
    class Inner:
        pass


named = Named()
Point = collections.namedtuple("Point", "x y")

shared = ["shared"]
cycle = []
cycle.append(cycle)
loop = Plain()
loop.self = loop
inside = []
tuple_cycle = (inside, 1)
inside.append(tuple_cycle)
long_cycle_list = []
long_cycle = (long_cycle_list, 1, 2, 3)
long_cycle_list.append(long_cycle)

CORPUS = [
    None, True, False, Ellipsis, NotImplemented, type(None), type(...), type(NotImplemented),
    0, 1, -1, 255, 256, 65535, 65536, -128, -129, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, -(2**63), 2**64, 10**50, -(10**50),
    2**2040, -(2**2039), 2**2050, 128, 32768, -32768,
    0.0, -0.0, 1.5, 1e300, float("inf"), 3.141592653589793, 1e22, 5e-324,
    "", "a", "a" * 255, "a" * 256, "é", "\u20ac" * 90, "\U0001f600", "\ud800", "a\nb\\c\rd\0\x1a", "x" * 70000,
    b"", b"a", b"\xff" * 255, b"\0" * 256, b"x" * 70000, bytearray(), bytearray(b"abc"), bytearray(b"x" * 70000),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], {}, {1: 2}, {"a": 1, "b": [2]}, set(), {1}, frozenset(), frozenset([1]),
    list(range(999)), list(range(1000)), list(range(1001)), list(range(2000)), list(range(2001)),
    dict.fromkeys(range(999)), dict.fromkeys(range(1000)), dict.fromkeys(range(1001)), dict.fromkeys(range(2500)),
    [shared, shared, (shared, shared)], [("t",), ("t",)], ["same", "same"],
    [str(i) for i in range(300)] * 2, cycle, loop, tuple_cycle, long_cycle,
    Plain(), Plain(a=1, b=[2]), Slotted(5), SlottedAndDict(6), State(a=1), NewArgs(7, (8,)), NewArgsEx(text="nine"),
    Reduced(1, 2), Items([1]), Items(range(5)), Items(range(1500)), Items(range(1000)), Entries(a=1), Entries({i: i for i in range(1200)}),
    Setter(), named, Plain, Outer, set_state, len, print, int, dict.fromkeys, [].append, range(5), slice, complex(1, 2),
    Point(1, 2), collections.OrderedDict(a=1), collections.deque([1, 2], 5), collections.Counter("aab"), collections.defaultdict(list, a=[1]),
    ValueError("v", 1), OSError(2, "no"), KeyError, object(), [object()] * 3, iter([1, 2]), [[[[[]]]]],
    ["y" * 30000] * 5, ["z" * 1000 + str(i) for i in range(200)],
]

for number, object in enumerate(CORPUS):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            data = pickle.dumps(object, protocol)
        except Exception as error:
            print(number, protocol, type(error).__name__)
            continue
        file = io.BytesIO()
        pickle.dump(object, file, protocol)
        assert file.getvalue() == data, (number, protocol)
        shown = repr(data) if len(data) < 60 else hashlib.md5(data).hexdigest()
        print(number, protocol, len(data), shown)
        back = pickle.loads(data)
        assert type(back) is type(object), (number, protocol)
        again = pickle.load(io.BytesIO(data))
        if number not in (56, 57) and type(object).__eq__ is not type.__eq__:
            try:
                assert pickle.dumps(back, protocol) == pickle.dumps(again, protocol), (number, protocol)
            except pickle.PicklingError:
                pass

print(pickle.loads(pickle.dumps(Outer.Inner, 2)) is Outer.Inner, pickle.loads(pickle.dumps(Outer.Inner, 4)) is Outer.Inner)

# Buffers beside the stream.
buffers = []
data = pickle.dumps([PickleBuffer(b"read only"), PickleBuffer(bytearray(b"writable"))], 5, buffer_callback=buffers.append)
print(data, [bytes(buffer.raw()) for buffer in buffers])
print([type(one).__name__ for one in pickle.loads(data, buffers=buffers)], [bytes(one) for one in pickle.loads(data, buffers=buffers)])
print(pickle.dumps([PickleBuffer(b"read only"), PickleBuffer(bytearray(b"writable"))], 5))


# A pickler and an unpickler of one's own.
class Pickler(pickle.Pickler):
    def persistent_id(self, object):
        return ("id", object.name) if isinstance(object, Kept) else None

    def reducer_override(self, object):
        if isinstance(object, Plain):
            return Plain, (), {"overridden": True}
        return NotImplemented


class Unpickler(pickle.Unpickler):
    def persistent_load(self, id):
        return Kept(id[1]) if isinstance(id, tuple) else Kept(id)

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


class Kept:
    def __init__(self, name):
        self.name = name


for protocol in (1, 2, 4, 5):
    file = io.BytesIO()
    Pickler(file, protocol).dump([Kept("first"), Plain(a=1)])
    print(file.getvalue())
    file.seek(0)
    kept, plain = Unpickler(file).load()
    print(kept.name, plain.__dict__)

file = io.BytesIO()
pickler = pickle.Pickler(file, 4)
pickler.dispatch_table = {Kept: lambda kept: (Kept, (kept.name.upper(),))}
pickler.dump([Kept("x"), shared])
pickler.dump([shared])
pickler.clear_memo()
pickler.dump([shared])
print(file.getvalue(), len(pickler.memo.copy()))
file.seek(0)
unpickler = pickle.Unpickler(file)
print(unpickler.load()[0].name, unpickler.load(), unpickler.load(), len(unpickler.memo.copy()))

copyreg.add_extension("__main__", "Kept", 0xF0F0)
print(pickle.dumps(Kept, 2), pickle.loads(pickle.dumps(Kept, 2)) is Kept)
copyreg.remove_extension("__main__", "Kept", 0xF0F0)

# What Python 2 wrote.
print(pickle.loads(b"S'abc'\n."), pickle.loads(b"U\x03\xe9ab.", encoding="latin-1"), pickle.loads(b"U\x03\xe9ab.", encoding="bytes"))
print(pickle.loads(b"c__builtin__\nxrange\n(I1\nI5\ntR."), pickle.loads(b"I01\n."), pickle.loads(b"L12L\n."), pickle.loads(b"F1.5\n."))
print(pickle.loads(b"(lp0\nI1\naI2\na."), pickle.loads(b"(dp0\nS'a'\nI1\ns."), pickle.loads(b"V\\u20ac\n."))

for bad in [b"", b".", b"0.", b"(.", b"]a.", b"K", b"X\x05\0\0\0ab", b"?", b"\x01.", b"\x80\x09.", b"h\x05.", b"g5\n.", b"P1\n.",
            b"S'abc\n.", b"T\xff\xff\xff\xff.", b"\x8b\xff\xff\xff\xff.", b"}K\x01u.", b"(K\x01d.", b"}(K\x01u.", b"t.", b"K\x01R.",
            b"\x95\xff\xff\xff\xff\xff\xff\xff\xff.", b"\x97.", b"K\x01K\x02\x93.", b"\x82\x07.", b"\x84\xff\xff\xff\xff.", b"Nb.",
            b"cno_such_module\nx\n.", b"cos\nno_such_name\n.", b"K\x01)\x81.", b"I5x\n.", b"Fx\n."]:
    try:
        print(bad, pickle.loads(bad))
    except Exception as error:
        print(bad, type(error).__name__)
