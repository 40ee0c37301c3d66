"""Methods and operators of str."""

from cases import *

TEXTS = ["", "a", "abc", "Hello World", "  pad\t", "aXbXc", "äöü ß", "ÀÉ", "日本語", "a日b日", "🎉x🎉", "\ud800", "x\udc80y",
         "ΑΣ ΣΑΣ", "ﬁ ŉ", "ǅ ǆ", "İi", "a\nb\r\nc\x85d\u2028e", "\t\t1\t\n2\t", "0042", "-42", "+", "١٢", "½²", "a_1", "1a",
         "\x00\x7f\x80", "'\"", "\\'", "aaaaaa", "\u1fb3", "K", "ʰA", "ab" * 40]
NONE = ["lower", "upper", "title", "capitalize", "casefold", "swapcase", "isalpha", "isalnum", "isascii", "isdecimal",
        "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "__getnewargs__",
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "expandtabs"]
NEEDLES = ["", "a", "X", "b", "ab", "aa", " ", "日", "b日", "🎉", "ß", "\udc80", "o W", "abab" * 3, "\u0161", "\U0001f361"]
BOUNDS = [(), (1,), (2, 5), (-3,), (-3, -1), (None, 4), (100,), (5, 2), (-100, 100)]

for s in TEXTS:
    for name in NONE:
        method(name, s)
    for f in (repr, str, ascii, len, list):
        function(f, s)
    for n in NEEDLES:
        for b in BOUNDS:
            for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
                method(name, s, n, *b)
        for name in ("partition", "rpartition", "split", "rsplit", "removeprefix", "removesuffix", "strip", "lstrip",
                     "rstrip"):
            method(name, s, n)
        for most in (-1, 0, 1, 2, 10):
            method("split", s, n, most)
            method("rsplit", s, n, maxsplit=most)
            method("replace", s, n, "<é>", most)
            method("replace", s, n, "", count=most)
        method("replace", s, n, "日")
        op("in", n, s)
        op("+", s, n)
        op("<", s, n)
        op("==", s, n)
        op(">=", s, n)
        method("join", n, [s, "x", s])
        method("join", n, (s,))
        method("startswith", s, ("zz", n))
    for most in (0, 1, 2):
        method("split", s, None, most)
        method("rsplit", s, None, most)
    for keep in (True, False, 1):
        method("splitlines", s, keep)
        method("splitlines", s, keepends=keep)
    for size in (0, 1, 4, -3):
        method("expandtabs", s, size)
    for width in (-1, 0, 3, 7, 12, 13):
        method("zfill", s, width)
        for name in ("center", "ljust", "rjust"):
            method(name, s, width)
            method(name, s, width, "é")
            method(name, s, width, "日")
    for at in (-100, -2, -1, 0, 1, 5, 100):
        op("[]", s, at)
    for times in (-1, 0, 1, 2, 7):
        op("*", s, times)
    method("translate", s, {97: "xyz", 98: None, 99: 0x65E5, 0x65E5: "q", 32: 45})

for point in [*range(0x600), *range(0x1E00, 0x2200), *range(0xFB00, 0xFB20), *range(0x10400, 0x10430), 0x1F3A, 0x10FFFF]:
    for name in ("lower", "upper", "title", "casefold", "swapcase", "isalpha", "isdecimal", "isdigit", "isnumeric",
                 "isprintable", "isspace", "isidentifier", "islower", "isupper", "istitle"):
        method(name, chr(point))

BAD = [None, 1, 1.5, b"x", [], ("a", 1), {}]
for bad in BAD:
    for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith", "partition", "rpartition", "join",
                 "removeprefix", "removesuffix", "split", "rsplit", "strip", "lstrip", "rstrip", "replace", "zfill",
                 "center", "ljust", "expandtabs", "splitlines", "maketrans", "format_map", "__format__", "encode"):
        if name == "splitlines" and bad is None or name == "join" and isinstance(bad, bytes):
            continue
        method(name, "abc", bad)
    for name in ("find", "count", "startswith"):
        method(name, "abc", "b", bad)
        method(name, "abc", "b", 0, bad)
    method("replace", "abc", "b", bad)
    method("replace", "abc", "b", "c", bad)
    method("center", "abc", 9, bad)
    method("split", "abc", "b", bad)
    method("translate", "abc", {97: bad})
    method("maketrans", "", "abc", bad)
    method("maketrans", "", "abc", "def", bad)
    op("+", "abc", bad)
    op("in", bad, "abc")
    op("[]", "abc", bad)
    op("<", "abc", bad)
    op("==", "abc", bad)
    if not isinstance(bad, (list, tuple, dict)):
        op("*", "abc", bad)
    new(str, "abc", bad)
    new(str, bad, "utf-8")
method("maketrans", "", {"a": 1, 98: "x", "日": None})
method("maketrans", "", {"ab": 1})
method("maketrans", "", {1.5: 1})
method("maketrans", "", "abc", "xyz", "def")
method("maketrans", "", "abc", "xy")
method("translate", "abc", {97: 0x110000})
method("translate", "abc", ["x"] * 98)
method("translate", "abc", "x" * 98)
method("center", "a", 5, "xy")
method("replace", "abc", old="b", new="c")
method("replace", "abc")
method("find", "abc")
method("find", "abc", "a", 1, 2, 3)
method("strip", "abc", "a", "b")
method("split", "abc", sep="b", maxsplit=1)
method("split", "abc", "b", sep="b")
method("split", "abc", "b", 1, 2)
method("split", "abc", nope=1)
method("join", ",", ["a", 1])
method("join", ",", ["a", b"x"])
method("join", ",", "abc")
method("join", ",", [])
method("join", "日", ["a", "é", "🎉"])
method("zfill", "a", 2**70)
method("expandtabs", "a\tb", 2**40)
method("center", "a", 2**70)
op("*", "ab", 2**62)
op("*", "ab", 2**70)
op("[]", "abc", 2**70)
op("*", "ab", "c")
op("+", 1, "a")
new(str)
new(str, "x")
new(str, object="x")
new(str, b"abc", "ascii")
new(str, b"abc", errors="strict")
new(str, b"abc", encoding="utf-8", errors="strict")
new(str, encoding="x")
new(str, 1, 2)
new(str, b"x", "nope-such")
new(str, b"x", "a\0b")
new(str, "a", "b", "c", "d")
new(str, nope=1)
method("upper", "abc", 1)
method("upper", "abc", x=1)

# All code points: where the answer changes, and a sum over what they become.
for name in ("isalpha", "isdecimal", "isdigit", "isnumeric", "islower", "isupper", "isspace", "isprintable", "isidentifier"):
    answers = [getattr(chr(point), name)() for point in range(0x110000)]
    edges = [point for point in range(1, 0x110000) if answers[point] != answers[point - 1]]
    case(f"points:{name}", lambda: [len(edges), sum(edges), sum(e * e for e in edges) % 2**40])
for name in ("upper", "lower", "title", "casefold"):
    mapped = (getattr(chr(point), name)() for point in range(0x110000))
    total = sum((at + 1) * sum(ord(c) * (i + 1) for i, c in enumerate(text)) for at, text in enumerate(mapped))
    case(f"points:{name}", lambda: total % 2**40)
