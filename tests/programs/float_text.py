# float: its text, parsing, special values.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


for value in (0.0, -0.0, 1.0, 0.1, 1 / 3, 2 / 3, 100.0, 1e15, 1e16, 1e17, 123456789012345680.0, 1e21, 1e22, 1e-4, 1e-5, 0.00001234, 1.5e300,
              5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1 + 0.2, 1e100, 123.456, -2.5e-10, 9007199254740993.0, 4.35, 1e23, float("inf"), -float("inf"), float("nan")):
    print(repr(value), str(value), value.hex(), f"{value}", f"{value:r}" if False else f"{value!r}")
for text in ("1", "1.5", ".5", "5.", "-1e3", "+1E-3", " 2 ", "1_000.5_0", "inf", "-Infinity", "nan", "NaN", "1e400", "1e-400", "０.５", b"1.5", "0x1"):
    attempt(lambda: float(text))
for text in ("", ".", "e5", "1e", "1..2", "x", "1 2", "1__0", "_1", "1_", "1e_5", "infinit", "--1", b"x", "1.5\x00", "٣.x"):
    attempt(lambda: float(text))
for text in ("0x1p3", "0x1.8p1", "-0x.8p0", "inf", "0x1p-1080", "0x1.ffffffffffffffp0", "nan"):
    attempt(lambda: float.fromhex(text))
for text in ("0x", "x", "0x1p", "0x1p99999", "1.8.1"):
    attempt(lambda: float.fromhex(text))
attempt(lambda: float())
attempt(lambda: float(None))
attempt(lambda: float([]))
attempt(lambda: float("1", "2"))
attempt(lambda: float(1j))
attempt(lambda: float(10**400))
attempt(lambda: float(x=1))


class HasFloat:
    def __float__(self):
        return 1.25


class HasIndex:
    def __index__(self):
        return 3


class Bad:
    def __float__(self):
        return 1


attempt(lambda: (float(HasFloat()), float(HasIndex()), HasFloat().__float__()))
attempt(lambda: float(Bad()))
inf, nan = float("inf"), float("nan")
print(inf > 10**400, -inf < 0, inf == inf, nan == nan, nan != nan, nan < 1, nan > 1, inf - inf, inf * 0, inf + 1, -inf + inf, inf // 1, 1 // inf, -1 // inf, 1 % inf, -1 % inf)
print(nan in [nan], [nan] == [nan], nan is nan, {nan: 1}[nan], max(nan, 1), max(1, nan), sorted([3, 1, 2.5]))
attempt(lambda: inf % 1)
attempt(lambda: int(inf))
attempt(lambda: inf.as_integer_ratio())
attempt(lambda: nan.as_integer_ratio())
print(0.5.as_integer_ratio(), (-1.25).as_integer_ratio(), 0.1.as_integer_ratio(), 3.0.is_integer(), 3.5.is_integer(), inf.is_integer())
print(hash(0.5), hash(1.0), hash(inf), hash(-inf), hash(1e300), hash(0.1), hash(-0.0), hash(2.0**70) == hash(2**70))
import sys

print(sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.float_info.mant_dig, sys.float_repr_style)
