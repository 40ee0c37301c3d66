# complex: arithmetic, text, errors.
import cmath


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a**2, a**0.5, -a, +a, abs(a), a.conjugate(), a.real, a.imag, bool(0j), bool(1j))
print(a + 1, 1 + a, 2.5 * a, a / 2, 1 / a, a == 3 + 4j, a == 3, 3 + 0j == 3, 1j**2, 2 ** (1 + 1j), a != b)
for value in (0j, -0j, 1j, -1j, 1 + 0j, complex(-0.0, 0), complex(0, -0.0), complex(1.5, -2.5), complex("inf"), complex(float("nan"), float("-inf")), 1e20 + 1e-20j):
    print(repr(value), str(value), f"{value:.2f}")
for text in ("1", "1j", "1+2j", "-1-2j", " 3.5+.5j ", "(1+2j)", "j", "-j", "1e3+1e-3j", "inf+nanj", "1_0j", "+1J"):
    attempt(lambda: complex(text))
for text in ("", "x", "1+2", "1 + 2j", "1+2i", "j1", "1j+2", "((1))", "1+", "--1"):
    attempt(lambda: complex(text))
attempt(lambda: complex())
attempt(lambda: complex(1))
attempt(lambda: complex(1, 2))
attempt(lambda: complex(1j, 2j))
attempt(lambda: complex(real=1, imag=2))
attempt(lambda: complex("1", 2))
attempt(lambda: complex(1, "2"))
attempt(lambda: complex(None))
attempt(lambda: complex([]))
attempt(lambda: a < b)
attempt(lambda: a // b)
attempt(lambda: a % b)
attempt(lambda: divmod(a, b))
attempt(lambda: int(a))
attempt(lambda: float(a))
attempt(lambda: a / 0)
attempt(lambda: 0j**-1)
attempt(lambda: 0j**1j)
attempt(lambda: pow(a, 2, 3))
attempt(lambda: a + "x")
attempt(lambda: round(a))
attempt(lambda: abs(complex(1e308, 1e308)))
attempt(lambda: a.x)
attempt(lambda: setattr(a, "real", 1))
print(hash(1 + 0j) == hash(1), hash(a) == hash(3 + 4j), {1: "one"}[1 + 0j], a in [3 + 4j])


class HasComplex:
    def __complex__(self):
        return 1 + 1j


class Bad:
    def __complex__(self):
        return 1


attempt(lambda: complex(HasComplex()))
attempt(lambda: complex(Bad()))


class Sub(complex):
    pass


print(Sub(1, 2), type(Sub(1, 2) + 1).__name__, type(+Sub(1)).__name__)
print(cmath.sqrt(-1), cmath.phase(-1), cmath.polar(1j), cmath.exp(0), cmath.isnan(complex("nan")), cmath.rect(1, 0))
print(sum([1j, 2, 0.5]), a.__getnewargs__(), (1 + 2j).__class__)
