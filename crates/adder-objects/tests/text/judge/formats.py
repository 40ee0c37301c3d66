"""Format specs, str.format, and %."""

import itertools
import random
import struct

from cases import *

FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 123456.789, 1e16, 1e15, 9999999.5, 1e-4, 1e-5, 1.5e300, 5e-324, 2.5, 0.5, 1e22,
          float("inf"), float("-inf"), float("nan"), 1234567890123.0, 0.00012345, -0.0004, 99.95, 1e100]
SPECS = ["", "e", "E", "f", "F", "g", "G", "n", "%", ".0f", ".1f", ".2f", ".3e", ".0e", ".3g", ".0g", ".10g", "#g", "#.0f", "#.0e",
         "10", "<10", "^10", ">10", "=10", "010", "+010.2f", " .2f", "-f", ",", "_", ",.2f", "_.3f", "015,.2f", "020_", "z.1f",
         "+z.0f", ".3", ".1", ".17g", ".20f", ".30e", "x<12.3", "日^12.1f", "#", "#.3", ".50f", "=+12,", "05", "0<8", "012,f", "0=+15,.3f",
         ".3%", "08.1%", ".400f", ".0", "0", "030,.5e", "s", "d", "x", "q", "日", "..", ".", "10.", "10x10", ",_", "_,", ",,", ",x", "_x", ",n",
         "c", "b", "99999999999999999999", ".99999999999999999999", "ff", "=+z#010,.3f", "++", "zz", "#z", "_d", ",s", ".3d", "zd", "\x01"]
BITS = random.Random(1)
for _ in range(1500):
    x = struct.unpack(">d", BITS.randbytes(8))[0]
    for x in (x, round(BITS.uniform(-1e6, 1e6), BITS.randrange(9))):
        for spec in ("", ".17g", "e", ".0f", "g", ".3", ".1e", ".25f", ".2%", ",.4f", "#.5g"):
            if spec:
                formatted(x, spec)
        op("%", "%.*g %r", (BITS.randrange(20), x, x))
INTS = [0, 1, -1, 7, 42, -255, 1000, 1234567, -1234567890, 2**60, 65, 0x1F389, 2**63, -(2**64) * 5 + 3, 10**18]
INT_SPECS = ["d", "b", "o", "x", "X", "c", "n", "#b", "#o", "#x", "#X", "#d", "+d", " d", "-x", "10d", "<10d", "^10x", "=10d",
             "010d", "+010d", "#010x", "#012b", "_b", "_x", ",d", "_d", ",x", "012,d", "016_x", "#018_b", "e", "f", ".2f", "%",
             "g", ".3d", "zd", "+c", "#c", "5c", "<5c", "^5c", "05c", "s", "q", "日", "=5c", ",c", ",n", "20,", "020,", "+,", "*^20,d", ".3"]

for x, spec in itertools.product(FLOATS, SPECS):
    if spec:
        formatted(x, spec)
for n, spec in itertools.product(INTS, INT_SPECS):
    if spec and not (abs(n) >= 2**62 and spec[-1] not in "boxXefg%cszq" ):
        formatted(n, spec)
PARTS = [0.0, -0.0, 1.5, -2.0, float("nan"), float("inf")]
for re, im in itertools.product(PARTS, PARTS):
    for spec in [">20", "<20", "^21", "f", ".2f", "+", "+.1e", "g", "#", ",", "_.3f", "-", " ", "e", "20.3f", "z.0f", "*^30"]:
        formatted(complex(re, im), spec)
for spec in ["010", "=10", "%", "d", "s", "q", "0"]:
    formatted(1j, spec)
for s in ["", "abc", "日本語", "🎉", "a\ud800"]:
    for spec in ["", "s", "10", "<10", ">10", "^10", "^11s", "*^9", "日<6", ".2", ".0", "5.1", ".10s", "010", "0>5", "=10", "+", " ", "-s", "z",
                 "#", ",", "_", ",s", "d", "x", "日", ".", "10.", "ss", "=010", "a<5", "{<5", "99999999999999999999", "0", "0<5", "x=5"]:
        formatted(s, spec)


class Missing(Exception):
    pass


def fmt(text, *args, **keywords):
    method("format", text, *args, **keywords)


for text in ["", "a", "{}", "{}{}", "{0}", "{1}{0}", "{a}", "{0[0]}", "{0[a]}", "{{}}", "{{", "}}", "{", "}", "a}", "{}}", "{{}", "{!r}",
             "{!s:>5}", "{!a}", "{!x}", "{!}", "{!r", "{!rx}", "{:>{}}", "{:{}{}}", "{:>{0}}", "{0:{1}}", "{:{:{}}}", "{0.a}", "{0.}", "{0[}",
             "{0[]}", "{0[0]x}", "{a[0]}", "{0[0][1]}", "{ }", "{ 0}", "{-1}", "{0}{}", "{}{0}", "{5}", "{b}", "{:d}", "{:5}", "{!\n}", "{!é}",
             "{0[a b]}", "{0[{]}", "{99999999999999999999}", "{0[99999999999999999999]}", "{:", "{:{", "{:}", "{a.b.c}", "{0!r:^10}", "x{}y{}z", "{",
             "{0", "{0!", "{0:", "{[0]}", "{.a}", "{0[-1]}", "{a!r:>{w}}", "{٠}"]:
    fmt(text, "xyz", "12")
    fmt(text, ["p", ["q", "r"]], "w")
    fmt(text, "日本", a=["é"], w="8")
    fmt(text)
    method("format_map", text, {"a": ["x"], "b": "y", "w": "4"})

STRS = ["", "abc", "日本", "é"]
for text in ["%s", "%r", "%a", "%5s", "%-5s|", "%.2s", "%5.1s", "%05s", "%c", "%5c", "%-5c|", "%.0c", "%%", "%", "%d", "%(a)s", "%(a", "%(a)", "%q",
             "%日", "% s", "%+s", "%#s", "%*s", "%.*s", "%ls", "%hs", "%Ls", "%lls", "abc", "%s%s", "%5%", "%-", "%.", "%5", "%(a)(b)s", "%\x01"]:
    for arg in [*STRS, ("x",), ("x", "y"), (5, "x"), (-5, "x"), (), {"a": "v"}, {"b": "v"}, {}]:
        if isinstance(arg, (dict, tuple)) and ("r" in text or "s" in text or "a" in text or "c" in text) and "(" not in text \
                and isinstance(arg, dict):
            continue
        if "%s%s" in text and arg == (5, "x") or "(" not in text and arg == (5, "x") and "*" not in text or arg == (-5, "x") and "*" not in text:
            continue
        op("%", text, arg)
for text in ["%d", "%i", "%u", "%5d", "%-5d|", "%05d", "%+d", "% d", "%+05d", "%.3d", "%8.3d", "%-8.3d|", "%08.3d", "%x", "%X", "%o", "%#x", "%#X",
             "%#o", "%#08x", "%-#8x|", "%#8x", "%.5x", "%#.5x", "%+x", "% X", "%c", "%3c", "%e", "%f", "%g", "%.2f", "%+.1e", "%08.2f", "%-9.1f|",
             "%#g", "%#.0f", "%G", "%E", "%F", "%+ d", "%0-5d|", "%.0d", "%*d", "%.*d", "%+-8.3f|", "%ld", "%.100d", "% 05d", "%#d", "%#05X", "%5%", "%20.10x"]:
    for arg in [0, 1, -1, 65, -255, 123456789, 2**40, -(2**61), 300, 0x110000, (7, 42), (-7, 42), True]:
        if isinstance(arg, tuple) and "*" not in text:
            continue
        op("%", text, arg)
    for arg in [0.0, -0.0, 1.5, -2.25, 1e20, float("inf"), float("-inf"), float("nan")]:
        if text[-1] in "efgEFG|" and "d" not in text and "x" not in text:
            op("%", text, arg)
for text in ["%d", "%x", "%f", "%c", "%*d", "%.*f", "%o", "%i", "%g"]:
    for arg in ["a", "ab", None, [], b"x", ("a", 1), (1.5, 1), (2**70, 1), (1, "a"), 2**64 if text[-1] in "xoc" else "z"]:
        op("%", text, arg)
op("%", "%999999999999999999999d", 1)
op("%", "%.999999999999d", 1)
op("%", "%x", 1.5)
op("%", "%s %s", ("a",))
op("%", "%s", ("a", "b"))
op("%", "nothing", ("a",))
op("%", "nothing", ())
op("%", "nothing", {})
op("%", "nothing", [])
op("%", "nothing", "a")
op("%", "%(a)s %(a)r %(b)d", {"a": "x", "b": 5})
op("%", "%(a(b)c)s", {"a(b)c": "x"})
op("%", "%(日)s", {"日": "x"})
for precision in (1099, 1100, 1101, 1500):
    for x in (1.5, -1e-300, 123456.789, 0.0, float("inf")):
        for kind in ("f", "e", "g", "%", ""):
            formatted(x, f".{precision}{kind}")
            formatted(x, f"#.{precision}{kind}")
        op("%", f"%.{precision}f", x)
        op("%", f"%#.{precision}e", x)
    op("%", f"%+.{precision}d", -5)
    op("%", f"%#.{precision}X", 255)
