import gc


class Node:
    def __init__(self):
        self.other = None


def work(n):
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a


work(500_000)
gc.collect()
