# float: arithmetic, rounding, comparison, methods.
import math


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


for a in (7.5, -7.5, 0.1, 1e20):
    for b in (2.0, -2.0, 0.3, 3):
        print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b))
print(2.0**0.5, 2.0**-1, (-8.0) ** 2, 0.0**0, (-2.0) ** 3, 1e200 * 1e200, -1e200 * 1e200, 1e-200 * 1e-200, (-8.0) ** (1 / 3))
attempt(lambda: 1.0 / 0)
attempt(lambda: 1.0 // 0.0)
attempt(lambda: 1.0 % 0)
attempt(lambda: divmod(1.0, 0))
attempt(lambda: 0.0**-1)
attempt(lambda: 10.0**400)
attempt(lambda: 2.0 ** (10**400))
attempt(lambda: 1.5 << 1)
attempt(lambda: 1.5 & 1)
attempt(lambda: ~1.5)
attempt(lambda: 1.5 + "x")
attempt(lambda: 1.5 < "x")
attempt(lambda: pow(2.0, 3, 5))
attempt(lambda: list("ab")[1.0])
attempt(lambda: range(1.0))
attempt(lambda: "x" * 1.0)
for value in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e16 + 0.5, 0.05, 12345.6789):
    print(value, round(value), round(value, 1), round(value, 2), round(value, -1), math.floor(value), math.ceil(value), math.trunc(value), int(value))
attempt(lambda: round(float("nan")))
attempt(lambda: round(float("inf")))
attempt(lambda: round(1e308, -308))
attempt(lambda: round(1.5, 400))
attempt(lambda: round(1.5, "x"))
attempt(lambda: round(1.5, None))
print(abs(-1.5), -1.5, +1.5, bool(0.0), bool(-0.0), bool(1e-300), 1.5.real, 1.5.imag, 1.5.conjugate(), 0.0 == -0.0, math.copysign(1, -0.0))
print(1 < 1.5 < 2, 0.1 + 0.2 == 0.3, 1e16 + 1 == 1e16, 2**53 + 1.0 == 2**53, 10**16 + 1 == 1e16, 10**400 > 1e300, -(10**400) < -1e300)
print(sum([0.1] * 10), math.fsum([0.1] * 10), sum([1e16, 1, -1e16]), sum([0.1, 0.2, 0.3]), sum([1, 0.5, True]))
print(math.sqrt(2), math.pi, math.e, math.sin(1), math.cos(1), math.exp(1), math.log(10), math.log2(8), math.log10(1000), math.log(8, 2), math.hypot(3, 4))
print(math.inf, math.nan, math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.fmod(-7, 3), math.remainder(7, 4), math.modf(2.5), math.frexp(8), math.ldexp(0.5, 4))
print(math.atan2(1, 1), math.degrees(math.pi), math.radians(180), math.floor(-0.5), math.ceil(-0.5), math.dist((0, 0), (3, 4)), math.prod([1, 2, 3.0]), math.ulp(1.0), math.nextafter(1, 2), math.cbrt(8))
attempt(lambda: math.sqrt(-1))
attempt(lambda: math.log(0))
attempt(lambda: math.exp(1000))
attempt(lambda: math.sqrt("x"))
attempt(lambda: math.floor(float("nan")))
attempt(lambda: math.fmod(1, 0))


class Sub(float):
    def __repr__(self):
        return f"Sub({float(self)})"


s = Sub(1.5)
print(s, s + 1, type(s + 1).__name__, -s, [s], s == 1.5, hash(s) == hash(1.5), float(s), round(s, 1))
x = 0.0
for _ in range(1000):
    x += 0.001
print(x, x == 1.0)
