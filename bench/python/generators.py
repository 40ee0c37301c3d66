def numbers(n):
    for i in range(n):
        yield i


def work(n):
    return sum(x for x in numbers(n) if x % 3)


work(2_000_000)
