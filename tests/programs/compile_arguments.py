# What compile() takes, and what it refuses.
import codeop


def attempt(*args, **keywords):
    try:
        return type(compile(*args, **keywords)).__name__
    except Exception as error:
        return type(error).__name__, str(error)


for args in [
    ("1", "f", "exe"), ("1", "f", "func_type"), ("1", "f", "exe", 0x400), ("1", 3, "exec"), ("1", "f", 3),
    ("1", "f", "exec", 1 << 30), ("1", "f", "exec", 0, False, 5), (3, "f", "exec"), ("a\0b", "f", "exec"),
    (b"a\0b", "f", "exec"), ("\ud800", "f", "exec"), ("1", "a\0", "exec"), ("1", b"f", "eval"), ("1", "f", "exec", "a"),
    (bytearray(b"1"), "f", "eval"), (memoryview(b"1"), "f", "eval"), ("(", "f", "exec", 0x4000), ("if x:", "f", "exec", 0x4200),
    (b"# coding: latin-1\nx = '\xe9'", "f", "exec"), (b"# coding: koi8-r\nx = '\xe9'", "f", "exec"),
    (b"# coding: nope\nx = '\xe9'", "f", "exec"),
]:
    print(args[1:], attempt(*args))
names = {}
exec(compile(b"# coding: latin-1\nx = '\xe9'", "f", "exec"), names)
print(names["x"])
exec(compile(b"\xef\xbb\xbfx = '\xc3\xa9'\r\ny = 1\r", "f", "exec"), names)
print(names["x"], names["y"])

# Optimisation.
for level in (0, 1, 2):
    names = {}
    exec(compile("'doc'\nassert False if __debug__ else True\nd = __debug__", "f", "exec", optimize=level) if level else
         compile("'doc'\nd = __debug__", "f", "exec", optimize=level), names)
    print(level, names.get("__doc__"), names["d"])

# Flags of __future__ are inherited, or not.
namespace = {}
exec(compile("from __future__ import annotations\nc = compile('def f(a: b + 1): pass', 'f', 'exec')\n"
             "d = compile('def f(a: b + 1): pass', 'f', 'exec', dont_inherit=True)", "f", "exec"), namespace)
FLAG = 0x1000000
print(bool(namespace["c"].co_flags & FLAG), bool(namespace["d"].co_flags & FLAG))
print(bool(compile("x", "f", "exec", FLAG).co_flags & FLAG))
exec(namespace["c"], namespace)
print(namespace["f"].__annotations__)

for text in ["1", "x = (", "if x:", "if x:\n  y", "if x:\n  y\n", "1 1", "'''", "def f(", "", "# c", "a = 'x"]:
    try:
        code = codeop.compile_command(text)
        print(repr(text), code and "code")
    except SyntaxError as error:
        print(repr(text), type(error).__name__)
