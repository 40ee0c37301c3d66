# Closures own their cells; a function that names itself is a cycle.
import gc
import sys
import weakref

gc.disable()
gc.collect()


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("freed", self.name)


def counter():
    owned = Thing("counter's")
    count = 0

    def step():
        nonlocal count
        count += 1
        return count, owned.name

    return step


step = counter()
print(step(), step())
print(step.__code__.co_freevars, [type(cell).__name__ for cell in step.__closure__])
print(sorted(cell.cell_contents if isinstance(cell.cell_contents, int) else 0 for cell in step.__closure__))
del step
print("by count alone")


def recursive():
    owned = Thing("recursive's")

    def walk(n):
        return n if n == 0 else walk(n - 1) + len(owned.name)

    return walk(3)


print(recursive())
print("not freed yet")
print("collected", gc.collect() > 0)


def two():
    owned = Thing("two's")

    def ping(n):
        return pong(n - 1) if n else owned.name

    def pong(n):
        return ping(n - 1) if n else owned.name

    return ping, pong


ping, pong = two()
print(ping(5))
seen = weakref.ref(ping)
del ping
print(seen() is None, gc.collect())
del pong
gc.collect()
print(seen() is None)


# A callback that closes over its owner.
class Button:
    def __init__(self):
        self.owned = Thing("button's")
        self.on_press = lambda: self.owned.name


button = Button()
print(button.on_press())
del button
print("held by its own callback")
gc.collect()

# The same without a cycle: a weak reference in the closure.
class Quiet:
    def __init__(self):
        self.owned = Thing("quiet's")
        me = weakref.ref(self)
        self.on_press = lambda: me().owned.name


quiet = Quiet()
print(quiet.on_press())
del quiet
print("freed by count")

# Cells are shared, and a cell may be emptied.
def shared():
    value = Thing("first value")

    def read():
        return value.name

    def write(new):
        nonlocal value
        value = new

    def forget():
        nonlocal value
        del value

    return read, write, forget


read, write, forget = shared()
write(Thing("second value"))
print(read())
forget()
try:
    read()
except NameError as error:
    print(type(error).__name__, error)
cell = read.__closure__[0]
try:
    cell.cell_contents
except ValueError as error:
    print(error)
cell.cell_contents = Thing("put in")
print(read(), sys.getrefcount(cell.cell_contents))
del read, write, forget, cell
print("late binding", [f() for f in [lambda: i for i in range(3)]])
print("early binding", [f() for f in [lambda i=i: i for i in range(3)]])
