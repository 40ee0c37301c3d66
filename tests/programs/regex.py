# The package `re` on the native module `_sre`.
import re


def show(label, function, *args, **keywords):
    try:
        print(label, repr(function(*args, **keywords)))
    except Exception as error:
        print(label, type(error).__name__, error)


# Matches
m = re.match(r"(?P<first>\w+) (?P<last>\w+)", "Ada Lovelace, countess")
print(m, m.group(), m.group(0), m.group(1, 2), m["first"], m[2], m.groups(), m.groupdict())
print(m.start(), m.end(), m.span(), m.span("last"), m.start(2), m.end("first"), m.pos, m.endpos, m.lastindex)
print(m.lastgroup, m.re.pattern, m.string, m.regs, bool(m))
print(m.expand(r"\2, \1"), m.expand(r"\g<last>-\g<first>\n"), m.expand("plain"))
for wrong in ("nobody", 3, -1, 1.5):
    show("group", m.group, wrong)
print(re.match("a", "b"), re.search("b", "abc"), re.fullmatch("a.c", "abc"), re.fullmatch("a.", "abc"))
p = re.compile("b+")
print(p.match("abb", 1), p.match("abb", 1, 2), p.search("abba", 2), p.search("abba", 3), p.match("b", 1, 0))
print(p.fullmatch("abbc", 1, 3), re.compile("c").match("abc", 3, 1), re.compile("^b").search("ab", 1))
print(re.compile("(?<=a)b").search("ab", 1), p.search("bb", -5, 100), p.search(string="abb", pos=1, endpos=2))

# Patterns
p = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)", re.I | re.M)
print(p, p.pattern, p.groups, dict(p.groupindex), p.flags, type(p).__name__, type(p).__module__)
print(re.compile("a", re.X | re.S), re.compile(b"a", re.A), re.compile("x" * 300), re.compile("a", re.A))
print(p == re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)", re.I | re.M), p == re.compile("a"), p != 5)
print(hash(re.compile("q")) == hash(re.compile("q")), {re.compile("k"): 1}[re.compile("k")])
import copy
print(copy.copy(p) is p, copy.deepcopy(p) is p, copy.copy(m) is m)
show("type", type(p))

# findall, finditer, split
print(re.findall("a|b", "cabbage"), re.findall("(a)(b)?", "abac"), re.findall("(.)x", "axbx"), re.findall("x*", "axbxx"))
print([(m.group(), m.span()) for m in re.finditer(r"\w+", "one two  three")])
print([m.span() for m in re.finditer("", "abc")], [m.span() for m in re.finditer(r"\b|x", "xx y")])
print(re.split(r"[,;]\s*", "a, b;c,d"), re.split("([,;])", "a,b;c"), re.split("x*", "axbc"), re.split("(x)|(y)", "1x2y3"))
print(re.split(",", "a,b,c,d", maxsplit=2), re.split(r"\b", "one two"), re.split("q", ""), re.split("(q)?", "ab"))

# sub
print(re.sub("a", "b", "banana"), re.sub("a", "b", "banana", count=2), re.subn("a", "", "banana"), re.sub("x", "y", "ab"))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub("(?P<q>b)", r"[\g<q>\g<1>\g<0>]", "abc"))
print(re.sub("x*", "-", "abxd"), re.sub("", "-", "abc"), re.sub(r"\b", "|", "a bc"), re.sub("(a)|b", r"<\1>", "ab"))
print(re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "1 22 x333"), re.sub("a", lambda m: None, "cat"), re.sub("a", r"\\\t", "a"))
show("sub", re.sub, "a", lambda m: 1, "a")
show("sub", re.sub, "a", 1, "a")
show("sub", re.sub, "a", r"\2", "a")
show("sub", re.sub, "a", r"\g<x>", "a")
show("sub", re.sub, "a", r"\q", "a")
show("sub", re.sub, "a", b"x", "a")


def failing(match):
    raise ValueError(match.group())


show("sub", re.sub, "n", failing, "banana")

# Constructs
for pattern, text in [
    (r"a{2,3}", "aaaa"), (r"a{2,3}?", "aaaa"), (r"(ab)*", "ababa"), (r"(ab)+?c", "ababc"), (r"(a|ab)(c|bcd)(d*)", "abcd"),
    (r"(\w)\1", "hello"), (r"(?P<x>.)(?P=x)", "abccd"), (r"(?i)HeL", "hELlo"), (r"(?i:a)b", "Ab"), (r"(?i:a)b", "AB"),
    (r"foo(?=bar)", "foobar"), (r"foo(?!bar)", "foobar"), (r"foo(?!bar)", "foobaz"), (r"(?<=-)\w+", "spam-egg"),
    (r"(?<!-)\b\w+", "-a bc"), (r"(a)?b(?(1)c|d)", "abc"), (r"(a)?b(?(1)c|d)", "bd"), (r"^\w+$", "one\ntwo"),
    (r"(?m)^\w+$", "one two\nthree"), (r"a.b", "a\nb"), (r"(?s)a.b", "a\nb"), (r"\Aab\Z", "ab"), (r"a$", "a\n"),
    (r"[^a-c]+", "abcxyz"), (r"[]a]+", "]a]"), (r"[\d\-x]+", "1-x2"), (r"[\W_]+", "a_ -b"), (r"\D\S\s", "ab 1"),
    (r"(?>a+)ab", "aaab"), (r"a++b", "aaab"), (r"a++a", "aaa"), (r"(?:ab)*+c", "ababc"), (r"(a*)*", "aab"), (r"(a*)+", "b"),
    (r"(?:a|b)*?c", "ababc"), (r"x*?y", "xxy"), (r"(?:(a)|(b)|c)*", "abc"), (r"(?:(a)|b)*", "ab"), (r"((a)(b)?)+", "aba"),
    (r"\x41\u0042\101", "ABA"), (r"(?:)", ""), (r".*(\d+)", "ab123"),
    (r".*?(\d+)", "ab123"), (r"(?:a{2}){3}", "aaaaaa"), (r"(?x) a  b # comment", "ab"), (r"a(?#note)b", "ab"),
    (r"(?:\d{1,3}\.){3}\d{1,3}", "ip 192.168.0.1."), (r"\bfoo\b", "a foo b"), (r"\Boo\b", "foo"), (r"[a-z]+?\d", "abc1"),
    (r"(?<=(a))b", "ab"), (r"(?=(a+))a*b\1", "baaabac"), (r"abcabd", "abcabcabd"), (r"(?s:.)\Z", "a\n"), (r"(?-i:a)b", "aB"),
]:
    m = re.search(pattern, text)
    print(pattern, m and (m.span(), m.groups(), m.lastindex))
print(re.search(r"(?-i:a)b", "aB", re.I), re.search(r"(?-i:a)b", "AB", re.I))
verbose = re.compile(r"""
    (?P<sign> [-+] )?      # a sign
    (?P<int> \d+ )         # digits
    (?: \. (?P<frac> \d* ) )?  # and some more
    [ ] \#
""", re.VERBOSE)
print(verbose.match("-12.5 #").groupdict(), verbose.match("7 #").groupdict("none"), verbose.match("7 #").groups(0))

# Unicode
print(re.findall(r"\w+", "straße ΑΒΓ naïve 日本 𝒳y"), re.findall(r"(?a)\w+", "straße naïve"), re.findall(r"\d", "1٣²"))
print(re.search("É", "café", re.I), re.search("ω", "aΩ", re.I), re.search("[α-ω]+", "ΑΒΓ", re.I), re.search("ς", "Σ", re.I))
print(re.search("k", "\u212a", re.I), re.search("ſ", "S", re.I), re.search("İ", "i", re.I), re.findall(r"\s", "a\u2003b\xa0c\x1cd"))
print(re.sub("😀", "x", "a😀b😀"), re.search("b", "😀😀b").span(), re.search("[\u1000-\u2000😀]+", "a😀\u1234").span())
print([ascii(x) for x in re.findall("[\ud800-\udfff]", "a\ud800b\udfff")], ascii(re.sub("\ud800", "?", "x\ud800y\U00010000")))
print(re.split("é", "aébéc"), re.split("𝒳", "a𝒳b"), re.findall("(?<=é).", "éaéb"), re.findall("(?<=𝒳).", "𝒳a𝒳b"), ascii(re.match("日", "日本")))
print(re.escape("a.b*c-d é\n"), re.escape(b"a.b"), re.search(r"[\w.]+@\w+", "mail bob.x@host!").group())

# Bytes
print(re.findall(rb"\w+", b"one two\xff"), re.sub(b"a", b"b", b"banana"), re.split(b",", b"a,b"), re.search(b"(?P<n>b)", bytearray(b"abc")))
print(re.match(b"a", memoryview(b"abc")).group(), re.sub(rb"(a)(b)", rb"\2\1", b"abab"), re.sub(b"a", lambda m: m[0] * 2, b"cat"))
print(re.search(b"[\x80-\xff]+", b"a\xe9\xff").span(), re.search(rb"(?i)A", b"a"), re.findall(rb"(?L)\w", b"a b"))
print(re.fullmatch(b"abc", bytearray(b"abc")).group(), re.compile(b"a"))
show("mixed", re.search, "a", b"a")
show("mixed", re.search, b"a", "a")
show("mixed", re.search, "a", 5)
show("mixed", re.compile("a").search, None)

# Errors
for wrong in ["(", ")", "[a", "*", "a**", "(?P<1>a)", "(?P<a>b)(?P<a>c)", r"\1", "(?P=x)", "a{2,1}", "(?<=a*)b", "[b-a]", "(?z)", "\\", r"\p"]:
    show(repr(wrong), re.compile, wrong)
try:
    re.compile("ab\n(c")
except re.error as error:
    print(error.msg, error.pos, error.lineno, error.colno, error.pattern)
show("flags", re.compile, "a", re.A | re.U)
show("flags", re.compile, b"a", re.U)
show("flags", re.compile, p, re.I)
show("args", re.compile("a").match)
show("args", re.compile("a").sub, "b")
show("args", re.compile("a").match, "a", x=1)

# Scanners
print(re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)]).scan("12 ab 3!"))
s = re.compile("a|(?=b)").scanner("aab")
print(s.match(), s.match(), s.match(), s.match(), s.pattern)

# Deep and long
print(re.match("(?:a|b)*", "ab" * 20000).end(), re.match("(?:a|b)*?c", "ab" * 20000 + "c").end(), len(re.findall("(a)", "a" * 5000)))
print(re.match("(x+x+)+y", "x" * 14), re.match(r"(?:.*a){4}", "a" * 50).end(), re.match("(?:" * 50 + "a" + ")" * 50, "a"))
print([f.name for f in re.RegexFlag if f.value in (2, 8, 16)], re.I | re.M, re.NOFLAG == 0)

# What is built on it
import string, textwrap, fnmatch
print(string.Template("$who likes ${what}, $$5").substitute(who="tim", what="kung pao"))
print(textwrap.wrap("The quick brown fox jumped over the lazy dog.", 20), textwrap.dedent("  a\n    b\n"))
print(fnmatch.filter(["a.py", "b.txt", "c.py"], "*.py"), fnmatch.fnmatch("ab", "?[!a]"))
