# pdb by its commands: breakpoints of functions and lines, stepping, where, jumps.
import io
import os
import pdb
import sys
import trace
import warnings


warnings.simplefilter("ignore")


class Out(io.StringIO):
    """Standard output, without the folder of this file."""

    def write(self, text):
        sys.__stdout__.write(text.replace(os.path.dirname(os.path.abspath(__file__)), "<here>"))


def plain(x):
    y = x + 1
    return y


def with_cells(x):
    y = [x]

    def inner():
        return y
    return inner()


def with_docstring():
    """It has one."""
    for i in range(3):
        plain(i)
    return "done"


def generator(n):
    for i in range(n):
        yield i


class Thing:
    def method(self, value):
        self.value = value
        return value


def program():
    plain(1)
    with_cells(2)
    with_docstring()
    list(generator(2))
    thing = Thing()
    thing.method(5)
    z = 7
    return z


def session(*commands):
    debugger = pdb.Pdb(stdin=io.StringIO("\n".join(commands) + "\n"), stdout=Out(), nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.prompt = "> "
    try:
        debugger.runcall(program)
    finally:
        debugger.clear_all_breaks()
        sys.settrace(None)


for commands in (
    ("break plain", "break with_cells", "break with_docstring", "break generator", "break Thing.method", "break", "continue",
     "args", "p x", "next", "p y", "return", "continue", "p x", "up", "down", "continue", "p i if 'i' in locals() else None",
     "clear 1", "continue", "p n", "clear 4", "continue", "p value", "next", "p self.value", "continue"),
    ("step", "step", "next", "next", "return", "continue"),
    ("break 24", "tbreak 56", "continue", "p x", "!y = 41", "condition 6 x > 1", "ignore 6 1", "continue", "continue", "continue"),
    ("break plain, x == 2", "continue", "p x", "display y", "next", "undisplay y", "continue"),
    ("until 55", "jump 58", "next", "p z", "continue"),
):
    print("--", commands[0])
    session(*commands)

print("-- trace")
counter = trace.Trace(count=1, trace=0)
counter.runfunc(program)
name = os.path.basename(__file__)
counts = {line: n for (file, line), n in counter.results().counts.items() if os.path.basename(file) == name}
print(sorted(counts.items()))
# The code of a module and of classes has other lines in 3.14, where annotations are functions.
executable = trace._find_executable_linenos(__file__)
print([line for line in range(24, 60) if line in executable])
