# int: arithmetic, signs, errors, big numbers.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


for a in (7, -7, 0, 10**20, -(10**20)):
    for b in (3, -3, 1, 10**10, -(10**10)):
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), a & b, a | b, a ^ b, (a > b) - (a < b))
for a in (5, -5, 2**70, -(2**70)):
    print(a << 3, a >> 2, a >> 100, ~a, -a, +a, abs(a), a**2, a**3, a.bit_length(), a.bit_count(), bool(a))
print(7 / 2, -7 / 2, 10**400 / 10**399, 1 / 3, 2**1074 / 2**1075, (2**53 + 1) / 1)
print(2**0, 0**0, 2**-2, (-2) ** -1, (-1) ** 0.5 == 1j or "complex", 2**0.5, pow(2, 100, 7), pow(-2, 3, 5), pow(2, 3, -5), pow(5, -1, 7))
attempt(lambda: 10**400 / 3)
attempt(lambda: 1 / 0)
attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: divmod(1, 0))
attempt(lambda: 0**-1)
attempt(lambda: pow(2, 3, 0))
attempt(lambda: pow(2, -1, 4))
attempt(lambda: pow(2, 1.5, 3))
attempt(lambda: 1 << -1)
attempt(lambda: 1 >> -1)
attempt(lambda: 0 << 10**30)
attempt(lambda: 1 << 10**30)
attempt(lambda: 1 >> 10**30)
attempt(lambda: float(10**400))
attempt(lambda: 1 + None)
attempt(lambda: 1 + "1")
attempt(lambda: 1 & 1.0)
attempt(lambda: 1 << 1.0)
attempt(lambda: 1 < "1")
print(1 == 1.0, 1 == True, 2**53 == 2.0**53, 2**53 + 1 == 2.0**53, 10**30 == 1e30, 10**22 == 1e22, 1 < 1.5, 10**400 > 1e308, 10**400 < float("inf"))
print(hash(1), hash(-1), hash(-2), hash(2**61 - 1), hash(2**61), hash(10**20) == hash(10.0**20), hash(True))

f = 1
for i in range(1, 51):
    f *= i
print(f, len(str(f)))
a, b = 0, 1
for _ in range(300):
    a, b = b, a + b
print(a)
print(3**200 % 10**9, (3**200) // (3**198), str(7**150)[::20])
x = 2**200 - 1
print(x & (2**65 - 1), x | 2**300 == 2**300 + x, x ^ x, x ^ (x >> 1) == 2**199, -x & 0xFFFF, -1 & x == x, ~x & 1)
print((2**100) >> 98, -(2**100) >> 98, -(2**100 + 1) >> 98, -1 >> 1000, (-5) >> 1, (-5) // 2)
import math

print(math.gcd(2**100, 6**50) == 2**50, math.lcm(4, 6, 10), math.isqrt(10**41), math.factorial(30), math.comb(50, 25), math.perm(10, 3))
attempt(lambda: math.isqrt(-1))
attempt(lambda: math.factorial(-1))
attempt(lambda: math.factorial(1.5))
print(sum(i * i for i in range(1000)), sum([10**20] * 3), max(10**20, 10**20 + 1), min(-1, -(10**30)))
print(int(1e20), int(-1.9), int(1e300) % 10**6, round(10**20 + 55, -2), int.from_bytes(b"\x01\x00" * 10, "big"))
for n in (2**31, 2**32, 2**62, 2**63, 2**64):
    for d in (-1, 0, 1):
        v = n + d
        print(v, -v, v + v - v == v, v * v // v == v, (v << 1) >> 1 == v, hash(v) == hash(float(v)) or "inexact", end=" | ")
print()
print(2**62 * 2, -(2**62) * 2, (2**62 - 1) + 1, -(2**62) - 1, (2**31) * (2**31), (-(2**63)) // -1, abs(-(2**63)))


class Sub(int):
    def __add__(self, other):
        return "sub add"

    def __repr__(self):
        return f"Sub({int(self)})"


s = Sub(5)
print(s, s + 1, 1 + s, s * 2, type(s * 2).__name__, type(+s).__name__, -s, s == 5, hash(s) == hash(5), [s], f"{s}", str(s))
print(isinstance(s, int), int(s), type(int(s)).__name__, s.real, s.numerator, s.conjugate())
