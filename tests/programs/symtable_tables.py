# The module symtable: what each scope does with its names.
import symtable

SOURCE = """
import os
x = 1
def f(a, *b, c=1, **k):
    global g
    y = a + z
    def inner(): return y
    return inner
class C(object):
    __p = 1
    def m(self): return __class__, self.__q
lambda q: q
(i for i in x)
async def co(): yield
try: pass
except E as e: pass
@deco
def d():
    n = 1
    def inside():
        nonlocal n
        n = 2
"""
QUESTIONS = ("referenced", "parameter", "global", "nonlocal", "declared_global", "local", "annotated", "free", "imported",
             "assigned", "namespace")


def show(table, depth=0):
    print(" " * depth, table.get_type(), table.get_name(), table.get_lineno(), table.is_optimized(), table.is_nested(),
          table.has_children(), sorted(table.get_identifiers()))
    for symbol in sorted(table.get_symbols(), key=lambda symbol: symbol.get_name()):
        print(" " * depth, "-", symbol.get_name(), [word for word in QUESTIONS if getattr(symbol, "is_" + word)()])
    if isinstance(table, symtable.Function):
        print(" " * depth, table.get_parameters(), sorted(table.get_locals()), sorted(table.get_globals()),
              table.get_frees(), table.get_nonlocals())
    for child in table.get_children():
        show(child, depth + 2)


show(symtable.symtable(SOURCE, "file", "exec"))
print(symtable.symtable("a + b", "file", "eval").get_identifiers() == {"a", "b"})
for arguments in [("x", "f", "bad"), ("x =", "f", "exec"), (3, "f", "exec")]:
    try:
        symtable.symtable(*arguments)
    except (ValueError, SyntaxError, TypeError) as error:
        print(type(error).__name__, error)
