# Two dictionaries that name each other: counting alone cannot free them.
import gc
import sys
import weakref

gc.disable()
gc.collect()

a = {}
b = {}
a["b"] = b
b["a"] = a
print(sys.getrefcount(a), sys.getrefcount(b))
del a
del b
print("freed", gc.collect())
print("again", gc.collect())


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("freed", self.name)


def ring(*names):
    nodes = [Node(name) for name in names]
    for node, following in zip(nodes, nodes[1:] + nodes[:1]):
        node.next = following
    return nodes[0]


# A cycle of one.
alone = Node("alone")
alone.me = alone
seen = weakref.ref(alone)
del alone
print("before", seen() is None)
gc.collect()
print("after", seen() is None)

# A cycle that something outside still names is not garbage.
head = ring("r1", "r2", "r3")
tail = head.next.next
del head
print("held", gc.collect())
tail.next = None
print("cut")
del tail
print("gone")

# What hangs on a cycle goes with it; what the cycle hangs on stays.
keeper = [Node("kept")]
a = ring("c1")
a.leaf = [Node("leaf")]
a.keeper = keeper
del a
gc.collect()
print("keeper", len(keeper), sys.getrefcount(keeper))

# Cycles through lists, tuples, sets of objects, attributes and default arguments.
cyclic_list = []
cyclic_list.append(cyclic_list)
cyclic_tuple = ([],)
cyclic_tuple[0].append(cyclic_tuple)
del cyclic_list, cyclic_tuple
print("list and tuple", gc.collect())


def function(argument=[]):
    return argument


function().append(function)
seen = weakref.ref(function)
del function
gc.collect()
print("function", seen() is None)
keeper.clear()
