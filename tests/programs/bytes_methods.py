# bytes: construction, methods, errors.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: (bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(3)), bytes((1,)), bytes(bytearray(b"y")), bytes(memoryview(b"z"))))
for wrong in ("text", 1.5, [256], [-1], ["x"], -1, None, [1, None], 10**30):
    attempt(lambda: bytes(wrong))
attempt(lambda: bytes("x", "ascii", "strict", 1))
attempt(lambda: bytes(5, "ascii"))
attempt(lambda: bytes(b"x", errors="strict"))


class HasBytes:
    def __bytes__(self):
        return b"has"


class HasIndex:
    def __index__(self):
        return 2


class Bad:
    def __bytes__(self):
        return "x"


attempt(lambda: (bytes(HasBytes()), bytes(HasIndex()), bytes([HasIndex()])))
attempt(lambda: bytes(Bad()))
print(bytes(range(256)))
print(b"'", b'"', b"'\"", b"\\", b"\x7f\x80", str(b"x"), f"{b'x'}", ascii(b"\xff"))
b = b"Hello, World"
print(b[0], b[-1], b[1:3], b[::-1], b[100:], len(b), list(b[:3]), b * 2, b + b"!", 72 in b, b"lo" in b, b"" in b, b == b"Hello, World", b == "Hello, World", hash(b) == hash(bytes(b)))
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.find(b"o"), b.find(111), b.rfind(b"o"), b.index(b"W"), b.count(b"l"), b.count(108), b.find(b"x"), b.find(b""))
print(b.startswith(b"He"), b.startswith((b"x", b"H")), b.endswith(b"d"), b.split(b","), b.split(), b.rsplit(b"o", 1), b" a  b ".split(), b"a\nb\r\nc".splitlines(), b"a\nb".splitlines(True))
print(b"a-b-c".partition(b"-"), b"a-b-c".rpartition(b"-"), b",".join([b"a", bytearray(b"b"), memoryview(b"c")]), b"  x ".strip(), b"xax".strip(b"x"), b"xax".lstrip(b"x"), b"xax".rstrip(b"x"))
print(b"aXbX".replace(b"X", b"--"), b"aXbX".replace(b"X", b"", 1), b"abc".replace(b"", b"-"), b"x".center(5), b"x".ljust(3, b"."), b"x".rjust(3, b"."), b"42".zfill(5), b"-42".zfill(5), b"a\tb".expandtabs(4))
print(b"abc".translate(bytes.maketrans(b"ab", b"ba")), b"abc".translate(None, b"b"), b"abc".translate(None, delete=b"ac"), b"prefix".removeprefix(b"pre"), b"suffix".removesuffix(b"fix"))
print([name for name in "isalpha isdigit isalnum isspace islower isupper istitle isascii".split() for text in (b"abc", b"123", b" ", b"", b"A", b"\xff") if getattr(text, name)()])
print(b"\x01\xab".hex(), b"\x01\xab\xcd".hex(":"), b"\x01\xab\xcd".hex("-", 2), b"\x01\xab\xcd".hex("-", -2), bytes.fromhex("01 ab CD"), bytes.fromhex(""))
for wrong in ("0", "xy", "0 1", "01\u00e9", 5):
    attempt(lambda: bytes.fromhex(wrong))
attempt(lambda: b.index(b"x"))
attempt(lambda: b.find("x"))
attempt(lambda: b.find(256))
attempt(lambda: b.split(b""))
attempt(lambda: b.split(","))
attempt(lambda: b",".join(["x"]))
attempt(lambda: b",".join(5))
attempt(lambda: b.startswith("H"))
attempt(lambda: b.replace("a", "b"))
attempt(lambda: b.strip("x"))
attempt(lambda: b.center(5, b"ab"))
attempt(lambda: b.translate(b"x"))
attempt(lambda: bytes.maketrans(b"a", b"ab"))
attempt(lambda: b[100])
attempt(lambda: b["x"])
attempt(lambda: b + "x")
attempt(lambda: "x" + b)
attempt(lambda: b"x" * 10**30)
attempt(lambda: "x" in b)
attempt(lambda: 256 in b)
attempt(lambda: b < "x")
attempt(lambda: b.__setitem__)
attempt(lambda: int(b"x"))
attempt(lambda: b"abc" < b"abd" < b"b" and b"" < b"\x00")
attempt(lambda: (b"%b" % b"x", sorted(b"cab"), max(b"abc"), [*b"ab"], bytes(reversed(b"abc")), tuple(b"")))


class Sub(bytes):
    pass


s = Sub(b"x")
print(s, type(s + b"y").__name__, type(s[:]).__name__, bytes(s) == b"x", {s: 1}[b"x"])
