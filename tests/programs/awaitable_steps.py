# Steps of asynchronous generators and coroutines that are used twice, at once, or never.
import gc
import types
import warnings


def shown(work):
    try:
        print(work())
    except BaseException as error:
        print(type(error).__name__, error)


@types.coroutine
def pause(value):
    return (yield value)


async def plain():
    return "done"


coroutine = plain()
shown(lambda: coroutine.send(None))
shown(lambda: coroutine.send(None))
shown(lambda: coroutine.throw(Exception("late")))
shown(coroutine.close)
steps = plain().__await__()
shown(lambda: next(steps))
shown(lambda: next(steps))
shown(lambda: steps.throw(Exception("late")))
shown(steps.close)


async def ignores():
    try:
        await pause(1)
    except GeneratorExit:
        await pause(2)
    yield


async def numbers():
    try:
        await pause("waiting")
        yield 1
    except ValueError:
        await pause("thrown")
        yield 2


generator = ignores()
step = generator.asend(None)
shown(lambda: step.send(None))
shown(step.close)

for make in (
    lambda g: g.asend(None),
    lambda g: g.athrow(ValueError),
    lambda g: g.aclose(),
):
    generator = numbers()
    first, second = generator.asend(None), make(generator)
    shown(lambda: first.send(None))
    shown(lambda: second.send(None))
    shown(lambda: second.send(None))
    shown(lambda: second.throw(ValueError))
    shown(second.close)
    third = make(generator)
    shown(lambda: third.throw(ValueError("x")))
    shown(lambda: third.send(None))
    shown(lambda: first.throw(ValueError("y")))
    shown(lambda: first.throw(ValueError("z")))
    shown(first.close)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    generator = numbers()
    generator.asend(None)
    generator.athrow(ValueError)
    generator.aclose()
    used = generator.asend(None)
    shown(lambda: used.send(None))
    del used
    gc.collect()
    for warning in caught:
        print(warning.category.__name__, warning.message)
