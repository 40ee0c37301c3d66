# The permutations of the Benchmarks Game, written anew.
def flips(order):
    count = 0
    first = order[0]
    while first:
        order[: first + 1] = order[first::-1]
        count += 1
        first = order[0]
    return count


def fannkuch(n):
    order = list(range(n))
    turns = [0] * n
    most = checksum = 0
    even = True
    while True:
        if order[0]:
            count = flips(order[:])
            if count > most:
                most = count
            checksum += count if even else -count
        at = 1
        while True:
            if at == n:
                return checksum, most
            order[: at + 1] = order[1 : at + 1] + order[:1]
            turns[at] += 1
            if turns[at] <= at:
                break
            turns[at] = 0
            at += 1
        even = not even


fannkuch(9)
