import gc, sys, weakref
import kinds_of_types as kinds
from kinds_of_types import *

def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error)

print(inherited())

# C over C: each slot is that of the type whose wrapper it is.
derived = Derived()
print(take_notes(), derived.base, derived.derived, derived, len(derived), hash(derived), derived(1), derived + 1)
print(Base.__init__(derived), derived.base, derived.derived, take_notes())
print(Derived.__init__(derived), derived.base, derived.derived, take_notes())
print(Base.__repr__(derived), Derived.__repr__(derived), repr(derived), Base.__len__(derived))
print(super(Derived, derived).__repr__(), attempt(Derived.__repr__, Base()))
take_notes()
del derived
print(take_notes())

# Python over C over C, and C over that.
class Middle(Derived):
    def __init__(self, *args):
        super().__init__()
        self.attribute = "of Middle"
    def __repr__(self):
        return "<Middle " + super().__repr__() + ">"
middle = Middle()
print(middle, middle.attribute, middle.base, middle.derived, len(middle), hash(middle), take_notes())
print(Base.__repr__(middle), Derived.__repr__(middle))
middle.held = middle
del middle
print(gc.collect() > 0, take_notes())

class Slotted(Base):
    __slots__ = ("one", "two")
for base in Middle, Slotted, Base, Derived:
    made = derive(base, -16, 1 << 10)
    print(made.__mro__[1] is base, made.__basicsize__ >= base.__basicsize__, made.__base__ is base)
    object = made()
    print(type(object) is made, more_of(object, made), more_of(object, made)[1])
    if base is Slotted:
        object.one = [1]
        print(attempt(getattr, object, "two"), object.one, object.base)
        object.two = object
    if base is Middle:
        print(object.attribute, object)
        object.me = object
    object.held = object
    ref = weakref.ref(object) if base is Middle else None
    del object
    print(gc.collect() > 0, ref and ref())
    class Above(made):
        pass
    above = Above()
    above.x = above
    above.held = [above]
    print(isinstance(above, base), more_of(above, made), above.x is above)
    del above
    print(gc.collect() > 0)
    print("base_dealloc" in take_notes())
print(attempt(derive, Base, 8, 1 << 10)[0], attempt(derive, bool, 0, 0), attempt(derive, (int, str), 0, 0))

# Dicts that the runtime keeps.
managed = Managed()
managed.number = 5
managed.a = 1
managed.me = managed
print(managed.__dict__.keys(), managed.number, Managed.__dictoffset__)
managed.__dict__ = {"b": 2, "me": managed}
print(managed.b, managed.number, attempt(getattr, managed, "a"))
ref = weakref.ref(managed)
del managed
print(gc.collect() > 0, ref(), take_notes())
behind = Behind()
behind.behind = 7
behind.attribute = "x"
behind.number = 6
print(behind.behind, behind.attribute, behind.number, behind.__dict__)
class OverBehind(Behind):
    __slots__ = ("slot",)
over = OverBehind()
over.slot, over.behind, over.number, over.attribute = over, 1, 2, 3
print(over.slot is over, over.behind, over.number, over.attribute, over.__dict__)
del over, behind
print(gc.collect() > 0)
class OverManaged(Managed):
    pass
over = OverManaged()
over.x, over.number = over, 4
print(over.__dict__.keys(), over.number)
del over
print(gc.collect() > 0)
take_notes()

fields = Fields()
fields.a = fields
ref = weakref.ref(fields, lambda ref: print("cleared"))
print(fields.__dict__.keys(), Fields.__dictoffset__, Fields.__weakrefoffset__)
del fields
print(gc.collect() > 0, ref())
class OverFields(Fields):
    pass
fields = OverFields()
fields.x = [fields]
ref = weakref.ref(fields)
del fields
print(gc.collect() > 0, ref())

# Items.
row = Row(3)
print(list(row), len(row), row[-1], attempt(row.__getitem__, 3), Row.__itemsize__)
row[1] = 99
del row[0]
print(list(row), attempt(row.__setitem__, 5, 1))
match row:
    case [first, *rest]:
        print("a sequence", first, rest)
class OverRow(Row):
    pass
for n in 0, 1, 7, 1000:
    over = OverRow(n)
    over.attribute = n
    print(len(over), list(over)[:3], over.attribute, over.__dict__)
    over.me = over
del over
print(gc.collect() > 0)
print(resized())
class OverAtEnd(AtEnd):
    pass
print(item_data(AtEnd(3)), item_data(OverAtEnd(5)), attempt(item_data, Row(1)))
over = OverAtEnd(4)
over.x = 1
print(item_data(over), over.x)

# A free list.
for turn in range(5):
    kept = Kept([turn])
    kept.held.append(kept)
    print(kept.held[0])
    kept.held = turn
    del kept
print(how_often_reused())
one, two = Kept(1), Kept(2)
del one, two
one = Kept(None)
one.held = one
del one
print(gc.collect() > 0)

# A static object.
print(static_base.base, type(static_base) is Base, static_base)
static_base.held = [1]
print(static_base.held, len(static_base))
static_base.held = None

# Attributes.
odd = Odd()
odd.x = 1
del odd.y
print(odd.odd, attempt(getattr, odd, "even"), take_notes(), odd.__class__)
class OverOdd(Odd):
    pass
print(attempt(getattr, OverOdd(), "even"))
hooked = Hooked()
take_notes()
hooked.base = 3
hooked.base
print(attempt(getattr, hooked, "nothing"), attempt(delattr, hooked, "nothing"), take_notes())

# Flags.
print(attempt(NoInstances), attempt(setattr, NoInstances, "x", 1), attempt(type, "X", (NoInstances,), {}))
match Mapping():
    case {}:
        print("a mapping")
class OverMapping(Mapping):
    pass
match OverMapping():
    case [*_]:
        print("a sequence")
    case {}:
        print("a mapping")
equal = Equal()
print(equal == 3, equal != 3, attempt(hash, equal), Equal.__hash__)
print(attempt(hash, Unhashable()), Unhashable.__hash__)
take_notes()

final = Final()
del final
print(take_notes())
class OverFinal(Final):
    pass
final = OverFinal()
del final
print(take_notes())

for type_ in Base, Derived, Middle, Managed, Fields, Row, int, set, OverFields:
    print(asked(type_))
class OverToken(Token):
    pass
print(by_token(Token), by_token(OverToken))

class First:
    pass
class Second(First):
    mutable_base = True
print(attempt(freeze, Second), attempt(freeze, First))
