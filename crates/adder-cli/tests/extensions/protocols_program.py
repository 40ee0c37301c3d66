import collections, os, sys, tempfile, types
from protocols import *
import protocols

def text_of(error):
    text = str(error)
    if isinstance(error, SystemError) and "null argument" not in text:
        text = "(bad call)"  # CPython names its own source file.
    return f"{type(error).__name__}: {text}"

def shown(x):
    return "NULL" if x is ... else repr(x) if type(x).__repr__ is not object.__repr__ and "0x" not in repr(x) else type(x).__name__

def show(name, *args):
    before = ", ".join(map(shown, args))
    try:
        result = getattr(protocols, name)(*args)
        result = shown(result)
    except Exception as error:
        result = text_of(error)
    after = shown(args[0]) if args and isinstance(args[0], (list, dict, bytearray)) else ""
    print(name, before, "->", result, after)

def hook(args):
    print("unraisable:", args.err_msg, type(args.exc_value).__name__, args.exc_value, args.object)
sys.unraisablehook = hook

class Items:
    def __init__(self, *items): self.items = list(items)
    def __repr__(self): return f"Items{tuple(self.items)}"
    def __getitem__(self, at): return self.items[at]
    def __len__(self): return len(self.items)
    def __setitem__(self, at, value): self.items[at] = value
    def __delitem__(self, at): del self.items[at]

class Failing:
    def __repr__(self): return "Failing"
    def __getitem__(self, at): raise ZeroDivisionError("getitem")
    def __setitem__(self, at, value): raise ZeroDivisionError("setitem")
    def __len__(self): raise ZeroDivisionError("len")
    def __iter__(self): raise ZeroDivisionError("iter")
    def __contains__(self, x): raise ZeroDivisionError("contains")
    def __eq__(self, other): raise ZeroDivisionError("eq")
    __hash__ = None
    def keys(self): raise ZeroDivisionError("keys")

class NoItems:
    def __repr__(self): return "NoItems"

class OnlyLength:
    def __repr__(self): return "OnlyLength"
    def __len__(self): return 3

class MyDict(dict):
    def keys(self): return ["mine"]
class Missing(dict):
    def __missing__(self, key): return "missing"
class MyList(list):
    def __iter__(self): return iter("my")

S, M, N = c_types()
def fresh():
    return [[1, 2, 3], (1, 2, 3), "abc", b"abc", bytearray(b"abc"), range(3), {1: 2}, {1}, frozenset({2}), memoryview(b"xyz"), Items(4, 5, 6), Failing(),
            NoItems(), OnlyLength(), 5, None, types.MappingProxyType({1: 2}), {1: 2}.keys(), {1: 2}.values(), {1: 2}.items(), collections.deque([7, 8]),
            MyDict(b=2), MyList([1]), collections.UserList([1, 2]), collections.UserDict(c=3), S(), M(), N(), iter([1]), slice(1), int, list[int]]

for x in fresh():
    for name in "PySequence_Check PySequence_Size PySequence_Length PyMapping_Check PyMapping_Size PyMapping_Length PySequence_List PySequence_Tuple PySequence_Fast PyMapping_Keys PyMapping_Values PyMapping_Items PyIter_Check PyAIter_Check PyObject_GetAIter kinds_of".split():
        if isinstance(x, (memoryview, type)) and name in ("PySequence_List", "PySequence_Tuple", "PySequence_Fast") and x is not int:
            continue
        if x is list[int] or isinstance(x, types.GenericAlias):
            continue
        show(name, x)
for name in "PySequence_Size PyMapping_Check PyMapping_Size PySequence_List PySequence_Tuple PySequence_Fast PyMapping_Keys".split():
    show(name, ...)
for x in fresh():
    if isinstance(x, types.GenericAlias):
        continue
    for at in (0, 2, -1, -3, 3, -4, sys.maxsize, -sys.maxsize - 1):
        if not (isinstance(x, range) and at == -4):  # There CPython counts from the end twice.
            show("PySequence_GetItem", x, at)
show("PySequence_GetItem", ..., 0)
for i, x in enumerate(fresh()):
    if isinstance(x, types.GenericAlias):
        continue
    for name, args in (("PySequence_Repeat", (2,)), ("PySequence_Repeat", (-1,)), ("PySequence_InPlaceRepeat", (2,)), ("PySequence_Concat", ([9],)), ("PySequence_Concat", ("d",)), ("PySequence_Concat", ((9,),)),
                       ("PySequence_InPlaceConcat", ([9],)), ("PySequence_InPlaceConcat", ((9,),)), ("PySequence_InPlaceConcat", (7,)), ("PySequence_GetSlice", (1, 2)), ("PySequence_GetSlice", (-2, 100)), ("PySequence_GetSlice", (2, 1)),
                       ("PySequence_SetItem", (1, 77)), ("PySequence_SetItem", (-1, 77)), ("PySequence_SetItem", (9, 77)), ("PySequence_SetItem", (0, ...)), ("PySequence_DelItem", (1,)), ("PySequence_DelItem", (-9,)),
                       ("PySequence_SetSlice", (0, 1, [5, 6])), ("PySequence_SetSlice", (0, 1, 5)), ("PySequence_SetSlice", (0, 1, ...)), ("PySequence_DelSlice", (0, 2)), ("PySequence_DelSlice", (5, 9)),
                       ("PySequence_Count", (2,)), ("PySequence_Index", (2,)), ("PySequence_Index", ("zz",)), ("PySequence_Contains", (2,)), ("PySequence_Contains", ("b",)), ("PySequence_In", (1,)), ("PySequence_Count", (Failing(),))):
        # CPython's deque and memoryview take less than ours.
        if not (isinstance(x, (collections.deque, memoryview)) and ("Set" in name or "Del" in name)):
            show(name, fresh()[i], *args)
for name, args in (("PySequence_Repeat", (..., 2)), ("PySequence_Concat", (..., [1])), ("PySequence_Concat", ([1], ...)), ("PySequence_InPlaceConcat", ([1], ...)), ("PySequence_InPlaceRepeat", (..., 1)), ("PySequence_GetSlice", (..., 1, 2)),
                   ("PySequence_SetItem", (..., 1, 2)), ("PySequence_DelItem", (..., 1)), ("PySequence_SetSlice", (..., 1, 2, [])), ("PySequence_DelSlice", (..., 1, 2)), ("PySequence_Count", (..., 1)), ("PySequence_Count", ([1], ...)), ("PySequence_Index", ([1], ...))):
    show(name, *args)

# Ints in lists and tuples are objects to C.
numbers = [1, 1000, -7, 2**40, 2**70, 3.5, True]
print(PySequence_Fast(numbers), PySequence_Fast(tuple(numbers)), PySequence_Fast([]), PySequence_Fast(()), PySequence_Fast(x * 300 for x in range(4)))
print(numbers, numbers[1] is numbers[1], numbers.index(1000), sorted(numbers), sum(numbers))

# Mappings.
for x in ({"a": 1, 1: 2}, MyDict(a=1), Missing(), Items(1), Failing(), [1, 2], "ab", 5, types.MappingProxyType({"a": 5}), collections.UserDict(a=3), S(), M()):
    for key in ("a", "b", 0, 1, [], ...):
        for name in ("PyMapping_HasKey", "PyMapping_HasKeyWithError", "PyMapping_GetOptionalItem"):
            if key is not ... or name == "PyMapping_HasKey" and isinstance(x, dict):
                show(name, x, key)
        if isinstance(key, str):
            for name in ("PyMapping_HasKeyString", "PyMapping_HasKeyStringWithError", "PyMapping_GetOptionalItemString", "PyMapping_GetItemString"):
                show(name, x, key)
for make in (lambda: {"a": 1, 5: 6}, lambda: MyDict(a=1), lambda: [1, 2], lambda: "ab", lambda: collections.UserDict(a=3), M, S, lambda: Items(1)):
    for name, args in (("PyMapping_SetItemString", ("k", 7)), ("PyMapping_SetItemString", ("k", ...)), ("PyMapping_SetItemString", (..., 7)), ("PyMapping_DelItemString", ("a",)), ("PyMapping_DelItemString", ("z",)),
                       ("PyObject_DelItemString", ("a",)), ("PyObject_DelItemString", (...,)), ("PyMapping_DelItem", (5,)), ("PyMapping_DelItem", (...,)), ("PyMapping_GetItemString", (...,))):
        show(name, make(), *args)

# Iteration.
def generator():
    got = yield 1
    print("got", got)
    return "the end"
class Once:
    def __iter__(self): return self
    def __next__(self): raise StopIteration("value")
class FailingIterator:
    def __iter__(self): return self
    def __next__(self): raise ZeroDivisionError("next")
class Sender:
    def send(self, value):
        if value == "stop":
            raise StopIteration(value)
        if value == "fail":
            raise ZeroDivisionError("send")
        return ("sent", value)
for iterator in (iter([1, 2]), iter("ab"), generator(), Once(), FailingIterator(), [1], 5):
    for _ in range(3):
        show("next_item", iterator)
for make in (generator, lambda: iter([1]), Once, FailingIterator, Sender, lambda: 5):
    iterator = make()
    for value in (None, "x", "stop", "fail"):
        show("PyIter_Send", iterator, value)
async def agenerator():
    yield 1
class AIterable:
    def __aiter__(self): return 5
a = agenerator()
print(PyAIter_Check(a), PyObject_GetAIter(a) is a)
a = None
show("PyObject_GetAIter", AIterable())
for x in ([1, 2], (3,), "ab", Items(1, 2), S(), {}, {1}, 5, M()):
    try:
        print(shown(x), list(PySeqIter_New(x)), type(PySeqIter_New(x)).__name__, kinds_of(PySeqIter_New(x)))
    except Exception as error:
        print(shown(x), text_of(error))
calls = iter("abc!d")
print(list(PyCallIter_New(lambda: next(calls), "!")), kinds_of(PyCallIter_New(len, 1)))
for x in (iter([]), reversed([]), {}.keys(), {}.values(), {}.items(), iter({}), iter({}.values()), iter({}.items()), reversed({}), reversed({}.values()), reversed({}.items()), iter(b""), iter(bytearray()), iter("é"), Ellipsis, iter(()), iter(set()), iter(range(2)), slice(3), frozenset(), {1}):
    print(type(x).__name__, kinds_of(x))

# Slices.
class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
    def __repr__(self): return f"Index({self.n})"
print(PySlice_New(..., ..., ...), PySlice_New(1, ..., 2), PySlice_New("a", None, 1.5))
bounds = [None, 0, 1, -1, 3, -3, 10, -10, 2**70, -2**70]
for start in bounds:
    for stop in bounds:
        for step in (None, 1, -1, 2, -3, 2**70, -2**70):
            for length in (0, 5):
                show("slice_indices", slice(start, stop, step), length)
                show("PySlice_GetIndices", slice(start, stop, step), length) if all(x is None or abs(x) < 2**60 for x in (start, stop, step)) else None
for wrong in (slice(None, None, 0), slice("a"), slice(1.5, 2), slice(Index(1), Index(4), Index(2)), slice(0, Failing())):
    show("slice_indices", wrong, 5)
    if wrong.step != 0:
        show("PySlice_GetIndices", wrong, 5)
for length in (0, 1, 7, 2**62):
    for s in (slice(None), slice(2, None, 3), slice(None, None, -2)):
        print(slice_indices(s, length)[3:6], len(range(*s.indices(length))) if length < 100 else "")

# PyObject_Print
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "printed")
    for x in ("text", "l\ud800ne é", 5, [1, "x"], ...):
        for raw in (False, True):
            try:
                PyObject_Print(x, path, raw)
            except UnicodeEncodeError as error:
                print(error)
            print(open(path, "rb").read())
    class Unprintable:
        def __repr__(self): raise ZeroDivisionError("repr")
    try:
        PyObject_Print(Unprintable(), path, False)
    except ZeroDivisionError as error:
        print(error)
print(in_place_power(S(), 2, None), in_place_power(S(), 2, 7))
