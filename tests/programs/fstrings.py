# f-strings.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


name, number, width = "Ada", 3.14159, 10
items = {"k": [1, 2, 3]}
print(f"{name}", f"{name!r}", f"{name!s:>6}|", f"{name!a}", f"{'é'!a}")
print(f"{number:.2f}|{number:{width}.3f}|{number:<{width}}|{number:^{width}.{1 + 1}f}|")
print(f"{name=} {number=:.1f} {name = } {name=!s} {1 + 1 = } {items['k'][0]=}")
print(f"{{literal}} {{{name}}} {{{{{name}}}}}")
print(f"{items["k"]} {f"{name}{f"{number:.0f}"}"} {'a' 'b'}")
print(f"{[x * 2 for x in items['k']]} { {1: 2}[1] } {(lambda x: x + 1)(2)} {'yes' if number > 3 else 'no'}")
print(f"""{
    name  # a comment
}
{number:>
10}""" if False else f"multi {
    name
}")
print(f"{name:*^{width}}" f" and {'x'}" "plain" rf"\d{name}\n")
print(f"{1}{2}{3}", f"{'a'}" "b" f"{'c'}", f"", f"{''}|")
print(f"{True:d} {True} {None} {...} {[]} {()} {b'x'}")
print(f"{10:x} {10:#b} {255:02X} {1234567:,} {1234567.891:,.2f} {0.5:%} {1e10:g} {12:+} {-5:05} {'s':5}|{5:5}|{5:<5}|")
print(f"{10_000_000:_} {255:_x} {3.0} {1e100} {float('nan')} {-0.0} {2 + 3j:.1f}")
print(f"{'long text':.4}", f"{'x':>3}{'y':<3}z", f"{'é':è^5}")


class Formatted:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "repr"

    def __str__(self):
        return "str"


f = Formatted()
print(f"{f} {f:abc} {f!r} {f!s:>6} {f:{name}!} {f:{{}}}" if False else f"{f} {f:abc} {f!r} {f!s:>6} {f:{name}!}")


def order(word):
    print("eval", word)
    return word


print(f"{order('a')} {order('b'):{order('>')}{order('4')}} {order('c')!r}")
attempt(lambda: f"{undefined}")
attempt(lambda: f"{name:d}")
attempt(lambda: f"{5:s}")
attempt(lambda: f"{[]:5}")
attempt(lambda: f"{None:>5}")
attempt(lambda: f"{5:.2d}")
attempt(lambda: f"{name:.2f}")
attempt(lambda: f"{5:,x}")
attempt(lambda: f"{5:10000000000000000000000d}")
attempt(lambda: f"{object():x}" if False else format(object.__new__(Formatted.__mro__[1]), "x"))


class BadFormat:
    def __format__(self, spec):
        return 5


attempt(lambda: f"{BadFormat()}")
for code in ('f"{}"', 'f"{1"', 'f"}"', 'f"{1!x}"', 'f"{1!}"', "f'{a b}'", 'f"{lambda x: 1}"', 'f"{*a}"', 'f"{a:{b:{c:{d}}}}"', 'f"{a=b}"', 'f"{=}"'):
    try:
        compile(code, "name", "eval")
        print(code, "compiles")
    except SyntaxError as error:
        print(code, "|", type(error).__name__)
x = y = 1
print(f"{x!=y} {x==y} {x<=y} {(x:=5)} {x} {x:=5}|")
print(f'{"\n".join(["a", "b"])!r} {'\''} {"{"} {'}'}')
print(f"\N{GREEK SMALL LETTER ALPHA} \x41 \u00e9 {'\N{EURO SIGN}'}")
value = 5
print((lambda: f"{value}{(lambda: value + 1)()}")())


async def in_async():
    return f"{await other()}!"


async def other():
    return "awaited"


try:
    in_async().send(None)
except StopIteration as stop:
    print(stop.value)
print([f"{i}{j}" for i in range(2) for j in "ab"], {f"{k}": k for k in range(2)})
print(f"{yielding()}" if False else (lambda: (f"{(yield)}"))().__class__.__name__)
