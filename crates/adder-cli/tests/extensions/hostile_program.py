import functools
import gc
import sys
import weakref

import hostile
from hostile import Liar

gc.disable()
HONEST, VISITS_TWICE, VISITS_NOTHING, VISITS_ANOTHER, STOPS = range(5)


def outcome(f, *args):
    try:
        print(f(*args))
    except BaseException as error:
        cause = error.__cause__
        print(type(error).__name__, error, '|', type(cause).__name__, cause)


print('what must not be returned')
# Called by C: CPython's evaluation loop looks less closely.
outcome(functools.partial(hostile.null_without))
outcome(functools.partial(hostile.value_with))
# The texts differ: CPython's names the class that was called, Adder's the slot that failed.
try:
    hostile.Failing()
except SystemError as error:
    print('SystemError', 'without setting an exception' in str(error))

print('recursion through tp_repr')
circle = Liar(HONEST, None)
circle.held = circle
try:
    repr(circle)
except RecursionError:
    print('RecursionError')
circle.held = None


class Seen:
    pass


def cycle(mode):
    """A cycle of one that lies, and a weak reference to something in it."""
    liar = Liar(mode, None)
    seen = Seen()
    seen.liar = liar
    liar.held = seen
    return weakref.ref(seen)


print('tp_traverse')
seen = cycle(HONEST)
gc.collect()
print('an honest cycle is gone:', seen() is None)
# What is visited too seldom stays.
seen = cycle(VISITS_NOTHING)
gc.collect()
print('nothing is visited, and all stays:', seen() is not None)
seen().liar.held = None
print(seen() is None)
# What another object is said to be held by stays whole, since others hold it.
kept = [1, 2, 3]
hostile.set_another(kept)
seen = cycle(VISITS_ANOTHER)
gc.collect()
print('another is visited:', kept, seen() is not None)
seen().liar.held = None
hostile.set_another(None)
# A function that stops stops nothing else.
before = [Seen() for _ in range(3)]
stopping = Liar(STOPS, before)
gc.collect()
print('it stops:', len(before), stopping.held is before)
stopping.held = None

print('tp_clear')
found = []


def called(liar):
    """Runs in the middle of clearing: collects, makes cycles, and keeps the object."""
    found.append(type(liar).__name__)
    gc.collect()
    one, two = Seen(), Seen()
    one.other, two.other = two, one
    del one, two
    gc.collect()
    kept_alive.append(liar)


kept_alive = []
liar = Liar(HONEST, None, called)
liar.held = liar
del liar
gc.collect()
print(found, len(kept_alive), kept_alive[0].held)
kept_alive.clear()


def failing(liar):
    raise KeyError('in a callback')


reported = []
sys.unraisablehook = lambda args: reported.append((type(args.exc_value).__name__, str(args.exc_value)))
liar = Liar(HONEST, None, failing)
liar.held = liar
del liar
gc.collect()
print(reported)
sys.unraisablehook = sys.__unraisablehook__

print('tp_dealloc')
for _ in range(1000):
    hostile.Forgetting()
print('forgotten')
print('done')
