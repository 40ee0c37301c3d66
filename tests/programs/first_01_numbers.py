# The first steps: numbers, names and print.
print(1)
print(1 + 2, 3 * 4 - 5, 7 // 2, 7 % 3, 7 / 2, 2 ** 10)
a = 5
b = a + 1
a = a * b
print(a, b, -a, +b, ~a)
print(a > b, a < b, a == 30, a != 30, a >= 30, b <= 5, not a)
print(1.5 + 2, 1e3, 0.1 + 0.2, 3 // 2.0, 5 % 2.5)
print(1 << 10, 1024 >> 3, 6 & 3, 6 | 3, 6 ^ 3)
print(2 ** 62, 2 ** 63, 2 ** 64, -(2 ** 63), 4611686018427387904 * 2)
print(True, False, None, True + True, True and False, True or False, 0 or 5, 1 and 7)
a += 1
a -= 2
a *= 3
a //= 2
a **= 2
print(a)
print(1 < 2 < 3, 1 < 3 < 2)
print("text", 'other', "two" "parts", "a\nb")
print()
print("end")
