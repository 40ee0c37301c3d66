# The modules trace and profile, on top of sys.settrace and sys.setprofile.
import profile
import pstats
import trace


def f(n):
    total = 0
    for i in range(n):
        total += i
    return total


def g():
    return f(2) + f(3)


tracer = trace.Trace(count=1, trace=0)
print(tracer.runfunc(f, 3))
first = f.__code__.co_firstlineno
counts = tracer.results().counts
print(sorted((line - first, count) for (file, line), count in counts.items() if file == __file__))
tracer = trace.Trace(countfuncs=1)
tracer.runfunc(g)
print(sorted(name for _, _, name in tracer.results().calledfuncs))
tracer = trace.Trace(countcallers=1)
tracer.runfunc(g)
print(sorted((caller[2], called[2]) for caller, called in tracer.results().callers))
profiler = profile.Profile()
print(profiler.runcall(g))
profiler.create_stats()
stats = pstats.Stats(profiler)
print(sorted((name, row[0]) for (_, _, name), row in stats.stats.items() if name in ("f", "g")))
