# Every kind of parameter, and the errors of calls.
def attempt(action):
    try:
        print(action())
    except TypeError as error:
        print("TypeError", error)


def plain(a, b, c=3):
    return a, b, c


def star(a, *args, **kwargs):
    return a, args, kwargs


def keyword_only(a, *, b, c=5):
    return a, b, c


def positional_only(a, b=2, /, c=3):
    return a, b, c


def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


def same_name(a, /, **kwargs):
    return a, kwargs


attempt(lambda: plain(1, 2))
attempt(lambda: plain(1, c=4, b=2))
attempt(lambda: plain(*[1, 2, 3]))
attempt(lambda: plain(**{"a": 1, "b": 2}))
attempt(lambda: plain(*(1,), *[2], **{"c": 3}))
attempt(lambda: star(1, 2, 3, x=4))
attempt(lambda: keyword_only(1, b=2))
attempt(lambda: positional_only(1))
attempt(lambda: positional_only(1, 9, c=8))
attempt(lambda: everything(1, d=4))
attempt(lambda: everything(1, 2, 3, 4, 5, d=6, e=7, f=8))
attempt(lambda: same_name(1, a=2))

attempt(lambda: plain())
attempt(lambda: plain(1))
attempt(lambda: plain(1, 2, 3, 4))
attempt(lambda: plain(1, 2, x=3))
attempt(lambda: plain(1, 2, a=3))
attempt(lambda: plain(b=1))
attempt(lambda: keyword_only(1))
attempt(lambda: keyword_only(1, 2))
attempt(lambda: keyword_only(1, 2, b=3))
attempt(lambda: positional_only(a=1))
attempt(lambda: positional_only(1, b=2))
attempt(lambda: positional_only(1, 2, 3, 4))
attempt(lambda: everything())
attempt(lambda: (lambda: 0)(1))
attempt(lambda: (lambda x: x)())
attempt(lambda: (lambda x, y, z, w: x)())
attempt(lambda: (lambda *, x, y, z: x)())
attempt(lambda: plain(*5))
attempt(lambda: plain(**5))
attempt(lambda: plain(1, 2, **{"c": 1}, **{"c": 2}))
attempt(lambda: plain(1, **{1: 2}))
for value in (None, 1, "text", [], object()):
    attempt(lambda: value())


class Class:
    def method(self, a):
        return a

    @staticmethod
    def static(a):
        return a

    @classmethod
    def made(cls, a):
        return cls.__name__, a


attempt(lambda: Class().method())
attempt(lambda: Class().method(1, 2))
attempt(lambda: Class.method(1))
attempt(lambda: Class().static())
attempt(lambda: Class.made())
attempt(lambda: Class.made(1))
attempt(lambda: Class(1))
attempt(lambda: len())
attempt(lambda: len(1, 2))
attempt(lambda: len(x=1))

# Defaults are made once; evaluation goes from left to right.
def remembers(item, box=[]):
    box.append(item)
    return box


print(remembers(1), remembers(2), remembers.__defaults__)


def trace(value):
    print("eval", value)
    return value


star(trace(1), *trace([2]), trace(3), x=trace(4), **trace({"y": 5}))


def defaults(a=trace("default a"), *, b=trace("default b")):
    return a, b


print(defaults.__defaults__, defaults.__kwdefaults__)
defaults.__defaults__ = (7,)
print(defaults())
defaults.__kwdefaults__["b"] = 8
print(defaults())
print(everything.__code__.co_argcount, everything.__code__.co_posonlyargcount, everything.__code__.co_kwonlyargcount)
print(everything.__code__.co_varnames, plain.__name__, plain.__qualname__, Class.method.__qualname__, plain.__module__)
plain.extra = 1
print(plain.extra, plain.__dict__, plain.__doc__)
