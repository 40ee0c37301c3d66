# Counting words: str methods, Counter, defaultdict, sorting by several keys, textwrap.
import re
import string
import textwrap
from collections import Counter, OrderedDict, defaultdict

TEXT = """\
The quick brown fox jumps over the lazy dog. The dog -- who was, in fact, quite lazy --
did not react; the fox, however, was "very" pleased. "Quick," said the fox, "is as quick does!"
Foxes don't mind dogs' dreams: they're dreamers too.
"""


def words(text):
    for word in re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower()):
        yield word


counts = Counter(words(TEXT))
print(counts.most_common(5))
print(sum(counts.values()), len(counts), counts["nothing"], "nothing" in counts)
by_length = defaultdict(list)
for word in sorted(counts):
    by_length[len(word)].append(word)
for length, group in sorted(by_length.items()):
    print(f"{length:>2} {len(group):<3}{', '.join(group)}")
ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
width = max(len(word) for word, _ in ranked[:6])
for word, count in ranked[:6]:
    print(f"{word:.<{width + 2}}{count:_>3} {'#' * count}")
more = Counter(a=3, b=1)
more.update("abc")
more.subtract({"a": 1, "z": 2})
print(more, +more, -more, more & Counter("aab"), more | Counter("zzz"), more + Counter(b=2), more - Counter("a"))
print(sorted(more.elements()), more.total())
table = str.maketrans({"a": "4", "e": "3", "o": None, "t": "<t>"})
print("the cat ate another".translate(table), "x-y_z".translate(str.maketrans("-_", "__", "z")))
print(TEXT.split(None, 3)[:3], TEXT.splitlines()[1][:20], TEXT.partition(" -- ")[2][:9], "a,b,,c".split(","), "  a  b ".split(), "a--b--c".rsplit("--", 1))
print(string.capwords("the quick  brown"), "the quick brown".title(), "they're bill's".title(), "ǆ".title(), "straße".upper(), "İ".lower(), "ΑΣ".lower())
print(textwrap.fill(TEXT.replace("\n", " "), 40, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(TEXT, 30, placeholder="..."), textwrap.dedent("    a\n      b\n    c"), textwrap.indent("a\n\nb\n", "> "), sep="\n")
order = OrderedDict.fromkeys(words(TEXT))
order.move_to_end("the")
print(next(iter(order)), next(reversed(order)), len(order))
print("".join(filter(str.isalpha, TEXT))[:20], TEXT.count("fox"), TEXT.find("lazy"), TEXT.rfind("lazy"), TEXT.index("dog"))
print("%-10s|%5.1f%%|%+d|%05d|%x" % ("left", 12.345, 5, -42, 255), "{:^9}|{:>+8.2e}|{!r:>6}|{:,}".format("mid", 12345.678, "q", 1234567))
print(string.Template("$who likes ${what}s, $$5").substitute(who="tim", what="dog"), string.Template("$x $y").safe_substitute(x=1))
