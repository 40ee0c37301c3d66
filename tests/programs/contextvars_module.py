# ContextVar, Context, Token.
from _contextvars import Context, ContextVar, Token, copy_context


def fails(f, *args):
    try:
        print("no error:", f(*args))
    except Exception as error:
        print(type(error).__name__, str(error).split("<")[0].split("0x")[0], len(error.args))


v = ContextVar("v")
w = ContextVar("w", default=7)
print(v.name, w.get(), w.get(8), v.get("none"))
fails(v.get)
t = v.set(1)
print(v.get(), t.var is v, t.old_value is Token.MISSING)
u = v.set(2)
print(u.old_value, v.get())
c = copy_context()
v.set(3)
print(c[v], v.get(), len(c), v in c, w in c, c.get(w), c.get(w, "d"), list(c) == [v], list(c.values()))
fails(lambda: c[w])
fails(lambda: c["v"])


def inside(a, b=0):
    print(v.get(), v.set(a + b).old_value, v.get(), w.set("w").old_value is Token.MISSING)
    fails(c.run, print)
    fails(v.reset, t)
    return "result"


print(c.run(inside, 10, b=5), v.get(), w.get(), c[v], c[w])
print([v.get() for _ in c.items()], sorted(str(x) for x in c.values()))
v.reset(u)
print(v.get())
fails(v.reset, u)
fails(w.reset, t)
v.reset(t)
fails(v.get)
fails(v.reset, 5)
fails(ContextVar)
fails(ContextVar, 5)
fails(Context, 1)
fails(Token)
fails(hash, t)
e = Context()
print(len(e), e.run(v.get, "empty"), e.run(v.set, 4).old_value is Token.MISSING, len(e), len(e.copy()))
fails(e.run)


def raises():
    v.set(99)
    raise ValueError("in the context")


fails(e.run, raises)
print(e[v], v.get("outside"), ContextVar[int], e.run(lambda: copy_context()[v]))
