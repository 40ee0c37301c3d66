# How threads begin and end: names, idents, exceptions nobody catches, daemons, joins, frames of others, contexts.
import contextvars
import gc
import sys
import threading
import weakref

main = threading.current_thread()
print(main.name, main is threading.main_thread(), main.ident == threading.get_ident(), main.daemon)


def show():
    me = threading.current_thread()
    print(me.name, me.is_alive(), me.ident == threading.get_ident(), me.ident != main.ident)


t = threading.Thread(target=show, name="first")
print(t.is_alive(), t.ident)
t.start()
t.join()
print(t.is_alive(), t.ident is not None)
try:
    t.start()
except RuntimeError as error:
    print(error)
try:
    threading.Thread().join()
except RuntimeError as error:
    print(error)
try:
    main.join()
except RuntimeError as error:
    print(error)

# What nobody catches goes to the hook.
caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))


def fails():
    raise ValueError("nobody catches this")


def leaves():
    raise SystemExit(3)


for function in (fails, leaves):
    t = threading.Thread(target=function, name=function.__name__)
    t.start()
    t.join()
print(caught)
threading.excepthook = threading.__excepthook__

# The frames of other threads.
reached, go_on = threading.Event(), threading.Event()


def inner():
    local = "seen from outside"
    reached.set()
    go_on.wait()


def outer():
    inner()


t = threading.Thread(target=outer)
t.start()
reached.wait()
frame = sys._current_frames()[t.ident]
names = []
while frame is not None:
    names.append(frame.f_code.co_name)
    if frame.f_code.co_name == "inner":
        print(frame.f_locals["local"])
    frame = frame.f_back
print("inner" in names, names.index("inner") + 1 == names.index("outer"))
print(sorted(sys._current_frames()) == sorted([t.ident, main.ident]))
go_on.set()
t.join()

# An object that a thread leaves behind dies with it; a cycle with a collection from any thread.
class Node:
    pass


def leave():
    one, other = Node(), Node()
    one.other, other.other = other, one
    refs.append(weakref.ref(one))
    alone = Node()
    refs.append(weakref.ref(alone))


refs = []
gc.disable()
threads = [threading.Thread(target=leave) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print([ref() is None for ref in refs].count(True))
t = threading.Thread(target=gc.collect)
t.start()
t.join()
gc.enable()
print([ref() is None for ref in refs].count(True))

# Each thread begins with a context of its own.
var = contextvars.ContextVar("var", default="default")
var.set("main")
seen = []
t = threading.Thread(target=lambda: (seen.append(var.get()), var.set("thread")))
t.start()
t.join()
print(seen, var.get())

# A generator is run by one thread at a time.
started, finish = threading.Event(), threading.Event()


def numbers():
    started.set()
    finish.wait()
    yield 1


g = numbers()
t = threading.Thread(target=lambda: seen.append(next(g)))
t.start()
started.wait()
try:
    next(g)
except ValueError as error:
    print(error)
finish.set()
t.join()
print(seen)

# Deep recursion in a thread is an error there, and no more.
def deep(n):
    return deep(n + 1)


def try_deep():
    try:
        deep(0)
    except RecursionError as error:
        print(type(error).__name__)


t = threading.Thread(target=try_deep)
t.start()
t.join()
threading.Thread(target=threading.Event().wait, daemon=True).start()
print(threading.active_count(), "left to the end")
