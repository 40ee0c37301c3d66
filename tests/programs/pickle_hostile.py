"""Pickles that were changed at random: whatever comes of them is an exception or an object."""
import io, pickle, random


class Some:
    def __init__(self, x=None):
        self.x = x


class Careful(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) in {("__main__", "Some"), ("builtins", "set"), ("builtins", "list"), ("copyreg", "_reconstructor"), ("builtins", "object")}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError("not allowed")

    def persistent_load(self, id):
        return id


objects = [
    [1, "text", 2.5, None, True, b"bytes", (1, 2), {3: 4}, {5}, frozenset([6]), bytearray(b"7")],
    Some([Some(), {"a": Some((1, 2, 3))}]),
    {i: [str(i)] * 3 for i in range(20)},
    [2**100, -(2**70), "\u20ac", "x" * 300, [[[[]]]]],
]
seeds = [pickle.dumps(one, protocol) for one in objects for protocol in range(6)]
random.seed(20)
allowed = (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, MemoryError, ImportError, RecursionError)
done = failed = 0
for _ in range(6000):
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(data))
        what = random.randrange(4)
        if what == 0:
            data[at] = random.randrange(256)
        elif what == 1:
            del data[at : at + random.randint(1, 4)]
        elif what == 2:
            data[at:at] = bytes(random.choice(b"()]}.ae0125thjbRQ\x81\x85\x86\x87\x90\x91\x93\x94\x95") for _ in range(random.randint(1, 4)))
        else:
            other = random.choice(seeds)
            data[at:at] = other[random.randrange(len(other)) :][: random.randint(1, 20)]
        if not data:
            data = bytearray(b".")
    # Numbers of memos and lengths in eight bytes make CPython ask for more than there is.
    if any(op in data for op in b"r\x8d\x8e\x96p"):
        continue
    try:
        Careful(io.BytesIO(bytes(data))).load() if done % 2 else Careful(io.BytesIO(data)).load()
        done += 1
    except allowed:
        failed += 1
print(done + failed > 1000, failed > 100, done > 10)
