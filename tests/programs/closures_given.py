# exec() and types.FunctionType with closures that do not fit: the code takes its cells on trust.
import types


def outer():
    x = 1

    def inner():
        return x

    return inner


inner = outer()
cell = types.CellType


def plain():
    return 5


def defaults(a, b=2):
    return a, b


def shown(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


for closure in (inner.__closure__, None, (), [cell(1)], (cell(1), cell(2)), 1, (1,)):
    shown(lambda: exec(inner.__code__, {}, closure=closure))
shown(lambda: exec("1", {}, closure=(cell(1),)))
shown(lambda: exec(plain.__code__, {}, closure=(cell(1),)))
shown(lambda: exec(inner.__code__, {}, closure=(cell(),)))
shown(lambda: eval(inner.__code__, {}))

for closure in (None, (), (1,), [cell(1)], (cell(1), cell(2))):
    shown(lambda: types.FunctionType(inner.__code__, {}, closure=closure))
shown(lambda: types.FunctionType(inner.__code__, {}, closure=(cell(7),))())
shown(lambda: types.FunctionType(inner.__code__, {}, closure=(cell(),))())
shown(lambda: types.FunctionType(plain.__code__, {}, closure=(cell(1),)))
shown(lambda: types.FunctionType(plain.__code__, {}, closure=[]))
shown(lambda: types.FunctionType(plain.__code__, {}, closure=())())
shown(lambda: types.FunctionType(plain.__code__, {}, 5))
shown(lambda: types.FunctionType(plain.__code__, None))
shown(lambda: types.FunctionType(defaults.__code__, {}, "d", 5))
shown(lambda: types.FunctionType(defaults.__code__, {}, "d", (3,))(1))
shown(lambda: types.FunctionType(defaults.__code__, {}, "d", None, None, 5))


def exchange(function, code):
    function.__code__ = code


shown(lambda: exchange(plain, inner.__code__))
shown(lambda: exchange(inner, plain.__code__))
