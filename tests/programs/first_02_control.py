# The first steps: if, while, for, break, continue, else.
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
    print("while", n)
else:
    print("never")
for i in range(3):
    print("for", i)
else:
    print("for ended")
for i in range(10, 0, -3):
    print(i)
for word in ["a", "b"]:
    for digit in (1, 2):
        print(word, digit)
if n > 100:
    print("large")
elif n > 3:
    print("middle")
else:
    print("small")
print("yes" if n else "no", "yes" if n > 100 else "no")
total = 0
for i in range(1000):
    if i % 3 == 0 or i % 5 == 0:
        total += i
print(total)
while True:
    total -= 1000
    if total < 0:
        break
print(total)
x = 10
while x:
    x -= 1
else:
    print("x is", x)
pass
for a, b in [(1, 2), (3, 4)]:
    print(a + b)
