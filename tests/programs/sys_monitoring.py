# sys.monitoring: tools that are told of events.
import sys

monitoring = sys.monitoring
events = monitoring.events
monitoring.use_tool_id(3, "test")
print(monitoring.get_tool(3), monitoring.get_tool(4))
told = []


def record(name):
    def callback(code, *arguments):
        shown = []
        for argument in arguments:
            if isinstance(argument, int) and name != "LINE":
                continue
            if name == "LINE":
                argument -= code.co_firstlineno
            elif callable(argument):
                argument = argument.__name__
            shown.append(argument)
        told.append((name, code.co_name, *map(repr, shown)))
    return callback


def f(x):
    y = x + 1
    for i in range(2):
        y += len([i])
    return str(y)


def raises():
    try:
        int("x")
    except ValueError:
        raise KeyError("k")


def g():
    yield 1
    yield 2


def run(names, function):
    told.clear()
    mask = 0
    for name in names:
        mask |= getattr(events, name)
        monitoring.register_callback(3, getattr(events, name), record(name))
    monitoring.set_events(3, mask)
    try:
        function()
    except KeyError:
        pass
    monitoring.set_events(3, 0)
    for name in names:
        monitoring.register_callback(3, getattr(events, name), None)
    print(*names)
    for event in told:
        if event[1] != "run":
            print("   ", *event)


run(["PY_START", "PY_RETURN"], lambda: f(1))
run(["LINE"], lambda: f(1))
run(["PY_START", "PY_UNWIND", "PY_RETURN"], raises)
run(["RAISE", "EXCEPTION_HANDLED", "RERAISE"], raises)
run(["PY_START", "PY_RESUME", "PY_YIELD", "PY_RETURN"], lambda: list(g()))


def only_once(code, line):
    told.append(line - code.co_firstlineno)
    return monitoring.DISABLE


def loop():
    for i in range(3):
        pass
    return i


told.clear()
monitoring.register_callback(3, events.LINE, only_once)
monitoring.set_local_events(3, loop.__code__, events.LINE)
loop()
loop()
print(sorted(told))
monitoring.restart_events()
loop()
print(sorted(told))
print(monitoring.get_local_events(3, loop.__code__) == events.LINE, monitoring.get_events(3))
monitoring.set_local_events(3, loop.__code__, 0)
for bad in (
    lambda: monitoring.use_tool_id(3, "again"),
    lambda: monitoring.use_tool_id(7, "x"),
    lambda: monitoring.use_tool_id(1, 3),
    lambda: monitoring.set_events(1, 1),
    lambda: monitoring.set_events(3, events.C_RETURN),
    lambda: monitoring.set_local_events(3, 5, 0),
    lambda: monitoring.set_local_events(3, f.__code__, events.RAISE),
    lambda: monitoring.register_callback(3, 3, None),
):
    try:
        print(bad())
    except (ValueError, TypeError) as error:
        # The numbers of events differ from version to version.
        print(type(error).__name__, str(error).partition("0x")[0])
monitoring.free_tool_id(3)
print(monitoring.get_tool(3))


def fails(code, line):
    raise RuntimeError("in a callback")


monitoring.use_tool_id(3, "test")
monitoring.register_callback(3, events.LINE, fails)
monitoring.set_local_events(3, loop.__code__, events.LINE)
try:
    loop()
except RuntimeError as error:
    print(error)
monitoring.free_tool_id(3)
