# The module ast as programs use it: visitors, literals, dumps, places.
import ast
import copy


class Names(ast.NodeVisitor):
    def __init__(self):
        self.read, self.written = [], []

    def visit_Name(self, node):
        (self.read if isinstance(node.ctx, ast.Load) else self.written).append((node.id, node.lineno, node.col_offset))

    def visit_FunctionDef(self, node):
        print("def", node.name, [a.arg for a in node.args.args], ast.get_docstring(node), node.end_lineno)
        self.generic_visit(node)


source = '''
import os.path as p
def area(w, h=2):
    """The area."""
    total = w * h
    for i in range(3): total += i
    return f"{total:>5} {w=}"
ünï = area(1); print(ünï)
'''
tree = ast.parse(source)
names = Names()
names.visit(tree)
print(names.read)
print(names.written)
print(ast.dump(tree, indent=2))
print(ast.dump(tree.body[1].body[-1], include_attributes=True))
print([type(node).__name__ for node in ast.walk(tree)][:20])
print([name for name, _ in ast.iter_fields(tree.body[0])], len(list(ast.iter_child_nodes(tree))))
print(repr(ast.get_source_segment(source, tree.body[1].body[2])))
print(ast.get_source_segment(source, tree.body[-1].value))

for text in ["[1, 2.5, -3, 'a', b'b', None, True, (), {1: {2}}, 1+2j, set()]", " 5", "{'a': [1], **b}", "f()", "1 +", "x"]:
    try:
        print(ast.literal_eval(text))
    except (ValueError, SyntaxError) as error:
        print(type(error).__name__)

tree = ast.parse("a = b if c else [d, *e]\nwhile x < y <= 3: pass", type_comments=False)
clone = copy.deepcopy(tree)
print(ast.dump(clone) == ast.dump(tree), ast.dump(copy.copy(tree)) == ast.dump(tree))
print(tree.__reduce_ex__(4)[:2])
print(ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx)
print(ast.dump(ast.increment_lineno(ast.parse("a"), 4), include_attributes=True))
print(ast.dump(ast.parse("(int, *str, **Any) -> float", mode="func_type")))
print(ast.dump(ast.parse("x", mode="eval")), ast.dump(ast.parse("x; y", mode="single")))
match ast.parse("f(1)", mode="eval").body:
    case ast.Call(ast.Name(name), [ast.Constant(value)]):
        print(name, value)
for wrong in ["(", "def", "1 = x"]:
    try:
        ast.parse(wrong, "file")
    except SyntaxError as error:
        print(error.filename, error.lineno)
