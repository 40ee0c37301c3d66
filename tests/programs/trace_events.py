# What sys.settrace tells: call, line, return, exception.
import sys

events = []


def tracer(frame, event, argument):
    if event == "exception":
        shown = argument[0].__name__
    elif event == "return":
        shown = repr(argument) if type(argument) in (int, str, list, tuple) else type(argument).__name__
    else:
        shown = ""
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_code.co_name, shown))
    return tracer


def show(function, *arguments):
    events.clear()
    sys.settrace(tracer)
    try:
        function(*arguments)
    except Exception as error:
        caught = error
    else:
        caught = None
    sys.settrace(None)
    print(function.__name__, repr(caught))
    for event in events:
        if event[2] != "show":
            print("   ", *event)


def loops(x):
    for i in range(2):
        x += i
    while x:
        x -= 1
        if x < 1:
            break
    else:
        x = 3
    return x


def one_line_loops():
    for i in range(2): pass
    x = 2
    while x: x -= 1


def forever():
    n = 0
    while True:
        n += 1
        if n == 2:
            continue
        if n > 3:
            break
    return n


def handlers():
    try:
        1 / 0
    except ZeroDivisionError as error:
        x = 1
    finally:
        y = 2
    try:
        z = 3
    finally:
        z = 4
    return x + y


def raises():
    raise KeyError("k")


def passes_on():
    x = 1
    raises()
    return x


def catches():
    try:
        raises()
    except ValueError:
        pass
    except KeyError:
        return "caught"


def generator():
    yield 1
    x = 5
    yield 2


def uses_generator():
    for value in generator():
        pass
    items = list(generator())
    return items


def nested():
    def inner(a):
        return a + 1
    f = lambda a: inner(a)
    return f(1) + inner(2)


def with_class():
    class C:
        x = 1

        def __init__(self):
            self.y = 2

        def method(self):
            return self.y
    return C().method()


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return True


def uses_with():
    with Manager() as m:
        x = 1
    with Manager():
        raise ValueError
    return x


def conditions(a, b):
    if a:
        x = 1
    elif b:
        x = 2
    else:
        x = 3
    y = 1 if b else 2
    return x, y


def comprehension():
    return [i * 2 for i in range(2)]


async def coroutine():
    await helper()
    return 3


async def helper():
    return 1


def runs_coroutine():
    c = coroutine()
    try:
        c.send(None)
    except StopIteration as stop:
        return stop.value


for function in (loops,):
    show(function, 2)
for function in (one_line_loops, forever, handlers, raises, passes_on, catches, uses_generator, nested, with_class,
                 uses_with, comprehension, runs_coroutine):
    show(function)
show(conditions, 1, 1)
show(conditions, 0, 1)
show(conditions, 0, 0)
