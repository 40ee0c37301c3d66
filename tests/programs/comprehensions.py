# Comprehensions and generator expressions: scope, order, nesting, laziness.
def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


print([x * x for x in range(5)], {x % 3 for x in range(9)} == {0, 1, 2}, {x: str(x) for x in range(3)}, tuple(x for x in "ab"))
print([(x, y) for x in range(3) for y in range(x)], [x for x in range(20) if x % 2 if x % 3 == 0])
print([[y for y in range(x)] for x in range(4)], [x if x % 2 else -x for x in range(5)])
x = "outer"
print([x for x in range(2)], x)
print([x for x in x])
attempt(lambda: [(x, y) for y in "ab" for x in [x + y]])


def trace(value):
    print("eval", value)
    return value


print({trace(k): trace(v) for k, v in [(1, 2), (3, 4)]})
lazy = (trace(x) for x in trace([1, 2]))
print("made")
print(next(lazy))
print(list(lazy), list(lazy))
attempt(lambda: (x for x in 5))
attempt(lambda: [x for x in None])
attempt(lambda: [a + b for a, b in [(1, 2), (3,)]])
attempt(lambda: [1 / x for x in (1, 0)])
attempt(lambda: {[]: 1 for _ in range(1)})
attempt(lambda: {[] for _ in range(1)})


def function(values):
    factor = 10
    return [factor * v for v in values], [lambda: v for v in values], {v: (lambda v=v: v) for v in values}


products, late, early = function([1, 2, 3])
print(products, [f() for f in late], [early[k]() for k in early])


class Body:
    values = [1, 2, 3]
    doubled = [v * 2 for v in values]
    pairs = [(v, w) for v in values for w in [v, v]]
    try:
        failing = [v for v in range(2) if v in values]
    except NameError as error:
        failing = str(error)


print(Body.doubled, Body.pairs[:2], Body.failing)
print([y := 5, *[y := v for v in range(3)]], y)


def walrus_inside():
    total = 0
    sums = [total := total + v for v in range(5)]
    return total, sums, any((hit := v) > 2 for v in range(10)), hit


print(walrus_inside())


def generator_expression_scope():
    n = 1
    g = (n * v for v in [1, 2, 3])
    n = 10
    return list(g)


print(generator_expression_scope())
print(sum(v for v in range(10)), max((v for v in [3, 9, 2]), key=lambda v: -v), ",".join(str(v) for v in range(3)))
print(sorted({v: k for k, v in {"a": 1, "b": 2}.items()}.items()))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [v for row in matrix for v in row])
g = (v for v in range(3))
print(type(g).__name__, g.__name__, g.__qualname__, g.gi_running, g.gi_frame is not None)
list(g)
print(g.gi_frame)
print([v for v in range(3) if (lambda u: u > 0)(v)], [*(v for v in "ab")])
print([i for i in range(5) if i not in [j for j in range(3)]])
def in_order():
    out = []
    [out.append((a, b)) for a in (out.append("outer") or range(2)) for b in (out.append("inner") or range(1))]
    return out


print(in_order())
print([[[k for k in range(j)] for j in range(i)] for i in range(3)])
def stops():
    return [next(iter([])) for _ in range(1)]


attempt(stops)
attempt(lambda: list(next(iter([])) for _ in range(1)))
print({**{k: v for k, v in zip("ab", [1, 2])}}, [] == [v for v in ()], dict((k, k * 2) for k in range(2)))
