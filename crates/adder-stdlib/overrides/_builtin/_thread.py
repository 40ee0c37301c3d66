"""The part of the module _thread that is written in Python; it runs in the module's own namespace."""


def _excepthook(args, /):
    import sys
    if args.exc_type is SystemExit:
        return
    thread = args.thread
    stderr = sys.stderr
    if stderr is None:
        stderr = None if thread is None else thread._stderr
        if stderr is None:
            return
    name = get_ident() if thread is None else thread.name
    value = args.exc_value
    if value is None:
        value = args.exc_type()
    stderr.write(f"Exception in thread {name}:\n{_text_of(value)}")
    stderr.flush()


_excepthook.__module__ = "_thread"
