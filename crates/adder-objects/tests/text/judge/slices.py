"""Slices of str, bytes, bytearray and memoryview."""

import itertools

from cases import *

BOUNDS = [None, 0, 1, -1, 3, -3, 7, 100, -100]
SLICES = [slice(a, b, c) for a, b in itertools.product(BOUNDS, BOUNDS) for c in (None, 1, 2, -1, -3, 100)]

for this in ("", "abcdefg", "äbcdéfg", "日本語abc", "🎉a日é🎉bc", b"", b"abcdefg", bytearray(b"abcdefg")):
    for s in SLICES:
        op("[]", this, s)
    op("[]", this, slice(None, None, 0))
    op("[]", this, slice("x", None))
    op("[]", this, slice(None, 2**80, -(2**80)))
for s in SLICES:
    assign(bytearray(b"abcdefg"), s)
    for item in (b"", b"xy", b"1234567", [1, 2, 3], bytearray(b"q")):
        assign(bytearray(b"abcdefg"), s, item)
for item in (5, "x", None, [256], 1.5):
    assign(bytearray(b"abc"), slice(0, 1), item)
    assign(bytearray(b"abc"), slice(None, None, 2), item)
BASE = bytes(range(24))
for base in (BASE, bytearray(BASE)):
    for s in SLICES[::3]:
        view(base, ("[]", s), ("tolist",))
        view(base, ("[]", s), ("bytes",))
        view(base, ("[]", s), (".", "strides"))
        view(base, ("[]", s), (".", "contiguous"))
        view(base, ("[]", s), ("[]", slice(None, None, 2)), ("tolist",))
        view(base, ("[]", s), ("cast", "h"), ("tolist",))
        view(base, ("[]", s), ("==", BASE[s]))
        view(base, ("[]", s), ("hex", ":"))
        view(base, ("[]", s), ("toreadonly",), ("hash", BASE[s]))
        view(base, ("[]", s), ("[]", 0))
        view(base, ("[]=", s, BASE[s][::-1]))
        view(base, ("[]=", s, b"x"))
        view(base, ("[]", s), ("[]=", slice(None), BASE[s]))
        view(base, ("cast", "h"), ("[]", s), ("tolist",))
        view(base, ("cast", "B", [4, 6]), ("[]", s), ("tolist",))
        view(base, ("cast", "B", [4, 6]), ("[]", s), ("tobytes", "F"))
        view(base, ("cast", "B", [4, 6]), ("[]", s), (".", "f_contiguous"))
        view(base, ("cast", "B", [4, 6]), ("[]=", s, b"x"))
    view(base, ("cast", "B", [4, 6]), ("[]", (slice(1), slice(2))))
    view(base, ("cast", "B", [4, 6]), ("[]=", (slice(1), slice(2)), b"x"))
    view(base, ("[]=", slice(0, 2), "xy"))
    view(base, ("[]=", slice(0, 2), [1, 2]))
    view(base, ("[]=", slice(0, 2)))
    view(base, ("[]", slice(None, None, 0)))
    view(base, ("[]", slice(2, 6)), ("len",))
