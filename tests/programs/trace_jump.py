# Setting f_lineno in a trace function.
import sys
import warnings

warnings.simplefilter("ignore")


class Jump:
    def __init__(self, function, start, end, event="line"):
        self.code = function.__code__
        first = self.code.co_firstlineno
        self.start, self.end, self.event = first + start, first + end, event
        self.done = False

    def __call__(self, frame, event, argument):
        if frame.f_code is self.code and not self.done:
            if event == self.event and frame.f_lineno == self.start:
                self.done = True
                try:
                    frame.f_lineno = self.end
                except ValueError as error:
                    print("   ", error)
                else:
                    print("    now at", frame.f_lineno - self.code.co_firstlineno)
        return self


def jump(function, start, end, event="line"):
    output = []
    print(function.__name__, start, end, event)
    sys.settrace(Jump(function, start, end, event))
    try:
        function(output)
    except Exception as error:
        print("   ", repr(error))
    sys.settrace(None)
    print("   ", output)


def simple(output):
    output.append(1)
    output.append(2)
    output.append(3)
    output.append(4)


def loop(output):
    for i in range(3):
        output.append(i)
        output.append("b")
    output.append("end")


def two_loops(output):
    output.append("start")
    for i in range(2):
        output.append(i)
    for j in [7, 8]:
        output.append(j)
    output.append("end")


def conditional(output):
    output.append(1)
    if len(output) > 5:
        output.append(2)
    else:
        output.append(3)
    output.append(4)


def handler(output):
    output.append(1)
    try:
        output.append(2)
        1 / 0
    except ZeroDivisionError:
        output.append(3)
        output.append(4)
    output.append(5)


class Manager:
    def __init__(self, output):
        self.output = output

    def __enter__(self):
        self.output.append("enter")

    def __exit__(self, *details):
        self.output.append("exit")


def manager(output):
    output.append(1)
    with Manager(output):
        output.append(2)
    output.append(3)


def generator_body(output):
    def g():
        output.append("a")
        yield 1
        output.append("b")
        output.append("c")
    return g


jump(simple, 2, 4)
jump(simple, 3, 1)
jump(simple, 1, 3)
jump(simple, 2, 50)
jump(simple, 2, -5)
jump(simple, 4, 2, "return")
jump(simple, 0, 2, "call")
jump(loop, 2, 4)
jump(loop, 3, 2)
jump(loop, 3, 1)
jump(loop, 1, 4)
jump(loop, 4, 2)
jump(two_loops, 1, 3)
jump(two_loops, 3, 6)
jump(conditional, 1, 3)
jump(conditional, 5, 3)
jump(handler, 1, 8)
jump(handler, 3, 8)
jump(handler, 6, 8)
jump(handler, 6, 3)
jump(handler, 8, 6)
jump(manager, 3, 4)
jump(manager, 4, 1)

output = []
g = generator_body(output)
sys.settrace(Jump(g, 3, 1))
print(list(g()))
sys.settrace(None)
print(output)
try:
    sys._getframe().f_lineno = 3
except ValueError as error:
    print(error)


def uses_unbound(output):
    output.append(1)
    x = 5
    output.append(x)


jump(uses_unbound, 2, 3)
