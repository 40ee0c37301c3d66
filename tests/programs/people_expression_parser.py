# A tokenizer and a recursive descent parser, an evaluator over a class hierarchy, and a visitor.
import operator
import re
from functools import reduce, singledispatch

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<op>\*\*|//|<=|>=|==|!=|[-+*/%()<>=,]))")


class ParseError(Exception):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")
        self.position = position


class Node:
    __slots__ = ()

    def __repr__(self):
        fields = ", ".join(repr(getattr(self, name)) for name in self.__slots__)
        return f"{type(self).__name__}({fields})"

    def __eq__(self, other):
        return type(self) is type(other) and all(getattr(self, n) == getattr(other, n) for n in self.__slots__)


class Number(Node):
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Name(Node):
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name


class Binary(Node):
    __slots__ = ("op", "left", "right")

    def __init__(self, op, left, right):
        self.op, self.left, self.right = op, left, right


class Unary(Node):
    __slots__ = ("op", "operand")

    def __init__(self, op, operand):
        self.op, self.operand = op, operand


class Call(Node):
    __slots__ = ("function", "arguments")

    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments


class Assign(Node):
    __slots__ = ("name", "value")

    def __init__(self, name, value):
        self.name, self.value = name, value


def tokens(text):
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise ParseError(f"unexpected {text[position]!r}", position)
        yield match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
        position = match.end()
    yield "end", "", position


class Parser:
    LEVELS = [("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "//", "%")]

    def __init__(self, text):
        self.stream = tokens(text)
        self.advance()

    def advance(self):
        self.kind, self.text, self.position = next(self.stream)

    def accept(self, *texts):
        if self.kind == "op" and self.text in texts:
            found = self.text
            self.advance()
            return found

    def expect(self, text):
        if not self.accept(text):
            raise ParseError(f"expected {text!r}, found {self.text or 'end'!r}", self.position)

    def statement(self):
        expression = self.level(0)
        if self.accept("="):
            match expression:
                case Name(name=name):
                    expression = Assign(name, self.level(0))
                case _:
                    raise ParseError("cannot assign", self.position)
        if self.kind != "end":
            raise ParseError(f"unexpected {self.text!r}", self.position)
        return expression

    def level(self, n):
        if n == len(self.LEVELS):
            return self.unary()
        left = self.level(n + 1)
        while op := self.accept(*self.LEVELS[n]):
            left = Binary(op, left, self.level(n + 1))
        return left

    def unary(self):
        if op := self.accept("-", "+"):
            return Unary(op, self.unary())
        return self.power()

    def power(self):
        base = self.atom()
        if self.accept("**"):
            return Binary("**", base, self.unary())
        return base

    def atom(self):
        kind, text, position = self.kind, self.text, self.position
        if kind == "number":
            self.advance()
            return Number(float(text) if "." in text else int(text))
        if kind == "name":
            self.advance()
            if not self.accept("("):
                return Name(text)
            arguments = []
            if not self.accept(")"):
                arguments.append(self.level(0))
                while self.accept(","):
                    arguments.append(self.level(0))
                self.expect(")")
            return Call(text, arguments)
        self.expect("(")
        inside = self.level(0)
        self.expect(")")
        return inside


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
             "%": operator.mod, "**": operator.pow, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
             "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@singledispatch
def evaluate(node, names):
    raise TypeError(f"no evaluation of {type(node).__name__}")


@evaluate.register(Number)
def _(node, names):
    return node.value


@evaluate.register(Name)
def _(node, names):
    return names[node.name]


@evaluate.register(Binary)
def _(node, names):
    return OPERATORS[node.op](evaluate(node.left, names), evaluate(node.right, names))


@evaluate.register(Unary)
def _(node, names):
    value = evaluate(node.operand, names)
    return -value if node.op == "-" else +value


@evaluate.register(Call)
def _(node, names):
    return names[node.function](*(evaluate(a, names) for a in node.arguments))


@evaluate.register(Assign)
def _(node, names):
    names[node.name] = evaluate(node.value, names)
    return names[node.name]


def show(node):
    match node:
        case Number(value=v):
            return f"{v:g}" if isinstance(v, float) else str(v)
        case Name(name=n):
            return n
        case Binary(op="**" as op, left=l, right=r):
            return f"({show(l)}{op}{show(r)})"
        case Binary(op=op, left=l, right=r):
            return f"({show(l)} {op} {show(r)})"
        case Unary(op=op, operand=Number() as n):
            return op + show(n)
        case Unary(op, operand) if False:
            return "never"
        case Call(function=f, arguments=[]):
            return f + "()"
        case Call(function=f, arguments=[first, *rest]):
            return f"{f}({reduce(lambda text, a: text + ', ' + show(a), rest, show(first))})"
        case Assign():
            return f"{node.name} = {show(node.value)}"
        case _:
            return f"{node.op}({show(node.operand)})"


Node.__match_args__ = ()
Unary.__match_args__ = ("op", "operand")
names = {"max": max, "abs": abs, "pi": 3.14159}
for source in ["1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "x = 7 // 2", "x * x - 1", "max(x, 10, 2 + 3)", "abs(-x)", "1 / 4 + .5",
               "2 < 3", "7 % 3 == 1", "pi * 2", "- - 5", "1 +", "(1", "1 $ 2", "3 = x", "f(1)", "nothing", "1 / 0", "max()", "2 3"]:
    try:
        tree = Parser(source).statement()
        print(f"{source:<20} {show(tree):<22} {evaluate(tree, names)!r}")
    except (ParseError, KeyError, ZeroDivisionError, TypeError) as error:
        print(f"{source:<20} {type(error).__name__}: {error} {getattr(error, 'position', '')}")
print(Parser("a + f(b, 1.5)").statement())
print(Parser("a+b").statement() == Parser(" a + b ").statement(), Parser("a+b").statement() == Parser("b+a").statement())
