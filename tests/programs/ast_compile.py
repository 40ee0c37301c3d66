# Trees of nodes made by hand: what is wrong with them, and what their code does.
import ast
import warnings
from ast import *

warnings.simplefilter("ignore")


def attempt(node, mode="exec"):
    if isinstance(node, stmt):
        node = Module([node], [])
    elif isinstance(node, expr):
        node, mode = Expression(node), "eval"
    ast.fix_missing_locations(node)
    try:
        print(type(compile(node, "<tree>", mode)).__name__)
    except (TypeError, ValueError, SyntaxError) as error:
        print(type(error).__name__, error)


x, store, nothing = Name("x", Load()), Name("x", Store()), Pass()
WRONG = [
    Name(3, Load()), BinOp(x, Add(), None), BinOp(x, 3, x), Name("None", Load()), Name("x", Del()), Name("x", 3),
    Dict([x], []), Dict([None], [x]), ListComp(x, []), BoolOp(And(), [x]), Compare(x, [], []), Compare(x, [Lt()], []),
    Compare(x, [Lt(), Gt()], [x]), Constant([1]), Constant((1, [2])), Call(x, [None], []),
    Lambda(arguments(defaults=[x]), x), Lambda(arguments(kwonlyargs=[arg("a")]), x), Subscript(x, Slice(), Load()),
    Starred(x, Load()), Yield(x), NamedExpr(Attribute(x, "a", Store()), x), FormattedValue(x, 114),
    JoinedStr([Constant("a"), FormattedValue(x, -1)]), Constant((1, frozenset([2]), -5, 2**100, -2**90, "\ud800", ...)),
    FunctionDef("f", arguments(), []), ClassDef("C", [], [], []), Delete([]), Assign([], x), Assign([x], x),
    Assign([Constant(3)], x), Raise(None, x), Try([nothing], [], [], []), Try([nothing], [], [nothing], [nothing]),
    TryStar([nothing], [], [], []), ImportFrom("a", [alias("b")], -1), Import([]), Global([]),
    AnnAssign(Attribute(x, "y", Store()), x, x, 1), While(x, [], []), If(x, [nothing], [None]), With([], [nothing]),
    Return(x), Break(), TypeAlias(Attribute(x, "a", Store()), [], x), Match(x, []),
    Match(x, [match_case(MatchAs(), None, [])]), Match(x, [match_case(MatchValue(x), None, [nothing])]),
    Match(x, [match_case(MatchSingleton(3), None, [nothing])]), Match(x, [match_case(MatchStar("a"), None, [nothing])]),
    Match(x, [match_case(MatchOr([MatchAs()]), None, [nothing])]),
    Match(x, [match_case(MatchAs(MatchAs()), None, [nothing])]),
    Match(x, [match_case(MatchAs(None, "_"), None, [nothing])]),
    Match(x, [match_case(MatchClass(Constant(1), [], [], []), None, [nothing])]),
]
for node in WRONG:
    print(type(node).__name__, end=" ")
    attempt(node)
for node in [Module(3, []), Module([3], []), Module([None], []), Expression(x)]:
    try:
        print(type(compile(node, "<tree>", "exec")).__name__)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)

for place in [{}, {"lineno": "a"}, {"lineno": 3, "col_offset": 2, "end_lineno": 1, "end_col_offset": 1},
              {"lineno": 1, "col_offset": 2, "end_lineno": 1, "end_col_offset": 1},
              {"lineno": -1, "col_offset": 2, "end_lineno": 1, "end_col_offset": 1}]:
    try:
        compile(Expression(Name("x", Load(), **place)), "<tree>", "eval")
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


# What is compiled does what it says, and its places are those of the nodes.
class Double(NodeTransformer):
    def visit_Constant(self, node):
        if isinstance(node.value, int):
            return copy_location(BinOp(node, Mult(), Constant(2)), node)
        return node


tree = ast.parse("def f(a, b=3, *c, d=4, **e):\n    return a + b + d + 5, c, e\nprint(f(1), f(1, 2, 3, d=6, g=7))\n")
exec(compile(tree, "<tree>", "exec"))
tree = ast.fix_missing_locations(Double().visit(tree))
exec(compile(tree, "<tree>", "exec"))
print(ast.unparse(tree))
tree = ast.parse("1 / x")
for node in ast.walk(tree):
    if hasattr(node, "lineno"):
        node.lineno, node.end_lineno, node.col_offset, node.end_col_offset = 70, 70, 3, 8
try:
    exec(compile(tree, "<tree>", "exec"), {"x": 0})
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_lineno)
    print(list(error.__traceback__.tb_next.tb_frame.f_code.co_positions())[-1])
single = Interactive([Expr(Constant(42))])
exec(compile(ast.fix_missing_locations(single), "<tree>", "single"))
print(eval(compile(Expression(fix_missing_locations(Constant((1, frozenset([2]), -5, 2**70)))), "<tree>", "eval")))
source = """
@decorator
class C[T](Base, meta=1):
    'docstring'
    async def f(self, a: int, /, b, *, c=1) -> str:
        async with a as (b, c), d: yield [await x async for x in y if x]
        try: return
        except* (A, B) as e: raise E from None
        else: del a.b, c[1:2]
        finally: x: int = lambda *a, **k: (yield)
match x:
    case [1, {'a': -1, **rest}, *_] | C(1, b=None) as c if c: pass
    case _: global g; g = f'{x!r:>{w}} {{}}' f'{y=}' rb'' if 0 else 0
type A[*Ts, **P] = {**a, 'b': {*c}}
"""
try:
    tree = ast.parse(source.replace(" rb''", ""))
    again = ast.parse(ast.unparse(tree))
    print(ast.dump(tree) == ast.dump(again))
    print(ast.unparse(again))
except SyntaxError as error:
    print(error)
