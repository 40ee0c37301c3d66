# The first steps: raise, try, except, finally, with, generators.
try:
    1 / 0
except ZeroDivisionError as error:
    print("caught", error)
try:
    [][1]
except (KeyError, IndexError) as error:
    print(type(error).__name__, error)
else:
    print("never")
finally:
    print("finally")


def risky(n):
    try:
        if n == 0:
            raise ValueError("zero")
        return "fine"
    except ValueError:
        return "handled"
    finally:
        print("leaving", n)


print(risky(0), risky(1))


class Own(Exception):
    pass


try:
    try:
        raise Own("mine")
    except Own:
        print("again")
        raise
except Exception as error:
    print(type(error).__name__, error, error.args)
try:
    undefined
except NameError as error:
    print(error)
try:
    "x" + 1
except TypeError as error:
    print(error)
try:
    {}["k"]
except KeyError as error:
    print(error)
try:
    (1).x
except AttributeError as error:
    print(error)


def generate(n):
    for i in range(n):
        yield i * i
    return "done"


print(list(generate(4)), sum(generate(5)))
g = generate(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration as stop:
    print("stopped", stop.value)


class Manager:
    def __enter__(self):
        print("enter")
        return "value"

    def __exit__(self, kind, value, traceback):
        print("exit", kind)
        return kind is not None


with Manager() as value:
    print(value)
with Manager():
    raise ValueError
print("after")


def chain():
    yield 0
    yield from generate(3)


for x in chain():
    print(x)
assert True
try:
    assert False, "message"
except AssertionError as error:
    print("assertion", error)
