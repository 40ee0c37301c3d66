def three(a, b=2, c=3):
    return a + b + c


def keywords(a, *, scale=1, shift=0):
    return a * scale + shift


def rest(*args, **named):
    return len(args) + len(named)


def forward(*args, **named):
    return three(*args, **named)


def work(n):
    total = 0
    pair = (1, 2)
    named = {"b": 4, "c": 5}
    for i in range(n):
        total += three(i)
        total += three(i, c=1)
        total += three(b=i, a=1)
        total += keywords(i, scale=2, shift=1)
        total += three(i, *pair)
        total += rest(i, i, x=i)
        total += forward(i, c=2)
        total += three(i, **named)
        total += (lambda x: x + i)(1)
        max(total, i)
    return total


work(150_000)
