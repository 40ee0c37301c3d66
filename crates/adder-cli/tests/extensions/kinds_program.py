import gc, sys
import kinds

# Functions of every convention.
print(kinds.fast(1, "two", 3.0), kinds.fast_keywords(1, a=2, b="c"), kinds.var_keywords(1, 2, x=3), kinds.var_keywords())
print(kinds.counts())
for wrong in (lambda: kinds.alive(1), lambda: kinds.sum_of(), lambda: kinds.fast(x=1)):
    try:
        wrong()
    except TypeError as error:
        print(type(error).__name__, error)

# Ints of a list are objects to C, and ints to Python afterwards.
numbers = [1, 2, 1000, -7, 10**15]
print(kinds.sum_of(numbers), numbers, numbers[2] is numbers[2], sum(numbers), numbers.index(1000), sorted(numbers))
numbers[0] += 5
print(kinds.sum_of(numbers), {n: n for n in numbers} == {6: 6, 2: 2, 1000: 1000, -7: -7, 10**15: 10**15})
two = 2
print(numbers[1] is two, two is numbers[1], numbers[1] is not two, [n is two for n in numbers])

# A static type.
pair = kinds.Pair(1, [2])
print(pair, len(pair), list(pair), pair[-1], pair.number, pair.flag, type(pair), kinds.Pair.__doc__)
pair.number = 5
print(pair + 10, pair.sum, pair == pair, pair == kinds.Pair(), pair != kinds.Pair(), pair.swap(), pair[0])
pair.sum = 300
print(pair.number, pair.left)
pair.left = "new"
del pair.left
print(pair.left)
for wrong in (lambda: pair[2], lambda: pair + "x", lambda: setattr(pair, "flag", True), lambda: delattr(pair, "sum"),
              lambda: pair.nothing, lambda: setattr(pair, "nothing", 1)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)
before = kinds.alive()
del pair
print(before - kinds.alive())

# A cycle through it is collected.
a, b = kinds.Pair(), kinds.Pair()
a.left, b.left = b, a
before = kinds.alive()
del a, b
gc.collect()
print(before - kinds.alive())

# A class written in Python derives from it.
class Named(kinds.Pair):
    def __init__(self, name, *args):
        super().__init__(*args)
        self.name = name
    def __repr__(self):
        return f"{self.name}: {super().__repr__()}"
named = Named("n", 1, 2)
print(named, named.name, len(named), named + 1, isinstance(named, kinds.Pair), Named.__mro__)
named.left = named
before = kinds.alive()
del named
gc.collect()
print(before - kinds.alive())

# A heap type.
print(list(kinds.Countdown(3)), kinds.Countdown, sum(kinds.Countdown(1000)))
class Slow(kinds.Countdown):
    def __next__(self):
        return super().__next__() * 10
print(list(Slow(2)))
print(kinds.alive() - before)

# Errors pass through.
def fails():
    raise KeyError("x")
print(kinds.call(fails), kinds.call(lambda: 5))
try:
    kinds.call(lambda: 1 / 0)
except ZeroDivisionError as error:
    print(error)
for wrong in (kinds.returns_null, kinds.returns_with_error):
    try:
        wrong()
    except SystemError as error:
        print(error, repr(error.__cause__))
