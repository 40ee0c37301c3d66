"""The module atexit."""

_registered = []


def register(func, /, *args, **kwargs):
    if not callable(func):
        raise TypeError("the first argument must be callable")
    _registered.append((func, args, kwargs))
    return func


def unregister(func, /):
    for entry in _registered[:]:
        if entry[0] == func and entry in _registered:
            _registered.remove(entry)


def _clear():
    _registered.clear()


def _ncallbacks():
    return len(_registered)


def _run_exitfuncs():
    import sys
    while _registered:
        function, args, kwargs = _registered.pop()
        try:
            function(*args, **kwargs)
        except BaseException as error:
            report = type(sys.implementation)(
                exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__.tb_next,
                err_msg=f"Exception ignored in atexit callback {function!r}", object=None,
            )
            sys.unraisablehook(report)
