# bytearray: what changes it, and the buffers that forbid it.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


a = bytearray(b"hello")
a[0] = 72
a[-1:] = b"O!"
print(a, len(a), a[1], a[1:3], a == b"HellO!", b"ell" in a, bytes(a))
a.append(33)
a.extend(b"ab")
a.extend([99, 100])
a += b"e"
a *= 2
print(a)
a[::2] = b"." * len(a[::2])
print(a)
del a[5:]
del a[0]
print(a, a.pop(), a.pop(0), a)
a.insert(0, 65)
a.insert(100, 90)
a.remove(90)
a.reverse()
print(a, a.copy() == a, a.copy() is a)
a[1:2] = []
a[1:1] = range(3)
print(a)
a.clear()
print(a, bool(a))
for action in (
    lambda: bytearray().pop(), lambda: bytearray(b"x").pop(5), lambda: bytearray(b"x").remove(5), lambda: bytearray(b"x").append(256),
    lambda: bytearray(b"x").append("x"), lambda: bytearray(b"x").append(-1), lambda: bytearray(b"x").extend("x"), lambda: bytearray(b"x").extend(5),
    lambda: bytearray(b"x").extend([256]), lambda: bytearray(b"x").__setitem__(5, 1), lambda: bytearray(b"x").__setitem__(0, 256),
    lambda: bytearray(b"x").__setitem__(0, "x"), lambda: bytearray(b"xyz").__setitem__(slice(0, 3, 2), b"x"), lambda: bytearray(b"x").__setitem__(slice(0, 1), "x"),
    lambda: bytearray(b"x").__delitem__(5), lambda: bytearray(b"x").insert(0, 300), lambda: hash(bytearray()), lambda: bytearray("x"), lambda: bytearray([1, "x"]),
    lambda: bytearray(b"x") + "x", lambda: bytearray(b"x").__iadd__(5), lambda: bytearray(-1), lambda: bytearray(b"x")[5], lambda: {bytearray(): 1},
):
    attempt(action)
b = bytearray(b"Hello World")
print(b.upper(), b.split(), b.find(b"o"), b.replace(b"o", b"0"), b.decode(), b.hex(), b.startswith(b"He"), b.title(), b.center(15, b"*"), b.strip(b"Hd"), b.partition(b" "))
print(type(b.upper()).__name__, type(b[:1]).__name__, type(b + b"x").__name__, type(b"x" + b).__name__, type(b.split()[0]).__name__, b.translate(None, b"l"), bytearray.fromhex("00ff"))
print(b == bytearray(b"Hello World"), b < b"I", b != "x", b"x".join([b, b]), bytearray(b",").join([b"a", b"b"]))
it = iter(bytearray(b"abc"))
print(next(it), list(it), list(reversed(bytearray(b"abc"))))
c = bytearray(b"abc")
for x in c:
    if len(c) < 6:
        c.append(x)
print(c)
view = memoryview(c)
for action in (lambda: c.append(1), lambda: c.clear(), lambda: c.pop(), lambda: c.extend(b"x"), lambda: c.__delitem__(0), lambda: c.__setitem__(slice(0, 1), b"xy")):
    attempt(action)
c[0] = 90
c[1:3] = b"YX"
print(view[0], bytes(view))
view.release()
c.append(1)
print(c)
d = bytearray(b"x")
e = d
e += b"y"
print(d, d is e, d.__sizeof__() > 0, d.__alloc__() >= 3)
print(bytearray(b"%d-%s") % (5, b"x"), repr(bytearray(b"'")), str(bytearray(b'"')), bytearray(3))


class Sub(bytearray):
    pass


s = Sub(b"x")
s.attribute = 1
print(s, type(s * 2).__name__, s.attribute, s == b"x")
big = bytearray(100_000)
big[50_000] = 1
print(big.find(1), big.count(0), len(big[::3]), sum(big))
del big[:50_000]
print(big[0], len(big))
