def work(n):
    words = {}
    for i in range(n):
        for word in f"the {i % 100} quick brown {i % 7} foxes".split():
            words[word] = words.get(word, 0) + 1
    return len(",".join(sorted(words)))


work(200_000)
