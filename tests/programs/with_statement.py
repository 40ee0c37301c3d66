# with: order, errors, swallowing, several items.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Manager:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("in enter")
        return self.name.upper()

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__, value, traceback is not None)
        if self.fail == "exit":
            raise RuntimeError("in exit")
        return self.swallow


with Manager("a") as a:
    print("body", a)
with Manager("a") as a, Manager("b") as b:
    print(a, b)
with (
    Manager("p") as p,
    Manager("q"),
):
    print("parenthesized", p)
with Manager("swallows", swallow=True):
    raise ValueError("swallowed")
print("after")


def raising(*managers):
    with managers[0], managers[1]:
        raise KeyError("body")


attempt(lambda: raising(Manager("outer"), Manager("inner")))
attempt(lambda: raising(Manager("outer", swallow=True), Manager("inner")))
attempt(lambda: raising(Manager("outer"), Manager("inner", swallow=True)))
attempt(lambda: raising(Manager("outer"), Manager("inner", fail="enter")))
attempt(lambda: raising(Manager("outer"), Manager("inner", fail="exit")))


def returns():
    with Manager("r", swallow=True):
        return "returned"


def loops():
    for i in range(3):
        with Manager(str(i)):
            if i == 0:
                continue
            break
    return i


print(returns(), loops())


def generator():
    with Manager("g"):
        yield 1
        yield 2


g = generator()
print(next(g))
g.close()
with Manager("target") as (first, *rest):
    print(first, rest)
box = {}
with Manager("k") as box["key"]:
    print(box)


def use(manager):
    with manager:
        return "used"


class NoExit:
    def __enter__(self):
        return self


class NoEnter:
    def __exit__(self, *args):
        pass


attempt(lambda: use(5))
attempt(lambda: use(NoExit()))
attempt(lambda: use(NoEnter()))
own = NoExit()
own.__exit__ = lambda *args: None
attempt(lambda: use(own))

from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress


@contextmanager
def managed(name):
    print("setup", name)
    try:
        yield name * 2
    except ValueError as error:
        print("saw", error)
    finally:
        print("teardown", name)


with managed("m") as m:
    print(m)
with managed("m"):
    raise ValueError("for the generator")
attempt(lambda: raising(managed("x"), managed("y")))


@managed("decorated")
def decorated():
    return "result"


print(decorated())


@contextmanager
def twice():
    yield 1
    yield 2


@contextmanager
def never():
    return
    yield


attempt(lambda: use(twice()))
attempt(lambda: use(never()))
with suppress(KeyError, IndexError):
    [][0]
with ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(Manager(name))
    stack.callback(print, "callback")
    print("in the stack")
with nullcontext(5) as five:
    print(five)
