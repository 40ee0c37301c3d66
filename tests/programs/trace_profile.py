# What sys.setprofile tells.
import sys

events = []


def profiler(frame, event, argument):
    shown = argument.__name__ if event.startswith("c_") else repr(argument)
    events.append((event, frame.f_code.co_name, shown))


def f():
    return len([1]) + max(1, 2)


def method_calls():
    items = []
    items.append(1)
    "a".upper()
    return items


def fails():
    try:
        len(3)
    except TypeError:
        pass
    return int("3")


def sorts():
    return sorted([2, 1], key=lambda x: -x)


def raises():
    raise KeyError


def generator():
    yield 1


def spreads():
    args = (1, 2)
    return max(*args), list(generator())


for function in (f, method_calls, fails, sorts, raises, spreads):
    events.clear()
    sys.setprofile(profiler)
    try:
        function()
    except KeyError:
        pass
    sys.setprofile(None)
    print(function.__name__)
    for event in events:
        print("   ", *event)


def fails_itself(frame, event, argument):
    raise ValueError("profile")


sys.setprofile(fails_itself)
try:
    f()
except ValueError as error:
    print(error, sys.getprofile())
