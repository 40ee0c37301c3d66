# memoryview.
import array


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


data = bytearray(b"abcdef")
v = memoryview(data)
print(len(v), v[0], v[-1], bytes(v[1:3]), v.tolist(), v.tobytes(), v.format, v.itemsize, v.nbytes, v.shape, v.strides, v.ndim, v.readonly, v.contiguous, v.suboffsets, v.obj is data)
v[0] = 90
v[1:3] = b"YX"
v[3:5] = memoryview(b"12")
print(data, v == data, v == b"ZYX12f", v[1:] == memoryview(b"YX12f"), v != b"x", v == 5)
print(bytes(v[::-1]), v[::2].tolist(), v[::2].strides, bytes(v[1:5][1:3]), v[::2].contiguous, 90 in v, list(v), v.hex(), v.hex(":"), bytes(reversed(v)))
r = memoryview(b"readonly")
print(r.readonly, hash(r) == hash(b"readonly"), r.toreadonly().readonly, v.toreadonly().readonly)
for action in (
    lambda: memoryview("text"), lambda: memoryview(5), lambda: memoryview([]), lambda: memoryview(), lambda: r.__setitem__(0, 1), lambda: v.__setitem__(0, 256), lambda: v.__setitem__(0, "x"), lambda: v.__setitem__(10, 1), lambda: v[10],
    lambda: v["x"], lambda: v.__setitem__(slice(0, 2), b"x"), lambda: v.__setitem__(slice(0, 1), 5), lambda: hash(v), lambda: v + b"x", lambda: v < v, lambda: v.__delitem__(0), lambda: v.x, lambda: v.cast("i"), lambda: v.cast("z"), lambda: v[0, 0], lambda: data.append(1),
):
    attempt(action)
numbers = memoryview(bytearray(8)).cast("i")
numbers[0], numbers[1] = 1, -1
print(numbers.tolist(), numbers.itemsize, numbers.format, len(numbers), numbers.nbytes, numbers.cast("B").tolist() in ([1, 0, 0, 0, 255, 255, 255, 255], [0, 0, 0, 1, 255, 255, 255, 255]))
attempt(lambda: numbers.__setitem__(0, 2**31))
attempt(lambda: numbers.__setitem__(0, 1.5))
attempt(lambda: numbers.cast("h"))
for code, value in (("b", -5), ("B", 5), ("h", -300), ("H", 300), ("q", -(2**40)), ("Q", 2**63), ("f", 1.5), ("d", 0.1), ("?", True), ("c", b"x")):
    view = memoryview(bytearray(8)).cast(code)
    view[0] = value
    print(code, view[0], view.itemsize, len(view), end=" | ")
print()
grid = memoryview(bytes(range(12))).cast("B", shape=[3, 4])
print(grid.tolist(), grid.shape, grid.strides, grid.ndim, grid[1, 2], len(grid), grid.nbytes)
attempt(lambda: grid[5, 0])
attempt(lambda: grid[0, 0, 0])
attempt(lambda: grid[0])
attempt(lambda: memoryview(b"abcd").cast("B", shape=[3]))
a = array.array("i", [1, 2, 3])
av = memoryview(a)
av[1] = 20
print(a, av.format, av.tolist(), av == a, av == array.array("i", [1, 20, 3]), av == array.array("q", [1, 20, 3]))
attempt(lambda: a.append(4))
av.release()
a.append(4)
print(a)
with memoryview(data) as m:
    print(m[0])
attempt(lambda: m[0])
attempt(lambda: len(m))
attempt(lambda: m.tolist())
print(repr(m) if "released" in repr(m) and False else "<released memory at" in repr(m))
v.release()
v.release()
data.append(1)
print(data)
attempt(lambda: v.obj)
outer = memoryview(bytearray(b"xyz"))
inner = outer[1:]
outer.release()
print(inner.tolist())
attempt(lambda: bytes(outer))
print(memoryview(memoryview(b"ab")).tolist(), bytes(memoryview(b"")), memoryview(b"") == b"", memoryview(b"abc")[3:].tolist(), b"".join([memoryview(b"a"), b"b"]), bytearray(memoryview(b"q")), b"a" + memoryview(b"b"), int.from_bytes(memoryview(b"\x01\x02")))
match memoryview(b"ab"):
    case [x, y]:
        print(x, y)
