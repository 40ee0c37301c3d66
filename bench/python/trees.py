class Tree:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    return Tree(make(depth - 1), make(depth - 1)) if depth else Tree(None, None)


def count(tree):
    return 1 if tree.left is None else 1 + count(tree.left) + count(tree.right)


for _ in range(4):
    count(make(16))
