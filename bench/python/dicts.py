def work(n):
    squares = {i: i * i for i in range(n)}
    names = {f"name{i % 5000}": i for i in range(n)}
    total = 0
    for key, value in squares.items():
        total += key ^ value
    for key in names:
        if key in names:
            total += names[key]
    groups = {}
    for i in range(n):
        groups.setdefault(i % 100, []).append(i)
    for value in groups.values():
        total += len(value)
    merged = {**names, "more": 1}
    merged.update(groups)
    pairs = {(i % 50, i % 60): i for i in range(n)}
    while pairs:
        pairs.popitem()
    return total + len(merged) + len({i % 777 for i in range(n)})


for _ in range(4):
    work(100_000)
