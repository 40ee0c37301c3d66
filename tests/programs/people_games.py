# Small games and simulations: seeded random numbers, enums, state machines, formatting of boards, cards, text screens.
import enum
import random
from collections import Counter
from itertools import product

rng = random.Random(42)
print(rng.random(), rng.randint(1, 6), rng.choice("abcdef"), rng.sample(range(100), 5), rng.uniform(1, 2), rng.gauss(0, 1), rng.getrandbits(70), rng.choices("xyz", weights=[5, 1, 1], k=8))
deck = list(range(10))
rng.shuffle(deck)
state = rng.getstate()
first = [rng.random() for _ in range(3)]
rng.setstate(state)
print(deck, first == [rng.random() for _ in range(3)], rng.randrange(0, 100, 7), rng.triangular(0, 1, 0.5), rng.betavariate(2, 3), rng.expovariate(1.5), rng.randbytes(4))
random.seed("a text")
print(random.random(), random.randrange(10**20), random.Random(2**100).random(), random.Random(b"x").random(), random.Random(1.5).random())


class Suit(enum.Enum):
    CLUBS = "c"
    HEARTS = "h"

    @property
    def red(self):
        return self is Suit.HEARTS

    def __str__(self):
        return self.name.title()


class Rank(enum.IntEnum):
    TWO = 2
    KING = 13
    ACE = enum.auto()


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()
    RUN = enum.auto()
    ALL = READ | WRITE | RUN


print(list(Suit), Suit("h"), Suit["CLUBS"], repr(Suit.HEARTS), Suit.HEARTS.red, Suit.CLUBS.value, [r.name for r in Rank], Rank.ACE > Rank.KING, Rank.ACE + 1, sorted(Rank, reverse=True)[0], Rank(13) is Rank.KING)
print(Access.READ | Access.RUN, Access.ALL & ~Access.WRITE, Access.WRITE in Access.ALL, bool(Access.READ & Access.WRITE), Access(5), [a.name for a in Access], Access.ALL.value)
try:
    Suit("z")
except ValueError as error:
    print(error)
try:
    Suit.CLUBS = 1
except AttributeError as error:
    print(error)
Color = enum.Enum("Color", "RED GREEN")
print(Color.GREEN, Color.GREEN.value, Color.__members__, Suit.CLUBS in Suit, hash(Suit.CLUBS) == hash(Suit.CLUBS), {Suit.CLUBS: 1}[Suit("c")], isinstance(Rank.TWO, int), f"{Rank.TWO} {Suit.CLUBS} {Rank.TWO:03}")


class Machine:
    TRANSITIONS = {("idle", "coin"): "ready", ("ready", "push"): "idle", ("ready", "coin"): "ready"}

    def __init__(self):
        self.state, self.coins, self.log = "idle", 0, []

    def send(self, event):
        match (self.state, event):
            case (state, str(event)) if (state, event) in self.TRANSITIONS:
                if event == "coin":
                    self.coins += 1
                self.state = self.TRANSITIONS[state, event]
                self.log.append(f"{state}-{event}->{self.state}")
            case ("idle", "push"):
                self.log.append("locked")
            case (_, ("kick", int(times))) if times > 2:
                self.log.append("alarm")
            case (_, ["say", *words]):
                self.log.append(" ".join(words))
            case (_, {"event": name, **rest}):
                self.log.append(f"{name} {rest}")
            case (_, str() | bytes() as other):
                self.log.append(f"unknown {other!r}")
            case _:
                self.log.append("?")
        return self


machine = Machine()
for event in ("push", "coin", "coin", "push", ("kick", 3), ("kick", 1), ["say", "hello", "you"], {"event": "tick", "n": 1}, "jump", b"x", 5):
    machine.send(event)
print(machine.coins, *machine.log, sep="; ")


class Board:
    LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]

    def __init__(self, cells=" " * 9):
        self.cells = cells

    def play(self, at, who):
        return Board(self.cells[:at] + who + self.cells[at + 1 :])

    def winner(self):
        for a, b, c in self.LINES:
            if self.cells[a] != " " and self.cells[a] == self.cells[b] == self.cells[c]:
                return self.cells[a]

    def free(self):
        return [i for i, c in enumerate(self.cells) if c == " "]

    def __str__(self):
        return "\n-+-+-\n".join("|".join(self.cells[i : i + 3]) for i in (0, 3, 6))


def minimax(board, who, seen={}):
    key = board.cells, who
    if key not in seen:
        if winner := board.winner():
            seen[key] = (1 if winner == "X" else -1), None
        elif not board.free():
            seen[key] = 0, None
        else:
            options = [(minimax(board.play(i, who), "O" if who == "X" else "X")[0], -i) for i in board.free()]
            score, move = (max if who == "X" else min)(options)
            seen[key] = score, -move
    return seen[key]


board = Board("XO  X    ")
print(minimax(board, "O"), minimax(Board(), "X"))
print(board.play(minimax(board, "O")[1], "O"))
dice = Counter(a + b for a, b in product(range(1, 7), repeat=2))
for total, n in sorted(dice.items()):
    print(f"{total:2d} {n / 36:6.2%} {'█' * n}")


def caesar(text, shift):
    return "".join(chr((ord(c) - base + shift) % 26 + base) if (base := 65 if c.isupper() else 97) and c.isascii() and c.isalpha() else c for c in text)


print(caesar("Hello, World!", 3), caesar(caesar("Hello, World!", 3), -3))


def roman(n):
    out = ""
    for value, digit in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        count, n = divmod(n, value)
        out += digit * count
    return out


print(*map(roman, (1994, 2024, 49, 3999)))


def fizz(n):
    return "Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or str(n)


print(*map(fizz, range(1, 16)))


def collatz(n, *, cache={1: 1}):
    if n not in cache:
        cache[n] = 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
    return cache[n]


print(max(range(1, 3000), key=collatz), collatz(27))
