def work(n):
    parts = []
    for i in range(n):
        line = "%d:%s" % (i, "ab" * (i % 5))
        if line.startswith("1") and "b" in line:
            line = line.replace("ab", "é")
        parts.append(line.upper())
    whole = "\n".join(parts)
    total = 0
    for line in whole.splitlines():
        head, _, tail = line.partition(":")
        total += int(head) + len(tail.strip())
    built = ""
    for character in whole[:n]:
        if character.isdigit():
            built += chr(ord(character) + 1)
    return total + built.count("2") + hash(f"{total:>12,} {built[:10]!r}")


for _ in range(4):
    work(50_000)
