"""What the expressions of cases may name."""

import gc
import io
import sys


def fail(*args, **keywords):
    raise ValueError('bad')


class Bad:
    """Every operation raises ValueError."""

    __repr__ = __str__ = __bytes__ = __format__ = __hash__ = __bool__ = __len__ = __iter__ = __next__ = __call__ = fail
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = fail
    __getitem__ = __setitem__ = __delitem__ = __contains__ = __length_hint__ = fail
    __index__ = __int__ = __float__ = __complex__ = __dir__ = __reversed__ = __fspath__ = fail
    __add__ = __sub__ = __mul__ = __matmul__ = __truediv__ = __floordiv__ = __mod__ = __divmod__ = __pow__ = fail
    __lshift__ = __rshift__ = __and__ = __xor__ = __or__ = __neg__ = __pos__ = __abs__ = __invert__ = fail
    __radd__ = __rsub__ = __rmul__ = __rmatmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rdivmod__ = fail
    __iadd__ = __isub__ = __imul__ = __imatmul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = fail
    __ilshift__ = __irshift__ = __iand__ = __ixor__ = __ior__ = fail
    __setattr__ = __delattr__ = fail

    def __getattr__(self, name):
        raise ValueError('bad')


class Plain:
    """An object with a dict."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def give(*args, **keywords):
    """What it was given."""
    return args, keywords


class Callable:
    def __call__(self, *args, **keywords):
        return args, keywords

    def method(self, *args, **keywords):
        return args, keywords


class Index:
    """An object with an index."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Wrong:
    """What gives what it must not."""

    def __repr__(self):
        return 5

    __str__ = __bytes__ = __format__ = __hash__ = __bool__ = __len__ = __index__ = __float__ = __complex__ = __repr__


class Matrix:
    """What can be multiplied as matrices are."""

    def __matmul__(self, other):
        return (self, other)


class AsyncIterator:
    def __aiter__(self):
        return self

    def __anext__(self):
        return None


class Ending:
    """An iterator that is at its end, and says so by an exception."""

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


class BadMeta(type):
    __instancecheck__ = __subclasscheck__ = fail


class BadClass(metaclass=BadMeta):
    pass


class BadError(Exception):
    __init__ = fail


def error_with_all():
    """An exception with cause, context and traceback."""
    try:
        try:
            {}['none']
        except KeyError as error:
            cause = error
            raise KeyError('again') from cause
    except KeyError as error:
        made = error
    return made


def traceback_of_an_error():
    return error_with_all().__traceback__


def nameless():
    """A module without a name."""
    made = type(gc)('some')
    del made.__name__
    return made


class Other:
    """Of the same shape as Plain."""


class Sink:
    """A stream that keeps nothing."""

    def write(self, text):
        return len(text)

    def flush(self):
        pass


def silence():
    """From now on, nothing is shown."""
    sys.stdout = sys.stderr = Sink()
    sys.ps1 = sys.ps2 = ''


def forget_last():
    """What PyErr_Print sets goes."""
    for name in ('last_exc', 'last_type', 'last_value', 'last_traceback'):
        if hasattr(sys, name):
            delattr(sys, name)


def reloadable():
    """A module that was imported just now: what a reload that fails leaves half done is this one's."""
    sys.modules.pop('keyword', None)
    return __import__('keyword')


class Meta(type):
    pass
