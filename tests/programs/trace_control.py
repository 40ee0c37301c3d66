# Who is traced and when: f_trace, f_trace_lines, f_trace_opcodes, errors in trace functions, switching on and off.
import sys


def only_calls(frame, event, argument):
    print("global", event, frame.f_code.co_name)


def f():
    x = 1
    return x


print(sys.gettrace(), sys.getprofile())
sys.settrace(only_calls)
print(sys.gettrace() is only_calls)
f()
sys.settrace(None)
f()
print(sys.gettrace())


def local(frame, event, argument):
    print("local", event, frame.f_lineno - frame.f_code.co_firstlineno)
    return local


def sets_own_trace():
    sys._getframe().f_trace = local
    sys.settrace(only_calls)
    x = 1
    y = 2
    sys.settrace(None)
    z = 3


sets_own_trace()


def no_lines(frame, event, argument):
    frame.f_trace_lines = False
    print("no lines", event)
    return no_lines


sys.settrace(no_lines)
f()
sys.settrace(None)


def fails(frame, event, argument):
    print("fails", event)
    if event == "line":
        raise ValueError("in the trace function")
    return fails


sys.settrace(fails)
try:
    f()
except ValueError as error:
    print("caught", error, sys.gettrace())
    sys.settrace(None)


def outer_on():
    turn_on()
    x = 1
    turn_off()
    x = 2


def turn_on():
    frame = sys._getframe()
    while frame is not None:
        frame.f_trace = local
        frame = frame.f_back
    sys.settrace(only_calls)


def turn_off():
    sys.settrace(None)


outer_on()


def opcodes(frame, event, argument):
    frame.f_trace_opcodes = True
    seen.add(event)
    return opcodes


seen = set()
sys.settrace(opcodes)
f()
sys.settrace(None)
print(sorted(seen))


def stops_lines(frame, event, argument):
    seen.append(event)
    return None if event == "line" else stops_lines


seen = []
sys.settrace(stops_lines)
f()
sys.settrace(None)
print(seen)


def traced_inside(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "f":
        g()
    inside.append((event, frame.f_code.co_name))
    return None


def g():
    return 1


inside = []
sys.settrace(traced_inside)
f()
sys.settrace(None)
print(inside)


def calls_tracing(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "f":
        sys.call_tracing(g, ())
    inside.append((event, frame.f_code.co_name))
    return None


inside = []
sys.settrace(calls_tracing)
f()
sys.settrace(None)
print(inside)
for bad in ((1,), (f, 1)):
    try:
        sys.call_tracing(*bad)
    except TypeError as error:
        print("TypeError")


def many_switches():
    count = 0
    for i in range(2000):
        sys.settrace(lambda *a: None)
        count += 1
        sys.settrace(None)
    return count


print(many_switches())


def raise_in_call(frame, event, argument):
    raise RuntimeError("no call")


sys.settrace(raise_in_call)
try:
    f()
except RuntimeError as error:
    print(error)
print(sys.gettrace())
