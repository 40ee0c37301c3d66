import subprocess, sys
import private_names
from private_names import checks, dict_of, fatal, identifiers, lookup, method_fields, pop, slice_index

def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error)

class Base:
    number = 5
    def method(self):
        return self

class Derived(Base):
    @property
    def computed(self):
        return 1

print(lookup(Derived, "number"), lookup(Derived, "nothing"))
print(lookup(Derived, "method")[0] is Base.__dict__["method"], type(lookup(Derived, "computed")[0]).__name__)
print(lookup(bool, "__add__")[0] is int.__dict__["__add__"])

# The dict of an object: what is put into it is there.
it = Derived()
it.some = 1
place = dict_of(it)
place["other"] = 2
print(it.other, it.__dict__ is dict_of(it), dict_of(it))
print(dict_of(5), dict_of("text"), dict_of([]))
class Tight:
    __slots__ = ()
print(dict_of(Tight()))
class Text(str):
    pass
it = Text("x")
it.some = 3
print(dict_of(it))

print(identifiers("some text"))
print(pop({1: 2}, 1), pop({1: 2}, 3, 4), attempt(pop, {1: 2}, 3))

class Index:
    def __index__(self):
        return 11
class Bad:
    def __index__(self):
        raise ValueError("bad")
for part in (5, -3, 2**80, -2**80, None, Index(), Bad(), "x", 1.5):
    print(slice_index(part))

it = Derived()
print(method_fields(it.method) == (Base.method, it))
print(checks(range(3)), checks([]))

print(type(private_names.Meta), type(private_names.OfMeta), type(private_names.OfMeta()) is private_names.OfMeta)
class OfClass(private_names.OfMeta):
    pass
print(type(OfClass), type(OfClass()).__mro__)

# tp_vectorcall does all of a call, but is not inherited.
Made = private_names.Made
print(private_names.call_made("x"), Made(), Made(1, 2), Made("y", z=5), Made(*[7]), Made(**{"z": 1}), attempt(Made, None))
class OfMade(Made):
    pass
print(type(OfMade()), type(Made.__new__(Made)) is Made)

# The namespace of a type lies where its own type says.
print(type.__dictoffset__ > 0, OfClass.__dictoffset__ != 0, int.__dictoffset__)

done = subprocess.run([sys.executable, "-c", "import private_names; private_names.fatal()"], capture_output=True, text=True)
print(done.returncode, done.stderr.splitlines()[:2])
