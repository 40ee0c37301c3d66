# What is told first about arguments that do not fit, and how None is named.
import gc
import sys
import types


def shown(function, *args, **keywords):
    try:
        print(function(*args, **keywords))
    except BaseException as error:
        print(type(error).__name__, error)


shown(compile, x=1)
shown(compile, "a", nosuch=1)
shown(pow, x=1)
shown(pow, 1, 2, 3, x=1)
shown(round, x=1)
shown(open, nosuch=1)
shown(__import__, nosuch=1)
shown(memoryview, x=1)
shown(memoryview, 1, x=1)
shown(memoryview, x=1, y=2)
shown(sum, [1], x=1)
shown((5).to_bytes, 1, "big", 3, 4)
shown(int.from_bytes, b"a", None)
shown(exec, 1, 2, 3, 4, 5)
shown(format, 1, None)
shown(type, None, None, None)
shown(ExceptionGroup, None, None)
shown(sys.intern, None)
shown(float.__getformat__, None)
shown(types.ModuleType, None)
shown(types.ModuleType, 5)
shown(object().__format__, None)

shown(chr, 10**30)
shown(chr, -1)
for start in ("", b"", bytearray()):
    shown(sum, [], start)
    shown(sum, [start], start)
print(None.__ne__(None), None.__ne__(1), object.__ne__(None, None))

shown(gc.set_threshold)
shown(gc.set_threshold, 1, 2, 3, 4)
shown(gc.set_debug, 10**20)
shown(gc.get_objects, "a")
shown(gc.get_objects, 10**20)
print(gc.get_threshold(), gc.get_debug())

for code in (None, 42, "text", (), (42,), (1, 2)):
    try:
        sys.exit(code)
    except SystemExit as error:
        print(error.args, repr(error.code))
shown(sys.unraisablehook, 1)
