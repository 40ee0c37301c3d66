"""Codecs, error handlers, and where they stop."""

import codecs

from cases import *

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "latin-1", "unicode-escape",
             "raw-unicode-escape", "utf-7", "UTF8", "U8", "iso-8859-1", "us-ascii", "Latin1", "utf_8", "646", "no-such"]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nope"]
TEXTS = ["", "abc", "aé", "日本語", "🎉x", "\ud800", "a\udc80b", "\udcff\ud800z", "x\udfff", "a\ud83c\udf89", "\x00\x7f\x80\xff\u0100\uffff", "é日🎉é",
         "tab\t\n\r\\'\"", "a+b-c~d\\", "é-", "éa", "日+", "~é~", "\U0010ffff\ue000", "\ufeffx", "a\udc80\udc81é\udc82", "ab" * 20 + "é"]
RUNS = [b"", b"abc", b"a\xff", b"\xc3\xa9", b"\xc3", b"\xc3(", b"\xe6\x97", b"\xe6\x97\xa5", b"\xe6(", b"\xe6\x97(", b"\xf0\x9f\x8e\x89", b"\xf0\x9f\x8e", b"\xf0\x9f", b"\xf0",
        b"\xf0(\x8c\xbc", b"\xf0\x90(\xbc", b"\xf8\x88", b"\xed\xa0\x80", b"\xed\xa0", b"\xed", b"x\xed\xb2\x80y", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\xa0\x80",
        b"\xf4\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80", b"\x80\x81", b"\xfe\xff\x00a", b"\xff\xfea\x00", b"a\x00b", b"\x3c\xd8\x89\xdf", b"\x3c\xd8", b"\x3c\xd8a\x00", b"\x89\xdfa\x00",
        b"\xd8\x3c\xdf\x89", b"\xd8\x3c\x00a", b"a\x00\x00\x00", b"\x00\x00\x00a", b"\xff\xfe\x00\x00a\x00\x00\x00", b"\x00\x00\xfe\xff\x00\x00\x00a", b"\x00\xd8\x00\x00", b"\x00\x00\x11\x00",
        b"\x00\x11\x00\x00", b"a\x00\x00", b"\xef\xbb\xbfabc", b"\xef\xbb", b"\\", b"\\n\\t\\\\\\'\\\"\\a\\b\\f\\v\\r", b"\\x41", b"\\x4", b"\\x", b"\\xzz", b"\\u0041", b"\\u004", b"\\uzzzz",
        b"\\U0001f389", b"\\U00110000", b"\\U0001f38", b"\\101", b"\\1", b"\\08", b"\\777", b"\\q", b"\\\n", b"\\N{BULLET}x", b"\\N{NO SUCH}", b"\\N{", b"\\N", b"\\N{}", b"\\Nx", b"\\N{BULLET",
        b"\\ud800", b"\\u00e9\\\\u0041", b"a\\", b"+AOk-", b"+AOk", b"+-", b"a+b", b"+2DzfiQ-", b"+2Dw-", b"+2Dw", b"+AO", b"+!", b"+", b"~\\", b"+AOkA-", b"+AOl-x", b"a\xe9", b"+AOk!", b"+AOkx",
        b"+AGE-", b"+2DwAYQ-", bytes(range(128, 140))]

for encoding in ENCODINGS:
    for text in TEXTS:
        method("encode", text, encoding)
        for handler in HANDLERS:
            # What is not needed is not looked for; CPython's plain build does not look either.
            method("encode", text, encoding, handler)
    for run in RUNS:
        method("decode", run, encoding)
        for handler in HANDLERS:
            method("decode", run, encoding, handler)
            if handler == "strict":
                method("decode", bytearray(run), encoding, errors=handler)
for text in TEXTS:
    method("encode", text)
    method("encode", text, errors="replace")


def codec(name, data, errors, extra):
    def run():
        answer = getattr(codecs, name)(data, errors, extra)
        return answer[0] if name.startswith("charmap") else answer

    case(f"codec:{name}", run, data, errors, extra)


for name in ("utf_8_decode", "utf_16_decode", "utf_32_le_decode", "utf_7_decode", "unicode_escape_decode", "raw_unicode_escape_decode"):
    for run in RUNS:
        for last in (False, True):
            for handler in ("strict", "replace", "surrogatepass", "surrogateescape"):
                codec(name, run, handler, last)

MAPS = ["abc\ufffe\u0161🎉", {0: "x", 1: None, 2: 98, 3: "long", 4: 0xFFFE}, {}, None, "", {0: 0x110000}, {0: b"x"}, {0: -1}, {0: "\ufffe"}]
for mapping in MAPS:
    for run in (b"", b"\x00", b"\x00\x01\x02", b"\x03\x04", b"\x05\x06", bytes(10)):
        for handler in ("strict", "ignore", "replace", "backslashreplace"):
            codec("charmap_decode", run, handler, mapping)
for mapping in ({97: 1, 98: b"xy", 99: None, 63: 63}, {}, None, {97: 300}, {97: "x"}, {97: 97, 92: 92, 120: 120, 117: 117, **{c: c for c in range(48, 58)}, 100: 100}):
    for text in ("", "a", "ab", "abc", "cc", "日", "acca", "éé日"):
        for handler in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape"):
            codec("charmap_encode", text, handler, mapping)
