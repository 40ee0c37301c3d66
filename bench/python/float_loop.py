def work(n):
    x, y = 0.5, 1.5
    for _ in range(n):
        x = x * 1.000001 + y * 0.5
        y = y - x * 0.000001
    return x + y


work(3_000_000)
