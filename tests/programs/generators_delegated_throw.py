"""What stands on the stack while an exception goes through `yield from` and `await`, and what becomes of it."""
import sys
import traceback
import warnings


def names(frame):
    found = []
    while frame is not None and frame.f_code.co_name != "<module>":
        found.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
        frame = frame.f_back
    return found


def inner():
    print("inner", names(sys._getframe()))
    while True:
        try:
            yield "value"
        except ValueError as error:
            print("caught", repr(error), names(sys._getframe()), sys.exception() is error)
        except KeyError:
            print("ends", names(sys._getframe()))
            return "result"
        except TypeError as error:
            raise RuntimeError("another") from error


def middle():
    got = yield from inner()
    print("got", got, names(sys._getframe()))
    yield "more"


def outer():
    try:
        yield from middle()
    except RuntimeError as error:
        print(repr(error), [entry.name for entry in traceback.extract_tb(error.__traceback__)])
        yield "last"


class Thrower:
    """No generator, but with a `throw`."""

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, error):
        print("throw", repr(error), names(sys._getframe()))
        return 2


def over_thrower():
    yield from Thrower()


class Awaited:
    def __await__(self):
        return (yield from inner())


async def coroutine():
    return await Awaited()


generator = outer()
print(next(generator), generator.throw(ValueError(1)), generator.throw(ValueError(2)), generator.throw(KeyError))
generator = outer()
print(next(generator), generator.throw(TypeError(3)))
generator = over_thrower()
print(next(generator), generator.throw(ValueError(4)), next(generator))
awaiting = coroutine()
print(awaiting.send(None), awaiting.throw(ValueError(5)))
try:
    awaiting.throw(KeyError)
except StopIteration as stop:
    print("stop", stop.value)


def itself():
    try:
        yield from delegate
    finally:
        print("finally", generator.gi_running)


class Again:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, error):
        try:
            generator.throw(error)
        except ValueError as refused:
            print(refused, generator.gi_running, generator.gi_yieldfrom)
        raise error


delegate = Again()
generator = itself()
next(generator)
try:
    generator.throw(OSError(6))
except OSError as error:
    print(repr(error), [entry.name for entry in traceback.extract_tb(error.__traceback__)])

print("== in parts")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for args in [(ValueError,), (ValueError, 7), (ValueError, ValueError(8), None)]:
        generator = inner()
        next(generator)
        generator.throw(*args)
        generator.close()
    for warning in caught:
        print(warning.category.__name__, warning.message, sep=": ")
