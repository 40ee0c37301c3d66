# The % operator of str and bytes.
def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: "%s %r %a %d %i %u" % ("s", "r", "é", 1, 2.9, True))
attempt(lambda: "%x %X %o %#x %#o %08x %-8x| %+d % d" % (255, 255, 8, 255, 8, 255, 255, 5, 5))
attempt(lambda: "%f %.2f %e %E %g %G %10.3f|%-10.1f|%010.2f" % (1.5, 2.345, 1e5, 1e5, 1e-10, 1e20, 3.14159, 2.5, -1.5))
attempt(lambda: "%c%c %5c|%-3c|" % ("a", 98, "c", "d"))
attempt(lambda: "%5s|%-5s|%.2s|%5.1s|" % ("ab", "ab", "abc", "abc"))
attempt(lambda: "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159))
attempt(lambda: "%(a)s %(b)d %(a)r" % {"a": "x", "b": 2})
attempt(lambda: "%% %d%%" % 50)
attempt(lambda: "%s" % (1, 2)[0])
attempt(lambda: "%s" % [1, 2])
attempt(lambda: "%s" % {"a": 1})
attempt(lambda: "%s" % ((1, 2),))
attempt(lambda: "no directives" % ())
attempt(lambda: "no directives" % {})
attempt(lambda: "no directives" % [])
attempt(lambda: "%d" % 10**30)
attempt(lambda: "%x" % -255)
attempt(lambda: "%ld %hd" % (1, 2))
attempt(lambda: "%s %s" % 1)
attempt(lambda: "%s" % ())
attempt(lambda: "%s" % (1, 2))
attempt(lambda: "none" % 1)
attempt(lambda: "%d" % "x")
attempt(lambda: "%d" % None)
attempt(lambda: "%x" % 1.5)
attempt(lambda: "%f" % "x")
attempt(lambda: "%c" % "ab")
attempt(lambda: "%c" % -1)
attempt(lambda: "%c" % 1.5)
attempt(lambda: "%y" % 1)
attempt(lambda: "%" % 1)
attempt(lambda: "%5" % 1)
attempt(lambda: "%(a" % {"a": 1})
attempt(lambda: "%(a)s" % 1)
attempt(lambda: "%(b)s" % {"a": 1})
attempt(lambda: "%*d" % ("x", 1))
attempt(lambda: "%(a)*d" % {"a": 1})
attempt(lambda: "%.1000000000000000000000f" % 1)
attempt(lambda: "%d" % float("inf"))
attempt(lambda: "%d" % float("nan"))
attempt(lambda: "%f %F %g" % (float("inf"), float("nan"), -float("inf")))
attempt(lambda: "%i" % 3.99)


class Both:
    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"

    def __int__(self):
        return 7

    def __index__(self):
        return 8

    def __float__(self):
        return 9.5


attempt(lambda: "%s %r %a %d %x %f" % ((Both(),) * 6))
attempt(lambda: b"%s %d %x %c %a %b" % (b"bytes", 5, 255, 65, "é", b"b"))
attempt(lambda: b"%(k)s" % {b"k": b"v"})
attempt(lambda: b"%s" % "text")
attempt(lambda: b"%c" % 256)
attempt(lambda: b"%c" % "a")
attempt(lambda: b"%5s|%-5s|%.1s" % (b"a", b"b", b"cd"))
attempt(lambda: b"%d" % b"x")
attempt(lambda: bytearray(b"%d") % 5)
text = "%s"
text %= "in place"
print(text)


class Percent(str):
    def __mod__(self, other):
        return "own"

    def __rmod__(self, other):
        return "reflected"


print(Percent("%s") % 1, "%s" % Percent("x"))
