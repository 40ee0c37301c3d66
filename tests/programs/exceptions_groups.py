# Exception groups and except*.
def attempt(action):
    try:
        print(action())
    except BaseException as error:
        print(type(error).__name__, error)


group = ExceptionGroup("several", [ValueError(1), KeyError("k"), ExceptionGroup("inner", [TypeError("t"), ValueError(2)])])
print(group, repr(group))
print(group.message, len(group.exceptions), group.args)


def shape(error):
    if error is None:
        return None
    if isinstance(error, BaseExceptionGroup):
        return (error.message, [shape(one) for one in error.exceptions])
    return repr(error)


print(shape(group.subgroup(ValueError)))
print(shape(group.subgroup((TypeError, KeyError))))
print(shape(group.subgroup(lambda error: isinstance(error, KeyError))))
print(shape(group.subgroup(OSError)), group.subgroup(ExceptionGroup) is group)
matched, rest = group.split(ValueError)
print(shape(matched), shape(rest))
print(shape(group.split(OSError)[1]), group.split(Exception)[1])
print(shape(group.derive([ValueError("d")])))
attempt(lambda: ExceptionGroup("empty", []))
attempt(lambda: ExceptionGroup("wrong", [1]))
attempt(lambda: ExceptionGroup(1, [ValueError()]))
attempt(lambda: ExceptionGroup("not a list", ValueError()))
attempt(lambda: ExceptionGroup("base inside", [KeyboardInterrupt()]))
attempt(lambda: ExceptionGroup("one"))
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
print(ExceptionGroup.__mro__[1].__name__, ExceptionGroup.__mro__[2].__name__)


def handle(error):
    seen = []
    try:
        try:
            raise error
        except* ValueError as caught:
            seen.append(("value", shape(caught)))
        except* (KeyError, IndexError) as caught:
            seen.append(("lookup", shape(caught)))
        else:
            seen.append("else")
        finally:
            seen.append("finally")
    except BaseException as left:
        seen.append(("left", shape(left)))
    return seen


for error in (group, ValueError("bare"), TypeError("not matched"), ExceptionGroup("g", [KeyError(1), IndexError(2)]), ExceptionGroup("o", [OSError(1, "x")])):
    for line in handle(error):
        print(line)
    print("--")


def no_error():
    try:
        pass
    except* ValueError:
        return_value = "never"
    else:
        return_value = "else"
    return return_value


print(no_error())


def raises_inside():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise KeyError("new in value")
    except* TypeError as e:
        raise


try:
    raises_inside()
except BaseExceptionGroup as e:
    print(shape(e))
    print([repr(one.__context__)[:30] for one in e.exceptions])

try:
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ValueError as e:
        raise KeyError("alone")
except BaseException as e:
    print(shape(e))
try:
    try:
        raise ValueError("x")
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
try:
    try:
        raise ValueError("x")
    except* 5:
        pass
except TypeError as e:
    print(e)
for code in ("try: pass\nexcept* ValueError: break", "for x in y:\n try: pass\n except* V: continue", "def f():\n try: pass\n except* V: return"):
    try:
        compile(code, "name", "exec")
    except SyntaxError as e:
        print(type(e).__name__)


class Mine(ExceptionGroup):
    def derive(self, exceptions):
        return Mine("derived", exceptions)


mine = Mine("mine", [ValueError(1), KeyError(2)])
mine.add_note("note")
part = mine.subgroup(ValueError)
print(type(part).__name__, part.message, part.__notes__)
