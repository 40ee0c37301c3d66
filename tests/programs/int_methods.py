# int: construction, text, methods, errors.
import sys


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


for text in ("0", "42", "-42", "+7", " 5\n", "1_000", "0012", "\u0661\u0662", "１２", "-0", "9" * 30, b"12", bytearray(b"3")):
    attempt(lambda: int(text))
for text in ("", " ", "1.5", "x", "1__0", "_1", "1_", "0x10", "--1", "1 2", "٣x", b"\xff", "1\x00", "²", "+", "1e3"):
    attempt(lambda: int(text))
for text, base in (("ff", 16), ("0xff", 16), ("0xff", 0), ("0b101", 0), ("0o17", 0), ("z", 36), ("Z", 36), ("0b1", 2), ("-0x1f", 0), ("1_f", 16), ("0_7", 8), ("10", 3)):
    attempt(lambda: int(text, base))
for text, base in (("2", 2), ("g", 16), ("010", 0), ("0x", 16), ("0xg", 0), ("1", 1), ("1", 37), ("1", -5), (5, 10), ("9", 8), ("", 0), ("1", "x"), ("0b2", 0)):
    attempt(lambda: int(text, base))
attempt(lambda: int())
attempt(lambda: int(3.99))
attempt(lambda: int(-3.99))
attempt(lambda: int(True))
attempt(lambda: int(float("nan")))
attempt(lambda: int(float("inf")))
attempt(lambda: int(None))
attempt(lambda: int([]))
attempt(lambda: int(1j))
attempt(lambda: int(base=10))
attempt(lambda: int("1", base=2))
attempt(lambda: int(x="1"))
attempt(lambda: int("1", "2", "3"))


class HasInt:
    def __int__(self):
        return 7


class HasIndex:
    def __index__(self):
        return 8


class HasTrunc:
    def __trunc__(self):
        return 9


class Bad:
    def __int__(self):
        return "x"

    def __index__(self):
        return 1.5


attempt(lambda: (int(HasInt()), int(HasIndex()), [0] * HasIndex(), range(HasIndex())[-1], hex(HasIndex())))
attempt(lambda: int(Bad()))
attempt(lambda: [1][Bad()])
attempt(lambda: [1][HasInt()])
attempt(lambda: hex(HasInt()))
print(bin(10), oct(10), hex(255), bin(-10), hex(-(2**70)), oct(0), str(2**70), repr(-5))
print((1023).bit_length(), (0).bit_length(), (-8).bit_length(), (255).bit_count(), (-7).bit_count())
print((5).as_integer_ratio(), (5).is_integer(), (5).numerator, (5).denominator, (5).real, (5).imag, (5).conjugate())
print((1000).to_bytes(2, "big"), (1000).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True), (5).to_bytes(), (0).to_bytes(0, "big"))
attempt(lambda: (256).to_bytes(1, "big"))
attempt(lambda: (-1).to_bytes(1, "big"))
attempt(lambda: (128).to_bytes(1, "big", signed=True))
attempt(lambda: (1).to_bytes(-1, "big"))
attempt(lambda: (1).to_bytes(1, "middle"))
print(int.from_bytes(b"\xff\x00", "big"), int.from_bytes(b"\xff\x00", "little"), int.from_bytes(b"\xff", "big", signed=True), int.from_bytes([1, 2]))
attempt(lambda: int.from_bytes("x", "big"))
attempt(lambda: int.from_bytes([256], "big"))
print(round(15, -1), round(25, -1), round(-15, -1), round(149, -2), round(5), (7).__round__(), (7).__floor__(), (7).__ceil__(), (7).__trunc__())
attempt(lambda: round(5, 1.5))
attempt(lambda: (5).x)
attempt(lambda: len(5))
print(sys.get_int_max_str_digits())
attempt(lambda: int("9" * 5000))
attempt(lambda: str(10**5000))
attempt(lambda: len(hex(10**5000)))
attempt(lambda: int("f" * 5000, 16).bit_length())
sys.set_int_max_str_digits(0)
attempt(lambda: len(str(10**5000)))
attempt(lambda: int("9" * 5000) % 10**9)
attempt(lambda: sys.set_int_max_str_digits(100))
sys.set_int_max_str_digits(4300)
print(sys.int_info.default_max_str_digits, 5 .__class__, (5).__doc__ is not None)
attempt(lambda: int.__new__(int, 5))
attempt(lambda: int.__new__(str))
attempt(lambda: int.__add__(1, 1.5))
attempt(lambda: (1).__add__("x"))
attempt(lambda: (1).__lt__(1.5))
attempt(lambda: (1).__divmod__(0))
attempt(lambda: (True + True, True & 1, True & False, ~True == -2, True | 2, type(True & True), type(True + 0), -True))
attempt(lambda: bool([]) is False and bool("x") is True)
attempt(lambda: (bool(), repr(True), int(True), True == 1, {True: "a", 1: "b"}, isinstance(True, int), bool.__mro__))
attempt(lambda: bool(1, 2))
attempt(lambda: bool(x=1))
attempt(lambda: (True ^ True, True ^ False, type(True ^ 1), str(False), f"{True:>6}|", f"{True:d}"))
