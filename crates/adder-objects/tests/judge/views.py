"""memoryview."""

from cases import *

BASE = bytes(range(24))
for base in (BASE, bytearray(BASE), b"", bytearray()):
    for name in ("tolist", "tobytes", "hex", "release"):
        view(base, (name,))
    for name in ("nbytes", "readonly", "itemsize", "format", "ndim", "shape", "strides", "suboffsets", "c_contiguous", "f_contiguous", "contiguous", "obj"):
        view(base, (".", name))
        view(base, ("cast", "h"), (".", name))
        view(base, ("cast", "B", [4, 6]), (".", name))
        view(base, ("release",))
    view(base, ("len",))
    view(base, ("bytes",))
    view(base, ("view",), ("tolist",))
    for other in (BASE, bytearray(BASE), b"x", 5, "x", None):
        view(base, ("==", other))
    view(base, ("hash", BASE))
    view(base, ("toreadonly",), ("hash", BASE))
    for at in (0, -1, 23, 24, -24, -25, 2**70, "x", 1.5, (), (1,), (1, 2), ..., None, ("a",)):
        view(base, ("[]", at))
        view(base, ("[]=", at, 5))
        view(base, ("[]=", at))
    for x in (0, 255, 256, -1, "x", None, b"x", 1.5, True, 2**70):
        view(base, ("[]=", 0, x))
    for f in ("b", "B", "c", "h", "H", "i", "I", "l", "L", "q", "Q", "n", "N", "f", "d", "e", "?", "P", "x", "@h", "<h", "hh", "", "@", "é", "F"):
        view(base, ("cast", f), ("tolist",))
        view(base, ("cast", f), ("bytes",))
        view(base, ("cast", f), ("len",))
        view(base, ("cast", f), (".", "strides"))
        view(base, ("cast", f), ("cast", "h"), ("tolist",))
        view(base, ("cast", f), ("cast", "B"), ("tolist",))
        for x in (0, 1, -1, 127, 128, 255, 256, 65535, 65536, -32769, 2**31, 2**32, 2**63, 2**64, -(2**63), 1.5, 1e300, float("inf"), "x", b"x", b"xy", None, True):
            view(base, ("cast", f), ("[]=", 0, x))
        view(base, ("cast", f), ("[]", 1))
    for shape in ([4, 6], (2, 3, 4), [24], [2, 12], [5, 5], [], [0], [-1], ["x"], 24, "x", [24, 1], [2**40, 2**40], [1] * 65, (1.5,)):
        view(base, ("cast", "B", shape), ("tolist",))
        view(base, ("cast", "B", shape), (".", "shape"))
    view(base, ("cast", "h", [3, 4]), ("tolist",))
    grid = ("cast", "B", [4, 6])
    for at in ((0, 0), (3, 5), (-1, -1), (4, 0), (0, 6), (0,), (0, 0, 0), 0, 5, ..., "x", (), (0, "x")):
        view(base, grid, ("[]", at))
        view(base, grid, ("[]=", at, 77))
    view(base, grid, ("cast", "B"), ("tolist",))
    view(base, grid, ("cast", "B", [2, 12]), ("tolist",))
    view(base, grid, ("tobytes",))
    view(base, grid, ("tobytes", "F"))
    view(base, grid, ("tobytes", "A"))
    view(base, ("tobytes", "x"))
    view(base, ("tobytes", None))
    view(base, ("tobytes", 5))
    view(base, grid, ("hex", ":", 6))
    view(base, grid, ("len",))
    view(base, grid, ("==", BASE))
    view(base, grid, ("hash", BASE))
    view(base, grid, ("toreadonly",), ("hash", BASE))
    view(base, ("cast", "h"), ("toreadonly",), ("hash", BASE))
    view(base, ("cast", 5))
    view(base, ("hex",))
view(b"x", ("cast", "B", []), ("[]", ()))
view(b"x", ("cast", "B", []), ("[]", ...), (".", "shape"))
view(b"x", ("cast", "B", []), ("[]", 0))
view(b"x", ("cast", "B", []), ("tolist",))
view(b"x", ("cast", "B", []), ("len",))
view(bytearray(b"x"), ("cast", "B", []), ("[]=", (), 5))
view(bytearray(b"x"), ("cast", "B", []), ("[]=", ..., 5))
view(bytearray(b"x"), ("cast", "B", []), ("[]=", 0, 5))
for bad in ("x", 5, None, [1]):
    new(memoryview, bad)
new(memoryview)
new(memoryview, b"x", b"y")
