# The switches and counters of the collector.
import gc

print(gc.isenabled())
gc.disable()
print(gc.isenabled())
gc.enable()
print(gc.isenabled())
print(gc.get_threshold())
gc.set_threshold(500)
print(gc.get_threshold())
gc.set_threshold(600, 7)
print(gc.get_threshold())
gc.set_threshold(2000, 10, 10)
for arguments in [(), (1, 2, 3, 4), ("x",)]:
    try:
        gc.set_threshold(*arguments)
    except TypeError as error:
        print(type(error).__name__)

count = gc.get_count()
print(type(count).__name__, len(count), all(isinstance(part, int) for part in count))
gc.disable()
gc.collect()
before = gc.get_count()[0]
keep = [[] for _ in range(100)]
print("counted", gc.get_count()[0] - before >= 100)
del keep
gc.collect(0)
print("young count after a young collection", gc.get_count()[0] < 50)

for generation in (0, 1, 2):
    print("generation", generation, gc.collect(generation) >= 0)
for wrong in (3, -1):
    try:
        gc.collect(wrong)
    except ValueError as error:
        print(type(error).__name__, error)
print(gc.collect(generation=1) >= 0)

stats = gc.get_stats()
print(len(stats), [sorted(one) for one in stats])
before = gc.get_stats()[2]["collections"]
gc.collect()
print("one more", gc.get_stats()[2]["collections"] - before)
cycle = []
cycle.append(cycle)
del cycle
before = gc.get_stats()[2]["collected"]
gc.collect()
print("collected", gc.get_stats()[2]["collected"] - before)
print(gc.garbage, gc.get_debug(), gc.callbacks)
print(gc.DEBUG_STATS, gc.DEBUG_COLLECTABLE, gc.DEBUG_UNCOLLECTABLE, gc.DEBUG_SAVEALL, gc.DEBUG_LEAK)

# Automatic collection: a cycle is freed without being asked for, once enough has been made.
import weakref


class Node:
    pass


gc.enable()
gc.set_threshold(100, 5, 5)
gc.collect()
node = Node()
node.me = node
seen = weakref.ref(node)
del node
keep = []
for _ in range(20000):
    keep.append([])
print("automatic", seen() is None)

# Switched off, it stays off.
gc.disable()
node = Node()
node.me = node
seen = weakref.ref(node)
del node
for _ in range(20000):
    keep.append([])
print("switched off", seen() is None)
gc.collect()
print("asked", seen() is None)
