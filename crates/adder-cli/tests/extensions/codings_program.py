"""PyUnicode_Decode*, PyUnicode_As*String, PyCodec_* as a program sees them."""

import io

import codings


class Text(str):
    pass


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"Path({self.path!r})"


def show(name, *args):
    try:
        result = ascii(getattr(codings, name)(*args))
    except BaseException as error:
        # Where in the source of an interpreter it was made differs.
        message = str(error) if "bad argument to internal" not in str(error) else "bad argument to internal function"
        result = f"{type(error).__name__}: {ascii(message)} ({codings.last_failed()})"
    print(name, ascii(args), "->", result)


for args in ((b"caf\xc3\xa9", None, None), (b"caf\xe9", b"latin-1", None), (b"caf\xe9", b"ISO-8859-1", b"strict"), (b"caf\xe9", b"cp1252", None), (b"\xff", b"ascii", b"replace"),
             (b"\xff", b"ascii", None), (b"x", b"nonsense", None), (b"", b"nonsense", None), (b"6162", b"hex", None), (b"\xff", None, b"nonsense"), (b"a\x00", b"utf-16-le", None)):
    show("decode", *args)
for value in (b"", b"plain", b"+AGE-x", b"+2A", b"\xff", b"a+AGE"):
    for errors in (None, b"replace"):
        show("utf7", value, errors, 0)
        show("utf7", value, errors, 1)
        show("plain_utf7", value, errors)
for value in (b"", b"plain", b"caf\xc3\xa9", b"caf\xc3", b"\xe2\x82", b"\xf0\x9f\x90", b"a\xffb", b"\xed\xa0\x80", b"\xed\xa0", b"\xc3("):
    for errors in (None, b"ignore", b"replace", b"backslashreplace", b"surrogateescape", b"surrogatepass", b"nonsense"):
        show("utf8", value, errors, 0)
        show("utf8", value, errors, 1)
        show("plain_utf8", value, errors)
for width, name in ((16, "utf-16"), (32, "utf-32")):
    for text in ("a\u20ac", "\U0001f40d"):
        little, big = text.encode(name + "-le"), text.encode(name + "-be")
        for data in (little, big, text.encode(name), "\ufeff".encode(name + "-be") + big, little[:-1], b"", b"\x00\xd8" * (width // 16)):
            for order in (0, -1, 1):
                for partial in (0, 1):
                    show("units", width, data, None, order, 1, partial)
                    show("units", width, data, b"replace", order, 0, partial)
for value in (b"a\\n\\x41\\u20ac\\U0001f40d\\N{BULLET}\xe9", b"\\x4", b"\\u12", b"\\", b"\\U00110000", b"\\N{nonsense}"):
    for errors in (None, b"replace", b"ignore"):
        show("unicode_escape", value, errors)
        show("raw_unicode_escape", value, errors)
show("latin1", b"caf\xe9", None)
show("ascii", b"cafe", None)
show("ascii", b"caf\xe9", None)
show("ascii", b"caf\xe9", b"surrogateescape")
show("ascii", b"caf\xe9", b"nonsense")
for args in ((b"abc", "xyz" * 60, None), (b"abc", {97: "A", 98: 66, 99: "CC"}, None), (b"abz", {97: "A", 98: None}, None), (b"abz", {97: "A", 98: None}, b"replace"),
             (b"a\xe9", None, None), (b"a", {97: -1}, None), (b"a", {97: 3.0}, None), (b"a", 3, None), (b"\xff", "short", b"ignore")):
    show("charmap", *args)

for value in ("plain", "caf\xe9", "\u20ac", "\U0001f40d", "a\udc80", "", Text("derived"), 3, b"bytes"):
    for name in ("as_utf8", "as_utf16", "as_utf32", "as_latin1", "as_ascii", "as_unicode_escape", "as_raw_unicode_escape", "encode_fs"):
        show(name, value)
    for encoding in (None, b"utf-8", b"latin-1", b"ascii", b"cp1252", b"utf-16-be", b"rot13", b"hex", b"nonsense"):
        for errors in (None, b"strict", b"replace", b"xmlcharrefreplace"):
            show("as_encoded", value, encoding, errors)
for args in (("abc", {97: 65, 98: b"BB", 99: None}), ("ab", {97: 65, 98: b"BB"}), ("ab", {97: 300}), ("ab", {97: "x"}), ("a", None), (3, {}), ("a", 3)):
    show("as_charmap", *args)
show("as_charmap_of", "abc", "cba" + "\ufffe" * 100)
show("as_charmap_of", "abx", "cba" + "\ufffe" * 100)
show("build_map", "")
show("build_map", 3)
for name in ("as_encoded_object", "as_decoded_object", "as_encoded_unicode", "as_decoded_unicode"):
    for args in (("abc", b"rot13", None), ("abc", b"rot13", b"strict"), ("abc", b"utf-8", None), ("abc", b"nonsense", None), (3, b"rot13", None)):
        show(name, *args)

show("default_encoding")
show("hexdigits")
for value in ("path", b"path", Path("path"), Path(b"path"), "caf\xe9", "a\udcff", b"\xff", "a\0b", b"a\0b", 3, Path(3), 3.5):
    show("fs_converter", value)
    show("fs_decoder", value)
for value in (b"path", b"caf\xc3\xa9", b"\xff"):
    show("decode_fs", value)
    show("decode_fs_size", value, 2)
for value in (b"path", b"caf\xc3\xa9"):
    for errors in (None, b"strict", b"surrogateescape", b"replace"):
        show("decode_locale", value, errors)
        show("decode_locale_size", value, len(value), errors)
show("decode_locale", b"a\xff", b"surrogateescape")
show("decode_locale_size", b"a\0b", 3, None)
show("decode_locale_size", b"abc", 2, None)
for value in ("path", "caf\xe9", "a\udcff", "a\0b"):
    for errors in (b"surrogateescape", b"replace"):
        show("encode_locale", value, errors)
show("encode_locale", "caf\xe9", None)
show("locale", b"plain")
show("locale", b"caf\xc3\xa9 \xf0\x9f\x90\x8d \xff\xc3")


def search(name):
    if name == "mine":
        import codecs
        return codecs.CodecInfo(lambda text, errors="strict": (text.upper().encode(), len(text)), lambda data, errors="strict": (bytes(data).decode().lower(), len(data)), name="mine")
    return None


show("known", b"mine")
print(codings.register(search))
show("known", b"mine")
print(codings.encode_object("text", b"mine", None), codings.decode_object(b"TEXT", b"mine", b"strict"), codings.decode(b"TEXT", b"mine", None))
print(codings.unregister(search))
show("known", b"mine")
show("register", None)
show("register", 3)
for args in (("caf\xe9", None, None), ("caf\xe9", b"latin-1", None), ("caf\xe9", b"ascii", b"ignore"), ("abc", b"rot13", None), (b"abc", b"hex", None), ("a", b"nonsense", None)):
    show("encode_object", *args)
for args in ((b"caf\xc3\xa9", None, None), (b"caf\xe9", b"latin-1", None), (b"caf\xe9", b"ascii", b"ignore"), ("abc", b"rot13", None), (b"616263", b"hex", None), (b"a", b"nonsense", None)):
    show("decode_object", *args)
print(codings.encoder(b"latin-1")("caf\xe9"), ascii(codings.decoder(b"latin-1")(b"caf\xe9")))
print(codings.incremental_encoder(b"utf-8", None).encode("a"), codings.incremental_encoder(b"ascii", b"replace").encode("\xe9"))
print(codings.incremental_decoder(b"utf-8", None).decode(b"a\xc3"), ascii(codings.incremental_decoder(b"ascii", b"replace").decode(b"\xe9")))
print(ascii(codings.stream_reader(b"utf-8", io.BytesIO(b"caf\xc3\xa9"), None).read()))
out = io.BytesIO()
codings.stream_writer(b"ascii", out, b"replace").write("caf\xe9")
print(out.getvalue())
for name in ("encoder", "decoder"):
    show(name, b"nonsense")
for name in ("incremental_encoder", "incremental_decoder"):
    show(name, b"nonsense", None)
for name in ("stream_reader", "stream_writer"):
    show(name, b"nonsense", "no stream", None)


def handler(error):
    return "<%s>" % error.object[error.start:error.end], error.end


print(codings.register_error(b"angle", handler), codings.lookup_error(b"angle") is handler, codings.as_encoded("a\u20acb", b"latin-1", b"replace"))
show("register_error", b"angle", 3)
show("lookup_error", b"nonsense")
try:
    codings.lookup_error(None)(UnicodeDecodeError("ascii", b"\xff", 0, 1, "why"))
except UnicodeDecodeError as error:
    print(error)
errors = (UnicodeEncodeError("ascii", "a\xe9\u20ac\U0001f40db", 1, 4, "why"), UnicodeDecodeError("ascii", b"a\xff\xfeb", 1, 3, "why"), UnicodeTranslateError("a\xe9b", 1, 2, "why"),
          ValueError("other"), 3)
for name in ("strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"):
    for error in errors:
        show(name, error)
