# Code objects: what their attributes say together, put together from parts, marshalled, changed.
import dis
import inspect
import io
import marshal
import sys
import types


def sample(a, b=2, *c, d=4, **e):
    """The docstring."""
    total = 0
    for i in range(a):
        try:
            total += i * d
        except ValueError as error:
            print(error)
        finally:
            total += 1
    with io.StringIO() as out:
        out.write(str(total))
    match c:
        case [x, *rest]:
            total += x
        case []:
            total -= 1

    def inner():
        nonlocal total
        total += b
        return [total + j for j in range(3)]

    class Inside:
        value = total

        def method(self):
            return __class__.__name__, super().__str__ is not None

    return inner(), Inside().method(), Inside.value, e


def generator(n):
    for i in range(n):
        got = yield i
        if got:
            return got


async def coroutine():
    return [x async for x in agen()]


async def agen():
    yield 1


def remade(code):
    """The same, from its parts; those among its constants too."""
    constants = tuple(remade(one) if isinstance(one, types.CodeType) else one for one in code.co_consts)
    return types.CodeType(
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize,
        code.co_flags, code.co_code, constants, code.co_names, code.co_varnames, code.co_filename, code.co_name,
        code.co_qualname, code.co_firstlineno, code.co_linetable, code.co_exceptiontable, code.co_freevars,
        code.co_cellvars)


def with_code(function, code):
    return types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__,
                              function.__closure__, function.__kwdefaults__)


print("-- from parts")
for function in sample, generator, coroutine, agen:
    code = function.__code__
    print(function.__name__, remade(code) == code, code.replace() == code, marshal.loads(marshal.dumps(code)) == code)
print(sample(3, 5, 7, k=1) == with_code(sample, remade(sample.__code__))(3, 5, 7, k=1))
again = with_code(sample, marshal.loads(marshal.dumps(sample.__code__)))
print(again.__doc__, sample(2) == again(2), again.__code__.co_consts[0])
print(list(with_code(generator, remade(generator.__code__))(3)))
try:
    marshal.dumps(sample.__code__, allow_code=False)
except ValueError as error:
    print(error)
try:
    marshal.loads(marshal.dumps([sample.__code__]), allow_code=False)
except ValueError as error:
    print(error)

print("-- replace")
code = sample.__code__
other = code.replace(co_name="other", co_qualname="some.other", co_filename="elsewhere.py", co_firstlineno=code.co_firstlineno + 100)
print(other.co_name, other.co_qualname, other.co_filename, other == code)
lines = [line for *_, line in code.co_lines() if line is not None]
print([line + 100 for line in lines] == [line for *_, line in other.co_lines() if line is not None])
print([p[0] + 100 for p in code.co_positions() if p[0]] == [p[0] for p in other.co_positions() if p[0]])


def greet(name):
    return "hello " + name


print(with_code(greet, greet.__code__.replace(co_consts=tuple("bye " if c == "hello " else c for c in greet.__code__.co_consts)))("x"))
print(with_code(greet, greet.__code__.replace(co_varnames=("who",)))(who="y"))


def measure(x):
    return len(x)


print(with_code(measure, measure.__code__.replace(co_names=("str",)))(12))
print(inspect.iscoroutinefunction(types.coroutine(generator)), generator.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE != 0)


def nowhere():
    1 / 0


nowhere.__code__ = nowhere.__code__.replace(co_linetable=b"")
try:
    nowhere()
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_lineno, error.__traceback__.tb_next.tb_frame.f_lineno)
for wrong in (
    {"co_nlocals": 7}, {"co_argcount": -1}, {"co_code": "text"}, {"co_varnames": ()}, {"co_flags": "x"},
    {"co_linetable": 1}, {"co_consts": []}, {"co_nothing": 1},
):
    try:
        code.replace(**wrong)
    except (TypeError, ValueError) as error:
        print(wrong, type(error).__name__)
try:
    code.replace(1)
except TypeError as error:
    print(type(error).__name__)

print("-- together")
for code in (sample.__code__, generator.__code__, agen.__code__, compile("x = [i for i in y]\nif x:\n    z = 1\n", "f", "exec")):
    size = len(code.co_code)
    positions = list(code.co_positions())
    print(len(positions) * 2 == size, type(code.co_linetable), type(code.co_exceptiontable), code.co_stacksize > 0)
    runs = list(code.co_lines())
    print(runs[0][0] == 0, runs[-1][1] == size, all(a[1] == b[0] for a, b in zip(runs, runs[1:])))
    print(all(positions[at // 2][0] == line for start, end, line in runs for at in range(start, end, 2)))
    instructions = list(dis.get_instructions(code))
    starts = {i.offset for i in instructions}
    print(all(target in starts for target in dis.findlabels(code.co_code)))
    print([line for _, line in dis.findlinestarts(code) if line] == [i.line_number for i in instructions if i.starts_line and i.line_number])
    print(all(i.positions == dis.Positions(*positions[i.offset // 2]) for i in instructions))
    print(all(i.opcode == dis.opmap[i.opname] and dis.opname[i.opcode] == i.opname for i in instructions))
    print(all(i.argval in code.co_names for i in instructions if i.opcode in dis.hasname and type(i.argval) is str))
    print(all(code.co_code[i.offset] == i.opcode for i in instructions))
    entries = dis.Bytecode(code).exception_entries
    print(all(e.start < e.end <= size and e.target in starts for e in entries), bool(entries))

print("-- where a traceback points")
try:
    sample("x")
except TypeError as error:
    tb = error.__traceback__.tb_next
    at = [i for i in dis.get_instructions(tb.tb_frame.f_code) if i.offset <= tb.tb_lasti][-1]
    print(at.positions.lineno == tb.tb_lineno, at.opname)
    shown = dis.Bytecode.from_traceback(error.__traceback__).dis()
    print([line.count("-->") for line in shown.splitlines() if "-->" in line])

print("-- names")
print("global", sorted({i.argval for i in dis.get_instructions(measure) if i.opname.startswith("LOAD_GLOBAL")}))


def uses(thing):
    return thing.attribute, measure(thing), sys.path, undefined


closure = inspect.getclosurevars(uses)
print(sorted(closure.globals), sorted(closure.builtins), sorted(closure.unbound))
out = io.StringIO()
dis.dis(sample, file=out)
text = out.getvalue()
print("ExceptionTable:" in text, "Disassembly of <code object inner" in text, "RETURN" in text)
info = dis.code_info(measure).splitlines()
print([line for line in info if line.split(":")[0] in ("Name", "Argument count", "Kw-only arguments", "Flags")])
