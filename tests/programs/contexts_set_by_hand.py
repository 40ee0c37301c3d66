# A context that a program sets by hand stays when the exception leaves __exit__, a key function, a method that C calls.
from contextlib import ExitStack, contextmanager


def chain(error):
    names = []
    while error is not None:
        names.append(repr(error))
        error = error.__context__
    return names


def shown(work):
    try:
        work()
    except BaseException as error:
        print(chain(error))


known = KeyError("known")


def again(error):
    try:
        raise error
    except BaseException:
        error.__context__ = known
        raise


class Leaves:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        again(IndexError("i"))


def in_with():
    with Leaves():
        1 / 0


def in_key():
    try:
        1 / 0
    except ZeroDivisionError:
        sorted([1], key=lambda _: again(IndexError("k")))


class Odd:
    def __len__(self):
        again(IndexError("len"))

    def __getattr__(self, name):
        again(AttributeError(name))


def in_len():
    try:
        1 / 0
    except ZeroDivisionError:
        len(Odd())


def in_getattr():
    try:
        1 / 0
    except ZeroDivisionError:
        getattr(Odd(), "name")


def in_default():
    try:
        1 / 0
    except ZeroDivisionError:
        getattr(Odd(), "name", None)
        raise ValueError("new")


def in_next():
    def generate():
        again(ValueError("g"))
        yield

    try:
        1 / 0
    except ZeroDivisionError:
        list(generate())


def native():
    try:
        1 / 0
    except ZeroDivisionError:
        int("x")


def kept():
    error = ValueError("kept")
    try:
        raise error
    except ValueError:
        pass
    try:
        1 / 0
    except ZeroDivisionError:
        next(raising(error))


class raising:
    def __init__(self, error):
        self.error = error

    def __iter__(self):
        return self

    def __next__(self):
        raise self.error


for work in (in_with, in_key, in_len, in_getattr, in_default, in_next, native, kept):
    shown(work)


def fail(error):
    raise error


def stack():
    with ExitStack() as all_of_them:
        all_of_them.callback(fail, IndexError)
        all_of_them.callback(fail, KeyError)
        all_of_them.callback(fail, AttributeError)
        1 / 0


shown(stack)


@contextmanager
def wrong(error):
    try:
        yield
    finally:
        raise error


def managers():
    with ExitStack() as all_of_them:
        for number in (4, 3, 2):
            all_of_them.enter_context(wrong(Exception(number)))
        raise Exception(1)


shown(managers)


def plain():
    yield 1


def handling():
    try:
        raise KeyError("own")
    except KeyError:
        yield 1


def delegating():
    yield from plain()


for make in (plain, handling, delegating):
    generator = make()
    next(generator)

    def throw():
        try:
            1 / 0
        except ZeroDivisionError:
            generator.throw(ValueError("thrown"))

    shown(throw)


def delegating_while_handling():
    try:
        raise KeyError("own")
    except KeyError:
        yield from plain()


generator = delegating_while_handling()
next(generator)
shown(lambda: generator.throw(ValueError("thrown")))
