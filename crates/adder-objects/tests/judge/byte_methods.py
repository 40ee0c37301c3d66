"""Methods and operators of bytes and bytearray."""

from cases import *

RUNS = [b"", b"a", b"abc", b"Hello World", b"  pad\t", b"aXbXc", b"a\nb\r\nc\x85d\re", b"\t\t1\t\n2\t", b"0042", b"-42", b"+", b"\x00\xff\x80",
        b"'\"", b"\\'", b"aaaaaa", b"abababab", b"TITLE Case x1y", bytes(range(20)), b"\xe4\xf6"]
NONE = ["lower", "upper", "title", "capitalize", "swapcase", "isalpha", "isalnum", "isascii", "isdigit", "islower", "isspace", "istitle",
        "isupper", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "expandtabs", "hex", "decode"]
NEEDLES = [b"", b"a", b"X", b"ab", b"aa", b" ", b"\xff", b"o W", 97, 0, 255, bytearray(b"b")]
BOUNDS = [(), (1,), (2, 5), (-3,), (-3, -1), (None, 4), (100,), (5, 2), (-100, 100)]

for ty in (bytes, bytearray):
    for s in map(ty, RUNS):
        for name in NONE:
            if name != "decode" or s.isascii():
                method(name, s)
        for f in (repr, str, len, list):
            function(f, s)
        for n in NEEDLES:
            for b in BOUNDS:
                for name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
                    method(name, s, n, *b)
            for name in ("partition", "rpartition", "split", "rsplit", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip"):
                method(name, s, n)
            for most in (-1, 0, 1, 2, 10):
                method("split", s, n, most)
                method("rsplit", s, n, maxsplit=most)
                method("replace", s, n, b"<>", most)
            op("in", n, s)
            op("+", s, n)
            op("<", s, n)
            op("==", s, n)
            op(">=", s, n)
            method("join", s, [n, b"x"])
            method("startswith", s, (b"zz", n))
        for most in (0, 1, 2):
            method("split", s, None, most)
            method("rsplit", s, None, most)
        for keep in (True, False):
            method("splitlines", s, keepends=keep)
        for size in (0, 1, 4, -3):
            method("expandtabs", s, size)
        for width in (-1, 0, 3, 7, 12, 13):
            method("zfill", s, width)
            for name in ("center", "ljust", "rjust"):
                method(name, s, width)
                method(name, s, width, b"*")
                method(name, s, width, bytearray(b"*"))
        for at in (-100, -2, -1, 0, 1, 5, 100):
            op("[]", s, at)
        for times in (-1, 0, 1, 2, 7):
            op("*", s, times)
        method("translate", s, bytes(range(255, -1, -1)))
        method("translate", s, None, b"ab")
        method("translate", s, bytes(range(256)), delete=b"X")
        for sep in (":", b"-", "", "::", "é", 1, b"\xff"):
            method("hex", s, sep)
            for per in (1, 2, -3, 0, 100):
                method("hex", s, sep, per)
        method("hex", s, sep="_", bytes_per_sep=4)
    for bad in (None, 1.5, "x", [], ("a", 1), {}, 256, -1, 2**70):
        for name in ("find", "rfind", "index", "count", "startswith", "endswith", "partition", "join", "removeprefix", "split", "strip", "replace",
                     "zfill", "center", "expandtabs", "decode", "fromhex", "translate", "hex"):
            if name in ("decode", "expandtabs", "center", "zfill") and isinstance(bad, int) or name == "join" and bad == {}:
                continue
            method(name, ty(b"abc"), bad)
        method("replace", ty(b"abc"), b"b", bad)
        method("center", ty(b"abc"), 9, bad)
        method("translate", ty(b"abc"), None, bad)
        method("maketrans", ty(b""), b"abc", bad)
        op("+", ty(b"abc"), bad)
        op("in", bad, ty(b"abc"))
        op("<", ty(b"abc"), bad)
        op("==", ty(b"abc"), bad)
        if bad not in (2**70, 256):
            op("[]", ty(b"abc"), bad)
            new(ty, bad)
        new(ty, [1, bad])
        new(ty, bad, "utf-8")
        new(ty, "x", bad)
    method("join", ty(b"-"), [b"a", 1])
    method("join", ty(b"-"), (b"a", bytearray(b"b")))
    method("join", ty(b"-"), [])
    method("center", ty(b"abc"), 9, b"xy")
    method("ljust", ty(b"abc"), 9, bytearray(b"xy"))
    method("maketrans", ty(b""), b"abc", b"xyz")
    method("maketrans", ty(b""), b"abc", b"xy")
    method("translate", ty(b"abc"), b"short")
    for text in ("", "00ff", " 00 ff ", "0 0", "0", "zz", "0z", "00 f", "é0", "00é", "1\x0b2", "AB cd", "0\t0"):
        method("fromhex", ty(b""), text)
    new(ty)
    new(ty, b"abc")
    new(ty, bytearray(b"abc"))
    new(ty, 5)
    new(ty, [1, 2, 255])
    new(ty, (1, 256))
    new(ty, [1, "x"])
    new(ty, "abc")
    new(ty, "äbc", "latin-1")
    new(ty, "äbc", "utf-8", "strict")
    new(ty, "\ud800", "utf-8", "ignore")
    new(ty, "abc", errors="strict")
    new(ty, encoding="utf-8")
    new(ty, errors="x")
    new(ty, 1, "utf-8")
    new(ty, 1, errors="strict")
    new(ty, "a", "b", "c", "d")
    new(ty, nope=1)
    new(ty, "x", "no-such-encoding")
    new(ty, source=b"x")
    new(ty, True)

for text in ["%s", "%b", "%r", "%a", "%5s", "%-5s|", "%.2s", "%c", "%5c", "%%", "%", "%d", "%x", "%#08x", "%f", "%.2e", "%(a)s", "%(a", "%q", "%*d", "%.*f",
             "%5d", "%+d", "%i|", "%s%s", "%o", "%\xff", "abc", "%g"]:
    for ty in (bytes, bytearray):
        for arg in [b"xy", b"x", bytearray(b"x"), 65, 300, -1, 2.5, "x", None, (b"a", b"b"), (5, 7), (), {b"a": b"v"}, {"a": b"v"}, [1]]:
            if isinstance(arg, dict) and "(" not in text or text[-1] in "ra" and not isinstance(arg, bytes):
                continue
            op("%", ty(text.encode("latin-1")), arg)

for a in (bytearray(), bytearray(b"abc"), bytearray(range(50))):
    for x in (0, 97, 255, 256, -1, "x", None):
        changed("append", a, x)
        changed("remove", a, x)
        changed("insert", a, 1, x)
        changed("insert", a, -100, x)
    for at in (0, -1, 1, 100, -100, "x"):
        changed("insert", a, at, 5)
        changed("pop", a, at)
        assign(a, at, 7)
        assign(a, at)
    for x in (b"", b"xyz", bytearray(b"q"), [1, 2], (3,), "abc", 5, None, [256], ["a"]):
        changed("extend", a, x)
        in_place("+=", a, x)
    for n in (-1, 0, 1, 3):
        in_place("*=", a, n)
    for name in ("pop", "clear", "copy", "reverse"):
        changed(name, a)
    for x in (256, -1, "x", None, 1.5):
        assign(a, 0, x)
    in_place("+=", a, a)
op("[]", bytearray(b"abc"), 2**70)
op("[]", b"abc", 2**70)
