# Loops with else, break, continue; try and finally inside; nested functions returning out of them.
def search(items, wanted):
    for item in items:
        if item == wanted:
            print("found", item)
            break
        if item < 0:
            continue
        print("passed", item)
    else:
        print("not found")
    return item if items else None


print(search([1, -2, 3], 3), search([1, -2], 9), search([], 1))


def halve(n):
    steps = 0
    while n > 1:
        if n % 7 == 0:
            print("seven")
            break
        n //= 2
        steps += 1
    else:
        print("down to one")
    return steps


print(halve(64), halve(56), halve(1))


def nested():
    out = []
    for i in range(4):
        for j in range(4):
            if j == 2:
                break
            if i == 1:
                continue
            out.append((i, j))
        else:
            out.append("never")
        if i == 2:
            break
    else:
        out.append("never")
    return out


print(nested())


def finallies():
    trail = []
    for i in range(4):
        try:
            try:
                if i == 0:
                    continue
                if i == 1:
                    raise ValueError(i)
                if i == 2:
                    break
            finally:
                trail.append(("inner", i))
        except ValueError as error:
            trail.append(("caught", error.args))
            continue
        finally:
            trail.append(("outer", i))
    return trail


print(finallies())


def return_in_loop():
    for i in range(3):
        try:
            return i
        finally:
            print("finally", i)


def return_overrides():
    for i in range(3):
        try:
            return "try"
        finally:
            if i < 2:
                continue
            return f"finally {i}"


print(return_in_loop(), return_overrides())


def while_true():
    n = 0
    while True:
        n += 1
        if n > 3:
            return n


print(while_true())
for x in range(3):
    x = x * 10
print(x)
items = [1, 2, 3]
for item in items:
    if item < 3:
        items.append(item + 10)
print(items)
items = [1, 2, 3, 4]
for item in items:
    items.remove(item)
print(items)
for i, x in enumerate("ab", start=5):
    print(i, x, end=" ")
for a, b in zip([1, 2, 3], "xy"):
    print(a, b, end=" ")
for k in {"one": 1, "two": 2}:
    print(k, end=" ")
for (a, b), c in [((1, 2), 3)]:
    print(a, b, c)


class Target:
    pass


t = Target()
for t.attribute in range(3):
    pass
box = [0]
for box[0] in "xyz":
    pass
print(t.attribute, box)
while False:
    pass
else:
    print("else of a loop that never ran")
if 0:
    print("no")
elif []:
    print("no")
elif "x":
    print("elif")
else:
    print("no")
total = 0
for i in range(10**5):
    total += i & 3
print(total)
n, count = 27, 0
while n != 1:
    n, count = (n // 2 if n % 2 == 0 else 3 * n + 1), count + 1
print(count)
print([i for i in range(50) if all(i % d for d in range(2, i)) and i > 1])
