import atexit
def f(*a, **k): print("f", a, k)
atexit.register(f, 1, x=2); atexit.register(f)
def g(): print("g")
atexit.register(g)
atexit.unregister(f); 
@atexit.register
def h(): print("h"); atexit.register(print, "late")
for bad in [lambda: atexit.register(), lambda: atexit.register(5)]:
    try: bad()
    except TypeError as e: print(e)
