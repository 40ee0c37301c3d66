# Values that wait in front of a `yield` while the frame is stopped, and the stack is used for other things.
def dirty(n, *a):
    x = [n, str(n)] ; y = (n, x, a)
    return dirty(n-1, x, y, *a) if n else len(a)
def g1(): 
    r = 1000 + (yield)
    yield r
def g2():
    r = "abc" + (yield)
    yield r
def g3():
    r = [1, "two", (yield), 3.5, (yield)]
    yield r
def g4():
    r = dict(a=1, b="x", c=(yield), d=(yield))
    yield r
def g5():
    yield f"{1}-{'q'}-{(yield)}-{2:>{(yield)}}"
def g6():
    yield max(1, (yield), 7, key=lambda v: -v)
def g7():
    yield "%s %s" % ("a", (yield))
def g8():
    yield {1: (yield), "k": (yield)}
def g9():
    yield 1 < (yield) < 5
def g10():
    x = {}
    x["key"] = (yield)
    yield x
def g11():
    yield 5 if (yield) else 6
def g12():
    yield (1, 2)[(yield)]
def g13():
    yield slice(1, (yield), 2)
def g14():
    yield "abcdef"[1:(yield):2]
def g15():
    import os
    yield "-".join(["a", (yield)])
def g16():
    yield 10 ** (yield) - 3
for g in (g1,g2,g3,g4,g5,g6,g7,g8,g9,g10,g11,g12,g13,g14,g15,g16):
    it = g(); r = next(it)
    n = 0
    while r is None:
        dirty(8, g, "zzz")
        v = {"g2":"d","g7":"b","g15":"b"}.get(g.__name__, 3 if g.__name__!="g12" else 1)
        try: r = it.send(v)
        except Exception as e: r = e
    print(g.__name__, repr(r))
