"""What the scripts beside this one share: they print cases and what this CPython answers."""

import operator
import struct
import sys


def token(value):
    match value:
        case None:
            return "N"
        case True:
            return "T"
        case False:
            return "F"
        case int():
            return f"i{value}"
        case float():
            return "f" + struct.pack(">d", value).hex()
        case str():
            return "s" + ".".join(f"{ord(c):x}" for c in value)
        case bytes():
            return "b" + value.hex()
        case bytearray():
            return "a" + value.hex()
        case tuple():
            return " ".join([f"t{len(value)}", *map(token, value)])
        case list():
            return " ".join([f"l{len(value)}", *map(token, value)])
        case dict():
            return " ".join([f"d{len(value)}", *(token(x) for pair in value.items() for x in pair)])
        case complex():
            return token((value.real, value.imag))
        case type():
            return "C" + value.__name__
    if value is ...:
        return "."
    if value is NotImplemented:
        return "NotImplemented"
    return f"<{type(value).__name__}>"


def case(operation, function, *operands):
    """Prints a case: the operation's name, its operands, and what the function answers."""
    call = " ".join([operation, *map(token, operands)])
    try:
        answer = token(function())
    except Exception as error:
        answer = f"!{type(error).__name__} {token(error.args)}"
    print(call, "=>", answer)


def method(name, this, *args, **keywords):
    names = ":" + ",".join(keywords) if keywords else ""
    case(f"m:{name}{names}", lambda: getattr(this, name)(*args, **keywords), this, *args, *keywords.values())


def new(ty, *args, **keywords):
    names = ":" + ",".join(keywords) if keywords else ""
    case(f"new:{ty.__name__}{names}", lambda: ty(*args, **keywords), *args, *keywords.values())


OPERATORS = {
    "+": operator.add, "*": operator.mul, "%": operator.mod, "in": lambda a, b: a in b, "[]": operator.getitem,
    "<": operator.lt, "==": operator.eq, ">=": operator.ge,
}


def copied(value):
    """A case may change its operands: it gets copies."""
    if isinstance(value, bytearray):
        return bytearray(value)
    return list(value) if isinstance(value, list) else value


def changed(name, this, *args):
    def run():
        mine = copied(this)
        return (getattr(mine, name)(*args), mine)

    case(f"changed:{name}", run, this, *args)


def in_place(name, a, b):
    def run():
        mine = copied(a)
        return operator.iadd(mine, b) if name == "+=" else operator.imul(mine, b)

    case(f"op:{name}", run, a, b)


def assign(this, key, *value):
    def run():
        mine = copied(this)
        if value:
            mine[key] = value[0]
        else:
            del mine[key]
        return mine

    case("set", run, this, key, *value)


def view(base, *steps):
    def run():
        mine = copied(base)
        it = memoryview(mine)
        for name, *args in steps:
            match name:
                case "[]":
                    it = it[args[0]]
                case "[]=":
                    if len(args) == 2:
                        it[args[0]] = args[1]
                    else:
                        del it[args[0]]
                    it = mine
                case "bytes":
                    it = bytes(it)
                case "len":
                    it = len(it)
                case "==":
                    it = it == args[0]
                case "view":
                    it = memoryview(it)
                case "hash":
                    it = hash(it) == hash(args[0])
                case ".":
                    it = getattr(it, args[0])
                case _:
                    it = getattr(it, name)(*args)
        return it

    case("view", run, base, *steps)


def op(name, a, b):
    case(f"op:{name}", lambda: OPERATORS[name](a, b), a, b)


def function(f, value):
    case(f.__name__, lambda: f(value), value)


def formatted(value, spec):
    case(f"format:{type(value).__name__}", lambda: format(value, spec), value, spec)


assert sys.version_info[:2] == (3, 13)
