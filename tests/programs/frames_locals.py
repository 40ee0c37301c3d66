# Frames: f_locals where it is written through, frames that outlive their calls, clear(), f_back, generators' frames.
import sys


def f(a):
    b = 2
    frame = sys._getframe()
    frame.f_locals["b"] = 20
    frame.f_locals["extra"] = "e"
    print(sorted(frame.f_locals), a, b, frame.f_locals["extra"])
    return frame


frame = f(1)
print(frame.f_locals["a"], frame.f_locals["b"], frame.f_back is not None, frame.f_code.co_name)
frame.clear()
print(dict(frame.f_locals), frame.f_lineno == f.__code__.co_firstlineno + 5)


def closure():
    x = 1

    def inner():
        return x
    sys._getframe().f_locals["x"] = 5
    return inner()


print(closure())


def gen():
    y = 1
    yield sys._getframe()
    y += 1
    yield y


g = gen()
frame = next(g)
print(frame is g.gi_frame, frame.f_locals["y"], frame.f_lineno - gen.__code__.co_firstlineno, frame.f_back)
frame.f_locals["y"] = 10
print(next(g), frame.f_lineno - gen.__code__.co_firstlineno)
try:
    sys._getframe().clear()
except RuntimeError as error:
    print(error)
g = gen()
frame = next(g)
try:
    frame.clear()
except RuntimeError as error:
    print(error)
g.close()
print(g.gi_frame)


class C:
    z = 3
    names = sorted(n for n in sys._getframe().f_locals if not n.startswith("__"))
    values = [sys._getframe().f_locals.get("n") for n in range(2)]


print(C.names, C.values)
print(sys._getframemodulename(), sys._getframemodulename(1), sys._getframemodulename(0))
print(list(sys._current_frames().values())[0] is sys._getframe())
try:
    raise KeyError("k")
except KeyError as error:
    print(repr(list(sys._current_exceptions().values())[0]))


def raises():
    raise ValueError


try:
    raises()
except ValueError as error:
    tb = error.__traceback__
    print(tb.tb_next.tb_frame.f_code.co_name, tb.tb_next.tb_next)
    tb.tb_next = None
    print(tb.tb_next)
    try:
        tb.tb_next = tb
    except ValueError as loop:
        print(loop)


def origin():
    async def c():
        pass
    sys.set_coroutine_origin_tracking_depth(2)
    made = c()
    sys.set_coroutine_origin_tracking_depth(0)
    print([(line - origin.__code__.co_firstlineno, name) for _, line, name in made.cr_origin][0])
    made.close()


origin()
print(sys.get_coroutine_origin_tracking_depth())


async def ticks():
    yield 1
    yield 2


def hooks():
    seen = []
    sys.set_asyncgen_hooks(firstiter=lambda a: seen.append("first"), finalizer=lambda a: seen.append("last"))
    print(sys.get_asyncgen_hooks().firstiter is not None)
    a = ticks()
    try:
        a.__anext__().send(None)
    except StopIteration as stop:
        print(stop.value)
    del a
    sys.set_asyncgen_hooks(None, None)
    print(seen, sys.get_asyncgen_hooks())


hooks()
for bad in (1, "x"):
    try:
        sys.set_asyncgen_hooks(firstiter=bad)
    except TypeError as error:
        print(error)
print(sys.getallocatedblocks() > 0, sys.getunicodeinternedsize() > 0, sys.float_repr_style, sys.abiflags)
