# str: construction, code points, encodings, representation, subclasses.
import unicodedata


def attempt(action):
    try:
        print(ascii(action()))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))


print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\t\n\r\\\x00\x1b\x7f\x80\xa0\xad\u200b\u2028\ud800\ue000\U0001F600\U000e0001é中"[:-2]), ascii("é中\U0001F600\ud800"))
print(len("\U0001F600"), len("e\u0301"), "\U0001F600"[0] == "\U0001F600", ord("\U0001F600"), chr(128512) == "\U0001F600", ord("é"), chr(0) == "\0")
attempt(lambda: chr(0x110000))
attempt(lambda: chr(-1))
attempt(lambda: chr("x"))
attempt(lambda: ord("ab"))
attempt(lambda: ord(""))
attempt(lambda: ord(5))
attempt(lambda: ord(b"a"))
text = "aé中\U0001F600"
for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-8-sig", "utf-7", "unicode_escape", "raw_unicode_escape", "punycode"):
    attempt(lambda: (encoding, text.encode(encoding), text.encode(encoding).decode(encoding) == text))
for errors in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "nonsense"):
    attempt(lambda: text.encode("ascii", errors))
    attempt(lambda: b"a\xff\xe4b\x80".decode("utf-8", errors))
attempt(lambda: "é".encode("latin-1"))
attempt(lambda: "中".encode("latin-1"))
attempt(lambda: "é€".encode("cp1252"))
attempt(lambda: b"\x80\x9f".decode("cp1252"))
attempt(lambda: b"\x81".decode("cp1252"))
attempt(lambda: b"\xc3\xa9".decode("latin-1"))
attempt(lambda: "\ud800".encode("utf-8", "surrogatepass"))
attempt(lambda: b"\xed\xa0\x80".decode("utf-8", "surrogatepass"))
attempt(lambda: b"\xed\xa0\x80".decode("utf-8"))
attempt(lambda: b"a\xffb".decode("utf-8", "surrogateescape"))
attempt(lambda: "a\udcffb".encode("utf-8", "surrogateescape"))
for data in (b"\xc0\x80", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf5\x80\x80\x80", b"\x80", b"\xc3(", b"\xe2(\xa1", b"\xf0\x9f\x98a"):
    attempt(lambda: data.decode())
    attempt(lambda: data.decode("utf-8", "replace"))
attempt(lambda: b"\xff\xfea\x00".decode("utf-16"))
attempt(lambda: b"a".decode("utf-16-le"))
attempt(lambda: b"\x00\xd8".decode("utf-16-le"))
attempt(lambda: str(b"abc", "ascii"))
attempt(lambda: str(b"abc"))
attempt(lambda: str(b"\xff", errors="replace"))
attempt(lambda: str("x", "ascii"))
attempt(lambda: str(5, "ascii"))
attempt(lambda: str())
attempt(lambda: str(object=5))
attempt(lambda: str(1, 2, 3, 4))
attempt(lambda: "x".encode("nonsense"))
attempt(lambda: "x".encode(5))
print("é" == "e\u0301", unicodedata.normalize("NFC", "e\u0301") == "é", unicodedata.normalize("NFD", "é") == "e\u0301", unicodedata.name("é"), unicodedata.category("é"), unicodedata.lookup("EURO SIGN"))
print("\N{SNOWMAN}" == "\u2603", "\x41\101\u0041\U00000041", "\
continued", "a" "b" 'c', """x
y""")


class Sub(str):
    def __str__(self):
        return "own str"

    def __repr__(self):
        return "own repr"

    def __len__(self):
        return 99

    def upper(self):
        return "own upper"


x = Sub("text")
print(x, [x], len(x), x.upper(), x.lower(), type(x.lower()).__name__, x + "!", f"{x}", "%s" % x, str.__len__(x), x == "text", hash(x) == hash("text"), {x: 1}["text"])
print(type(x[:]).__name__, type(x * 1).__name__, type(str(x)).__name__, "".join([x]) == "text", type("".join([x])).__name__, x.attribute if hasattr(x, "attribute") else "none")
x.attribute = 5
print(x.attribute, x.__dict__)


class BadStr:
    def __str__(self):
        return 5


class BadRepr:
    def __repr__(self):
        return None


attempt(lambda: str(BadStr()))
attempt(lambda: repr(BadRepr()))
attempt(lambda: [BadRepr()].__repr__())
a, b = "".join(["in", "tern"]), "intern"
import sys

print(a == b, sys.intern(a) is sys.intern(b), sys.intern("x" * 5) == "xxxxx")
attempt(lambda: sys.intern(5))
attempt(lambda: sys.intern(Sub("x")))
print("abc".__contains__("b"), "abc".__getitem__(1), "a".__add__("b"), "%d" .__mod__(5), "abc".__iter__().__next__(), "x".__eq__(5), "x".__hash__() == hash("x"))
s = ""
for i in range(1000):
    s += chr(97 + i % 26)
print(len(s), s[-5:], s.count("abc"), hash(s) == hash(s[:500] + s[500:]))
