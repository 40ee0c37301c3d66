# f_locals of a function's frame: what is added stays, and holds itself without end.
import sys


def added():
    x = 1
    proxy = sys._getframe().f_locals
    proxy["y"] = 2
    print(locals()["y"], sys._getframe().f_locals["y"], "y" in proxy)
    exec("def f(): return 7", globals(), proxy)
    print(eval("f()", globals(), proxy), sorted(name for name in locals() if name != "proxy"))
    x = x


def holds_itself():
    x = 1
    d = sys._getframe().f_locals
    print(repr(d), d.keys(), list(d.items()), d.values())
    print(d | {"q": 1}, {"q": 1} | d)
    print(x)


def made():
    x = 1
    proxy = type(sys._getframe().f_locals)
    print(list(proxy(sys._getframe())))
    for arguments in ((), (1,), (1, 2)):
        try:
            proxy(*arguments)
        except TypeError as error:
            print(error)
    return x


added()
holds_itself()
made()
