# Numbers people compute with: big integers, fractions, statistics by hand, number theory, bits, bases, rounding.
import math
from decimal import Decimal
from fractions import Fraction


def power_mod_inverse(a, m):
    return pow(a, -1, m)


def is_prime(n):
    if n < 2:
        return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def pi_digits(n):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    out = []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, out))


print(math.factorial(50), 2**200, 3**100 % 10**10, (10**40 + 7) // 13, divmod(-(10**30), 7))
print(pi_digits(60))
print([n for n in range(2**61 - 5, 2**61 + 20) if is_prime(n)], is_prime(2**127 - 1), is_prime(2**127 - 3))
print(power_mod_inverse(3, 11), pow(7, 10**18, 998244353), math.gcd(2**60, 6**40), math.lcm(12, 18, 20), math.isqrt(10**41), math.comb(100, 50))
p, q, e = 2**89 - 1, 2**107 - 1, 65537
n, d = p * q, pow(65537, -1, (p - 1) * (q - 1))
message = int.from_bytes(b"attack at dawn", "big")
print(pow(pow(message, e, n), d, n).to_bytes(14, "big"), n.bit_length(), n.bit_count(), hex(n)[:20], oct(d % 4096), bin(e))
half, third = Fraction(1, 2), Fraction(1, 3)
print(half + third, half * third, half / third, half**-2, half**0.5, third < half, Fraction("3.14"), Fraction(0.1), Fraction(0.1).limit_denominator(100), Fraction(7, -14))
print(sum(Fraction(1, n) for n in range(1, 21)), float(Fraction(22, 7)), round(Fraction(7, 3), 2), math.floor(Fraction(-7, 2)), Fraction(5, 3) % Fraction(1, 2), hash(Fraction(3)) == hash(3), f"{Fraction(1, 3):.4f}", str(Fraction(4)), repr(Fraction(4)))
print(0.1 + 0.2, 1e16 + 1, 1 / 3, 2.5e-8, 1e22, 123456789.123456789, 5e-324, 1.7976931348623157e308, float("inf") - float("inf"), -0.0)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234, -2), round(1250, -2), round(1350, -2), round(0.5), round(1e20), round(5.015, 2))
print(7 // -2, -7 // 2, 7 % -2, -7 % 2, 7.5 // 2, -7.5 % 2, divmod(-7, 2), int(-3.9), math.trunc(3.9), math.ceil(-0.5), 10**20 / 3, 10**400 // 10**398)
print(f"{12345.6789:,.2f} {0.00001234:.3g} {255:#x} {255:#010b} {-5:+} {1e10:g} {12345678:e} {0.5:%} {3.0} {1e100}", f"{10**20:,}", f"{255:_b}")
print((255).to_bytes(2, "little"), int.from_bytes(b"\xff\xfe", "big", signed=True), int("z", 36), int("0b101", 0), int("1_000"), int(" 42 "), float("1_0.5e-1"), complex("1+2j") * 1j, abs(3 + 4j))
print(1 << 100 >> 98, ~5, 6 & 3, 6 | 3, 6 ^ 3, -1 >> 5, -5 & 0xFF, (-5).bit_length(), True + True, 5 .__rsub__(7))
data = [2, 4, 4, 4, 5, 5, 7, 9]
mean = math.fsum(data) / len(data)
print(mean, math.sqrt(sum((x - mean) ** 2 for x in data) / len(data)), sorted(data)[len(data) // 2], max(set(data), key=data.count), math.prod(data), math.hypot(3, 4), math.dist((0, 0), (1, 1)))
print(math.log2(2**80), math.log10(10**30), math.log(10**400), math.exp(1), math.sin(math.pi / 6), math.degrees(math.atan2(1, 1)), math.isclose(0.1 + 0.2, 0.3), math.frexp(10.0), math.modf(-3.25), math.copysign(1, -0.0))
print(float.hex(0.1), float.fromhex("0x1.8p1"), (0.75).as_integer_ratio(), (3.0).is_integer(), Decimal(0.1), Decimal("1.10") + 1, Decimal(2) ** Decimal("0.5"))
for bad in (lambda: 1 // 0, lambda: 1.5 % 0, lambda: pow(2, -1, 4), lambda: int("12x"), lambda: math.sqrt(-1), lambda: 1 << -1, lambda: Fraction(1, 0), lambda: 10.0**400, lambda: int(float("nan")), lambda: math.factorial(-1)):
    try:
        print(bad())
    except (ArithmeticError, ValueError) as error:
        print(type(error).__name__, error)
