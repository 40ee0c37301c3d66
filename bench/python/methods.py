class Counter:
    step = 1

    def __init__(self):
        self.total = 0
        self.calls = 0

    def add(self, amount):
        self.total += amount * self.step
        self.calls += 1
        return self

    @property
    def mean(self):
        return self.total / self.calls

    @staticmethod
    def twice(x):
        return x + x


class Loud(Counter):
    step = 2

    def add(self, amount):
        return super().add(amount)


def work(n):
    quiet, loud = Counter(), Loud()
    add = quiet.add
    for i in range(n):
        quiet.add(i).add(i)
        loud.add(quiet.twice(i))
        add(1)
        quiet.mean
    return quiet.total + loud.total


work(300_000)
