# Where frames stand that an exception has ended, which lines are told at the end of a body, and when a replaced local dies.
import sys
import threading


def ended(function):
    """The lines, from the function's first, of the frames that an exception has ended."""
    try:
        function()
    except Exception as error:
        lines = []
        tb = error.__traceback__.tb_next
        while tb:
            lines.append((tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, tb.tb_frame.f_lineno - tb.tb_frame.f_code.co_firstlineno))
            tb = tb.tb_next
        return lines


class Noop:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def in_named_except():
    try:
        1 / 0
    except Exception as error:
        1 / 0
        pass


def in_finally():
    try:
        1 / 0
    finally:
        1 / 0
        pass


def through_finally():
    try:
        1 / 0
    finally:
        pass


def through_with():
    with Noop():
        with Noop():
            1 / 0
        pass


def no_clause_fits():
    try:
        1 / 0
    except TypeError:
        pass


def in_a_generator():
    def generator():
        yield 1
        1 / 0
        pass
    for _ in generator():
        pass


def in_a_comprehension():
    return [1 / x for x in (1, 0)]


def in_a_group():
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ValueError as error:
        1 / 0


print("-- ended by an exception")
for function in (in_named_except, in_finally, through_finally, through_with, no_clause_fits, in_a_generator, in_a_comprehension):
    print(function.__name__, ended(function))


def traced(function, *args):
    """The lines that are told, and the line at which the frame returns."""
    told = []

    def trace(frame, event, arg):
        if frame.f_code is function.__code__ and event in ("line", "return"):
            told.append((event[0], frame.f_lineno - function.__code__.co_firstlineno))
        return trace

    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(None)
    return " ".join(f"{event}{line}" for event, line in told)


def branches(x):
    if x:
        y = 1
    else:
        y = 2


def nested(x):
    if x:
        if x > 1:
            y = 1
    else:
        pass


def cases(x):
    match x:
        case 1:
            if False:
                return 1
        case [_, y] if y:
            return y
        case 2:
            pass


def loops(x):
    for i in range(x):
        if i:
            continue
        y = i


def tries(x):
    try:
        1 / x
    except ZeroDivisionError:
        y = 1


def whiles(x):
    while x:
        x -= 1
        if x == 1:
            break


print("-- the end of a body")
for function, given in (
    (branches, (0, 1)), (nested, (0, 1, 2)), (cases, (1, 2, 3, [1, 0], [1, 1])), (loops, (0, 1, 2)), (tries, (0, 1)),
    (whiles, (0, 1, 3)),
):
    for x in given:
        print(function.__name__, x, traced(function, x))


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def __add__(self, other):
        replace("x", Noisy("by the operator"))
        print("still", self.name)
        return 1


def replace(name, value):
    sys._getframe(2 if name == "x" and sys._getframe(1).f_code.co_name == "__add__" else 1).f_locals[name] = value
    print("replaced")


def by_a_call():
    x = Noisy("local")
    replace("x", Noisy("another"))
    print("called", x.name)


def by_a_closure():
    x = Noisy("in a cell")
    replace("x", Noisy("another in a cell"))
    print("called", (lambda: x.name)())


def at_an_end():
    x = Noisy("at the end")
    frame = sys._getframe()
    return frame


print("-- replaced through f_locals")
by_a_call()
by_a_closure()
frame = at_an_end()
frame.f_locals["x"] = Noisy("afterwards")
print("replaced")
del frame

print("-- all threads")
ready, go, told = threading.Event(), threading.Event(), []


def called():
    pass


def work():
    ready.set()
    go.wait()
    called()
    deeper()
    called()


def deeper():
    called()


def tell(frame, event, arg):
    if event == "call" and frame.f_code in (called.__code__, deeper.__code__):
        told.append((threading.current_thread() is thread, frame.f_code.co_name))


for install in (threading.settrace_all_threads, threading.setprofile_all_threads):
    ready.clear(), go.clear(), told.clear()
    thread = threading.Thread(target=work)
    thread.start()
    ready.wait()
    install(tell)
    called()
    go.set()
    thread.join()
    install(None)
    called()
    print(install.__name__, sorted(told))
print(sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile())
