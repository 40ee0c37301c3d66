# Algorithms on graphs and grids: heapq, bisect, deque, sets, recursion, memoisation.
import bisect
import heapq
from collections import defaultdict, deque
from functools import lru_cache

EDGES = [("a", "b", 7), ("a", "c", 9), ("a", "f", 14), ("b", "c", 10), ("b", "d", 15), ("c", "d", 11), ("c", "f", 2), ("d", "e", 6), ("e", "f", 9)]
graph = defaultdict(dict)
for u, v, w in EDGES:
    graph[u][v] = graph[v][u] = w


def dijkstra(source):
    distance, previous, heap = {source: 0}, {}, [(0, source)]
    while heap:
        d, u = heapq.heappop(heap)
        if d > distance[u]:
            continue
        for v, w in sorted(graph[u].items()):
            if (new := d + w) < distance.get(v, float("inf")):
                distance[v], previous[v] = new, u
                heapq.heappush(heap, (new, v))
    return distance, previous


distance, previous = dijkstra("a")
path = ["e"]
while path[-1] in previous:
    path.append(previous[path[-1]])
print(distance, "->".join(reversed(path)))


def kruskal():
    parent = {v: v for v in graph}

    def find(v):
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for u, v, w in sorted(EDGES, key=lambda e: e[2]):
        if (a := find(u)) != (b := find(v)):
            parent[a] = b
            yield u, v, w


print(*kruskal(), sum(w for *_, w in kruskal()))


def topological(dependencies):
    waiting = {task: set(needs) for task, needs in dependencies.items()}
    for needs in dependencies.values():
        for need in needs:
            waiting.setdefault(need, set())
    while waiting:
        ready = sorted(task for task, needs in waiting.items() if not needs)
        if not ready:
            raise ValueError(f"cycle among {sorted(waiting)}")
        yield ready
        waiting = {task: needs - set(ready) for task, needs in waiting.items() if task not in ready}


print(list(topological({"app": {"lib", "log"}, "lib": {"core"}, "log": {"core"}, "test": {"app"}})))
try:
    list(topological({"x": {"y"}, "y": {"x"}}))
except ValueError as error:
    print(error)

GRID = """\
#########
#S..#...#
#.#.#.#.#
#.#...#E#
#########""".splitlines()


def solve(grid):
    find = lambda c: next((y, x) for y, row in enumerate(grid) for x, cell in enumerate(row) if cell == c)
    start, end = find("S"), find("E")
    queue, seen = deque([(start, [start])]), {start}
    while queue:
        (y, x), way = queue.popleft()
        if (y, x) == end:
            return way
        for dy, dx in (0, 1), (1, 0), (0, -1), (-1, 0):
            step = y + dy, x + dx
            if grid[step[0]][step[1]] != "#" and step not in seen:
                seen.add(step)
                queue.append((step, way + [step]))


way = solve(GRID)
print(len(way) - 1, "\n".join("".join("*" if (y, x) in way[1:-1] else c for x, c in enumerate(row)) for y, row in enumerate(GRID)), sep="\n")


def queens(n, row=0, columns=frozenset(), up=frozenset(), down=frozenset()):
    if row == n:
        yield ()
        return
    for column in range(n):
        if column not in columns and row + column not in up and row - column not in down:
            for rest in queens(n, row + 1, columns | {column}, up | {row + column}, down | {row - column}):
                yield (column, *rest)


print(next(queens(8)), sum(1 for _ in queens(6)))


@lru_cache(maxsize=None)
def lcs(a, b):
    if not a or not b:
        return ""
    if a[-1] == b[-1]:
        return lcs(a[:-1], b[:-1]) + a[-1]
    return max(lcs(a[:-1], b), lcs(a, b[:-1]), key=len)


print(lcs("the quick brown fox", "a quiet brow fix"), lcs.cache_info().misses > 100)


def life(cells, steps):
    for _ in range(steps):
        counts = defaultdict(int)
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        counts[x + dx, y + dy] += 1
        cells = {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in cells)}
    return cells


print(sorted(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 4)), sorted(life({(0, 1), (1, 1), (2, 1)}, 1)))
scores, grades = [33, 99, 77, 70, 89, 90, 100], "FDCBA"
print([grades[bisect.bisect([60, 70, 80, 90], s)] for s in scores], bisect.bisect_left([1, 2, 2, 3], 2), bisect.bisect_right([1, 2, 2, 3], 2))
ordered = []
for s in scores:
    bisect.insort(ordered, s, key=lambda x: -x)
print(ordered, heapq.nlargest(2, scores), heapq.nsmallest(2, scores, key=lambda s: s % 10), list(heapq.merge([1, 4], [2, 3], [0, 9])))
heap = scores[:]
heapq.heapify(heap)
print(heapq.heappushpop(heap, 1), heapq.heapreplace(heap, 50), [heapq.heappop(heap) for _ in range(3)])


def permutations(items):
    if len(items) <= 1:
        yield list(items)
    for i, item in enumerate(items):
        if len(items) > 1:
            for rest in permutations(items[:i] + items[i + 1 :]):
                yield [item, *rest]


print(["".join(p) for p in permutations("abc")], sum(1 for _ in permutations([1, 2, 3, 4, 5])))


def hanoi(n, a="a", b="b", c="c"):
    return hanoi(n - 1, a, c, b) + [(n, a, c)] + hanoi(n - 1, b, a, c) if n else []


print(len(hanoi(10)), hanoi(2))
matrix = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]


def determinant(m):
    return m[0][0] if len(m) == 1 else sum((-1) ** j * m[0][j] * determinant([r[:j] + r[j + 1 :] for r in m[1:]]) for j in range(len(m)))


print(determinant(matrix), [list(row) for row in zip(*matrix)], [[sum(a * b for a, b in zip(r, c)) for c in zip(*matrix)] for r in matrix])
