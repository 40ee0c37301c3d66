# The built-in functions that no other file is about.
import sys


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


print(abs(-3), divmod(17, 5), pow(2, 5), pow(2, 5, 3), round(3.14159, 2), ascii("é"), bin(5), oct(8), hex(255), chr(65), ord("A"), callable(len), callable(5))
attempt(lambda: abs("x"))
attempt(lambda: divmod(1))
attempt(lambda: pow("x", 2))
attempt(lambda: round("x"))
attempt(lambda: bin(1.5))
attempt(lambda: hex("x"))
attempt(lambda: len(5))
attempt(lambda: len())
attempt(lambda: callable())
attempt(lambda: hash([]))
attempt(lambda: ord("ab"))
attempt(lambda: chr(1.5))
print("a", 1, None, sep="-", end="!\n")
print()
print(sep="x")
print("a", "b", sep="", end="")
print("", flush=True)
print("to stderr is elsewhere", file=sys.stdout)
attempt(lambda: print("x", sep=5))
attempt(lambda: print("x", end=5))
attempt(lambda: print("x", bad=1))
attempt(lambda: print("x", file=5))


class Writer:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


w = Writer()
print("a", 1, sep="+", file=w)
print(w.parts)
print(eval("1 + 2"), eval("x * 2", {"x": 5}), eval(compile("3 * 3", "f", "eval")), exec("y = 5"), y)
attempt(lambda: eval("x ="))
attempt(lambda: eval(5))
attempt(lambda: exec(5))
attempt(lambda: eval("1", 5))
attempt(lambda: compile("1", "f", "bad"))
attempt(lambda: compile(5, "f", "eval"))
code = compile("a = 1\nb = a + 1", "name.py", "exec")
space = {}
exec(code, space)
print(space["b"], code.co_filename, code.co_name, code.co_names)
print(type(5), type("x").__name__, type(type), type(None), type(...), type(NotImplemented), isinstance(None, type(None)))
attempt(lambda: type())
attempt(lambda: type(1, 2))
attempt(lambda: NotImplemented.x)
attempt(lambda: None.x)
attempt(lambda: len.__self__[0])
attempt(lambda: type(None)())
attempt(lambda: type(...)() is ...)
print(None, ..., NotImplemented, repr(len), repr(print), int, object, repr(type(len)), str(int.__add__)[:16])
print(getattr(5, "real"), getattr(5, "x", "default"), hasattr(5, "imag"), id(5) == id(5), vars(type("T", (), {"a": 1}))["a"], dir(5)[:3])
print(all([1, True]), any([]), sum(range(5)), sum([0.5, 1]), max(3, 5), min("b", "a"), sorted("ba"), list(reversed("ab")), list(zip("a", [1])), list(map(str, [1])))
print(isinstance(5, (str, (int,))), issubclass(bool, (str, int)), isinstance(True, int), type(True) is int)
print(format(5, "03"), format("x", ">3"), format(None), repr("x"), str(5), int("5"), float("1.5"), complex("1j"), bool(""), bytes(2), slice(1, 2), range(2), frozenset(), object().__class__)
attempt(lambda: object(5))
attempt(lambda: super().x)
attempt(lambda: __import__("sys") is sys)
attempt(lambda: globals()["sys"] is sys)
attempt(lambda: locals())
attempt(lambda: input.__name__)
attempt(lambda: open("/no/such/file/here"))
attempt(lambda: open("x", "bad mode"))
attempt(lambda: open(5.5))
attempt(lambda: sys.version_info[0])
attempt(lambda: sys.maxsize == 2**63 - 1)
attempt(lambda: (sys.byteorder in ("little", "big"), sys.maxunicode, sys.getsizeof([]) > 0, sys.getsizeof(5) > 0, len(sys.argv)))
attempt(lambda: sys.getsizeof())
attempt(lambda: sys.getrefcount())
import builtins

print(builtins.len is len, __builtins__ is builtins, builtins.__name__, len.__name__, len.__module__, len.__self__ is builtins, print.__doc__ is not None)
print(sorted(name for name in dir(builtins) if name.islower() and not name.startswith("_") and name not in ("copyright", "credits", "exit", "license", "quit")))
hash_values = (hash(1), hash(1.0), hash(True), hash(None) == hash(None), hash("a") == hash("a"), hash((1,)) == hash((1,)), hash(2.5), hash(10**18))
print(hash_values)


class Hashed:
    def __hash__(self):
        return -1


class Equal:
    def __eq__(self, other):
        return True


print(hash(Hashed()), Equal.__hash__)
attempt(lambda: hash(Equal()))
assert sys.getrefcount(None) > 1000
attempt(lambda: breakpoint.__name__)
attempt(lambda: aiter.__name__ + anext.__name__)
