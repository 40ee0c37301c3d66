import gc, sys, weakref
import objects
from objects import Callable, Target

def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error)

# Weak references; the field is non-NULL exactly while there are some.
target = Target()
print(objects.weak_field(target))
first = weakref.ref(target)
print(objects.weak_field(target))
second = weakref.ref(target, lambda ref: print("callback", ref is second))
del first
print(objects.weak_field(target))
*rest, ref = objects.weak(target, lambda ref: print("called from C"))
print(rest[:-1], type(ref).__name__, objects.weak_field(target))
del target
print(second(), objects.dead(ref), objects.dead(second))
target = Target()
first = weakref.ref(target)
del first
print(objects.weak_field(target), weakref.getweakrefcount(target))
del target
print(objects.last_dealloc())
class Derived(Target):
    pass
derived = Derived()
proxy = weakref.proxy(derived)
print(objects.weak_field(derived))
del proxy
print(objects.weak_field(derived))
print(objects.weak(3, None), objects.weak([], None))
print(attempt(weakref.ref, Callable()))

print(objects.capsules())

def function(a=1, b=2, *, key=3):
    return a, b, key
result = objects.functions(function)
print(result)
target = Target()
print(target.of_instance.__self__ is target, Target.of_instance is function, target.of_instance()[0] is target)
print(type(Target.__dict__["of_instance"]).__name__)
print(objects.cells(5), objects.cells("x"))
result = objects.descriptors(int.__abs__)
print([x for x in result])
del result
print(Target.twice, Target().twice, attempt(setattr, Target(), "twice", 1))
for which in range(18):
    for value in 1, -1, 2**31, 2**63, 2**64, "c", "text", 1.5, None, True, ...:
        print(which, repr(value), attempt(objects.member, which, value))

def outer():
    cell = 1
    def inner(a, b=cell):
        local = cell
        return local + a
    return inner
print(objects.code(outer.__code__)[:4], objects.code(outer().__code__))
def framed(argument):
    local = "a local"
    return objects.frame(sys._getframe())
found = framed(1)
print(found[0], found[1] is framed.__code__, found[2:5], found[6:])
def gen():
    yield
async def coro():
    pass
async def agen():
    yield
c = coro()
print(objects.generator(gen())[0], objects.generator(gen())[1] is gen.__code__, objects.generator(c)[0], objects.generator(agen())[0], objects.generator([]))
c.close()
gc.collect()
print(objects.collector())
class Final:
    def __del__(self):
        print("finalized")
final = Final()
print(objects.finalize(final), objects.finalize(3))
del final
print("gone")
print(Callable()(1, 2, a=3), attempt(objects.call_with, Callable(), (1, 2), {"x": 3}))
print(objects.call_with(Callable(), (), None), objects.call_with(print, ("printed",), {"end": "!\n"}))
print(objects.call_with(dict, (), {"a": 1}), attempt(objects.call_with, dict, (), {1: 1}), objects.call_with(len, (), {}))
