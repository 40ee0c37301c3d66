# An error in __del__ goes to sys.unraisablehook, and nothing else changes.
import gc
import sys


class Failing:
    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


def hook(unraisable):
    value = unraisable.exc_value
    print("hook", unraisable.exc_type.__name__, value, unraisable.err_msg, getattr(unraisable.object, "__qualname__", None))
    print("traceback", unraisable.exc_traceback.tb_frame.f_code.co_name)


sys.unraisablehook = hook
Failing(ValueError("first"))
print("goes on")
thing = Failing(KeyError("second"))
del thing


def function():
    local = Failing(RuntimeError("in a function"))
    return "its result"


print(function())
try:
    thing = Failing(ValueError("while another is handled"))
    raise TypeError("the other")
except TypeError as error:
    del thing
    print("handled", error, error.__context__)

things = [Failing(ValueError(number)) for number in range(3)]
things.clear()
cyclic = Failing(OSError("in a cycle"))
cyclic.me = cyclic
del cyclic
gc.collect()


class Exiting:
    def __del__(self):
        raise SystemExit(3)


Exiting()
print("SystemExit does not leave")


def failing_hook(unraisable):
    raise RuntimeError("the hook fails")


class NoArguments:
    def __del__(self, more):
        pass


NoArguments()
del hook
sys.unraisablehook = lambda unraisable: print(type(unraisable).__name__, len(unraisable))
Failing(ValueError("a structure of five"))
sys.unraisablehook = sys.__unraisablehook__
print("end")
