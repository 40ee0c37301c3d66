# gc.callbacks, gc.garbage with DEBUG_SAVEALL, freeze.
import gc

gc.disable()
gc.collect()


def watch(phase, info):
    print(phase, sorted(info.items()))


gc.callbacks.append(watch)
gc.collect()
x = []
x.append(x)
del x
gc.collect()
gc.collect(0)
gc.callbacks.remove(watch)
gc.collect()
print(gc.callbacks)


def failing(phase, info):
    raise ValueError(phase)


import sys


def hook(unraisable):
    print("unraisable", type(unraisable.exc_value).__name__, unraisable.exc_value)


sys.unraisablehook = hook
gc.callbacks.append(failing)
gc.collect()
gc.callbacks.clear()
sys.unraisablehook = sys.__unraisablehook__

gc.set_debug(gc.DEBUG_SAVEALL)
print(gc.get_debug())


class Saved:
    pass


saved = Saved()
saved.me = saved
del saved
gc.collect()
gc.set_debug(0)
print([type(one).__name__ for one in gc.garbage if isinstance(one, Saved)])
print(gc.garbage[0].me is gc.garbage[0] if isinstance(gc.garbage[0], Saved) else "first is something else")
gc.garbage.clear()
gc.collect()

# Frozen objects are not looked at, but what they hold stays alive.
print(gc.get_freeze_count())
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())


class Freezing:
    def __del__(self):
        print("freed")


frozen = Freezing()
frozen.me = frozen
gc.freeze()
del frozen
gc.collect()
print("still there")
gc.unfreeze()
gc.collect()
print("gone")

# A collection inside a collection does nothing.
class Nested:
    def __del__(self):
        print("nested", gc.collect())


nested = Nested()
nested.me = nested
del nested
print(gc.collect() > 0)
