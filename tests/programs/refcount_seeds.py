# Counts as the introductions to reference counting tell them: each name adds one, and the argument of getrefcount too.
import sys

a = [1, 2, 3]
print(sys.getrefcount(a))
b = a
print(sys.getrefcount(a))
c = a
print(sys.getrefcount(a))
del b
print(sys.getrefcount(a))
del c
print(sys.getrefcount(a))

x = []
print(sys.getrefcount(x))
print(sys.getrefcount([]), sys.getrefcount({}), sys.getrefcount(object()))


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("freed", self.name)


# Freed the instant the last reference goes: by del, by rebinding, by the end of the function, by emptying a container.
one = Loud("by del")
del one
print("after del")
one = Loud("by rebinding")
one = None
print("after rebinding")


def function():
    local = Loud("by return")
    print("count in the function", sys.getrefcount(local))
    return 17


print(function())
box = [Loud("first"), Loud("second")]
box[0] = None
print("after the slot")
box.clear()
print("after clear")
box = {"k": Loud("by key")}
del box["k"]
print("after the key")
pair = (Loud("in a tuple"), 1)
other = pair
del pair
print("the tuple still has a name")
del other

# Freeing goes on along what the freed one owned.
outer = [[Loud("deep")]]
outer.pop()
print("after pop")

# A second name keeps it alive.
first = Loud("twice named")
second = first
del first
print("one name left", sys.getrefcount(second))
second = None
print("end")
