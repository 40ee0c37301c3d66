# Causes, contexts, notes, with_traceback.
def chain(error):
    words = []
    while error is not None:
        words.append(f"{type(error).__name__}({error})")
        if error.__cause__ is not None:
            words.append("caused by")
            error = error.__cause__
        elif error.__context__ is not None and not error.__suppress_context__:
            words.append("while")
            error = error.__context__
        else:
            break
    return " ".join(words)


def run(action):
    try:
        action()
    except Exception as error:
        print(action.__name__, "|", chain(error), "|", error.__suppress_context__)
        return error


def plain():
    raise ValueError(1)


def implicit():
    try:
        plain()
    except ValueError:
        raise KeyError(2)


def explicit():
    try:
        plain()
    except ValueError as error:
        raise KeyError(2) from error


def suppressed():
    try:
        plain()
    except ValueError:
        raise KeyError(2) from None


def from_class():
    raise KeyError(2) from ValueError


def in_finally():
    try:
        raise ValueError(1)
    finally:
        raise KeyError(2)


def three():
    try:
        implicit()
    except KeyError:
        raise TypeError(3)


def handled_before():
    try:
        plain()
    except ValueError:
        pass
    raise KeyError("no context")


def same_again():
    error = ValueError("same")
    try:
        raise error
    except ValueError:
        raise error


def swapped():
    a, b = ValueError("a"), KeyError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except KeyError:
        raise a


def in_generator():
    def make():
        try:
            yield
        except ValueError:
            raise KeyError("in the generator")

    g = make()
    next(g)
    try:
        plain()
    except ValueError as e:
        g.throw(e)


def in_call():
    try:
        plain()
    except ValueError:
        plain()


for action in (plain, implicit, explicit, suppressed, from_class, in_finally, three, handled_before, same_again, swapped, in_generator, in_call):
    run(action)

error = run(swapped)
print(error.__context__ is None or type(error.__context__).__name__, error.__context__.__context__)

error = ValueError("noted")
error.add_note("first note")
error.add_note("second note")
print(error.__notes__)
try:
    error.add_note(5)
except TypeError as e:
    print(e)
print(hasattr(ValueError(), "__notes__"))

try:
    plain()
except ValueError as e:
    traceback = e.__traceback__
    print(traceback.tb_lineno > 0, traceback.tb_next.tb_frame.f_code.co_name, traceback.tb_next.tb_next)
    fresh = KeyError("x").with_traceback(traceback)
    print(fresh.__traceback__ is traceback)
import sys

try:
    plain()
except ValueError as e:
    print(sys.exc_info()[0].__name__, sys.exc_info()[1] is e, sys.exception() is e, sys.exc_info()[2] is e.__traceback__)
print(sys.exc_info(), sys.exception())


def inner_sees():
    return sys.exception()


try:
    raise ValueError("outer")
except ValueError:
    print(inner_sees())
    try:
        raise KeyError("inner")
    except KeyError:
        print(inner_sees())
    print(inner_sees())
import traceback as tb

try:
    three()
except TypeError as e:
    text = "".join(tb.format_exception(e))
    print([line for line in text.splitlines() if not line.startswith(" ")])
    e.add_note("with a note")
    print(tb.format_exception_only(e))
    print([frame.name for frame in tb.extract_tb(e.__traceback__)])
