# Names: local, enclosing, global, builtin, class.
import builtins

x = "global"


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


def reads():
    return x


def shadows():
    x = "local"
    return x


def unbound():
    print(x)
    x = 1


def late_unbound(flag):
    if flag:
        y = 1
    return y


def writes():
    global x, made
    x = "written"
    made = "made"


attempt(reads)
attempt(shadows)
attempt(unbound)
attempt(lambda: late_unbound(True))
attempt(lambda: late_unbound(False))
writes()
print(x, made)


def counter():
    count = 0

    def up(by=1):
        nonlocal count
        count += by
        return count

    def read():
        return count

    return up, read


up, read = counter()
up()
up(5)
print(read(), counter()[1]())


def deep():
    a = 1

    def second():
        b = 2

        def third():
            nonlocal a, b
            a, b = a + 10, b + 10
            return a, b

        return third() + (a, b)

    return second(), a


print(deep())


class Body:
    x = "class"
    seen = x
    inner = [x for _ in range(2)]

    def method(self):
        return x

    class Nested:
        got = x


print(Body.seen, Body.inner, Body().method(), Body.Nested.got)


def class_in_function():
    x = "enclosing"

    class Local:
        first = x
        x = "class"
        second = x

        def method(self):
            return x

    return Local.first if False else None, Local


attempt(class_in_function)


def class_reads_cell():
    y = "cell"

    class Local:
        seen = y

        def get(self):
            return y, __class__

    return Local.seen, Local().get()[0], Local().get()[1] is Local


print(class_reads_cell())
print([x for x in range(3)], x)
print([(x, y) for x in range(2) for y in range(x + 1)])
attempt(lambda: undefined_name)
attempt(lambda: builtins.undefined_name)
len = lambda value: "shadowed"
print(len([]))
del len
print(len([]))
builtins.added = "from builtins"
print(added)
del builtins.added
attempt(lambda: added)


def uses_locals():
    a, b = 1, 2
    c = lambda: b
    names = sorted(locals())
    return names


print(uses_locals())
namespace = {}
exec("a = 1\ndef f():\n    return a + b\nb = 2", namespace)
print(namespace["f"](), sorted(key for key in namespace if not key.startswith("__")))
print(eval("a + c", namespace, {"c": 10}), eval("[a for _ in range(2)]", {"a": 3}))
attempt(lambda: exec("nope", {}))
print(globals()["x"] is x, "x" in vars())
globals()["by_dict"] = 5
print(by_dict)
del x
attempt(reads)
for loop_variable in range(3):
    pass
print(loop_variable)


def deletes():
    value = 1
    del value
    return value


attempt(deletes)


def private_names():
    class A:
        __hidden = 1

        def get(self):
            return self.__hidden, A.__hidden

    return A().get(), [n for n in vars(A) if "hidden" in n]


print(private_names())
