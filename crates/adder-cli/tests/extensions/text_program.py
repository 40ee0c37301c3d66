"""PyUnicode_* as a program sees them."""

import text

LONE = "a\udc80"
TEXTS = ["", "a", "string", "\xe9t\xe9", "\u20acuro", "\U0001f40d snake", "a\0b", LONE]


class Text(str):
    pass


def show(name, *args):
    try:
        result = ascii(getattr(text, name)(*args))
    except BaseException as error:
        # Where in the source of an interpreter it was made differs.
        message = str(error) if "bad argument to internal" not in str(error) else "bad argument to internal function"
        result = f"{type(error).__name__}: {ascii(message)} ({text.last_failed()})"
    print(name, ascii(args), "->", result)


show("sizes")
for value in TEXTS:
    show("fields", value + "")
show("fields", Text("derived \u20ac"))
print(text.fields(Text("derived"))[2])
print(text.iterator_type() is type(iter("\xe9")))

for value in (b"", b"a", b"caf\xc3\xa9", b"\xf0\x9f\x90\x8d", b"bad\xff", b"\xed\xa0\x80"):
    show("from_string", value)
    show("from_string_and_size", value, min(len(value), 4))
    show("intern_from_string", value)
show("from_string_and_size", b"abc", -1)
show("from_string_and_size", None, 0)
show("from_string_and_size", None, 3)
for size, greatest in ((0, 0), (0, 0x110000), (2, 127), (2, 255), (2, 0xFFFF), (2, 0x10FFFF), (1, 0x110000), (-1, 127)):
    try:
        # What is in it nobody has written yet.
        print("new", size, greatest, text.fields(text.new(size, greatest))[:6])
    except SystemError as error:
        print("new", size, greatest, error)
show("of_kind", 1, b"caf\xe9")
show("of_kind", 1, b"cafe")
show("of_kind", 2, "\u20ac!".encode("utf-16-le"))
show("of_kind", 2, "a!".encode("utf-16-le"))
show("of_kind", 4, "\U0001f40d!".encode("utf-32-le"))
show("of_kind", 4, "a\xe9".encode("utf-32-le"))
show("of_kind", 1, b"")
show("kind_and_size", 3, 1)
show("kind_and_size", 1, -1)
for ordinal in (0, 65, 0xE9, 0x20AC, 0x10FFFF, 0x110000, -1, 0xD800):
    show("from_ordinal", ordinal)
show("from_object", "abc")
same = "just this"
print(text.from_object(same) is same, type(text.from_object(Text("derived"))))
show("from_object", 3)
show("from_object", b"bytes")
for args in ((b"caf\xc3\xa9", None, None), (bytearray(b"caf\xe9"), b"latin-1", None), (b"\xff", b"ascii", b"replace"),
             (b"\xff", b"utf-8", b"strict"), ("text", None, None), (3, None, None), (None, None, None), (b"x", b"nonsense", None),
             (b"", b"nonsense", None), (b"x\xff", b"utf-8", b"nonsense")):
    show("from_encoded_object", *args)
show("from_wide_char", 1, -1)
show("from_wide_char", 1, 6)
show("from_wide_char", 1, 0)
show("from_wide_char", None, 0)
for value in TEXTS[1:]:
    show("intern", value)

for value in TEXTS + [Text("derived \u20ac"), 3, b"bytes"]:
    show("as_utf8", value)
    show("get_length", value)
    if isinstance(value, str):
        show("as_ucs4_copy", value)
    show("as_wide_char_string", value, 1)
    show("as_wide_char_string", value, 0)
    show("read_char", value, 0)
    show("read_char", value, -1)
    show("read_char", value, 1)
show("as_ucs4", "abc", 8, 1)
show("as_ucs4", "abc", 4, 1)
show("as_ucs4", "\U0001f40dbc", 3, 0)
show("as_ucs4", "abc", 3, 1)
show("as_ucs4", "abc", 2, 0)
show("as_ucs4", "abc", -1, 0)
for room in (-1, 0, 2, 3, 4, 8):
    show("as_wide_char", "a\u20ac\U0001f40d", room)
show("as_wide_char", 3, 3)
show("as_wide_char", None, 3)

for value in TEXTS:
    for other in ("", "a", "string", "\xe9t\xe9", "b", "stri", "\U0001f40d snake"):
        show("compare_with_ascii", value, other.encode("latin-1", "replace"))
        show("compare", value, other)
        show("equal", value, other)
        show("equal_to_utf8", value, other.encode())
        show("equal_to_utf8_and_size", value, other.encode() + b"more", len(other.encode()))
show("equal_to_utf8", LONE, b"a\xed\xb2\x80")
show("equal_to_utf8", "\xe9", b"\xe9")
show("compare", "a", 3)
show("compare", b"a", "a")
show("equal", "a", 3)
show("equal", b"a", "a")
show("equal", Text("a"), "a")
for op in range(6):
    show("rich_compare", "a", "b", op)
    show("rich_compare", "\u20ac", "\u20ac", op)
    show("rich_compare", "a", 3, op)
for value in ("name", "_1", "1a", "", "\xe9t\xe9", "a b", Text("n")):
    show("is_identifier", value)

for args in (("abc", 1, ord("X")), ("abc", 3, 65), ("abc", -1, 65), ("abc", 0, 0x80), ("\xe9bc", 1, 0xFF), ("\xe9bc", 1, 0x100),
             ("\u20acbc", 2, 0xFFFF), ("\u20acbc", 2, 0x10000), ("\U0001f40dbc", 2, 0x10FFFF), ("", 0, 65)):
    show("write_char", *args)
hash("hashed")
show("write_shared", "hashed")
show("write_shared", 3)
for args in (("abcdef", 1, 3, ord("X")), ("abcdef", 4, 9, 65), ("abcdef", 6, 1, 65), ("abcdef", 9, 1, 65), ("abcdef", -1, 1, 65),
             ("abcdef", 1, -1, 65), ("abcdef", 1, 0, 65), ("abcdef", 0, 1, 0xE9), ("\u20acbc", 0, 9, 0xE9),
             ("\U0001f40dbc", 1, 2, 0x1F40C), ("\xe9bc", 0, 2, 0x20AC)):
    show("fill", *args)
show("fill_shared", "hashed")
show("fill_shared", 3)
for args in (("abcdef", 1, "XYZ", 0, 3), ("abcdef", 1, "XYZ", 1, 99), ("abcdef", 4, "XYZ", 0, 3), ("abcdef", 0, "\xe9x", 0, 1),
             ("abcdef", 0, "\u20acx", 1, 1), ("\xe9bcdef", 0, "\u20acx", 0, 1),
             ("\xe9bcdef", 0, "\u20ac\xff", 1, 1), ("\u20acbc", 1, "\xe9a", 0, 2), ("\u20acbc", 1, "\U0001f40da", 0, 1),
             ("\U0001f40dbc", 1, "\u20aca", 0, 2), ("\U0001f40dbc", 1, "xa", 0, 2), ("abc", 0, "abc", 4, 1), ("abc", 4, "abc", 0, 1),
             ("abc", 0, "abc", 0, -1), ("abc", 0, "abc", 3, 1), ("abc", -1, "abc", 0, 1), ("abc", 0, "abc", -1, 1)):
    show("copy_characters", *args)
show("copy_to_shared", "hashed", "abc")
show("copy_to_shared", "hashed", 3)
show("copy_to_shared", 3, "abc")
for value in ("abc", "\xe9bc", "\u20acbc", "\U0001f40dbc", "long " * 20):
    for length in (0, 1, 2, 3, 5, 120):
        show("resize", value, length, 0)
        show("resize", value, length, 1)
show("resize", "abc", -1, 0)
show("resize_what", 3)
show("resize_what", b"abc")
for args in (("ab", "cd"), ("", "cd"), ("ab", ""), ("ab", "\u20ac"), ("\u20ac", "ab"), ("\U0001f40d", "\xe9"), ("x" * 100, "y" * 50),
             (Text("ab"), "cd"), ("ab", Text("cd")), ("ab", None), (None, "ab"), (3, "ab"), ("ab", 3), (b"ab", b"cd")):
    show("append", *args)
    show("append_and_del", *args)

for args in (("banana", "an", 0, 99, 1), ("banana", "an", 0, 99, -1), ("banana", "an", 2, 99, 1), ("banana", "an", -3, 99, 1),
             ("banana", "an", 0, -2, -1), ("banana", "x", 0, 99, 1), ("banana", "", 2, 4, 1), ("banana", "", 2, 4, -1), ("banana", "", 9, 99, 1),
             ("b\u20acn\u20acna", "\u20ac", 0, 99, 1), ("banana", "\u20ac", 0, 99, 1), ("banana", 3, 0, 99, 1), (3, "an", 0, 99, 1)):
    show("find", *args)
    show("count", *args[:4])
    show("tailmatch", *args)
show("tailmatch", "banana", "na", 0, 6, 1)
show("tailmatch", "banana", "ba", 0, 6, -1)
show("tailmatch", "banana", "nan", 2, 5, 1)
for args in (("banana", ord("n"), 0, 99, 1), ("banana", ord("n"), 0, 99, -1), ("banana", ord("n"), 3, 99, 1), ("banana", ord("n"), -1, 99, 1),
             ("banana", ord("n"), 0, -2, -1), ("banana", 0x20AC, 0, 99, 1), ("b\u20acn", 0x20AC, 0, 99, 1), ("banana", ord("b"), 5, 2, 1),
             ("", 65, 0, 0, 1)):
    show("find_char", *args)
for args in (("banana", "nan"), ("banana", "x"), ("banana", ""), ("a", "\u20ac"), ("a", 3), (3, "a"), (Text("ab"), "b")):
    show("contains", *args)
for args in (("banana", 0, 6), ("banana", 0, 99), ("banana", 2, 4), ("banana", 4, 2), ("banana", 9, 99), ("\u20acabc", 1, 3),
             ("banana", -1, 3), ("banana", 0, -1), (Text("banana"), 0, 6)):
    show("substring", *args)
print(text.substring(same, 0, 99) is same, type(text.substring(Text("ab"), 0, 2)))
for args in (("a", "b"), ("a", "\u20ac"), ("", "b"), ("a", ""), ("a", 3), (3, "a"), (Text("a"), "b")):
    show("concat", *args)
for args in (("a b  c", None, -1), ("a b  c", None, 1), ("a,b,,c", ",", -1), ("a,b,,c", ",", 2), ("a,b", "", -1), ("a,b", 3, -1), (3, ",", -1)):
    show("split", *args)
    show("rsplit", *args)
show("splitlines", "a\nb\r\nc\u2028d", 0)
show("splitlines", "a\nb\r\nc\u2028d", 1)
show("splitlines", 3, 1)
for args in (("a,b,c", ","), ("abc", ","), ("abc", ""), ("abc", 3), (3, ",")):
    show("partition", *args)
    show("rpartition", *args)
for args in ((",", ["a", "b"]), (None, ("a", "b", "\u20ac")), (",", []), (",", ["a"]), (",", (c for c in "xyz")), (",", "abc"), (",", ["a", 3]),
             (3, ["a", "b"]), (3, ["a"]), (",", 3)):
    show("join", *args[:1], *args[1:]) if not hasattr(args[1], "send") else print(text.join(*args))
for args in (("banana", "an", "AN", -1), ("banana", "an", "AN", 1), ("banana", "", "-", -1), ("banana", "x", "y", -1), ("banana", "n", "\u20ac", -1),
             ("banana", 3, "y", -1), ("banana", "x", 3, -1), (3, "x", "y", -1)):
    show("replace", *args)
table = {ord("a"): "A", ord("b"): ord("B"), ord("n"): None}
for args in (("banana", table, None), ("banana", table, b"strict"), ("banana", table, b"ignore"), ("banana", table, b"replace"),
             ("bannana", table, b"backslashreplace"), ("abc", table, None), ("banana", {ord("a"): 3.0}, None), ("banana", {ord("a"): -1}, None),
             ("banana", 3, None), (3, table, None), ("banana", table, b"nonsense"), ("ab", "AB" * 60, None)):
    show("translate", *args)
for args in (("%s and %r", ("a", "b")), ("%(x)d", {"x": 3}), ("%d", "x"), ("%s", ()), (None, ()), ("%s", None), (3, ())):
    show("format", *args)
for point in (0, 9, 10, 0x1C, 32, 48, 65, 97, 0x85, 0xB2, 0xBD, 0xDF, 0xE9, 0x1C5, 0x660, 0x2028, 0x216B, 0x2460, 0x3007, 0x4E00, 0xAD, 0xD800,
              0xDC00, 0xFB01, 0x10400, 0x1F40D, 0x10FFFF):
    show("character", point)
show("writer", "string", 42)
