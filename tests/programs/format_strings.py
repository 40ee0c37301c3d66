# str.format, format_map, and the mini-language for text.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


class Thing:
    attribute = {"key": [10, 20]}

    def __format__(self, spec):
        return f"thing<{spec}>"


attempt(lambda: "{} {} {}".format(1, "two", 3.0))
attempt(lambda: "{0} {1} {0}".format("a", "b"))
attempt(lambda: "{name} {0} {other}".format("p", name="n", other=[1]))
attempt(lambda: "{0[1]} {0[0]}".format([1, 2]))
attempt(lambda: "{0[key]} {0[a b]} {0[1]}".format({"key": 1, "a b": 2, 1: 3}))
attempt(lambda: "{0.attribute} {0.attribute[key]} {0.attribute[key][1]}".format(Thing()))
attempt(lambda: "{:>5}|{:<5}|{:^5}|{:*^5}".format("a", "b", "c", "d"))
attempt(lambda: "{:{}} {:{width}.{precision}}".format("a", 5, "abcdef", width=6, precision=2))
attempt(lambda: "{!r} {!s} {!a} {0!r:>6}".format("é", "é", "é") if False else "{!r} {!s} {!a}".format("é", "é", "é"))
attempt(lambda: "{0!r:>6}|{0!s:<6}|".format("é"))
attempt(lambda: "{{}} {{{}}} }}{{".format(1))
attempt(lambda: "{} {:spec} {:{}}".format(Thing(), Thing(), Thing(), "inner"))
attempt(lambda: "{a.real:.1f} {a.imag}".format(a=1 + 2j))
attempt(lambda: "{0:}{0:5}{0!r:}".format("x"))

attempt(lambda: "{}".format())
attempt(lambda: "{} {0}".format(1))
attempt(lambda: "{0} {}".format(1))
attempt(lambda: "{1}".format(1))
attempt(lambda: "{name}".format(1))
attempt(lambda: "{".format(1))
attempt(lambda: "}".format(1))
attempt(lambda: "{0".format(1))
attempt(lambda: "{0!}".format(1))
attempt(lambda: "{0!x}".format(1))
attempt(lambda: "{0!rr}".format(1))
attempt(lambda: "{0.}".format(1))
attempt(lambda: "{0[}".format([1]))
attempt(lambda: "{0[]}".format([1]))
attempt(lambda: "{0[0}".format([1]))
attempt(lambda: "{0[0]x}".format([1]))
attempt(lambda: "{0.nothing}".format(1))
attempt(lambda: "{0[5]}".format([1]))
attempt(lambda: "{0[key]}".format([1]))
attempt(lambda: "{0[key]}".format({}))
attempt(lambda: "{:{:{}}}".format(1, 2, 3))
attempt(lambda: "{:d}".format("s"))
attempt(lambda: "{:x}".format(1.5))
attempt(lambda: "{:=5}".format("s"))
attempt(lambda: "{:+}".format("s"))
attempt(lambda: "{:,}".format("s"))
attempt(lambda: "{:#}".format("s"))
attempt(lambda: "{:05}".format("s"))
attempt(lambda: "{:.3}".format([]))
attempt(lambda: "{:c}".format(-1))
attempt(lambda: "{:c}".format(0x110000))
attempt(lambda: "{:c}|{:5c}|{:<5c}".format(65, 66, 67))
attempt(lambda: "{:10.3}|{:.0}|{:.100}".format("abcdef", "abc", "abc"))
attempt(lambda: "{:é>5}|{:>>5}|{:{{}}}".format("a", "b", 1) if False else "{:é>5}|{:>>5}".format("a", "b"))
attempt(lambda: format("abc", "s") + format("abc", "6s") + format("abc", ""))
attempt(lambda: format([], ""))
attempt(lambda: format(5, 6))
attempt(lambda: format())


class Default(dict):
    def __missing__(self, key):
        return f"<{key}>"


attempt(lambda: "{known} {unknown} {x.upper}".format_map({"known": 1, "unknown": 2, "x": "a"})[:8])
attempt(lambda: "{known} {unknown}".format_map(Default(known=1)))
attempt(lambda: "{0}".format_map([1]))
attempt(lambda: "{a}".format_map({}))
import string

print(string.Template("$a ${b} $$").substitute(a=1, b=2), list(string.Formatter().parse("a{b!r:c}d{{")))
