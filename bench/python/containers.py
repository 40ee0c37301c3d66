def work(n):
    counts = {}
    for i in range(n):
        counts[i % 1000] = counts.get(i % 1000, 0) + 1
    items = []
    for i in range(n):
        items.append(i)
    return sum(items) + len(counts)


work(1_500_000)
