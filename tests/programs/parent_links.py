# Trees whose children name their parent: cycles with strong links, none with weak ones.
import gc
import weakref

gc.disable()
gc.collect()
freed = []


class Strong:
    def __init__(self, name, parent=None):
        self.name, self.parent, self.children = name, parent, []
        if parent is not None:
            parent.children.append(self)

    def __del__(self):
        freed.append(self.name)


class Weak:
    def __init__(self, name, parent=None):
        self.name, self.children = name, []
        self._parent = None if parent is None else weakref.ref(parent)
        if parent is not None:
            parent.children.append(self)

    @property
    def parent(self):
        return None if self._parent is None else self._parent()

    def path(self):
        return self.name if self.parent is None else f"{self.parent.path()}/{self.name}"

    def __del__(self):
        freed.append(self.name)


def tree(kind, depth, parent=None, name="root"):
    node = kind(name, parent)
    if depth:
        for number in range(2):
            tree(kind, depth - 1, node, f"{name}.{number}")
    return node


root = tree(Strong, 2)
print(root.children[0].children[1].parent.parent is root)
del root
print("strong, before", freed)
print("strong, collected", gc.collect() > 0, sorted(freed))
freed.clear()

root = tree(Weak, 2)
leaf = root.children[1].children[0]
print(leaf.path())
del root
print("weak, by count", freed)
print("the leaf that is still named", leaf.path(), leaf.parent)
freed.clear()
del leaf
print(freed, gc.collect())
freed.clear()

# Unlinking by hand.
root = tree(Strong, 1)
for child in root.children:
    child.parent = None
del child, root
print("unlinked", freed)
freed.clear()

# A subtree that is taken out and kept.
root = tree(Strong, 2)
kept = root.children.pop(0)
kept.parent = None
del root
gc.collect()
print("kept", kept.name, len(kept.children), sorted(freed))
freed.clear()
del kept
gc.collect()
print(sorted(freed))
freed.clear()


# A doubly linked list.
class Link:
    def __init__(self, value):
        self.value, self.before, self.after = value, None, None

    def __del__(self):
        freed.append(self.value)


head = last = Link(0)
for number in range(1, 6):
    link = Link(number)
    link.before, last.after = last, link
    last = link
link = last = None
print(freed)
head = head.after
head.before.after = head.before = None
print("front cut off", freed)
del head
gc.collect()
print(sorted(freed))
