import collections
import os
import random
import re
import tempfile

random.seed(1)
words = ["".join(random.choices("etaoinshrdlu", k=random.randint(2, 9))) for _ in range(3000)]
with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
    for _ in range(20_000):
        file.write(" ".join(random.choices(words, k=10)) + ".\n")
try:
    counts = {}
    lines = 0
    with open(file.name, encoding="utf-8") as text:
        for line in text:
            lines += 1
            for word in line.rstrip(".\n").split():
                counts[word] = counts.get(word, 0) + 1
    with open(file.name, encoding="utf-8") as text:
        again = collections.Counter(re.findall(r"\w+", text.read()))
    assert again == counts
    for word, count in again.most_common(2000):
        print(f"{count:7} {word}")
finally:
    os.unlink(file.name)
