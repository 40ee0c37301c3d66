# The Mersenne Twister: the same numbers for the same seed.
from _random import Random


def fails(f, *args):
    try:
        print("no error:", f(*args))
    except Exception as error:
        print(type(error).__name__, error)


for seed in (0, 1, -1, 42, 2**31, 2**32, 2**64 + 5, -(2**200), True, 10**400):
    r = Random(seed)
    print(seed % 1000, [r.random() for _ in range(3)], r.getrandbits(7), r.getrandbits(32), r.getrandbits(33), r.getrandbits(200))
print(Random(1.5).random(), Random((1, 2)).random(), Random(True).random() == Random(1).random())

r = Random(7)
for _ in range(1000):
    r.random()
state = r.getstate()
print(len(state), state[-1], sum(state), type(state).__name__)
first = [r.random() for _ in range(700)]
r.setstate(state)
print(first == [r.random() for _ in range(700)], first[-1])
other = Random()
other.setstate(state)
print(other.random() == first[0], other.seed(3), other.random(), other.getrandbits(0))
print(sum(r.getrandbits(k) for k in range(0, 300)))
a, b = Random(), Random(None)
print(a.random() != b.random(), 0 <= a.random() < 1)

fails(r.setstate, [1])
fails(r.setstate, (1, 2))
fails(r.setstate, state[:-1] + (700,))
fails(r.getrandbits, -1)
fails(r.getrandbits, "a")
fails(Random, [])
fails(Random, 1, 2)


class Sub(Random):
    def __init__(self, x, more=None):
        super().__init__(x)
        self.more = more


print(Sub(5, more=1).random() == Random(5).random(), Sub(5).more)
