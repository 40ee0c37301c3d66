# Sizes that no memory has are an error, never the end of the process.
from itertools import combinations, combinations_with_replacement, permutations, product


def shown(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


huge = 2**62
shown(lambda: product([1], repeat=huge))
shown(lambda: product([1], [2], repeat=2**59))
shown(lambda: product([1], repeat=-1))
shown(lambda: list(product(repeat=huge)))
shown(lambda: list(product([1, 2], repeat=2)))
shown(lambda: list(product([], repeat=3)))
shown(lambda: combinations_with_replacement([1], huge))
shown(lambda: list(combinations_with_replacement([], 3)))
shown(lambda: list(combinations_with_replacement([], 0)))
