"""A row of the table on simplejson: encodes or decodes a text of 10 MB, and prints the seconds of processor time that it took."""

import random
import sys
import time

import simplejson
import simplejson.decoder
import simplejson.encoder

assert simplejson.encoder.c_make_encoder and simplejson.decoder.c_scanstring, "the extension is not used"
SIZE = 10_000_000


def record(rng, number):
    """What a service might send: short strings, some of them escaped or beyond ASCII, numbers, flags, nested lists and dicts."""
    words = ["alpha", "beta", "naïve", "line\nbreak", 'quote "', "日本語", "plain text of some length", "x" * 40]
    return {
        "id": number,
        "name": f"{rng.choice(words)} {number}",
        "score": rng.random() * 1000,
        "active": rng.random() < 0.5,
        "parent": None,
        "tags": rng.sample(words, 3),
        "place": {"x": rng.randrange(-1000, 1000), "y": rng.random(), "label": rng.choice(words)},
        "history": [rng.randrange(1 << 40) for _ in range(5)],
    }


def data():
    rng = random.Random(1)
    one = len(simplejson.dumps([record(rng, n) for n in range(100)])) / 100
    return [record(rng, n) for n in range(int(SIZE / one))]


case, value = sys.argv[1], data()
text = simplejson.dumps(value)
assert abs(len(text) - SIZE) < SIZE / 20, len(text)
start = time.process_time()
if case == "encode":
    result = simplejson.dumps(value)
else:
    result = simplejson.loads(text)
seconds = time.process_time() - start
assert result == (text if case == "encode" else value)
print(seconds)
