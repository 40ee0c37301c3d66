# tracemalloc: what is traced, and where it was allocated.
import sys
import tracemalloc

EMPTY = sys.getsizeof(b"")


def line():
    return sys._getframe(1).f_lineno


def allocate(size):
    return b"x" * (size - EMPTY)


def deeper(size):
    return allocate(size)


print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())
print(tracemalloc.get_object_traceback(object()))
tracemalloc.start(3)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
data = deeper(12345)
found = tracemalloc.get_object_traceback(data)
first = allocate.__code__.co_firstlineno
print([frame.lineno - first for frame in found], len(found), found.total_nframe)
before, peak = tracemalloc.get_traced_memory()
block = allocate(1024 * 1024)
after, peak = tracemalloc.get_traced_memory()
print(0 <= after - before - 1024 * 1024 < 4096, peak >= after)
del block
less, peak = tracemalloc.get_traced_memory()
print(less < before + 4096, peak >= after)
# So large that its memory goes back to the system at once.
for _ in range(2):
    block = allocate(20_000_000)
    del block
print(tracemalloc.get_traced_memory()[0] < before + 4096)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < before + 4096)

items = [[i] for i in range(1000)]
at = line() - 1
snapshot = tracemalloc.take_snapshot()
here = [s for s in snapshot.statistics("lineno") if s.traceback[0].filename == __file__ and s.traceback[0].lineno == at]
print(len(here), here[0].count >= 2000, here[0].size > 50000)
del items
second = tracemalloc.take_snapshot()
gone = [s for s in second.compare_to(snapshot, "lineno")
        if s.traceback[0].filename == __file__ and s.traceback[0].lineno == at]
print(gone[0].size_diff < -50000, gone[0].count_diff <= -2000)
only = snapshot.filter_traces([tracemalloc.Filter(True, __file__)])
print({s.traceback[0].filename == __file__ for s in only.statistics("filename")})
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(data), tracemalloc.get_traced_memory()[0] < 100000)


class Thing:
    def __init__(self):
        self.value = 1


thing = Thing()
at = line() - 1
print(tracemalloc.get_object_traceback(thing)[-1].lineno == at)
print(tracemalloc.get_tracemalloc_memory() > 0)
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
for bad in (0, -1, 70000):
    try:
        tracemalloc.start(bad)
    except ValueError as error:
        print(error)
try:
    tracemalloc.take_snapshot()
except RuntimeError as error:
    print(error)


def churn():
    for i in range(20000):
        x = [i, str(i)]


tracemalloc.start()
churn()
size, peak = tracemalloc.get_traced_memory()
print(size < 100000, peak < 200000)
tracemalloc.stop()
