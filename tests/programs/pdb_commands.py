# pdb driven by commands: breakpoints, steps, print, jump, continue.
import io
import pdb
import warnings

warnings.simplefilter("ignore")


def inner(n):
    total = 0
    for i in range(n):
        total += i
    return total


def outer():
    a = 1
    b = inner(3)
    c = a + b
    return c


def run(function, *commands):
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join(commands) + "\n"), stdout=out, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    try:
        print("result:", debugger.runcall(function))
    except BaseException as error:
        print(type(error).__name__)
    for line in out.getvalue().replace(__file__, "<file>").splitlines():
        print("   ", line)


run(outer, "next", "next", "p a", "p b", "continue")
run(outer, "step", "step", "step", "p n", "up", "p a", "down", "return", "continue")
run(outer, f"break {inner.__code__.co_firstlineno + 3}", "continue", "p i, total", "continue", "p i, total",
    "clear 1", "continue")
run(outer, "next", "next", "next", "!b = 40", "continue")
run(outer, "next", f"jump {outer.__code__.co_firstlineno + 3}", "p 'b' in locals()", "!b = 5", "continue")
run(outer, f"break {inner.__code__.co_firstlineno + 1}", "continue", "until", "args", "list", "clear 2", "continue")
run(outer, "quit")
run(outer, f"tbreak {inner.__code__.co_firstlineno + 4}", "c", "pp sorted(locals())", "whatis total", "c")


def fails():
    x = 1
    return 1 / 0


run(fails, "next", "next", "p x", "next", "continue")
