import os
import sys
import tempfile
import threading
import time

import running


def show(value):
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    if isinstance(value, type(sys)):
        return f"module {value.__name__}"
    if isinstance(value, (list, tuple)):
        return [show(item) for item in value]
    return value


def attempt(function, *args):
    try:
        return show(function(*args))
    except BaseException as error:
        return show(error)


print("-- import")
for row in running.imports():
    print(show(row))

import builtins
real = builtins.__import__


def imported(name, *args):
    if name in ("xml.dom", "no_such_module", "colorsys", 3):
        print("hooked", name, args[2:])
    return real(name, *args)


builtins.__import__ = imported
try:
    running.imports()
finally:
    builtins.__import__ = real

code = compile("x = __name__, __file__, __spec__.name\nif __name__ == 'executed_object': raise ValueError(__name__)", "source.py", "exec")
for row in running.exec_module(code):
    print(show(row), show(getattr(row, "x", None)), getattr(row, "__cached__", None) and "cached")
print([name for name in sys.modules if name.startswith("executed")])

print("-- compiling and running")
for text, start in [("1 + 1", 258), ("x = 1", 257), ("x", 256), ("x +", 258), ("from __future__ import annotations", 257)]:
    print(attempt(lambda: [type(running.compiled(text, start)[0]).__name__, running.compiled(text, start)[1]]))
space = {}
print(attempt(running.run_text, "6 * 7", 258, space), "__builtins__" in space)
print(attempt(running.run_text, "y = len('abc')", 257, space), space["y"])
print(attempt(running.run_text, "y", 258, space, {"y": "local"}))
print(attempt(running.run_text, "1 / 0", 258, space))
print(attempt(running.run_text, "y +", 258, space))
print(attempt(running.run_simple, "simple = 'in main'"), simple)
sys.stderr = sys.stdout
print(attempt(running.run_simple, "raise KeyError('reported')").__class__)
sys.stderr = sys.__stderr__
print(attempt(running.eval_code, compile("y * 2", "f", "eval"), space))
print(attempt(running.eval_code, compile("y * 2", "f", "eval"), space, {"y": "z"}))


def both(a, b):
    return a, b


print(running.eval_code_ex(both.__code__, globals(), 1, 2)[:2])
print(show(running.eval_code_ex(both.__code__, globals(), 1, 2)[2]))

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file.py")
    with open(path, "w") as file:
        file.write("in_file = __name__\n")
    space = {"__name__": "space"}
    print(attempt(running.run_file, path, space), space["in_file"], in_file)
    print("__file__" in globals())

print("-- frames")


def inner(a, b=2):
    first = running.here()
    c = 3
    second = running.here()
    return first, second, first[1] is second[1], sys._getframe()


first, second, same, frame = inner(1)
print(first[0] is frame, sorted(second[1]), same, first[3] is globals(), first[4:], second[2]["c"])


class Body:
    here = running.here()
    print(here[1] is locals(), here[2] is locals())


print(running.here()[1] is globals())
for thing in (inner, len, "text".upper, Body().__init__, Body, 3, threading.Thread.run, threading.current_thread().run):
    print(running.function_name(thing))


def traced():
    total = 0
    for item in (1, 2):
        total += item
    return len("abc") + total


print(show(running.watched(traced, 0, 0)))
print([row[:2] for row in running.watched(traced, 1, 0)])
print(attempt(running.watched, traced, 0, 1), sys.gettrace(), sys.getprofile())

print("-- threads")


def call(number):
    time.sleep(0.001)
    if number == 3:
        raise ValueError(number)
    return number * number


for row in sorted(running.from_threads(call, 8)):
    print(show(row))
print(threading.active_count() >= 1)

calls = []
running.start_background(lambda: calls.append(threading.get_ident()))
spins = 0
while len(calls) < 100:
    spins += 1
running.join_background()
print(len(calls), set(calls) != {threading.get_ident()})
print(running.states(lambda: calls.append("state")), calls[-2:])

print("-- exceptions sent")


class Sent(Exception):
    pass


ready, caught = threading.Event(), []


def work():
    ready.set()
    try:
        while True:
            pass
    except Sent as error:
        caught.append(type(error).__name__)


thread = threading.Thread(target=work)
thread.start()
ready.wait()
print(running.send(thread.ident, Sent), running.send(1, Sent))
thread.join()
print(caught)


def to_self():
    running.send(threading.get_ident(), Sent)
    for at in range(1000):
        pass
    return "not raised"


print(attempt(to_self))

print("-- pending calls")
done = []


def later():
    done.append(threading.current_thread() is threading.main_thread())


print(running.add_pending(later), running.make_pending(), done)


def from_a_thread():
    done.append(running.add_pending(later))
    end = time.monotonic() + 20
    while len(done) < 3 and time.monotonic() < end:
        pass


thread = threading.Thread(target=from_a_thread)
thread.start()
while thread.is_alive():
    pass
thread.join()
print(done)


def fail():
    raise ValueError("pending")


def failing():
    running.add_pending(fail)
    for at in range(1000):
        pass
    return running.make_pending()


print(attempt(failing))

print("-- system")


class Path:
    def __fspath__(self):
        return "a/path"


for row in running.system(Path()):
    print(show(row))
print("-- contexts")
for row in running.contexts():
    print(show(row))
