class Plain:
    def __init__(self, a, b, c):
        self.a = a
        self.b = b
        self.c = c


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


class Derived(Plain):
    def __init__(self, a):
        super().__init__(a, a, None)
        self.d = [a]


class Bare:
    pass


def work(n):
    kept = None
    for i in range(n):
        Plain(i, i, kept)
        kept = Slotted(i, None)
        Derived(i)
        bare = Bare()
        bare.x = i
    return kept


work(300_000)
