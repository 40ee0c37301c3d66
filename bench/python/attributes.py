class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)


def work(n):
    here, step = Point(0, 0), Point(1, 2)
    for _ in range(n):
        here = here.add(step)
    return here.x


work(1_000_000)
