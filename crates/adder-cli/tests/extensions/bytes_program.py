"""PyBytes_*, PyOS_*, PyFile_*, PyMarshal_* as a program sees them."""

import io
import os
import tempfile
import warnings

import bytes as module

warnings.simplefilter("ignore")


class Bytes(bytes):
    pass


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


def show(name, *args):
    try:
        result = ascii(getattr(module, name)(*args))
    except BaseException as error:
        # Where in the source of an interpreter it was made differs.
        message = str(error) if "bad argument to internal" not in str(error) else "bad argument to internal function"
        result = f"{type(error).__name__}: {ascii(message)} ({module.last_failed()})"
    print(name, ascii(args), "->", result)


show("layout")
for value in (b"", b"a", b"several bytes"):
    show("from_string", value)
    show("from_string_and_size", value, len(value))
show("from_string_and_size", None, 0)
show("from_string_and_size", b"x", -1)
print(len(module.from_string_and_size(None, 5)))
for value in (b"same", Bytes(b"derived"), bytearray(b"array"), [1, 2, 255], (3, 4), [256], ["x"], "text", 3, None, {5: 6}):
    show("from_object", value)
print(module.from_object(iter([7, 8])), module.from_object(memoryview(b"view")), module.concat(b"ab", memoryview(b"cd")), module.from_object(same := b"just this") is same, type(module.from_object(Bytes(b"x"))))
for value in (b"abc", Bytes(b"derived"), b"a\0b", b"", "text", 3, bytearray(b"array")):
    show("size", value)
    show("as_string", value)
    for size in (0, 1):
        show("as_string_and_size", value, size, 1)
show("as_string_and_size", b"abc", 1, 0)
for args in ((b"ab", b"cd"), (b"", b"cd"), (b"ab", bytearray(b"cd")), (Bytes(b"ab"), b"cd"), (b"ab", "cd"), (b"ab", 3),
             (b"ab", None), (None, b"cd")):
    show("concat", *args)
    show("concat_and_del", *args)
for value in (b"", b"abc", b"it's", b'"', b"'\"", b"\\\t\n\r\x00\x7f\xff"):
    show("repr", value, 0)
    show("repr", value, 1)
for args in ((b",", [b"a", b"b"]), (b",", (b"a", bytearray(b"b"))), (b"", []), (b",", [b"a", "b"]), (b",", 3), ("x", []), (None, []), (Bytes(b"-"), [b"a", b"b"])):
    show("join", *args)
for value in (b"plain", b"\\n\\t\\\\\\'\\\"\\a\\b\\f\\v\\r", b"\\x41\\x7a", b"\\101\\60\\7x", b"\\400", b"\\q\\8", b"line\\\nbreak", b"\\x4", b"\\xg", b"end\\", b"\\477z"):
    show("decode_escape", value, None)
show("decode_escape", b"\\x4z", b"strict")
show("decode_escape", b"\\x4z", b"replace")
show("decode_escape", b"\\x4z", b"ignore")
show("decode_escape", b"\\x4z", b"nonsense")
warnings.simplefilter("error")
show("decode_escape", b"\\q", None)
show("decode_escape", b"\\477", None)
warnings.simplefilter("ignore")
for value in (b"abc", b"", b"long " * 30):
    for length in (0, 1, 3, 10, 500):
        show("resize", value, length, 0)
        show("resize", value, length, 1)
show("resize", b"abc", -1, 0)
print(module.iterator_type() is type(iter(b"")))

show("classes")
show("macros")
for args in ((b"abc", b"ABC"), (b"abc", b"abd"), (b"abc", b"ab"), (b"", b""), (b"\xe9", b"\xc9"), (b"_", b"A")):
    show("stricmp", *args)
    for size in (0, 1, 2, 3, 9):
        show("strnicmp", *args, size)
for text in (b"42", b"-42", b"+42", b"  42x", b"0x1F", b"0X1fg", b"0o17", b"0b101", b"017", b"0", b"00", b"0 ", b"0x", b"0xg", b"", b"x", b"-", b"zz", b"ZZ", b"101",
             b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808", b"-9223372036854775809", b"18446744073709551615",
             b"18446744073709551616xyz", b"\t\n-0x10", b"1_000"):
    for base in (0, 2, 8, 10, 16, 36):
        show("strtol", text, base)
        if b"-" not in text and b"+" not in text:
            show("strtoul", text, base)
for text in (b"1.5", b"-1.5e3", b"1e400", b"-1e400", b"1e-400", b"inf", b"-Infinity", b"nan", b"-nan", b"infinit", b"1.5x", b"1e", b"1e+", b".5", b"5.", b".", b"", b"x",
             b" 1", b"1 ", b"0x10", b"1_0", b"+3"):
    for end in (0, 1):
        show("string_to_double", text, end, None)
        show("string_to_double", text, end, OverflowError)
for value in (0.0, -0.0, 1.0, 1.5, -1e22, 1e16, 123456.789, 1e-5, float("inf"), float("-inf"), float("nan"), 0.1, 1e300):
    for code, precision in ((b"r", 0), (b"g", 0), (b"g", 6), (b"G", 3), (b"e", 2), (b"E", 0), (b"f", 3), (b"F", 0), (b"g", 17)):
        for flags in (0, 1, 2, 3, 4, 8, 15):
            show("double_to_string", value, code, precision, flags)
show("double_to_string", 1.0, b"r", 3, 0)
show("double_to_string", 1.0, b"x", 3, 0)
for number in (1.5, 0.0, -2.25, 1e300, float("inf"), float("-inf"), float("nan"), 2.0**61 - 1, 0.1):
    print(module.hashes(b"some text", object(), number), end=" ")
print(module.hashes(b"x", object(), -1.0))

for value in (True, 3, -70000, 2**40, "text \u20ac", b"bytes", (1, [2, {"a": 3.5}]), frozenset({1}), 2.5, ...):
    data = module.marshal(value, 2)
    print(type(data).__name__, ascii(module.unmarshal(data)))
show("marshal", Bytes, 2)
show("unmarshal", b"")
show("unmarshal", b"i\x01\x00")
show("marshal_files", (1, "two", [3.0]), "other", b"xy")
show("universal_newlines", b"unix\nmac\rdos\r\nend", 64)
show("universal_newlines", b"long line\r\nx\r\r\n", 5)

LINES = "first\nsecond\n\nlast"
for make in (io.StringIO, lambda text: io.BytesIO(text.encode())):
    for n in (0, -1, 3, 99):
        file = make(LINES)
        found = []
        try:
            for _ in range(20):
                line = module.get_line(file, n)
                if not line and n >= 0:
                    break
                found.append(line)
        except EOFError as error:
            found.append(repr(error))
        print(n, found)


class Reads:
    def __init__(self, answer):
        self.answer = answer

    def readline(self, *args):
        print("readline", args)
        return self.answer


for args in ((Reads(3), 0), (Reads("x\n"), -1), (Reads("x\n"), 5), (Reads(3), -1), (Reads(3), 1)):
    try:
        print(module.get_line(*args))
    except TypeError as error:
        print("TypeError", error)
for wrong in (3, None):
    show("get_line", wrong, 0)
out = io.StringIO()
for value, flags in (("text", 0), ("text", 1), (3, 0), (None, 0)):
    print(module.write_object(value, out, flags))
print(module.write_string(b"caf\xc3\xa9", out, 0), ascii(out.getvalue()))
show("write_object", "x", None, 0)
show("write_object", "x", 3, 0)
show("write_string", b"x", None, 0)
show("write_string", b"x", 3, 0)
show("write_string", b"x", None, 1)
show("write_string", b"x", 3, 1)

folder = tempfile.mkdtemp()
path = os.path.join(folder, "file.py")
with open(path, "w", encoding="utf-8") as file:
    file.write("x = 'caf\xe9'\n")
fd = os.open(path, os.O_RDONLY)
with module.from_fd(fd, b"r", -1, b"utf-8", None, None, 0) as file:
    print(type(file).__name__, ascii(file.read()), file.name == fd, file.encoding)
os.lseek(fd, 0, 0)
with module.from_fd(fd, b"rb", 0, None, None, None, 1) as file:
    print(type(file).__name__, file.read())
show("from_fd", fd, b"r", -1, b"utf-8", None, None, 1)
show("from_fd", 1, b"nonsense", -1, None, None, None, 0)
with module.open_code(path.encode()) as file:
    print(type(file).__name__, file.read())
with module.open_code_object(path) as file:
    print(file.read())
show("open_code_object", b"bytes")
print(module.fopen(path, b"r"), module.fopen(path.encode(), b"rb"), module.fopen(Path(path), b"r"))
for wrong in (os.path.join(folder, "nothing"), "a\0b", 3):
    try:
        module.fopen(wrong, b"r")
    except Exception as error:
        print(type(error).__name__, str(error).replace(folder, "FOLDER"), (getattr(error, "filename", None) or "").replace(folder, "FOLDER"))
os.remove(path)
os.rmdir(folder)
