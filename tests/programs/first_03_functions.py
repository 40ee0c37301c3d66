# The first steps: functions, arguments, results, recursion, closures.
def add(a, b):
    return a + b


def nothing():
    pass


def fact(n):
    if n < 2:
        return 1
    return n * fact(n - 1)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def default(a, b=2, c=3):
    return a, b, c


def counter():
    count = 0

    def step():
        nonlocal count
        count = count + 1
        return count

    return step


print(add(1, 2), add("a", "b"), nothing())
print(fact(5), fact(25), fib(15))
print(default(1), default(1, 5), default(1, c=9), default(c=1, b=2, a=3))
step = counter()
print(step(), step(), counter()())
total = 0


def change():
    global total
    total = total + 1


change()
change()
print(total)
square = lambda x: x * x
print(square(7), (lambda: 5)())


def star(*args, **kwargs):
    return len(args), sorted(kwargs)


print(star(), star(1, 2, k=3))
print(add(*[1, 2]), add(**{"a": 1, "b": 2}))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(10), odd(7))
functions = [add, max, min]
print(functions[0](3, 4), functions[1](3, 4), functions[2](3, 4))
