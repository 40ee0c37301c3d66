# Generators within generators, and values that are sent.
class Node:
    def __init__(self, low, high):
        middle = (low + high) // 2
        self.key = middle
        self.left = Node(low, middle) if low < middle else None
        self.right = Node(middle + 1, high) if middle + 1 < high else None

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


def averager():
    total = count = 0
    mean = None
    while True:
        value = yield mean
        total += value
        count += 1
        mean = total // count


def work(n):
    tree = Node(0, n)
    mean = averager()
    next(mean)
    for key in tree:
        mean.send(key)
    return any(key > n for key in tree)


work(100_000)
