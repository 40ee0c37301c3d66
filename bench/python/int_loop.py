def work(n):
    total = 0
    for i in range(n):
        total += i * 2 % 7
    return total


work(5_000_000)
