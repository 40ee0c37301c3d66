import array, gc, io, struct
import buffers
from buffers import Grid

def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error)

SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
C, F, ANY, FULL, FULL_RO = 0x38, 0x58, 0x98, 0x11D, 0x11C

# Views of built-in objects.
for flags in (SIMPLE, WRITABLE, FORMAT, ND, STRIDES, ND | FORMAT, C, F, ANY, FULL_RO, FULL):
    print(flags, attempt(buffers.view, b"abcd", flags), attempt(buffers.view, bytearray(b"abcd"), flags))
    print(attempt(buffers.view, array.array("h", [1, 2, 3]), flags))
    print(attempt(buffers.view, memoryview(bytearray(b"abcdef")), flags))
    print(attempt(buffers.view, memoryview(b"abcdef")[::2], flags))
    print(attempt(buffers.view, memoryview(bytes(range(6))).cast("b", (2, 3)), flags))
    print(attempt(buffers.view, Grid(), flags), attempt(buffers.view, Grid(2), flags))
print(attempt(buffers.view, "text", SIMPLE), attempt(buffers.view, 3, FULL), attempt(buffers.view, Grid(1), 0))
print([buffers.has_buffer(x) for x in (b"", bytearray(), memoryview(b""), Grid(), "", 1, [], array.array("b"))])

# A bytearray is fixed while a view is open, and free afterwards.
array_ = bytearray(b"abc")
buffers.view(array_, FULL)
array_.append(1)
print(array_)

# A C type's buffer in Python's hands.
grid = Grid()
shown = memoryview(grid)
print(shown.format, shown.shape, shown.strides, shown.tolist(), shown.obj is grid, grid.open)
other = shown[1:]
print(other.tolist(), grid.open)
shown.release()
print(grid.open)
other.release()
print(grid.open)
print(bytes(grid), bytearray(grid), struct.unpack_from("bb", Grid(2)), grid.open)
print(b"".join([grid, Grid(2)]), io.BytesIO(grid).getvalue())
with memoryview(grid) as first, memoryview(grid) as second:
    print(grid.open, first == second)
print(grid.open, attempt(memoryview, Grid(1)), attempt(bytes, Grid(1)))
print(memoryview(Grid(3)).tolist(), bytes(Grid(3)))

# Released with the collector's help.
class Holder:
    pass
class Sub(Grid):
    pass
holder = Sub()
holder.view = memoryview(holder)
del holder
print(gc.collect() > 0)

class Own(Grid):
    def __buffer__(self, flags):
        return memoryview(b"of Python")
print(bytes(memoryview(Own())), buffers.view(Own(), SIMPLE)[1:3])

print(buffers.items(Grid()))
print(buffers.items(Grid(3)))
print(buffers.numbers())

target = bytearray(6)
print(attempt(buffers.copy_data, target, b"123456"), target)
print(attempt(buffers.copy_data, memoryview(target)[::2], b"abc"), target)
print(attempt(buffers.copy_data, target, b"1234567"), attempt(buffers.copy_data, b"123", b"abc"))
print(attempt(buffers.copy_data, target, "text"))

print(buffers.memoryviews(b"abc"), buffers.memoryviews(array.array("i", [1, 2])), buffers.memoryviews([]))
read, write, all_, error, base = buffers.of_memory()
print(bytes(read), read.readonly, read.obj, bytes(write), write.readonly, bytes(all_), all_.readonly, error, base)
write[0] = 83
print(bytes(all_))
for order in b"C", b"F", b"A":
    for kind in 0x100, 0x200:
        for object in bytearray(b"abcdef"), memoryview(bytearray(b"abcdef"))[::2], Grid(), Grid(3), b"abc":
            made = attempt(buffers.contiguous, object, kind, order)
            print(order, kind, made if isinstance(made, tuple) else (bytes(made), made.strides, made.readonly))

print(buffers.bytearrays())
print(buffers.pickle_buffers(b"abc"), buffers.pickle_buffers(3))

class File:
    def __init__(self, answer):
        self.answer = answer
    def fileno(self):
        return self.answer
print([attempt(buffers.descriptor, x) for x in (3, File(4), File("x"), File(-1), -2, "x", True, 2**70)])
