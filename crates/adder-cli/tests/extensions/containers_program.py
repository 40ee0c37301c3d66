import gc, sys, weakref
from containers import *
import containers

def text_of(error):
    text = str(error)
    if isinstance(error, SystemError):
        text = "(bad call)"  # CPython names its own source file.
    return f"{type(error).__name__}: {text}"

def shown(x):
    return "NULL" if x is ... else repr(x)

def show(name, *args):
    before = ", ".join(map(shown, args))
    try:
        result = shown(getattr(containers, name)(*args))
    except Exception as error:
        result = text_of(error)
    print(name, before, "->", result, shown(args[0]) if args and isinstance(args[0], (list, dict, set)) else "")

def hook(args):
    print("unraisable:", args.err_msg, type(args.exc_value).__name__, args.exc_value, args.object)
sys.unraisablehook = hook

class MyList(list):
    def sort(self): raise ZeroDivisionError("sort")
    def reverse(self): raise ZeroDivisionError("reverse")
    def append(self, x): raise ZeroDivisionError("append")
class MyDict(dict):
    def __getitem__(self, key): raise ZeroDivisionError("getitem")
    def __setitem__(self, key, value): raise ZeroDivisionError("setitem")
    def clear(self): raise ZeroDivisionError("clear")
    def __iter__(self): return iter(["iter"])
class Unequal:
    def __repr__(self): return "Unequal"
    def __lt__(self, other): raise ZeroDivisionError("lt")
    def __eq__(self, other): raise ZeroDivisionError("eq")
    def __hash__(self): return 5
class Counted:
    alive = 0
    def __init__(self): Counted.alive += 1
    def __del__(self): Counted.alive -= 1

# Lists.
for x in ([], [1, 2, 3], MyList([3, 1, 2]), (1, 2), None):
    for name, args in (("PyList_Size", ()), ("PyList_GetItem", (0,)), ("PyList_GetItem", (2,)), ("PyList_GetItem", (-1,)), ("PyList_GetItemRef", (1,)), ("PyList_GetItemRef", (5,)), ("PyList_GetItemRef", (-1,)),
                       ("PyList_SetItem", (1, "new")), ("PyList_SetItem", (9, "new")), ("PyList_SetItem", (-1, "new")), ("PyList_Insert", (0, 2000)), ("PyList_Insert", (-1, "b")), ("PyList_Insert", (99, "c")), ("PyList_Insert", (-99, "d")),
                       ("PyList_Append", (7000,)), ("PyList_GetSlice", (0, 2)), ("PyList_GetSlice", (-5, 99)), ("PyList_GetSlice", (2, 1)), ("PyList_SetSlice", (0, 1, [8, 9])), ("PyList_SetSlice", (1, 2, ...)), ("PyList_SetSlice", (5, 99, "xy")),
                       ("PyList_SetSlice", (-4, -2, (1,))), ("PyList_SetSlice", (0, 1, 5)), ("PyList_Extend", ((1, 2),)), ("PyList_Extend", ({"z": 1},)), ("PyList_Extend", (5,)), ("PyList_Sort", ()), ("PyList_Reverse", ()), ("PyList_AsTuple", ()), ("PyList_Clear", ())):
        show(name, x.copy() if type(x) is list else MyList(x) if isinstance(x, MyList) else x, *args)
show("PyList_Append", [], ...)
show("PyList_Insert", [], 0, ...)
show("PyList_Sort", [1, "x"])
show("PyList_Sort", [Unequal(), Unequal()])
show("PyList_New", -1)
print(PyList_New(0))
x = [1, 2]
PyList_SetSlice(x, 1, 1, x); print(x)
PyList_Extend(x, x); print(x)
x = [Counted(), Counted()]
PyList_SetItem(x, 0, None); print(Counted.alive)
PyList_Clear(x); print(Counted.alive, x)
print(kinds_of([]), kinds_of(MyList()), kinds_of(()), kinds_of({}), kinds_of(set()), kinds_of(frozenset()), kinds_of(5))

# Tuples.
for x in ((), (1, 2, 3), [1], None):
    for name, args in (("PyTuple_Size", ()), ("PyTuple_GetItem", (0,)), ("PyTuple_GetItem", (2,)), ("PyTuple_GetItem", (-1,)), ("PyTuple_GetSlice", (0, 2)), ("PyTuple_GetSlice", (-5, 99)), ("PyTuple_GetSlice", (2, 1)), ("PyTuple_SetItem", (0, 1))):
        show(name, x, *args)
big = (1, 10**6)
print(PyTuple_GetSlice(big, 0, 2) is big, PyTuple_New(0) == ())
show("PyTuple_New", -1)
for first in (0, 1, 3):
    for then in (0, 1, 2, 5):
        print(resized(first, then))
show("resize_shared", (1, 2))
show("resize_shared", [])
gc.collect()
tuple_in_cycle(Counted())
print(Counted.alive)
gc.collect()
print(Counted.alive)

# Dicts.
unequal = Unequal()
for x in ({}, {"a": 1, 5: "five", None: 2000}, MyDict(a=1), {unequal: 1}, [], None):
    def fresh():
        return x.copy() if type(x) is dict else MyDict(a=1) if isinstance(x, MyDict) else x
    for name, args in (("PyDict_Size", ()), ("PyDict_SetItem", ("k", 1000)), ("PyDict_SetItem", ([], 1)), ("PyDict_SetItem", (Unequal(), 1)), ("PyDict_SetItemString", ("s", 3000)), ("PyDict_GetItem", ("a",)), ("PyDict_GetItem", (None,)),
                       ("PyDict_GetItem", ([],)), ("PyDict_GetItem", (Unequal(),)), ("PyDict_GetItemWithError", ("a",)), ("PyDict_GetItemWithError", ("zz",)), ("PyDict_GetItemWithError", ([],)), ("PyDict_GetItemString", ("a",)), ("PyDict_GetItemString", ("zz",)),
                       ("PyDict_GetItemRef", (None,)), ("PyDict_GetItemRef", ("zz",)), ("PyDict_GetItemRef", ([],)), ("PyDict_GetItemStringRef", ("a",)), ("PyDict_GetItemStringRef", ("zz",)), ("PyDict_DelItem", (5,)), ("PyDict_DelItem", ("zz",)), ("PyDict_DelItem", ([],)),
                       ("PyDict_DelItemString", ("a",)), ("PyDict_DelItemString", ("zz",)), ("PyDict_Contains", (5,)), ("PyDict_Contains", ([],)), ("PyDict_ContainsString", ("a",)), ("PyDict_ContainsString", ("zz",)), ("PyDict_Copy", ()), ("PyDict_Clear", ()),
                       ("PyDict_Keys", ()), ("PyDict_Values", ()), ("PyDict_Items", ()), ("PyDict_SetDefault", ("a", 9000)), ("PyDict_SetDefault", ("n", 9000)), ("PyDict_SetDefault", ([], 1)), ("PyDict_SetDefaultRef", ("a", 9000)), ("PyDict_SetDefaultRef", ("n", 9000)), ("PyDict_SetDefaultRef", ("n", 9, 1)), ("PyDict_SetDefaultRef", ([], 1)),
                       ("PyDict_Pop", (5,)), ("PyDict_Pop", ("zz",)), ("PyDict_Pop", (5, 1)), ("PyDict_Pop", ("zz", 1)), ("PyDict_PopString", ("a",)), ("PyDict_PopString", ("zz", 1))):
        if not isinstance(x, dict) and name in ("PyDict_ContainsString", "PyDict_Contains"):
            continue  # CPython does not ask.
        show(name, fresh(), *args)
    if isinstance(x, dict):
        show("entries", fresh())
for other in ({"a": 2, "b": 3}, {}, MyDict(a=5, z=6), type("Keys", (), {"keys": lambda self: ["a", "q"], "__getitem__": lambda self, k: k * 2, "__repr__": lambda self: "Keys()"})(), type("Keys", (), {"keys": lambda self: 5, "__repr__": lambda self: "Keys(5)"})(), [("a", 1)], 5):
    for override in (False, True):
        show("PyDict_Merge", {"a": 1}, other, override)
        show("PyDict_Merge", {}, other, override)
    show("PyDict_Update", {"a": 1}, other)
    for override in (0, 1, 2):
        show("_PyDict_MergeEx", {"a": 1}, other, override)
show("PyDict_Merge", [], {}, True)
show("PyDict_Update", None, {})
for pairs in ([("a", 2), ["b", 3]], ["xy"], ["xyz"], [5], 5, [("a", 1, 2)], [([], 1)], iter([("q", 1)]), {"ab": 1}, []):
    for override in (False, True):
        show("PyDict_MergeFromSeq2", {"a": 1}, pairs, override) if not hasattr(pairs, "__next__") else print(PyDict_MergeFromSeq2({}, iter([("q", 1)]), override))
print(containers._PyDict_NewPresized(0), containers._PyDict_NewPresized(1000))
show("known_hash", {"a": 1}, "k", 5000)
show("known_hash", {5: 1}, 5, "new")
numbers = {n * 1000: n * 2000 for n in range(4)}
print(entries(numbers), numbers, {1000: "same"}[next(iter(numbers)) + 1000], numbers[3000] + 1)
print(ordered("a", "b"), type(ordered(1, 2)).__name__)
d = {}
PyDict_SetItem(d, "x", Counted()); print(Counted.alive)
PyDict_SetItem(d, "x", 1); print(Counted.alive)

# Sets.
for x in ({1, 2000, "x"}, frozenset({1, 2000}), {unequal}, [], None):
    def fresh():
        return set(x) if type(x) is set else x
    for name, args in (("PySet_Size", ()), ("PySet_Contains", (1,)), ("PySet_Contains", ("zz",)), ("PySet_Contains", ([],)), ("PySet_Contains", ({1},)), ("PySet_Discard", (1,)), ("PySet_Discard", ("zz",)), ("PySet_Discard", ([],)), ("PySet_Contains", (Unequal(),)), ("PySet_Clear", ())):
        try:
            print(name, args, "->", getattr(containers, name)(fresh(), *args))
        except Exception as error:
            print(name, args, "->", text_of(error))
    show("PySet_New", x) if isinstance(x, (list, frozenset)) or x is None else None
for x in (..., [], [1, 1000, 1], "a", {5: 6}, 5, [[]]):
    show("PySet_New", x)
    show("PyFrozenSet_New", x)
s = {1}
for x in (2, 2, 1000, [], frozenset([7])):
    try:
        print(PySet_Add(s, x), sorted(map(str, s)))
    except Exception as error:
        print(text_of(error))
for x in (frozenset(), [], None):
    for name, args in (("PySet_Add", (1,)), ("PySet_Pop", ()), ("PySet_Clear", ()), ("PySet_Discard", (1,))):
        show(name, x, *args)
print(PySet_Pop({3000}))
show("PySet_Pop", set())
print(filled_frozenset(5), set_entries({1000, 2, -3}), set_entries(frozenset([4000])), set_entries(set()))
show("filled_frozenset", [])
print(update_set(s, [8, 9]), len(s))
show("update_set", frozenset(), [])

# Types of C's with the layout of built-in ones.
List, Dict, Set, Float, Complex, Int, Tuple = c_types()
l = List([3, 1, 2])
l.remember(l); l.sort(); l.append(4); l += [5]
print(l, len(l), l.recall()[0], l.recall()[1] is l, isinstance(l, list), l == [1, 2, 3, 4, 5], kinds_of(l), List.__base__, PyList_GetItem(l, 1))
d = Dict(a=1, b=2)
d.remember("kept"); d["c"] = 3; d.update(e=5); del d["a"]
print(d, d.recall(), "c" in d, sorted(d), kinds_of(d), Dict.__mro__, PyDict_GetItem(d, "b"), d.recall(), Dict({1: 2}), Dict([(1, 2)]))
s = Set([1, 2, 2])
s.remember([1]); s.add(9); s |= {10}
print(sorted(s), s.recall(), kinds_of(s), s & {9}, type(s | {1}).__name__)
f = Float(2.5)
f.remember("f"); print(f, f + 1, f.recall(), f == 2.5, hash(f) == hash(2.5), type(f), type(+f), f.is_integer())
c = Complex(1, 2)
c.remember(5000); print(c, c * 2, c.recall(), c == 1 + 2j, c.real, c.imag, type(c.conjugate()))
i = Int(2**70)
print(i, i + 1, Int(5), Int("7"), int(Int(9)), type(Int(5) + 1), Int(5) == 5, {5: "x"}[Int(5)], [10, 11][Int(1)], Int.__base__, isinstance(i, int), range(10)[Int(3)])
t = Tuple([1, 2, 3])
print(t, len(t), t[1], t == (1, 2, 3), type(t[:2]), hash(t) == hash((1, 2, 3)), kinds_of(t), Tuple(), Tuple("ab"))
before = how_many_gone()
del l, d, s, f, c
gc.collect()
print(how_many_gone() - before)
# A cycle by way of the field, and one by way of the items.
a = List(); b = Dict(); a.remember(b); b["a"] = a; b["counted"] = Counted()
w = List([1]); w.append(w); w.append(Counted())
print(Counted.alive)
before = how_many_gone()
del a, b, w
gc.collect()
print(Counted.alive, how_many_gone() - before)
class Derived(List):
    def __init__(self, items, name):
        super().__init__(items)
        self.name = name
    def __len__(self): return 100
class DerivedInt(Int):
    pass
class DerivedDict(Dict):
    __slots__ = ("slot",)
x = Derived([1, 2], "named")
x.remember("extra"); x.append(3); x.more = x
print(x, len(x), PyList_Size(x), x.name, x.recall(), x.__dict__.keys())
y = DerivedDict(a=1)
y.slot = Counted(); y.remember(y)
print(y, y.recall()[0], y.slot is not None, Counted.alive)
z = DerivedInt(2**80); z.attribute = 7
print(z, z.attribute, z == 2**80, type(z).__mro__)
before = how_many_gone()
del x, y, z
gc.collect()
print(Counted.alive, how_many_gone() - before)
r = Set([1])
ref = weakref.ref(r)
print(ref() is r)
del r
print(ref())
many = [List(range(3)) for _ in range(1000)]
for one in many:
    one.remember(many)
before = how_many_gone()
del many, one
gc.collect()
print(how_many_gone() - before)
