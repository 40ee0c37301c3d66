import sys, warnings
from numeric import *
import numeric

warnings.simplefilter("ignore")

def text_of(error):
    text = str(error)
    if isinstance(error, SystemError) and "PyNumber_ToBase" not in text:
        text = "(bad call)"  # Where CPython does not say "null argument", it names its own source file.
    return f"{type(error).__name__}: {text}"

def show(name, *args):
    try:
        result = repr(getattr(numeric, name)(*args))
    except Exception as error:
        result = text_of(error)
    print(name, ", ".join("NULL" if arg is ... else repr(arg) for arg in args), "->", result)

class Number:
    def __init__(self, name): self.name = name
    def __repr__(self): return self.name
    def __index__(self): return 12
    def __add__(self, other): return ("add", self, other)
    def __radd__(self, other): return ("radd", self, other)
    def __iadd__(self, other): return ("iadd", self, other)
    def __matmul__(self, other): return ("matmul", self, other)
    def __imatmul__(self, other): return ("imatmul", self, other)
    def __pow__(self, other, modulus=None): return ("pow", self, other, modulus)
    def __ipow__(self, other): return ("ipow", self, other)
    def __neg__(self): return "neg"

class Failing:
    def __repr__(self): return "Failing"
    def __index__(self): raise ZeroDivisionError("index")
    def __float__(self): raise ZeroDivisionError("float")
    def __int__(self): raise ZeroDivisionError("int")
    def __complex__(self): raise ZeroDivisionError("complex")
    def __add__(self, other): raise ZeroDivisionError("add")

class OnlyInt:
    def __repr__(self): return "OnlyInt"
    def __int__(self): return 5

class OnlyFloat:
    def __repr__(self): return "OnlyFloat"
    def __float__(self): return 2.5

class OnlyComplex:
    def __repr__(self): return "OnlyComplex"
    def __complex__(self): return 1 - 2j

class WrongIndex:
    def __repr__(self): return "WrongIndex"
    def __index__(self): return "x"
    def __float__(self): return "x"

class MyInt(int): pass
class MyFloat(float): pass
class BoolIndex:
    def __repr__(self): return "BoolIndex"
    def __index__(self): return True

n = Number("n")
f = Failing()
everything = [0, 1, -1, 255, -128, 2**31, -2**31, 2**31 - 1, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64 - 1, 2**64, -2**64,
              2**200, -2**200, True, MyInt(7), MyInt(2**70), 1.5, "x", None, n, f, WrongIndex(), OnlyInt(), OnlyFloat(), BoolIndex(), ...]

# Operators.
binary = "Add Subtract Multiply MatrixMultiply FloorDivide TrueDivide Remainder Divmod Lshift Rshift And Xor Or".split()
pairs = [(7, 3), (-7, 3), (2**70, 9), (7, 0), (7.5, 2), (7, 2.0), (True, 2), ({1, 2}, {2, 3}), ("a", "b"), ([1], [2]), ("ab", 3),
         (3, "ab"), ((1,), 2**80), (n, 1), (1, n), (f, 1), (1j, 2), (-1, -1), (1, 70), (1, 2**70), ("%d", 5)]
for name in binary:
    for pair in pairs:
        show("PyNumber_" + name, *pair)
for name in binary:
    if name != "Divmod":
        for a, b in [(7, 3), (n, 1), (f, 1), ([1], (2,)), ([1], 2), ([1], "x"), (1, [2]), ((1,), (2,)), ({1, 2}, {2, 3}), (1, None), (2, [3])]:
            show("PyNumber_InPlace" + name, a.copy() if isinstance(a, (list, set)) else a, b)
for name in ("PyNumber_Power", "PyNumber_InPlacePower"):
    for args in [(2, 10, None), (2, 10, 1000), (2, -1, 7), (2, -1, None), (2.0, 3, None), (2.0, 3, 5), (n, 2, None), (n, 2, 3), (2, n, None),
                 ("x", 2, None), ("x", 2, 3), (2, "x", None), (2, 3, "x"), (2, 3, 0), (0, -1, None)]:
        show(name, *args)
for name in ("Negative", "Positive", "Absolute", "Invert"):
    for x in (5, -5, 2**62, -2**62, 2**100, True, 1.5, 3 + 4j, "x", n, None, ...):
        show("PyNumber_" + name, x)
for x in everything + [3j, OnlyComplex(), [], {}]:
    show("PyNumber_Check", x)
    if x is not ...:
        show("PyIndex_Check", x)
        show("kinds_of", x)

# To ints and floats.
for x in everything + ["12", " -3 ", "1_000", b"17", "0x10", bytearray(b"5"), "9" * 5000, 1e300, float("inf"), float("nan"), MyFloat(2.5), 1j]:
    for name in ("PyNumber_Index", "PyNumber_Long", "PyNumber_Float"):
        try:
            result = getattr(numeric, name)(x)
            print(name, str(x)[:40] if not isinstance(x, (Number, Failing)) else repr(x), "->", type(result).__name__, result)
        except Exception as error:
            print(name, "->", text_of(error))
for x in everything:
    for e in (None, OverflowError, IndexError, ValueError):
        show("PyNumber_AsSsize_t", x, ... if e is None else e)
for x in (0, 5, -5, 255, -255, 2**70, -2**70, True, n, BoolIndex(), "x", 1.5, ...):
    for base in (2, 8, 10, 16) if x is ... else (2, 8, 10, 16, 3, 0):
        show("PyNumber_ToBase", x, base)

# Ints to C.
for name in ("PyLong_AsLong PyLong_AsLongLong PyLong_AsInt PyLong_AsSsize_t PyLong_AsSize_t PyLong_AsUnsignedLong "
             "PyLong_AsUnsignedLongLong PyLong_AsUnsignedLongMask PyLong_AsUnsignedLongLongMask PyLong_AsDouble "
             "PyLong_AsVoidPtr PyLong_AsLongAndOverflow PyLong_AsLongLongAndOverflow PyLong_AsInt32 PyLong_AsInt64 PyLong_AsUInt32 PyLong_AsUInt64").split():
    for x in everything + [2**1024, -2**1024]:
        if x is ... and ("Int32" in name or "Int64" in name or name == "PyLong_AsVoidPtr"):
            continue
        if isinstance(x, int) and abs(x) >> 1000:
            try:
                print(name, "of a large int ->", getattr(numeric, name)(x))
            except Exception as error:
                print(name, "of a large int ->", text_of(error))
            continue
        show(name, x)
print(limits())
for x in (0.0, -0.0, 1.9, -1.9, 1e18, 1e30, -1e30, float("inf"), float("nan")):
    show("PyLong_FromDouble", x)
class End: pass
for text in ("", "0", "12", "-12", "+7", "  42  ", "1_000", "1__0", "_1", "1_", "0x1F", "0x", "0b101", "0o17", "017", "00", "z", "12z", "12 z", "- 1", "9" * 30, "9" * 5000, "é", "a" * 300):
    for base in (10, 0, 16, 2, 36, 1, 37, -1):
        end = End()
        try:
            result = repr(PyLong_FromString(text, base, end))
        except ValueError as error:
            result = text_of(error)
        print("PyLong_FromString", text[:20], base, "->", result, getattr(end, "end", None))
        if len(text) < 10:
            show("PyLong_FromString", text, base)
            show("PyLong_FromUnicodeObject", text, base)
show("PyLong_FromUnicodeObject", "٣", 10)

# Ints as bytes.
values = [0, 1, -1, 127, 128, -128, -129, 255, 256, -256, 32767, 32768, -32768, -32769, 65535, 65536, 2**30 - 1, 2**30, 2**31, 2**32 - 1, 2**32,
          2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64 - 1, 2**64, 2**127, 2**128 - 1, -2**127, -2**127 - 1, 2**255, -2**255, 2**256 - 1, MyInt(300), True]
for value in values:
    for size in (0, 1, 2, 3, 4, 8, 16, 20, 32):
        for flags in (-1, 0, 1, 3, 4, 5, 7, 8, 9):
            show("PyLong_AsNativeBytes", value, size, flags)
for value in (n, BoolIndex(), f, "x", 1.5, None):
    for flags in (-1, 0, 16, 19):
        show("PyLong_AsNativeBytes", value, 4, flags)
for data in (b"", b"\0", b"\x01", b"\xff", b"\x80", b"\x01\x02\x03", b"\xff\xff\xff", b"\x80" + bytes(8), bytes(20), b"\xff" * 20, bytes(range(32))):
    for flags in (-1, 0, 1, 3, 4, 5, 7):
        show("PyLong_FromNativeBytes", data, flags)
        show("PyLong_FromUnsignedNativeBytes", data, flags)
    for little in (False, True):
        for signed in (False, True):
            show("_PyLong_FromByteArray", data, little, signed)
for value in values:
    for size in (0, 1, 2, 4, 8, 9, 16, 32):
        for little, signed, errors in ((False, True, True), (True, True, False), (True, False, True), (False, False, False)):
            show("_PyLong_AsByteArray", value, size, little, signed, errors)
    show("_PyLong_Sign", value)
    show("_PyLong_NumBits", value)
    show("_PyLong_Copy", value)
    if abs(value) < 2**30 or abs(value) >> 64:
        show("compact", value)
for value in values + ["x", None]:
    show("sign", value)
    show("through_digits", value)

# Floats.
for x in everything + [MyFloat(0.5), OnlyComplex(), 1j]:
    show("PyFloat_AsDouble", x)
for x in ("1.5", " 2 ", b"3", bytearray(b"4.25"), "x", "", "1_0", "nan", "-inf", 5, None, 2.5, memoryview(b"7")):
    if not isinstance(x, memoryview):
        show("PyFloat_FromString", x)
print(PyFloat_FromString(memoryview(b"7")))
for size in (2, 4, 8):
    for x in (0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 65519.0, 65520.0, 1e-8, 5.96e-8, 1e38, 3.4028235677973366e38, 3.5e38, 1e300, 5e-324, float("inf"), -float("inf"), float("nan")):
        for little in (False, True):
            show("PyFloat_Pack", size, x, little)
print(PyFloat_GetInfo() is sys.float_info or PyFloat_GetInfo() == sys.float_info, PyLong_GetInfo() == sys.int_info)

# Complex numbers.
for x in everything + [3 - 4j, OnlyComplex(), MyFloat(2.0)]:
    for name in ("PyComplex_RealAsDouble", "PyComplex_ImagAsDouble", "PyComplex_AsCComplex"):
        if x is not ...:
            show(name, x)
show("PyComplex_FromDoubles", 1.5, -0.0)
numbers = [0j, 1 + 0j, 1j, -1 + 2j, 3 - 4j, 0.5 + 0j, -2j, complex(1e300, 1e300), complex("inf"), complex("nan")]
for a in numbers:
    for b in numbers:
        if not (abs(a) > 1e200 or abs(b) > 1e200):
            result = complex_arithmetic(a, b)
            print(a, b, [complex(round(x.real, 12), round(x.imag, 12)) if isinstance(x, complex) and x == x else x for x in result])

# Hashes and constants.
for x in (0.0, 1.0, 0.5, -1.0, 1e300, float("inf"), -float("inf")):
    show("_Py_HashDouble", x)
    assert numeric._Py_HashDouble(x) == hash(x)
for x in (0, 16, 17, 2**63, 2**64 - 1):
    show("Py_HashPointer", x)
assert Py_HashBuffer(b"some bytes") == hash(b"some bytes") and Py_HashBuffer(b"") == hash(b"") == 0
bits, value = PyHash_GetFuncDef(b"more bytes")
print(bits, value == hash(b"more bytes"))
thing = object()
print(PyObject_GenericHash(thing) == hash(thing) == object.__hash__(thing), PyObject_GenericHash([]) != 0)
for number in range(12):
    show("Py_GetConstant", number)
print(Py_GenericAlias(list, int), Py_GenericAlias(dict, (str, int)), Py_GenericAlias(list, int) == list[int])
