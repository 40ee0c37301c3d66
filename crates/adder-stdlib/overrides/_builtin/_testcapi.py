"""What of the module _testcapi can be said in Python."""


def make_exception_with_doc(name, doc=None, base=None, dict=None):
    if not isinstance(name, str) or "." not in name:
        raise SystemError("PyErr_NewException: name must be module.class")
    module, _, last = name.rpartition(".")
    space = {} if dict is None else dict.copy()
    space.setdefault("__module__", module)
    if doc is not None:
        space["__doc__"] = doc
    bases = (Exception,) if base is None else base if isinstance(base, tuple) else (base,)
    return type(last, bases, space)


class RecursingInfinitelyError(Exception):
    """Normalizing it never ends."""

    def __init__(self, *args):
        raise RecursingInfinitelyError


def raise_SIGINT_then_send_None(generator):
    import signal

    signal.raise_signal(signal.SIGINT)
    return generator.send(None)
