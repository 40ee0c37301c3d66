# Locals live to the end of the frame; tracebacks keep frames; `as` names are deleted.
import gc
import sys

gc.disable()


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("freed", self.name)


def used_once():
    thing = Thing("a local")
    print("used", thing.name)
    print("still there after its last use")


used_once()


def temporary():
    print("temporary", Thing("temp").name)
    print("after the temporary")


temporary()


def raising():
    thing = Thing("in the raising frame")
    raise ValueError("message")


try:
    raising()
except ValueError as error:
    kept = error
    print("in the handler")
print("frame kept by the traceback", kept.__traceback__.tb_next.tb_frame.f_code.co_name)
print("its local", kept.__traceback__.tb_next.tb_frame.f_locals["thing"].name)
kept.__traceback__ = None
print("traceback dropped")
try:
    error
except NameError as e:
    print(e)

try:
    raising()
except ValueError:
    print("without a name")
print("after")


def caught_inside():
    thing = Thing("around")
    try:
        raise KeyError(1)
    except KeyError as error:
        pass
    print("error is gone:", "error" in locals())


caught_inside()


def cleared():
    thing = Thing("cleared from outside")
    raise RuntimeError


try:
    cleared()
except RuntimeError as error:
    error.__traceback__.tb_next.tb_frame.clear()
    print("cleared")
try:
    sys._getframe().clear()
except RuntimeError as error:
    print(error)


def frame_of_itself():
    thing = Thing("held by its own frame object")
    frame = sys._getframe()


frame_of_itself()
print("a cycle", gc.collect() > 0)


def outer():
    thing = Thing("outer's")
    return inner()


def inner():
    thing = Thing("inner's")
    return sys._getframe().f_back.f_code.co_name, sorted(sys._getframe(1).f_locals)


print(outer())


def returned():
    thing = Thing("returned")
    return thing


print(returned().name)
held = returned()
print("held")
held = None


def with_finally():
    thing = Thing("finally")
    try:
        return thing.name
    finally:
        del thing
        print("deleted in finally")


print(with_finally())


def parameters(thing):
    thing = None
    print("the parameter is rebound")


parameters(Thing("an argument that only the callee holds"))


def deleted():
    thing = Thing("deleted")
    del thing
    try:
        thing
    except UnboundLocalError as error:
        print(error)


deleted()


def looped():
    for name in ("one", "two"):
        thing = Thing(name)
    print("loop ended, the last one lives")


looped()
locals_seen = (lambda a, b: sorted(locals().items()))(1, 2)
print(locals_seen)
print([Thing(str(n)).name for n in range(2)], "comprehension")
x = Thing("module")
x = x.name
print(x)
