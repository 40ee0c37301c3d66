def work(n):
    numbers = [i * 7 % 1000 for i in range(n)]
    evens = [x for x in numbers if x % 2 == 0]
    pairs = [(a, b) for a, b in zip(evens, reversed(evens))]
    total = sum(a * b for a, b in pairs)
    numbers.sort()
    by_last = sorted(numbers, key=lambda x: x % 10)
    for i, x in enumerate(by_last):
        if x > 500:
            numbers[i] = -x
    grid = [[0] * 50 for _ in range(n // 1000)]
    for row in grid:
        for j in range(len(row)):
            row[j] += j
    middle = numbers[10:-10:3]
    stack = []
    for x in middle:
        stack.append(x)
        if len(stack) > 50:
            stack.pop()
    return total + sum(map(len, grid)) + len(set(numbers)) + (stack[-1] in stack)


for _ in range(5):
    work(100_000)
